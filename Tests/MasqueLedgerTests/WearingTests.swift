import Foundation
import JSON
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import Synchronization
import SystemIO
import Testing

@testable import MasqueLedger

/// An engine that can be made silent, and that then answers as one that can't be reached.
final class MutableEngine: LedgerEngine {
  let inner: any LedgerEngine
  /// What happens to the next requests: nothing is asked, or it is done and the answer is lost.
  enum Fault { case none, unreachable, answerLost }
  let fault = Mutex(Fault.none)
  /// How many requests have come.
  let count = Mutex(0)

  init(_ inner: any LedgerEngine) { self.inner = inner }

  var maximumBatch: Int { inner.maximumBatch }

  private func through<Result>(_ body: () throws(EngineError) -> Result) throws(EngineError) -> Result {
    count.withLock { $0 += 1 }
    switch fault.withLock({ $0 }) {
    case .none: return try body()
    case .unreachable: throw .unavailable("nobody answers")
    case .answerLost:
      _ = try body()
      throw .unavailable("the answer was lost")
    }
  }

  func createAccounts(_ accounts: [Account]) throws(EngineError) -> [CreateAccountResult] {
    try through { () throws(EngineError) in try inner.createAccounts(accounts) }
  }
  func createTransfers(_ transfers: [Transfer]) throws(EngineError) -> [CreateTransferResult] {
    try through { () throws(EngineError) in try inner.createTransfers(transfers) }
  }
  func accounts(_ ids: [UInt128]) throws(EngineError) -> [Account] {
    try through { () throws(EngineError) in try inner.accounts(ids) }
  }
  func transfers(_ ids: [UInt128]) throws(EngineError) -> [Transfer] {
    try through { () throws(EngineError) in try inner.transfers(ids) }
  }
  func transfers(of filter: AccountFilter) throws(EngineError) -> [Transfer] {
    try through { () throws(EngineError) in try inner.transfers(of: filter) }
  }
  func balances(of filter: AccountFilter) throws(EngineError) -> [AccountBalance] {
    try through { () throws(EngineError) in try inner.balances(of: filter) }
  }
  func queryAccounts(_ filter: QueryFilter) throws(EngineError) -> [Account] {
    try through { () throws(EngineError) in try inner.queryAccounts(filter) }
  }
  func queryTransfers(_ filter: QueryFilter) throws(EngineError) -> [Transfer] {
    try through { () throws(EngineError) in try inner.queryTransfers(filter) }
  }
}

/// A ledger with a clock, and with an engine that can fail.
struct Bench {
  let folder: TemporaryFolder
  let clock = ManualClock()
  let engine: MutableEngine
  var setup: LedgerSetup
  let store: ClusterStore

  init(_ kind: EngineKind = .sqlite, policy: UserConfiguration.Ledger.Policy = .require, prepaid: Bool = true) throws {
    folder = try TemporaryFolder()
    var configuration = UserConfiguration()
    configuration.ledger.policy = policy
    configuration.ledger.payment = prepaid ? .prepaid : .postpaid
    var options = SQLiteEngine.Options()
    options.isDurable = false
    options.now = { [clock] in clock.now }
    let words = try SQLiteEngine(path: folder.file("words.db"), options: options)
    let inner: any LedgerEngine =
      switch kind {
      case .model: ReferenceModel(now: { [clock] in clock.now })
      case .sqlite: try SQLiteEngine(path: folder.file("numbers.db"), options: options)
      case .tigerbeetle: try liveEngine.get()
      }
    engine = MutableEngine(inner)
    store = ClusterStore(engine: engine, words: words)
    setup = LedgerSetup(home: folder.file("home"), configuration: configuration, files: SystemFiles())
    let store = store
    setup.openStore = { store }
  }

  var ledger: ConfiguredLedger { ConfiguredLedger(setup) }
  var book: LedgerBook { get throws { try setup.book() } }

  func deposit(_ amount: UInt128, to payer: String) throws {
    let transfer = Transfer(
      id: freshIdentifier(nanoseconds: clock.now), debit: Holder(.treasury).id, credit: Holder(.operator, payer).id,
      amount: amount, ledger: ledgerCode, code: TransferKind.deposit.rawValue)
    let results = try store.submit(
      accounts: [Holder(.treasury), Holder(.operator, payer)], transfers: [transfer], notes: [])
    #expect(results.map(\.status) == [.created])
  }

