import GRDB

/// The rows of a ledger as a request needs them, during one transaction.
final class LedgerRows {
  private let database: Database
  private var statements: [String: RowStatement] = [:]

  /// The rows of a database, for one access to it.
  init(_ database: Database) { self.database = database }

  private func statement(_ sql: String) throws -> RowStatement {
    if let statement = statements[sql] { return statement }
    let statement = try RowStatement(database, sql)
    statements[sql] = statement
    return statement
  }

  private lazy var transferByID = Result {
    try RowStatement(database, "SELECT \(Self.transferColumns) FROM transfers WHERE id = ?1")
  }
  private lazy var transferInsert = Result {
    try RowStatement(
      database,
      "INSERT INTO transfers (\(Self.transferColumns)) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)")
  }
  private lazy var failedID = Result { try RowStatement(database, "SELECT 1 FROM failed_ids WHERE id = ?1") }

  /// The columns of a transfer, in the order in which they are read.
  static let transferColumns =
    "timestamp, id, debit_account_id, credit_account_id, amount, pending_id, user_data_128, user_data_64, user_data_32, "
    + "timeout, ledger, code, flags, checksum"
  /// The columns of an account with its balances, in the order in which they are read.
  static let accountColumns =
    "a.timestamp, a.id, a.user_data_128, a.user_data_64, a.user_data_32, a.ledger, a.code, a.flags, a.checksum, "
    + "b.debits_pending, b.debits_posted, b.credits_pending, b.credits_posted, b.closed, b.checksum"
  /// Accounts with their balances.
  static let accountTables = "accounts a JOIN balances b ON b.account = a.timestamp"

  /// The greatest timestamp that was ever given; 0 for none.
  func lastTimestamp() throws -> UInt64 {
    let statement = try statement(
      """
      SELECT max(ifnull((SELECT max(timestamp) FROM accounts), 0), ifnull((SELECT max(timestamp) FROM transfers), 0))
      """)
    defer { statement.reset() }
    return try statement.step() ? statement.integer(0) : 0
  }

  /// The greatest identifier of a transfer, and of a transfer that failed for ever: what is beyond is new.
  func greatestIDs() throws -> (transfer: UInt128, failed: UInt128) {
    let statement = try statement("SELECT (SELECT max(id) FROM transfers), (SELECT max(id) FROM failed_ids)")
    defer { statement.reset() }
    guard try statement.step() else { return (0, 0) }
    return ((try? statement.wide(0)) ?? 0, (try? statement.wide(1)) ?? 0)
  }

  /// An account with its balances.
  func account(_ id: UInt128) throws -> Account? {
    let statement = try statement("SELECT \(Self.accountColumns) FROM \(Self.accountTables) WHERE a.id = ?1")
    statement.bind(1, id)
    defer { statement.reset() }
    return try statement.step() ? try Account(statement) : nil
  }

  /// A transfer.
  func transfer(_ id: UInt128) throws -> Transfer? {
    let statement = try transferByID.get()
    statement.bind(1, id)
    defer { statement.reset() }
    return try statement.step() ? try Transfer(statement) : nil
  }

  /// A transfer by its timestamp.
  func transfer(at timestamp: UInt64) throws -> Transfer? {
    let statement = try statement("SELECT \(Self.transferColumns) FROM transfers WHERE timestamp = ?1")
    statement.bind(1, timestamp)
    defer { statement.reset() }
    return try statement.step() ? try Transfer(statement) : nil
  }

  /// Whether a transfer of this identifier has failed for ever.
  func isFailed(_ id: UInt128) throws -> Bool {
    let statement = try failedID.get()
    statement.bind(1, id)
    defer { statement.reset() }
    return try statement.step()
  }

  /// How a hold has ended; nil for an open one.
  func resolution(of pending: UInt64) throws -> PendingStatus? {
    let statement = try statement("SELECT status FROM resolutions WHERE pending = ?1")
    statement.bind(1, pending)
    defer { statement.reset() }
    return try statement.step() ? PendingStatus(rawValue: statement.integer(0)) : nil
  }

  /// The open holds that are over at a time, as the timestamps of their transfers, the first to end first.
  func expiredHolds(at time: UInt64, limit: Int) throws -> [UInt64] {
    let statement = try statement(
      """
      SELECT pending FROM open_holds WHERE expires_at > 0 AND expires_at <= ?1 ORDER BY expires_at, pending LIMIT ?2
      """)
    statement.bind(1, time)
    statement.bind(2, limit)
    defer { statement.reset() }
    var result: [UInt64] = []
    while try statement.step() { result.append(statement.integer(0)) }
    return result
  }

  // MARK: Writing

  func insert(_ transfer: Transfer) throws {
    let row = try transferInsert.get()
    row.bind(1, transfer.timestamp)
    row.bind(2, transfer.id)
    row.bind(3, transfer.debitAccountID)
    row.bind(4, transfer.creditAccountID)
    row.bind(5, transfer.amount)
    row.bind(6, transfer.pendingID)
    row.bind(7, transfer.userData128)
    row.bind(8, transfer.userData64)
    row.bind(9, transfer.userData32)
    row.bind(10, transfer.timeout)
    row.bind(11, transfer.ledger)
    row.bind(12, transfer.code)
    row.bind(13, transfer.flags.rawValue)
    row.bind(14, transfer.checksum)
    try row.run()
  }

