#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes of JSON text that grow at their end. Much of what the receiver does is done here, so that it has no checks but
/// for room.
struct TextBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes there are.
  private(set) var count = 0

  /// A buffer with room for some bytes.
  init(capacity: Int) {
    self.capacity = max(capacity, 64)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  /// What has been written.
  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

  /// Takes back what has been written behind a place.
  mutating func truncate(to count: Int) { self.count = min(max(count, 0), self.count) }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if capacity - count < more { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = max(capacity + capacity / 2, count + more)
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    fresh.update(from: base, count: count)
    base.deallocate()
    base = fresh
    capacity = larger
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count &+= 1
  }

  @inline(__always)
  mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    reserve(length)
    (base + count).update(from: text.utf8Start, count: length)
    count &+= length
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).update(from: start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    count &+= bytes.count
  }

  mutating func append(decimal value: UInt64) {
    reserve(20)
    var digits = 1
    var limit: UInt64 = 10
    while value >= limit {
      digits &+= 1
      let (next, isTooLarge) = limit.multipliedReportingOverflow(by: 10)
      if isTooLarge { break }
      limit = next
    }
    var rest = value
    var place = count &+ digits
    count = place
    while place > count &- digits {
      place &-= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      base[place] = 0x30 &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
  }

  mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  /// A double as the Protobuf JSON mapping writes it: a number, or one of three strings.
  mutating func append(_ value: Double) {
    if value.isFinite {
      var text = value.description
      text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    } else if value.isNaN {
      append("\"NaN\"")
    } else {
      append(value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
    }
  }

  mutating func append(hexadecimal bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count &* 2)
    for byte in bytes {
      base[count] = Self.hexadecimalDigit(byte >> 4)
      base[count &+ 1] = Self.hexadecimalDigit(byte & 0xF)
      count &+= 2
    }
  }

  @inline(__always)
  static func hexadecimalDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 &+ value : 0x57 &+ value }

  /// Base64 (RFC 4648, section 4), with padding.
  mutating func append(base64 bytes: UnsafeRawBufferPointer) {
    func digit(_ value: UInt32) -> UInt8 {
      let value = UInt8(truncatingIfNeeded: value & 0x3F)
      return switch value {
      case 0..<26: 0x41 &+ value
      case 26..<52: 0x61 &+ value &- 26
      case 52..<62: 0x30 &+ value &- 52
      case 62: UInt8(ascii: "+")
      default: UInt8(ascii: "/")
      }
    }
    var place = 0
    while place < bytes.count {
      let left = bytes.count - place
      let group =
        UInt32(bytes[place]) << 16 | (left > 1 ? UInt32(bytes[place + 1]) << 8 : 0)
        | (left > 2 ? UInt32(bytes[place + 2]) : 0)
      append(digit(group >> 18))
      append(digit(group >> 12))
      append(left > 1 ? digit(group >> 6) : UInt8(ascii: "="))
      append(left > 2 ? digit(group) : UInt8(ascii: "="))
      place += 3
    }
  }

  /// A JSON string: quotes, escapes where there must be some (RFC 8259, section 7), U+FFFD for what is no UTF-8.
  mutating func append(quoted bytes: UnsafeRawBufferPointer) {
    append(UInt8(ascii: "\""))
    append(escaped: bytes)
    append(UInt8(ascii: "\""))
  }

  /// The inside of a JSON string.
  mutating func append(escaped bytes: UnsafeRawBufferPointer) {
    var start = 0
    var place = 0
    while place < bytes.count {
      place = Self.endOfPlainText(in: bytes, from: place)
      guard place < bytes.count else { break }
      let byte = bytes[place]
      if byte >= 0x80 {
        if let length = utf8SequenceLength(bytes, at: place) {
          place &+= length
          continue
        }
        append(UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
        append("\u{FFFD}")
      } else {
        append(UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
        append(escapeOf: byte)
      }
      place &+= 1
      start = place
    }
    append(UnsafeRawBufferPointer(rebasing: bytes[start..<bytes.count]))
  }

  private mutating func append(escapeOf byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case 0x0A: append("\\n")
    case 0x0D: append("\\r")
    case 0x09: append("\\t")
    default:
      append("\\u00")
      append(Self.hexadecimalDigit(byte >> 4))
      append(Self.hexadecimalDigit(byte & 0xF))
    }
  }

  /// The first place from `start` on with a byte that is no ASCII or needs an escape; eight bytes at a time.
  @inline(__always)
  static func endOfPlainText(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var place = start
    while bytes.count &- place >= 8 {
      let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      // A byte is zero in `word ^ pattern` where it is what is looked for; (x - 1) & ~x has its high bit set then.
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5C)
      let found =
        (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | (word &- ones &* 0x20) & ~word | word
      if found & highs != 0 { break }
      place &+= 8
    }
    while place < bytes.count {
      let byte = bytes[place]
      if byte >= 0x80 || byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
      place &+= 1
    }
    return place
  }
}

/// The length of the UTF-8 sequence of two to four bytes at a place (RFC 3629); nil where there is none.
func utf8SequenceLength(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Int? {
  func isContinuation(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
    place &+ offset < bytes.count && range.contains(bytes[place &+ offset])
  }
  switch bytes[place] {
  case 0xC2...0xDF: return isContinuation(1) ? 2 : nil
  case 0xE0: return isContinuation(1, 0xA0...0xBF) && isContinuation(2) ? 3 : nil
  case 0xED: return isContinuation(1, 0x80...0x9F) && isContinuation(2) ? 3 : nil
  case 0xE1...0xEF: return isContinuation(1) && isContinuation(2) ? 3 : nil
  case 0xF0: return isContinuation(1, 0x90...0xBF) && isContinuation(2) && isContinuation(3) ? 4 : nil
  case 0xF1...0xF3: return isContinuation(1) && isContinuation(2) && isContinuation(3) ? 4 : nil
  case 0xF4: return isContinuation(1, 0x80...0x8F) && isContinuation(2) && isContinuation(3) ? 4 : nil
  default: return nil
  }
}
