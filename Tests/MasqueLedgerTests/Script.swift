import Testing

@testable import MasqueLedger

/// A case of the conformance suite: requests and questions, a line each, in the words below. Numbers of accounts and
/// transfers are small and mean something in their case alone, so that a case can run on a server that has seen others.
///
///     account ID [key=value …] [-> status]
///     transfer ID DEBIT>CREDIT AMOUNT [key=value …] [-> status]
///     post ID of HOLD AMOUNT [key=value …] [-> status]        AMOUNT may be `all`
///     void ID of HOLD [AMOUNT] [key=value …] [-> status]
///     balance ID = DEBITS-PENDING DEBITS-POSTED CREDITS-PENDING CREDITS-POSTED
///     amount ID = AMOUNT              the amount that a transfer was created with
///     field ID KEY = VALUE            another of its fields
///     missing ID                      there is no such transfer
///     list ID [key=value …] = ID …    the transfers of an account
///     history ID [key=value …] = a/b/c/d …   its balances after each
///     query [key=value …] = ID …      transfers by user data, ledger and code
///     wait MILLISECONDS
///
/// Events from `begin` to `end` are one request; any other line is one by itself. Where no status stands, `created` is
/// meant. A `+` before an event links it to the next.
struct Script: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String

  var testDescription: String { name }

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }
}

struct ScriptError: Error, CustomStringConvertible {
  var description: String
}

/// Runs a script and records what is not as it says.
func run(_ script: Script, on tested: TestedEngine) throws {
  var runner = ScriptRunner(script: script, tested: tested)
  for (number, line) in script.text.split(separator: "\n").enumerated() {
    let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
    if !words.isEmpty { try runner.run(words, number + 1) }
  }
}

private struct ScriptRunner {
  let script: Script
  let tested: TestedEngine
  let base = UInt128(UInt64.random(in: 1...(.max >> 1))) << 64
  var batch: [Event]?

  enum Event {
    case account(Account, AccountStatus, Int)
    case transfer(Transfer, TransferStatus, Int)
  }

  private func id(_ word: some StringProtocol) throws -> UInt128 {
    if word == "0" { return 0 }
    if word == "max" { return .max }
    guard let number = UInt64(word) else { throw ScriptError(description: "\(script.name): no number: \(word)") }
    return base + UInt128(number)
  }

  private func amount(_ word: some StringProtocol) throws -> UInt128 {
    if word == "max" || word == "all" { return .max }
    if word.hasPrefix("max-"), let less = UInt128(word.dropFirst(4)) { return .max - less }
    if word == "half" { return 1 << 127 }
    guard let number = UInt128(word) else { throw ScriptError(description: "\(script.name): no amount: \(word)") }
    return number
  }

  private func expect(_ isTrue: Bool, _ line: Int, _ message: @autoclosure () -> String) {
    if !isTrue { Issue.record("\(script.name), line \(line): \(message())") }
  }

  mutating func run(_ words: [String], _ line: Int) throws {
    var words = words
    let isLinked = words[0] == "+"
    if isLinked { words.removeFirst() }
    var status: String?
    if let arrow = words.firstIndex(of: "->") {
      status = words[(arrow + 1)...].joined()
      words.removeSubrange(arrow...)
    }
    var right: [String] = []
    if let sign = words.firstIndex(of: "=") {
      right = Array(words[(sign + 1)...])
      words.removeSubrange(sign...)
    }
    let pairs = Dictionary(
      words.filter { $0.contains("=") }.map { word in
        let parts = word.split(separator: "=", omittingEmptySubsequences: false)
        return (String(parts[0]), String(parts[1]))
      }, uniquingKeysWith: { $1 })
    words.removeAll { $0.contains("=") }
    switch words[0] {
    case "begin": batch = []
    case "end":
      let events = batch ?? []
      batch = nil
      try send(events)
    case "account", "transfer", "post", "void":
      let event = try self.event(words, pairs, isLinked, status ?? "created", line)
      if batch == nil { try send([event]) } else { batch?.append(event) }
    case "wait": tested.wait(UInt64(words[1]) ?? 0)
    default: try ask(words, pairs, right, line)
    }
  }

