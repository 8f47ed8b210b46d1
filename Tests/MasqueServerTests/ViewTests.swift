import Foundation
import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import MasqueWorkspace
import SeededRandom
import SourceText
import Testing

@testable import MasqueServer

private let uri = "file:///masques/smith.masque.yaml"
private let document: JSONValue = ["uri": .string(uri)]

private func span(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64) -> JSONValue {
  [
    "start": ["line": .integer(a), "character": .integer(b)], "end": ["line": .integer(c), "character": .integer(d)],
  ]
}

/// A client that knows all types of the protocol.
private func client(
  encodings: [String] = [], delta: Bool = true, multiline: Bool = false, types: [String]? = nil
) -> JSONValue {
  let all = [
    "namespace", "type", "class", "enum", "interface", "struct", "typeParameter", "parameter", "variable", "property",
    "enumMember", "event", "function", "method", "macro", "keyword", "modifier", "comment", "string", "number",
    "regexp",
    "operator",
  ]
  return [
    "general": ["positionEncodings": .array(encodings.map { .string($0) })],
    "textDocument": [
      "semanticTokens": [
        "requests": ["full": ["delta": .bool(delta)], "range": true], "multilineTokenSupport": .bool(multiline),
        "tokenTypes": .array((types ?? all).map { .string($0) }), "tokenModifiers": ["declaration"],
        "formats": ["relative"],
      ],
      "inlayHint": ["resolveSupport": ["properties": ["tooltip"]]], "hover": ["contentFormat": ["markdown"]],
    ],
  ]
}

/// Tokens as `line:column+length type`.
private func spelled(_ data: [UInt32], _ legend: LSP.SemanticTokensLegend?) -> [String] {
  var line: UInt32 = 0
  var column: UInt32 = 0
  return stride(from: 0, to: data.count, by: 5).map { index in
    line += data[index]
    column = data[index] == 0 ? column + data[index + 1] : data[index + 1]
    let type = Int(data[index + 3])
    let name = legend.map { $0.tokenTypes.indices.contains(type) ? $0.tokenTypes[type] : "?" } ?? "?"
    return "\(line):\(column)+\(data[index + 2]) \(name)\(data[index + 4] == 0 ? "" : "!")"
  }
}

private func numbers(_ value: JSONValue?) -> [UInt32] {
  value?["data"]?.arrayValue?.compactMap { $0.integerValue.flatMap(UInt32.init(exactly:)) } ?? []
}

@Suite(patience) struct SemanticTokensRequestTests {
  private let text = "name: \"漢😀\" # é\nlens: |\n  😀 a\n\n   b  \nring: guest\n"

