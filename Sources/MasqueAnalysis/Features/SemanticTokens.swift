import DocumentTree
import MasqueModel
public import SourceText
import YAMLSyntax

/// A stretch of a masque's text and what it is.
public struct SemanticToken: Sendable, Hashable {
  /// The bytes; never empty, perhaps on several lines.
  public var range: ByteRange
  /// What they are.
  public var kind: SemanticTokenKind

  /// A token; see the properties.
  public init(range: ByteRange, kind: SemanticTokenKind) {
    self.range = range
    self.kind = kind
  }
}

/// What a token is; an editor has a colour for it.
public enum SemanticTokenKind: String, Sendable, Hashable, CaseIterable {
  /// A key of the top level that the format knows.
  case section
  /// Any other key.
  case key
  /// `<<`
  case mergeKey
  /// The masque's name.
  case name
  /// The name of a server.
  case server
  /// Text.
  case string
  /// A number.
  case number
  /// `true`, `false`, `null`.
  case constant
  /// One of a fixed set of values: a ring, a level.
  case choice
  /// The masque's version.
  case version
  /// An ISO 8601 duration.
  case duration
  /// A date with its time.
  case date
  /// The scheme of a URI.
  case scheme
  /// What stands behind the scheme of a URI: a domain of skills, a server.
  case authority
  /// What parts other tokens: `://`, `${`, `}`, the `:` of a spinner verb.
  case punctuation
  /// `*`, `**` and `?` in a pattern.
  case wildcard
  /// `[…]` in a pattern.
  case characterClass
  /// `{`, `,` and `}` in a pattern.
  case alternation
  /// A backslash in a pattern with what it escapes.
  case escape
  /// The name before a spinner verb.
  case verbPrefix
  /// A variable of the environment.
  case variable
  /// `&name`
  case anchor
  /// `*name`
  case alias
  /// `!tag`
  case tag
  /// `|` or `>` with what follows.
  case blockHeader
  /// A comment.
  case comment
  /// `masque-lint` in a comment that speaks to the linter.
  case directive
  /// What such a comment asks for: `disable-line`, `expect`.
  case directiveVerb
  /// The code of a finding in such a comment.
  case ruleCode
  /// The verdict that such a comment expects.
  case verdict
  /// The phrase that such a comment holds the intent to.
  case phrase
}

/// What the parts of a masque's text are: keys, values by their meaning, comments. What can be read of a broken text is
/// in it. O(n).
///
/// - Parameters:
///   - snapshot: the masque.
///   - window: only tokens that share a byte with this stretch are wanted; all if nil.
/// - Returns: the tokens by their starts; no two overlap.
public func semanticTokens(in snapshot: Snapshot, window: ByteRange? = nil) -> [SemanticToken] {
  let window = window ?? ByteRange(0, snapshot.text.count)
  var scanner = TokenScanner(tree: snapshot.syntax.tree, window: window)
  scanner.scan()
  var comments = TokenSink(window: window)
  for comment in snapshot.syntax.comments where comment.overlaps(window) {
    addCommentTokens(comment, snapshot.text.bytes, to: &comments)
  }
  return merged(scanner.sink.tokens, comments.tokens)
}

/// Two lists, each by its starts, as one. Of two tokens that overlap the first stays.
private func merged(_ a: [SemanticToken], _ b: [SemanticToken]) -> [SemanticToken] {
  if b.isEmpty { return a }
  var result: [SemanticToken] = []
  result.reserveCapacity(a.count + b.count)
  var i = 0
  var j = 0
  var end = 0
  while i < a.count || j < b.count {
    let isFirst = j >= b.count || i < a.count && a[i].range.start <= b[j].range.start
    let next = isFirst ? a[i] : b[j]
    if isFirst { i += 1 } else { j += 1 }
    guard next.range.start >= end else { continue }
    result.append(next)
    end = next.range.end
  }
  return result
}

/// Takes tokens in the order of the text.
struct TokenSink {
  private let window: ByteRange
  private(set) var tokens: [SemanticToken] = []
  /// Behind the last token, wanted or not: broken text may give nodes that overlap.
  private var end = 0

  init(window: ByteRange) { self.window = window }

