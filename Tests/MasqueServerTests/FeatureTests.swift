import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import SourceText
import Testing

@testable import MasqueServer

private let uri = "file:///masques/smith.masque.yaml"
private let document: JSONValue = ["uri": .string(uri)]

/// A cursor, or the arguments of any other request about the document.
private func at(_ line: Int64, _ character: Int64) -> JSONValue {
  ["textDocument": document, "position": ["line": .integer(line), "character": .integer(character)]]
}

private func range(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64) -> JSONValue {
  [
    "start": ["line": .integer(a), "character": .integer(b)], "end": ["line": .integer(c), "character": .integer(d)],
  ]
}

@Suite(patience) struct FeatureTests {
  static let able: JSONValue = [
    "textDocument": [
      "hover": ["contentFormat": ["markdown", "plaintext"]],
      "documentSymbol": ["hierarchicalDocumentSymbolSupport": true],
      "foldingRange": ["lineFoldingOnly": true, "rangeLimit": 2],
      "publishDiagnostics": ["dataSupport": true],
      "codeAction": ["codeActionLiteralSupport": ["codeActionKind": ["valueSet": []]], "isPreferredSupport": true],
    ],
    "workspace": ["workspaceEdit": ["documentChanges": true]],
  ]

  @Test func whatIsAnnounced() async throws {
    let session = try Session()
    let capabilities = try await session.initialize(Self.able).capabilities
    #expect(capabilities.hoverProvider == true && capabilities.documentSymbolProvider == true)
    #expect(capabilities.foldingRangeProvider == true && capabilities.selectionRangeProvider == true)
    #expect(
      capabilities.codeActionProvider?.codeActionKinds == [
        .quickFix, .refactorRewrite, .refactor, .sortKeysMasque, .fixAllMasque,
      ])
    #expect(capabilities.documentFormattingProvider == true && capabilities.documentRangeFormattingProvider == true)
    #expect(capabilities.documentOnTypeFormattingProvider?.firstTriggerCharacter == "\n")
    #expect(capabilities.codeActionProvider?.resolveProvider == false)
    #expect(capabilities.textDocumentSync?.save != nil)
    #expect(await session.end() == 0)
  }

  @Test func hoverInTheClientsColumns() async throws {
    let session = try Session()
    try await session.initialize(Self.able)
    session.open(uri, "attributes: {\"😀\": 1, x: \"é\"}\nring: guest\n")
    let ring = try #require(try await session.request("textDocument/hover", at(1, 8))?.get())
    #expect(ring["contents"]?["kind"] == "markdown")
    #expect(ring["contents"]?["value"]?.stringValue?.hasPrefix("**`guest`**: Here for a limited time") == true)
    #expect(ring["range"] == range(1, 6, 1, 11))
    let own = try #require(try await session.request("textDocument/hover", at(0, 22))?.get())
    #expect(own["range"] == range(0, 22, 0, 23))
    #expect(try await session.request("textDocument/hover", at(2, 0))?.get() == .null)
    #expect(code(await session.request("textDocument/hover", ["textDocument": document])) == -32602)
    #expect(await session.end() == 0)
  }

  @Test func hoverWithoutMarkdown() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, "ring: guest\n")
    let ring = try #require(try await session.request("textDocument/hover", at(0, 0))?.get())
    #expect(ring["contents"]?["kind"] == "plaintext")
    let text = ring["contents"]?["value"]?.stringValue ?? ""
    #expect(text.hasPrefix("Ring · one of 4 values · required\n\n") && !text.contains("`") && !text.contains("**"))
    #expect(text.contains("- guest: Here for a limited time and purpose, under supervision."))
    #expect(await session.end() == 0)
  }

  @Test(arguments: [true, false])
  func symbols(asTree: Bool) async throws {
    let session = try Session()
    try await session.initialize(asTree ? Self.able : [:])
    session.open(uri, "name: Smith\nskills:\n  - uri: skill://a/b\n    level: expert\nring: [\n")
    let params: JSONValue = ["textDocument": document]
    let found = try #require(try await session.request("textDocument/documentSymbol", params)?.get())
    if asTree {
      #expect(found.arrayValue?.compactMap { $0["name"]?.stringValue } == ["name", "skills", "ring"])
      let skill = found.arrayValue?[1]["children"]?.arrayValue?.first
      #expect(skill?["name"] == "skill://a/b" && skill?["detail"] == "expert")
      #expect(skill?["selectionRange"] == range(2, 9, 2, 20))
    } else {
      #expect(found.arrayValue?.compactMap { $0["name"]?.stringValue } == ["name", "skills", "skill://a/b", "ring"])
      #expect(found.arrayValue?[2]["containerName"] == "skills")
    }
    #expect(await session.end() == 0)
  }

  @Test func foldsAndSelections() async throws {
    let session = try Session()
    try await session.initialize(Self.able)
    session.open(uri, "skills:\n  - uri: a\n    level: b\nintent:\n  denied:\n    - x\nring: guest\n")
    let folds = try await session.request("textDocument/foldingRange", ["textDocument": document])?.get()
    #expect(folds == [["startLine": 0, "endLine": 2], ["startLine": 1, "endLine": 2]])
    let positions: JSONValue = [["line": 6, "character": 7], ["line": 0, "character": 0]]
    let params: JSONValue = ["textDocument": document, "positions": positions]
    let selections = try await session.request("textDocument/selectionRange", params)?.get().arrayValue
    #expect(selections?.count == 2)
    #expect(selections?.first?["range"] == range(6, 6, 6, 11))
    #expect(selections?.first?["parent"]?["range"] == range(6, 0, 6, 11))
    #expect(await session.end() == 0)
  }
}

