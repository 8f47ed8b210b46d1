import JSON
import MasqueModel
public import MasqueRuntime
import MasqueWorkspace

/// The ledger that the configuration names. Where its policy is `defer`, what can't be done while it does not answer is
/// kept in a journal, each line on the disk before it is acknowledged, and done later in the same order.
public struct ConfiguredLedger: Ledger {
  private let setup: LedgerSetup

  /// A ledger; it is opened when it is first needed.
  public init(_ setup: LedgerSetup) { self.setup = setup }

  private var defers: Bool { setup.configuration.ledger.policy == .defer }

  public func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt {
    guard defers else { return try setup.book().place(hold) }
    return try setup.journal.inOrder(
      .place(hold), of: hold.session, setup, receipt: HoldReceipt(amount: hold.amount, isDeferred: true)
    ) { (book) throws(LedgerError) in try book.place(hold) }
  }

  public func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt {
    guard defers else { return try setup.book().settle(settlement) }
    let paid = min(settlement.price.total, settlement.hold.amount)
    let receipt = SettlementReceipt(
      paid: paid, fee: LedgerBook.fee(of: paid, settlement.feeBasisPoints), isDeferred: true)
    return try setup.journal.inOrder(.settle(settlement), of: settlement.hold.session, setup, receipt: receipt) {
      (book) throws(LedgerError) in try book.settle(settlement)
    }
  }

  public func release(_ hold: HoldRequest) throws(LedgerError) {
    guard defers else { return try setup.book().release(hold) }
    try setup.journal.inOrder(.release(hold), of: hold.session, setup, receipt: ()) {
      (book) throws(LedgerError) in try book.release(hold)
    }
  }

  public func accounts(of parties: [AccountParty]) throws(LedgerError) -> [AccountSnapshot?] {
    // What accounts hold without what waits is not what they hold; and whoever does not answer need not be asked again.
    guard try setup.journal.entries().isEmpty else { throw .unavailable("payments wait to be made") }
    return try setup.book().accounts(of: parties)
  }
}

/// What is still to be done, in a file of lines: `ledger-deferred.jsonl`.
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
  let lockPath: FilePath
  let files: any Files
  let deadline: Int

  init(home: FilePath, files: any Files, deadline: Int) {
    path = home.appending(Self.fileName.utf8)
    lockPath = home.appending("state".utf8).appending("ledger.lock".utf8)
    self.files = files
    self.deadline = deadline
  }

  /// Does what waits and then this, or writes this behind what waits.
  ///
  /// - Parameters:
  ///   - entry: this, as a line.
  ///   - session: its wearing.
  ///   - setup: the ledger.
  ///   - receipt: what is answered when it waits.
  ///   - body: does it.
  /// - Returns: the answer.
  /// - Throws: why it is neither done nor written down.
  func inOrder<Receipt>(
    _ entry: Entry, of session: SessionID, _ setup: LedgerSetup, receipt: Receipt,
    _ body: (LedgerBook) throws(LedgerError) -> Receipt
  ) throws(LedgerError) -> Receipt {
    // Nothing waits: nobody needs to be kept out.
    if try entries().isEmpty {
      do throws(LedgerError) {
        return try body(try setup.book())
      } catch {
        guard case .unavailable = error else { throw error }
      }
    }
    let lock = try hold()
    defer { withExtendedLifetime(lock) {} }
    let before = try entries()
    let left = post(before, setup)
    if left != before { try write(left) }
    if !left.contains(where: { $0.session == session }) {
      do throws(LedgerError) {
        return try body(try setup.book())
      } catch {
        guard case .unavailable = error else { throw error }
      }
    }
    if !left.contains(entry) { try append(entry) }
    return receipt
  }

  /// Does what waits.
  ///
  /// - Returns: what waits still, and why.
  func flush(_ setup: LedgerSetup) throws(LedgerError) -> [Entry] {
    if try entries().isEmpty { return [] }
    let lock = try hold()
    defer { withExtendedLifetime(lock) {} }
    let before = try entries()
    let left = post(before, setup)
    if left != before { try write(left) }
    return left
  }

  /// Does entries in their order; what belongs to a session whose earlier entry waits, waits.
  private func post(_ entries: [Entry], _ setup: LedgerSetup) -> [Entry] {
    guard !entries.isEmpty, let book = try? setup.book() else { return entries }
    var left: [Entry] = []
    var waiting: Set<SessionID> = []
    var isReachable = true
    for entry in entries {
      if !isReachable || waiting.contains(entry.session) {
        left.append(entry)
        continue
      }
      do throws(LedgerError) {
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
      } catch {
        if case .unavailable = error { isReachable = false }
        waiting.insert(entry.session)
        left.append(entry)
      }
    }
    return left
  }

  // MARK: The file

  private func hold() throws(LedgerError) -> any FileLock {
    try reaching { () throws(FileError) in
      try files.makeFolder(lockPath.parent, isPrivate: true)
      return try files.lock(lockPath, waiting: deadline)
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

  private func append(_ entry: Entry) throws(LedgerError) {
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
    let id = WearingIDs(session: hold.session).hold
    return try asking { () throws(EngineError) in try store.engine.transfers([id]) }.isEmpty
  }
}
