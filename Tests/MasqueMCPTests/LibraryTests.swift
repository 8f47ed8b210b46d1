import Foundation
import JSON
import JSONRPC
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import Testing

@testable import MasqueMCP

@Suite struct PromptTests {
  @Test("A prompt for each masque that can be put on", arguments: revisions)
  func list(_ revision: String) throws {
    let prompts = try #require(try result("prompts/list", [:], revision)["prompts"]?.arrayValue)
    #expect(prompts.map { $0["name"] } == ["don-code-gardener", "don-notary", "don-scribe"])
    #expect((prompts[0]["title"] == "Don Code Gardener") == (revision >= "2025-06-18"))
    #expect(prompts[0]["description"] == "Put on the masque Code Gardener (ring: player). Once, for 2.")
    #expect(prompts[0]["arguments"]?.arrayValue?.map { $0["name"] } == ["intent"])
    #expect(prompts[0]["arguments"]?[0]?["required"] == false)
  }

  @Test("A prompt gives the block, byte for byte", arguments: revisions)
  func get(_ revision: String) throws {
    for (name, masque) in [("don-code-gardener", "Code Gardener"), ("don-notary", "Notary"), ("don-Scribe", "scribe")] {
      let answer = try result("prompts/get", ["name": .string(name)], revision)
      let messages = try #require(answer["messages"]?.arrayValue)
      #expect(messages.count == 2)
      #expect(messages[0] == ["role": "user", "content": ["type": "text", "text": .string(try preview(masque))]])
      #expect(messages[1]["content"]?["text"]?.stringValue?.contains("`don`") == true)
    }
  }

  @Test func intent() throws {
    let answer = try result("prompts/get", ["name": "don-scribe", "arguments": ["intent": "write a \"book\""]])
    let text = try #require(answer["messages"]?[1]?["content"]?["text"]?.stringValue)
    #expect(text.contains(#"{"masque": "Scribe", "intent": "write a \"book\""}"#))
    #expect(text.hasSuffix("Then: write a \"book\""))
    let plain = host(MemoryFiles(texts: library), .pure)
    let alone = try result(
      "prompts/get", ["name": "don-scribe", "arguments": ["intent": "write"]], "2025-11-25", plain)
    #expect(alone["messages"]?[1]?["content"]?["text"] == "What I want to do: write")
    #expect(try result("prompts/get", ["name": "don-scribe"], "2025-11-25", plain)["messages"]?.arrayValue?.count == 1)
  }

  @Test(
    "Errors",
    arguments: [
      ([:], "`name` is missing"), (["name": "don-scribbe"], "did you mean `don-scribe`?"),
      (["name": "scribe"], "no prompt"),
      (["name": "don-"], "no prompt"), (["name": "don-../../etc/passwd"], "no prompt"),
      (["name": "don-broken"], "never closed"),
      (["name": "don-scribe", "arguments": ["intnt": "x"]], "no argument `intnt`"),
      (["name": "don-scribe", "arguments": ["intent": 1]], "`intent` must be a string"),
      (["name": "don-scribe", "arguments": []], "`arguments` must be an object"),
    ] as [(JSONObject, String)])
  func errors(_ params: JSONObject, _ part: String) throws {
    let error = try error("prompts/get", params)
    #expect(error.code == -32602)
    #expect(error.message.contains(part), "\(error.message)")
  }

  @Test("Masques whose files would be called alike")
  func likeNames() throws {
    let files = MemoryFiles(texts: [
      "/work/personas/a.masque.yaml": masque("Code Gardener", index: 1),
      "/work/personas/b.masque.yaml": masque("Code-Gardener", index: 2),
      "/work/personas/c.masque.yaml": masque("CODE GARDENER", index: 3),
    ])
    let prompts = try result("prompts/list", [:], "2025-11-25", host(files))["prompts"]?.arrayValue
    #expect(prompts?.map { $0["name"] } == ["don-code-gardener", "don-Code-Gardener"])
    for (name, index) in [("don-code-gardener", 1), ("don-Code-Gardener", 2)] {
      let answer = try result("prompts/get", ["name": .string(name)], "2025-11-25", host(files))
      #expect(answer["messages"]?[0]?["content"]?["text"]?.stringValue?.contains("Once, for \(index).") == true)
    }
  }
}

