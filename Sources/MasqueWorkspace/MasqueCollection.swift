import DocumentTree
public import MasqueModel
import SourceText
import YAMLSyntax

/// The masques that can be had by name or index.
public struct MasqueCollection: Sendable {
  /// A masque of the collection.
  public struct Entry: Sendable, Hashable {
    /// The file, as an absolute path.
    public var path: FilePath
    /// Whose it is.
    public var source: MasqueSource
    /// What it says of itself.
    public var summary: MasqueSummary
    /// Why it can't be used, for people, without a final full stop; nil if nothing speaks against it. Whether it fits
    /// the schema is another question.
    public var problem: String?
    /// Whether another masque of its name is found first.
    public var isShadowed = false

    /// The name that it has or, for one that says none, that its file suggests.
    public var name: String {
      summary.name?.value ?? MasqueName.fromPath(path.description) ?? String(decoding: path.name, as: UTF8.self)
    }
  }

  /// The masques, private ones before shared ones, then in the order of the folders and of the paths.
  public private(set) var entries: [Entry] = []
  /// The folders and files that could not be looked at. A folder that is not there is none of them.
  public private(set) var errors: [FileError] = []

  /// The most bytes that a masque may have.
  public static let maximumLength = 16 << 20

  /// Looks at every masque of some places.
  ///
  /// - Parameters:
  ///   - places: the places.
  ///   - files: the file system.
  public init(_ places: MasquePlaces, in files: any Files) {
    if let folder = places.privateFolder { add(folder, .private, in: files) }
    for folder in places.sharedFolders { add(folder, .shared, in: files) }
    var names: Set<String> = []
    for index in entries.indices {
      guard let name = entries[index].summary.name else { continue }
      if !names.insert(MasqueName.key(of: name.value)).inserted { entries[index].isShadowed = true }
    }
  }

  private mutating func add(_ folder: FilePath, _ source: MasqueSource, in files: any Files) {
    guard (try? files.kind(of: folder, followingLinks: true)) == .folder else { return }
    let root = (try? files.canonicalPath(of: folder)) ?? folder
    var known = Set(entries.map(\.path))
    // A private folder holds more than masques, so only those directly in it count.
    let found = source == .private ? masques(directlyIn: folder, in: files) : discoverMasques([folder], in: files)
    errors += found.errors
    for member in found.files {
      let path = member.absolute(from: files.currentFolder)
      if known.insert(path).inserted { entries.append(Self.entry(path, source, below: root, in: files)) }
    }
  }

  private static func entry(
    _ path: FilePath, _ source: MasqueSource, below root: FilePath, in files: any Files
  ) -> Entry {
    var entry = Entry(path: path, source: source, summary: MasqueSummary())
    if (try? files.kind(of: path, followingLinks: false)) == .link {
      guard let target = try? files.canonicalPath(of: path) else {
        entry.problem = "is a link that leads nowhere"
        return entry
      }
      guard target.relative(to: root) != nil else {
        entry.problem = "is a link that leads out of its folder"
        return entry
      }
    }
    do throws(FileError) {
      let text = SourceText(try files.read(path, maximumLength: maximumLength))
      let syntax = SyntaxTree(text)
      entry.summary = MasqueSummary(syntax)
      entry.problem = problem(of: syntax, entry.summary)
    } catch {
      entry.problem = error.message
    }
    return entry
  }

  private static func problem(of syntax: SyntaxTree, _ summary: MasqueSummary) -> String? {
    if let first = syntax.problems.first {
      let line = LineIndex(syntax.text).line(containing: first.range.start) + 1
      return "line \(line): \(first.message)"
    }
    guard syntax.tree.root != nil else { return "is empty" }
    let missing = [
      ("name", summary.name == nil), ("index", summary.index == nil), ("version", summary.version == nil),
      ("ring", summary.ring == nil),
    ].filter(\.1).map(\.0)
    return missing.isEmpty ? nil : "has no valid \(list(missing, "and"))"
  }

  // MARK: Finding

  /// The masque that a name or an index stands for. Names compare without case, and a file's name will do as well; the
  /// first masque of the collection counts.
  ///
  /// - Parameter reference: a name, a file's name without its ending, or an index in digits.
  /// - Returns: the masque, nil if there is none.
  public func entry(for reference: String) -> Entry? {
    let key = MasqueName.key(of: reference)
    guard !key.isEmpty else { return nil }
    if let named = entries.first(where: { $0.summary.name.map { MasqueName.key(of: $0.value) } == key }) {
      return named
    }
    if key.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let index = Int(key) {
      return entries.first { $0.summary.index?.value == index }
    }
    return entries.first { entry in
      MasqueName.stem(ofPath: entry.path.description).map { MasqueName.key(of: $0) == key } ?? false
    }
  }

  /// The name that a misspelt one was probably meant to be.
  ///
  /// - Parameter name: a name that no masque has.
  /// - Returns: the name, as its masque writes it.
  public func nearestName(to name: String) -> String? { nearestSpelling(of: name, among: entries.map(\.name)) }
}

/// The masques in a folder, those in folders below left out, in order.
func masques(directlyIn folder: FilePath, in files: any Files) -> Discovery {
  do {
    let names = try files.entries(of: folder).filter { entry in
      switch entry.kind {
      case .folder: false
      default: entry.name.first != dot && hasMasqueName(entry.name[...])
      }
    }
    return Discovery(files: names.map { folder.appending($0.name) }.sorted(), errors: [])
  } catch {
    // A folder that is not there yet has no masques.
    return Discovery(files: [], errors: error.reason == .notFound ? [] : [error])
  }
}
