public import MasqueModel
public import MasqueWorkspace

/// What `masque` needs from the world around it. All of it is handed in, so that a test can run the whole program in its
/// own process.
public struct Host: Sendable {
  /// The arguments without the program's name.
  public var arguments: [String]
  /// The value of an environment variable.
  public var environment: @Sendable (String) -> String?
  /// The file system.
  public var files: any Files
  /// The standard streams.
  public var streams: any Streams
  /// The folder of the masques that came with the program.
  public var shippedPersonas: FilePath?
  /// The time.
  public var now: @Sendable () -> Timestamp
  /// Takes standard input and output for a protocol, whose alone they are from then on; nil if they can't be had.
  public var openChannel: @Sendable () -> (any ByteChannel)?

  /// A host; see the properties.
  public init(
    arguments: [String], environment: @escaping @Sendable (String) -> String?, files: any Files,
    streams: any Streams, shippedPersonas: FilePath? = nil, now: @escaping @Sendable () -> Timestamp,
    openChannel: @escaping @Sendable () -> (any ByteChannel)? = { nil }
  ) {
    self.arguments = arguments
    self.environment = environment
    self.files = files
    self.streams = streams
    self.shippedPersonas = shippedPersonas
    self.now = now
    self.openChannel = openChannel
  }
}

/// How `masque` ends.
public enum MasqueStatus: Int32, Sendable {
  /// It has done what was asked.
  case success = 0
  /// The answer is no: a phrase that is not allowed, an intent that was widened.
  case negative = 1
  /// Wrong usage, or something that could not be done.
  case usage = 2
  /// The output could not be written, or a defect of ours.
  case failure = 3
}
