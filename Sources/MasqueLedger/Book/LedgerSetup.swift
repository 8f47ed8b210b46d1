import MasqueRuntime
public import MasqueWorkspace
import Synchronization

/// Which ledger is meant: the files of a person, and what their configuration says.
public struct LedgerSetup: Sendable {
  /// `${MASQUES_HOME}`.
  public var home: FilePath
  /// What the configuration says.
  public var configuration: UserConfiguration
  /// The file system.
  public var files: any Files
  /// Opens another ledger than the configured one: tests put one that fails there.
  var openStore: (@Sendable () throws(EngineError) -> any LedgerStore)?

  /// A setup; see the properties.
  public init(home: FilePath, configuration: UserConfiguration, files: any Files) {
    self.home = home
    self.configuration = configuration
    self.files = files
  }

  /// The file of the ledger; of a cluster's, the words beside its numbers.
  var path: FilePath { home.appending("ledger.db".utf8) }

  var journal: DeferredJournal {
    DeferredJournal(home: home, files: files, deadline: configuration.ledger.deadline)
  }

  /// The ledger. It is opened once in a process.
  ///
  /// - Throws: why it can't be used.
  func book() throws(LedgerError) -> LedgerBook {
    LedgerBook(
      store: try asking { () throws(EngineError) in try store() },
      isPrepaid: configuration.ledger.payment == .prepaid)
  }

  /// The ledger that is kept in the file.
  func file() throws(EngineError) -> SQLiteEngine {
    do throws(FileError) {
      try files.makeFolder(home, isPrivate: true)
    } catch {
      throw .unavailable("\(error.path): \(error.message)")
    }
    var options = SQLiteEngine.Options()
    options.deadline = configuration.ledger.deadline
    let path = path.absolute(from: files.currentFolder)
    return try openFiles.engine(path.description, options.deadline) { () throws(EngineError) in
      try SQLiteEngine(path: path, options: options)
    }
  }

  /// The cluster that is configured.
  func cluster() throws(EngineError) -> any LedgerEngine {
    try TigerBeetleEngine.shared(configuration.ledger)
  }

  func store() throws(EngineError) -> any LedgerStore {
    if let openStore { return try openStore() }
    let file = try file()
    switch configuration.ledger.engine {
    case .sqlite: return LocalStore(file: file)
    case .tigerbeetle: return ClusterStore(engine: try cluster(), words: file)
    }
  }
}

/// The files that this process has open, each once.
private final class OpenFiles: Sendable {
  private struct Key: Hashable {
    var path: String
    var deadline: Int
  }
  private let engines = Mutex<[Key: SQLiteEngine]>([:])

  func engine(
    _ path: String, _ deadline: Int, _ open: () throws(EngineError) -> SQLiteEngine
  ) throws(EngineError) -> SQLiteEngine {
    let key = Key(path: path, deadline: deadline)
    if let known = engines.withLock({ $0[key] }), known.isSameFile { return known }
    let engine = try open()
    engines.withLock { $0[key] = engine }
    return engine
  }
}

private let openFiles = OpenFiles()
