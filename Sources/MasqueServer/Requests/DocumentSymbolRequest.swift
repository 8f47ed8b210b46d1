import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `textDocument/documentSymbol`: a tree, or a list for a client that knows none.
func documentSymbol(
  _ params: LSP.DocumentSymbolParams, _ context: RequestContext
) throws(ResponseError) -> LSP.DocumentSymbols? {
  let document = try context.documents.required(params.textDocument.uri)
  let symbols = documentSymbols(in: document.snapshot)
  if context.client.takesSymbolTrees { return .tree(symbols.map { documentSymbol($0, in: document) }) }
  var list: [LSP.SymbolInformation] = []
  for symbol in symbols { addInformation(about: symbol, in: nil, document, to: &list) }
  return .list(list)
}

private func documentSymbol(_ symbol: DocumentSymbol, in document: Document) -> LSP.DocumentSymbol {
  LSP.DocumentSymbol(
    name: symbol.name, detail: symbol.detail, kind: symbolKind(symbol.kind), range: document.range(of: symbol.range),
    selectionRange: document.range(of: symbol.selectionRange),
    children: symbol.children.isEmpty ? nil : symbol.children.map { documentSymbol($0, in: document) })
}

private func addInformation(
  about symbol: DocumentSymbol, in container: String?, _ document: Document, to list: inout [LSP.SymbolInformation]
) {
  list.append(
    LSP.SymbolInformation(
      name: symbol.name, kind: symbolKind(symbol.kind), containerName: container,
      location: LSP.Location(uri: document.uri, range: document.range(of: symbol.range))))
  for child in symbol.children { addInformation(about: child, in: symbol.name, document, to: &list) }
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
