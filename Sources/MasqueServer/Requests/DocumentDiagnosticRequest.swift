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
  /// Keeps a request for diagnostics until the client has said what its settings are, for a second at the most: it asks as
  /// soon as a document is open, and not every client can be told later that there is something else to find.
  ///
  /// - Returns: whether the request was kept; without a question that is open it is not.
  func waitsForSettings(_ request: RequestMessage) -> Bool {
    guard awaitedSettings > 0, !isLateWithSettings, let number = requests.begin(request.id) else { return false }
    if pendingDiagnostics.isEmpty {
      Task.detached { [inbox] in
        if (try? await Task.sleep(for: .seconds(1))) != nil { inbox.put(.settingsLate) }
      }
    }
    pendingDiagnostics.append((request, number))
    return true
  }

  /// Answers a request for diagnostics.
  func answerDiagnostic(_ request: RequestMessage, _ client: ClientProfile) {
    answer(request, LSP.DocumentDiagnosticRequest.self, client, about: \.textDocument.uri, documentDiagnostic)
  }

  /// Goes on without the settings that are waited for.
  func giveUpOnSettings() {
    guard awaitedSettings > 0, !pendingDiagnostics.isEmpty, case .running(let client) = phase else { return }
    isLateWithSettings = true
    log.note("the client does not say what its settings are; those that are known count")
    answerDiagnostics(client)
  }

  /// Answers the requests that have waited for settings, once all of those are known or nobody waits any longer.
  func answerDiagnostics(_ client: ClientProfile) {
    guard awaitedSettings == 0 || isLateWithSettings else { return }
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
