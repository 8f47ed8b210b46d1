/// What is asked of the machine beyond its files. `SystemIO` conforms to it.
public protocol Machine: Sendable {
  /// Whose a file or folder is, and who may do what with it.
  ///
  /// - Parameter path: the file; a link stands for its target.
  /// - Returns: nil if it is not there, or nothing can be said about it.
  func permissions(of path: FilePath) -> FilePermissions?

  /// Opens a TCP connection, says something and listens.
  ///
  /// - Parameters:
  ///   - host: a name or an address.
  ///   - port: the port.
  ///   - request: what is said; nothing only connects.
  ///   - milliseconds: how long it may take; looking up a name may take longer.
  /// - Returns: what was answered, until the other side ended it or 64 KiB had come; nothing where nothing was said.
  /// - Throws: why there is no connection, or no answer.
  func converse(
    host: String, port: Int, saying request: [UInt8], within milliseconds: Int
  ) throws(NetworkError) -> [UInt8]

  /// Runs a program and waits for its end.
  ///
  /// - Parameters:
  ///   - program: the file, an absolute path.
  ///   - arguments: its arguments, without its own name.
  ///   - milliseconds: how long it may take; then it is killed.
  /// - Returns: its exit status, nil if it had none, and what it wrote to standard output, 64 KiB of it at most.
  /// - Throws: why it does not run.
  func output(
    of program: FilePath, _ arguments: [String], within milliseconds: Int
  ) throws(FileError) -> (status: Int32?, output: [UInt8])
}

/// Whose a file is, and who may do what with it.
public struct FilePermissions: Sendable, Hashable {
  /// The nine bits of POSIX: read, write and execute for the owner, the group and others.
  public var mode: UInt16
  /// Whether it belongs to the user of this process.
  public var isOwn: Bool

  /// Permissions; see the properties.
  public init(mode: UInt16, isOwn: Bool) {
    self.mode = mode
    self.isOwn = isOwn
  }

  /// The bits as people write them: `0750`.
  public var octal: String {
    let digits = String(mode & 0o777, radix: 8)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

/// Why there is no connection, or no answer.
public enum NetworkError: Error, Sendable, Hashable {
  /// The host is there, and nobody listens at the port.
  case refused
  /// There was none in time.
  case late
  /// The name is not known.
  case unknownHost
  /// The system refused; its reason.
  case failed(String)

  /// The reason for people, without a full stop.
  public var message: String {
    switch self {
    case .refused: "nobody listens there"
    case .late: "no answer in time"
    case .unknownHost: "the host is not known"
    case .failed(let reason): reason
    }
  }
}
