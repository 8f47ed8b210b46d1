import Foundation
import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueWorkspace
import Synchronization
import Testing

@testable import MasqueServer

/// A server whose loop is run by the test, with a client that says what the test wants.
private final class Loop {
  let server: Server
  private let messages: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(Foundation.pipe(&ends) == 0)
    messages = ends[0]
    server = Server(output: ends[1], files: MemoryFiles(), log: Log(standardError: nil), abandon: {})
    server.phase = .running(ClientProfile(LSP.InitializeParams(processId: nil, rootUri: nil, capabilities: .init())))
  }

  func answer(_ id: RequestID, _ outcome: Result<JSONValue, ResponseError>) {
    server.inbox.put(.incoming(.message(.response(ResponseMessage(id: id, outcome)))))
  }

  /// Runs the loop over what waits, and returns what was sent.
  func run() -> [Message] {
    server.inbox.put(.incoming(.end))
    _ = server.run()
    Foundation.close(server.writer.descriptor)
    let sent = Mutex<[Message]>([])
    readMessages(from: messages) { incoming in
      if case .message(let message) = incoming { sent.withLock { $0.append(message) } }
    }
    Foundation.close(messages)
    return sent.withLock { $0 }
  }
}

@Suite(patience) struct OutgoingRequestTests {
  @Test func anAnswerGoesToWhoAsked() throws {
    let loop = try Loop()
    var answers: [String] = []
    let params = LSP.ShowMessageRequestParams(type: .info, message: "Which?", actions: [.init(title: "A")])
    for _ in 0..<4 {
      loop.server.ask(LSP.ShowMessageRequest.self, params) { answer in
        switch answer {
        case .success(let item): answers.append(item?.title ?? "none")
        case .failure(let error): answers.append("\(error.code.rawValue)")
        }
      }
    }
    loop.answer("masque-2", .success(["title": "B"]))
    loop.answer("masque-1", .success(.null))
    // Somebody else's answer, a second answer, and one of a wrong type.
    loop.answer("masque-9", .success(["title": "C"]))
    loop.answer("masque-2", .success(["title": "C"]))
    loop.answer("masque-3", .success(["title": 1]))
    let sent = loop.run()
    // The fourth is never answered: the session's end is its answer.
    #expect(answers == ["B", "none", "-32603", "-32800"])
    #expect(sent.count == 4)
  }

  @Test func aClientThatAnswersNothingFillsNoTable() throws {
    let loop = try Loop()
    var givenUp = 0
    for _ in 0..<300 {
      loop.server.ask(LSP.DiagnosticRefreshRequest.self, LSP.NoParams()) { _ in givenUp += 1 }
    }
    #expect(givenUp == 44)
    _ = loop.run()
    #expect(givenUp == 300)
  }

  @Test func nothingIsAskedAfterTheEnd() throws {
    let loop = try Loop()
    loop.server.phase = .shutDown
    var isRefused = false
    loop.server.ask(LSP.DiagnosticRefreshRequest.self, LSP.NoParams()) { isRefused = (try? $0.get()) == nil }
    #expect(isRefused && loop.run().isEmpty)
  }

  @Test func aTaskAsksAndTells() async throws {
    let loop = try Loop()
    let connection = loop.server.connection
    let task = Task.detached {
      let progress = WorkProgress("t", title: "Work", connection, onCancel: {})
      progress.report(50, "half")
      progress.report(20)
      return try await connection.request(LSP.ShowDocumentRequest.self, LSP.ShowDocumentParams(uri: "masque:x"))
    }
    let cancelled = Task.detached {
      try await connection.request(LSP.ShowDocumentRequest.self, LSP.ShowDocumentParams(uri: "masque:y"))
    }
    cancelled.cancel()
    // The first to ask has the number that comes first: both are asked before they are answered.
    let isServing = startThread { [inbox = loop.server.inbox] in
      for _ in 0..<200 where inbox.isEmpty { usleep(1_000) }
      usleep(100_000)
      for id in ["masque-1", "masque-2"] as [RequestID] {
        inbox.put(.incoming(.message(.response(ResponseMessage(id: id, .success(["success": true]))))))
      }
      usleep(100_000)
      inbox.put(.incoming(.end))
    }
    #expect(isServing)
    usleep(400_000)
    let sent = loop.run()
    #expect(try await task.value.success)
    await #expect(throws: ResponseError.self) { try await cancelled.value }
    let kinds = sent.compactMap { message -> String? in
      guard case .notification(let notification) = message else { return nil }
      return notification.params?["value"]?["kind"]?.stringValue ?? notification.method
    }
    #expect(kinds.filter { !$0.hasPrefix("$") } == ["begin", "report"])
    #expect(kinds.contains("$/cancelRequest"))
  }
}
