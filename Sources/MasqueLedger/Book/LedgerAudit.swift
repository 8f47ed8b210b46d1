/// Reads a whole ledger through its engine, whichever it is, and checks that it is right.
struct LedgerAudit {
  /// What must hold, and where it does not.
  struct Finding: Sendable {
    var name: String
    var problems: [String]
  }

  /// The accounts.
  private(set) var accounts: [UInt128: Account] = [:]
  /// How many transfers there are.
  private(set) var transferCount = 0
  /// The holds that are open.
  private(set) var openHolds: [Transfer] = []
  /// The holds that have fallen back by themselves.
  private(set) var expired: [Transfer] = []
  /// The timestamp of the latest transfer, or 0.
  private(set) var lastTimestamp: UInt64 = 0
  /// What was checked.
  private(set) var findings: [Finding] = []

  private var holds: [UInt128: Transfer] = [:]
  private var ends: Set<UInt128> = []
  private var orderProblems: [String] = []
  private var endProblems: [String] = []
  /// How many holds, and how many payments out of them, there are of a session and a renewal.
  private var sessions: [UInt128: [UInt32: Int]] = [:]
  private var payments: [UInt128: Int] = [:]

  /// Reads everything. A ledger that is used meanwhile is read as it was when the reading began.
  ///
  /// - Parameters:
  ///   - engine: the ledger.
  ///   - now: the time.
  /// - Throws: why it can't be read.
  mutating func read(_ engine: any LedgerEngine, now: UInt64) throws(EngineError) {
    // Transfers that come while this is read would make balances and history differ: it is tried until nothing comes.
    for attempt in 0..<5 {
      self = LedgerAudit()
      let before = try latest(engine)
      try readAccounts(engine)
      let sums = try readTransfers(engine)
      let isStill = try latest(engine) == before
      if isStill || attempt == 4 {
        conclude(sums, max(now, lastTimestamp), isStill: isStill)
        return
      }
    }
  }

  private func latest(_ engine: any LedgerEngine) throws(EngineError) -> UInt64 {
    var filter = QueryFilter(limit: 1)
    filter.reversed = true
    return try engine.queryTransfers(filter).first?.timestamp ?? 0
  }

  private mutating func readAccounts(_ engine: any LedgerEngine) throws(EngineError) {
    var filter = QueryFilter(limit: 8_189)
    while true {
      let page = try engine.queryAccounts(filter)
      for account in page { accounts[account.id] = account }
      guard let last = page.last, page.count == min(8_189, engine.maximumBatch) || page.count == 8_189 else { return }
      filter.timestampMin = last.timestamp + 1
    }
  }

  private mutating func readTransfers(_ engine: any LedgerEngine) throws(EngineError) -> [UInt128: Account] {
    var sums = accounts.mapValues { Account(id: $0.id, ledger: $0.ledger, code: $0.code, flags: $0.flags) }
    var filter = QueryFilter(limit: 8_189)
    while true {
      let page = try engine.queryTransfers(filter)
      for transfer in page { add(transfer, &sums) }
      // A cluster may give less than it was asked for; the last page is empty.
      guard let last = page.last else { return sums }
      filter.timestampMin = last.timestamp + 1
    }
  }

  private mutating func add(_ transfer: Transfer, _ sums: inout [UInt128: Account]) {
    transferCount += 1
    if transfer.timestamp <= lastTimestamp {
      orderProblems.append("transfer \(hexadecimal(transfer.id)) is out of order")
    }
    lastTimestamp = transfer.timestamp
    if transfer.pendingID != 0 {
      if let hold = holds[transfer.pendingID] {
        if transfer.flags.contains(.postPending), hold.code == TransferKind.wearing.rawValue {
          payments[hold.userData128, default: 0] += 1
        }
        if !ends.insert(hold.id).inserted {
          endProblems.append("the hold \(hexadecimal(hold.id)) was ended twice")
        }
        if transfer.amount > hold.amount {
          endProblems.append("transfer \(hexadecimal(transfer.id)) posts more than was held")
        }
      } else {
        endProblems.append("transfer \(hexadecimal(transfer.id)) ends a hold that is not there")
      }
    }
    if transfer.flags.contains(.pending) {
      holds[transfer.id] = transfer
      if transfer.code == TransferKind.wearing.rawValue {
        sessions[transfer.userData128, default: [:]][transfer.userData32, default: 0] += 1
      }
    } else if !transfer.flags.contains(.voidPending) {
      sums[transfer.debitAccountID]?.debitsPosted &+= transfer.amount
      sums[transfer.creditAccountID]?.creditsPosted &+= transfer.amount
    }
  }

  private mutating func conclude(_ sums: [UInt128: Account], _ now: UInt64, isStill: Bool) {
    var sums = sums
    for hold in holds.values where !ends.contains(hold.id) {
      if hold.timeout != 0, hold.expiresAt <= now {
        expired.append(hold)
      } else {
        openHolds.append(hold)
        sums[hold.debitAccountID]?.debitsPending &+= hold.amount
        sums[hold.creditAccountID]?.creditsPending &+= hold.amount
      }
    }
    openHolds.sort { $0.timestamp < $1.timestamp }
    expired.sort { $0.timestamp < $1.timestamp }

    var unequal: [String] = []
    var overdrawn: [String] = []
    var wrong: [String] = []
    for ledger in Set(accounts.values.map(\.ledger)).sorted() {
      let all = accounts.values.filter { $0.ledger == ledger }
      let debits = all.reduce(0 as UInt128) { $0 &+ $1.debitsPosted }
      let credits = all.reduce(0 as UInt128) { $0 &+ $1.creditsPosted }
      let pendingDebits = all.reduce(0 as UInt128) { $0 &+ $1.debitsPending }
      let pendingCredits = all.reduce(0 as UInt128) { $0 &+ $1.creditsPending }
      if isStill, debits != credits || pendingDebits != pendingCredits {
        unequal.append("ledger \(ledger): debits \(debits), credits \(credits)")
      }
    }
    for (id, account) in accounts {
      if account.flags.contains(.debitsMustNotExceedCredits),
        account.debitsPosted &+ account.debitsPending > account.creditsPosted
      {
        overdrawn.append("account \(hexadecimal(id))")
      }
      guard isStill, let sum = sums[id] else { continue }
      if sum.debitsPosted != account.debitsPosted || sum.creditsPosted != account.creditsPosted
        || sum.debitsPending != account.debitsPending || sum.creditsPending != account.creditsPending
      {
        wrong.append("account \(hexadecimal(id))")
      }
    }
    // One hold and its renewals, each of which takes the place of the one before it.
    var doubled = sessions.flatMap { session, holds in
      holds.filter { $0.value > 1 }.map { "session \(hexadecimal(session)) has \($0.value) holds" }
    }
    let open = Dictionary(grouping: openHolds.filter { $0.code == TransferKind.wearing.rawValue }, by: \.userData128)
    doubled += open.filter { $0.value.count > 1 }.map {
      "session \(hexadecimal($0.key)) has \($0.value.count) open holds"
    }
    doubled += payments.filter { $0.value > 1 }.map { "session \(hexadecimal($0.key)) was paid \($0.value) times" }
    findings = [
      Finding(name: "debits and credits are equal", problems: unequal),
      Finding(name: "nobody has spent more than there was", problems: overdrawn.sorted()),
      Finding(name: "balances follow from the transfers", problems: wrong.sorted()),
      Finding(name: "a hold ends once at most", problems: endProblems),
      Finding(name: "a session has one hold", problems: doubled.sorted()),
      Finding(name: "the history is in order", problems: orderProblems),
    ]
  }
}
