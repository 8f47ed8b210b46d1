import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText

/// What is kept of every masque that nobody has open: small, because there may be thousands.
struct MasqueFacts: Sendable {
  /// What lists and cross-file findings need to know of it.
  var summary: MasqueSummary
  /// What it names, and where.
  var names: MasqueNames

  /// The facts about a masque.
  init(_ snapshot: Snapshot) {
    summary = MasqueSummary(snapshot.syntax)
    names = MasqueNames(snapshot)
  }
}

/// The masques on disk at one moment: those in the workspace's folders, and those of the libraries that open documents
/// belong to. Immutable and cheap to copy, so every request has one. What an editor has open counts more than what is
/// here: `RequestContext.masques` puts the two together.
struct WorkspaceIndex: Sendable {
  /// A masque on disk.
  struct File: Sendable {
    /// The absolute path.
    let path: FilePath
    /// The same as a URI, spelt as this server spells it; a client may spell it differently.
    let uri: String
    /// What is known of it; nil if it cannot be read.
    let facts: MasqueFacts?
    /// Whether an editor had it open when the index was made: then `facts` is what it said at that moment.
    let isOpen: Bool
    /// Index into `libraries`; nil if the settings exclude it.
    let library: Int?
  }

  /// The masques that belong together.
  struct Library: Sendable {
    /// The folder, and what makes it a root.
    let root: LibraryRoot
    /// Indices into `files`, in their order.
    var members: [Int]
  }

  /// A file that nobody has open and that there is something to say about.
  struct Report: Sendable {
    /// The absolute path of the masque or manifest.
    let path: FilePath
    /// The same as a URI.
    let uri: String
    /// What the report is called: another name, another report.
    let id: String
    /// What its library says about it, if that matters.
    let verdict: LibraryVerdict?
  }

  /// The workspace's folders, each an absolute path.
  private(set) var folders: [FilePath] = []
  /// The masques, in the order of their paths.
  private(set) var files: [File] = []
  /// The libraries, in the order of their roots.
  private(set) var libraries: [Library] = []
  /// Whether the folders have been searched and everything in them was read.
  private(set) var isComplete = false
  /// What the masques name, taken together.
  let commonNames = CommonNames()
  /// The files that nobody has open and that there is something to say about, in the order of their paths; nil as long
  /// as nobody has asked.
  var reports: [Report]?
  private let reading: any Files

  /// An index of nothing.
  init(_ reading: any Files) { self.reading = reading }

  /// An index; see the properties.
  init(
    folders: [FilePath], files: [File], libraries: [Library], isComplete: Bool, reading: any Files
  ) {
    self.folders = folders
    self.files = files
    self.libraries = libraries
    self.isComplete = isComplete
    self.reading = reading
  }

  /// The masque at an absolute path. O(log n).
  func file(at path: FilePath) -> File? { position(of: path).map { files[$0] } }

  /// The library that the masque at an absolute path belongs to.
  func library(of path: FilePath) -> Library? { file(at: path)?.library.map { libraries[$0] } }

  /// The text of a file as it is on disk now, as a document that nobody has open, so that its places can be told to a
  /// client; nil if it can't be read. Reads the disk: for tasks, not for the loop.
  func document(_ file: File, _ encoding: PositionEncoding) -> Document? {
    guard let bytes = try? reading.read(file.path, maximumLength: maximumMasqueLength) else { return nil }
    return Document(uri: file.uri, version: 0, revision: 0, text: editorText(bytes), encoding: encoding)
  }

  /// What there is to say about a file, as a document that nobody has open; nil if it can't be read. For tasks.
  func document(_ report: Report, _ encoding: PositionEncoding, _ checks: CheckStore) -> Document? {
    guard let bytes = try? reading.read(report.path, maximumLength: maximumMasqueLength) else { return nil }
    return Document(
      uri: report.uri, version: 0, revision: 0, text: editorText(bytes), encoding: encoding, checks: checks
    ).judged(report.verdict, revision: 0)
  }

  private func position(of path: FilePath) -> Int? {
    var range = 0..<files.count
    while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
      if files[middle].path == path { return middle }
      range = files[middle].path < path ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }
}

/// A file's text as an editor has it: without a byte-order mark, so that places in it are those that a client counts.
func editorText(_ bytes: [UInt8]) -> SourceText {
  let text = SourceText(bytes)
  let mark = text.byteOrderMarkLength
  return mark == 0 ? text : SourceText(Array(bytes.dropFirst(mark)))
}

/// The most bytes that a masque may have; the linter's limit.
let maximumMasqueLength = 16 << 20

/// A masque of the workspace, wherever its text is.
enum WorkspaceMasque: Sendable {
  /// An editor has it open.
  case open(Document)
  /// It is on disk alone.
  case closed(WorkspaceIndex.File)

  /// The URI, for an open one as the client spells it.
  var uri: String {
    switch self {
    case .open(let document): document.uri
    case .closed(let file): file.uri
    }
  }

  /// What it says of itself; nil if it can't be read.
  var summary: MasqueSummary? {
    switch self {
    case .open(let document): document.summary
    case .closed(let file): file.facts?.summary
    }
  }
}

extension RequestContext {
  /// All masques: those on disk in the order of their paths, an open document in the place of its file; then the open
  /// documents that have no file in the index.
  var masques: [WorkspaceMasque] {
    var open = documents.byPath
    var result: [WorkspaceMasque] = []
    result.reserveCapacity(workspace.files.count + open.count)
    for file in workspace.files {
      // Nothing is looked up where nothing can be found.
      let document = open.isEmpty ? nil : open.removeValue(forKey: file.path)
      result.append(document.map { .open($0) } ?? .closed(file))
    }
    let others = documents.all.filter { document in
      document.isMasque && (document.path.map { open[$0] != nil } ?? true)
    }
    return result + others.sorted { $0.uri < $1.uri }.map { .open($0) }
  }

  /// A masque as a document, for places in it: the open one, or else the text on disk; nil if it can't be read.
  func document(_ masque: WorkspaceMasque) -> Document? {
    switch masque {
    case .open(let document): document
    case .closed(let file): workspace.document(file, client.encoding)
    }
  }
}
