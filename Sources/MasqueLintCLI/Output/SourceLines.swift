import SourceText

/// A place as people count: from 1, the column in Unicode scalars. A byte-order mark is not counted.
struct Place {
  var line: Int
  var column: Int
  /// The offset in bytes, from 0.
  var offset: Int
}

/// The lines of a text for a report, which asks for places in about their order.
struct SourceLines {
  let text: SourceText
  let index: LineIndex
  /// The last answer: long lines are not counted from their start again.
  private var last = Place(line: 1, column: 1, offset: 0)

  init(_ text: SourceText) {
    self.text = text
    index = LineIndex(text)
    last.offset = text.byteOrderMarkLength
  }

  /// The place of an offset; one inside a scalar counts as the scalar's start, one past the end as the end.
  mutating func place(of offset: Int) -> Place {
    let offset = min(max(offset, 0), text.count)
    let line = index.line(containing: offset)
    let start = line == 0 ? min(text.byteOrderMarkLength, offset) : Int(index.starts[line])
    var place = Place(line: line + 1, column: 1, offset: start)
    if last.line == line + 1, last.offset <= offset, last.offset >= start { place = last }
    text.bytes.withUnsafeBufferPointer { bytes in
      while place.offset < offset {
        let next = place.offset + scalarLength(bytes, at: place.offset)
        if next > offset { break }
        place.offset = next
        place.column += 1
      }
    }
    last = place
    return Place(line: place.line, column: place.column, offset: offset)
  }

  /// The bytes of a line, from 1, without its line break and a byte-order mark.
  func content(ofLine line: Int) -> ByteRange {
    let range = index.contentRange(ofLine: line - 1, in: text)
    return line == 1 ? ByteRange(max(range.start, text.byteOrderMarkLength), range.end) : range
  }
}

/// The bytes of the scalar that begins at an index, by its first byte; at least 1, at most what is left.
@inline(__always)
func scalarLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
  let lead = bytes[index]
  let length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1
  return min(length, bytes.count - index)
}
