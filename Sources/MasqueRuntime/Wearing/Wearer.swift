import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import YAMLSyntax

/// One command's hold on a project: its state, under the lock, and what it takes to change it.
struct Wearer {
  let runtime: Runtime
  let context: CommandContext
  let store: StateStore
  let settings: AgentSettings
  /// One for the whole command, so that a ledger that does not answer is waited for once.
  let ledger: any Ledger
  let now: Timestamp
  private(set) var state: WearingState
  /// What there is to say beside the result.
  var warnings: [String] = []
  private let lock: any FileLock

  /// Takes the lock, reads the state and completes or undoes what somebody left half done.
  ///
  /// - Parameters:
  ///   - runtime: what it needs.
  ///   - context: where it looks.
  ///   - retriesDeferred: whether a ledger that could not be reached before is asked again.
  /// - Throws: that somebody else is at work, or why the state can't be read or written.
  init(_ runtime: Runtime, _ context: CommandContext, retriesDeferred: Bool = true) throws(CommandError) {
    self.runtime = runtime
    self.context = context
    store = try Self.store(runtime, context)
    settings = AgentSettings(project: runtime.projectFolder, files: context.files)
    ledger = runtime.ledger(store.home, context.files)
    lock = try store.lock()
    state = try store.read(settingAside: true)
    // A clock that was put back does not undo what has happened.
    now = max(runtime.now(), state.active?.donnedAt ?? Timestamp(seconds: 0))
    store.removeLeftovers()
    if let preparation = state.preparing { try abandon(preparation) }
    complete(retriesDeferred: retriesDeferred)
  }

  static func store(_ runtime: Runtime, _ context: CommandContext) throws(CommandError) -> StateStore {
    guard let home = context.places.privateFolder else {
      throw CommandError(.notFound, "there is no place for what is worn: set `MASQUES_HOME`, or `HOME`")
    }
    return StateStore(home: home, project: runtime.projectFolder, files: context.files)
  }

  // MARK: Changes

  /// Changes the state, and with it what is so.
  mutating func commit(_ change: (inout WearingState) -> Void) throws(CommandError) {
    var next = state
    change(&next)
    if next == state { return }
    do throws(CommandError) {
      try store.write(next)
    } catch {
      throw CommandError(error.reason, "\(error.message); nothing was changed")
    }
    state = next
  }

  /// Ends the wearing that is on: from here on it is over, whatever happens.
  ///
  /// - Returns: the wearing; nil if none was on.
  mutating func end(_ end: SessionEnd) throws(CommandError) -> Ending? {
    guard let ending = ending(end) else { return nil }
    try commit { $0.close(with: ending) }
    return ending
  }

  /// What the wearing that is on comes to if it ends now, or when its lifetime was over.
  mutating func ending(_ end: SessionEnd) -> Ending? {
    guard let wearing = state.active else { return nil }
    let isOver = wearing.isOver(at: now)
    // Whatever was done until this moment belongs to it.
    let at = (isOver ? wearing.expiresAt ?? now : now).nextWholeMillisecond
    let window = SessionWindow(
      session: wearing.session, agentSession: wearing.agentSession, masque: wearing.name,
      start: wearing.donnedAt, end: at)
    var usage: Usage?
    var score: SessionScore?
    do throws(TelemetryError) {
      usage = try runtime.usageMeter?.usage(in: window)
      score = usage == nil ? nil : try runtime.judge?.score(window)
    } catch {
      warnings.append("the telemetry tells nothing: \(error.message)")
    }
    // What is broken in the configuration makes nothing dearer.
    let configuration = (try? runtime.configuration()) ?? UserConfiguration()
    return Ending(
      wearing: wearing, at: at, end: isOver ? .expired : end, usage: usage, score: score,
      price: Price(
        configuration.rates(of: wearing.name), seconds: secondsBegun(from: wearing.donnedAt, to: at), usage: usage),
      feeBasisPoints: configuration.feeBasisPoints, refusedIntents: state.refusals[wearing.name] ?? 0)
  }

  /// Does what follows from the state and is not done yet: the session file, the settings, the ledger, the records. What
  /// can't be done now is done by a later command.
  mutating func complete(retriesDeferred: Bool) {
    var next = state
    if let change = next.restoring {
      if let problem = changeSettings({ (current) throws(JSONEditError) in
        try AgentSettings.undoing(change, in: current)
      }) {
        warnings.append("\(problem); mend it, and the next command restores `\(AgentSettings.key)` in it")
      } else {
        next.restoring = nil
      }
    }
    if next.isSessionFileStale, writeSessionFile(of: next) { next.isSessionFileStale = false }
    var open: [Ending] = []
    for ending in next.endings {
      if ending.isDeferred, !retriesDeferred {
        open.append(ending)
        continue
      }
      if let rest = settle(ending) { open.append(rest) }
    }
    next.endings = open
    if retriesDeferred { next.releases.removeAll { isReleased($0) } }
    if next == state { return }
    do throws(CommandError) {
      try store.write(next)
      state = next
    } catch {
      warnings.append("\(error.message); the next command does again what this one has done")
    }
  }

