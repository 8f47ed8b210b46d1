import Testing

@testable import MasqueLedger

/// One suite for every engine. What it says was taken from the words of TigerBeetle's documentation and holds on a live
/// server, too; see `EngineKind.available`.
@Suite("Conformance")
struct ConformanceTests {
  @Test("Scripts", arguments: EngineKind.available, handWrittenScripts)
  func scripts(_ kind: EngineKind, _ script: Script) throws {
    try run(script, on: kind.make())
  }

  @Test("Of two faults the first counts", arguments: EngineKind.available, FaultTable.all)
  func precedence(_ kind: EngineKind, _ table: FaultTable) throws {
    let tested = try kind.make()
    let scripts = table.scripts
    #expect(scripts.count > 30)
    for script in scripts { try run(script, on: tested) }
  }

  @Test("A TigerBeetle server is given", .enabled(if: liveAddresses != nil, "MASQUES_TEST_TIGERBEETLE is not set"))
  func liveServer() throws {
    let engine = try liveEngine.get()
    #expect(engine.maximumBatch >= 253)
  }

  @Test("Timestamps grow, whatever the clock does")
  func timestampsGrow() throws {
    let clock = ManualClock()
    let folder = try TemporaryFolder()
    var options = SQLiteEngine.Options()
    options.now = { clock.now }
    let engine = try SQLiteEngine(path: folder.file("ledger.db"), options: options)
    var last: UInt64 = 0
    for id in 1...20 as ClosedRange<UInt128> {
      if id % 3 == 0 { clock.goBack(milliseconds: 5_000) }
      let results = try engine.createAccounts([
        Account(id: id * 2, ledger: 1, code: 1), Account(id: id * 2 + 1, ledger: 1, code: 1),
      ])
      for result in results {
        #expect(result.timestamp > last)
        last = result.timestamp
      }
    }
    #expect(
      try engine.queryAccounts(QueryFilter()).map(\.timestamp)
        == engine.queryAccounts(QueryFilter()).map(\.timestamp).sorted())
  }
}

/// Faults of an event, in the order in which they count. Each pair that can be put into one event is a case.
struct FaultTable: Sendable, CustomTestStringConvertible {
  var name: String
  /// What stands before the event.
  var before: String
  /// The event without a fault: its words by their keys.
  var event: [String: String]
  var render: @Sendable ([String: String]) -> String
  /// Each fault: its status, and the words that it changes.
  var faults: [(status: String, change: [String: String])]

  var testDescription: String { name }

  var scripts: [Script] {
    var result: [Script] = []
    for (first, fault) in faults.enumerated() {
      for other in faults[first...] {
        // Two faults in one word can't be had at once.
        if other.status != fault.status, !Set(fault.change.keys).isDisjoint(with: other.change.keys) { continue }
        let words = event.merging(other.change) { $1 }.merging(fault.change) { $1 }
        result.append(
          Script(
            "\(name): \(fault.status) before \(other.status)", before + "\n" + render(words) + " -> " + fault.status))
      }
    }
    return result
  }

  private static func renderTransfer(_ words: [String: String]) -> String {
    var words = words
    func take(_ key: String) -> String { words.removeValue(forKey: key) ?? "" }
    let line = "transfer \(take("id")) \(take("debit"))>\(take("credit")) \(take("amount"))"
    return line + words.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
  }

  private static func renderEnd(_ verb: String) -> @Sendable ([String: String]) -> String {
    { words in
      var words = words
      func take(_ key: String) -> String { words.removeValue(forKey: key) ?? "" }
      let line = "\(verb) \(take("id")) of \(take("hold")) \(take("amount"))"
      return line + words.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }
  }

  private static func renderAccount(_ words: [String: String]) -> String {
    var words = words
    let id = words.removeValue(forKey: "id") ?? ""
    return "account \(id)" + words.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
  }

  private static let twoAccounts = """
    account 1
    account 2
    account 3 ledger=2
    account 4 flags=2
    account 5 flags=4
    """

