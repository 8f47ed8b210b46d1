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
