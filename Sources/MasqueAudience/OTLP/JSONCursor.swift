/// Steps through JSON text (RFC 8259) without building anything of it. Whatever the bytes are, nothing outside of them is
/// read.
struct JSONCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    // A byte-order mark may be ignored (RFC 8259, section 8.1).
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
  }

  /// How deeply arrays and objects may be nested in what is passed over.
  static let maximumDepth = 256

  func error(_ message: String) -> OTLPError { OTLPError("the JSON text \(message) at byte \(position)") }

  /// The next byte that is no blank, not taken; 0 at the end.
  @inline(__always)
  mutating func peek() -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      position &+= 1
    }
    return 0
  }

  /// Takes a byte behind blanks if it is the next one.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte, position < bytes.count else { return false }
    position &+= 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(OTLPError) {
    guard take(byte) else { throw error("has no `\(Character(Unicode.Scalar(byte)))`") }
  }

  /// Takes `null` if it is the next value.
  mutating func takeNull() throws(OTLPError) -> Bool {
    guard peek() == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  mutating func word(_ text: StaticString) throws(OTLPError) {
    let count = text.utf8CodeUnitCount
    guard bytes.count &- position >= count,
      bytes[position..<position &+ count].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: count))
    else { throw error("has no value") }
    position &+= count
  }

  mutating func bool() throws(OTLPError) -> Bool {
    let isTrue = peek() == UInt8(ascii: "t")
    try word(isTrue ? "true" : "false")
    return isTrue
  }

  /// The inside of a string, escapes as they are but checked; whether there are some, or bytes that are no UTF-8.
  @inline(__always)
  mutating func string() throws(OTLPError) -> (inside: UnsafeRawBufferPointer, isPlain: Bool) {
    guard take(0x22) else { throw error("has no string") }
    let start = position
    var isPlain = true
    while true {
      position = TextBuffer.endOfPlainText(in: bytes, from: position)
      guard position < bytes.count else { throw error("ends inside of a string") }
      let byte = bytes[position]
      if byte == 0x22 {
        defer { position &+= 1 }
        return (UnsafeRawBufferPointer(rebasing: bytes[start..<position]), isPlain)
      }
      if byte >= 0x80, let length = utf8SequenceLength(bytes, at: position) {
        position &+= length
        continue
      }
      isPlain = false
      if byte == 0x5C {
        try escape()
      } else if byte >= 0x80 {
        position &+= 1
      } else {
        throw error("has a control character in a string")
      }
    }
  }

  private mutating func escape() throws(OTLPError) {
    position &+= 1
    guard position < bytes.count else { throw error("ends inside of a string") }
    switch bytes[position] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: position &+= 1
    case 0x75:
      guard hexadecimalUnit(bytes, at: position &+ 1) != nil else { throw error("has an escape that is none") }
      position &+= 5
    default: throw error("has an escape that is none")
    }
  }

  /// A number's text.
  mutating func number() throws(OTLPError) -> UnsafeRawBufferPointer {
    _ = peek()
    let start = position
    _ = takeHere(UInt8(ascii: "-"))
    if !takeHere(0x30), digits() == 0 { throw error("has no value") }
    if takeHere(UInt8(ascii: ".")), digits() == 0 { throw error("has a number that is none") }
    if takeHere(UInt8(ascii: "e")) || takeHere(UInt8(ascii: "E")) {
      if !takeHere(UInt8(ascii: "+")) { _ = takeHere(UInt8(ascii: "-")) }
      if digits() == 0 { throw error("has a number that is none") }
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }

  private mutating func takeHere(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position &+= 1
    return true
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position &+= 1 }
    return position &- start
  }

  /// Passes over a value of any kind, without recursion.
  mutating func skipValue() throws(OTLPError) {
    // For each open array or object whether it is an object.
    var open: [Bool] = []
    while true {
      switch peek() {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < Self.maximumDepth else { throw error("is nested too deeply") }
        let isObject = bytes[position] == UInt8(ascii: "{")
        position &+= 1
        if take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { break }
        open.append(isObject)
        if isObject { try key() }
        continue
      case 0x22: _ = try string()
      case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
      case UInt8(ascii: "n"): try word("null")
      default: _ = try number()
      }
      // Behind a value: the ends of what it is in, or the next one.
      while let isObject = open.last {
        if take(UInt8(ascii: ",")) {
          if isObject { try key() }
          break
        }
        try expect(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        open.removeLast()
      }
      if open.isEmpty { return }
    }
  }

  private mutating func key() throws(OTLPError) {
    _ = try string()
    try expect(UInt8(ascii: ":"))
  }
}

/// Four hexadecimal digits at a place as a number; nil where there are none.
func hexadecimalUnit(_ bytes: UnsafeRawBufferPointer, at place: Int) -> UInt16? {
  guard bytes.count &- place >= 4 else { return nil }
  var result: UInt16 = 0
  for offset in 0..<4 {
    guard let digit = hexadecimalValue(bytes[place &+ offset]) else { return nil }
    result = result << 4 | UInt16(digit)
  }
  return result
}

func hexadecimalValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte &- 0x30
  case 0x41...0x46: byte &- 0x37
  case 0x61...0x66: byte &- 0x57
  default: nil
  }
}

/// The text that the inside of a checked JSON string means. Lone surrogates and bytes that are no UTF-8 become U+FFFD.
func unescaped(_ inside: UnsafeRawBufferPointer) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(inside.count)
  func add(_ scalar: UInt32) {
    let scalar = Unicode.Scalar(scalar) ?? "\u{FFFD}"
    result.append(contentsOf: Array(String(Character(scalar)).utf8))
  }
  var place = 0
  while place < inside.count {
    let byte = inside[place]
    if byte >= 0x80 {
      // Repaired when it is written.
      result.append(byte)
      place += 1
      continue
    }
    guard byte == 0x5C, place + 1 < inside.count else {
      result.append(byte)
      place += 1
      continue
    }
    place += 2
    switch inside[place - 1] {
    case 0x62: result.append(0x08)
    case 0x66: result.append(0x0C)
    case 0x6E: result.append(0x0A)
    case 0x72: result.append(0x0D)
    case 0x74: result.append(0x09)
    case 0x75:
      let unit = UInt32(hexadecimalUnit(inside, at: place) ?? 0xFFFD)
      place += 4
      if (0xD800..<0xDC00).contains(unit), place + 1 < inside.count, inside[place] == 0x5C, inside[place + 1] == 0x75,
        let low = hexadecimalUnit(inside, at: place + 2), (0xDC00..<0xE000).contains(low)
      {
        add(0x1_0000 + (unit - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        place += 6
      } else {
        add(unit)
      }
    case let other: result.append(other)
    }
  }
  return result
}
