import DocumentTree
import SeededRandom
import SourceText
import Testing

@testable import JSON

/// A generator of JSON values, the same for the same seed.
private struct Values {
  private var generator: SplitMix64

  init(seed: Int) { generator = SplitMix64(seed: UInt64(seed)) }

  private mutating func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

  mutating func string() -> String {
    let pieces = [
      "", "a", "\"", "\\", "/", "\u{0}", "\u{1F}", "\u{7F}", "\u{80}", "\n", "\r\n", "\t", "\u{8}", "\u{C}", "é",
      "e\u{301}", "漢", "😀", "\u{10FFFF}", "\u{2028}", "\u{FFFD}", "<script>", "\\u0041",
    ]
    var string = ""
    for _ in 0..<random(0..<6) { string += pieces[random(0..<pieces.count)] }
    return string
  }

  mutating func value(depth: Int = 0) -> JSONValue {
    switch random(0..<(depth < 5 ? 10 : 7)) {
    case 0: return nil
    case 1: return .bool(random(0..<2) == 0)
    case 2: return .integer(Int64(truncatingIfNeeded: generator.next()) >> Int64(random(0..<64)))
    case 3:
      let value = Double(bitPattern: generator.next())
      return .number(value.isFinite ? value : 0)
    case 4: return .number(Double(random(-1_000..<1_000)) / 8)
    case 5, 6: return .string(string())
    case 7, 8: return .array((0..<random(0..<5)).map { _ in value(depth: depth + 1) })
    default:
      var object = JSONObject()
      for _ in 0..<random(0..<6) { object[string()] = value(depth: depth + 1) }
      return .object(object)
    }
  }
}

@Suite struct JSONWriterTests {
  /// libjansson, which reads what is written here, would write the same.
  @Test(arguments: 0..<20)
  func writesWhatLibjanssonWrites(_ seed: Int) throws {
    var values = Values(seed: seed)
    for _ in 0..<500 {
      let value = values.value()
      let bytes = value.serialized()
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text == String(decoding: value.dumped(.compact), as: UTF8.self))
      #expect(try JSONValue(parsing: bytes) == value)
    }
  }

  @Test(
    arguments: [
      0, 1, -1, 9, 10, -10, 99, 100, 101, 12_345, -99_999, 1_000_000, .max, .min, .max - 1, .min + 1,
      1_000_000_000_000_000_000, 999_999_999_999_999_999,
    ] as [Int64])
  func integersAreWrittenInFull(_ value: Int64) {
    var writer = JSONWriter()
    writer.integer(value)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == String(value))
  }

  @Test func everyScalarOfOneByteReadsBack() throws {
    for scalar in UInt8(0)..<0x80 {
      let value = JSONValue.string(String(UnicodeScalar(scalar)))
      #expect(value.serialized() == value.dumped(.compact))
      #expect(try JSONValue(parsing: value.serialized()) == value)
    }
  }

  @Test func whatIsTooDeepIsNull() {
    for depth in 995..<1_010 {
      var value = JSONValue.integer(1)
      for _ in 0..<depth { value = .array([value]) }
      #expect(value.serialized() == value.dumped(.compact), "\(depth)")
      // A value among others counts the containers around it.
      var writer = JSONWriter()
      #expect(throws: Never.self) { try writer.encode(["value": value]) }
      #expect(writer.bytes == JSONValue.object(["value": value]).serialized(), "\(depth)")
    }
  }
}

