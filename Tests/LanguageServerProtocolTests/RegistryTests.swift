import JSON
import JSONRPC
import LSPMetaModel
import LanguageServerProtocol
import Testing

/// Every request and notification of the registry.
private let requests: [any LSPRequest.Type] = [
  LSP.InitializeRequest.self, LSP.ShutdownRequest.self, LSP.WillSaveWaitUntilRequest.self,
  LSP.DocumentDiagnosticRequest.self, LSP.WorkspaceDiagnosticRequest.self, LSP.DiagnosticRefreshRequest.self,
  LSP.CompletionRequest.self, LSP.CompletionItemResolveRequest.self, LSP.HoverRequest.self,
  LSP.CodeActionRequest.self, LSP.CodeActionResolveRequest.self, LSP.CodeLensRequest.self,
  LSP.CodeLensResolveRequest.self, LSP.CodeLensRefreshRequest.self, LSP.InlayHintRequest.self,
  LSP.InlayHintResolveRequest.self, LSP.InlayHintRefreshRequest.self, LSP.DocumentSymbolRequest.self,
  LSP.WorkspaceSymbolRequest.self, LSP.WorkspaceSymbolResolveRequest.self, LSP.FoldingRangeRequest.self,
  LSP.SelectionRangeRequest.self, LSP.DocumentHighlightRequest.self, LSP.SemanticTokensRequest.self,
  LSP.SemanticTokensDeltaRequest.self, LSP.SemanticTokensRangeRequest.self, LSP.SemanticTokensRefreshRequest.self,
  LSP.DefinitionRequest.self, LSP.ReferencesRequest.self, LSP.RenameRequest.self, LSP.PrepareRenameRequest.self,
  LSP.DocumentLinkRequest.self, LSP.DocumentLinkResolveRequest.self, LSP.DocumentFormattingRequest.self,
  LSP.DocumentRangeFormattingRequest.self, LSP.DocumentOnTypeFormattingRequest.self, LSP.ExecuteCommandRequest.self,
  LSP.ApplyWorkspaceEditRequest.self, LSP.ShowMessageRequest.self, LSP.ShowDocumentRequest.self,
  LSP.WorkDoneProgressCreateRequest.self, LSP.RegisterCapabilityRequest.self, LSP.UnregisterCapabilityRequest.self,
  LSP.ConfigurationRequest.self, LSP.WorkspaceFoldersRequest.self, LSP.TextDocumentContentRequest.self,
  LSP.TextDocumentContentRefreshRequest.self,
]

private let notifications: [any LSPNotification.Type] = [
  LSP.InitializedNotification.self, LSP.ExitNotification.self, LSP.SetTraceNotification.self,
  LSP.LogTraceNotification.self, LSP.CancelRequestNotification.self, LSP.DidOpenTextDocumentNotification.self,
  LSP.DidChangeTextDocumentNotification.self, LSP.DidSaveTextDocumentNotification.self,
  LSP.DidCloseTextDocumentNotification.self, LSP.WillSaveTextDocumentNotification.self,
  LSP.PublishDiagnosticsNotification.self, LSP.ShowMessageNotification.self, LSP.LogMessageNotification.self,
  LSP.WorkDoneProgressCancelNotification.self, LSP.ProgressNotification.self, LSP.TelemetryNotification.self,
  LSP.DidChangeConfigurationNotification.self, LSP.DidChangeWatchedFilesNotification.self,
  LSP.DidChangeWorkspaceFoldersNotification.self,
]

@Suite struct RegistryTests {
  @Test(.enabled(if: model != nil, noModel)) func methodsAndParametersAreTheModels() throws {
    let model = try #require(model)
    func name(_ type: any Any.Type) -> String? { type == LSP.NoParams.self ? nil : "\(type)" }
    func params<R: LSPRequest>(_ request: R.Type) -> String? { name(R.Params.self) }
    func params<N: LSPNotification>(_ notification: N.Type) -> String? { name(N.Params.self) }
    for request in requests {
      #expect(model.isRequest(request.method) == true, "\(request)")
      #expect(model.paramsType(of: request.method) == params(request), "\(request)")
    }
    for notification in notifications {
      #expect(model.isRequest(notification.method) == false, "\(notification)")
      let expected = params(notification)
      #expect(model.paramsType(of: notification.method) == (expected == "JSONValue" ? "LSPAny" : expected))
    }
  }

