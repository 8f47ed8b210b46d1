import ArgumentParser
import JSON
import MasqueCommands
import TerminalOutput

/// `masque ledger …`.
struct LedgerSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Looks after the money that masques cost and earn.",
    subcommands: [
      Balance.self, Statement.self, Earnings.self, Deposit.self, Settle.self, Verify.self, Export.self, Migrate.self,
    ])

  struct Balance: ContractCommand {
    static let contract = LedgerBalanceCommand.description
    static let configuration = MasqueCLI.configuration(contract, "balance", example: "masque ledger balance --all")

    @Argument(help: help(LedgerBalanceCommand.description, "account")) var account: String?
    @Flag(help: help(LedgerBalanceCommand.description, "all")) var all = false
    @OptionGroup var options: CommonOptions

    var argument: JSONObject { object(("account", account.map { .string($0) }), ("all", all ? .bool(true) : nil)) }
    func text(of result: JSONValue, _ style: Style) -> String {
      let accounts = result["accounts"]?.arrayValue ?? []
      return MoneyTable(
        ["account", "balance", "held", "available", "expected"], numbers: 1...4,
        rows: accounts.map { account in
          [
            shown(account["account"]), money(account["balance"]), money(account["held"]),
            account["available"]?.isNull == false ? money(account["available"]) : "no limit",
            money(account["expected"]),
          ]
        }
      ).text(style)
    }
    func notes(of result: JSONValue, _ style: Style) -> String { deferredText(result, style) }
  }

  struct Statement: ContractCommand {
    static let contract = LedgerStatementCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "statement", example: "masque ledger statement author:grace --since 2026-11-01")

    @Argument(help: help(LedgerStatementCommand.description, "account")) var account: String?
    @Option(help: help(LedgerStatementCommand.description, "since", valueName: "time")) var since: String?
    @Option(help: help(LedgerStatementCommand.description, "limit", valueName: "lines")) var limit: Int?
    @Option(help: help(LedgerStatementCommand.description, "cursor")) var cursor: String?
    @Flag(help: help(LedgerStatementCommand.description, "newestFirst")) var newestFirst = false
    @OptionGroup var options: CommonOptions

    var argument: JSONObject {
      object(
        ("account", account.map { .string($0) }), ("since", since.map { .string($0) }),
        ("limit", limit.map { .integer(Int64($0)) }), ("cursor", cursor.map { .string($0) }),
        ("newestFirst", newestFirst ? .bool(true) : nil))
    }
    func text(of result: JSONValue, _ style: Style) -> String {
      let lines = result["lines"]?.arrayValue ?? []
      let title = style.bold(shown(result["account"])) + "\n"
      if lines.isEmpty { return title + "nothing has moved\n" }
      return title + statementText(lines, style)
    }
    func notes(of result: JSONValue, _ style: Style) -> String {
      guard let next = result["next"], !next.isNull else { return "" }
      return "There is more: --cursor \(shown(next))\n"
    }
  }

  struct Earnings: ContractCommand {
    static let contract = LedgerEarningsCommand.description
    static let configuration = MasqueCLI.configuration(contract, "earnings", example: "masque ledger earnings grace")

    @Argument(help: help(LedgerEarningsCommand.description, "author")) var author: String?
    @Option(help: help(LedgerEarningsCommand.description, "since", valueName: "time")) var since: String?
    @OptionGroup var options: CommonOptions

    var argument: JSONObject { object(("author", author.map { .string($0) }), ("since", since.map { .string($0) })) }
    func text(of result: JSONValue, _ style: Style) -> String {
      let rows = result["rows"]?.arrayValue ?? []
      let authors = result["authors"]?.arrayValue ?? []
      if authors.isEmpty { return "nobody has earned anything\n" }
      var text = ""
      if !rows.isEmpty {
        text +=
          MoneyTable(
            ["account", "month", "masque", "paid", "fees", "earned", "wearings"], numbers: 3...6,
            rows: rows.map { row in
              [
                shown(row["account"]), shown(row["month"]), shown(row["masque"]), money(row["gross"]),
                money(row["fees"]), money(row["net"]), shown(row["wearings"]),
              ]
            }
          ).text(style) + "\n"
      }
      return text
        + MoneyTable(
          ["account", "earned", "not paid out", "expected"], numbers: 1...3,
          rows: authors.map { author in
            [shown(author["account"]), money(author["net"]), money(author["balance"]), money(author["expected"])]
          }
        ).text(style)
    }
  }

  struct Deposit: ContractCommand {
    static let contract = LedgerDepositCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "deposit", example: "masque ledger deposit 20 --reference \"invoice 2026-114\"")

    @Argument(help: help(LedgerDepositCommand.description, "amount")) var amount: String
    @Option(help: help(LedgerDepositCommand.description, "operator", valueName: "name")) var `operator`: String?
    @Option(help: help(LedgerDepositCommand.description, "reference")) var reference: String?
    @OptionGroup var options: CommonOptions

    var argument: JSONObject {
      object(
        ("amount", .string(amount)), ("operator", `operator`.map { .string($0) }),
        ("reference", reference.map { .string($0) }))
    }
    func text(of result: JSONValue, _ style: Style) -> String { movementText(result, "deposited to", style) }
  }

  struct Settle: ContractCommand {
    static let contract = LedgerSettleCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "settle", example: "masque ledger settle grace --reference \"transfer 88213\"")

    @Argument(help: help(LedgerSettleCommand.description, "author")) var author: String
    @Option(help: help(LedgerSettleCommand.description, "amount")) var amount: String?
    @Option(help: help(LedgerSettleCommand.description, "reference")) var reference: String?
    @OptionGroup var options: CommonOptions

    var argument: JSONObject {
      object(
        ("author", .string(author)), ("amount", amount.map { .string($0) }),
        ("reference", reference.map { .string($0) }))
    }
    func text(of result: JSONValue, _ style: Style) -> String { movementText(result, "paid out to", style) }
  }

  struct Verify: ContractCommand {
    static let contract = LedgerVerifyCommand.description
    static let configuration = MasqueCLI.configuration(contract, "verify", example: "masque ledger verify")

    @OptionGroup var options: CommonOptions

    var argument: JSONObject { [:] }
    func text(of result: JSONValue, _ style: Style) -> String {
      var text = ""
      for check in result["checks"]?.arrayValue ?? [] {
        let mark = check["ok"] == true ? style.good("✓") : style.bad("✗")
        text += "\(mark) \(shown(check["name"]))\n"
        for problem in check["problems"]?.arrayValue ?? [] { text += "    \(shown(problem))\n" }
      }
      let counts = result["counts"]
      text +=
        "\(counted(counts?["accounts"], "account")), \(counted(counts?["transfers"], "transfer")), "
        + "\(counted(counts?["openHolds"], "open hold"))\n"
      let expired = result["expired"]?.arrayValue ?? []
      if !expired.isEmpty {
        text += "\nexpired: what was set aside has fallen back unpaid\n"
        text += MoneyTable(
          ["time (UTC)", "held", "account", "masque", "session"], numbers: 1...1,
          rows: expired.map { hold in
            [
              String(shown(hold["at"]).prefix(19)).replacing("T", with: " "), money(hold["amount"]),
              shown(hold["account"]), shown(hold["masque"]), shown(hold["session"]),
            ]
          }
        ).text(style)
      }
      return text
    }
    func notes(of result: JSONValue, _ style: Style) -> String { deferredText(result, style) }
    func status(of result: JSONValue) -> MasqueStatus { result["ok"] == true ? .success : .negative }
  }

  struct Export: ContractCommand {
    static let contract = LedgerExportCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "export", example: "masque ledger export --file ledger.jsonl")

    @Option(help: help(LedgerExportCommand.description, "file")) var file: String?
    @OptionGroup var options: CommonOptions

    var argument: JSONObject { object(("file", file.map { .string($0) })) }
    func text(of result: JSONValue, _ style: Style) -> String {
      if let file = result["file"], !file.isNull {
        return
          "\(style.good("✓")) wrote \(counted(result["accounts"], "account")) and "
          + "\(counted(result["transfers"], "transfer")) to \(shown(file))\n"
      }
      return (result["lines"]?.arrayValue ?? []).map { ($0.stringValue ?? "") + "\n" }.joined()
    }
  }

  struct Migrate: ContractCommand {
    static let contract = LedgerMigrateCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "migrate", example: "masque ledger migrate --to tigerbeetle")

    @Option(help: help(LedgerMigrateCommand.description, "to", valueName: "engine")) var to: String
    @OptionGroup var options: CommonOptions

    var argument: JSONObject { ["to": .string(to)] }
    func text(of result: JSONValue, _ style: Style) -> String {
      let table = MoneyTable(
        ["account", "balance"], numbers: 1...1,
        rows: (result["accounts"]?.arrayValue ?? []).map { [shown($0["account"]), money($0["balance"])] })
      let done = result["changed"] == true ? "moved" : "was moved before"
      return table.text(style)
        + "\(style.good("✓")) \(done); both sides are equal. The history is in \(shown(result["archive"])).\n"
        + "Now set `engine: tigerbeetle` under `ledger` in config.yaml.\n"
    }
  }
}
