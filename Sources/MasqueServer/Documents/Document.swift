import LanguageServerProtocol
import MasqueAnalysis
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText

/// One version of an open document. Immutable, so a task may hold it while the author types on.
struct Document: Sendable {
  /// The URI, as the client writes it.
  let uri: String
  /// The absolute path of the file; nil for a document without one.
  let path: FilePath?
  /// The client's version.
  let version: Int
  /// The server's own count of texts, never used twice: a document that is opened again at the same version is not
  /// what it was.
  let revision: Int
  /// The text.
  let text: SourceText
  /// Where its lines begin.
  let lines: LineIndex
  /// What columns are counted in.
  let encoding: PositionEncoding
  /// What it is, which decides who has something to say about it.
  let kind: Kind
  /// How it is checked, with all others.
  let checks: CheckStore
  private let lazySnapshot: LazySnapshot
  private let analysis: LazyAnalysis
  /// What its library says about it, as far as somebody has looked; perhaps about an earlier version.
  let verdict: LibraryVerdict?

  /// What a document is.
  enum Kind: Sendable, Hashable {
    /// A masque: by its file's name, by the language that the client says, or because it has no file that could tell.
    case masque
    /// A `.masque-lint.yaml`.
    case configuration
    /// The configuration of `masque`, and where it is.
    case userConfiguration(UserConfiguration.Place)
    /// Evaluations of a masque, by the file's name.
    case evaluations
    /// A file with the name of a library's manifest, whether or not it is one.
    case manifest
    /// Something else that the client sends, say all YAML.
    case other
  }

  /// A document as it is opened.
  ///
  /// - Parameters:
  ///   - uri: the URI, as the client writes it.
  ///   - language: the language that the client says it is in, if any.
  ///   - version: the client's version.
  ///   - revision: the server's own.
  ///   - text: the text.
  ///   - encoding: what columns are counted in.
  ///   - checks: how it is checked.
  init(
    uri: String, language: String? = nil, version: Int, revision: Int, text: SourceText, encoding: PositionEncoding,
    checks: CheckStore = .plain
  ) {
    self.uri = uri
    self.checks = checks
    path = filePath(of: uri).map { FilePath($0).normalized }
    kind = Kind(path, language, checks.userConfiguration)
    self.version = version
    self.revision = revision
    self.text = text
    self.encoding = encoding
    lines = LineIndex(text)
    lazySnapshot = LazySnapshot(path: displayPath(of: uri), text: text)
    analysis = LazyAnalysis(lazySnapshot, path, checks)
    verdict = nil
  }

  private init(
    _ previous: Document, version: Int, revision: Int, lines: LineIndex, snapshot: LazySnapshot,
    analysis: LazyAnalysis?, verdict: LibraryVerdict?, checks: CheckStore
  ) {
    self.checks = checks
    kind = previous.kind
    uri = previous.uri
    path = previous.path
    encoding = previous.encoding
    self.version = version
    self.revision = revision
    self.lines = lines
    text = snapshot.text
    lazySnapshot = snapshot
    self.analysis = analysis ?? LazyAnalysis(snapshot, previous.path, checks)
    self.verdict = verdict
  }

  /// Whether it is a masque.
  var isMasque: Bool { kind == .masque }

  /// Whether all there is to say about it is said in less than a millisecond, so that the loop may do it: it is small,
  /// and how it is checked is known without a look at the disk.
  var isQuick: Bool { text.count <= inlineLimit && checks.isKnown(path) }

  /// The document, read. The first to ask waits for it.
  var snapshot: Snapshot { lazySnapshot.value }

  /// The schema that says what can stand in it; nil if none does.
  var schema: MasqueSchema? {
    switch kind {
    case .masque: checks.settings(for: path).schema ?? .bundled
    case .configuration: configurationSchema
    case .userConfiguration: userConfigurationSchema
    case .evaluations: evaluationsSchema
    case .manifest, .other: nil
    }
  }

  /// What there is to say about it. The first to ask waits for it.
  var findings: [Finding] {
    switch kind {
    case .masque: findings(of: analysis.value)
    case .configuration: path.map { CheckStore.findings(in: text, $0) } ?? []
    case .userConfiguration(let place): UserConfiguration.read(text, place).problems.map { Finding($0) }
    case .evaluations: path.map { Evaluations.problems(in: text, $0).map { Finding($0) } } ?? []
    case .manifest: manifestFindings
    case .other: []
    }
  }

  /// Finds out what there is to say about it, unless the task at work is cancelled meanwhile.
  ///
  /// - Returns: whether it is known now.
  func analyzeUnlessCancelled() -> Bool {
    kind == .masque ? analysis.value(isCancelled: { Task.isCancelled }) != nil : !Task.isCancelled
  }

