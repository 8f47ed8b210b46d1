import DocumentTree
public import SourceText
import YAMLSyntax

/// What follows from a character that was typed: behind a line break the indentation that fits the place, and a dash where
/// a list of texts goes on; a dash below a key moves to where lists stand. No other line than the cursor's is touched.
///
/// - Parameters:
///   - snapshot: the masque with the character.
///   - offset: the cursor, in bytes.
///   - character: the character: a line break or `-`; nothing follows from others.
/// - Returns: one edit of the cursor's line, or none. O(lines above the cursor), as far up as the next top-level key.
public func typingEdits(in snapshot: Snapshot, at offset: Int, after character: String) -> [TextEdit] {
  let scanner = CursorScanner(snapshot: snapshot, offset: min(max(offset, 0), snapshot.text.count))
  switch character {
  case "\n", "\r", "\r\n": return scanner.editAfterLineBreak().map { [$0] } ?? []
  case "-": return scanner.editAfterDash().map { [$0] } ?? []
  default: return []
  }
}

extension CursorScanner {
  /// The parts of a line that decide what may follow below it.
  private struct Parts {
    /// The column of the last of the dashes that begin the line.
    var dash: Int?
    /// The column of what stands behind the dashes.
    var column: Int
    /// What stands behind the dashes, without a comment.
    var content: ByteRange
    /// What stands behind the key's colon, if there is a key.
    var value: ByteRange?
  }

  fileprivate func editAfterLineBreak() -> TextEdit? {
    let current = line(at: offset)
    guard offset <= current.contentStart, let above = line(before: current), !isInQuotes(current.start) else {
      return nil
    }
    let hasRest = !current.isBlank
    // The line break was typed before the line's content: the line goes down as it is.
    if hasRest, above.isBlank { return nil }
    guard let (column, prefix) = placeBelow(above, hasRest: hasRest) else { return nil }
    if hasRest, [UInt8(ascii: "]"), UInt8(ascii: "}")].contains(bytes[current.contentStart]) { return nil }
    let hasDash = hasRest && parts(of: current).dash != nil
    let wanted = String(repeating: " ", count: column) + (hasDash ? "" : prefix)
    let range = ByteRange(current.start, hasRest ? current.contentStart : current.end)
    return snapshot.text[range] == wanted ? nil : TextEdit(range, wanted)
  }

  /// The column for a line below another, and what it begins with; nil where nothing can be said.
  private func placeBelow(_ above: Line, hasRest: Bool) -> (column: Int, prefix: String)? {
    // A text block goes on over blank lines.
    var last: Line? = above
    while let line = last, line.isBlank { last = self.line(before: line) }
    guard let last else { return nil }
    let parts = parts(of: last)
    if isInTextBlock(last) { return (last.indentation, "") }
    if opensTextBlock(last) {
      return ((parts.value == nil ? parts.dash ?? parts.column : parts.column) + indentation, "")
    }
    guard !above.isBlank else { return nil }
    if bytes[last.contentStart] == UInt8(ascii: "#") { return (last.indentation, "") }
    if let column = columnInBrackets(last, parts) { return (column, "") }
    if let value = parts.value {
      guard isWhole(value) else { return nil }
      return (parts.column + (isEmpty(value) ? indentation : 0), "")
    }
    guard let dash = parts.dash, isWhole(parts.content) else { return nil }
    return (dash, parts.content.isEmpty ? "" : "- ")
  }

  private var indentation: Int { 2 }

  private func parts(of line: Line) -> Parts {
    var end = line.end
    if let comment = snapshot.syntax.comments.first(where: { $0.start >= line.contentStart }), comment.start < end {
      end = comment.start
    }
    while end > line.contentStart, isSpace(bytes[end - 1]) { end -= 1 }
    var position = line.contentStart
    var dash: Int?
    while position < end, bytes[position] == UInt8(ascii: "-"), position + 1 >= end || isSpace(bytes[position + 1]) {
      dash = position - line.start
      position += 1
      while position < end, isSpace(bytes[position]) { position += 1 }
    }
    // Behind a dash alone stands nothing, two columns further in.
    let column = position >= end ? (dash ?? line.indentation) + indentation : position - line.start
    var result = Parts(dash: dash, column: column, content: ByteRange(position, end))
    if let colon = colon(from: position, to: end) {
      var start = colon + 1
      while start < end, isSpace(bytes[start]) { start += 1 }
      result.value = ByteRange(start, end)
    }
    return result
  }

  /// Whether a value is still to come: there is nothing, or an anchor or a tag alone.
  private func isEmpty(_ value: ByteRange) -> Bool {
    guard !value.isEmpty else { return true }
    let isProperty = bytes[value.start] == UInt8(ascii: "&") || bytes[value.start] == UInt8(ascii: "!")
    return isProperty && !bytes[value.start..<value.end].contains(where: isSpace)
  }

  /// Whether a text does not go on below: its quotes are closed.
  private func isWhole(_ text: ByteRange) -> Bool {
    guard let first = bytes[text.start..<text.end].first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
    else { return true }
    return text.count > 1 && bytes[text.end - 1] == first
  }

  private func isInQuotes(_ offset: Int) -> Bool {
    guard let id = tree.node(at: offset) else { return false }
    let node = tree[id]
    return (node.style == .doubleQuoted || node.style == .singleQuoted) && !node.flags.contains(.repaired)
      && Int(node.start) < offset && offset < Int(node.end)
  }

  /// The column for a line in brackets that are open at the end of another.
  private func columnInBrackets(_ line: Line, _ parts: Parts) -> Int? {
    let end = parts.content.end
    guard end > parts.content.start else { return nil }
    if bytes[end - 1] == UInt8(ascii: "[") || bytes[end - 1] == UInt8(ascii: "{") {
      return line.indentation + indentation
    }
    guard var id = tree.node(at: end) else { return nil }
    while let parent = tree.parent(of: id) {
      let node = tree[id]
      if node.style == .flow, Int(node.start) < end, end < Int(node.end) { return line.indentation }
      id = parent
    }
    return nil
  }

  fileprivate func editAfterDash() -> TextEdit? {
    let current = line(at: offset)
    guard offset == current.contentStart + 1, current.contentStart < current.end,
      bytes[current.contentStart] == UInt8(ascii: "-"),
      bytes[(current.contentStart + 1)..<current.end].allSatisfy(isSpace), !isInQuotes(current.start),
      !isInTextBlock(current)
    else { return nil }
    var above = line(before: current)
    while let line = above, line.isBlank || bytes[line.contentStart] == UInt8(ascii: "#") {
      above = self.line(before: line)
    }
    guard let key = above, !opensTextBlock(key) else { return nil }
    let parts = parts(of: key)
    guard let value = parts.value, value.isEmpty, current.indentation == parts.column else { return nil }
    // A list that stands at its key's column already stays there.
    var below = line(after: current)
    while let line = below, line.isBlank { below = self.line(after: line) }
    if let below, below.indentation == current.indentation, bytes[below.contentStart] == UInt8(ascii: "-") {
      return nil
    }
    return .insert(String(repeating: " ", count: indentation), at: current.start)
  }
}
