import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

// The editor's settings (`tabSize` and the like) change nothing: the style is one, so that every editor and
// `masque-lint format` agree.

/// `textDocument/formatting`: edits of blanks and quotes, none that could change the meaning.
func formatting(
  _ params: LSP.DocumentFormattingParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.TextEdit]? {
  let document = try context.documents.required(params.textDocument.uri)
  return textEdits(format(document.snapshot).edits, in: document)
}

/// `textDocument/rangeFormatting`: the same in the lines that the range touches.
func rangeFormatting(
  _ params: LSP.DocumentRangeFormattingParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.TextEdit]? {
  let document = try context.documents.required(params.textDocument.uri)
  let range = byteRange(of: params.range, in: document.text, document.lines, document.encoding)
  return textEdits(format(document.snapshot, in: range).edits, in: document)
}

/// `textDocument/onTypeFormatting`: the indentation of the line that has been begun.
func onTypeFormatting(
  _ params: LSP.DocumentOnTypeFormattingParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.TextEdit]? {
  let document = try context.documents.required(params.textDocument.uri)
  let offset = document.offset(of: params.position)
  return textEdits(typingEdits(in: document.snapshot, at: offset, after: params.ch), in: document)
}

private func textEdits(_ edits: [TextEdit], in document: Document) -> [LSP.TextEdit] {
  edits.map { LSP.TextEdit(range: document.range(of: $0.range), newText: $0.replacement) }
}
