import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

extension LedgerDesk {
  // MARK: Verification

  /// Whether the ledger is right.
  func verify() throws(CommandError) -> LedgerVerifyCommand.Result {
    var audit = LedgerAudit()
    try ask { () throws(EngineError) in try audit.read(engine, now: systemNanoseconds()) }
    let files = try ask { () throws(EngineError) in try store.problems() }
    let holders = try holders()
    let notes = try ask { () throws(EngineError) in try store.notes(of: audit.expired.map(\.id)) }
    var counts = LedgerVerifyCommand.Counts()
    counts.accounts = audit.accounts.count
    counts.transfers = audit.transferCount
    counts.openHolds = audit.openHolds.count
    return LedgerVerifyCommand.Result(
      engine: setup.configuration.ledger.engine.rawValue,
      checks: [LedgerVerifyCommand.Check("the file is whole", problems: files)]
        + audit.findings.map { LedgerVerifyCommand.Check($0.name, problems: $0.problems) },
      counts: counts,
      expired: audit.expired.map { hold in
        LedgerVerifyCommand.Hold(
          session: hexadecimal(hold.userData128),
          account: holders[hold.debitAccountID]?.description ?? hexadecimal(hold.debitAccountID),
          masque: notes[hold.id]?["masque"]?.stringValue, amount: Amount(micros: hold.amount).text,
          at: text(hold.timestamp))
      }, deferred: deferred)
  }

  // MARK: Export

  /// All that the ledger knows.
  func export(_ arguments: LedgerExportCommand.Arguments) throws(CommandError) -> LedgerExportCommand.Result {
    guard let file = arguments.file else {
      var lines: [String] = []
      let counts = try forEachPage { (page) throws(CommandError) in lines += page }
      return LedgerExportCommand.Result(accounts: counts.accounts, transfers: counts.transfers, file: nil, lines: lines)
    }
    let path = FilePath(file).absolute(from: context.files.currentFolder)
    let counts = try export(to: path)
    return LedgerExportCommand.Result(
      accounts: counts.accounts, transfers: counts.transfers, file: context.shown(path), lines: [])
  }

  /// Writes the lines into a file; it has its name when it is whole.
  private func export(to path: FilePath) throws(CommandError) -> (accounts: Int, transfers: Int) {
    let name = String(decoding: path.name, as: UTF8.self)
    let partial = path.parent.appending(".\(name).partial".utf8)
    do throws(FileError) {
      try context.files.writePrivate(partial, [])
    } catch {
      throw CommandError(.file, "\(context.shown(error.path)): \(error.message)")
    }
    do throws(CommandError) {
      let counts = try forEachPage { (page) throws(CommandError) in
        do throws(FileError) {
          try context.files.append(partial, Array(page.map { $0 + "\n" }.joined().utf8))
        } catch {
          throw CommandError(.file, "\(context.shown(error.path)): \(error.message)")
        }
      }
      do throws(FileError) {
        try context.files.rename(partial, to: name)
      } catch {
        throw CommandError(.file, "\(context.shown(error.path)): \(error.message)")
      }
      return counts
    } catch {
      try? context.files.remove(partial)
      throw error
    }
  }

  private func forEachPage(
    _ body: ([String]) throws(CommandError) -> Void
  ) throws(CommandError) -> (accounts: Int, transfers: Int) {
    var counts = (accounts: 0, transfers: 0)
    let holders = try holders()
    var filter = QueryFilter(limit: 4_000)
    while true {
      let page = filter
      let accounts = try ask { () throws(EngineError) in try engine.queryAccounts(page) }
      if !accounts.isEmpty { try body(accounts.map { line($0, holders[$0.id]) }) }
      counts.accounts += accounts.count
      guard accounts.count == 4_000, let last = accounts.last else { break }
      filter.timestampMin = last.timestamp + 1
    }
    filter = QueryFilter(limit: 4_000)
    while true {
      let page = filter
      let transfers = try ask { () throws(EngineError) in try engine.queryTransfers(page) }
      let notes = try ask { () throws(EngineError) in try store.notes(of: transfers.map(\.id)) }
      if !transfers.isEmpty { try body(transfers.map { line($0, notes[$0.id]) }) }
      counts.transfers += transfers.count
      guard transfers.count == 4_000, let last = transfers.last else { break }
      filter.timestampMin = last.timestamp + 1
    }
    return counts
  }

