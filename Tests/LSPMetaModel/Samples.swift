public import JSON

extension MetaModel {
  /// An instance of a named type.
  ///
  /// - Parameters:
  ///   - type: the type's name.
  ///   - isFull: whether it has the optional members.
  ///   - choice: which alternative of a union and which value of an enumeration is taken, counted round.
  /// - Returns: the instance, which has no problem as that type.
  public func sample(of type: String, isFull: Bool, choice: Int) -> JSONValue {
    sample(["kind": "reference", "name": .string(type)], isFull, choice, depth: 0)
  }

  private func sample(_ type: JSONValue, _ isFull: Bool, _ choice: Int, depth: Int) -> JSONValue {
    func pick(_ key: String) -> JSONValue {
      let items = type[key]?.arrayValue ?? []
      return items.isEmpty ? .null : items[choice % items.count]
    }
    let name = type["name"]?.stringValue ?? ""
    switch type["kind"]?.stringValue {
    case "base":
      return Self.baseSample(name)
    case "reference":
      if name == "LSPAny" { return ["any": [1, nil, "x", 2.5]] }
      if structures[name] != nil { return structureSample(members(of: name), isFull, choice, depth: depth + 1) }
      if let values = values(ofEnumeration: name), !values.isEmpty { return values[choice % values.count] }
      return sample(aliases[name]?["type"] ?? .null, isFull, choice, depth: depth)
    case "array":
      return depth > 8 ? [] : [sample(type["element"] ?? .null, isFull, choice, depth: depth + 1)]
    case "map":
      let key = sample(type["key"] ?? .null, isFull, choice, depth: depth + 1).stringValue ?? "key"
      return .object([key: sample(type["value"] ?? .null, isFull, choice, depth: depth + 1)])
    case "or": return sample(pick("items"), isFull, choice, depth: depth)
    case "literal":
      return structureSample(type["value"]?["properties"]?.arrayValue ?? [], isFull, choice, depth: depth + 1)
    case "tuple":
      return .array((type["items"]?.arrayValue ?? []).map { sample($0, isFull, choice, depth: depth + 1) })
    default: return type["value"] ?? .null
    }
  }

  private static func baseSample(_ name: String) -> JSONValue {
    switch name {
    case "integer", "uinteger": 7
    case "decimal": 0.5
    case "boolean": true
    case "null": nil
    case "URI", "DocumentUri": "file:///a%20b"
    default: "text"
    }
  }

  private func structureSample(_ members: [JSONValue], _ isFull: Bool, _ choice: Int, depth: Int) -> JSONValue {
    var object = JSONObject()
    for member in members where member["optional"] != true || (isFull && depth < 6) {
      guard let name = member["name"]?.stringValue, let type = member["type"] else { continue }
      object[name] = sample(type, isFull, choice, depth: depth)
    }
    return .object(object)
  }
}
