import GRDB
import GRDBSQLite
public import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A ledger in one file, with TigerBeetle's meaning: SQLite in write-ahead mode with full durability, so that what a call
/// has returned is on the disk. Any number of processes may use the file at once; each request is one transaction.
public final class SQLiteEngine: LedgerEngine {
  /// How the file is used.
  public struct Options: Sendable {
    /// How long a lock of another process is waited for, in milliseconds.
    public var deadline = 5_000
    /// Whether a request is on the disk when it returns. Only tests and imports that can be repeated do without.
    public var isDurable = true
    /// The time in nanoseconds since 1970.
    public var now: @Sendable () -> UInt64 = systemNanoseconds

    /// The usual.
    public init() {}
  }

  /// The file.
  public let path: FilePath
  private let options: Options
  private let queue: DatabaseQueue
  private let identity: FileIdentity?

  /// TigerBeetle's, so that what one engine takes at once the other does, too.
  public var maximumBatch: Int { 8_189 }

  /// Opens a ledger; a file that is not there is made, readable by its owner alone.
  ///
  /// - Parameters:
  ///   - path: the file. Its folder is there.
  ///   - options: how it is used.
  /// - Throws: why it can't be used: no ledger, damaged, newer than this program, busy, no permission.
  public init(path: FilePath, options: Options = Options()) throws(EngineError) {
    self.path = path
    self.options = options
    do {
      try makePrivateFile(path)
      queue = try Self.open(path, options)
      identity = FileIdentity(path)
    } catch {
      throw engineError(error, path, options.deadline)
    }
  }

