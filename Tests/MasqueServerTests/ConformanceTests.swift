import Foundation
import JSON
import JSONRPC
import LSPMetaModel
import LanguageServerProtocol
import MasqueWorkspace
import Testing

@testable import MasqueServer

private let uri = "file:///masques/personas/smith.masque.yaml"

private let text = """
  name: Smith 😀 # masque-lint: disable-line unknown-key
  index: 1
  version: "1.0"
  ring: playr
  intent:
    allowed: ["implement *", "impl*"]
    denied: ["* without tests"]
  skills:
    - uri: skill://craft/iron
      level: expert
  knowledge:
    - mcp://handbook/style
  mcp:
    servers:
      - name: handbook
        type: stdio
        command: serve
  attributes: {a: &x 1, b: *x}
  lens: |
    Work with care.

  """

/// Everything that the server says it can do is asked for, by clients that can do everything and by one that can do
/// nothing; `Session` holds each message to the official model.
@Suite(patience, .enabled(if: Session.model != nil, "set MASQUES_SUITES to the folder with lsp/metaModel-3.17.json"))
struct ConformanceTests {
  /// A request, and the member of the server's capabilities that promises it; a path, for a member of a member.
  struct Method: Sendable {
    var name: String
    var provider: String
    var params: JSONValue = [:]
    /// The request whose items it takes.
    var source: String?
  }

  private static let document: JSONValue = ["uri": .string(uri)]
  private static let range: JSONValue = [
    "start": ["line": 0, "character": 0], "end": ["line": 19, "character": 0],
  ]

  private static func place(_ more: JSONObject = [:]) -> JSONValue {
    var params: JSONObject = ["textDocument": document, "position": ["line": 3, "character": 7]]
    for (key, value) in more { params[key] = value }
    return .object(params)
  }

  /// Where something has a name that can be changed.
  private static func anchor(_ more: JSONObject = [:]) -> JSONValue {
    var params = more
    params["position"] = ["line": 17, "character": 17]
    return place(params)
  }

  private static func about(_ more: JSONObject = [:]) -> JSONValue {
    var params: JSONObject = ["textDocument": document]
    for (key, value) in more { params[key] = value }
    return .object(params)
  }

  private static let spaces: JSONValue = ["tabSize": 2, "insertSpaces": true]

