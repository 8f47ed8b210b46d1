import RegularLanguages

/// The formats that can be asserted. `idn-email` and `idn-hostname` are not among them: they stay annotations.
///
/// All are decided on the bytes, without a regular expression and without allocation, but for `regex`, which compiles
/// the text.
public enum SchemaFormat: String, CaseIterable, BitwiseCopyable, Sendable {
  /// RFC 3339, section 5.6; a leap second only where it can be: at 23:59:60 UTC.
  case dateTime = "date-time"
  /// RFC 3339 `full-date`, with the days that the month has.
  case date
  /// RFC 3339 `full-time`, with its offset.
  case time
  /// RFC 3339, appendix A.
  case duration
  /// RFC 5321 `Mailbox`, ASCII only.
  case email
  /// RFC 1123, ASCII only.
  case hostname
  /// RFC 2673, section 3.2: four decimal numbers without leading zeros.
  case ipv4
  /// RFC 4291, section 2.2; no zone.
  case ipv6
  /// RFC 3986, with a scheme.
  case uri
  /// RFC 3986, relative references too.
  case uriReference = "uri-reference"
  /// RFC 3987, with a scheme.
  case iri
  /// RFC 3987, relative references too.
  case iriReference = "iri-reference"
  /// RFC 6570, any level.
  case uriTemplate = "uri-template"
  /// RFC 4122.
  case uuid
  /// RFC 6901, the string representation.
  case jsonPointer = "json-pointer"
  /// The Internet-Draft on relative JSON pointers.
  case relativeJSONPointer = "relative-json-pointer"
  /// ECMA-262 in Unicode mode, as far as it is regular.
  case regex

  /// Whether a text has this format. O(n).
  public func matches(utf8 text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch self {
    case .dateTime: return isDateTime(text)
    case .date: return isDate(text[...])
    case .time: return isTime(text[...])
    case .duration: return isDuration(text)
    case .email: return isEmail(text)
    case .hostname: return isHostname(text[...])
    case .ipv4: return isIPv4(text[...])
    case .ipv6: return isIPv6(text[...])
    case .uri: return isURI(text, relative: false, international: false)
    case .uriReference: return isURI(text, relative: true, international: false)
    case .iri: return isURI(text, relative: false, international: true)
    case .iriReference: return isURI(text, relative: true, international: true)
    case .uriTemplate: return isURITemplate(text)
    case .uuid: return isUUID(text)
    case .jsonPointer: return isJSONPointer(text[...])
    case .relativeJSONPointer: return isRelativeJSONPointer(text)
    case .regex: return (try? ECMAPattern(String(decoding: text, as: UTF8.self))) != nil
    }
  }

  /// Whether a text has this format.
  public func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches(utf8: $0) }
  }
}

typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

@inline(__always) func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
@inline(__always) func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
@inline(__always) func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
@inline(__always) func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

/// The number that two digits at an offset are, -1 if there are none.
private func twoDigits(_ text: Bytes, _ offset: Int) -> Int {
  guard offset + 1 < text.count else { return -1 }
  let high = text[text.startIndex + offset]
  let low = text[text.startIndex + offset + 1]
  guard isDigit(high), isDigit(low) else { return -1 }
  return Int(high &- 0x30) * 10 + Int(low &- 0x30)
}

private func isDate(_ text: Bytes) -> Bool {
  guard text.count == 10, text[text.startIndex + 4] == UInt8(ascii: "-"), text[text.startIndex + 7] == UInt8(ascii: "-")
  else { return false }
  let century = twoDigits(text, 0)
  let yearOfCentury = twoDigits(text, 2)
  let month = twoDigits(text, 5)
  let day = twoDigits(text, 8)
  guard century >= 0, yearOfCentury >= 0, day >= 1 else { return false }
  let year = century * 100 + yearOfCentury
  let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  switch month {
  case 1, 3, 5, 7, 8, 10, 12: return day <= 31
  case 4, 6, 9, 11: return day <= 30
  case 2: return day <= (isLeap ? 29 : 28)
  default: return false
  }
}

