import MasqueModel
public import MasqueWorkspace

/// What `masque-audience` needs from the world around it, handed in so that tests can be that world.
public struct AudienceHost: Sendable {
  /// The arguments without the program's name.
  public var arguments: [String]
  /// The value of an environment variable.
  public var environment: @Sendable (String) -> String?
  /// The file system.
  public var files: any Files
  /// The standard streams.
  public var streams: any Streams
  /// Milliseconds since 1970.
  public var milliseconds: @Sendable () -> Int64
  /// Waits some milliseconds; false once the process is asked to end.
  public var pause: @Sendable (Int) -> Bool
  /// Starts this program again, its output going to a file; the reason why it can't comes back.
  public var startAgain: @Sendable (_ arguments: [String], _ log: FilePath) -> String?
  /// Takes this process out of the session that it was started in.
  public var leaveSession: @Sendable () -> Void

  /// A host; see the properties.
  public init(
    arguments: [String], environment: @escaping @Sendable (String) -> String?, files: any Files,
    streams: any Streams, milliseconds: @escaping @Sendable () -> Int64, pause: @escaping @Sendable (Int) -> Bool,
    startAgain: @escaping @Sendable (_ arguments: [String], _ log: FilePath) -> String?,
    leaveSession: @escaping @Sendable () -> Void
  ) {
    self.arguments = arguments
    self.environment = environment
    self.files = files
    self.streams = streams
    self.milliseconds = milliseconds
    self.pause = pause
    self.startAgain = startAgain
    self.leaveSession = leaveSession
  }

  var now: @Sendable () -> Timestamp { { [milliseconds] in Timestamp(seconds: milliseconds() / 1_000) } }

  /// A line for people who look what happened.
  func log(_ message: String) {
    try? streams.write(Array("\(now().text) \(message)\n".utf8), to: .error)
  }
}

/// How `masque-audience` ends.
public enum AudienceStatus: Int32, Sendable {
  /// It has done what was asked.
  case success = 0
  /// Wrong usage, or something that could not be done.
  case usage = 2
  /// The output could not be written, or a defect of ours.
  case failure = 3
}
