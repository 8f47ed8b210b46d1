import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `textDocument/documentHighlight`: definitions as written, references as read.
func documentHighlight(
  _ params: LSP.DocumentHighlightParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.DocumentHighlight]? {
  let document = try context.documents.required(params.textDocument.uri)
  let snapshot = document.snapshot
  let all = mentions(in: snapshot)
  guard let pointed = pointedMentions(in: snapshot, all, at: document.offset(of: params.position)) else { return nil }
  let subjects = pointed.mentions.map(\.subject)
  return all.filter { subjects.contains($0.subject) }.map { mention in
    LSP.DocumentHighlight(
      range: document.range(of: mention.range), kind: mention.role == .definition ? .write : .read)
  }
}
