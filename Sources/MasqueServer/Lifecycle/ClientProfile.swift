import LanguageServerProtocol
import SourceText

/// What the client has said about itself, as far as it decides what is sent.
struct ClientProfile: Sendable {
  /// What columns are counted in.
  var encoding: PositionEncoding
  /// Whether the client knows of position encodings at all (LSP 3.17).
  var negotiatesEncoding: Bool
  /// Whether a diagnostic may name other places.
  var showsRelatedInformation: Bool
  /// How a diagnostic may be drawn.
  var diagnosticTags: [LSP.DiagnosticTag]
  /// Whether a diagnostic may link to a page.
  var showsCodeDescription: Bool
  /// Where those pages are.
  var rulePages = RulePages.online
  /// Whether a diagnostic's data comes back with a request for code actions.
  var keepsDiagnosticData: Bool
  /// Whether the client can ask for diagnostics itself.
  var pullsDiagnostics: Bool
  /// Whether a completion may have tab stops.
  var takesSnippets: Bool
  /// Whether a completion may ask to be selected first.
  var takesPreselection: Bool
  /// Whether a completion may say that its lines are indented already.
  var takesTextAsIs: Bool
  /// How a completion's documentation may be written, the best first.
  var completionFormats: [LSP.MarkupKind]
  /// Whether the client asks for an item's documentation once somebody looks at it.
  var resolvesCompletionDocumentation: Bool
  /// How a hover may be written, the best first.
  var hoverFormats: [LSP.MarkupKind]
  /// Whether an outline may be a tree.
  var takesSymbolTrees: Bool
  /// The most folds that the client wants of a document.
  var foldingRangeLimit: Int?
  /// Whether a code action may be more than a command.
  var takesCodeActions: Bool
  /// Whether a code action may say that it is the best.
  var takesPreferredActions: Bool
  /// Whether a code action that can't be run may say why.
  var showsDisabledActions: Bool
  /// Whether the client asks for a code action's edit once it is chosen.
  var resolvesCodeActionEdits: Bool
  /// Whether edits may be meant for one version of a document.
  var takesDocumentChanges: Bool
  /// Whether a definition may come with the stretch that leads to it, and with all that it defines.
  var takesDefinitionLinks: Bool
  /// Whether the client asks whether something can be renamed before it asks for the new name.
  var asksBeforeRenaming: Bool
  /// Whether a link may say where it leads.
  var takesLinkTooltips: Bool
  /// Whether the client can be told to ask for diagnostics again.
  var refreshesDiagnostics: Bool
  /// Whether the client can be told to ask for inlay hints again.
  var refreshesInlayHints: Bool
  /// Whether the client can be told to ask for code lenses again.
  var refreshesCodeLenses: Bool
  /// Whether work that takes long can be shown.
  var showsProgress: Bool
  /// Whether the client can be asked for settings.
  var answersConfiguration: Bool
  /// Whether the client can be asked to tell of settings.
  var registersConfiguration: Bool
  /// Whether the client can be asked to tell of files.
  var registersWatchedFiles: Bool
  /// How the client shows tokens; nil if it does not.
  var semanticTokens: SemanticTokensStyle?
  /// Whether the client asks for a hint's tooltip once somebody points at it.
  var resolvesInlayHintTooltips: Bool
  /// Whether the client opens a document when it is told to.
  var showsDocuments: Bool
  /// Whether the client shows documents that the server makes up (LSP 3.18).
  var takesPreviews: Bool
  /// The command by which the client asks for completions again, if it has one.
  var suggestCommand: String?

  /// What a client says in `initialize`.
  init(_ params: LSP.InitializeParams) {
    let capabilities = params.capabilities
    encoding = Self.chooseEncoding(capabilities.positionEncodings)
    negotiatesEncoding = !capabilities.positionEncodings.isEmpty
    showsRelatedInformation = capabilities.diagnosticRelatedInformation
    diagnosticTags = capabilities.diagnosticTags
    showsCodeDescription = capabilities.diagnosticCodeDescription
    keepsDiagnosticData = capabilities.diagnosticData
    pullsDiagnostics = capabilities.pullDiagnostics
    takesSnippets = capabilities.snippets
    takesPreselection = capabilities.completionPreselect
    takesTextAsIs = capabilities.insertTextModes.contains(.asIs)
    completionFormats = capabilities.completionDocumentationFormats
    resolvesCompletionDocumentation = capabilities.completionResolveProperties.contains("documentation")
    hoverFormats = capabilities.hoverFormats
    takesSymbolTrees = capabilities.hierarchicalDocumentSymbols
    foldingRangeLimit = capabilities.foldingRangeLimit
    takesCodeActions = capabilities.codeActionLiterals
    takesPreferredActions = capabilities.codeActionPreferred
    showsDisabledActions = capabilities.codeActionDisabled
    resolvesCodeActionEdits = capabilities.codeActionResolveProperties.contains("edit") && capabilities.codeActionData
    takesDocumentChanges = capabilities.documentChanges
    takesDefinitionLinks = capabilities.definitionLinks
    asksBeforeRenaming = capabilities.prepareRename
    takesLinkTooltips = capabilities.documentLinkTooltips
    refreshesDiagnostics = capabilities.diagnosticRefresh
    refreshesInlayHints = capabilities.inlayHintRefresh
    refreshesCodeLenses = capabilities.codeLensRefresh
    showsProgress = capabilities.workDoneProgress
    answersConfiguration = capabilities.configuration
    registersConfiguration = capabilities.didChangeConfigurationRegistration
    registersWatchedFiles = capabilities.didChangeWatchedFilesRegistration
    semanticTokens = SemanticTokensStyle(capabilities)
    resolvesInlayHintTooltips = capabilities.inlayHintResolveProperties.contains("tooltip")
    showsDocuments = capabilities.showDocument
    takesPreviews = capabilities.textDocumentContent
    suggestCommand = params.clientInfo.flatMap { Self.suggestCommand(of: $0.name) }
  }

  /// Bytes, which cost nothing to count, if the client can; else UTF-16, which every client can unless it says
  /// otherwise.
  static func chooseEncoding(_ offered: [LSP.PositionEncodingKind]) -> PositionEncoding {
    if offered.contains(.utf8) { return .utf8 }
    if offered.contains(.utf16) { return .utf16 }
    return offered.contains(.utf32) ? .utf32 : .utf16
  }

  /// Commands of an editor are its own affair, so they are sent only to those that are known to have them.
  private static func suggestCommand(of client: String) -> String? {
    let relatives = ["Visual Studio Code", "VSCodium", "Code - OSS", "code-server", "Cursor", "Windsurf"]
    return relatives.contains { client.hasPrefix($0) } ? "editor.action.triggerSuggest" : nil
  }
}
