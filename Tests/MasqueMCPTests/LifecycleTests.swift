import JSON
import JSONRPC
import MasqueCommands
import MasqueWorkspace
import Testing

@testable import MasqueMCP

@Suite struct LifecycleTests {
  @Test(
    "A session speaks the client's revision, or the newest",
    arguments: [
      ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
      ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"), ("", "2025-11-25"),
    ])
  func negotiation(_ asked: String, _ agreed: String) throws {
    let result = try #require(converse(opening(asked)).first?["result"])
    #expect(result["protocolVersion"] == .string(agreed))
    #expect(result["serverInfo"]?["name"] == "masques")
    #expect((result["serverInfo"]?["title"] != nil) == (agreed >= "2025-06-18"))
    #expect((result["serverInfo"]?["description"] != nil) == (agreed >= "2025-11-25"))
    #expect((result["capabilities"]?["completions"] != nil) == (agreed >= "2025-03-26"))
    for name in ["tools", "prompts", "resources", "logging"] { #expect(result["capabilities"]?[name] == [:]) }
    #expect(result["instructions"]?.stringValue?.contains("`don`") == true)
    #expect(result["resultType"] == nil)
  }

  @Test func instructionsSpeakOfWhatThereIs() throws {
    let text = try #require(
      converse(opening("2025-11-25"), host(wearing: false)).first?["result"]?["instructions"]?.stringValue)
    #expect(!text.contains("`don`") && !text.contains("`doff`") && text.contains("`list_masques`"))
  }

  @Test(
    "A bad initialize opens nothing",
    arguments: [
      ([:], "protocolVersion"), (["protocolVersion": 1, "capabilities": [:], "clientInfo": [:]], "protocolVersion"),
      (["protocolVersion": "2025-11-25", "clientInfo": [:]], "capabilities"),
      (["protocolVersion": "2025-11-25", "capabilities": [], "clientInfo": [:]], "capabilities"),
      (["protocolVersion": "2025-11-25", "capabilities": [:]], "clientInfo"),
    ] as [(JSONValue, String)])
  func badInitialize(_ params: JSONValue, _ culprit: String) {
    let answers = converse([request("initialize", params), request("tools/list", id: 2)])
    #expect(answers.first?["error"]?["code"] == -32602)
    #expect(answers.first?["error"]?["message"]?.stringValue?.contains("`\(culprit)`") == true)
    #expect(answers.last?["error"]?["code"] == -32600)
  }

  @Test func onceOnly() {
    let answers = converse(opening("2025-11-25") + opening("2024-11-05") + [request("ping")])
    #expect(answers.map { $0["error"]?["code"] } == [nil, -32600, nil])
  }

  @Test(
    "Before initialize",
    arguments: [
      ("ping", nil), ("tools/list", -32600), ("tools/call", -32600), ("logging/setLevel", -32600),
      ("server/discover", -32602), ("subscriptions/listen", -32602), ("tools/lst", -32601), ("", -32601),
    ] as [(String, Int64?)])
  func uninvited(_ method: String, _ code: Int64?) {
    let answers = converse([request(method), request("initialize", ["protocolVersion": 1], id: 2)])
    #expect(answers.first?["error"]?["code"]?.integerValue == code)
    #expect(answers.count == 2)
  }

