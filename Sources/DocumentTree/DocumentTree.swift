public import SourceText

/// The nodes of one document, in document order, over the bytes they were read from.
///
/// YAML and JSON fill the same tree, and the schema validator reads it. Nodes are indices into an arena, a scalar's
/// text is a slice of the source wherever the two are equal, and nothing is allocated per node.
///
/// Aliases are edges, not copies: a reader that follows them visits the target once per alias and must bound its
/// visits, see `expandedSizes`.
public struct DocumentTree: Sendable {
  /// The bytes that ranges refer to.
  public internal(set) var source: [UInt8]
  /// The arena, in document order; the root is the first.
  public internal(set) var nodes: [Node]
  /// The texts of scalars that differ from their source, one after another.
  public internal(set) var decoded: [UInt8]
  /// Anchors and tags, in document order.
  public internal(set) var properties: [NodeProperties]

  /// A tree without a node.
  public init(source: [UInt8] = []) {
    self.source = source
    nodes = []
    decoded = []
    properties = []
  }

  /// The root, unless the document is empty.
  @inlinable public var root: NodeID? { nodes.isEmpty ? nil : NodeID(0) }

  /// The node with an identifier of this tree. For an identifier of another tree, an absent scalar.
  @inlinable
  public subscript(id: NodeID) -> Node {
    let index = Int(id.index)
    guard index >= 0, index < nodes.count else {
      return Node(
        kind: .scalar, style: .plain, type: .null, flags: .absent, start: 0, end: 0, payload: 0, count: 0, subtree: 1,
        parent: -1)
    }
    return nodes[index]
  }

  /// The byte at an offset of the source; 0 beyond its ends.
  @inlinable
  public func byte(at offset: Int) -> UInt8 {
    offset >= 0 && offset < source.count ? source[offset] : 0
  }

  /// The containing node.
  @inlinable
  public func parent(of id: NodeID) -> NodeID? {
    let parent = self[id].parent
    return parent < 0 ? nil : NodeID(Int(parent))
  }

  /// The node behind an alias, followed to its end; any other node itself. Nil for an alias without its anchor.
  @inlinable
  public func resolved(_ id: NodeID) -> NodeID? {
    let node = self[id]
    guard node.kind == .alias else { return id }
    // An alias is never the target of an anchor, so one step is enough.
    return node.payload < 0 ? nil : NodeID(Int(node.payload))
  }

  /// The children in order: a sequence's items, a mapping's keys and values in turn.
  @inlinable
  public func children(of id: NodeID) -> Children {
    let index = Int(id.index)
    return Children(nodes: nodes, from: index + 1, to: index + Int(self[id].subtree))
  }

  /// The pairs of a mapping as they are written, duplicates included; of another node, none.
  @inlinable
  public func pairs(of id: NodeID) -> Pairs {
    let index = Int(id.index)
    let node = self[id]
    return Pairs(nodes: nodes, from: index + 1, to: node.kind == .mapping ? index + Int(node.subtree) : index + 1)
  }

  /// Children in document order, found by stepping over subtrees.
  @frozen
  public struct Children: Sequence, IteratorProtocol {
    @usableFromInline let nodes: [Node]
    @usableFromInline var position: Int
    @usableFromInline let end: Int

    @usableFromInline
    init(nodes: [Node], from position: Int, to end: Int) {
      self.nodes = nodes
      self.position = position
      self.end = end
    }

    @inlinable
    public mutating func next() -> NodeID? {
      guard position < end, position < nodes.count else { return nil }
      let id = NodeID(position)
      position += Int(nodes[position].subtree)
      return id
    }
  }

  /// The pairs of a mapping in document order.
  @frozen
  public struct Pairs: Sequence, IteratorProtocol {
    @usableFromInline let nodes: [Node]
    @usableFromInline var position: Int
    @usableFromInline let end: Int

    @usableFromInline
    init(nodes: [Node], from position: Int, to end: Int) {
      self.nodes = nodes
      self.position = position
      self.end = end
    }

    @inlinable
    public mutating func next() -> (key: NodeID, value: NodeID)? {
      guard position < end, position < nodes.count else { return nil }
      let value = position + Int(nodes[position].subtree)
      guard value < end, value < nodes.count else { return nil }
      let pair = (NodeID(position), NodeID(value))
      position = value + Int(nodes[value].subtree)
      return pair
    }
  }

  /// Calls `body` with the bytes of a scalar's text; of another node, with none.
  @inlinable
  public func withText<R>(of id: NodeID, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let node = self[id]
    guard node.kind == .scalar else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
    return try (node.flags.contains(.textInSource) ? source : decoded).withUnsafeBufferPointer { bytes in
      let start = Int(node.payload)
      let count = Int(node.count)
      guard start >= 0, count >= 0, start + count <= bytes.count else {
        return try body(UnsafeBufferPointer(start: nil, count: 0))
      }
      return try body(UnsafeBufferPointer(rebasing: bytes[start..<(start + count)]))
    }
  }

