/// Words for the command line of a shell.
public enum ShellWord {
  /// A word as a shell reads it back: as it is where it needs no quotes, in single quotes where it does, and in `$'…'`,
  /// which bash, zsh and POSIX 2024 know, where control characters would spoil the line or `<` would begin something.
  ///
  /// - Parameter word: any text without a NUL, which no argument can hold; one that is there is left out.
  /// - Returns: one word on one line.
  public static func quoted(_ word: String) -> String {
    let scalars = word.unicodeScalars.filter { $0 != "\0" }
    // zsh looks for a program where a word begins with `=`.
    if !scalars.isEmpty, scalars.allSatisfy(isPlain), scalars.first != "=" {
      return String(String.UnicodeScalarView(scalars))
    }
    let needsEscapes = scalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || isLineBreak($0) }
    if !needsEscapes, !hasTag(word) {
      return "'" + String(String.UnicodeScalarView(scalars)).replacing("'", with: "'\\''") + "'"
    }
    var result = "$'"
    for scalar in scalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "'": result += "\\'"
      case "\\": result += "\\\\"
      case "<": result += "\\x3c"
      case "\u{FF1C}", "\u{FE64}",
        _ where scalar.value < 0x20 || scalar.value >= 0x7F && scalar.value < 0xA0 || isLineBreak(scalar):
        // Byte by byte and always in three digits: what follows can't be taken for one more.
        for byte in String(scalar).utf8 {
          let digits = String(byte, radix: 8)
          result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "'"
  }

  /// Words with a blank between each two.
  public static func joined(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// Whether a shell takes a character for itself wherever it stands in a word.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", "@", ":", ",", "+", "=", "%": true
    default: scalar.value >= 0xA0 && !scalar.properties.isWhitespace && scalar.properties.generalCategory != .format
    }
  }

  private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x2028 || scalar.value == 0x2029
  }

  private static func hasTag(_ word: String) -> Bool {
    var word = word
    return word.withUTF8 { bytes in bytes.indices.contains { FrameText.tagEnd(in: bytes, at: $0) != nil } }
  }
}