  @Test("Methods that a revision does not know", arguments: revisions)
  func unknownMethods(_ revision: String) throws {
    let isStateless = revision == "2026-07-28"
    var unknown = ["tools/lst", "resources/subscribe", "resources/unsubscribe", "tasks/list", "roots/list", ""]
    unknown += isStateless ? ["ping", "logging/setLevel"] : ["server/discover", "subscriptions/listen"]
    for method in unknown { #expect(try error(method, [:], revision).code == -32601, "\(method)") }
  }

  @Test("Ping and the level of messages belong to sessions", arguments: revisions.dropLast())
  func sessionRequests(_ revision: String) throws {
    #expect(try result("ping", [:], revision) == [:])
    #expect(try result("logging/setLevel", ["level": "debug"], revision) == [:])
    #expect(try error("logging/setLevel", ["level": "loud"], revision).code == -32602)
    #expect(try error("logging/setLevel", [:], revision).code == -32602)
  }

  @Test func parametersAreAnObject() {
    let answers = converse(opening("2025-11-25") + [request("tools/list", []), request("ping", ["_meta": 1])])
    #expect(answers.dropFirst().map { $0["error"]?["code"] } == [-32602, -32602])
  }

  @Test func notificationsAreNeverAnswered() {
    let methods = [
      "notifications/initialized", "notifications/cancelled", "notifications/progress",
      "notifications/roots/list_changed", "notifications/nothing", "tools/list",
    ]
    let lines = methods.flatMap { method in
      ["{}", "[]", "null", #"{"requestId":null}"#, #"{"requestId":{}}"#, #"{"requestId":99}"#].map {
        #"{"jsonrpc":"2.0","method":"\#(method)","params":\#($0)}"#
      }
    }
    #expect(converse(opening("2025-11-25") + lines).count == 1)
    #expect(converse(lines).isEmpty)
    // Nor are answers to what nobody has asked.
    #expect(converse([#"{"jsonrpc":"2.0","id":1,"result":{}}"#]).isEmpty)
  }
}

@Suite struct StatelessTests {
  @Test func discovery() throws {
    let result = try result("server/discover", [:], "2026-07-28")
    #expect(result["supportedVersions"] == ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])
    #expect(result["resultType"] == "complete")
    #expect(result["ttlMs"] == 3_600_000 && result["cacheScope"] == "public")
    #expect(result["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "masques")
    #expect(result["capabilities"]?["tools"] == [:])
    #expect(result["instructions"]?.stringValue?.isEmpty == false)
  }

  @Test(
    "A broken envelope",
    arguments: [
      (["io.modelcontextprotocol/protocolVersion": "2026-07-28"], -32602),
      (
        ["io.modelcontextprotocol/protocolVersion": "1900-01-01", "io.modelcontextprotocol/clientCapabilities": [:]],
        -32022
      ),
      (
        ["io.modelcontextprotocol/protocolVersion": "2025-11-25", "io.modelcontextprotocol/clientCapabilities": [:]],
        -32022
      ),
      (["io.modelcontextprotocol/protocolVersion": 1, "io.modelcontextprotocol/clientCapabilities": [:]], -32602),
      (
        ["io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": 1],
        -32602
      ),
      (
        [
          "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
          "io.modelcontextprotocol/logLevel": "loud",
        ], -32602
      ),
    ] as [(JSONValue, Int64)])
  func envelope(_ meta: JSONValue, _ code: Int64) {
    for lines in [[], opening("2025-11-25")] {
      let answer = converse(lines + [request("tools/list", ["_meta": meta])]).last
      #expect(answer?["error"]?["code"]?.integerValue == code)
      if code == -32022 {
        #expect(answer?["error"]?["data"]?["requested"] == meta["io.modelcontextprotocol/protocolVersion"])
        #expect(answer?["error"]?["data"]?["supported"]?[0] == "2026-07-28")
      }
    }
  }

