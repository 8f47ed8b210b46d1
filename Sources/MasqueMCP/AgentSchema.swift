import JSON

/// A schema as agents and their programs take it: without keywords of our own, which some of them refuse, and with what
/// those said in the description.
///
/// - Parameter schema: a contract's schema.
/// - Returns: the same in plain JSON Schema (draft 2020-12). Nesting is that of contracts, which are ours.
func agentSchema(_ schema: JSONObject) -> JSONObject {
  var result = JSONObject()
  for (key, value) in schema {
    switch key {
    case "x-enumDescriptions":
      continue
    case "enum":
      result["type"] = "string"
      result[key] = value
    case "properties":
      result[key] = .object(
        JSONObject((value.objectValue ?? [:]).map { ($0.key, .object(agentSchema($0.value.objectValue ?? [:]))) }))
    case "items":
      result[key] = .object(agentSchema(value.objectValue ?? [:]))
    case "anyOf":
      result[key] = .array((value.arrayValue ?? []).map { .object(agentSchema($0.objectValue ?? [:])) })
    default:
      result[key] = value
    }
  }
  let meanings = (schema["x-enumDescriptions"]?.objectValue ?? [:]).compactMap { value, meaning in
    meaning.stringValue.flatMap { $0.isEmpty ? nil : "`\(value)`: \($0)" }
  }
  if !meanings.isEmpty {
    let description = ([schema["description"]?.stringValue].compactMap(\.self) + meanings).joined(separator: " ")
    result["description"] = .string(description)
  }
  return result
}