/// Encodable values that are encoded straight to text and by way of `JSONValue`.
@Suite struct DirectEncodingTests {
  private func check(_ value: some Encodable, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let expected = try JSONValueEncoder().encode(value).text(.compact)
    var writer = JSONWriter()
    try writer.encode(value)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected, sourceLocation: sourceLocation)
    // Inside something else, and with something behind it.
    writer = JSONWriter()
    writer.beginArray()
    writer.integer(1)
    try writer.encode(value)
    writer.integer(2)
    writer.endArray()
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "[1,\(expected),2]", sourceLocation: sourceLocation)
  }

  struct Empty: Codable {}

  enum Silent: Encodable {
    case silent
    func encode(to encoder: any Encoder) throws {}
  }

  struct Everything: Encodable {
    var bool = true
    var string = "a\"b"
    var double = 1.5
    var float: Float = 0.25
    var int = -1
    var int8: Int8 = .min
    var int16: Int16 = .max
    var int32: Int32 = .min
    var int64: Int64 = .max
    var uint: UInt = 7
    var uint8: UInt8 = .max
    var uint16: UInt16 = .max
    var uint32: UInt32 = .max
    var uint64: UInt64 = 1 << 62
    var none: Int?
    var some: Int? = 3
    var list: [Int?] = [1, nil]
    var strings = ["a", "b"]
    var reals = [1.0, 2.5]
    var floats: [Float] = [0.5]
    var flags = [true, false]
    var words: [UInt64] = [1, 2]
    var lists: [[String]] = [[], ["x"], ["y", "z"]]
    var map = ["key": ["inner": 1]]
    var empty = Empty()
    var silent = Silent.silent
    var silents: [Silent] = [.silent, .silent]
    var value: JSONValue = ["a": [1, nil, 2.5, ["b": "c"]]]
  }

  @Test func everyTypeOfTheStandardLibrary() throws {
    try check(Everything())
    try check([Everything(), Everything()])
    try check(Int?.none)
    try check(Int?.some(4))
    try check("root")
    try check(Silent.silent)
    try check([Int]())
    try check(JSONValue.object(["a": 1]))
  }

  /// A type that opens containers by hand.
  struct ByHand: Encodable {
    enum Key: String, CodingKey {
      case a, b, c, list
    }
    var body: @Sendable (any Encoder) throws -> Void
    func encode(to encoder: any Encoder) throws { try body(encoder) }
  }

  @Test func nestedContainers() throws {
    try check(
      ByHand { encoder in
        var outer = encoder.container(keyedBy: ByHand.Key.self)
        var inner = outer.nestedContainer(keyedBy: ByHand.Key.self, forKey: .a)
        try inner.encode(1, forKey: .b)
        var list = inner.nestedUnkeyedContainer(forKey: .list)
        try list.encode("x")
        var deep = list.nestedContainer(keyedBy: ByHand.Key.self)
        try deep.encodeNil(forKey: .c)
        var deeper = list.nestedUnkeyedContainer()
        try deeper.encodeNil()
        try list.encode(list.count)
        try inner.encode(2, forKey: .c)
        try outer.encode(3, forKey: .b)
      })
  }

  @Test func whatComesOutOfOrderIsPutInOrder() throws {
    try check(
      ByHand { encoder in
        var outer = encoder.container(keyedBy: ByHand.Key.self)
        var first = outer.nestedContainer(keyedBy: ByHand.Key.self, forKey: .a)
        var second = outer.nestedContainer(keyedBy: ByHand.Key.self, forKey: .b)
        try first.encode(1, forKey: .a)
        try second.encode(2, forKey: .a)
        try first.encode(3, forKey: .b)
        try "super".encode(to: outer.superEncoder(forKey: .c))
      })
    // Two containers of one value are one.
    try check(
      ByHand { encoder in
        var first = encoder.container(keyedBy: ByHand.Key.self)
        try first.encode("kind", forKey: .a)
        var second = encoder.container(keyedBy: ByHand.Key.self)
        try second.encode("rest", forKey: .b)
        try first.encode("more", forKey: .c)
      })
    try check(
      ByHand { encoder in
        var list = encoder.unkeyedContainer()
        let later = list.superEncoder()
        try list.encode(1)
        try 0.encode(to: later)
      })
  }

  /// A type whose sub-type writes into the same object.
  struct Tagged: Encodable {
    var rest = ["b": 1]
    func encode(to encoder: any Encoder) throws {
      try rest.encode(to: encoder)
      var container = encoder.container(keyedBy: ByHand.Key.self)
      try container.encode("tag", forKey: .a)
    }
  }

  @Test func partsShareAnObject() throws {
    try check(Tagged())
    try check(["list": [Tagged(), Tagged()]])
  }

  @Test func errorsNameTheirPathAndLeaveNothing() throws {
    let values: [(any Encodable & Sendable, String)] = [
      (["a": [1.5, Double.infinity]], "a[1]: JSON has no inf"),
      (["a": ["b": UInt64.max]], "a.b: 18446744073709551615 does not fit a signed 64-bit integer"),
    ]
    for (value, expected) in values {
      var writer = JSONWriter()
      writer.beginArray()
      let before = writer.bytes
      let error = #expect(throws: EncodingError.self) { try writer.encode(value) }
      if case .invalidValue(_, let context)? = error {
        let path = context.codingPath.reduce("") { path, key in
          key.intValue.map { "\(path)[\($0)]" } ?? (path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)")
        }
        #expect("\(path): \(context.debugDescription)" == expected)
      }
      #expect(writer.bytes == before)
      writer.null()
      writer.endArray()
      #expect(String(decoding: writer.bytes, as: UTF8.self) == "[null]")
    }
  }
}
