/// What tells one state of a file from another without reading it: as long as it is equal, the bytes are, too, unless
/// somebody sets out to deceive.
public struct FileStamp: Hashable, Sendable {
  /// Which file it is, on which device.
  public var identity: [UInt64]
  /// How many bytes it has.
  public var length: Int64
  /// When its bytes were last changed, in nanoseconds of whatever clock the file system has.
  public var modified: Int64

  /// A stamp; see the properties.
  public init(identity: [UInt64], length: Int64, modified: Int64) {
    self.identity = identity
    self.length = length
    self.modified = modified
  }
}

extension Files {
  /// None: not every file system knows when a file was changed.
  public func stamp(of path: FilePath) -> FileStamp? { nil }
}
