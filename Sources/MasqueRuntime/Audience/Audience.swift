public import MasqueCommands
public import MasqueWorkspace

/// The receiver of telemetry as `masque` knows it: a program beside it, that it starts, asks and stops.
public struct Audience: Sendable {
  /// `${MASQUES_HOME}`; nil where nobody knows it.
  public var home: FilePath?
  /// The folder of the agent's settings for all projects; nil where nobody knows it.
  public var agentFolder: FilePath?
  /// The folder of the project that is worked in.
  public var projectFolder: FilePath
  /// The configuration, or what is wrong with it.
  public var configuration: @Sendable () throws(CommandError) -> UserConfiguration
  /// The program `masque-audience`; nil where nobody knows it.
  public var program: FilePath?
  /// The system that it runs on.
  public var system: System

  /// What is needed of the system beside its files.
  public struct System: Sendable {
    /// How programs are started.
    public var programs: any Programs
    /// What a port of this machine answers to `GET /`; nil if it does not.
    public var ask: @Sendable (_ port: Int) -> [UInt8]?
    /// Asks a process to end; false if there is none.
    public var terminate: @Sendable (_ process: Int32) -> Bool
    /// Waits some milliseconds.
    public var pause: @Sendable (Int) -> Void

    /// A system; see the properties.
    public init(
      programs: any Programs, ask: @escaping @Sendable (_ port: Int) -> [UInt8]?,
      terminate: @escaping @Sendable (_ process: Int32) -> Bool, pause: @escaping @Sendable (Int) -> Void
    ) {
      self.programs = programs
      self.ask = ask
      self.terminate = terminate
      self.pause = pause
    }
  }

  /// An audience; see the properties.
  public init(
    home: FilePath?, agentFolder: FilePath?, projectFolder: FilePath, program: FilePath?,
    configuration: @escaping @Sendable () throws(CommandError) -> UserConfiguration, system: System
  ) {
    self.home = home
    self.agentFolder = agentFolder
    self.projectFolder = projectFolder
    self.program = program
    self.configuration = configuration
    self.system = system
  }
}

extension CommandTable {
  /// Adds the commands about telemetry.
  ///
  /// - Parameter audience: what they need.
  public mutating func add(_ audience: Audience) {
    add(AudienceStartCommand.self) { (arguments, context) throws(CommandError) in
      try audience.start(arguments, context)
    }
    add(AudienceStopCommand.self) { (_, context) throws(CommandError) in try audience.stop(context) }
    add(AudienceStatusCommand.self) { (_, context) throws(CommandError) in try audience.status(context) }
    add(AudienceConfigCommand.self) { (arguments, context) throws(CommandError) in
      try audience.config(arguments, context)
    }
    add(AudienceLogsCommand.self) { (arguments, context) throws(CommandError) in
      try audience.logs(arguments, context)
    }
    addAnalytics(audience)
  }
}
