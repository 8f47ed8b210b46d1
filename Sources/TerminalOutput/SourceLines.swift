public import MasqueWorkspace
public import SourceText

/// A place as people count: from 1, the column in Unicode scalars. A byte-order mark is not counted.
public struct Place: Sendable, Hashable {
  /// The line.
  public var line: Int
  /// The column.
  public var column: Int
  /// The offset in bytes, from 0.
  public var offset: Int

  /// The place of the next scalar in the line; nil at the end of the text.
  @inline(__always)
  fileprivate func next(in bytes: UnsafeBufferPointer<UInt8>) -> Place? {
    guard offset < bytes.count else { return nil }
    return Place(line: line, column: column + 1, offset: offset + scalarLength(bytes, at: offset))
  }
}

/// The lines of a text for a report, which asks for many places.
public struct SourceLines: Sendable {
  /// The text.
  public let text: SourceText
  /// Where its lines begin.
  public let index: LineIndex
  /// Places within long lines, one in about `stride` bytes, so that no line is counted from its start again and again.
  private var marks: [Int: [Place]] = [:]
  private static let stride = 1_024

  /// The lines of a text. O(n).
  public init(_ text: SourceText) {
    self.text = text
    index = LineIndex(text)
  }

  /// The place of an offset; one inside a scalar counts as the scalar's start, one past the end as the end.
  ///
  /// - Parameter offset: bytes from the start.
  /// - Returns: the place.
  public mutating func place(of offset: Int) -> Place {
    let offset = min(max(offset, 0), text.count)
    let line = index.line(containing: offset)
    let start = line == 0 ? min(text.byteOrderMarkLength, offset) : Int(index.starts[line])
    var place = Place(line: line + 1, column: 1, offset: start)
    if offset - start >= Self.stride {
      let marks = marks(ofLine: line, from: start)
      // A mark is at most three bytes behind its even place.
      let nearest = min((offset - start) / Self.stride, marks.count - 1)
      place = marks[nearest].offset <= offset ? marks[nearest] : marks[nearest - 1]
    }
    text.bytes.withUnsafeBufferPointer { bytes in
      while place.offset < offset, let next = place.next(in: bytes), next.offset <= offset { place = next }
    }
    return Place(line: place.line, column: place.column, offset: offset)
  }

  private mutating func marks(ofLine line: Int, from start: Int) -> [Place] {
    if let known = marks[line] { return known }
    let end = index.contentRange(ofLine: line, in: text).end
    var place = Place(line: line + 1, column: 1, offset: start)
    var made = [place]
    text.bytes.withUnsafeBufferPointer { bytes in
      while place.offset < end, let next = place.next(in: bytes) {
        place = next
        if place.offset - start >= made.count * Self.stride { made.append(place) }
      }
    }
    marks[line] = made
    return made
  }

  /// The bytes of a line without its line break and a byte-order mark.
  ///
  /// - Parameter line: its number, from 1.
  /// - Returns: the bytes.
  public func content(ofLine line: Int) -> ByteRange {
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

/// The lines of a file as it is now.
///
/// - Parameters:
///   - path: the file.
///   - files: the file system.
/// - Returns: its lines; nil if it can't be read.
public func readLines(of path: String, in files: any Files) -> SourceLines? {
  (try? files.read(FilePath(path), maximumLength: 16 << 20)).map { SourceLines(SourceText($0)) }
}
