import DocumentTree
public import SourceText

extension SyntaxTree {
  /// The tree after one replacement, equal to a fresh reading of the new text.
  ///
  /// Only the entries that the edit touches are read again: of a block mapping or sequence as deep in the document as
  /// the edit allows. Everything else is moved. Falls back to a fresh reading where the document, before or after, is
  /// not well-formed.
  ///
  /// - Parameters:
  ///   - edit: the replacement, in the offsets of `text`.
  ///   - newText: the text after it.
  /// - Returns: what `SyntaxTree(newText)` gives.
  public func replacing(_ edit: TextEdit, newText: SourceText) -> SyntaxTree {
    let range = edit.range.clamped(to: text.count)
    guard isSectioned ?? (isWellFormed && hasSections(tree)), newText.count <= Self.maximumLength,
      newText.count - text.count + range.count >= 0,
      let result = retyped(edit, range, newText: newText) ?? reread(range, newText: newText)
    else { return SyntaxTree(newText) }
    return result
  }

  /// The tree after typing inside a line of a `|` text, by far the most frequent edit of long ones: nothing is read again.
  private func retyped(_ edit: TextEdit, _ range: ByteRange, newText: SourceText) -> SyntaxTree? {
    let bytes = text.bytes
    guard let id = tree.node(at: range.start) else { return nil }
    let node = tree[id]
    guard node.style == .literal, !node.flags.contains(.textInSource), Int(node.start) < range.start,
      range.end <= Int(node.end), edit.replacement.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }),
      bytes[range.start..<range.end].allSatisfy({ (0x20..<0x7F).contains($0) }),
      // Nor between the bytes of a character.
      tree.byte(at: range.start) & 0xC0 != 0x80, tree.byte(at: range.end) & 0xC0 != 0x80
    else { return nil }

    // Line by line from the header, which must not set the indentation by a digit.
    var position = Int(node.start)
    var isStripped = false
    while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D {
      if (0x30...0x39).contains(bytes[position]) { return nil }
      if bytes[position] == UInt8(ascii: "-") { isStripped = true }
      if bytes[position] == UInt8(ascii: "#") { break }
      position += 1
    }
    var indentation: Int?
    var textOffset = 0
    var place: Int?
    position = startOfNextLine(bytes, position)
    guard position < bytes.count, position <= range.start else { return nil }
    while position < Int(node.end) {
      let start = position
      var spaces = start
      while spaces < bytes.count, bytes[spaces] == 0x20 { spaces += 1 }
      var end = spaces
      while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
      if indentation == nil, spaces < end { indentation = spaces - start }
      let stripped = Swift.min(indentation ?? Int.max, spaces - start)
      if start <= range.start, range.start <= end {
        // Behind the line's first letter the edit moves neither the indentation nor the end of the text.
        guard range.end <= end, spaces < range.start, bytes[spaces] != 0x09 else { return nil }
        place = textOffset + range.start - start - stripped
      }
      textOffset += end - start - stripped + 1
      position = startOfNextLine(bytes, end)
    }
    // Other line breaks than LF, CR and CR LF exist for libyaml; then the lengths don't add up. Nor do they where
    // trailing blank lines are kept, or the last line has no break.
    guard let place, textOffset - (isStripped ? 1 : 0) == Int(node.count) else { return nil }

    var end = Int(node.end) + newText.count - text.count
    if !bytes[range.end..<Int(node.end)].contains(where: { $0 != 0x20 && $0 != 0x09 }) {
      // At the text's end, where trailing blanks count as text and not as part of the range.
      while end < newText.count, newText.bytes[end] == 0x20 || newText.bytes[end] == 0x09 { end += 1 }
      while end > 0, newText.bytes[end - 1] == 0x20 || newText.bytes[end - 1] == 0x09 { end -= 1 }
    }
    var result = self
    guard
      result.tree.replaceText(
        of: id, edited: range, newSource: newText.bytes, end: end, text: ByteRange(place, place + range.count),
        replacement: Array(edit.replacement.utf8))
    else { return nil }
    result.text = newText
    result.isSectioned = true
    result.problems = []
    let delta = newText.count - text.count
    result.finish(comments: comments.map { $0.start >= range.end ? $0.shifted(by: delta) : $0 })
    return result
  }

  private func reread(_ range: ByteRange, newText: SourceText) -> SyntaxTree? {
    guard let root = tree.root, let stretch = touchedEntries(of: root, range) else { return nil }
    let delta = newText.count - text.count
    let newStretch = ByteRange(stretch.bytes.start, stretch.bytes.end + delta)
    guard newStretch.end <= newText.count, newStretch.count > 0,
      isPlainStretch(newText.bytes, newStretch)
    else { return nil }

    let read = readEvents(source: newText.bytes, range: newStretch)
    guard read.failure == nil, read.secondDocument == nil, let newRoot = read.tree.root,
      hasKeysInFirstColumn(read.tree),
      read.tree.fullRange(of: NodeID(1)).start == firstContent(newText.bytes, newStretch)
    else { return nil }

    var builder = TreeBuilder(source: newText.bytes)
    builder.reserve(nodes: tree.nodes.count + read.tree.nodes.count)
    let start = stretch.nodes.lowerBound == 1 ? read.tree[newRoot].range.start : tree[root].range.start
    builder.open(.mapping, style: .block, start: start, end: start)
    builder.graft(tree, nodes: 1..<stretch.nodes.lowerBound, by: 0)
    builder.graft(read.tree, nodes: 1..<read.tree.nodes.count, by: 0)
    builder.graft(tree, nodes: stretch.nodes.upperBound..<tree.nodes.count, by: delta)
    builder.close(end: nil)

    var result = self
    result.text = newText
    result.tree = builder.tree
    result.problems = []
    result.isSectioned = true
    let mergedKeys = builder.tree.pairs(of: NodeID(0)).contains { builder.tree[$0.key].flags.contains(.merge) }
    if mergedKeys { result.tree.setMerge(on: NodeID(0)) }
    var comments = self.comments.prefix { $0.end <= stretch.bytes.start }
    comments += scanComments(
      in: result.tree, source: newText.bytes, range: newStretch, firstNode: stretch.nodes.lowerBound)
    comments += self.comments.drop { $0.start < stretch.bytes.end }.map { $0.shifted(by: delta) }
    result.finish(comments: Array(comments))
    return result
  }

  private struct Entries {
    /// From the first touched entry's first byte to the next untouched one's, in the old text.
    var bytes: ByteRange
    /// The nodes of the touched entries.
    var nodes: Range<Int>
  }

  /// The top-level entries that an edit touches, with the one that ends where the edit begins and the one that begins
  /// where it ends: what is put between two entries may belong to either.
  private func touchedEntries(of root: NodeID, _ range: ByteRange) -> Entries? {
    var entries: Entries?
    var isFirst = true
    for (key, _) in tree.pairs(of: root) {
      let start = tree.fullRange(of: key).start
      if start < range.start || isFirst {
        // The text before the first key has no key to hold on to, unless it is read with it from the start.
        let from = isFirst ? text.byteOrderMarkLength : start
        entries = Entries(bytes: ByteRange(from, text.count), nodes: Int(key.index)..<tree.nodes.count)
      } else if start > range.end, let open = entries {
        entries = Entries(
          bytes: ByteRange(open.bytes.start, start), nodes: open.nodes.lowerBound..<Int(key.index))
        break
      }
      isFirst = false
    }
    guard let entries, range.start >= entries.bytes.start else { return nil }
    return entries
  }
}

