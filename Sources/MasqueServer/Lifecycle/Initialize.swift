import LanguageServerProtocol
import MasqueModel
import SourceText

/// The commands that `workspace/executeCommand` takes.
let announcedCommands: [String] = CommandHost.names

/// The answer to `initialize`. Nothing that takes time may happen before it is sent.
func initializeResult(for client: ClientProfile) -> LSP.InitializeResult {
  LSP.InitializeResult(
    capabilities: LSP.ServerCapabilities(
      positionEncoding: client.negotiatesEncoding
        ? LSP.PositionEncodingKind(rawValue: client.encoding.rawValue) : nil,
      textDocumentSync: LSP.TextDocumentSyncOptions(openClose: true, change: .incremental, save: LSP.SaveOptions()),
      completionProvider: LSP.CompletionOptions(
        triggerCharacters: [" ", ":", "\"", "'", "/"],
        resolveProvider: client.resolvesCompletionDocumentation ? true : nil),
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentHighlightProvider: true,
      documentSymbolProvider: true,
      codeActionProvider: LSP.CodeActionOptions(
        codeActionKinds: announcedCodeActionKinds, resolveProvider: client.resolvesCodeActionEdits),
      codeLensProvider: hasLens(announcedCommands) ? LSP.CodeLensOptions(resolveProvider: true) : nil,
      documentLinkProvider: LSP.DocumentLinkOptions(),
      workspaceSymbolProvider: LSP.WorkspaceSymbolOptions(),
      documentFormattingProvider: true,
      documentRangeFormattingProvider: true,
      documentOnTypeFormattingProvider: LSP.DocumentOnTypeFormattingOptions(
        firstTriggerCharacter: "\n", moreTriggerCharacter: ["-"]),
      renameProvider: client.asksBeforeRenaming ? .options(LSP.RenameOptions(prepareProvider: true)) : .supported,
      foldingRangeProvider: true,
      selectionRangeProvider: true,
      executeCommandProvider: LSP.ExecuteCommandOptions(workDoneProgress: true, commands: announcedCommands),
      semanticTokensProvider: client.semanticTokens.map {
        LSP.SemanticTokensOptions(
          legend: $0.legend, range: true, full: LSP.SemanticTokensFullOptions(delta: $0.takesDeltas))
      },
      inlayHintProvider: LSP.InlayHintOptions(resolveProvider: client.resolvesInlayHintTooltips),
      diagnosticProvider: client.pullsDiagnostics
        ? LSP.DiagnosticOptions(identifier: "masque", interFileDependencies: true, workspaceDiagnostics: true) : nil,
      workspace: LSP.WorkspaceServerCapabilities(
        workspaceFolders: LSP.WorkspaceFoldersServerCapabilities(supported: true, changeNotifications: true),
        textDocumentContent: client.takesPreviews ? LSP.TextDocumentContentOptions(schemes: [previewScheme]) : nil)),
    serverInfo: LSP.ServerInfo(name: "masque-lsp", version: projectVersion))
}
