import DocumentTree
import Foundation
import JSON
import SourceText
import YAMLSyntax

/// The page about the format: every key of the schema in its order, with what it means, may hold and must not lack.
func schemaPage(_ root: URL) throws -> GeneratedFile {
  let path = "schemas/masque.schema.yaml"
  let syntax = SyntaxTree(SourceText(try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)))
  let schema = syntax.tree.root.flatMap { JSONValue(syntax.tree, $0) } ?? .null
  guard let properties = schema["properties"]?.objectValue else {
    throw GenerateError(description: "\(path) has no properties")
  }
  let page = SchemaPage(root: schema)
  let required = page.required(of: schema)
  var text = introduction
  text += "| Key | | Value | |\n|---|---|---|---|\n"
  for (key, value) in properties {
    let resolved = page.resolved(value)
    let words = resolved["description"]?.stringValue.map { sentence($0) } ?? ""
    let link = "[`\(key)`](#\(key.lowercased()))"
    text +=
      "| \(link) | \(required.contains(key) ? "required" : "") | \(cell(page.kind(resolved))) | \(cell(words)) |\n"
  }
  for (key, value) in properties {
    text += "\n## \(key)\n" + page.section(page.resolved(value), path: key, isRequired: required.contains(key))
  }
  return GeneratedFile(path: "docs/schema.md", contents: text + closing)
}

private let introduction = """
  <!-- Written from schemas/masque.schema.yaml by `swift run masque-dev generate`. -->

  # Schema

  A masque is one YAML file, `NAME.masque.yaml`, that holds a mapping with these keys. The order is the usual one, not a
  duty. Keys that are not listed are ignored, and [reported](rules/unknown-key.md); facts of your own belong under
  `attributes`. What is said here is made from [`schemas/masque.schema.yaml`](../schemas/masque.schema.yaml), JSON Schema
  of draft 2020-12, which any validator understands; [`masque.schema.json`](../schemas/masque.schema.json) is the same as
  JSON.


  """

private let closing = """

  ## Beyond the schema

  Some mistakes are no matter of a key's type: two masques with one name, an intent that can never be met, a pattern that
  YAML reads as something else. These have [rules](rules/index.md). How patterns are matched stands in
  [intent patterns](intent-patterns.md); how a team extends the schema, in [configuration](configuration.md).

  """

/// What the parts of a schema are called on the page.
private struct SchemaPage {
  var root: JSONValue

  /// A subschema, or the one that it refers to with what stands beside the reference.
  func resolved(_ schema: JSONValue) -> JSONValue {
    guard let reference = schema["$ref"]?.stringValue, reference.hasPrefix("#/$defs/"),
      case .object(var target)? = root["$defs"]?[String(reference.dropFirst("#/$defs/".count))]
    else { return schema }
    for (key, value) in schema.objectValue ?? [:] where key != "$ref" { target[key] = value }
    return .object(target)
  }

  func required(of schema: JSONValue) -> Set<String> {
    Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
  }

  /// What a value has to be, in a few words.
  func kind(_ schema: JSONValue) -> String {
    if let values = schema["enum"]?.arrayValue {
      return values.map { "`\($0.stringValue ?? $0.text())`" }.joined(separator: ", ")
    }
    switch schema["type"]?.stringValue {
    case "object": return schema["properties"] == nil ? "a mapping with keys of your own" : "a mapping"
    case "array":
      let items = resolved(schema["items"] ?? .null)
      let least = schema["minItems"]?.integerValue.map { ", \($0) or more" } ?? ""
      return "a list\(least); each item: \(kind(items))"
    case "string":
      if let format = schema["format"]?.stringValue { return "a text, in the format `\(format)`" }
      return schema["minLength"] == nil && schema["pattern"] == nil ? "a text" : "a text that is not empty"
    case "integer": return "a whole number" + (schema["minimum"].map { " from \($0.text())" } ?? "")
    case let type?: return type
    case nil: return "anything"
    }
  }

  /// What there is to know of a value, and of all that is in it.
  func section(_ schema: JSONValue, path: String, isRequired: Bool) -> String {
    var text = "\n"
    if let description = schema["description"]?.stringValue { text += "\(description)\n\n" }
    text += "\(isRequired ? "Required" : "Optional"): \(kind(schema))."
    if let value = schema["default"] { text += " If it is left out: `\(value.stringValue ?? value.text())`." }
    text += "\n"
    text += meanings(schema) + examples(schema)
    for remark in schema["allOf"]?.arrayValue?.compactMap({ $0["$comment"]?.stringValue }) ?? [] {
      text += "\n\(sentence(remark))\n"
    }
    let inner = schema["properties"] == nil ? resolved(schema["items"] ?? .null) : schema
    if inner != schema, inner["properties"] == nil {
      // What an item of a list is, where it is no mapping.
      if let description = inner["description"]?.stringValue, !text.contains(description) {
        text += "\nEach item: \(description)\n"
      }
      text += meanings(inner) + examples(inner)
    }
    if inner != schema {
      for remark in inner["allOf"]?.arrayValue?.compactMap({ $0["$comment"]?.stringValue }) ?? [] {
        text += "\n\(sentence(remark))\n"
      }
    }
    let needed = required(of: inner)
    let place = inner == schema ? path : "\(path)[]"
    for (key, value) in inner["properties"]?.objectValue ?? [:] {
      text += "\n### `\(place).\(key)`\n"
      text += section(resolved(value), path: "\(place).\(key)", isRequired: needed.contains(key))
    }
    return text
  }

  /// The values that may be chosen from, with what each means.
  private func meanings(_ schema: JSONValue) -> String {
    guard let meanings = schema["x-enumDescriptions"]?.objectValue else { return "" }
    return "\n| Value | Meaning |\n|---|---|\n"
      + meanings.map { "| `\($0.key)` | \(cell($0.value.stringValue ?? "")) |\n" }.joined()
  }

  private func examples(_ schema: JSONValue) -> String {
    // Those that have meanings stand in their table already.
    guard schema["x-enumDescriptions"] == nil, let examples = schema["examples"]?.arrayValue else { return "" }
    let list = examples.map { "`\($0.stringValue ?? $0.text())`" }.joined(separator: ", ")
    return "\n\(examples.count == 1 ? "Example" : "Examples"): \(list).\n"
  }
}

/// The first sentence of a text, on one line.
private func sentence(_ text: String) -> String {
  let line = text.split(separator: "\n").joined(separator: " ")
  // A full stop inside a code span or a number ends no sentence.
  var isCode = false
  var previous: Character = " "
  for index in line.indices {
    let character = line[index]
    if character == "`" { isCode.toggle() }
    if previous == ".", character == " ", !isCode { return String(line[..<index]) }
    previous = character
  }
  return line
}

/// A text as a cell of a table.
private func cell(_ text: String) -> String {
  text.split(separator: "\n").joined(separator: " ").replacing("|", with: "\\|")
}
