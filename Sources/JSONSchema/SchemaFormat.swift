/// The formats of JSON Schema draft 2020-12 (Validation, section 7.3) that can be asserted. All of them look at bytes and
/// allocate nothing.
///
/// Not asserted, and so always accepted: `idn-email`, `idn-hostname`, `iri`, `iri-reference` and `uri-template`.
public enum SchemaFormat: String, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  /// A date and time with an offset, by RFC 3339.
  case dateTime = "date-time"
  /// A full date, by RFC 3339.
  case date
  /// A full time with an offset, by RFC 3339.
  case time
  /// A duration, by RFC 3339, appendix A.
  case duration
  /// A mailbox, by RFC 5321, section 4.1.2.
  case email
  /// A host name, by RFC 1123, section 2.1.
  case hostname
  /// An address in dotted quads, by RFC 2673, section 3.2.
  case ipv4
  /// An address by RFC 4291, section 2.2.
  case ipv6
  /// A URI by RFC 3986.
  case uri
  /// A URI or a relative reference by RFC 3986.
  case uriReference = "uri-reference"
  /// A UUID by RFC 4122.
  case uuid
  /// A JSON pointer by RFC 6901.
  case jsonPointer = "json-pointer"
  /// A relative JSON pointer.
  case relativeJSONPointer = "relative-json-pointer"
  /// A regular expression by ECMA-262.
  case regex

  /// Whether a text has the format. O(n).
  ///
  /// - Parameter text: UTF-8.
  /// - Returns: the verdict.
  public func matches(utf8 text: UnsafeBufferPointer<UInt8>) -> Bool {
    var cursor = ByteCursor(text)
    switch self {
    case .dateTime:
      return cursor.date() && (cursor.skip("T") || cursor.skip("t")) && cursor.time() && cursor.isAtEnd
    case .date: return cursor.date() && cursor.isAtEnd
    case .time: return cursor.time() && cursor.isAtEnd
    case .duration: return cursor.duration() && cursor.isAtEnd
    case .email: return isEmail(text)
    case .hostname: return isHostname(text)
    case .ipv4: return isIPv4(text)
    case .ipv6: return isIPv6(text)
    case .uri: return isURI(text, allowsRelative: false)
    case .uriReference: return isURI(text, allowsRelative: true)
    case .uuid: return isUUID(text)
    case .jsonPointer: return isJSONPointer(text[...])
    case .relativeJSONPointer: return isRelativeJSONPointer(text)
    case .regex: return isRegex(text)
    }
  }
}

/// Reads the parts of dates, times and durations.
struct ByteCursor {
  let text: UnsafeBufferPointer<UInt8>
  var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
  }

  var isAtEnd: Bool { position == text.count }
  var next: UInt8? { position < text.count ? text[position] : nil }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let next, UInt32(next) == character.value else { return false }
    position += 1
    return true
  }

  /// Exactly so many digits, as a number.
  mutating func digits(_ count: Int) -> Int? {
    guard position + count <= text.count else { return nil }
    var value = 0
    for offset in position..<(position + count) {
      guard isDigit(text[offset]) else { return nil }
      value = value * 10 + Int(text[offset] - 0x30)
    }
    position += count
    return value
  }

  /// One digit or more.
  mutating func someDigits() -> Bool {
    let start = position
    while let next, isDigit(next) { position += 1 }
    return position > start
  }

  mutating func date() -> Bool {
    guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2),
      (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  /// A second of 60 is right only at 23:59 in UTC (RFC 3339, section 5.7).
  mutating func time() -> Bool {
    guard let hour = digits(2), hour < 24, skip(":"), let minute = digits(2), minute < 60, skip(":"),
      let second = digits(2), second <= 60
    else { return false }
    if skip("."), !someDigits() { return false }
    var offset = 0
    if !skip("Z"), !skip("z") {
      let isNegative = next == UInt8(ascii: "-")
      guard skip("+") || skip("-"), let hours = digits(2), hours < 24, skip(":"), let minutes = digits(2), minutes < 60
      else { return false }
      offset = (hours * 60 + minutes) * (isNegative ? -1 : 1)
    }
    guard second == 60 else { return true }
    let utc = (hour * 60 + minute - offset + 2 * 1440) % 1440
    return utc == 1439
  }

  /// `P` and then weeks alone, or years to days and hours to seconds, each group without gaps.
  mutating func duration() -> Bool {
    guard skip("P") else { return false }
    if next != UInt8(ascii: "T") {
      guard someDigits() else { return false }
      if skip("W") { return true }
      guard units(["Y", "M", "D"]) else { return false }
    }
    if skip("T") {
      guard someDigits(), units(["H", "M", "S"]) else { return false }
    }
    return true
  }

  /// The unit behind a number, and further numbers with the units that directly follow it.
  private mutating func units(_ units: [Unicode.Scalar]) -> Bool {
    var index = 0
    while index < units.count, !skip(units[index]) { index += 1 }
    guard index < units.count else { return false }
    while index + 1 < units.count, let next, isDigit(next) {
      index += 1
      guard someDigits(), skip(units[index]) else { return false }
    }
    return true
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
