public import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file system of this machine, by system calls.
public struct SystemFiles: Files {
  /// The file system.
  public init() {}

  public var currentFolder: FilePath {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: pathCapacity) { buffer in
      guard let found = getcwd(buffer.baseAddress, buffer.count) else { return FilePath("/") }
      return FilePath(bytes: bytes(of: found))
    }
  }

  public func kind(of path: FilePath, followingLinks: Bool) throws(FileError) -> FileKind {
    var status = stat()
    let result = path.withCString { name in
      retrying { fstatat(AT_FDCWD, name, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) }
    }
    guard result == 0 else { throw systemError(path) }
    return fileKind(status.st_mode)
  }

  public func stamp(of path: FilePath) -> FileStamp? {
    var status = stat()
    let result = path.withCString { name in retrying { fstatat(AT_FDCWD, name, &status, 0) } }
    guard result == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return FileStamp(
      identity: [UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino)],
      length: Int64(status.st_size), modified: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  public func read(_ path: FilePath, maximumLength: Int) throws(FileError) -> [UInt8] {
    let (descriptor, length) = try opened(path)
    defer { close(descriptor) }
    return try contents(of: descriptor, path, expecting: length, maximumLength)
  }

  /// A regular file, opened to be read, and how long it is.
  private func opened(_ path: FilePath) throws(FileError) -> (descriptor: Int32, length: Int) {
    // Without O_NONBLOCK, opening a FIFO would wait for somebody to write into it.
    let descriptor = path.withCString { name in
      retrying { open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    }
    guard descriptor >= 0 else { throw systemError(path) }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    let kind = fileKind(status.st_mode)
    guard isKnown, kind == .file else {
      let error = isKnown ? FileError.notAFile(path, kind) : systemError(path)
      close(descriptor)
      throw error
    }
    return (descriptor, Int(status.st_size))
  }

  public func read(_ path: FilePath, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    let (descriptor, length) = try opened(path)
    defer { close(descriptor) }
    let wanted = min(count, max(length - offset, 0))
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      while filled < wanted {
        let got = retrying {
          pread(descriptor, buffer.baseAddress.map { $0 + filled }, wanted - filled, off_t(offset + filled))
        }
        failed = got < 0
        guard got > 0 else { return }
        filled += got
      }
    }
    if failed { throw systemError(path) }
    return bytes
  }

  public func entries(of folder: FilePath) throws(FileError) -> [FolderEntry] {
    let descriptor = folder.withCString { name in
      retrying { open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK) }
    }
    guard descriptor >= 0 else { throw systemError(folder) }
    guard let directory = fdopendir(descriptor) else {
      let error = systemError(folder)
      close(descriptor)
      throw error
    }
    defer { closedir(directory) }
    var result: [FolderEntry] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else {
        if errno != 0 { throw systemError(folder) }
        return result
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 1) { bytes(of: $0) }
      }
      if name == [0x2E] || name == [0x2E, 0x2E] { continue }
      let kind = entryKind(Int32(entry.pointee.d_type), of: name, in: descriptor)
      result.append(FolderEntry(name: name, kind: kind))
    }
  }

  public func canonicalPath(of path: FilePath) throws(FileError) -> FilePath {
    guard let found = path.withCString({ realpath($0, nil) }) else { throw systemError(path) }
    defer { free(found) }
    return FilePath(bytes: bytes(of: found))
  }

  public func replace(_ path: FilePath, expecting old: [UInt8], with new: [UInt8]) throws(FileError) {
    try replaceAtomically(path, in: self, expecting: old, with: new)
  }

  public func write(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    try writeAtomically(path, in: self, bytes)
  }

  public func writePrivate(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    try writePrivately(path, bytes)
  }

  public func append(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
    let descriptor = path.withCString { name in
      retrying { open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o600) }
    }
    guard descriptor >= 0 else { throw systemError(path) }
    defer { close(descriptor) }
    // So that what fails can be taken back without what somebody else adds meanwhile.
    try waitForLock(descriptor, path, 10_000)
    makePrivate(descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(path) }
    let failure = writeAll(bytes, to: descriptor)
    guard failure == 0, retrying({ fsync(descriptor) }) == 0 else {
      let error = failure == 0 ? systemError(path) : FileError(path, .system(failure), errorText(failure))
      // Half a line would spoil the next one, too.
      _ = retrying { ftruncate(descriptor, status.st_size) }
      throw error
    }
    try syncFolder(path.parent)
  }

  public func removeTemporaries(in folder: FilePath, of names: [String]) {
    SystemIO.removeTemporaries(in: folder, of: names, self)
  }

  public func remove(_ path: FilePath) throws(FileError) {
    // `remove(3)` takes folders, too, if they are empty.
    #if canImport(Darwin)
      let result = path.withCString { Darwin.remove($0) }
    #elseif canImport(Musl)
      let result = path.withCString { Musl.remove($0) }
    #else
      let result = path.withCString { Glibc.remove($0) }
    #endif
    guard result == 0 || errno == ENOENT else { throw systemError(path) }
  }

  public func rename(_ path: FilePath, to name: String) throws(FileError) {
    let target = path.parent.appending(name.utf8)
    #if canImport(Darwin)
      let result = path.withCString { from in target.withCString { Darwin.rename(from, $0) } }
    #elseif canImport(Musl)
      let result = path.withCString { from in target.withCString { Musl.rename(from, $0) } }
    #else
      let result = path.withCString { from in target.withCString { Glibc.rename(from, $0) } }
    #endif
    guard result == 0 else { throw systemError(path) }
  }

  public func lock(_ path: FilePath, waiting milliseconds: Int) throws(FileError) -> any FileLock {
    try SystemLock(path, waiting: milliseconds)
  }

  public func makeFolder(_ folder: FilePath, isPrivate: Bool) throws(FileError) {
    if (try? kind(of: folder, followingLinks: true)) == .folder { return }
    for place in folder.absolute(from: currentFolder).ancestry.reversed() {
      let made = place.withCString { mkdir($0, isPrivate ? 0o700 : 0o777) }
      // Whatever mask the process has, its owner is to get in.
      if made == 0, isPrivate { _ = place.withCString { chmod($0, 0o700) } }
      // Whoever has made it meanwhile has done the work; what is no folder is found out by the next step.
      if made != 0, errno != EEXIST, errno != EISDIR { throw systemError(place) }
    }
    guard try kind(of: folder, followingLinks: true) == .folder else { throw .notAFile(folder, .file) }
  }
}

