/// One line of a `.gitignore` file, matched as git does (gitignore(5)): bytes, case counts.
struct IgnorePattern: Sendable {
  /// Whether a match takes a path back in: the line began with `!`.
  var isNegated = false
  /// Whether only folders match: the line ended with `/`.
  var matchesFoldersOnly = false
  /// Whether the whole path is matched, seen from the file's folder; else the last name alone.
  private var matchesWholePath = false
  private var matcher: Matcher

  /// What is compared. Most lines need no matching at all.
  private enum Matcher: Sendable {
    case text([UInt8])
    /// `*.log`: a name that ends so.
    case suffix([UInt8])
    case tokens([Token])
  }

  /// The pattern that a line, without its line break, stands for; nil for a blank line, a comment and a pattern that
  /// can match nothing.
  init?(line: ArraySlice<UInt8>) {
    var rest = withoutTrailingBlanks(line)
    if rest.first == UInt8(ascii: "#") { return nil }
    if rest.first == UInt8(ascii: "!") {
      isNegated = true
      rest = rest.dropFirst()
    }
    if rest.last == slash {
      matchesFoldersOnly = true
      rest = rest.dropLast()
    }
    if rest.contains(slash) {
      matchesWholePath = true
      if rest.first == slash { rest = rest.dropFirst() }
    }
    guard !rest.isEmpty else { return nil }
    if !rest.contains(where: isSpecial) {
      matcher = .text(Array(rest))
    } else if !matchesWholePath, rest.first == asterisk, !rest.dropFirst().contains(where: isSpecial) {
      matcher = .suffix(Array(rest.dropFirst()))
    } else {
      guard let tokens = tokens(of: Array(rest)) else { return nil }
      matcher = .tokens(tokens)
    }
  }

  /// Whether a path matches.
  ///
  /// - Parameters:
  ///   - path: the path, seen from the folder of the file that has the pattern; no slash at its ends.
  ///   - name: its last name.
  ///   - isFolder: whether it is a folder.
  /// - Returns: the answer.
  func matches(_ path: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
    if matchesFoldersOnly, !isFolder { return false }
    let subject = matchesWholePath ? path : name
    switch matcher {
    case .text(let text): return subject.elementsEqual(text)
    case .suffix(let suffix): return subject.count >= suffix.count && subject.suffix(suffix.count).elementsEqual(suffix)
    case .tokens(let tokens): return MasqueWorkspace.matches(subject, tokens)
    }
  }
}

private let asterisk = UInt8(ascii: "*")
private let backslash = UInt8(ascii: "\\")

