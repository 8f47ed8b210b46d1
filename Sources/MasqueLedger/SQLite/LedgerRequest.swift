/// A request to create accounts or transfers: what comes of each event is decided over the rows that there are and what
/// the request itself has created so far; then everything is written at once.
///
/// Results, their precedence and what a chain undoes are those of TigerBeetle 0.17.
struct LedgerRequest {
  private let rows: LedgerRows
  private let count: Int
  /// Every event's timestamp is this and its place, counted from 1.
  private let base: UInt64
  private let greatest: (transfer: UInt128, failed: UInt128)

  private var accounts: [UInt128: Account] = [:]
  private var changedAccounts: Set<UInt128> = []
  private var newAccounts: [UInt128] = []
  private var newTransfers: [Transfer] = []
  private var transferIndices: [UInt128: Int] = [:]
  private var resolutions: [UInt64: PendingStatus] = [:]
  private var newResolutions: [(pending: UInt64, status: PendingStatus, timestamp: UInt64)] = []
  private var history: [(account: UInt64, balance: AccountBalance)] = []
  private var burned: Set<UInt128> = []
  private var chain: Chain?

  /// What a chain of linked events found, so that it can be undone.
  private struct Chain {
    var start: Int
    var isBroken = false
    var accounts: [UInt128: Account] = [:]
    var newAccounts: Int
    var newTransfers: Int
    var newResolutions: Int
    var history: Int
  }

  /// A request.
  ///
  /// - Parameters:
  ///   - rows: what there is.
  ///   - count: how many events it has.
  ///   - now: the time in nanoseconds since 1970; timestamps go on from the latest if the clock goes backwards.
  /// - Throws: what is wrong with the database.
  init(_ rows: LedgerRows, count: Int, now: UInt64) throws {
    self.rows = rows
    self.count = count
    let last = try rows.lastTimestamp()
    base = max(min(now, maximumTimestamp / 2), last)
    greatest = try rows.greatestIDs()
    newTransfers.reserveCapacity(count)
    transferIndices.reserveCapacity(count)
  }

  // MARK: Expiry

  /// Lets the holds fall back whose time is over.
  ///
  /// - Parameter time: the time.
  /// - Throws: what is wrong with the database, or `DamagedRow`.
  mutating func expireHolds(at time: UInt64) throws {
    for pending in try rows.expiredHolds(at: time, limit: .max) {
      guard let hold = try rows.transfer(at: pending) else {
        throw DamagedRow(what: "an open hold has no transfer")
      }
      guard var debit = try account(hold.debitAccountID), var credit = try account(hold.creditAccountID) else {
        throw DamagedRow(what: "the hold \(hexadecimal(hold.id)) has no accounts")
      }
      try release(hold, &debit, &credit)
      change(debit)
      change(credit)
      resolve(pending, .expired, at: hold.expiresAt)
    }
  }

  // MARK: Events

  mutating func create(_ list: [Account]) throws -> [CreateAccountResult] {
    var results: [CreateAccountResult] = []
    results.reserveCapacity(list.count)
    for (index, account) in list.enumerated() {
      let timestamp = base + UInt64(index) + 1
      var status: AccountStatus
      var actual = timestamp
      openChain(at: index, account.flags.contains(.linked))
      if account.flags.contains(.linked), index == count - 1 {
        status = .linkedEventChainOpen
      } else if chain?.isBroken == true {
        status = .linkedEventFailed
      } else if account.timestamp != 0 {
        status = .timestampMustBeZero
      } else {
        (status, actual) = try create(account, at: timestamp)
      }
      if status != .created, let start = breakChain() {
        for place in start..<index { results[place].status = .linkedEventFailed }
      }
      results.append(CreateAccountResult(status, timestamp: actual))
      closeChain(!account.flags.contains(.linked) || status == .linkedEventChainOpen)
    }
    return results
  }

  mutating func create(_ list: [Transfer]) throws -> [CreateTransferResult] {
    var results: [CreateTransferResult] = []
    results.reserveCapacity(list.count)
    for (index, transfer) in list.enumerated() {
      let timestamp = base + UInt64(index) + 1
      var status: TransferStatus
      var actual = timestamp
      openChain(at: index, transfer.flags.contains(.linked))
      if transfer.flags.contains(.linked), index == count - 1 {
        status = .linkedEventChainOpen
      } else if chain?.isBroken == true {
        status = .linkedEventFailed
      } else if transfer.timestamp != 0 {
        status = .timestampMustBeZero
      } else {
        (status, actual) = try create(transfer, at: timestamp)
      }
      if status != .created, let start = breakChain() {
        for place in start..<index { results[place].status = .linkedEventFailed }
      }
      // After the chain is undone: what burns an identifier outlives it.
      if status.burnsID { burned.insert(transfer.id) }
      results.append(CreateTransferResult(status, timestamp: actual))
      closeChain(!transfer.flags.contains(.linked) || status == .linkedEventChainOpen)
    }
    return results
  }

