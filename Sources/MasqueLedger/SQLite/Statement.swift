import GRDB
import GRDBSQLite

/// A prepared statement for the rows of a request, by SQLite's own interface: nothing is allocated for a row.
///
/// Identifiers and amounts are bound once, as pointers into memory of the statement's own, into which the bytes of each
/// execution are written.
final class RowStatement {
  private let statement: Statement
  private let pointer: SQLiteStatement
  private let wide: UnsafeMutableRawPointer
  private let connection: SQLiteConnection?
  private var texts: [Int32: UnsafeMutableRawBufferPointer] = [:]

  /// A statement of a connection; it must not outlive the access to the database.
  ///
  /// - Throws: what is wrong with the SQL, or with the database.
  init(_ database: Database, _ sql: String) throws {
    statement = try database.cachedStatement(sql: sql)
    pointer = statement.sqliteStatement
    connection = database.sqliteConnection
    let count = Int(sqlite3_bind_parameter_count(pointer))
    wide = .allocate(byteCount: 16 * (count + 1), alignment: 16)
    sqlite3_reset(pointer)
  }

  deinit {
    sqlite3_reset(pointer)
    sqlite3_clear_bindings(pointer)
    wide.deallocate()
    for text in texts.values { text.deallocate() }
  }

  /// Gives a parameter, counted from 1, a 16-byte big-endian BLOB.
  func bind(_ index: Int32, _ value: UInt128) {
    let place = wide + 16 * Int(index)
    place.storeBytes(of: value.bigEndian, as: UInt128.self)
    sqlite3_bind_blob(pointer, index, place, 16, nil)
  }

  /// Gives a parameter, counted from 1, an integer.
  func bind(_ index: Int32, _ value: some FixedWidthInteger) {
    sqlite3_bind_int64(pointer, index, Int64(truncatingIfNeeded: value))
  }

  /// Gives a parameter, counted from 1, a text.
  func bind(_ index: Int32, text: String) {
    let bytes = Array(text.utf8)
    let place = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
    place.copyBytes(from: bytes)
    texts.updateValue(place, forKey: index)?.deallocate()
    sqlite3_bind_text(pointer, index, place.assumingMemoryBound(to: CChar.self).baseAddress, Int32(bytes.count), nil)
  }

  /// Goes to the next row.
  ///
  /// - Returns: whether there is one.
  /// - Throws: SQLite's error.
  func step() throws -> Bool {
    switch sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
      sqlite3_reset(pointer)
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
  }

  /// Makes the statement fit to be run again.
  func reset() { sqlite3_reset(pointer) }

  /// Runs a statement that gives no rows.
  func run() throws {
    while try step() {}
    sqlite3_reset(pointer)
  }

  /// A column, counted from 0, that holds a 16-byte BLOB.
  ///
  /// - Throws: `DamagedRow` if it holds anything else.
  func wide(_ column: Int32) throws -> UInt128 {
    guard sqlite3_column_bytes(pointer, column) == 16, let bytes = sqlite3_column_blob(pointer, column) else {
      throw DamagedRow(what: "an amount or identifier is not 16 bytes long")
    }
    return UInt128(bigEndian: bytes.loadUnaligned(as: UInt128.self))
  }

  /// A column, counted from 0, that holds a text.
  func text(_ column: Int32) -> String {
    guard let bytes = sqlite3_column_text(pointer, column) else { return "" }
    let count = Int(sqlite3_column_bytes(pointer, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  /// A column, counted from 0, that holds an integer of 64 bits.
  func integer(_ column: Int32) -> UInt64 { UInt64(bitPattern: sqlite3_column_int64(pointer, column)) }

  /// A column, counted from 0, that holds an integer of fewer bits.
  ///
  /// - Throws: `DamagedRow` if it holds more.
  func integer<Integer: FixedWidthInteger>(_ column: Int32, as type: Integer.Type) throws -> Integer {
    guard let value = Integer(exactly: sqlite3_column_int64(pointer, column)) else {
      throw DamagedRow(what: "a number is too large for its column")
    }
    return value
  }
}

/// A row that says what no row of a ledger says.
struct DamagedRow: Error {
  /// What is wrong: a clause.
  var what: String
}

/// A sum over the words of a row, kept beside them: a row whose bytes have been changed by anything but this engine is
/// recognised when it is read. FNV-1a over 64-bit words, finished as in SplitMix64. It guards against decay, not against
/// somebody who knows it.
struct RowChecksum {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ value: some FixedWidthInteger) {
    state = (state ^ UInt64(truncatingIfNeeded: value)) &* 0x0000_0100_0000_01B3
    state ^= state >> 29
  }

  mutating func add(_ value: UInt128) {
    add(UInt64(truncatingIfNeeded: value >> 64))
    add(UInt64(truncatingIfNeeded: value))
  }

  var value: UInt64 {
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

extension Transfer {
  /// The sum of its row.
  var checksum: UInt64 {
    var sum = RowChecksum()
    sum.add(id)
    sum.add(debitAccountID)
    sum.add(creditAccountID)
    sum.add(amount)
    sum.add(pendingID)
    sum.add(userData128)
    sum.add(userData64)
    sum.add(UInt64(userData32) << 32 | UInt64(timeout))
    sum.add(UInt64(ledger) << 32 | UInt64(code) << 16 | UInt64(flags.rawValue))
    sum.add(timestamp)
    return sum.value
  }
}

extension Account {
  /// The sum of its row, without balances.
  var checksum: UInt64 {
    var sum = RowChecksum()
    sum.add(id)
    sum.add(userData128)
    sum.add(userData64)
    sum.add(UInt64(userData32) << 32 | UInt64(ledger))
    sum.add(UInt64(code) << 16 | UInt64(flags.subtracting(.closed).rawValue))
    sum.add(timestamp)
    return sum.value
  }

  /// The sum of its balances' row.
  var balanceChecksum: UInt64 {
    var sum = RowChecksum()
    sum.add(timestamp)
    sum.add(debitsPending)
    sum.add(debitsPosted)
    sum.add(creditsPending)
    sum.add(creditsPosted)
    sum.add(flags.contains(.closed) ? 1 : 0)
    return sum.value
  }
}
