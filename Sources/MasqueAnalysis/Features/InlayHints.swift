import DocumentTree
import JSONSchema
public import MasqueModel
import RegularLanguages
public import SourceText
import YAMLSyntax

/// A few words between the characters of a masque.
public struct InlayHint: Sendable, Hashable {
  /// What a hint is about. Each can be switched off.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// What a ring means.
    case ring
    /// What a score means.
    case score
    /// What a skill level means.
    case level
    /// How many exceptions the denied patterns make to an allowed one.
    case exceptions
    /// How long a lifetime is.
    case lifetime
  }

  /// What it is about.
  public var kind: Kind
  /// The offset that it stands at, behind what it is about.
  public var offset: Int
  /// The words.
  public var label: String
  /// More about it, in Markdown.
  public var tooltip: String?

  /// A hint; see the properties.
  public init(kind: Kind, offset: Int, label: String, tooltip: String? = nil) {
    self.kind = kind
    self.offset = offset
    self.label = label
    self.tooltip = tooltip
  }
}

/// What a masque's values mean, in a few words beside them.
///
/// - Parameters:
///   - snapshot: the masque.
///   - window: only hints that stand in or at the ends of this stretch are wanted; all if nil.
///   - kinds: what hints may be about.
///   - schema: the schema that says what values mean.
/// - Returns: the hints by their offsets.
public func inlayHints(
  in snapshot: Snapshot, window: ByteRange? = nil, kinds: Set<InlayHint.Kind> = Set(InlayHint.Kind.allCases),
  schema: MasqueSchema = .bundled
) -> [InlayHint] {
  var finder = HintFinder(
    snapshot: snapshot, window: window ?? ByteRange(0, snapshot.text.count), kinds: kinds, schema: schema.schema)
  finder.find()
  return finder.hints.sorted { ($0.offset, $0.label) < ($1.offset, $1.label) }
}

private struct HintFinder {
  let snapshot: Snapshot
  let window: ByteRange
  let kinds: Set<InlayHint.Kind>
  let schema: Schema
  var hints: [InlayHint] = []

  private var tree: DocumentTree { snapshot.syntax.tree }

  init(snapshot: Snapshot, window: ByteRange, kinds: Set<InlayHint.Kind>, schema: Schema) {
    self.snapshot = snapshot
    self.window = window
    self.kinds = kinds
    self.schema = schema
  }

  mutating func find() {
    let sections = MasqueSections(tree)
    if kinds.contains(.ring) { addMeaning(of: sections.ring, .ring, [.key("ring")]) }
    if kinds.contains(.lifetime) { addLifetime(tree.member("ttl", of: sections.access)) }
    if kinds.contains(.score) { addScores(sections.performance) }
    if kinds.contains(.level) { addLevels(sections.skills) }
    if kinds.contains(.exceptions) { addExceptions(sections) }
  }

  /// Whether a hint behind a value would be seen. One that stands elsewhere, as the target of an alias, has its hint
  /// there.
  private func isVisible(_ id: NodeID) -> Bool {
    let node = tree[id]
    return node.kind == .scalar && !node.flags.contains(.absent) && window.touches(Int(node.end))
      && node.style != .literal && node.style != .folded
  }

  private mutating func add(_ kind: InlayHint.Kind, behind id: NodeID, _ label: String, _ tooltip: String?) {
    hints.append(InlayHint(kind: kind, offset: Int(tree[id].end), label: label, tooltip: tooltip))
  }

  private mutating func addMeaning(of value: NodeID?, _ kind: InlayHint.Kind, _ path: [PathStep]) {
    guard let value, isVisible(value) else { return }
    addMeaning(of: value, kind, schema.allowedValues(of: schema.subschemas(at: path)))
  }

  private mutating func addMeaning(of value: NodeID, _ kind: InlayHint.Kind, _ values: [SchemaValue]) {
    let isNull = tree[value].type == .null
    let text = isNull ? "null" : tree.text(of: value)
    guard let known = values.first(where: { $0.text == text && $0.isText != isNull }), let words = known.description,
      let gist = gist(of: words)
    else { return }
    add(kind, behind: value, gist, "**\(codeSpan(known.text))**: \(words)")
  }

