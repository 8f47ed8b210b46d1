import JSON
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

extension Server {
  /// Keeps a request for diagnostics until the client has said what its settings are: it asks as soon as a document is
  /// open, and not every client can be told later that there is something else to find.
  ///
  /// - Returns: whether the request was kept; without a question that is open it is not.
  func waitsForSettings(_ request: RequestMessage) -> Bool {
    guard awaitedSettings > 0, let number = requests.begin(request.id) else { return false }
    pendingDiagnostics.append((request, number))
    return true
  }

  /// Answers a request for diagnostics.
  func answerDiagnostic(_ request: RequestMessage, _ client: ClientProfile) {
    answer(request, LSP.DocumentDiagnosticRequest.self, client, about: \.textDocument.uri, documentDiagnostic)
  }

  /// Answers the requests that have waited for settings, once all of those are known.
  func answerDiagnostics(_ client: ClientProfile) {
    guard awaitedSettings == 0 else { return }
    let pending = pendingDiagnostics
    pendingDiagnostics = []
    for (request, number) in pending where requests.finish(request.id, number) { answerDiagnostic(request, client) }
  }

  /// Gives up the requests that wait for settings.
  func giveUpDiagnostics() {
    for (request, number) in pendingDiagnostics where requests.finish(request.id, number) {
      respond(to: request.id, .requestCancelled, "the session is over")
    }
    pendingDiagnostics = []
  }
}

/// All diagnostics of a document: what is pushed and what is pulled.
func diagnostics(of document: Document, for client: ClientProfile) -> [LSP.Diagnostic] {
  document.findings.map { diagnostic($0, in: document, for: client) }
}
