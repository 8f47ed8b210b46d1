public import MasqueCommands
public import MasqueModel
public import MasqueRuntime
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
  /// Whether somebody wants the program to end. From its first call on such a wish ends nothing else.
  public var isAskedToEnd: @Sendable () -> Bool
  /// The folder that this program is in, and those that came with it.
  public var programFolder: FilePath?
  /// Runs another program in this one's place: its path, what it is told before this program's arguments, and how many
  /// of these it is not told. Comes back if that fails, with the reason.
  public var replaceProcess: @Sendable (FilePath, [String], Int) -> FileError
  /// Runs other programs and waits for them; nil where that can't be done.
  public var programs: (any PipedPrograms)?
  /// What is asked of the machine beyond its files; nil if nobody may ask.
  public var machine: (any Machine)?
  /// What `doctor` looks at beyond the usual.
  public var healthChecks: [HealthCheck] = []
  /// Takes standard input and output for a protocol, whose alone they are from then on; nil if they can't be had.
  public var openChannel: @Sendable () -> (any ByteChannel)?
  /// Puts what this program is linked with into what commands with effects need: the ledger, the judge.
  public var equip: @Sendable (inout Runtime) -> Void
  /// Adds the commands of what this program is linked with.
  public var addCommands: @Sendable (inout CommandTable, Runtime) -> Void

  /// What starting and asking the receiver of telemetry needs; nil where it can't be.
  public var audienceSystem: Audience.System?

  /// A host; see the properties.
  public init(
    arguments: [String], environment: @escaping @Sendable (String) -> String?, files: any Files,
    streams: any Streams, shippedPersonas: FilePath? = nil, now: @escaping @Sendable () -> Timestamp,
    isAskedToEnd: @escaping @Sendable () -> Bool = { false }, programFolder: FilePath? = nil,
    replaceProcess: @escaping @Sendable (FilePath, [String], Int) -> FileError = { path, _, _ in .notFound(path) },
    machine: (any Machine)? = nil, programs: (any PipedPrograms)? = nil,
    openChannel: @escaping @Sendable () -> (any ByteChannel)? = { nil },
    audienceSystem: Audience.System? = nil,
    equip: @escaping @Sendable (inout Runtime) -> Void = { _ in },
    addCommands: @escaping @Sendable (inout CommandTable, Runtime) -> Void = { _, _ in }
  ) {
    self.arguments = arguments
    self.environment = environment
    self.files = files
    self.streams = streams
    self.shippedPersonas = shippedPersonas
    self.now = now
    self.isAskedToEnd = isAskedToEnd
    self.programFolder = programFolder
    self.replaceProcess = replaceProcess
    self.programs = programs
    self.machine = machine
    self.openChannel = openChannel
    self.equip = equip
    self.addCommands = addCommands
    self.audienceSystem = audienceSystem
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
