import JSONRPC
import LanguageServerProtocol
import MasqueModel
import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// When the workspace is to be read again. Reading is for a task: the loop never waits for a disk.
struct WorkspaceWatch {
  /// The workspace's folders, absolute; nested ones as they come.
  var folders: [FilePath] = []
  /// Whether the client tells when files change, so that nobody has to look.
  var isToldOfFiles = false
  /// Whether somebody wants to know what there is to say about files that are not open.
  var wantsReports = false
  /// Whether the author has stopped the reading of the folders.
  var isStopped = false
  /// Whether something has changed since the last reading was begun.
  fileprivate(set) var isDue = false
  /// What may have changed on disk.
  fileprivate var changes = DiskChanges()
  fileprivate var isReading = false
  /// What each document said of itself when it was last compared.
  fileprivate var summaries: [String: MasqueSummary] = [:]

  /// Says that a document's text has changed.
  mutating func markChanged() { isDue = true }

  /// Says that anything may have changed on disk.
  mutating func markAnything() {
    isDue = true
    changes.isAnything = true
  }

  /// Says that the bytes of a file have changed.
  mutating func markFile(_ path: FilePath) {
    isDue = true
    changes.paths.insert(path)
  }

  /// Says that a document has been opened or closed, or that somebody wants to know of all files. Where the client does
  /// not tell of files, that is a moment to look at all of them; where it does, it does not tell of those outside its
  /// folders. (After a document has been saved all are looked at in any case: an editor may miss that a folder is gone.)
  mutating func markMoment(_ path: FilePath?) {
    isDue = true
    if isToldOfFiles { changes.isUnwatched = true } else { changes.isAnything = true }
    if let path { changes.paths.insert(path) }
  }
}

extension Server {
  /// Has libraries compared again if a document that has just been looked at says something else of itself than the last
  /// time.
  func noteSummary(of document: Document) {
    if document.kind == .manifest {
      if document.verdict?.text != document.text { watch.markChanged() }
    } else if let known = watch.summaries[document.uri], known != document.summary {
      watch.markChanged()
    }
  }

  /// Begins to read the workspace, once no message waits. Only one reading is under way at a time.
  func readWorkspace() {
    guard case .running(let client) = phase, watch.isDue, !watch.isReading, inbox.isEmpty else { return }
    let isSearching = settings.indexesWorkspace && !watch.isStopped
    let order = ReadingOrder(
      folders: isSearching ? watch.folders.filter(isSearchable) : [], documents: documents.all,
      changes: watch.changes, checks: checks, wantsReports: watch.wantsReports, encoding: client.encoding)
    watch.isDue = false
    watch.changes = DiskChanges()
    watch.isReading = true
    let progress =
      client.showsProgress ? LateProgress("Reading masques", connection) { [inbox] in inbox.put(.readingStopped) } : nil
    let read = { @Sendable [inbox, workspaceReader] in
      let reading = workspaceReader.read(order) { done, count in
        progress?.report(done * 100 / max(count, 1), "\(done) of \(count) masques") ?? true
      }
      progress?.end()
      inbox.put(.workspaceRead(reading))
    }
    // It waits for the disk, and may take long: on a thread of its own it keeps no task from running.
    if !startThread(read) { Task.detached(priority: .utility) { read() } }
  }

  /// Takes over what was read: gives documents what their libraries say, and has them diagnosed again where that is
  /// news.
  func finishReading(_ reading: Reading) {
    watch.isReading = false
    watch.summaries = reading.verdicts.mapValues(\.summary)
    guard case .running(let client) = phase else { return }
    // Settings that the editor has given meanwhile are newer; then another reading is due.
    if reading.checks !== checks, reading.checks.generation > checks.generation { useChecks(reading.checks) }
    tellProblems(of: reading.checks)
    let isReportNews = reading.index.reports?.map(\.id) != index.reports?.map(\.id)
    index = reading.index
    var isNews = isReportNews && index.reports != nil
    for document in documents.all where document.verdict != reading.verdicts[document.uri] {
      let old = document.verdict
      let new = reading.verdicts[document.uri]
      // What the task has seen may be older than the document; the verdict moves along with the text.
      let isChanged =
        old?.findings ?? [] != new?.findings ?? [] || old?.locations ?? [:] != new?.locations ?? [:]
        || (old == nil) != (new == nil) && (old ?? new)?.isAwaited == true
      if isChanged { revision += 1 }
      documents[document.uri] = document.judged(new, revision: isChanged ? revision : document.revision)
      if isChanged { publisher.markChanged(document.uri) }
      isNews = isNews || isChanged
    }
    if isNews { refreshDiagnostics(client) }
    answerWorkspaceDiagnostics(client)
  }

