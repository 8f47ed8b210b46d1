import ArgumentParser
import JSON
import MasqueCommands
import MasqueRuntime
import MasqueWorkspace
import TerminalOutput

/// `masque audience`: the receiver of telemetry.
struct AudienceSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audience", abstract: "Starts, stops and asks the receiver of telemetry.",
    subcommands: [Start.self, Stop.self, Status.self, Config.self, Logs.self])

  struct Start: ContractCommand {
    static let contract = AudienceStartCommand.description
    static let configuration = MasqueCLI.configuration(contract, "start", example: "masque audience start")

    @Option(help: help(AudienceStartCommand.description, "port")) var port: Int?
    @Option(help: help(AudienceStartCommand.description, "healthPort")) var healthPort: Int?
    @OptionGroup var options: CommonOptions

    var argument: JSONObject {
      object(("port", port.map { .integer(Int64($0)) }), ("healthPort", healthPort.map { .integer(Int64($0)) }))
    }
    func text(of result: JSONValue, _ style: Style) -> String {
      let receiver = result["receiver"]
      let verb =
        result["started"] == true ? "\(style.good("✓")) the audience is seated" : "the audience is seated already"
      return "\(verb): \(shown(receiver?["endpoint"])) (process \(shown(receiver?["pid"])))\n"
    }
  }

  struct Stop: ContractCommand {
    static let contract = AudienceStopCommand.description
    static let configuration = MasqueCLI.configuration(contract, "stop", example: "masque audience stop")

    @OptionGroup var options: CommonOptions

    var argument: JSONObject { [:] }
    func text(of result: JSONValue, _ style: Style) -> String {
      result["stopped"] == true ? "\(style.good("✓")) the audience has left\n" : "no receiver runs\n"
    }
  }

  struct Status: ContractCommand {
    static let contract = AudienceStatusCommand.description
    static let configuration = MasqueCLI.configuration(contract, "status", example: "masque audience status --json")

    @OptionGroup var options: CommonOptions

    var argument: JSONObject { [:] }
    func text(of result: JSONValue, _ style: Style) -> String { statusText(result, style) }
    func status(of result: JSONValue) -> MasqueStatus {
      result["receiver"]?.isNull == false && result["problem"] == nil ? .success : .negative
    }
  }

  struct Config: ContractCommand {
    static let contract = AudienceConfigCommand.description
    static let configuration = MasqueCLI.configuration(contract, "config", example: "masque audience config --write")

    @Flag(help: help(AudienceConfigCommand.description, "write")) var write = false
    @Option(help: help(AudienceConfigCommand.description, "scope")) var scope: Scope?
    @OptionGroup var options: CommonOptions

    /// The scope as an argument names it.
    struct Scope: ExpressibleByArgument {
      var value: AudienceConfigCommand.Scope
      init?(argument: String) {
        guard let value = AudienceConfigCommand.Scope(rawValue: argument) else { return nil }
        self.value = value
      }
      static var allValueStrings: [String] { AudienceConfigCommand.Scope.allCases.map(\.rawValue) }
    }

    var argument: JSONObject {
      object(("write", write ? .bool(true) : nil), ("scope", scope.map { .string($0.value.rawValue) }))
    }
    func text(of result: JSONValue, _ style: Style) -> String {
      guard write else { return (result["settings"]?.text(.pretty(indent: 2)) ?? "") + "\n" }
      let file = shown(result["file"])
      return result["changed"] == true ? "\(style.good("✓")) wrote \(file)\n" : "\(file) says so already\n"
    }
    func notes(of result: JSONValue, _ style: Style) -> String {
      (result["replaced"]?.arrayValue ?? []).map { old in
        let had = write ? "had" : "has"
        return "\(style.doubtful("!")) \(shown(old["name"])) \(had) another value: \(shown(old["value"]))\n"
      }.joined()
    }
  }

  struct Logs: ContractCommand {
    static let contract = AudienceLogsCommand.description
    static let configuration = MasqueCLI.configuration(contract, "logs", example: "masque audience logs --lines 50")

    @Option(help: help(AudienceLogsCommand.description, "lines")) var lines: Int?
    @Option(help: help(AudienceLogsCommand.description, "of")) var of: Of?
    @OptionGroup var options: CommonOptions

    /// What is shown, as an argument names it.
    struct Of: ExpressibleByArgument {
      var value: AudienceLogsCommand.Of
      init?(argument: String) {
        guard let value = AudienceLogsCommand.Of(rawValue: argument) else { return nil }
        self.value = value
      }
      static var allValueStrings: [String] { AudienceLogsCommand.Of.allCases.map(\.rawValue) }
    }

    var argument: JSONObject {
      object(("lines", lines.map { .integer(Int64($0)) }), ("of", of.map { .string($0.value.rawValue) }))
    }
    func text(of result: JSONValue, _ style: Style) -> String {
      (result["lines"]?.arrayValue ?? []).map { shown($0) + "\n" }.joined()
    }
  }
}

private func statusText(_ result: JSONValue, _ style: Style) -> String {
  var text: String
  if let receiver = result["receiver"], !receiver.isNull {
    text = "\(style.good("✓")) listening on \(shown(receiver["endpoint"])) since \(shown(receiver["since"]))"
    text += " (process \(shown(receiver["pid"])), health on port \(shown(receiver["healthPort"])))\n"
  } else {
    text = "no receiver runs; `masque audience start` starts one\n"
  }
  if let problem = result["problem"], !problem.isNull { text += "\(style.bad("!")) \(shown(problem))\n" }
  if let figures = result["figures"], !figures.isNull {
    text += "  \(shown(figures["logRecords"])) log records, \(shown(figures["dataPoints"])) data points and "
    text += "\(shown(figures["spans"])) spans in \(shown(figures["requests"])) requests"
    text += ", \(shown(figures["refused"])) refused, \(shown(figures["postponed"])) postponed\n"
  }
  for file in result["files"]?.arrayValue ?? [] {
    text += "  \(shown(result["folder"]))/\(shown(file["name"])): \(shown(file["bytes"])) bytes\n"
  }
  return text
}

extension Host {
  /// The receiver of telemetry; nil where it can't be started or asked.
  var audience: Audience? {
    guard let audienceSystem else { return nil }
    func folder(_ name: String) -> FilePath? {
      environment(name).flatMap { $0.isEmpty ? nil : FilePath($0).absolute(from: files.currentFolder) }
    }
    let runtime = runtime
    return Audience(
      home: MasquePlaces.privateFolder(environment: environment, currentFolder: files.currentFolder),
      agentFolder: folder("CLAUDE_CONFIG_DIR") ?? folder("HOME")?.appending(".claude".utf8),
      projectFolder: runtime.projectFolder,
      program: programFolder?.appending("masque-audience".utf8), configuration: runtime.configuration,
      system: audienceSystem)
  }
}
