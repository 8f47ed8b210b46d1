import DocumentTree
import SourceText

extension Scanner {
  // MARK: Strings

  /// Reads the string that begins at the position. One that is not closed ends with its line.
  mutating func scanString(isKey: Bool) {
    let open = position
    position += 1
    var runStart = position
    var isDecoded = false
    var isClosed = false
    func flush(_ scanner: inout Scanner, upTo end: Int) {
      if !isDecoded {
        isDecoded = true
        scanner.scratch.removeAll(keepingCapacity: true)
      }
      scanner.scratch.append(contentsOf: UnsafeBufferPointer(rebasing: scanner.bytes[runStart..<end]))
    }
    loop: while true {
      skipPlainASCII()
      guard position < bytes.count else { break }
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        isClosed = true
        break loop
      case UInt8(ascii: "\\"):
        flush(&self, upTo: position)
        scanEscape(isKey: isKey)
        runStart = position
      case 0x0A, 0x0D:
        break loop
      case 0..<0x20:
        report(
          ByteRange(position, position + 1),
          "the control character \(character) must be written as an escape in a string")
        position += 1
      default:
        if let length = scalarLength(at: position) {
          position += length
        } else {
          flush(&self, upTo: position)
          scanInvalidUTF8()
          scratch.append(contentsOf: [0xEF, 0xBF, 0xBD])
          runStart = position
        }
      }
    }
    let text = ByteRange(open + 1, position)
    if isDecoded { flush(&self, upTo: position) }
    if isClosed {
      position += 1
      if text.count >= Self.longStringCount { longStrings.append(text) }
    } else {
      let place = position < bytes.count ? "line" : "text"
      report(ByteRange(open, position), "the string is not closed before the end of the \(place)")
    }
    let range = ByteRange(open, position)
    let flags: NodeFlags = isClosed ? [] : .repaired
    let node =
      isDecoded
      ? scratch.withUnsafeBufferPointer {
        builder.scalar(style: .doubleQuoted, type: .string, flags: flags, range: range, decoded: $0)
      }
      : builder.scalar(style: .doubleQuoted, type: .string, flags: flags, range: range, text: text)
    if isKey {
      if isDecoded {
        scratch.withUnsafeBufferPointer { remember(key: node, $0) }
      } else {
        remember(key: node, UnsafeBufferPointer(rebasing: bytes[text.start..<text.end]))
      }
    }
  }

  /// From how many bytes on a string's contents are kept from libjansson.
  private static let longStringCount = 256

  /// Moves to the next byte that is a quote, a backslash, a control character or not ASCII.
  @inline(__always)
  private mutating func skipPlainASCII() {
    var index = position
    let count = bytes.count
    // Eight bytes at a time: a byte's high bit survives where the byte must be looked at.
    while index &+ 8 <= count {
      let word = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + index).loadUnaligned(as: UInt64.self)
      let ones: UInt64 = 0x0101_0101_0101_0101
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5C)
      let marks =
        (word &- (ones &* 0x20)) | (quotes &- ones) | (backslashes &- ones) | word
      if marks & (ones &* 0x80) != 0 { break }
      index &+= 8
    }
    while index < count {
      let byte = bytes[index]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte >= 0x80 { break }
      index &+= 1
    }
    position = index
  }

  /// Reads the escape at the position into `scratch`.
  private mutating func scanEscape(isKey: Bool) {
    let backslash = position
    guard position + 1 < bytes.count else {
      position += 1
      return
    }
    let byte = bytes[position + 1]
    position += 2
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
    case UInt8(ascii: "n"): scratch.append(0x0A)
    case UInt8(ascii: "t"): scratch.append(0x09)
    case UInt8(ascii: "r"): scratch.append(0x0D)
    case UInt8(ascii: "b"): scratch.append(0x08)
    case UInt8(ascii: "f"): scratch.append(0x0C)
    case UInt8(ascii: "u"): scanUnicodeEscape(backslash, isKey: isKey)
    default:
      position = backslash + 1
      if byte == 0x0A || byte == 0x0D {
        report(ByteRange(backslash, position), "a string cannot go on in the next line")
        return
      }
      // The character itself is left to the caller, who knows how to read it.
      let range = ByteRange(backslash, position + (scalarLength(at: position) ?? 1))
      report(range, "\(visible(range)) is not an escape; a backslash itself is written \\\\")
      if byte < 0x20 { return }
      if let length = scalarLength(at: position) {
        scratch.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position..<(position + length)]))
        position += length
      }
    }
  }

  /// Reads the rest of a `\u` escape, the low half of a surrogate pair included.
  private mutating func scanUnicodeEscape(_ backslash: Int, isKey: Bool) {
    guard let unit = hexadecimal(at: position) else {
      var end = position
      while end < min(position + 4, bytes.count), Self.hexDigit(bytes[end]) != nil { end += 1 }
      report(ByteRange(backslash, end), "\\u takes four hexadecimal digits")
      position = end
      scratch.append(contentsOf: [0xEF, 0xBF, 0xBD])
      return
    }
    position += 4
    if unit == 0, isKey { patches.append(.escape(backslash)) }
    if let scalar = Unicode.Scalar(unit) {
      append(scalar)
      return
    }
    if unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u"), let low = hexadecimal(at: position + 2), 0xDC00..<0xE000 ~= low,
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    {
      position += 6
      append(scalar)
      return
    }
    // Half of a surrogate pair alone: one UTF-16 unit, as U+FFFD is, so that columns stay right.
    patches.append(.escape(backslash))
    scratch.append(contentsOf: [0xEF, 0xBF, 0xBD])
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  private func hexadecimal(at offset: Int) -> UInt32? {
    guard offset + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for index in offset..<(offset + 4) {
      guard let digit = Self.hexDigit(bytes[index]) else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  private static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }

  // MARK: UTF-8

  /// The length of the UTF-8 sequence at an offset, or nil if there is none: overlong forms, surrogates and scalars
  /// beyond U+10FFFF are none.
  func scalarLength(at offset: Int) -> Int? {
    guard offset < bytes.count else { return nil }
    let lead = bytes[offset]
    if lead < 0x80 { return 1 }
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return nil
    }
    guard offset + length <= bytes.count, second.contains(bytes[offset + 1]) else { return nil }
    for index in (offset + 2)..<max(offset + length, offset + 2) where bytes[index] & 0xC0 != 0x80 { return nil }
    return length
  }

  /// Passes over bytes that are not UTF-8.
  private mutating func scanInvalidUTF8() {
    let from = position
    while position < bytes.count, bytes[position] >= 0x80, scalarLength(at: position) == nil { position += 1 }
    let hex = bytes[from..<min(position, from + 4)].map {
      ($0 < 0x10 ? "0" : "") + String($0, radix: 16, uppercase: true)
    }
    let more = position > from + 4 ? " …" : ""
    let isOne = position == from + 1
    report(
      ByteRange(from, position),
      "the byte\(isOne ? "" : "s") \(hex.joined(separator: " "))\(more) \(isOne ? "is" : "are") not UTF-8",
      kind: .invalidUTF8)
  }

  // MARK: Numbers and words

  /// Reads the number that begins at the position.
  mutating func scanNumber() {
    let from = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let firstDigit = position
    skipDigits()
    var isValid = position > firstDigit && (bytes[firstDigit] != UInt8(ascii: "0") || position == firstDigit + 1)
    var type = ScalarType.int
    var exponentDigits = 0
    if isValid, position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      type = .float
      position += 1
      let fraction = position
      skipDigits()
      isValid = position > fraction
    }
    if isValid, position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      type = .float
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      let exponent = position
      skipDigits()
      exponentDigits = position - exponent
      isValid = exponentDigits > 0
    }
    if !isValid || (position < bytes.count && !Self.isDelimiter(bytes[position])) {
      position = from
      scanWord(isKey: false)
      return
    }
    let range = ByteRange(from, position)
    let digits = position - firstDigit
    // What may lie beyond 64 bits or a double.
    if (type == .int && digits > 18) || exponentDigits > 2 || digits > 100 { patches.append(.number(range)) }
    builder.scalar(style: .plain, type: type, range: range, text: range)
  }

  private mutating func skipDigits() {
    while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
  }

  /// Whether a byte ends a word.
  private static func isDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "/"):
      true
    default: false
    }
  }

  /// Reads `true`, `false`, `null` or, with a complaint, whatever stands at the position.
  mutating func scanWord(isKey: Bool) {
    let from = position
    let first = bytes[position]
    if first == UInt8(ascii: "'") || first == UInt8(ascii: "`") {
      scanQuoted(by: first)
    } else {
      position += 1
      while position < bytes.count, !Self.isDelimiter(bytes[position]) { position += 1 }
    }
    let range = ByteRange(from, position)
    let word = UnsafeBufferPointer(rebasing: bytes[from..<position])
    if !isKey {
      if word.elementsEqual("true".utf8) {
        builder.scalar(style: .plain, type: .bool, flags: .isTrue, range: range, text: range)
        return
      }
      if word.elementsEqual("false".utf8) {
        builder.scalar(style: .plain, type: .bool, range: range, text: range)
        return
      }
      if word.elementsEqual("null".utf8) {
        builder.scalar(style: .plain, type: .null, range: range, text: range)
        return
      }
    }
    report(range, isKey ? complaint(aboutKey: range) : complaint(aboutWord: range))
    let text = String(decoding: word, as: UTF8.self)
    // Bytes that are not UTF-8 must not get into the tree's texts.
    var copy = text
    let node = copy.withUTF8 {
      builder.scalar(style: .plain, type: .string, flags: .repaired, range: range, decoded: $0)
    }
    if isKey { remember(key: node, word) }
  }

  /// Passes over a string in the wrong quotes, to its end or that of the line.
  private mutating func scanQuoted(by quote: UInt8) {
    position += 1
    while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D {
      position += 1
      if bytes[position - 1] == quote { return }
    }
  }

  private func complaint(aboutKey range: ByteRange) -> String {
    let first = bytes[range.start]
    if first == UInt8(ascii: "'") || first == UInt8(ascii: "`") {
      return "a key takes double quotes, not \(character(at: range.start))"
    }
    return "a key takes double quotes: \"\(visible(range))\""
  }

  private func complaint(aboutWord range: ByteRange) -> String {
    let text = visible(range)
    let first = bytes[range.start]
    switch first {
    case UInt8(ascii: "'"), UInt8(ascii: "`"):
      return "a string takes double quotes, not \(text.prefix(1))"
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      return complaint(aboutNumber: range, text)
    default:
      switch text.lowercased() {
      case "true", "false", "null":
        return "expected \(text.lowercased()), found \(text): JSON's words are in lower case"
      case "none", "nil", "undefined": return "\(text) is not JSON; the empty value is null"
      case "nan", "infinity": return "\(text) is not a JSON number"
      default: return "expected a value, found \(text)"
      }
    }
  }

  private func complaint(aboutNumber range: ByteRange, _ text: String) -> String {
    var digits = bytes[range.start..<range.end]
    if digits.first == UInt8(ascii: "+") { return "\(text) is not a JSON number: it must not begin with '+'" }
    if digits.first == UInt8(ascii: "-") { digits.removeFirst() }
    guard let first = digits.first else { return "expected digits after '-'" }
    if first == UInt8(ascii: ".") { return "\(text) is not a JSON number: a digit must stand before '.'" }
    if first == UInt8(ascii: "0"), let next = digits.dropFirst().first {
      if next &- 0x30 < 10 { return "\(text) is not a JSON number: it must not begin with 0" }
      if next | 0x20 == UInt8(ascii: "x") { return "\(text) is not a JSON number: JSON has only decimal numbers" }
    }
    if digits.last == UInt8(ascii: ".") { return "\(text) is not a JSON number: a digit must stand after '.'" }
    return "\(text) is not a JSON number"
  }

  private func character(at offset: Int) -> String { visible(ByteRange(offset, offset + 1)) }
}
