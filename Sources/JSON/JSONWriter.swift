/// Writes JSON text (RFC 8259) in UTF-8, on one line and without blanks, value by value: commas come by themselves.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.key("line")
/// writer.integer(3)
/// writer.endObject()  // {"line":3}
/// ```
///
/// What is written is JSON as long as every object and array that is begun is ended, and inside an object every value
/// follows a key.
public struct JSONWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []
  /// Whether a value has been written behind which another one needs a comma.
  private var isBehindValue = false

  /// A writer.
  ///
  /// - Parameter capacity: how many bytes there is to be room for at once.
  public init(capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
  }

  /// A place in what has been written.
  struct Mark: Equatable {
    fileprivate let count: Int
    fileprivate let isBehindValue: Bool
  }

  /// The place where the next byte goes.
  var mark: Mark { Mark(count: bytes.count, isBehindValue: isBehindValue) }

  /// Takes back what has been written behind a place.
  mutating func reset(to mark: Mark) {
    bytes.removeSubrange(min(mark.count, bytes.count)...)
    isBehindValue = mark.isBehindValue
  }

  private mutating func separate() {
    if isBehindValue { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func literal(_ text: StaticString) {
    separate()
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    isBehindValue = true
  }

  /// Writes `null`.
  public mutating func null() { literal("null") }

  /// Writes `true` or `false`.
  public mutating func bool(_ value: Bool) { if value { literal("true") } else { literal("false") } }

  /// Writes an integer.
  public mutating func integer(_ value: Int64) {
    separate()
    isBehindValue = true
    if (0..<10).contains(value) {
      bytes.append(UInt8(truncatingIfNeeded: value) + 0x30)
      return
    }
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    var divisor: UInt64 = 10
    // The largest power of ten that is not larger than the number; the last one that fits is 10¹⁹.
    while divisor <= rest / 10 { divisor *= 10 }
    if rest < 10 { divisor = 1 }
    while divisor > 0 {
      bytes.append(UInt8(truncatingIfNeeded: rest / divisor) + 0x30)
      rest %= divisor
      divisor /= 10
    }
  }

  /// Writes a number in the shortest form that reads back as the same double; `null` for what JSON has no number for.
  public mutating func number(_ value: Double) {
    guard value.isFinite else { return null() }
    separate()
    isBehindValue = true
    bytes.append(contentsOf: value.description.utf8)
  }

  /// Writes a string.
  public mutating func string(_ value: String) {
    separate()
    isBehindValue = true
    quote(value)
  }

  /// Writes the key of the pair whose value is written next.
  public mutating func key(_ key: String) {
    separate()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    isBehindValue = false
  }

  /// Writes a key that needs no escape, and its colon, for keys that are written thousands of times.
  ///
  /// - Parameter key: ASCII without quotation marks, backslashes and control characters.
  public mutating func key(ascii key: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    isBehindValue = false
  }

  /// Begins an object.
  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Ends an object.
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Begins an array.
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Ends an array.
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    isBehindValue = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    isBehindValue = true
  }

  /// Writes a value. What is nested deeper than 1,000 levels is written as `null`.
  public mutating func value(_ value: JSONValue) { self.value(value, depth: 0) }

  mutating func value(_ value: JSONValue, depth: Int) {
    guard depth <= JSONValue.maximumWrittenDepth else { return null() }
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .number(let value): number(value)
    case .string(let value): string(value)
    case .array(let items):
      beginArray()
      for item in items { self.value(item, depth: depth + 1) }
      endArray()
    case .object(let pairs):
      beginObject()
      for pair in pairs {
        key(pair.key)
        self.value(pair.value, depth: depth + 1)
      }
      endObject()
    }
  }

  /// A string with its quotation marks: what RFC 8259 § 7 wants escaped is escaped, everything else stays as it is.
  private mutating func quote(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    var value = value
    value.withUTF8 { utf8 in
      var start = 0
      for index in utf8.indices where Self.isEscaped(utf8[index]) {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
        escape(utf8[index])
        start = index + 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x00..<0x20:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(0x30 + byte >> 4)
      let low = byte & 15
      bytes.append(low < 10 ? 0x30 + low : 0x41 + low - 10)
    default: bytes.append(byte)
    }
  }
}

/// A value that can write its JSON itself: for the few types of which a message holds thousands, where the containers of
/// `Encodable` would cost more than the text. It writes what its `encode(to:)` says, no more and no less, and exactly
/// one value.
public protocol JSONWritable: Encodable {
  /// Writes the value.
  func write(to writer: inout JSONWriter)
}
