import LanguageServerProtocol
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import Synchronization

/// What may have changed on disk since the last reading.
struct DiskChanges: Sendable {
  /// Anything: files may have come, gone or changed.
  var isAnything = false
  /// Anything outside the workspace's folders, which nobody watches.
  var isUnwatched = false
  /// The bytes of these files.
  var paths: Set<FilePath> = []

  /// Anything.
  static let anything = DiskChanges(isAnything: true)

  /// Whether nothing may have changed.
  var isNothing: Bool { !isAnything && !isUnwatched && paths.isEmpty }
}

/// What a reading of the workspace is to take account of.
struct ReadingOrder: Sendable {
  /// The workspace's folders, absolute; none if they are not to be searched.
  var folders: [FilePath]
  /// All open documents. Their texts count, whatever is on disk.
  var documents: [Document]
  /// What may have changed on disk.
  var changes: DiskChanges
  /// How masques are checked, as far as it is known.
  var checks: CheckStore
  /// Whether somebody wants to know what there is to say about files that are not open.
  var wantsReports: Bool
  /// What the client counts columns in.
  var encoding: PositionEncoding
}

/// What a reading of the workspace gives.
struct Reading: Sendable {
  /// The masques on disk.
  var index: WorkspaceIndex
  /// What libraries say about open documents, by URI.
  var verdicts: [String: LibraryVerdict]
  /// How masques are checked from now on.
  var checks: CheckStore
}

/// Reads the workspace and compares the masques in it. Used by one task at a time; it keeps what it knows, so that only
/// what has changed is read again.
final class WorkspaceReader: Sendable {
  /// The file system.
  let files: any Files
  private let state: Mutex<State>

  fileprivate struct State {
    var folders: [FilePath] = []
    var discovered: [FilePath] = []
    var open: Set<FilePath> = []
    var libraries: [KnownLibrary] = []
    var known: [FilePath: KnownFile] = [:]
    var manifests: [FilePath: KnownManifest] = [:]
    var index: WorkspaceIndex
    var checks: CheckStore?
    /// Whether nothing has been left out.
    var isComplete = false
    /// Whether everything was checked, too.
    var hasReports = false
    /// The files that the reading under way has read.
    var fresh: Set<FilePath> = []
    /// What the open documents said when they were last compared.
    var compared: [FilePath: Said] = [:]
    /// The last number given to a report. The first is random: a client may remember one from an earlier server.
    var lastReport = Int.random(in: 0..<(1 << 40))
  }

  /// A reader of a file system.
  init(files: any Files) {
    self.files = files
    state = Mutex(State(index: WorkspaceIndex(files)))
  }

  /// Reads what has changed and compares it.
  ///
  /// - Parameters:
  ///   - order: what to take account of.
  ///   - progress: is told how many files have been read, of how many; it returns whether to go on.
  /// - Returns: the workspace as it is now, or as far as it was read.
  func read(_ order: ReadingOrder, progress: (Int, Int) -> Bool = { _, _ in true }) -> Reading {
    state.withLock { state in
      var checks = order.checks
      if !order.changes.isNothing, checks.isOutOfDate {
        checks = checks.renewed()
      }
      let open = Dictionary(
        order.documents.compactMap { document in document.path.map { ($0, document) } }, uniquingKeysWith: { $1 })
      let isCheckedAnew = state.checks !== checks
      state.checks = checks
      let isFoundAnew = find(order, open, checks, isCheckedAnew, &state)
      state.fresh = []
      var isReadAnew = false
      let isRead = state.isComplete && (state.hasReports || !order.wantsReports)
      if !isRead || isFoundAnew || isCheckedAnew || !order.changes.isNothing {
        isReadAnew = readMasques(order, open, checks, &state, progress)
        readManifests(order, open, &state)
        state.hasReports = order.wantsReports && state.isComplete
      }
      let isAll = isCheckedAnew || isFoundAnew || isReadAnew || !state.fresh.isEmpty
      let said = open.mapValues { Said(summary: $0.summary, manifest: $0.kind == .manifest ? $0.text : nil) }
      // Most of what people type is nobody else's concern.
      let isNews = isAll || said != state.compared || order.wantsReports && state.index.reports == nil
      if isNews {
        compare(order, open, isAll: isAll, &state)
        state.compared = said
      }
      if isCheckedAnew || isFoundAnew || isReadAnew {
        let reports = state.index.reports
        state.index = index(order, open, state)
        state.index.reports = reports
      }
      if isNews { state.index.reports = order.wantsReports ? reports(order, open, &state) : nil }
      return Reading(index: state.index, verdicts: verdicts(open, state), checks: checks)
    }
  }
}

// MARK: What is known

