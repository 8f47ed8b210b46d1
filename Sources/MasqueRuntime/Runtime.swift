public import MasqueCommands
public import MasqueModel
public import MasqueWorkspace

/// What commands with effects need beside their context.
public struct Runtime: Sendable {
  /// The folder that is worked in, as an absolute path without links: what is worn is worn in it.
  public var projectFolder: FilePath
  /// The time.
  public var now: @Sendable () -> Timestamp
  /// The name of the system's user, who pays if the configuration names nobody.
  public var user: String
  /// The configuration, or what is wrong with it.
  public var configuration: @Sendable () throws(CommandError) -> UserConfiguration
  /// The ledger, given `${MASQUES_HOME}` and the file system.
  public var ledger: @Sendable (FilePath, any Files) -> any Ledger
  /// Tells what was used.
  public var usageMeter: (any UsageMeter)?
  /// Tells how well it went.
  public var judge: (any SessionJudge)?
  /// Where records of wearings go.
  public var analytics: (any Analytics)?
  /// The agent whose session has started this process, if it has said so.
  public var agent: (session: String, process: Int32)?
  /// Whether a process runs.
  public var isRunning: @Sendable (Int32) -> Bool = { _ in false }

  /// A runtime; see the properties.
  public init(
    projectFolder: FilePath, now: @escaping @Sendable () -> Timestamp, user: String = "operator",
    configuration: @escaping @Sendable () throws(CommandError) -> UserConfiguration = { UserConfiguration() },
    ledger: @escaping @Sendable (FilePath, any Files) -> any Ledger = { JournalLedger(home: $0, files: $1) },
    usageMeter: (any UsageMeter)? = nil, judge: (any SessionJudge)? = nil, analytics: (any Analytics)? = nil
  ) {
    self.projectFolder = projectFolder
    self.now = now
    self.user = user
    self.configuration = configuration
    self.ledger = ledger
    self.usageMeter = usageMeter
    self.judge = judge
    self.analytics = analytics
  }
}

extension CommandTable {
  /// Adds the commands that change files.
  ///
  /// - Parameter runtime: what they need.
  public mutating func add(_ runtime: Runtime) {
    add(NewCommand.self, writeNewMasque)
    add(SyncManifestCommand.self) { (arguments, context) throws(CommandError) in
      try syncManifests(arguments, context, runtime)
    }
    add(PinCommand.self) { (arguments, context) throws(CommandError) in try pinMasque(arguments, context, runtime) }
    add(UpgradeCommand.self) { (arguments, context) throws(CommandError) in
      try upgradeMasque(arguments, context, runtime)
    }
    add(DonCommand.self) { (arguments, context) throws(CommandError) in try don(arguments, context, runtime) }
    add(DoffCommand.self) { (_, context) throws(CommandError) in try doff(context, runtime) }
    add(IDCommand.self) { (arguments, context) throws(CommandError) in try identify(arguments, context, runtime) }
    add(HookSessionStartCommand.self) { (arguments, context) throws(CommandError) in
      try startAgentSession(arguments, context, runtime)
    }
    add(HookSessionEndCommand.self) { (arguments, context) throws(CommandError) in
      try endAgentSession(arguments, context, runtime)
    }
  }
}

extension CommandContext {
  /// The folder of a library that a command may write into.
  ///
  /// - Throws: why there is none.
  func folder(of source: MasqueSource) throws(CommandError) -> FilePath {
    switch source {
    case .private:
      guard let folder = places.privateFolder else {
        throw CommandError(.notFound, "there is no private folder: set `MASQUES_HOME`, or `HOME`")
      }
      return folder
    case .shared:
      guard let folder = places.sharedFolders.first else {
        throw CommandError(.notFound, "there is no folder `personas` here; make one, or name it with `--personas`")
      }
      return folder
    }
  }

  /// Writes a file.
  ///
  /// - Throws: why it is as it was.
  func write(_ path: FilePath, _ text: String) throws(CommandError) {
    files.removeTemporaries(in: path.parent, of: [String(decoding: path.name, as: UTF8.self)])
    do throws(FileError) {
      try files.write(path, Array(text.utf8))
    } catch {
      throw CommandError(.file, "\(shown(path)): \(error.message)")
    }
  }
}
