import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import Testing
import YAMLSyntax

@testable import MasqueServer

private let uri = "file:///work/personas/scribe.masque.yaml"

private func scribe(name: String = "Scribe", index: Int = 1, allowed: String = "write *") -> String {
  """
  name: \(name)
  index: \(index)
  version: "1.0.0"
  ring: player
  intent:
    allowed: ["\(allowed)"]
    denied: ["write * without sources"]
  lens: Write so that nobody has to ask twice.

  """
}

private let files = [
  "/work/personas/scribe.masque.yaml": scribe(), "/work/personas/poet.masque.yaml": scribe(name: "Poet", index: 2),
  "/home/a/.masques/notary.masque.yaml": scribe(name: "Notary", index: 1),
]

private func session(_ files: [String: String] = files) throws -> Session {
  try Session(
    files: MemoryFiles(texts: files),
    environment: ServerEnvironment(
      variable: { ["HOME": "/home/a"][$0] }, shippedPersonas: "/usr/share/masques/personas"))
}

extension Session {
  fileprivate func run(_ command: String, _ arguments: [JSONValue]? = nil) async -> Result<JSONValue, ResponseError>? {
    var params: JSONValue = ["command": .string(command)]
    if let arguments { params["arguments"] = .array(arguments) }
    return await request("workspace/executeCommand", params)
  }

  /// The next question that the server asks.
  fileprivate func question() async throws -> (id: RequestID, params: JSONValue) {
    while let message = await next() {
      if case .request(let request) = message, request.method == "window/showMessageRequest" {
        return (request.id, try #require(request.params))
      }
    }
    Issue.record("nothing is asked")
    throw ResponseError(.internalError, "nothing is asked")
  }

  fileprivate func answer(_ id: RequestID, _ title: String?) {
    let result: JSONValue = title.map { ["title": .string($0)] } ?? .null
    send(.response(ResponseMessage(id: id, .success(result))))
  }
}

private func message(_ outcome: Result<JSONValue, ResponseError>?) -> String? {
  if case .failure(let error) = outcome { error.message } else { nil }
}

@Suite(patience) struct ExecuteCommandTests {
  @Test func everyCommandIsAnnounced() async throws {
    // They are written down in `CommandHost.names`, in the order of `commandDescriptions`.
    #expect(CommandHost.names == commandDescriptions.filter(\.isForEditors).map(\.editorName))
    #expect(CommandHost.table.descriptions.allSatisfy { !$0.hasEffects })
    let session = try session()
    let provider = try #require(try await session.initialize().capabilities.executeCommandProvider)
    #expect(provider.commands == CommandHost.names)
    #expect(await session.end() == 0)
  }

  @Test func resultsAreThoseOfTheTable() async throws {
    let session = try session()
    try await session.initialize()
    let context = CommandContext(
      files: MemoryFiles(texts: files),
      places: MasquePlaces(privateFolder: "/home/a/.masques", sharedFolders: ["/work/personas"]))
    session.open(uri, scribe())
    for (name, argument): (String, JSONValue) in [
      ("list", [:]), ("inspect", ["masque": "Poet"]), ("preview", ["masque": 2]),
      ("intent.explain", ["phrase": "write a letter", "masque": "Notary"]),
      ("intent.diff", ["before": "Scribe", "after": "Poet"]),
    ] {
      let result = try #require(try await session.run("masque.\(name)", [argument])?.get())
      #expect(result == (try CommandTable.pure.run(name, argument, context)), "\(name)")
    }
    let rule = try #require(try await session.run("masque.explainRule", [["code": "schema-enum"]])?.get())
    #expect(ExplainRuleCommand.description.resultShape.problems(in: rule) == [])
    #expect(rule["page"]?.stringValue?.hasPrefix("# schema-enum\n") == true)
    #expect(await session.end() == 0)
  }

  /// Every rule's result keeps to the contract.
  @Test func everyRuleIsExplained() throws {
    let table = CommandHost.table
    let context = CommandContext(files: MemoryFiles(), places: MasquePlaces())
    for rule in ["blank-lens", "duplicate-index", "history-order", "schema-required", "knowledge-unknown-server"] {
      let result = try table.run("explainRule", ["code": .string(rule)], context)
      #expect(ExplainRuleCommand.description.resultShape.problems(in: result) == [], "\(rule)")
    }
  }

  @Test func whatIsNotSavedCounts() async throws {
    let session = try session()
    try await session.initialize()
    session.open(uri, scribe())
    session.change(uri, version: 2, [change((0, 6, 0, 12), "Scrivener")])
    let inspected = try #require(try await session.run("masque.inspect", [["uri": .string(uri)]])?.get())
    #expect(inspected["masque"]?["name"] == "Scrivener")
    let listed = try #require(try await session.run("masque.list")?.get())
    #expect(listed["masques"]?.arrayValue?.map { $0["name"]?.stringValue } == ["Notary", "Poet", "Scrivener"])
    #expect(await session.end() == 0)
  }