/// What an open document says that others are compared with.
private struct Said: Equatable {
  var summary: MasqueSummary
  /// The whole text of a manifest.
  var manifest: SourceText?
}

/// A library with what was found in it.
private struct KnownLibrary {
  var root: LibraryRoot
  /// The folder that people see its files from.
  var base: FilePath
  /// The masques, by their absolute paths, in order.
  var members: [FilePath]
  /// The same as people see them.
  var shown: [FilePath]
  /// Whether the manifest is looked at: the linter looks at those in folders that it was given.
  var checksManifest: Bool
  /// What the library says of its files, by their absolute paths.
  var findings: [FilePath: [Finding]] = [:]

  /// A file as people see it.
  func shown(_ path: FilePath) -> FilePath { path.relative(to: base) ?? path }

  /// A masque of the library by what people see.
  func member(shownAs text: String) -> FilePath? {
    shown.firstIndex { $0.description == text }.map { members[$0] }
  }
}

/// What is known of a file that nobody has open, as it was at its last reading.
private struct KnownFile {
  var stamp: FileStamp?
  /// Nil if it could not be read.
  var facts: MasqueFacts?
  /// What it says by itself, if somebody wanted to know; `checks` is the generation of the settings.
  var findings: (count: Int, awaitsLibrary: Bool, checks: Int)?
  /// What the library says, and the number of the report that says both.
  var verdict: LibraryVerdict?
  var report: Int?
}

/// A manifest that nobody has open.
private struct KnownManifest {
  var stamp: FileStamp?
  var snapshot: Snapshot
  var verdict: LibraryVerdict?
  var report: Int?
}

// MARK: Finding

extension WorkspaceReader {
  /// Finds the masques and their libraries again, if that may give something new.
  ///
  /// - Returns: whether it did so.
  private func find(
    _ order: ReadingOrder, _ open: [FilePath: Document], _ checks: CheckStore, _ isCheckedAnew: Bool,
    _ state: inout State
  ) -> Bool {
    let masques = Set(open.values.lazy.filter(\.isMasque).compactMap(\.path))
    // A manifest that is open is looked at wherever it lies.
    let shown = masques.union(open.values.lazy.filter { $0.kind == .manifest }.compactMap(\.path))
    let isSearchedAnew = order.changes.isAnything || order.folders != state.folders
    if isSearchedAnew {
      state.folders = order.folders
      state.discovered =
        order.folders.isEmpty ? [] : discoverMasques(order.folders, in: files).files.map { $0.absolute(from: "/") }
    }
    guard isSearchedAnew || isCheckedAnew || order.changes.isUnwatched || shown != state.open else { return false }
    state.open = shown
    let discovered = Set(state.discovered)
    var all = state.discovered + masques.subtracting(discovered).sorted()
    let isIncluded: (FilePath) -> Bool = { !checks.settings(for: $0).excludes($0) }
    all.removeAll { !isIncluded($0) }
    var finder = LibraryFinder(files: files)
    let folder = files.currentFolder
    state.libraries = finder.libraries(of: all, searched: state.folders).map { library in
      var members = library.members.map { $0.absolute(from: folder) }
      // Those that nobody named are still to be held to the settings.
      if !library.unnamed.isEmpty { members.removeAll { !isIncluded($0) } }
      let base =
        state.folders.filter { library.root.folder.relative(to: $0) != nil }.max { $0.bytes.count < $1.bytes.count }
        ?? folder
      let isSearched = state.folders.contains { library.root.folder.relative(to: $0) != nil }
      return KnownLibrary(
        root: library.root, base: base, members: members, shown: members.map { $0.relative(to: base) ?? $0 },
        checksManifest: isSearched || library.root.manifest.map { open[$0] != nil } ?? false)
    }
    return true
  }

  /// A folder and everything in it, or a file.
  private func isWatched(_ path: FilePath, _ state: State) -> Bool {
    state.folders.contains { path.relative(to: $0) != nil }
  }

  /// Whether a file's bytes may have changed.
  private func mayHaveChanged(_ path: FilePath, _ changes: DiskChanges, _ state: State) -> Bool {
    changes.isAnything || changes.paths.contains(path) || changes.isUnwatched && !isWatched(path, state)
  }
}

// MARK: Reading