  /// Another process may be making the tables, or switching to the write-ahead log; SQLite does not wait for all of that
  /// by itself.
  private static func open(_ path: FilePath, _ options: Options) throws -> DatabaseQueue {
    let end = systemNanoseconds() &+ UInt64(clamping: options.deadline) * 1_000_000
    while true {
      do {
        let queue = try DatabaseQueue(path: path.description, configuration: configuration(options))
        try queue.writeWithoutTransaction { database in try prepare(database) }
        return queue
      } catch let error as DatabaseError
        where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) && systemNanoseconds() < end
      {
        usleep(5_000)
      }
    }
  }

  private static func configuration(_ options: Options) -> GRDB.Configuration {
    var configuration = GRDB.Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(Double(options.deadline) / 1_000)
    // What is written refers to rows that the request has looked up; `verify` checks the references.
    configuration.foreignKeysEnabled = false
    let synchronous = options.isDurable ? "FULL" : "OFF"
    configuration.prepareDatabase { database in
      try database.execute(
        sql: "PRAGMA synchronous = \(synchronous); PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
    }
    return configuration
  }

  private static func prepare(_ database: Database) throws {
    func pragma(_ name: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
    if try pragma("user_version") == 0 {
      try database.inTransaction(.immediate) {
        // Somebody else may have been faster.
        if try pragma("user_version") == 0 {
          let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
          guard try pragma("application_id") == 0, tables == 0 else { throw NoLedger() }
          try LedgerSchema.create(in: database)
        }
        return .commit
      }
    }
    guard try pragma("application_id") == LedgerSchema.applicationID else { throw NoLedger() }
    let version = try pragma("user_version")
    guard version <= LedgerSchema.version else { throw NewerLedger(version: version) }
  }

  /// Whether the path names the file still that was opened.
  var isSameFile: Bool { identity != nil && FileIdentity(path) == identity }

  // MARK: Access

  /// Reads and writes in one transaction that nobody comes between.
  func write<Result: Sendable>(_ body: (Database) throws -> Result) throws(EngineError) -> Result {
    do {
      return try queue.writeWithoutTransaction { database in
        var result: Result?
        try database.inTransaction(.immediate) {
          result = try body(database)
          return .commit
        }
        guard let result else { throw DamagedRow(what: "a transaction gave nothing") }
        return result
      }
    } catch {
      throw engineError(error, path, options.deadline)
    }
  }

  /// Reads in one transaction. Holds whose time is over have fallen back.
  func read<Result: Sendable>(_ body: (Database) throws -> Result) throws(EngineError) -> Result {
    try expireHolds()
    return try look(body)
  }

  /// Reads in one transaction, whatever is due.
  func look<Result: Sendable>(_ body: (Database) throws -> Result) throws(EngineError) -> Result {
    do {
      return try queue.read(body)
    } catch {
      throw engineError(error, path, options.deadline)
    }
  }

  private func expireHolds() throws(EngineError) {
    let now = options.now()
    let isDue = try look { database in
      let rows = LedgerRows(database)
      return try !rows.expiredHolds(at: max(now, rows.lastTimestamp()), limit: 1).isEmpty
    }
    guard isDue else { return }
    try write { database in
      let rows = LedgerRows(database)
      var request = try LedgerRequest(rows, count: 0, now: now)
      try request.expireHolds(at: max(now, rows.lastTimestamp()))
      try request.write()
    }
  }

  // MARK: Requests

  public func createAccounts(_ accounts: [Account]) throws(EngineError) -> [CreateAccountResult] {
    try submit(accounts, [], notes: [], names: []).0
  }

  public func createTransfers(_ transfers: [Transfer]) throws(EngineError) -> [CreateTransferResult] {
    try submit([], transfers, notes: [], names: []).1
  }

  /// Creates accounts, then transfers, and writes down what is to be remembered of them, all in one transaction.
  ///
  /// - Parameters:
  ///   - accounts: see `createAccounts(_:)`.
  ///   - transfers: see `createTransfers(_:)`.
  ///   - notes: about transfers; the first of a transfer counts.
  ///   - names: of accounts; the first of an account counts.
  /// - Returns: what came of each.
  /// - Throws: why nothing was done, or is known.
  func submit(
    _ accounts: [Account], _ transfers: [Transfer], notes: [TransferNote], names: [AccountName]
  ) throws(EngineError) -> ([CreateAccountResult], [CreateTransferResult]) {
    guard accounts.count <= maximumBatch, transfers.count <= maximumBatch else {
      throw .failed("a request has at most \(maximumBatch) events")
    }
    let now = options.now()
    return try write { database in
      let rows = LedgerRows(database)
      var accountRequest = try LedgerRequest(rows, count: accounts.count, now: now)
      try accountRequest.expireHolds(at: max(now, rows.lastTimestamp()))
      let accountResults = try accountRequest.create(accounts)
      if !accountRequest.isEmpty { try accountRequest.write() }
      var transferRequest = try LedgerRequest(rows, count: transfers.count, now: now)
      let transferResults = try transferRequest.create(transfers)
      if !transferRequest.isEmpty { try transferRequest.write() }
      try LocalNotes.write(notes, names, in: database)
      return (accountResults, transferResults)
    }
  }

  public func accounts(_ ids: [UInt128]) throws(EngineError) -> [Account] {
    try read { database in
      let rows = LedgerRows(database)
      return try ids.prefix(maximumBatch).compactMap { try rows.account($0) }
    }
  }

  public func transfers(_ ids: [UInt128]) throws(EngineError) -> [Transfer] {
    try read { database in
      let rows = LedgerRows(database)
      return try ids.prefix(maximumBatch).compactMap { try rows.transfer($0) }
    }
  }

  // MARK: Queries

  public func transfers(of filter: AccountFilter) throws(EngineError) -> [Transfer] {
    guard filter.isValid else { return [] }
    return try read { database in try self.transfers(of: filter, in: database) }
  }

  private func transfers(of filter: AccountFilter, in database: Database) throws -> [Transfer] {
    // Each side comes in order out of its index; SQLite merges the two.
    let sides = [filter.debits ? "debit_account_id" : nil, filter.credits ? "credit_account_id" : nil].compactMap { $0 }
    let conditions = self.conditions(
      filter.userData128, filter.userData64, filter.userData32, 0, filter.code, filter.timestampMin,
      filter.timestampMax)
    let parts = sides.map { side in
      "SELECT \(LedgerRows.transferColumns) FROM transfers WHERE \(side) = ?1"
        + conditions.map { " AND \($0.sql)" }.joined()
    }
    let sql =
      parts.joined(separator: " UNION ALL ") + " ORDER BY timestamp \(filter.reversed ? "DESC" : "ASC") LIMIT ?2"
    let row = try RowStatement(database, sql)
    row.bind(1, filter.accountID)
    row.bind(2, min(Int(filter.limit), maximumBatch))
    for condition in conditions { condition.bind(row) }
    var result: [Transfer] = []
    while try row.step() { result.append(try Transfer(row)) }
    return result
  }

  public func balances(of filter: AccountFilter) throws(EngineError) -> [AccountBalance] {
    guard filter.isValid else { return [] }
    return try read { database in
      guard let account = try LedgerRows(database).account(filter.accountID), account.flags.contains(.history) else {
        return []
      }
      let row = try RowStatement(
        database,
        """
        SELECT timestamp, debits_pending, debits_posted, credits_pending, credits_posted FROM account_history
        WHERE account = ?1 AND timestamp = ?2
        """)
      row.bind(1, account.timestamp)
      return try transfers(of: filter, in: database).compactMap { transfer -> AccountBalance? in
        row.bind(2, transfer.timestamp)
        defer { row.reset() }
        guard try row.step() else { return nil }
        return AccountBalance(
          debitsPending: try row.wide(1), debitsPosted: try row.wide(2), creditsPending: try row.wide(3),
          creditsPosted: try row.wide(4), timestamp: row.integer(0))
      }
    }
  }

  public func queryAccounts(_ filter: QueryFilter) throws(EngineError) -> [Account] {
    guard filter.isValid else { return [] }
    return try read { database in
      let row = try query(
        database, "\(LedgerRows.accountColumns) FROM \(LedgerRows.accountTables)", "a.timestamp", filter)
      var result: [Account] = []
      while try row.step() { result.append(try Account(row)) }
      return result
    }
  }

  public func queryTransfers(_ filter: QueryFilter) throws(EngineError) -> [Transfer] {
    guard filter.isValid else { return [] }
    return try read { database in
      let row = try query(database, "\(LedgerRows.transferColumns) FROM transfers", "timestamp", filter)
      var result: [Transfer] = []
      while try row.step() { result.append(try Transfer(row)) }
      return result
    }
  }

  private func query(
    _ database: Database, _ source: String, _ timestamp: String, _ filter: QueryFilter
  ) throws -> RowStatement {
    let conditions = self.conditions(
      filter.userData128, filter.userData64, filter.userData32, filter.ledger, filter.code, filter.timestampMin,
      filter.timestampMax, timestamp: timestamp)
    let row = try RowStatement(
      database,
      "SELECT \(source) WHERE 1" + conditions.map { " AND \($0.sql)" }.joined()
        + " ORDER BY \(timestamp) \(filter.reversed ? "DESC" : "ASC") LIMIT ?2")
    row.bind(2, min(Int(filter.limit), maximumBatch))
    for condition in conditions { condition.bind(row) }
    return row
  }

  private struct Condition {
    var sql: String
    var bind: (RowStatement) -> Void
  }

  /// The conditions of a filter, with parameters from 3 on.
  private func conditions(
    _ userData128: UInt128, _ userData64: UInt64, _ userData32: UInt32, _ ledger: UInt32, _ code: UInt16,
    _ minimum: UInt64, _ maximum: UInt64, timestamp: String = "timestamp"
  ) -> [Condition] {
    var result: [Condition] = []
    if userData128 != 0 { result.append(Condition(sql: "user_data_128 = ?3") { $0.bind(3, userData128) }) }
    if userData64 != 0 { result.append(Condition(sql: "user_data_64 = ?4") { $0.bind(4, userData64) }) }
    if userData32 != 0 { result.append(Condition(sql: "user_data_32 = ?5") { $0.bind(5, userData32) }) }
    if ledger != 0 { result.append(Condition(sql: "ledger = ?6") { $0.bind(6, ledger) }) }
    if code != 0 { result.append(Condition(sql: "code = ?7") { $0.bind(7, code) }) }
    if minimum != 0 { result.append(Condition(sql: "\(timestamp) >= ?8") { $0.bind(8, minimum) }) }
    if maximum != 0 { result.append(Condition(sql: "\(timestamp) <= ?9") { $0.bind(9, maximum) }) }
    return result
  }
}

/// The system's time in nanoseconds since 1970.
@Sendable public func systemNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
}
