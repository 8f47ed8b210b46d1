import LanguageServerProtocol
import MasqueAnalysis
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
  private let lazySnapshot: LazySnapshot
  private let analysis: LazyAnalysis
  /// What its library says about it, as far as somebody has looked; perhaps about an earlier version.
  let verdict: LibraryVerdict?

  /// A document as it is opened.
  init(uri: String, version: Int, revision: Int, text: SourceText, encoding: PositionEncoding) {
    self.uri = uri
    path = filePath(of: uri).map { FilePath($0).normalized }
    self.version = version
    self.revision = revision
    self.text = text
    self.encoding = encoding
    lines = LineIndex(text)
    lazySnapshot = LazySnapshot(path: displayPath(of: uri), text: text)
    analysis = LazyAnalysis(lazySnapshot)
    verdict = nil
  }

  private init(
    _ previous: Document, version: Int, revision: Int, lines: LineIndex, snapshot: LazySnapshot,
    analysis: LazyAnalysis?, verdict: LibraryVerdict?
  ) {
    uri = previous.uri
    path = previous.path
    encoding = previous.encoding
    self.version = version
    self.revision = revision
    self.lines = lines
    text = snapshot.text
    lazySnapshot = snapshot
    self.analysis = analysis ?? LazyAnalysis(snapshot)
    self.verdict = verdict
  }

  /// Whether it is a masque: by its file's name, or because it has no file that could tell.
  var isMasque: Bool { path?.isMasque ?? true }

  /// The document, read. The first to ask waits for it.
  var snapshot: Snapshot { lazySnapshot.value }

  /// What there is to say about it. The first to ask waits for it.
  var findings: [Finding] {
    findings(of: analysis.value)
  }

  /// What there would be to say about it with another text.
  func findings(ifItsTextWere text: SourceText) -> [Finding] {
    findings(of: analyze(Snapshot(path: displayPath(of: uri), text: text)))
  }

  private func findings(of analysis: FileAnalysis) -> [Finding] {
    guard let verdict else { return analysis.findings }
    return analysis.findings(with: verdict.findings(for: analysis.summary))
  }

  /// What the other masques of its library need to know of it.
  var summary: MasqueSummary { analysis.value.summary }

  /// Whether a comment in it hides what its library says.
  var awaitsLibrary: Bool { analysis.value.awaitsLibrary }

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
      self, version: version, revision: revision, lines: lines, snapshot: snapshot, analysis: nil, verdict: verdict)
    return (next, complaints)
  }

  /// The same version with what its library says.
  func judged(_ verdict: LibraryVerdict?, revision: Int) -> Document {
    Document(
      self, version: version, revision: revision, lines: lines, snapshot: lazySnapshot, analysis: analysis,
      verdict: verdict)
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
