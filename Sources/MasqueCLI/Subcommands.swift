import ArgumentParser
import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import TerminalOutput

/// The arguments of `masque`.
struct MasqueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque", abstract: "Temporary identities for agents: put on, looked at, compared, written.",
    discussion: """
      Masques are named by name, by index or by path. Private ones are in ${MASQUES_HOME:-~/.masques}, shared ones in the \
      folder personas of the workspace, in those that --personas and MASQUES_PERSONAS name, and beside this program.

      Example: masque don codesmith "implement the parser"

      Example: masque intent explain "deploy production" --masque codesmith

      Exit status: 0 done, 1 the answer is no, 2 wrong usage or something that could not be done, 3 an internal error.
      """,
    version: "masque \(projectVersion)",
    groupedSubcommands: [
      CommandGroup(
        name: "Wearing", subcommands: [DonSubcommand.self, DoffSubcommand.self, IDSubcommand.self, HookSubcommand.self]
      ),
      CommandGroup(
        name: "Library",
        subcommands: [
          ListSubcommand.self, InspectSubcommand.self, PreviewSubcommand.self, IntentSubcommand.self,
          NewSubcommand.self,
          SyncManifestSubcommand.self, PinSubcommand.self, UpgradeSubcommand.self, LintSubcommand.self,
          ExplainSubcommand.self,
        ]),
      CommandGroup(name: "Money", subcommands: [LedgerSubcommand.self]),
      CommandGroup(
        name: "Telemetry",
        subcommands: [
          PerformanceSubcommand.self, EvalSubcommand.self, AudienceSubcommand.self, AnalyticsSubcommand.self,
        ]),
      CommandGroup(
        name: "Installation", subcommands: [DoctorSubcommand.self]),
      CommandGroup(
        name: "For programs", subcommands: [MCPSubcommand.self, LSPSubcommand.self, CallSubcommand.self]),
      CommandGroup(name: "For shells", subcommands: [CompleteSubcommand.self, ManualSubcommand.self]),
    ])
}

/// The configuration of a subcommand, in the words of its contract.
func configuration(_ command: CommandDescription, _ name: String, example: String) -> CommandConfiguration {
  CommandConfiguration(
    commandName: name, abstract: plain(command.summary),
    discussion: (command.discussion.isEmpty ? "" : plain(command.discussion) + "\n\n") + "Example: \(example)")
}

/// What a contract says of a parameter.
func help(_ command: CommandDescription, _ parameter: String, valueName: String? = nil) -> ArgumentHelp {
  let summary = command.parameters.first { $0.name == parameter }?.summary ?? ""
  return ArgumentHelp(stringLiteral: plain(summary)).named(valueName)
}

extension ArgumentHelp {
  func named(_ valueName: String?) -> ArgumentHelp {
    var copy = self
    if let valueName { copy.valueName = valueName }
    return copy
  }
}

/// Markdown's quotes are no help in a terminal.
private func plain(_ text: String) -> String { text.replacing("`", with: "") }

/// A value of an enumeration as an argument names it.
struct Choice<Value: RawRepresentable & CaseIterable & Sendable>: ExpressibleByArgument where Value.RawValue == String {
  var value: Value

  init?(argument: String) {
    guard let value = Value(rawValue: argument) else { return nil }
    self.value = value
  }

  static var allValueStrings: [String] { Value.allCases.map(\.rawValue) }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

  var json: JSONValue { .string(value.rawValue) }
}

/// An object of those values that are there.
func object(_ pairs: (String, JSONValue?)...) -> JSONObject {
  JSONObject(pairs.compactMap { pair in pair.1.map { (pair.0, $0) } })
}

struct ListSubcommand: ContractCommand {
  static let contract = ListCommand.description
  static let configuration = MasqueCLI.configuration(contract, "list", example: "masque list --source private")

  @Option(help: help(ListCommand.description, "source")) var source: Choice<MasqueSource>?
  @OptionGroup var options: CommonOptions

  var argument: JSONObject { object(("source", source?.json)) }
  func text(of result: JSONValue, _ style: Style) -> String { listText(result, style) }
}

struct InspectSubcommand: ContractCommand {
  static let contract = InspectCommand.description
  static let configuration = MasqueCLI.configuration(contract, "inspect", example: "masque inspect codesmith")

  @Argument(help: help(InspectCommand.description, "masque"), completion: masqueCompletion) var masque: String?
  @OptionGroup var options: CommonOptions

  var argument: JSONObject { object(("masque", masque.map { .string($0) })) }
  func text(of result: JSONValue, _ style: Style) -> String { inspectText(result, style) }
}

struct PreviewSubcommand: ContractCommand {
  static let contract = PreviewCommand.description
  static let configuration = MasqueCLI.configuration(contract, "preview", example: "masque preview codesmith")

  @Argument(help: help(PreviewCommand.description, "masque"), completion: masqueCompletion) var masque: String?
  @OptionGroup var options: CommonOptions

  var argument: JSONObject { object(("masque", masque.map { .string($0) })) }
  func text(of result: JSONValue, _ style: Style) -> String { result["text"]?.stringValue ?? "" }
}