@Suite(patience) struct CodeActionTests {
  private static func able(resolves: Bool = false, versions: Bool = true) -> JSONValue {
    var action: JSONValue = [
      "codeActionLiteralSupport": ["codeActionKind": ["valueSet": []]], "isPreferredSupport": true,
    ]
    if resolves {
      action["dataSupport"] = true
      action["resolveSupport"] = ["properties": ["edit"]]
    }
    return [
      "textDocument": ["codeAction": action, "publishDiagnostics": ["dataSupport": true]],
      "workspace": ["workspaceEdit": ["documentChanges": .bool(versions)]],
    ]
  }

  private static let broken = "name: 😀 Smith\nindex: 1\nversion: 1.0.0\nring: playr\nlens: x\nintent: {}\n"

  private func ask(_ session: Session, _ range: JSONValue, only: [JSONValue]? = nil, _ shown: [JSONValue] = [])
    async
    throws -> [JSONValue]
  {
    var context: JSONValue = ["diagnostics": .array(shown)]
    if let only { context["only"] = .array(only) }
    let params: JSONValue = ["textDocument": document, "range": range, "context": context]
    return try await session.request("textDocument/codeAction", params)?.get().arrayValue ?? []
  }

  /// The text after an action's edit, by the client's own means.
  private func applied(_ edit: JSONValue?, to text: String, version: Int64?) throws -> String {
    let edits: JSONValue?
    if let version {
      let change = edit?["documentChanges"]?.arrayValue?.first
      #expect(change?["textDocument"] == ["uri": .string(uri), "version": .integer(version)])
      edits = change?["edits"]
    } else {
      edits = edit?["changes"]?[uri]
    }
    let document = Document(uri: uri, version: 0, revision: 0, text: SourceText(text), encoding: .utf16)
    let list = try (edits?.arrayValue ?? []).map { try JSONValueDecoder().decode(LSP.TextEdit.self, from: $0) }
    let (result, dropped) = document.text.applying(
      list.map {
        TextEdit(byteRange(of: $0.range, in: document.text, document.lines, .utf16), $0.newText)
      })
    #expect(dropped.isEmpty && !list.isEmpty)
    return result[ByteRange(0, result.count)]
  }

  @Test func phrasesBecomeExpectations() async throws {
    let session = try Session()
    try await session.initialize(Self.able())
    let text = "name: Smith\nindex: 1\nversion: \"1.0.0\"\nring: player\nintent: {allowed: [\"fix *\"]}\nlens: x\n"
    session.open(uri, text, version: 7)
    func isExpectation(_ action: JSONValue) -> Bool { action["title"]?.stringValue?.hasPrefix("Expect ") == true }
    let actions = try await ask(session, range(4, 22, 4, 22), only: ["refactor"]).filter(isExpectation)
    #expect(actions.map { $0["title"] } == ["Expect \"fix api\" to be allowed"])
    let result = try applied(actions.first?["edit"], to: text, version: 7)
    #expect(result == text.replacing("intent:", with: "# masque-lint: expect allowed \"fix api\"\nintent:"))
    #expect(try await !ask(session, range(5, 7, 5, 7), only: ["refactor"]).contains(where: isExpectation))
    #expect(await session.end() == 0)
  }

