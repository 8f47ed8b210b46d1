import Dispatch
import Foundation
import JSON
import JSONRPC
import MasqueCommands
import MasqueWorkspace
import Synchronization
import Testing

@testable import MasqueMCP

/// Commands that wait until they are let through.
private final class Gate: Sendable {
  private let opened = DispatchSemaphore(value: 0)
  let begun = DispatchSemaphore(value: 0)
  let log = Mutex<[String]>([])

  func open() { opened.signal() }

  func pass(_ name: String, _ context: CommandContext) {
    log.withLock { $0.append("\(name) begun") }
    begun.signal()
    while opened.wait(timeout: .now() + 0.01) == .timedOut {
      if context.isCancelled() { log.withLock { $0.append("\(name) told") } }
      if context.isCancelled(), name == "inspect" { break }
    }
    log.withLock { $0.append("\(name) done") }
  }

  /// A host whose `inspect` and `don` wait here.
  var host: MCPHost {
    var table = wearing(.pure)
    table.add(InspectCommand.self) { (_, context) throws(CommandError) in
      self.pass("inspect", context)
      throw CommandError(.notFound, "looked")
    }
    table.add(DonCommand.self) { (_, context) throws(CommandError) in
      self.pass("don", context)
      throw CommandError(.refused, "refused")
    }
    table.add(IDCommand.self) { (_, _) in
      self.log.withLock { $0.append("id") }
      return IDCommand.Result(active: nil, previous: nil, block: nil, ended: nil, warnings: [])
    }
    return MCPHost(table: table, context: MasqueMCPTests.host().context)
  }
}

/// A server on a thread of its own, with a session.
private struct Running {
  let channel = TestChannel()
  let ended = DispatchSemaphore(value: 0)

  init(_ host: MCPHost) {
    let thread = Thread { [channel, ended] in
      _ = serveMCP(host, over: channel)
      ended.signal()
    }
    thread.start()
    for line in opening("2025-11-25") { channel.send(line) }
    _ = channel.receive(0)
  }

  func cancel(_ id: JSONValue) {
    channel.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id),"reason":"no"}}"#)
  }

  func call(_ tool: String, id: RequestID) { channel.send(request("tools/call", ["name": .string(tool)], id: id)) }
}

@Suite(.timeLimit(.minutes(1))) struct SessionTests {
  @Test("A ping is answered while a command works")
  func ping() {
    let gate = Gate()
    let server = Running(gate.host)
    server.call("inspect_masque", id: 1)
    gate.begun.wait()
    server.channel.send(request("ping", id: 2))
    #expect(server.channel.receive(1)?["id"] == 2)
    gate.open()
    #expect(server.channel.receive(2)?["result"]?["content"]?[0]?["text"] == "looked")
    server.channel.close()
    server.ended.wait()
  }

  @Test("One after another")
  func order() {
    let gate = Gate()
    let server = Running(gate.host)
    server.call("don", id: 1)
    server.call("id", id: 2)
    gate.begun.wait()
    gate.open()
    #expect(server.channel.receive(1)?["id"] == 1)
    #expect(server.channel.receive(2)?["id"] == 2)
    #expect(gate.log.withLock { $0 } == ["don begun", "don done", "id"])
    server.channel.close()
    server.ended.wait()
  }

  @Test("What only looks is given up at once, and nothing is said of it")
  func cancelLooking() {
    let gate = Gate()
    let server = Running(gate.host)
    server.call("inspect_masque", id: "slow")
    gate.begun.wait()
    server.call("id", id: 2)
    server.cancel("slow")
    #expect(server.channel.receive(1)?["id"] == 2)
    server.channel.close()
    server.ended.wait()
    #expect(server.channel.lines.count == 2)
    #expect(gate.log.withLock { $0.contains("id") })
  }

  @Test("What changes something is told, and waited for, and nothing is said of it")
  func cancelDonning() {
    let gate = Gate()
    let server = Running(gate.host)
    server.call("don", id: 1)
    gate.begun.wait()
    server.call("id", id: 2)
    server.cancel(1)
    server.cancel(1)
    while !gate.log.withLock({ $0.contains("don told") }) { usleep(1_000) }
    #expect(gate.log.withLock { !$0.contains("id") })
    gate.open()
    #expect(server.channel.receive(1)?["id"] == 2)
    server.channel.close()
    server.ended.wait()
    #expect(server.channel.lines.count == 2)
  }

  @Test("What waits is not begun")
  func cancelWaiting() {
    let gate = Gate()
    let server = Running(gate.host)
    server.call("inspect_masque", id: 1)
    gate.begun.wait()
    server.call("don", id: 2)
    server.call("id", id: 3)
    server.cancel(2)
    server.channel.send(request("ping", id: 4))
    #expect(server.channel.receive(1)?["id"] == 4)
    gate.open()
    #expect(server.channel.receive(2)?["id"] == 1)
    #expect(server.channel.receive(3)?["id"] == 3)
    #expect(gate.log.withLock { !$0.contains("don begun") })
    server.channel.close()
    server.ended.wait()
  }

  @Test("The stream's end is the session's, once all is answered")
  func end() {
    let gate = Gate()
    let server = Running(gate.host)
    server.call("don", id: 1)
    server.call("id", id: 2)
    gate.begun.wait()
    server.channel.close()
    #expect(server.ended.wait(timeout: .now() + 0.05) == .timedOut)
    gate.open()
    server.ended.wait()
    #expect(server.channel.lines.count == 3)
  }

  @Test(
    "A client that does not read",
    arguments: [(WriteError.closed, nil), (.failed("full"), .failed("full"))] as [(WriteError, WriteError?)])
  func unread(_ failure: WriteError, _ reported: WriteError?) {
    let channel = TestChannel(failure: failure)
    channel.send(request("ping"))
    #expect(serveMCP(host(), over: channel) == reported)
    // Its reader waits for more.
    channel.close()
  }

  @Test("Many requests at once are all answered, in order")
  func many() {
    let lines = (1...1_000).map { request($0 % 3 == 0 ? "ping" : "tools/list", id: .integer(Int64($0))) }
    let answers = converse(opening("2025-11-25") + lines)
    #expect(answers.count == 1_001)
    let listed = answers.filter { $0["result"]?["tools"] != nil }.compactMap { $0["id"]?.integerValue }
    #expect(listed == listed.sorted() && listed.count == 667)
  }
}
