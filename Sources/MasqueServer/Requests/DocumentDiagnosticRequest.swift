import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `textDocument/diagnostic`: what is published for the document, for a client that asks instead.
func documentDiagnostic(
  _ params: LSP.DocumentDiagnosticParams, _ context: RequestContext
) throws(ResponseError) -> LSP.DocumentDiagnosticReport {
  let document = try context.documents.required(params.textDocument.uri)
  let result = String(document.revision)
  if params.previousResultId == result {
    return .unchanged(LSP.RelatedUnchangedDocumentDiagnosticReport(resultId: result))
  }
  guard document.analyzeUnlessCancelled() else { throw ResponseError(.requestCancelled, "cancelled") }
  let items = diagnostics(of: document, for: context.client)
  return .full(LSP.RelatedFullDocumentDiagnosticReport(resultId: result, items: items))
}

/// All diagnostics of a document: what is pushed and what is pulled.
func diagnostics(of document: Document, for client: ClientProfile) -> [LSP.Diagnostic] {
  document.findings.map { diagnostic($0, in: document, for: client) }
}
