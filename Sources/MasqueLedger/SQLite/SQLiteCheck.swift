import GRDB

extension SQLiteEngine {
  /// What is wrong with the file: its pages, the sums of its rows, the balances as they follow from the history, and
  /// whether the history is whole. It reads everything.
  ///
  /// - Returns: a clause for each problem, at most 100; nothing for a file that is well.
  /// - Throws: why it can't be read.
  public func problems() throws(EngineError) -> [String] {
    try read { database in
      var found: [String] = []
      func note(_ problem: String) { if found.count < 100 { found.append(problem) } }
      for line in try String.fetchAll(database, sql: "PRAGMA integrity_check(20)") where line != "ok" { note(line) }
      do {
        try check(database, note)
      } catch let error as DamagedRow {
        note(error.what)
      }
      return found
    }
  }

  private func check(_ database: Database, _ note: (String) -> Void) throws {
    var accounts: [UInt128: Account] = [:]
    let accountRows = try RowStatement(
      database, "SELECT \(LedgerRows.accountColumns) FROM \(LedgerRows.accountTables) ORDER BY a.timestamp")
    while try accountRows.step() {
      let account = try Account(accountRows)
      accounts[account.id] = account
    }
    let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM accounts") ?? 0
    if count != accounts.count { note("\(count - accounts.count) accounts have no balances") }

    var sums: [UInt128: Account] = accounts.mapValues { account in
      var empty = Account(id: account.id, ledger: account.ledger, code: account.code, flags: account.flags)
      empty.timestamp = account.timestamp
      return empty
    }
    let resolutions = try RowStatement(database, "SELECT status, timestamp FROM resolutions WHERE pending = ?1")
    let byID = try RowStatement(database, "SELECT \(LedgerRows.transferColumns) FROM transfers WHERE id = ?1")
    let rows = try RowStatement(database, "SELECT \(LedgerRows.transferColumns) FROM transfers ORDER BY timestamp")
    let history = try RowStatement(
      database,
      """
      SELECT debits_pending, debits_posted, credits_pending, credits_posted FROM account_history
      WHERE account = ?1 AND timestamp = ?2
      """)
    var expirations: [(at: UInt64, hold: Transfer)] = []
    var open = 0
    while try rows.step() {
      let transfer = try Transfer(rows)
      expirations.sort { $0.at > $1.at }
      while let next = expirations.last, next.at < transfer.timestamp {
        release(next.hold, &sums)
        expirations.removeLast()
      }
      let name = "transfer \(hexadecimal(transfer.id))"
      guard sums[transfer.debitAccountID] != nil, sums[transfer.creditAccountID] != nil else {
        note("\(name) has no accounts")
        continue
      }
      let amount = transfer.amount
      if transfer.pendingID != 0 {
        byID.bind(1, transfer.pendingID)
        let hold = try byID.step() ? try Transfer(byID) : nil
        byID.reset()
        guard let hold, hold.flags.contains(.pending), hold.timestamp < transfer.timestamp, amount <= hold.amount else {
          note("\(name) ends a hold that is not there")
          continue
        }
        resolutions.bind(1, hold.timestamp)
        let isMarked = try resolutions.step() && resolutions.integer(1) == transfer.timestamp
        resolutions.reset()
        if !isMarked { note("\(name) ends a hold that is not marked so, or was ended before") }
        release(hold, &sums)
      }
      if transfer.flags.contains(.pending) {
        sums[transfer.debitAccountID]?.debitsPending &+= amount
        sums[transfer.creditAccountID]?.creditsPending &+= amount
        resolutions.bind(1, transfer.timestamp)
        if try resolutions.step() {
          if resolutions.integer(0) == PendingStatus.expired.rawValue {
            expirations.append((transfer.expiresAt, transfer))
          }
        } else {
          open += 1
        }
        resolutions.reset()
      } else if !transfer.flags.contains(.voidPending) {
        sums[transfer.debitAccountID]?.debitsPosted &+= amount
        sums[transfer.creditAccountID]?.creditsPosted &+= amount
      }
      for id in [transfer.debitAccountID, transfer.creditAccountID] {
        guard let account = sums[id], account.flags.contains(.history) else { continue }
        history.bind(1, account.timestamp)
        history.bind(2, transfer.timestamp)
        // Holds that have expired are taken out by the next request, so that what is pending may differ for that while.
        if try history.step() {
          if try history.wide(1) != account.debitsPosted || history.wide(3) != account.creditsPosted {
            note("the balance of account \(hexadecimal(id)) after \(name) is wrong")
          }
        } else {
          note("the balance of account \(hexadecimal(id)) after \(name) is missing")
        }
        history.reset()
      }
    }
    for next in expirations { release(next.hold, &sums) }
    for (id, account) in accounts {
      guard let sum = sums[id] else { continue }
      let isRight =
        sum.debitsPending == account.debitsPending && sum.debitsPosted == account.debitsPosted
        && sum.creditsPending == account.creditsPending && sum.creditsPosted == account.creditsPosted
      if !isRight { note("the balances of account \(hexadecimal(id)) do not follow from its transfers") }
    }
    let waiting = try Int.fetchOne(database, sql: "SELECT count(*) FROM open_holds") ?? 0
    if waiting != open { note("\(waiting) holds are kept as open, and \(open) are") }
  }

  private func release(_ hold: Transfer, _ sums: inout [UInt128: Account]) {
    sums[hold.debitAccountID]?.debitsPending &-= hold.amount
    sums[hold.creditAccountID]?.creditsPending &-= hold.amount
  }
}
