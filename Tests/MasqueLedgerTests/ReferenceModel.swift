import Synchronization

@testable import MasqueLedger

/// A ledger in plain dictionaries, written for nothing but to be read: the oracle that engines are compared with. It shares
/// no rule with any of them. A chain is undone by putting the whole state back.
final class ReferenceModel: LedgerEngine {
  private struct State {
    var accounts: [UInt128: Account] = [:]
    var transfers: [UInt128: Transfer] = [:]
    var ends: [UInt128: TransferStatus] = [:]
    var history: [UInt128: [AccountBalance]] = [:]
    var order: [UInt128] = []
    /// Holds with a timeout that may be open.
    var limited: Set<UInt128> = []
    var last: UInt64 = 0
  }
  private struct World {
    var state = State()
    /// Outlives what a chain undoes.
    var burned: Set<UInt128> = []
  }

  private let world = Mutex(World())
  private let now: @Sendable () -> UInt64
  let maximumBatch = 8_189

  init(now: @escaping @Sendable () -> UInt64) { self.now = now }

  func createAccounts(_ accounts: [Account]) -> [CreateAccountResult] {
    world.withLock { world in
      let base = begin(&world.state)
      return inChains(
        &world, accounts.map { $0.flags.contains(.linked) }, failed: AccountStatus.linkedEventFailed,
        open: .linkedEventChainOpen, created: .created
      ) { world, index in
        Self.create(accounts[index], &world.state, base + UInt64(index) + 1)
      }.map { CreateAccountResult($0, timestamp: 0) }
    }
  }

  func createTransfers(_ transfers: [Transfer]) -> [CreateTransferResult] {
    world.withLock { world in
      let base = begin(&world.state)
      return inChains(
        &world, transfers.map { $0.flags.contains(.linked) }, failed: TransferStatus.linkedEventFailed,
        open: .linkedEventChainOpen, created: .created
      ) { world, index in
        let status = Self.create(transfers[index], &world.state, world.burned, base + UInt64(index) + 1)
        let temporary: Set<TransferStatus> = [
          .debitAccountNotFound, .creditAccountNotFound, .pendingTransferNotFound, .exceedsCredits, .exceedsDebits,
          .debitAccountAlreadyClosed, .creditAccountAlreadyClosed,
        ]
        if temporary.contains(status) { world.burned.insert(transfers[index].id) }
        return status
      }.map { CreateTransferResult($0, timestamp: 0) }
    }
  }

  private func begin(_ state: inout State) -> UInt64 {
    let base = max(now(), state.last)
    for id in state.limited {
      guard state.ends[id] == nil, let hold = state.transfers[id] else {
        state.limited.remove(id)
        continue
      }
      if hold.timestamp + UInt64(hold.timeout) * 1_000_000_000 > base { continue }
      Self.release(hold, &state)
      state.ends[id] = .pendingTransferExpired
    }
    return base
  }

  private func inChains<Status: Equatable>(
    _ world: inout World, _ linked: [Bool], failed: Status, open: Status, created: Status,
    _ create: (inout World, Int) -> Status
  ) -> [Status] {
    var results: [Status] = []
    var first = 0
    while first < linked.count {
      // A chain goes up to the first event that is not linked.
      let last = linked[first...].firstIndex(of: false) ?? linked.count - 1
      // An event by itself needs nothing put back.
      let before = linked[first] ? world.state : nil
      var statuses: [Status] = []
      for index in first...last {
        let isOpen = linked[index] && index == linked.count - 1
        let isBroken = statuses.contains { $0 != created }
        statuses.append(isOpen ? open : isBroken ? failed : create(&world, index))
      }
      if let culprit = statuses.firstIndex(where: { $0 != created }), let before {
        world.state = before
        for index in 0..<culprit { statuses[index] = failed }
      }
      results += statuses
      first = last + 1
    }
    return results
  }

  private static func create(_ new: Account, _ state: inout State, _ timestamp: UInt64) -> AccountStatus {
    if new.timestamp > 0 { return .timestampMustBeZero }
    if new.reserved > 0 { return .reservedField }
    if new.flags.rawValue & ~47 != 0 { return .reservedFlag }
    if new.id == 0 { return .idMustNotBeZero }
    if new.id == UInt128.max { return .idMustNotBeIntMax }
    if let old = state.accounts[new.id] {
      return old.flags != new.flags
        ? .existsWithDifferentFlags
        : old.userData128 != new.userData128
          ? .existsWithDifferentUserData128
          : old.userData64 != new.userData64
            ? .existsWithDifferentUserData64
            : old.userData32 != new.userData32
              ? .existsWithDifferentUserData32
              : old.ledger != new.ledger
                ? .existsWithDifferentLedger : old.code != new.code ? .existsWithDifferentCode : .exists
    }
    if new.flags.rawValue & 6 == 6 { return .flagsAreMutuallyExclusive }
    if new.debitsPending > 0 { return .debitsPendingMustBeZero }
    if new.debitsPosted > 0 { return .debitsPostedMustBeZero }
    if new.creditsPending > 0 { return .creditsPendingMustBeZero }
    if new.creditsPosted > 0 { return .creditsPostedMustBeZero }
    if new.ledger == 0 { return .ledgerMustNotBeZero }
    if new.code == 0 { return .codeMustNotBeZero }
    state.accounts[new.id] = new
    state.accounts[new.id]?.timestamp = timestamp
    state.last = timestamp
    return .created
  }

