import JSONRPC
import LanguageServerProtocol

extension Server {
  /// Has a request answered that comes at its time. One line per method.
  func dispatch(_ request: RequestMessage, _ client: ClientProfile) {
    switch request.method {
    case LSP.ShutdownRequest.method:
      giveUpReports()
      giveUpDiagnostics()
      giveUpOutgoingRequests()
      sibling.stop()
      phase = .shutDown
      respond(to: request.id, LSP.ShutdownRequest.self, LSP.Null())
    case LSP.CompletionRequest.method:
      answer(request, LSP.CompletionRequest.self, client, about: \.textDocument.uri, completion)
    case LSP.CompletionItemResolveRequest.method:
      answer(request, LSP.CompletionItemResolveRequest.self, client, about: completedDocument, completionItemResolve)
    case LSP.HoverRequest.method:
      answer(request, LSP.HoverRequest.self, client, about: \.textDocument.uri, hover)
    case LSP.DocumentSymbolRequest.method:
      answer(request, LSP.DocumentSymbolRequest.self, client, about: \.textDocument.uri, documentSymbol)
    case LSP.FoldingRangeRequest.method:
      answer(request, LSP.FoldingRangeRequest.self, client, about: \.textDocument.uri, foldingRange)
    case LSP.SelectionRangeRequest.method:
      answer(request, LSP.SelectionRangeRequest.self, client, about: \.textDocument.uri, selectionRange)
    case LSP.DefinitionRequest.method:
      answer(request, LSP.DefinitionRequest.self, client, about: \.textDocument.uri, definition)
    case LSP.ReferencesRequest.method:
      answer(request, LSP.ReferencesRequest.self, client, about: \.textDocument.uri, references)
    case LSP.DocumentHighlightRequest.method:
      answer(request, LSP.DocumentHighlightRequest.self, client, about: \.textDocument.uri, documentHighlight)
    case LSP.PrepareRenameRequest.method:
      answer(request, LSP.PrepareRenameRequest.self, client, about: \.textDocument.uri, prepareRename)
    case LSP.RenameRequest.method:
      answer(request, LSP.RenameRequest.self, client, waiting: rename)
    case LSP.DocumentLinkRequest.method:
      answer(request, LSP.DocumentLinkRequest.self, client, about: \.textDocument.uri, documentLink)
    case LSP.WorkspaceSymbolRequest.method:
      answer(request, LSP.WorkspaceSymbolRequest.self, client, waiting: workspaceSymbol)
    case LSP.SemanticTokensRequest.method:
      answer(request, LSP.SemanticTokensRequest.self, client, about: \.textDocument.uri, semanticTokensFull)
    case LSP.SemanticTokensDeltaRequest.method:
      answer(request, LSP.SemanticTokensDeltaRequest.self, client, about: \.textDocument.uri, semanticTokensDelta)
    case LSP.SemanticTokensRangeRequest.method:
      answer(request, LSP.SemanticTokensRangeRequest.self, client, about: \.textDocument.uri, semanticTokensRange)
    case LSP.InlayHintRequest.method:
      answer(request, LSP.InlayHintRequest.self, client, about: \.textDocument.uri, inlayHint)
    case LSP.InlayHintResolveRequest.method:
      answer(request, LSP.InlayHintResolveRequest.self, client, about: hintedDocument, inlayHintResolve)
    case LSP.CodeLensRequest.method:
      if !isToldOfWearing { wearing.isDue = true }
      answer(request, LSP.CodeLensRequest.self, client, about: \.textDocument.uri, codeLens)
    case LSP.CodeLensResolveRequest.method:
      answer(request, LSP.CodeLensResolveRequest.self, client, about: lensedDocument, codeLensResolve)
    case LSP.CodeActionRequest.method:
      answer(request, LSP.CodeActionRequest.self, client, about: \.textDocument.uri, codeAction)
    case LSP.CodeActionResolveRequest.method:
      answer(request, LSP.CodeActionResolveRequest.self, client, about: resolvedDocument, codeActionResolve)
    case LSP.ExecuteCommandRequest.method:
      let turn = sibling.changes.take()
      answer(
        request, LSP.ExecuteCommandRequest.self, client,
        waiting: { (params, context) async throws(ResponseError) in
          try await executeCommand(params, context, turn)
        })
    case LSP.TextDocumentContentRequest.method:
      answer(request, LSP.TextDocumentContentRequest.self, client, waiting: textDocumentContent)
    case LSP.DocumentFormattingRequest.method:
      answer(request, LSP.DocumentFormattingRequest.self, client, about: \.textDocument.uri, formatting)
    case LSP.DocumentRangeFormattingRequest.method:
      answer(request, LSP.DocumentRangeFormattingRequest.self, client, about: \.textDocument.uri, rangeFormatting)
    case LSP.DocumentOnTypeFormattingRequest.method:
      answer(request, LSP.DocumentOnTypeFormattingRequest.self, client, about: \.textDocument.uri, onTypeFormatting)
    case LSP.DocumentDiagnosticRequest.method:
      stopPushing()
      if !waitsForSettings(request) { answerDiagnostic(request, client) }
    case LSP.WorkspaceDiagnosticRequest.method:
      workspaceDiagnostic(request, client)
    default:
      respond(to: request.id, .methodNotFound, "there is no method \(request.method)")
    }
  }