private func isTime(_ text: Bytes) -> Bool {
  guard text.count >= 9, text[text.startIndex + 2] == UInt8(ascii: ":"), text[text.startIndex + 5] == UInt8(ascii: ":")
  else { return false }
  let hour = twoDigits(text, 0)
  let minute = twoDigits(text, 3)
  let second = twoDigits(text, 6)
  guard 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second else { return false }
  var rest = text.dropFirst(8)
  if rest.first == UInt8(ascii: ".") {
    let fraction = rest.dropFirst().prefix(while: isDigit)
    guard !fraction.isEmpty else { return false }
    rest = rest.dropFirst(1 + fraction.count)
  }
  guard let sign = rest.first else { return false }
  var offset = 0
  if sign | 0x20 == UInt8(ascii: "z") {
    guard rest.count == 1 else { return false }
  } else {
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 6,
      rest[rest.startIndex + 3] == UInt8(ascii: ":")
    else { return false }
    let hours = twoDigits(rest, 1)
    let minutes = twoDigits(rest, 4)
    guard 0...23 ~= hours, 0...59 ~= minutes else { return false }
    offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
  }
  if second < 60 { return true }
  // Leap seconds are inserted at the end of a UTC day.
  let universal = hour * 60 + minute - offset
  return (universal + 1_440) % 1_440 == 1_439
}

private func isDateTime(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  guard text.count > 11, text[10] | 0x20 == UInt8(ascii: "t") else { return false }
  return isDate(text[..<10]) && isTime(text[11...])
}

/// Units come in order and without gaps: `P1Y2D` and `PT1H1S` are none; weeks stand alone.
private func isDuration(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  guard text.first == UInt8(ascii: "P") else { return false }
  func units(_ part: Bytes, _ order: StaticString) -> Bool {
    guard !part.isEmpty else { return false }
    var rest = part
    var last = -1
    while !rest.isEmpty {
      let digits = rest.prefix(while: isDigit)
      guard !digits.isEmpty else { return false }
      rest = rest.dropFirst(digits.count)
      guard let unit = rest.first else { return false }
      let names = UnsafeBufferPointer(start: order.utf8Start, count: order.utf8CodeUnitCount)
      guard let position = names.firstIndex(of: unit), last < 0 || position == last + 1 else { return false }
      last = position
      rest = rest.dropFirst()
    }
    return true
  }
  let body = text[1...]
  if body.last == UInt8(ascii: "W") { return units(body, "W") }
  guard let marker = body.firstIndex(of: UInt8(ascii: "T")) else { return units(body, "YMD") }
  let date = body[..<marker]
  return (date.isEmpty || units(date, "YMD")) && units(body[(marker + 1)...], "HMS")
}

private func isUUID(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  guard text.count == 36 else { return false }
  for (index, byte) in text.enumerated() {
    switch index {
    case 8, 13, 18, 23: if byte != UInt8(ascii: "-") { return false }
    default: if !isHexDigit(byte) { return false }
    }
  }
  return true
}

private func isJSONPointer(_ text: Bytes) -> Bool {
  guard let first = text.first else { return true }
  guard first == UInt8(ascii: "/") else { return false }
  var isEscaped = false
  for byte in text {
    if isEscaped, byte != UInt8(ascii: "0"), byte != UInt8(ascii: "1") { return false }
    isEscaped = byte == UInt8(ascii: "~")
  }
  return !isEscaped
}

private func isRelativeJSONPointer(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  let digits = text.prefix(while: isDigit)
  guard !digits.isEmpty, digits.count == 1 || text[0] != UInt8(ascii: "0") else { return false }
  let rest = text[digits.count...]
  return rest.count == 1 && rest.first == UInt8(ascii: "#") || isJSONPointer(rest)
}
