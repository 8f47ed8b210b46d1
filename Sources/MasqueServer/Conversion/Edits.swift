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
  workspaceEdit([(document, edits)], for: client)
}

/// Edits of several documents as the client wants them.
///
/// - Parameters:
///   - changes: the documents, each once, with their edits.
///   - client: what may be sent.
/// - Returns: the edit.
func workspaceEdit(
  _ changes: [(document: Document, edits: [TextEdit])], for client: ClientProfile
) -> LSP.WorkspaceEdit {
  let changes = changes.map { document, edits in
    (document, edits.map { LSP.TextEdit(range: document.range(of: $0.range), newText: $0.replacement) })
  }
  guard client.takesDocumentChanges else {
    return LSP.WorkspaceEdit(changes: Dictionary(changes.map { ($0.0.uri, $0.1) }, uniquingKeysWith: +))
  }
  return LSP.WorkspaceEdit(
    documentChanges: changes.map { document, edits in
      let identifier = LSP.OptionalVersionedTextDocumentIdentifier(uri: document.uri, version: document.version)
      return .edit(LSP.TextDocumentEdit(textDocument: identifier, edits: edits))
    })
}
