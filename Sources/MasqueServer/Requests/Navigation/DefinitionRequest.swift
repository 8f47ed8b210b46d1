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
  var places: [(masque: NamedMasque, mention: Mention)] = []
  for mention in pointed.mentions { places += definitions(of: mention.subject, own, context) }
  if context.client.takesDefinitionLinks {
    let origin = document.range(of: pointed.origin)
    return .links(places.map { $0.masque.link(to: $0.mention, from: origin) })
  }
  return .locations(places.map { $0.masque.location(of: $0.mention) })
}

private func definitions(
  of subject: Subject, _ own: NamedMasque, _ context: RequestContext
) -> [(masque: NamedMasque, mention: Mention)] {
  for definer in subject.definers {
    let here = own.mentions.definitions(of: definer)
    if !here.isEmpty { return here.map { (own, $0) } }
    guard definer.isShared else { continue }
    let there = context.otherMasques(than: own.document, naming: [definer]).flatMap { masque in
      masque.mentions.definitions(of: definer).map { (masque, $0) }
    }
    if !there.isEmpty { return there }
  }
  return []
}
