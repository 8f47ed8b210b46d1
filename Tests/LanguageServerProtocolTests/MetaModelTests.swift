import JSON
import LSPMetaModel
import Testing

/// The official model; tests that need it are skipped without it.
let model = MetaModel.official()

/// Why a test is skipped.
let noModel: Comment = "set MASQUES_SUITES to the folder with lsp/metaModel-3.17.json"

@Suite(.enabled(if: model != nil, noModel)) struct MetaModelTests {
  @Test(
    arguments: [
      ("Position", ["line": 1, "character": 0], []),
      (
        "Position", ["line": -1, "character": 0], ["line: expected an integer from 0 to 2147483647, found a number -1"]
      ),
      ("Position", ["line": 1.0, "character": 0], ["line: expected an integer, found a number 1.0"]),
      ("Position", ["line": 1], ["the member character is missing"]),
      ("Position", ["line": 1, "character": 0, "x": 1], ["x: unknown member"]),
      ("Position", [1, 0], ["expected an object, found an array"]),
      (
        "Location", ["uri": "file:///a", "range": ["start": 1]],
        [
          "range: the member end is missing", "range.start: expected an object, found a number",
        ]
      ),
      ("DocumentUri", "x", ["the model has no type DocumentUri"]),
      ("TextDocumentIdentifier", ["uri": "no uri"], ["uri: expected a URI, found a string \"no uri\""]),
      // Members of what a structure extends and mixes in.
      ("HoverParams", ["position": ["line": 0, "character": 0]], ["the member textDocument is missing"]),
      (
        "HoverParams",
        [
          "textDocument": ["uri": "a:"], "position": ["line": 0, "character": 0], "workDoneToken": [],
        ], ["workDoneToken: expected an integer, found an array []"]
      ),
      // Enumerations: closed, and open.
      ("MessageType", 9, ["9 is no MessageType"]),
      ("CodeActionKind", "my.own", []),
      ("CodeActionKind", 1, ["expected a string, found a number 1"]),
      // Unions name the branch that fits best.
      (
        "CompletionItem", ["label": "x", "textEdit": ["newText": "y", "insert": 1]],
        [
          "textEdit: the member replace is missing", "textEdit.insert: expected an object, found a number",
        ]
      ),
      ("Hover", ["contents": ["kind": "html", "value": ""]], ["contents.kind: \"html\" is no MarkupKind"]),
      ("Hover", ["contents": "text", "range": nil], ["range: expected an object, found null"]),
      ("WorkspaceEdit", ["changes": ["x": []]], ["changes.x: expected a URI, found a string \"x\""]),
      ("ParameterInformation", ["label": [1, 2]], []),
      ("ParameterInformation", ["label": [1, 2, 3]], ["label: expected a string, found an array [1, 2, 3]"]),
      ("CreateFile", ["kind": "make", "uri": "a:b"], ["kind: expected the string \"create\", found a string"]),
    ] as [(String, JSONValue, [String])])
  func findsWhatIsWrong(type: String, value: JSONValue, expected: [String]) throws {
    let found = try #require(model).problems(in: value, as: type).map(\.description)
    #expect(found.sorted() == expected.sorted())
  }

  @Test(
    arguments: [
      (["jsonrpc": "2.0", "id": 1, "method": "shutdown"], .client, []),
      (["jsonrpc": "2.0", "id": 1, "method": "shutdown"], .server, ["method: shutdown goes the other way"]),
      (["jsonrpc": "2.0", "method": "shutdown"], .client, ["id: missing"]),
      (["jsonrpc": "2.0", "id": 1, "method": "exit"], .client, ["id: a notification has none"]),
      (["jsonrpc": "2.0", "method": "no/such"], .client, ["method: there is no method no/such"]),
      (["jsonrpc": "2.0", "method": "$/progress", "params": ["token": 1, "value": 2]], .server, []),
      (["method": "exit"], .client, ["jsonrpc: must be \"2.0\""]),
      (["jsonrpc": "2.0", "id": nil, "error": ["code": -32700, "message": "x"]], .server, []),
      (
        ["jsonrpc": "2.0", "id": 1, "error": ["code": "x"]], .server,
        [
          "error.code: must be an integer", "error.message: must be a string",
        ]
      ),
      (["jsonrpc": "2.0", "id": 1], .server, [": a response has either a result or an error"]),
      (
        [
          "jsonrpc": "2.0", "id": 1, "method": "client/registerCapability",
          "params": [
            "registrations": [
              ["id": "a", "method": "workspace/didChangeWatchedFiles", "registerOptions": ["watchers": 1]],
              ["id": "b", "method": "textDocument/nothing"],
            ]
          ],
        ], .server,
        [
          "params.registrations[0].registerOptions.watchers: expected an array, found a number",
          "params.registrations[1].method: there is no method textDocument/nothing",
        ]
      ),
    ] as [(JSONValue, MetaModel.Sender, [String])])
  func checksMessages(message: JSONValue, sender: MetaModel.Sender, expected: [String]) throws {
    let found = try #require(model).problems(inMessage: message, from: sender).map(\.description)
    #expect(found == expected.map { $0.hasPrefix(": ") ? String($0.dropFirst(2)) : $0 })
  }

  @Test func checksResults() throws {
    let model = try #require(model)
    let response: JSONValue = ["jsonrpc": "2.0", "id": 1, "result": ["contents": 1]]
    #expect(!model.problems(inMessage: response, from: .server, answering: "textDocument/hover").isEmpty)
    #expect(model.problems(in: .null, asResultOf: "textDocument/hover").isEmpty)
    #expect(!model.problems(in: .null, asResultOf: "initialize").isEmpty)
  }
}
