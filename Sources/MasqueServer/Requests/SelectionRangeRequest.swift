import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `textDocument/selectionRange`.
func selectionRange(
  _ params: LSP.SelectionRangeParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.SelectionRange]? {
  let document = try context.documents.required(params.textDocument.uri)
  return params.positions.map { position in
    let ranges = selectionRanges(in: document.snapshot, at: document.offset(of: position)).map(document.range)
    return LSP.SelectionRange(ranges.first ?? LSP.Range(start: position, end: position), Array(ranges.dropFirst()))
  }
}