  static let methods: [Method] = [
    Method(name: "textDocument/completion", provider: "completionProvider", params: place()),
    Method(
      name: "completionItem/resolve", provider: "completionProvider.resolveProvider",
      source: "textDocument/completion"),
    Method(name: "textDocument/hover", provider: "hoverProvider", params: place()),
    Method(name: "textDocument/declaration", provider: "declarationProvider", params: place()),
    Method(name: "textDocument/definition", provider: "definitionProvider", params: place()),
    Method(name: "textDocument/typeDefinition", provider: "typeDefinitionProvider", params: place()),
    Method(name: "textDocument/implementation", provider: "implementationProvider", params: place()),
    Method(
      name: "textDocument/references", provider: "referencesProvider",
      params: place(["context": ["includeDeclaration": true]])),
    Method(name: "textDocument/documentHighlight", provider: "documentHighlightProvider", params: place()),
    Method(name: "textDocument/documentSymbol", provider: "documentSymbolProvider", params: about()),
    Method(
      name: "textDocument/codeAction", provider: "codeActionProvider",
      params: about(["range": range, "context": ["diagnostics": []]])),
    Method(
      name: "codeAction/resolve", provider: "codeActionProvider.resolveProvider", source: "textDocument/codeAction"),
    Method(name: "textDocument/codeLens", provider: "codeLensProvider", params: about()),
    Method(name: "codeLens/resolve", provider: "codeLensProvider.resolveProvider", source: "textDocument/codeLens"),
    Method(name: "textDocument/documentLink", provider: "documentLinkProvider", params: about()),
    Method(
      name: "documentLink/resolve", provider: "documentLinkProvider.resolveProvider",
      source: "textDocument/documentLink"),
    Method(name: "textDocument/documentColor", provider: "colorProvider", params: about()),
    Method(
      name: "textDocument/formatting", provider: "documentFormattingProvider", params: about(["options": spaces])),
    Method(
      name: "textDocument/rangeFormatting", provider: "documentRangeFormattingProvider",
      params: about(["range": range, "options": spaces])),
    Method(
      name: "textDocument/onTypeFormatting", provider: "documentOnTypeFormattingProvider",
      params: place(["ch": "\n", "options": spaces])),
    Method(name: "textDocument/rename", provider: "renameProvider", params: anchor(["newName": "y"])),
    Method(name: "textDocument/prepareRename", provider: "renameProvider.prepareProvider", params: anchor()),
    Method(name: "textDocument/foldingRange", provider: "foldingRangeProvider", params: about()),
    Method(
      name: "textDocument/selectionRange", provider: "selectionRangeProvider",
      params: about(["positions": [["line": 3, "character": 7]]])),
    Method(name: "textDocument/linkedEditingRange", provider: "linkedEditingRangeProvider", params: place()),
    Method(name: "textDocument/signatureHelp", provider: "signatureHelpProvider", params: place()),
    Method(name: "textDocument/moniker", provider: "monikerProvider", params: place()),
    Method(name: "textDocument/prepareCallHierarchy", provider: "callHierarchyProvider", params: place()),
    Method(name: "textDocument/prepareTypeHierarchy", provider: "typeHierarchyProvider", params: place()),
    Method(
      name: "textDocument/semanticTokens/full", provider: "semanticTokensProvider.full", params: about()),
    Method(
      name: "textDocument/semanticTokens/range", provider: "semanticTokensProvider.range",
      params: about(["range": range])),
    Method(
      name: "textDocument/semanticTokens/full/delta", provider: "semanticTokensProvider.full.delta",
      params: about(["previousResultId": "none"])),
    Method(name: "textDocument/inlayHint", provider: "inlayHintProvider", params: about(["range": range])),
    Method(
      name: "inlayHint/resolve", provider: "inlayHintProvider.resolveProvider", source: "textDocument/inlayHint"),
    Method(
      name: "textDocument/inlineValue", provider: "inlineValueProvider",
      params: about(["range": range, "context": ["frameId": 1, "stoppedLocation": range]])),
    Method(name: "textDocument/diagnostic", provider: "diagnosticProvider", params: about()),
    Method(
      name: "workspace/diagnostic", provider: "diagnosticProvider.workspaceDiagnostics",
      params: ["previousResultIds": []]),
    Method(name: "workspace/symbol", provider: "workspaceSymbolProvider", params: ["query": "smith"]),
    Method(
      name: "workspaceSymbol/resolve", provider: "workspaceSymbolProvider.resolveProvider",
      source: "workspace/symbol"),
  ]

  /// Members of the server's capabilities that promise no request, or one that has tests of its own.
  private static let others: Set = [
    "positionEncoding", "textDocumentSync", "workspace", "executeCommandProvider", "experimental",
  ]

  /// What a client can do: all that the model knows of, in several forms, and nothing at all.
  private static func capabilities(_ form: Int) throws -> JSONValue {
    guard form >= 0 else { return [:] }
    return try #require(Session.model).sample(of: "ClientCapabilities", isFull: true, choice: form)
  }

  private func member(_ capabilities: JSONValue, _ path: String) -> JSONValue? {
    var value: JSONValue? = capabilities
    for name in path.split(separator: ".") { value = value?[String(name)] }
    return value == .bool(false) ? nil : value
  }

  /// Asks, answering whatever the server asks meanwhile.
  private func ask(_ session: Session, _ method: String, _ params: JSONValue) async -> Result<JSONValue, ResponseError>?
  {
    let id = session.post(method, params)
    while let message = await session.next() {
      switch message {
      case .response(let response) where response.id == id: return response.outcome
      case .request(let request):
        let items = request.params?["items"]?.arrayValue
        let answer: JSONValue = items.map { .array($0.map { _ in .null }) } ?? .null
        session.send(.response(ResponseMessage(id: request.id, .success(answer))))
      default: break
      }
    }
    return nil
  }

