public import DocumentTree

extension DocumentTree {
  /// Where a node is, as an author would say it: `skills[1].level`; empty for the root. A key has its value's path.
  ///
  /// - Parameter id: the node.
  /// - Returns: the path.
  public func authorPath(of id: NodeID) -> String {
    var path = ""
    let chain = ancestry(of: id)
    for (container, child) in zip(chain, chain.dropFirst()) {
      switch self[container].kind {
      case .sequence:
        let index = children(of: container).prefix { $0 != child }.count
        path += "[\(index)]"
      case .mapping:
        guard let pair = pairs(of: container).first(where: { $0.key == child || $0.value == child }) else { break }
        path += (path.isEmpty ? "" : ".") + text(of: pair.key)
      case .scalar, .alias:
        break
      }
    }
    return path
  }

  /// The key of a pair whose value is `id`.
  ///
  /// - Parameter id: the value.
  /// - Returns: the key, nil for a node that is no pair's value.
  public func key(of id: NodeID) -> NodeID? {
    guard let parent = parent(of: id), self[parent].kind == .mapping else { return nil }
    return pairs(of: parent).first { $0.value == id }?.key
  }
}