  mutating func add(_ kind: SemanticTokenKind, _ start: Int, _ end: Int) {
    guard start >= self.end, end > start else { return }
    self.end = end
    let range = ByteRange(start, end)
    if range.overlaps(window) { tokens.append(SemanticToken(range: range, kind: kind)) }
  }

  mutating func add(_ kind: SemanticTokenKind, _ range: ByteRange) { add(kind, range.start, range.end) }

  /// Adds tokens inside a stretch, and the rest of it as something else.
  mutating func add(_ parts: [SemanticToken], in range: ByteRange, rest kind: SemanticTokenKind) {
    var position = range.start
    for part in parts where part.range.start >= position && part.range.end <= range.end {
      add(kind, position, part.range.start)
      add(part.kind, part.range)
      position = part.range.end
    }
    add(kind, position, range.end)
  }
}

/// A place in a masque, as far as it decides what a value's tokens are. The tree of places is small and made once.
final class TokenPlace: Sendable {
  let form: ValueForm
  let keys: [String: TokenPlace]
  /// The place of every other key's value.
  let anyKey: TokenPlace?
  let item: TokenPlace?

  init(
    _ form: ValueForm = .text, keys: [String: TokenPlace] = [:], anyKey: TokenPlace? = nil, item: TokenPlace? = nil
  ) {
    self.form = form
    self.keys = keys
    self.anyKey = anyKey
    self.item = item
  }

  private static func choice(_ values: some Sequence<String>) -> TokenPlace { TokenPlace(.choice(Set(values))) }

  /// The keys are those of the schema, which a test holds them to.
  static let masque: TokenPlace = {
    let text = TokenPlace()
    let score = choice(ScoreSymbol.allCases.map(\.rawValue))
    let patterns = TokenPlace(item: TokenPlace(.pattern))
    let templated = TokenPlace(.templated)
    let server = TokenPlace(keys: [
      "name": TokenPlace(.server), "type": choice(ServerTransport.allCases.map(\.rawValue)), "command": templated,
      "args": TokenPlace(item: templated), "env": TokenPlace(anyKey: templated), "url": templated,
    ])
    return TokenPlace(keys: [
      "name": TokenPlace(.name), "index": text, "version": TokenPlace(.version),
      "ring": choice(Ring.allCases.map(\.rawValue)), "attributes": text,
      "spinnerVerbs": TokenPlace(keys: [
        "mode": choice(SpinnerMode.allCases.map(\.rawValue)), "verbs": TokenPlace(item: TokenPlace(.verb)),
      ]),
      "skills": TokenPlace(
        item: TokenPlace(keys: ["uri": TokenPlace(.uri), "level": choice(SkillLevel.allCases.map(\.rawValue))])),
      "intent": TokenPlace(keys: ["allowed": patterns, "denied": patterns]),
      "context": text, "knowledge": TokenPlace(item: TokenPlace(.uri)),
      "access": TokenPlace(keys: ["ttl": TokenPlace(.lifetime)]), "lens": text,
      "mcp": TokenPlace(keys: ["servers": TokenPlace(item: server)]),
      "performance": TokenPlace(keys: [
        "score": score, "history": TokenPlace(item: TokenPlace(keys: ["date": TokenPlace(.date), "score": score])),
      ]),
    ])
  }()
}

/// The keys of the top level that are sections.
let sectionNames = Set(TokenPlace.masque.keys.keys)

/// What the texts at a place are.
enum ValueForm: Sendable {
  case text
  case name
  case server
  case version
  case choice(Set<String>)
  case verb
  case uri
  case pattern
  case lifetime
  case date
  case templated
}

/// Walks over the nodes in document order.
private struct TokenScanner {
  let tree: DocumentTree
  let window: ByteRange
  var sink: TokenSink

  /// A container that is not at its end.
  private struct Open {
    var end: Int
    var place: TokenPlace?
    var isMapping: Bool
    /// Of a mapping: whether a key comes next, and the place of the value behind the last one.
    var expectsKey = true
    var next: TokenPlace?
  }

  init(tree: DocumentTree, window: ByteRange) {
    self.tree = tree
    self.window = window
    sink = TokenSink(window: window)
  }

