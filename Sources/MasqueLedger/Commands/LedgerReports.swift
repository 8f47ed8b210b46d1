import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

extension LedgerDesk {
  /// What accounts have.
  func balance(_ arguments: LedgerBalanceCommand.Arguments) throws(CommandError) -> LedgerBalanceCommand.Result {
    var holders: [Holder]
    if arguments.all == true {
      holders = Array(try self.holders().values)
    } else {
      let holder = try holder(arguments.account)
      // Nobody has used it yet: that is a balance of nothing, if it is one's own.
      if holder != ownAccount { _ = try account(holder) }
      holders = [holder]
    }
    holders.sort { ($0.kind.code, $0.name) < ($1.kind.code, $1.name) }
    let accounts = try accounts(holders.map(\.id))
    // A name may be known before there is an account.
    if arguments.all == true { holders.removeAll { accounts[$0.id] == nil } }
    return LedgerBalanceCommand.Result(
      engine: setup.configuration.ledger.engine.rawValue,
      accounts: holders.map { line($0, accounts[$0.id] ?? $0.account) }, deferred: deferred)
  }

  private func accounts(_ ids: [UInt128]) throws(CommandError) -> [UInt128: Account] {
    let found = try ask { () throws(EngineError) in try engine.accounts(ids) }
    return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func line(_ holder: Holder, _ account: Account) -> AccountBalanceLine {
    AccountBalanceLine(
      account: holder.description, balance: signed(account.creditsPosted, account.debitsPosted),
      held: Amount(micros: account.debitsPending).text,
      available: account.flags.contains(.debitsMustNotExceedCredits) ? Amount(micros: account.available).text : nil,
      expected: Amount(micros: account.creditsPending).text)
  }

  // MARK: Statements

  /// What has moved in an account.
  func statement(_ arguments: LedgerStatementCommand.Arguments) throws(CommandError) -> LedgerStatementCommand.Result {
    let holder = try holder(arguments.account)
    let limit = min(arguments.limit ?? 100, 1_000)
    // One more, so that it is known whether there is more.
    var filter = AccountFilter(accountID: holder.id, limit: UInt32(limit) + 1)
    filter.timestampMin = try time(arguments.since)
    filter.reversed = arguments.newestFirst ?? false
    if let cursor = arguments.cursor {
      guard let last = UInt64(cursor), last > 0, last < maximumTimestamp else {
        throw CommandError(.invalidArguments, "`\(cursor)` is no cursor: give what a page says as its `next`")
      }
      if filter.reversed { filter.timestampMax = last - 1 } else { filter.timestampMin = last + 1 }
    }
    let wanted = filter
    if holder != ownAccount { _ = try account(holder) }
    let (found, balances) = try ask { () throws(EngineError) in
      (try engine.transfers(of: wanted), try engine.balances(of: wanted))
    }
    let transfers = found.prefix(limit)
    let after = Dictionary(balances.map { ($0.timestamp, $0) }, uniquingKeysWith: { first, _ in first })
    let notes = try notes(of: Array(transfers))
    let holders = try holders()
    let lines = transfers.map { transfer in
      line(transfer, of: holder, after[transfer.timestamp], notes[transfer.id] ?? [:], holders)
    }
    let next = found.count > limit ? transfers.last.map { String($0.timestamp) } : nil
    return LedgerStatementCommand.Result(account: holder.description, lines: lines, next: next)
  }

  /// What is remembered of transfers; what ends a hold is known by its hold, too.
  private func notes(of transfers: [Transfer]) throws(CommandError) -> [UInt128: JSONObject] {
    let ids = transfers.map(\.id) + transfers.map(\.pendingID).filter { $0 != 0 }
    let found = try ask { () throws(EngineError) in try store.notes(of: ids) }
    var result: [UInt128: JSONObject] = [:]
    for transfer in transfers { result[transfer.id] = found[transfer.id] ?? found[transfer.pendingID] }
    return result
  }

  private func line(
    _ transfer: Transfer, of holder: Holder, _ after: AccountBalance?, _ note: JSONObject, _ holders: [UInt128: Holder]
  ) -> LedgerStatementCommand.Line {
    let isDebit = transfer.debitAccountID == holder.id
    let other = isDebit ? transfer.creditAccountID : transfer.debitAccountID
    let kind = kind(of: transfer)
    let amount = Amount(micros: transfer.amount).text
    let isMoved = kind != "hold" && kind != "release" && transfer.amount > 0
    let session = transfer.userData128 == 0 ? nil : hexadecimal(transfer.userData128)
    return LedgerStatementCommand.Line(
      at: text(transfer.timestamp), kind: kind, counterparty: holders[other]?.description ?? hexadecimal(other),
      amount: isMoved ? (isDebit ? "-" : "+") + amount : amount,
      balance: after.map { signed($0.creditsPosted, $0.debitsPosted) },
      held: after.map { Amount(micros: $0.debitsPending).text }, masque: note["masque"]?.stringValue, session: session,
      reference: note["reference"]?.stringValue, explanation: explanation(kind, transfer, note),
      transfer: hexadecimal(transfer.id))
  }

  private func kind(of transfer: Transfer) -> String {
    switch TransferKind(rawValue: transfer.code) {
    case .deposit: "deposit"
    case .wearing:
      transfer.flags.contains(.pending) ? "hold" : transfer.flags.contains(.voidPending) ? "release" : "payment"
    case .fee: "fee"
    case .settlement: "settlement"
    case .claim: "claim"
    case .opening: "opening"
    case nil: "other"
    }
  }

  /// How an amount came about, in a few words.
  private func explanation(_ kind: String, _ transfer: Transfer, _ note: JSONObject) -> String {
    let amount = Amount(micros: transfer.amount).text
    switch kind {
    case "deposit": return "paid in"
    case "hold": return note["renewal"] == nil ? "set aside: more will not be paid" : "set aside anew: it goes on"
    case "release": return note["renewal"] == nil ? "given back" : "given back, to be set aside anew"
    case "fee": return "the platform's share"
    case "settlement": return "paid out"
    case "claim": return "earnings of a library that has an owner now"
    case "opening": return "balance brought forward"
    case "payment":
      let parts = (note["price"]?.arrayValue ?? []).map { line in
        let count = line["count"]?.integerValue ?? 0
        let unit = line["unit"]?.stringValue ?? ""
        let rate = line["rate"]?.stringValue ?? ""
        return counted(count, unit) + " at \(rate)"
      }
      var text = parts.isEmpty ? "free of charge" : parts.joined(separator: " + ")
      if let total = note["total"]?.stringValue, total != amount {
        text +=
          " = \(total), of which \(note["held"]?.stringValue == amount ? "the hold covers" : "there was") \(amount)"
      }
      return text
    default: return ""
    }
  }

  private func counted(_ count: Int64, _ unit: String) -> String {
    if unit == "1,000 tokens" {
      let digits = String(count % 1_000)
      let fraction = String(repeating: "0", count: 3 - digits.count) + digits
      return "\(count / 1_000).\(fraction) thousand tokens"
    }
    return "\(count) \(unit)\(count == 1 ? "" : "s")"
  }

  // MARK: Earnings

  /// What authors have earned.
  func earnings(_ arguments: LedgerEarningsCommand.Arguments) throws(CommandError) -> LedgerEarningsCommand.Result {
    var holders: [Holder]
    if let name = arguments.author {
      holders = [Holder(.author, name)]
      _ = try account(holders[0])
    } else {
      holders = try self.holders().values.filter { $0.kind == .author || $0.kind == .unclaimed }
    }
    holders.sort { ($0.kind.code, $0.name) < ($1.kind.code, $1.name) }
    let since = try time(arguments.since)
    let accounts = try accounts(holders.map(\.id))
    var rows: [LedgerEarningsCommand.Row] = []
    var authors: [LedgerEarningsCommand.Author] = []
    for holder in holders {
      guard let account = accounts[holder.id] else { continue }
      let sums = try sums(of: holder, since: since)
      for (key, sum) in sums.sorted(by: { ($0.key.month, $0.key.masque) < ($1.key.month, $1.key.masque) }) {
        rows.append(
          LedgerEarningsCommand.Row(
            account: holder.description, masque: key.masque, month: key.month, wearings: sum.wearings,
            gross: Amount(micros: sum.gross).text, fees: Amount(micros: sum.fees).text,
            net: signed(sum.gross, sum.fees)))
      }
      let gross = sums.values.reduce(0 as UInt128) { $0 &+ $1.gross }
      let fees = sums.values.reduce(0 as UInt128) { $0 &+ $1.fees }
      authors.append(
        LedgerEarningsCommand.Author(
          account: holder.description, net: signed(gross, fees),
          balance: signed(account.creditsPosted, account.debitsPosted),
          expected: Amount(micros: account.creditsPending).text))
    }
    return LedgerEarningsCommand.Result(rows: rows, authors: authors)
  }

  private struct EarningsKey: Hashable {
    var masque: String
    var month: String
  }

  private struct EarningsSum {
    var wearings = 0
    var gross: UInt128 = 0
    var fees: UInt128 = 0
  }

  private func sums(of holder: Holder, since: UInt64) throws(CommandError) -> [EarningsKey: EarningsSum] {
    var result: [EarningsKey: EarningsSum] = [:]
    try forEachPage(of: holder.id, since: since) { (transfers) throws(CommandError) in
      let notes = try notes(of: transfers)
      for transfer in transfers {
        let key = EarningsKey(
          masque: notes[transfer.id]?["masque"]?.stringValue ?? "", month: String(text(transfer.timestamp).prefix(7)))
        switch kind(of: transfer) {
        case "payment" where transfer.creditAccountID == holder.id:
          result[key, default: EarningsSum()].wearings += 1
          result[key, default: EarningsSum()].gross &+= transfer.amount
        case "fee" where transfer.debitAccountID == holder.id:
          result[key, default: EarningsSum()].fees &+= transfer.amount
        default: break
        }
      }
    }
    return result
  }

  private func forEachPage(
    of account: UInt128, since: UInt64, _ body: ([Transfer]) throws(CommandError) -> Void
  ) throws(CommandError) {
    var filter = AccountFilter(accountID: account, limit: 1_000)
    filter.timestampMin = since
    while true {
      let page = filter
      let transfers = try ask { () throws(EngineError) in try engine.transfers(of: page) }
      try body(transfers)
      guard transfers.count == 1_000, let last = transfers.last else { return }
      filter.timestampMin = last.timestamp + 1
    }
  }
}