/// All that a descriptor has to give. One read is enough for a file whose length was told right.
///
/// - Parameters:
///   - descriptor: what is read, from where it stands.
///   - path: what it is called in an error.
///   - expected: the length that it is said to have; 0 if nothing is known.
///   - maximumLength: the length that it may have.
/// - Returns: the bytes.
/// - Throws: the system's reason, or that there is more than allowed.
func contents(of descriptor: Int32, _ path: FilePath, expecting expected: Int, _ maximumLength: Int)
  throws(FileError) -> [UInt8]
{
  guard expected <= maximumLength else { throw .tooLarge(path, length: expected, limit: maximumLength) }
  // One byte more than expected, so that the end shows itself.
  var capacity = max(expected, 0) + 1
  var result: [UInt8] = []
  while true {
    let start = result.count
    var failed = false
    let room = capacity
    let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      while count < room {
        let wanted = room - count
        let got = retrying { Int(systemRead(descriptor, buffer.baseAddress.map { $0 + count }, wanted)) }
        guard got > 0 else {
          failed = got < 0
          break
        }
        count += got
        // A regular file gives less than was asked for only at its end.
        if expected > 0, got < wanted { break }
      }
    }
    if failed { throw systemError(path) }
    result = start == 0 ? piece : result + piece
    guard result.count <= maximumLength else { throw .tooLarge(path, length: nil, limit: maximumLength) }
    if piece.count < room { return result }
    capacity = min(max(result.count, 1 << 16), maximumLength - result.count + 1)
  }
}

private func entryKind(_ type: Int32, of name: [UInt8], in folder: Int32) -> FileKind {
  switch type {
  case 8: return .file
  case 4: return .folder
  case 10: return .link
  case 1: return .fifo
  case 2, 6: return .device
  case 12: return .socket
  default:
    // Some file systems do not keep the kind beside the name.
    var status = stat()
    let result = FilePath(bytes: name).withCString { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }
    return result == 0 ? fileKind(status.st_mode) : .other
  }
}

func fileKind(_ mode: mode_t) -> FileKind {
  switch mode & S_IFMT {
  case S_IFREG: .file
  case S_IFDIR: .folder
  case S_IFLNK: .link
  case S_IFIFO: .fifo
  case S_IFCHR, S_IFBLK: .device
  case S_IFSOCK: .socket
  default: .other
  }
}