  private static func create(
    _ new: Transfer, _ state: inout State, _ burned: Set<UInt128>, _ timestamp: UInt64
  ) -> TransferStatus {
    if new.timestamp > 0 { return .timestampMustBeZero }
    if new.flags.rawValue > 255 { return .reservedFlag }
    if new.id == 0 { return .idMustNotBeZero }
    if new.id == UInt128.max { return .idMustNotBeIntMax }
    if let old = state.transfers[new.id] { return compare(new, old, state) }
    if burned.contains(new.id) { return .idAlreadyFailed }
    let kind = new.flags.rawValue
    if kind & (4 | 8) != 0 {
      if kind & (4 | 8) == (4 | 8) || kind & (2 | 16 | 32 | 64 | 128) != 0 { return .flagsAreMutuallyExclusive }
      return end(new, &state, timestamp)
    }
    if new.debitAccountID == 0 { return .debitAccountIDMustNotBeZero }
    if new.debitAccountID == .max { return .debitAccountIDMustNotBeIntMax }
    if new.creditAccountID == 0 { return .creditAccountIDMustNotBeZero }
    if new.creditAccountID == .max { return .creditAccountIDMustNotBeIntMax }
    if new.debitAccountID == new.creditAccountID { return .accountsMustBeDifferent }
    if new.pendingID != 0 { return .pendingIDMustBeZero }
    let isHold = kind & 2 != 0
    if !isHold, new.timeout > 0 { return .timeoutReservedForPendingTransfer }
    if !isHold, kind & (64 | 128) != 0 { return .closingTransferMustBePending }
    if new.ledger == 0 { return .ledgerMustNotBeZero }
    if new.code == 0 { return .codeMustNotBeZero }
    guard let payer = state.accounts[new.debitAccountID] else { return .debitAccountNotFound }
    guard let payee = state.accounts[new.creditAccountID] else { return .creditAccountNotFound }
    if payer.ledger != payee.ledger { return .accountsMustHaveTheSameLedger }
    if payer.ledger != new.ledger { return .transferMustHaveTheSameLedgerAsAccounts }
    if payer.flags.contains(.closed) { return .debitAccountAlreadyClosed }
    if payee.flags.contains(.closed) { return .creditAccountAlreadyClosed }
    var amount = new.amount
    let debits = payer.debitsPending + payer.debitsPosted
    let credits = payee.creditsPending + payee.creditsPosted
    if kind & 16 != 0 { amount = min(amount, payer.creditsPosted < debits ? 0 : payer.creditsPosted - debits) }
    if kind & 32 != 0 { amount = min(amount, payee.debitsPosted < credits ? 0 : payee.debitsPosted - credits) }
    let room = { (sum: UInt128) in UInt128.max - sum }
    if isHold, amount > room(payer.debitsPending) { return .overflowsDebitsPending }
    if isHold, amount > room(payee.creditsPending) { return .overflowsCreditsPending }
    if amount > room(payer.debitsPosted) { return .overflowsDebitsPosted }
    if amount > room(payee.creditsPosted) { return .overflowsCreditsPosted }
    if amount > room(debits) { return .overflowsDebits }
    if amount > room(credits) { return .overflowsCredits }
    if timestamp + UInt64(new.timeout) * 1_000_000_000 > UInt64(Int64.max) { return .overflowsTimeout }
    if payer.flags.contains(.debitsMustNotExceedCredits), debits + amount > payer.creditsPosted {
      return .exceedsCredits
    }
    if payee.flags.contains(.creditsMustNotExceedDebits), credits + amount > payee.debitsPosted {
      return .exceedsDebits
    }
    update(&state, payer.id) { account in
      if isHold { account.debitsPending += amount } else { account.debitsPosted += amount }
      if kind & 64 != 0 { account.flags.insert(.closed) }
    }
    update(&state, payee.id) { account in
      if isHold { account.creditsPending += amount } else { account.creditsPosted += amount }
      if kind & 128 != 0 { account.flags.insert(.closed) }
    }
    var kept = new
    kept.amount = amount
    keep(kept, &state, timestamp)
    return .created
  }

