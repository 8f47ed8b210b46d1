import DocumentTree
import MasqueModel
import YAMLSyntax

extension RuleContext {
  /// The scalars whose text an earlier one has, each with the first that has it.
  ///
  /// - Parameter nodes: scalars, in order.
  /// - Returns: their positions in `nodes`. O(n).
  func repeated(_ nodes: [NodeID]) -> [(first: Int, second: Int)] {
    guard nodes.count > 1 else { return [] }
    var result: [(first: Int, second: Int)] = []
    if nodes.count <= 16 {
      for second in nodes.indices.dropFirst() {
        let count = tree[nodes[second]].count
        if let first = nodes[..<second].firstIndex(where: {
          tree[$0].count == count && tree.sameText($0, nodes[second])
        }) {
          result.append((first, second))
        }
      }
      return result
    }
    var firsts: [String: Int] = [:]
    for second in nodes.indices {
      let text = tree.text(of: nodes[second])
      if let first = firsts[text] { result.append((first, second)) } else { firsts[text] = second }
    }
    return result
  }

  /// The removal of an item that nothing else refers to.
  func removal(ofItem item: NodeID, _ title: String, _ applicability: Applicability = .safe) -> [Fix] {
    let end = NodeID(Int(item.index) + Int(tree[item].subtree))
    guard !tree.properties.contains(where: { $0.anchor != nil && $0.node >= item && $0.node < end }),
      let edit = syntax.removingItem(item)
    else { return [] }
    return [Fix(title, [edit], applicability)]
  }
}
