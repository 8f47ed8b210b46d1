import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import MasqueModel
import SourceText
import Testing

@testable import MasqueServer

private let uri = "file:///masques/smith.masque.yaml"
private let small = "file:///masques/small.masque.yaml"

/// A document whose diagnostics take a while.
private let large = String(repeating: "- {a: 1, a: 2, b: [c, d]}\n", count: 4_000)

@Suite(patience) struct CancellationTests {
  private static let question: JSONValue = ["textDocument": ["uri": .string(uri)]]

  private func responses(_ session: Session, to id: RequestID) -> [Int?] {
    session.received.compactMap { message in
      if case .response(let response) = message, response.id == id { .some(code(response.outcome)) } else { nil }
    }
  }

  @Test func aRequestThatATaskIsAtIsAnsweredOnce() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, large)
    session.open(small, "a: 1\n")
    let id = session.post("textDocument/diagnostic", Self.question)
    // Its answer says that the request before it is under way: messages are taken in order.
    _ = await session.request(
      "textDocument/completion", ["textDocument": ["uri": .string(small)], "position": ["line": 0, "character": 0]])
    session.notify("$/cancelRequest", ["id": id.json])
    // On a busy machine the task may be done before the cancellation is read; answered it is once either way.
    let outcome = code(await session.response(to: id)?.outcome)
    #expect([-32800, nil].contains(outcome))
    session.notify("$/cancelRequest", ["id": id.json])
    #expect(code(await session.request("textDocument/diagnostic", Self.question)) == nil)
    #expect(await session.end() == 0)
    #expect(responses(session, to: id) == [outcome])
  }

  @Test(arguments: [uri, small])
  func aRequestCancelledInTheSameBreath(uri: String) async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, uri == small ? "a: 1\n" : large)
    let request = RequestMessage(
      id: "q", method: "textDocument/completion",
      params: ["textDocument": ["uri": .string(uri)], "position": ["line": 0, "character": 0]])
    let cancel = NotificationMessage(method: "$/cancelRequest", params: ["id": "q"])
    session.write(
      ContentLengthFramer.encode(Message.request(request).encoded())
        + ContentLengthFramer.encode(Message.notification(cancel).encoded()))
    let outcome = await session.response(to: "q")?.outcome
    // Both are in one write, so the loop mostly sees both; it may have answered before.
    #expect([-32800, nil].contains(code(outcome)))
    #expect(await session.end() == 0)
    #expect(responses(session, to: "q").count == 1)
  }

  @Test func cancellationsOfNothingDoNoHarm() async throws {
    let session = try Session()
    try await session.initialize()
    for id in ["x", 7, nil, [:]] as [JSONValue] { session.notify("$/cancelRequest", ["id": id]) }
    session.notify("$/cancelRequest")
    #expect(await session.end() == 0)
  }

  @Test func eventsKnowWhatIsCancelledBehindThem() {
    func event(_ message: Message) -> Server.Event { .incoming(.message(message)) }
    let request = event(.request(RequestMessage(id: 1, method: "x")))
    let cancel = event(.notification(NotificationMessage(method: "$/cancelRequest", params: ["id": 1])))
    let cancellations = Cancellations(in: [request, cancel, request])
    #expect(cancellations.apply(to: 1, at: 0))
    #expect(!cancellations.apply(to: 1, at: 2))
    #expect(!cancellations.apply(to: 2, at: 0))
  }

  @Test func theTableAnswersOnce() {
    var table = RunningRequests()
    let first = table.begin(1) ?? 0
    let again = table.begin(1)
    #expect(again == nil)
    let task = Task<Void, Never> { while !Task.isCancelled { await Task.yield() } }
    table.attach(task, to: 1)
    var isThere = table.cancel(1)
    #expect(isThere && task.isCancelled)
    isThere = table.cancel(1)
    #expect(!isThere)
    isThere = table.finish(1, first)
    #expect(!isThere)
    // The id is used again: the late answer of the first is not the second's.
    let second = table.begin(1) ?? 0
    isThere = table.finish(1, first)
    #expect(!isThere)
    isThere = table.finish(1, second)
    #expect(isThere)
  }
}

@Suite struct ConversionTests {
  private static func client(_ capabilities: JSONValue, name: String? = nil) -> ClientProfile {
    ClientProfile(
      LSP.InitializeParams(
        processId: nil, clientInfo: name.map { LSP.ClientInfo(name: $0) }, rootUri: nil,
        capabilities: LSP.ClientCapabilities(capabilities)))
  }