@Suite struct ResourceTests {
  @Test("The text of each masque, and the block of each that can be put on", arguments: revisions)
  func list(_ revision: String) throws {
    let resources = try #require(try result("resources/list", [:], revision)["resources"]?.arrayValue)
    #expect(
      resources.map { $0["uri"] } == [
        "masque://Broken", "masque://Code%20Gardener", "masque://Code%20Gardener/block", "masque://Notary",
        "masque://Notary/block", "masque://Scribe", "masque://Scribe/block",
      ])
    #expect(resources[0]["description"]?.stringValue?.contains("can't be put on: line 1") == true)
    #expect(resources[1]["mimeType"] == "application/yaml" && resources[2]["mimeType"] == "text/markdown")
    #expect((resources[1]["title"] == "Code Gardener") == (revision >= "2025-06-18"))
    for resource in resources {
      let uri = try #require(resource["uri"])
      let contents = try result("resources/read", ["uri": uri], revision)["contents"]
      #expect(contents?[0]?["uri"] == uri && contents?[0]?["mimeType"] == resource["mimeType"])
    }
  }

  @Test func templates() throws {
    let templates = try result("resources/templates/list")["resourceTemplates"]?.arrayValue
    #expect(templates?.map { $0["uriTemplate"] } == ["masque://{name}", "masque://{name}/block"])
  }

  @Test(
    "Reading",
    arguments: [
      ("masque://scribe", "scribe", false), ("masque://Scribe/", "scribe", false), ("MASQUE://SCRIBE", "scribe", false),
      ("masque://1", "scribe", false), ("masque://code-gardener", "code-gardener", false),
      ("masque://Code%20Gardener", "code-gardener", false), ("masque://%43ode%20gardener/block", "code-gardener", true),
      ("masque://12/block", "notary", true),
    ])
  func read(_ uri: String, _ stem: String, _ isBlock: Bool) throws {
    let answer = try result("resources/read", ["uri": .string(uri)])
    let text = try #require(
      isBlock ? try preview(stem) : library.first { $0.key.hasSuffix("/\(stem).masque.yaml") }?.value)
    #expect(answer["contents"]?[0]?["text"] == .string(text))
    #expect(answer["contents"]?[0]?["uri"] == .string(uri))
  }

  static let absent = [
    "masque://scribbe", "masque://", "masque:///block", "masque://scribe/blocks", "masque://scribe/block/",
    "masque://scribe//", "masque://scribe/block?x", "masque://scribe#x", "masque://%", "masque://%zz", "masque://%C3",
    "masque://%FF%FE", "masque://..%2F..%2Fetc%2Fpasswd", "masque://../../etc/passwd", "masque://%00", "masque://a b",
    "masque://personas%2Fscribe.masque.yaml", "masque://%2Fwork%2Fpersonas%2Fscribe.masque.yaml", "file:///etc/passwd",
    "scribe", "", "masque:scribe", "masque://" + String(repeating: "x", count: 10_000), "masque://🎭", "masque://self",
  ]

  @Test("What is not there", arguments: absent)
  func notFound(_ uri: String) throws {
    for revision in revisions {
      let answer = try answer("resources/read", ["uri": .string(uri)], revision)
      #expect(answer["error"]?["code"] == (revision == "2026-07-28" ? -32602 : -32002))
      #expect(answer["error"]?["data"]?["uri"] == .string(uri))
    }
  }

  @Test func errors() throws {
    #expect(try error("resources/read").code == -32602)
    #expect(try error("resources/read", ["uri": 1]).code == -32602)
    // It is there, and can't be put on.
    #expect(try error("resources/read", ["uri": "masque://broken/block"]).code == -32603)
  }

  @Test(
    "A name that no URI can hold as it is",
    arguments: ["Ünïcode & Söhne", "100% Scribe?", "🎭", "a#b", "A  B", "c+d.e~f_g-h"])
  func encoding(_ name: String) throws {
    let files = MemoryFiles(texts: ["/work/personas/x.masque.yaml": masque("\"\(name)\"")])
    let resources = try result("resources/list", [:], "2025-11-25", host(files))["resources"]?.arrayValue ?? []
    #expect(resources.count == 2)
    for resource in resources {
      let uri = try #require(resource["uri"]?.stringValue)
      #expect(uri.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "?") })
      #expect(MasqueURI(uri)?.name == name)
      let answer = try result("resources/read", ["uri": .string(uri)], "2025-11-25", host(files))
      #expect(answer["contents"]?[0]?["text"]?.stringValue?.contains(name == "A  B" ? "A" : name) == true)
    }
  }

  @Test("Nothing is read through a link that leads out, nor what can't be read")
  func links() throws {
    let files = MemoryFiles(
      [
        "/work/personas/out.masque.yaml": .link("/etc/secret.yaml"), "/etc/secret.yaml": .file(Array("key: 1".utf8)),
        "/work/personas/bad.masque.yaml": .failing("the disk is broken"),
        "/work/personas/real/in.masque.yaml": .file(Array(masque("In").utf8)),
        "/work/personas/twin.masque.yaml": .link("real/in.masque.yaml"),
      ], currentFolder: "/work")
    for name in ["out", "bad"] {
      let error = try error("resources/read", ["uri": .string("masque://\(name)")], "2025-11-25", host(files))
      #expect(error.code == -32603 && !error.message.contains("key"))
    }
    let answer = try result("resources/read", ["uri": "masque://in"], "2025-11-25", host(files))
    #expect(answer["contents"]?[0]?["text"]?.stringValue?.hasPrefix("name: In") == true)
  }

  @Test func alwaysWhatTheDiskSays() throws {
    let files = MemoryFiles(texts: library)
    let channel = TestChannel()
    let host = host(files)
    let server = Thread { _ = serveMCP(host, over: channel) }
    server.start()
    for line in opening("2025-11-25") { channel.send(line) }
    _ = channel.receive(0)
    channel.send(request("prompts/list", id: 1))
    #expect(channel.receive(1)?["result"]?["prompts"]?.arrayValue?.count == 3)
    files["/work/personas/poet.masque.yaml"] = .file(Array(masque("Poet", index: 9).utf8))
    files["/work/personas/scribe.masque.yaml"] = nil
    channel.send(request("prompts/list", id: 2))
    #expect(
      channel.receive(2)?["result"]?["prompts"]?.arrayValue?.map { $0["name"] } == [
        "don-code-gardener", "don-notary", "don-poet",
      ])
    channel.close()
  }
}