  func balance(_ holder: Holder) throws -> [UInt128] {
    guard let account = try engine.inner.accounts([holder.id]).first else { return [] }
    return [account.debitsPending, account.debitsPosted, account.creditsPending, account.creditsPosted]
  }
}

/// A name that no other test has used, on a server that remembers.
private func fresh(_ name: String) -> String { "\(name)-\(UUID().uuidString.prefix(8))" }

private func hold(_ payer: String, _ payee: Payee, _ amount: UInt128, timeout: UInt32 = 0) -> HoldRequest {
  HoldRequest(
    session: SessionID(milliseconds: 1_700_000_000_000), payer: payer, payee: payee, masque: "Codesmith",
    amount: Amount(micros: amount), timeout: timeout, at: 1_700_000_000)
}

private func settlement(_ hold: HoldRequest, _ price: UInt128, basisPoints: Int = 0) -> Settlement {
  var rates = UserConfiguration.Rates()
  rates.perSession = Amount(micros: price)
  return Settlement(
    hold: hold, price: Price(rates, seconds: 0, usage: nil), feeBasisPoints: basisPoints, at: 1_700_000_060)
}

@Suite("Wearings")
struct WearingTests {
  @Test("A hold is placed, paid from and gone", arguments: EngineKind.available)
  func holdAndPay(_ kind: EngineKind) throws {
    let bench = try Bench(kind)
    let (ada, grace) = (fresh("ada"), fresh("grace"))
    try bench.deposit(1_000, to: ada)
    let fees = try bench.balance(Holder(.fees)).last ?? 0
    let request = hold(ada, .owner(grace), 400, timeout: 3_600)
    for _ in 0..<3 { #expect(try bench.ledger.place(request).amount.micros == 400) }
    #expect(try bench.balance(Holder(.operator, ada)) == [400, 0, 0, 1_000])
    for _ in 0..<3 {
      let receipt = try bench.ledger.settle(settlement(request, 255, basisPoints: 1_000))
      #expect(receipt == SettlementReceipt(paid: Amount(micros: 255), fee: Amount(micros: 25)))
    }
    #expect(try bench.balance(Holder(.operator, ada)) == [0, 255, 0, 1_000])
    #expect(try bench.balance(Holder(.author, grace)) == [0, 25, 0, 255])
    let feesAfter = try bench.balance(Holder(.fees)).last ?? 0
    #expect(feesAfter >= fees + 25)
    // Too late to give anything back.
    try bench.ledger.release(request)
    #expect(try bench.balance(Holder(.operator, ada)) == [0, 255, 0, 1_000])
  }

  @Test("A snapshot says what accounts hold and since when", arguments: EngineKind.available)
  func snapshots(_ kind: EngineKind) throws {
    let bench = try Bench(kind)
    let (ada, grace) = (fresh("ada"), fresh("grace"))
    let parties: [AccountParty] = [.payer(ada), .payee(.owner(grace)), .payee(.unclaimed(library: fresh("nobody")))]
    #expect(try bench.ledger.accounts(of: parties) == [nil, nil, nil])
    try bench.deposit(1_000, to: ada)
    let request = hold(ada, .owner(grace), 400)
    _ = try bench.ledger.place(request)
    let held = try #require(try bench.ledger.accounts(of: parties).first ?? nil)
    #expect(held.debitsPending.micros == 400 && held.creditsPosted.micros == 1_000)
    bench.clock.advance(milliseconds: 1_500)
    if kind == .tigerbeetle { Thread.sleep(forTimeInterval: 0.01) }
    _ = try bench.ledger.settle(settlement(request, 255, basisPoints: 1_000))
    let found = try bench.ledger.accounts(of: parties)
    let payer = try #require(found[0])
    let payee = try #require(found[1])
    #expect(found[2] == nil)
    #expect([payer.debitsPending, payer.debitsPosted, payer.creditsPosted].map(\.micros) == [0, 255, 1_000])
    #expect([payee.debitsPosted, payee.creditsPosted].map(\.micros) == [25, 255])
    #expect(payer.milliseconds > held.milliseconds && payee.milliseconds >= payer.milliseconds)
    if kind != .tigerbeetle { #expect(payer.milliseconds - held.milliseconds >= 1_500) }
  }

  @Test("While payments wait there is no snapshot")
  func noSnapshot() throws {
    let bench = try Bench(policy: .defer)
    try bench.deposit(1_000, to: "ada")
    let request = hold("ada", .owner("grace"), 400)
    bench.engine.fault.withLock { $0 = .unreachable }
    #expect(try bench.ledger.place(request).isDeferred)
    bench.engine.fault.withLock { $0 = .none }
    #expect(throws: LedgerError.self) { try bench.ledger.accounts(of: [.payer("ada")]) }
    _ = try bench.ledger.settle(settlement(request, 100))
    #expect(try bench.ledger.accounts(of: [.payer("ada")]).first??.debitsPosted.micros == 100)
  }

  @Test("A price beyond the hold is paid up to the hold", arguments: EngineKind.available)
  func capped(_ kind: EngineKind) throws {
    let bench = try Bench(kind)
    let (ada, grace) = (fresh("ada"), fresh("grace"))
    try bench.deposit(1_000, to: ada)
    let request = hold(ada, .owner(grace), 400)
    _ = try bench.ledger.place(request)
    #expect(try bench.ledger.settle(settlement(request, 5_000)).paid.micros == 400)
  }

  @Test("What is free is held and paid, too: nothing", arguments: EngineKind.available)
  func free(_ kind: EngineKind) throws {
    let bench = try Bench(kind)
    let request = hold(fresh("ada"), .unclaimed(library: "private"), 0, timeout: 60)
    #expect(try bench.ledger.place(request).amount == .zero)
    #expect(try bench.ledger.settle(settlement(request, 0, basisPoints: 250)).paid == .zero)
    #expect(try bench.ledger.settle(settlement(request, 0, basisPoints: 250)).paid == .zero)
  }

  @Test("Too little is told with its numbers, and stays refused for the session", arguments: EngineKind.available)
  func paymentRequired(_ kind: EngineKind) throws {
    let bench = try Bench(kind)
    let ada = fresh("ada")
    let request = hold(ada, .owner("grace"), 400)
    let needed = Amount(micros: 400)
    #expect(throws: LedgerError.paymentRequired(needed: needed, available: .zero)) { try bench.ledger.place(request) }
    try bench.deposit(150, to: ada)
    for _ in 0..<2 {
      #expect(throws: LedgerError.paymentRequired(needed: needed, available: Amount(micros: 150))) {
        try bench.ledger.place(request)
      }
    }
    try bench.deposit(1_000, to: ada)
    #expect(throws: LedgerError.self) { try bench.ledger.place(request) }
    #expect(try bench.ledger.place(hold(ada, .owner("grace"), 400)).amount == needed)
  }

  @Test("An operator who pays afterwards may owe", arguments: EngineKind.available)
  func postpaid(_ kind: EngineKind) throws {
    let bench = try Bench(kind, prepaid: false)
    let ada = fresh("ada")
    let request = hold(ada, .owner("grace"), 400)
    _ = try bench.ledger.place(request)
    _ = try bench.ledger.settle(settlement(request, 300))
    #expect(try bench.balance(Holder(.postpaid, ada)) == [0, 300, 0, 0])
  }

  @Test("What is released can't be held any more", arguments: EngineKind.available)
  func release(_ kind: EngineKind) throws {
    let bench = try Bench(kind)
    let (ada, grace) = (fresh("ada"), fresh("grace"))
    try bench.deposit(1_000, to: ada)
    let placed = hold(ada, .owner(grace), 400)
    _ = try bench.ledger.place(placed)
    for _ in 0..<3 { try bench.ledger.release(placed) }
    #expect(try bench.balance(Holder(.operator, ada)) == [0, 0, 0, 1_000])
    #expect(throws: LedgerError.self) { try bench.ledger.settle(settlement(placed, 10)) }
    #expect(throws: LedgerError.self) { try bench.ledger.place(placed) }
    // One that is on its way still: the release comes first.
    let late = hold(ada, .owner(grace), 400)
    for _ in 0..<2 { try bench.ledger.release(late) }
    #expect(throws: LedgerError.self) { try bench.ledger.place(late) }
    #expect(try bench.balance(Holder(.operator, ada)) == [0, 0, 0, 1_000])
  }

  private func renewed(_ hold: HoldRequest, _ renewal: UInt32) -> HoldRequest {
    var hold = hold
    hold.renewal = renewal
    return hold
  }

  @Test(
    "A renewed hold takes the place of the one before it, however often it is asked for",
    arguments: EngineKind.available)
  func renewal(_ kind: EngineKind) throws {
    let bench = try Bench(kind)
    let (ada, grace) = (fresh("ada"), fresh("grace"))
    // Just enough for one hold: there are never two.
    try bench.deposit(400, to: ada)
    let first = hold(ada, .owner(grace), 400, timeout: 3_600)
    _ = try bench.ledger.place(first)
    for renewal in 1...3 as ClosedRange<UInt32> {
      for _ in 0..<2 {
        #expect(try bench.ledger.place(renewed(first, renewal)).amount.micros == 400)
        #expect(try bench.balance(Holder(.operator, ada)) == [400, 0, 0, 400])
      }
    }
    for _ in 0..<2 {
      #expect(try bench.ledger.settle(settlement(renewed(first, 3), 250, basisPoints: 1_000)).paid.micros == 250)
    }
    #expect(try bench.balance(Holder(.operator, ada)) == [0, 250, 0, 400])
    #expect(try bench.balance(Holder(.author, grace)) == [0, 25, 0, 250])
    #expect(throws: LedgerError.failed("this session was paid before")) {
      try bench.ledger.place(renewed(first, 4))
    }
    guard kind != .tigerbeetle else { return }
    var audit = LedgerAudit()
    try audit.read(bench.engine, now: bench.clock.now)
    #expect(audit.findings.flatMap(\.problems) == [])
    #expect(audit.openHolds.isEmpty && audit.expired.isEmpty)
  }

