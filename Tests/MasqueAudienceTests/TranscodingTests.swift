import JSON
import SeededRandom
import Testing

@testable import MasqueAudience

@Suite("OTLP")
struct TranscodingTests {
  @Test(
    "A JSON request is written canonically",
    arguments: [
      // Numbers, identifiers and blanks get one form; what the format does not know goes.
      (
        #" { "timeUnixNano" : 17 , "traceId":"5B8E" ,"x":{"y":[1,{"z":null}]},"severityNumber":9.0 } "#,
        #"{"timeUnixNano":"17","traceId":"5b8e","severityNumber":9}"#
      ),
      (#"{"flags":0,"severityText":"","body":null}"#, "{}"),
      (#"{"body":{"intValue":"-9223372036854775808"}}"#, #"{"body":{"intValue":"-9223372036854775808"}}"#),
      (#"{"body":{"intValue":0}}"#, #"{"body":{"intValue":"0"}}"#),
      (#"{"body":{"doubleValue":1e3}}"#, #"{"body":{"doubleValue":1000.0}}"#),
      (#"{"body":{"doubleValue":"-Infinity"}}"#, #"{"body":{"doubleValue":"-Infinity"}}"#),
      (#"{"body":{"bytesValue":"-_8"}}"#, #"{"body":{"bytesValue":"+/8="}}"#),
      (#"{"body":{"stringValue":"a\u00e9\ud83d\ude00\ud800\/\n"}}"#, #"{"body":{"stringValue":"aé😀\#u{FFFD}/\n"}}"#),
      (#"{"\u0062ody":{"boolValue":false}}"#, #"{"body":{"boolValue":false}}"#),
      (#"{"timeUnixNano":"18446744073709551615"}"#, #"{"timeUnixNano":"18446744073709551615"}"#),
    ])
  func json(_ record: String, _ expected: String) throws {
    #expect(try line(of: record) == wrapped(expected))
  }

  @Test(
    "What is no OTLP is refused",
    arguments: [
      #"{"severityNumber":"INFO"}"#, #"{"severityNumber":2147483648}"#, #"{"timeUnixNano":-1}"#,
      #"{"timeUnixNano":1.5}"#, #"{"traceId":"xyz"}"#, #"{"traceId":"abc"}"#, #"{"traceId":7}"#,
      #"{"body":{"intValue":"0x10"}}"#, #"{"body":{"intValue":" 1"}}"#, #"{"body":{"intValue":9223372036854775808}}"#,
      #"{"body":{"intValue":1,"stringValue":"a"}}"#, #"{"body":{"doubleValue":1e999}}"#,
      #"{"body":{"bytesValue":"A"}}"#, #"{"body":{"bytesValue":"A==="}}"#, #"{"body":{"boolValue":1}}"#,
      #"{"body":{"stringValue":"\x"}}"#, #"{"body":{"stringValue":"\#u{1}"}}"#, #"{"flags":01}"#, #"{"flags":1,}"#,
      #"{"flags":1,"flags":2}"#, #"{"attributes":[{},]}"#, #"{"attributes":{}}"#, #"{"attributes":[null]}"#, "[]", "{",
      #"{"x":tru}"#, #"{"x":[}"#, #"{"x"}"#, #"{"x":-}"#,
    ])
  func refused(_ record: String) {
    #expect(throws: OTLPError.self) { try line(of: record) }
  }

  @Test("Every message of the format is read from both encodings alike")
  func bothEncodings() throws {
    for signal in Signal.allCases {
      let (protobuf, json) = SampleWriter.request(signal)
      let fromProtobuf = try telemetryLine(protobuf, signal, .protobuf)
      let fromJSON = try telemetryLine(Array(json.utf8), signal, .json)
      #expect(fromProtobuf.records == fromJSON.records && fromJSON.records > 0)
      // The order of keys is that of the request.
      let a = try JSONValue(parsing: fromProtobuf.bytes)
      let b = try JSONValue(parsing: fromJSON.bytes)
      #expect(a == b)
      #expect(a.text(.compact).contains("attributes"))
    }
  }

  @Test("Whatever the bytes are, there is a line of JSON or an error")
  func mutations() throws {
    var choose = SplitMix64(seed: 42)
    for signal in Signal.allCases {
      let (protobuf, json) = SampleWriter.request(signal)
      for (seed, encoding) in [(protobuf, OTLPEncoding.protobuf), (Array(json.utf8), .json)] {
        var lines = 0
        for _ in 0..<4_000 {
          var bytes = seed
          for _ in 0...Int(choose.next() % 4) {
            let place = Int(choose.next() % UInt64(max(bytes.count, 1)))
            switch choose.next() % 5 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: choose.next())
            case 1: bytes.removeSubrange(place..<min(place + Int(choose.next() % 8), bytes.count))
            case 2: bytes.insert(contentsOf: bytes[(place / 2)..<place], at: place)
            case 3: bytes.removeSubrange(place...)
            default: bytes.insert(UInt8(truncatingIfNeeded: choose.next()), at: place)
            }
            if bytes.isEmpty { bytes = [0] }
          }
          guard let line = try? telemetryLine(bytes, signal, encoding), line.records > 0 else { continue }
          lines += 1
          #expect(line.bytes.last == 0x0A && !line.bytes.dropLast().contains(0x0A))
          #expect(throws: Never.self) { try JSONValue(parsing: line.bytes) }
        }
        #expect(lines > 0)
      }
    }
  }

  @Test("Hostile nesting costs no more than its length allows")
  func nesting() {
    // Messages that are merged at every level: what is copied grows with the depth, and what is tried does not.
    var value: [UInt8] = [0x0A, 0x01, 0x61]
    for _ in 0..<14 {
      let half = field(1, value)
      let list = half + half
      value = field(6, list) + field(6, list)
      if value.count > 1 << 20 { break }
    }
    let record = field(5, value)
    _ = try? telemetryLine(field(1, field(2, field(2, record))), .logs, .protobuf)
    let deep = Array(repeating: UInt8(ascii: "["), count: 1 << 20)
    #expect(throws: OTLPError.self) { try telemetryLine(Array(#"{"x":"#.utf8) + deep, .logs, .json) }
  }

  private func field(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
    SampleWriter.field(number, payload)
  }

  private func wrapped(_ record: String) -> String {
    #"{"resourceLogs":[{"scopeLogs":[{"logRecords":["# + record + "]}]}]}\n"
  }

  private func line(of record: String) throws -> String {
    let bytes = Array(wrapped(record).utf8)
    return String(decoding: try telemetryLine(bytes, .logs, .json).bytes, as: UTF8.self)
  }
}

/// Writes requests in which every field of every message has a value, in both encodings, from the table of the format.
enum SampleWriter {
  static func request(_ signal: Signal) -> (protobuf: [UInt8], json: String) {
    message(.request(signal), depth: 0)
  }

  static func field(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
    varint(UInt64(number) << 3 | 2) + varint(UInt64(payload.count)) + payload
  }

  private static func message(_ message: OTLPFormat.Message, depth: Int) -> ([UInt8], String) {
    let format = OTLPFormat.shared
    let row = Int(message.rawValue)
    var bytes: [UInt8] = []
    var members: [String] = []
    var hasChoice = false
    for field in format.fields[format.starts[row]..<format.starts[row + 1]] {
      if field.isOneOf {
        // One member, another one in each kind of message; values are not nested for ever.
        if hasChoice || depth > 6 && field.kind == .message && message == .anyValue { continue }
        hasChoice = true
      }
      let count = field.isRepeated ? 2 : 1
      var texts: [String] = []
      for _ in 0..<count {
        let (payload, text) = value(field, depth: depth)
        bytes += payload
        texts.append(text)
      }
      let text = field.isRepeated ? "[\(texts.joined(separator: ", "))]" : texts.joined()
      members.append("\(field.key.description) \(text)")
    }
    return (bytes, "{\(members.joined(separator: ",\n "))}")
  }

  private static func value(_ field: OTLPFormat.Field, depth: Int) -> ([UInt8], String) {
    func tag(_ type: UInt64) -> [UInt8] { varint(UInt64(field.number) << 3 | type) }
    func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    switch field.kind {
    case .string: return (self.field(field.number, Array("té\"xt".utf8)), "\"té\\\"xt\"")
    case .identifier: return (self.field(field.number, [0xAB, 0x01]), "\"AB01\"")
    case .bytes: return (self.field(field.number, [0xFF]), "\"/w==\"")
    case .bool: return (tag(0) + [1], "true")
    case .int32: return (tag(0) + varint(UInt64(bitPattern: -5)), "-5")
    case .uint32: return (tag(0) + varint(300), "300")
    case .sint32: return (tag(0) + [9], "-5")
    case .fixed32: return (tag(5) + little(UInt32(7)), "7")
    case .int64: return (tag(0) + varint(UInt64(bitPattern: -7)), "\"-7\"")
    case .uint64: return (tag(0) + varint(1 << 40), "1099511627776")
    case .fixed64: return (tag(1) + little(UInt64(1) << 60), "\"1152921504606846976\"")
    case .sfixed64: return (tag(1) + little(Int64(-9)), "-9")
    case .double: return (tag(1) + little((0.25).bitPattern), "0.25")
    case .message:
      let (payload, text) = message(field.type, depth: depth + 1)
      return (self.field(field.number, payload), text)
    }
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var result: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      result.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }
}
