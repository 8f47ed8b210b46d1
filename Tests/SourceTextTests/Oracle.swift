import SourceText

/// A small deterministic generator, so that a failing case can be run again.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

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
