import JSON
import MasqueCommands
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import Synchronization

/// Files that fail from some change on, as if the disk were full or the process had been killed.
final class FailingFiles: Files {
  /// What happens at the change.
  enum Failure: CaseIterable {
    /// The change does not happen, and the process is gone.
    case killedBefore
    /// The change happens, and the process is gone.
    case killedAfter
    /// The change does not happen, once.
    case onceFull
    /// No change happens any more.
    case full
  }

  private let base: MemoryFiles
  private let failure: Failure
  private let state: Mutex<(left: Int, isDead: Bool)>

  init(_ base: MemoryFiles, _ failure: Failure, after changes: Int) {
    self.base = base
    self.failure = failure
    state = Mutex((changes, false))
  }

  /// Whether the failure has happened.
  var hasFailed: Bool { state.withLock { $0.left < 0 } }

  private func change(_ path: FilePath, _ body: () throws(FileError) -> Void) throws(FileError) {
    let isDue = state.withLock { state in
      if state.isDead { return true }
      state.left -= 1
      return state.left == -1 || state.left < 0 && failure == .full
    }
    let error = FileError(path, .system(28), "No space left on device")
    guard isDue else { return try body() }
    switch failure {
    case .onceFull, .full: throw error
    case .killedAfter:
      if !state.withLock({ $0.isDead }) { try body() }
      fallthrough
    case .killedBefore:
      state.withLock { $0.isDead = true }
      throw error
    }
  }

  private func live(_ path: FilePath) throws(FileError) {
    if state.withLock({ $0.isDead }) { throw FileError(path, .system(3), "the process is gone") }
  }

  var currentFolder: FilePath { base.currentFolder }
  func kind(of path: FilePath, followingLinks: Bool) throws(FileError) -> FileKind {
    try live(path)
    return try base.kind(of: path, followingLinks: followingLinks)
  }
  func stamp(of path: FilePath) -> FileStamp? { base.stamp(of: path) }
  func read(_ path: FilePath, maximumLength: Int) throws(FileError) -> [UInt8] {
    try live(path)
    return try base.read(path, maximumLength: maximumLength)
  }
  func entries(of folder: FilePath) throws(FileError) -> [FolderEntry] {
    try live(folder)
    return try base.entries(of: folder)
  }
  func canonicalPath(of path: FilePath) throws(FileError) -> FilePath { try base.canonicalPath(of: path) }
  func replace(_ path: FilePath, expecting old: [UInt8], with new: [UInt8]) throws(FileError) {
    try change(path) { () throws(FileError) in try base.replace(path, expecting: old, with: new) }
  }
  func makeFolder(_ folder: FilePath, isPrivate: Bool) throws(FileError) {
    if (try? base.kind(of: folder, followingLinks: true)) == .folder { return }
    try change(folder) { () throws(FileError) in try base.makeFolder(folder, isPrivate: isPrivate) }
  }
  func write(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    try change(path) { () throws(FileError) in try base.write(path, bytes) }
  }
  func writePrivate(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    try change(path) { () throws(FileError) in try base.writePrivate(path, bytes) }
  }
  func append(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    try change(path) { () throws(FileError) in try base.append(path, bytes) }
  }
  func remove(_ path: FilePath) throws(FileError) {
    try change(path) { () throws(FileError) in try base.remove(path) }
  }
  func rename(_ path: FilePath, to name: String) throws(FileError) {
    try change(path) { () throws(FileError) in try base.rename(path, to: name) }
  }
  func lock(_ path: FilePath, waiting milliseconds: Int) throws(FileError) -> any FileLock {
    try live(path)
    return try base.lock(path, waiting: milliseconds)
  }
}

/// A project, a home and a clock without a disk.
struct Project {
  static let start: Int64 = 1_795_262_400
  static let settings: FilePath = "/project/.claude/settings.local.json"
  static let sessionFile: FilePath = "/project/.claude/masque.session.yaml"

  var files: MemoryFiles
  var configuration = UserConfiguration()
  var now = Project.start
  /// What has passed of the second.
  var nanoseconds: Int64 = 0
  var ledger: (any Ledger)?
  var usage: Usage?
  let meter = FixedUsage()

