import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `textDocument/hover`.
func hover(_ params: LSP.HoverParams, _ context: RequestContext) throws(ResponseError) -> LSP.Hover? {
  let document = try context.documents.required(params.textDocument.uri)
  guard let schema = document.schema else { return nil }
  return hover(in: document.snapshot, at: document.offset(of: params.position), schema: schema).map { hover in
    LSP.Hover(
      contents: markupContent(hover.markdown, formats: context.client.hoverFormats),
      range: document.range(of: hover.range))
  }
}
