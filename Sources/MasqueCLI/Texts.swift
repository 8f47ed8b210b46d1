import JSON
import MasqueModel
import TerminalOutput

/// A value on one line for people, control characters as their symbols.
func shown(_ value: JSONValue?) -> String {
  switch value {
  case nil, .null: return ""
  case .string(let text): return printable(text)
  case let value?: return value.text(.line)
  }
}

/// A moment for people, who read no milliseconds.
func time(_ value: JSONValue?) -> String {
  value?.stringValue.flatMap { Timestamp($0)?.wholeSeconds.text } ?? shown(value)
}

/// `list`: a table, and below it what can't be used.
func listText(_ result: JSONValue, _ style: Style) -> String {
  let all = result["masques"]?.arrayValue ?? []
  var text = ""
  let usable = all.filter { $0["problem"] == nil && $0["shadowed"] != true }
  if usable.isEmpty { text += "no masques\n" }
  let columns = ["index", "name", "version", "ring", "domain", "source", "tagline"]
  // Numbers stand to the right.
  var table = TextTable(columns.map { TextTable.Column($0, isNumeric: $0 == "index") })
  for masque in usable { table.add(mark: masque["active"] == true ? "* " : "  ", columns.map { shown(masque[$0]) }) }
  text += table.text(style)
  for masque in all where masque["problem"] != nil {
    text += "\(style.bad("!")) \(shown(masque["file"])): \(shown(masque["problem"]))\n"
  }
  for masque in all where masque["problem"] == nil && masque["shadowed"] == true {
    text += style.faint("  \(shown(masque["file"])): `\(shown(masque["name"]))` is found elsewhere first") + "\n"
  }
  for error in result["errors"]?.arrayValue ?? [] {
    text += "\(style.bad("!")) \(shown(error["file"])): \(shown(error["message"]))\n"
  }
  return text
}

/// `inspect`: the sections under their names.
func inspectText(_ result: JSONValue, _ style: Style) -> String {
  let masque = result["masque"]
  let index = masque?["index"].map { " (index \(shown($0)))" } ?? ""
  var text = style.bold("\(shown(masque?["name"])) v\(shown(masque?["version"]))") + index + "\n"
  text += "ring: \(shown(masque?["ring"]))\nfile: \(shown(masque?["file"]))\n"
  for (key, value) in result["sections"]?.objectValue ?? [:] {
    text += "\n\(style.bold(key))\n" + lines(of: value, indent: "  ").map { $0 + "\n" }.joined()
  }
  for problem in result["problems"]?.arrayValue ?? [] {
    text += "\n\(style.bad("!")) line \(shown(problem["line"])): \(shown(problem["message"]))\n"
  }
  return text
}

private func lines(of value: JSONValue, indent: String) -> [String] {
  switch value {
  case .object(let object):
    return object.flatMap { key, value -> [String] in
      let key = shown(.string(key))
      if let line = line(of: value) { return ["\(indent)\(key): \(line)"] }
      return ["\(indent)\(key):"] + lines(of: value, indent: indent + "  ")
    }
  case .array(let items):
    return items.flatMap { item -> [String] in
      if let line = line(of: item) { return ["\(indent)- \(line)"] }
      // An object begins behind the hyphen.
      let inner = lines(of: item, indent: indent + "  ")
      return inner.enumerated().map { $0 == 0 ? "\(indent)- \($1.dropFirst(indent.count + 2))" : $1 }
    }
  case .string(let text):
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return (lines.last?.isEmpty == true ? lines.dropLast() : lines[...]).map { line in
      line.isEmpty ? "" : indent + shown(.string(String(line)))
    }
  default:
    return [indent + shown(value)]
  }
}

/// A value that fits on one line; nil for any other.
private func line(of value: JSONValue) -> String? {
  switch value {
  case .object, .array: return nil
  case .string(let text):
    if text.contains(where: \.isNewline) { return nil }
    return text.isEmpty ? "\"\"" : shown(value)
  default: return value.text(.line)
  }
}

/// `sync-manifest`: each manifest, and what it leaves out.
func manifestText(_ result: JSONValue, _ style: Style) -> String {
  var text = ""
  for manifest in result["manifests"]?.arrayValue ?? [] {
    let count = manifest["masques"]?.integerValue ?? 0
    let masques = "\(count) masque\(count == 1 ? "" : "s")"
    let mark = manifest["changed"] == true ? "\(style.good("✓")) wrote" : "unchanged:"
    text += "\(mark) \(shown(manifest["file"])) (\(masques))\n"
    for skipped in manifest["skipped"]?.arrayValue ?? [] {
      text += "\(style.bad("!")) left out \(shown(skipped["file"])): \(shown(skipped["message"]))\n"
    }
  }
  return text
}

/// `doctor`: what was found, and below it how to mend what is missing.
func doctorText(_ result: JSONValue, _ style: Style) -> String {
  var text = ""
  for check in result["checks"]?.arrayValue ?? [] {
    let mark =
      switch check["state"]?.stringValue {
      case "ok": style.good("✓")
      case "missing": style.bad("✗")
      default: style.doubtful("!")
      }
    text += "\(mark) \(shown(check["name"])): \(shown(check["message"]))\n"
    if let remedy = check["remedy"], !remedy.isNull { text += "    \(style.help("→")) \(shown(remedy))\n" }
  }
  let missing = (result["checks"]?.arrayValue ?? []).count { $0["state"] == "missing" }
  return text + (missing == 0 ? "nothing is missing\n" : style.bold("\(missing) missing") + "\n")
}