  static let all: [FaultTable] = [
    FaultTable(
      name: "transfer", before: twoAccounts,
      event: ["id": "10", "debit": "1", "credit": "2", "amount": "100", "ledger": "1", "code": "1"],
      render: renderTransfer,
      faults: [
        ("timestamp_must_be_zero", ["ts": "1"]), ("reserved_flag", ["flags": "512"]),
        ("id_must_not_be_zero", ["id": "0"]), ("id_must_not_be_int_max", ["id": "max"]),
        ("debit_account_id_must_not_be_zero", ["debit": "0"]),
        ("debit_account_id_must_not_be_int_max", ["debit": "max"]),
        ("credit_account_id_must_not_be_zero", ["credit": "0"]),
        ("credit_account_id_must_not_be_int_max", ["credit": "max"]),
        ("accounts_must_be_different", ["debit": "1", "credit": "1"]), ("pending_id_must_be_zero", ["pending": "7"]),
        ("timeout_reserved_for_pending_transfer", ["timeout": "1"]),
        ("closing_transfer_must_be_pending", ["flags": "64"]), ("ledger_must_not_be_zero", ["ledger": "0"]),
        ("code_must_not_be_zero", ["code": "0"]), ("debit_account_not_found", ["debit": "99"]),
        ("credit_account_not_found", ["credit": "98"]), ("accounts_must_have_the_same_ledger", ["credit": "3"]),
        ("transfer_must_have_the_same_ledger_as_accounts", ["ledger": "3"]),
        ("exceeds_credits", ["debit": "4"]), ("exceeds_debits", ["credit": "5"]),
      ]),
    FaultTable(
      name: "post", before: twoAccounts + "\ntransfer 11 1>2 50 flags=2 code=9\ntransfer 12 1>2 5",
      event: ["id": "10", "hold": "11", "amount": "50"], render: renderEnd("post"),
      faults: [
        ("timestamp_must_be_zero", ["ts": "1"]), ("reserved_flag", ["flags": "512"]),
        ("id_must_not_be_zero", ["id": "0"]), ("id_must_not_be_int_max", ["id": "max"]),
        ("flags_are_mutually_exclusive", ["flags": "2"]), ("pending_id_must_not_be_zero", ["hold": "0"]),
        ("pending_id_must_not_be_int_max", ["hold": "max"]),
        ("pending_id_must_be_different", ["id": "11", "hold": "11", "flags": "8"]),
        ("timeout_reserved_for_pending_transfer", ["timeout": "1"]), ("pending_transfer_not_found", ["hold": "97"]),
        ("pending_transfer_not_pending", ["hold": "12"]),
        ("pending_transfer_has_different_debit_account_id", ["debit": "3"]),
        ("pending_transfer_has_different_credit_account_id", ["credit": "3"]),
        ("pending_transfer_has_different_ledger", ["ledger": "2"]),
        ("pending_transfer_has_different_code", ["code": "2"]),
        ("exceeds_pending_transfer_amount", ["amount": "51"]),
      ].filter { $0.0 != "pending_id_must_be_different" }),
    FaultTable(
      name: "void", before: twoAccounts + "\ntransfer 11 1>2 50 flags=2 code=9\ntransfer 12 1>2 5\npost 13 of 11 20",
      event: ["id": "10", "hold": "11", "amount": "50"], render: renderEnd("void"),
      faults: [
        ("timestamp_must_be_zero", ["ts": "1"]), ("flags_are_mutually_exclusive", ["flags": "16"]),
        ("pending_id_must_not_be_zero", ["hold": "0"]), ("timeout_reserved_for_pending_transfer", ["timeout": "1"]),
        ("pending_transfer_not_found", ["hold": "97"]), ("pending_transfer_not_pending", ["hold": "12"]),
        ("pending_transfer_has_different_debit_account_id", ["debit": "3"]),
        ("pending_transfer_has_different_credit_account_id", ["credit": "3"]),
        ("pending_transfer_has_different_ledger", ["ledger": "2"]),
        ("pending_transfer_has_different_code", ["code": "2"]),
        ("exceeds_pending_transfer_amount", ["amount": "51"]),
        ("pending_transfer_has_different_amount", ["amount": "49"]),
        ("pending_transfer_already_posted", ["amount": "0"]),
      ]),
    FaultTable(
      name: "same identifier",
      before: twoAccounts + "\ntransfer 10 1>2 100 flags=2 timeout=500 ud128=1 ud64=2 ud32=3 code=4",
      event: [
        "id": "10", "debit": "1", "credit": "2", "amount": "100", "flags": "2", "timeout": "500", "ud128": "1",
        "ud64": "2", "ud32": "3", "ledger": "1", "code": "4",
      ], render: renderTransfer,
      faults: [
        ("exists_with_different_flags", ["flags": "0"]), ("exists_with_different_pending_id", ["pending": "8"]),
        ("exists_with_different_timeout", ["timeout": "501"]),
        ("exists_with_different_debit_account_id", ["debit": "3"]),
        ("exists_with_different_credit_account_id", ["credit": "3"]),
        ("exists_with_different_amount", ["amount": "99"]), ("exists_with_different_user_data_128", ["ud128": "0"]),
        ("exists_with_different_user_data_64", ["ud64": "9"]), ("exists_with_different_user_data_32", ["ud32": "9"]),
        ("exists_with_different_ledger", ["ledger": "0"]), ("exists_with_different_code", ["code": "0"]),
      ]),
    FaultTable(
      name: "same identifier of an end",
      before: twoAccounts + "\ntransfer 11 1>2 100 flags=2 ud128=1 ud64=2 ud32=3 code=4\n"
        + "post 10 of 11 70 ud128=5 ud64=6 ud32=7",
      event: ["id": "10", "hold": "11", "amount": "70", "ud128": "5", "ud64": "6", "ud32": "7"],
      render: renderEnd("post"),
      faults: [
        ("exists_with_different_flags", ["flags": "8"]), ("exists_with_different_pending_id", ["hold": "12"]),
        ("exists_with_different_timeout", ["timeout": "1"]), ("exists_with_different_debit_account_id", ["debit": "2"]),
        ("exists_with_different_credit_account_id", ["credit": "1"]),
        ("exists_with_different_amount", ["amount": "max"]), ("exists_with_different_user_data_128", ["ud128": "0"]),
        ("exists_with_different_user_data_64", ["ud64": "2"]), ("exists_with_different_user_data_32", ["ud32": "3"]),
        ("exists_with_different_ledger", ["ledger": "2"]), ("exists_with_different_code", ["code": "5"]),
      ]),
    FaultTable(
      name: "account", before: "", event: ["id": "1", "ledger": "1", "code": "1", "flags": "0"], render: renderAccount,
      faults: [
        ("timestamp_must_be_zero", ["ts": "1"]), ("reserved_field", ["reserved": "1"]),
        ("reserved_flag", ["flags": "64"]), ("id_must_not_be_zero", ["id": "0"]),
        ("id_must_not_be_int_max", ["id": "max"]), ("flags_are_mutually_exclusive", ["flags": "6"]),
        ("debits_pending_must_be_zero", ["dp": "1"]), ("debits_posted_must_be_zero", ["do": "1"]),
        ("credits_pending_must_be_zero", ["cp": "1"]), ("credits_posted_must_be_zero", ["co": "1"]),
        ("ledger_must_not_be_zero", ["ledger": "0"]), ("code_must_not_be_zero", ["code": "0"]),
      ]),
    FaultTable(
      name: "same account, other fields", before: "account 1 ud128=1 ud64=2 ud32=3 ledger=4 code=5 flags=8",
      event: ["id": "1", "ud128": "1", "ud64": "2", "ud32": "3", "ledger": "4", "code": "5", "flags": "8"],
      render: renderAccount,
      faults: [
        ("timestamp_must_be_zero", ["ts": "1"]), ("reserved_field", ["reserved": "1"]),
        ("exists_with_different_flags", ["flags": "6"]), ("exists_with_different_user_data_128", ["ud128": "2"]),
        ("exists_with_different_user_data_64", ["ud64": "3"]), ("exists_with_different_user_data_32", ["ud32": "4"]),
        ("exists_with_different_ledger", ["ledger": "0"]), ("exists_with_different_code", ["code": "0"]),
        ("exists", ["dp": "7"]),
      ]),
  ]
}
