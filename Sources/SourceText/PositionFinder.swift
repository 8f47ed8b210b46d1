/// Finds the lines and columns of many offsets of one text: what it has counted on a line is not counted again, so that
/// n offsets cost O(n log lines + text), even where the whole text is one line.
public struct PositionFinder {
  private let text: SourceText
  private let lines: LineIndex
  private let encoding: PositionEncoding
  /// The line that was asked for last, and where it and the next one begin.
  private var line = 0
  private var start = 0
  private var end = 0
  /// Places of the line some `stride` bytes apart, as far as somebody has asked.
  private var known: [ColumnPlace] = []

  private static let stride = 256

  /// A finder.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - lines: its lines.
  ///   - encoding: what columns are counted in.
  public init(_ text: SourceText, _ lines: LineIndex, _ encoding: PositionEncoding) {
    self.text = text
    self.lines = lines
    self.encoding = encoding
    choose(line: 0)
  }

  private mutating func choose(line: Int) {
    self.line = line
    start = Int(lines.starts[line])
    end = line + 1 < lines.lineCount ? Int(lines.starts[line + 1]) : Int.max
    known.removeAll(keepingCapacity: true)
  }

  /// What `LineIndex.position(of:in:encoding:)` says. Offsets that ascend cost least.
  public mutating func position(of offset: Int) -> LinePosition {
    let offset = min(max(offset, 0), lines.count)
    if offset < start || offset >= end {
      // Tokens come line by line.
      if line + 1 < lines.lineCount, offset >= end, line + 2 >= lines.lineCount || offset < lines.starts[line + 2] {
        choose(line: line + 1)
      } else {
        choose(line: lines.line(containing: offset))
      }
    }
    let stop = (offset - start) / Self.stride
    if stop > 0, known.isEmpty { known.append(ColumnPlace(offset: start, column: 0)) }
    while known.count <= stop, let last = known.last {
      known.append(last.advanced(to: start + known.count * Self.stride, in: text.bytes, encoding))
    }
    let place = stop > 0 ? known[stop] : ColumnPlace(offset: start, column: 0)
    return LinePosition(line: line, column: place.advanced(to: offset, in: text.bytes, encoding).column)
  }
}
