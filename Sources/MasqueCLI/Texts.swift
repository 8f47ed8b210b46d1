import JSON

/// A value on one line for people, control characters as their symbols.
func shown(_ value: JSONValue?) -> String {
  switch value {
  case nil, .null: return ""
  case .string(let text):
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20: result.append(Unicode.Scalar(scalar.value + 0x2400) ?? " ")
      case 0x7F..<0xA0: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  case let value?: return value.text(.line)
  }
}

/// `list`: a table, and below it what can't be used.
func listText(_ result: JSONValue, _ style: Style) -> String {
  let all = result["masques"]?.arrayValue ?? []
  var text = ""
  let usable = all.filter { $0["problem"] == nil && $0["shadowed"] != true }
  if usable.isEmpty { text += "no masques\n" }
  let columns = ["index", "name", "version", "ring", "domain", "source"]
  let rows = usable.map { masque in columns.map { shown(masque[$0]) } + [shown(masque["tagline"])] }
  let widths = columns.indices.map { column in
    ([columns[column]] + rows.map { $0[column] }).map(\.count).max() ?? 0
  }
  func line(_ cells: [String], _ mark: String) -> String {
    var line = mark
    for (column, cell) in cells.enumerated() {
      let gap = column < widths.count ? String(repeating: " ", count: widths[column] - cell.count) : ""
      // Numbers stand to the right.
      line += (column == 0 ? gap + cell : cell + gap) + "  "
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
  if !rows.isEmpty { text += style.faint(line(columns + ["tagline"], "  ")) }
  for (masque, row) in zip(usable, rows) { text += line(row, masque["active"] == true ? "* " : "  ") }
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

/// `intent explain`: the verdict, what decides it, and what comes near.
func explainText(_ result: JSONValue, _ phrase: String, _ style: Style) -> String {
  func place(_ location: JSONValue?) -> String {
    "\(shown(location?["file"])):\(shown(location?["line"])):\(shown(location?["column"]))"
  }
  let said = "\"\(shown(.string(phrase)))\""
  var text: String
  switch result["verdict"]?.stringValue {
  case "allowed": text = "\(style.good("allowed")): \(said)\n"
  case "denied": text = "\(style.bad("denied")): \(said)\n"
  default: text = "\(style.doubtful("not allowed")): \(said)\n"
  }
  let matches = result["matches"]?.arrayValue ?? []
  for match in matches where match["list"] == "denied" {
    text += "  denied by `\(shown(match["pattern"]))` (\(place(match["location"])))\n"
  }
  for match in matches where match["list"] == "allowed" {
    let verb = result["verdict"] == "denied" ? "would be allowed" : "allowed"
    text += "  \(verb) by `\(shown(match["pattern"]))` (\(place(match["location"])))\n"
  }
  if let nearest = result["nearest"], !nearest.isNull {
    text += "  no pattern matches; nearest is `\(shown(nearest["pattern"]))` (\(place(nearest["location"])))\n"
  }
  return text
}

/// `intent diff`: the relation, and a phrase for each difference.
func diffText(_ result: JSONValue, _ style: Style) -> String {
  let before = shown(result["before"]?["file"])
  let after = shown(result["after"]?["file"])
  var text =
    switch result["relation"]?.stringValue {
    case "equal": "\(after) lets the same phrases through as \(before)\n"
    case "narrower": "\(after) is \(style.good("narrower")) than \(before)\n"
    case "wider": "\(after) is \(style.doubtful("wider")) than \(before)\n"
    case "incomparable": "\(after) and \(before) are \(style.doubtful("incomparable"))\n"
    default: "how \(after) relates to \(before) is \(style.doubtful("undecided"))\n"
    }
  if let phrase = result["gained"]?.stringValue { text += "+ \"\(phrase)\": only \(after) lets it through\n" }
  if let phrase = result["lost"]?.stringValue { text += "- \"\(phrase)\": only \(before) lets it through\n" }
  return text
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