  @Test func theOpenMasqueIsMeant() async throws {
    let session = try session()
    try await session.initialize()
    session.open(uri, scribe(name: "Unsaved"))
    session.open("file:///work/notes.txt", "hello")
    for arguments: [JSONValue]? in [nil, [], [nil], [[:]], [["masque": nil]]] {
      let result = try #require(try await session.run("masque.preview", arguments)?.get())
      let block = try #require(IdentityBlock(SyntaxTree(SourceText(scribe(name: "Unsaved")))))
      #expect(result["text"]?.stringValue == block.text)
    }
    #expect(await session.end() == 0)
  }

  @Test func documentsThatAreNoFiles() async throws {
    let session = try session()
    try await session.initialize()
    session.open("untitled:Untitled-1", scribe(name: "Draft"))
    let result = try #require(
      try await session.run("masque.intent.explain", [["phrase": "write", "uri": "untitled:Untitled-1"]])?.get())
    #expect(result["location"]?["file"] == "untitled:Untitled-1" && result["verdict"] == "allowed")
    let compared = try #require(
      try await session.run("masque.intent.diff", [["before": "Poet", "after": "untitled:Untitled-1"]])?.get())
    #expect(compared["relation"] == "equal")
    #expect(await session.end() == 0)
  }

  @Test(
    arguments: [
      ("masque.lst", [[:]], -32602, "there is no command masque.lst; there are masque.list, "),
      ("list", [[:]], -32602, "there is no command list; "),
      ("masque.list", ["a", "b"], -32602, "`masque.list` takes one object as its only argument, not 2 arguments"),
      ("masque.list", ["a"], -32602, "`list` takes one object as its argument, not a string"),
      ("masque.inspect", [["masqe": "Poet"]], -32602, "`inspect` has no argument `masqe`: did you mean `masque`?"),
      ("masque.preview", [["masque": "Nobody"]], -32803, "no masque is called `Nobody`"),
      ("masque.preview", [["uri": "file:///work/gone.masque.yaml"]], -32803, "gone.masque.yaml: No such file"),
      (
        "masque.explainRule", [["code": "schema-enumm"]], -32803,
        "there is no rule `schema-enumm`: did you mean `schema-enum`?"
      ),
      ("masque.explainRule", [[:]], -32602, "`explainRule` needs `code`: "),
    ] as [(String, [JSONValue], Int, String)])
  func errorsSayWhatIsWrong(_ command: String, _ arguments: [JSONValue], _ code: Int, _ words: String) async throws {
    let session = try session()
    try await session.initialize()
    let outcome = await session.run(command, arguments)
    #expect(MasqueServerTests.code(outcome) == code)
    #expect(message(outcome)?.contains(words) == true, "\(message(outcome) ?? "")")
    #expect(await session.end() == 0)
  }

  // MARK: Questions

  @Test func aMasqueIsAskedFor() async throws {
    let session = try session()
    try await session.initialize()
    session.open("file:///work/personas/poet.masque.yaml", scribe(name: "Bard", index: 2))
    session.open(uri, scribe())
    let id = session.post("workspace/executeCommand", ["command": "masque.inspect"])
    let (asked, params) = try await session.question()
    #expect(params["message"] == "Inspect a Masque: which masque?")
    #expect(params["actions"]?.arrayValue?.map { $0["title"]?.stringValue } == ["Bard", "Scribe", "Notary"])
    session.answer(asked, "Bard")
    let result = try #require(try await session.response(to: id)?.outcome.get())
    #expect(result["masque"]?["name"] == "Bard")
    #expect(await session.end() == 0)
  }

  @Test func aPhraseIsAskedFor() async throws {
    let session = try session()
    try await session.initialize()
    session.open(uri, scribe())
    let id = session.post("workspace/executeCommand", ["command": "masque.intent.explain", "arguments": [[:]]])
    let (asked, params) = try await session.question()
    let titles = try #require(params["actions"]?.arrayValue).compactMap { $0["title"]?.stringValue }
    #expect(titles.count == 2 && titles[1].contains("without sources"), "\(titles)")
    session.answer(asked, titles[1])
    #expect(try #require(try await session.response(to: id)?.outcome.get())["verdict"] == "denied")
    // Who was asked is told.
    let told = session.received.compactMap { message -> String? in
      guard case .notification(let notification) = message, notification.method == "window/showMessage" else {
        return nil
      }
      return notification.params?["message"]?.stringValue
    }
    #expect(told == ["\(titles[1]) is denied by `write * without sources` (line 7)."])
    #expect(await session.end() == 0)
  }

  @Test func bothMasquesAreAskedFor() async throws {
    let session = try session()
    try await session.initialize([:])
    session.open(uri, scribe(allowed: "sing *"))
    let id = session.post("workspace/executeCommand", ["command": "masque.intent.diff"])
    for name in ["Poet", "Scribe"] {
      let (asked, params) = try await session.question()
      #expect(params["message"]?.stringValue?.contains(name == "Poet" ? "the one before" : "the one after") == true)
      session.answer(asked, name)
    }
    #expect(try #require(try await session.response(to: id)?.outcome.get())["relation"] == "incomparable")
    #expect(await session.end() == 0)
  }

  @Test func aRuleIsAskedFor() async throws {
    let session = try session()
    try await session.initialize()
    session.open(uri, scribe().replacing("ring: player", with: "ring: playr"))
    let id = session.post("workspace/executeCommand", ["command": "masque.explainRule"])
    let (asked, params) = try await session.question()
    #expect(params["actions"]?.arrayValue?.contains(["title": "schema-enum"]) == true)
    session.answer(asked, "schema-enum")
    #expect(try #require(try await session.response(to: id)?.outcome.get())["code"] == "schema-enum")
    #expect(await session.end() == 0)
  }

  /// Editors drop the results of commands that they do not know.
  @Test(arguments: [true, false])
  func whatIsChosenInTheTextIsShown(inADocument: Bool) async throws {
    let session = try session()
    try await session.initialize(inADocument ? ["window": ["showDocument": ["support": true]]] : [:])
    let arguments: JSONValue = [["code": "schema-enum", "show": true]]
    let id = session.post("workspace/executeCommand", ["command": "masque.explainRule", "arguments": arguments])
    var shown: (uri: String?, message: String?)
    while shown.uri == nil, shown.message == nil, let message = await session.next() {
      switch message {
      case .request(let request) where request.method == "window/showDocument":
        shown.uri = request.params?["uri"]?.stringValue
        session.send(.response(ResponseMessage(id: request.id, .success(["success": true]))))
      case .notification(let notification) where notification.method == "window/showMessage":
        shown.message = notification.params?["message"]?.stringValue
      default: break
      }
    }
    #expect((shown.uri?.hasSuffix("/docs/rules/schema-enum.md") == true) == inADocument)
    let summary = try #require(ruleDescription(of: "schema-enum")).summary
    #expect((shown.message?.hasPrefix(summary) == true) != inADocument)
    #expect(try #require(try await session.response(to: id)?.outcome.get())["code"] == "schema-enum")
    let wrong = await session.run("masque.explainRule", [["code": "schema-enum", "show": "yes"]])
    #expect(throws: ResponseError(.invalidParams, "`show` is true or false, not \"yes\"")) { try wrong?.get() }
    #expect(await session.end() == 0)
  }

  /// Chosen from an editor's list of all commands, which gives no argument: what came of it is said, good or bad.
  @Test func whatIsPickedFromAListIsShown() async throws {
    let session = try session()
    try await session.initialize()
    session.open(uri, scribe())
    let preview = session.post("workspace/executeCommand", ["command": "masque.preview"])
    let told = await session.notification("window/showMessage")
    #expect(told?["message"]?.stringValue?.hasPrefix("<masque-active name=\"Scribe\"") == true)
    #expect(try await session.response(to: preview)?.outcome.get()["text"] != nil)
    session.change(uri, version: 2, [["text": .string(scribe().replacing("ring: player", with: "ring: playr"))]])
    let failing = session.post("workspace/executeCommand", ["command": "masque.preview", "arguments": []])
    let refused = await session.notification("window/showMessage")
    #expect(refused?["type"] == 1 && refused?["message"]?.stringValue?.contains("`playr`") == true)
    let failure = await session.response(to: failing)?.outcome
    #expect(throws: ResponseError.self) { try failure?.get() }
    #expect(await session.end() == 0)
  }

  @Test func choosingNothingIsNoError() async throws {
    let session = try session()
    try await session.initialize()
    for title in [nil, "Somebody else"] {
      let id = session.post("workspace/executeCommand", ["command": "masque.preview"])
      session.answer(try await session.question().id, title)
      #expect(code(await session.response(to: id)?.outcome) == -32800)
    }
    #expect(await session.end() == 0)
  }

  @Test func aQuestionCanBeCancelled() async throws {
    let session = try session()
    try await session.initialize()
    let id = session.post("workspace/executeCommand", ["command": "masque.preview"])
    let asked = try await session.question().id
    session.notify("$/cancelRequest", ["id": id.json])
    #expect(code(await session.response(to: id)?.outcome) == -32800)
    session.answer(asked, "Poet")
    #expect(try await session.run("masque.list")?.get() != nil)
    #expect(await session.end() == 0)
  }

  @Test func progressBeginsAndEnds() async throws {
    let session = try session()
    try await session.initialize()
    _ = await session.request("workspace/executeCommand", ["command": "masque.list", "workDoneToken": "t"])
    let kinds = session.received.compactMap { message -> String? in
      guard case .notification(let notification) = message, notification.method == "$/progress" else { return nil }
      return notification.params?["value"]?["kind"]?.stringValue
    }
    #expect(kinds == ["begin", "end"])
    #expect(await session.end() == 0)
  }
}

