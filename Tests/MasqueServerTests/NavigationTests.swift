import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueWorkspace
import SourceText
import Testing

@testable import MasqueServer

private let smith = "file:///masques/smith.masque.yaml"
private let watch = "file:///masques/watch.masque.yaml"

private let smithText = """
  name: Smith
  skills:
    - uri: skill://a/😀b
  knowledge:
    - mcp://forge/x
  mcp: {servers: [{name: forge, type: http, url: "https://example.com/"}]}
  attributes: {a: &n ./notes.md, b: *n}
  lens: x

  """

private let watchText = """
  name: Watch
  skills:
    - {uri: skill://a/😀b, level: expert}
  knowledge: [mcp://forge/y]
  lens: as skill://a/😀b
  """

private func position(_ line: Int64, _ character: Int64) -> JSONValue {
  ["line": .integer(line), "character": .integer(character)]
}

private func range(_ line: Int64, _ start: Int64, _ end: Int64) -> JSONValue {
  ["start": position(line, start), "end": position(line, end)]
}

private func location(_ uri: String, _ range: JSONValue) -> JSONValue { ["uri": .string(uri), "range": range] }

private func at(_ uri: String, _ line: Int64, _ character: Int64, _ more: [String: JSONValue] = [:]) -> JSONValue {
  var params: JSONValue = ["textDocument": ["uri": .string(uri)], "position": position(line, character)]
  for (key, value) in more { params[key] = value }
  return params
}

private func message(_ outcome: Result<JSONValue, ResponseError>?) -> String? {
  if case .failure(let error) = outcome, error.code == .requestFailed { error.message } else { nil }
}

@Suite(patience) struct NavigationTests {
  static let able: JSONValue = [
    "textDocument": [
      "definition": ["linkSupport": true], "rename": ["prepareSupport": true], "documentLink": ["tooltipSupport": true],
    ],
    "workspace": ["workspaceEdit": ["documentChanges": true]],
  ]

  private func session(_ capabilities: JSONValue = [:]) async throws -> Session {
    let session = try Session()
    try await session.initialize(capabilities)
    session.open(smith, smithText, version: 3)
    session.open(watch, watchText, version: 5)
    return session
  }

  @Test(arguments: [true, false])
  func whatIsAnnounced(isAble: Bool) async throws {
    let session = try Session()
    let capabilities = try await session.initialize(isAble ? Self.able : [:]).capabilities
    #expect(capabilities.definitionProvider == true && capabilities.referencesProvider == true)
    #expect(capabilities.documentHighlightProvider == true && capabilities.documentLinkProvider != nil)
    #expect(capabilities.workspaceSymbolProvider != nil)
    #expect(capabilities.renameProvider == (isAble ? .options(LSP.RenameOptions(prepareProvider: true)) : .supported))
    #expect(await session.end() == 0)
  }

  @Test func definitionsInTheFileAndElsewhere() async throws {
    let session = try await session()
    func definition(_ uri: String, _ line: Int64, _ character: Int64) async throws -> JSONValue? {
      try await session.request("textDocument/definition", at(uri, line, character))?.get()
    }
    #expect(try await definition(smith, 4, 12) == [location(smith, range(5, 23, 28))])
    // The other masque has no such server; this one has.
    #expect(try await definition(watch, 3, 20) == [location(smith, range(5, 23, 28))])
    #expect(try await definition(watch, 4, 15) == [location(watch, range(2, 10, 23))])
    #expect(try await definition(smith, 6, 35) == [location(smith, range(6, 17, 18))])
    #expect(try await definition(smith, 7, 6) == .null)
    #expect(code(await session.request("textDocument/definition", at("file:///x", 0, 0))) == -32602)
    #expect(await session.end() == 0)
  }

  @Test func definitionsAsLinks() async throws {
    let session = try await session(Self.able)
    let found = try await session.request("textDocument/definition", at(watch, 3, 20))?.get()
    let link: JSONValue = [
      "originSelectionRange": range(3, 18, 23), "targetUri": .string(smith), "targetRange": range(5, 16, 70),
      "targetSelectionRange": range(5, 23, 28),
    ]
    #expect(found == [link])
    #expect(await session.end() == 0)
  }

  @Test(arguments: [true, false])
  func references(includingDeclarations: Bool) async throws {
    let session = try await session()
    let context: [String: JSONValue] = ["context": ["includeDeclaration": .bool(includingDeclarations)]]
    let skill = try await session.request("textDocument/references", at(watch, 4, 20, context))?.get().arrayValue
    let claims = [location(watch, range(2, 10, 23)), location(smith, range(2, 9, 22))]
    let mention = location(watch, range(4, 9, 22))
    #expect(skill == (includingDeclarations ? [claims[0], mention, claims[1]] : [mention]))
    let server = try await session.request("textDocument/references", at(smith, 5, 25, context))?.get().arrayValue
    #expect(server?.count == (includingDeclarations ? 3 : 2))
    #expect(try await session.request("textDocument/references", at(smith, 7, 6, context))?.get() == .null)
    #expect(await session.end() == 0)
  }