  private static let able = client([
    "textDocument": [
      "publishDiagnostics": [
        "relatedInformation": true, "tagSupport": ["valueSet": [1]], "dataSupport": true,
        "codeDescriptionSupport": true,
      ],
      "completion": [
        "completionItem": ["snippetSupport": true, "preselectSupport": true, "documentationFormat": ["markdown"]]
      ],
    ]
  ])
  private static let plain = client([:])
  private static let document = Document(
    uri: uri, version: 4, revision: 0, text: SourceText("a: 😀b\n"), encoding: .utf16)

  private static let finding = Finding(
    "x-y", .warning, ByteRange(7, 8), "wrong",
    related: [
      RelatedPlace(range: ByteRange(0, 1), message: "here"),
      RelatedPlace(path: "/elsewhere", range: ByteRange(0, 1), message: "there"),
    ],
    fixes: [Fix("Mend it", [TextEdit(ByteRange(3, 7), "ok")], .unsafe)], tags: [.unnecessary, .deprecated])

  @Test func aFindingForAnAbleClient() throws {
    let value = try JSONValueEncoder().encode(diagnostic(Self.finding, in: Self.document, for: Self.able))
    #expect(
      value == [
        "range": ["start": ["line": 0, "character": 5], "end": ["line": 0, "character": 6]],
        "severity": 2, "code": "x-y", "source": "masque", "message": "wrong", "tags": [1],
        "relatedInformation": [
          [
            "location": [
              "uri": .string(uri),
              "range": ["start": ["line": 0, "character": 0], "end": ["line": 0, "character": 1]],
            ],
            "message": "here",
          ]
        ],
        "data": [
          "version": 4,
          "fixes": [
            [
              "title": "Mend it", "applicability": "unsafe",
              "edits": [
                [
                  "range": ["start": ["line": 0, "character": 3], "end": ["line": 0, "character": 5]],
                  "newText": "ok",
                ]
              ],
            ]
          ],
        ],
      ])
  }

  @Test func aFindingForAClientThatSaysNothing() throws {
    let value = try JSONValueEncoder().encode(diagnostic(Self.finding, in: Self.document, for: Self.plain))
    #expect(value.objectValue?.keys.sorted() == ["code", "message", "range", "severity", "source"])
  }

  @Test(
    arguments: [(Severity.error, 1), (.warning, 2), (.information, 3), (.hint, 4)])
  func severities(_ severity: Severity, _ number: Int) {
    var finding = Self.finding
    finding.severity = severity
    #expect(diagnostic(finding, in: Self.document, for: Self.plain).severity?.rawValue == number)
  }

  private static let offer = Completion(
    label: "ring", kind: .key, detail: "required", documentation: "The **ring**, `a` or `b`.", range: ByteRange(3, 7),
    insertText: "ring: ", snippet: "ring: ${1:a}", filterText: "ri", retriggers: true, isPreselected: true)

  @Test func anOfferForAnAbleClient() throws {
    let item = completionItem(Self.offer, sortText: "07", in: Self.document, for: Self.able)
    #expect(
      try JSONValueEncoder().encode(item) == [
        "label": "ring", "kind": 10, "detail": "required",
        "documentation": ["kind": "markdown", "value": "The **ring**, `a` or `b`."],
        "preselect": true, "sortText": "07", "filterText": "ri", "insertTextFormat": 2,
        "textEdit": [
          "range": ["start": ["line": 0, "character": 3], "end": ["line": 0, "character": 5]],
          "newText": "ring: ${1:a}",
        ],
      ])
  }

  @Test(arguments: [(true, "a:\n  - ", 1), (true, "a: ", nil), (false, "a:\n  - ", nil)] as [(Bool, String, Int?)])
  func linesThatAreIndentedAlready(_ isSupported: Bool, _ text: String, _ mode: Int?) {
    let support: JSONValue = isSupported ? ["insertTextModeSupport": ["valueSet": [1, 2]]] : [:]
    let client = Self.client(["textDocument": ["completion": ["completionItem": support]]])
    let offer = Completion(label: "a", kind: .key, range: ByteRange(at: 0), insertText: text)
    let item = completionItem(offer, sortText: "", in: Self.document, for: client)
    #expect(item.insertTextMode?.rawValue == mode)
  }

  @Test func anOfferForAClientThatSaysNothing() throws {
    let item = completionItem(Self.offer, sortText: "07", in: Self.document, for: Self.plain)
    #expect(
      try JSONValueEncoder().encode(item) == [
        "label": "ring", "kind": 10, "detail": "required", "documentation": "The ring, a or b.", "sortText": "07",
        "filterText": "ri",
        "textEdit": [
          "range": ["start": ["line": 0, "character": 3], "end": ["line": 0, "character": 5]], "newText": "ring: ",
        ],
      ])
  }

  @Test(
    arguments: [
      ("Visual Studio Code", true), ("Visual Studio Code - Insiders", true), ("VSCodium", true), ("Cursor", true),
      ("Neovim", false), ("Emacs", false), ("", false),
    ])
  func onlySomeEditorsAreToldToAskAgain(_ name: String, _ isTold: Bool) {
    let item = completionItem(Self.offer, sortText: "", in: Self.document, for: Self.client([:], name: name))
    #expect((item.command?.command == "editor.action.triggerSuggest") == isTold)
  }

  @Test(
    arguments: [
      ("", ""), ("a\nb", "a\nb"), ("## A `b`", "A b"), ("#b", "#b"), ("**a** and *b*", "a and b"), ("2 * 3", "2 * 3"),
      ("`implement *`", "implement *"), ("[the page](https://a.b/c)", "the page"), ("[x] y", "[x] y"), ("[x](", "[x]("),
      ("```yaml\na: *b\n```\nc", "a: *b\nc"), ("a\\*b", "a*b"), ("snake_case", "snake_case"), ("*", "*"),
      ("- item", "- item"),
    ])
  func markdownWithoutItsMarks(_ markdown: String, _ plain: String) {
    #expect(plainText(markdown) == plain)
  }
}

