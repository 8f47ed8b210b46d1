import ArgumentParser
import JSON
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import TerminalOutput

/// What `masque-lint` does when its first argument is one of these words.
enum Subcommand: String, CaseIterable {
  case explain
  case format
  case intent
  case rules
  case validate

  /// Its arguments.
  var command: any ParsableCommand.Type {
    switch self {
    case .explain: ExplainCommand.self
    case .format: FormatCommand.self
    case .intent: IntentCommand.self
    case .rules: RulesCommand.self
    case .validate: ValidateCommand.self
    }
  }

  /// Runs it with the arguments behind its name.
  func run(_ host: Host) throws -> LintStatus {
    let arguments = host.arguments.dropFirst().map(argumentText)
    switch self {
    case .explain: return try explainRules(try ExplainCommand.parse(arguments), host)
    case .format: return try formatFiles(try FormatCommand.parse(arguments), host)
    case .intent: return try runIntentCommand(arguments, host)
    case .rules: return try listRules(try RulesCommand.parse(arguments), host)
    case .validate: return try validateFiles(try ValidateCommand.parse(arguments), host)
    }
  }
}

/// `masque-lint explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque-lint explain", abstract: "Says what a finding means, why it matters and what to do.")

  @Argument(help: ArgumentHelp("The codes of rules, such as schema-enum.", valueName: "code"))
  var codes: [String]

  @Option(help: "Whether text is coloured.")
  var color = ColorChoice.auto

  func validate() throws {
    if codes.isEmpty { throw ValidationError("Name the code of a rule; `masque-lint rules` lists them.") }
    let known = ruleDescriptions().map(\.code)
    for code in codes where !known.contains(code) {
      if let nearest = nearestCode(to: code, among: known) {
        throw ValidationError("'\(code)' is no rule's code. Did you mean '\(nearest)'?")
      }
      throw ValidationError("'\(code)' is no rule's code; `masque-lint rules` lists them.")
    }
  }
}

private func explainRules(_ command: ExplainCommand, _ host: Host) throws -> LintStatus {
  let style = Style(command.color.isColored(host))
  let columns = min(host.streams.isTerminal(.output) ? terminalColumns(of: host.streams) : 80, 100)
  let rules = ruleDescriptions()
  let pages = command.codes.compactMap { code in rules.first { $0.code == code } }.map { page($0, style, columns) }
  try host.streams.write(pages.joined(separator: "\n"), to: .output)
  return .clean
}

private func page(_ rule: RuleDescription, _ style: Style, _ columns: Int) -> String {
  func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
      .joined(separator: "\n")
  }
  var notes: [String] = []
  switch rule.fix {
  case .safe?: notes.append("Mended by --fix, or by the server's code action.")
  case .unsafe?:
    notes.append("Mended by --fix-unsafe, or by the server's code action: the fix decides something for you.")
  case .displayOnly?: notes.append("Editors offer a fix with a gap to fill in.")
  case nil: break
  }
  if !rule.isOnByDefault {
    notes.append("Off by default: --enable \(rule.code), or `enable` in \(Configuration.fileName).")
  }
  return """
    \(style.bold(rule.code)) · \(style.severity(rule.severity, rule.severity.rawValue))

    \(wrapped(rule.summary, columns))

    \(wrapped(rule.reason, columns))

    \(style.frame("Not like this"))

    \(indented(rule.bad))

    \(style.frame("But like this"))

    \(indented(rule.good))

    \(notes.map { wrapped($0, columns) + "\n\n" }.joined())To hide one: # masque-lint: disable-next-line \(rule.code) -- why it is right here

    """
}

/// `masque-lint rules`.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque-lint rules", abstract: "Lists the rules with their severities and fixes.")

  @Option(help: "How they are written; text if not given.")
  var format: RulesFormat?

  @Flag(help: "Short for --format json.")
  var json = false

  @Option(help: "Whether text is coloured.")
  var color = ColorChoice.auto

  func validate() throws {
    if json, format == .text { throw ValidationError("--json and --format text contradict each other.") }
  }
}

/// In which form rules are listed.
enum RulesFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}

private func listRules(_ command: RulesCommand, _ host: Host) throws -> LintStatus {
  let rules = ruleDescriptions()
  if command.json || command.format == .json {
    let values = rules.map { rule -> JSONValue in
      [
        "code": .string(rule.code), "severity": .string(rule.severity.rawValue),
        "default": .bool(rule.isOnByDefault), "library": .bool(rule.isAboutLibrary),
        "fix": rule.fix.map { .string($0.rawValue) } ?? .null, "summary": .string(rule.summary),
        "reason": .string(rule.reason), "bad": .string(rule.bad), "good": .string(rule.good),
      ]
    }
    let lines = values.map { $0.text(.line) }.joined(separator: ",\n")
    try host.streams.write("{\"version\": 1, \"rules\": [\n\(lines)\n]}\n", to: .output)
    return .clean
  }
  let style = Style(command.color.isColored(host))
  let width = rules.map(\.code.count).max() ?? 0
  let widest = Severity.allCases.map(\.rawValue.count).max() ?? 0
  var text = ""
  for rule in rules {
    let severity = rule.severity.rawValue
    let fix = rule.fix.map { $0 == .safe ? "fix" : $0 == .unsafe ? "unsafe fix" : "help" } ?? ""
    text += rule.code + String(repeating: " ", count: width - rule.code.count + 2)
    text += style.severity(rule.severity, severity) + String(repeating: " ", count: widest - severity.count + 2)
    text += style.help(fix) + String(repeating: " ", count: 12 - fix.count) + rule.summary + "\n"
  }
  try host.streams.write(text, to: .output)
  return .clean
}
