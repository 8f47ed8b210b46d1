import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

extension Server {
  /// `workspace/diagnostic`: what there is to say about every file, open or not. The first request has all files
  /// checked, and waits for that; later ones are answered at once, because what was found is kept, and a client is told
  /// by a refresh when there is something else. So no request is held open, which some clients show as work under way
  /// and others give up.
  func workspaceDiagnostic(_ request: RequestMessage, _ client: ClientProfile) {
    let params: LSP.WorkspaceDiagnosticParams
    do throws(ResponseError) {
      params = try LSP.WorkspaceDiagnosticRequest.decodeParams(request.params)
    } catch {
      respond(to: request.id, error.code, error.message)
      return
    }
    guard let number = requests.begin(request.id) else {
      respond(to: request.id, .invalidRequest, "a request with this id is being answered")
      return
    }
    stopPushing()
    pendingReports.append((request.id, number, params))
    if !watch.wantsReports {
      watch.wantsReports = true
      watch.markChanged()
    } else if !watch.isToldOfFiles {
      // The answer tells what is known; should the disk say otherwise, a refresh follows.
      watch.markAnything()
    }
    answerWorkspaceDiagnostics(client)
  }

  /// Answers the requests that wait for reports, if there are reports.
  func answerWorkspaceDiagnostics(_ client: ClientProfile) {
    guard index.reports != nil, !pendingReports.isEmpty else { return }
    let pending = pendingReports
    pendingReports = []
    let context = requestContext(client)
    for (id, number, params) in pending where requests.isWaiting(id, number) {
      let task = Task.detached(priority: .utility) { [inbox, log, checks] in
        let response = encodeResponse(to: id, LSP.WorkspaceDiagnosticRequest.self, log) {
          () throws(ResponseError) in try report(params, context, checks)
        }
        inbox.put(.answered(id, number: number, response))
      }
      requests.attach(task, to: id)
    }
  }

  /// Gives up the requests that wait for reports.
  func giveUpReports() {
    for (id, number, _) in pendingReports where requests.finish(id, number) {
      respond(to: id, .requestCancelled, "the session is over")
    }
    pendingReports = []
  }
}

/// How many files a partial result tells of.
private let partLength = 64

/// The reports of all files that there is something to say about, and of those that the client has an outdated report
/// of. A file without findings of which the client has none is not mentioned.
private func report(
  _ params: LSP.WorkspaceDiagnosticParams, _ context: RequestContext, _ checks: CheckStore
) throws(ResponseError) -> LSP.WorkspaceDiagnosticReport {
  var known = Dictionary(params.previousResultIds.map { ($0.uri, $0.value) }, uniquingKeysWith: { $1 })
  var items: [LSP.WorkspaceDocumentDiagnosticReport] = []
  func add(_ item: LSP.WorkspaceDocumentDiagnosticReport) {
    items.append(item)
    guard let token = params.partialResultToken, items.count >= partLength else { return }
    let part = LSP.WorkspaceDiagnosticReport(items: items)
    guard let value = try? JSONValueEncoder().encode(part) else { return }
    context.connection.notify(LSP.ProgressNotification.self, LSP.ProgressParams(token: token, value: value))
    items = []
  }
  func add(_ uri: String, _ version: Int?, _ id: String, _ findings: () -> [LSP.Diagnostic]?) {
    if known.removeValue(forKey: uri) == id {
      add(.unchanged(.init(resultId: id, uri: uri, version: version)))
    } else if let findings = findings() {
      add(.full(.init(resultId: id, items: findings, uri: uri, version: version)))
    }
  }

  let open = context.documents.all.sorted { $0.uri < $1.uri }
  for document in open where document.kind != .other {
    if Task.isCancelled { throw ResponseError(.requestCancelled, "cancelled") }
    add(document.uri, document.version, String(document.revision)) {
      diagnostics(of: document, for: context.client)
    }
  }
  let openPaths = Set(open.compactMap(\.path))
  for report in context.workspace.reports ?? [] where !openPaths.contains(report.path) {
    if Task.isCancelled { throw ResponseError(.requestCancelled, "cancelled") }
    add(report.uri, nil, report.id) {
      context.workspace.document(report, context.client.encoding, checks).map {
        diagnostics(of: $0, for: context.client)
      }
    }
  }
  // Mended, closed, excluded or gone: what the client still shows is no longer so.
  for uri in known.keys.sorted() { add(.full(.init(items: [], uri: uri, version: nil))) }
  return LSP.WorkspaceDiagnosticReport(items: items)
}