  /// What there would be to say about it with another text.
  func findings(ifItsTextWere text: SourceText) -> [Finding] {
    guard kind == .masque else { return findings }
    return findings(
      of: LazyAnalysis(LazySnapshot(path: displayPath(of: uri), text: text), path, checks).value)
  }

  private func findings(of value: LazyAnalysis.Value) -> [Finding] {
    if let path, value.settings.excludes(path) { return [] }
    var findings = value.analysis.findings
    if let verdict { findings = value.analysis.findings(with: verdict.findings(for: value.analysis.summary)) }
    value.settings.applySeverities(to: &findings)
    return findings
  }

  /// What its library says about a manifest; nothing as long as that is about another text.
  private var manifestFindings: [Finding] {
    guard let verdict, verdict.text == text, let path else { return [] }
    let settings = checks.settings(for: path)
    let rules = settings.rules(for: path)
    var findings = verdict.findings.filter { rules.wants($0.code) }
    settings.applySeverities(to: &findings)
    return findings
  }

  /// What the other masques of its library need to know of it.
  var summary: MasqueSummary { isMasque ? analysis.value.analysis.summary : MasqueSummary() }

  /// Whether a comment in it hides what its library says.
  var awaitsLibrary: Bool { isMasque && analysis.value.analysis.awaitsLibrary }

  /// The next version.
  ///
  /// - Parameters:
  ///   - changes: the changes, each in the text that the ones before it have left.
  ///   - version: the client's version after them.
  ///   - revision: the server's own.
  /// - Returns: the new version, and what was wrong with the changes, in words.
  func applying(
    _ changes: [LSP.TextDocumentContentChangeEvent], version: Int, revision: Int
  ) -> (document: Document, complaints: [String]) {
    var snapshot = lazySnapshot
    var text = text
    var lines = lines
    var complaints: [String] = []
    for change in changes {
      guard let range = change.range else {
        text = SourceText(change.text)
        lines = LineIndex(text)
        snapshot = LazySnapshot(path: displayPath(of: uri), text: text)
        continue
      }
      if let complaint = complaint(about: range, lines) { complaints.append(complaint) }
      let bytes = byteRange(of: range, in: text, lines, encoding)
      text.replace(bytes, with: change.text)
      lines.update(replacing: bytes, in: text)
      snapshot = snapshot.replacing(bytes, byCount: change.text.utf8.count, newText: text)
    }
    let next = Document(
      self, version: version, revision: revision, lines: lines, snapshot: snapshot, analysis: nil, verdict: verdict,
      checks: checks)
    return (next, complaints)
  }

  /// The same version with what its library says.
  func judged(_ verdict: LibraryVerdict?, revision: Int) -> Document {
    Document(
      self, version: version, revision: revision, lines: lines, snapshot: lazySnapshot, analysis: analysis,
      verdict: verdict, checks: checks)
  }

  /// The same version, checked in another way.
  func checked(by checks: CheckStore, revision: Int) -> Document {
    Document(
      self, version: version, revision: revision, lines: lines, snapshot: lazySnapshot, analysis: nil,
      verdict: verdict, checks: checks)
  }

  /// What is wrong with a range that is then cut to the text; a column past a line's end is what the protocol allows.
  private func complaint(about range: LSP.Range, _ lines: LineIndex) -> String? {
    for position in [range.start, range.end] {
      if position.line < 0 || position.line >= lines.lineCount || position.character < 0 {
        return "a change at \(position.line):\(position.character) lies outside the \(lines.lineCount) lines of \(uri)"
      }
    }
    if (range.end.line, range.end.character) < (range.start.line, range.start.character) {
      return "a change at \(range.start.line):\(range.start.character) of \(uri) ends before it starts"
    }
    return nil
  }
}

extension Document.Kind {
  /// What a file is by its name, or by the language that a client says it is in.
  fileprivate init(_ path: FilePath?, _ language: String?, _ userConfiguration: UserConfiguration.Place?) {
    if let path, let place = UserConfiguration.Place(path, usual: userConfiguration) {
      self = .userConfiguration(place)
      return
    }
    switch path {
    case nil: self = .masque
    case let path? where path.isMasque: self = .masque
    case let path? where path.name.elementsEqual(Configuration.fileName.utf8): self = .configuration
    case let path? where path.name.elementsEqual(Manifest.fileName.utf8): self = .manifest
    case let path? where path.name.reversed().starts(with: Evaluations.suffix.utf8.reversed()): self = .evaluations
    default: self = language == "masque" ? .masque : .other
    }
  }
}

/// What can stand in a `.masque-lint.yaml`.
private let configurationSchema = MasqueSchema(Configuration.schema)

/// What can stand in evaluations.
private let evaluationsSchema = MasqueSchema(Evaluations.schema)

/// What can stand in the configuration of `masque`.
private let userConfigurationSchema = MasqueSchema(UserConfiguration.schema)