@Suite(patience) struct TextDocumentContentTests {
  private static let capabilities: JSONValue = ["workspace": ["textDocumentContent": [:]]]

  private func content(_ session: Session, _ uri: String) async throws -> String? {
    try await session.request("workspace/textDocumentContent", ["uri": .string(uri)])?.get()["text"]?.stringValue
  }

  @Test func isAnnouncedToThoseWhoTakeIt() async throws {
    let without = try session()
    #expect(try await without.initialize().capabilities.workspace?.textDocumentContent == nil)
    #expect(await without.end() == 0)
    let with = try session()
    let workspace = try #require(try await with.initialize(Self.capabilities).capabilities.workspace)
    #expect(workspace.textDocumentContent?.schemes == ["masque"])
    #expect(await with.end() == 0)
  }

  @Test(arguments: [
    "masque:///work/personas/scribe.masque.yaml", "masque:/work/personas/scribe.masque.yaml", "MASQUE:scribe",
    "masque:Scri%62e",
  ])
  func isWhatPuttingItOnPrints(_ preview: String) async throws {
    let session = try session()
    try await session.initialize(Self.capabilities)
    session.open(uri, scribe())
    let block = try #require(IdentityBlock(SyntaxTree(SourceText(scribe()))))
    #expect(try await content(session, preview) == block.text)
    #expect(await session.end() == 0)
  }