  @Test func parametersAreRead() throws {
    let params: JSONValue = [
      "textDocument": ["uri": "file:///a", "version": 2, "later": true],
      "contentChanges": [
        ["range": ["start": ["line": 0, "character": 1], "end": ["line": 0, "character": 2]], "text": "x"],
        ["text": "whole", "range": nil],
      ],
      "unknown": [:],
    ]
    let read = try LSP.DidChangeTextDocumentNotification.decodeParams(params)
    #expect(read.textDocument == LSP.VersionedTextDocumentIdentifier(uri: "file:///a", version: 2))
    #expect(read.contentChanges.map(\.text) == ["x", "whole"])
    #expect(read.contentChanges[1].range == nil)
    // What clients without an empty object send.
    _ = try LSP.InitializedNotification.decodeParams([])
    _ = try LSP.InitializedNotification.decodeParams(nil)
    _ = try LSP.ShutdownRequest.decodeParams(nil)
  }

  @Test func wrongParametersAreNamed() {
    let error = #expect(throws: ResponseError.self) {
      try LSP.HoverRequest.decodeParams(["textDocument": ["uri": "a:"], "position": ["line": "1", "character": 0]])
    }
    #expect(error?.code == .invalidParams)
    #expect(error?.message == "textDocument/hover: position.line: expected an integer, found a string")
  }

  @Test func messages() throws {
    let id: RequestID = 1
    #expect(
      try LSP.ShutdownRequest.message(id: id, LSP.NoParams()).json == ["jsonrpc": "2.0", "id": 1, "method": "shutdown"])
    #expect(try LSP.ShutdownRequest.response(to: id, LSP.Null()).json == ["jsonrpc": "2.0", "id": 1, "result": nil])
    #expect(try LSP.HoverRequest.response(to: id, nil).json == ["jsonrpc": "2.0", "id": 1, "result": nil])
    #expect(try LSP.HoverRequest.decodeResult(nil) == nil)
    let hover = LSP.Hover(contents: LSP.MarkupContent(kind: .markdown, value: "x"))
    #expect(try LSP.HoverRequest.decodeResult(["contents": ["kind": "markdown", "value": "x"]]) == hover)
    #expect(
      try LSP.LogMessageNotification.message(LSP.LogMessageParams(type: .info, message: "m")).json
        == ["jsonrpc": "2.0", "method": "window/logMessage", "params": ["type": 3, "message": "m"]])
  }

  @Test func messagesInBytesAreThoseInValues() throws {
    let hover = LSP.Hover(contents: LSP.MarkupContent(kind: .markdown, value: "\"x\"\n😀"))
    for id in [1, "a\"b", -7] as [RequestID] {
      #expect(
        try LSP.HoverRequest.encodedResponse(to: id, hover)
          == Message.response(LSP.HoverRequest.response(to: id, hover)).encoded())
    }
    #expect(
      try LSP.ShutdownRequest.encodedResponse(to: 1, LSP.Null())
        == Message.response(LSP.ShutdownRequest.response(to: 1, LSP.Null())).encoded())
    let log = LSP.LogMessageParams(type: .info, message: "m")
    #expect(
      try LSP.LogMessageNotification.encoded(log)
        == Message.notification(LSP.LogMessageNotification.message(log)).encoded())
    #expect(
      try LSP.ExitNotification.encoded(LSP.NoParams())
        == Message.notification(LSP.ExitNotification.message(LSP.NoParams())).encoded())
  }

  @Test func clientCapabilitiesNeverFail() throws {
    let capabilities = try JSONValueDecoder().decode(
      LSP.ClientCapabilities.self,
      from: [
        "general": ["positionEncodings": ["utf-8", 7, "utf-16"]],
        "workspace": ["applyEdit": "yes", "configuration": true, "diagnostic": ["refreshSupport": true]],
        "textDocument": [
          "completion": [
            "completionItem": [
              "snippetSupport": true, "documentationFormat": ["markdown", "plaintext"],
              "resolveSupport": ["properties": ["documentation"]], "tagSupport": ["valueSet": [1]],
            ]
          ],
          "foldingRange": ["rangeLimit": 5000], "diagnostic": [:], "codeAction": nil,
        ],
      ])
    #expect(capabilities.positionEncodings == [.utf8, .utf16])
    #expect(!capabilities.applyEdit)
    #expect(capabilities.configuration)
    #expect(capabilities.diagnosticRefresh)
    #expect(capabilities.snippets)
    #expect(capabilities.completionDocumentationFormats == [.markdown, .plaintext])
    #expect(capabilities.completionResolveProperties == ["documentation"])
    #expect(capabilities.completionTags == [.deprecated])
    #expect(capabilities.foldingRangeLimit == 5000)
    #expect(capabilities.pullDiagnostics)
    #expect(!capabilities.codeActionLiterals)
    #expect(LSP.ClientCapabilities([]).positionEncodings.isEmpty)
  }
}
