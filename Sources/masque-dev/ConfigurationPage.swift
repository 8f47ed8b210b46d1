import DocumentTree
import Foundation
import JSON
import SourceText
import YAMLSyntax

/// A page about a configuration file, its part between two markers written from the file's schema.
///
/// - Parameters:
///   - path: the page.
///   - schemaPath: the schema.
///   - root: the repository.
/// - Returns: the page.
/// - Throws: why it can't be written: a file that is missing, or a page without the markers.
func configurationPage(_ path: String, _ schemaPath: String, _ root: URL) throws -> GeneratedFile {
  let page = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  let syntax = SyntaxTree(SourceText(try String(contentsOf: root.appendingPathComponent(schemaPath), encoding: .utf8)))
  let schema = syntax.tree.root.flatMap { JSONValue(syntax.tree, $0) } ?? .null
  let beginning = "<!-- Written from \(schemaPath) by `swift run masque-dev generate`. -->"
  guard let start = page.range(of: beginning), let end = page.range(of: ending, range: start.upperBound..<page.endIndex)
  else { throw GenerateError(description: "\(path) has no lines \(beginning) and \(ending)") }
  let keys = schema["properties"]?.objectValue?.map { section($0.key, $0.value, schema) } ?? []
  let contents =
    page[..<start.upperBound] + "\n\n" + keys.joined(separator: "\n") + "\n" + page[end.lowerBound...]
  return GeneratedFile(path: path, contents: String(contents))
}

private let ending = "<!-- As far as that. -->"

/// What there is to know of a key: what it does, what it may hold, an example.
private func section(_ key: String, _ schema: JSONValue, _ root: JSONValue) -> String {
  var text = "### \(key)\n\n\(schema["description"]?.stringValue ?? "")\n\n"
  if let rows = rows(schema, root) {
    text += "| Key | Value | Meaning |\n|---|---|---|\n\(rows)"
  } else {
    text += "\(kind(schema, root)).\(usual(schema))\(meanings(schema))\n"
  }
  for example in schema["examples"]?.arrayValue ?? [] {
    text += "\n```yaml\n\(yaml(key, example))\n```\n"
  }
  return text
}

/// The rows about the keys of a map, or of the maps in a list; nil for what has no keys of its own.
private func rows(_ schema: JSONValue, _ root: JSONValue) -> String? {
  let item = schema["items"] ?? schema
  guard let properties = item["properties"]?.objectValue else { return nil }
  let required = item["required"]?.arrayValue ?? []
  return properties.map { key, value in
    let value = resolved(value, root)
    let meaning = (value["description"]?.stringValue ?? "").replacing("\n", with: " ")
    let isRequired = required.contains(.string(key)) ? " **Required.**" : ""
    let kind = kind(value, root)
    return "| `\(key)` | \(kind.prefix(1).lowercased() + kind.dropFirst()) "
      + "| \(meaning)\(usual(value))\(meanings(value))\(isRequired) |\n"
  }.joined()
}

/// A schema with what it refers to.
private func resolved(_ schema: JSONValue, _ root: JSONValue) -> JSONValue {
  guard let reference = schema["$ref"]?.stringValue,
    let target = root["$defs"]?[String(reference.drop { $0 != "$" }.dropFirst("$defs/".count))]
  else { return schema }
  var result = resolved(target, root)
  for (key, value) in schema.objectValue ?? [:] where key != "$ref" { result[key] = value }
  return result
}

private func usual(_ schema: JSONValue) -> String {
  schema["default"].map { " If it is not given: \(code($0))." } ?? ""
}

private func meanings(_ schema: JSONValue) -> String {
  guard schema["enum"] != nil, let meanings = schema["x-enumDescriptions"]?.objectValue else { return "" }
  return meanings.map { " `\($0.key)`: \($0.value.stringValue ?? "")" }.joined()
}

/// What a value has to be, as a sentence without its full stop.
private func kind(_ schema: JSONValue, _ root: JSONValue) -> String {
  if schema["$ref"] != nil { return kind(resolved(schema, root), root) }
  if let values = schema["enum"]?.arrayValue {
    let names = values.map(code)
    return "One of \(names.dropLast().joined(separator: ", ")) and \(names.last ?? "")"
  }
  if let types = schema["type"]?.arrayValue {
    return types.contains("integer") ? "Bytes, or a number with a unit such as `MiB`" : "Dollars"
  }
  switch schema["type"]?.stringValue {
  case "array": return "A list of texts"
  case "integer": return "A whole number"
  case "object":
    let inner = schema["additionalProperties"].map { kind($0, root) } ?? "Anything"
    return "A map; each value: \(inner.prefix(1).lowercased() + inner.dropFirst())"
  default: return schema["format"] == "duration" ? "A duration" : "A text"
  }
}

private func code(_ value: JSONValue) -> String { "`\(value.stringValue ?? value.text())`" }

/// An entry as an author would write it.
private func yaml(_ key: String, _ value: JSONValue, indent: String = "") -> String {
  if let items = value.arrayValue, items.contains(where: { $0.objectValue != nil }) {
    let texts = items.map { item in
      let lines = (item.objectValue ?? [:]).map { yaml($0.key, $0.value, indent: indent + "    ") }
      return "\n\(indent)  - \(lines.joined(separator: "\n").dropFirst(indent.count + 4))"
    }
    return "\(indent)\(ScalarWriting.scalar(key)):\(texts.joined())"
  }
  guard let object = value.objectValue else { return "\(indent)\(ScalarWriting.scalar(key)): \(flow(value))" }
  return "\(indent)\(ScalarWriting.scalar(key)):"
    + object.map { "\n" + yaml($0.key, $0.value, indent: indent + "  ") }.joined()
}

private func flow(_ value: JSONValue) -> String {
  if let items = value.arrayValue { return "[\(items.map(flow).joined(separator: ", "))]" }
  return value.stringValue.map { ScalarWriting.scalar($0, inFlow: true) } ?? value.text()
}