  private func event(
    _ words: [String], _ pairs: [String: String], _ isLinked: Bool, _ status: String, _ line: Int
  ) throws -> Event {
    if words[0] == "account" {
      var account = Account(id: try id(words[1]), ledger: 1, code: 1)
      for (key, value) in pairs { try set(key, value, &account) }
      if isLinked { account.flags.insert(.linked) }
      guard let number = AccountStatus.names.first(where: { $0.value == status }) else {
        throw ScriptError(description: "\(script.name): no status \(status)")
      }
      return .account(account, AccountStatus(rawValue: number.key), line)
    }
    var transfer = Transfer(id: try id(words[1]), amount: 0, ledger: 1, code: 1)
    if words[0] == "transfer" {
      let sides = words[2].split(separator: ">")
      transfer.debitAccountID = try id(sides[0])
      transfer.creditAccountID = try id(sides[1])
      transfer.amount = try amount(words[3])
    } else {
      transfer.ledger = 0
      transfer.code = 0
      transfer.pendingID = try id(words[3])
      transfer.amount = words.count > 4 ? try amount(words[4]) : 0
      transfer.flags = words[0] == "post" ? .postPending : .voidPending
    }
    for (key, value) in pairs { try set(key, value, &transfer) }
    if isLinked { transfer.flags.insert(.linked) }
    guard let number = TransferStatus.names.first(where: { $0.value == status }) else {
      throw ScriptError(description: "\(script.name): no status \(status)")
    }
    return .transfer(transfer, TransferStatus(rawValue: number.key), line)
  }

  private func set(_ key: String, _ value: String, _ account: inout Account) throws {
    switch key {
    case "flags": account.flags.rawValue = UInt16(value) ?? 0
    case "ledger": account.ledger = UInt32(value) ?? 0
    case "code": account.code = UInt16(value) ?? 0
    case "ud128": account.userData128 = UInt128(value) ?? 0
    case "ud64": account.userData64 = UInt64(value) ?? 0
    case "ud32": account.userData32 = UInt32(value) ?? 0
    case "ts": account.timestamp = UInt64(value) ?? 0
    case "dp": account.debitsPending = try amount(value)
    case "do": account.debitsPosted = try amount(value)
    case "cp": account.creditsPending = try amount(value)
    case "co": account.creditsPosted = try amount(value)
    case "reserved": account.reserved = UInt32(value) ?? 0
    default: throw ScriptError(description: "\(script.name): no field \(key)")
    }
  }

  private func set(_ key: String, _ value: String, _ transfer: inout Transfer) throws {
    switch key {
    case "flags": transfer.flags.rawValue |= UInt16(value) ?? 0
    case "ledger": transfer.ledger = UInt32(value) ?? 0
    case "code": transfer.code = UInt16(value) ?? 0
    case "timeout": transfer.timeout = UInt32(value) ?? 0
    case "ud128": transfer.userData128 = UInt128(value) ?? 0
    case "ud64": transfer.userData64 = UInt64(value) ?? 0
    case "ud32": transfer.userData32 = UInt32(value) ?? 0
    case "ts": transfer.timestamp = UInt64(value) ?? 0
    case "pending": transfer.pendingID = try id(value)
    case "debit": transfer.debitAccountID = try id(value)
    case "credit": transfer.creditAccountID = try id(value)
    default: throw ScriptError(description: "\(script.name): no field \(key)")
    }
  }

  private func send(_ events: [Event]) throws {
    var accounts: [(Account, AccountStatus, Int)] = []
    var transfers: [(Transfer, TransferStatus, Int)] = []
    for event in events {
      switch event {
      case .account(let account, let status, let line): accounts.append((account, status, line))
      case .transfer(let transfer, let status, let line): transfers.append((transfer, status, line))
      }
    }
    if !accounts.isEmpty {
      let results = try tested.engine.createAccounts(accounts.map(\.0))
      expect(results.count == accounts.count, accounts[0].2, "\(results.count) results")
      for ((_, status, line), result) in zip(accounts, results) {
        expect(result.status == status, line, "\(result.status) instead of \(status)")
      }
    }
    if !transfers.isEmpty {
      let results = try tested.engine.createTransfers(transfers.map(\.0))
      expect(results.count == transfers.count, transfers[0].2, "\(results.count) results")
      for ((_, status, line), result) in zip(transfers, results) {
        expect(result.status == status, line, "\(result.status) instead of \(status)")
      }
    }
  }