  /// Has every document checked in another way from now on.
  func useChecks(_ checks: CheckStore) {
    self.checks = checks
    for document in documents.all {
      revision += 1
      documents[document.uri] = document.checked(by: checks, revision: revision)
      publisher.markChanged(document.uri)
    }
    if case .running(let client) = phase { refreshDiagnostics(client) }
  }

  /// Tells a client that asks for diagnostics that there are others.
  private func refreshDiagnostics(_ client: ClientProfile) {
    if !publisher.isPushing, client.refreshesDiagnostics { ask(LSP.DiagnosticRefreshRequest.self) }
  }

  /// Stops the reading of the workspace's folders, as the author wishes.
  func stopReading() {
    watch.isStopped = true
    watch.markChanged()
    tell(.info, "Reading the workspace was stopped; only what belongs to open documents is looked at.")
  }

  // MARK: What clients tell of files

  /// `workspace/didChangeWatchedFiles`.
  func didChangeWatchedFiles(_ params: LSP.DidChangeWatchedFilesParams) {
    for event in params.changes {
      guard let path = filePath(of: event.uri).map({ FilePath($0).normalized }) else { continue }
      if path.name.elementsEqual(SessionFile.name.utf8) {
        wearing.isDue = true
        continue
      }
      // A masque with other bytes changes nothing but itself.
      if path.isMasque, event.type == .changed { watch.markFile(path) } else { watch.markAnything() }
      previews.markFile(path)
    }
  }

  /// `workspace/didChangeWorkspaceFolders`.
  func didChangeWorkspaceFolders(_ params: LSP.DidChangeWorkspaceFoldersParams) {
    let removed = Set(params.event.removed.compactMap { folderPath($0.uri) })
    var folders = watch.folders.filter { !removed.contains($0) }
    for folder in params.event.added.compactMap({ folderPath($0.uri) }) where !folders.contains(folder) {
      folders.append(folder)
    }
    useFolders(folders)
  }

  /// Takes over the workspace's folders.
  func useFolders(_ folders: [FilePath]) {
    watch.folders = folders
    watch.isStopped = false
    watch.markAnything()
    wearing.isDue = true
    if checks.root != folders.first {
      useChecks(checks.renewed(root: folders.first, editor: settings))
    }
  }
}

/// Whether a folder is searched. The whole disk, or all that somebody has, is where an editor has no project.
private func isSearchable(_ folder: FilePath) -> Bool {
  folder != "/" && getenv("HOME").map { FilePath(String(cString: $0)).normalized } != folder
}

/// The path of a folder's URI, or of a path that stands for one; nil if it is on no disk.
func folderPath(_ uri: String) -> FilePath? {
  let path = FilePath(filePath(of: uri) ?? uri).normalized
  return path.isAbsolute ? path : nil
}

/// The workspace's folders, as `initialize` names them: the list, or what stood for it in earlier versions.
func workspaceFolders(_ params: LSP.InitializeParams) -> [FilePath] {
  if let folders = params.workspaceFolders {
    var result: [FilePath] = []
    for folder in folders.compactMap({ folderPath($0.uri) }) where !result.contains(folder) { result.append(folder) }
    return result
  }
  return [params.rootUri ?? params.rootPath].compactMap { $0 }.filter { !$0.isEmpty }.compactMap { folderPath($0) }
}