  func insert(_ account: Account) throws {
    let row = try statement("INSERT INTO accounts VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)")
    row.bind(1, account.timestamp)
    row.bind(2, account.id)
    row.bind(3, account.userData128)
    row.bind(4, account.userData64)
    row.bind(5, account.userData32)
    row.bind(6, account.ledger)
    row.bind(7, account.code)
    row.bind(8, account.flags.subtracting(.closed).rawValue)
    row.bind(9, account.checksum)
    try row.run()
    try writeBalances(of: account)
  }

  /// Writes the balances of an account, new or old.
  func writeBalances(of account: Account) throws {
    let row = try statement("INSERT OR REPLACE INTO balances VALUES (?1,?2,?3,?4,?5,?6,?7)")
    row.bind(1, account.timestamp)
    row.bind(2, account.debitsPending)
    row.bind(3, account.debitsPosted)
    row.bind(4, account.creditsPending)
    row.bind(5, account.creditsPosted)
    row.bind(6, account.flags.contains(.closed) ? 1 : 0)
    row.bind(7, account.balanceChecksum)
    try row.run()
  }

  func insertOpenHold(_ pending: UInt64, expiresAt: UInt64) throws {
    let row = try statement("INSERT INTO open_holds VALUES (?1,?2)")
    row.bind(1, pending)
    row.bind(2, expiresAt)
    try row.run()
  }

  func insertResolution(_ pending: UInt64, _ status: PendingStatus, at timestamp: UInt64) throws {
    let row = try statement("INSERT INTO resolutions VALUES (?1,?2,?3)")
    row.bind(1, pending)
    row.bind(2, status.rawValue)
    row.bind(3, timestamp)
    try row.run()
    let open = try statement("DELETE FROM open_holds WHERE pending = ?1")
    open.bind(1, pending)
    try open.run()
  }

  func insertFailedID(_ id: UInt128) throws {
    let row = try statement("INSERT OR IGNORE INTO failed_ids VALUES (?1)")
    row.bind(1, id)
    try row.run()
  }

  func insertHistory(_ account: UInt64, _ balance: AccountBalance) throws {
    let row = try statement("INSERT INTO account_history VALUES (?1,?2,?3,?4,?5,?6)")
    row.bind(1, account)
    row.bind(2, balance.timestamp)
    row.bind(3, balance.debitsPending)
    row.bind(4, balance.debitsPosted)
    row.bind(5, balance.creditsPending)
    row.bind(6, balance.creditsPosted)
    try row.run()
  }
}

/// How a hold has ended.
enum PendingStatus: UInt64 {
  /// Money has moved.
  case posted = 1
  /// It was given back.
  case voided = 2
  /// It fell back by itself.
  case expired = 3
}

extension Transfer {
  /// Reads a row of `LedgerRows.transferColumns`.
  ///
  /// - Throws: `DamagedRow` if it was changed by anything but the engine.
  init(_ row: RowStatement) throws {
    self.init(
      id: try row.wide(1), debit: try row.wide(2), credit: try row.wide(3), amount: try row.wide(4),
      ledger: try row.integer(10, as: UInt32.self), code: try row.integer(11, as: UInt16.self),
      flags: TransferFlags(rawValue: try row.integer(12, as: UInt16.self)), pendingID: try row.wide(5),
      timeout: try row.integer(9, as: UInt32.self))
    userData128 = try row.wide(6)
    userData64 = row.integer(7)
    userData32 = try row.integer(8, as: UInt32.self)
    timestamp = row.integer(0)
    guard checksum == row.integer(13) else {
      throw DamagedRow(what: "the sum of transfer \(hexadecimal(id)) does not fit its row")
    }
  }

  /// When an open hold falls back, in nanoseconds since 1970; 0 for never.
  var expiresAt: UInt64 { timeout == 0 ? 0 : timestamp &+ UInt64(timeout) &* 1_000_000_000 }
}

extension Account {
  /// Reads a row of `LedgerRows.accountColumns`.
  ///
  /// - Throws: `DamagedRow` if it was changed by anything but the engine.
  init(_ row: RowStatement) throws {
    self.init(
      id: try row.wide(1), ledger: try row.integer(5, as: UInt32.self), code: try row.integer(6, as: UInt16.self),
      flags: AccountFlags(rawValue: try row.integer(7, as: UInt16.self)))
    userData128 = try row.wide(2)
    userData64 = row.integer(3)
    userData32 = try row.integer(4, as: UInt32.self)
    timestamp = row.integer(0)
    debitsPending = try row.wide(9)
    debitsPosted = try row.wide(10)
    creditsPending = try row.wide(11)
    creditsPosted = try row.wide(12)
    if row.integer(13) == 1 { flags.insert(.closed) }
    guard checksum == row.integer(8) else {
      throw DamagedRow(what: "the sum of account \(hexadecimal(id)) does not fit its row")
    }
    guard balanceChecksum == row.integer(14) else {
      throw DamagedRow(what: "the sum of the balances of account \(hexadecimal(id)) does not fit their row")
    }
  }
}

/// 32 hexadecimal digits in lower case.
func hexadecimal(_ value: UInt128) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 32 - digits.count) + digits
}
