import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `textDocument/references`: in the document itself, then in the other masques of the workspace.
func references(_ params: LSP.ReferenceParams, _ context: RequestContext) throws(ResponseError) -> [LSP.Location]? {
  let document = try context.documents.required(params.textDocument.uri)
  let own = NamedMasque(document)
  guard
    let pointed = pointedMentions(in: document.snapshot, own.mentions, at: document.offset(of: params.position))
  else { return nil }
  let subjects = pointed.mentions.map(\.subject)
  let isWide = subjects.contains(where: \.isShared)
  let masques = [own] + (isWide ? context.masques(besides: document, naming: subjects) : [])
  return masques.flatMap { masque in
    masque.indices { mention in
      subjects.contains(mention.subject) && (params.context.includeDeclaration || mention.role == .reference)
    }.map(masque.location)
  }
}
