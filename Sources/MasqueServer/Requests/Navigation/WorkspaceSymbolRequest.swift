import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `workspace/symbol`: masques, their servers and skills.
func workspaceSymbol(
  _ params: LSP.WorkspaceSymbolParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.WorkspaceSymbol]? {
  let masques = context.namedMasques
  return workspaceSymbols(matching: params.query, in: masques.map(\.mentions)).map { symbol in
    let masque = masques[symbol.masque]
    let mention = masque.mentions[symbol.mention]
    let location = masque.location(of: symbol.mention)
    return LSP.WorkspaceSymbol(
      name: mention.name, kind: symbolKind(of: mention.subject), containerName: container(of: mention, masque),
      location: LSP.WorkspaceSymbolLocation(uri: location.uri, range: location.range))
  }
}

/// The masque that has a server or a skill, by its name.
private func container(of mention: Mention, _ masque: NamedMasque) -> String? {
  if case .masque = mention.subject { return nil }
  return masque.mentions.first { candidate in
    if case .masque = candidate.subject { candidate.role == .definition } else { false }
  }?.name
}

private func symbolKind(of subject: Subject) -> LSP.SymbolKind {
  switch subject {
  case .masque: .class
  case .skill: .interface
  case .server: .module
  case .resource: .file
  case .anchor: .variable
  }
}
