import LanguageServerProtocol
import SourceText

/// Edits of one document as the client wants them: for this version alone where the client can tell.
///
/// - Parameters:
///   - edits: the edits, apart from each other.
///   - document: the document.
///   - client: what may be sent.
/// - Returns: the edit, its ranges in the negotiated encoding.
func workspaceEdit(_ edits: [TextEdit], in document: Document, for client: ClientProfile) -> LSP.WorkspaceEdit {
  let edits = edits.map { LSP.TextEdit(range: document.range(of: $0.range), newText: $0.replacement) }
  guard client.takesDocumentChanges else { return LSP.WorkspaceEdit(changes: [document.uri: edits]) }
  let identifier = LSP.OptionalVersionedTextDocumentIdentifier(uri: document.uri, version: document.version)
  return LSP.WorkspaceEdit(documentChanges: [.edit(LSP.TextDocumentEdit(textDocument: identifier, edits: edits))])
}
