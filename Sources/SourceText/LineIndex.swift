#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The unit in which a column is counted.
public enum PositionEncoding: String, Sendable, CaseIterable {
  /// UTF-8 code units: bytes.
  case utf8 = "utf-8"
  /// UTF-16 code units, the Language Server Protocol's default.
  case utf16 = "utf-16"
  /// Unicode scalars. What people see in a terminal counts these, from 1.
  case utf32 = "utf-32"
}

/// A line and a column, both from 0, the column in units of some `PositionEncoding`.
public struct LinePosition: Hashable, Comparable, Sendable {
  /// The line, from 0.
  public var line: Int
  /// The column, from 0.
  public var column: Int

  /// A position.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (a: LinePosition, b: LinePosition) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}

/// Where the lines of a text begin. A line ends at LF, CR LF or a lone CR, as the Language Server Protocol has it.
public struct LineIndex: Hashable, Sendable {
  /// The offset of each line's first byte; the first is 0.
  public private(set) var starts: [Int32]
  /// The text's length in bytes.
  public private(set) var count: Int

  /// The lines of a text. O(n).
  public init(_ text: SourceText) {
    starts = [0]
    count = text.count
    Self.scan(text.bytes, from: 0, to: text.count) { starts.append($0) }
  }

  /// The number of lines, at least 1: a text that ends in a line break has an empty last line.
  public var lineCount: Int { starts.count }

  /// Calls `body` with the offset after each line break that begins in `from ..< to`.
  private static func scan(_ bytes: [UInt8], from: Int, to: Int, _ body: (Int32) -> Void) {
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, from < to else { return }
      // Most files have no CR at all; then one memchr per line does it.
      if memchr(base + from, 0x0D, to - from) == nil {
        var position = from
        while position < to, let found = memchr(base + position, 0x0A, to - position) {
          position = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
          body(Int32(truncatingIfNeeded: position))
        }
        return
      }
      var position = from
      while position < to {
        let byte = buffer[position]
        position += 1
        if byte == 0x0A {
          body(Int32(truncatingIfNeeded: position))
        } else if byte == 0x0D {
          if position < buffer.count, buffer[position] == 0x0A { position += 1 }
          body(Int32(truncatingIfNeeded: position))
        }
      }
    }
  }

  /// Follows a replacement in the text without reading all of it again: O(edited lines) plus moving the later starts.
  ///
  /// - Parameters:
  ///   - range: the bytes that were replaced, in the old text.
  ///   - newText: the text after the replacement.
  public mutating func update(replacing range: ByteRange, in newText: SourceText) {
    let range = range.clamped(to: count)
    let delta = newText.count - count
    // One byte to either side may join or part a CR LF pair, so its line is read again as well.
    let first = line(containing: max(range.start - 1, 0))
    var next = line(containing: min(range.end + 1, count)) + 1
    // A start that lay in the edited text, or just behind it, is found again by the scan below.
    while next < starts.count, Int(starts[next]) <= range.end { next += 1 }
    let from = Int(starts[first])
    let to = next < starts.count ? Int(starts[next]) + delta : newText.count
    var fresh: [Int32] = []
    Self.scan(newText.bytes, from: from, to: to) { fresh.append($0) }
    if next < starts.count {
      // The scan's last line break is the one that begins line `next`.
      let shift = Int32(truncatingIfNeeded: delta)
      if shift != 0 {
        starts.withUnsafeMutableBufferPointer { buffer in
          for i in next..<buffer.count { buffer[i] &+= shift }
        }
      }
      if fresh.last == starts[next] { fresh.removeLast() }
    }
    starts.replaceSubrange((first + 1)..<next, with: fresh)
    count = newText.count
  }

  /// The line, from 0, that contains an offset; an offset out of range counts as the nearest end. O(log lines).
  public func line(containing offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(starts[middle]) <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The range of a line's bytes without its line break; empty at the end of the text for a line that does not exist.
  public func contentRange(ofLine line: Int, in text: SourceText) -> ByteRange {
    guard line >= 0, line < starts.count else { return ByteRange(at: count) }
    let start = Int(starts[line])
    var end = line + 1 < starts.count ? Int(starts[line + 1]) : count
    if line + 1 < starts.count {
      if end > start, text.bytes[end - 1] == 0x0A { end -= 1 }
      if end > start, text.bytes[end - 1] == 0x0D { end -= 1 }
    }
    return ByteRange(start, end)
  }

  /// The line and column of an offset; an offset inside a scalar counts as the scalar's start. O(line length): for many
  /// offsets there is ``PositionFinder``.
  public func position(of offset: Int, in text: SourceText, encoding: PositionEncoding) -> LinePosition {
    let offset = min(max(offset, 0), count)
    let line = line(containing: offset)
    let place = ColumnPlace(offset: Int(starts[line]), column: 0).advanced(to: offset, in: text.bytes, encoding)
    return LinePosition(line: line, column: place.column)
  }

  /// The offset of a line and column. A column past the line's end is its end; a column inside a scalar is the
  /// scalar's start; a line past the last is the text's end. O(line length).
  public func offset(of position: LinePosition, in text: SourceText, encoding: PositionEncoding) -> Int {
    guard position.line >= 0 else { return 0 }
    guard position.line < starts.count else { return count }
    let content = contentRange(ofLine: position.line, in: text)
    return text.bytes.withUnsafeBufferPointer { bytes in
      var offset = content.start
      var column = 0
      while offset < content.end {
        let length = min(scalarLength(bytes[offset]), content.end - offset)
        let next = column + width(ofScalarLength: length, encoding)
        if next > position.column { break }
        column = next
        offset += length
      }
      return offset
    }
  }
}

/// The bytes of the scalar that a lead byte begins; a stray continuation or invalid byte counts as one.
private func scalarLength(_ lead: UInt8) -> Int {
  if lead < 0xC2 { return 1 }
  if lead < 0xE0 { return 2 }
  if lead < 0xF0 { return 3 }
  return lead < 0xF5 ? 4 : 1
}

private func width(ofScalarLength length: Int, _ encoding: PositionEncoding) -> Int {
  switch encoding {
  case .utf8: length
  case .utf16: length == 4 ? 2 : 1
  case .utf32: 1
  }
}

/// The start of a scalar, and its column.
struct ColumnPlace {
  var offset: Int
  var column: Int

  /// The last scalar that starts at or before an offset of the same line, or at the text's end.
  func advanced(to end: Int, in bytes: [UInt8], _ encoding: PositionEncoding) -> ColumnPlace {
    bytes.withUnsafeBufferPointer { bytes in
      let end = min(end, bytes.count)
      guard offset < end else { return self }
      // Most of YAML is ASCII, and looking for anything else takes a fraction of counting.
      if bytes[offset..<end].reduce(0, |) < 0x80 { return ColumnPlace(offset: end, column: column + end - offset) }
      var place = self
      while place.offset < end {
        let length = min(scalarLength(bytes[place.offset]), bytes.count - place.offset)
        if place.offset + length > end { break }
        place.column += width(ofScalarLength: length, encoding)
        place.offset += length
      }
      return place
    }
  }
}