  init(settings: String? = "{\n  \"env\": {\"A\": \"1\"}\n}\n") {
    files = MemoryFiles(
      [
        "/project/.git": .folder, "/home/.masques/.keep": .file([]),
        "/project/personas/smith.masque.yaml": .file(Array(Self.masque("Smith", 1, verbs: "Hammering").utf8)),
        "/project/personas/scribe.masque.yaml": .file(Array(Self.masque("Scribe", 2, verbs: "Writing").utf8)),
        "/project/personas/mute.masque.yaml": .file(Array(Self.masque("Mute", 3).utf8)),
      ], currentFolder: "/project")
    if let settings { files[Self.settings] = .file(Array(settings.utf8)) }
    configuration.rates.hold = Amount(micros: 5_000_000)
    configuration.rates.perMinute = Amount(micros: 10_000)
    configuration.feeBasisPoints = 250
  }

  static func masque(
    _ name: String, _ index: Int, ring: String = "player", ttl: String? = nil, verbs: String? = nil,
    mode: String = "replace", lens: String = "Look twice."
  ) -> String {
    """
    name: \(name)
    index: \(index)
    version: "1.0.0"
    ring: \(ring)
    intent:
      allowed: ["write *"]
      denied: ["write * without sources"]
    \(ttl.map { "access: {ttl: \($0)}\n" } ?? "")\(verbs.map { "spinnerVerbs: {mode: \(mode), verbs: [\"\(name):\($0)\"]}\n" } ?? "")lens: |
      \(lens)

    """
  }

  func runtime() -> Runtime {
    let time = Timestamp(nanoseconds: now * 1_000_000_000 + nanoseconds)
    let (configuration, ledger) = (configuration, ledger)
    var runtime = Runtime(
      projectFolder: "/project", now: { time }, user: "ada",
      configuration: { () throws(CommandError) in configuration })
    if let ledger { runtime.ledger = { _, _ in ledger } }
    if let usage {
      meter.value.withLock { $0 = usage }
      runtime.usageMeter = meter
    }
    return runtime
  }

  /// Runs a command.
  @discardableResult func run(
    _ name: String, _ argument: JSONValue = [:], on files: (any Files)? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(CommandError) -> JSONValue {
    var table = CommandTable.pure
    let runtime = runtime()
    table.add(runtime)
    var context = CommandContext(
      files: files ?? self.files,
      places: MasquePlaces(privateFolder: "/home/.masques", sharedFolders: ["/project/personas"]))
    context.blockOptions.maximumGuestLifetime = configuration.maximumGuestLifetime
    context.isCancelled = isCancelled
    context.activeMasque = runtime.activeMasque(context)
    return try table.run(name, argument, context)
  }

  var settings: String? { files.text(of: Self.settings) }

  /// The lines of the ledger's journal.
  var ledgerLines: [JSONValue] {
    (files.text(of: "/home/.masques/ledger.jsonl") ?? "").split(separator: "\n").compactMap {
      try? JSONValue(parsing: String($0))
    }
  }
}

final class FixedUsage: UsageMeter {
  let value = Mutex(Usage())
  /// The windows that were asked for.
  let windows = Mutex<[SessionWindow]>([])
  func usage(in window: SessionWindow) throws(TelemetryError) -> Usage? {
    windows.withLock { $0.append(window) }
    return value.withLock { $0 }
  }
}

/// A ledger that does what it is told to.
final class ScriptedLedger: Ledger {
  let error: Mutex<LedgerError?>
  let log = Mutex<[String]>([])

  init(_ error: LedgerError? = nil) { self.error = Mutex(error) }

  private func note(_ text: String) throws(LedgerError) {
    log.withLock { $0.append(text) }
    if let error = error.withLock({ $0 }) { throw error }
  }
  func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt {
    let renewal = hold.renewal == 0 ? "" : " \(hold.renewal) for \(hold.timeout)"
    try note("place \(hold.masque) \(hold.amount.text)\(renewal)")
    return HoldReceipt(amount: hold.amount)
  }
  func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt {
    try note("settle \(settlement.hold.masque) \(settlement.price.total.text)")
    return SettlementReceipt(paid: settlement.price.total, fee: .zero)
  }
  func release(_ hold: HoldRequest) throws(LedgerError) { try note("release \(hold.masque)") }
}
