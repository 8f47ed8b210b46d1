import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `textDocument/definition`: in the document itself, and where it has none, in the other masques of the workspace.
func definition(_ params: LSP.DefinitionParams, _ context: RequestContext) throws(ResponseError) -> LSP.Definition? {
  let document = try context.documents.required(params.textDocument.uri)
  let own = NamedMasque(document)
  guard
    let pointed = pointedMentions(in: document.snapshot, own.mentions, at: document.offset(of: params.position))
  else { return nil }
  let places = pointed.mentions.flatMap { definitions(of: $0.subject, own, document, context) }
  if context.client.takesDefinitionLinks {
    let origin = document.range(of: pointed.origin)
    return .links(places.map { $0.masque.link(to: $0.index, from: origin) })
  }
  return .locations(places.map { $0.masque.location(of: $0.index) })
}

private func definitions(
  of subject: Subject, _ own: NamedMasque, _ document: Document, _ context: RequestContext
) -> [(masque: NamedMasque, index: Int)] {
  for definer in subject.definers {
    func definitions(in masque: NamedMasque) -> [(masque: NamedMasque, index: Int)] {
      masque.indices { $0.role == .definition && $0.subject == definer }.map { (masque, $0) }
    }
    let here = definitions(in: own)
    if !here.isEmpty { return here }
    guard definer.isShared else { continue }
    let there = context.masques(besides: document, naming: [definer]).flatMap(definitions)
    if !there.isEmpty { return there }
  }
  return []
}
