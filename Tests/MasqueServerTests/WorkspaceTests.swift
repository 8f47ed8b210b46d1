import Foundation
import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import Synchronization
import Testing

@testable import MasqueServer

func masqueText(_ name: String, _ index: Int, ring: String = "player", _ comment: String = "") -> String {
  comment + "name: \(name)\nindex: \(index)\nversion: \"1.0.0\"\nring: \(ring)\nintent:\n  allowed:\n    - \"a *\"\n"
    + "lens: Look twice.\n"
}

private func file(_ text: String) -> MemoryFiles.Item { .file(Array(text.utf8)) }

private func codes(_ items: JSONValue?) -> [String] { items?.arrayValue?.compactMap { $0["code"]?.stringValue } ?? [] }

private func codes(_ params: LSP.PublishDiagnosticsParams?) -> [String] {
  (params?.diagnostics ?? []).compactMap { if case .string(let code)? = $0.code { code } else { nil } }
}

/// A client that asks for diagnostics and is told when there are others.
private let pulling: JSONValue = [
  "textDocument": ["diagnostic": ["dynamicRegistration": false], "publishDiagnostics": ["relatedInformation": true]],
  "workspace": ["diagnostics": ["refreshSupport": true]],
]

extension Session {
  /// The reports on all files: by URI the kind, the codes and the name.
  fileprivate func workspaceReports(
    _ previous: [String: String] = [:]
  ) async throws -> [String: (kind: String, codes: [String], id: String?)] {
    let ids = previous.sorted { $0.key < $1.key }.map {
      ["uri": .string($0.key), "value": .string($0.value)] as JSONValue
    }
    let result = try #require(
      try await request("workspace/diagnostic", ["previousResultIds": .array(ids)])?.get())
    let items = result["items"]?.arrayValue ?? []
    return Dictionary(
      items.map {
        ($0["uri"]?.stringValue ?? "", ($0["kind"]?.stringValue ?? "", codes($0["items"]), $0["resultId"]?.stringValue))
      }, uniquingKeysWith: { first, _ in first })
  }
}

@Suite(patience) struct WorkspaceTests {
  @Test func filesThatWereNeverOpenedHaveFindings() async throws {
    let files = MemoryFiles([
      "/w/personas/a.masque.yaml": file(masqueText("A", 1)),
      "/w/personas/b.masque.yaml": file(masqueText("B", 1)),
      "/w/personas/c.masque.yaml": file(masqueText("C", 3, ring: "playr")),
      "/w/personas/node_modules/d.masque.yaml": file("no masque"),
      "/w/notes.yaml": file("no masque"),
      "/elsewhere/e.masque.yaml": file("no masque"),
    ])
    let session = try Session(files: files)
    try await session.initialize(pulling, folders: ["file:///w"])
    let first = try await session.workspaceReports()
    #expect(
      first.mapValues(\.codes) == [
        "file:///w/personas/b.masque.yaml": ["duplicate-index"], "file:///w/personas/c.masque.yaml": ["schema-enum"],
      ])
    #expect(first.values.allSatisfy { $0.kind == "full" })

    // Nothing has changed.
    let ids = first.compactMapValues(\.id)
    let second = try await session.workspaceReports(ids)
    #expect(second.values.map(\.kind) == ["unchanged", "unchanged"])
    #expect(second.compactMapValues(\.id) == ids)