@Suite struct CompletionTests {
  @Test(
    "Names",
    arguments: [
      ("", ["Broken", "Code Gardener", "Notary", "Scribe"]), ("s", ["Scribe"]), ("SCR", ["Scribe"]),
      ("r", ["Broken", "Code Gardener", "Notary", "Scribe"]), ("gard", ["Code Gardener"]), ("zzz", []),
    ])
  func names(_ typed: String, _ expected: [String]) throws {
    let answer = try result("completion/complete", reference("masque://{name}", "name", typed))
    #expect(answer["completion"]?["values"] == .array(expected.map { .string($0) }))
    #expect(answer["completion"]?["total"] == .integer(Int64(expected.count)))
    #expect(answer["completion"]?["hasMore"] == false)
  }

  @Test func onlyWhatCanBePutOnHasABlock() throws {
    let answer = try result("completion/complete", reference("masque://{name}/block", "name", ""))
    #expect(answer["completion"]?["values"] == ["Code Gardener", "Notary", "Scribe"])
    let whole = try result("completion/complete", reference("masque://scribe", "name", ""))
    #expect(whole["completion"]?["values"] == [])
  }

  @Test("An intent is completed by what the masque allows")
  func intents() throws {
    let params: JSONObject = [
      "ref": ["type": "ref/prompt", "name": "don-code-gardener"], "argument": ["name": "intent", "value": "p"],
    ]
    let answer = try result("completion/complete", params)
    let phrases = (answer["completion"]?["values"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect(phrases.contains("prune trees"))
    for phrase in phrases {
      let verdict = try CommandTable.pure.run(
        "intent.explain", ["phrase": .string(phrase), "masque": "code gardener"], host().context())
      #expect(verdict["verdict"] == "allowed" && phrase.hasPrefix("p"))
    }
  }

  @Test func many() throws {
    let texts = Dictionary(
      uniqueKeysWithValues: (1...250).map { ("/work/personas/m\($0).masque.yaml", masque("M\($0)", index: $0)) })
    let answer = try result(
      "completion/complete", reference("masque://{name}", "name", "m"), "2025-11-25", host(MemoryFiles(texts: texts)))
    #expect(answer["completion"]?["values"]?.arrayValue?.count == 100)
    #expect(answer["completion"]?["total"] == 250 && answer["completion"]?["hasMore"] == true)
  }

  @Test(
    "Errors",
    arguments: [
      [:], ["ref": ["type": "ref/prompt", "name": "don-scribe"]],
      ["ref": ["type": "ref/prompt", "name": "nothing"], "argument": ["name": "intent", "value": ""]],
      ["ref": ["type": "ref/prompt", "name": "don-scribe"], "argument": ["name": "masque", "value": ""]],
      ["ref": ["type": "ref/prompt"], "argument": ["name": "intent", "value": ""]],
      ["ref": ["type": "ref/tool", "name": "don"], "argument": ["name": "intent", "value": ""]],
      ["ref": ["type": "ref/resource", "uri": "file:///{path}"], "argument": ["name": "path", "value": ""]],
      ["ref": ["type": "ref/resource", "uri": "masque://{name}"], "argument": ["name": "path", "value": ""]],
      ["ref": ["type": "ref/resource", "uri": "masque://{name}"], "argument": ["name": "name", "value": 1]],
      ["ref": "masque", "argument": ["name": "name", "value": ""]],
    ] as [JSONObject])
  func errors(_ params: JSONObject) throws {
    #expect(try error("completion/complete", params).code == -32602)
  }

  private func reference(_ uri: String, _ name: String, _ value: String) -> JSONObject {
    [
      "ref": ["type": "ref/resource", "uri": .string(uri)],
      "argument": ["name": .string(name), "value": .string(value)],
    ]
  }
}

@Suite struct PageTests {
  private let files = MemoryFiles(
    texts: Dictionary(
      uniqueKeysWithValues: (1...450).map { ("/work/personas/m\($0).masque.yaml", masque("M\($0)", index: $0)) }))

  @Test("Pages have everything once, in order", arguments: [("prompts", 450), ("resources", 900)])
  func pages(_ list: String, _ count: Int) throws {
    var items: [JSONValue] = []
    var cursor: JSONValue?
    var number = 0
    repeat {
      let page = try result("\(list)/list", cursor.map { ["cursor": $0] } ?? [:], "2025-11-25", host(files))
      items += page[list]?.arrayValue ?? []
      cursor = page["nextCursor"]
      number += 1
    } while cursor != nil && number < 10
    #expect(items.count == count)
    #expect(Set(items.compactMap { ($0["uri"] ?? $0["name"])?.stringValue }).count == count)
  }

  @Test("A list that changes between two pages loses nothing that stays")
  func changes() throws {
    let first = try result("prompts/list", [:], "2025-11-25", host(files))
    files["/work/personas/m1.masque.yaml"] = nil
    files["/work/personas/a.masque.yaml"] = .file(Array(masque("A", index: 999).utf8))
    let params: JSONObject = ["cursor": try #require(first["nextCursor"])]
    let second = try result("prompts/list", params, "2025-11-25", host(files))
    let names = [first, second].flatMap { $0["prompts"]?.arrayValue ?? [] }.compactMap { $0["name"]?.stringValue }
    #expect(names.count == 400 && Set(names).count == 400)
  }

  @Test("Bad cursors", arguments: ["", "x", "0", "zz", "00", "é", "746f6f6c730a78", "c3", "🎭", "70726f6d7074730a"])
  func badCursors(_ cursor: String) throws {
    for method in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
      #expect(try error(method, ["cursor": .string(cursor)]).code == -32602)
    }
    #expect(try error("tools/list", ["cursor": 1]).code == -32602)
    #expect(try result("tools/list", ["cursor": .null])["tools"] != nil)
  }

  @Test func aCursorBelongsToItsList() throws {
    let cursor = try #require(try result("prompts/list", [:], "2025-11-25", host(files))["nextCursor"])
    #expect(try error("resources/list", ["cursor": cursor], "2025-11-25", host(files)).code == -32602)
  }
}
