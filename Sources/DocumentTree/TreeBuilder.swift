public import SourceText

/// Fills a tree in document order. A reader of some format opens containers, adds leaves and closes containers; the
/// builder keeps parents, counts and subtree sizes.
public struct TreeBuilder: Sendable {
  /// The tree so far. Complete once `depth` is 0.
  public private(set) var tree: DocumentTree
  private var open: [Int32] = []
  private var anchors: [String: Int32] = [:]

  /// A builder over the bytes that ranges refer to.
  public init(source: [UInt8]) {
    tree = DocumentTree(source: source)
  }

  /// Makes room for about this many nodes.
  public mutating func reserve(nodes: Int) {
    tree.nodes.reserveCapacity(nodes)
  }

  /// How many containers are open.
  public var depth: Int { open.count }

  /// The innermost open container.
  public var container: NodeID? { open.last.map { NodeID(Int($0)) } }

  /// Whether the next node is a mapping's key.
  public var expectsKey: Bool {
    guard let last = open.last else { return false }
    let node = tree.nodes[Int(last)]
    return node.kind == .mapping && node.count & 1 == 0
  }

  private mutating func append(_ node: Node) -> NodeID {
    let id = NodeID(tree.nodes.count)
    var node = node
    if let container = open.last {
      node.parent = container
      let index = Int(container)
      if tree.nodes[index].kind == .mapping, tree.nodes[index].count & 1 == 0 { node.flags.insert(.key) }
      tree.nodes[index].count &+= 1
    }
    tree.nodes.append(node)
    return id
  }

  /// Opens a sequence or a mapping that begins at `start`.
  @discardableResult
  public mutating func open(_ kind: NodeKind, style: NodeStyle, start: Int, end: Int) -> NodeID {
    let id = append(
      Node(
        kind: kind, style: style, type: .none, flags: [], start: Int32(truncatingIfNeeded: start),
        end: Int32(truncatingIfNeeded: end), payload: 0, count: 0, subtree: 1, parent: -1))
    open.append(id.index)
    return id
  }

  /// Closes the innermost container.
  ///
  /// - Parameter end: where it ends; nil for a block container, which ends where its last descendant does.
  public mutating func close(end: Int?) {
    guard let last = open.popLast() else { return }
    let index = Int(last)
    let count = tree.nodes.count
    tree.nodes[index].subtree = Int32(truncatingIfNeeded: count - index)
    if tree.nodes[index].kind == .mapping { tree.nodes[index].count /= 2 }
    if let end {
      tree.nodes[index].end = Int32(truncatingIfNeeded: end)
    } else {
      // Each earlier close has already carried its own end up.
      tree.nodes[index].end = Swift.max(tree.nodes[index].end, tree.nodes[index].start)
    }
    if let parent = open.last, tree.nodes[Int(parent)].style == .block {
      tree.nodes[Int(parent)].end = Swift.max(tree.nodes[Int(parent)].end, tree.nodes[index].end)
    }
  }

  /// Adds a scalar whose text is a slice of the source.
  @discardableResult
  public mutating func scalar(
    style: NodeStyle, type: ScalarType, flags: NodeFlags = [], range: ByteRange, text: ByteRange
  ) -> NodeID {
    leaf(
      Node(
        kind: .scalar, style: style, type: type, flags: flags.union(.textInSource),
        start: Int32(truncatingIfNeeded: range.start), end: Int32(truncatingIfNeeded: range.end),
        payload: Int32(truncatingIfNeeded: text.start), count: Int32(truncatingIfNeeded: text.count), subtree: 1,
        parent: -1))
  }

  /// Adds a scalar whose text differs from the source.
  @discardableResult
  public mutating func scalar(
    style: NodeStyle, type: ScalarType, flags: NodeFlags = [], range: ByteRange,
    decoded: UnsafeBufferPointer<UInt8>
  ) -> NodeID {
    let start = tree.decoded.count
    tree.decoded.append(contentsOf: decoded)
    return leaf(
      Node(
        kind: .scalar, style: style, type: type, flags: flags, start: Int32(truncatingIfNeeded: range.start),
        end: Int32(truncatingIfNeeded: range.end), payload: Int32(truncatingIfNeeded: start),
        count: Int32(truncatingIfNeeded: decoded.count), subtree: 1, parent: -1))
  }

  private mutating func leaf(_ node: Node) -> NodeID {
    let id = append(node)
    if let parent = open.last, tree.nodes[Int(parent)].style == .block {
      tree.nodes[Int(parent)].end = Swift.max(tree.nodes[Int(parent)].end, node.end)
    }
    return id
  }

