import Foundation
import JSON
import LanguageServerProtocol
import MasqueAnalysis
import SourceText
import Testing

@testable import MasqueServer

private let uri = "file:///masques/smith.masque.yaml"
private let document: JSONValue = ["uri": .string(uri)]

private func range(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> JSONValue {
  [
    "start": ["line": .integer(Int64(a)), "character": .integer(Int64(b))],
    "end": ["line": .integer(Int64(c)), "character": .integer(Int64(d))],
  ]
}

/// The text after edits, by the client's own means.
private func applied(_ edits: JSONValue?, to text: String) throws -> String {
  let lines = Document(uri: uri, version: 0, revision: 0, text: SourceText(text), encoding: .utf16)
  let list = try (edits?.arrayValue ?? []).map { try JSONValueDecoder().decode(LSP.TextEdit.self, from: $0) }
  let (result, dropped) = lines.text.applying(
    list.map { TextEdit(byteRange(of: $0.range, in: lines.text, lines.lines, .utf16), $0.newText) })
  #expect(dropped.isEmpty)
  return result[ByteRange(0, result.count)]
}

@Suite(patience) struct FormattingRequestTests {
  private static let options: JSONValue = ["tabSize": 8, "insertSpaces": false, "trimTrailingWhitespace": true]

  private static let untidy =
    "name:   \"😀\"   # 😀\nskills:\n-   uri: skill://a/b\n    level:  expert\n\n\nlens: |\n      One.  \n"
  private static let tidy =
    "name: \"😀\"   # 😀\nskills:\n  - uri: skill://a/b\n    level: expert\n\nlens: |\n  One.  \n"

  @Test func aDocument() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, Self.untidy)
    let params: JSONValue = ["textDocument": document, "options": Self.options]
    let edits = try await session.request("textDocument/formatting", params)?.get()
    #expect((edits?.arrayValue?.count ?? 0) > 3)
    let text = try applied(edits, to: Self.untidy)
    #expect(text == Self.tidy)
    session.change(uri, version: 2, [change(nil, text)])
    #expect(try await session.request("textDocument/formatting", params)?.get() == [])
    // Broken sections stay, whole ones are formatted.
    let broken = "ring:   a\nskills: [\nname:   b\n"
    session.change(uri, version: 3, [change(nil, broken)])
    let partly = try await session.request("textDocument/formatting", params)?.get()
    #expect(try applied(partly, to: broken) == "ring: a\nskills: [\nname: b\n")
    session.close(uri)
    #expect(code(await session.request("textDocument/formatting", params)) == -32602)
    #expect(await session.end() == 0)
  }

  @Test func lines() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, Self.untidy)
    let params: JSONValue = ["textDocument": document, "options": Self.options, "range": range(0, 8, 1, 0)]
    let edits = try await session.request("textDocument/rangeFormatting", params)?.get()
    #expect(try applied(edits, to: Self.untidy) == Self.untidy.replacing("name:   ", with: "name: "))
    #expect(await session.end() == 0)
  }

  @Test func typing() async throws {
    let session = try Session()
    try await session.initialize()
    let text = "intent:\n  allowed:\n    - \"😀 *\"\n\n"
    session.open(uri, text)
    func ask(_ line: Int, _ character: Int, _ typed: JSONValue) async throws -> JSONValue? {
      let params: JSONValue = [
        "textDocument": document, "options": Self.options, "ch": typed,
        "position": ["line": .integer(Int64(line)), "character": .integer(Int64(character))],
      ]
      return try await session.request("textDocument/onTypeFormatting", params)?.get()
    }
    let edits = try await ask(3, 0, "\n")
    #expect(edits == [["range": range(3, 0, 3, 0), "newText": "    - "]])
    #expect(try await ask(3, 0, "x") == [])
    #expect(try await ask(99, 99, "\n") == [])
    #expect(await session.end() == 0)
  }
}

@Suite(patience) struct EditingActionTests {
  private static func able(resolves: Bool = false) -> JSONValue {
    var action: JSONValue = ["codeActionLiteralSupport": ["codeActionKind": ["valueSet": []]], "disabledSupport": true]
    if resolves {
      action["dataSupport"] = true
      action["resolveSupport"] = ["properties": ["edit"]]
    }
    return ["textDocument": ["codeAction": action]]
  }

  private func ask(
    _ session: Session, _ range: JSONValue, only: [JSONValue]? = nil, trigger: Int64 = 1
  ) async throws -> [JSONValue] {
    var context: JSONValue = ["diagnostics": [], "triggerKind": .integer(trigger)]
    if let only { context["only"] = .array(only) }
    let params: JSONValue = ["textDocument": document, "range": range, "context": context]
    return try await session.request("textDocument/codeAction", params)?.get().arrayValue ?? []
  }

  private func edit(_ actions: [JSONValue], _ title: String) throws -> JSONValue? {
    try #require(actions.first { $0["title"] == .string(title) })["edit"]?["changes"]?[uri]
  }

