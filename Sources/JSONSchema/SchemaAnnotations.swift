public import DocumentTree

// What a subschema says about the values it describes, read from the document it was compiled from.
extension Schema {
  /// The document that has a subschema; nodes in annotations and violations of the subschema are nodes of it.
  public func tree(of subschema: SubschemaID) -> DocumentTree {
    guard let schema = record(subschema) else { return DocumentTree() }
    return program.documents[Int(schema.document)]
  }

  /// The subschema's node in its document.
  public func node(of subschema: SubschemaID) -> NodeID {
    NodeID(Int(record(subschema)?.node ?? -1))
  }

  /// The subschema at a node of the document that was compiled, if a schema was found there.
  public func subschema(at node: NodeID) -> SubschemaID? {
    guard let places = program.subschemaOfNode.first, places.indices.contains(Int(node.index)) else { return nil }
    let subschema = places[Int(node.index)]
    return subschema < 0 ? nil : SubschemaID(subschema)
  }

  /// Whether the subschema is `true` or has no keyword that could reject a value.
  public func admitsEverything(_ subschema: SubschemaID) -> Bool { record(subschema)?.admitsAll ?? true }

  /// Whether the subschema is `false`.
  public func admitsNothing(_ subschema: SubschemaID) -> Bool { record(subschema)?.form == .alwaysFalse }

  /// The value of any key of the subschema's object, aliases followed: for keywords of one's own, such as `x-…`.
  public func annotation(_ key: String, of subschema: SubschemaID) -> NodeID? {
    guard let schema = record(subschema), schema.form == .object else { return nil }
    let tree = program.documents[Int(schema.document)]
    let node = NodeID(Int(schema.node))
    guard tree[node].kind == .mapping else { return nil }
    let value: NodeID?
    if tree[node].flags.contains(.merge) {
      value = tree.mergedPairs(of: node).last { tree.hasText($0.key, key) }?.value
    } else {
      value = tree.value(forKey: key, in: node)
    }
    return value.flatMap { tree.resolved($0) }
  }

  /// The subschema's own `title`.
  public func title(of subschema: SubschemaID) -> String? { string(.title, subschema) }

  /// The subschema's own `description`.
  public func description(of subschema: SubschemaID) -> String? { string(.description, subschema) }

  /// The subschema's own `default`, a node of its tree.
  public func defaultValue(of subschema: SubschemaID) -> NodeID? {
    annotation(SchemaKeyword.defaultValue.name, of: subschema)
  }

  /// The subschema's own `examples`, nodes of its tree.
  public func examples(of subschema: SubschemaID) -> [NodeID] { items(.examples, subschema) }

  /// The values of the subschema's own `enum`, nodes of its tree.
  public func enumValues(of subschema: SubschemaID) -> [NodeID] { items(.enumeration, subschema) }

  /// The value of the subschema's own `const`, a node of its tree.
  public func constValue(of subschema: SubschemaID) -> NodeID? {
    annotation(SchemaKeyword.const.name, of: subschema)
  }

  /// The subschema's own `format`, known or not.
  public func format(of subschema: SubschemaID) -> String? { string(.format, subschema) }

  /// Whether the subschema says `deprecated: true`.
  public func isDeprecated(_ subschema: SubschemaID) -> Bool { flag(.deprecated, subschema) }

  /// Whether the subschema says `readOnly: true`.
  public func isReadOnly(_ subschema: SubschemaID) -> Bool { flag(.readOnly, subschema) }

  /// Whether the subschema says `writeOnly: true`.
  public func isWriteOnly(_ subschema: SubschemaID) -> Bool { flag(.writeOnly, subschema) }

  /// The types that the subschema's own `type` admits; nil without.
  public func types(of subschema: SubschemaID) -> SchemaTypeSet? {
    guard let schema = record(subschema) else { return nil }
    for index in schema.firstInstruction..<schema.endInstruction {
      if case .types(let types) = program.instructions[Int(index)] { return types }
    }
    return nil
  }

  // MARK: - Locations

  /// Where a subschema stands: its document's URI and a JSON pointer as fragment. O(depth × width).
  public func location(of subschema: SubschemaID) -> String {
    guard let schema = record(subschema) else { return "#" }
    let uri = program.resources.first { $0.document == schema.document }?.uri ?? ""
    return uri + "#" + program.documents[Int(schema.document)].pointer(to: NodeID(Int(schema.node)))
  }

  /// Where the keyword of a violation stands.
  public func keywordLocation(of violation: SchemaViolation) -> String {
    let location = location(of: violation.subschema)
    return violation.keyword.map { "\(location)/\($0.name)" } ?? location
  }

  // MARK: - Reading

  private func record(_ subschema: SubschemaID) -> Subschema? {
    let index = Int(subschema.index)
    return program.subschemas.indices.contains(index) ? program.subschemas[index] : nil
  }

  private func string(_ keyword: SchemaKeyword, _ subschema: SubschemaID) -> String? {
    guard let node = annotation(keyword.name, of: subschema) else { return nil }
    let tree = tree(of: subschema)
    return tree[node].kind == .scalar && tree[node].type == .string ? tree.text(of: node) : nil
  }

  private func items(_ keyword: SchemaKeyword, _ subschema: SubschemaID) -> [NodeID] {
    guard let node = annotation(keyword.name, of: subschema) else { return [] }
    let tree = tree(of: subschema)
    guard tree[node].kind == .sequence else { return [] }
    return tree.children(of: node).map { tree.resolved($0) ?? $0 }
  }

  private func flag(_ keyword: SchemaKeyword, _ subschema: SubschemaID) -> Bool {
    guard let node = annotation(keyword.name, of: subschema) else { return false }
    let value = tree(of: subschema)[node]
    return value.kind == .scalar && value.type == .bool && value.flags.contains(.isTrue)
  }
}

extension DocumentTree {
  /// The JSON pointer (RFC 6901) from the root to a node; to a mapping's key, that of its value. O(depth × width).
  public func pointer(to node: NodeID) -> String {
    var tokens: [String] = []
    var child = node
    var steps = 0
    while let parent = parent(of: child), steps < nodes.count {
      steps += 1
      if self[parent].kind == .mapping {
        if let pair = pairs(of: parent).first(where: { $0.key == child || $0.value == child }) {
          tokens.append(escaped(text(of: resolved(pair.key) ?? pair.key)))
        }
      } else {
        var index = 0
        for item in children(of: parent) {
          if item == child { break }
          index += 1
        }
        tokens.append(String(index))
      }
      child = parent
    }
    return tokens.reversed().map { "/" + $0 }.joined()
  }

  private func escaped(_ token: String) -> String {
    guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
    var result = ""
    for scalar in token.unicodeScalars {
      switch scalar {
      case "~": result += "~0"
      case "/": result += "~1"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
