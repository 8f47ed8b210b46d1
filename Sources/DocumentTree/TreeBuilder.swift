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
}
