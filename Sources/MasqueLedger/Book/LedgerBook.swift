import JSON
import MasqueModel
import MasqueRuntime

/// The ledger as wearing a masque needs it, on either engine: holds, payments with the platform's fee, releases; and what a
/// session needs of them, once, however often it is asked for.
struct LedgerBook: Sendable {
  /// The ledger.
  var store: any LedgerStore
  /// Whether operators have paid beforehand.
  var isPrepaid: Bool

  private func payer(_ name: String) -> Holder { Holder(isPrepaid ? .operator : .postpaid, name) }

  // MARK: Accounts

  /// What accounts hold, and when something last moved in them.
  func accounts(of parties: [AccountParty]) throws(LedgerError) -> [AccountSnapshot?] {
    let ids = parties.map { party in
      switch party {
      case .payer(let name): payer(name).id
      case .payee(let payee): Holder(payee).id
      }
    }
    return try asking { () throws(EngineError) in
      // The time first: what moves in between is in the numbers already, and another snapshot follows it.
      var times: [UInt64] = []
      for id in ids {
        var filter = AccountFilter(accountID: id, limit: 1)
        filter.reversed = true
        times.append(try store.engine.balances(of: filter).first?.timestamp ?? 0)
      }
      let found = try store.engine.accounts(ids)
      return zip(ids, times).map { id, time in
        found.first { $0.id == id }.map { account in
          AccountSnapshot(
            debitsPending: Amount(micros: account.debitsPending), debitsPosted: Amount(micros: account.debitsPosted),
            creditsPending: Amount(micros: account.creditsPending),
            creditsPosted: Amount(micros: account.creditsPosted),
            milliseconds: Int64(clamping: max(time, account.timestamp) / 1_000_000))
        }
      }
    }
  }

  // MARK: Holds

  /// Sets money aside.
  func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt {
    let payer = payer(hold.payer)
    let payee = Holder(hold.payee)
    let id = WearingIDs(hold).hold
    var transfer = Transfer(
      id: id, debit: payer.id, credit: payee.id, amount: hold.amount.micros, ledger: ledgerCode,
      code: TransferKind.wearing.rawValue, flags: .pending, timeout: hold.timeout)
    transfer.userData128 = hold.session.value
    transfer.userData64 = UInt64(bitPattern: hold.at)
    transfer.userData32 = hold.renewal
    if hold.renewal > 0, try isRenewed(hold, with: transfer) { return HoldReceipt(amount: hold.amount) }
    let results = try asking { () throws(EngineError) in
      try store.submit(accounts: [payer, payee], transfers: [transfer], notes: [Self.note(of: hold)])
    }
    switch results.first?.status {
    case .created?: return HoldReceipt(amount: hold.amount)
    case .exists?:
      // A hold that was given back is there still, as all history is.
      let void = WearingIDs(hold).void
      guard try asking({ () throws(EngineError) in try store.engine.transfers([void]) }).isEmpty else {
        throw .failed("the money for this session was given back before; put the masque on again")
      }
      return HoldReceipt(amount: hold.amount)
    case .exceedsCredits?, .idAlreadyFailed?:
      let available = try available(to: payer)
      guard available < hold.amount else {
        throw .failed("the money for this session was refused or given back before; put the masque on again")
      }
      throw .paymentRequired(needed: hold.amount, available: available)
    case let status?:
      // The same session, asked for under other conditions: what was set aside counts.
      if let known = try asking({ () throws(EngineError) in try store.engine.transfers([id]) }).first,
        known.debitAccountID == payer.id, known.flags.contains(.pending)
      {
        return HoldReceipt(amount: Amount(micros: known.amount))
      }
      throw refusal(status)
    case nil: throw .failed("the ledger gave no answer to a request")
    }
  }

  /// Puts a hold in the place of the one before it: both happen or neither.
  ///
  /// - Returns: whether that is so; if not, there is none before it that is open.
  private func isRenewed(_ hold: HoldRequest, with transfer: Transfer) throws(LedgerError) -> Bool {
    let ids = WearingIDs(hold)
    let void = Transfer(
      id: ids.renewing, amount: 0, ledger: 0, code: 0, flags: [.voidPending, .linked], pendingID: ids.renewed)
    let note = Self.note(of: hold)
    let results = try asking { () throws(EngineError) in
      try store.submit(
        accounts: [payer(hold.payer), Holder(hold.payee)], transfers: [void, transfer],
        notes: [TransferNote(transfer: void.id, body: note.body), note])
    }
    switch results.first?.status {
    case .created?: return true
    // It was done before, or the earlier one is gone.
    case .exists?, .pendingTransferAlreadyVoided?, .pendingTransferExpired?, .pendingTransferNotFound?,
      .idAlreadyFailed?:
      return false
    case .pendingTransferAlreadyPosted?: throw .failed("this session was paid before")
    case .linkedEventFailed?: throw refusal(results.last?.status ?? .linkedEventFailed)
    case let status?: throw refusal(status)
    case nil: throw .failed("the ledger gave no answer to a request")
    }
  }

