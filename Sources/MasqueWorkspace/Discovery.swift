/// The masque files that paths stand for.
public struct Discovery: Sendable {
  /// The files, each once, in the order of `FilePath`.
  public var files: [FilePath] = []
  /// Those of the files that were named themselves, not found in a folder or by a glob.
  public var named: Set<FilePath> = []
  /// Those of the files in folders that are links.
  public var links: Set<FilePath> = []
  /// The folders that were searched whole: those that were named.
  public var searched: [FilePath] = []
  /// What could not be found or read, in the order of their paths.
  public var errors: [FileError] = []

  /// Files and errors; see the properties.
  public init(
    files: [FilePath] = [], named: Set<FilePath> = [], links: Set<FilePath> = [], searched: [FilePath] = [],
    errors: [FileError] = []
  ) {
    self.files = files
    self.named = named
    self.links = links
    self.searched = searched
    self.errors = errors
  }
}

/// Finds the masque files that paths stand for.
///
/// A file that is named is taken whatever its name; it is up to the reader to say that it is a FIFO, too large and so
/// on. A folder stands for the `*.masque.yaml` and `*.masque.yml` in it and in its folders, except those in folders
/// that are hidden or in `skippedFolders`, and those that a `.gitignore` leaves out (see `IgnoreRules`); a folder that is
/// named is searched whatever its name and wherever it lies. Links to files are taken, links to folders are followed only
/// when they are named, so that no loop can come about. A path that names nothing and has `*`, `?`, `[` or `{` in it is a
/// glob; see `PathGlob`. What a glob matches counts as found, not as named.
///
/// The result does not depend on the order of the paths. O(n log n) in the files found.
///
/// - Parameters:
///   - paths: files, folders and globs.
///   - files: the file system.
/// - Returns: the files, and what could not be used; the one does not exclude the other.
public func discoverMasques(_ paths: [FilePath], in files: any Files) -> Discovery {
  var search = Search(files: files)
  for path in paths { search.add(path.normalized) }
  var result = Discovery(
    files: search.found, named: search.named, links: search.links, searched: search.searched,
    errors: Array(Set(search.errors)))
  // One folder is searched in order already; then nothing is to be sorted.
  if !isAscending(result.files) { result.files.sort() }
  if paths.count > 1 { result.files = dropDuplicates(result.files, &result.named, in: files) }
  result.errors.sort { ($0.path, $0.message) < ($1.path, $1.message) }
  return result
}

/// The files that paths and globs stand for, whatever their names; a folder stands for nothing here.
///
/// - Parameters:
///   - paths: files and globs.
///   - files: the file system.
/// - Returns: the files, each once and in order, and what could not be used.
public func discoverFiles(_ paths: [FilePath], in files: any Files) -> Discovery {
  var result = Discovery()
  for path in paths.map(\.normalized) {
    if (try? files.kind(of: path, followingLinks: false)) == nil, let glob = PathGlob(path) {
      let expansion = glob.expand(in: files)
      result.errors += expansion.errors
      result.files += expansion.matches.filter { $0.kind != .folder }.map(\.path)
      if expansion.matches.isEmpty, expansion.errors.isEmpty {
        result.errors.append(FileError(path, .notFound, "no file matches this glob"))
      }
    } else {
      // Whatever it is, the reader says what is wrong with it.
      result.files.append(path)
      result.named.insert(path)
    }
  }
  result.files.sort()
  result.files = dropDuplicates(result.files, &result.named, in: files)
  result.errors = Set(result.errors).sorted { ($0.path, $0.message) < ($1.path, $1.message) }
  return result
}

/// Folders that hold what others wrote, searched only when they are named. Hidden ones need not be listed.
public let skippedFolders: Set<String> = ["node_modules", "__pycache__"]

private struct Search {
  let files: any Files
  var ignoring: IgnoreFinder
  var found: [FilePath] = []
  var named: Set<FilePath> = []
  var links: Set<FilePath> = []
  var searched: [FilePath] = []
  var errors: [FileError] = []

  init(files: any Files) {
    self.files = files
    ignoring = IgnoreFinder(files)
  }

  mutating func add(_ path: FilePath) {
    do {
      switch try files.kind(of: path, followingLinks: true) {
      case .folder:
        searched.append(path)
        walk(path)
      default:
        found.append(path)
        named.insert(path)
      }
    } catch {
      if error.reason == .notFound, let glob = PathGlob(path) {
        add(glob, path)
      } else {
        errors.append(error)
      }
    }
  }