  @Test(
    "A renewal that was written down and never asked for is placed when it is paid from",
    arguments: EngineKind.available)
  func renewalUnasked(_ kind: EngineKind) throws {
    let bench = try Bench(kind)
    let (ada, grace) = (fresh("ada"), fresh("grace"))
    try bench.deposit(400, to: ada)
    let first = hold(ada, .owner(grace), 400, timeout: 3_600)
    _ = try bench.ledger.place(first)
    #expect(try bench.ledger.settle(settlement(renewed(first, 1), 250)).paid.micros == 250)
    #expect(try bench.balance(Holder(.operator, ada)) == [0, 250, 0, 400])
  }

  @Test("A hold that has fallen back is renewed, if there is money still; if not, what there is is paid")
  func renewalTooLate() throws {
    let bench = try Bench()
    try bench.deposit(500, to: "ada")
    let first = hold("ada", .owner("grace"), 400, timeout: 10)
    _ = try bench.ledger.place(first)
    bench.clock.advance(milliseconds: 20_000)
    _ = try bench.ledger.place(renewed(first, 1))
    #expect(try bench.balance(Holder(.operator, "ada")) == [400, 0, 0, 500])
    // `renewed` has the timeout of the first.
    bench.clock.advance(milliseconds: 20_000)
    let other = hold("ada", .owner("grace"), 300)
    _ = try bench.ledger.place(other)
    for _ in 0..<2 {
      #expect(throws: LedgerError.paymentRequired(needed: Amount(micros: 400), available: Amount(micros: 200))) {
        try bench.ledger.place(renewed(first, 2))
      }
    }
    #expect(try bench.ledger.settle(settlement(renewed(first, 2), 350)).paid.micros == 200)
    #expect(try bench.balance(Holder(.operator, "ada")) == [300, 200, 0, 500])
    var audit = LedgerAudit()
    try audit.read(bench.engine, now: bench.clock.now)
    #expect(audit.findings.flatMap(\.problems) == [])
    #expect(audit.expired.count == 2)
  }

  @Test("Two open holds of a session, or two payments, are found")
  func doubled() throws {
    for isPaid in [false, true] {
      let bench = try Bench()
      try bench.deposit(1_000, to: "ada")
      let first = hold("ada", .owner("grace"), 100)
      _ = try bench.ledger.place(first)
      var second = Transfer(
        id: 77, debit: Holder(.operator, "ada").id, credit: Holder(.author, "grace").id, amount: 100,
        ledger: ledgerCode,
        code: TransferKind.wearing.rawValue, flags: .pending)
      second.userData128 = first.session.value
      second.userData32 = 1
      #expect(try bench.engine.createTransfers([second]).first?.status == .created)
      if isPaid {
        let posts = [UInt128(77), first.session.value].enumerated().map { index, hold in
          Transfer(id: UInt128(80 + index), amount: .max, ledger: 0, code: 0, flags: .postPending, pendingID: hold)
        }
        #expect(try bench.engine.createTransfers(posts).allSatisfy { $0.status == .created })
      }
      var audit = LedgerAudit()
      try audit.read(bench.engine, now: bench.clock.now)
      let word = isPaid ? "was paid 2 times" : "has 2 open holds"
      #expect(audit.findings.first { $0.name == "a session has one hold" }?.problems.first?.contains(word) == true)
    }
  }

  @Test("A hold that has fallen back is paid for from what there is")
  func late() throws {
    let bench = try Bench()
    try bench.deposit(500, to: "ada")
    let request = hold("ada", .owner("grace"), 400, timeout: 10)
    _ = try bench.ledger.place(request)
    bench.clock.advance(milliseconds: 20_000)
    let other = hold("ada", .owner("grace"), 300)
    _ = try bench.ledger.place(other)
    for _ in 0..<2 {
      #expect(
        try bench.ledger.settle(settlement(request, 350, basisPoints: 500))
          == SettlementReceipt(paid: Amount(micros: 200), fee: Amount(micros: 10)))
    }
    #expect(try bench.balance(Holder(.operator, "ada")) == [300, 200, 0, 500])
    var audit = LedgerAudit()
    try audit.read(bench.engine, now: bench.clock.now)
    #expect(audit.expired.map(\.id) == [request.session.value])
    #expect(audit.findings.flatMap(\.problems) == [])
  }

  @Test("An answer that was lost is asked for again and nothing is done twice")
  func lostAnswers() throws {
    let bench = try Bench()
    try bench.deposit(1_000, to: "ada")
    let request = hold("ada", .owner("grace"), 400)
    func twice<Result>(_ body: () throws -> Result) throws -> Result {
      bench.engine.fault.withLock { $0 = .answerLost }
      #expect(throws: LedgerError.self) { _ = try body() }
      bench.engine.fault.withLock { $0 = .none }
      return try body()
    }
    _ = try twice { try bench.ledger.place(request) }
    _ = try twice { try bench.ledger.settle(settlement(request, 250, basisPoints: 1_000)) }
    #expect(try bench.balance(Holder(.operator, "ada")) == [0, 250, 0, 1_000])
    #expect(try bench.balance(Holder(.author, "grace")) == [0, 25, 0, 250])
  }

  @Test("The platform's share is rounded down", arguments: [(0, 999), (1, 9_999), (250, 7), (9_999, 3), (10_000, 5)])
  func fees(_ basisPoints: Int, _ amount: UInt128) {
    let fee = LedgerBook.fee(of: Amount(micros: amount), basisPoints).micros
    #expect(fee == amount * UInt128(basisPoints) / 10_000)
    #expect(LedgerBook.fee(of: Amount(micros: .max), 10_000).micros == .max)
  }
}