  @Test(arguments: [-1, 0, 1, 2, 3])
  func whatIsPromisedIsKept(_ form: Int) async throws {
    let session = try Session()
    let params: JSONValue = [
      "processId": nil, "rootUri": nil, "capabilities": try Self.capabilities(form), "clientInfo": ["name": "any"],
    ]
    let result = try #require(try await ask(session, "initialize", params)?.get())
    let capabilities = try #require(result["capabilities"])
    session.notify("initialized", [:])
    session.open(uri, text)
    let known = Set(Self.methods.map { String($0.provider.prefix { $0 != "." }) }).union(Self.others)
    for key in capabilities.objectValue?.keys ?? [] { #expect(known.contains(key), "\(key) is in no test") }

    var results: [String: JSONValue] = [:]
    for method in Self.methods where member(capabilities, method.provider) != nil {
      if let source = method.source {
        for item in items(of: results[source]).prefix(50) {
          let outcome = await ask(session, method.name, item)
          #expect(throws: Never.self, "\(method.name) of \(item)") { try outcome?.get() }
        }
        continue
      }
      let outcome = await ask(session, method.name, method.params)
      #expect(throws: Never.self, "\(method.name)") { results[method.name] = try outcome?.get() }
      // A document that is not open, parameters of another shape, none at all: answered by an error or by nothing.
      let gone = JSONValue.string("file:///gone.masque.yaml")
      var elsewhere = method.params
      if elsewhere["textDocument"] != nil {
        elsewhere["textDocument"] = ["uri": gone]
        let code = code(await ask(session, method.name, elsewhere))
        #expect([-32602, -32803, nil].contains(code), "\(method.name) of a document that is not open: \(code ?? 0)")
        for wrong in [[:], [1], ["textDocument": 1]] as [JSONValue] {
          let code = MasqueServerTests.code(await ask(session, method.name, wrong))
          #expect(code == -32602, "\(method.name) with \(wrong)")
        }
      }
    }
    // The session goes on.
    #expect(await ask(session, "textDocument/hover", Self.place()) != nil)
    #expect(try await ask(session, "shutdown", .null)?.get() == .null)
    session.notify("exit")
    await session.rest()
    #expect(await session.exitCode() == 0)
  }

  private func items(of result: JSONValue?) -> [JSONValue] { result?["items"]?.arrayValue ?? result?.arrayValue ?? [] }

  /// Every request of the protocol, at the wrong time and at the right one.
  @Test func everyRequestHasItsAnswerInEveryState() async throws {
    let requests = try #require(Session.model).requests(from: .client).filter { $0 != "initialize" && $0 != "shutdown" }
    #expect(requests.count > 50)
    let session = try Session()
    for method in requests { #expect(code(await ask(session, method, [:])) == -32002, "\(method)") }
    let capabilities = try Self.capabilities(0)
    let params: JSONValue = ["processId": nil, "rootUri": nil, "capabilities": capabilities]
    let announced = try #require(try await ask(session, "initialize", params)?.get()["capabilities"])
    session.notify("initialized", [:])
    for method in requests {
      let provider = Self.methods.first { $0.name == method }?.provider
      // A way that is offered to some clients only may be open to all.
      if let provider, announced[String(provider.prefix { $0 != "." })] != nil { continue }
      if method.hasPrefix("workspace/"), announced["workspace"] != nil { continue }
      if method == "workspace/executeCommand", announced["executeCommandProvider"] != nil { continue }
      if method == "codeAction/resolve" { continue }
      #expect(code(await ask(session, method, [:])) == -32601, "\(method) is answered, and nobody was told of it")
    }
    _ = await ask(session, "shutdown", .null)
    for method in requests { #expect(code(await ask(session, method, [:])) == -32600, "\(method)") }
    session.notify("exit")
    await session.rest()
    #expect(await session.exitCode() == 0)
  }
}
