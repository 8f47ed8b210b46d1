import LanguageServerProtocol
import SourceText

// The one door between byte offsets, which everything inside counts in, and the client's lines and columns.

/// The bytes of a client's range, cut to the text.
func byteRange(
  of range: LSP.Range, in text: SourceText, _ lines: LineIndex, _ encoding: PositionEncoding
) -> ByteRange {
  let start = byteOffset(of: range.start, in: text, lines, encoding)
  return ByteRange(start, range.end == range.start ? start : byteOffset(of: range.end, in: text, lines, encoding))
}

/// The byte offset of a client's position, cut to its line and to the text.
func byteOffset(
  of position: LSP.Position, in text: SourceText, _ lines: LineIndex, _ encoding: PositionEncoding
) -> Int {
  let place = LinePosition(line: position.line, column: max(0, position.character))
  return lines.offset(of: place, in: text, encoding: encoding)
}

extension Document {
  /// The byte offset of a client's position.
  func offset(of position: LSP.Position) -> Int { byteOffset(of: position, in: text, lines, encoding) }

  /// For many offsets at once.
  var positions: PositionFinder { PositionFinder(text, lines, encoding) }

  /// A byte offset as the client counts.
  func position(of offset: Int) -> LSP.Position {
    let place = lines.position(of: offset, in: text, encoding: encoding)
    return LSP.Position(line: place.line, character: place.column)
  }

  /// A range of bytes as the client counts.
  func range(of bytes: ByteRange) -> LSP.Range {
    let start = position(of: bytes.start)
    return LSP.Range(start: start, end: bytes.isEmpty ? start : position(of: bytes.end))
  }
}

extension PositionFinder {
  /// A range of bytes as the client counts.
  mutating func range(of bytes: ByteRange) -> LSP.Range {
    let start = position(of: bytes.start)
    let end = bytes.isEmpty ? start : position(of: bytes.end)
    return LSP.Range(
      start: LSP.Position(line: start.line, character: start.column),
      end: LSP.Position(line: end.line, character: end.column))
  }
}
