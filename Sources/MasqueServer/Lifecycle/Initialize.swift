import LanguageServerProtocol
import MasqueModel
import SourceText

/// The answer to `initialize`. Nothing that takes time may happen before it is sent.
func initializeResult(for client: ClientProfile) -> LSP.InitializeResult {
  LSP.InitializeResult(
    capabilities: LSP.ServerCapabilities(
      positionEncoding: client.negotiatesEncoding
        ? LSP.PositionEncodingKind(rawValue: client.encoding.rawValue) : nil,
      textDocumentSync: LSP.TextDocumentSyncOptions(openClose: true, change: .incremental, save: LSP.SaveOptions()),
      completionProvider: LSP.CompletionOptions(triggerCharacters: [" ", ":", "\"", "'", "/"]),
      hoverProvider: true,
      documentSymbolProvider: true,
      codeActionProvider: LSP.CodeActionOptions(
        codeActionKinds: announcedCodeActionKinds, resolveProvider: client.resolvesCodeActionEdits),
      documentFormattingProvider: true,
      documentRangeFormattingProvider: true,
      documentOnTypeFormattingProvider: LSP.DocumentOnTypeFormattingOptions(
        firstTriggerCharacter: "\n", moreTriggerCharacter: ["-"]),
      foldingRangeProvider: true,
      selectionRangeProvider: true,
      diagnosticProvider: client.pullsDiagnostics
        ? LSP.DiagnosticOptions(identifier: "masque", interFileDependencies: true, workspaceDiagnostics: false) : nil),
    serverInfo: LSP.ServerInfo(name: "masque-lsp", version: projectVersion))
}