  @Test("Requests with and without a session side by side")
  func bothEras() {
    let lines =
      [stateless("tools/list", id: 1)] + opening("2024-11-05") + [
        request("tools/list", id: 2), stateless("tools/list", id: 3),
      ]
    let results = converse(lines).compactMap { answer in answer["result"].map { (answer["id"], $0) } }
    #expect(results.count == 4)
    for (id, result) in results {
      #expect((result["resultType"] == "complete") == (id == 1 || id == 3))
      if let tools = result["tools"] { #expect((tools[0]?["outputSchema"] != nil) == (id != 2)) }
    }
  }

  @Test(
    "What may be kept, and for how long",
    arguments: ["tools/list", "prompts/list", "resources/list", "resources/templates/list"])
  func cacheHints(_ method: String) throws {
    let stateless = try result(method, [:], "2026-07-28")
    let isOurs = method == "tools/list" || method == "resources/templates/list"
    #expect(stateless["ttlMs"] == (isOurs ? 3_600_000 : 0))
    #expect(stateless["cacheScope"] == (isOurs ? "public" : "private"))
    let session = try result(method)
    #expect(session["ttlMs"] == nil && session["_meta"] == nil)
  }

  @Test func subscriptions() {
    let lines = [
      stateless("subscriptions/listen", ["notifications": ["toolsListChanged": true]], id: "a"),
      stateless("subscriptions/listen", ["notifications": [:]], id: 7),
      stateless("subscriptions/listen", [:], id: 8),
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}"#,
      stateless("tools/list", id: 9),
    ]
    let answers = converse(lines)
    // Acknowledged, with nothing that will be told; the one that is left open ends with the stream.
    let key = "io.modelcontextprotocol/subscriptionId"
    #expect(answers[0]["method"] == "notifications/subscriptions/acknowledged")
    #expect(answers[0]["params"] == ["_meta": [key: "a"], "notifications": [:]])
    #expect(answers[1]["params"]?["_meta"]?[key] == 7)
    #expect(answers[2]["error"]?["code"] == -32602)
    #expect(answers.last?["id"] == "a")
    #expect(answers.last?["result"]?["_meta"]?[key] == "a")
    #expect(answers.last?["result"]?["resultType"] == "complete")
    #expect(answers.count == 5)
  }
}

@Suite struct BatchTests {
  @Test("Arrays are several messages in one revision only", arguments: revisions.dropLast())
  func oneRevision(_ revision: String) {
    let answers = converse(opening(revision) + ["[\(request("ping", id: 1)),\(request("tools/list", id: 2))]"])
    if revision == "2025-03-26" {
      #expect(answers.last?.arrayValue?.compactMap { $0["id"] } == [1, 2])
      #expect(answers.last?[1]?["result"]?["tools"] != nil)
    } else {
      #expect(answers.last?["error"]?["code"] == -32600)
    }
  }

  @Test func everySortOfItem() {
    let lines = [
      "[]", "[1]", "[\(opening("2025-03-26")[0])]",
      #"[{"jsonrpc":"2.0","method":"notifications/initialized"},{"jsonrpc":"2.0","id":3,"result":{}}]"#,
      "[\(request("nothing", id: 4)),\(request("tools/call", ["name": "list_masques"], id: 5))]",
      request("ping", id: 6),
    ]
    let answers = converse(opening("2025-03-26") + lines).dropFirst().sorted { "\($0)" < "\($1)" }
    let batches = answers.compactMap(\.arrayValue)
    #expect(batches.count == 3)
    #expect(batches.contains { $0.first?["error"]?["code"] == -32600 && $0.first?["id"] == .null })
    #expect(batches.contains { $0.first?["id"] == "opening" && $0.first?["error"]?["code"] == -32600 })
    #expect(batches.contains { $0.first?["error"]?["code"] == -32601 && $0.last?["result"]?["isError"] == false })
    #expect(answers.contains { $0["id"] == .null && $0["error"]?["code"] == -32600 })
    #expect(answers.contains { $0["id"] == 6 })
  }

  @Test("What is given up in a batch is not waited for")
  func cancelled() {
    let lines = [
      "[\(request("tools/list", id: 1)),\(request("prompts/list", id: 2))]",
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#,
    ]
    let answer = converse(opening("2025-03-26") + lines).last
    #expect(answer?.arrayValue?.first?["id"] == 1)
  }
}

private func host(wearing: Bool) -> MCPHost { MasqueMCPTests.host(MemoryFiles(texts: library), .pure) }
