import JSON
import JSONRPC
import SeededRandom
import Testing

/// What a framer makes of a stream: messages as their text, errors after a `!`.
private func outline(_ frames: [Frame]) -> [String] {
  frames.map { frame in
    switch frame {
    case .message(let bytes): String(decoding: bytes, as: UTF8.self)
    case .malformed(let error): "!\(error)"
    }
  }
}

private func frames(_ stream: String, chunk: Int, limit: Int = 1_000) -> [String] {
  var framer = ContentLengthFramer(messageLimit: limit)
  var result: [Frame] = []
  let bytes = Array(stream.utf8)
  for start in stride(from: 0, to: bytes.count, by: chunk) {
    framer.append(bytes[start..<min(start + chunk, bytes.count)])
    while let frame = framer.next() { result.append(frame) }
  }
  return outline(result)
}

private func message(_ text: String) -> String {
  String(decoding: ContentLengthFramer.encode(Array(text.utf8)), as: UTF8.self)
}

@Suite struct ContentLengthFramerTests {
  static let long = String(repeating: "x", count: 2_000)

  @Test(
    arguments: [
      (message("{}") + message("é") + message(""), ["{}", "é", ""]),
      ("content-LENGTH:2\r\n\r\n{}", ["{}"]),
      ("Content-Length: 2\n\n{}", ["{}"]),
      ("X-Other: a: b\r\nContent-Length: 2\r\nX: y\r\n\r\n{}", ["{}"]),
      ("\r\n\r\n" + message("{}"), ["{}"]),
      ("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", ["{}"]),
      ("Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}", ["{}"]),
      ("Content-Length: 2\r\nContent-Type: x; charset=\"UTF8\"\r\n\r\n{}", ["{}"]),
      (
        "Content-Length: 2\r\nContent-Type: x; charset=utf-16\r\n\r\n{}" + message("[]"),
        ["!the character set utf-16 is not supported, only utf-8 is", "[]"]
      ),
      ("X: y\r\n\r\n{}" + message("[]"), ["!the header has no Content-Length", "[]"]),
      ("Content-Length: -5\r\n\r\n{}" + message("[]"), ["!the Content-Length is not a number of bytes: -5", "[]"]),
      ("Content-Length: 2x\r\n\r\n{}" + message("[]"), ["!the Content-Length is not a number of bytes: 2x", "[]"]),
      ("Content-Length:\r\n\r\n{}" + message("[]"), ["!the Content-Length is not a number of bytes: ", "[]"]),
      (
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} " + message("[]"),
        ["!the header has two lengths, 2 and 3", "[]"]
      ),
      (
        message(long) + message("[]"),
        ["!the message of 2000 bytes is larger than the limit of 1000 bytes", "[]"]
      ),
      (
        "Content-Length: 99999999999999999999\r\n\r\n{}" + message("[]"),
        ["!the message of 99999999999999999999 bytes is larger than the limit of 1000 bytes", "[]"]
      ),
      ("hello\r\n" + message("[]"), ["!not a header line: hello", "[]"]),
      // A message longer than announced: its rest is no header, the next header is found inside that line.
      ("Content-Length: 1\r\n\r\n{}" + message("[]"), ["{", "!not a header line: }Content-Length: 2", "[]"]),
      // Only one complaint until a message is found again.
      (
        "a\r\nb\r\nContent-Length: x\r\n\r\nContent-Length: y\r\n\r\n" + message("[]") + "c\r\n",
        ["!not a header line: a", "[]", "!not a header line: c"]
      ),
      (
        "X: " + String(repeating: "y", count: 9_000) + "\r\n" + message("[]"),
        ["!not a header line: more than 8192 bytes without an end", "[]"]
      ),
    ] as [(String, [String])], [1, 3, 1_000_000])
  func streams(_ test: (stream: String, expected: [String]), chunk: Int) {
    #expect(frames(test.stream, chunk: chunk) == test.expected)
  }

  @Test func knowsWhetherItIsBetweenMessages() {
    var framer = ContentLengthFramer()
    #expect(framer.isBetweenMessages)
    framer.append(Array("Content-Length: 2\r\n\r\n{".utf8))
    #expect(framer.next() == nil)
    #expect(!framer.isBetweenMessages)
    framer.append(Array("}".utf8))
    #expect(framer.next() == .message(Array("{}".utf8)))
    #expect(framer.isBetweenMessages)
  }

  @Test func anyBytesAreSurvived() {
    var random = SplitMix64(seed: 3)
    let pieces = ["Content-Length: ", "\r\n", "2", "{}", ":", "\n", "-1", "999999999999", "é", "\0", message("[1]")]
    for _ in 0..<2_000 {
      var framer = ContentLengthFramer(messageLimit: 100)
      for _ in 0..<20 {
        framer.append(Array(pieces[Int(random.next() % UInt64(pieces.count))].utf8))
        while let frame = framer.next() {
          if case .message(let bytes) = frame { #expect(bytes.count <= 100) }
        }
      }
    }
  }
}

@Suite struct NewlineFramerTests {
  @Test(
    arguments: [
      ("{}\n[]\r\n\n \n1", ["{}", "[]", "1"]),
      ("", []),
      ("\n\n", []),
      (String(repeating: "x", count: 101) + "\n[]\n", ["!", "[]"]),
      (String(repeating: "x", count: 100) + "\n[]", [String(repeating: "x", count: 100), "[]"]),
      (String(repeating: "x", count: 5_000), ["!"]),
    ] as [(String, [String])], [1, 7, 10_000])
  func streams(_ test: (stream: String, expected: [String]), chunk: Int) {
    var framer = NewlineFramer(messageLimit: 100)
    var result: [Frame] = []
    let bytes = Array(test.stream.utf8)
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      framer.append(bytes[start..<min(start + chunk, bytes.count)])
      while let frame = framer.next() { result.append(frame) }
    }
    if let frame = framer.finish() { result.append(frame) }
    #expect(outline(result).map { $0.hasPrefix("!") ? "!" : $0 } == test.expected)
  }

  @Test func encode() {
    #expect(NewlineFramer.encode(Array("{}".utf8)) == Array("{}\n".utf8))
  }
}