@Suite(patience) struct AnsweringTests {
  /// Every message that any of these tests reads is held to the official model; this one says so if there is none.
  @Test(.enabled(if: Session.model != nil, "MASQUES_SUITES does not name a folder with the meta model"))
  func whatAnEditorSeesIsWhatTheSpecificationSays() async throws {
    let session = try Session()
    try await session.initialize(
      [
        "general": ["positionEncodings": ["utf-8", "utf-16"]],
        "textDocument": [
          "diagnostic": [:],
          "publishDiagnostics": [
            "relatedInformation": true, "tagSupport": ["valueSet": [1, 2]], "dataSupport": true,
            "codeDescriptionSupport": true, "versionSupport": true,
          ],
          "completion": ["completionItem": ["snippetSupport": true, "documentationFormat": ["markdown"]]],
        ],
      ], client: "Visual Studio Code")
    session.notify("$/setTrace", ["value": "verbose"])
    session.open(uri, "ring: x\nring: y\n\tname: [\n: *a\n")
    #expect((await session.diagnostics(of: uri))?.diagnostics.isEmpty == false)
    for line in 0..<4 {
      let place: JSONValue = ["line": .integer(Int64(line)), "character": 0]
      let params: JSONValue = ["textDocument": ["uri": .string(uri)], "position": place]
      _ = await session.request("textDocument/completion", params)
    }
    _ = await session.request("textDocument/diagnostic", ["textDocument": ["uri": .string(uri)]])
    session.change("file:///not/open", version: 1, [])
    session.close(uri)
    #expect(await session.end() == 0)
  }

  enum Unsayable: LSPRequest {
    static let method = "test/unsayable"
    typealias Params = LSP.NoParams
    struct Result: Codable {
      init() {}
      init(from decoder: any Decoder) throws {}
      func encode(to encoder: any Encoder) throws { throw CancellationError() }
    }
  }

  @Test func theServersOwnFaultIsAnErrorAndALine() throws {
    let bytes = encodeResponse(to: 1, Unsayable.self, Log(standardError: nil)) { () throws(ResponseError) in
      Unsayable.Result()
    }
    let value = try JSONValue(parsing: bytes)
    #expect(value["error"]?["code"] == -32603)
  }

