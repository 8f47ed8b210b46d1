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
  try refuseTaken(params.newName, for: subject, document, context)
  var changes: [DocumentEdits] = []
  if let edits = try edits(of: document, subject, params.newName, place: "") {
    changes.append(DocumentEdits(document, version: document.version, edits))
  }
  let others = subject.isRenamedEverywhere ? context.masques(besides: document, naming: [subject]) : []
  for other in others {
    let path = displayPath(of: other.uri)
    guard let document = context.document(other.masque) else {
      throw ResponseError(.requestFailed, "\(path) can't be read, and names `\(target.name)`")
    }
    var version: Int?
    if case .open = other.masque { version = document.version }
    if let edits = try edits(of: document, subject, params.newName, place: path + ": ") {
      changes.append(DocumentEdits(document, version: version, edits))
    }
  }
  return workspaceEdit(changes, for: context.client)
}

/// The edits in one document; nil if there are none.
private func edits(
  of document: Document, _ subject: Subject, _ newName: String, place: String
) throws(ResponseError) -> [TextEdit]? {
  switch renamingEdits(of: subject, to: newName, in: document.snapshot) {
  case .success(let edits): return edits.isEmpty ? nil : edits
  case .failure(let refusal): throw ResponseError(.requestFailed, place + refusal.reason)
  }
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
  for other in context.masques(besides: document, naming: [newSubject])
  where !other.mentions.definitions(of: newSubject).isEmpty {
    throw ResponseError(.requestFailed, "\(displayPath(of: other.uri)) is called `\(newName)` already")
  }
}
