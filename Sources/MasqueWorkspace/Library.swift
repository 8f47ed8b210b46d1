import MasqueModel

/// The masques that belong together: no two of them may share a name or an index.
///
/// They live under one root: the nearest folder above that has a manifest of masques, else the nearest that is called
/// `personas`, else the file's own folder, alone. Every masque belongs to one library, whoever asks.
public struct Library: Sendable, Hashable {
  /// The folder and what makes it a root.
  public var root: LibraryRoot
  /// The masques, in the order of their absolute paths. A file that was named has the path that it was named by; the
  /// others are seen from the current folder where they are in it, and are absolute otherwise.
  public var members: [FilePath]
  /// Those of the members that nobody named: the library's findings need them, and are not about them.
  public var unnamed: [FilePath]
  /// What could not be searched.
  public var errors: [FileError]
}

/// The folder that holds a library.
public struct LibraryRoot: Sendable, Hashable {
  /// What makes a folder a root.
  public enum Kind: Sendable, Hashable {
    /// It has a manifest of masques.
    case manifest
    /// It is called `personas`.
    case personas
    /// Neither: the masques directly in it.
    case folder
  }

  /// The folder, as an absolute path.
  public var folder: FilePath
  /// What makes it a root.
  public var kind: Kind

  /// A root; see the properties.
  public init(folder: FilePath, kind: Kind) {
    self.folder = folder
    self.kind = kind
  }

  /// The manifest, as an absolute path; nil without one.
  public var manifest: FilePath? {
    kind == .manifest ? folder.appending(Array(Manifest.fileName.utf8)) : nil
  }
}

/// Finds the libraries of files. Keeps what it learns about folders, so it is to be used for a run, or until a file or
/// folder is added, moved or removed.
public struct LibraryFinder: Sendable {
  private let files: any Files
  private var roots: [FilePath: LibraryRoot] = [:]
  private var manifests: [FilePath: Bool] = [:]

  /// A finder that knows nothing yet.
  public init(files: any Files) {
    self.files = files
  }

  /// The root of the library that a file belongs to, whether or not the file is there.
  ///
  /// - Parameter file: the file, absolute or seen from the current folder.
  /// - Returns: the root.
  public mutating func root(of file: FilePath) -> LibraryRoot {
    root(ofFolder: absolute(file).parent)
  }

  /// The libraries that files belong to, each with all its masques however few were named.
  ///
  /// - Parameters:
  ///   - named: masque files, each once.
  ///   - searched: folders of which `named` holds every masque already, so that nobody searches them again.
  /// - Returns: the libraries, in the order of their roots.
  public mutating func libraries(of named: [FilePath], searched: [FilePath] = []) -> [Library] {
    var members: [LibraryRoot: [(place: FilePath, path: FilePath)]] = [:]
    // Files of one folder follow each other: their paths differ in the name alone.
    var folder: ArraySlice<UInt8>?
    var root = LibraryRoot(folder: files.currentFolder, kind: .folder)
    for path in named {
      let prefix = path.bytes[..<(path.bytes.lastIndex(of: slash) ?? 0)]
      if folder != prefix || path.climbsBack {
        root = self.root(of: path)
        folder = path.climbsBack ? nil : prefix
      }
      members[root, default: []].append((absolute(path), path))
    }
    let complete = searched.map { absolute($0) }
    return members.keys.sorted { $0.folder < $1.folder }.map { root in
      library(root, members[root] ?? [], isSearched: complete.contains { root.folder == $0 || root.folder.isIn($0) })
    }
  }

  /// The library under a root, as it is on disk.
  ///
  /// - Parameter root: the root.
  /// - Returns: the library; all its members count as unnamed.
  public mutating func library(at root: LibraryRoot) -> Library { library(root, [], isSearched: false) }

  private mutating func library(
    _ root: LibraryRoot, _ named: [(place: FilePath, path: FilePath)], isSearched: Bool
  ) -> Library {
    var result = Library(root: root, members: [], unnamed: [], errors: [])
    var all = named
    if !isSearched {
      let known = Set(named.map(\.place))
      let found = masques(under: root)
      result.errors = found.errors
      for place in found.files where !known.contains(place) && self.root(of: place) == root {
        let path = place.relative(to: files.currentFolder) ?? place
        result.unnamed.append(path)
        all.append((place, path))
      }
    }
    all.sort { $0.place < $1.place }
    result.members = all.map(\.path)
    return result
  }

  /// The masques in a root's folder, and for a root with a manifest or a name in the folders below it.
  private func masques(under root: LibraryRoot) -> Discovery {
    root.kind == .folder
      ? MasqueWorkspace.masques(directlyIn: root.folder, in: files) : discoverMasques([root.folder], in: files)
  }

  /// The root for the files directly in a folder.
  private mutating func root(ofFolder folder: FilePath) -> LibraryRoot {
    if let known = roots[folder] { return known }
    var result: LibraryRoot?
    var personas: FilePath?
    var current = folder
    while true {
      if hasManifest(current) {
        result = LibraryRoot(folder: current, kind: .manifest)
        break
      }
      if personas == nil, current.name.elementsEqual("personas".utf8) { personas = current }
      // A repository is a world of its own, and the root of the file system belongs to nobody.
      let isEdge = (try? files.kind(of: current.appending(Array(".git".utf8)), followingLinks: false)) != nil
      let parent = current.parent
      if isEdge || parent == current { break }
      current = parent
    }
    let root =
      result ?? personas.map { LibraryRoot(folder: $0, kind: .personas) } ?? LibraryRoot(folder: folder, kind: .folder)
    roots[folder] = root
    return root
  }

  private mutating func hasManifest(_ folder: FilePath) -> Bool {
    if let known = manifests[folder] { return known }
    let path = folder.appending(Array(Manifest.fileName.utf8))
    // Other programs have files of that name, too.
    let bytes = try? files.read(path, maximumLength: maximumManifestLength)
    let isThere = bytes.map(ManifestFile.isManifest) ?? false
    manifests[folder] = isThere
    return isThere
  }

  private func absolute(_ path: FilePath) -> FilePath {
    // Behind a link, `..` is somewhere else; only the file system knows.
    if path.climbsBack, let place = try? files.canonicalPath(of: path) { return place }
    return path.absolute(from: files.currentFolder)
  }
}

/// The most bytes that a manifest may have.
public let maximumManifestLength = 16 << 20

extension FilePath {
  /// Whether the path lies below a folder, both being absolute and normalised.
  fileprivate func isIn(_ folder: FilePath) -> Bool {
    if folder.bytes == [slash] { return bytes.count > 1 }
    return bytes.count > folder.bytes.count && bytes.starts(with: folder.bytes) && bytes[folder.bytes.count] == slash
  }
}