  @Test(arguments: [true, false])
  func aQuickFixClearsItsFinding(versions: Bool) async throws {
    let session = try Session()
    try await session.initialize(Self.able(versions: versions))
    session.open(uri, Self.broken, version: 7)
    let published = try #require(await session.notification("textDocument/publishDiagnostics"))
    let shown = published["diagnostics"]?.arrayValue ?? []
    let ring = try #require(shown.first { $0["code"] == "schema-enum" })
    let actions = try await ask(session, range(3, 8, 3, 8), only: ["quickfix"], shown)
    #expect(!actions.isEmpty && actions.allSatisfy { $0["kind"] == "quickfix" })
    let first = try #require(actions.first)
    #expect(first["diagnostics"] == [ring])
    #expect(actions.count { $0["isPreferred"] == true } == 1)
    let text = try applied(first["edit"], to: Self.broken, version: versions ? 7 : nil)
    #expect(text == Self.broken.replacing("playr", with: "player"))
    session.change(uri, version: 8, [change(nil, text)])
    let after = await session.diagnostics(of: uri, version: 8)
    #expect(after?.diagnostics.contains { $0.code == .string("schema-enum") } == false)
    #expect(await session.end() == 0)
  }

  /// Every fix of every finding is offered, at the finding's place, by one request for the whole text.
  @Test func everyFixIsAnAction() async throws {
    let session = try Session()
    try await session.initialize(Self.able())
    let text = "flavour: x\nring: playr\nrnig: a\nname: yes\nindex: \"1\"\nlens: a # b\nintent:\n  allowed: *\n"
    session.open(uri, text)
    let snapshot = Snapshot(path: "/masques/smith.masque.yaml", text: SourceText(text))
    let fixes = findings(in: snapshot).flatMap(\.fixes).filter { !$0.edits.isEmpty }
    let actions = try await ask(session, range(0, 0, 99, 0), only: ["quickfix"])
    #expect(fixes.count >= 3)
    #expect(Array(actions.map { $0["title"]?.stringValue }.prefix(fixes.count)) == fixes.map(\.title))
    #expect(try await ask(session, range(99, 0, 99, 0), only: ["refactor.extract"]).isEmpty)
    #expect(await session.end() == 0)
  }

  @Test(arguments: [["source"], ["source.fixAll"], ["source.fixAll.masque"], [""]] as [[JSONValue]])
  func fixAllLeavesNothingThatIsSafe(_ kinds: [JSONValue]) async throws {
    let session = try Session()
    try await session.initialize(Self.able())
    let text = "nmae: Smith\nindex: 1\nversion: \"1.0.0\"\nring: Guest\nlens: x\nintent:\n  allowed:\n    - \"a *\"\n"
    session.open(uri, text)
    let actions = try await ask(session, range(0, 0, 0, 0), only: kinds)
    let all = try #require(actions.first { $0["kind"] == "source.fixAll.masque" })
    let mended = try applied(all["edit"], to: text, version: 1)
    let left = findings(in: Snapshot(path: "/masques/smith.masque.yaml", text: SourceText(mended)))
    #expect(left.allSatisfy { $0.firstSafeFix == nil } && mended != text, "\(mended)")
    session.change(uri, version: 2, [change(nil, mended)])
    #expect(try await ask(session, range(0, 0, 0, 0), only: kinds).allSatisfy { $0["kind"] != "source.fixAll.masque" })
    #expect(await session.end() == 0)
  }

  @Test func fixAllIsWorkedOutWhenItIsChosen() async throws {
    let session = try Session()
    let announced = try await session.initialize(Self.able(resolves: true)).capabilities
    #expect(announced.codeActionProvider?.resolveProvider == true)
    session.open(uri, Self.broken)
    let actions = try await ask(session, range(0, 0, 0, 0))
    let all = try #require(actions.first { $0["kind"] == "source.fixAll.masque" })
    #expect(all["edit"] == nil)
    let resolved = try #require(try await session.request("codeAction/resolve", all)?.get())
    #expect(try applied(resolved["edit"], to: Self.broken, version: 1).contains("ring: player"))
    // Somebody else's action comes back as it is; a document that is closed has nothing to mend.
    #expect(try await session.request("codeAction/resolve", ["title": "x"])?.get() == ["title": "x"])
    session.close(uri)
    #expect(code(await session.request("codeAction/resolve", all)) == -32602)
    #expect(await session.end() == 0)
  }

  @Test func aClientThatTakesOnlyCommandsGetsNone() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, Self.broken)
    #expect(try await ask(session, range(0, 0, 9, 0)).isEmpty)
    #expect(await session.end() == 0)
  }
}