  /// Changes the agent's settings.
  ///
  /// - Parameter change: what becomes of their text; nil is no file.
  /// - Returns: why they are as they were, for people; nil if all is well.
  private func changeSettings(_ change: (String?) throws(JSONEditError) -> String?) -> String? {
    let path = context.shown(settings.path)
    do {
      let current = try settings.read()
      try settings.write(change(current), over: current)
      return nil
    } catch let error as JSONEditError {
      return "\(path): \(AgentSettings.words(error))"
    } catch let error as FileError {
      return "\(path): \(error.message)"
    } catch {
      return "\(path): \(error)"
    }
  }

  /// Writes the session file of a state.
  ///
  /// - Returns: whether it is written.
  mutating func writeSessionFile(of state: WearingState) -> Bool {
    let path = SessionFile.path(in: runtime.projectFolder)
    let text = Array(state.sessionFile(in: runtime.projectFolder).yaml.utf8)
    let old = try? context.files.read(path, maximumLength: SessionFile.maximumLength)
    if old == text { return true }
    let isThere = (try? context.files.kind(of: path, followingLinks: false)) != nil
    // Where nothing was ever worn there is nothing to tell, and where the project is gone, nobody to be told.
    if !isThere, state.active == nil,
      state.previous == nil || (try? context.files.kind(of: runtime.projectFolder, followingLinks: true)) != .folder
    {
      return true
    }
    do throws(FileError) {
      try context.files.makeFolder(path.parent, isPrivate: false)
      if let old, !old.isEmpty, SessionFile(old) == nil {
        let name = "masque.session.yaml.damaged-\(sha256(old).prefix(8))"
        try context.files.rename(path, to: name)
        warnings.append("\(context.shown(path)) could not be understood and is kept as \(name)")
      }
      try context.files.writePrivate(path, text)
      return true
    } catch {
      warnings.append("\(context.shown(error.path)): \(error.message); it is written by the next command")
      return false
    }
  }

  // MARK: Money

  /// Pays for a wearing and records it.
  ///
  /// - Returns: what is left to be done; nil if nothing is.
  private mutating func settle(_ ending: Ending) -> Ending? {
    var ending = ending
    if ending.receipt == nil {
      let settlement = Settlement(
        hold: ending.wearing.hold, price: ending.price, feeBasisPoints: ending.feeBasisPoints, at: ending.at.seconds)
      do throws(LedgerError) {
        ending.receipt = try ledger.settle(settlement)
      } catch {
        warnings.append("\(words(error)); what `\(ending.wearing.name)` cost is paid by a later command")
        if !ending.isDeferred { record(ending, isPaid: false) }
        ending.isDeferred = true
        return ending
      }
    }
    if let receipt = ending.receipt { receipts[ending.wearing.session] = receipt }
    record(ending, isPaid: true)
    return nil
  }

  /// What was paid by this command.
  private(set) var receipts: [SessionID: SettlementReceipt] = [:]

  private mutating func record(_ ending: Ending, isPaid: Bool) {
    let record = SessionRecord(ending)
    do {
      if !ending.isDeferred {
        let line = try JSONValueEncoder().encode(record).text(.line) + "\n"
        try context.files.append(store.home.appending("sessions.jsonl".utf8), Array(line.utf8))
      }
      if isPaid { try runtime.analytics?.enqueue(record) }
    } catch let error as TelemetryError {
      warnings.append(error.message)
    } catch {
      warnings.append("the session could not be recorded: \(error)")
    }
  }

  private mutating func isReleased(_ hold: HoldRequest) -> Bool {
    do throws(LedgerError) {
      try ledger.release(hold)
      return true
    } catch {
      warnings.append("\(words(error)); a hold of \(hold.amount.text) USD is given back by a later command")
      return false
    }
  }

  // MARK: A don that does not happen

  /// Undoes all that a don may have done before it happened.
  mutating func abandon(_ preparation: Preparation) throws(CommandError) {
    if let write = preparation.settings,
      let problem = changeSettings({ (current) throws(JSONEditError) in
        try AgentSettings.reverting(write, in: current)
      })
    {
      warnings.append("\(problem); look whether `\(AgentSettings.key)` in it is right")
    }
    let hold = preparation.hold
    let isReleased = isReleased(hold)
    try commit { state in
      state.preparing = nil
      state.isSessionFileStale = true
      if !isReleased { state.releases.append(hold) }
    }
  }
}

/// Why the ledger did not do it, for people.
func words(_ error: LedgerError) -> String {
  switch error {
  case .paymentRequired(let needed, let available):
    "\(needed.text) USD are needed and \(available.text) USD are there: `masque ledger deposit \(needed.text)` adds them"
  case .unavailable(let message), .failed(let message): message
  }
}

/// How many seconds have begun between two moments.
private func secondsBegun(from start: Timestamp, to end: Timestamp) -> Int64 {
  end.seconds(since: start) + (end > start && end.fraction != start.fraction ? 1 : 0)
}