  @Test(arguments: [
    ("utf-8", ["0:0+4 namespace", "0:6+9 class!", "0:16+4 comment"], "2:2+6 string"),
    ("utf-16", ["0:0+4 namespace", "0:6+5 class!", "0:12+3 comment"], "2:2+4 string"),
    ("utf-32", ["0:0+4 namespace", "0:6+4 class!", "0:11+3 comment"], "2:2+3 string"),
  ])
  func columnsAreTheClients(_ encoding: String, _ first: [String], _ emoji: String) async throws {
    let session = try Session()
    let legend = try await session.initialize(client(encodings: [encoding])).capabilities.semanticTokensProvider?.legend
    session.open(uri, text)
    let result = try await session.request("textDocument/semanticTokens/full", ["textDocument": document])?.get()
    #expect(
      spelled(numbers(result), legend) == first + [
        "1:0+4 namespace", "1:6+1 operator", emoji, "4:3+1 string", "5:0+4 namespace", "5:6+5 enumMember",
      ])
    #expect(await session.end() == 0)
  }

  @Test func wholeTokensWhereTheClientTakesThem() async throws {
    let session = try Session()
    let legend = try await session.initialize(client(multiline: true)).capabilities.semanticTokensProvider?.legend
    session.open(uri, text)
    let result = try await session.request("textDocument/semanticTokens/full", ["textDocument": document])?.get()
    // Line breaks count, too.
    let tokens = spelled(numbers(result), legend)
    #expect(tokens.contains { $0.hasPrefix("2:2+") && $0.hasSuffix(" string") }, "\(tokens)")
    #expect(tokens.count == 8)
    #expect(await session.end() == 0)
  }

  @Test func onlyTypesThatTheClientHas() async throws {
    let session = try Session()
    let provider = try await session.initialize(client(delta: false, types: ["property", "keyword", "own"]))
      .capabilities.semanticTokensProvider
    #expect(provider?.legend.tokenTypes == ["property", "keyword"])
    #expect(provider?.full?.delta == false && provider?.range == true)
    session.open(uri, text)
    let result = try await session.request("textDocument/semanticTokens/full", ["textDocument": document])?.get()
    #expect(
      spelled(numbers(result), provider?.legend)
        == ["0:0+4 property", "1:0+4 property", "5:0+4 property", "5:6+5 keyword"])
    #expect(result?["resultId"] == nil)
    #expect(await session.end() == 0)
  }

  @Test func aClientWithoutTokens() async throws {
    let session = try Session()
    #expect(try await session.initialize().capabilities.semanticTokensProvider == nil)
    session.open(uri, text)
    #expect(
      try await session.request("textDocument/semanticTokens/full", ["textDocument": document])?.get() == .null)
    #expect(await session.end() == 0)
  }

  /// What has changed, applied to what the client has, is everything; whatever versions the client skips.
  @Test(arguments: 0..<4)
  func changesGiveTheWhole(_ seed: Int) async throws {
    var random = SplitMix64(seed: UInt64(seed))
    let session = try Session()
    try await session.initialize(client(encodings: [["utf-8", "utf-16", "utf-32"][seed % 3]]))
    var lines = ["name: Smith", "ring: guest", "lens: |", "  Think 😀.", "intent:", "  allowed: [\"fix *\"]", ""]
    session.open(uri, lines.joined(separator: "\n"))
    var known: [(id: String, data: [UInt32])] = []
    for version in 2..<60 {
      let line = Int.random(in: 0..<lines.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: lines.insert("  - {uri: skill://a/b, level: expert}", at: line)
      case 1 where lines.count > 3: lines.remove(at: line)
      case 2: lines[line] += " # note"
      default:
        lines[line] =
          ["name: \"😀\"", "lens: |", "skills:", "  x: [1, \"{a,b} *\"]"].randomElement(using: &random) ?? ""
      }
      session.change(uri, version: version, [change(nil, lines.joined(separator: "\n"))])
      if Int.random(in: 0..<3, using: &random) == 0 { continue }
      guard let before = known.randomElement(using: &random), Int.random(in: 0..<8, using: &random) > 0 else {
        let result = try await session.request("textDocument/semanticTokens/full", ["textDocument": document])?.get()
        known.append((result?["resultId"]?.stringValue ?? "", numbers(result)))
        continue
      }
      let result = try await session.request(
        "textDocument/semanticTokens/full/delta",
        ["textDocument": document, "previousResultId": .string(before.id)])?.get()
      var data = before.data
      if let edits = result?["edits"]?.arrayValue {
        for edit in edits.reversed() {
          let start = Int(edit["start"]?.integerValue ?? -1)
          let end = start + Int(edit["deleteCount"]?.integerValue ?? -1)
          #expect(start % 5 == 0 && end % 5 == 0)
          data.replaceSubrange(start..<end, with: numbers(edit))
        }
      } else {
        data = numbers(result)
      }
      let all = try await session.request("textDocument/semanticTokens/full", ["textDocument": document])?.get()
      #expect(data == numbers(all))
      known.append((result?["resultId"]?.stringValue ?? "", data))
      #expect(result?["resultId"] == all?["resultId"])
    }
    // Nothing has changed: nothing comes.
    let last = try #require(known.last)
    session.close(uri)
    session.open(uri, lines.joined(separator: "\n"))
    let fresh = try await session.request(
      "textDocument/semanticTokens/full/delta", ["textDocument": document, "previousResultId": .string(last.id)])?.get()
    #expect(fresh?["data"] != nil && fresh?["edits"] == nil)
    let same = try await session.request(
      "textDocument/semanticTokens/full/delta",
      ["textDocument": document, "previousResultId": fresh?["resultId"] ?? ""])?.get()
    #expect(same?["edits"] == [] && same?["resultId"] == fresh?["resultId"])
    #expect(await session.end() == 0)
  }

  @Test func aStretchIsASliceOfTheWhole() async throws {
    let session = try Session()
    let legend = try await session.initialize(client()).capabilities.semanticTokensProvider?.legend
    session.open(uri, text)
    let full = spelled(
      numbers(try await session.request("textDocument/semanticTokens/full", ["textDocument": document])?.get()), legend)
    for first in Int64(0)..<6 {
      for last in first..<7 {
        let result = try await session.request(
          "textDocument/semanticTokens/range", ["textDocument": document, "range": span(first, 0, last, 0)])?.get()
        let expected = full.filter { token in
          let line = Int64(token.prefix { $0 != ":" }) ?? -1
          return line >= first && line < last
        }
        #expect(spelled(numbers(result), legend) == expected)
        #expect(result?["resultId"] == nil)
      }
    }
    #expect(await session.end() == 0)
  }

  private static let personas: [(name: String, text: [UInt8])] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("personas")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".masque.yaml") }.sorted().compactMap { name in
      (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, Array($0)) }
    }
  }()

  /// Wherever a masque is cut off: tokens that ascend, lie apart and fit their lines, in every unit of columns.
  @Test(arguments: personas.indices)
  func everyPersonaAtEveryLength(_ index: Int) throws {
    let (name, text) = Self.personas[index]
    let capabilities = [client(), client(multiline: true)].map { LSP.ClientCapabilities($0) }
    let styles = try capabilities.map { try #require(SemanticTokensStyle($0)) }
    for length in stride(from: text.count - index % 13, through: 0, by: -13) {
      let source = SourceText(Array(text[..<length]))
      for encoding in PositionEncoding.allCases {
        let document = Document(uri: uri, version: 1, revision: 1, text: source, encoding: encoding)
        for style in styles {
          let numbers = tokenNumbers(of: document, in: nil, style)
          #expect(numbers.count % 5 == 0)
          var line = 0
          var column = 0
          var end = 0
          for index in stride(from: 0, to: numbers.count, by: 5) {
            let lines = Int(numbers[index])
            line += lines
            column = lines == 0 ? column + Int(numbers[index + 1]) : Int(numbers[index + 1])
            if lines > 0 { end = 0 }
            let start = document.offset(of: LSP.Position(line: line, character: column))
            #expect(document.position(of: start) == LSP.Position(line: line, character: column), "\(name) \(length)")
            #expect(column >= end && numbers[index + 2] > 0, "\(name) \(length)")
            end = column + Int(numbers[index + 2])
            let stop = document.offset(of: LSP.Position(line: line, character: end))
            if !style.takesLineBreaks {
              #expect(document.position(of: stop) == LSP.Position(line: line, character: end), "\(name) \(length)")
            }
          }
        }
      }
    }
  }

  @Test func editsOfNumbers() {
    func applied(_ old: [UInt32], _ new: [UInt32]) -> [UInt32] {
      var result = old
      for edit in tokenEdits(from: old, to: new) {
        result.replaceSubrange(edit.start..<(edit.start + edit.deleteCount), with: edit.data ?? [])
      }
      return result
    }
    let tokens: [[UInt32]] = [[0, 1, 2, 3, 4], [1, 1, 2, 3, 4], [0, 0, 0, 0, 0], [0, 1, 2, 3, 5]]
    var lists: [[UInt32]] = [[]]
    for _ in 0..<3 { lists += lists.flatMap { list in tokens.map { list + $0 } } }
    for old in lists.prefix(90) { for new in lists { #expect(applied(old, new) == new) } }
    #expect(tokenEdits(from: tokens[0], to: tokens[0]).isEmpty)
  }
}

@Suite(patience) struct HintAndLensRequestTests {
  private let text = "name: Smith\nring: guest\nintent:\n  allowed: [\"fix *\"]\n  denied: [\"fix *now\"]\n"

  @Test func hintsWithTheirTooltipsOnDemand() async throws {
    let session = try Session()
    let provider = try await session.initialize(client()).capabilities.inlayHintProvider
    #expect(provider?.resolveProvider == true)
    session.open(uri, text)
    let params: JSONValue = ["textDocument": document, "range": span(0, 0, 5, 0)]
    let hints = try #require(try await session.request("textDocument/inlayHint", params)?.get().arrayValue)
    #expect(hints.map { $0["label"] } == ["here for a limited time and purpose", "carves out 1 exception"])
    #expect(hints.first?["position"] == ["line": 1, "character": 11] && hints.first?["paddingLeft"] == true)
    #expect(hints.allSatisfy { $0["tooltip"] == nil })
    let resolved = try await session.request("inlayHint/resolve", hints.last)?.get()
    #expect(resolved?["tooltip"]?["value"]?.stringValue?.contains("- `fix *now`") == true)
    #expect(resolved?["label"] == "carves out 1 exception")
    // Above everything there is nothing; and what has changed since is not explained.
    let none = try await session.request(
      "textDocument/inlayHint", ["textDocument": document, "range": span(0, 0, 0, 3)])?.get()
    #expect(none == [])
    session.change(uri, version: 2, [change((0, 0, 0, 0), "# x\n")])
    #expect(code(await session.request("inlayHint/resolve", hints.last)) == -32801)
    #expect(await session.end() == 0)
  }

  @Test func hintsWithTheirTooltipsAtOnce() async throws {
    let session = try Session()
    #expect(try await session.initialize().capabilities.inlayHintProvider?.resolveProvider == false)
    session.open(uri, text)
    let params: JSONValue = ["textDocument": document, "range": span(0, 0, 5, 0)]
    let hints = try #require(try await session.request("textDocument/inlayHint", params)?.get().arrayValue)
    #expect(hints.count == 2 && hints.allSatisfy { $0["tooltip"]?.stringValue != nil && $0["data"] == nil })
    #expect(await session.end() == 0)
  }

  /// The state that a request sees, with these commands announced.
  private func context(_ text: String, _ commands: [String]) -> RequestContext {
    let client = ClientProfile(LSP.InitializeParams(processId: nil, rootUri: nil, capabilities: .init()))
    var documents = OpenDocuments()
    documents[uri] = Document(uri: uri, version: 1, revision: 1, text: SourceText(text), encoding: client.encoding)
    let environment = ServerEnvironment()
    return RequestContext(
      client: client, documents: documents, workspace: WorkspaceIndex(MemoryFiles()), folders: [],
      connection: ClientConnection(Inbox(), Log(standardError: nil)), tokens: SemanticTokensMemory(),
      commands: commands, commandHost: CommandHost(files: MemoryFiles(), environment: environment),
      sibling: Sibling(MemoryFiles(), environment, Log(standardError: nil)), previews: PreviewWatch())
  }

  private let params = LSP.CodeLensParams(textDocument: LSP.TextDocumentIdentifier(uri: uri))

  @Test func lensesAreThoseOfTheCommands() throws {
    #expect(try codeLens(params, context(text, [])) == [])
    let lenses = try #require(
      try codeLens(params, context("# x\n" + text, ["masque.intent.explain", "masque.preview", "masque.list"])))
    let line = LSP.Range(start: LSP.Position(line: 1, character: 0), end: LSP.Position(line: 1, character: 4))
    #expect(lenses.map(\.range) == [line, line])
    #expect(lenses.map { $0.command?.title } == ["Preview", nil])
    #expect(lenses.first?.command?.arguments == [["uri": .string(uri), "show": true]])
    let all = ["masque.don", "masque.doff", "masque.performance", "masque.preview", "masque.intent.explain"]
    #expect(
      try codeLens(params, context(text, all.reversed()))?.map { $0.command?.command }
        == ["masque.don", "masque.performance", "masque.preview", nil])
    let scored = try codeLens(params, context(text + "performance: {score: '+'}\n", ["masque.performance"]))
    #expect(scored?.first?.command?.title == "Score (last: +)")
    #expect(scored?.first?.command?.arguments == [["masque": .string(uri), "show": true]])
    // The latest evaluation counts more than what the masque says of itself, wherever it stands.
    for (history, last) in [
      ("[]", "+"), ("[{date: '2026-01-01T00:00:00Z', score: '*'}]", "*"),
      ("[{date: '2026-02-01T00:00:00Z', score: e}, {date: '2026-01-01T00:00:00Z', score: '*'}]", "e"),
      ("[{date: '2026-02-01T00:00:00Z', score: e}, {date: '2026-02-01T01:00:00+02:00', score: '*'}]", "e"),
      ("[{date: '2026-02-01T00:00:00Z', score: e}, {date: soon, score: '*'}, {score: {}}, x]", "e"),
      ("[{score: e}, {score: '-'}]", "-"), ("{}", "+"), ("[*a]", "+"),
    ] {
      let text = text + "performance: {score: '+', history: \(history)}\n"
      #expect(
        try codeLens(params, context(text, ["masque.performance"]))?.first?.command?.title == "Score (last: \(last))",
        "\(history)")
    }
    // Without a name there is no place, without an intent nothing to ask it.
    #expect(try codeLens(params, context("ring: guest\n", all)) == [])
    #expect(try codeLens(params, context("name: x\n", all))?.count == 3)
  }

  @Test(arguments: [
    ("", "Check an intent…"),
    ("# masque-lint: expect allowed \"sing\"\n", "Check an intent… (1 expectation fails)"),
    (
      "# masque-lint: expect allowed \"sing\"\n# masque-lint: expect denied \"fix it\"\n",
      "Check an intent… (2 expectations fail)"
    ),
  ])
  func theLensOfTheIntentSaysHowItStands(_ comments: String, _ title: String) throws {
    let context = context(comments + text, ["masque.intent.explain"])
    let lens = try #require(try codeLens(params, context)?.first)
    #expect(lensedDocument(lens) == uri)
    let resolved = try codeLensResolve(lens, context)
    #expect(resolved.command?.title == title && resolved.command?.command == "masque.intent.explain")
    // What is resolved stays as it is.
    #expect(try codeLensResolve(resolved, context) == resolved)
  }
}