    // One is mended, and one gets a finding.
    files["/w/personas/c.masque.yaml"] = file(masqueText("C", 3))
    files["/w/personas/a.masque.yaml"] = file(masqueText("A", 1, ring: "nobody"))
    session.notify(
      "workspace/didChangeWatchedFiles",
      [
        "changes": .array(
          ["a", "c"].map { ["uri": .string("file:///w/personas/\($0).masque.yaml"), "type": 2] })
      ])
    #expect(await session.asked("workspace/diagnostic/refresh") != nil)
    let third = try await session.workspaceReports(ids)
    #expect(
      third.mapValues(\.codes) == [
        "file:///w/personas/a.masque.yaml": ["schema-enum"], "file:///w/personas/b.masque.yaml": [],
        "file:///w/personas/c.masque.yaml": [],
      ])
    #expect(third["file:///w/personas/b.masque.yaml"]?.kind == "unchanged")
    #expect(third["file:///w/personas/c.masque.yaml"]?.kind == "full")
    #expect(await session.end() == 0)
  }

  @Test func whatIsOpenCountsAndWhatIsClosedIsNotStale() async throws {
    let files = MemoryFiles([
      "/w/personas/a.masque.yaml": file(masqueText("A", 1)), "/w/personas/b.masque.yaml": file(masqueText("B", 2)),
    ])
    let session = try Session(files: files)
    try await session.initialize(pulling, folders: ["file:///w"])
    #expect(try await session.workspaceReports().isEmpty)
    // In the editor, a has the other's index: b, which nobody has open, gets a finding.
    session.open("file:///w/personas/a.masque.yaml", masqueText("A", 2))
    #expect(await session.asked("workspace/diagnostic/refresh") != nil)
    let open = try await session.workspaceReports()
    #expect(open["file:///w/personas/b.masque.yaml"]?.codes == ["duplicate-index"])
    #expect(open["file:///w/personas/a.masque.yaml"]?.codes == [])
    session.close("file:///w/personas/a.masque.yaml")
    #expect(await session.asked("workspace/diagnostic/refresh") != nil)
    let closed = try await session.workspaceReports(open.compactMapValues(\.id))
    #expect(
      closed.mapValues(\.codes) == [
        "file:///w/personas/a.masque.yaml": [], "file:///w/personas/b.masque.yaml": [],
      ])
    #expect(closed.values.allSatisfy { $0.kind == "full" })
    #expect(await session.end() == 0)
  }

  @Test func partialResultsComeInParts() async throws {
    var items: [FilePath: MemoryFiles.Item] = [:]
    for number in 0..<150 { items[FilePath("/w/m\(number)/x.masque.yaml")] = file(masqueText("X", 1, ring: "nobody")) }
    let session = try Session(files: MemoryFiles(items))
    try await session.initialize(pulling, folders: ["file:///w"])
    let outcome = await session.request(
      "workspace/diagnostic", ["previousResultIds": [], "partialResultToken": "part"])
    let last = try outcome?.get()["items"]?.arrayValue?.count
    let parts = session.received.compactMap { message -> Int? in
      guard case .notification(let notification) = message, notification.params?["token"] == "part" else { return nil }
      return notification.params?["value"]?["items"]?.arrayValue?.count
    }
    #expect(parts == [64, 64] && last == 22)
    #expect(await session.end() == 0)
  }

  @Test func foldersMayBeNestedAndComeAndGo() async throws {
    let session = try Session(
      files: MemoryFiles([
        "/w/a/a.masque.yaml": file(masqueText("A", 1, ring: "x")),
        "/w/a/inner/b.masque.yaml": file(masqueText("B", 2, ring: "x")),
        "/other/c.masque.yaml": file(masqueText("C", 3, ring: "x")),
      ]))
    let result = try await session.initialize(pulling, folders: ["file:///w/a", "file:///w/a/inner"])
    #expect(result.capabilities.workspace?.workspaceFolders?.changeNotifications == true)
    var reports = try await session.workspaceReports()
    #expect(reports.keys.sorted() == ["file:///w/a/a.masque.yaml", "file:///w/a/inner/b.masque.yaml"])
    func change(_ added: [String], _ removed: [String]) {
      func list(_ uris: [String]) -> JSONValue { .array(uris.map { ["uri": .string($0), "name": ""] }) }
      session.notify(
        "workspace/didChangeWorkspaceFolders", ["event": ["added": list(added), "removed": list(removed)]])
    }
    change(["file:///other"], ["file:///w/a"])
    // The client may ask before the folders have been read.
    for _ in 0..<1_000 where reports["file:///other/c.masque.yaml"] == nil {
      usleep(1_000)
      reports = try await session.workspaceReports()
    }
    #expect(reports.keys.sorted() == ["file:///other/c.masque.yaml", "file:///w/a/inner/b.masque.yaml"])
    #expect(await session.end() == 0)
  }

  @Test(
    arguments: [
      (["rootUri": "file:///w"], ["/w"]), (["rootPath": "/w"], ["/w"]),
      (["rootUri": .null, "rootPath": "/w/"], ["/w"]),
      (["rootUri": "file:///w", "workspaceFolders": .null], ["/w"]), (["rootUri": .null], []),
      (["rootUri": "file:///x", "workspaceFolders": []], []),
      (
        ["workspaceFolders": [["uri": "file:///a%20b", "name": ""], ["uri": "vscode-vfs://x/y", "name": ""]]], ["/a b"]
      ),
    ] as [(JSONObject, [FilePath])])
  func rootsOfAllSorts(_ members: JSONObject, _ expected: [FilePath]) throws {
    var params: JSONObject = ["processId": .null, "capabilities": [:]]
    for (key, value) in members { params[key] = value }
    let decoded = try LSP.InitializeRequest.decodeParams(.object(params))
    #expect(workspaceFolders(decoded) == expected)
  }

  @Test func theWholeDiskIsNoProject() async throws {
    let session = try Session(files: MemoryFiles(["/w/a.masque.yaml": file(masqueText("A", 1, ring: "x"))]))
    try await session.initialize(pulling, folders: ["file:///"])
    #expect(try await session.workspaceReports().isEmpty)
    #expect(await session.end() == 0)
  }

  @Test func foldersAreNotReadIfNobodyWantsIt() async throws {
    let session = try Session(files: MemoryFiles(["/w/a.masque.yaml": file(masqueText("A", 1, ring: "x"))]))
    try await session.initialize(pulling, folders: ["file:///w"], options: ["workspace": ["index": false]])
    #expect(try await session.workspaceReports().isEmpty)
    session.notify("workspace/didChangeConfiguration", ["settings": ["masque": ["workspace": ["index": true]]]])
    var reports = try await session.workspaceReports()
    for _ in 0..<1_000 where reports.isEmpty {
      usleep(1_000)
      reports = try await session.workspaceReports()
    }
    #expect(reports.mapValues(\.codes) == ["file:///w/a.masque.yaml": ["schema-enum"]])
    #expect(await session.end() == 0)
  }

  @Test func aRequestForReportsCanBeCancelled() async throws {
    let files = GatedFiles(MemoryFiles(["/w/a.masque.yaml": file(masqueText("A", 1))]), free: 0)
    let session = try Session(files: files)
    try await session.initialize(pulling, folders: ["file:///w"])
    let first = session.post("workspace/diagnostic", ["previousResultIds": []])
    let second = session.post("workspace/diagnostic", ["previousResultIds": []])
    session.notify("$/cancelRequest", ["id": first.json])
    #expect(code(await session.response(to: first)?.outcome) == -32800)
    // What still waits at the end is told so.
    let shutdown = session.post("shutdown")
    #expect(code(await session.response(to: second)?.outcome) == -32800)
    #expect(code(await session.response(to: shutdown)?.outcome) == nil)
    files.open()
    session.notify("exit")
    await session.rest()
    #expect(await session.exitCode() == 0)
  }

  @Test func watchedFilesAreRegisteredAndHeeded() async throws {
    let files = MemoryFiles([
      "/w/personas/a.masque.yaml": file(masqueText("A", 1)), "/w/personas/b.masque.yaml": file(masqueText("B", 2)),
    ])
    let session = try Session(files: files)
    try await session.initialize(
      ["workspace": ["didChangeWatchedFiles": ["dynamicRegistration": true]]], folders: ["file:///w"])
    let request = await session.asked("client/registerCapability")
    let registration = request?.params?["registrations"]?.arrayValue?.first
    #expect(registration?["method"] == "workspace/didChangeWatchedFiles")
    let globs = registration?["registerOptions"]?["watchers"]?.arrayValue?.compactMap { $0["globPattern"]?.stringValue }
    #expect(
      globs == [
        "**/*.masque.{yaml,yml}", "**/.masque-lint.yaml", "**/.gitignore", "**/manifest.yaml",
        "**/*.schema.{yaml,yml,json}", "**/.claude/masque.session.yaml",
      ])
    session.reply(request, .null)
    session.open("file:///w/personas/b.masque.yaml", masqueText("B", 2))
    #expect(codes(await session.diagnostics(of: "file:///w/personas/b.masque.yaml")) == [])
    files["/w/personas/a.masque.yaml"] = file(masqueText("A", 2))
    session.notify(
      "workspace/didChangeWatchedFiles",
      ["changes": [["uri": "file:///w/personas/a.masque.yaml", "type": 2], ["uri": "untitled:x", "type": 1]]])
    #expect(codes(await session.diagnostics(of: "file:///w/personas/b.masque.yaml")) == ["duplicate-index"])
    files["/w/personas/a.masque.yaml"] = nil
    session.notify(
      "workspace/didChangeWatchedFiles", ["changes": [["uri": "file:///w/personas/a.masque.yaml", "type": 3]]])
    #expect(codes(await session.diagnostics(of: "file:///w/personas/b.masque.yaml")) == [])
    #expect(await session.end() == 0)
  }

  @Test func aStaleManifestIsToldWhereItIsOpen() async throws {
    let manifest = "generated_at: \"2026-01-01T00:00:00Z\"\nmasques: []\n"
    let files = MemoryFiles([
      "/w/personas/a.masque.yaml": file(masqueText("A", 1)), "/w/personas/manifest.yaml": file(manifest),
      "/w/other/manifest.yaml": file("layers: []\n"),
    ])
    let uri = "file:///w/personas/manifest.yaml"
    let session = try Session(files: files)
    try await session.initialize(folders: ["file:///w"])
    session.open("file:///w/other/manifest.yaml", "layers: []\n")
    session.open(uri, manifest)
    var found = await session.diagnostics(of: uri)
    while found != nil, codes(found) != ["manifest-stale"] { found = await session.diagnostics(of: uri) }
    #expect(found?.diagnostics.first?.message.contains("`A`") == true)
    // As the linter would write it.
    session.change(
      uri, version: 2,
      [
        change(
          nil,
          "generated_at: \"2026-01-01T00:00:00Z\"\nmasques:\n  - name: A\n    index: 1\n    version: \"1.0.0\"\n"
            + "    ring: player\n")
      ])
    found = await session.diagnostics(of: uri, version: 2)
    #expect(codes(found) == [])
    #expect(await session.end() == 0)
    for case .notification(let notification) in session.received
    where notification.params?["uri"] == "file:///w/other/manifest.yaml" {
      #expect(notification.params?["diagnostics"] == [])
    }
  }

  @Test func aStaleManifestIsToldOfAClosedFile() async throws {
    let session = try Session(
      files: MemoryFiles([
        "/w/personas/a.masque.yaml": file(masqueText("A", 1)),
        "/w/personas/manifest.yaml": file("generated_at: \"2026-01-01T00:00:00Z\"\nmasques: []\n"),
      ]))
    try await session.initialize(pulling, folders: ["file:///w"])
    #expect(
      try await session.workspaceReports().mapValues(\.codes) == [
        "file:///w/personas/manifest.yaml": ["manifest-stale"]
      ])
    #expect(await session.end() == 0)
  }

  @Test(arguments: [false, true])
  func aSlowReadingIsShownAndCanBeStopped(isStopped: Bool) async throws {
    var items: [FilePath: MemoryFiles.Item] = [:]
    for number in 0..<100 { items[FilePath("/w/m\(number).masque.yaml")] = file(masqueText("M\(number)", number + 1)) }
    let files = GatedFiles(MemoryFiles(items))
    let session = try Session(files: files)
    try await session.initialize(["window": ["workDoneProgress": true]], folders: ["file:///w"])
    let request = await session.asked("window/workDoneProgress/create")
    let token = try #require(request?.params?["token"])
    session.reply(request, .null)
    func next() async -> JSONValue? {
      await session.notification("$/progress") { $0["token"] == token }?["value"]
    }
    let begin = await next()
    #expect(begin?["kind"] == "begin" && begin?["cancellable"] == true)
    if isStopped {
      session.notify("window/workDoneProgress/cancel", ["token": token])
      #expect(await session.notification("window/logMessage")?["message"]?.stringValue?.contains("stopped") == true)
    }
    files.open()
    var percentages: [Int64] = []
    var value = await next()
    while value?["kind"] == "report" {
      percentages.append(value?["percentage"]?.integerValue ?? -1)
      value = await next()
    }
    #expect(value?["kind"] == "end")
    #expect(percentages == percentages.sorted())
    // What was stopped goes no further than the gate.
    #expect(isStopped ? percentages.allSatisfy { $0 <= 50 } : percentages.contains { $0 > 50 })
    #expect(await session.end() == 0)
  }
}