  private static func end(_ new: Transfer, _ state: inout State, _ timestamp: UInt64) -> TransferStatus {
    if new.pendingID == 0 { return .pendingIDMustNotBeZero }
    if new.pendingID == .max { return .pendingIDMustNotBeIntMax }
    if new.pendingID == new.id { return .pendingIDMustBeDifferent }
    if new.timeout != 0 { return .timeoutReservedForPendingTransfer }
    guard let hold = state.transfers[new.pendingID] else { return .pendingTransferNotFound }
    if !hold.flags.contains(.pending) { return .pendingTransferNotPending }
    if new.debitAccountID != 0, new.debitAccountID != hold.debitAccountID {
      return .pendingTransferHasDifferentDebitAccountID
    }
    if new.creditAccountID != 0, new.creditAccountID != hold.creditAccountID {
      return .pendingTransferHasDifferentCreditAccountID
    }
    if new.ledger != 0, new.ledger != hold.ledger { return .pendingTransferHasDifferentLedger }
    if new.code != 0, new.code != hold.code { return .pendingTransferHasDifferentCode }
    var amount = new.amount
    let isVoid = new.flags.contains(.voidPending)
    if isVoid, amount == 0 { amount = hold.amount }
    if !isVoid, amount == .max { amount = hold.amount }
    if amount > hold.amount { return .exceedsPendingTransferAmount }
    if isVoid, amount != hold.amount { return .pendingTransferHasDifferentAmount }
    if let end = state.ends[hold.id] { return end }
    if hold.timeout > 0, hold.timestamp + UInt64(hold.timeout) * 1_000_000_000 <= timestamp {
      return .pendingTransferExpired
    }
    if !isVoid {
      if state.accounts[hold.debitAccountID]?.flags.contains(.closed) == true { return .debitAccountAlreadyClosed }
      if state.accounts[hold.creditAccountID]?.flags.contains(.closed) == true { return .creditAccountAlreadyClosed }
    }
    release(hold, &state)
    if !isVoid {
      update(&state, hold.debitAccountID) { $0.debitsPosted += amount }
      update(&state, hold.creditAccountID) { $0.creditsPosted += amount }
    }
    state.ends[hold.id] = isVoid ? .pendingTransferAlreadyVoided : .pendingTransferAlreadyPosted
    var kept = hold
    (kept.id, kept.amount, kept.pendingID, kept.flags, kept.timeout) = (new.id, amount, hold.id, new.flags, 0)
    if new.userData128 != 0 { kept.userData128 = new.userData128 }
    if new.userData64 != 0 { kept.userData64 = new.userData64 }
    if new.userData32 != 0 { kept.userData32 = new.userData32 }
    keep(kept, &state, timestamp)
    return .created
  }

  private static func compare(_ new: Transfer, _ old: Transfer, _ state: State) -> TransferStatus {
    if new.flags != old.flags { return .existsWithDifferentFlags }
    if new.pendingID != old.pendingID { return .existsWithDifferentPendingID }
    if new.timeout != old.timeout { return .existsWithDifferentTimeout }
    let hold = state.transfers[old.pendingID]
    func same<Value: FixedWidthInteger>(_ given: Value, _ kept: Value, standsForZero: Value?) -> Bool {
      given == 0 && hold != nil ? kept == standsForZero ?? kept : given == kept
    }
    if !same(new.debitAccountID, old.debitAccountID, standsForZero: nil) { return .existsWithDifferentDebitAccountID }
    if !same(new.creditAccountID, old.creditAccountID, standsForZero: nil) {
      return .existsWithDifferentCreditAccountID
    }
    switch hold {
    case let hold? where old.flags.contains(.voidPending) && new.amount == 0:
      if old.amount != hold.amount { return .existsWithDifferentAmount }
    case let hold? where old.flags.contains(.postPending) && new.amount == .max:
      if old.amount != hold.amount { return .existsWithDifferentAmount }
    default:
      let isUpperLimit = old.flags.rawValue & 48 != 0
      if isUpperLimit ? new.amount < old.amount : new.amount != old.amount { return .existsWithDifferentAmount }
    }
    if !same(new.userData128, old.userData128, standsForZero: hold?.userData128) {
      return .existsWithDifferentUserData128
    }
    if !same(new.userData64, old.userData64, standsForZero: hold?.userData64) { return .existsWithDifferentUserData64 }
    if !same(new.userData32, old.userData32, standsForZero: hold?.userData32) { return .existsWithDifferentUserData32 }
    if !same(new.ledger, old.ledger, standsForZero: nil) { return .existsWithDifferentLedger }
    if !same(new.code, old.code, standsForZero: nil) { return .existsWithDifferentCode }
    return .exists
  }

