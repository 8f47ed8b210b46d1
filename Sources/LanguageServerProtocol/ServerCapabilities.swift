public import JSON

extension LSP {
  /// The unit of columns (LSP 3.17 § PositionEncodingKind).
  public struct PositionEncodingKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Bytes of UTF-8.
    public static let utf8 = PositionEncodingKind(rawValue: "utf-8")
    /// Code units of UTF-16, the default.
    public static let utf16 = PositionEncodingKind(rawValue: "utf-16")
    /// Unicode scalars.
    public static let utf32 = PositionEncodingKind(rawValue: "utf-32")
  }

  /// What the server can do (LSP 3.17 § ServerCapabilities). Where the protocol takes a Boolean or options without
  /// further members, this takes the Boolean.
  public struct ServerCapabilities: Codable, Hashable, Sendable {
    /// The unit of columns; UTF-16 if absent.
    public var positionEncoding: PositionEncodingKind?
    /// What is sent about open documents.
    public var textDocumentSync: TextDocumentSyncOptions?
    /// Completion.
    public var completionProvider: CompletionOptions?
    /// Hover.
    public var hoverProvider: Bool?
    /// Go to definition.
    public var definitionProvider: Bool?
    /// Find references.
    public var referencesProvider: Bool?
    /// Highlights of a symbol in its document.
    public var documentHighlightProvider: Bool?
    /// A document's outline.
    public var documentSymbolProvider: Bool?
    /// Code actions.
    public var codeActionProvider: CodeActionOptions?
    /// Code lenses.
    public var codeLensProvider: CodeLensOptions?
    /// Links.
    public var documentLinkProvider: DocumentLinkOptions?
    /// Symbols of the whole workspace.
    public var workspaceSymbolProvider: WorkspaceSymbolOptions?
    /// Formatting of a document.
    public var documentFormattingProvider: Bool?
    /// Formatting of a stretch.
    public var documentRangeFormattingProvider: Bool?
    /// Formatting while one types.
    public var documentOnTypeFormattingProvider: DocumentOnTypeFormattingOptions?
    /// Renaming.
    public var renameProvider: RenameProvider?
    /// Folding.
    public var foldingRangeProvider: Bool?
    /// Growing a selection.
    public var selectionRangeProvider: Bool?
    /// Commands.
    public var executeCommandProvider: ExecuteCommandOptions?
    /// Colours by meaning.
    public var semanticTokensProvider: SemanticTokensOptions?
    /// Hints between the characters.
    public var inlayHintProvider: InlayHintOptions?
    /// Diagnostics on request.
    public var diagnosticProvider: DiagnosticOptions?
    /// What concerns the workspace.
    public var workspace: WorkspaceServerCapabilities?
    /// What is in no version of the protocol.
    public var experimental: JSONValue?

    /// Takes a value for each member.
    public init(
      positionEncoding: PositionEncodingKind? = nil, textDocumentSync: TextDocumentSyncOptions? = nil,
      completionProvider: CompletionOptions? = nil, hoverProvider: Bool? = nil, definitionProvider: Bool? = nil,
      referencesProvider: Bool? = nil, documentHighlightProvider: Bool? = nil, documentSymbolProvider: Bool? = nil,
      codeActionProvider: CodeActionOptions? = nil, codeLensProvider: CodeLensOptions? = nil,
      documentLinkProvider: DocumentLinkOptions? = nil, workspaceSymbolProvider: WorkspaceSymbolOptions? = nil,
      documentFormattingProvider: Bool? = nil, documentRangeFormattingProvider: Bool? = nil,
      documentOnTypeFormattingProvider: DocumentOnTypeFormattingOptions? = nil, renameProvider: RenameProvider? = nil,
      foldingRangeProvider: Bool? = nil, selectionRangeProvider: Bool? = nil,
      executeCommandProvider: ExecuteCommandOptions? = nil, semanticTokensProvider: SemanticTokensOptions? = nil,
      inlayHintProvider: InlayHintOptions? = nil, diagnosticProvider: DiagnosticOptions? = nil,
      workspace: WorkspaceServerCapabilities? = nil, experimental: JSONValue? = nil
    ) {
      self.positionEncoding = positionEncoding
      self.textDocumentSync = textDocumentSync
      self.completionProvider = completionProvider
      self.hoverProvider = hoverProvider
      self.definitionProvider = definitionProvider
      self.referencesProvider = referencesProvider
      self.documentHighlightProvider = documentHighlightProvider
      self.documentSymbolProvider = documentSymbolProvider
      self.codeActionProvider = codeActionProvider
      self.codeLensProvider = codeLensProvider
      self.documentLinkProvider = documentLinkProvider
      self.workspaceSymbolProvider = workspaceSymbolProvider
      self.documentFormattingProvider = documentFormattingProvider
      self.documentRangeFormattingProvider = documentRangeFormattingProvider
      self.documentOnTypeFormattingProvider = documentOnTypeFormattingProvider
      self.renameProvider = renameProvider
      self.foldingRangeProvider = foldingRangeProvider
      self.selectionRangeProvider = selectionRangeProvider
      self.executeCommandProvider = executeCommandProvider
      self.semanticTokensProvider = semanticTokensProvider
      self.inlayHintProvider = inlayHintProvider
      self.diagnosticProvider = diagnosticProvider
      self.workspace = workspace
      self.experimental = experimental
    }
  }

  /// What the server can do with a workspace (LSP 3.17 § ServerCapabilities).
  public struct WorkspaceServerCapabilities: Codable, Hashable, Sendable {
    /// Several roots.
    public var workspaceFolders: WorkspaceFoldersServerCapabilities?
    /// Documents that the server makes up (LSP 3.18).
    public var textDocumentContent: TextDocumentContentOptions?

    /// Takes a value for each member.
    public init(
      workspaceFolders: WorkspaceFoldersServerCapabilities? = nil,
      textDocumentContent: TextDocumentContentOptions? = nil
    ) {
      self.workspaceFolders = workspaceFolders
      self.textDocumentContent = textDocumentContent
    }
  }

  /// What the server does with several roots (LSP 3.17 § workspace/workspaceFolders).
  public struct WorkspaceFoldersServerCapabilities: Codable, Hashable, Sendable {
    /// Whether it takes them.
    public var supported: Bool?
    /// Whether it wants to hear of changes.
    public var changeNotifications: Bool?

    /// Takes a value for each member.
    public init(supported: Bool? = nil, changeNotifications: Bool? = nil) {
      self.supported = supported
      self.changeNotifications = changeNotifications
    }
  }

  /// Which documents a dynamic registration is for (LSP 3.17 § TextDocumentRegistrationOptions).
  public struct TextDocumentRegistrationOptions: Codable, Hashable, Sendable {
    /// The documents; nil, sent as `null`, for those that the client associates with the server.
    public var documentSelector: [DocumentFilter]?

    /// Takes a value for each member.
    public init(documentSelector: [DocumentFilter]?) {
      self.documentSelector = documentSelector
    }

    /// Encodes an absent value of a member that must not be left out as `null`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(documentSelector, forKey: .documentSelector)
    }
  }
}
