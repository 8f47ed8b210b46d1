import Foundation
import JSON
import LSPMetaModel
import LanguageServerProtocol
import Testing

@Suite(.enabled(if: model != nil, noModel)) struct RoundTripTests {
  /// The types that have a structure or an alias of the same name in the model.
  private static let types: [any (Codable & Hashable & Sendable).Type] = [
    LSP.Position.self, LSP.Range.self, LSP.Location.self, LSP.LocationLink.self, LSP.TextDocumentIdentifier.self,
    LSP.VersionedTextDocumentIdentifier.self, LSP.OptionalVersionedTextDocumentIdentifier.self,
    LSP.TextDocumentItem.self, LSP.TextEdit.self, LSP.MarkupContent.self, LSP.Command.self, LSP.WorkspaceFolder.self,
    LSP.CodeActionOptions.self, LSP.CodeActionContext.self, LSP.CodeActionParams.self, LSP.CodeAction.self,
    LSP.CodeLensOptions.self, LSP.CodeLensParams.self, LSP.CodeLens.self, LSP.CompletionOptions.self,
    LSP.CompletionContext.self, LSP.CompletionParams.self, LSP.CompletionItemLabelDetails.self,
    LSP.InsertReplaceEdit.self, LSP.CompletionItem.self, LSP.CompletionList.self, LSP.CodeDescription.self,
    LSP.DiagnosticRelatedInformation.self, LSP.Diagnostic.self, LSP.PublishDiagnosticsParams.self,
    LSP.FoldingRangeParams.self, LSP.FoldingRange.self, LSP.SelectionRangeParams.self, LSP.SelectionRange.self,
    LSP.DocumentHighlightParams.self, LSP.DocumentHighlight.self, LSP.ExecuteCommandOptions.self,
    LSP.ExecuteCommandParams.self, LSP.ApplyWorkspaceEditParams.self, LSP.ApplyWorkspaceEditResult.self,
    LSP.FormattingOptions.self, LSP.DocumentFormattingParams.self, LSP.DocumentRangeFormattingParams.self,
    LSP.DocumentOnTypeFormattingOptions.self, LSP.DocumentOnTypeFormattingParams.self, LSP.HoverParams.self,
    LSP.Hover.self, LSP.InlayHintOptions.self, LSP.InlayHintParams.self, LSP.InlayHintLabelPart.self,
    LSP.InlayHint.self, LSP.InitializeParams.self, LSP.InitializeError.self, LSP.InitializedParams.self,
    LSP.SetTraceParams.self, LSP.LogTraceParams.self, LSP.CancelParams.self, LSP.DefinitionParams.self,
    LSP.ReferenceContext.self, LSP.ReferenceParams.self, LSP.RenameOptions.self, LSP.RenameParams.self,
    LSP.PrepareRenameParams.self, LSP.DocumentLinkOptions.self, LSP.DocumentLinkParams.self, LSP.DocumentLink.self,
    LSP.DiagnosticOptions.self, LSP.DocumentDiagnosticParams.self, LSP.FullDocumentDiagnosticReport.self,
    LSP.UnchangedDocumentDiagnosticReport.self, LSP.RelatedFullDocumentDiagnosticReport.self,
    LSP.RelatedUnchangedDocumentDiagnosticReport.self, LSP.PreviousResultId.self, LSP.WorkspaceDiagnosticParams.self,
    LSP.WorkspaceFullDocumentDiagnosticReport.self, LSP.WorkspaceUnchangedDocumentDiagnosticReport.self,
    LSP.WorkspaceDiagnosticReport.self, LSP.DiagnosticServerCancellationData.self, LSP.DocumentDiagnosticReport.self,
    LSP.WorkspaceDocumentDiagnosticReport.self, LSP.SemanticTokensLegend.self, LSP.SemanticTokensOptions.self,
    LSP.SemanticTokensParams.self, LSP.SemanticTokensDeltaParams.self, LSP.SemanticTokensRangeParams.self,
    LSP.SemanticTokens.self, LSP.SemanticTokensEdit.self, LSP.SemanticTokensDelta.self,
    LSP.WorkspaceFoldersServerCapabilities.self, LSP.TextDocumentRegistrationOptions.self,
    LSP.DocumentSymbolParams.self, LSP.DocumentSymbol.self, LSP.SymbolInformation.self,
    LSP.WorkspaceSymbolOptions.self, LSP.WorkspaceSymbolParams.self, LSP.WorkspaceSymbol.self,
    LSP.TextDocumentContentOptions.self, LSP.TextDocumentContentParams.self, LSP.TextDocumentContentResult.self,
    LSP.TextDocumentContentRefreshParams.self, LSP.SaveOptions.self, LSP.TextDocumentSyncOptions.self,
    LSP.DidOpenTextDocumentParams.self, LSP.DidChangeTextDocumentParams.self, LSP.DidSaveTextDocumentParams.self,
    LSP.DidCloseTextDocumentParams.self, LSP.WillSaveTextDocumentParams.self, LSP.ShowMessageParams.self,
    LSP.MessageActionItem.self, LSP.ShowMessageRequestParams.self, LSP.LogMessageParams.self,
    LSP.ShowDocumentParams.self, LSP.ShowDocumentResult.self, LSP.WorkDoneProgressCreateParams.self,
    LSP.WorkDoneProgressCancelParams.self, LSP.ProgressParams.self, LSP.WorkDoneProgressBegin.self,
    LSP.WorkDoneProgressReport.self, LSP.WorkDoneProgressEnd.self, LSP.Registration.self, LSP.RegistrationParams.self,
    LSP.Unregistration.self, LSP.UnregistrationParams.self, LSP.ConfigurationItem.self, LSP.ConfigurationParams.self,
    LSP.DidChangeConfigurationParams.self, LSP.DidChangeConfigurationRegistrationOptions.self, LSP.FileEvent.self,
    LSP.DidChangeWatchedFilesParams.self, LSP.RelativePattern.self, LSP.FileSystemWatcher.self,
    LSP.DidChangeWatchedFilesRegistrationOptions.self, LSP.WorkspaceFoldersChangeEvent.self,
    LSP.DidChangeWorkspaceFoldersParams.self, LSP.GlobPattern.self, LSP.ChangeAnnotation.self,
    LSP.TextDocumentEdit.self, LSP.CreateFileOptions.self, LSP.CreateFile.self, LSP.RenameFile.self,
    LSP.DeleteFileOptions.self, LSP.DeleteFile.self, LSP.WorkspaceEdit.self,
  ]

  /// Members that only servers write, or that are outdated: our types have one alternative of the model's union.
  private static let narrower: Set<String> = [
    "TextDocumentSyncOptions.save", "SemanticTokensOptions.full", "SemanticTokensOptions.range",
    "RelativePattern.baseUri", "Hover.contents", "DidChangeConfigurationRegistrationOptions.section",
    "WorkspaceFoldersServerCapabilities.changeNotifications",
  ]

  /// What the model says a value may look like must be readable, and what we write of it must be right again.
  @Test func samplesOfTheModelPassThroughOurTypes() throws {
    let model = try #require(model)
    for type in Self.types {
      let name = "\(type)"
      #expect(model.hasType(name), "\(name)")
      for choice in 0..<6 {
        for isFull in [false, true] {
          let sample = model.sample(of: name, isFull: isFull, choice: choice)
          #expect(model.problems(in: sample, as: name).isEmpty, "\(name) \(sample)")
          do {
            let (written, isStable) = try passThrough(sample, type)
            let problems = model.problems(in: written, as: name)
            #expect(problems.isEmpty, "\(name) \(written)")
            #expect(isStable, "\(name) \(written)")
            #expect(Self.missing(sample, written, name).isEmpty, "\(name) \(sample)")
          } catch let error as DecodingError {
            let member = name + "." + error.summary.prefix { $0 != ":" && $0 != "[" }
            #expect(Self.narrower.contains(member), "\(name): \(error.summary) in \(sample)")
          }
        }
      }
    }
  }

  /// The JSON that a type writes after it has read a sample, and whether reading it again gives the same value.
  private func passThrough<T: Codable & Hashable>(_ sample: JSONValue, _ type: T.Type) throws -> (JSONValue, Bool) {
    let value = try JSONValueDecoder().decode(type, from: sample)
    let written = try JSONValueEncoder().encode(value)
    var writer = JSONWriter()
    try writer.encode(value)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == written.text(.compact), "\(type)")
    return (written, try JSONValueDecoder().decode(type, from: written) == value)
  }

  /// The members of a sample that are gone or changed.
  private static func missing(_ sample: JSONValue, _ written: JSONValue, _ path: String) -> [String] {
    switch (sample, written) {
    case (.object(let sample), .object(let written)):
      return sample.flatMap { key, value in
        written[key].map { missing(value, $0, "\(path).\(key)") } ?? (value.isNull ? [] : ["\(path).\(key)"])
      }
    case (.array(let sample), .array(let written)) where sample.count == written.count:
      return zip(sample, written).flatMap { missing($0, $1, path) }
    default:
      return sample == written ? [] : [path]
    }
  }

  @Test func whatTheServerCanDoIsRight() throws {
    let model = try #require(model)
    let sample = LSP.InitializeResult(
      capabilities: LSP.ServerCapabilities(
        positionEncoding: .utf8,
        textDocumentSync: LSP.TextDocumentSyncOptions(
          openClose: true, change: .incremental, willSave: false, willSaveWaitUntil: true,
          save: LSP.SaveOptions(includeText: false)),
        completionProvider: LSP.CompletionOptions(
          triggerCharacters: [":"], allCommitCharacters: [], resolveProvider: true,
          completionItem: LSP.CompletionItemOptions(labelDetailsSupport: true)),
        hoverProvider: true, definitionProvider: true, referencesProvider: true, documentHighlightProvider: true,
        documentSymbolProvider: true,
        codeActionProvider: LSP.CodeActionOptions(codeActionKinds: [.quickFix, .sourceFixAll], resolveProvider: true),
        codeLensProvider: LSP.CodeLensOptions(resolveProvider: false),
        documentLinkProvider: LSP.DocumentLinkOptions(resolveProvider: false),
        workspaceSymbolProvider: LSP.WorkspaceSymbolOptions(resolveProvider: false),
        documentFormattingProvider: true, documentRangeFormattingProvider: true,
        documentOnTypeFormattingProvider: LSP.DocumentOnTypeFormattingOptions(
          firstTriggerCharacter: "\n", moreTriggerCharacter: [":"]),
        renameProvider: LSP.RenameOptions(prepareProvider: true), foldingRangeProvider: true,
        selectionRangeProvider: true,
        executeCommandProvider: LSP.ExecuteCommandOptions(workDoneProgress: true, commands: ["a.b"]),
        semanticTokensProvider: LSP.SemanticTokensOptions(
          legend: LSP.SemanticTokensLegend(tokenTypes: ["property"], tokenModifiers: []), range: true,
          full: LSP.SemanticTokensFullOptions(delta: true)),
        inlayHintProvider: LSP.InlayHintOptions(resolveProvider: false),
        diagnosticProvider: LSP.DiagnosticOptions(
          identifier: "x", interFileDependencies: true, workspaceDiagnostics: true),
        workspace: LSP.WorkspaceServerCapabilities(
          workspaceFolders: LSP.WorkspaceFoldersServerCapabilities(supported: true, changeNotifications: true),
          textDocumentContent: LSP.TextDocumentContentOptions(schemes: ["x"])),
        experimental: ["a": 1]),
      serverInfo: LSP.ServerInfo(name: "n", version: "1"))
    let written = try JSONValueEncoder().encode(sample)
    #expect(model.problems(in: written, as: "InitializeResult").isEmpty)
    #expect(try JSONValueDecoder().decode(LSP.InitializeResult.self, from: written) == sample)
    for member in Mirror(reflecting: sample.capabilities).children {
      #expect(written["capabilities"]?[member.label ?? ""] != nil, "the sample has no \(member.label ?? "")")
    }
  }

  @Test func rangesGrowOutwards() throws {
    func range(_ line: Int) -> LSP.Range {
      LSP.Range(start: LSP.Position(line: line, character: 0), end: LSP.Position(line: 9, character: 0))
    }
    let written = try JSONValueEncoder().encode(LSP.SelectionRange(range(3), [range(2), range(1)]))
    #expect(written["range"]?["start"]?["line"] == 3)
    #expect(written["parent"]?["range"]?["start"]?["line"] == 2)
    #expect(written["parent"]?["parent"]?["range"]?["start"]?["line"] == 1)
    #expect(written["parent"]?["parent"]?["parent"] == nil)
  }

  /// Our sources as one text.
  private static let sources: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    let folder = root.appendingPathComponent("Sources/LanguageServerProtocol")
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return files.compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined()
  }()

  @Test func noTypeIsForgotten() {
    // Types that the model has no name for are parts of others here.
    let parts: Set<String> = [
      "NoParams", "Null", "ClientCapabilities", "ServerCapabilities", "WorkspaceServerCapabilities", "ClientInfo",
      "ServerInfo", "InitializeResult", "CompletionItemOptions", "CompletionItemDefaults", "CodeActionDisabled",
      "TextDocumentContentChangeEvent", "PrepareRenameResult", "WorkspaceSymbolLocation",
      "SemanticTokensFullOptions", "DocumentFilter",
    ]
    let declared = Self.sources.matches(of: /public struct (\w+): Codable/).map { String($0.output.1) }
    #expect(declared.count > 100)
    #expect(Set(declared) == Set(Self.types.map { "\($0)" }.filter { declared.contains($0) }).union(parts))
  }

  @Test func enumerationsHaveTheModelsValues() throws {
    let model = try #require(model)
    var count = 0
    for match in Self.sources.matches(of: /static let `?(\w+)`? = (\w+)\(rawValue: "?([^")]*)"?\)/) {
      let name = match.output.2 == "TraceValue" ? "TraceValues" : String(match.output.2)
      let values = try #require(model.enumerationValues(name), "\(name)")
      let value = values.first { $0.key.lowercased() == match.output.1.lowercased() }?.value
      let text = value?.stringValue ?? value?.integerValue.map(String.init)
      #expect(text == String(match.output.3), "\(name).\(match.output.1)")
      count += 1
    }
    #expect(count > 100)
  }
}
