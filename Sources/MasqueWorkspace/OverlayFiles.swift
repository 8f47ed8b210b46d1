/// Files over which texts are laid that are not on disk, or not yet: an editor's unsaved buffers.
///
/// A text laid over counts wherever its path does, through links as well; a path that names nothing below becomes a file.
/// Nothing can be written through an overlay to a file that lies under a text: what a program would replace is not what
/// its user sees.
public struct OverlayFiles: Files {
  private let base: any Files
  /// By absolute path, as it was given and, where that is another, without links.
  private let texts: [FilePath: [UInt8]]

  /// Lays texts over files.
  ///
  /// - Parameters:
  ///   - texts: the bytes by path, absolute or seen from the current folder.
  ///   - base: what is below.
  public init(_ texts: [FilePath: [UInt8]], over base: any Files) {
    self.base = base
    var known: [FilePath: [UInt8]] = [:]
    for (path, bytes) in texts {
      let place = path.absolute(from: base.currentFolder)
      known[place] = bytes
      if let canonical = try? base.canonicalPath(of: place) { known[canonical] = bytes }
    }
    self.texts = known
  }

  public var currentFolder: FilePath { base.currentFolder }

  /// Whether a text lies over a path.
  public func covers(_ path: FilePath) -> Bool { text(path) != nil }

  private func text(_ path: FilePath) -> [UInt8]? {
    if texts.isEmpty { return nil }
    if let bytes = texts[path.absolute(from: currentFolder)] { return bytes }
    return (try? base.canonicalPath(of: path)).flatMap { texts[$0] }
  }

  public func kind(of path: FilePath, followingLinks: Bool) throws(FileError) -> FileKind {
    if let kind = try? base.kind(of: path, followingLinks: followingLinks) { return kind }
    if text(path) != nil { return .file }
    return try base.kind(of: path, followingLinks: followingLinks)
  }

  public func stamp(of path: FilePath) -> FileStamp? { text(path) == nil ? base.stamp(of: path) : nil }

  public func read(_ path: FilePath, maximumLength: Int) throws(FileError) -> [UInt8] {
    guard let bytes = text(path) else { return try base.read(path, maximumLength: maximumLength) }
    guard bytes.count <= maximumLength else { throw .tooLarge(path, length: bytes.count, limit: maximumLength) }
    return bytes
  }

  public func read(_ path: FilePath, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    guard text(path) == nil else { return Array(try read(path, maximumLength: .max).dropFirst(offset).prefix(count)) }
    return try base.read(path, at: offset, count: count)
  }

  public func entries(of folder: FilePath) throws(FileError) -> [FolderEntry] {
    let place = folder.absolute(from: currentFolder)
    let added = texts.keys.filter { $0.parent == place }
    guard !added.isEmpty else { return try base.entries(of: folder) }
    var entries = (try? base.entries(of: folder)) ?? []
    let known = Set(entries.map(\.name))
    for path in added where !known.contains(Array(path.name)) {
      entries.append(FolderEntry(name: Array(path.name), kind: .file))
    }
    return entries
  }

  public func canonicalPath(of path: FilePath) throws(FileError) -> FilePath {
    if let canonical = try? base.canonicalPath(of: path) { return canonical }
    let place = path.absolute(from: currentFolder)
    if texts[place] != nil { return place }
    return try base.canonicalPath(of: path)
  }

  public func replace(_ path: FilePath, expecting old: [UInt8], with new: [UInt8]) throws(FileError) {
    if text(path) != nil { throw Self.unsaved(path) }
    try base.replace(path, expecting: old, with: new)
  }

  public func write(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    if text(path) != nil { throw Self.unsaved(path) }
    try base.write(path, bytes)
  }

  public func makeFolder(_ folder: FilePath, isPrivate: Bool) throws(FileError) {
    try base.makeFolder(folder, isPrivate: isPrivate)
  }

  public func writePrivate(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    if text(path) != nil { throw Self.unsaved(path) }
    try base.writePrivate(path, bytes)
  }

  public func append(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    if text(path) != nil { throw Self.unsaved(path) }
    try base.append(path, bytes)
  }

  public func remove(_ path: FilePath) throws(FileError) {
    if text(path) != nil { throw Self.unsaved(path) }
    try base.remove(path)
  }

  public func rename(_ path: FilePath, to name: String) throws(FileError) {
    if text(path) != nil { throw Self.unsaved(path) }
    try base.rename(path, to: name)
  }

  public func lock(_ path: FilePath, waiting milliseconds: Int) throws(FileError) -> any FileLock {
    try base.lock(path, waiting: milliseconds)
  }

  private static func unsaved(_ path: FilePath) -> FileError {
    FileError(path, .changed, "has changes that are not saved; save it first")
  }
}