  // MARK: Chains

  private mutating func openChain(at index: Int, _ isLinked: Bool) {
    guard isLinked, chain == nil else { return }
    chain = Chain(
      start: index, newAccounts: newAccounts.count, newTransfers: newTransfers.count,
      newResolutions: newResolutions.count, history: history.count)
  }

  /// Undoes what the open chain has done so far.
  ///
  /// - Returns: where it began; nil if there is none, or if it is broken already.
  private mutating func breakChain() -> Int? {
    guard var broken = chain, !broken.isBroken else { return nil }
    for id in newAccounts[broken.newAccounts...] { accounts[id] = nil }
    for (id, account) in broken.accounts where accounts[id] != nil { accounts[id] = account }
    newAccounts.removeSubrange(broken.newAccounts...)
    for transfer in newTransfers[broken.newTransfers...] { transferIndices[transfer.id] = nil }
    newTransfers.removeSubrange(broken.newTransfers...)
    for resolution in newResolutions[broken.newResolutions...] { resolutions[resolution.pending] = nil }
    newResolutions.removeSubrange(broken.newResolutions...)
    history.removeSubrange(broken.history...)
    broken.isBroken = true
    chain = broken
    return broken.start
  }

  private mutating func closeChain(_ isEnd: Bool) {
    if isEnd { chain = nil }
  }

  // MARK: State

  private mutating func account(_ id: UInt128) throws -> Account? {
    if let known = accounts[id] { return known }
    guard let found = try rows.account(id) else { return nil }
    accounts[id] = found
    return found
  }

  private mutating func change(_ account: Account) {
    if let before = accounts[account.id], chain != nil, chain?.accounts[account.id] == nil {
      chain?.accounts[account.id] = before
    }
    accounts[account.id] = account
    changedAccounts.insert(account.id)
  }

  private func transfer(_ id: UInt128) throws -> Transfer? {
    if let index = transferIndices[id] { return newTransfers[index] }
    return id > greatest.transfer ? nil : try rows.transfer(id)
  }

  private func isFailed(_ id: UInt128) throws -> Bool {
    if burned.contains(id) { return true }
    return id > greatest.failed ? false : try rows.isFailed(id)
  }

  private mutating func resolution(of pending: Transfer) throws -> PendingStatus? {
    if let known = resolutions[pending.timestamp] { return known }
    return pending.timestamp > base ? nil : try rows.resolution(of: pending.timestamp)
  }

  private mutating func resolve(_ pending: UInt64, _ status: PendingStatus, at timestamp: UInt64) {
    resolutions[pending] = status
    newResolutions.append((pending, status, timestamp))
  }

  private mutating func insert(_ transfer: Transfer, _ debit: Account, _ credit: Account) {
    transferIndices[transfer.id] = newTransfers.count
    newTransfers.append(transfer)
    change(debit)
    change(credit)
    remember(debit, at: transfer.timestamp)
    remember(credit, at: transfer.timestamp)
  }

  /// Keeps an account's balance after a transfer, where it is wanted.
  private mutating func remember(_ account: Account, at timestamp: UInt64) {
    guard account.flags.contains(.history) else { return }
    let balance = AccountBalance(
      debitsPending: account.debitsPending, debitsPosted: account.debitsPosted,
      creditsPending: account.creditsPending, creditsPosted: account.creditsPosted, timestamp: timestamp)
    history.append((account.timestamp, balance))
  }

  /// Takes a hold out of the balances.
  private func release(_ hold: Transfer, _ debit: inout Account, _ credit: inout Account) throws {
    let (debits, isDebitWrong) = debit.debitsPending.subtractingReportingOverflow(hold.amount)
    let (credits, isCreditWrong) = credit.creditsPending.subtractingReportingOverflow(hold.amount)
    guard !isDebitWrong, !isCreditWrong else {
      throw DamagedRow(what: "the hold \(hexadecimal(hold.id)) is greater than what its accounts have set aside")
    }
    debit.debitsPending = debits
    credit.creditsPending = credits
    if hold.flags.contains(.closingDebit) { debit.flags.remove(.closed) }
    if hold.flags.contains(.closingCredit) { credit.flags.remove(.closed) }
  }

