import GRDB
import JSON

/// What is remembered of a transfer beside its numbers: what it was for, and how its price came about.
struct TransferNote: Sendable, Hashable {
  /// The transfer.
  var transfer: UInt128
  /// What there is to say, as JSON.
  var body: JSONObject
}

/// Who an account belongs to.
struct AccountName: Sendable, Hashable {
  /// The account.
  var account: UInt128
  /// What the holder is to the ledger.
  var kind: AccountKind
  /// The holder's name.
  var name: String
}

/// The notes and names in a ledger's file. They are written once; what comes later under the same identifier changes
/// nothing.
enum LocalNotes {
  static func write(_ notes: [TransferNote], _ names: [AccountName], in database: Database) throws {
    if !names.isEmpty {
      let row = try RowStatement(database, "INSERT OR IGNORE INTO names VALUES (?1, ?2, ?3)")
      for name in names {
        row.bind(1, name.account)
        row.bind(2, text: name.kind.rawValue)
        row.bind(3, text: name.name)
        try row.run()
      }
    }
    if !notes.isEmpty {
      let row = try RowStatement(database, "INSERT OR IGNORE INTO notes VALUES (?1, ?2)")
      for note in notes {
        row.bind(1, note.transfer)
        row.bind(2, text: JSONValue.object(note.body).text(.line))
        try row.run()
      }
    }
  }

  static func names(in database: Database) throws -> [AccountName] {
    let row = try RowStatement(database, "SELECT account_id, kind, name FROM names ORDER BY kind, name")
    var result: [AccountName] = []
    while try row.step() {
      guard let kind = AccountKind(rawValue: row.text(1)) else { continue }
      result.append(AccountName(account: try row.wide(0), kind: kind, name: row.text(2)))
    }
    return result
  }

  static func notes(of transfers: [UInt128], in database: Database) throws -> [UInt128: JSONObject] {
    var result: [UInt128: JSONObject] = [:]
    let row = try RowStatement(database, "SELECT body FROM notes WHERE transfer_id = ?1")
    for id in transfers {
      row.bind(1, id)
      defer { row.reset() }
      guard try row.step() else { continue }
      guard let body = (try? JSONValue(parsing: row.text(0)))?.objectValue else {
        throw DamagedRow(what: "the note of transfer \(hexadecimal(id)) is no JSON object")
      }
      result[id] = body
    }
    return result
  }
}
