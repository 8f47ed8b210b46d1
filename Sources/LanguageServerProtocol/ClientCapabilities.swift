public import JSON

extension LSP {
  /// What the client can do (LSP 3.17 § ClientCapabilities).
  ///
  /// Kept as it came, so that nothing in it can make `initialize` fail; the properties say what the server looks at. A
  /// member that is absent or has another type than the protocol says counts as not announced.
  public struct ClientCapabilities: Codable, Hashable, Sendable {
    /// The capabilities as they came.
    public var json: JSONValue

    /// The capabilities of a client that announces these.
    public init(_ json: JSONValue = [:]) { self.json = json }

    /// Takes any value.
    public init(from decoder: any Decoder) throws { json = try JSONValue(from: decoder) }

    /// Encodes the capabilities as they came.
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }

    /// The value at a path of keys separated by dots.
    public subscript(path: String) -> JSONValue? {
      path.split(separator: ".").reduce(Optional(json)) { $0?[String($1)] }
    }

    private func has(_ path: String) -> Bool { self[path]?.boolValue ?? false }

    private func strings(_ path: String) -> [String] { self[path]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    private func integers(_ path: String) -> [Int] {
      self[path]?.arrayValue?.compactMap { $0.integerValue.flatMap(Int.init(exactly:)) } ?? []
    }
  }
}

/// § General and window.
extension LSP.ClientCapabilities {
  /// The units of columns that the client knows, the preferred first; empty means UTF-16.
  public var positionEncodings: [LSP.PositionEncodingKind] {
    strings("general.positionEncodings").map(LSP.PositionEncodingKind.init(rawValue:))
  }
  /// Whether the server may announce work.
  public var workDoneProgress: Bool { has("window.workDoneProgress") }
  /// Whether the server may show documents.
  public var showDocument: Bool { has("window.showDocument.support") }
  /// Whether an answer to a message may have members of its own, which come back.
  public var messageActionItemProperties: Bool {
    has("window.showMessage.messageActionItem.additionalPropertiesSupport")
  }
}

/// § Workspace.
extension LSP.ClientCapabilities {
  /// Whether the server may ask for edits.
  public var applyEdit: Bool { has("workspace.applyEdit") }
  /// Whether `WorkspaceEdit.documentChanges` is known.
  public var documentChanges: Bool { has("workspace.workspaceEdit.documentChanges") }
  /// Which changes to files a `WorkspaceEdit` may have: `create`, `rename`, `delete`.
  public var resourceOperations: [String] { strings("workspace.workspaceEdit.resourceOperations") }
  /// Whether `WorkspaceEdit.changeAnnotations` is known.
  public var changeAnnotations: Bool { self["workspace.workspaceEdit.changeAnnotationSupport"]?.objectValue != nil }
  /// Whether the server may ask for settings.
  public var configuration: Bool { has("workspace.configuration") }
  /// Whether the server may ask to hear of settings.
  public var didChangeConfigurationRegistration: Bool {
    has("workspace.didChangeConfiguration.dynamicRegistration")
  }
  /// Whether the server may ask to hear of files.
  public var didChangeWatchedFilesRegistration: Bool { has("workspace.didChangeWatchedFiles.dynamicRegistration") }
  /// Whether the files may be given by a glob below a folder.
  public var relativePatterns: Bool { has("workspace.didChangeWatchedFiles.relativePatternSupport") }
  /// Whether there may be several roots.
  public var workspaceFolders: Bool { has("workspace.workspaceFolders") }
  /// Whether the server may ask the client to ask for diagnostics again.
  public var diagnosticRefresh: Bool {
    // The specification names the member `diagnostics`, early clients wrote `diagnostic`.
    has("workspace.diagnostics.refreshSupport") || has("workspace.diagnostic.refreshSupport")
  }
  /// Whether the server may ask the client to ask for code lenses again.
  public var codeLensRefresh: Bool { has("workspace.codeLens.refreshSupport") }
  /// Whether the server may ask the client to ask for inlay hints again.
  public var inlayHintRefresh: Bool { has("workspace.inlayHint.refreshSupport") }
  /// Whether the server may ask the client to ask for semantic tokens again.
  public var semanticTokensRefresh: Bool { has("workspace.semanticTokens.refreshSupport") }
  /// Whether documents may be made up by the server (LSP 3.18).
  public var textDocumentContent: Bool { self["workspace.textDocumentContent"]?.objectValue != nil }
}

/// § Text documents: diagnostics.
extension LSP.ClientCapabilities {
  /// Whether `Diagnostic.relatedInformation` is known.
  public var diagnosticRelatedInformation: Bool { has("textDocument.publishDiagnostics.relatedInformation") }
  /// The tags of diagnostics that are known.
  public var diagnosticTags: [LSP.DiagnosticTag] {
    integers("textDocument.publishDiagnostics.tagSupport.valueSet").map(LSP.DiagnosticTag.init(rawValue:))
  }
  /// Whether `PublishDiagnosticsParams.version` is looked at.
  public var diagnosticVersions: Bool { has("textDocument.publishDiagnostics.versionSupport") }
  /// Whether `Diagnostic.codeDescription` is known.
  public var diagnosticCodeDescription: Bool { has("textDocument.publishDiagnostics.codeDescriptionSupport") }
  /// Whether `Diagnostic.data` comes back.
  public var diagnosticData: Bool { has("textDocument.publishDiagnostics.dataSupport") }
  /// Whether the client asks for diagnostics by itself.
  public var pullDiagnostics: Bool { self["textDocument.diagnostic"]?.objectValue != nil }
  /// Whether a report about one document may bring those of others.
  public var relatedDiagnosticDocuments: Bool { has("textDocument.diagnostic.relatedDocumentSupport") }
}