  // MARK: Rules

  private mutating func create(_ account: Account, at timestamp: UInt64) throws -> (AccountStatus, UInt64) {
    func no(_ status: AccountStatus) -> (AccountStatus, UInt64) { (status, timestamp) }
    if account.reserved != 0 { return no(.reservedField) }
    if !account.flags.isSubset(of: .known) { return no(.reservedFlag) }
    if account.id == 0 { return no(.idMustNotBeZero) }
    if account.id == .max { return no(.idMustNotBeIntMax) }
    if let known = try self.account(account.id) {
      if account.flags != known.flags { return no(.existsWithDifferentFlags) }
      if account.userData128 != known.userData128 { return no(.existsWithDifferentUserData128) }
      if account.userData64 != known.userData64 { return no(.existsWithDifferentUserData64) }
      if account.userData32 != known.userData32 { return no(.existsWithDifferentUserData32) }
      if account.ledger != known.ledger { return no(.existsWithDifferentLedger) }
      if account.code != known.code { return no(.existsWithDifferentCode) }
      return (.exists, known.timestamp)
    }
    if account.flags.isSuperset(of: [.debitsMustNotExceedCredits, .creditsMustNotExceedDebits]) {
      return no(.flagsAreMutuallyExclusive)
    }
    if account.debitsPending != 0 { return no(.debitsPendingMustBeZero) }
    if account.debitsPosted != 0 { return no(.debitsPostedMustBeZero) }
    if account.creditsPending != 0 { return no(.creditsPendingMustBeZero) }
    if account.creditsPosted != 0 { return no(.creditsPostedMustBeZero) }
    if account.ledger == 0 { return no(.ledgerMustNotBeZero) }
    if account.code == 0 { return no(.codeMustNotBeZero) }
    var created = account
    created.timestamp = timestamp
    newAccounts.append(account.id)
    accounts[account.id] = created
    return (.created, timestamp)
  }

  private mutating func create(_ transfer: Transfer, at timestamp: UInt64) throws -> (TransferStatus, UInt64) {
    if !transfer.flags.isSubset(of: .known) { return (.reservedFlag, timestamp) }
    if transfer.id == 0 { return (.idMustNotBeZero, timestamp) }
    if transfer.id == .max { return (.idMustNotBeIntMax, timestamp) }
    if let known = try self.transfer(transfer.id) {
      let status = try compare(transfer, with: known)
      return (status, status == .exists ? known.timestamp : timestamp)
    }
    if try isFailed(transfer.id) { return (.idAlreadyFailed, timestamp) }
    let endsHold = !transfer.flags.isDisjoint(with: [.postPending, .voidPending])
    return (try endsHold ? end(transfer, at: timestamp) : move(transfer, at: timestamp), timestamp)
  }

  /// What there is to say about a transfer whose identifier is known.
  private func compare(_ transfer: Transfer, with known: Transfer) throws -> TransferStatus {
    if transfer.flags != known.flags { return .existsWithDifferentFlags }
    if transfer.pendingID != known.pendingID { return .existsWithDifferentPendingID }
    if transfer.timeout != known.timeout { return .existsWithDifferentTimeout }
    // What may be left out of a transfer that ends a hold was taken from the hold.
    var meant = transfer
    var isAmountDifferent: Bool
    if transfer.flags.isDisjoint(with: [.postPending, .voidPending]) {
      let isBalancing = !transfer.flags.isDisjoint(with: [.balancingDebit, .balancingCredit])
      isAmountDifferent = isBalancing ? transfer.amount < known.amount : transfer.amount != known.amount
    } else {
      guard let hold = try self.transfer(transfer.pendingID) else {
        throw DamagedRow(what: "transfer \(hexadecimal(known.id)) ends a hold that is not there")
      }
      if meant.debitAccountID == 0 { meant.debitAccountID = known.debitAccountID }
      if meant.creditAccountID == 0 { meant.creditAccountID = known.creditAccountID }
      if meant.userData128 == 0 { meant.userData128 = hold.userData128 }
      if meant.userData64 == 0 { meant.userData64 = hold.userData64 }
      if meant.userData32 == 0 { meant.userData32 = hold.userData32 }
      if meant.ledger == 0 { meant.ledger = known.ledger }
      if meant.code == 0 { meant.code = known.code }
      let all: UInt128 = transfer.flags.contains(.voidPending) ? 0 : .max
      isAmountDifferent = (transfer.amount == all ? hold.amount : transfer.amount) != known.amount
    }
    if meant.debitAccountID != known.debitAccountID { return .existsWithDifferentDebitAccountID }
    if meant.creditAccountID != known.creditAccountID { return .existsWithDifferentCreditAccountID }
    if isAmountDifferent { return .existsWithDifferentAmount }
    if meant.userData128 != known.userData128 { return .existsWithDifferentUserData128 }
    if meant.userData64 != known.userData64 { return .existsWithDifferentUserData64 }
    if meant.userData32 != known.userData32 { return .existsWithDifferentUserData32 }
    if meant.ledger != known.ledger { return .existsWithDifferentLedger }
    if meant.code != known.code { return .existsWithDifferentCode }
    return .exists
  }

