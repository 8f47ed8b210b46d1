import Foundation
import JSON
import JSONRPC
import Testing

@testable import MasqueServer

@Suite(patience) struct TransportTests {
  private static func frame(_ text: String) -> [UInt8] { ContentLengthFramer.encode(Array(text.utf8)) }

  @Test func messagesMayComeByteByByteAndAllAtOnce() async throws {
    let session = try Session()
    let first = Self.frame(
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}"#)
    for byte in first { session.write([byte]) }
    #expect(code(await session.response(to: 1)?.outcome) == nil)
    session.write((2...20).flatMap { Self.frame(#"{"jsonrpc":"2.0","id":"\#($0)","method":"no/such"}"#) })
    for id in 2...20 { #expect(code(await session.response(to: .string("\(id)"))?.outcome) == -32601) }
  }

  @Test(
    arguments: [
      (Self.frame("{"), -32700), (Self.frame(""), -32700), (Self.frame("{\"a\": \u{1}}"), -32700),
      (ContentLengthFramer.encode([0xFF, 0xFE]), -32700),
      (Self.frame("[]"), -32600), (Self.frame("1"), -32600), (Self.frame("{}"), -32600),
      (Self.frame(#"{"jsonrpc":"2.0","id":7,"method":5}"#), -32600),
      (Self.frame(#"{"jsonrpc":"1.0","id":7,"method":"shutdown"}"#), -32600),
      (Self.frame(#"{"jsonrpc":"2.0","id":[],"method":"shutdown"}"#), -32600),
      (Array("Content-Length: many\r\n\r\n{}".utf8), -32700),
      (Array("Content-Type: x\r\n\r\n{}".utf8), -32700),
      (Array("nonsense\r\n\r\n".utf8), -32700),
      (Array("Content-Length: 99999999999999\r\n\r\n".utf8), -32600),
      (Array("Content-Length: 2\r\nContent-Type: x; charset=utf-16\r\n\r\n{}".utf8), -32700),
    ] as [([UInt8], Int)])
  func whatIsNoMessageIsAnsweredAndServingGoesOn(_ bytes: [UInt8], _ expected: Int) async throws {
    let session = try Session()
    try await session.initialize()
    session.write(bytes)
    while let message = await session.next() {
      guard case .response(let response) = message else { continue }
      #expect(code(response.outcome) == expected)
      break
    }
    #expect(await session.end() == 0)
    #expect(await session.log().contains("masque-lsp: not a message: "))
  }

  @Test func aResponseNobodyWaitsForIsNoted() async throws {
    let session = try Session()
    try await session.initialize()
    session.send(.response(ResponseMessage(id: 99, .success(nil))))
    #expect(await session.end() == 0)
    #expect(await session.log().contains("response to a request that was not sent: 99"))
  }

  @Test func theClientMayStopReading() async throws {
    let session = try Session()
    try await session.initialize()
    // More than a pipe holds, written while nobody reads.
    let unknown = String(repeating: "x", count: 2_000)
    for _ in 0..<200 { session.post(unknown) }
    #expect(await session.end() == 0)
    #expect(session.received.count >= 200)
  }

  @Test func aStrayPrintGoesToTheOtherStream() throws {
    func pipe() throws -> (reading: Int32, writing: Int32) {
      var ends: [Int32] = [0, 0]
      try #require(Foundation.pipe(&ends) == 0)
      return (ends[0], ends[1])
    }
    func text(from descriptor: Int32) -> String {
      var buffer = [UInt8](repeating: 0, count: 100)
      let count = buffer.withUnsafeMutableBytes { readSome(into: $0, from: descriptor) }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
    func write(_ text: String, to descriptor: Int32) {
      #expect(Array(text.utf8).withUnsafeBytes { writeAll($0, to: descriptor) } == 0)
    }
    let output = try pipe()
    let errors = try pipe()
    let own = try #require(claim(output: output.writing, divertingTo: errors.writing))
    #expect(fcntl(own, F_GETFD) & FD_CLOEXEC != 0)
    write("stray", to: output.writing)
    write("message", to: own)
    #expect(text(from: errors.reading) == "stray")
    #expect(text(from: output.reading) == "message")
    // With no other stream it goes nowhere.
    let second = try pipe()
    let quiet = try #require(claim(output: second.writing, divertingTo: -1))
    write("stray", to: second.writing)
    write("message", to: quiet)
    #expect(text(from: second.reading) == "message")
    for descriptor in [output.reading, output.writing, errors.reading, errors.writing, own, second.reading, quiet] {
      close(descriptor)
    }
    #expect(claim(output: -1, divertingTo: 2) == nil)
  }

  @Test func aFullPipeIsWaitedForAndABrokenOneReported() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    _ = fcntl(ends[1], F_SETFL, fcntl(ends[1], F_GETFL) | O_NONBLOCK)
    let reading = ends[0]
    let total = 1 << 20
    _ = startThread {
      usleep(20_000)
      var left = total
      withUnsafeTemporaryAllocation(byteCount: 1_000, alignment: 1) { buffer in
        while left > 0 { left -= readSome(into: buffer, from: reading) }
      }
      close(reading)
    }
    let bytes = [UInt8](repeating: 1, count: total)
    #expect(bytes.withUnsafeBytes { writeAll($0, to: ends[1]) } == 0)
    var patience = 500
    var error: Int32 = 0
    while error == 0, patience > 0 {
      usleep(10_000)
      error = [0].withUnsafeBytes { writeAll($0, to: ends[1]) }
      patience -= 1
    }
    #expect(error == EPIPE)
    #expect(describe(error).lowercased().contains("broken pipe"))
    close(ends[1])
  }

  @Test func whatIsPutIsTakenInOrder() {
    let inbox = Inbox<Int>()
    for number in 0..<5 { inbox.put(number) }
    #expect(!inbox.isEmpty)
    #expect(inbox.take() == [0, 1, 2, 3, 4])
    #expect(inbox.isEmpty)
    _ = startThread { for number in 0..<10_000 { inbox.put(number) } }
    var all: [Int] = []
    while all.count < 10_000 { all += inbox.take() }
    #expect(all == Array(0..<10_000))
  }

  @Test func nobodyHasToReadTheLog() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let log = Log(standardError: ends[1])
    let line = String(repeating: "😀", count: 900)
    // Far more than a pipe holds: were it waited for, this would never end.
    for _ in 0..<100 { log.note(line) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var text = ""
    func read() {
      let count = buffer.withUnsafeMutableBytes { readSome(into: $0, from: ends[0]) }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    read()
    log.note("last")
    read()
    let lines = text.split(separator: "\n")
    #expect(lines.last == "masque-lsp: last")
    #expect(lines.dropLast(2).allSatisfy { $0 == "masque-lsp: \(line)" })
    #expect(lines[lines.count - 2] == "masque-lsp: (\(100 - (lines.count - 2)) lines are missing here)")
    close(ends[0])
    close(ends[1])
  }

  @Test func aLineOfTheLogIsOneLine() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let log = Log(standardError: ends[1], file: ends[1])
    log.note("a\nb\u{1B}[31m")
    log.trace("not wanted")
    log.note(String(repeating: "x", count: 10_000))
    close(ends[1])
    var buffer = [UInt8](repeating: 0, count: 20_000)
    let count = buffer.withUnsafeMutableBytes { readSome(into: $0, from: ends[0]) }
    close(ends[0])
    let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0] == "masque-lsp: a\u{FFFD}b\u{FFFD}[31m")
    #expect(lines[1].wholeMatch(of: /\d\d:\d\d:\d\d\.\d{6} a.b.\[31m/) != nil)
    #expect(lines[2].hasSuffix("x…") && lines[2].count < 5_000)
  }
}
