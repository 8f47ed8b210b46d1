import JSONRPC
import LanguageServerProtocol
import SourceText

/// Which documents' diagnostics are due, and which are being made.
struct DiagnosticPublisher {
  /// The documents that have changed since their diagnostics were begun, the longest ago first.
  fileprivate var changed: [String] = []
  /// The tasks that make diagnostics, one for a document at most.
  fileprivate var tasks: [String: Task<Void, Never>] = [:]
  /// Whether diagnostics are sent unasked.
  fileprivate(set) var isPushing = true

  /// Says that a document has a new text.
  mutating func markChanged(_ uri: String) {
    if !changed.contains(uri) { changed.append(uri) }
  }
}

extension Server {
  /// Sends the diagnostics of every document that has changed, as soon as no message waits: what is queued counts, and
  /// no time. Large documents have a task of their own; a change stops it, and it is begun again when it has stopped.
  func publishDiagnostics() {
    guard case .running(let client) = phase else { return }
    guard publisher.isPushing else {
      if !publisher.changed.isEmpty { watch.markChanged() }
      publisher.changed = []
      return
    }
    for uri in publisher.changed {
      guard inbox.isEmpty else { return }
      if let task = publisher.tasks[uri] {
        task.cancel()
        continue
      }
      publisher.changed.removeAll { $0 == uri }
      guard let document = documents[uri] else { continue }
      if document.isQuick {
        if let bytes = publication(of: document, for: client, log) { send(bytes) }
        noteSummary(of: document)
      } else {
        publisher.tasks[uri] = Task.detached(priority: .medium) { [inbox, log] in
          let bytes = document.analyzeUnlessCancelled() ? publication(of: document, for: client, log) : nil
          inbox.put(.diagnosed(uri: uri, revision: document.revision, bytes ?? []))
        }
      }
    }
  }

  /// Sends what a task has made, unless the document has changed since.
  func finishDiagnosing(_ uri: String, _ revision: Int, _ bytes: [UInt8]) {
    publisher.tasks[uri] = nil
    guard publisher.isPushing, let document = documents[uri], document.revision == revision, !bytes.isEmpty else {
      return
    }
    send(bytes)
    noteSummary(of: document)
  }

  /// Takes back what was sent about a document that is closed.
  func forgetDiagnostics(of uri: String) {
    publisher.tasks[uri]?.cancel()
    publisher.changed.removeAll { $0 == uri }
    if publisher.isPushing {
      notify(
        LSP.PublishDiagnosticsNotification.self, LSP.PublishDiagnosticsParams(uri: uri, diagnostics: []))
    }
  }

  /// Leaves diagnostics to the client's asking from now on. A client that can ask need not do it, so it is sent
  /// everything until it does; then it would show everything twice.
  func stopPushing() {
    guard publisher.isPushing else { return }
    for document in documents.all { forgetDiagnostics(of: document.uri) }
    publisher.isPushing = false
  }
}

/// A document's diagnostics as a notification in bytes.
private func publication(of document: Document, for client: ClientProfile, _ log: Log) -> [UInt8]? {
  let params = LSP.PublishDiagnosticsParams(
    uri: document.uri, version: document.version, diagnostics: diagnostics(of: document, for: client))
  return encodeNotification(LSP.PublishDiagnosticsNotification.self, params, log)
}

/// Does once, for nobody, what is done for every document: the first time takes longer.
func warmUp(for client: ClientProfile) {
  let document = Document(
    uri: "masque:warm-up", version: 0, revision: 0, text: SourceText("ring: -\n"), encoding: client.encoding)
  _ = publication(of: document, for: client, Log(standardError: nil))
}