  /// A transfer of its own, or a hold.
  private mutating func move(_ transfer: Transfer, at timestamp: UInt64) throws -> TransferStatus {
    let flags = transfer.flags
    if transfer.debitAccountID == 0 { return .debitAccountIDMustNotBeZero }
    if transfer.debitAccountID == .max { return .debitAccountIDMustNotBeIntMax }
    if transfer.creditAccountID == 0 { return .creditAccountIDMustNotBeZero }
    if transfer.creditAccountID == .max { return .creditAccountIDMustNotBeIntMax }
    if transfer.creditAccountID == transfer.debitAccountID { return .accountsMustBeDifferent }
    if transfer.pendingID != 0 { return .pendingIDMustBeZero }
    if !flags.contains(.pending) {
      if transfer.timeout != 0 { return .timeoutReservedForPendingTransfer }
      if !flags.isDisjoint(with: [.closingDebit, .closingCredit]) { return .closingTransferMustBePending }
    }
    if transfer.ledger == 0 { return .ledgerMustNotBeZero }
    if transfer.code == 0 { return .codeMustNotBeZero }
    guard var debit = try account(transfer.debitAccountID) else { return .debitAccountNotFound }
    guard var credit = try account(transfer.creditAccountID) else { return .creditAccountNotFound }
    if debit.ledger != credit.ledger { return .accountsMustHaveTheSameLedger }
    if transfer.ledger != debit.ledger { return .transferMustHaveTheSameLedgerAsAccounts }
    if debit.flags.contains(.closed) { return .debitAccountAlreadyClosed }
    if credit.flags.contains(.closed) { return .creditAccountAlreadyClosed }

    // Both sums were held below 2¹²⁸ when they were made.
    let debits = debit.debitsPending &+ debit.debitsPosted
    let credits = credit.creditsPending &+ credit.creditsPosted
    var created = transfer
    created.timestamp = timestamp
    if flags.contains(.balancingDebit) {
      created.amount = min(created.amount, debit.creditsPosted > debits ? debit.creditsPosted - debits : 0)
    }
    if flags.contains(.balancingCredit) {
      created.amount = min(created.amount, credit.debitsPosted > credits ? credit.debitsPosted - credits : 0)
    }
    let amount = created.amount
    func overflows(_ sum: UInt128) -> Bool { sum.addingReportingOverflow(amount).overflow }
    if flags.contains(.pending) {
      if overflows(debit.debitsPending) { return .overflowsDebitsPending }
      if overflows(credit.creditsPending) { return .overflowsCreditsPending }
    }
    if overflows(debit.debitsPosted) { return .overflowsDebitsPosted }
    if overflows(credit.creditsPosted) { return .overflowsCreditsPosted }
    if overflows(debits) { return .overflowsDebits }
    if overflows(credits) { return .overflowsCredits }
    if timestamp > maximumTimestamp - UInt64(transfer.timeout) * 1_000_000_000 { return .overflowsTimeout }
    if debit.flags.contains(.debitsMustNotExceedCredits), debits + amount > debit.creditsPosted {
      return .exceedsCredits
    }
    if credit.flags.contains(.creditsMustNotExceedDebits), credits + amount > credit.debitsPosted {
      return .exceedsDebits
    }

    if flags.contains(.pending) {
      debit.debitsPending += amount
      credit.creditsPending += amount
    } else {
      debit.debitsPosted += amount
      credit.creditsPosted += amount
    }
    if flags.contains(.closingDebit) { debit.flags.insert(.closed) }
    if flags.contains(.closingCredit) { credit.flags.insert(.closed) }
    insert(created, debit, credit)
    return .created
  }

