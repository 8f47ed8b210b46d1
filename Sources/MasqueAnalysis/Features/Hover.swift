import DocumentTree
import JSONSchema
public import MasqueModel
public import SourceText
import YAMLSyntax

/// What there is to know about the place that an author points at.
public struct Hover: Sendable, Hashable {
  /// The explanation, in Markdown.
  public var markdown: String
  /// The bytes that it is about; the cursor touches them.
  public var range: ByteRange

  /// An explanation; see the properties.
  public init(markdown: String, range: ByteRange) {
    self.markdown = markdown
    self.range = range
  }
}

/// What the key or the value at a cursor means: of an enumeration's value its own meaning first, then what the schema
/// says of the place; of an alias what it stands for; of a comment that speaks to the linter what it does and what its
/// codes are about. Works while the text is broken.
///
/// - Parameters:
///   - snapshot: the masque.
///   - offset: the cursor, in bytes.
///   - schema: the schema that says what places mean.
/// - Returns: the explanation; nil between tokens, inside a text block, and where nothing is known.
public func hover(in snapshot: Snapshot, at offset: Int, schema: MasqueSchema = .bundled) -> Hover? {
  let offset = min(max(offset, 0), snapshot.text.count)
  if let comment = snapshot.syntax.comment(at: offset) { return hover(over: comment, in: snapshot, at: offset) }
  guard let token = HoverToken(in: snapshot, at: offset),
    let markdown = HoverText(snapshot: snapshot, token: token, schema: schema.schema).markdown
  else { return nil }
  return Hover(markdown: markdown, range: token.range)
}

/// What a cursor points at.
struct HoverToken {
  /// What kind of token it is.
  enum Role: Hashable {
    case key
    case value
    /// `&name`, before the value at `path`.
    case anchor
    /// `<<`
    case mergeKey
  }

  /// What kind of token it is.
  var role: Role
  /// The way to the value, for a key to the value behind it.
  var path: [PathStep]
  /// The token's bytes.
  var range: ByteRange
  /// The value's node, if the tree has one.
  var value: NodeID?
  /// What is written as the value where the tree has no node for it.
  var writtenText: String?
}

extension HoverToken {
  /// The token that a cursor touches: by the tree, and where the tree has given a line up by its indentation.
  init?(in snapshot: Snapshot, at offset: Int) {
    let tree = snapshot.syntax.tree
    guard let id = tree.node(at: offset) else { return nil }
    let node = tree[id]
    if let anchor = tree.properties(of: id)?.anchor, ByteRange(anchor.start - 1, anchor.end).touches(offset),
      let path = tree.path(to: id)
    {
      self.init(role: .anchor, path: path, range: ByteRange(anchor.start - 1, anchor.end), value: id)
      return
    }
    switch node.kind {
    case .mapping, .sequence:
      // Between the tokens of a whole document there is nothing to say.
      if snapshot.syntax.isWellFormed { return nil }
      self.init(byLinesOf: snapshot, at: offset)
    case .scalar, .alias:
      self.init(scalar: id, tree, at: offset)
    }
  }

  private init?(scalar id: NodeID, _ tree: DocumentTree, at offset: Int) {
    let node = tree[id]
    // A document that is one scalar has it everywhere.
    let isTouched = tree.fullRange(of: id).touches(offset)
    guard isTouched, let path = tree.path(to: id) else { return nil }
    if node.flags.contains(.key), let parent = tree.parent(of: id) {
      let value = tree.pairs(of: parent).first { $0.key == id }?.value
      let role: Role = node.flags.contains(.merge) ? .mergeKey : .key
      self.init(role: role, path: path, range: tree.fullRange(of: id), value: value)
    } else if node.flags.contains(.absent) {
      // `key:` with nothing behind it, the cursor at the colon.
      guard let key = tree.key(of: id) else { return nil }
      let range = ByteRange(tree[key].range.start, max(tree[key].range.end, node.range.end))
      guard range.touches(offset) else { return nil }
      self.init(role: .key, path: path, range: range, value: id)
    } else if node.style == .literal || node.style == .folded {
      // The text is the author's; its header is all that has a meaning.
      var end = node.range.start
      while end < node.range.end, tree.source[end] > 0x20 { end += 1 }
      guard offset <= end else { return nil }
      self.init(role: .value, path: path, range: ByteRange(tree.fullRange(of: id).start, end), value: id)
    } else {
      self.init(role: .value, path: path, range: tree.fullRange(of: id), value: id)
    }
  }

  private init?(byLinesOf snapshot: Snapshot, at offset: Int) {
    let cursor = cursorContext(in: snapshot, at: offset)
    guard cursor.role != .none, !cursor.word.isEmpty, cursor.word.touches(offset) else { return nil }
    let text = unquoted(snapshot.text[cursor.word])
    if cursor.role == .value || (cursor.followsDash && !cursor.hasColon) {
      self.init(role: .value, path: cursor.path, range: cursor.word, writtenText: text)
    } else {
      self.init(role: .key, path: cursor.path + [.key(text)], range: cursor.word)
    }
  }
}

private func unquoted(_ text: String) -> String {
  let isQuoted = text.count >= 2 && text.first == text.last && (text.first == "\"" || text.first == "'")
  return isQuoted ? String(text.dropFirst().dropLast()) : text
}

extension DocumentTree {
  /// The way from the root to a node; a key has its value's. Nil below a key that is no scalar.
  func path(to id: NodeID) -> [PathStep]? {
    var path: [PathStep] = []
    let chain = ancestry(of: id)
    for (container, child) in zip(chain, chain.dropFirst()) {
      if self[container].kind == .sequence {
        path.append(.item(children(of: container).prefix { $0 != child }.count))
      } else {
        guard let pair = pairs(of: container).first(where: { $0.value == child || $0.key == child }),
          let key = resolved(pair.key), self[key].kind == .scalar
        else { return nil }
        path.append(.key(text(of: key)))
      }
    }
    return path
  }
}

extension Schema {
  /// The subschemas that describe the place at the end of a path; empty where the schema says nothing of it.
  func subschemas(at path: some Sequence<PathStep>) -> [SubschemaID] {
    var subschemas = [root]
    for step in path {
      switch step {
      case .key(let key): subschemas = propertySubschemas(of: subschemas, key: key)
      case .item(let index): subschemas = itemSubschemas(of: subschemas, index: index)
      }
    }
    return subschemas
  }
}
