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
  private enum Closing: UInt8 {
    /// Nothing.
    case end
    /// Nothing, or a space and anything.
    case furtherWords
    /// Anything.
    case anything
  }

  /// Something that phrases of a pattern begin with.
  private struct Beginning {
    /// The first bytes, for comparisons.
    var key: UInt64
    var start: Int32
    var end: Int32
    var pattern: Int32
    var closing: Closing
  }

  private struct Entry {
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
  private var bytes: [UInt8] = []
  private var beginnings: [Beginning] = []
  private var entries: [Entry] = []
  private var allowedCount: Int?

  /// Whether some pattern may begin with anything, so that all have to do with each other.
  private var isOpen = false
  /// Whether all patterns are plain.
  private var isPlain = true

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
  private func literalEnd(_ start: Int, _ end: Int) -> Int {
    var position = start
    while position < end, Self.isLiteral(bytes[position]) {
      if bytes[position] == 0x20, position + 2 == end, bytes[position + 1] == UInt8(ascii: "*") { break }
      position += 1
    }
    return position
  }

  private func closing(_ position: Int, _ end: Int) -> Closing {
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
  private static func isLiteral(_ byte: UInt8) -> Bool {
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
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || byte &- 0x30 < 10 }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
  }

  @inline(__always)
  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

// MARK: Looking at all of them

extension PatternSurvey {
  /// Patterns that may have to do with each other and with no others.
  struct Group {
    /// Their numbers, ascending.
    var patterns: [Int]
    /// Whether there is nothing to find among them but exceptions.
    var isSound: Bool
  }

  /// What the survey has found.
  struct Findings {
    /// All patterns, in groups; nil where it can't tell them apart.
    var groups: [Group]?
    /// The denied patterns of sound groups that lie within an allowed one: the exceptions, as numbers.
    var exceptions: [(allowed: Int, denied: Int)] = []
  }

  /// Whether there is nothing to find in the patterns but exceptions: no pattern is dead, superfluous, repeated or
  /// misspelt, none cuts across another, and they don't match everything.
  public func isEvidentlySound() -> Bool {
    guard isPlain, !isOpen else { return false }
    var isSound = true
    let isWhole = forEachMeetingPair { first, second in
      if isSound, !isSoundPair(first, second) { isSound = false }
      return isSound
    }
    return isWhole && isSound
  }

  /// Parts the patterns into groups.
  func findings() -> Findings {
    guard !isOpen else { return Findings(groups: nil) }
    var parents = Array(entries.indices)
    func root(_ pattern: Int) -> Int {
      var pattern = pattern
      while parents[pattern] != pattern {
        parents[pattern] = parents[parents[pattern]]
        pattern = parents[pattern]
      }
      return pattern
    }
    var isUnsound = entries.map { !$0.isPlain }
    var exceptions: [(allowed: Int, denied: Int)] = []
    let isWhole = forEachMeetingPair { first, second in
      if !isUnsound[first], !isUnsound[second] {
        if isSoundPair(first, second) {
          if isAllowed(first), !isAllowed(second) { exceptions.append((first, second)) }
        } else {
          isUnsound[first] = true
        }
      }
      let (left, right) = (root(first), root(second))
      if left != right { parents[max(left, right)] = min(left, right) }
      return true
    }
    guard isWhole else { return Findings(groups: nil) }
    var groups: [Group] = []
    var numbers = [Int](repeating: -1, count: entries.count)
    for pattern in entries.indices {
      let root = root(pattern)
      if numbers[root] < 0 {
        numbers[root] = groups.count
        groups.append(Group(patterns: [], isSound: true))
      }
      groups[numbers[root]].patterns.append(pattern)
      if isUnsound[pattern] { groups[numbers[root]].isSound = false }
    }
    exceptions.removeAll { !groups[numbers[root($0.allowed)]].isSound }
    exceptions.sort { $0 < $1 }
    // A pair may meet by several of its beginnings.
    var last = (-1, -1)
    exceptions.removeAll { pair in
      defer { last = pair }
      return pair == last
    }
    return Findings(groups: groups, exceptions: exceptions)
  }

  /// Calls `body` with the numbers, ascending, of patterns that may have a phrase in common, perhaps more than once, until
  /// it returns false.
  ///
  /// - Returns: whether all pairs were visited, or as many as `body` wanted; false where there are too many.
  private func forEachMeetingPair(_ body: (Int, Int) -> Bool) -> Bool {
    let sorted = beginnings.sorted { $0.key != $1.key ? $0.key < $1.key : precedes($0, $1) }
    // Those that the current one begins with.
    var open: [Beginning] = []
    var visits = 0
    for current in sorted {
      while let last = open.last, !isBeginning(last, of: current) { open.removeLast() }
      for earlier in open where earlier.pattern != current.pattern {
        visits += 1
        if visits > 64 * entries.count + 1_000 { return false }
        let isLonger = current.end - current.start > earlier.end - earlier.start
        if isLonger {
          let next = bytes[Int(current.start + earlier.end - earlier.start)]
          if earlier.closing == .end || earlier.closing == .furtherWords && next != 0x20 { continue }
        }
        let pair = (Int(min(earlier.pattern, current.pattern)), Int(max(earlier.pattern, current.pattern)))
        if !body(pair.0, pair.1) { return true }
      }
      open.append(current)
    }
    return true
  }

  private func precedes(_ left: Beginning, _ right: Beginning) -> Bool {
    bytes[Int(left.start)..<Int(left.end)].lexicographicallyPrecedes(bytes[Int(right.start)..<Int(right.end)])
  }

  private func isBeginning(_ left: Beginning, of right: Beginning) -> Bool {
    let count = Int(left.end - left.start)
    guard count <= Int(right.end - right.start) else { return false }
    for offset in 0..<count where bytes[Int(left.start) + offset] != bytes[Int(right.start) + offset] { return false }
    return true
  }

  /// Whether two plain patterns that may meet do so in a way that is no finding.
  private func isSoundPair(_ first: Int, _ second: Int) -> Bool {
    guard entries[first].isPlain, entries[second].isPlain else { return false }
    if isAllowed(first), !isAllowed(second) {
      return isEvidentlyWithin(second, first) && !matchesSample(of: first, second)
    }
    return !matchesSample(of: first, second) && !matchesSample(of: second, first)
  }

  /// Whether every phrase of `inner` is a beginning of `outer` with zero or more further words.
  private func isEvidentlyWithin(_ inner: Int, _ outer: Int) -> Bool {
    guard entries[outer].isWords else { return false }
    let outers = beginnings[Int(entries[outer].firstBeginning)..<Int(entries[outer].lastBeginning)]
    return beginnings[Int(entries[inner].firstBeginning)..<Int(entries[inner].lastBeginning)].allSatisfy { inner in
      outers.contains { outer in
        guard isBeginning(outer, of: inner) else { return false }
        let count = outer.end - outer.start
        if count == inner.end - inner.start { return inner.closing != .anything }
        return bytes[Int(inner.start + count)] == 0x20
      }
    }
  }

  private func isAllowed(_ pattern: Int) -> Bool { pattern < allowedCount ?? entries.count }

  // MARK: Samples

  /// Whether `other` matches a certain phrase of `pattern`, or may do so for all that is known.
  private func matchesSample(of pattern: Int, _ other: Int) -> Bool {
    let sample = sample(of: pattern)
    var steps = 0
    let entry = entries[other]
    return sample.withUnsafeBufferPointer { sample in
      bytes.withUnsafeBufferPointer { bytes in
        matches(bytes, Int(entry.start), Int(entry.end), sample, 0, &steps) ?? true
      }
    }
  }

  /// A phrase that a plain pattern matches: of alternatives the first, of a run nothing or, where words would run together
  /// or spaces meet, a word that nobody uses.
  private func sample(of pattern: Int) -> [UInt8] {
    let end = Int(entries[pattern].end)
    var position = Int(entries[pattern].start)
    var result: [UInt8] = []
    result.reserveCapacity(end - position + 4)
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "*"):
        let isAfterSpace = result.last ?? 0x20 == 0x20
        let isBeforeSpace = position + 1 == end || bytes[position + 1] == 0x20
        if isAfterSpace, isBeforeSpace { result.append(contentsOf: [0x71, 0x7A, 0x78]) }
      case UInt8(ascii: "?"):
        result.append(0x7A)
      case UInt8(ascii: "["):
        result.append(bytes[position + 1])
        while position < end, bytes[position] != UInt8(ascii: "]") { position += 1 }
      case UInt8(ascii: "{"):
        position += 1
        while position < end, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "}") {
          result.append(bytes[position])
          position += 1
        }
        while position < end, bytes[position] != UInt8(ascii: "}") { position += 1 }
      default:
        result.append(byte)
      }
      position += 1
    }
    return result
  }

  /// Whether the rest of a plain pattern matches the rest of a phrase; nil where that takes long.
  private func matches(
    _ pattern: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ phrase: UnsafeBufferPointer<UInt8>,
    _ place: Int, _ steps: inout Int
  ) -> Bool? {
    var position = start
    var place = place
    while position < end {
      steps += 1
      if steps > 2_000 { return nil }
      let byte = pattern[position]
      switch byte {
      case 0x20 where position + 2 == end && pattern[position + 1] == UInt8(ascii: "*"):
        return place == phrase.count || phrase[place] == 0x20
      case UInt8(ascii: "*"):
        if position + 1 == end { return true }
        for next in place...phrase.count {
          guard let isMatch = matches(pattern, position + 1, end, phrase, next, &steps) else { return nil }
          if isMatch { return true }
        }
        return false
      case UInt8(ascii: "?"):
        guard place < phrase.count, phrase[place] != 0x20 else { return false }
        position += 1
        place += 1
      case UInt8(ascii: "["):
        var isMember = false
        position += 1
        while position < end, pattern[position] != UInt8(ascii: "]") {
          if place < phrase.count, pattern[position] == phrase[place] { isMember = true }
          position += 1
        }
        guard isMember else { return false }
        position += 1
        place += 1
      case UInt8(ascii: "{"):
        return matchesGroup(pattern, position, end, phrase, place, &steps)
      default:
        guard place < phrase.count, phrase[place] == byte else { return false }
        position += 1
        place += 1
      }
    }
    return place == phrase.count
  }

  private func matchesGroup(
    _ pattern: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ phrase: UnsafeBufferPointer<UInt8>,
    _ place: Int, _ steps: inout Int
  ) -> Bool? {
    var groupEnd = start
    while groupEnd < end, pattern[groupEnd] != UInt8(ascii: "}") { groupEnd += 1 }
    var position = start + 1
    while position <= groupEnd {
      var next = place
      while position < groupEnd, pattern[position] != UInt8(ascii: ","), next < phrase.count,
        pattern[position] == phrase[next]
      {
        position += 1
        next += 1
        steps += 1
      }
      if position == groupEnd || pattern[position] == UInt8(ascii: ",") {
        guard let isMatch = matches(pattern, groupEnd + 1, end, phrase, next, &steps) else { return nil }
        if isMatch { return true }
      }
      while position < groupEnd, pattern[position] != UInt8(ascii: ",") { position += 1 }
      position += 1
    }
    return false
  }
}
