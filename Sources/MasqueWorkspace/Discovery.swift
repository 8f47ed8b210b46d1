/// The masque files that paths stand for.
public struct Discovery: Sendable {
  /// The files, each once, in the order of `FilePath`.
  public var files: [FilePath] = []
  /// What could not be found or read, in the order of their paths.
  public var errors: [FileError] = []
}

/// Finds the masque files that paths stand for.
///
/// A file that is named is taken whatever its name; it is up to the reader to say that it is a FIFO, too large and so
/// on. A folder stands for the `*.masque.yaml` and `*.masque.yml` in it and in its folders, except those in folders
/// that are hidden or in `skippedFolders`; a folder that is named is searched whatever its name. Links to files are
/// taken, links to folders are followed only when they are named, so that no loop can come about. A path that names
/// nothing and has `*`, `?`, `[` or `{` in it is a glob; see `PathGlob`.
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
  var result = Discovery(files: search.found, errors: Array(Set(search.errors)))
  // One folder is searched in order already; then nothing is to be sorted.
  if !isAscending(result.files) { result.files.sort() }
  if paths.count > 1 { result.files = dropDuplicates(result.files, in: files) }
  result.errors.sort { ($0.path, $0.message) < ($1.path, $1.message) }
  return result
}

/// Folders that hold what others wrote, searched only when they are named. Hidden ones need not be listed.
public let skippedFolders: Set<String> = ["node_modules", "__pycache__"]

private struct Search {
  let files: any Files
  var found: [FilePath] = []
  var errors: [FileError] = []

  mutating func add(_ path: FilePath) {
    do {
      switch try files.kind(of: path, followingLinks: true) {
      case .folder: walk(path)
      default: found.append(path)
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
    for match in expansion.matches {
      switch match.kind {
      case .folder: walk(match.path)
      default: if match.path.isMasque || !glob.takesAnyName { found.append(match.path) }
      }
    }
    if expansion.matches.isEmpty && expansion.errors.isEmpty {
      errors.append(FileError(path, .notFound, "no file or folder matches this glob"))
    }
  }

  /// Searches a folder and those in it, in order, without recursion: a tree may be as deep as the system allows.
  private mutating func walk(_ root: FilePath) {
    // Entries that are still to be looked at, the next one last.
    var stack: [(path: FilePath, kind: FileKind)] = [(root, .folder)]
    while let (path, kind) = stack.popLast() {
      guard kind == .folder else {
        take(path, kind)
        continue
      }
      do {
        var entries = try files.entries(of: path).filter(isSearched)
        // Ordered as paths are: a name's end comes before whatever may continue it.
        entries.sort { $1.name.lexicographicallyPrecedes($0.name) }
        for entry in entries { stack.append((path.appending(entry.name), entry.kind)) }
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
      if try files.kind(of: path, followingLinks: true) != .folder { found.append(path) }
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

/// Keeps the first of the paths, which are sorted, that lead to one place.
private func dropDuplicates(_ paths: [FilePath], in files: any Files) -> [FilePath] {
  let folder = files.currentFolder
  var seen: Set<FilePath> = []
  seen.reserveCapacity(paths.count)
  return paths.filter { path in
    // Behind a link, `..` is somewhere else; only the file system knows.
    let place = path.climbsBack ? try? files.canonicalPath(of: path) : nil
    return seen.insert(place ?? path.absolute(from: folder)).inserted
  }
}
