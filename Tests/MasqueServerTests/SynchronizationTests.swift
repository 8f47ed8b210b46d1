import Foundation
import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueWorkspace
import SourceText
import Testing

@testable import MasqueServer

private let uri = "file:///masques/smith.masque.yaml"

/// Where the second of two equal keys is found.
private func duplicates(_ params: LSP.PublishDiagnosticsParams?) -> [LSP.Range] {
  params?.diagnostics.filter { $0.code == "yaml-duplicate-key" }.map(\.range) ?? []
}

private func range(_ line: Int, _ from: Int, _ to: Int) -> LSP.Range {
  LSP.Range(start: LSP.Position(line: line, character: from), end: LSP.Position(line: line, character: to))
}

@Suite(patience) struct SynchronizationTests {
  @Test(
    arguments: [
      (nil, nil, 20), ([], nil, 20), (["utf-8"], "utf-8", 24), (["utf-16"], "utf-16", 20), (["utf-32"], "utf-32", 18),
      (["utf-32", "utf-16"], "utf-16", 20), (["utf-16", "utf-8"], "utf-8", 24), (["utf-7"], "utf-16", 20),
    ] as [([String]?, String?, Int)])
  func theEncodingIsNegotiated(_ offered: [String]?, _ announced: String?, _ column: Int) async throws {
    let session = try Session()
    let encodings = offered.map { JSONValue.array($0.map(JSONValue.string)) }
    let result = try await session.initialize(encodings.map { ["general": ["positionEncodings": $0]] } ?? [:])
    #expect(result.capabilities.positionEncoding?.rawValue == announced)
    session.open(uri, "a: 1\n😀a: {b: 1, 😀b: 2, b: 3}\n")
    let second = duplicates(await session.diagnostics(of: uri)).first?.start
    #expect(second == LSP.Position(line: 1, character: column))
    session.change(uri, version: 2, [change((1, column, 1, column + 1), "d")])
    #expect(duplicates(await session.diagnostics(of: uri, version: 2)) == [])
  }

  @Test func severalChangesInOneNotification() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, "a: 1\n")
    session.change(
      uri, version: 2,
      [
        change(nil, "b: 1\r\nc: 2\r\n"), change((1, 0, 1, 1), "b"), change((0, 0, 0, 0), "# 😀\n"),
        change((0, 4, 1, 0), "!\n"),
      ])
    #expect(duplicates(await session.diagnostics(of: uri, version: 2)) == [range(2, 0, 1)])
  }

  @Test func whatCannotBeAppliedIsTold() async throws {
    let session = try Session()
    try await session.initialize()
    func told(_ part: String) async -> Bool {
      await session.notification("window/logMessage") { $0["message"]?.stringValue?.contains(part) ?? false } != nil
    }
    session.change(uri, version: 2, [change(nil, "a: 1")])
    #expect(await told("\(uri) is changed and not open"))
    session.open(uri, "a: 1\n")
    session.change(uri, version: 2, [change((7, 0, 7, 0), "a: 2\n")])
    #expect(await told("lies outside the 2 lines"))
    #expect(duplicates(await session.diagnostics(of: uri, version: 2)) == [range(1, 0, 1)])
    session.notify("textDocument/didChange", ["textDocument": ["uri": .string(uri)], "contentChanges": []])
    #expect(await told("the key \"version\" is missing"))
    session.close("file:///never/opened")
    session.open(uri, "a: 1\n", version: 9)
    session.change(uri, version: 3, [change(nil, "a: 3\n")])
    #expect(await session.diagnostics(of: uri, version: 3) != nil)
    #expect(await session.end() == 0)
    let log = await session.log()
    for line in ["closed and not open", "is opened and was open", "goes back from version 9 to 3"] {
      #expect(log.contains(line))
    }
  }

  @Test func closingLeavesNothingAndAReopenedDocumentIsNew() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, "a: 1\na: 2\n")
    #expect(duplicates(await session.diagnostics(of: uri)).count == 1)
    session.close(uri)
    #expect(await session.diagnostics(of: uri)?.diagnostics == [])
    session.open(uri, "a: 1\nb: 1\nb: 2\n")
    #expect(duplicates(await session.diagnostics(of: uri, version: 1)) == [range(2, 0, 1)])
  }

  @Test func twoDocumentsAreTwo() async throws {
    let session = try Session()
    try await session.initialize()
    let other = "untitled:Untitled-1"
    session.open(uri, "a: 1\na: 2\n")
    #expect(duplicates(await session.diagnostics(of: uri)).count == 1)
    session.open(other, "a: 1\n")
    #expect(duplicates(await session.diagnostics(of: other)) == [])
    session.change(other, version: 2, [change((1, 0, 1, 0), "a: 2\n")])
    #expect(duplicates(await session.diagnostics(of: other, version: 2)).count == 1)
    session.close(uri)
    session.change(other, version: 3, [change((1, 0, 1, 1), "b")])
    #expect(duplicates(await session.diagnostics(of: other, version: 3)) == [])
  }

  /// However versions are put together, what is published for one is what its text gives, and none comes after a later
  /// one. Once for a document that the loop itself looks at, once for one that has a task.
  @Test(arguments: [0, 40_000])
  func whatIsStaleIsNeverPublished(padding: Int) async throws {
    let session = try Session()
    try await session.initialize()
    let text = "a: 1\n" + String(repeating: "# \(String(repeating: "x", count: 97))\n", count: padding / 100) + "a: 2\n"
    var last = padding / 100 + 1
    session.open(uri, text)
    let versions = 2...200
    for version in versions {
      session.change(uri, version: version, [change((1, 0, 1, 0), "#\n")])
      last += 1
    }
    var seen = 0
    while seen < versions.upperBound {
      let params = try #require(await session.diagnostics(of: uri))
      let version = try #require(params.version)
      #expect(version > seen)
      seen = version
      #expect(duplicates(params).map(\.start.line) == [padding / 100 + version])
    }
    #expect(padding == 0 || text.utf8.count > inlineLimit)
  }
}