  /// What an operator can spend.
  func available(to holder: Holder) throws(LedgerError) -> Amount {
    let account = try asking { () throws(EngineError) in try store.engine.accounts([holder.id]) }.first
    return Amount(micros: account?.available ?? 0)
  }

  /// Gives back what was set aside, and keeps a hold from being placed for this session from now on.
  func release(_ hold: HoldRequest) throws(LedgerError) {
    let ids = WearingIDs(hold)
    // This transfer has the hold's identifier and can't succeed. If there is no hold, it burns the identifier, and a request
    // that is on its way still comes too late; if there is one, the two differ.
    var blocker = Transfer(
      id: ids.hold, debit: Self.nobody, credit: Holder(.treasury).id, amount: 0, ledger: ledgerCode,
      code: TransferKind.wearing.rawValue, flags: .pending)
    blocker.userData128 = hold.session.value
    let transfer = blocker
    let status = try asking { () throws(EngineError) in
      try store.submit(accounts: [], transfers: [transfer], notes: [])
    }.first?.status
    switch status {
    case .debitAccountNotFound?, .idAlreadyFailed?: return
    default: break
    }
    let void = Transfer(
      id: ids.void, amount: 0, ledger: 0, code: 0, flags: .voidPending, pendingID: ids.hold)
    let outcome = try asking { () throws(EngineError) in
      try store.submit(accounts: [], transfers: [void], notes: [Self.note(of: hold)])
    }.first?.status
    switch outcome {
    case .created?, .exists?, .pendingTransferAlreadyPosted?, .pendingTransferAlreadyVoided?, .pendingTransferExpired?:
      return
    case let status?: throw refusal(status)
    case nil: throw .failed("the ledger gave no answer to a request")
    }
  }

  /// An account that nobody has.
  private static let nobody = identifier("nobody")

  // MARK: Payments

  /// Pays the lesser of the price and what was set aside, with the platform's share as a linked transfer.
  func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt {
    let ids = WearingIDs(settlement.hold)
    let amount = min(settlement.price.total, settlement.hold.amount)
    for attempt in 0..<3 {
      let status = try pay(
        settlement, amount, ids.post(attempt), ids.fee(attempt), out: ids.hold)
      switch status {
      case .created: return receipt(amount, settlement.feeBasisPoints)
      case .pendingTransferAlreadyPosted, .exists, .existsWithDifferentAmount, .existsWithDifferentFlags,
        .existsWithDifferentPendingID, .exceedsPendingTransferAmount:
        if let paid = try paid(ids) { return paid }
        if status == .exceedsPendingTransferAmount { return try settleWhatIsHeld(settlement, ids) }
        throw refusal(status)
      case .pendingTransferExpired: return try settleLate(settlement, amount, ids)
      case .pendingTransferAlreadyVoided: throw .failed("the money for this session was given back before")
      case .pendingTransferNotFound, .idAlreadyFailed:
        if let paid = try paid(ids) { return paid }
        // The hold was never placed: it is now, and paid from with another identifier.
        do throws(LedgerError) {
          _ = try place(settlement.hold)
        } catch {
          // A renewal that there is no money for: the hold before it has fallen back.
          guard settlement.hold.renewal > 0, case .paymentRequired = error else { throw error }
          return try settleLate(settlement, amount, ids)
        }
      default: throw refusal(status)
      }
    }
    throw .failed("the payment of this session did not come about")
  }

  /// One try to pay: out of a hold, or directly.
  ///
  /// - Returns: what came of the payment; `linked_event_failed` is never it.
  private func pay(
    _ settlement: Settlement, _ amount: Amount, _ id: UInt128, _ feeID: UInt128, out hold: UInt128?
  ) throws(LedgerError) -> TransferStatus {
    let payer = payer(settlement.hold.payer)
    let payee = Holder(settlement.hold.payee)
    let fee = Self.fee(of: amount, settlement.feeBasisPoints)
    var payment = Transfer(
      id: id, debit: payer.id, credit: payee.id, amount: amount.micros, ledger: ledgerCode,
      code: TransferKind.wearing.rawValue, flags: hold == nil ? [] : .postPending, pendingID: hold ?? 0)
    payment.userData128 = settlement.hold.session.value
    payment.userData64 = UInt64(bitPattern: settlement.at)
    var transfers = [payment]
    if settlement.feeBasisPoints > 0 {
      transfers[0].flags.insert(.linked)
      var share = Transfer(
        id: feeID, debit: payee.id, credit: Holder(.fees).id, amount: fee.micros, ledger: ledgerCode,
        code: TransferKind.fee.rawValue)
      share.userData128 = settlement.hold.session.value
      share.userData64 = UInt64(bitPattern: settlement.at)
      transfers.append(share)
    }
    let request = transfers
    let results = try asking { () throws(EngineError) in
      try store.submit(
        accounts: [payer, payee, Holder(.fees)], transfers: request,
        notes: [
          Self.note(of: settlement, id), TransferNote(transfer: feeID, body: Self.note(of: settlement.hold).body),
        ])
    }
    guard let first = results.first?.status else { throw .failed("the ledger gave no answer to a request") }
    if first == .linkedEventFailed, let second = results.last?.status { throw refusal(second) }
    return first
  }

