// Character classes and escapes.
extension ECMAParser {
  /// What `.` leaves out.
  static let lineTerminators = ScalarSet(canonical: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])
  /// What `\d` stands for.
  static let digits = ScalarSet(canonical: [0x30...0x39])
  /// What `\s` stands for: ECMA-262's WhiteSpace and LineTerminator.
  static let whiteSpace = ScalarSet(canonical: [
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
    0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])

  /// Reads `[…]`.
  mutating func parseClass() throws(ECMAPatternError) -> ScalarSet {
    let start = position
    position += 1
    let isNegated = skip("^")
    var ranges: [ClosedRange<UInt32>] = []
    while true {
      guard let byte = peek() else { throw syntax("this class is not closed with ']'", at: start) }
      if byte == UInt8(ascii: "]") { break }
      let lowStart = position
      let low = try parseClassAtom()
      guard peek() == UInt8(ascii: "-"), position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "]") else {
        switch low {
        case .codePoint(let value): ranges.append(value...value)
        case .set(let set): ranges.append(contentsOf: set.ranges)
        }
        continue
      }
      position += 1
      let high = try parseClassAtom()
      guard case .codePoint(let lowValue) = low, case .codePoint(let highValue) = high else {
        throw syntax("a class such as '\\d' cannot be the end of a range", at: lowStart)
      }
      if lowValue > highValue { throw syntax("this range is out of order", at: lowStart) }
      ranges.append(lowValue...highValue)
    }
    position += 1
    let set = ScalarSet(ranges)
    return isNegated ? set.complement : set
  }

  private enum ClassAtom {
    /// One code point, perhaps a lone surrogate, which no text holds but a range may begin or end with.
    case codePoint(UInt32)
    case set(ScalarSet)
  }

  private mutating func parseClassAtom() throws(ECMAPatternError) -> ClassAtom {
    let start = position
    guard skip("\\") else { return .codePoint(nextScalar()) }
    if skip("b") { return .codePoint(0x08) }
    if skip("-") { return .codePoint(0x2D) }
    if let set = try parseClassEscape(from: start) { return .set(set) }
    return .codePoint(try parseCharacterEscape(from: start))
  }

  /// Reads what follows a `\` outside a class, where it is no assertion and no back reference.
  mutating func parseAtomEscape(from start: Int) throws(ECMAPatternError) -> ScalarSet {
    if let set = try parseClassEscape(from: start) { return set }
    let value = try parseCharacterEscape(from: start)
    return ScalarSet(value...value)
  }

  private mutating func parseClassEscape(from start: Int) throws(ECMAPatternError) -> ScalarSet? {
    if skip("d") { return Self.digits }
    if skip("D") { return Self.digits.complement }
    if skip("s") { return Self.whiteSpace }
    if skip("S") { return Self.whiteSpace.complement }
    if skip("w") { return wordScalars }
    if skip("W") { return wordScalars.complement }
    if skip("p") { return try parseProperty(from: start) }
    if skip("P") { return try parseProperty(from: start).complement }
    return nil
  }

  private mutating func parseProperty(from start: Int) throws(ECMAPatternError) -> ScalarSet {
    guard skip("{") else { throw syntax("'\\p' must be followed by '{' and a Unicode property", at: start) }
    let nameStart = position
    while let byte = peek(), byte != UInt8(ascii: "}") { position += 1 }
    let text = String(decoding: bytes[nameStart..<position], as: UTF8.self)
    if !skip("}") { throw syntax("this property is not closed with '}'", at: start) }
    if let set = ScalarSet(unicodeProperty: text) { return set }
    throw syntax("'\(text)' is not a Unicode property that ECMA-262 knows", at: nameStart)
  }

  /// Reads what follows a `\` that stands for one code point.
  private mutating func parseCharacterEscape(from start: Int) throws(ECMAPatternError) -> UInt32 {
    guard let byte = peek() else { throw syntax("a pattern cannot end with a single '\\'", at: start) }
    position += 1
    switch byte {
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "v"): return 0x0B
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "c"):
      if let letter = peek(), (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter & 0xDF) {
        position += 1
        return UInt32(letter % 32)
      }
      throw syntax("'\\c' must be followed by a letter", at: start)
    case UInt8(ascii: "0"):
      if let next = peek(), Self.digit(next, radix: 10) != nil {
        throw syntax("octal escapes do not exist in Unicode mode", at: start)
      }
      return 0
    case UInt8(ascii: "x"):
      guard let value = parseHexadecimal(digits: 2) else {
        throw syntax("'\\x' must be followed by two hexadecimal digits", at: start)
      }
      return value
    case UInt8(ascii: "u"):
      return try parseUnicodeEscape(from: start)
    default:
      if "^$\\.*+?()[]{}|/".utf8.contains(byte) { return UInt32(byte) }
      position -= 1
      let value = nextScalar()
      let shown = Unicode.Scalar(value).map { String(Character($0)) } ?? ""
      throw syntax("'\\\(shown)' is not an escape; '\(shown)' needs no '\\' in Unicode mode", at: start)
    }
  }

  /// Reads what follows `\u`; two escapes that form a surrogate pair are one code point.
  mutating func parseUnicodeEscape(from start: Int) throws(ECMAPatternError) -> UInt32 {
    if skip("{") {
      var value: UInt32?
      while let byte = peek(), let digit = Self.digit(byte, radix: 16) {
        // Beyond the last code point the value no longer matters, only that it is too large.
        value = min((value ?? 0) << 4 | digit, 0x11_0000)
        position += 1
      }
      guard let value, skip("}") else {
        throw syntax("'\\u{' must be followed by hexadecimal digits and '}'", at: start)
      }
      if value > 0x10_FFFF { throw syntax("there is no code point past U+10FFFF", at: start) }
      return value
    }
    guard let value = parseHexadecimal(digits: 4) else {
      throw syntax("'\\u' must be followed by four hexadecimal digits, or by '{', digits and '}'", at: start)
    }
    guard (0xD800...0xDBFF).contains(value) else { return value }
    let afterFirst = position
    if skip("\\"), skip("u"), let low = parseHexadecimal(digits: 4), (0xDC00...0xDFFF).contains(low) {
      return 0x1_0000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    position = afterFirst
    return value
  }

  private mutating func parseHexadecimal(digits count: Int) -> UInt32? {
    let start = position
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let byte = peek(), let digit = Self.digit(byte, radix: 16) else {
        position = start
        return nil
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }
}
