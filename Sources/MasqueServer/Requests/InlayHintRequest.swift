import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// `textDocument/inlayHint`.
func inlayHint(_ params: LSP.InlayHintParams, _ context: RequestContext) throws(ResponseError) -> [LSP.InlayHint]? {
  let document = try context.documents.required(params.textDocument.uri)
  let client = context.client
  let window = byteRange(of: params.range, in: document.text, document.lines, document.encoding)
  var positions = document.positions
  return hints(of: document, context, in: window).map { hint in
    let place = positions.position(of: hint.offset)
    var result = LSP.InlayHint(
      position: LSP.Position(line: place.line, character: place.column), label: .string(hint.label), paddingLeft: true)
    guard let tooltip = hint.tooltip else { return result }
    if client.resolvesInlayHintTooltips {
      result.data = [
        "uri": .string(document.uri), "version": .integer(Int64(document.version)),
        "kind": .string(hint.kind.rawValue), "offset": .integer(Int64(hint.offset)),
      ]
    } else {
      result.tooltip = markup(tooltip, formats: client.hoverFormats)
    }
    return result
  }
}

/// `inlayHint/resolve`: the tooltip of a hint that a person points at.
func inlayHintResolve(_ hint: LSP.InlayHint, _ context: RequestContext) throws(ResponseError) -> LSP.InlayHint {
  guard let uri = hint.data?["uri"]?.stringValue, let kind = hint.data?["kind"]?.stringValue,
    let offset = hint.data?["offset"]?.integerValue.flatMap(Int.init(exactly:))
  else { return hint }
  let document = try context.documents.required(uri)
  guard hint.data?["version"]?.integerValue == Int64(document.version) else {
    throw ResponseError(.contentModified, "\(uri) has changed since this was shown")
  }
  var result = hint
  let place = ByteRange(at: min(max(offset, 0), document.text.count))
  result.tooltip = hints(of: document, context, in: place)
    .first { $0.offset == offset && $0.kind.rawValue == kind }?.tooltip
    .map { markup($0, formats: context.client.hoverFormats) }
  return result
}

/// The document that a hint to be resolved is about.
func hintedDocument(_ hint: LSP.InlayHint) -> String { hint.data?["uri"]?.stringValue ?? "" }

private func hints(of document: Document, _ context: RequestContext, in window: ByteRange) -> [InlayHint] {
  // What is said of an intent is found out once: if the findings are being made, they are waited for.
  if context.inlayHints.contains(.exceptions) { _ = document.findings }
  return inlayHints(in: document.snapshot, window: window, kinds: context.inlayHints)
}
