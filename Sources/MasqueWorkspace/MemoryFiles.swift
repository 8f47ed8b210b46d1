import Synchronization

/// Files without a disk, for tests and for texts that only an editor has.
///
/// Folders are there when something is in them. Links, FIFOs and unreadable files can be put in too.
public final class MemoryFiles: Files {
  /// What a path stands for.
  public enum Item: Hashable, Sendable {
    /// A file with these bytes.
    case file([UInt8])
    /// An empty folder.
    case folder
    /// A link to this path, seen from the link's folder.
    case link(FilePath)
    /// Something of a kind that cannot be read.
    case special(FileKind)
    /// A file or folder that gives this error when it is used.
    case failing(String)
  }

  public let currentFolder: FilePath
  private let items: Mutex<[FilePath: Item]>
  private let locks = Locks()

  /// Files seen from a folder.
  ///
  /// - Parameters:
  ///   - items: what each path, absolute or seen from `currentFolder`, stands for.
  ///   - currentFolder: an absolute path.
  public init(_ items: [FilePath: Item] = [:], currentFolder: FilePath = "/work") {
    self.currentFolder = currentFolder
    self.items = Mutex(
      Dictionary(items.map { ($0.key.absolute(from: currentFolder), $0.value) }, uniquingKeysWith: { $1 }))
  }

  /// Files with these texts, seen from `/work`.
  public convenience init(texts: [String: String]) {
    self.init(
      Dictionary(texts.map { (FilePath($0.key), .file(Array($0.value.utf8))) }, uniquingKeysWith: { $1 }))
  }

  /// What a path stands for, links not followed; setting nil removes it.
  public subscript(path: FilePath) -> Item? {
    get { items.withLock { $0[path.absolute(from: currentFolder)] } }
    set { items.withLock { $0[path.absolute(from: currentFolder)] = newValue } }
  }

  /// The text of a file, nil for anything else.
  public func text(of path: FilePath) -> String? {
    guard case .file(let bytes) = self[path] else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func stamp(of path: FilePath) -> FileStamp? {
    guard let bytes = try? read(path, maximumLength: .max) else { return nil }
    return FileStamp(identity: [], length: Int64(bytes.count), modified: Int64(bytes.hashValue))
  }

  public func kind(of path: FilePath, followingLinks: Bool) throws(FileError) -> FileKind {
    switch try item(at: path, followingLinks: followingLinks).item {
    case .file, .failing: .file
    case .folder: .folder
    case .link: .link
    case .special(let kind): kind
    }
  }

  public func read(_ path: FilePath, maximumLength: Int) throws(FileError) -> [UInt8] {
    switch try item(at: path, followingLinks: true).item {
    case .file(let bytes):
      guard bytes.count <= maximumLength else {
        throw .tooLarge(path, length: bytes.count, limit: maximumLength)
      }
      return bytes
    case .failing(let message): throw FileError(path, .system(0), message)
    case .folder: throw .notAFile(path, .folder)
    case .link: throw .notFound(path)
    case .special(let kind): throw .notAFile(path, kind)
    }
  }

  public func entries(of folder: FilePath) throws(FileError) -> [FolderEntry] {
    let place = try item(at: folder, followingLinks: true)
    guard case .folder = place.item else { throw FileError(folder, .system(0), "Not a directory") }
    let depth = place.path.components.count
    var found: [ArraySlice<UInt8>: FileKind] = [:]
    for (path, item) in items.withLock({ $0 }) where path.isInside(place.path) {
      let components = path.components
      let isDirect = components.count == depth + 1
      let kind: FileKind =
        switch item {
        case _ where !isDirect: .folder
        case .file, .failing: .file
        case .folder: .folder
        case .link: .link
        case .special(let kind): kind
        }
      found[components[depth]] = kind
    }
    return found.map { FolderEntry(name: Array($0.key), kind: $0.value) }
  }

  public func canonicalPath(of path: FilePath) throws(FileError) -> FilePath {
    try item(at: path, followingLinks: true).path
  }

  public func replace(_ path: FilePath, expecting old: [UInt8], with new: [UInt8]) throws(FileError) {
    let place = try item(at: path, followingLinks: true).path
    let isReplaced = items.withLock { items in
      guard items[place] == .file(old) else { return false }
      items[place] = .file(new)
      return true
    }
    if !isReplaced { throw .changed(path) }
  }

  public func write(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    let place = (try? item(at: path, followingLinks: true).path) ?? path.absolute(from: currentFolder)
    items.withLock { $0[place] = .file(bytes) }
  }

  public func makeFolder(_ folder: FilePath, isPrivate: Bool) throws(FileError) {
    guard let place = try? item(at: folder, followingLinks: true) else {
      self[folder] = .folder
      return
    }
    guard case .folder = place.item else { throw FileError(folder, .system(0), "Not a directory") }
  }

  public func writePrivate(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) { try write(path, bytes) }

  public func append(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    let old = (try? read(path, maximumLength: .max)) ?? []
    try write(path, old + bytes)
  }

  public func remove(_ path: FilePath) throws(FileError) { self[path] = nil }

  public func rename(_ path: FilePath, to name: String) throws(FileError) {
    let place = path.absolute(from: currentFolder)
    guard let item = self[place] else { throw .notFound(path) }
    self[place.parent.appending(name.utf8)] = item
    self[place] = nil
  }

  public func lock(_ path: FilePath, waiting milliseconds: Int) throws(FileError) -> any FileLock {
    let place = path.absolute(from: currentFolder)
    let isTaken = locks.withLock { $0.insert(place).inserted }
    guard isTaken else { throw .busy(path) }
    return MemoryLock { [locks] in _ = locks.withLock { $0.remove(place) } }
  }

  private func item(at path: FilePath, followingLinks: Bool) throws(FileError) -> (path: FilePath, item: Item) {
    var place = path.absolute(from: currentFolder)
    let items = items.withLock { $0 }
    for _ in 0..<40 {
      switch items[place] {
      case .link(let target)? where followingLinks:
        place = target.absolute(from: place.parent)
      case let item?:
        return (place, item)
      case nil:
        if place == currentFolder || place.components.isEmpty || items.keys.contains(where: { $0.isInside(place) }) {
          return (place, .folder)
        }
        throw .notFound(path)
      }
    }
    throw FileError(path, .system(0), "Too many levels of symbolic links")
  }
}

/// The locks that are held.
private final class Locks: Sendable {
  private let held = Mutex<Set<FilePath>>([])

  func withLock<Result>(_ body: (inout sending Set<FilePath>) -> sending Result) -> Result { held.withLock(body) }
}

private final class MemoryLock: FileLock {
  private let release: @Sendable () -> Void
  init(_ release: @escaping @Sendable () -> Void) { self.release = release }
  deinit { release() }
}

extension FilePath {
  /// Whether the path lies below a folder, both being absolute and normalised.
  fileprivate func isInside(_ folder: FilePath) -> Bool {
    if folder.bytes == [slash] { return bytes.count > 1 }
    return bytes.count > folder.bytes.count && bytes.starts(with: folder.bytes) && bytes[folder.bytes.count] == slash
  }
}