  private static func release(_ hold: Transfer, _ state: inout State) {
    update(&state, hold.debitAccountID) { account in
      account.debitsPending -= hold.amount
      if hold.flags.contains(.closingDebit) { account.flags.remove(.closed) }
    }
    update(&state, hold.creditAccountID) { account in
      account.creditsPending -= hold.amount
      if hold.flags.contains(.closingCredit) { account.flags.remove(.closed) }
    }
  }

  private static func update(_ state: inout State, _ id: UInt128, _ change: (inout Account) -> Void) {
    guard var account = state.accounts[id] else { return }
    change(&account)
    state.accounts[id] = account
  }

  private static func keep(_ new: Transfer, _ state: inout State, _ timestamp: UInt64) {
    var kept = new
    kept.timestamp = timestamp
    state.transfers[kept.id] = kept
    state.order.append(kept.id)
    if kept.timeout > 0 { state.limited.insert(kept.id) }
    state.last = timestamp
    for id in [kept.debitAccountID, kept.creditAccountID] {
      guard let account = state.accounts[id], account.flags.contains(.history) else { continue }
      state.history[id, default: []].append(
        AccountBalance(
          debitsPending: account.debitsPending, debitsPosted: account.debitsPosted,
          creditsPending: account.creditsPending, creditsPosted: account.creditsPosted, timestamp: timestamp))
    }
  }

  // MARK: Questions

  func accounts(_ ids: [UInt128]) -> [Account] {
    world.withLock { world in
      _ = begin(&world.state)
      return ids.compactMap { world.state.accounts[$0] }
    }
  }

  func transfers(_ ids: [UInt128]) -> [Transfer] {
    world.withLock { world in ids.compactMap { world.state.transfers[$0] } }
  }

  func transfers(of filter: AccountFilter) -> [Transfer] {
    guard filter.accountID != 0, filter.accountID != .max, filter.debits || filter.credits else { return [] }
    return world.withLock { world in
      let all = world.state.order.compactMap { world.state.transfers[$0] }.filter { transfer in
        (filter.debits && transfer.debitAccountID == filter.accountID
          || filter.credits && transfer.creditAccountID == filter.accountID)
          && (filter.userData128 == 0 || filter.userData128 == transfer.userData128)
          && (filter.userData64 == 0 || filter.userData64 == transfer.userData64)
          && (filter.userData32 == 0 || filter.userData32 == transfer.userData32)
          && (filter.code == 0 || filter.code == transfer.code)
          && isIn(filter.timestampMin, filter.timestampMax, transfer.timestamp)
      }
      return Array((filter.reversed ? all.reversed() : all).prefix(Int(filter.limit)))
    }
  }

  func balances(of filter: AccountFilter) -> [AccountBalance] {
    let times = transfers(of: filter).map(\.timestamp)
    return world.withLock { world in
      let all = world.state.history[filter.accountID] ?? []
      return times.compactMap { time in all.first { $0.timestamp == time } }
    }
  }

  func queryAccounts(_ filter: QueryFilter) -> [Account] {
    world.withLock { world in
      let all = world.state.accounts.values.sorted { $0.timestamp < $1.timestamp }.filter { account in
        (filter.userData128 == 0 || filter.userData128 == account.userData128)
          && (filter.userData64 == 0 || filter.userData64 == account.userData64)
          && (filter.userData32 == 0 || filter.userData32 == account.userData32)
          && (filter.ledger == 0 || filter.ledger == account.ledger)
          && (filter.code == 0 || filter.code == account.code)
          && isIn(filter.timestampMin, filter.timestampMax, account.timestamp)
      }
      return Array((filter.reversed ? all.reversed() : all).prefix(Int(filter.limit)))
    }
  }

  func queryTransfers(_ filter: QueryFilter) -> [Transfer] {
    world.withLock { world in
      let all = world.state.order.compactMap { world.state.transfers[$0] }.filter { transfer in
        (filter.userData128 == 0 || filter.userData128 == transfer.userData128)
          && (filter.userData64 == 0 || filter.userData64 == transfer.userData64)
          && (filter.userData32 == 0 || filter.userData32 == transfer.userData32)
          && (filter.ledger == 0 || filter.ledger == transfer.ledger)
          && (filter.code == 0 || filter.code == transfer.code)
          && isIn(filter.timestampMin, filter.timestampMax, transfer.timestamp)
      }
      return Array((filter.reversed ? all.reversed() : all).prefix(Int(filter.limit)))
    }
  }
}

private func isIn(_ minimum: UInt64, _ maximum: UInt64, _ timestamp: UInt64) -> Bool {
  timestamp >= minimum && (maximum == 0 || timestamp <= maximum) && (maximum == 0 || minimum <= maximum)
}
