import DocumentTree
public import SourceText

/// One step from a JSON value into what it contains.
public enum JSONPathElement: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// The value of an object's key.
  case key(String)
  /// The item of an array, from 0.
  case index(Int)

  public init(stringLiteral value: String) { self = .key(value) }
  public init(integerLiteral value: Int) { self = .index(value) }
}

/// Why an edit cannot be made.
public enum JSONEditError: Error, Hashable, Sendable {
  /// The text is not JSON.
  case notJSON(JSONSyntaxError)
  /// The path leads into a value, at this range, that has no such step: a key of an array, an index of an object.
  case mismatch(ByteRange, JSONPathElement)
  /// The path names an item beyond the end of the array at this range.
  case noSuchItem(ByteRange, Int)
}

/// Changes one value in a JSON text and keeps every other byte. New text is laid out as its surroundings are:
/// indentation, line endings, or one line.
public enum JSONEditor {
  /// The edits that give the value at a path a new value. Objects that the path goes through are made where they are
  /// missing, and an index equal to an array's count appends. Of duplicate keys the last is meant. A blank text is
  /// taken for an empty object.
  ///
  /// - Parameters:
  ///   - value: the new value.
  ///   - path: the steps from the root; none replaces the root.
  ///   - text: the JSON text.
  /// - Returns: the edits; none if the value is there already.
  /// - Throws: why it cannot be done.
  public static func setValue(
    _ value: JSONValue, atPath path: [JSONPathElement], in text: SourceText
  ) throws(JSONEditError) -> [TextEdit] {
    if text.bytes.dropFirst(text.byteOrderMarkLength).allSatisfy(Scanner.isWhitespace) {
      let layout = Layout(unit: "  ", newline: "\n", isMultiline: true, blankAfterColon: true)
      let all = ByteRange(text.byteOrderMarkLength, text.count)
      return [TextEdit(all, layout.render(wrapped(value, in: path[...]), base: "") + "\n")]
    }
    let tree = try tree(of: text)
    guard var node = tree.root else { return [] }
    let layout = Layout(tree)
    for (depth, element) in path.enumerated() {
      let rest = path[(depth + 1)...]
      switch (element, tree[node].kind) {
      case (.key(let key), .mapping):
        guard let pair = tree.pairs(of: node).reversed().first(where: { tree.hasText($0.key, key) }) else {
          return [layout.insertion(of: wrapped(value, in: rest), key: key, into: node, of: tree)]
        }
        node = pair.value
      case (.index(let index), .sequence):
        let items = Array(tree.children(of: node))
        if index == items.count {
          return [layout.insertion(of: wrapped(value, in: rest), key: nil, into: node, of: tree)]
        }
        guard items.indices.contains(index) else { throw .noSuchItem(tree[node].range, index) }
        node = items[index]
      default:
        throw .mismatch(tree[node].range, element)
      }
    }
    if JSONValue(tree, node) == value { return [] }
    let range = tree[node].range
    return [TextEdit(range, layout.render(value, base: Layout.indentation(ofLineAt: range.start, in: tree.source)))]
  }

  /// The edits that remove the value at a path with its key and one comma; all pairs of duplicate keys go.
  ///
  /// - Parameters:
  ///   - path: the steps from the root; none removes nothing.
  ///   - text: the JSON text.
  /// - Returns: the edits; none if there is no such value.
  /// - Throws: `JSONEditError.notJSON`.
  public static func removeValue(
    atPath path: [JSONPathElement], in text: SourceText
  ) throws(JSONEditError) -> [TextEdit] {
    if text.bytes.dropFirst(text.byteOrderMarkLength).allSatisfy(Scanner.isWhitespace) { return [] }
    let tree = try tree(of: text)
    guard let last = path.last, var node = tree.root else { return [] }
    for element in path.dropLast() {
      switch (element, tree[node].kind) {
      case (.key(let key), .mapping):
        guard let pair = tree.pairs(of: node).reversed().first(where: { tree.hasText($0.key, key) }) else { return [] }
        node = pair.value
      case (.index(let index), .sequence):
        let items = Array(tree.children(of: node))
        guard items.indices.contains(index) else { return [] }
        node = items[index]
      default:
        return []
      }
    }
    // Each member's bytes, and whether it goes.
    var members: [(range: ByteRange, goes: Bool)] = []
    switch (last, tree[node].kind) {
    case (.key(let key), .mapping):
      members = tree.pairs(of: node).map { pair in
        (ByteRange(tree[pair.key].range.start, tree[pair.value].range.end), tree.hasText(pair.key, key))
      }
    case (.index(let index), .sequence):
      members = tree.children(of: node).enumerated().map { (tree[$0.element].range, $0.offset == index) }
    default:
      return []
    }
    return removals(of: members, in: tree[node].range)
  }

  private static func removals(of members: [(range: ByteRange, goes: Bool)], in container: ByteRange) -> [TextEdit] {
    guard members.contains(where: \.goes) else { return [] }
    if members.allSatisfy(\.goes) { return [.delete(ByteRange(container.start + 1, container.end - 1))] }
    var edits: [TextEdit] = []
    var index = 0
    while index < members.count {
      guard members[index].goes else {
        index += 1
        continue
      }
      let first = index
      while index < members.count, members[index].goes { index += 1 }
      if index < members.count {
        edits.append(.delete(ByteRange(members[first].range.start, members[index].range.start)))
      } else {
        // Not all go, so there is one before the last run.
        edits.append(.delete(ByteRange(members[max(first - 1, 0)].range.end, members[index - 1].range.end)))
      }
    }
    return edits
  }

