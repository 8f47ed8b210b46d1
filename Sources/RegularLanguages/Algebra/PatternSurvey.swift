/// A first look at the patterns of a boundary, over their bytes: which of them can have to do with each other, and which
/// are evidently sound. It costs some dozen nanoseconds per pattern, where compiling and relating automata costs
/// microseconds; most boundaries that people write need no more.
///
/// ```swift
/// var survey = PatternSurvey()
/// for text in allowed { text.withUTF8 { survey.add($0) } }
/// survey.beginDenied()
/// for text in denied { text.withUTF8 { survey.add($0) } }
/// if survey.isEvidentlySound() { /* Nothing to report. */ }
/// ```
///
/// Two things carry it. What every phrase of a pattern begins with is a small set of words, and patterns without a common
/// beginning have nothing to do with each other. And a single phrase, tried against the patterns that could match it,
/// shows that its own pattern is neither covered nor superfluous.
///
/// The look errs on one side only: what it calls sound is, and what it can't see through it leaves to the automata.
public struct PatternSurvey {
  /// What may follow a beginning.
  enum Closing: UInt8 {
    /// Nothing.
    case end
    /// Nothing, or a space and anything.
    case furtherWords
    /// Anything.
    case anything
  }

  /// Something that phrases of a pattern begin with.
  struct Beginning {
    /// The first bytes, for comparisons.
    var key: UInt64
    var start: Int32
    var end: Int32
    var pattern: Int32
    var closing: Closing
  }

  struct Entry {
    /// The pattern's bytes, ASCII letters in lower case, without spaces at the ends.
    var start: Int32
    var end: Int32
    var firstBeginning: Int32
    var lastBeginning: Int32
    /// Whether the survey understands all of it.
    var isPlain: Bool
    /// Whether it stands for its beginnings with zero or more further words.
    var isWords: Bool
  }

  /// The patterns, and behind each what it begins with where that does not stand in it as it is.
  var bytes: [UInt8] = []
  var beginnings: [Beginning] = []
  var entries: [Entry] = []
  var allowedCount: Int?

  /// Whether some pattern may begin with anything, so that all have to do with each other.
  var isOpen = false
  /// Whether all patterns are plain.
  var isPlain = true

  /// The longest pattern that is looked at closely.
  private static let longestPlain = 250

  /// A survey of nothing. Patterns are added in the order of their numbers, the allowed ones first.
  ///
  /// - Parameter count: about how many there will be.
  public init(count: Int = 16) {
    entries.reserveCapacity(count)
    beginnings.reserveCapacity(count &* 3)
    bytes.reserveCapacity(count &* 64)
  }

  /// Says that the patterns to come are denied ones.
  public mutating func beginDenied() { allowedCount = allowedCount ?? entries.count }

  /// A survey of patterns.
  init(of patterns: [IntentPattern], allowedCount: Int) {
    self.init(count: patterns.count)
    for (number, pattern) in patterns.enumerated() {
      if number == allowedCount { beginDenied() }
      var source = pattern.source
      source.withUTF8 { add($0) }
    }
  }

  // MARK: Looking at one pattern

