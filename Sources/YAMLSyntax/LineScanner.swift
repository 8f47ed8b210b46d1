import SourceText

/// Looks at the lines of a stretch of YAML without parsing it, for the places where the parser has given up.
struct LineScanner {
  let bytes: [UInt8]
  let range: ByteRange

  /// A line, cut into the parts that matter when it can't be parsed.
  struct Line {
    /// From the line's first byte to its line break, which is not included.
    var range: ByteRange
    /// The offset of the first byte that is neither space nor tab.
    var contentStart: Int
    /// The offset after the last byte that is neither blank nor part of a trailing comment.
    var contentEnd: Int
    /// Whether the line holds nothing but blanks and a comment.
    var isBlank: Bool { contentStart >= contentEnd }
    /// The number of bytes of leading white space.
    var indentation: Int { contentStart - range.start }
  }

  func lineStart(_ offset: Int) -> Int {
    var position = Swift.min(Swift.max(offset, range.start), range.end)
    while position > range.start, !isBreak(bytes[position - 1]) { position -= 1 }
    return position
  }

  func line(at offset: Int) -> Line {
    let start = lineStart(offset)
    var end = start
    while end < range.end, !isBreak(bytes[end]) { end += 1 }
    var contentStart = start
    while contentStart < end, isSpace(bytes[contentStart]) { contentStart += 1 }
    var contentEnd = commentStart(from: contentStart, to: end) ?? end
    while contentEnd > contentStart, isSpace(bytes[contentEnd - 1]) { contentEnd -= 1 }
    return Line(range: ByteRange(start, end), contentStart: contentStart, contentEnd: contentEnd)
  }

  /// The line after this one, nil at the end of the stretch.
  func next(after line: Line) -> Line? {
    var position = line.range.end
    guard position < range.end else { return nil }
    position += bytes[position] == 0x0D && position + 1 < range.end && bytes[position + 1] == 0x0A ? 2 : 1
    return position < range.end ? self.line(at: position) : nil
  }

  /// The last line before this one that is not blank.
  func previousContentLine(before line: Line) -> Line? {
    var start = line.range.start
    while start > range.start {
      let previous = self.line(at: start - 1)
      if !previous.isBlank { return previous }
      start = previous.range.start
    }
    return nil
  }

  /// Where a comment begins in a line: a `#` at its start or behind a blank, outside quotes that open a value.
  private func commentStart(from start: Int, to end: Int) -> Int? {
    var position = start
    var quote: UInt8 = 0
    while position < end {
      let byte = bytes[position]
      if quote != 0 {
        if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
          position += 1
        } else if byte == quote {
          quote = 0
        }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        // A quote in the middle of a word is an apostrophe, and one that never closes hides no comment.
        let opens = position == start || isSpace(bytes[position - 1]) || isFlowIndicator(bytes[position - 1])
        if opens, closes(byte, from: position + 1, to: end) { quote = byte }
      } else if byte == UInt8(ascii: "#"), position == start || isSpace(bytes[position - 1]) {
        return position
      }
      position += 1
    }
    return nil
  }

  private func closes(_ quote: UInt8, from start: Int, to end: Int) -> Bool {
    var position = start
    while position < end {
      if bytes[position] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        position += 1
      } else if bytes[position] == quote {
        return true
      }
      position += 1
    }
    return false
  }

  /// The parts of a content line: `- ` markers, a key, a value.
  struct Parts {
    /// The offset of the first `-` of an item, if the line begins with one.
    var dash: Int?
    /// The key, without its colon.
    var key: ByteRange?
    /// What stands behind the markers and the key's colon; empty at the content's end if there is nothing.
    var value: ByteRange
  }

  func parts(of line: Line) -> Parts {
    var position = line.contentStart
    var dash: Int?
    while position < line.contentEnd, bytes[position] == UInt8(ascii: "-"),
      position + 1 >= line.contentEnd || isSpace(bytes[position + 1])
    {
      if dash == nil { dash = position }
      // A dash with nothing behind it is the item's text in an author's eyes, if another one stands before it.
      if position + 1 >= line.contentEnd, dash != position { break }
      position += 1
      while position < line.contentEnd, isSpace(bytes[position]) { position += 1 }
    }
    if let colon = keyColon(from: position, to: line.contentEnd) {
      var start = colon + 1
      while start < line.contentEnd, isSpace(bytes[start]) { start += 1 }
      return Parts(dash: dash, key: ByteRange(position, colon), value: ByteRange(start, line.contentEnd))
    }
    return Parts(dash: dash, key: nil, value: ByteRange(position, line.contentEnd))
  }

  /// The colon that ends a key which begins at `start`, if there is one on the line.
  func keyColon(from start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    var position = start
    let first = bytes[start]
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      position += 1
      while position < end, bytes[position] != first {
        position += bytes[position] == UInt8(ascii: "\\") && first == UInt8(ascii: "\"") ? 2 : 1
      }
      position += 1
      while position < end, isSpace(bytes[position]) { position += 1 }
      let isKey =
        position < end && bytes[position] == UInt8(ascii: ":")
        && (position + 1 >= end || isSpace(bytes[position + 1]))
      return isKey ? position : nil
    }
    guard !isIndicator(first) else { return nil }
    while position < end {
      if bytes[position] == UInt8(ascii: ":"), position + 1 >= end || isSpace(bytes[position + 1]) { return position }
      position += 1
    }
    return nil
  }

  func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private func isFlowIndicator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: ",")
  }

  /// Whether a plain scalar can't begin with this byte (YAML 1.2, c-indicator), `-`, `?` and `:` aside.
  func isIndicator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
      UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
      UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"),
      UInt8(ascii: "`"):
      return true
    default:
      return false
    }
  }

  /// The offset after the bracket that closes the one at `start`, quotes skipped; nil if nothing in the stretch does.
  func matchingBracket(from start: Int) -> Int? {
    var depth = 0
    var position = start
    while position < range.end {
      switch bytes[position] {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return position + 1 }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        let quote = bytes[position]
        var end = position + 1
        while end < range.end, bytes[end] != quote {
          end += bytes[end] == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") ? 2 : 1
        }
        if end < range.end { position = end }
      default:
        break
      }
      position += 1
    }
    return nil
  }
}