  private func line(_ account: Account, _ holder: Holder?) -> String {
    let object: JSONObject = [
      "type": "account", "id": .string(hexadecimal(account.id)),
      "account": holder.map { .string($0.description) } ?? .null,
      "debits_pending": .string(Amount(micros: account.debitsPending).text),
      "debits_posted": .string(Amount(micros: account.debitsPosted).text),
      "credits_pending": .string(Amount(micros: account.creditsPending).text),
      "credits_posted": .string(Amount(micros: account.creditsPosted).text),
      "ledger": .integer(Int64(account.ledger)), "code": .integer(Int64(account.code)),
      "flags": .integer(Int64(account.flags.rawValue)), "timestamp": .string(String(account.timestamp)),
    ]
    return JSONValue.object(object).text(.line)
  }

  private func line(_ transfer: Transfer, _ note: JSONObject?) -> String {
    let object: JSONObject = [
      "type": "transfer", "id": .string(hexadecimal(transfer.id)),
      "debit_account_id": .string(hexadecimal(transfer.debitAccountID)),
      "credit_account_id": .string(hexadecimal(transfer.creditAccountID)),
      "amount": .string(Amount(micros: transfer.amount).text), "pending_id": .string(hexadecimal(transfer.pendingID)),
      "user_data_128": .string(hexadecimal(transfer.userData128)), "user_data_64": .string(String(transfer.userData64)),
      "user_data_32": .integer(Int64(transfer.userData32)), "timeout": .integer(Int64(transfer.timeout)),
      "ledger": .integer(Int64(transfer.ledger)), "code": .integer(Int64(transfer.code)),
      "flags": .integer(Int64(transfer.flags.rawValue)), "timestamp": .string(String(transfer.timestamp)),
      "note": note.map { .object($0) } ?? .null,
    ]
    return JSONValue.object(object).text(.line)
  }

  // MARK: Moving