  private static let text = """
    ring: playr
    name: Smith
    index: 1
    version: "1.0.0"
    lens: Think.
    intent:
      denied: [a, b]
      allowed: []

    """

  @Test func hiding() async throws {
    let session = try Session()
    try await session.initialize(Self.able())
    session.open(uri, Self.text)
    let actions = try await ask(session, range(0, 7, 0, 7), only: ["quickfix"])
    let hidden = try applied(try edit(actions, "Hide `schema-enum` on this line"), to: Self.text)
    #expect(hidden == "# masque-lint: disable-next-line schema-enum\n" + Self.text)
    session.change(uri, version: 2, [change(nil, hidden)])
    let after = await session.diagnostics(of: uri, version: 2)
    #expect(after?.diagnostics.contains { $0.code == .string("schema-enum") } == false)
    #expect(await session.end() == 0)
  }

  @Test func sorting() async throws {
    let session = try Session()
    try await session.initialize(Self.able())
    session.open(uri, Self.text)
    for kind in ["source", "source.sortKeys", "source.sortKeys.masque"] as [JSONValue] {
      let all = try await ask(session, range(0, 0, 0, 0), only: [kind])
      let sorted = try applied(try edit(all, "Sort the keys in canonical order"), to: Self.text)
      #expect(sorted.hasPrefix("name: Smith\nindex: 1\nversion: \"1.0.0\"\nring: playr\nintent:\n  allowed: []\n"))
    }
    let inner = try await ask(session, range(6, 4, 6, 4), only: ["refactor"])
    let sorted = try applied(try edit(inner, "Sort the keys of `intent` in canonical order"), to: Self.text)
    #expect(sorted.hasSuffix("intent:\n  allowed: []\n  denied: [a, b]\n") && sorted.hasPrefix("ring"))
    // Why it can't be done is said to those who ask for it.
    session.change(uri, version: 2, [change(nil, "ring: &a x\nname: *a\n")])
    let refused = try await ask(session, range(0, 0, 0, 0), only: ["source.sortKeys.masque"])
    #expect(refused.first?["disabled"]?["reason"]?.stringValue?.contains("anchor") == true)
    #expect(try await ask(session, range(0, 0, 0, 0)).allSatisfy { $0["disabled"] == nil })
    #expect(await session.end() == 0)
  }

  @Test func sectionsAndOtherWaysToWrite() async throws {
    let session = try Session()
    try await session.initialize(Self.able())
    session.open(uri, Self.text)
    let actions = try await ask(session, range(4, 0, 4, 0))
    let added = try applied(try edit(actions, "Add `access`"), to: Self.text)
    #expect(added.contains("access:\n  ttl: PT8H\n"))
    let rewritten = try await ask(session, range(4, 7, 4, 7), only: ["refactor.rewrite"])
    let block = try applied(try edit(rewritten, "Write the text as a `|` block"), to: Self.text)
    #expect(block.contains("lens: |-\n  Think.\n"))
    let list = try await ask(session, range(6, 12, 6, 12), only: ["refactor.rewrite"])
    let lines = try applied(try edit(list, "Write the list with a line for each item"), to: Self.text)
    #expect(lines.contains("  denied:\n    - a\n    - b\n"))
    // Unasked, at every move of the cursor, only fixes are offered.
    let unasked = try await ask(session, range(4, 0, 4, 0), trigger: 2)
    #expect(unasked.allSatisfy { $0["kind"] == "quickfix" })
    #expect(await session.end() == 0)
  }

  /// A finding can be explained where the server has the command for it.
  @Test func explaining() async throws {
    let session = try Session()
    let announced = try await session.initialize(Self.able()).capabilities.executeCommandProvider?.commands ?? []
    session.open(uri, Self.text)
    let actions = try await ask(session, range(0, 7, 0, 7), only: ["quickfix"])
    let explain = actions.first { $0["title"] == "Explain `schema-enum`" }
    #expect(announced.contains("masque.explainRule"))
    let command = try #require(explain?["command"])
    #expect(command["command"] == "masque.explainRule")
    #expect(command["arguments"] == [["code": "schema-enum", "show": true]])
    #expect(await session.end() == 0)
  }

  @Test func allOfOneCode() async throws {
    let session = try Session()
    try await session.initialize(Self.able(resolves: true))
    let text = "skills:\n  - {uri: skill://a/b, level: Expert}\n  - {uri: skill://a/c, level: Master}\nring: Guest\n"
    session.open(uri, text)
    let actions = try await ask(session, range(1, 34, 1, 34), only: ["quickfix"])
    let all = try #require(actions.first { $0["title"] == "Fix all 3 `schema-enum` that are safe to fix" })
    #expect(all["edit"] == nil)
    let resolved = try #require(try await session.request("codeAction/resolve", all)?.get())
    let fixed = try applied(resolved["edit"]?["changes"]?[uri], to: text)
    #expect(
      fixed
        == text.replacing("Expert", with: "expert").replacing("Master", with: "master").replacing(
          "Guest", with: "guest"))
    #expect(await session.end() == 0)
  }
}
