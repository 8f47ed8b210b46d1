extension FrameText {
  /// A text on one line: runs of white space as one blank, none at either end, control characters as their symbols, and
  /// nothing in it that looks like the frame's tags.
  static func line(_ text: String) -> String { collapsed(withoutTags(text)) }

  private static func collapsed(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isBlankDue = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        isBlankDue = !result.isEmpty
      } else {
        if isBlankDue { result.append(" ") }
        isBlankDue = false
        result.append(visible(scalar))
      }
    }
    return String(result)
  }

  /// A text as the value of an attribute of the frame's tag, in double quotes.
  static func attribute(_ text: String) -> String {
    var result = "\""
    for scalar in collapsed(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      case "<", "\u{FF1C}", "\u{FE64}": result += "&lt;"
      case ">": result += "&gt;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A text of any number of lines as the body of a section, without a line break at its end.
  ///
  /// Its headings stand two levels below where they were, under the section's own; a code block that it leaves open is
  /// closed; a line of hyphens is a break between paragraphs and no heading's rule; HTML that it leaves open is shown as
  /// text. Whatever else it says stands as it is.
  static func body(_ text: String) -> String {
    var lines: [String] = []
    var fence: Fence?
    for line in splitLines(withoutTags(withoutOpenHTML(text))) {
      let isImitation = isImitation(line)
      if let open = fence {
        lines.append(isImitation ? demoted(line) : line)
        if open.isClosed(by: line) { fence = nil }
        continue
      }
      if let open = Fence(line) {
        fence = open
        lines.append(line)
      } else if isImitation || isHeading(line) {
        lines.append(demoted(line))
      } else {
        if isRule(line), lines.last.map({ !$0.isEmpty }) == true { lines.append("") }
        lines.append(line)
      }
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    if let fence { lines.append(fence.text) }
    return lines.drop { $0.isEmpty }.joined(separator: "\n")
  }

  /// The lines of a text, blanks at their ends left out, control characters as their symbols.
  private static func splitLines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var isAfterReturn = false
    func end() {
      while let last = line.last, last == " " || last == "\t" { line.removeLast() }
      lines.append(String(line))
      line = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A where isAfterReturn: break
      case 0x0A...0x0D, 0x85, 0x2028, 0x2029: end()
      case 0x09: line.append(scalar)
      default: line.append(visible(scalar))
      }
      isAfterReturn = scalar == "\r"
    }
    end()
    return lines
  }

  /// The scalar, or the symbol for a control character.
  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    // The symbols for control characters stand in their order.
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0: "\u{FFFD}"
    default: scalar
    }
  }

  // MARK: Tags

  /// A text in which nothing looks like one of the frame's tags: `<` is `&lt;` there.
  private static func withoutTags(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.contains(where: mayBeginTag) else { return String(decoding: bytes, as: UTF8.self) }
      var result: [UInt8] = []
      result.reserveCapacity(bytes.count + 8)
      var position = 0
      while position < bytes.count {
        if mayBeginTag(bytes[position]), tagEnd(in: bytes, at: position) != nil {
          result += "&lt;".utf8
          position += bytes[position] == UInt8(ascii: "<") ? 1 : 3
        } else {
          result.append(bytes[position])
          position += 1
        }
      }
      return String(decoding: result, as: UTF8.self)
    }
  }

  /// HTML that goes on, for a reader of Markdown, until it is closed.
  private static let openings = [
    ("<!--", "-->"), ("<![cdata[", "]]>"), ("<?", "?>"), ("<script", "</script>"), ("<style", "</style>"),
    ("<pre", "</pre>"), ("<textarea", "</textarea>"),
  ]

  private static func withoutOpenHTML(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "<")) else { return text }
    let bytes = Array(text.utf8)
    let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    // Behind the last end of its kind, whatever is begun stays open.
    let begun = openings.map { opening, closing in
      (Array(opening.utf8), lastEnd(of: Array(closing.utf8), in: lower))
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 8)
    for (position, byte) in bytes.enumerated() {
      let isOpen =
        byte == UInt8(ascii: "<")
        && begun.contains { opening, end in position >= end && lower[position...].starts(with: opening) }
      if isOpen { result += "&lt;".utf8 } else { result.append(byte) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func lastEnd(of word: [UInt8], in bytes: [UInt8]) -> Int {
    var end = bytes.count
    while end >= word.count {
      if bytes[(end - word.count)..<end].elementsEqual(word) { return end }
      end -= 1
    }
    return 0
  }

  // MARK: Markdown

  private static func isImitation(_ line: String) -> Bool {
    var line = line
    return line.withUTF8 { isFrameLine($0, 0, $0.count) }
  }

  private static func isRule(_ line: String) -> Bool {
    var line = line
    return line.withUTF8 { isRule($0, 0, $0.count) }
  }

  /// Whether a line is a heading: up to three blanks, one to six `#`, then a blank or nothing.
  private static func isHeading(_ line: String) -> Bool {
    let indent = line.utf8.prefix { $0 == 0x20 }.count
    let rest = line.utf8.dropFirst(indent)
    let level = rest.prefix { $0 == UInt8(ascii: "#") }.count
    guard indent < 4, (1...6).contains(level) else { return false }
    return rest.dropFirst(level).first.map { $0 == 0x20 || $0 == 0x09 } ?? true
  }

  /// A heading two levels further down, or a label whose stars are text.
  private static func demoted(_ line: String) -> String {
    guard let mark = line.firstIndex(where: { $0 == "#" || $0 == "*" || $0 == "_" }) else { return line }
    if line[mark] != "#" { return line[..<mark] + "\\\(line[mark])\\" + line[line.index(after: mark)...] }
    let level = line[mark...].prefix { $0 == "#" }.count
    let rest = line[line.index(mark, offsetBy: level)...]
    let isApart = rest.first.map { $0 == " " || $0 == "\t" } ?? true
    return line[..<mark] + String(repeating: "#", count: min(level + 2, 6)) + (isApart ? "" : " ") + rest
  }

  /// The beginning of a block of code (CommonMark § Fenced code blocks).
  private struct Fence {
    var text: String

    init?(_ line: String) {
      let trimmed = line.drop { $0 == " " }
      guard let mark = trimmed.first, mark == "`" || mark == "~", line.count - trimmed.count < 4 else { return nil }
      let run = trimmed.prefix { $0 == mark }
      // Behind backquotes, another one makes it a stretch of code within a line.
      guard run.count >= 3, mark == "~" || !trimmed.dropFirst(run.count).contains("`") else { return nil }
      text = String(run)
    }

    func isClosed(by line: String) -> Bool {
      let trimmed = line.drop { $0 == " " }
      return line.count - trimmed.count < 4 && trimmed.hasPrefix(text) && trimmed.allSatisfy { $0 == text.first }
    }
  }
}