extension WorkspaceReader {
  /// Reads the masques that nobody has open, as far as they have changed, and forgets those that are gone.
  ///
  /// - Returns: whether anything was read or forgotten.
  private func readMasques(
    _ order: ReadingOrder, _ open: [FilePath: Document], _ checks: CheckStore, _ state: inout State,
    _ progress: (Int, Int) -> Bool
  ) -> Bool {
    let members = state.libraries.lazy.flatMap(\.members)
    var isNew = false
    if state.known.count > 0 {
      let wanted = Set(members)
      for path in Array(state.known.keys) where !wanted.contains(path) || open[path] != nil {
        state.known[path] = nil
        isNew = true
      }
    }
    let checksID = checks.generation
    var due: [(path: FilePath, stamp: FileStamp?)] = []
    for path in members where open[path] == nil {
      guard let known = state.known[path] else {
        due.append((path, files.stamp(of: path)))
        continue
      }
      let isReported = !order.wantsReports || known.facts == nil || known.findings?.checks == checksID
      guard !isReported || mayHaveChanged(path, order.changes, state) else { continue }
      let stamp = files.stamp(of: path)
      if !isReported || stamp == nil || stamp != known.stamp { due.append((path, stamp)) }
    }
    state.isComplete = true
    for (number, (path, stamp)) in due.enumerated() {
      if number & 15 == 0, !progress(number, due.count) {
        state.isComplete = false
        break
      }
      var known = KnownFile(stamp: stamp)
      // What can't be read belongs to the library and says nothing.
      if let bytes = try? files.read(path, maximumLength: maximumMasqueLength) {
        let snapshot = Snapshot(path: path.description, text: editorText(bytes))
        known.facts = MasqueFacts(snapshot)
        if order.wantsReports {
          let settings = checks.settings(for: path)
          let analysis = analyze(
            snapshot, schema: settings.schema ?? .bundled, options: settings.rules(for: path))
          known.findings = (analysis.findings.count, analysis.awaitsLibrary, checksID)
        }
      }
      state.known[path] = known
      state.fresh.insert(path)
      isNew = true
    }
    return isNew
  }

  /// Reads the manifests that nobody has open, as far as they have changed.
  private func readManifests(_ order: ReadingOrder, _ open: [FilePath: Document], _ state: inout State) {
    var manifests: [FilePath: KnownManifest] = [:]
    for library in state.libraries where library.checksManifest {
      guard let path = library.root.manifest, open[path] == nil else { continue }
      let known: KnownManifest? = state.manifests[path]
      if let known, !mayHaveChanged(path, order.changes, state) {
        manifests[path] = known
        continue
      }
      let stamp = files.stamp(of: path)
      if let known, stamp != nil, known.stamp == stamp {
        manifests[path] = known
      } else if let bytes = try? files.read(path, maximumLength: maximumManifestLength) {
        manifests[path] = KnownManifest(
          stamp: stamp, snapshot: Snapshot(path: path.description, text: editorText(bytes)))
        state.fresh.insert(path)
      }
    }
    state.manifests = manifests
  }
}

// MARK: Comparing

extension WorkspaceReader {
  /// Has the libraries say what there is to say: all of them, or those with open documents, the only ones of which
  /// something can have changed.
  private func compare(
    _ order: ReadingOrder, _ open: [FilePath: Document], isAll: Bool, _ state: inout State
  ) {
    for number in state.libraries.indices {
      let library = state.libraries[number]
      let manifestPath = library.checksManifest ? library.root.manifest : nil
      let hasOpen =
        library.members.contains { open[$0] != nil } || manifestPath.map { open[$0] != nil } ?? false
      // What nobody has open and nobody wants reported need not be compared.
      guard hasOpen || order.wantsReports && isAll else { continue }
      let members = zip(library.members, library.shown).map { path, shown in
        LibraryMember(
          path: shown, summary: open[path]?.summary ?? state.known[path]?.facts?.summary ?? MasqueSummary())
      }
      var manifest: LibraryManifest?
      if let path = manifestPath, let snapshot = open[path]?.snapshot ?? state.manifests[path]?.snapshot {
        manifest = LibraryManifest(path: library.shown(path), syntax: snapshot.syntax)
      }
      let found = libraryFindings(of: members, manifest: manifest)
      var result: [FilePath: [Finding]] = [:]
      if !found.isEmpty {
        for (path, shown) in zip(library.members, library.shown) { result[path] = found[shown] }
        if let path = manifestPath, let manifest { result[path] = found[manifest.path] }
      }
      state.libraries[number].findings = result
    }
  }

  /// What libraries say about open documents, by URI.
  private func verdicts(_ open: [FilePath: Document], _ state: State) -> [String: LibraryVerdict] {
    var result: [String: LibraryVerdict] = [:]
    for library in state.libraries {
      func judge(_ path: FilePath) {
        guard let document = open[path] else { return }
        var verdict = LibraryVerdict(
          findings: library.findings[path] ?? [], summary: document.summary,
          text: document.kind == .manifest ? document.text : nil, isAwaited: document.awaitsLibrary, locations: [:])
        locate(&verdict, document.verdict, library, open, document.encoding, state)
        result[document.uri] = verdict
      }
      for path in library.members { judge(path) }
      if library.checksManifest, let path = library.root.manifest { judge(path) }
    }
    return result
  }

