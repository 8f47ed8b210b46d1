import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// `textDocument/prepareRename`: the name that would be given another; null where nothing is named.
func prepareRename(
  _ params: LSP.PrepareRenameParams, _ context: RequestContext
) throws(ResponseError) -> LSP.PrepareRenameResult? {
  let document = try context.documents.required(params.textDocument.uri)
  guard let target = try target(of: params.position, in: document) else { return nil }
  return LSP.PrepareRenameResult(range: document.range(of: target.range), placeholder: target.name)
}

/// `textDocument/rename`: a server and an anchor in their file, a skill, a resource and a masque's name in all masques of
/// the workspace.
func rename(_ params: LSP.RenameParams, _ context: RequestContext) throws(ResponseError) -> LSP.WorkspaceEdit? {
  let document = try context.documents.required(params.textDocument.uri)
  guard let target = try target(of: params.position, in: document) else {
    throw ResponseError(.requestFailed, "there is no name here that could be changed")
  }
  let subject = target.subject
  var changes: [(document: Document, edits: [TextEdit])] = []
  var others: [NamedMasque] = []
  if subject.isRenamedEverywhere {
    others = context.otherMasques(than: document, naming: [subject])
    try refuseTaken(params.newName, for: subject, document, context)
  }
  for document in [document] + others.map(\.document) {
    switch renamingEdits(of: subject, to: params.newName, in: document.snapshot) {
    case .success(let edits):
      if !edits.isEmpty { changes.append((document, edits)) }
    case .failure(let refusal):
      let isHere = document.uri == params.textDocument.uri
      throw ResponseError(
        .requestFailed, isHere ? refusal.reason : "\(displayPath(of: document.uri)): \(refusal.reason)")
    }
  }
  return workspaceEdit(changes, for: context.client)
}

private func target(of position: LSP.Position, in document: Document) throws(ResponseError) -> Mention? {
  switch renameTarget(in: document.snapshot, at: document.offset(of: position)) {
  case nil: return nil
  case .success(let mention): return mention
  case .failure(let refusal): throw ResponseError(.requestFailed, refusal.reason)
  }
}

/// Two masques must not have one name.
private func refuseTaken(
  _ newName: String, for subject: Subject, _ document: Document, _ context: RequestContext
) throws(ResponseError) {
  guard case .masque = subject, let newSubject = Subject.masque(named: newName), newSubject != subject else { return }
  for other in context.otherMasques(than: document, naming: [newSubject])
  where !other.mentions.definitions(of: newSubject).isEmpty {
    throw ResponseError(
      .requestFailed, "\(displayPath(of: other.document.uri)) is called `\(newName)` already")
  }
}
