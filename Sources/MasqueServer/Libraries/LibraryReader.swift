import LanguageServerProtocol
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import Synchronization

/// What the library of an open document says about it.
struct LibraryVerdict: Sendable, Hashable {
  /// The findings, their ranges in the version that had `summary`.
  var findings: [Finding]
  /// What that version said of itself.
  var summary: MasqueSummary
  /// Whether a comment in the document hides what the library says, so that saying nothing matters, too.
  var isAwaited: Bool
  /// Where the places in other files are, as the client counts.
  var locations: [RelatedPlace: LSP.Location]

  /// The findings for a version that says this of itself: those about a value that is another now are gone, the others
  /// have moved with it.
  func findings(for now: MasqueSummary) -> [Finding] {
    if now == summary { return findings }
    return findings.compactMap { finding in
      for (old, new) in [(summary.name?.place, now.name?.place), (summary.index?.place, now.index?.place)] {
        guard let old, let new, old.range == finding.range, old.text == new.text else { continue }
        return finding.moved(from: old.range, to: new.range)
      }
      return nil
    }
  }
}

extension MasqueSummary.Field {
  fileprivate var place: (text: String, range: ByteRange) { ("\(value)", range) }
}

extension Finding {
  fileprivate func moved(from old: ByteRange, to new: ByteRange) -> Finding {
    var copy = self
    copy.range = new
    copy.fixes = fixes.map { fix in
      var fix = fix
      fix.edits = fix.edits.map { $0.range == old ? TextEdit(new, $0.replacement) : $0 }
      return fix
    }
    return copy
  }
}

/// The most bytes that a masque may have.
private let maximumLength = 16 << 20

/// Reads the libraries of open documents and compares the masques in them. Used by one task at a time; it keeps what it
/// knows of files, so that only those that have changed are read again.
final class LibraryReader: Sendable {
  /// What is known of a file that nobody has open.
  private struct Known {
    var stamp: FileStamp?
    var summary: MasqueSummary
  }

  private struct State {
    var files: [FilePath: Known] = [:]
    var libraries: [Library] = []
    var named: Set<FilePath> = []
  }

  private let files: any Files
  private let state = Mutex(State())

  init(files: any Files) { self.files = files }

  /// Compares open documents with the other masques of their libraries.
  ///
  /// - Parameters:
  ///   - documents: all open documents. Their texts count, whatever is on disk.
  ///   - looksAtDisk: whether files may have changed, come or gone since the last time.
  /// - Returns: the verdict on each document that belongs to a library, by its URI.
  func verdicts(on documents: [Document], looksAtDisk: Bool) -> [String: LibraryVerdict] {
    let folder = files.currentFolder
    var open: [FilePath: Document] = [:]
    for document in documents {
      guard let path = filePath(of: document.uri).map({ FilePath($0) }), path.isMasque else { continue }
      // As the linter would show it: seen from the current folder where it lies in it.
      let place = path.absolute(from: folder)
      open[place.relative(to: folder) ?? place] = document
    }
    return state.withLock { state in
      let named = Set(open.keys)
      if looksAtDisk || state.named != named {
        var finder = LibraryFinder(files: files)
        state.libraries = finder.libraries(of: open.keys.sorted())
        state.named = named
        readFiles(&state)
      }
      var result: [String: LibraryVerdict] = [:]
      for library in state.libraries {
        let members = library.members.map { path in
          LibraryMember(
            path: path, summary: open[path]?.summary ?? state.files[path]?.summary ?? MasqueSummary())
        }
        let found = libraryFindings(of: members)
        for path in library.members {
          guard let document = open[path] else { continue }
          let findings = found[path] ?? []
          let locations = locations(of: findings.flatMap(\.related), open, folder, document.encoding)
          result[document.uri] = LibraryVerdict(
            findings: findings, summary: document.summary, isAwaited: document.awaitsLibrary, locations: locations)
        }
      }
      return result
    }
  }

  /// Reads the files that nobody has open, as far as they have changed, and forgets those that are gone.
  private func readFiles(_ state: inout State) {
    var files: [FilePath: Known] = [:]
    // What can't be read belongs to the library and says nothing.
    for path in state.libraries.flatMap(\.unnamed) {
      let stamp = self.files.stamp(of: path)
      if let known = state.files[path], stamp != nil, known.stamp == stamp {
        files[path] = known
      } else if let bytes = try? self.files.read(path, maximumLength: maximumLength) {
        files[path] = Known(stamp: stamp, summary: MasqueSummary(Snapshot(path: "", text: SourceText(bytes)).syntax))
      }
    }
    state.files = files
  }

  /// Where places in other files are. A file that is not open is read once more, for its lines.
  private func locations(
    of places: [RelatedPlace], _ open: [FilePath: Document], _ folder: FilePath, _ encoding: PositionEncoding
  ) -> [RelatedPlace: LSP.Location] {
    var result: [RelatedPlace: LSP.Location] = [:]
    for place in places {
      guard let path = place.path else { continue }
      if let (_, document) = open.first(where: { $0.key.description == path }) {
        result[place] = LSP.Location(uri: document.uri, range: document.range(of: place.range))
      } else if let bytes = try? files.read(FilePath(path), maximumLength: maximumLength) {
        let uri = fileURI(of: FilePath(path).absolute(from: folder))
        let document = Document(uri: uri, version: 0, revision: 0, text: SourceText(bytes), encoding: encoding)
        result[place] = LSP.Location(uri: uri, range: document.range(of: place.range))
      }
    }
    return result
  }
}
