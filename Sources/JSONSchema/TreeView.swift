import DocumentTree

/// A document tree without reference counting and bounds checks, valid for the scope of `withView`.
///
/// Node indices come from the tree's own links, which its builder keeps inside the arena.
struct TreeView {
  let nodes: UnsafeBufferPointer<Node>
  let source: UnsafeBufferPointer<UInt8>
  let decoded: UnsafeBufferPointer<UInt8>
  let tree: UnsafePointer<DocumentTree>

  /// What a node is as JSON sees it.
  enum Kind: UInt8 {
    case null, boolean, int, float, string, array, object
  }

  /// A mapping's key is a string whatever its text would be as a value.
  @inline(__always)
  func kind(of index: Int32) -> Kind {
    let node = nodes[Int(index)]
    switch node.kind {
    case .mapping: return .object
    case .sequence: return .array
    case .scalar:
      if node.flags.contains(.key) { return .string }
      switch node.type {
      case .null: return .null
      case .bool: return .boolean
      case .int: return .int
      case .float: return .float
      case .string, .none: return .string
      }
    case .alias: return .null
    }
  }

  /// The node behind an alias; -1 for an alias without its anchor.
  @inline(__always)
  func resolved(_ index: Int32) -> Int32 {
    let node = nodes[Int(index)]
    return node.kind == .alias ? node.payload : index
  }

  /// A scalar's bytes; of an alias, its target's; of a container, none.
  @inline(__always)
  func text(of index: Int32) -> UnsafeBufferPointer<UInt8> {
    var node = nodes[Int(index)]
    if node.kind == .alias, node.payload >= 0 { node = nodes[Int(node.payload)] }
    guard node.kind == .scalar else { return UnsafeBufferPointer(start: nil, count: 0) }
    let bytes = node.flags.contains(.textInSource) ? source : decoded
    let start = Int(node.payload)
    let count = Int(node.count)
    guard start >= 0, count > 0, start + count <= bytes.count else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(rebasing: bytes[start..<(start + count)])
  }

  func number(of index: Int32) -> Number? { Number(utf8: text(of: index)) }

  /// The pairs of a mapping, merge keys resolved.
  @inline(__always)
  func pairs(of index: Int32) -> PairCursor {
    let node = nodes[Int(index)]
    guard node.flags.contains(.merge) else {
      return PairCursor(position: index &+ 1, end: index &+ node.subtree, merged: nil)
    }
    let merged = tree.pointee.mergedPairs(of: NodeID(Int(index)))
    return PairCursor(position: 0, end: Int32(truncatingIfNeeded: merged.count), merged: merged)
  }

  /// The number of pairs of a mapping, or of items of a sequence.
  @inline(__always)
  func childCount(of index: Int32) -> Int {
    let node = nodes[Int(index)]
    guard node.kind == .mapping, node.flags.contains(.merge) else { return Int(node.count) }
    return tree.pointee.mergedPairs(of: NodeID(Int(index))).count
  }
}

/// Steps over the pairs of a mapping.
struct PairCursor {
  var position: Int32
  let end: Int32
  let merged: [(key: NodeID, value: NodeID)]?

  @inline(__always)
  mutating func next(in nodes: UnsafeBufferPointer<Node>) -> (key: Int32, value: Int32)? {
    guard position < end else { return nil }
    if let merged {
      let pair = merged[Int(position)]
      position &+= 1
      return (pair.key.index, pair.value.index)
    }
    let key = position
    let value = key &+ nodes[Int(key)].subtree
    guard value < end else { return nil }
    position = value &+ nodes[Int(value)].subtree
    return (key, value)
  }
}

extension DocumentTree {
  /// Calls `body` with a view of this tree.
  func withView<R>(_ body: (TreeView) throws -> R) rethrows -> R {
    try nodes.withUnsafeBufferPointer { nodes in
      try source.withUnsafeBufferPointer { source in
        try decoded.withUnsafeBufferPointer { decoded in
          try withUnsafePointer(to: self) { tree in
            try body(TreeView(nodes: nodes, source: source, decoded: decoded, tree: tree))
          }
        }
      }
    }
  }
}
