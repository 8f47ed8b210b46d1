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
    /// The folder whose manifest says all this, without links; nil if the file itself was read.
    fileprivate var listedBelow: FilePath?

    /// The name that it has or, for one that says none, that its file suggests.
    public var name: String {
      summary.name?.value ?? MasqueName.fromPath(path.description) ?? String(decoding: path.name, as: UTF8.self)
    }

    /// Whether it says that this is its name, given as it is compared.
    fileprivate func isNamed(_ key: String) -> Bool {
      summary.name.map { MasqueName.key(of: $0.value) == key } ?? false
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
  ///   - trustsManifests: whether a masque that is older than its folder's manifest is what the manifest says of it, so
  ///     that its file need not be read. For tables; whoever puts a masque on looks at its bytes.
  public init(_ places: MasquePlaces, in files: any Files, trustsManifests: Bool = false) {
    for (folder, source) in places.folders { add(folder, source, in: files, trustsManifests: trustsManifests) }
    var names: Set<String> = []
    for index in entries.indices {
      guard let name = entries[index].summary.name else { continue }
      if !names.insert(MasqueName.key(of: name.value)).inserted { entries[index].isShadowed = true }
    }
  }

  private init() {}

  /// The folders that were looked at, without links.
  private var folders: [FilePath: MasqueSource] = [:]

  private mutating func add(
    _ folder: FilePath, _ source: MasqueSource, in files: any Files, trustsManifests: Bool = false
  ) {
    guard (try? files.kind(of: folder, followingLinks: true)) == .folder else { return }
    let root = (try? files.canonicalPath(of: folder)) ?? folder
    // One folder may have two names; its masques don't stand in the way of themselves.
    let isNested = folders.keys.contains { $0.relative(to: root) != nil || root.relative(to: $0) != nil }
    guard folders.updateValue(source, forKey: root) != source else { return }
    let currentFolder = files.currentFolder
    var known = isNested ? Set(entries.map(\.path)) : []
    let contents = FolderContents(of: folder, root, source, in: files, trustsManifests: trustsManifests)
    errors += contents.found.errors
    entries.reserveCapacity(entries.count + contents.found.files.count)
    for (number, member) in contents.found.files.enumerated() {
      let path = member.absolute(from: currentFolder)
      if isNested, !known.insert(path).inserted { continue }
      if let summary = contents.listed?.summary(of: path, modified: contents.modified[number]) {
        entries.append(Entry(path: path, source: source, summary: summary, listedBelow: root))
      } else {
        entries.append(Self.entry(path, source, below: root, in: files))
      }
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

  /// The masque that a name or an index stands for in some places, found without looking at more files than it takes: one
  /// that is kept in the file that is called after it is looked at first, and then what the manifests say. The bytes of
  /// the masque that is found have been looked at; where they say something else than a manifest, no manifest is believed.
  ///
  /// - Parameters:
  ///   - reference: a name, a file's name without its ending, or an index in digits.
  ///   - places: the places.
  ///   - files: the file system.
  /// - Returns: the masque, nil if there is none.
  public static func entry(for reference: String, _ places: MasquePlaces, in files: any Files) -> Entry? {
    let key = MasqueName.key(of: reference)
    let stem = MasqueName.stem(ofName: key)
    guard !stem.isEmpty else { return nil }
    var collection = MasqueCollection()
    var found: Entry?
    for (folder, source) in places.folders {
      let path = folder.appending("\(stem).masque.yaml".utf8).absolute(from: files.currentFolder)
      if path.parent == folder, (try? files.kind(of: path, followingLinks: true)) == .file {
        let root = (try? files.canonicalPath(of: folder)) ?? folder
        let entry = entry(path, source, below: root, in: files)
        if entry.isNamed(key) { return entry }
      }
      collection.add(folder, source, in: files, trustsManifests: true)
      found = collection.entries.first { $0.isNamed(key) }
      if found != nil { break }
    }
    if let found = found ?? collection.entry(for: reference) {
      guard let root = found.listedBelow else { return found }
      let read = entry(found.path, found.source, below: root, in: files)
      if found.isNamed(key) ? read.isNamed(key) : read.summary.index?.value == found.summary.index?.value {
        return read
      }
    }
    return MasqueCollection(places, in: files).entry(for: reference)
  }

  /// The name that a misspelt one was probably meant to be.
  ///
  /// - Parameter name: a name that no masque has.
  /// - Returns: the name, as its masque writes it.
  public func nearestName(to name: String) -> String? {
    nearestSpelling(of: name, among: entries.filter { !$0.isShadowed }.map(\.name))
  }
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
    let links = names.lazy.filter { $0.kind == .link }.map { folder.appending($0.name) }
    return Discovery(files: names.map { folder.appending($0.name) }.sorted(), links: Set(links))
  } catch {
    // A folder that is not there yet has no masques.
    return Discovery(errors: error.reason == .notFound ? [] : [error])
  }
}

/// What is in a folder, before any masque of it is looked at.
private struct FolderContents: Sendable {
  /// The masques.
  let found: Discovery
  /// When each of them was changed, in the same order; nil for a link, and where it doesn't matter.
  let modified: [Int64?]
  /// What the manifest says, if it is believed.
  let listed: ListedMasques?

  init(
    of folder: FilePath, _ root: FilePath, _ source: MasqueSource, in files: any Files, trustsManifests: Bool
  ) {
    // A private folder holds more than masques, so only those directly in it count.
    let found = source == .private ? masques(directlyIn: folder, in: files) : discoverMasques([folder], in: files)
    self.found = found
    let manifest = folder.appending(Array(Manifest.fileName.utf8))
    // Files that are on no disk have no times to be compared.
    let stamp = trustsManifests ? files.stamp(of: manifest) : nil
    listed = stamp.flatMap { $0.identity.isEmpty ? nil : ListedMasques(manifest, modified: $0.modified, files) }
    let isListed = listed != nil
    modified = found.files.map { path in
      guard isListed, !found.links.contains(path) else { return nil }
      // Without a link on the way, there is less to look up.
      let place = folder == root ? path : path.relative(to: folder).map { root.appending($0.bytes) } ?? path
      return files.stamp(of: place)?.modified
    }
  }
}

/// What a folder's manifest says of the masques in it.
private struct ListedMasques {
  private let entries: [ManifestFile.Entry]
  /// Which entry stands for a file, by the file's stem; -1 where several do.
  private var numbers: [String: Int] = [:]
  private let modified: Int64

  /// Nil without a manifest that can be read whole.
  init?(_ path: FilePath, modified: Int64, _ files: any Files) {
    guard let bytes = try? files.read(path, maximumLength: maximumManifestLength) else { return nil }
    let manifest = ManifestFile(bytes)
    guard manifest.isWellFormed, let entries = manifest.entries else { return nil }
    self.modified = modified
    self.entries = entries
    numbers.reserveCapacity(entries.count)
    for (number, entry) in entries.enumerated() {
      guard let name = entry.name, let ring = entry.ring, Ring(rawValue: ring.value) != nil else { continue }
      // Where two names lead to one file, its bytes decide.
      if numbers.updateValue(number, forKey: MasqueName.stem(ofName: name.value)) != nil {
        numbers[MasqueName.stem(ofName: name.value)] = -1
      }
    }
  }

  /// What the manifest says of a file that has not changed since; nil if only the file itself can tell.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - modified: when it was changed, if that is known.
  /// - Returns: the summary.
  func summary(of path: FilePath, modified: Int64?) -> MasqueSummary? {
    guard let modified, modified < self.modified, let stem = MasqueName.stem(ofPath: path.description),
      let number = numbers[stem], number >= 0, let ring = entries[number].ring, let known = Ring(rawValue: ring.value)
    else { return nil }
    let entry = entries[number]
    var summary = MasqueSummary()
    summary.name = entry.name
    summary.index = entry.index
    summary.version = entry.version
    summary.ring = .init(known, ring.range)
    summary.domain = entry.domain
    summary.tagline = entry.tagline
    return summary.isWhole ? summary : nil
  }
}