  /// Adds an alias; its target is the last node before it that has this anchor.
  ///
  /// - Returns: the alias, and its target if the anchor exists.
  @discardableResult
  public mutating func alias(name: String, range: ByteRange) -> (alias: NodeID, target: NodeID?) {
    let target = anchors[name]
    let id = leaf(
      Node(
        kind: .alias, style: .plain, type: .none, flags: [], start: Int32(truncatingIfNeeded: range.start),
        end: Int32(truncatingIfNeeded: range.end), payload: target ?? -1,
        count: Int32(truncatingIfNeeded: name.utf8.count), subtree: 1, parent: -1))
    return (id, target.map { NodeID(Int($0)) })
  }

  /// Gives the node that was added or opened last an anchor, a tag or both.
  public mutating func setProperties(_ properties: NodeProperties, anchorName: String?) {
    let index = Int(properties.node.index)
    guard index >= 0, index < tree.nodes.count else { return }
    tree.nodes[index].flags.insert(.properties)
    tree.properties.append(properties)
    if let anchorName { anchors[anchorName] = properties.node.index }
  }

  /// Adds marks to a node.
  public mutating func mark(_ id: NodeID, _ flags: NodeFlags) {
    let index = Int(id.index)
    guard index >= 0, index < tree.nodes.count else { return }
    tree.nodes[index].flags.insert(flags)
  }

  /// Adds whole subtrees of another tree as children of the innermost open container, their bytes moved by `delta`.
  ///
  /// Aliases among them are resolved anew against the anchors of this tree. O(nodes).
  ///
  /// - Parameters:
  ///   - other: the tree that they come from; its source may differ.
  ///   - range: indices into `other.nodes`, from the first node of a subtree to the last of another.
  ///   - delta: what is added to offsets.
  public mutating func graft(_ other: DocumentTree, nodes range: Range<Int>, by delta: Int) {
    let range = range.clamped(to: 0..<other.nodes.count)
    guard !range.isEmpty else { return }
    let shift = Int32(truncatingIfNeeded: delta)
    let move = Int32(truncatingIfNeeded: tree.nodes.count - range.lowerBound)
    let container = open.last ?? -1
    var added: Int32 = 0
    var end: Int32 = 0
    var nextProperties = other.firstProperties(from: range.lowerBound)
    tree.nodes.reserveCapacity(tree.nodes.count + range.count)
    for index in range {
      var node = other.nodes[index]
      node.start &+= shift
      node.end &+= shift
      if node.parent < 0 || Int(node.parent) < range.lowerBound {
        node.parent = container
        added &+= 1
        end = Swift.max(end, node.end)
      } else {
        node.parent &+= move
      }
      switch node.kind {
      case .scalar:
        if node.flags.contains(.textInSource) {
          node.payload &+= shift
        } else {
          let text = Int(node.payload)..<Int(node.payload) + Int(node.count)
          node.payload = Int32(truncatingIfNeeded: tree.decoded.count)
          if text.upperBound <= other.decoded.count { tree.decoded.append(contentsOf: other.decoded[text]) }
        }
      case .alias:
        let name = SourceText.slice(tree.source, Int(node.start) + 1, Int(node.start) + 1 + Int(node.count))
        node.payload = anchors[name] ?? -1
      case .sequence, .mapping:
        break
      }
      if node.flags.contains(.properties), nextProperties < other.properties.count {
        var properties = other.properties[nextProperties]
        nextProperties += 1
        properties.node = NodeID(tree.nodes.count)
        properties.anchor = properties.anchor?.shifted(by: delta)
        properties.tag = properties.tag?.shifted(by: delta)
        tree.properties.append(properties)
        if let anchor = properties.anchor {
          anchors[SourceText.slice(tree.source, anchor.start, anchor.end)] = properties.node.index
        }
      }
      tree.nodes.append(node)
    }
    if container >= 0 {
      tree.nodes[Int(container)].count &+= added
      if tree.nodes[Int(container)].style == .block {
        tree.nodes[Int(container)].end = Swift.max(tree.nodes[Int(container)].end, end)
      }
    }
  }
}

extension DocumentTree {
  /// Puts other bytes of the same length under the nodes: the document itself, where a copy with its unreadable bytes
  /// replaced was read. Bytes of another length are ignored.
  public mutating func replaceSource(_ bytes: [UInt8]) {
    if bytes.count == source.count { source = bytes }
  }

