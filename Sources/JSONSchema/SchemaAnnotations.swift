public import DocumentTree

// What a subschema says in itself, beyond `node(of:_:)` and `text(of:_:)`, and where it says so.
extension Schema {
  /// The items of an annotation whose value is a list: `examples` or `enum` for instance.
  ///
  /// - Parameters:
  ///   - id: the subschema.
  ///   - keyword: the key.
  /// - Returns: the items' nodes in `document(of:)`, aliases followed; none where the value is no list.
  public func items(of id: SubschemaID, _ keyword: String) -> [NodeID] {
    guard let node = node(of: id, keyword) else { return [] }
    let tree = document(of: id)
    guard tree[node].kind == .sequence else { return [] }
    return tree.children(of: node).map { tree.resolved($0) ?? $0 }
  }

  /// Whether an annotation is `true`: `deprecated` or `readOnly` for instance.
  public func isTrue(_ id: SubschemaID, _ keyword: String) -> Bool {
    guard let node = node(of: id, keyword) else { return false }
    let value = document(of: id)[node]
    return value.kind == .scalar && value.type == .bool && value.flags.contains(.isTrue)
  }

  /// The subschema at a node of the document that was compiled, if there is a schema.
  public func subschema(at node: NodeID) -> SubschemaID? {
    guard let places = program.subschemaOfNode.first, places.indices.contains(Int(node.index)) else { return nil }
    let subschema = places[Int(node.index)]
    return subschema < 0 ? nil : SubschemaID(subschema)
  }

  /// Where a subschema stands: its document's URI, and a JSON pointer as fragment. O(depth × width).
  public func location(of id: SubschemaID) -> String {
    guard program.subschemas.indices.contains(Int(id.index)) else { return "#" }
    let subschema = program.subschemas[Int(id.index)]
    let uri = program.resources.first { $0.document == subschema.document }?.uri ?? ""
    return uri + "#" + document(of: id).pointer(to: NodeID(Int(subschema.node)))
  }

  /// Where the keyword of a violation stands. O(depth × width).
  public func keywordLocation(of violation: SchemaViolation) -> String {
    let location = location(of: violation.subschema)
    return violation.keyword.map { "\(location)/\($0.name)" } ?? location
  }
}

extension DocumentTree {
  /// The JSON pointer (RFC 6901) from the root to a node; to a mapping's key, that of its value. O(depth × width).
  public func pointer(to node: NodeID) -> String {
    var tokens: [String] = []
    var child = node
    while let parent = parent(of: child) {
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
