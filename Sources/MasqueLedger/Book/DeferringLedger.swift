import JSON
import MasqueModel
public import MasqueRuntime
import MasqueWorkspace

/// The ledger that the configuration names. Where its policy is `defer`, what can't be done while it does not answer is
/// kept in a journal, each line on the disk before it is acknowledged, and done later in the same order.
///
/// One is made for one command: once the ledger has not answered it, it is not asked again.
public struct ConfiguredLedger: Ledger {
  private let setup: LedgerSetup
  private let reach: LedgerReach

  /// A ledger; it is opened when it is first needed.
  public init(_ setup: LedgerSetup) {
    self.setup = setup
    reach = LedgerReach(setup)
  }

  private var defers: Bool { setup.configuration.ledger.policy == .defer }

  public func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt {
    // A renewal can be asked for again as well as it can be written down.
    if hold.renewal > 0 {
      if defers, try setup.journal.flush(reach).contains(where: { $0.session == hold.session }) {
        throw reach.error ?? .unavailable("what this session has asked for before waits to be posted still")
      }
      return try reach.ask { (book) throws(LedgerError) in try book.place(hold) }
    }
    return try done(.place(hold), HoldReceipt(amount: hold.amount, isDeferred: true)) { (book) throws(LedgerError) in
      try book.place(hold)
    }
  }

  public func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt {
    let paid = min(settlement.price.total, settlement.hold.amount)
    let receipt = SettlementReceipt(
      paid: paid, fee: LedgerBook.fee(of: paid, settlement.feeBasisPoints), isDeferred: true)
    return try done(.settle(settlement), receipt) { (book) throws(LedgerError) in try book.settle(settlement) }
  }

  public func release(_ hold: HoldRequest) throws(LedgerError) {
    try done(.release(hold), ()) { (book) throws(LedgerError) in try book.release(hold) }
  }

  /// Does it, or writes down that it is to be done.
  private func done<Receipt>(
    _ entry: DeferredJournal.Entry, _ receipt: Receipt, _ body: (LedgerBook) throws(LedgerError) -> Receipt
  ) throws(LedgerError) -> Receipt {
    guard defers else { return try reach.ask(body) }
    return try setup.journal.inOrder(entry, reach, receipt: receipt, body)
  }

  public func accounts(of parties: [AccountParty]) throws(LedgerError) -> [AccountSnapshot?] {
    // What accounts hold without what waits is not what they hold; and whoever does not answer need not be asked again.
    guard try setup.journal.entries().isEmpty else { throw .unavailable("payments wait to be made") }
    return try setup.book().accounts(of: parties)
  }
}

/// What is still to be done, in a file of lines: `ledger-deferred.jsonl`.
///
/// One process at a time does what waits, which takes as long as the ledger does. The file itself is locked only while it is
/// written: whoever adds a line does not wait for the ledger that somebody else is asking.
struct DeferredJournal: Sendable {
  static let fileName = "ledger-deferred.jsonl"

  /// A line.
  enum Entry: Codable, Sendable, Equatable {
    case place(HoldRequest)
    case settle(Settlement)
    case release(HoldRequest)

    var session: SessionID {
      switch self {
      case .place(let hold), .release(let hold): hold.session
      case .settle(let settlement): settlement.hold.session
      }
    }

    /// What it is about, for people.
    var summary: String {
      switch self {
      case .place(let hold): "a hold of \(hold.amount.text) USD of `\(hold.payer)` for `\(hold.masque)`"
      case .settle(let settlement):
        "a payment of \(min(settlement.price.total, settlement.hold.amount).text) USD by `\(settlement.hold.payer)` for "
          + "`\(settlement.hold.masque)`"
      case .release(let hold): "the return of \(hold.amount.text) USD to `\(hold.payer)`"
      }
    }
  }

  let path: FilePath
  /// Held by who does what waits.
  let postingLock: FilePath
  /// Held by who writes the file.
  let fileLock: FilePath
  let files: any Files
  let deadline: Int

  init(home: FilePath, files: any Files, deadline: Int) {
    path = home.appending(Self.fileName.utf8)
    let state = home.appending("state".utf8)
    postingLock = state.appending("ledger.lock".utf8)
    fileLock = state.appending("ledger-deferred.lock".utf8)
    self.files = files
    self.deadline = deadline
  }

  /// Does what waits and then this, or writes this behind what waits.
  ///
  /// - Parameters:
  ///   - entry: this, as a line.
  ///   - reach: the ledger.
  ///   - receipt: what is answered when it waits.
  ///   - body: does it.
  /// - Returns: the answer.
  /// - Throws: why it is neither done nor written down.
  func inOrder<Receipt>(
    _ entry: Entry, _ reach: LedgerReach, receipt: Receipt, _ body: (LedgerBook) throws(LedgerError) -> Receipt
  ) throws(LedgerError) -> Receipt {
    try Deadline.within(deadline) { () throws(LedgerError) in
      // Nothing waits: nobody needs to be kept out.
      if try entries().isEmpty, let done = try reached(reach, body) { return done }
      if let lock = try turn() {
        defer { withExtendedLifetime(lock) {} }
        let left = try postAll(reach)
        if !left.contains(where: { $0.session == entry.session }), let done = try reached(reach, body) { return done }
      }
      try append(entry)
      return receipt
    }
  }

  /// The answer; nil if the ledger is not reached.
  private func reached<Answer>(
    _ reach: LedgerReach, _ body: (LedgerBook) throws(LedgerError) -> Answer
  ) throws(LedgerError) -> Answer? {
    do throws(LedgerError) {
      return try reach.ask(body)
    } catch {
      guard case .unavailable = error else { throw error }
      return nil
    }
  }

