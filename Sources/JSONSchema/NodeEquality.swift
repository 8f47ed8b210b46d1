public import DocumentTree

extension DocumentTree {
  /// Whether two nodes have equal values in the sense of JSON Schema: `1` equals `1.0`, a mapping's order does not
  /// count, keys compare by their text, aliases and merge keys are followed.
  ///
  /// - Parameters:
  ///   - node: a node of this tree.
  ///   - other: a node of the other tree.
  ///   - otherTree: the other tree, which may be this one.
  ///   - visits: how many pairs of nodes may be compared at most.
  /// - Returns: nil if the limit was reached, or the nesting exceeds 512, before the question was decided.
  public func isEqual(
    _ node: NodeID, to other: NodeID, in otherTree: DocumentTree, visits: Int = 1_000_000
  ) -> Bool? {
    guard nodes.indices.contains(Int(node.index)), otherTree.nodes.indices.contains(Int(other.index)) else {
      return nil
    }
    return withView { a in
      otherTree.withView { b in
        var comparison = NodeComparison(visits: visits)
        let result = comparison.equal(a, node.index, b, other.index)
        return comparison.isExhausted ? nil : result
      }
    }
  }
}

/// Compares and hashes nodes by value, within bounds.
struct NodeComparison {
  /// How many more nodes may be visited; below zero the results mean nothing.
  var visits: Int
  private var depth = 0

  init(visits: Int) { self.visits = visits }

  var isExhausted: Bool { visits < 0 }

  private static let deepest = 512

  mutating func equal(_ a: TreeView, _ x: Int32, _ b: TreeView, _ y: Int32) -> Bool {
    visits -= 1
    guard visits >= 0 else { return false }
    let x = a.resolved(x)
    let y = b.resolved(y)
    guard x >= 0, y >= 0 else { return x == y }
    let kind = a.kind(of: x)
    let other = b.kind(of: y)
    switch (kind, other) {
    case (.null, .null): return true
    case (.boolean, .boolean):
      return a.nodes[Int(x)].flags.contains(.isTrue) == b.nodes[Int(y)].flags.contains(.isTrue)
    case (.int, .int), (.int, .float), (.float, .int), (.float, .float):
      let first = a.text(of: x)
      let second = b.text(of: y)
      return first.elementsEqual(second) || Number(utf8: first) == Number(utf8: second)
    case (.string, .string): return a.text(of: x).elementsEqual(b.text(of: y))
    case (.array, .array), (.object, .object):
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.deepest else {
        visits = -1
        return false
      }
      return kind == .array ? equalItems(a, x, b, y) : equalPairs(a, x, b, y)
    default: return false
    }
  }

  private mutating func equalItems(_ a: TreeView, _ x: Int32, _ b: TreeView, _ y: Int32) -> Bool {
    guard a.nodes[Int(x)].count == b.nodes[Int(y)].count else { return false }
    var first = x &+ 1
    var second = y &+ 1
    let end = x &+ a.nodes[Int(x)].subtree
    while first < end {
      guard equal(a, first, b, second) else { return false }
      first = first &+ a.nodes[Int(first)].subtree
      second = second &+ b.nodes[Int(second)].subtree
    }
    return true
  }

  private mutating func equalPairs(_ a: TreeView, _ x: Int32, _ b: TreeView, _ y: Int32) -> Bool {
    let first = sortedPairs(a, x)
    let second = sortedPairs(b, y)
    guard first.count == second.count, !isExhausted else { return false }
    for (p, q) in zip(first, second) where !a.text(of: p.key).elementsEqual(b.text(of: q.key)) { return false }
    for (p, q) in zip(first, second) {
      guard equal(a, p.value, b, q.value) else { return false }
    }
    return true
  }

  /// The pairs by the bytes of their keys; equal keys as they are written.
  private mutating func sortedPairs(_ view: TreeView, _ mapping: Int32) -> [(key: Int32, value: Int32)] {
    var pairs: [(key: Int32, value: Int32)] = []
    var cursor = view.pairs(of: mapping)
    while let pair = cursor.next(in: view.nodes) { pairs.append(pair) }
    visits -= pairs.count
    pairs.sort { p, q in
      let a = view.text(of: p.key)
      let b = view.text(of: q.key)
      if a.lexicographicallyPrecedes(b) { return true }
      return p.key < q.key && a.elementsEqual(b)
    }
    return pairs
  }

  /// Feeds a value that is the same for equal nodes.
  mutating func hash(_ view: TreeView, _ node: Int32, into hasher: inout Hasher) {
    visits -= 1
    let node = view.resolved(node)
    guard visits >= 0, node >= 0 else { return }
    switch view.kind(of: node) {
    case .null: hasher.combine(0 as UInt8)
    case .boolean: hasher.combine(view.nodes[Int(node)].flags.contains(.isTrue) ? 1 : 2 as UInt8)
    case .int, .float:
      hasher.combine(3 as UInt8)
      hasher.combine(view.number(of: node))
    case .string:
      hasher.combine(4 as UInt8)
      hasher.combine(bytes: UnsafeRawBufferPointer(view.text(of: node)))
    case .array, .object:
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.deepest else {
        visits = -1
        return
      }
      if view.kind(of: node) == .array {
        hasher.combine(5 as UInt8)
        var item = node &+ 1
        let end = node &+ view.nodes[Int(node)].subtree
        while item < end {
          hash(view, item, into: &hasher)
          item = item &+ view.nodes[Int(item)].subtree
        }
      } else {
        // Order does not count, so the pairs' hashes are summed.
        var sum = 0
        var cursor = view.pairs(of: node)
        while let pair = cursor.next(in: view.nodes) {
          var inner = Hasher()
          inner.combine(bytes: UnsafeRawBufferPointer(view.text(of: pair.key)))
          hash(view, pair.value, into: &inner)
          sum &+= inner.finalize()
        }
        hasher.combine(sum)
      }
    }
  }
}