  @Test func changesAreTold() async throws {
    let session = try session()
    try await session.initialize(Self.capabilities)
    session.open(uri, scribe())
    let preview = "masque:///work/personas/scribe.masque.yaml"
    _ = try await content(session, preview)
    session.change(uri, version: 2, [change((0, 6, 0, 12), "Scrivener")])
    var told = 0
    while told < 1, let message = await session.next() {
      guard case .request(let request) = message, request.method == "workspace/textDocumentContent/refresh" else {
        continue
      }
      #expect(request.params == ["uri": .string(preview)])
      told += 1
      session.send(.response(ResponseMessage(id: request.id, .success(.null))))
    }
    #expect(try await content(session, preview)?.contains("name=\"Scrivener\"") == true)
    // Broken for a moment: the preview says so.
    session.change(uri, version: 3, [change((3, 6, 3, 12), "king")])
    #expect(
      try await content(session, preview)?.hasPrefix("personas/scribe.masque.yaml can't be put on: line 4: ") == true)
    session.change(uri, version: 4, [change((3, 6, 3, 10), "player")])
    #expect(try await content(session, preview)?.hasPrefix("<masque-active") == true)
    #expect(await session.end() == 0)
  }

  @Test func filesOnDiskAreFollowed() async throws {
    let disk = MemoryFiles(texts: files)
    let session = try Session(files: disk)
    try await session.initialize(Self.capabilities)
    let preview = "masque:///work/personas/scribe.masque.yaml"
    #expect(try await content(session, preview)?.contains("Donned Scribe") == true)
    disk["/work/personas/scribe.masque.yaml"] = .file(Array(scribe(name: "Scrivener").utf8))
    session.notify("workspace/didChangeWatchedFiles", ["changes": [["uri": .string(uri), "type": 2]]])
    while let message = await session.next() {
      if case .request(let request) = message, request.method == "workspace/textDocumentContent/refresh" { break }
    }
    #expect(try await content(session, preview)?.contains("Donned Scrivener") == true)
    #expect(await session.end() == 0)
  }

  @Test func documentsThatAreNoFiles() async throws {
    let session = try session()
    try await session.initialize(Self.capabilities)
    session.open("untitled:Untitled-1", scribe(name: "Draft"))
    #expect(try await content(session, "masque:untitled:Untitled-1")?.contains("Donned Draft") == true)
    #expect(await session.end() == 0)
  }

  @Test(arguments: [
    ("file:///x", -32602), ("masque:", -32602), ("masque:Nobody", -32803), ("masque:///etc/passwd", -32803),
  ])
  func others(_ uri: String, _ expected: Int) async throws {
    let session = try session()
    try await session.initialize(Self.capabilities)
    #expect(code(await session.request("workspace/textDocumentContent", ["uri": .string(uri)])) == expected)
    #expect(await session.end() == 0)
  }
}
