import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import Synchronization
import Testing

@testable import MasqueServer

private func masque(_ name: String, _ index: Int, _ comment: String = "") -> String {
  comment + "name: \(name)\nindex: \(index)\nversion: \"1.0.0\"\nring: player\nintent:\n  allowed:\n    - \"a *\"\n"
    + "lens: Look twice.\n"
}

private func uri(_ name: String) -> String { "file:///m/personas/\(name).masque.yaml" }
private func path(_ name: String) -> FilePath { FilePath("/m/personas/\(name).masque.yaml") }
private func file(_ text: String) -> MemoryFiles.Item { .file(Array(text.utf8)) }

@Suite(patience) struct LibraryTests {
  static let able: JSONValue = ["textDocument": ["publishDiagnostics": ["relatedInformation": true]]]

  private func codes(_ params: LSP.PublishDiagnosticsParams?) -> [String] {
    (params?.diagnostics ?? []).compactMap { if case .string(let code)? = $0.code { code } else { nil } }
  }

  /// What is published for a document until it has exactly these codes.
  private func wait(_ session: Session, for expected: [String], of uri: String) async -> LSP.PublishDiagnosticsParams? {
    while let params = await session.diagnostics(of: uri) {
      if codes(params) == expected { return params }
    }
    return nil
  }

  @Test func aFileThatNobodyHasOpenHasTheSameIndex() async throws {
    let files = MemoryFiles([path("a"): file("# é\n" + masque("A", 1)), path("b"): file(masque("B", 2))])
    let session = try Session(files: files)
    try await session.initialize(Self.able)
    // What is in the editor counts, not what is on disk.
    session.open(uri("b"), masque("B", 1))
    let found = await wait(session, for: ["duplicate-index"], of: uri("b"))
    let finding = try #require(found?.diagnostics.first)
    #expect(finding.range.start == LSP.Position(line: 1, character: 7))
    #expect(finding.message.contains("the next free one is `2`"))
    let place = try #require(finding.relatedInformation?.first?.location)
    #expect(place.uri == uri("a"))
    #expect(place.range.start == LSP.Position(line: 2, character: 7))
    #expect(place.range.end == LSP.Position(line: 2, character: 8))

    // It moves with the text, is gone with its cause, and comes back.
    session.change(uri("b"), version: 2, [change((0, 0, 0, 0), "# above\n")])
    let moved = await session.diagnostics(of: uri("b"), version: 2)
    #expect(codes(moved) == ["duplicate-index"] && moved?.diagnostics.first?.range.start.line == 2)
    session.change(uri("b"), version: 3, [change((2, 7, 2, 8), "3")])
    #expect(codes(await session.diagnostics(of: uri("b"), version: 3)) == [])
    session.change(uri("b"), version: 4, [change((2, 7, 2, 8), "1")])
    #expect(await wait(session, for: ["duplicate-index"], of: uri("b"))?.version == 4)

    // The other file is mended on disk.
    files[path("a")] = file(masque("A", 7))
    session.notify("textDocument/didSave", ["textDocument": ["uri": .string(uri("b"))]])
    #expect(await wait(session, for: [], of: uri("b"))?.version == 4)
    #expect(await session.end() == 0)
  }

  @Test func openDocumentsAreComparedWithEachOther() async throws {
    let session = try Session(files: MemoryFiles([path("a"): file(masque("A", 1)), path("b"): file(masque("B", 2))]))
    try await session.initialize(Self.able)
    session.open(uri("a"), masque("A", 1))
    session.open(uri("b"), masque("B", 2))
    session.change(uri("a"), version: 2, [change((0, 6, 0, 7), "b")])
    // `a.masque.yaml` is another name, too; `b` comes second and is the one that is told.
    let found = await wait(session, for: ["duplicate-name"], of: uri("b"))
    #expect(found?.diagnostics.first?.relatedInformation?.first?.location.uri == uri("a"))
    // Closed without saving: what is on disk counts again.
    session.close(uri("a"))
    #expect(await wait(session, for: [], of: uri("b")) != nil)
    #expect(await session.end() == 0)
  }

  @Test func aCommentHidesWhatTheLibrarySays() async throws {
    let session = try Session(files: MemoryFiles([path("a"): file(masque("A", 1))]))
    try await session.initialize(Self.able)
    session.open(uri("b"), masque("B", 1, "# masque-lint: disable-file duplicate-index -- on purpose\n"))
    session.open(uri("c"), masque("C", 3, "# masque-lint: disable-file duplicate-index -- in vain\n"))
    #expect(await wait(session, for: ["suppression-unused"], of: uri("c")) != nil)
    let pulled = await session.request("textDocument/diagnostic", ["textDocument": ["uri": .string(uri("b"))]])
    #expect(try pulled?.get()["items"] == [])
    #expect(await session.end() == 0)
  }

