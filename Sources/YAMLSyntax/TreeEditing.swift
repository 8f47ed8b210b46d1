public import DocumentTree
public import SourceText

/// Edits that change one node and keep every other byte. Each is computed from the tree and refers to its text; nil
/// where the node's surroundings leave no room for it without touching something else.
extension SyntaxTree {
  /// The document's line break: that of its first line, LF where it has only one line.
  public var lineBreak: String {
    guard let index = text.bytes.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return "\n" }
    if text.bytes[index] == 0x0A { return "\n" }
    return index + 1 < text.count && text.bytes[index + 1] == 0x0A ? "\r\n" : "\r"
  }

  /// Gives a scalar another text, in quotes of the same kind where it has some, else as plain as is safe.
  ///
  /// - Parameters:
  ///   - node: a scalar on one line.
  ///   - newText: its new text.
  /// - Returns: the edit.
  public func replacing(_ node: NodeID, withText newText: String) -> TextEdit? {
    let scalar = tree[node]
    guard scalar.kind == .scalar, scalar.style != .literal, scalar.style != .folded else { return nil }
    let written: String
    switch scalar.style {
    case .doubleQuoted: written = ScalarWriting.doubleQuoted(newText)
    case .singleQuoted: written = ScalarWriting.singleQuoted(newText) ?? ScalarWriting.doubleQuoted(newText)
    default: written = ScalarWriting.scalar(newText, inFlow: isInFlow(node))
    }
    // `key:` without a value has no blank to stand behind.
    let needsSpace = scalar.flags.contains(.absent) && scalar.start > 0 && !isSpace(text.bytes[Int(scalar.start) - 1])
    return TextEdit(scalar.range, needsSpace ? " " + written : written)
  }

  /// Whether a node stands in brackets or braces.
  public func isInFlow(_ node: NodeID) -> Bool {
    tree.parent(of: node).map { tree[$0].style == .flow } ?? false
  }

  /// The column, from 0, in bytes, at which an offset stands in its line.
  public func column(of offset: Int) -> Int { offset - lineStart(offset) }

  func lineStart(_ offset: Int) -> Int {
    var position = Swift.min(offset, text.count)
    while position > text.byteOrderMarkLength, !isBreak(text.bytes[position - 1]) { position -= 1 }
    return position
  }

  func lineEnd(_ offset: Int) -> Int {
    var position = offset
    while position < text.count, !isBreak(text.bytes[position]) { position += 1 }
    return position
  }

  /// The first byte of the line behind the one that holds `offset`; the text's end on the last line.
  func nextLine(_ offset: Int) -> Int {
    let end = lineEnd(offset)
    guard end < text.count else { return end }
    return text.bytes[end] == 0x0D && end + 1 < text.count && text.bytes[end + 1] == 0x0A ? end + 2 : end + 1
  }

  func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Whether only blanks stand before an offset in its line.
  func beginsLine(_ offset: Int) -> Bool {
    text.bytes[lineStart(offset)..<offset].allSatisfy(isSpace)
  }

  // MARK: Insertion

  /// Adds pairs to a mapping, behind one of its pairs or before its first.
  ///
  /// - Parameters:
  ///   - pairs: each a key and its value as YAML text; a value of several lines is indented below its key, its own
  ///     lines relative to the key's column.
  ///   - mapping: the mapping that gets them.
  ///   - key: the key behind whose pair they go; nil for the first place.
  /// - Returns: the edit.
  public func inserting(_ pairs: [(key: String, value: String)], into mapping: NodeID, after key: NodeID?) -> TextEdit?
  {
    let node = tree[mapping]
    guard node.kind == .mapping, let first = tree.pairs(of: mapping).first(where: { _ in true }) else { return nil }
    if node.style == .flow {
      let written = pairs.map { "\(ScalarWriting.scalar($0.key, inFlow: true)): \($0.value)" }.joined(separator: ", ")
      guard !pairs.contains(where: { $0.value.contains("\n") }) else { return nil }
      if let pair = tree.pairs(of: mapping).first(where: { $0.key == key }) {
        return .insert(", " + written, at: pairEnd(pair))
      }
      return .insert(written + ", ", at: tree.fullRange(of: first.key).start)
    }
    let start = tree.fullRange(of: first.key).start
    let indent = String(repeating: " ", count: column(of: start))
    let lines = pairs.map { pair in
      let value = pair.value.replacing("\n", with: lineBreak + indent)
      return pair.value.isEmpty
        ? "\(pair.key):"
        : value.first == "\n" || value.first == "\r" || value.first == "\r\n"
          ? "\(pair.key):\(value)" : "\(pair.key): \(value)"
    }
    if let key, let pair = tree.pairs(of: mapping).first(where: { $0.key == key }) {
      let place = nextLine(pairEnd(pair))
      let body = lines.map { indent + $0 }.joined(separator: lineBreak)
      // The last line may lack its line break.
      let isOpen = place == text.count && place > 0 && !isBreak(text.bytes[place - 1])
      return .insert(isOpen ? lineBreak + body : body + lineBreak, at: place)
    }
    // In `- key: value` the first key shares its line with the dash; the new pairs take its place there.
    return .insert(lines.map { $0 + lineBreak + indent }.joined(), at: start)
  }

  private func pairEnd(_ pair: (key: NodeID, value: NodeID)) -> Int {
    Swift.max(tree[pair.value].range.end, tree.fullRange(of: pair.key).end)
  }

  /// Adds an item at the end of a list.
  ///
  /// - Parameters:
  ///   - block: the item's lines where the list has one item on each line; those behind the first stand below it.
  ///   - flow: the item where the list stands in brackets.
  ///   - sequence: the list, with an item at least where it has one item on each line.
  /// - Returns: the edit.
  public func appending(block: [String], flow: String, to sequence: NodeID) -> TextEdit? {
    let node = tree[sequence]
    guard node.kind == .sequence else { return nil }
    let last = tree.children(of: sequence).reduce(nil as NodeID?) { $1 }
    if node.style == .flow {
      guard let last else { return TextEdit(node.range, "[\(flow)]") }
      return .insert(", " + flow, at: tree[last].range.end)
    }
    guard let last, beginsLine(node.range.start) else { return nil }
    let indent = String(repeating: " ", count: column(of: node.range.start))
    let lines = block.enumerated().map { indent + ($0 == 0 ? "- " : "  ") + $1 }
    // A block of text ends behind its line break.
    let end = tree[last].range.end
    let place = end > 0 && isBreak(text.bytes[end - 1]) ? end : nextLine(end)
    let body = lines.joined(separator: lineBreak)
    let isOpen = place == text.count && place > 0 && !isBreak(text.bytes[place - 1])
    return .insert(isOpen ? lineBreak + body : body + lineBreak, at: place)
  }

  // MARK: Removal

  /// Removes a pair with its lines, and the comment behind it on its last line.
  ///
  /// - Parameter key: the pair's key.
  /// - Returns: the edit.
  public func removingPair(_ key: NodeID) -> TextEdit? {
    guard let mapping = tree.parent(of: key), tree[mapping].kind == .mapping else { return nil }
    let pairs = Array(tree.pairs(of: mapping))
    guard let index = pairs.firstIndex(where: { $0.key == key }) else { return nil }
    let range = ByteRange(tree.fullRange(of: key).start, pairEnd(pairs[index]))
    if pairs.count == 1, mapping != tree.root {
      return TextEdit(tree[mapping].range, "{}")
    }
    let next = index + 1 < pairs.count ? tree.fullRange(of: pairs[index + 1].key).start : nil
    let previous = index > 0 ? pairEnd(pairs[index - 1]) : nil
    return removing(range, isFlow: tree[mapping].style == .flow, nextSibling: next, previousEnd: previous)
  }

  /// Removes an item of a sequence with its lines, and the comment behind it on its last line.
  ///
  /// - Parameter item: the item.
  /// - Returns: the edit.
  public func removingItem(_ item: NodeID) -> TextEdit? {
    guard let sequence = tree.parent(of: item), tree[sequence].kind == .sequence else { return nil }
    let items = Array(tree.children(of: sequence))
    guard let index = items.firstIndex(of: item) else { return nil }
    let isFlow = tree[sequence].style == .flow
    if items.count == 1 {
      return isFlow ? TextEdit(tree[item].range, "") : TextEdit(tree[sequence].range, "[]")
    }
    var start = tree.fullRange(of: item).start
    if !isFlow {
      // The dash, which no node covers, lies before the item, on its line or above.
      while start > 0, text.bytes[start - 1] != UInt8(ascii: "-") { start -= 1 }
      start = Swift.max(0, start - 1)
    }
    let next = index + 1 < items.count ? tree.fullRange(of: items[index + 1]).start : nil
    let previous = index > 0 ? tree[items[index - 1]].range.end : nil
    return removing(
      ByteRange(start, tree[item].range.end), isFlow: isFlow, nextSibling: next, previousEnd: previous)
  }

  private func removing(_ range: ByteRange, isFlow: Bool, nextSibling: Int?, previousEnd: Int?) -> TextEdit? {
    if isFlow {
      if let nextSibling { return .delete(ByteRange(range.start, nextSibling)) }
      if let previousEnd { return .delete(ByteRange(previousEnd, range.end)) }
      return .delete(range)
    }
    if beginsLine(range.start) {
      let end = nextLine(range.end)
      var start = lineStart(range.start)
      if end == text.count, end > 0, !isBreak(text.bytes[end - 1]), start > text.byteOrderMarkLength {
        // The last line, without a line break: the one before it goes instead.
        start -= 1
        if start > 0, text.bytes[start] == 0x0A, text.bytes[start - 1] == 0x0D { start -= 1 }
      }
      return .delete(ByteRange(start, end))
    }
    // The first pair or item of `- key: value` or `- - item`: the next one moves up.
    guard let nextSibling, beginsLine(nextSibling) || nextSibling > range.end else { return nil }
    var next = nextSibling
    if !beginsLine(range.start), text.bytes[range.start] == UInt8(ascii: "-") {
      while next > range.end, text.bytes[next - 1] != UInt8(ascii: "-") { next -= 1 }
      next -= 1
    }
    // A comment between the two stays.
    guard !comments.contains(where: { $0.start >= range.end && $0.end <= next }) else { return nil }
    return .delete(ByteRange(range.start, next))
  }
}
