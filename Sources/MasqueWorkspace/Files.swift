/// The file system as this project needs it. `SystemIO` conforms to it with system calls, `MemoryFiles` without a disk.
public protocol Files: Sendable {
  /// The folder that relative paths are seen from, as an absolute path without links.
  var currentFolder: FilePath { get }

  /// What a path names.
  ///
  /// - Parameters:
  ///   - path: the path.
  ///   - followingLinks: whether a link stands for its target.
  /// - Returns: its kind.
  /// - Throws: why nothing can be said about it; a dangling link that is followed is not found.
  func kind(of path: FilePath, followingLinks: Bool) throws(FileError) -> FileKind

  /// What tells a file's state from another one of it, without reading it.
  ///
  /// - Parameter path: the file; a link stands for its target.
  /// - Returns: its stamp; nil where there is none to be had, so that the bytes have to be looked at.
  func stamp(of path: FilePath) -> FileStamp?

  /// The bytes of a file. Only regular files are read: a FIFO or a device is an error, not a wait.
  ///
  /// - Parameters:
  ///   - path: the file; a link stands for its target.
  ///   - maximumLength: the most bytes that it may have.
  /// - Returns: the bytes.
  /// - Throws: why there are none.
  func read(_ path: FilePath, maximumLength: Int) throws(FileError) -> [UInt8]

  /// Some of the bytes of a file, however long it is.
  ///
  /// - Parameters:
  ///   - path: the file; a link stands for its target.
  ///   - offset: where they begin, not negative.
  ///   - count: how many there are at most.
  /// - Returns: the bytes; fewer only at the file's end.
  /// - Throws: why there are none.
  func read(_ path: FilePath, at offset: Int, count: Int) throws(FileError) -> [UInt8]

  /// What is in a folder, `.` and `..` left out, in no particular order.
  func entries(of folder: FilePath) throws(FileError) -> [FolderEntry]

  /// The absolute path without links, `.` and `..`.
  func canonicalPath(of path: FilePath) throws(FileError) -> FilePath

  /// Replaces a file's bytes in one step: whoever reads it sees the old bytes or the new ones. Its mode and owner stay,
  /// and a link's target is replaced, not the link.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - old: the bytes that it must have; a file that was changed meanwhile is left alone, and the error says so.
  ///   - new: the bytes that it gets.
  /// - Throws: why the file is as it was.
  func replace(_ path: FilePath, expecting old: [UInt8], with new: [UInt8]) throws(FileError)

  /// Makes a folder and those above it that are missing. One that is there is left as it is.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - isPrivate: whether nobody but its owner may look into what is made.
  /// - Throws: why it is not there.
  func makeFolder(_ folder: FilePath, isPrivate: Bool) throws(FileError)

  /// Gives a file these bytes in one step, whatever it had; a new file gets the mode that the process gives new files.
  ///
  /// - Throws: why the file is as it was.
  func write(_ path: FilePath, _ bytes: [UInt8]) throws(FileError)

  /// Gives a file of our own these bytes in one step, so that they outlast a loss of power from then on. Nobody but its
  /// owner may look into it.
  ///
  /// - Throws: why the file is as it was.
  func writePrivate(_ path: FilePath, _ bytes: [UInt8]) throws(FileError)

  /// Adds bytes behind those that a file of our own has, so that they outlast a loss of power from then on. Nobody but its
  /// owner may look into it.
  ///
  /// - Throws: why they are missing.
  func append(_ path: FilePath, _ bytes: [UInt8]) throws(FileError)

  /// Removes a file, a link or an empty folder. There is nothing to do for one that is not there.
  ///
  /// - Throws: why it is there still.
  func remove(_ path: FilePath) throws(FileError)

  /// Removes what writers left in a folder that were killed while they wrote a file in one step. What somebody is still
  /// writing stays.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - names: the names of the files that were to be written; none for whichever.
  func removeTemporaries(in folder: FilePath, of names: [String])

  /// Gives a file another name in its folder, over whatever has that name.
  ///
  /// - Throws: why it has its old name still.
  func rename(_ path: FilePath, to name: String) throws(FileError)

  /// Keeps everybody else out who asks for the same lock, in this process or another, until the result is given up or
  /// the process ends.
  ///
  /// - Parameters:
  ///   - path: a file that is made if it is missing and never removed.
  ///   - milliseconds: how long it is waited for.
  /// - Returns: what holds the lock.
  /// - Throws: why it can't be had; `FileError.Reason.busy` if somebody else kept it.
  func lock(_ path: FilePath, waiting milliseconds: Int) throws(FileError) -> any FileLock
}

