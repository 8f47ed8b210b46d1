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
  workspaceEdit([DocumentEdits(document, version: document.version, edits)], for: client)
}

/// Edits of one document among several.
struct DocumentEdits {
  /// The document.
  var document: Document
  /// The version that the edits are for; nil for a document that nobody has open.
  var version: Int?
  /// The edits, apart from each other.
  var edits: [TextEdit]

  /// Edits; see the properties.
  init(_ document: Document, version: Int?, _ edits: [TextEdit]) {
    self.document = document
    self.version = version
    self.edits = edits
  }
}

/// Edits of several documents as the client wants them.
///
/// - Parameters:
///   - changes: the edits, each document once.
///   - client: what may be sent.
/// - Returns: the edit.
func workspaceEdit(_ changes: [DocumentEdits], for client: ClientProfile) -> LSP.WorkspaceEdit {
  let edits = changes.map { change in
    let document = change.document
    return change.edits.map { LSP.TextEdit(range: document.range(of: $0.range), newText: $0.replacement) }
  }
  guard client.takesDocumentChanges else {
    return LSP.WorkspaceEdit(
      changes: Dictionary(zip(changes.map(\.document.uri), edits), uniquingKeysWith: { $0 + $1 }))
  }
  return LSP.WorkspaceEdit(
    documentChanges: zip(changes, edits).map { change, edits in
      let identifier = LSP.OptionalVersionedTextDocumentIdentifier(uri: change.document.uri, version: change.version)
      return .edit(LSP.TextDocumentEdit(textDocument: identifier, edits: edits))
    })
}
