public import DocumentTree

extension JSONValue {
  /// The value of a node of a JSON or YAML tree, the root if none is named.
  ///
  /// Of duplicate keys the last one counts. In YAML, aliases are followed, merge keys are not; a key that is no scalar
  /// is left out, and `.inf` and `.nan` become numbers that JSON cannot write. Nil for an empty tree, and for YAML
  /// whose aliases expand beyond a million values or 512 levels.
  ///
  /// - Parameters:
  ///   - tree: the tree.
  ///   - id: the node.
  public init?(_ tree: DocumentTree, _ id: NodeID? = nil) {
    guard let id = id ?? tree.root else { return nil }
    var budget = tree.nodes.count + 1_000_000
    guard let value = Self.value(of: id, in: tree, depth: 0, budget: &budget) else { return nil }
    self = value
  }

  private static func value(
    of id: NodeID, in tree: DocumentTree, depth: Int, budget: inout Int
  ) -> JSONValue? {
    budget -= 1
    guard budget > 0, depth <= JSONDocument.maximumDepth else { return nil }
    let node = tree[id]
    switch node.kind {
    case .scalar:
      return scalar(id, node, in: tree)
    case .sequence:
      var items: [JSONValue] = []
      items.reserveCapacity(Int(node.count))
      for child in tree.children(of: id) {
        guard let item = value(of: child, in: tree, depth: depth + 1, budget: &budget) else { return nil }
        items.append(item)
      }
      return .array(items)
    case .mapping:
      var object = JSONObject()
      object.reserve(Int(node.count))
      for pair in tree.pairs(of: id) {
        guard let value = value(of: pair.value, in: tree, depth: depth + 1, budget: &budget) else { return nil }
        guard let key = tree.resolved(pair.key), tree[key].kind == .scalar else { continue }
        object[tree.text(of: key)] = value
      }
      return .object(object)
    case .alias:
      guard let target = tree.resolved(id) else { return .null }
      return value(of: target, in: tree, depth: depth + 1, budget: &budget)
    }
  }

  private static func scalar(_ id: NodeID, _ node: Node, in tree: DocumentTree) -> JSONValue {
    switch node.type {
    case .null, .none: .null
    case .bool: .bool(node.flags.contains(.isTrue))
    case .string: .string(tree.text(of: id))
    case .int: number(tree.text(of: id))
    case .float: .number(double(tree.text(of: id)))
    }
  }

  /// A whole number as JSON or YAML writes it.
  private static func number(_ text: String) -> JSONValue {
    if let value = Int64(text) { return .integer(value) }
    if text.hasPrefix("0x"), let value = Int64(text.dropFirst(2), radix: 16) { return .integer(value) }
    if text.hasPrefix("0o"), let value = Int64(text.dropFirst(2), radix: 8) { return .integer(value) }
    return .number(double(text))
  }

  private static func double(_ text: String) -> Double {
    if let value = Double(text) { return value }
    switch text.lowercased() {
    case ".inf", "+.inf": return .infinity
    case "-.inf": return -.infinity
    default: return .nan
    }
  }
}
