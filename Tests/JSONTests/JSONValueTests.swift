import Testing

@testable import JSON

@Suite struct JSONValueTests {
  static let sample: JSONValue = [
    "z": 1, "a": [true, false, nil, -2.5, "x"], "empty": [:], "none": [], "nested": ["k": ["v"]],
  ]

  @Test func compactKeepsKeyOrder() {
    #expect(
      Self.sample.text()
        == #"{"z":1,"a":[true,false,null,-2.5,"x"],"empty":{},"none":[],"nested":{"k":["v"]}}"#)
    #expect(JSONValue.object(["b": 1, "a": 2]).text(sortedKeys: true) == #"{"a":2,"b":1}"#)
  }

  @Test func prettyAndLine() {
    let value: JSONValue = ["a": [1, "]"], "b": [:], "c": []]
    #expect(value.text(.pretty) == "{\n  \"a\": [\n    1,\n    \"]\"\n  ],\n  \"b\": {},\n  \"c\": []\n}")
    #expect(value.text(.line) == #"{"a": [1, "]"], "b": {}, "c": []}"#)
  }

  @Test(arguments: [
    0.1, 1.0, -0.0, 1e21, 1e-7, Double.leastNonzeroMagnitude, 1.7976931348623157e308, 0.30000000000000004,
    123456789.125, 2e16, 100000.0,
  ])
  func realsAreShortAndReadBack(_ value: Double) throws {
    let text = JSONValue.number(value).text()
    #expect(text == value.description)
    #expect(try JSONValue(parsing: text) == .number(value))
    #expect(JSONValue.array([.number(value), "1.50"]).text() == "[\(value),\"1.50\"]")
  }

  @Test(arguments: ["", "plain", "q\"b\\s/", "\n\t\u{1}\u{7F}", "nul\0mid", "é漢😀\u{FFFD}\u{10FFFF}", "1.0", "-e"])
  func stringsReadBack(_ string: String) throws {
    #expect(try JSONValue(parsing: JSONValue.string(string).serialized()) == .string(string))
    let object = JSONValue.object([string: 1])
    #expect(try JSONValue(parsing: object.serialized(.pretty)) == object)
  }

  @Test func whatJSONCannotSay() {
    #expect(JSONValue.array([.number(.infinity), .number(.nan)]).text() == "[null,null]")
    var deep = JSONValue.integer(1)
    for _ in 0..<2_000 { deep = .array([deep]) }
    #expect(deep.text().hasSuffix(String(repeating: "]", count: 1_000)))
  }

  @Test func numbersFromText() throws {
    #expect(try JSONValue(parsing: "9223372036854775807") == .integer(.max))
    #expect(try JSONValue(parsing: "-9223372036854775808") == .integer(.min))
    #expect(try JSONValue(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try JSONValue(parsing: "1.0") == .number(1))
    #expect(try JSONValue(parsing: "1e400") == .number(.infinity))
    #expect(try JSONValue(parsing: "1.0").integerValue == 1)
  }

  @Test func objects() throws {
    let value = try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#)
    #expect(value.objectValue?.keys == ["a", "b"])
    #expect(value["a"] == 3)
    #expect(value == ["b": 2, "a": 3])
    #expect(value.hashValue == JSONValue.object(["b": 2, "a": 3]).hashValue)
    // Canonically equivalent, yet different keys of JSON.
    let accents: JSONObject = ["\u{E9}": 1, "e\u{301}": 2]
    #expect(accents.count == 2)
    #expect(accents["e\u{301}"] == 2)

    var large = JSONObject()
    for index in 0..<100 { large["k\(index)"] = .integer(Int64(index)) }
    large["k50"] = nil
    large["k99"] = "last"
    #expect(large.count == 99)
    #expect(large["k51"] == 51)
    #expect(large["k50"] == nil)
    #expect(large["k99"] == "last")
  }

  @Test func subscripts() {
    var value: JSONValue = ["a": ["b", ["c": 1]]]
    #expect(value["a"]?[1]?["c"] == 1)
    #expect(value["a"]?[2] == nil)
    #expect(value["x"] == nil)
    value["x"] = true
    value["a"] = nil
    #expect(value == ["x": true])
  }

  @Test func syntaxErrorsAreThrown() {
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "[1,") }
  }
}

@Suite struct JSONCodingTests {
  struct Inner: Codable, Equatable {
    var flag: Bool
    var list: [Int]
    var note: String?
  }

