import DocumentTree
import JSON
import JSONRPC
import JSONSchema
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import Testing

@testable import MasqueMCP

@Suite struct ToolTests {
  @Test("Tools, as each revision has them", arguments: revisions)
  func definitions(_ revision: String) throws {
    let result = try result("tools/list", [:], revision)
    let tools = try #require(result["tools"]?.arrayValue)
    #expect(
      tools.map { $0["name"] } == [
        "list_masques", "inspect_masque", "preview_masque", "don", "doff", "id", "explain_intent", "diff_intents",
      ])
    for tool in tools {
      #expect(tool["description"]?.stringValue?.isEmpty == false)
      #expect(tool["inputSchema"]?["type"] == "object")
      #expect((tool["annotations"] != nil) == (revision >= "2025-03-26"))
      #expect((tool["outputSchema"] != nil) == (revision >= "2025-06-18"))
      #expect((tool["title"] != nil) == (revision >= "2025-06-18"))
    }
    #expect(result["nextCursor"] == nil)
  }

  @Test func annotations() throws {
    let tools = try #require(try result("tools/list")["tools"]?.arrayValue)
    func annotations(_ name: String) -> JSONValue? { tools.first { $0["name"] == .string(name) }?["annotations"] }
    for name in ["list_masques", "inspect_masque", "preview_masque", "explain_intent", "diff_intents"] {
      #expect(annotations(name)?["readOnlyHint"] == true && annotations(name)?["destructiveHint"] == nil)
    }
    for name in ["don", "doff", "id"] {
      #expect(annotations(name)?["readOnlyHint"] == false && annotations(name)?["destructiveHint"] == false)
      #expect(annotations(name)?["idempotentHint"] == .bool(name != "don"))
      #expect(annotations(name)?["openWorldHint"] == false)
    }
  }

  @Test("Schemas are plain JSON Schema, without what only editors need")
  func schemas() throws {
    for tool in try #require(try result("tools/list")["tools"]?.arrayValue) {
      for key in ["inputSchema", "outputSchema"] {
        let text = try #require(tool[key]).serialized()
        #expect(!String(decoding: text, as: UTF8.self).contains("x-enumDescriptions"))
        #expect(Schema.compile(JSONDocument.parse(text).tree).diagnostics.isEmpty)
      }
      #expect(tool["inputSchema"]?["properties"]?["uri"] == nil)
      #expect(tool["inputSchema"]?["properties"]?["failOnWidening"] == nil)
      #expect(tool["inputSchema"]?["additionalProperties"] == false)
    }
    let source = try result("tools/list")["tools"]?[0]?["inputSchema"]?["properties"]?["source"]
    #expect(source?["type"] == "string" && source?["enum"] == ["private", "shared"])
    #expect(source?["description"]?.stringValue?.contains("`private`: One person's") == true)
  }

  /// A call of each tool.
  static let calls: [(String, JSONObject)] = [
    ("list_masques", [:]), ("list_masques", ["source": "private"]), ("inspect_masque", ["masque": "scribe"]),
    ("inspect_masque", ["masque": 12]), ("preview_masque", ["masque": "code-gardener"]),
    ("don", ["masque": "Code Gardener", "intent": "plant trees"]), ("doff", [:]), ("id", [:]), ("id", ["block": true]),
    ("explain_intent", ["masque": "scribe", "phrase": "write a book"]),
    ("diff_intents", ["before": "scribe", "after": "notary"]),
    ("inspect_masque", ["masque": "personas/broken.masque.yaml"]),
  ]

  @Test("A result fits its schema", arguments: calls)
  func results(_ name: String, _ arguments: JSONObject) throws {
    let definitions = try #require(try result("tools/list")["tools"]?.arrayValue)
    let schema = try #require(definitions.first { $0["name"] == .string(name) }?["outputSchema"])
    let answer = try result("tools/call", ["name": .string(name), "arguments": .object(arguments)])
    #expect(answer["isError"] == false)
    let structured = try #require(answer["structuredContent"])
    let document = JSONDocument.parse(structured.serialized()).tree
    let root = try #require(document.root)
    #expect(
      Schema.compile(JSONDocument.parse(schema.serialized()).tree).schema.validate(document, root).isEmpty,
      "\(structured)")
    // The text says what the JSON says, once.
    let texts = try #require(answer["content"]?.arrayValue).map { $0["text"]?.stringValue ?? "" }
    var told = try JSONValue(parsing: try #require(texts.last))
    if texts.count == 2 { told[structured["text"] == nil ? "block" : "text"] = .string(texts[0]) }
    #expect(told == structured)
  }

  @Test("Text alone where a revision has no structure", arguments: ["2024-11-05", "2025-03-26"])
  func oldRevisions(_ revision: String) throws {
    let answer = try result("tools/call", ["name": "list_masques"], revision)
    #expect(answer["structuredContent"] == nil)
    #expect(answer["content"]?[0]?["text"]?.stringValue?.contains("Scribe") == true)
  }

  @Test("Who dons is told exactly what preview prints", arguments: ["don", "preview_masque"], revisions)
  func block(_ tool: String, _ revision: String) throws {
    for name in ["scribe", "Code Gardener", "12"] {
      let answer = try result("tools/call", ["name": .string(tool), "arguments": ["masque": .string(name)]], revision)
      #expect(answer["content"]?[0] == ["type": "text", "text": .string(try preview(name))])
    }
  }

  @Test func warningsAreTold() throws {
    let answer = try result("tools/call", ["name": "don", "arguments": ["masque": "scribe"]])
    #expect(answer["content"]?[1]?["text"]?.stringValue?.contains("a warning") == true)
  }

  @Test(
    "What a model can mend is a result",
    arguments: [
      ("inspect_masque", ["masque": "scribbe"], "did you mean `Scribe`?"), ("inspect_masque", [:], "needs `masque`"),
      ("inspect_masque", ["masque": []], "must be a string or a whole number"), ("don", [:], "needs `masque`"),
      ("don", ["masque": "code gardener", "intent": "plant weeds"], "denied by"),
      ("don", ["masque": "scribe", "uri": "file:///etc/passwd"], "has no argument `uri`"),
      ("inspect_masque", ["masque": "scribe", "uri": 1], "has no argument `uri`"),
      ("diff_intents", ["before": "scribe", "after": "notary", "failOnWidening": true], "`failOnWidening`"),
      ("list_masques", ["sorce": "private"], "did you mean `source`?"),
      ("list_masques", ["source": "ours"], "`source`"),
      ("explain_intent", ["masque": "scribe"], "needs `phrase`"),
      ("explain_intent", ["masque": "scribe", "phrase": " "], "blank"),
      ("preview_masque", ["masque": "../../etc/passwd"], "is no masque"),
      ("preview_masque", ["masque": "personas/broken.masque.yaml"], "can't be put on"),
      ("preview_masque", ["masque": .string(String(repeating: "x", count: 10_000))], "no masque is called"),
      ("preview_masque", ["masque": "a\u{0}b"], "no masque is called"), ("preview_masque", ["masque": "🎭"], "🎭"),
    ] as [(String, JSONObject, String)])
  func toolErrors(_ tool: String, _ arguments: JSONObject, _ part: String) throws {
    let answer = try result("tools/call", ["name": .string(tool), "arguments": .object(arguments)])
    #expect(answer["isError"] == true)
    #expect(answer["structuredContent"] == nil)
    let text = try #require(answer["content"]?[0]?["text"]?.stringValue)
    #expect(text.contains(part), "\(text)")
    #expect(text.count < 400)
  }

  @Test(
    "What is no call is an error",
    arguments: [
      ([:], "`name` is missing"), (["name": 1], "`name` must be a string"), (["name": "donn"], "did you mean `don`?"),
      (["name": "new"], "there is no tool `new`"), (["name": "don", "arguments": []], "`arguments` must be an object"),
      (["name": "don", "_meta": ["progressToken": []]], "`progressToken`"),
    ] as [(JSONObject, String)])
  func protocolErrors(_ params: JSONObject, _ part: String) throws {
    for revision in revisions {
      let error = try error("tools/call", params, revision)
      #expect(error.code == -32602)
      #expect(error.message.contains(part), "\(error.message)")
    }
  }

  @Test("Every tool's command is described, and no two tools have one name")
  func table() {
    #expect(Set(toolTable.map(\.name)).count == toolTable.count)
    let contracts = commandDescriptions + (commandDescriptions.contains { $0.name == "performance" } ? [] : [score])
    for tool in toolTable {
      let contract = contracts.first { $0.name == tool.command }
      #expect(contract != nil, "\(tool.command)")
      for name in tool.omitted { #expect(contract?.parameters.contains { $0.name == name && !$0.isRequired } == true) }
      for name in tool.needed { #expect(contract?.parameters.contains { $0.name == name && !$0.isRequired } == true) }
      if let text = tool.text { #expect(contract?.result.contains { $0.name == text } == true) }
    }
  }
}

/// What a program without telemetry does not offer.
private let score = CommandDescription(
  "performance", title: "", summary: "",
  parameters: [CommandParameter("symbol", .string, ""), CommandParameter("html", .string, "")], result: [], examples: []
)

@Suite struct MessageTests {
  @Test("Progress is told to who gives a token", arguments: revisions, ["t", 7] as [JSONValue])
  func progress(_ revision: String, _ token: JSONValue) {
    let params: JSONObject = ["name": "list_masques"]
    let line =
      revision == "2026-07-28"
      ? stateless("tools/call", params, meta: ["progressToken": token])
      : request("tools/call", ["name": "list_masques", "_meta": ["progressToken": token]])
    let answers = converse((revision == "2026-07-28" ? [] : opening(revision)) + [line]).suffix(3)
    #expect(answers.map { $0["params"]?["progress"] } == [0, 100, nil])
    #expect(answers.first?["params"]?["progressToken"] == token)
    #expect((answers.first?["params"]?["message"] != nil) == (revision >= "2025-03-26"))
    #expect(answers.last?["result"] != nil)
  }

  @Test("Progress grows, whatever a command says")
  func growing() {
    var table = CommandTable.pure
    table.add(IDCommand.self) { (_, context) in
      for percentage in [nil, 30, 30, 10, nil, nil, 500, nil, -1, 100] as [Int?] { context.progress("…", percentage) }
      return IDCommand.Result(active: nil, previous: nil, block: nil, ended: nil, warnings: [])
    }
    let line = stateless("tools/call", ["name": "id"], meta: ["progressToken": 1])
    let told = converse([line], host(MemoryFiles(texts: library), table)).compactMap {
      $0["params"]?["progress"]?.doubleValue
    }
    #expect(told.first == 0 && told.last == 100 && told.contains(30))
    #expect(told == Set(told).sorted() && told.count == 6)
  }

  @Test("Messages are told to who asks", arguments: LogLevel.allCases)
  func levels(_ level: LogLevel) {
    let calls = [
      request("tools/call", ["name": "doff"], id: 2), request("tools/call", ["name": "don"], id: 3),
      request("prompts/list", id: 4), "garbage",
    ]
    let silent = converse(opening("2025-11-25") + calls)
    #expect(silent.allSatisfy { $0["method"] == nil })
    let told = converse(
      opening("2025-11-25") + [request("logging/setLevel", ["level": .string(level.rawValue)])] + calls
    ).filter { $0["method"] == "notifications/message" }
    let levels = told.compactMap { $0["params"]?["level"]?.stringValue.flatMap(LogLevel.init(rawValue:)) }
    #expect(levels.allSatisfy { $0 >= level })
    let expected: [LogLevel] = [.debug, .debug, .info, .warning, .warning, .error]
    #expect(levels.sorted() == expected.filter { $0 >= level })
    let stateless = converse([
      MasqueMCPTests.stateless(
        "tools/call", ["name": "don"], meta: ["io.modelcontextprotocol/logLevel": .string(level.rawValue)])
    ])
    #expect(stateless.count == 1 + [.debug, .warning].count { $0 >= level })
  }
}
