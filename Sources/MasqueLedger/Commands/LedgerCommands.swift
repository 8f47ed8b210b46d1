public import MasqueCommands
import MasqueModel
public import MasqueRuntime
import MasqueWorkspace

extension CommandTable {
  /// Adds the commands that look after the ledger.
  ///
  /// - Parameter runtime: what they need.
  public mutating func addLedger(_ runtime: Runtime) {
    add(LedgerBalanceCommand.self) { (arguments, context) throws(CommandError) in
      try LedgerDesk(runtime, context).balance(arguments)
    }
    add(LedgerStatementCommand.self) { (arguments, context) throws(CommandError) in
      try LedgerDesk(runtime, context).statement(arguments)
    }
    add(LedgerEarningsCommand.self) { (arguments, context) throws(CommandError) in
      try LedgerDesk(runtime, context).earnings(arguments)
    }
    add(LedgerDepositCommand.self) { (arguments, context) throws(CommandError) in
      try LedgerDesk(runtime, context).deposit(arguments)
    }
    add(LedgerSettleCommand.self) { (arguments, context) throws(CommandError) in
      try LedgerDesk(runtime, context).settle(arguments)
    }
    add(LedgerVerifyCommand.self) { (_, context) throws(CommandError) in try LedgerDesk(runtime, context).verify() }
    add(LedgerExportCommand.self) { (arguments, context) throws(CommandError) in
      try LedgerDesk(runtime, context).export(arguments)
    }
    add(LedgerMigrateCommand.self) { (_, context) throws(CommandError) in
      try LedgerDesk(runtime, context).migrate()
    }
  }
}

extension Runtime {
  /// Pays by the ledger that the configuration names. It is opened when it is first needed; with a configuration that has
  /// mistakes, it refuses everything.
  public mutating func useConfiguredLedger() {
    let configuration = self.configuration
    ledger = { home, files in
      do throws(CommandError) {
        return ConfiguredLedger(LedgerSetup(home: home, configuration: try configuration(), files: files))
      } catch {
        return RefusingLedger(reason: error.message)
      }
    }
  }
}

/// A ledger that refuses everything.
private struct RefusingLedger: Ledger {
  var reason: String
  func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt { throw .failed(reason) }
  func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt { throw .failed(reason) }
  func release(_ hold: HoldRequest) throws(LedgerError) { throw .failed(reason) }
}

/// Where questions about the ledger are answered.
struct LedgerDesk {
  let runtime: Runtime
  let context: CommandContext
  let setup: LedgerSetup
  let store: any LedgerStore
  /// What waits to be posted still, now that what could be was.
  let deferred: [String]

  var engine: any LedgerEngine { store.engine }

  /// The desk; what waits is posted first.
  init(_ runtime: Runtime, _ context: CommandContext) throws(CommandError) {
    self.runtime = runtime
    self.context = context
    guard let home = context.places.privateFolder else {
      throw CommandError(.notFound, "there is no ledger without a private folder: set `MASQUES_HOME`, or `HOME`")
    }
    let setup = LedgerSetup(home: home, configuration: try runtime.configuration(), files: context.files)
    self.setup = setup
    let reach = LedgerReach(setup)
    (store, deferred) = try answering { () throws(LedgerError) in
      let left = try setup.journal.flush(reach)
      if case .unavailable(let message)? = reach.error {
        let count = left.count
        throw .unavailable("\(message); \(count) movement\(count == 1 ? " waits" : "s wait") to be posted")
      }
      return (try setup.book().store, left.map(\.summary))
    }
  }

  /// The operator's own account.
  var ownAccount: Holder { operatorAccount(setup.configuration.operator.name ?? runtime.user) }

  func operatorAccount(_ name: String) -> Holder {
    Holder(setup.configuration.ledger.payment == .prepaid ? .operator : .postpaid, name)
  }

  /// The account that is meant.
  func holder(_ text: String?) throws(CommandError) -> Holder {
    guard let text else { return ownAccount }
    if let holder = Holder(text) { return holder }
    throw CommandError(
      .invalidArguments,
      "`\(text)` is no account: name it as `operator:NAME`, `author:NAME`, `unclaimed:LIBRARY`, `treasury` or `fees`")
  }

  /// An account that there is.
  func account(_ holder: Holder) throws(CommandError) -> Account {
    guard let account = try ask({ () throws(EngineError) in try engine.accounts([holder.id]) }).first else {
      let names = try holders().values.map(\.description).sorted()
      let hint = nearestSpelling(of: holder.description, among: names).map { ": did you mean `\($0)`?" }
      throw CommandError(.notFound, "there is no account `\(holder)`" + (hint ?? ""))
    }
    return account
  }

  /// Whose the accounts are.
  func holders() throws(CommandError) -> [UInt128: Holder] {
    let names = try ask { () throws(EngineError) in try store.names() }
    return Dictionary(names.map { ($0.account, Holder($0.kind, $0.name)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Asks the ledger.
  func ask<Result>(_ body: () throws(EngineError) -> Result) throws(CommandError) -> Result {
    do throws(EngineError) {
      return try body()
    } catch {
      switch error {
      case .unavailable(let message): throw CommandError(.unavailable, message)
      case .failed(let message): throw CommandError(.file, message)
      }
    }
  }

  /// The time in nanoseconds that a word names: a day or a moment.
  func time(_ text: String?) throws(CommandError) -> UInt64 {
    guard let text else { return 0 }
    guard let time = Timestamp(text.count == 10 ? text + "T00:00:00Z" : text) else {
      throw CommandError(
        .invalidArguments, "`\(text)` is no time: write a day, `2026-11-01`, or a moment, `2026-11-01T12:00:00Z`")
    }
    return UInt64(clamping: max(time.seconds, 0)) * 1_000_000_000
  }

  /// A moment as people and tools read it.
  func text(_ nanoseconds: UInt64) -> String {
    Timestamp(seconds: Int64(nanoseconds / 1_000_000_000)).text
  }

  /// An amount that was given.
  func amount(_ text: String) throws(CommandError) -> Amount {
    guard let amount = Amount(text), amount > .zero else {
      throw CommandError(
        .invalidArguments,
        "`\(text)` is no amount: write US dollars above 0 as a decimal number of at most six places, such as `20` or `0.05`"
      )
    }
    return amount
  }
}

/// Does what the ledger's port does, in the words of a command.
func answering<Result>(_ body: () throws(LedgerError) -> Result) throws(CommandError) -> Result {
  do throws(LedgerError) {
    return try body()
  } catch {
    switch error {
    case .unavailable(let message): throw CommandError(.unavailable, message)
    case .failed(let message): throw CommandError(.file, message)
    case .paymentRequired(let needed, let available):
      throw CommandError(.paymentRequired, "\(needed.text) USD are needed and \(available.text) USD are there")
    }
  }
}

/// What has come in less what has gone out, as a decimal number with its sign.
func signed(_ credits: UInt128, _ debits: UInt128) -> String {
  credits >= debits ? Amount(micros: credits - debits).text : "-" + Amount(micros: debits - credits).text
}
