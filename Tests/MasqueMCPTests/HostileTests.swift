import Foundation
import JSON
import JSONRPC
import SeededRandom
import Testing

@testable import MasqueMCP

@Suite struct HostileTests {
  /// Lines that are no messages, each with the code of its answer.
  static let lines: [(String, Int64)] = [
    ("garbage", -32700), ("{", -32700), ("\u{0}", -32700), (#"{"jsonrpc":"2.0","id":1,"method":"#, -32700),
    ("Content-Length: 12", -32700), (#"{"a":1}{"b":2}"#, -32700), (#""\q""#, -32700), ("NaN", -32700),
    (String(repeating: "[", count: 100_000), -32700), (String(repeating: #"{"a":"#, count: 50_000), -32700),
    ("1", -32600), (#""text""#, -32600), ("null", -32600), ("true", -32600), ("{}", -32600), ("[]", -32600),
    (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600), (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
    (#"{"id":1,"method":"ping"}"#, -32600), (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600), (#"{"jsonrpc":"2.0","id":[],"method":"ping"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":7}"#, -32600),
    (#"{"jsonrpc":"2.0","id":99999999999999999999,"method":"ping"}"#, -32600), (#"{"jsonrpc":"2.0","id":1}"#, -32600),
  ]

  @Test("A line that is no message is answered, and the next one is heard", arguments: lines)
  func noMessage(_ line: String, _ code: Int64) {
    let answers = converse([line, request("ping", id: 77)])
    #expect(answers.count == 2)
    #expect(answers.first?["error"]?["code"]?.integerValue == code, "\(answers)")
    #expect(answers.last?["id"] == 77)
  }

  @Test(
    "Bytes that are no text", arguments: [[0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]])
  func invalidText(_ bytes: [UInt8]) {
    let channel = TestChannel()
    channel.send(bytes: bytes + [0x0A])
    channel.send(bytes: Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + bytes + Array("\"}\n".utf8))
    channel.send(request("ping", id: 77))
    channel.close()
    #expect(serveMCP(host(), over: channel) == nil)
    #expect(channel.lines.count == 3)
    for line in channel.lines { #expect(String(validating: line, as: UTF8.self) != nil) }
  }

  @Test("A line that is too long is passed over")
  func longLines() {
    let channel = TestChannel()
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: messageLimit + 1)
    channel.send(bytes: long)
    channel.send(bytes: long + [0x0A])
    channel.send(request("ping", id: 1))
    // Without an end, too.
    channel.send(bytes: long)
    channel.close()
    #expect(serveMCP(host(), over: channel) == nil)
    let answers = channel.lines.compactMap { try? JSONValue(parsing: $0) }
    #expect(answers.map { $0["error"]?["code"] } == [-32600, nil, -32600])
  }

  @Test("Blank lines, CR LF, and a last line without an end")
  func lineEnds() {
    let channel = TestChannel()
    channel.send(bytes: Array("\n\r\n  \t\n\(request("ping", id: 1))\r\n\n\(request("ping", id: 2))".utf8))
    channel.close()
    #expect(serveMCP(host(), over: channel) == nil)
    #expect(channel.lines.count == 2)
  }

  @Test("Byte by byte")
  func slowly() {
    let channel = TestChannel()
    for byte in (opening("2025-11-25") + [request("tools/list")]).joined(separator: "\n").utf8 {
      channel.send(bytes: [byte])
    }
    channel.close()
    #expect(serveMCP(host(), over: channel) == nil)
    #expect(channel.lines.count == 2)
  }

  @Test("A session of 2,000 hostile lines")
  func session() {
    var random = SplitMix64(seed: 42)
    let valid = [
      request("tools/list"), request("tools/call", ["name": "don", "arguments": ["masque": "scribe"]]),
      request("prompts/get", ["name": "don-scribe"]), request("resources/read", ["uri": "masque://scribe/block"]),
      stateless("server/discover"), stateless("tools/call", ["name": "id"]), request("ping"),
      request("completion/complete", ["ref": ["type": "ref/prompt", "name": "don-scribe"], "argument": [:]]),
    ]
    let channel = TestChannel()
    for line in opening("2025-03-26") { channel.send(line) }
    for _ in 0..<2_000 {
      var bytes = Array((valid.randomElement(using: &random) ?? "").utf8)
      for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
        case 3: bytes.removeLast(bytes.count - place)
        default: bytes = [UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")]
        }
      }
      channel.send(bytes: bytes + [0x0A])
    }
    channel.send(request("ping", id: "last"))
    channel.close()
    #expect(serveMCP(host(), over: channel) == nil)
    let answers = channel.lines.map { try? JSONValue(parsing: $0) }
    #expect(answers.allSatisfy { $0 != nil })
    #expect(answers.contains { $0?["id"] == "last" && $0?["result"] == [:] })
  }
}