  @Test func highlights() async throws {
    let session = try await session()
    let found = try await session.request("textDocument/documentHighlight", at(smith, 6, 17))?.get()
    #expect(found == [["range": range(6, 17, 18), "kind": 3], ["range": range(6, 35, 36), "kind": 2]])
    #expect(await session.end() == 0)
  }

  @Test(arguments: [true, false])
  func links(isAble: Bool) async throws {
    let session = try await session(isAble ? Self.able : [:])
    let found = try await session.request("textDocument/documentLink", ["textDocument": ["uri": .string(smith)]])?.get()
    var notes: JSONValue = ["range": range(6, 19, 29), "target": "file:///masques/notes.md"]
    if isAble { notes["tooltip"] = "/masques/notes.md" }
    #expect(found == [["range": range(5, 48, 68), "target": "https://example.com/"], notes])
    session.open("untitled:x", "attributes: {a: ./x, b: \"https://example.com/\"}")
    let untitled = try await session.request("textDocument/documentLink", ["textDocument": ["uri": "untitled:x"]])?
      .get()
    #expect(untitled?.arrayValue?.count == 1)
    #expect(await session.end() == 0)
  }

  @Test func symbols() async throws {
    let session = try await session()
    func names(_ query: String) async throws -> [String]? {
      try await session.request("workspace/symbol", ["query": .string(query)])?.get().arrayValue?.compactMap {
        $0["name"]?.stringValue
      }
    }
    #expect(try await names("") == ["Smith", "Watch"])
    #expect(try await names("frg") == ["forge"])
    let found = try await session.request("workspace/symbol", ["query": "smi"])?.get()
    #expect(found == [["name": "Smith", "kind": 5, "location": location(smith, range(0, 6, 11))]])
    #expect(await session.end() == 0)
  }
}

@Suite(patience) struct RenameTests {
  private func session(_ capabilities: JSONValue = NavigationTests.able) async throws -> Session {
    let session = try Session()
    try await session.initialize(capabilities)
    session.open(smith, smithText, version: 3)
    session.open(watch, watchText, version: 5)
    return session
  }

  @Test func whatCanBeRenamed() async throws {
    let session = try await session()
    let skill = try await session.request("textDocument/prepareRename", at(smith, 2, 20))?.get()
    #expect(skill == ["range": range(2, 9, 22), "placeholder": "skill://a/😀b"])
    #expect(try await session.request("textDocument/prepareRename", at(smith, 7, 6))?.get() == .null)
    session.change(smith, version: 4, [change((2, 4, 2, 4), "[")])
    #expect(
      message(await session.request("textDocument/prepareRename", at(smith, 2, 21)))?.contains("Mend that") == true)
    // The rest can be renamed as before.
    let server = try await session.request("textDocument/prepareRename", at(smith, 5, 24))?.get()
    #expect(server?["placeholder"] == "forge")
    #expect(await session.end() == 0)
  }

  @Test func aSkillInAllMasques() async throws {
    let session = try await session()
    let edit = try await session.request("textDocument/rename", at(smith, 2, 12, ["newName": "skill://a/c"]))?.get()
    func edits(_ uri: String, _ version: Int64, _ ranges: [JSONValue]) -> JSONValue {
      [
        "textDocument": ["uri": .string(uri), "version": .integer(version)],
        "edits": .array(ranges.map { ["range": $0, "newText": "skill://a/c"] }),
      ]
    }
    #expect(
      edit == [
        "documentChanges": [
          edits(smith, 3, [range(2, 9, 22)]), edits(watch, 5, [range(2, 10, 23), range(4, 9, 22)]),
        ]
      ])
    #expect(await session.end() == 0)
  }

  @Test func aServerInItsMasqueAlone() async throws {
    let session = try await session([:])
    let edit = try await session.request("textDocument/rename", at(smith, 4, 12, ["newName": "anvil"]))?.get()
    let expected: JSONValue = [
      "changes": [
        smith: [["range": range(4, 10, 15), "newText": "anvil"], ["range": range(5, 23, 28), "newText": "anvil"]]
      ]
    ]
    #expect(edit == expected)
    #expect(await session.end() == 0)
  }

  @Test func whatIsRefused() async throws {
    let session = try await session()
    func refusal(_ line: Int64, _ character: Int64, _ newName: String) async -> String? {
      message(await session.request("textDocument/rename", at(smith, line, character, ["newName": .string(newName)])))
    }
    #expect(await refusal(7, 6, "x")?.contains("no name here") == true)
    #expect(await refusal(2, 12, "x")?.contains("skill://programming/swift") == true)
    #expect(await refusal(5, 25, "a b")?.contains("no blank") == true)
    #expect(await refusal(6, 17, "ü")?.contains("letters and digits") == true)
    #expect(await refusal(0, 7, "WATCH")?.contains("/masques/watch.masque.yaml is called `WATCH` already") == true)
    // Broken elsewhere: nothing is done by halves.
    session.change(watch, version: 6, [change((4, 0, 4, 5), "lens: \"")])
    #expect(await refusal(2, 12, "skill://a/c")?.contains("/masques/watch.masque.yaml: ") == true)
    #expect(code(await session.request("textDocument/rename", at("file:///x", 0, 0, ["newName": "x"]))) == -32602)
    #expect(await session.end() == 0)
  }
}

