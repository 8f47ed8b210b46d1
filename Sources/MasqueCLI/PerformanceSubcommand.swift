import ArgumentParser
import JSON
import MasqueCommands
import MasqueModel
import TerminalOutput
import YAMLSyntax

struct PerformanceSubcommand: ContractCommand {
  static let contract = PerformanceCommand.description
  static let configuration = {
    var configuration = MasqueCLI.configuration(contract, "performance", example: "masque performance --record")
    configuration.aliases = ["score"]
    return configuration
  }()

  @Argument(help: help(PerformanceCommand.description, "masque")) var masque: String?
  @Option(help: help(PerformanceCommand.description, "session")) var session: String?
  @Flag(help: help(PerformanceCommand.description, "record")) var record = false
  @Option(help: help(PerformanceCommand.description, "symbol")) var symbol: Choice<ScoreSymbol>?
  @Option(help: help(PerformanceCommand.description, "html", valueName: "file"), completion: .file()) var html: String?
  @Option(help: help(PerformanceCommand.description, "from", valueName: "time")) var from: String?
  @Option(help: help(PerformanceCommand.description, "to", valueName: "time")) var to: String?
  @Option(help: help(PerformanceCommand.description, "agentSession", valueName: "session")) var agentSession: String?
  @OptionGroup var options: CommonOptions

  var argument: JSONObject {
    object(
      ("masque", masque.map { .string($0) }), ("session", session.map { .string($0) }),
      ("record", record ? true : nil), ("symbol", symbol?.json), ("html", html.map { .string($0) }),
      ("from", from.map { .string($0) }), ("to", to.map { .string($0) }),
      ("agentSession", agentSession.map { .string($0) }))
  }

  func text(of result: JSONValue, _ style: Style) -> String {
    if result["composite"]?.doubleValue == nil { return "" }
    return style.columns == nil ? scoreYAML(result) : dashboard(result, style)
  }

  func notes(of result: JSONValue, _ style: Style) -> String {
    if let message = result["message"]?.stringValue { return "masque: \(shown(.string(message)))\n" }
    var text = ""
    if let recorded = result["recorded"], recorded.objectValue != nil {
      let file = shown(recorded["file"])
      text +=
        recorded["changed"] == true
        ? "\(style.good("✓")) recorded `\(shown(recorded["score"]))` in \(file)\n"
        : "`\(shown(recorded["score"]))` is recorded in \(file) already\n"
    }
    if let html = result["html"]?.stringValue { text += "\(style.good("✓")) wrote \(shown(.string(html)))\n" }
    return text
  }

  func status(of result: JSONValue) -> MasqueStatus {
    result["composite"]?.doubleValue == nil ? .negative : .success
  }
}

/// A score as YAML.
func scoreYAML(_ result: JSONValue) -> String {
  // What is null or empty has not been asked for, or is not there.
  let pairs = (result.objectValue ?? [:]).filter { key, value in
    key != "version" && !value.isNull && value.arrayValue?.isEmpty != true
  }
  return yamlLines(of: .object(JSONObject(pairs.map { ($0.key, $0.value) }))).map { $0 + "\n" }.joined()
}

private func yamlLines(of value: JSONValue) -> [String] {
  switch value {
  case .object(let object):
    return object.flatMap { key, value -> [String] in
      let key = ScalarWriting.scalar(key)
      switch value {
      case .object(let inner) where !inner.isEmpty: return ["\(key):"] + yamlLines(of: value).map { "  " + $0 }
      case .array(let items) where !items.isEmpty: return ["\(key):"] + yamlLines(of: value).map { "  " + $0 }
      default: return ["\(key): \(yamlScalar(value))"]
      }
    }
  case .array(let items):
    return items.flatMap { item -> [String] in
      let lines = item.objectValue == nil ? [yamlScalar(item)] : yamlLines(of: item)
      return lines.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
    }
  default: return [yamlScalar(value)]
  }
}

private func yamlScalar(_ value: JSONValue) -> String {
  // What begins with a digit may be a time or a number to some reader.
  if case .string(let text) = value {
    return text.first?.isNumber == true ? ScalarWriting.doubleQuoted(text) : ScalarWriting.scalar(text)
  }
  return value.text(.line)
}

// MARK: The dashboard