  private func ask(_ words: [String], _ pairs: [String: String], _ right: [String], _ line: Int) throws {
    switch words[0] {
    case "balance":
      let found = try tested.engine.accounts([try id(words[1])]).first
      let given = found.map { [$0.debitsPending, $0.debitsPosted, $0.creditsPending, $0.creditsPosted] }
      let wanted = try right.map { try amount($0) }
      expect(given == wanted, line, "\(given.map { "\($0)" } ?? "no account") instead of \(wanted)")
    case "amount":
      let found = try tested.engine.transfers([try id(words[1])]).first
      let wanted = try amount(right[0])
      expect(found?.amount == wanted, line, "\(found.map { "\($0.amount)" } ?? "no transfer") instead of \(wanted)")
    case "field":
      guard let found = try tested.engine.transfers([try id(words[1])]).first else {
        return expect(false, line, "no transfer")
      }
      var wanted = found
      if words[2] == "flags" { wanted.flags = [] }
      try set(words[2], right[0], &wanted)
      expect(found == wanted, line, "\(words[2]) is not \(right[0]): \(found)")
    case "missing":
      let found = try tested.engine.transfers([try id(words[1])])
      expect(found.isEmpty, line, "\(found)")
    case "closed", "open":
      let found = try tested.engine.accounts([try id(words[1])]).first
      expect(found?.flags.contains(.closed) == (words[0] == "closed"), line, "\(String(describing: found?.flags))")
    case "list":
      let found = try tested.engine.transfers(of: try filter(words[1], pairs)).map(\.id)
      let wanted = try right.map { try id($0) }
      expect(found == wanted, line, "\(found.map { $0 &- base }) instead of \(right)")
    case "history":
      let found = try tested.engine.balances(of: try filter(words[1], pairs)).map {
        "\($0.debitsPending)/\($0.debitsPosted)/\($0.creditsPending)/\($0.creditsPosted)"
      }
      expect(found == right, line, "\(found) instead of \(right)")
    case "query":
      var filter = QueryFilter(limit: UInt32(pairs["limit"] ?? "100") ?? 0)
      filter.userData128 = try pairs["tag"].map { try id($0) } ?? UInt128(pairs["ud128"] ?? "0") ?? 0
      filter.userData64 = UInt64(pairs["ud64"] ?? "0") ?? 0
      filter.userData32 = UInt32(pairs["ud32"] ?? "0") ?? 0
      filter.ledger = UInt32(pairs["ledger"] ?? "0") ?? 0
      filter.code = UInt16(pairs["code"] ?? "0") ?? 0
      filter.reversed = pairs["reversed"] != nil
      let found = try tested.engine.queryTransfers(filter).map(\.id)
      expect(try found == right.map { try id($0) }, line, "\(found.map { $0 &- base }) instead of \(right)")
    default: throw ScriptError(description: "\(script.name): no verb \(words[0])")
    }
  }

  private func filter(_ account: String, _ pairs: [String: String]) throws -> AccountFilter {
    var filter = AccountFilter(accountID: try id(account), limit: UInt32(pairs["limit"] ?? "100") ?? 0)
    filter.userData128 = UInt128(pairs["ud128"] ?? "0") ?? 0
    filter.userData64 = UInt64(pairs["ud64"] ?? "0") ?? 0
    filter.userData32 = UInt32(pairs["ud32"] ?? "0") ?? 0
    filter.code = UInt16(pairs["code"] ?? "0") ?? 0
    filter.reversed = pairs["reversed"] != nil
    if let sides = pairs["sides"] {
      filter.debits = sides.contains("d")
      filter.credits = sides.contains("c")
    }
    // The time of a transfer, or just behind or before it.
    for (key, path) in [("from", \AccountFilter.timestampMin), ("to", \AccountFilter.timestampMax)] {
      guard let word = pairs[key] else { continue }
      filter[keyPath: path] = try tested.engine.transfers([try id(word)]).first?.timestamp ?? UInt64.max
    }
    return filter
  }
}