  private mutating func add(_ glob: PathGlob, _ path: FilePath) {
    let expansion = glob.expand(in: files)
    errors += expansion.errors
    let base = PathGlob.folder(before: path)
    for match in expansion.matches where !isIgnored(match.path, match.kind, below: base) {
      switch match.kind {
      case .folder: walk(match.path)
      default: if match.path.isMasque || !glob.takesAnyName { found.append(match.path) }
      }
    }
    if expansion.matches.isEmpty && expansion.errors.isEmpty {
      errors.append(FileError(path, .notFound, "no file or folder matches this glob"))
    }
  }

  /// Whether a path that a glob matched is left out, or one of the folders between it and what the glob names.
  private mutating func isIgnored(_ path: FilePath, _ kind: FileKind, below base: FilePath) -> Bool {
    guard var folder = try? files.canonicalPath(of: base) else { return false }
    let names = path.components.dropFirst(base == "." ? 0 : base.components.count)
    for (number, name) in names.enumerated() {
      let isFolder = number + 1 < names.count || kind == .folder
      let place = folder.appending(name)
      if ignoring.rules(in: folder)?.verdict(on: place, isFolder: isFolder) == true { return true }
      folder = place
    }
    return false
  }

  /// Something that is still to be looked at.
  private struct Step {
    var path: FilePath
    var kind: FileKind
    /// For a folder: the same without links, from the root of the file system, and what holds above it.
    var place: FilePath
    var rules: IgnoreRules?
    var isNamed = false
  }

  /// Searches a folder and those in it, in order, without recursion: a tree may be as deep as the system allows.
  private mutating func walk(_ root: FilePath) {
    let place = (try? files.canonicalPath(of: root)) ?? root
    // Steps that are still to be made, the next one last.
    var stack = [Step(path: root, kind: .folder, place: place, rules: ignoring.rules(in: place), isNamed: true)]
    while let step = stack.popLast() {
      guard step.kind == .folder else {
        take(step.path, step.kind)
        continue
      }
      do {
        let all = try files.entries(of: step.path)
        var rules = step.rules
        if !step.isNamed, all.contains(where: { $0.name.elementsEqual(".gitignore".utf8) }) {
          rules = ignoring.rules(of: step.place, outer: rules)
        }
        var entries = all.filter(isSearched)
        // Ordered as paths are: a name's end comes before whatever may continue it.
        entries.sort { $1.name.lexicographicallyPrecedes($0.name) }
        for entry in entries {
          var place = step.place
          if entry.kind == .folder || rules != nil { place = place.appending(entry.name) }
          if rules?.verdict(on: place, isFolder: entry.kind == .folder) == true { continue }
          stack.append(Step(path: step.path.appending(entry.name), kind: entry.kind, place: place, rules: rules))
        }
      } catch {
        errors.append(error)
      }
    }
  }

  /// Takes a file that a folder holds. A link is a file if its target is one.
  private mutating func take(_ path: FilePath, _ kind: FileKind) {
    guard kind == .link else {
      found.append(path)
      return
    }
    do {
      guard try files.kind(of: path, followingLinks: true) != .folder else { return }
      found.append(path)
      links.insert(path)
    } catch {
      errors.append(
        FileError(path, error.reason, error.reason == .notFound ? "is a link that leads nowhere" : error.message))
    }
  }
}

private func isSearched(_ entry: FolderEntry) -> Bool {
  if entry.name.first == dot { return false }
  if entry.kind == .folder { return !skippedFolders.contains(String(decoding: entry.name, as: UTF8.self)) }
  return hasMasqueName(entry.name[...])
}

private func isAscending(_ paths: [FilePath]) -> Bool {
  zip(paths, paths.dropFirst()).allSatisfy { !($1 < $0) }
}

/// Keeps the first of the paths, which are sorted, that lead to one place; it is named if any of them is.
private func dropDuplicates(_ paths: [FilePath], _ named: inout Set<FilePath>, in files: any Files) -> [FilePath] {
  let folder = files.currentFolder
  var first: [FilePath: FilePath] = [:]
  first.reserveCapacity(paths.count)
  return paths.filter { path in
    // Behind a link, `..` is somewhere else; only the file system knows.
    let place = (path.climbsBack ? try? files.canonicalPath(of: path) : nil) ?? path.absolute(from: folder)
    guard let earlier = first[place] else {
      first[place] = path
      return true
    }
    if named.contains(path) { named.insert(earlier) }
    return false
  }
}
