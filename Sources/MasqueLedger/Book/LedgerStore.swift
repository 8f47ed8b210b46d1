import JSON

/// A ledger with what is remembered beside its numbers.
protocol LedgerStore: Sendable {
  /// The numbers.
  var engine: any LedgerEngine { get }

  /// Creates accounts, then transfers, and writes down what is to be remembered of them before they can be seen.
  ///
  /// - Returns: what came of each transfer.
  /// - Throws: why it is not known; sending it again is right after `unavailable`.
  func submit(
    accounts: [Holder], transfers: [Transfer], notes: [TransferNote]
  ) throws(EngineError) -> [CreateTransferResult]

  /// Who the accounts belong to.
  func names() throws(EngineError) -> [AccountName]

  /// What is remembered of transfers.
  func notes(of transfers: [UInt128]) throws(EngineError) -> [UInt128: JSONObject]

  /// Transfers of the ledger that this one was moved from.
  func earlier(_ transfers: [UInt128]) throws(EngineError) -> [Transfer]

  /// What is wrong with the files of the ledger themselves.
  func problems() throws(EngineError) -> [String]
}

/// Everything in one file.
struct LocalStore: LedgerStore {
  var file: SQLiteEngine
  var engine: any LedgerEngine { file }

  func submit(
    accounts: [Holder], transfers: [Transfer], notes: [TransferNote]
  ) throws(EngineError) -> [CreateTransferResult] {
    let (created, results) = try file.submit(
      accounts.map(\.account), transfers, notes: notes, names: accounts.map(\.accountName))
    try check(created, accounts)
    return results
  }

  func names() throws(EngineError) -> [AccountName] { try file.look { try LocalNotes.names(in: $0) } }

  func notes(of transfers: [UInt128]) throws(EngineError) -> [UInt128: JSONObject] {
    try file.look { try LocalNotes.notes(of: transfers, in: $0) }
  }

  func earlier(_ transfers: [UInt128]) throws(EngineError) -> [Transfer] { [] }

  func problems() throws(EngineError) -> [String] { try file.problems() }
}

/// The numbers in a cluster, the words in a file on this machine.
struct ClusterStore: LedgerStore {
  var engine: any LedgerEngine
  var words: SQLiteEngine

  func submit(
    accounts: [Holder], transfers: [Transfer], notes: [TransferNote]
  ) throws(EngineError) -> [CreateTransferResult] {
    // First the words: a note without a transfer says nothing, a transfer without a note could not be explained.
    let names = accounts.map(\.accountName)
    if !notes.isEmpty || !names.isEmpty {
      try words.write { try LocalNotes.write(notes, names, in: $0) }
    }
    if !accounts.isEmpty { try check(try engine.createAccounts(accounts.map(\.account)), accounts) }
    return transfers.isEmpty ? [] : try engine.createTransfers(transfers)
  }

  func names() throws(EngineError) -> [AccountName] { try words.look { try LocalNotes.names(in: $0) } }

  func notes(of transfers: [UInt128]) throws(EngineError) -> [UInt128: JSONObject] {
    try words.look { try LocalNotes.notes(of: transfers, in: $0) }
  }

  func earlier(_ transfers: [UInt128]) throws(EngineError) -> [Transfer] { try words.transfers(transfers) }

  func problems() throws(EngineError) -> [String] { try words.problems() }
}

private func check(_ results: [CreateAccountResult], _ holders: [Holder]) throws(EngineError) {
  for (holder, result) in zip(holders, results) where !result.status.isSuccess {
    throw .failed("the account `\(holder)` can't be had: \(result.status)")
  }
}
