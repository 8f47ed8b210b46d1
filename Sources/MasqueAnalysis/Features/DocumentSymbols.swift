import DocumentTree
public import SourceText
import YAMLSyntax

/// What an entry of the outline is; an editor draws an icon for it.
public enum DocumentSymbolKind: Sendable, Hashable, CaseIterable {
  /// The masque's name.
  case name
  /// One of a fixed set of values: a ring, a level.
  case choice
  /// A text.
  case text
  /// A number.
  case number
  /// `true` or `false`.
  case boolean
  /// Nothing.
  case null
  /// A list.
  case list
  /// A map.
  case map
  /// A skill.
  case skill
  /// A pattern over phrases.
  case pattern
  /// A server that gives tools.
  case server
  /// A credential.
  case credential
  /// An evaluation of the masque.
  case evaluation
}

/// One entry of a masque's outline.
public struct DocumentSymbol: Sendable, Hashable {
  /// What it is called: a key, or what an item of a list is known by. One line, never empty.
  public var name: String
  /// A few words beside the name: a value, a count. One line.
  public var detail: String?
  /// What it is.
  public var kind: DocumentSymbolKind
  /// The bytes of all of it.
  public var range: ByteRange
  /// The bytes of its name, inside `range`.
  public var selectionRange: ByteRange
  /// What is in it, in document order; their ranges lie in `range`.
  public var children: [DocumentSymbol]

  /// An entry; see the properties.
  public init(
    name: String, detail: String? = nil, kind: DocumentSymbolKind, range: ByteRange, selectionRange: ByteRange,
    children: [DocumentSymbol] = []
  ) {
    self.name = name
    self.detail = detail
    self.kind = kind
    self.range = range
    self.selectionRange = selectionRange
    self.children = children
  }
}

/// The outline of a masque: its keys with what is in them, lists by what their items are known by. What can be read of
/// a broken text is in it. O(n).
///
/// - Parameter snapshot: the masque.
/// - Returns: the entries of the top level, in document order.
public func documentSymbols(in snapshot: Snapshot) -> [DocumentSymbol] {
  let outline = SymbolOutline(snapshot: snapshot)
  return snapshot.syntax.topLevelPairs.map { outline.symbol(of: $0, path: "", depth: 0) }
}

/// What is known of the items of a list, by the list's path.
private struct ItemForm {
  /// One item, and several.
  var noun: String
  var nouns: String
  var kind: DocumentSymbolKind
  /// The key by which an item that is a map is known, and the one that says most about it.
  var label: String?
  var detail: String?

  init(_ noun: String, _ nouns: String, _ kind: DocumentSymbolKind, label: String? = nil, detail: String? = nil) {
    self.noun = noun
    self.nouns = nouns
    self.kind = kind
    self.label = label
    self.detail = detail
  }

  static let known: [String: ItemForm] = [
    "skills": ItemForm("skill", "skills", .skill, label: "uri", detail: "level"),
    "spinnerVerbs.verbs": ItemForm("verb", "verbs", .text),
    "intent.allowed": ItemForm("pattern", "patterns", .pattern),
    "intent.denied": ItemForm("pattern", "patterns", .pattern),
    "knowledge": ItemForm("source", "sources", .text),
    "access.credentials": ItemForm("credential", "credentials", .credential, label: "source", detail: "scope"),
    "mcp.servers": ItemForm("server", "servers", .server, label: "name", detail: "type"),
    "performance.history": ItemForm("evaluation", "evaluations", .evaluation, label: "date", detail: "score"),
  ]
  static let other = ItemForm("item", "items", .text)
}

/// Keys whose value is one of a fixed set.
private let choices: Set = ["ring", "spinnerVerbs.mode", "performance.score"]

/// For a map, the key below it that says most about it.
private let summaries = ["attributes": "tagline", "spinnerVerbs": "mode", "access": "ttl", "performance": "score"]

private struct SymbolOutline {
  let snapshot: Snapshot
  private var tree: DocumentTree { snapshot.syntax.tree }
  /// Deeper than this nobody reads an outline.
  private static let maximumDepth = 16

  init(snapshot: Snapshot) { self.snapshot = snapshot }

  func symbol(of pair: (key: NodeID, value: NodeID), path: String, depth: Int) -> DocumentSymbol {
    let name = text(of: pair.key)
    let path = path.isEmpty ? name : "\(path).\(name)"
    let selection = tree[pair.key].range
    let start = tree.fullRange(of: pair.key).start
    let range = ByteRange(start, max(selection.end, tree[pair.value].range.end))
    let kind: DocumentSymbolKind =
      path == "name" ? .name : choices.contains(path) ? .choice : self.kind(of: pair.value)
    return DocumentSymbol(
      name: name.isEmpty ? "\"\"" : name, detail: detail(of: pair.value, path: path), kind: kind, range: range,
      selectionRange: selection, children: children(of: pair.value, path: path, depth: depth + 1))
  }

  private func children(of id: NodeID, path: String, depth: Int) -> [DocumentSymbol] {
    guard depth < Self.maximumDepth else { return [] }
    switch tree[id].kind {
    case .mapping:
      return tree.pairs(of: id).map { symbol(of: $0, path: path, depth: depth) }
    case .sequence:
      let form = ItemForm.known[path] ?? .other
      return tree.children(of: id).enumerated().map {
        symbol(ofItem: $1, at: $0, form, path: path + "[]", depth: depth)
      }
    case .scalar, .alias:
      return []
    }
  }