  /// Moves the balances to a cluster.
  func migrate() throws(CommandError) -> LedgerMigrateCommand.Result {
    guard setup.configuration.ledger.engine == .sqlite else {
      throw CommandError(
        .refused, "the configuration names TigerBeetle as the engine already: there is nothing to move")
    }
    guard deferred.isEmpty else {
      throw CommandError(
        .refused,
        "\(deferred.count) movement\(deferred.count == 1 ? " waits" : "s wait") to be posted: `masque ledger verify` lists them"
      )
    }
    var audit = LedgerAudit()
    try ask { () throws(EngineError) in try audit.read(engine, now: systemNanoseconds()) }
    if let finding = audit.findings.first(where: { !$0.problems.isEmpty }) {
      throw CommandError(.refused, "the ledger is not right (\(finding.problems[0])): `masque ledger verify`")
    }
    guard audit.openHolds.isEmpty else {
      let count = audit.openHolds.count
      let sessions = audit.openHolds.prefix(3).map { hexadecimal($0.userData128) }.joined(separator: ", ")
      throw CommandError(
        .refused,
        "\(count) hold\(count == 1 ? " is" : "s are") open (\(sessions)\(count > 3 ? ", …" : "")): take the masques off first, and wear none meanwhile"
      )
    }
    let cluster = try ask { () throws(EngineError) in try setup.cluster() }
    let holders = try holders()
    let moved = audit.accounts.values.compactMap { account in holders[account.id].map { ($0, account) } }
      .filter { $0.0.kind != .opening }.sorted { ($0.0.kind.code, $0.0.name) < ($1.0.kind.code, $1.0.name) }

    // Before anything is written there: a cluster that others use would be wrong afterwards.
    let transfers = try openingTransfers(moved, cluster)

    // The history first: once balances are in the cluster, it must not be missing.
    let name = "ledger-archive-\(text(audit.lastTimestamp).prefix(10)).jsonl"
    let archive = setup.home.appending(name.utf8)
    _ = try export(to: archive)

    let opening = Holder(.opening)
    let created = try ask { () throws(EngineError) in
      try cluster.createAccounts(([opening] + moved.map(\.0)).map(\.account))
    }
    for (holder, result) in zip([opening] + moved.map(\.0), created) where !result.status.isSuccess {
      throw CommandError(.refused, "the cluster refuses the account `\(holder)`: \(result.status)")
    }
    let results = try ask { () throws(EngineError) in try cluster.createTransfers(transfers) }
    for (transfer, result) in zip(transfers, results) where !result.status.isSuccess {
      let holder = moved.first { $0.0.id == transfer.debitAccountID || $0.0.id == transfer.creditAccountID }?.0
      throw CommandError(
        .refused,
        "the cluster refuses the opening balance of `\(holder.map { "\($0)" } ?? "an account")`: \(result.status)")
    }
    // Where the balances came from has a name in statements from now on.
    try ask { () throws(EngineError) in
      try setup.file().write { try LocalNotes.write([], [opening.accountName], in: $0) }
    }
    // Both sides, as they are now.
    let there = try ask { () throws(EngineError) in try cluster.accounts(moved.map(\.0.id)) }
    for (holder, account) in moved {
      let other = there.first { $0.id == account.id }
      let balance = signed(account.creditsPosted, account.debitsPosted)
      let found = other.map { signed($0.creditsPosted, $0.debitsPosted) } ?? "no account"
      guard found == balance else {
        throw CommandError(
          .refused, "`\(holder)` has \(balance) USD here and \(found) in the cluster: the cluster is used already")
      }
    }
    var now = LedgerAudit()
    try ask { () throws(EngineError) in try now.read(engine, now: systemNanoseconds()) }
    guard now.lastTimestamp == audit.lastTimestamp else {
      throw CommandError(
        .refused,
        "something moved here while the ledger was being moved: keep `engine: sqlite`, take the masques off, and move it to "
          + "a cluster that nobody uses")
    }
    return LedgerMigrateCommand.Result(
      accounts: moved.map { holder, account in
        LedgerMigrateCommand.Account(
          account: holder.description, balance: signed(account.creditsPosted, account.debitsPosted))
      }, archive: context.shown(archive), changed: results.contains { $0.status == .created })
  }

  /// The transfers that give each account its balance, none of which contradicts what the cluster has.
  private func openingTransfers(
    _ moved: [(Holder, Account)], _ cluster: any LedgerEngine
  ) throws(CommandError) -> [Transfer] {
    let (known, opened) = try ask { () throws(EngineError) in
      (
        try cluster.accounts(moved.map(\.0.id)),
        try cluster.transfers(moved.map { identifier("opening", $0.0.description) })
      )
    }
    let there = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let earlier = Dictionary(opened.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var transfers: [Transfer] = []
    for (holder, account) in moved {
      let transfer = openingTransfer(holder, account)
      let before = earlier[identifier("opening", holder.description)]
      if let before, before.debitAccountID != transfer?.debitAccountID || before.amount != transfer?.amount {
        throw CommandError(
          .refused,
          "the cluster has another opening balance of `\(holder)`: this ledger has moved on since it was moved, or the "
            + "cluster belongs to another one")
      }
      let credits = before?.creditAccountID == holder.id ? before?.amount ?? 0 : 0
      let debits = before?.debitAccountID == holder.id ? before?.amount ?? 0 : 0
      if let known = there[holder.id],
        known.creditsPosted != credits || known.debitsPosted != debits || known.debitsPending != 0
          || known.creditsPending != 0
      {
        throw CommandError(
          .refused, "`\(holder)` has moved in the cluster already: take a cluster that nobody uses")
      }
      if let transfer { transfers.append(transfer) }
    }
    return transfers
  }

  private func openingTransfer(_ holder: Holder, _ account: Account) -> Transfer? {
    let opening = Holder(.opening)
    let (credits, debits) = (account.creditsPosted, account.debitsPosted)
    guard credits != debits else { return nil }
    return Transfer(
      id: identifier("opening", holder.description), debit: credits > debits ? opening.id : holder.id,
      credit: credits > debits ? holder.id : opening.id, amount: credits > debits ? credits - debits : debits - credits,
      ledger: ledgerCode, code: TransferKind.opening.rawValue)
  }
}