/// What keeps others out as long as it lives.
public protocol FileLock: AnyObject, Sendable {}

extension Files {
  public func read(_ path: FilePath, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    let bytes = try read(path, maximumLength: .max)
    return Array(bytes.dropFirst(offset).prefix(count))
  }

  public func writePrivate(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    throw FileError(path, .system(0), "cannot be written here")
  }

  public func append(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    throw FileError(path, .system(0), "cannot be written here")
  }

  public func remove(_ path: FilePath) throws(FileError) {
    throw FileError(path, .system(0), "cannot be removed here")
  }

  public func removeTemporaries(in folder: FilePath, of names: [String]) {}

  public func rename(_ path: FilePath, to name: String) throws(FileError) {
    throw FileError(path, .system(0), "cannot be renamed here")
  }

  public func lock(_ path: FilePath, waiting milliseconds: Int) throws(FileError) -> any FileLock {
    throw FileError(path, .system(0), "cannot be locked here")
  }

  public func write(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    throw FileError(path, .system(0), "cannot be written here")
  }

  public func makeFolder(_ folder: FilePath, isPrivate: Bool) throws(FileError) {
    throw FileError(folder, .system(0), "cannot be made here")
  }
}

/// What a name in the file system stands for.
public enum FileKind: String, Hashable, Sendable {
  /// A file with bytes.
  case file
  /// A folder.
  case folder
  /// A symbolic link.
  case link
  /// A FIFO.
  case fifo
  /// A character or block device.
  case device
  /// A socket.
  case socket
  /// Something else.
  case other
}

/// One name in a folder.
public struct FolderEntry: Hashable, Sendable {
  /// The name's bytes.
  public var name: [UInt8]
  /// What it stands for; links are not followed.
  public var kind: FileKind

  /// A name and its kind.
  public init(name: [UInt8], kind: FileKind) {
    self.name = name
    self.kind = kind
  }
}

/// Why a file or folder could not be used.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sort of reason, for code; `message` is for people.
  public enum Reason: Hashable, Sendable {
    /// Nothing has that name.
    case notFound
    /// It is a folder, a FIFO, a device …, not a file with bytes.
    case notAFile(FileKind)
    /// It has more bytes than were allowed.
    case tooLarge
    /// It no longer has the bytes that it was expected to have.
    case changed
    /// Somebody else has locked it.
    case busy
    /// Somebody wanted no longer to wait for it.
    case interrupted
    /// The system refused, with its error number.
    case system(Int32)
  }

  /// The file or folder.
  public var path: FilePath
  /// The sort of reason.
  public var reason: Reason
  /// The reason for people, without the path.
  public var message: String

  /// An error; see the properties.
  public init(_ path: FilePath, _ reason: Reason, _ message: String) {
    self.path = path
    self.reason = reason
    self.message = message
  }

  /// The path and the reason.
  public var description: String { "\(path): \(message)" }
}

extension FileError {
  /// The error for a path that names something else than a file with bytes.
  public static func notAFile(_ path: FilePath, _ kind: FileKind) -> FileError {
    let what =
      switch kind {
      case .file: "a file"
      case .folder: "a folder"
      case .link: "a link"
      case .fifo: "a FIFO"
      case .device: "a device"
      case .socket: "a socket"
      case .other: "no regular file"
      }
    let remedy = kind == .fifo || kind == .device ? "; to check what a program writes, give `-` and pipe it in" : ""
    return FileError(path, .notAFile(kind), "is \(what), not a file with text\(remedy)")
  }

  /// The error for a file beyond a limit in bytes.
  public static func tooLarge(_ path: FilePath, length: Int?, limit: Int) -> FileError {
    let size = length.map { "has \($0) bytes" } ?? "is too large"
    return FileError(path, .tooLarge, "\(size); files beyond \(limit) bytes are not read")
  }

  /// The error for a file that somebody else changed.
  public static func changed(_ path: FilePath) -> FileError {
    FileError(path, .changed, "was changed by another program meanwhile and is left alone; run the command again")
  }

  /// The error for a lock that somebody else kept all the time.
  public static func busy(_ path: FilePath) -> FileError {
    FileError(path, .busy, "is locked: another masque command is at work; try again when it is done")
  }

  /// The error for a name that stands for nothing.
  public static func notFound(_ path: FilePath) -> FileError {
    FileError(path, .notFound, "No such file or directory")
  }
}