@Suite("Deferring")
struct DeferringTests {
  @Test("With `require` nothing is worn while nobody answers")
  func require() throws {
    let bench = try Bench(policy: .require)
    bench.engine.fault.withLock { $0 = .unreachable }
    #expect(throws: LedgerError.unavailable("nobody answers")) { try bench.ledger.place(hold("ada", .owner("g"), 1)) }
  }

  @Test("With `defer` holds and payments are posted later, in order and once")
  func deferred() throws {
    let bench = try Bench(policy: .defer)
    try bench.deposit(1_000, to: "ada")
    let first = hold("ada", .owner("grace"), 400)
    let second = hold("ada", .owner("grace"), 300)
    bench.engine.fault.withLock { $0 = .unreachable }
    for _ in 0..<2 { #expect(try bench.ledger.place(first) == HoldReceipt(amount: first.amount, isDeferred: true)) }
    let receipt = try bench.ledger.settle(settlement(first, 250, basisPoints: 1_000))
    #expect(receipt == SettlementReceipt(paid: Amount(micros: 250), fee: Amount(micros: 25), isDeferred: true))
    _ = try bench.ledger.place(second)
    #expect(try bench.setup.journal.entries().count == 3)
    bench.engine.fault.withLock { $0 = .none }
    // The next that comes finds the ledger, and what waits goes first.
    #expect(try bench.ledger.settle(settlement(second, 100)).isDeferred == false)
    #expect(try bench.setup.journal.entries() == [])
    #expect(try bench.balance(Holder(.operator, "ada")) == [0, 350, 0, 1_000])
    #expect(try bench.balance(Holder(.author, "grace")) == [0, 25, 0, 350])
  }

  @Test("A ledger that does not answer is asked once by each command", arguments: [false, true])
  func askedOnce(_ defers: Bool) throws {
    let bench = try Bench(policy: defers ? .defer : .require)
    bench.engine.fault.withLock { $0 = .unreachable }
    let earlier = hold("ada", .owner("grace"), 10)
    if defers { _ = try bench.ledger.place(earlier) }
    // A command that settles what was on before, gives back what was not put on, and sets something aside.
    let ledger = bench.ledger
    let request = hold("ada", .owner("grace"), 20)
    let before = bench.engine.count.withLock { $0 }
    for _ in 0..<2 {
      _ = try? ledger.settle(settlement(earlier, 5))
      _ = try? ledger.release(hold("ada", .owner("grace"), 30))
      _ = try? ledger.place(request)
      #expect(bench.engine.count.withLock { $0 } == before + 1)
    }
    // The next command asks anew.
    bench.engine.fault.withLock { $0 = .none }
    try bench.deposit(100, to: "ada")
    #expect(try bench.ledger.place(request).isDeferred == false)
    #expect(try bench.balance(Holder(.operator, "ada")) == (defers ? [20, 5, 0, 100] : [20, 0, 0, 100]))
  }

  @Test("Who only writes down what is to be done does not wait for somebody who asks the ledger")
  func writtenDownMeanwhile() throws {
    var bench = try Bench(policy: .defer)
    bench.setup.configuration.ledger.deadline = 100
    try bench.deposit(1_000, to: "ada")
    let first = hold("ada", .owner("grace"), 10)
    bench.engine.fault.withLock { $0 = .unreachable }
    _ = try bench.ledger.place(first)
    bench.engine.fault.withLock { $0 = .none }
    let journal = bench.setup.journal
    var posting: (any FileLock)? = try SystemFiles().lock(journal.postingLock, waiting: 0)
    let second = hold("ada", .owner("grace"), 20)
    #expect(try bench.ledger.place(second).isDeferred)
    #expect(try bench.ledger.settle(settlement(first, 5)).isDeferred)
    #expect(try journal.entries() == [.place(first), .place(second), .settle(settlement(first, 5))])
    withExtendedLifetime(posting) {}
    posting = nil
    #expect(try journal.flush(LedgerReach(bench.setup)) == [])
    #expect(try bench.balance(Holder(.operator, "ada")) == [20, 5, 0, 1_000])
  }

  @Test("A line that is added while others are being posted stays")
  func addedMeanwhile() throws {
    let bench = try Bench(policy: .defer)
    try bench.deposit(1_000, to: "ada")
    let requests = (0..<40).map { _ in hold("ada", .owner("grace"), 1) }
    bench.engine.fault.withLock { $0 = .unreachable }
    for request in requests[..<20] { _ = try bench.ledger.place(request) }
    bench.engine.fault.withLock { $0 = .none }
    // Everybody posts, or adds what the others post.
    DispatchQueue.concurrentPerform(iterations: 20) { index in
      do {
        _ = try bench.ledger.place(requests[20 + index])
      } catch {
        Issue.record("\(error)")
      }
    }
    #expect(try bench.setup.journal.flush(LedgerReach(bench.setup)) == [])
    #expect(try bench.balance(Holder(.operator, "ada")) == [40, 0, 0, 1_000])
  }

  @Test("A renewal is asked for again and not written down; it waits for what its session has asked for before")
  func renewalWhileAway() throws {
    let bench = try Bench(policy: .defer)
    try bench.deposit(400, to: "ada")
    let first = hold("ada", .owner("grace"), 400)
    var second = first
    second.renewal = 1
    bench.engine.fault.withLock { $0 = .unreachable }
    _ = try bench.ledger.place(first)
    #expect(throws: LedgerError.unavailable("nobody answers")) { try bench.ledger.place(second) }
    #expect(try bench.ledger.settle(settlement(second, 100)).isDeferred)
    bench.engine.fault.withLock { $0 = .none }
    #expect(try bench.setup.journal.flush(LedgerReach(bench.setup)) == [])
    #expect(try bench.balance(Holder(.operator, "ada")) == [0, 100, 0, 400])
  }

  @Test("An answer that was lost is deferred and not done twice")
  func lostThenDeferred() throws {
    let bench = try Bench(policy: .defer)
    try bench.deposit(1_000, to: "ada")
    let request = hold("ada", .owner("grace"), 400)
    bench.engine.fault.withLock { $0 = .answerLost }
    #expect(try bench.ledger.place(request).isDeferred)
    #expect(try bench.ledger.settle(settlement(request, 100)).isDeferred)
    bench.engine.fault.withLock { $0 = .none }
    #expect(try bench.setup.journal.flush(LedgerReach(bench.setup)) == [])
    #expect(try bench.balance(Holder(.operator, "ada")) == [0, 100, 0, 1_000])
  }

  @Test("What was given back before it was placed is never held")
  func releasedWhileDeferred() throws {
    let bench = try Bench(policy: .defer)
    try bench.deposit(1_000, to: "ada")
    let request = hold("ada", .owner("grace"), 400)
    bench.engine.fault.withLock { $0 = .unreachable }
    _ = try bench.ledger.place(request)
    try bench.ledger.release(request)
    bench.engine.fault.withLock { $0 = .none }
    #expect(try bench.setup.journal.flush(LedgerReach(bench.setup)) == [])
    #expect(try bench.balance(Holder(.operator, "ada")) == [0, 0, 0, 1_000])
    #expect(throws: LedgerError.self) { try bench.ledger.place(request) }
  }

  @Test("A hold that nobody can pay waits for a deposit, and keeps nobody else waiting")
  func waitsForMoney() throws {
    let bench = try Bench(policy: .defer)
    try bench.deposit(100, to: "bob")
    let poor = hold("ada", .owner("grace"), 400)
    let rich = hold("bob", .owner("grace"), 50)
    bench.engine.fault.withLock { $0 = .unreachable }
    _ = try bench.ledger.place(poor)
    _ = try bench.ledger.settle(settlement(poor, 300))
    _ = try bench.ledger.place(rich)
    bench.engine.fault.withLock { $0 = .none }
    #expect(try bench.setup.journal.flush(LedgerReach(bench.setup)).count == 2)
    #expect(try bench.balance(Holder(.operator, "bob")) == [50, 0, 0, 100])
    try bench.deposit(1_000, to: "ada")
    #expect(try bench.setup.journal.flush(LedgerReach(bench.setup)) == [])
    #expect(try bench.balance(Holder(.operator, "ada")) == [0, 300, 0, 1_000])
  }

  @Test("A line that was cut short was never acknowledged; one in the middle is a clear error")
  func tornJournal() throws {
    let bench = try Bench(policy: .defer)
    bench.engine.fault.withLock { $0 = .unreachable }
    let request = hold("ada", .owner("grace"), 0)
    _ = try bench.ledger.place(request)
    let path = bench.setup.journal.path.description
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    try (whole + whole.prefix(20)).write(toFile: path, atomically: false, encoding: .utf8)
    #expect(try bench.setup.journal.entries().count == 1)
    let other = hold("ada", .owner("grace"), 0)
    _ = try bench.ledger.place(other)
    #expect(try bench.setup.journal.entries().count == 2)
    try ("nonsense\n" + whole).write(toFile: path, atomically: false, encoding: .utf8)
    #expect(throws: LedgerError.self) { try bench.setup.journal.entries() }
  }
}