  private static func tree(of text: SourceText) throws(JSONEditError) -> DocumentTree {
    let document = JSONDocument.parse(text)
    guard document.isWellFormed else {
      throw .notJSON(JSONSyntaxError(diagnostics: document.diagnostics.filter(\.kind.isError)))
    }
    return document.tree
  }

  private static func wrapped(_ value: JSONValue, in path: ArraySlice<JSONPathElement>) -> JSONValue {
    path.reversed().reduce(value) { value, element in
      switch element {
      case .key(let key): .object([key: value])
      case .index: .array([value])
      }
    }
  }
}

/// How a text is laid out.
private struct Layout {
  /// What one level of indentation adds.
  var unit: String
  var newline: String
  var isMultiline: Bool
  var blankAfterColon: Bool

  init(unit: String, newline: String, isMultiline: Bool, blankAfterColon: Bool) {
    self.unit = unit
    self.newline = newline
    self.isMultiline = isMultiline
    self.blankAfterColon = blankAfterColon
  }

  init(_ tree: DocumentTree) {
    let bytes = tree.source
    let firstBreak = bytes.firstIndex(of: 0x0A)
    newline = firstBreak.map { $0 > 0 && bytes[$0 - 1] == 0x0D } == true ? "\r\n" : "\n"
    let root = tree[NodeID(0)]
    let isEmpty = root.kind != .scalar && root.count == 0
    isMultiline = isEmpty || bytes[root.range.start..<root.range.end].contains(0x0A)
    unit = "  "
    blankAfterColon = true
    // The first member on a line of its own shows the unit; the first pair on its parent's line, the colon.
    for (index, node) in tree.nodes.enumerated() where node.parent >= 0 {
      let parent = tree.nodes[Int(node.parent)]
      if node.flags.contains(.key), index + 1 < tree.nodes.count {
        let between = bytes[Int(node.end)..<Int(tree.nodes[index + 1].start)]
        blankAfterColon = between.last.map(Scanner.isWhitespace) ?? true
      }
      let outer = Self.indentation(ofLineAt: Int(parent.start), in: bytes)
      let inner = Self.indentation(ofLineAt: Int(node.start), in: bytes)
      if Self.isFirstOfLine(Int(node.start), in: bytes), inner.utf8.count > outer.utf8.count, inner.hasPrefix(outer) {
        unit = String(inner.dropFirst(outer.count))
        break
      }
      if index > 64 { break }
    }
  }

  /// The blanks that the line of an offset begins with, up to the offset.
  static func indentation(ofLineAt offset: Int, in bytes: [UInt8]) -> String {
    var start = min(offset, bytes.count)
    while start > 0, bytes[start - 1] != 0x0A, bytes[start - 1] != 0x0D { start -= 1 }
    var end = start
    while end < offset, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  static func isFirstOfLine(_ offset: Int, in bytes: [UInt8]) -> Bool {
    var position = offset
    while position > 0, bytes[position - 1] == 0x20 || bytes[position - 1] == 0x09 { position -= 1 }
    return position == 0 || bytes[position - 1] == 0x0A || bytes[position - 1] == 0x0D
  }

  /// A value as text; lines after the first begin with `base`.
  func render(_ value: JSONValue, base: String) -> String {
    guard isMultiline else { return value.text(blankAfterColon ? .line : .compact) }
    // A line break inside a string is an escape, so blanks at a line's start are always indentation.
    let lines = value.text(.pretty(indent: 1)).split(separator: "\n")
    return lines.map { line in
      let depth = line.prefix { $0 == " " }.count
      return String(repeating: unit, count: depth) + line.dropFirst(depth)
    }.joined(separator: newline + base)
  }

  /// The edit that adds a member to the end of an object (with its key) or an array.
  func insertion(of value: JSONValue, key: String?, into container: NodeID, of tree: DocumentTree) -> TextEdit {
    let range = tree[container].range
    let prefix = key.map { JSONValue.string($0).text() + (blankAfterColon ? ": " : ":") } ?? ""
    let starts: [NodeID] =
      key == nil ? Array(tree.children(of: container)) : tree.pairs(of: container).map(\.key)
    let outer = Self.indentation(ofLineAt: range.start, in: tree.source)
    guard let lastStart = starts.last.map({ tree[$0].range.start }),
      let lastEnd = Array(tree.children(of: container)).last.map({ tree[$0].range.end })
    else {
      let inner = outer + unit
      let member = prefix + render(value, base: inner)
      let inside = ByteRange(range.start + 1, range.end - 1)
      return TextEdit(inside, isMultiline ? newline + inner + member + newline + outer : member)
    }
    if Self.isFirstOfLine(lastStart, in: tree.source) {
      let inner = Self.indentation(ofLineAt: lastStart, in: tree.source)
      return .insert("," + newline + inner + prefix + render(value, base: inner), at: lastEnd)
    }
    let gap = starts.count > 1 ? lastStart - 1 : nil
    let isTight = gap.map { !Scanner.isWhitespace(tree.source[$0]) } ?? !blankAfterColon
    let flat = value.text(blankAfterColon ? .line : .compact)
    return .insert((isTight ? "," : ", ") + prefix + flat, at: lastEnd)
  }
}
