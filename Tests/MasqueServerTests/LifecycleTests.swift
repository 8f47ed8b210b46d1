import Foundation
import JSON
import JSONRPC
import Testing

@testable import MasqueServer

@Suite(patience) struct LifecycleTests {
  /// One thing that a client does.
  enum Step: Sendable {
    /// A request and the error code that answers it; 0 for a result.
    case ask(String, Int)
    case tell(String)
    case hangUp
  }

  static let initialize = Step.ask("initialize", 0)

  @Test(
    arguments: [
      ([.ask("textDocument/completion", -32002), .ask("shutdown", -32002), initialize], nil),
      ([.tell("initialized"), .tell("textDocument/didOpen"), initialize], nil),
      ([initialize, .ask("initialize", -32600), .ask("no/such", -32601), .ask("$/noSuch", -32601)], nil),
      ([initialize, .tell("initialized"), .tell("no/such"), .tell("$/noSuch"), .ask("shutdown", 0)], nil),
      ([initialize, .ask("shutdown", 0), .ask("textDocument/completion", -32600), .ask("shutdown", -32600)], nil),
      ([initialize, .ask("shutdown", 0), .ask("initialize", -32600), .tell("exit")], 0),
      ([initialize, .ask("shutdown", 0), .tell("textDocument/didOpen"), .tell("exit")], 0),
      ([initialize, .ask("shutdown", 0), .hangUp], 0),
      ([initialize, .tell("exit")], 1),
      ([.tell("exit")], 1),
      ([.hangUp], 1),
      ([initialize, .hangUp], 1),
    ] as [([Step], Int32?)])
  func theStatesOfASession(_ steps: [Step], _ exitCode: Int32?) async throws {
    let session = try Session()
    for step in steps {
      switch step {
      case .ask(let method, let expected):
        let params: JSONValue = ["processId": nil, "rootUri": nil, "capabilities": [:]]
        let outcome = await session.request(method, method == "initialize" ? params : [:])
        #expect(code(outcome) ?? 0 == expected, "\(method)")
      case .tell(let method):
        session.notify(method, [:])
      case .hangUp:
        try session.closeInput()
      }
    }
    if let exitCode {
      await session.rest()
      #expect(await session.exitCode() == exitCode)
    }
  }

  @Test func initializeWithoutParametersIsRefusedAndMayBeRepeated() async throws {
    let session = try Session()
    #expect(
      code(await session.request("initialize", ["processId": "me", "rootUri": nil, "capabilities": [:]])) == -32602)
    #expect(code(await session.request("shutdown")) == -32002)
    try await session.initialize()
    #expect(await session.end() == 0)
  }

  /// The client is a process of its own that is killed and, at first, not collected: to `kill(2)` it is still there.
  @Test func theServerDoesNotOutliveItsClient() async throws {
    let client = Process()
    client.executableURL = URL(fileURLWithPath: "/bin/sleep")
    client.arguments = ["60"]
    try client.run()
    let session = try Session()
    try await session.initialize(process: Int(client.processIdentifier))
    let start = ContinuousClock.now
    kill(client.processIdentifier, SIGKILL)
    await session.rest()
    #expect(await session.exitCode() == 1)
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func aProcessThatIsGoneOrDeadIsNotRunning() throws {
    #expect(isRunning(getpid()))
    #expect(isRunning(1))
    var child = pid_t()
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    try #require(posix_spawnp(&child, "true", nil, nil, arguments, environ) == 0)
    free(arguments[0])
    // Dead and not collected, then collected.
    var patience = 500
    while isRunning(child), patience > 0 {
      usleep(10_000)
      patience -= 1
    }
    #expect(!isRunning(child))
    var status: Int32 = 0
    #expect(waitpid(child, &status, 0) == child)
    #expect(!isRunning(child))
  }
}
