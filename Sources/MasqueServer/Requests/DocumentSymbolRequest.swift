import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// `textDocument/documentSymbol`: a tree, or a list for a client that knows none.
func documentSymbol(
  _ params: LSP.DocumentSymbolParams, _ context: RequestContext
) throws(ResponseError) -> LSP.DocumentSymbols? {
  let document = try context.documents.required(params.textDocument.uri)
  let symbols = documentSymbols(in: document.snapshot)
  var positions = document.positions
  if context.client.takesSymbolTrees { return .tree(symbols.map { documentSymbol($0, &positions) }) }
  var list: [LSP.SymbolInformation] = []
  for symbol in symbols { addInformation(about: symbol, in: nil, document.uri, &positions, to: &list) }
  return .list(list)
}

private func documentSymbol(_ symbol: DocumentSymbol, _ positions: inout PositionFinder) -> LSP.DocumentSymbol {
  LSP.DocumentSymbol(
    name: symbol.name, detail: symbol.detail, kind: symbolKind(symbol.kind), range: positions.range(of: symbol.range),
    selectionRange: positions.range(of: symbol.selectionRange),
    children: symbol.children.isEmpty ? nil : symbol.children.map { documentSymbol($0, &positions) })
}

private func addInformation(
  about symbol: DocumentSymbol, in container: String?, _ uri: String, _ positions: inout PositionFinder,
  to list: inout [LSP.SymbolInformation]
) {
  list.append(
    LSP.SymbolInformation(
      name: symbol.name, kind: symbolKind(symbol.kind), containerName: container,
      location: LSP.Location(uri: uri, range: positions.range(of: symbol.range))))
  for child in symbol.children { addInformation(about: child, in: symbol.name, uri, &positions, to: &list) }
}

private func symbolKind(_ kind: DocumentSymbolKind) -> LSP.SymbolKind {
  switch kind {
  case .name: .class
  case .choice: .enumMember
  case .text: .string
  case .number: .number
  case .boolean: .boolean
  case .null: .null
  case .list: .array
  case .map: .object
  case .skill: .interface
  case .pattern: .operator
  case .server: .module
  case .credential: .key
  case .evaluation: .event
  }
}