/// Files of which only some can be read before somebody says so.
private final class GatedFiles: Files {
  let base: MemoryFiles
  private let state = Mutex((reads: 0, isOpen: false))

  /// How many masques can be read, each of them slowly.
  private let free: Int

  init(_ base: MemoryFiles, free: Int = 50) {
    self.base = base
    self.free = free
  }

  func open() { state.withLock { $0.isOpen = true } }

  var currentFolder: FilePath { base.currentFolder }
  func kind(of path: FilePath, followingLinks: Bool) throws(FileError) -> FileKind {
    try base.kind(of: path, followingLinks: followingLinks)
  }
  func stamp(of path: FilePath) -> FileStamp? { base.stamp(of: path) }
  func read(_ path: FilePath, maximumLength: Int) throws(FileError) -> [UInt8] {
    if path.isMasque {
      let number = state.withLock { state in
        state.reads += 1
        return state.reads
      }
      // Long enough to be shown; then nothing comes before the gate is open.
      if number <= free { usleep(5_000) }
      while number > free, !state.withLock({ $0.isOpen }) { usleep(1_000) }
    }
    return try base.read(path, maximumLength: maximumLength)
  }
  func entries(of folder: FilePath) throws(FileError) -> [FolderEntry] { try base.entries(of: folder) }
  func canonicalPath(of path: FilePath) throws(FileError) -> FilePath { try base.canonicalPath(of: path) }
  func replace(_ path: FilePath, expecting old: [UInt8], with new: [UInt8]) throws(FileError) {
    try base.replace(path, expecting: old, with: new)
  }
}