  @Test func whoAsksIsToldToAskAgain() async throws {
    let session = try Session(files: MemoryFiles([path("a"): file(masque("A", 1))]))
    try await session.initialize([
      "textDocument": ["diagnostic": [:]], "workspace": ["diagnostics": ["refreshSupport": true]],
    ])
    session.open(uri("b"), masque("B", 2))
    let question: JSONValue = ["textDocument": ["uri": .string(uri("b"))]]
    let first = try #require(try await session.request("textDocument/diagnostic", question)?.get())
    #expect(first["items"] == [])
    session.change(uri("b"), version: 2, [change((1, 7, 1, 8), "1")])
    while let message = await session.next() {
      guard case .request(let request) = message else { continue }
      #expect(request.method == "workspace/diagnostic/refresh")
      session.send(.response(ResponseMessage(id: request.id, .success(.null))))
      break
    }
    var again = question
    again["previousResultId"] = first["resultId"]
    let second = try #require(try await session.request("textDocument/diagnostic", again)?.get())
    #expect(second["items"]?.arrayValue?.first?["code"] == "duplicate-index")
    #expect(await session.end() == 0)
    #expect(!(await session.log()).contains("not sent"))
  }

  /// The fix takes a number that is free in the whole library.
  @Test func theFixOfALibrarysFinding() async throws {
    let session = try Session(files: MemoryFiles([path("a"): file(masque("A", 1)), path("c"): file(masque("C", 8))]))
    try await session.initialize([
      "textDocument": ["codeAction": ["codeActionLiteralSupport": ["codeActionKind": ["valueSet": []]]]]
    ])
    session.open(uri("b"), masque("B", 1))
    _ = await wait(session, for: ["duplicate-index"], of: uri("b"))
    for only in ["quickfix", "source.fixAll"] {
      let params: JSONValue = [
        "textDocument": ["uri": .string(uri("b"))], "context": ["diagnostics": [], "only": [.string(only)]],
        "range": ["start": ["line": 1, "character": 7], "end": ["line": 1, "character": 7]],
      ]
      let actions = try await session.request("textDocument/codeAction", params)?.get()
      #expect(actions?.arrayValue?.first?["edit"]?["changes"]?[uri("b")]?.arrayValue?.first?["newText"] == "9")
    }
    #expect(await session.end() == 0)
  }

  @Test func documentsWithoutAFileBelongToNoLibrary() async throws {
    let session = try Session(files: MemoryFiles([path("a"): file(masque("A", 1))]))
    try await session.initialize(Self.able)
    session.open("untitled:1", masque("A", 1))
    session.open("file:///m/personas/notes.yaml", masque("A", 1))
    session.open(uri("b"), masque("B", 1))
    #expect(await wait(session, for: ["duplicate-index"], of: uri("b")) != nil)
    let published = session.received.compactMap { message -> LSP.PublishDiagnosticsParams? in
      guard case .notification(let notification) = message, let params = notification.params else { return nil }
      return try? JSONValueDecoder().decode(LSP.PublishDiagnosticsParams.self, from: params)
    }
    #expect(published.filter { $0.uri != uri("b") }.allSatisfy { !codes($0).contains { $0.hasPrefix("duplicate") } })
    #expect(await session.end() == 0)
  }

  @Test(
    arguments: [
      ("/a/b.masque.yaml", "file:///a/b.masque.yaml"), ("/a b/é:%", "file:///a%20b/%C3%A9%3A%25"),
      ("/c:/x", "file:///c%3A/x"),
    ])
  func urisOfPaths(_ path: String, _ uri: String) {
    #expect(fileURI(of: FilePath(path)) == uri)
    #expect(filePath(of: uri) == path)
  }

  /// What has not changed is not read again.
  @Test func filesAreReadOnce() throws {
    let files = CountingFiles(MemoryFiles([path("a"): file(masque("A", 1)), path("b"): file(masque("B", 2))]))
    let reader = WorkspaceReader(files: files)
    let document = Document(
      uri: uri("c"), version: 1, revision: 1, text: SourceText(masque("C", 3)), encoding: .utf16)
    let checks = CheckStore(files)
    for changes in [DiskChanges.anything, .anything, DiskChanges()] {
      let order = ReadingOrder(
        folders: ["/m"], documents: [document], changes: changes, checks: checks, wantsReports: false, encoding: .utf16)
      let reading = reader.read(order)
      #expect(reading.verdicts[uri("c")]?.findings == [])
      #expect(reading.index.files.map(\.path) == [path("a"), path("b"), path("c")])
    }
    #expect(files.read.withLock { $0.filter { $0.isMasque }.sorted() } == [path("a"), path("b")])
  }
}

/// Files that remember which of them were read.
private final class CountingFiles: Files {
  let base: MemoryFiles
  let read = Mutex<[FilePath]>([])

  init(_ base: MemoryFiles) { self.base = base }

  var currentFolder: FilePath { base.currentFolder }
  func kind(of path: FilePath, followingLinks: Bool) throws(FileError) -> FileKind {
    try base.kind(of: path, followingLinks: followingLinks)
  }
  func stamp(of path: FilePath) -> FileStamp? { base.stamp(of: path) }
  func read(_ path: FilePath, maximumLength: Int) throws(FileError) -> [UInt8] {
    read.withLock { $0.append(path) }
    return try base.read(path, maximumLength: maximumLength)
  }
  func entries(of folder: FilePath) throws(FileError) -> [FolderEntry] { try base.entries(of: folder) }
  func canonicalPath(of path: FilePath) throws(FileError) -> FilePath { try base.canonicalPath(of: path) }
  func replace(_ path: FilePath, expecting old: [UInt8], with new: [UInt8]) throws(FileError) {
    try base.replace(path, expecting: old, with: new)
  }
}