  /// Does what waits, for as long as the ledger answers.
  ///
  /// - Returns: what waits still.
  func flush(_ reach: LedgerReach) throws(LedgerError) -> [Entry] {
    if try entries().isEmpty { return [] }
    guard let lock = try turn() else { return try entries() }
    defer { withExtendedLifetime(lock) {} }
    return try postAll(reach)
  }

  /// The turn to do what waits; nil if somebody else has it for too long.
  private func turn() throws(LedgerError) -> (any FileLock)? {
    try reaching { () throws(FileError) in
      try files.makeFolder(postingLock.parent, isPrivate: true)
      do throws(FileError) {
        return try files.lock(postingLock, waiting: Deadline.left(until: Deadline.end(ofRequest: deadline)))
      } catch {
        guard error.reason == .busy else { throw error }
        return nil
      }
    }
  }

  /// Does what waits, whose turn it is.
  ///
  /// - Returns: what waits still.
  private func postAll(_ reach: LedgerReach) throws(LedgerError) -> [Entry] {
    let before = try entries()
    let left = post(before, reach)
    if left == before { return left }
    let lock = try writing()
    defer { withExtendedLifetime(lock) {} }
    // Others have added lines meanwhile, and nobody has taken any away.
    let now = left + (try entries().dropFirst(before.count))
    try write(now)
    return now
  }

  /// Does entries in their order; what belongs to a session whose earlier entry waits, waits.
  private func post(_ entries: [Entry], _ reach: LedgerReach) -> [Entry] {
    var left: [Entry] = []
    var waiting: Set<SessionID> = []
    for entry in entries {
      do throws(LedgerError) {
        guard !waiting.contains(entry.session) else { throw .failed("an earlier one waits") }
        try reach.ask { (book) throws(LedgerError) in try post(entry, book) }
      } catch {
        waiting.insert(entry.session)
        left.append(entry)
      }
    }
    return left
  }

  private func post(_ entry: Entry, _ book: LedgerBook) throws(LedgerError) {
    switch entry {
    case .place(let hold):
      // A refusal would burn the hold's identifier: it waits until there is enough.
      let payer = Holder(book.isPrepaid ? .operator : .postpaid, hold.payer)
      if book.isPrepaid, hold.amount > .zero, try book.available(to: payer) < hold.amount,
        try book.isMissing(hold)
      {
        throw .paymentRequired(needed: hold.amount, available: .zero)
      }
      _ = try book.place(hold)
    case .settle(let settlement): _ = try book.settle(settlement)
    case .release(let hold): try book.release(hold)
    }
  }

  // MARK: The file

  private func writing() throws(LedgerError) -> any FileLock {
    try reaching { () throws(FileError) in
      try files.makeFolder(fileLock.parent, isPrivate: true)
      return try files.lock(fileLock, waiting: max(deadline, 1_000))
    }
  }

  /// What waits. A last line that was cut short by a loss of power was never acknowledged.
  func entries() throws(LedgerError) -> [Entry] {
    var bytes: [UInt8] = []
    do throws(FileError) {
      bytes = try files.read(path, maximumLength: 1 << 30)
    } catch {
      if error.reason == .notFound { return [] }
      throw .unavailable("\(error.path): \(error.message)")
    }
    var result: [Entry] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    for (index, line) in lines.enumerated() {
      if let json = try? JSONValue(parsing: Array(line)),
        let entry = try? JSONValueDecoder().decode(Entry.self, from: json)
      {
        result.append(entry)
      } else if index < lines.count - 1 || bytes.last == UInt8(ascii: "\n") {
        throw .failed("\(path), line \(index + 1): what waits to be posted can't be understood; mend it")
      }
    }
    return result
  }

  /// Adds a line, if it is not there.
  private func append(_ entry: Entry) throws(LedgerError) {
    let lock = try writing()
    defer { withExtendedLifetime(lock) {} }
    if try entries().contains(entry) { return }
    let line = try text(of: entry)
    try reaching { () throws(FileError) in
      // Behind a line that was cut short, a new one begins.
      let bytes = (try? files.read(path, maximumLength: 1 << 30)) ?? []
      if let last = bytes.last, last != UInt8(ascii: "\n") {
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { Array(bytes[...$0]) } ?? []
        try files.writePrivate(path, whole)
      }
      try files.append(path, Array(line.utf8))
    }
  }

  private func write(_ entries: [Entry]) throws(LedgerError) {
    var lines = ""
    for entry in entries { lines += try text(of: entry) }
    let text = lines
    try reaching { () throws(FileError) in
      if text.isEmpty { try files.remove(path) } else { try files.writePrivate(path, Array(text.utf8)) }
    }
  }

  private func text(of entry: Entry) throws(LedgerError) -> String {
    do {
      return try JSONValueEncoder().encode(entry).text(.line) + "\n"
    } catch {
      throw .failed("what waits to be posted can't be written: \(error)")
    }
  }

  private func reaching<Result>(_ body: () throws(FileError) -> Result) throws(LedgerError) -> Result {
    do throws(FileError) {
      return try body()
    } catch {
      throw .unavailable("\(error.path): \(error.message)")
    }
  }
}

extension LedgerBook {
  /// Whether a hold has not been placed.
  func isMissing(_ hold: HoldRequest) throws(LedgerError) -> Bool {
    let id = WearingIDs(hold).hold
    return try asking { () throws(EngineError) in try store.engine.transfers([id]) }.isEmpty
  }
}