  /// Applies a notification that comes at its time. One line per method.
  func dispatch(_ notification: NotificationMessage, _ client: ClientProfile) {
    switch notification.method {
    case LSP.InitializedNotification.method:
      initialized(client)
    case LSP.DidOpenTextDocumentNotification.method:
      apply(notification, LSP.DidOpenTextDocumentNotification.self) { didOpen($0, client) }
    case LSP.DidChangeTextDocumentNotification.method:
      apply(notification, LSP.DidChangeTextDocumentNotification.self, didChange)
    case LSP.DidSaveTextDocumentNotification.method:
      apply(notification, LSP.DidSaveTextDocumentNotification.self) { _ in
        watch.markAnything()
        if !isToldOfWearing { wearing.isDue = true }
      }
    case LSP.DidCloseTextDocumentNotification.method:
      apply(notification, LSP.DidCloseTextDocumentNotification.self, didClose)
    case LSP.DidChangeConfigurationNotification.method:
      apply(notification, LSP.DidChangeConfigurationNotification.self) { didChangeConfiguration($0, client) }
    case LSP.DidChangeWatchedFilesNotification.method:
      apply(notification, LSP.DidChangeWatchedFilesNotification.self, didChangeWatchedFiles)
    case LSP.DidChangeWorkspaceFoldersNotification.method:
      apply(notification, LSP.DidChangeWorkspaceFoldersNotification.self, didChangeWorkspaceFolders)
    case LSP.CancelRequestNotification.method:
      apply(notification, LSP.CancelRequestNotification.self, cancel)
    case LSP.WorkDoneProgressCancelNotification.method:
      apply(notification, LSP.WorkDoneProgressCancelNotification.self) { connection.cancelWork($0.token) }
    case LSP.SetTraceNotification.method:
      apply(notification, LSP.SetTraceNotification.self) { trace = $0.value }
    default:
      // Clients send what they like: `$/…` may be ignored by the protocol, the rest does no harm.
      log.trace("\(notification.method) is not known")
    }
  }

  private func apply<N: LSPNotification>(
    _ notification: NotificationMessage, _ type: N.Type, _ body: (N.Params) -> Void
  ) {
    do throws(ResponseError) {
      body(try N.decodeParams(notification.params))
    } catch {
      tell(.error, error.message)
    }
  }

  private func cancel(_ params: LSP.CancelParams) {
    if requests.cancel(params.id) { respond(to: params.id, .requestCancelled, "cancelled") }
  }
}