  /// A transfer that posts or voids a hold.
  private mutating func end(_ transfer: Transfer, at timestamp: UInt64) throws -> TransferStatus {
    let flags = transfer.flags
    let others: TransferFlags = [.pending, .balancingDebit, .balancingCredit, .closingDebit, .closingCredit]
    if flags.isSuperset(of: [.postPending, .voidPending]) || !flags.isDisjoint(with: others) {
      return .flagsAreMutuallyExclusive
    }
    if transfer.pendingID == 0 { return .pendingIDMustNotBeZero }
    if transfer.pendingID == .max { return .pendingIDMustNotBeIntMax }
    if transfer.pendingID == transfer.id { return .pendingIDMustBeDifferent }
    if transfer.timeout != 0 { return .timeoutReservedForPendingTransfer }
    guard let hold = try self.transfer(transfer.pendingID) else { return .pendingTransferNotFound }
    if !hold.flags.contains(.pending) { return .pendingTransferNotPending }
    func differs<Value: FixedWidthInteger>(_ given: Value, _ held: Value) -> Bool { given != 0 && given != held }
    if differs(transfer.debitAccountID, hold.debitAccountID) { return .pendingTransferHasDifferentDebitAccountID }
    if differs(transfer.creditAccountID, hold.creditAccountID) { return .pendingTransferHasDifferentCreditAccountID }
    if differs(transfer.ledger, hold.ledger) { return .pendingTransferHasDifferentLedger }
    if differs(transfer.code, hold.code) { return .pendingTransferHasDifferentCode }
    let voids = flags.contains(.voidPending)
    let amount = transfer.amount == (voids ? 0 : .max) ? hold.amount : transfer.amount
    if amount > hold.amount { return .exceedsPendingTransferAmount }
    if voids, amount < hold.amount { return .pendingTransferHasDifferentAmount }
    switch try resolution(of: hold) {
    case .posted: return .pendingTransferAlreadyPosted
    case .voided: return .pendingTransferAlreadyVoided
    case .expired: return .pendingTransferExpired
    case nil: break
    }
    if hold.timeout != 0, hold.expiresAt <= timestamp { return .pendingTransferExpired }
    guard var debit = try account(hold.debitAccountID), var credit = try account(hold.creditAccountID) else {
      throw DamagedRow(what: "the hold \(hexadecimal(hold.id)) has no accounts")
    }
    if !voids {
      if debit.flags.contains(.closed) { return .debitAccountAlreadyClosed }
      if credit.flags.contains(.closed) { return .creditAccountAlreadyClosed }
    }

    try release(hold, &debit, &credit)
    if !voids {
      debit.debitsPosted += amount
      credit.creditsPosted += amount
    }
    var created = transfer
    created.debitAccountID = hold.debitAccountID
    created.creditAccountID = hold.creditAccountID
    created.amount = amount
    created.ledger = hold.ledger
    created.code = hold.code
    if created.userData128 == 0 { created.userData128 = hold.userData128 }
    if created.userData64 == 0 { created.userData64 = hold.userData64 }
    if created.userData32 == 0 { created.userData32 = hold.userData32 }
    created.timestamp = timestamp
    resolve(hold.timestamp, voids ? .voided : .posted, at: timestamp)
    insert(created, debit, credit)
    return .created
  }

  // MARK: Writing

  /// Writes what has come of the request.
  func write() throws {
    let fresh = Set(newAccounts)
    for id in newAccounts { if let account = accounts[id] { try rows.insert(account) } }
    for transfer in newTransfers {
      try rows.insert(transfer)
      if transfer.flags.contains(.pending) {
        try rows.insertOpenHold(transfer.timestamp, expiresAt: transfer.expiresAt)
      }
    }
    for (pending, status, timestamp) in newResolutions {
      try rows.insertResolution(pending, status, at: timestamp)
    }
    for id in changedAccounts where !fresh.contains(id) {
      if let account = accounts[id] { try rows.writeBalances(of: account) }
    }
    for (account, balance) in history { try rows.insertHistory(account, balance) }
    for id in burned { try rows.insertFailedID(id) }
  }

  /// Whether there is anything to be written.
  var isEmpty: Bool {
    newAccounts.isEmpty && newTransfers.isEmpty && newResolutions.isEmpty && burned.isEmpty
  }
}
