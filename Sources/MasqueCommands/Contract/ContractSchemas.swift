public import JSON

extension ValueShape {
  /// The shape as a JSON Schema (draft 2020-12).
  ///
  /// - Parameter isOpen: whether objects may have keys that are not described, as results may in time.
  /// - Returns: the schema, an object.
  public func jsonSchema(isOpen: Bool) -> JSONObject {
    switch self {
    case .string: return ["type": "string"]
    case .boolean: return ["type": "boolean"]
    case .map: return ["type": "object"]
    case .number: return ["type": "number"]
    case .integer(let minimum): return ["type": "integer", "minimum": .integer(Int64(minimum))]
    case .choice(let choices):
      return [
        "enum": .array(choices.map { .string($0.value) }),
        "x-enumDescriptions": .object(JSONObject(choices.map { ($0.value, .string($0.meaning)) })),
      ]
    case .array(let item): return ["type": "array", "items": .object(item.jsonSchema(isOpen: isOpen))]
    case .nullable(let shape):
      return ["anyOf": [.object(shape.jsonSchema(isOpen: isOpen)), ["type": "null"]]]
    case .either(let shapes): return ["anyOf": .array(shapes.map { .object($0.jsonSchema(isOpen: isOpen)) })]
    case .object(let fields):
      var schema: JSONObject = ["type": "object"]
      let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
      if !required.isEmpty { schema["required"] = .array(required) }
      schema["properties"] = .object(JSONObject(fields.map { ($0.name, .object($0.jsonSchema(isOpen: isOpen))) }))
      if !isOpen { schema["additionalProperties"] = false }
      return schema
    }
  }
}

extension ValueField {
  fileprivate func jsonSchema(isOpen: Bool) -> JSONObject {
    var schema: JSONObject = ["description": .string(summary)]
    for (key, value) in shape.jsonSchema(isOpen: isOpen) { schema[key] = value }
    return schema
  }
}

extension CommandDescription {
  /// The JSON Schema of the command's argument: what an agent's tool says of its input.
  public var argumentSchema: JSONObject { argumentShape.jsonSchema(isOpen: false) }

  /// The JSON Schema of the command's result.
  public var resultSchema: JSONObject {
    var schema = resultShape.jsonSchema(isOpen: true)
    schema["properties"]?["version"] = [
      "description": "The version of this result's shape.", "const": .integer(Int64(resultVersion)),
    ]
    return schema
  }
}

/// The JSON Schema of all commands: for each `NAME.arguments` and `NAME.result` in `$defs`.
///
/// - Parameter commands: the commands.
/// - Returns: the schema.
public func commandsSchema(_ commands: [CommandDescription]) -> JSONObject {
  var definitions = JSONObject()
  for command in commands {
    var arguments: JSONObject = [
      "title": .string("\(command.name): argument"), "description": .string(command.summary),
    ]
    for (key, value) in command.argumentSchema { arguments[key] = value }
    arguments["examples"] = .array(command.examples.map { .object($0.arguments) })
    definitions["\(command.name).arguments"] = .object(arguments)
    var result: JSONObject = ["title": .string("\(command.name): result")]
    for (key, value) in command.resultSchema { result[key] = value }
    definitions["\(command.name).result"] = .object(result)
  }
  return [
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:masques:schema:commands:1",
    "title": "The commands of masques",
    "description":
      "What each command takes and gives. Keys of results may be added under one version; what is described here stays.",
    "$defs": .object(definitions),
  ]
}