/// The offset behind a line break; behind the text, or beside a byte that is no line break, the offset itself.
private func startOfNextLine(_ bytes: [UInt8], _ offset: Int) -> Int {
  guard offset < bytes.count else { return offset }
  if bytes[offset] == 0x0D, offset + 1 < bytes.count, bytes[offset + 1] == 0x0A { return offset + 2 }
  return bytes[offset] == 0x0A || bytes[offset] == 0x0D ? offset + 1 : offset
}

/// Whether the top level is a block mapping whose keys all begin lines in the first column, so that each entry can be
/// read apart from the others.
func hasSections(_ tree: DocumentTree) -> Bool {
  hasKeysInFirstColumn(tree) && isPlainStretch(tree.source, ByteRange(0, tree.source.count))
}

private func hasKeysInFirstColumn(_ tree: DocumentTree) -> Bool {
  guard let root = tree.root, tree[root].kind == .mapping, tree[root].style == .block,
    tree.properties(of: root) == nil, tree[root].count > 0
  else { return false }
  for (key, _) in tree.pairs(of: root) {
    let start = tree.fullRange(of: key).start
    guard isLineStart(tree.source, start), tree[key].kind == .scalar, tree[key].style != .literal,
      tree[key].style != .folded, !tree[key].flags.contains(.absent), tree.source[start] != UInt8(ascii: "?")
    else { return false }
  }
  return true
}

/// Whether a stretch has no line in the first column that means something to the document as a whole: a document
/// marker, a directive, an explicit key.
private func isPlainStretch(_ bytes: [UInt8], _ range: ByteRange) -> Bool {
  let check = checkEncoding(of: bytes, in: ByteRange(range.start == 0 ? bomLength(bytes) : range.start, range.end))
  guard check.problems.isEmpty else { return false }
  var position = range.start
  while position < range.end {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "."):
      if position + 2 < range.end, bytes[position + 1] == byte, bytes[position + 2] == byte { return false }
    case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: ":"):
      return false
    default:
      break
    }
    while position < range.end, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
    position += 1
  }
  return true
}

private func bomLength(_ bytes: [UInt8]) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

private func isLineStart(_ bytes: [UInt8], _ offset: Int) -> Bool {
  guard offset >= 0, offset < bytes.count else { return false }
  guard offset > 0 else { return true }
  let before = bytes[offset - 1]
  return before == 0x0A || before == 0x0D || (offset == 3 && bomLength(bytes) == 3)
}

/// The offset of the first byte that is neither blank nor in a comment.
private func firstContent(_ bytes: [UInt8], _ range: ByteRange) -> Int {
  let lines = LineScanner(bytes: bytes, range: range)
  var current: LineScanner.Line? = lines.line(at: range.start)
  while let line = current {
    if !line.isBlank { return line.contentStart }
    current = lines.next(after: line)
  }
  return range.end
}
