public import SourceText

/// The index of a node in its tree's arena. Nodes lie in document order: a node's subtree follows it directly.
@frozen
public struct NodeID: Hashable, Comparable, Sendable {
  /// The position in `DocumentTree.nodes`, from 0.
  public let index: Int32

  /// The node at a position of the arena.
  @inlinable
  public init(_ index: Int) {
    self.index = Int32(truncatingIfNeeded: index)
  }

  @inlinable
  public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

/// What a node is.
@frozen
public enum NodeKind: UInt8, Sendable {
  /// A leaf with a text.
  case scalar
  /// An ordered list of nodes; a JSON array.
  case sequence
  /// An ordered list of key-value pairs, duplicates kept; a JSON object. Its children alternate key, value.
  case mapping
  /// A YAML alias, `*name`: an edge to the node that carries the anchor.
  case alias
}

/// How a node is written.
@frozen
public enum NodeStyle: UInt8, Sendable {
  /// A YAML plain scalar, or a JSON literal or number.
  case plain
  /// `'…'`
  case singleQuoted
  /// `"…"`, in YAML or JSON.
  case doubleQuoted
  /// `|`
  case literal
  /// `>`
  case folded
  /// A container by indentation.
  case block
  /// A container in brackets or braces.
  case flow
}

/// The type of a scalar under the schema of its format: YAML 1.2 core, or JSON.
@frozen
public enum ScalarType: UInt8, Sendable {
  /// `null`, `~` or nothing at all.
  case null
  /// `true` or `false`.
  case bool
  /// A whole number as it is written; `1.0` is a `float` by type, and an integer by value.
  case int
  /// A number with a fraction or an exponent, an infinity or not-a-number.
  case float
  /// Any other scalar.
  case string
  /// Not a scalar.
  case none
}

/// Marks on a node.
@frozen
public struct NodeFlags: OptionSet, Sendable {
  public let rawValue: UInt8
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The scalar's text is a slice of the source, not of the tree's decoded text.
  public static let textInSource = NodeFlags(rawValue: 1)
  /// The node is a mapping's key.
  public static let key = NodeFlags(rawValue: 2)
  /// A mapping with a YAML merge key (`<<`) among its keys; or that key.
  public static let merge = NodeFlags(rawValue: 4)
  /// The node has an anchor or a tag: see `DocumentTree.properties(of:)`.
  public static let properties = NodeFlags(rawValue: 8)
  /// The text could not be read as written and was repaired, for example by quoting it in thought.
  public static let repaired = NodeFlags(rawValue: 16)
  /// A scalar that is not written at all: the null of `key:`.
  public static let absent = NodeFlags(rawValue: 32)
  /// The scalar is `true`.
  public static let isTrue = NodeFlags(rawValue: 64)
}

/// One node of the arena. 32 bytes: no string, no reference.
@frozen
public struct Node: Sendable {
  /// What the node is.
  public var kind: NodeKind
  /// How it is written.
  public var style: NodeStyle
  /// The type of a scalar, `none` for the others.
  public var type: ScalarType
  /// Its marks.
  public var flags: NodeFlags
  /// The offset of the first byte of the value itself, after an anchor and a tag.
  public var start: Int32
  /// The offset after the last byte of the value. A block container ends where its last descendant does.
  public var end: Int32
  /// For a scalar, where its text begins (see `NodeFlags.textInSource`); for an alias, the index of its target or -1.
  public var payload: Int32
  /// For a scalar, the bytes of its text; for a container, the number of items or pairs.
  public var count: Int32
  /// The number of nodes in the subtree, this one included.
  public var subtree: Int32
  /// The index of the containing node, -1 for the root.
  public var parent: Int32

  /// A node; see the properties.
  @inlinable
  public init(
    kind: NodeKind, style: NodeStyle, type: ScalarType, flags: NodeFlags, start: Int32, end: Int32, payload: Int32,
    count: Int32, subtree: Int32, parent: Int32
  ) {
    self.kind = kind
    self.style = style
    self.type = type
    self.flags = flags
    self.start = start
    self.end = end
    self.payload = payload
    self.count = count
    self.subtree = subtree
    self.parent = parent
  }

  /// The bytes of the value itself, after an anchor and a tag.
  @inlinable public var range: ByteRange { ByteRange(Int(start), Int(end)) }
}

/// The anchor and the tag of a node, which few nodes have.
public struct NodeProperties: Hashable, Sendable {
  /// The node.
  public var node: NodeID
  /// The range of the anchor's name, without `&`.
  public var anchor: ByteRange?
  /// The range of the tag as written, with `!`.
  public var tag: ByteRange?
  /// The tag after its shorthand is expanded, for example `tag:yaml.org,2002:str`.
  public var resolvedTag: String?

  /// The properties of a node.
  public init(node: NodeID, anchor: ByteRange? = nil, tag: ByteRange? = nil, resolvedTag: String? = nil) {
    self.node = node
    self.anchor = anchor
    self.tag = tag
    self.resolvedTag = resolvedTag
  }
}
