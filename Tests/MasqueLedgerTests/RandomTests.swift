import SeededRandom
import Testing

@testable import MasqueLedger

/// Random requests, with identifiers that meet often and amounts near every limit.
struct RandomRequests {
  var random: SplitMix64
  /// What the identifiers of a run begin with.
  let base: UInt128
  /// Whether holds may have timeouts that end during the run.
  let hasTime: Bool
  private var used: [Transfer] = []
  private var fresh: UInt128 = 100

  init(seed: UInt64, base: UInt128, hasTime: Bool) {
    random = SplitMix64(seed: seed)
    self.base = base
    self.hasTime = hasTime
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  private mutating func pick<Value>(_ values: [Value]) -> Value { values.randomElement(using: &random) ?? values[0] }

  mutating func accounts() -> [Account] {
    (1...6).map { _ in
      var account = Account(
        id: base + UInt128.random(in: 1...9, using: &random), ledger: chance(94) ? 1 : 2, code: chance(97) ? 1 : 0)
      account.flags = AccountFlags(rawValue: pick([0, 0, 0, 0, 2, 4, 8, 8, 10, 6]))
      if chance(25) { account.flags.insert(.linked) }
      if chance(3) { account.userData32 = 1 }
      return account
    }
  }

  private mutating func accountID() -> UInt128 {
    if chance(2) { return pick([0, .max]) }
    return base + UInt128.random(in: 1...(chance(97) ? 9 : 12), using: &random)
  }

  mutating func transfers() -> [Transfer] {
    (0..<Int.random(in: 1...8, using: &random)).map { _ in transfer() }
  }

  private mutating func transfer() -> Transfer {
    if chance(12), let old = used.suffix(60).randomElement(using: &random) {
      var again = old
      if chance(30) { again.amount = again.amount &+ 1 }
      if chance(5) { again.userData64 = 9 }
      return again
    }
    fresh += 1
    let amount: UInt128 =
      Int.random(in: 0..<400, using: &random) > 0
      ? UInt128.random(in: 0...60, using: &random) : pick([.max, .max - 40, 1 << 127])
    var transfer = Transfer(
      id: base + fresh, debit: accountID(), credit: accountID(), amount: amount, ledger: chance(97) ? 1 : 2,
      code: chance(98) ? 1 : 0)
    if chance(30) {
      transfer.flags.insert(chance(65) ? .postPending : .voidPending)
      let holds = used.suffix(80).filter { $0.flags.contains(.pending) }
      transfer.pendingID = (chance(92) ? holds.randomElement(using: &random)?.id : nil) ?? base + 5
      if chance(85) {
        (transfer.debitAccountID, transfer.creditAccountID, transfer.ledger, transfer.code) = (0, 0, 0, 0)
      }
      if chance(30) { transfer.amount = chance(50) ? 0 : .max }
    } else {
      if chance(45) { transfer.flags.insert(.pending) }
      if chance(6) { transfer.flags.insert(.balancingDebit) }
      if chance(6) { transfer.flags.insert(.balancingCredit) }
      if Int.random(in: 0..<500, using: &random) == 0 {
        transfer.flags.insert(chance(50) ? .closingDebit : .closingCredit)
      }
      if transfer.flags.contains(.pending), chance(40) {
        transfer.timeout = hasTime ? UInt32.random(in: 1...4, using: &random) : 1_000_000
      }
    }
    if chance(18) { transfer.flags.insert(.linked) }
    if chance(1) { transfer.flags.formUnion(TransferFlags(rawValue: pick([2, 4, 8, 512]))) }
    used.append(transfer)
    return transfer
  }
}

@Suite("Random operations")
struct RandomTests {
  /// Sends the same requests to both, and compares all that can be seen of them after each.
  ///
  /// - Returns: how many events there were, and how many of them created something.
  private func compare(
    _ engine: any LedgerEngine, seed: UInt64, events: Int, base: UInt128, clock: ManualClock, hasTime: Bool
  ) throws -> (events: Int, created: Int) {
    let model = ReferenceModel(now: { clock.now })
    var requests = RandomRequests(seed: seed, base: base, hasTime: hasTime)
    var random = SplitMix64(seed: seed ^ 0xABCD)
    let ids = (1...9).map { base + UInt128($0) }
    var done = (events: 0, created: 0)
    while done.events < events {
      if hasTime { clock.advance(milliseconds: UInt64.random(in: 0...300, using: &random)) }
      if done.events == 0 || Int.random(in: 0..<40, using: &random) == 0 {
        let accounts = requests.accounts()
        let wanted = model.createAccounts(accounts).map(\.status)
        let given = try engine.createAccounts(accounts).map(\.status)
        try #require(given == wanted, "seed \(seed), event \(done.events): \(accounts)")
        done.events += accounts.count
      }
      let transfers = requests.transfers()
      let wanted = model.createTransfers(transfers).map(\.status)
      let given = try engine.createTransfers(transfers).map(\.status)
      try #require(given == wanted, "seed \(seed), event \(done.events): \(transfers)")
      done.events += transfers.count
      done.created += wanted.count { $0 == .created }
      func plain(_ accounts: [Account]) -> [Account] {
        accounts.map { account in
          var account = account
          account.timestamp = 0
          return account
        }
      }
      try #require(
        plain(engine.accounts(ids)) == plain(model.accounts(ids)), "seed \(seed), balances at event \(done.events)")
    }
    for id in ids {
      var filter = AccountFilter(accountID: id, limit: 200)
      filter.reversed = true
      #expect(try engine.transfers(of: filter).map(\.id) == model.transfers(of: filter).map(\.id))
      #expect(try engine.balances(of: filter).map(\.creditsPosted) == model.balances(of: filter).map(\.creditsPosted))
    }
    return done
  }

  @Test("SQLite is the plain model, over 100,000 operations", arguments: 1...20)
  func sqlite(_ seed: Int) throws {
    let clock = ManualClock()
    let folder = try TemporaryFolder()
    var options = SQLiteEngine.Options()
    options.isDurable = false
    options.now = { clock.now }
    let engine = try SQLiteEngine(path: folder.file("ledger.db"), options: options)
    let done = try compare(engine, seed: UInt64(seed), events: 5_000, base: 0, clock: clock, hasTime: true)
    #expect(done.events >= 5_000 && done.created > 700)
    #expect(try engine.problems() == [])
  }

  @Test(
    "TigerBeetle is the plain model", .enabled(if: liveAddresses != nil, "MASQUES_TEST_TIGERBEETLE is not set"),
    arguments: 1...4)
  func tigerbeetle(_ seed: Int) throws {
    let base = UInt128(UInt64.random(in: 1...(.max >> 1))) << 64
    let done = try compare(
      liveEngine.get(), seed: UInt64(seed) + 100, events: 5_000, base: base, clock: ManualClock(), hasTime: false)
    #expect(done.events >= 5_000)
  }
}
