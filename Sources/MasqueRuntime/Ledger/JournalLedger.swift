import JSON
import MasqueModel
public import MasqueWorkspace

/// A ledger that is a journal: one file of lines, each written for good before the answer. It knows holds and payments
/// and no balances, so nobody is refused.
public struct JournalLedger: Ledger {
  /// The file's name in `${MASQUES_HOME}`.
  public static let fileName = "ledger.jsonl"

  private let path: FilePath
  private let lockPath: FilePath
  private let files: any Files

  /// A journal.
  ///
  /// - Parameters:
  ///   - home: `${MASQUES_HOME}`.
  ///   - files: the file system.
  public init(home: FilePath, files: any Files) {
    path = home.appending(Self.fileName.utf8)
    lockPath = home.appending("state".utf8).appending("ledger.lock".utf8)
    self.files = files
  }

  /// A line of the journal: exactly one of these.
  struct Entry: Codable, Sendable, Equatable {
    /// Money was set aside.
    var hold: HoldRequest?
    /// It was paid.
    var payment: Payment?
    /// It was given back, and nothing may be set aside for this session any more.
    var release: SessionID?

    /// What was asked for, and what was done.
    struct Payment: Codable, Sendable, Equatable {
      var settlement: Settlement
      var receipt: SettlementReceipt
    }

    var session: SessionID? { hold?.session ?? payment?.settlement.hold.session ?? release }
  }

  public func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt {
    try withEntries(of: hold.session) { (entries, add) throws(LedgerError) in
      if entries.contains(where: { $0.release != nil }) { throw Self.isReleased }
      if entries.isEmpty { try add(Entry(hold: hold)) }
      return HoldReceipt(amount: hold.amount)
    }
  }

  public func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt {
    try withEntries(of: settlement.hold.session) { (entries, add) throws(LedgerError) in
      if let payment = entries.lazy.compactMap(\.payment).first { return payment.receipt }
      if entries.contains(where: { $0.release != nil }) { throw Self.isReleased }
      let paid = min(settlement.price.total, settlement.hold.amount)
      let share = UInt128(min(max(settlement.feeBasisPoints, 0), 10_000))
      // Split, so that no product is too large.
      let (whole, rest) = paid.micros.quotientAndRemainder(dividingBy: 10_000)
      let fee = Amount(micros: whole * share + rest * share / 10_000)
      let receipt = SettlementReceipt(paid: paid, fee: fee)
      try add(Entry(payment: .init(settlement: settlement, receipt: receipt)))
      return receipt
    }
  }

  public func release(_ hold: HoldRequest) throws(LedgerError) {
    try withEntries(of: hold.session) { (entries, add) throws(LedgerError) in
      if entries.allSatisfy({ $0.payment == nil && $0.release == nil }) { try add(Entry(release: hold.session)) }
    }
  }

  private static let isReleased = LedgerError.failed("the hold of this session was given back already")

  /// Runs `body` with the lines of a session and with what adds one, while nobody else reads or writes.
  private func withEntries<Result>(
    of session: SessionID,
    _ body: ([Entry], (Entry) throws(LedgerError) -> Void) throws(LedgerError) -> Result
  ) throws(LedgerError) -> Result {
    let lock: any FileLock
    var bytes: [UInt8] = []
    do throws(FileError) {
      try files.makeFolder(lockPath.parent, isPrivate: true)
      lock = try files.lock(lockPath, waiting: 10_000)
      do throws(FileError) {
        bytes = try files.read(path, maximumLength: 1 << 30)
      } catch {
        if error.reason != .notFound { throw error }
      }
    } catch {
      throw .unavailable("the ledger can't be used: \(error.path): \(error.message)")
    }
    defer { withExtendedLifetime(lock) {} }
    let word = Array(session.description.utf8)
    var entries: [Entry] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) where contains(line, word) {
      // A line that was cut short by a loss of power was never answered for.
      guard let json = try? JSONValue(parsing: Array(line)),
        let entry = try? JSONValueDecoder().decode(Entry.self, from: json)
      else { continue }
      if entry.session == session { entries.append(entry) }
    }
    let isTorn = bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
    return try body(entries) { (entry) throws(LedgerError) in
      do {
        let text = (isTorn ? "\n" : "") + (try JSONValueEncoder().encode(entry).text(.line)) + "\n"
        try files.append(path, Array(text.utf8))
      } catch let error as FileError {
        throw .unavailable("the ledger can't be written: \(error.path): \(error.message)")
      } catch {
        throw .failed("the ledger can't be written: \(error)")
      }
    }
  }
}

private func contains(_ line: ArraySlice<UInt8>, _ word: [UInt8]) -> Bool {
  guard let first = word.first, line.count >= word.count else { return false }
  var start = line.startIndex
  while let found = line[start...].firstIndex(of: first), found + word.count <= line.endIndex {
    if line[found..<(found + word.count)].elementsEqual(word) { return true }
    start = found + 1
  }
  return false
}