private func dashboard(_ result: JSONValue, _ style: Style) -> String {
  func number(_ path: String...) -> Double { path.reduce(result as JSONValue?) { $0?[$1] }?.doubleValue ?? 0 }
  func count(_ path: String...) -> String {
    groupedDigits(path.reduce(result as JSONValue?) { $0?[$1] }?.integerValue ?? 0)
  }
  let composite = number("composite")
  let minutes = number("duration_min")
  let name = result["masque"]?.stringValue.map { shown(.string($0)) } ?? "a window of time"
  var text =
    style.bold(name) + style.faint("  \(shown(result["from"])) to \(shown(result["to"])), \(minutes) min") + "\n"
  if let session = result["session"]?.stringValue { text += style.faint("session \(session)") + "\n" }
  text += "\n"
  let names = ["quality", "autonomy", "productivity", "token_efficiency", "cost_efficiency"]
  for (name, weight) in zip(names, [30, 25, 20, 15, 10]) {
    let score = number("dimensions", name)
    let label = name.replacing("_", with: " ")
    let gap = String(repeating: " ", count: max(18 - label.count, 1))
    text += "  \(label)\(gap)\(bar(score, style)) \(aligned(fixed(score, 1), 4))  \(style.faint("\(weight) %"))\n"
  }
  text +=
    "  \(style.bold("composite"))         \(bar(composite, style)) \(style.bold(aligned(fixed(composite, 1), 4)))  "
  text += "\(colored(composite, result["recommendation"]?.stringValue ?? "", style)), `\(shown(result["symbol"]))`\n\n"
  text +=
    "  tools \(count("stats", "tools_ok")) of \(count("stats", "tools")) (\(fixed(number("stats", "success_pct"), 1)) %)"
  text += " · prompts \(count("stats", "prompts")) · cost \(fixed(number("stats", "cost"), 2)) USD\n"
  text += "  tokens \(count("stats", "tokens", "input")) in, \(count("stats", "tokens", "output")) out, "
  text +=
    "\(count("stats", "tokens", "cache_read")) from the cache, \(count("stats", "tokens", "cache_creation")) into it\n"
  let past = result["trend"]?.arrayValue ?? []
  if !past.isEmpty {
    let scores = past.map { $0["composite"]?.doubleValue } + [composite]
    let sessions = past.count == 1 ? "1 earlier session" : "\(past.count) earlier sessions"
    text += "\n  trend  \(sparkline(scores))  \(style.faint("\(sessions), then this one"))\n"
  }
  let skills = result["skills"]?.arrayValue ?? []
  if !skills.isEmpty {
    text += "\n  " + style.bold("skills") + style.faint("  claimed, and what the tools run under them speak for") + "\n"
    let width = skills.map { shown($0["uri"]).count }.max() ?? 0
    for skill in skills {
      let uri = shown(skill["uri"])
      let claimed = skill["claimed"]?.stringValue ?? "no level"
      let verdict =
        switch skill["verdict"]?.stringValue {
        case "above": style.good("above: \(shown(skill["observed"]))")
        case "met": style.good("met")
        case "below": style.doubtful("below: \(shown(skill["observed"]))")
        default: style.faint("not seen")
        }
      text += "  \(uri)\(String(repeating: " ", count: width - uri.count))  "
      text += "\(claimed)\(String(repeating: " ", count: max(11 - claimed.count, 1)))\(verdict)\n"
    }
  }
  return text
}

/// Ten cells, as many of them full as there are points.
private func bar(_ score: Double, _ style: Style) -> String {
  let full = min(max(Int(score.rounded()), 0), 10)
  return colored(score, String(repeating: "█", count: full), style)
    + style.faint(String(repeating: "░", count: 10 - full))
}

private func colored(_ score: Double, _ text: String, _ style: Style) -> String {
  text.isEmpty ? "" : score >= 7 ? style.good(text) : score >= 4 ? style.doubtful(text) : style.bad(text)
}

/// Scores as a line of small columns; a gap where there is none.
private func sparkline(_ scores: [Double?]) -> String {
  let columns = Array("▁▂▃▄▅▆▇█")
  return String(scores.map { score in score.map { columns[min(max(Int($0 / 10 * 7.999), 0), 7)] } ?? "·" })
}

private func aligned(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(width - text.count, 0)) + text
}

/// A number that is not negative with a fixed count of decimal places.
func fixed(_ value: Double, _ places: Int) -> String {
  let unit = places == 1 ? 10 : 100
  let scaled = (value * Double(unit)).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let whole = Int(scaled)
  let rest = String(whole % unit)
  return "\(whole / unit).\(String(repeating: "0", count: places - rest.count))\(rest)"
}