@Suite struct PublishingTests {
  /// What a task has made is sent if its revision is still the document's, and a document opened again has another.
  @Test func onlyTheCurrentRevisionIsSent() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let server = Server(output: ends[1], files: MemoryFiles(), log: Log(standardError: nil), abandon: {})
    func document(_ revision: Int) -> Document {
      Document(uri: uri, version: 1, revision: revision, text: SourceText(""), encoding: .utf8)
    }
    server.documents[uri] = document(2)
    server.finishDiagnosing(uri, 1, Array("old".utf8))
    server.finishDiagnosing(uri, 2, Array("new".utf8))
    server.finishDiagnosing(uri, 2, [])
    server.documents[uri] = nil
    server.finishDiagnosing(uri, 2, Array("closed".utf8))
    server.documents[uri] = document(3)
    server.finishDiagnosing(uri, 2, Array("reopened".utf8))
    close(ends[1])
    var buffer = [UInt8](repeating: 0, count: 1_000)
    let count = buffer.withUnsafeMutableBytes { readSome(into: $0, from: ends[0]) }
    #expect(String(decoding: buffer[..<count], as: UTF8.self) == "Content-Length: 3\r\n\r\nnew")
  }
}

@Suite(patience) struct PullDiagnosticsTests {
  private static let capabilities: JSONValue = ["textDocument": ["diagnostic": [:]]]

  private func pull(_ session: Session, _ previous: JSONValue? = .none) async throws -> LSP.DocumentDiagnosticReport {
    var params: JSONValue = ["textDocument": ["uri": .string(uri)]]
    params["previousResultId"] = previous
    let outcome = try #require(await session.request("textDocument/diagnostic", params))
    return try JSONValueDecoder().decode(LSP.DocumentDiagnosticReport.self, from: try outcome.get())
  }

  @Test func whoAsksIsNotSentAnythingUnasked() async throws {
    let session = try Session()
    let result = try await session.initialize(Self.capabilities)
    #expect(result.capabilities.diagnosticProvider != nil)
    session.open(uri, "a: 1\na: 2\n")
    let pushed = try #require(await session.diagnostics(of: uri))
    guard case .full(let first) = try await pull(session) else { throw ResponseError(.internalError, "not full") }
    #expect(first.items == pushed.diagnostics)
    #expect(first.items.isEmpty == false)
    // What was sent before the first question is taken back.
    let published = session.received.compactMap { message -> Int? in
      guard case .notification(let notification) = message else { return nil }
      return notification.params?["diagnostics"]?.arrayValue?.count
    }
    #expect(published == [first.items.count, 0])
    let count = session.received.count
    let id = JSONValue.string(try #require(first.resultId))
    guard case .unchanged = try await pull(session, id) else { throw ResponseError(.internalError, "not unchanged") }
    session.change(uri, version: 2, [change((1, 0, 1, 1), "b")])
    guard case .full(let second) = try await pull(session, id) else { throw ResponseError(.internalError, "not full") }
    #expect(!second.items.contains { $0.code == "yaml-duplicate-key" })
    session.close(uri)
    #expect(code(await session.request("textDocument/diagnostic", ["textDocument": ["uri": .string(uri)]])) == -32602)
    #expect(session.received.count == count + 3)
  }

  @Test func aClientThatCannotAskIsToldOfNoProvider() async throws {
    let session = try Session()
    #expect(try await session.initialize().capabilities.diagnosticProvider == nil)
  }
}