  private mutating func addLifetime(_ value: NodeID?) {
    guard let value, isVisible(value), tree.isText(value) else { return }
    let text = tree.text(of: value)
    if text == "session" {
      add(.lifetime, behind: value, "until the session ends", nil)
    } else if let duration = MasqueDuration(text) {
      add(.lifetime, behind: value, duration.words, nil)
    }
  }

  private mutating func addScores(_ performance: NodeID?) {
    guard let performance, touches(performance) else { return }
    addMeaning(of: tree.member("score", of: performance), .score, [.key("performance"), .key("score")])
    guard let history = tree.member("history", of: performance), touches(history), tree[history].kind == .sequence
    else { return }
    let path: [PathStep] = [.key("performance"), .key("history"), .item(0), .key("score")]
    addMeanings(of: "score", in: history, .score, path)
  }

  private mutating func addLevels(_ skills: NodeID?) {
    guard let skills, touches(skills), tree[skills].kind == .sequence else { return }
    addMeanings(of: "level", in: skills, .level, [.key("skills"), .item(0), .key("level")])
  }

  private mutating func addMeanings(
    of key: StaticString, in list: NodeID, _ kind: InlayHint.Kind, _ path: [PathStep]
  ) {
    let values = schema.allowedValues(of: schema.subschemas(at: path))
    for item in tree.children(of: list) where touches(item) {
      // An alias of an item has nothing behind it to say.
      if let value = tree.member(key, of: item), isVisible(value), isInside(value, item) {
        addMeaning(of: value, kind, values)
      }
    }
  }

  private mutating func addExceptions(_ sections: MasqueSections) {
    guard let intent = sections.intent, let list = tree.member("allowed", of: intent), touches(list),
      let reading = snapshot.intents.reading(of: tree, sections)
    else { return }
    for (index, exceptions) in reading.analysis.exceptions.enumerated() where !exceptions.isEmpty {
      guard let pattern = reading.pattern(.allowed, index), window.touches(pattern.place.itemRange.end),
        tree[pattern.place.item].kind != .scalar || isVisible(pattern.place.item)
      else { continue }
      let denied = exceptions.compactMap { reading.pattern(.denied, $0) }
      let count = denied.count == 1 ? "1 exception" : "\(denied.count) exceptions"
      let shown = denied.prefix(10).map { "- \(codeSpan($0.text))" }
      let more = denied.count > shown.count ? ["- and \(denied.count - shown.count) more"] : []
      hints.append(
        InlayHint(
          kind: .exceptions, offset: pattern.place.itemRange.end, label: "carves out \(count)",
          tooltip: "\(codeSpan(pattern.text)) is allowed, but for what these deny:\n\n"
            + (shown + more).joined(separator: "\n")))
    }
  }

  private func touches(_ id: NodeID) -> Bool {
    let range = tree[id].range
    return range.start <= window.end && window.start <= range.end
  }

  private func isInside(_ inner: NodeID, _ outer: NodeID) -> Bool {
    inner.index > outer.index && inner.index < outer.index + tree[outer].subtree
  }
}

/// What a description says first, without marks and full stop: short enough to stand in a line, else nil.
private func gist(of description: String) -> String? {
  var words = description.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  words.removeAll { $0 == "`" || $0 == "*" }
  if let end = words.firstRange(of: ". ") { words = String(words[..<end.lowerBound]) }
  if words.hasSuffix(".") { words.removeLast() }
  if words.count > 40, let pause = words.firstIndex(where: { $0 == "," || $0 == ";" || $0 == ":" }) {
    words = String(words[..<pause])
  }
  guard !words.isEmpty, words.count <= 60, let first = words.first else { return nil }
  // Not where a word is an abbreviation.
  let isAbbreviation = words.dropFirst().first?.isUppercase ?? false
  return isAbbreviation ? words : first.lowercased() + words.dropFirst()
}