  /// Finds out where the places in other files are that a verdict names, as far as that is not known from the last one.
  private func locate(
    _ verdict: inout LibraryVerdict, _ last: LibraryVerdict?, _ library: KnownLibrary, _ open: [FilePath: Document],
    _ encoding: PositionEncoding, _ state: State
  ) {
    for place in verdict.findings.lazy.flatMap(\.related) {
      guard let shown = place.path, let path = library.member(shownAs: shown) else { continue }
      if let document = open[path] {
        verdict.locations[place] = LSP.Location(uri: document.uri, range: document.range(of: place.range))
      } else if let known = last?.locations[place], known.uri == fileURI(of: path), !state.fresh.contains(path) {
        verdict.locations[place] = known
      } else if let bytes = try? files.read(path, maximumLength: maximumMasqueLength) {
        let uri = fileURI(of: path)
        let document = Document(uri: uri, version: 0, revision: 0, text: editorText(bytes), encoding: encoding)
        verdict.locations[place] = LSP.Location(uri: uri, range: document.range(of: place.range))
      }
    }
  }
}

// MARK: Telling

extension WorkspaceReader {
  private func index(_ order: ReadingOrder, _ open: [FilePath: Document], _ state: State) -> WorkspaceIndex {
    var all: [(path: FilePath, library: Int?)] = []
    for (number, library) in state.libraries.enumerated() { all += library.members.map { ($0, number) } }
    let members = Set(all.lazy.map(\.path))
    all += state.discovered.lazy.filter { !members.contains($0) }.map { ($0, nil) }
    all.sort { $0.path < $1.path }
    var memberships = state.libraries.map { WorkspaceIndex.Library(root: $0.root, members: []) }
    let files = all.enumerated().map { position, element in
      if let library = element.library { memberships[library].members.append(position) }
      // Until a document that is closed has been read, what it said last is as good as anything.
      let facts = open[element.path].map { MasqueFacts($0.snapshot) } ?? state.known[element.path]?.facts
      return WorkspaceIndex.File(
        path: element.path, uri: fileURI(of: element.path), facts: facts, isOpen: open[element.path] != nil,
        library: element.library)
    }
    return WorkspaceIndex(
      folders: state.folders, files: files, libraries: memberships, isComplete: state.isComplete, reading: self.files)
  }

  /// What there is to say about files that nobody has open. A report keeps its number as long as it says the same.
  private func reports(
    _ order: ReadingOrder, _ open: [FilePath: Document], _ state: inout State
  ) -> [WorkspaceIndex.Report] {
    var result: [WorkspaceIndex.Report] = []
    func judged(
      _ path: FilePath, _ library: KnownLibrary, _ summary: MasqueSummary, _ last: LibraryVerdict?,
      text: SourceText? = nil, isAwaited: Bool = false
    ) -> LibraryVerdict {
      var verdict = LibraryVerdict(
        findings: library.findings[path] ?? [], summary: summary, text: text, isAwaited: isAwaited, locations: [:])
      locate(&verdict, last, library, open, order.encoding, state)
      return verdict
    }
    func report(_ path: FilePath, _ last: (verdict: LibraryVerdict?, report: Int?), _ verdict: LibraryVerdict?) -> Int {
      var number = last.report
      if number == nil || last.verdict != verdict {
        state.lastReport += 1
        number = state.lastReport
      }
      result.append(
        WorkspaceIndex.Report(path: path, uri: fileURI(of: path), id: "f\(number ?? 0)", verdict: verdict))
      return number ?? 0
    }
    for library in state.libraries {
      for path in library.members {
        guard let known = state.known[path], let own = known.findings else { continue }
        var verdict: LibraryVerdict?
        if own.awaitsLibrary || library.findings[path] != nil {
          verdict = judged(
            path, library, known.facts?.summary ?? MasqueSummary(), known.verdict, isAwaited: own.awaitsLibrary)
        }
        guard own.count > 0 || verdict != nil else { continue }
        state.known[path]?.report = report(path, (known.verdict, known.report), verdict)
        state.known[path]?.verdict = verdict
      }
      guard library.checksManifest, let path = library.root.manifest, let known = state.manifests[path],
        library.findings[path] != nil
      else { continue }
      let verdict = judged(path, library, MasqueSummary(), known.verdict, text: known.snapshot.text)
      state.manifests[path]?.report = report(path, (known.verdict, known.report), verdict)
      state.manifests[path]?.verdict = verdict
    }
    return result.sorted { $0.path < $1.path }
  }
}