private func isSpecial(_ byte: UInt8) -> Bool {
  byte == asterisk || byte == backslash || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[")
}

/// Spaces at the end do not count, unless a backslash stands before them.
private func withoutTrailingBlanks(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var end = line.startIndex
  var index = line.startIndex
  while index < line.endIndex {
    if line[index] == backslash, index + 1 < line.endIndex {
      index += 2
      end = index
    } else {
      index += 1
      if line[index - 1] != UInt8(ascii: " ") { end = index }
    }
  }
  return line[..<end]
}

/// A piece of a pattern.
private enum Token: Sendable {
  case byte(UInt8)
  /// Any byte but a slash.
  case any
  /// One of a class, never a slash.
  case members(ByteClass)
  /// Any run of bytes without a slash.
  case run
  /// Any number of folders, each with its slash: a double asterisk and a slash.
  case folders
  /// Anything: a double asterisk at the end.
  case everything
}

/// A set of bytes.
private struct ByteClass: Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  mutating func insert(_ byte: UInt8) {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  mutating func invert() { words = (~words.0, ~words.1, ~words.2, ~words.3) }

  func contains(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word >> UInt64(byte & 63) & 1 == 1
  }
}

/// The tokens of a pattern; nil for one that matches nothing, such as an unclosed bracket.
private func tokens(of pattern: [UInt8]) -> [Token]? {
  var result: [Token] = []
  var index = 0
  while index < pattern.count {
    let byte = pattern[index]
    switch byte {
    case asterisk:
      let start = index
      while index < pattern.count, pattern[index] == asterisk { index += 1 }
      let isWhole =
        index - start > 1 && (start == 0 || pattern[start - 1] == slash)
        && (index == pattern.count || pattern[index] == slash)
      if !isWhole {
        result.append(.run)
      } else if index == pattern.count {
        result.append(.everything)
      } else {
        index += 1
        result.append(.folders)
      }
    case UInt8(ascii: "?"):
      index += 1
      result.append(.any)
    case UInt8(ascii: "["):
      guard let (members, end) = byteClass(in: pattern, from: index + 1) else { return nil }
      result.append(.members(members))
      index = end
    case backslash:
      guard index + 1 < pattern.count else { return nil }
      result.append(.byte(pattern[index + 1]))
      index += 2
    default:
      result.append(.byte(byte))
      index += 1
    }
  }
  return result
}

/// A bracket expression, read from behind its `[`, and the index behind its `]`.
private func byteClass(in pattern: [UInt8], from start: Int) -> (members: ByteClass, end: Int)? {
  var members = ByteClass()
  var index = start
  var isNegated = false
  if index < pattern.count, pattern[index] == UInt8(ascii: "!") || pattern[index] == UInt8(ascii: "^") {
    isNegated = true
    index += 1
  }
  let first = index
  var previous: UInt8?
  while index < pattern.count {
    var byte = pattern[index]
    if byte == UInt8(ascii: "]"), index > first {
      if isNegated { members.invert() }
      return (members, index + 1)
    }
    if byte == UInt8(ascii: "["), index + 1 < pattern.count, pattern[index + 1] == UInt8(ascii: ":"),
      let close = pattern[(index + 2)...].firstIndex(of: UInt8(ascii: "]"))
    {
      if close > index + 2, pattern[close - 1] == UInt8(ascii: ":") {
        guard let test = posixClasses[String(decoding: pattern[(index + 2)..<(close - 1)], as: UTF8.self)] else {
          return nil
        }
        for member in UInt8.min..<0x80 where test(member) { members.insert(member) }
        previous = nil
        index = close + 1
        continue
      }
    }
    if byte == UInt8(ascii: "-"), let low = previous, index + 1 < pattern.count,
      pattern[index + 1] != UInt8(ascii: "]")
    {
      index += 1
      var high = pattern[index]
      if high == backslash {
        index += 1
        guard index < pattern.count else { return nil }
        high = pattern[index]
      }
      if low <= high { for member in low...high { members.insert(member) } }
      previous = nil
      index += 1
      continue
    }
    if byte == backslash {
      index += 1
      guard index < pattern.count else { return nil }
      byte = pattern[index]
    }
    members.insert(byte)
    previous = byte
    index += 1
  }
  return nil
}

private let posixClasses: [String: @Sendable (UInt8) -> Bool] = {
  func isIn(_ byte: UInt8, _ low: Character, _ high: Character) -> Bool {
    byte >= low.asciiValue ?? 0 && byte <= high.asciiValue ?? 0
  }
  let isLower: @Sendable (UInt8) -> Bool = { $0 >= 0x61 && $0 <= 0x7A }
  let isUpper: @Sendable (UInt8) -> Bool = { $0 >= 0x41 && $0 <= 0x5A }
  let isDigit: @Sendable (UInt8) -> Bool = { $0 >= 0x30 && $0 <= 0x39 }
  let isAlphanumeric: @Sendable (UInt8) -> Bool = { isLower($0) || isUpper($0) || isDigit($0) }
  return [
    "alnum": isAlphanumeric, "alpha": { isLower($0) || isUpper($0) }, "blank": { $0 == 0x20 || $0 == 0x09 },
    "cntrl": { $0 < 0x20 || $0 == 0x7F }, "digit": isDigit, "graph": { $0 > 0x20 && $0 < 0x7F }, "lower": isLower,
    "print": { $0 >= 0x20 && $0 < 0x7F }, "punct": { $0 > 0x20 && $0 < 0x7F && !isAlphanumeric($0) },
    "space": { $0 == 0x20 || (0x09...0x0D).contains($0) }, "upper": isUpper,
    "xdigit": { isDigit($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0) },
  ]
}()

/// Whether a text matches tokens, all states at a time: O(text × tokens), whatever the pattern.
private func matches(_ text: ArraySlice<UInt8>, _ tokens: [Token]) -> Bool {
  // reached[i]: the tokens before i match what was read. within[i]: token i, `folders`, is in the middle of a name.
  var reached = [Bool](repeating: false, count: tokens.count + 1)
  var within = reached
  reached[0] = true
  skipEmpty(&reached, tokens)
  for byte in text {
    var next = [Bool](repeating: false, count: tokens.count + 1)
    var nextWithin = next
    for (index, token) in tokens.enumerated() where reached[index] || within[index] {
      switch token {
      case .byte(let expected): if byte == expected { next[index + 1] = true }
      case .any: if byte != slash { next[index + 1] = true }
      case .members(let members): if byte != slash, members.contains(byte) { next[index + 1] = true }
      case .run: if byte != slash { next[index] = true }
      case .everything: next[index] = true
      case .folders: if byte == slash { next[index] = within[index] } else { nextWithin[index] = true }
      }
    }
    skipEmpty(&next, tokens)
    reached = next
    within = nextWithin
  }
  return reached[tokens.count]
}

/// Goes past tokens that may stand for nothing.
private func skipEmpty(_ reached: inout [Bool], _ tokens: [Token]) {
  for (index, token) in tokens.enumerated() where reached[index] {
    switch token {
    case .run, .folders, .everything: reached[index + 1] = true
    case .byte, .any, .members: break
    }
  }
}
