import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// `textDocument/foldingRange`: whole lines.
func foldingRange(
  _ params: LSP.FoldingRangeParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.FoldingRange]? {
  let document = try context.documents.required(params.textDocument.uri)
  let folds = foldingRanges(in: document.snapshot).map { fold in
    LSP.FoldingRange(
      startLine: document.lines.line(containing: fold.range.start),
      endLine: document.lines.line(containing: fold.range.end), kind: fold.isComment ? .comment : nil)
  }
  guard let limit = context.client.foldingRangeLimit, limit >= 0 else { return folds }
  return Array(folds.prefix(limit))
}