  /// A scalar's text; of another node, the empty string.
  public func text(of id: NodeID) -> String {
    withText(of: id) { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a node is a scalar with exactly this text.
  @inlinable
  public func hasText(_ id: NodeID, _ text: StaticString) -> Bool {
    guard self[id].kind == .scalar else { return false }
    return withText(of: id) { bytes in
      bytes.count == text.utf8CodeUnitCount
        && bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
  }

  /// Whether a node is a scalar with exactly this text.
  public func hasText(_ id: NodeID, _ text: String) -> Bool {
    guard self[id].kind == .scalar else { return false }
    return withText(of: id) { $0.elementsEqual(text.utf8) }
  }

  /// The value of the first pair of a mapping whose key has this text, aliases and merge keys not followed.
  public func value(forKey key: String, in mapping: NodeID) -> NodeID? {
    pair(forKey: key, in: mapping)?.value
  }

  /// The first pair of a mapping whose key has this text, aliases and merge keys not followed.
  public func pair(forKey key: String, in mapping: NodeID) -> (key: NodeID, value: NodeID)? {
    pairs(of: mapping).first { hasText($0.key, key) }
  }

  /// The anchor and tag of a node, if it has any. O(log n).
  public func properties(of id: NodeID) -> NodeProperties? {
    guard self[id].flags.contains(.properties) else { return nil }
    let low = firstProperties(from: Int(id.index))
    return low < properties.count && properties[low].node == id ? properties[low] : nil
  }

  /// The index of the first entry of `properties` that belongs to a node at or after an index.
  func firstProperties(from index: Int) -> Int {
    var low = 0
    var high = properties.count
    while low < high {
      let middle = (low + high) / 2
      if Int(properties[middle].node.index) < index { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// A node's bytes with its anchor and tag.
  public func fullRange(of id: NodeID) -> ByteRange {
    let range = self[id].range
    guard let properties = properties(of: id) else { return range }
    var start = range.start
    if let anchor = properties.anchor { start = Swift.min(start, anchor.start - 1) }
    if let tag = properties.tag { start = Swift.min(start, tag.start) }
    return ByteRange(start, range.end)
  }
}

extension DocumentTree {
  /// How many nodes a reader meets below each node, itself included, when it follows aliases: the measure of an alias
  /// bomb. Saturates at `limit`; a node that contains itself through an alias has `limit`. O(n).
  ///
  /// Nil if the document has no alias, so that the sizes are those of the subtrees.
  public func expandedSizes(limit: Int) -> [Int]? {
    guard nodes.contains(where: { $0.kind == .alias }) else { return nil }
    var sizes = [Int](repeating: 0, count: nodes.count)
    // An alias refers back in document order, so a target outside the alias's own ancestors is complete when the
    // nodes are summed in order of their ends. Post-order is reverse pre-order over sibling groups: walk backwards
    // would meet aliases before their targets, so a forward walk with a stack of open containers does it.
    var open: [Int] = []
    func close(upTo index: Int) {
      while let last = open.last, last + Int(nodes[last].subtree) <= index {
        open.removeLast()
        if let parent = open.last { sizes[parent] = Swift.min(limit, sizes[parent] &+ sizes[last]) }
      }
    }
    for index in nodes.indices {
      close(upTo: index)
      let node = nodes[index]
      var size = 1
      if node.kind == .alias, node.payload >= 0, Int(node.payload) < index {
        let target = Int(node.payload)
        let isAncestor = target + Int(nodes[target].subtree) > index
        size = isAncestor ? limit : Swift.min(limit, sizes[target] &+ 1)
      }
      sizes[index] = size
      if node.kind == .sequence || node.kind == .mapping {
        open.append(index)
      } else if let parent = open.last {
        sizes[parent] = Swift.min(limit, sizes[parent] &+ size)
      }
    }
    close(upTo: nodes.count)
    return sizes
  }

  /// The pairs of a mapping with YAML merge keys (`<<`) resolved: the mapping's own pairs first, as written and
  /// without the merge keys, then the merged ones that no earlier pair has named. A merged pair keeps the nodes of
  /// its origin. Merge values that are no mappings are skipped. O(pairs²) where there is a merge key.
  public func mergedPairs(of mapping: NodeID) -> [(key: NodeID, value: NodeID)] {
    var result: [(key: NodeID, value: NodeID)] = []
    var visits = 0
    collect(mapping, own: true, into: &result, visits: &visits, depth: 0)
    return result
  }

  private func collect(
    _ mapping: NodeID, own: Bool, into result: inout [(key: NodeID, value: NodeID)], visits: inout Int, depth: Int
  ) {
    visits += 1
    guard depth < 64, visits < 1_000, result.count < 10_000 else { return }
    var merges: [NodeID] = []
    for pair in pairs(of: mapping) {
      if self[pair.key].flags.contains(.merge) {
        merges.append(pair.value)
      } else if own || !result.contains(where: { sameText($0.key, pair.key) }) {
        result.append(pair)
      }
    }
    for value in merges {
      guard let target = resolved(value) else { continue }
      switch self[target].kind {
      case .mapping:
        collect(target, own: false, into: &result, visits: &visits, depth: depth + 1)
      case .sequence:
        for item in children(of: target) {
          if let item = resolved(item), self[item].kind == .mapping {
            collect(item, own: false, into: &result, visits: &visits, depth: depth + 1)
          }
        }
      case .scalar, .alias:
        continue
      }
    }
  }

  /// Whether two scalars have the same text.
  public func sameText(_ a: NodeID, _ b: NodeID) -> Bool {
    guard self[a].kind == .scalar, self[b].kind == .scalar else { return false }
    return withText(of: a) { a in withText(of: b) { b in a.elementsEqual(b) } }
  }

  /// The deepest node whose bytes touch an offset, a scalar before the container that ends beside it. O(depth × width).
  public func node(at offset: Int) -> NodeID? {
    guard var current = root else { return nil }
    descend: while true {
      var best: NodeID?
      for child in children(of: current) {
        let range = fullRange(of: child)
        if range.start > offset { break }
        if range.touches(offset) { best = child }
      }
      guard let next = best else { return current }
      current = next
      if self[current].kind == .scalar || self[current].kind == .alias { return current }
    }
  }

  /// The nodes from the root down to `id`, both included.
  public func ancestry(of id: NodeID) -> [NodeID] {
    var chain = [id]
    var current = id
    while let parent = parent(of: current), chain.count <= nodes.count {
      chain.append(parent)
      current = parent
    }
    return chain.reversed()
  }
}
