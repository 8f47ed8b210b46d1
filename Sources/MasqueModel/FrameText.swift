/// Text of a masque as it may stand inside the frame in which an agent is shown it: `<masque-active …>`, sections under
/// headings, `</masque-active>`.
///
/// Whatever a masque says, only the frame's own lines look like the frame's. `imitations(in:)` names what the frame has
/// to make harmless and an author would hardly want; it is what the rule `lens-breaks-block` reports.
public enum FrameText {
  /// The names of the frame's tags.
  static let tags = ["masque-active", "masque-ended"]

  /// The frame's headings, in lower case.
  static let headings = [
    "lens", "context", "intent boundaries", "attributes", "knowledge sources", "access", "skills",
  ]

  /// The labels of the frame's lists, in lower case and without their stars and colons.
  static let labels = ["allowed", "denied"]

  // MARK: What imitates the frame

  /// The places that imitate the frame: its tags in any case and spacing, its headings and its labels on lines of their
  /// own. In order, without overlaps. O(bytes).
  ///
  /// - Parameter bytes: a text in UTF-8.
  /// - Returns: offsets into the text.
  public static func imitations(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    // The line before, if it could be a heading with the line below it for its rule.
    var title: Range<Int>?
    while start < bytes.count {
      let end = lineEnd(bytes, start)
      if isFrameLine(bytes, start, end) {
        result.append(trimmed(bytes, start, end))
      } else {
        if let title, isRule(bytes, start, end), isName(bytes, title.lowerBound, title.upperBound) {
          result.append(trimmed(bytes, title.lowerBound, title.upperBound))
        }
        appendTags(in: bytes, start, end, to: &result)
      }
      title = start..<end
      start = max(end + breakLength(bytes, end), start + 1)
    }
    // A tag may go over lines.
    var unique: [Range<Int>] = []
    for range in result.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = unique.last, range.lowerBound < last.upperBound { continue }
      unique.append(range)
    }
    return unique
  }

  /// The end of what imitates the beginning of a tag, such as `</Masque-Active`.
  ///
  /// - Parameters:
  ///   - bytes: a text in UTF-8.
  ///   - start: an offset.
  /// - Returns: the offset behind the tag's name; nil if no such thing begins at `start`. O(1) but for white space.
  public static func tagEnd(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
    guard let bracket = bracketLength(bytes, start) else { return nil }
    var position = start + bracket
    while position < bytes.count {
      let length =
        bytes[position] == UInt8(ascii: "/") || bytes[position] == UInt8(ascii: "\\")
        ? 1 : blankLength(bytes, position)
      guard length > 0 else { break }
      position += length
    }
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "m") else { return nil }
    for tag in tags { if let end = matchEnd(bytes, position, tag) { return end } }
    return nil
  }

  /// Whether a byte can begin a tag: `<`, or the first of a wide one's.
  public static func mayBeginTag(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "<") || byte == 0xEF }

  private static func appendTags(
    in bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, to result: inout [Range<Int>]
  ) {
    var position = start
    while position < end {
      if mayBeginTag(bytes[position]), let tag = tagEnd(in: bytes, at: position) {
        result.append(position..<tag)
        position = tag
      } else {
        position += 1
      }
    }
  }

  /// The length of `<`, `＜` or `﹤`.
  private static func bracketLength(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int? {
    guard position < bytes.count else { return nil }
    if bytes[position] == UInt8(ascii: "<") { return 1 }
    guard bytes[position] == 0xEF, position + 2 < bytes.count else { return nil }
    let isWide =
      bytes[position + 1] == 0xBC && bytes[position + 2] == 0x9C
      || bytes[position + 1] == 0xB9 && bytes[position + 2] == 0xA4
    return isWide ? 3 : nil
  }

  /// The end of a tag's name, its case and whatever cannot be seen aside; a hyphen may be any dash, or a blank.
  private static func matchEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ name: String) -> Int? {
    var position = start
    for byte in name.utf8 {
      if byte == UInt8(ascii: "-") {
        var length = 0
        while position < bytes.count {
          let step = max(dashLength(bytes, position), blankLength(bytes, position))
          guard step > 0 else { break }
          position += step
          length += step
        }
        guard length > 0 else { return nil }
        continue
      }
      while position < bytes.count, bytes[position] >= 0x80 || bytes[position] < 0x20 {
        let length = blankLength(bytes, position)
        guard length > 0 else { return nil }
        position += length
      }
      guard position < bytes.count, bytes[position] | 0x20 == byte else { return nil }
      position += 1
    }
    return position
  }

  private static func dashLength(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    switch bytes[position] {
    case UInt8(ascii: "-"), UInt8(ascii: "_"): return 1
    case 0xE2 where position + 2 < bytes.count:
      // U+2010 to U+2015 and U+2212.
      let isDash =
        bytes[position + 1] == 0x80 && (0x90...0x95).contains(bytes[position + 2])
        || bytes[position + 1] == 0x88 && bytes[position + 2] == 0x92
      return isDash ? 3 : 0
    default: return 0
    }
  }

  /// The length of white space, of a control character or of a mark that cannot be seen; 0 for anything else.
  private static func blankLength(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    let byte = bytes[position]
    if byte <= 0x20 || byte == 0x7F { return 1 }
    guard byte >= 0x80, position + 1 < bytes.count else { return 0 }
    let second = bytes[position + 1]
    // C1 controls, the no-break space and the soft hyphen.
    if byte == 0xC2 { return second <= 0xA0 || second == 0xAD ? 2 : 0 }
    guard position + 2 < bytes.count else { return 0 }
    let third = bytes[position + 2]
    switch (byte, second) {
    // U+2000 to U+200F, U+2028 to U+202F, U+205F to U+206F.
    case (0xE2, 0x80): return third <= 0x8F || (0xA8...0xAF).contains(third) ? 3 : 0
    case (0xE2, 0x81): return (0x9F...0xAF).contains(third) ? 3 : 0
    // The ideographic space, and the byte-order mark.
    case (0xE3, 0x80): return third == 0x80 ? 3 : 0
    case (0xEF, 0xBB): return third == 0xBF ? 3 : 0
    // Variation selectors.
    case (0xEF, 0xB8): return third <= 0x8F ? 3 : 0
    default: return 0
    }
  }

  // MARK: Lines

  private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x0E || byte >= 0xC2, breakLength(bytes, position) > 0 { return position }
      position += 1
    }
    return position
  }

  /// The length of a line break: LF, VT, FF, CR, CR LF, NEL, LS or PS; 0 for anything else.
  private static func breakLength(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    guard position < bytes.count else { return 0 }
    switch bytes[position] {
    case 0x0D: return position + 1 < bytes.count && bytes[position + 1] == 0x0A ? 2 : 1
    case 0x0A...0x0C: return 1
    case 0xC2: return position + 1 < bytes.count && bytes[position + 1] == 0x85 ? 2 : 0
    case 0xE2 where position + 2 < bytes.count:
      return bytes[position + 1] == 0x80 && (0xA8...0xA9).contains(bytes[position + 2]) ? 3 : 0
    default: return 0
    }
  }

  /// Whether a line is one of the frame's headings or labels.
  static func isFrameLine(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let line = trimmed(bytes, start, end)
    guard let first = line.first, line.count > 4 else { return false }
    switch bytes[first] {
    case UInt8(ascii: "#"):
      guard bytes[first + 1] == UInt8(ascii: "#"), bytes[first + 2] != UInt8(ascii: "#") else { return false }
      return isName(bytes, first + 2, line.upperBound)
    case UInt8(ascii: "*"), UInt8(ascii: "_"):
      guard bytes[first + 1] == bytes[first] else { return false }
      return labels.contains(bareText(bytes, first, line.upperBound))
    default:
      return false
    }
  }

  /// Whether a line is the name of one of the frame's sections, its decoration aside.
  private static func isName(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    // No name is as long as a sentence.
    guard end - start < 64 else { return false }
    return headings.contains(bareText(bytes, start, end))
  }

  /// Whether a line makes a heading of the line above it.
  static func isRule(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let line = trimmed(bytes, start, end)
    guard let first = line.first, bytes[first] == UInt8(ascii: "-") || bytes[first] == UInt8(ascii: "=") else {
      return false
    }
    return line.allSatisfy { bytes[$0] == bytes[first] }
  }

  /// A line in lower case without what decorates it, runs of white space as one blank.
  private static func bareText(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> String {
    var result: [UInt8] = []
    var isBlankDue = false
    var position = start
    while position < end {
      let blank = blankLength(bytes, position)
      switch bytes[position] {
      case _ where blank > 0:
        isBlankDue = !result.isEmpty
        position += blank
        continue
      case UInt8(ascii: "#"), UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "`"):
        break
      case let byte:
        if isBlankDue { result.append(0x20) }
        isBlankDue = false
        result.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
      }
      position += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A line without white space at its ends.
  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Range<Int> {
    var start = start
    var end = end
    while start < end {
      let length = blankLength(bytes, start)
      guard length > 0 else { break }
      start = min(start + length, end)
    }
    while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
    return start..<end
  }
}
