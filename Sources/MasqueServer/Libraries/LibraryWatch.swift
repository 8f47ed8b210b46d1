import LanguageServerProtocol
import MasqueModel

/// When libraries are to be read again. Reading is for a task: the loop never waits for a disk.
struct LibraryWatch {
  /// Whether something has changed since the last reading was begun.
  fileprivate var isDue = false
  /// Whether it may have changed on disk.
  fileprivate var looksAtDisk = false
  fileprivate var isReading = false
  /// What each document said of itself when it was last compared.
  fileprivate var summaries: [String: MasqueSummary] = [:]

  /// Says that a document's text has changed.
  mutating func markChanged() { isDue = true }

  /// Says that a document has been opened, saved or closed.
  mutating func markDisk() {
    isDue = true
    looksAtDisk = true
  }
}

extension Server {
  /// Has libraries compared again if a document that has just been looked at says something else of itself than the last
  /// time.
  func noteSummary(of document: Document) {
    guard let known = libraries.summaries[document.uri] else { return }
    if known != document.summary { libraries.markChanged() }
  }

  /// Begins to read libraries, once no message waits. Only one reading is under way at a time.
  func readLibraries() {
    guard case .running = phase, libraries.isDue, !libraries.isReading, inbox.isEmpty else { return }
    let looksAtDisk = libraries.looksAtDisk
    libraries.isDue = false
    libraries.looksAtDisk = false
    libraries.isReading = true
    Task.detached(priority: .utility) { [inbox, libraryReader, documents = documents.all] in
      inbox.put(.librariesRead(libraryReader.verdicts(on: documents, looksAtDisk: looksAtDisk)))
    }
  }

  /// Gives documents what their libraries say, and has them diagnosed again where that is news.
  func finishReadingLibraries(_ verdicts: [String: LibraryVerdict]) {
    libraries.isReading = false
    libraries.summaries = verdicts.mapValues(\.summary)
    guard case .running(let client) = phase else { return }
    var isNews = false
    for document in documents.all where document.verdict != verdicts[document.uri] {
      let old = document.verdict
      let new = verdicts[document.uri]
      // What the task has seen may be older than the document; the verdict moves along with the text.
      let isChanged =
        old?.findings ?? [] != new?.findings ?? [] || old?.locations ?? [:] != new?.locations ?? [:]
        || (old == nil) != (new == nil) && (old ?? new)?.isAwaited == true
      if isChanged { revision += 1 }
      documents[document.uri] = document.judged(new, revision: isChanged ? revision : document.revision)
      if isChanged { publisher.markChanged(document.uri) }
      isNews = isNews || isChanged
    }
    if isNews, !publisher.isPushing, client.refreshesDiagnostics { ask(LSP.DiagnosticRefreshRequest.self) }
  }
}