  mutating func scan() {
    var open: [Open] = []
    var index = 0
    while index < tree.nodes.count {
      while let last = open.last, index >= last.end { open.removeLast() }
      let node = tree.nodes[index]
      let id = NodeID(index)
      var place: TokenPlace?
      var isKey = false
      if let last = open.indices.last {
        if open[last].isMapping {
          isKey = open[last].expectsKey
          open[last].expectsKey.toggle()
          if isKey {
            open[last].next = valuePlace(of: id, in: open[last].place)
          } else {
            place = open[last].next
          }
        } else {
          place = open[last].place?.item
        }
      } else {
        place = .masque
      }
      // What lies wholly outside is stepped over. A container may begin before an anchor of its own.
      if Int(node.end) < window.start || tree.fullRange(of: id).start > window.end {
        index += max(1, Int(node.subtree))
        continue
      }
      if node.flags.contains(.properties) { addProperties(of: id) }
      switch node.kind {
      case .mapping, .sequence:
        open.append(Open(end: index + Int(node.subtree), place: place, isMapping: node.kind == .mapping))
      case .alias:
        sink.add(.alias, node.range)
      case .scalar where node.flags.contains(.absent):
        break
      case .scalar where isKey:
        let isSection = open.count == 1 && open[0].place === TokenPlace.masque && isKnownSection(id)
        sink.add(node.flags.contains(.merge) ? .mergeKey : isSection ? .section : .key, node.range)
      case .scalar:
        addValue(id, node, place?.form ?? .text)
      }
      index += 1
    }
  }

  private func valuePlace(of key: NodeID, in place: TokenPlace?) -> TokenPlace? {
    guard let place, !place.keys.isEmpty || place.anyKey != nil, tree[key].kind == .scalar, tree[key].count < 64
    else { return nil }
    return place.keys[tree.text(of: key)] ?? place.anyKey
  }

  private func isKnownSection(_ key: NodeID) -> Bool {
    tree[key].count < 64 && sectionNames.contains(tree.text(of: key))
  }

  private mutating func addProperties(of id: NodeID) {
    guard let properties = tree.properties(of: id) else { return }
    let anchor = properties.anchor.map { ByteRange($0.start - 1, $0.end) }
    if let anchor, let tag = properties.tag {
      sink.add(anchor.start < tag.start ? .anchor : .tag, anchor.start < tag.start ? anchor : tag)
      sink.add(anchor.start < tag.start ? .tag : .anchor, anchor.start < tag.start ? tag : anchor)
    } else if let anchor {
      sink.add(.anchor, anchor)
    } else if let tag = properties.tag {
      sink.add(.tag, tag)
    }
  }

  private mutating func addValue(_ id: NodeID, _ node: Node, _ form: ValueForm) {
    var range = node.range
    if node.style == .literal || node.style == .folded {
      var header = range.start
      while header < range.end, tree.byte(at: header) > 0x20 { header += 1 }
      sink.add(.blockHeader, range.start, header)
      // Behind the header there may be a comment; the text begins on the next line.
      while header < range.end, tree.byte(at: header) != 0x0A, tree.byte(at: header) != 0x0D { header += 1 }
      while header < range.end, tree.byte(at: header) <= 0x20 { header += 1 }
      range = ByteRange(header, range.end)
    }
    switch node.type {
    case .int, .float:
      if case .version = form { return sink.add(.version, range) }
      return sink.add(.number, range)
    case .bool, .null: return sink.add(.constant, range)
    case .string, .none: break
    }
    // Such a text is no pattern and no URI; and the way back from a part of it would be a long one.
    guard node.count <= Self.maximumLength else { return sink.add(.string, range) }
    switch form {
    case .text: sink.add(.string, range)
    case .name: sink.add(.name, range)
    case .server: sink.add(.server, range)
    case .version: sink.add(.version, range)
    case .date: sink.add(.date, range)
    case .choice(let values): sink.add(values.contains(tree.text(of: id)) ? .choice : .string, range)
    case .lifetime:
      let text = tree.text(of: id)
      sink.add(text == "session" ? .choice : MasqueDuration(text) != nil ? .duration : .string, range)
    case .verb, .uri, .pattern, .templated:
      let parts = tree.withText(of: id) { textTokens(in: $0, form) }
      sink.add(
        parts.map { part in
          SemanticToken(
            range: tree.sourceRange(ofText: part.range.start..<part.range.end, in: id), kind: part.kind)
        }, in: range, rest: .string)
    }
  }

  private static let maximumLength = 4_096
}