  /// Follows an edit inside the text of one scalar that changes no node but it: its text, and the places of all that
  /// stands behind. O(nodes) additions, no reading.
  ///
  /// - Parameters:
  ///   - id: a scalar whose text is not a slice of the source.
  ///   - edited: the bytes that were replaced, in the old source.
  ///   - newSource: the source after it.
  ///   - end: where the scalar ends now.
  ///   - text: the bytes of the scalar's text that were replaced, counted from the text's start.
  ///   - replacement: what came in their place.
  /// - Returns: false, and nothing changes, if the scalar's text is a slice of the source or shorter than `text`.
  public mutating func replaceText(
    of id: NodeID, edited: ByteRange, newSource: [UInt8], end: Int, text: ByteRange, replacement: [UInt8]
  ) -> Bool {
    let index = Int(id.index)
    let old = self[id]
    let start = Int(old.payload)
    guard old.kind == .scalar, !old.flags.contains(.textInSource), text.end <= Int(old.count),
      start + Int(old.count) <= decoded.count
    else { return false }
    let shift = Int32(truncatingIfNeeded: newSource.count - source.count)
    source = newSource
    decoded.replaceSubrange((start + text.start)..<(start + text.end), with: replacement)
    let newEnd = Int32(truncatingIfNeeded: end)
    nodes[index].end = newEnd
    nodes[index].count &+= shift
    var ancestor = old.parent
    while ancestor >= 0 {
      let end = nodes[Int(ancestor)].end
      nodes[Int(ancestor)].end = end == old.end ? newEnd : end &+ shift
      ancestor = nodes[Int(ancestor)].parent
    }
    guard shift != 0 else { return true }
    nodes.withUnsafeMutableBufferPointer { nodes in
      for later in (index + 1)..<max(index + 1, nodes.count) {
        nodes[later].start &+= shift
        nodes[later].end &+= shift
        // Texts that are not slices of the source lie in document order behind this one.
        if nodes[later].kind == .scalar { nodes[later].payload &+= shift }
      }
    }
    for later in firstProperties(from: index + 1)..<properties.count {
      properties[later].anchor = properties[later].anchor?.shifted(by: Int(shift))
      properties[later].tag = properties[later].tag?.shifted(by: Int(shift))
    }
    return true
  }

  /// Marks a mapping as one with merge keys.
  public mutating func setMerge(on id: NodeID) {
    let index = Int(id.index)
    guard index >= 0, index < nodes.count else { return }
    nodes[index].flags.insert(.merge)
  }

  /// Whether two trees have the same nodes at the same places with the same texts, anchors and tags, and the same
  /// bytes below. How the texts are stored does not matter. O(n).
  public func isIdentical(to other: DocumentTree) -> Bool {
    guard nodes.count == other.nodes.count, properties == other.properties, source == other.source else { return false }
    for index in nodes.indices {
      let a = nodes[index]
      let b = other.nodes[index]
      guard a.kind == b.kind, a.style == b.style, a.type == b.type, a.flags == b.flags, a.start == b.start,
        a.end == b.end, a.count == b.count, a.subtree == b.subtree, a.parent == b.parent
      else { return false }
      if a.kind == .alias, a.payload != b.payload { return false }
      if a.kind == .scalar, text(of: NodeID(index)) != other.text(of: NodeID(index)) { return false }
    }
    return true
  }

  /// Whether two trees have the same nodes in the same order, with the same types, texts, anchors and tags, wherever and
  /// however they are written. O(n).
  public func hasSameMeaning(as other: DocumentTree) -> Bool {
    guard nodes.count == other.nodes.count, properties.count == other.properties.count else { return false }
    for index in nodes.indices {
      let a = nodes[index]
      let b = other.nodes[index]
      // Where a text is stored is no part of what it says.
      guard a.kind == b.kind, a.type == b.type, a.count == b.count, a.subtree == b.subtree, a.parent == b.parent,
        a.flags.symmetricDifference(b.flags).subtracting(.textInSource).isEmpty
      else { return false }
      if a.kind == .alias, a.payload != b.payload { return false }
      if a.kind == .scalar {
        let isSame = withText(of: NodeID(index)) { a in
          other.withText(of: NodeID(index)) { b in a.elementsEqual(b) }
        }
        guard isSame else { return false }
      }
    }
    for (a, b) in zip(properties, other.properties) {
      guard a.node == b.node, a.resolvedTag == b.resolvedTag, (a.anchor == nil) == (b.anchor == nil) else {
        return false
      }
      if let first = a.anchor, let second = b.anchor {
        let isSame =
          first.count == second.count
          && source[first.start..<first.end].elementsEqual(
            other.source[second.start..<second.end])
        guard isSame else { return false }
      }
    }
    return true
  }
}
