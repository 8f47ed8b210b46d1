import JSON
import LanguageServerProtocol
import MasqueAnalysis
import MasqueModel

/// What the person at the editor wants, whatever the masques are. What a team wants stands in `.masque-lint.yaml`.
struct EditorSettings: Sendable, Hashable {
  /// Which findings are wanted, and how severe they are; before what a `.masque-lint.yaml` says.
  var checks = CheckOverrides()
  /// The extended schema, as it was written.
  var schema: String?
  /// Whether the masques of the workspace's folders are read, beside those that belong to open documents.
  var indexesWorkspace = true
  /// Whether commands are offered above a masque's name.
  var showsCodeLenses = true
  /// What inlay hints may be about.
  var inlayHints = Set(InlayHint.Kind.allCases)
  /// Where `masque` is, and how long it is waited for.
  var sibling = SiblingSettings()
  /// How much the server tells about messages; nil if nothing was said.
  var trace: LSP.TraceValue?

  /// A setting: its name in the section `masque`, its type, and what it does.
  struct Entry: Sendable {
    /// The keys that lead to it, parted by dots.
    var name: String
    /// The type, for people.
    var type: String
    /// The default, as JSON.
    var defaultValue: String
    /// What it does, in one sentence.
    var summary: String
    /// Puts a value into the settings. Returns what is wrong with it, as the end of a sentence about the setting.
    var apply: @Sendable (JSONValue, inout EditorSettings) -> String?
  }

  /// Every setting that there is. The documentation is held to this list by a test.
  static let entries: [Entry] = [
    Entry(
      name: "lint.select", type: "list of codes or families of codes", defaultValue: "[]",
      summary: "Report these findings alone, whatever `select` in a `.masque-lint.yaml` says; all if empty.",
      apply: { codes($0, into: &$1.checks.rules.selected) }),
    Entry(
      name: "lint.enable", type: "list of codes", defaultValue: "[]",
      summary: "Report these findings, too, which are off by default.",
      apply: { codes($0, into: &$1.checks.rules.enabled) }),
    Entry(
      name: "lint.ignore", type: "list of codes or families of codes", defaultValue: "[]",
      summary: "Do not report these findings, beside those that a `.masque-lint.yaml` ignores.",
      apply: { codes($0, into: &$1.checks.rules.ignored) }),
    Entry(
      name: "lint.severity", type: "object: a severity by code or family of codes", defaultValue: "{}",
      summary: "Report these findings as `error`, `warning`, `information` or `hint`; wins over a `.masque-lint.yaml`.",
      apply: { severities($0, into: &$1.checks.severities) }),
    Entry(
      name: "schema", type: "path, seen from the first workspace folder", defaultValue: "null",
      summary: "Hold masques to this extended schema; wins over a `.masque-lint.yaml`.",
      apply: { value, settings in
        guard let path = value.stringValue, !path.isEmpty else { return expected("a path", value) }
        settings.schema = path
        return nil
      }),
    Entry(
      name: "workspace.index", type: "boolean", defaultValue: "true",
      summary: "Read all masques of the workspace's folders, so that findings, names and references across files are "
        + "known; otherwise only the libraries of open documents are read.",
      apply: { boolean($0, into: &$1.indexesWorkspace) }),
    Entry(
      name: "codeLens.enable", type: "boolean", defaultValue: "true",
      summary: "Offer commands above a masque's name.", apply: { boolean($0, into: &$1.showsCodeLenses) }),
    hint("ring", .ring, "Say behind a ring what it means."),
    hint("level", .level, "Say behind a skill's level what it means."),
    hint("score", .score, "Say behind a score what it means."),
    hint("exceptions", .exceptions, "Say behind an allowed pattern how many exceptions the denied ones make."),
    hint("lifetime", .lifetime, "Say behind a lifetime how long it is."),
    Entry(
      name: "path", type: "absolute path; `~/` is the home folder", defaultValue: "null",
      summary: "Where the program `masque` is, which puts masques on and takes them off; otherwise the one beside "
        + "masque-lsp, or else the first in `PATH`.",
      apply: { value, settings in
        guard let path = value.stringValue, path.hasPrefix("/") || path.hasPrefix("~/") else {
          return expected("an absolute path", value)
        }
        settings.sibling.path = path
        return nil
      }),
    Entry(
      name: "timeout", type: "whole number of seconds from 1", defaultValue: "120",
      summary: "For how long `masque` may say nothing about a command before it is stopped.",
      apply: { value, settings in
        guard let seconds = value.integerValue, (1...86_400).contains(seconds) else {
          return expected("a number of seconds from 1 to 86400", value)
        }
        settings.sibling.timeout = Int(seconds)
        return nil
      }),
    Entry(
      name: "trace.server", type: "`off`, `messages` or `verbose`", defaultValue: "\"off\"",
      summary: "Show in the editor's log which messages the server gets.",
      apply: { value, settings in
        let known: [LSP.TraceValue] = [.off, .messages, .verbose]
        guard let trace = known.first(where: { .string($0.rawValue) == value }) else {
          return expected("\"off\", \"messages\" or \"verbose\"", value)
        }
        settings.trace = trace
        return nil
      }),
  ]

