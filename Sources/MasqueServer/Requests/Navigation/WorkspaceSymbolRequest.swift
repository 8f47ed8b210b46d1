import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `workspace/symbol`: masques, their servers and skills.
func workspaceSymbol(
  _ params: LSP.WorkspaceSymbolParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.WorkspaceSymbol]? {
  let masques = context.documents.all.sorted { $0.uri < $1.uri }.map(NamedMasque.init)
  return workspaceSymbols(matching: params.query, in: masques.map(\.mentions)).map { symbol in
    let masque = masques[symbol.masque]
    let mention = masque.mentions[symbol.mention]
    let location = masque.location(of: mention)
    return LSP.WorkspaceSymbol(
      name: mention.name, kind: symbolKind(of: mention.subject), containerName: nil,
      location: LSP.WorkspaceSymbolLocation(uri: location.uri, range: location.range))
  }
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