  @Test func offersComeInTheirOrderAndTheListIsComplete() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, "ring: \n")
    let position: JSONValue = ["line": 0, "character": 6]
    let params: JSONValue = ["textDocument": ["uri": .string(uri)], "position": position]
    let list = try #require(try await session.request("textDocument/completion", params)?.get())
    #expect(list["isIncomplete"] == false)
    let order = list["items"]?.arrayValue?.compactMap { $0["sortText"]?.stringValue } ?? []
    #expect(order == order.sorted())
    #expect(code(await session.request("textDocument/completion", ["textDocument": ["uri": .string(uri)]])) == -32602)
    var elsewhere = params
    elsewhere["textDocument"] = ["uri": "file:///not/open"]
    #expect(code(await session.request("textDocument/completion", elsewhere)) == -32602)
  }

  /// Whatever the parameters are, a request has one answer, a notification none, and the next message is read.
  @Test func parametersOfAllSorts() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, "ring: player\n")
    let document: JSONValue = ["uri": .string(uri), "version": 1]
    let huge: JSONValue = ["line": .integer(.max), "character": .integer(.min)]
    let values: [JSONValue?] = [
      .none, [:], [], [1], ["textDocument": 1], ["textDocument": nil], ["textDocument": ["uri": nil]],
      ["textDocument": document], ["textDocument": document, "position": ["line": "x"]],
      ["textDocument": document, "position": ["line": -1, "character": 1.5]],
      ["textDocument": document, "position": huge], ["textDocument": document, "position": ["line": 1e300]],
      ["textDocument": document, "contentChanges": 1], ["textDocument": document, "contentChanges": [[:]]],
      ["textDocument": document, "contentChanges": [["text": "x", "range": ["start": huge, "end": huge]]]],
      ["value": [:]], ["id": [:]], ["id": nil],
    ]
    let methods = [
      "textDocument/completion", "textDocument/diagnostic", "textDocument/didOpen", "textDocument/didChange",
      "textDocument/didClose", "$/setTrace", "$/cancelRequest", "initialize", "initialized", "textDocument/hover",
    ]
    for method in methods {
      for value in values {
        session.notify(method, value)
        #expect(await session.request(method, value) != nil)
      }
    }
    #expect(await session.end() == 0)
    let answered = session.received.compactMap { if case .response(let response) = $0 { response.id } else { nil } }
    #expect(answered.count == methods.count * values.count + 2)
    #expect(Set(answered).count == answered.count)
  }

  @Test func theTraceTellsOfEveryMessage() async throws {
    let session = try Session(traces: true)
    try await session.initialize()
    session.notify("$/setTrace", ["value": "verbose"])
    session.open(uri, "a: 1\n")
    let line = await session.notification("$/logTrace")
    // What is under way at the end is given up.
    #expect(await session.diagnostics(of: uri) != nil)
    #expect(line?["message"] == "Received notification 'textDocument/didOpen'.")
    #expect(line?["verbose"]?.stringValue?.contains("smith") == true)
    session.notify("$/setTrace", ["value": "off"])
    #expect(await session.end() == 0)
    let log = await session.log()
    #expect(log.contains("← {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\""))
    #expect(log.contains("→ {\"jsonrpc\":\"2.0\",\"method\":\"textDocument/publishDiagnostics\""))
  }
}

@Suite struct CommandLineTests {
  @Test(
    arguments: [
      ([], .run(CommandLineOptions())),
      (["--stdio"], .run(CommandLineOptions())),
      (["--clientProcessId=12", "--stdio"], .run(CommandLineOptions())),
      (["--trace", "--log", "a b"], .run(CommandLineOptions(logFile: "a b", traces: true))),
      (["--log=x"], .run(CommandLineOptions(logFile: "x"))),
      (["--help"], .print(CommandLineOptions.help)), (["-h", "--what"], .print(CommandLineOptions.help)),
      (["--stdio", "--version"], .print("masque-lsp \(projectVersion)\n")),
      (["--log"], .fail("--log needs a file")), (["--log", ""], .fail("--log needs a file")),
      (["--log="], .fail("unknown option --log=")), (["--socket=1"], .fail("unknown option --socket=1")),
      (["serve"], .fail("unexpected argument serve")),
    ] as [([String], CommandLineOptions.Action)])
  func options(_ arguments: [String], _ action: CommandLineOptions.Action) {
    #expect(CommandLineOptions.parse(arguments) == action)
  }

  @Test func everyOptionIsInTheHelp() {
    for option in ["--stdio", "--log", "--trace", "--version", "--help"] {
      #expect(CommandLineOptions.help.contains("  \(option) "))
    }
  }
}