  /// Adds the next pattern. Linear in its text.
  ///
  /// - Parameter text: its text as UTF-8.
  public mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    var first = 0
    var last = text.count
    while first < last, isBlank(text[first]) { first += 1 }
    while last > first, isBlank(text[last - 1]) { last -= 1 }
    var isPlain = first == 0 && last == text.count && last > 0 && last <= Self.longestPlain
    let start = bytes.count
    for index in first..<last {
      let byte = text[index]
      bytes.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
    }
    let end = bytes.count
    if isPlain { isPlain = Self.isPlain(bytes, start, end) }
    var entry = Entry(
      start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end),
      firstBeginning: Int32(truncatingIfNeeded: beginnings.count), lastBeginning: 0, isPlain: isPlain, isWords: false)
    if isPlain { entry.isWords = addBeginnings(start, end) } else { addBeginning(ofOther: start, end) }
    entry.lastBeginning = Int32(truncatingIfNeeded: beginnings.count)
    if !isPlain { self.isPlain = false }
    entries.append(entry)
  }

  /// Whether a pattern is made of plain characters, `?`, single `*`, braces around words, and classes of letters and
  /// digits, and has no slip in it.
  private static func isPlain(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
    var position = start
    if isQuote(bytes[start]) || isQuote(bytes[end - 1]) || bytes[start] == UInt8(ascii: "!") { return false }
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        position += 1
      case UInt8(ascii: " "), UInt8(ascii: "*"):
        if position + 1 < end, bytes[position + 1] == byte { return false }
        position += 1
      case UInt8(ascii: "{"):
        position += 1
        while position < end, bytes[position] != UInt8(ascii: "}") {
          // An alternative: words with single spaces between them.
          let first = position
          while position < end, isLiteral(bytes[position]), bytes[position] != UInt8(ascii: ",") {
            if bytes[position] == 0x20, position == first || bytes[position - 1] == 0x20 { return false }
            position += 1
          }
          guard position > first, position < end, bytes[position - 1] != 0x20 else { return false }
          if bytes[position] == UInt8(ascii: ",") {
            position += 1
            if position < end, bytes[position] == UInt8(ascii: "}") { return false }
          } else if bytes[position] != UInt8(ascii: "}") {
            return false
          }
        }
        guard position < end, bytes[position - 1] != UInt8(ascii: "{") else { return false }
        position += 1
      case UInt8(ascii: "["):
        position += 1
        let first = position
        while position < end, isAlphanumeric(bytes[position]) { position += 1 }
        guard position > first, position < end, bytes[position] == UInt8(ascii: "]") else { return false }
        position += 1
      case UInt8(ascii: "?"):
        position += 1
      default:
        guard isLiteral(byte) else { return false }
        position += 1
      }
    }
    return true
  }

  /// Adds the beginnings of a plain pattern.
  ///
  /// - Returns: whether the pattern stands for its beginnings with zero or more further words.
  private mutating func addBeginnings(_ start: Int, _ end: Int) -> Bool {
    let headEnd = literalEnd(start, end)
    guard headEnd < end, bytes[headEnd] == UInt8(ascii: "{") else {
      let closing = closing(headEnd, end)
      add(head: start..<headEnd, alternative: start..<start, tail: start..<start, closing)
      return closing == .furtherWords
    }
    var groupEnd = headEnd
    while groupEnd < end, bytes[groupEnd] != UInt8(ascii: "}") { groupEnd += 1 }
    let tailEnd = literalEnd(min(groupEnd + 1, end), end)
    let closing = closing(tailEnd, end)
    var position = headEnd + 1
    while position < groupEnd {
      let first = position
      while position < groupEnd, bytes[position] != UInt8(ascii: ",") { position += 1 }
      add(head: start..<headEnd, alternative: first..<position, tail: (groupEnd + 1)..<tailEnd, closing)
      position += 1
    }
    return closing == .furtherWords
  }

  /// The end of the characters that stand for themselves, without the space of a final ` *`.
  func literalEnd(_ start: Int, _ end: Int) -> Int {
    var position = start
    while position < end, Self.isLiteral(bytes[position]) {
      if bytes[position] == 0x20, position + 2 == end, bytes[position + 1] == UInt8(ascii: "*") { break }
      position += 1
    }
    return position
  }

  func closing(_ position: Int, _ end: Int) -> Closing {
    position == end ? .end : bytes[position] == 0x20 ? .furtherWords : .anything
  }

  private mutating func add(head: Range<Int>, alternative: Range<Int>, tail: Range<Int>, _ closing: Closing) {
    if alternative.isEmpty, tail.isEmpty { return addBeginning(head, closing) }
    let start = bytes.count
    for index in head { bytes.append(bytes[index]) }
    for index in alternative { bytes.append(bytes[index]) }
    for index in tail { bytes.append(bytes[index]) }
    addBeginning(start..<bytes.count, closing)
  }

  private mutating func addBeginning(_ range: Range<Int>, _ closing: Closing) {
    if range.isEmpty { isOpen = true }
    var key: UInt64 = 0
    for index in range.prefix(8) { key = key << 8 | UInt64(bytes[index]) }
    key <<= UInt64(8 * (8 - min(8, range.count)))
    beginnings.append(
      Beginning(
        key: key, start: Int32(truncatingIfNeeded: range.lowerBound), end: Int32(truncatingIfNeeded: range.upperBound),
        pattern: Int32(truncatingIfNeeded: entries.count), closing: closing))
  }

  /// Adds what any other pattern begins with for certain.
  private mutating func addBeginning(ofOther start: Int, _ end: Int) {
    var position = start
    while position < end, Self.isLiteral(bytes[position]) {
      if bytes[position] == 0x20, position > start, bytes[position - 1] == 0x20 { break }
      position += 1
    }
    // What follows may compose with the last character.
    if position < end, bytes[position] >= 0x80, position > start { position -= 1 }
    // A space may turn out to be the pattern's last, or that of zero further words.
    if position > start, bytes[position - 1] == 0x20 { position -= 1 }
    addBeginning(start..<position, .anything)
  }

  /// Whether a character stands for itself, in braces too but for the comma.
  @inline(__always)
  static func isLiteral(_ byte: UInt8) -> Bool {
    if isAlphanumeric(byte) || byte == 0x20 { return true }
    switch byte {
    case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "\\"):
      return false
    default:
      return byte > 0x20 && byte < 0x7F
    }
  }

  @inline(__always)
  static func isAlphanumeric(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || byte &- 0x30 < 10 }

  static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
  }

  @inline(__always)
  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