  private func symbol(ofItem id: NodeID, at index: Int, _ form: ItemForm, path: String, depth: Int) -> DocumentSymbol {
    let range = tree.fullRange(of: id)
    var symbol = DocumentSymbol(
      name: "\(form.noun) \(index + 1)", kind: form.kind == .text ? kind(of: id) : form.kind, range: range,
      selectionRange: firstLine(of: range))
    guard let value = tree.resolved(id) else { return symbol }
    switch tree[value].kind {
    case .scalar where !tree[value].flags.contains(.absent):
      let text = text(of: value)
      if !text.isEmpty { symbol.name = text }
    case .mapping:
      if let label = form.label.flatMap({ tree.value(forKey: $0, in: value) }), tree[label].kind == .scalar {
        let text = text(of: label)
        if !text.isEmpty { symbol.name = text }
        if range.encloses(tree[label].range), !tree[label].range.isEmpty {
          symbol.selectionRange = firstLine(of: tree[label].range)
        }
      }
      symbol.detail = form.detail.flatMap { tree.value(forKey: $0, in: value) }.flatMap { scalarText($0) }
      // What an item of a known form has is said; anything else is listed.
      if form.label == nil { symbol.children = children(of: id, path: path, depth: depth + 1) }
    default:
      symbol.children = children(of: id, path: path, depth: depth + 1)
    }
    return symbol
  }

  private func kind(of id: NodeID) -> DocumentSymbolKind {
    guard let value = tree.resolved(id) else { return .null }
    switch tree[value].kind {
    case .mapping: return .map
    case .sequence: return .list
    case .alias: return .null
    case .scalar:
      return switch tree[value].type {
      case .bool: .boolean
      case .int, .float: .number
      case .null: .null
      case .string, .none: .text
      }
    }
  }

  /// What an entry says beside its name: a text itself, of a list how much is in it, of a map what says most.
  private func detail(of id: NodeID, path: String) -> String? {
    guard let value = tree.resolved(id) else { return nil }
    switch tree[value].kind {
    case .scalar: return scalarText(value)
    case .sequence:
      return count(of: value, ItemForm.known[path] ?? .other)
    case .mapping where path == "intent":
      let lists = ["allowed", "denied"].compactMap { name in
        list(name, in: value).map { "\(tree[$0].count) \(name)" }
      }
      return lists.isEmpty ? nil : lists.joined(separator: ", ")
    case .mapping where path == "mcp":
      return list("servers", in: value).flatMap { list in
        ItemForm.known["mcp.servers"].map { count(of: list, $0) }
      }
    case .mapping:
      return summaries[path].flatMap { tree.value(forKey: $0, in: value) }.flatMap { scalarText($0) }
    case .alias: return nil
    }
  }

  private func count(of list: NodeID, _ form: ItemForm) -> String {
    let count = Int(tree[list].count)
    return count == 1 ? "1 \(form.noun)" : "\(count) \(form.nouns)"
  }

  private func list(_ key: String, in mapping: NodeID) -> NodeID? {
    tree.value(forKey: key, in: mapping).flatMap { tree.resolved($0) }.flatMap { tree[$0].kind == .sequence ? $0 : nil }
  }

  private func scalarText(_ id: NodeID) -> String? {
    guard let value = tree.resolved(id), tree[value].kind == .scalar else { return nil }
    let text = text(of: value)
    return text.isEmpty ? nil : text
  }

  /// The first line of a scalar's text that says something; of a key that is no scalar, that of its source.
  private func text(of id: NodeID) -> String {
    if let short = tree.withText(of: id, shortLine) { return short }
    let isScalar = tree[id].kind == .scalar
    // No line is shown whole if it is long, and a text may be a book.
    let bytes: [UInt8] =
      isScalar
      ? tree.withText(of: id) { Array($0.prefix(1_000)) }
      : Array(
        snapshot.text[tree[id].range].utf8.prefix(1_000))
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    let line = lines.lazy.map { $0.drop(while: \.isWhitespace) }.first { !$0.isEmpty } ?? ""
    let shown = line.count > 80 || bytes.count == 1_000 && lines.count == 1 ? line.prefix(77) + "…" : line
    return String(shown)
  }

  /// The first line that says something, if it is short and all before it is ASCII, so that bytes are characters.
  private func shortLine(of bytes: UnsafeBufferPointer<UInt8>) -> String? {
    func isWhite(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let start = bytes.firstIndex(where: { !isWhite($0) }) else { return nil }
    var end = start
    while end < bytes.count, !(0x0A...0x0D).contains(bytes[end]) {
      guard end - start < 80, bytes[end] < 0x80 else { return nil }
      end += 1
    }
    return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
  }

  private func firstLine(of range: ByteRange) -> ByteRange {
    let end = tree.source[range.start..<max(range.start, min(range.end, tree.source.count))].firstIndex {
      $0 == 0x0A || $0 == 0x0D
    }
    return ByteRange(range.start, end ?? range.end)
  }
}