/// Masques that nobody has open: what the index says of them, and their texts where edits are due.
@Suite(patience) struct ClosedMasqueTests {
  private static let folder = "file:///w/personas/"
  private static func item(_ text: String) -> MemoryFiles.Item { .file(Array(text.utf8)) }

  /// A session in a folder of three masques, the first of which is open, once the folder has been read.
  private func session(_ encoding: String = "utf-16", _ files: MemoryFiles = Self.files()) async throws -> Session {
    let session = try Session(files: files)
    try await session.initialize(
      [
        "general": ["positionEncodings": [.string(encoding)]],
        "workspace": ["workspaceEdit": ["documentChanges": true]],
      ], folders: ["file:///w"])
    session.open(Self.folder + "a.masque.yaml", Self.text)
    try await waitForMasques(3, session)
    return session
  }

  private static func files() -> MemoryFiles {
    MemoryFiles([
      "/w/personas/a.masque.yaml": item("name: A\n"),
      "/w/personas/smith.masque.yaml": item(smithText + "index: 7\n"),
      "/w/personas/watch.masque.yaml": item(watchText),
    ])
  }

  private func waitForMasques(_ count: Int, _ session: Session) async throws {
    while try await session.request("workspace/symbol", ["query": ""])?.get().arrayValue?.count != count {
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  private static let text = "name: A\nskills:\n  - uri: skill://a/😀b\nknowledge: [mcp://forge/z]\nindex: \n"

  @Test(arguments: [("utf-8", 15), ("utf-16", 13), ("utf-32", 12)] as [(String, Int64)])
  func placesAreInTheClientsColumns(_ encoding: String, _ length: Int64) async throws {
    let session = try await session(encoding)
    let own = Self.folder + "a.masque.yaml"
    let smith = Self.folder + "smith.masque.yaml"
    let watch = Self.folder + "watch.masque.yaml"
    let server = try await session.request("textDocument/definition", at(own, 3, 20))?.get()
    #expect(server == [location(smith, range(5, 23, 28))])
    let context: [String: JSONValue] = ["context": ["includeDeclaration": true]]
    let skill = try await session.request("textDocument/references", at(own, 2, 12, context))?.get().arrayValue
    #expect(
      skill == [
        location(own, range(2, 9, 9 + length)), location(smith, range(2, 9, 9 + length)),
        location(watch, range(2, 10, 10 + length)), location(watch, range(4, 9, 9 + length)),
      ])
    #expect(await session.end() == 0)
  }

  @Test func aSkillIsRenamedInThemToo() async throws {
    let session = try await session()
    let own = Self.folder + "a.masque.yaml"
    let edit = try await session.request("textDocument/rename", at(own, 2, 12, ["newName": "skill://a/c"]))?.get()
    let changes = edit?["documentChanges"]?.arrayValue ?? []
    #expect(changes.map { $0["textDocument"]?["version"] } == [1, .null, .null])
    #expect(changes.map { $0["edits"]?.arrayValue?.count } == [1, 1, 2])
    #expect(await session.end() == 0)
  }

  @Test func theirNamesAreOffered() async throws {
    let session = try await session()
    let own = Self.folder + "a.masque.yaml"
    func labels(_ line: Int64, _ character: Int64) async throws -> [String] {
      let list = try await session.request("textDocument/completion", at(own, line, character))?.get()
      return list?["items"]?.arrayValue?.compactMap { $0["label"]?.stringValue } ?? []
    }
    #expect(try await labels(3, 12).contains("mcp://forge/x"))
    #expect(try await labels(4, 7) == ["8"])
    #expect(await session.end() == 0)
  }

  /// What an open masque said when the workspace was read, and says no more, is not known any more: neither to the
  /// others nor to itself.
  @Test func whatIsNoLongerNamedIsNotOffered() async throws {
    let files = Self.files()
    let session = try await session("utf-16", files)
    let (own, smith) = (Self.folder + "a.masque.yaml", Self.folder + "smith.masque.yaml")
    session.open(smith, smithText + "knowledge: [mcp://attic/chest]\nindex: 7\n")
    func labels() async throws -> [String] {
      let list = try await session.request("textDocument/completion", at(own, 3, 12))?.get()
      return list?["items"]?.arrayValue?.compactMap { $0["label"]?.stringValue } ?? []
    }
    #expect(try await labels().contains("mcp://attic/chest"))
    // Another reading, which sees the text as it is now, is over once a new file is known.
    try files.write("/w/personas/poet.masque.yaml", Array("name: Poet\n".utf8))
    session.notify("textDocument/didSave", ["textDocument": ["uri": .string(smith)]])
    try await waitForMasques(4, session)
    session.change(smith, version: 2, [["text": "name: Smith\nindex: 7\n"]])
    session.change(own, version: 2, [["text": .string(Self.text.replacing("forge/z", with: ""))]])
    #expect(try await !labels().contains { $0 == "mcp://attic/chest" || $0 == "mcp://forge/z" })
    #expect(await session.end() == 0)
  }
}