  /// Takes over what a client says. What it leaves out, or sets to null, stays as it is; what is wrong is passed over.
  ///
  /// - Parameter json: the section `masque`, or an object that has it.
  /// - Returns: what is wrong, a sentence for each setting.
  mutating func apply(_ json: JSONValue) -> [String] {
    // Clients written in Lua cannot tell an empty object from an empty array.
    if json.isNull || json == [] { return [] }
    guard case .object(let object) = json else { return ["The settings are \(json.kindDescription), not an object."] }
    if let section = object["masque"] { return apply(section) }
    return apply(object, prefix: "")
  }

  private mutating func apply(_ object: JSONObject, prefix: String) -> [String] {
    var problems: [String] = []
    for (key, value) in object where !value.isNull {
      // Some clients give whole names, section and all.
      let name = prefix + (prefix.isEmpty && key.hasPrefix("masque.") ? String(key.dropFirst(7)) : key)
      if let entry = Self.entries.first(where: { $0.name == name }) {
        if let problem = entry.apply(value, &self) { problems.append("The setting masque.\(name) \(problem).") }
      } else if case .object(let inner) = value, Self.entries.contains(where: { $0.name.hasPrefix(name + ".") }) {
        problems += apply(inner, prefix: name + ".")
      } else if Self.entries.contains(where: { $0.name.hasPrefix(name + ".") }) {
        problems.append("The setting masque.\(name) \(Self.expected("an object", value)).")
      } else {
        let hint = nearest(to: name, among: Self.entries.map(\.name)).map { "; did you mean masque.\($0)?" } ?? "."
        problems.append("There is no setting masque.\(name)\(hint)")
      }
    }
    return problems
  }

  private static func expected(_ type: String, _ value: JSONValue) -> String {
    "must be \(type), and is \(value.kindDescription == "a string" ? value.text() : value.kindDescription)"
  }

  private static func hint(_ name: String, _ kind: InlayHint.Kind, _ summary: String) -> Entry {
    Entry(name: "inlayHints.\(name)", type: "boolean", defaultValue: "true", summary: summary) { value, settings in
      var isShown = true
      let problem = boolean(value, into: &isShown)
      if isShown { settings.inlayHints.insert(kind) } else { settings.inlayHints.remove(kind) }
      return problem
    }
  }

  private static func boolean(_ value: JSONValue, into result: inout Bool) -> String? {
    guard let boolean = value.boolValue else { return expected("true or false", value) }
    result = boolean
    return nil
  }

  private static func codes(_ value: JSONValue, into result: inout [String]) -> String? {
    // Clients written in Lua cannot tell an empty array from an empty object.
    guard let list = value == [:] ? [] : value.arrayValue else { return expected("a list of codes", value) }
    var codes: [String] = []
    for item in list {
      guard let code = item.stringValue else { return "must hold codes, and holds \(item.kindDescription)" }
      if let problem = problem(withCode: code) { return "is wrong: \(withoutFullStop(problem))" }
      codes.append(code)
    }
    result = codes
    return nil
  }

  private static func severities(_ value: JSONValue, into result: inout [String: Severity]) -> String? {
    guard let object = value == [] ? JSONObject() : value.objectValue else {
      return expected("an object of severities by code", value)
    }
    var severities: [String: Severity] = [:]
    for (code, value) in object {
      if let problem = problem(withCode: code) { return "is wrong: \(withoutFullStop(problem))" }
      guard let severity = value.stringValue.flatMap(Severity.init(rawValue:)) else {
        return "is wrong for \(code): a severity is error, warning, information or hint, not \(value.text())"
      }
      severities[code] = severity
    }
    result = severities
    return nil
  }

  private static func withoutFullStop(_ sentence: String) -> String {
    sentence.hasSuffix(".") || sentence.hasSuffix("?") ? String(sentence.dropLast()) : sentence
  }
}

/// The name that a misspelt one was probably meant to be: by all of it, or by its last part.
private func nearest(to name: String, among names: [String]) -> String? {
  if let whole = nearestCode(to: name, among: names) { return whole }
  func last(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }
  return nearestCode(to: last(name), among: names.map(last)).flatMap { part in names.first { last($0) == part } }
}