struct IntentSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "intent", abstract: "Asks what masques may set out to do.",
    subcommands: [Explain.self, Diff.self])

  struct Explain: ContractCommand {
    static let contract = IntentExplainCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "explain", example: "masque intent explain \"implement the parser\" --masque codesmith")

    @Argument(help: help(IntentExplainCommand.description, "phrase")) var phrase: String
    @Option(help: help(IntentExplainCommand.description, "masque"), completion: masqueCompletion) var masque: String?
    @OptionGroup var options: CommonOptions

    var argument: JSONObject { object(("phrase", .string(phrase)), ("masque", masque.map { .string($0) })) }
    func answer(_ context: CommandContext, _ style: Style) throws(CommandError) -> (
      text: String, status: MasqueStatus
    )? {
      let result = try explainIntent(.init(phrase: phrase, masque: masque.map { MasqueReference($0) }), context)
      // Without a masque there is no result.
      let name = result.location?.file ?? result.nearest?.location.file ?? masque ?? ""
      let text = IntentReport(style, context.files).text(of: result, phrase, name)
      return (text, result.verdict == "allowed" ? .success : .negative)
    }
    func status(of result: JSONValue) -> MasqueStatus { result["verdict"] == "allowed" ? .success : .negative }
  }

  struct Diff: ContractCommand {
    static let contract = IntentDiffCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "diff", example: "masque intent diff --fail-on-widening old.masque.yaml new.masque.yaml")

    @Argument(help: help(IntentDiffCommand.description, "before"), completion: .file()) var before: String
    @Argument(help: help(IntentDiffCommand.description, "after"), completion: .file()) var after: String
    @Flag(help: help(IntentDiffCommand.description, "failOnWidening")) var failOnWidening = false
    @OptionGroup var options: CommonOptions

    var argument: JSONObject {
      object(("before", .string(before)), ("after", .string(after)), ("failOnWidening", .bool(failOnWidening)))
    }
    func answer(_ context: CommandContext, _ style: Style) throws(CommandError) -> (
      text: String, status: MasqueStatus
    )? {
      let (before, after) = (MasqueReference(before), MasqueReference(after))
      let result = try compareIntents(.init(before: before, after: after, failOnWidening: failOnWidening), context)
      let text = try IntentReport(style, context.files).text(of: result) { phrase, isAfter throws(CommandError) in
        try explainIntent(.init(phrase: phrase, masque: isAfter ? after : before), context)
      }
      return (text, result.failed ? .negative : .success)
    }
    func status(of result: JSONValue) -> MasqueStatus { result["failed"] == true ? .negative : .success }
  }
}

struct NewSubcommand: ContractCommand {
  static let contract = NewCommand.description
  static let configuration = MasqueCLI.configuration(
    contract, "new", example: "masque new \"Code Gardener\" --ring player --allowed \"prune *\" --denied \"plant *\"")

  @Argument(help: help(NewCommand.description, "name")) var name: String
  @Option(help: help(NewCommand.description, "source")) var source: Choice<MasqueSource>?
  @Option(help: help(NewCommand.description, "index")) var index: Int?
  @Option(help: help(NewCommand.description, "ring")) var ring: Choice<Ring>?
  @Option(help: help(NewCommand.description, "domain")) var domain: String?
  @Option(help: help(NewCommand.description, "tagline")) var tagline: String?
  @Option(help: help(NewCommand.description, "allowed", valueName: "pattern")) var allowed: [String] = []
  @Option(help: help(NewCommand.description, "denied", valueName: "pattern")) var denied: [String] = []
  @Option(help: help(NewCommand.description, "lens")) var lens: String?
  @OptionGroup var options: CommonOptions

  var argument: JSONObject {
    func list(_ texts: [String]) -> JSONValue? { texts.isEmpty ? nil : .array(texts.map { .string($0) }) }
    return object(
      ("name", .string(name)), ("source", source?.json),
      ("index", index.map { .integer(Int64($0)) }), ("ring", ring?.json),
      ("domain", domain.map { .string($0) }), ("tagline", tagline.map { .string($0) }), ("allowed", list(allowed)),
      ("denied", list(denied)), ("lens", lens.map { .string($0) }))
  }
  func text(of result: JSONValue, _ style: Style) -> String {
    "\(style.good("✓")) wrote \(shown(result["masque"]?["file"])) (index \(shown(result["masque"]?["index"])))\n"
  }
}

struct SyncManifestSubcommand: ContractCommand {
  static let contract = SyncManifestCommand.description
  static let configuration = MasqueCLI.configuration(contract, "sync-manifest", example: "masque sync-manifest shared")

  @Argument(help: help(SyncManifestCommand.description, "source")) var source: Choice<MasqueSource>?
  @OptionGroup var options: CommonOptions

  var argument: JSONObject { object(("source", source?.json)) }
  func text(of result: JSONValue, _ style: Style) -> String { manifestText(result, style) }
}

struct PinSubcommand: ContractCommand {
  static let contract = PinCommand.description
  static let configuration = MasqueCLI.configuration(contract, "pin", example: "masque pin codesmith")

  @Argument(help: help(PinCommand.description, "masque"), completion: masqueCompletion) var masque: String
  @OptionGroup var options: CommonOptions

  var argument: JSONObject { ["masque": .string(masque)] }
  func text(of result: JSONValue, _ style: Style) -> String {
    let masque = "\(shown(result["masque"]?["name"])) v\(shown(result["masque"]?["version"]))"
    return result["changed"] == true
      ? "\(style.good("✓")) pinned \(masque) in \(shown(result["lock"]))\n"
      : "\(masque) is pinned already in \(shown(result["lock"]))\n"
  }
}

struct DoctorSubcommand: ContractCommand {
  static let contract = DoctorCommand.description
  static let configuration = MasqueCLI.configuration(contract, "doctor", example: "masque doctor")

  @OptionGroup var options: CommonOptions

  var argument: JSONObject { [:] }
  func text(of result: JSONValue, _ style: Style) -> String { doctorText(result, style) }
  func status(of result: JSONValue) -> MasqueStatus { result["healthy"] == true ? .success : .negative }
}
