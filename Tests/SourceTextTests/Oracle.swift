import SourceText

/// One to four bytes, one and two UTF-16 units, one to five scalars for what people see as one character, and every
/// sort of line break.
let pieces = [
  "a", "é", "漢", "😀", "e\u{301}", "\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}", "\n", "\r\n", "\r", "\u{FEFF}", ": ",
]

/// The lines of a text, each with its break, by the plainest means.
func linesOf(_ text: String) -> [[Unicode.Scalar]] {
  var lines: [[Unicode.Scalar]] = [[]]
  let scalars = Array(text.unicodeScalars)
  for (index, scalar) in scalars.enumerated() {
    lines[lines.count - 1].append(scalar)
    let isPair = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
    if scalar == "\n" || (scalar == "\r" && !isPair) { lines.append([]) }
  }
  return lines
}

/// How many units scalars take.
func units(_ scalars: some Sequence<Unicode.Scalar>, _ encoding: PositionEncoding) -> Int {
  let text = String(String.UnicodeScalarView(scalars))
  return switch encoding {
  case .utf8: text.utf8.count
  case .utf16: text.utf16.count
  case .utf32: text.unicodeScalars.count
  }
}