/// § Text documents: completion and hover.
extension LSP.ClientCapabilities {
  /// Whether completion items may be snippets.
  public var snippets: Bool { has("textDocument.completion.completionItem.snippetSupport") }
  /// How the documentation of completion items may be rendered, the preferred first; empty means as a plain string.
  public var completionDocumentationFormats: [LSP.MarkupKind] {
    strings("textDocument.completion.completionItem.documentationFormat").map(LSP.MarkupKind.init(rawValue:))
  }
  /// Whether `InsertReplaceEdit` is known.
  public var insertReplace: Bool { has("textDocument.completion.completionItem.insertReplaceSupport") }
  /// Whether `CompletionItem.labelDetails` is known.
  public var completionLabelDetails: Bool { has("textDocument.completion.completionItem.labelDetailsSupport") }
  /// Whether `CompletionItem.deprecated` is known.
  public var completionDeprecated: Bool { has("textDocument.completion.completionItem.deprecatedSupport") }
  /// Whether `CompletionItem.preselect` is known.
  public var completionPreselect: Bool { has("textDocument.completion.completionItem.preselectSupport") }
  /// The tags of completion items that are known.
  public var completionTags: [LSP.CompletionItemTag] {
    integers("textDocument.completion.completionItem.tagSupport.valueSet").map(LSP.CompletionItemTag.init(rawValue:))
  }
  /// The members of completion items that may come with `completionItem/resolve` only.
  public var completionResolveProperties: [String] {
    strings("textDocument.completion.completionItem.resolveSupport.properties")
  }
  /// The ways to handle indentation that are known.
  public var insertTextModes: [LSP.InsertTextMode] {
    integers("textDocument.completion.completionItem.insertTextModeSupport.valueSet")
      .map(LSP.InsertTextMode.init(rawValue:))
  }
  /// The members of `CompletionItemDefaults` that are known.
  public var completionItemDefaults: [String] { strings("textDocument.completion.completionList.itemDefaults") }
  /// How a hover may be rendered, the preferred first.
  public var hoverFormats: [LSP.MarkupKind] {
    strings("textDocument.hover.contentFormat").map(LSP.MarkupKind.init(rawValue:))
  }
}

/// § Text documents: the other features.
extension LSP.ClientCapabilities {
  /// Whether code actions are known; otherwise only commands are.
  public var codeActionLiterals: Bool { self["textDocument.codeAction.codeActionLiteralSupport"]?.objectValue != nil }
  /// Whether `CodeAction.isPreferred` is known.
  public var codeActionPreferred: Bool { has("textDocument.codeAction.isPreferredSupport") }
  /// Whether `CodeAction.disabled` is known.
  public var codeActionDisabled: Bool { has("textDocument.codeAction.disabledSupport") }
  /// Whether `CodeAction.data` comes back with `codeAction/resolve`.
  public var codeActionData: Bool { has("textDocument.codeAction.dataSupport") }
  /// The members of code actions that may come with `codeAction/resolve` only.
  public var codeActionResolveProperties: [String] { strings("textDocument.codeAction.resolveSupport.properties") }
  /// The members of inlay hints that may come with `inlayHint/resolve` only.
  public var inlayHintResolveProperties: [String] { strings("textDocument.inlayHint.resolveSupport.properties") }
  /// Whether `DocumentSymbol` is known; otherwise only `SymbolInformation` is.
  public var hierarchicalDocumentSymbols: Bool {
    has("textDocument.documentSymbol.hierarchicalDocumentSymbolSupport")
  }
  /// Whether a definition may be a `LocationLink`.
  public var definitionLinks: Bool { has("textDocument.definition.linkSupport") }
  /// Whether `textDocument/prepareRename` is sent.
  public var prepareRename: Bool { has("textDocument.rename.prepareSupport") }
  /// Whether `DocumentLink.tooltip` is known.
  public var documentLinkTooltips: Bool { has("textDocument.documentLink.tooltipSupport") }
  /// Whether only whole lines are folded.
  public var lineFoldingOnly: Bool { has("textDocument.foldingRange.lineFoldingOnly") }
  /// The most folds that are shown.
  public var foldingRangeLimit: Int? {
    self["textDocument.foldingRange.rangeLimit"]?.integerValue.flatMap(Int.init(exactly:))
  }
  /// Whether `FoldingRange.collapsedText` is known.
  public var foldingCollapsedText: Bool { has("textDocument.foldingRange.foldingRange.collapsedText") }
  /// Whether tokens are known.
  public var semanticTokens: Bool { self["textDocument.semanticTokens"]?.objectValue != nil }
  /// Whether changes of tokens are asked for.
  public var semanticTokensDelta: Bool { has("textDocument.semanticTokens.requests.full.delta") }
  /// Whether a token may have line breaks in it.
  public var multilineTokens: Bool { has("textDocument.semanticTokens.multilineTokenSupport") }
  /// The token types that the client has colours for.
  public var semanticTokenTypes: [String] { strings("textDocument.semanticTokens.tokenTypes") }
  /// The token modifiers that the client has styles for.
  public var semanticTokenModifiers: [String] { strings("textDocument.semanticTokens.tokenModifiers") }
  /// Whether `willSaveWaitUntil` is sent.
  public var willSaveWaitUntil: Bool { has("textDocument.synchronization.willSaveWaitUntil") }
}
