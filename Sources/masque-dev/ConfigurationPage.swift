import DocumentTree
import Foundation
import JSON
import SourceText
import YAMLSyntax

/// The page about `.masque-lint.yaml`, its part between two markers written from the configuration's schema.
func configurationPage(_ root: URL) throws -> GeneratedFile {
  let path = "docs/configuration.md"
  let schemaPath = "schemas/masque-lint.config.schema.yaml"
  let page = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  let syntax = SyntaxTree(SourceText(try String(contentsOf: root.appendingPathComponent(schemaPath), encoding: .utf8)))
  let schema = syntax.tree.root.flatMap { JSONValue(syntax.tree, $0) } ?? .null
  guard let start = page.range(of: beginning), let end = page.range(of: ending, range: start.upperBound..<page.endIndex)
  else { throw GenerateError(description: "\(path) has no lines \(beginning) and \(ending)") }
  let keys = schema["properties"]?.objectValue?.map { section($0.key, $0.value, schema) } ?? []
  let contents =
    page[..<start.upperBound] + "\n\n" + keys.joined(separator: "\n") + "\n" + page[end.lowerBound...]
  return GeneratedFile(path: path, contents: String(contents))
}

private let beginning =
  "<!-- Written from schemas/masque-lint.config.schema.yaml by `swift run masque-dev generate`. -->"
private let ending = "<!-- As far as that. -->"

/// What there is to know of a key: what it does, what it may hold, an example.
private func section(_ key: String, _ schema: JSONValue, _ root: JSONValue) -> String {
  var text = "### \(key)\n\n\(schema["description"]?.stringValue ?? "")\n\n\(kind(schema, root))."
  if let value = schema["default"] { text += " If it is not given: \(code(value))." }
  text += "\n"
  for example in schema["examples"]?.arrayValue ?? [] {
    text += "\n```yaml\n\(yaml(key, example))\n```\n"
  }
  return text
}

/// What a value has to be, as a sentence without its full stop.
private func kind(_ schema: JSONValue, _ root: JSONValue) -> String {
  if let reference = schema["$ref"]?.stringValue {
    let target = root["$defs"]?[String(reference.drop { $0 != "$" }.dropFirst("$defs/".count))]
    return target.map { kind($0, root) } ?? "Anything"
  }
  if let values = schema["enum"]?.arrayValue {
    let names = values.map(code)
    return "One of \(names.dropLast().joined(separator: ", ")) and \(names.last ?? "")"
  }
  switch schema["type"]?.stringValue {
  case "array": return "A list of texts"
  case "object":
    let inner = schema["additionalProperties"].map { kind($0, root) } ?? "Anything"
    return "A map; each value: \(inner.prefix(1).lowercased() + inner.dropFirst())"
  default: return "A text"
  }
}

private func code(_ value: JSONValue) -> String { "`\(value.stringValue ?? value.text())`" }

/// An entry as an author would write it.
private func yaml(_ key: String, _ value: JSONValue, indent: String = "") -> String {
  guard let object = value.objectValue else { return "\(indent)\(ScalarWriting.scalar(key)): \(flow(value))" }
  return "\(indent)\(ScalarWriting.scalar(key)):"
    + object.map { "\n" + yaml($0.key, $0.value, indent: indent + "  ") }.joined()
}

private func flow(_ value: JSONValue) -> String {
  if let items = value.arrayValue { return "[\(items.map(flow).joined(separator: ", "))]" }
  return value.stringValue.map { ScalarWriting.scalar($0, inFlow: true) } ?? value.text()
}