  enum Choice: String, Codable {
    case left
    case right
  }

  struct Outer: Codable, Equatable {
    var name: String
    var small: UInt8
    var big: Int64
    var real: Double
    var inner: [Inner]
    var map: [String: Choice]
    var extra: JSONValue
    var absent: Inner?
    var optionals: [Int?]
  }

  let outer = Outer(
    name: "n", small: 255, big: .min, real: 0.5,
    inner: [Inner(flag: true, list: [1, 2], note: nil), Inner(flag: false, list: [], note: "x")],
    map: ["m": .right], extra: ["free": [1, nil, 2.5]], absent: nil, optionals: [1, nil])

  @Test func roundTrip() throws {
    let value = try JSONValueEncoder().encode(outer)
    #expect(
      value == [
        "name": "n", "small": 255, "big": .integer(.min), "real": 0.5,
        "inner": [["flag": true, "list": [1, 2]], ["flag": false, "list": [], "note": "x"]],
        "map": ["m": "right"], "extra": ["free": [1, nil, 2.5]], "optionals": [1, nil],
      ])
    #expect(value.objectValue?.keys == ["name", "small", "big", "real", "inner", "map", "extra", "optionals"])
    #expect(try JSONValueDecoder().decode(Outer.self, from: value) == outer)
  }

  @Test(
    arguments: [
      ("name", 1, "name: expected a string, found a number"),
      ("name", nil, "name: expected a string, found null"),
      ("small", 256, "small: expected an integer from 0 to 255, found 256"),
      ("small", 1.5, "small: expected an integer from 0 to 255, found 1.5"),
      ("inner", ["x"], "inner[0]: expected an object, found a string"),
      ("inner", [["flag": true, "list": [1, "2"]]], "inner[0].list[1]: expected an integer, found a string"),
      ("inner", [["list": []]], "inner[0]: the key \"flag\" is missing"),
      ("map", ["m": "up"], "map.m: Cannot initialize Choice from invalid String value up"),
    ] as [(String, JSONValue, String)])
  func errorsNameThePath(key: String, wrong: JSONValue, summary: String) throws {
    var value = try JSONValueEncoder().encode(outer)
    value[key] = wrong
    let error = #expect(throws: DecodingError.self) { try JSONValueDecoder().decode(Outer.self, from: value) }
    #expect(error?.summary == summary)
  }

  @Test func tolerance() throws {
    struct Small: Codable, Equatable { var count: Int, ratio: Double, note: String? }
    let value: JSONValue = ["count": 2.0, "ratio": 1, "note": nil, "unknown": [1]]
    #expect(try JSONValueDecoder().decode(Small.self, from: value) == Small(count: 2, ratio: 1, note: nil))
  }

  @Test func whatCannotBeEncoded() {
    #expect(throws: EncodingError.self) { try JSONValueEncoder().encode([Double.nan]) }
    #expect(throws: EncodingError.self) { try JSONValueEncoder().encode(["x": UInt64.max]) }
  }

  @Test func rootsAndNestedContainers() throws {
    #expect(try JSONValueEncoder().encode(Int?.none) == .null)
    #expect(try JSONValueEncoder().encode([[1], [2, 3]]) == [[1], [2, 3]])
    #expect(try JSONValueEncoder().encode([UInt32.max]) == [4_294_967_295])
    #expect(try JSONValueDecoder().decode([[Int]].self, from: [[1], []]) == [[1], []])

    struct Custom: Codable, Equatable {
      var values: [Int]
      enum Keys: String, CodingKey {
        case outer
        case list
      }
      init(values: [Int]) { self.values = values }
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self).nestedContainer(keyedBy: Keys.self, forKey: .outer)
        var list = try container.nestedUnkeyedContainer(forKey: .list)
        values = []
        while !list.isAtEnd { values.append(try list.decode(Int.self)) }
      }
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        var outer = container.nestedContainer(keyedBy: Keys.self, forKey: .outer)
        var list = outer.nestedUnkeyedContainer(forKey: .list)
        for value in values { try list.encode(value) }
      }
    }
    let value = try JSONValueEncoder().encode(Custom(values: [1, 2]))
    #expect(value == ["outer": ["list": [1, 2]]])
    #expect(try JSONValueDecoder().decode(Custom.self, from: value) == Custom(values: [1, 2]))
  }
}
