import ArgumentParser
import JSON
import MasqueCommands
import MasqueRuntime
import MasqueWorkspace
import TerminalOutput

/// `masque analytics`: copies for a ClickHouse server.
struct AnalyticsSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analytics",
    abstract: "Brings copies of what masques did to a ClickHouse server, where one is configured.",
    subcommands: [Migrate.self, Status.self, Flush.self])

  struct Migrate: ContractCommand {
    static let contract = AnalyticsMigrateCommand.description
    static let configuration = MasqueCLI.configuration(contract, "migrate", example: "masque analytics migrate")

    @OptionGroup var options: CommonOptions

    var argument: JSONObject { [:] }
    func text(of result: JSONValue, _ style: Style) -> String {
      let applied = result["applied"]?.arrayValue ?? []
      if applied.isEmpty { return "the schema is in its present form\n" }
      return applied.map { "\(style.good("✓")) \(shown($0))\n" }.joined()
    }
  }

  struct Status: ContractCommand {
    static let contract = AnalyticsStatusCommand.description
    static let configuration = MasqueCLI.configuration(contract, "status", example: "masque analytics status")

    @OptionGroup var options: CommonOptions

    var argument: JSONObject { [:] }
    func text(of result: JSONValue, _ style: Style) -> String {
      var text: String
      if result["configured"] != true {
        text = "no ClickHouse is configured: nothing is sent anywhere\n"
      } else if result["reachable"] != true {
        text = "\(style.bad("!")) \(shown(result["problem"]))\n"
      } else if result["migrated"] != true {
        text = "\(style.doubtful("!")) its schema is not in its present form: `masque analytics migrate`\n"
      } else {
        text = "\(style.good("✓")) ClickHouse answers\n"
      }
      text += "  waiting: \(shown(result["sessions"])) sessions, \(shown(result["telemetryBytes"])) bytes of telemetry"
      if let oldest = result["oldest"], !oldest.isNull { text += ", the oldest since \(shown(oldest))" }
      text += "\n"
      if result["rejected"] != 0 { text += "  \(style.bad("!")) refused: \(shown(result["rejected"])) sessions\n" }
      return text
    }
    func status(of result: JSONValue) -> MasqueStatus {
      result["configured"] != true || result["reachable"] == true && result["migrated"] == true ? .success : .negative
    }
  }

  struct Flush: ContractCommand {
    static let contract = AnalyticsFlushCommand.description
    static let configuration = MasqueCLI.configuration(contract, "flush", example: "masque analytics flush")

    @OptionGroup var options: CommonOptions

    var argument: JSONObject { [:] }
    func text(of result: JSONValue, _ style: Style) -> String {
      var text =
        "\(style.good("✓")) sent \(shown(result["sessions"])) sessions and \(shown(result["rows"])) rows of telemetry\n"
      if result["rejected"] != 0 { text += "\(style.bad("!")) refused: \(shown(result["rejected"])) sessions\n" }
      return text
    }
    func status(of result: JSONValue) -> MasqueStatus { result["rejected"] == 0 ? .success : .negative }
  }
}

extension Host {
  /// Where wearings are written down for analytics; nil where no server is configured, so that nothing piles up.
  func analytics(_ ledger: (FilePath, any Files) -> any Ledger) -> (any Analytics)? {
    guard configuration.configuration.clickHouse != nil,
      let home = MasquePlaces.privateFolder(environment: environment, currentFolder: files.currentFolder)
    else { return nil }
    return FileOutbox(home: home, files: files, ledger: ledger(home, files))
  }
}