  /// What was paid for a session; nil if nothing was.
  private func paid(_ ids: WearingIDs) throws(LedgerError) -> SettlementReceipt? {
    let candidates = (0..<3).flatMap { [ids.post($0), ids.late($0)] }
    let fees = (0..<3).flatMap { [ids.fee($0), ids.lateFee($0)] }
    let found = try asking { () throws(EngineError) in
      let found = try store.engine.transfers(candidates + fees)
      // A payment whose answer was lost may have been made before the ledger was moved.
      return found.isEmpty ? try store.earlier(candidates + fees) : found
    }
    guard let payment = found.first(where: { candidates.contains($0.id) }) else { return nil }
    let fee = found.first { fees.contains($0.id) }
    return SettlementReceipt(paid: Amount(micros: payment.amount), fee: Amount(micros: fee?.amount ?? 0))
  }

  /// Less was set aside than this request says, since another one was faster.
  private func settleWhatIsHeld(_ settlement: Settlement, _ ids: WearingIDs) throws(LedgerError) -> SettlementReceipt {
    let hold = try asking { () throws(EngineError) in try store.engine.transfers([ids.hold]) }.first
    let amount = min(settlement.price.total, Amount(micros: hold?.amount ?? 0))
    let status = try pay(settlement, amount, ids.post(0), ids.fee(0), out: ids.hold)
    guard status.isSuccess else { throw refusal(status) }
    return receipt(amount, settlement.feeBasisPoints)
  }

  /// The hold has fallen back before it was paid from: what the payer has left is paid directly, up to the same amount.
  private func settleLate(
    _ settlement: Settlement, _ amount: Amount, _ ids: WearingIDs
  ) throws(LedgerError) -> SettlementReceipt {
    for attempt in 0..<3 {
      if let paid = try paid(ids) { return paid }
      let payable = isPrepaid ? min(amount, try available(to: payer(settlement.hold.payer))) : amount
      let status = try pay(settlement, payable, ids.late(attempt), ids.lateFee(attempt), out: nil)
      switch status {
      case .created: return receipt(payable, settlement.feeBasisPoints)
      // Somebody was faster: at the payment, or at the payer's money.
      case .exists, .existsWithDifferentAmount, .exceedsCredits, .idAlreadyFailed: continue
      default: throw refusal(status)
      }
    }
    if let paid = try paid(ids) { return paid }
    throw .unavailable("the payer's money is being spent by others at the same time; try again")
  }

  private func receipt(_ paid: Amount, _ basisPoints: Int) -> SettlementReceipt {
    SettlementReceipt(paid: paid, fee: Self.fee(of: paid, basisPoints))
  }

  /// The platform's share, rounded down.
  static func fee(of amount: Amount, _ basisPoints: Int) -> Amount {
    let share = UInt128(min(max(basisPoints, 0), 10_000))
    // Split, so that no product is too large.
    let (whole, rest) = amount.micros.quotientAndRemainder(dividingBy: 10_000)
    return Amount(micros: whole * share + rest * share / 10_000)
  }

  // MARK: Notes

  private static func note(of hold: HoldRequest) -> TransferNote {
    var body: JSONObject = ["masque": .string(hold.masque), "session": .string(hold.session.description)]
    if hold.renewal > 0 { body["renewal"] = .integer(Int64(hold.renewal)) }
    return TransferNote(transfer: WearingIDs(hold).hold, body: body)
  }

  private static func note(of settlement: Settlement, _ id: UInt128) -> TransferNote {
    var body = note(of: settlement.hold).body
    body["price"] = .array(
      settlement.price.lines.map { line in
        .object([
          "unit": .string(line.unit), "count": .integer(Int64(clamping: line.count)), "rate": .string(line.rate.text),
          "amount": .string(line.amount.text),
        ])
      })
    body["total"] = .string(settlement.price.total.text)
    body["held"] = .string(settlement.hold.amount.text)
    body["seconds"] = .integer(max(settlement.at - settlement.hold.at, 0))
    return TransferNote(transfer: id, body: body)
  }

  // MARK: Errors

  private func refusal(_ status: TransferStatus) -> LedgerError {
    .failed("the ledger refuses a transfer: \(status)")
  }
}

extension Account {
  /// What is left to be spent: posted credits less all debits, open holds included.
  var available: UInt128 {
    let debits = debitsPosted &+ debitsPending
    return creditsPosted > debits ? creditsPosted - debits : 0
  }
}

/// Asks an engine, in the words of the port.
func asking<Result>(_ body: () throws(EngineError) -> Result) throws(LedgerError) -> Result {
  do throws(EngineError) {
    return try body()
  } catch {
    switch error {
    case .unavailable(let message): throw .unavailable(message)
    case .failed(let message): throw .failed(message)
    }
  }
}
