public import SourceText

/// One line of a text, or the part of it around a range, with the columns that the range has on a terminal.
public struct Excerpt {
  /// The line from 1.
  public var line: Int
  /// What is shown: tabs as spaces, control characters as symbols, `…` where the line was cut.
  public var content = ""
  /// How many columns are left of the range.
  public var indent = 0
  /// How many columns the range has on this line, at least 1.
  public var width = 1

  /// The line on which a range begins.
  ///
  /// - Parameters:
  ///   - range: the bytes to point at.
  ///   - lines: the text.
  ///   - columns: how many columns there are. A longer line is cut around the start of the range. O(columns).
  public init(_ range: ByteRange, in lines: SourceLines, columns: Int) {
    line = lines.index.line(containing: range.start) + 1
    let whole = lines.content(ofLine: line)
    let target = ByteRange(min(max(range.start, whole.start), whole.end), min(max(range.end, whole.start), whole.end))
    lines.text.bytes.withUnsafeBufferPointer { bytes in
      let start = windowStart(bytes, whole, before: target.start, columns: columns)
      if start > whole.start { content = "…" }
      var column = content.isEmpty ? 0 : 1
      var end: Int?
      var isJoined = false
      indent = column
      var position = start
      while position < whole.end {
        if position <= target.start { indent = column }
        if position >= target.end, end == nil { end = column }
        var (length, cell) = readCell(bytes, position, whole.end, column)
        // What is joined makes one sign with what it is joined to.
        if isJoined { cell.width = 0 }
        isJoined = cell.text == "\u{200D}"
        // The last column is for the sign that the line goes on.
        if column + cell.width > columns - 1, position + length < whole.end || column + cell.width > columns {
          content += "…"
          column += 1
          break
        }
        content += cell.text
        column += cell.width
        position += length
      }
      if position >= whole.end, target.start >= whole.end { indent = column }
      width = max((end ?? column) - indent, 1)
    }
    while content.utf8.last == 0x20 { content.removeLast() }
  }
}

extension Excerpt {
  /// Appends the line with its number, and below it a mark where the range is.
  ///
  /// - Parameters:
  ///   - gutter: how many columns the number has.
  ///   - mark: what stands below the range.
  ///   - style: how the frame stands out.
  ///   - result: what is appended to.
  public func append(_ gutter: Int, marked mark: String, _ style: Style, to result: inout String) {
    let number = String(line)
    let blank = String(repeating: " ", count: gutter)
    let padded = String(repeating: " ", count: max(gutter - number.count, 0)) + number
    result += "\(style.frame("\(padded) |"))\(content.isEmpty ? "" : " ")\(content)\n"
    result += "\(style.frame("\(blank) |")) \(String(repeating: " ", count: indent))\(mark)\n"
  }
}

/// Where the part of a line that is shown begins: at the line's start if the range is near enough, else so that a third
/// of the columns are left of the range.
private func windowStart(
  _ bytes: UnsafeBufferPointer<UInt8>, _ line: ByteRange, before target: Int, columns: Int
) -> Int {
  // A scalar has at most 4 bytes and 8 columns.
  if line.count * 8 <= columns { return line.start }
  var position = line.start
  var column = 0
  // Does all that comes before, and a bit of the range, fit?
  while position < target, column <= columns * 2 / 3 {
    let (length, cell) = readCell(bytes, position, line.end, column)
    position += length
    column += cell.width
  }
  if column <= columns * 2 / 3 { return line.start }
  var back = target
  var count = 0
  while back > line.start, count < columns / 3 {
    back -= 1
    while back > line.start, bytes[back] & 0xC0 == 0x80, target - back < columns * 4 { back -= 1 }
    count += 1
  }
  return back
}

/// What a scalar looks like on a terminal.
private struct Cell {
  var text: String
  var width: Int
}

private func readCell(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ end: Int, _ column: Int)
  -> (length: Int, cell: Cell)
{
  let byte = bytes[position]
  if byte >= 0x20, byte < 0x7F { return (1, Cell(text: String(Unicode.Scalar(byte)), width: 1)) }
  if byte == 0x09 {
    let width = tabWidth - column % tabWidth
    return (1, Cell(text: String(repeating: " ", count: width), width: width))
  }
  // U+2400 and on are the pictures of the control characters.
  if byte < 0x20 { return (1, Cell(text: String(Unicode.Scalar(UInt16(byte) + 0x2400) ?? "�"), width: 1)) }
  if byte == 0x7F { return (1, Cell(text: "\u{2421}", width: 1)) }
  let length = min(scalarLength(bytes, at: position), end - position)
  let piece = UnsafeBufferPointer(rebasing: bytes[position..<(position + length)])
  guard length > 1, let text = String(validating: piece, as: UTF8.self), let scalar = text.unicodeScalars.first else {
    return (1, Cell(text: "�", width: 1))
  }
  if isUnprintable(scalar) { return (length, Cell(text: "�", width: 1)) }
  return (length, Cell(text: text, width: terminalWidth(scalar)))
}

private let tabWidth = 4

/// Whether a scalar would change what the terminal or the reader sees instead of being seen: C1 control characters,
/// directional formatting, line separators.
func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
  default: false
  }
}

/// How many columns a scalar takes: 0 for one that joins the one before, 2 for wide ones (UAX #11) and emoji.
func terminalWidth(_ scalar: Unicode.Scalar) -> Int {
  let value = scalar.value
  if value < 0x300 { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  // Vowels and final consonants of Hangul syllables; skin tones.
  if (0x1160...0x11FF).contains(value) || (0x1F3FB...0x1F3FF).contains(value) { return 0 }
  if value < 0x1100 { return 1 }
  let isWide =
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18CFF, 0x1B000...0x1B2FF,
      0x20000...0x3FFFD:
      true
    default:
      // A flag is two regional indicators, each of which takes one column of the two.
      scalar.properties.isEmojiPresentation && !(0x1F1E6...0x1F1FF).contains(value)
    }
  return isWide ? 2 : 1
}

/// A text for a terminal: on one line, control characters and directional formatting replaced.
///
/// - Parameter text: any text.
/// - Returns: the same with pictures of control characters, or U+FFFD.
public func printable(_ text: String) -> String {
  if isPrintableASCII(text) { return text }
  guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if !isUnprintable(scalar) {
      result.unicodeScalars.append(scalar)
    } else if scalar.value < 0x20, let picture = Unicode.Scalar(scalar.value + 0x2400) {
      result.unicodeScalars.append(picture)
    } else {
      result.unicodeScalars.append("\u{FFFD}")
    }
  }
  return result
}

/// Whether a text is one line of ASCII without a control character, as nearly all are.
func isPrintableASCII(_ text: String) -> Bool {
  text.utf8.withContiguousStorageIfAvailable { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } } ?? false
}
