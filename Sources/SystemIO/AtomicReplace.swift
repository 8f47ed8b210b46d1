import MasqueWorkspace
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes a new file beside the old one, with its mode and owner, and renames it over the old one.
func replaceAtomically(_ path: FilePath, in files: SystemFiles, expecting old: [UInt8], with new: [UInt8])
  throws(FileError)
{
  let target = try files.canonicalPath(of: path)
  var status = stat()
  guard target.withCString({ lstat($0, &status) }) == 0 else { throw systemError(path) }
  // A rename needs no permission on the file itself; a file that is write-protected is meant to stay as it is.
  guard target.withCString({ access($0, W_OK) }) == 0 else { throw systemError(path) }
  let fresh = temporaryPath(beside: target)
  let descriptor = fresh.withCString { name in
    retrying { open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600) }
  }
  guard descriptor >= 0 else { throw systemError(path) }
  var isRenamed = false
  defer {
    close(descriptor)
    if !isRenamed { _ = fresh.withCString { unlink($0) } }
  }
  let failure = writeAll(new, to: descriptor)
  guard failure == 0 else { throw FileError(path, .system(failure), errorText(failure)) }
  if status.st_uid != geteuid() || status.st_gid != getegid() {
    guard fchown(descriptor, status.st_uid, status.st_gid) == 0 else { throw systemError(path) }
  }
  // After the owner: a change of owner takes the set-user-ID bit away.
  guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else { throw systemError(path) }
  guard retrying({ fsync(descriptor) }) == 0 else { throw systemError(path) }
  // As late as can be, so that the gap in which somebody else may write is as small as can be.
  guard let current = try? files.read(target, maximumLength: old.count), current == old else { throw .changed(path) }
  guard fresh.withCString({ from in target.withCString { to in rename(from, to) } }) == 0 else {
    throw systemError(path)
  }
  isRenamed = true
}

/// Gives a file these bytes in one step, whether it was there or not.
func writeAtomically(_ path: FilePath, in files: SystemFiles, _ bytes: [UInt8]) throws(FileError) {
  if let old = try? files.read(path, maximumLength: 1 << 30) {
    return try replaceAtomically(path, in: files, expecting: old, with: bytes)
  }
  let fresh = temporaryPath(beside: path)
  // The process's mask is applied by the system.
  let descriptor = fresh.withCString { name in
    retrying { open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666) }
  }
  guard descriptor >= 0 else { throw systemError(path) }
  defer { close(descriptor) }
  let failure = writeAll(bytes, to: descriptor)
  if failure == 0, retrying({ fsync(descriptor) }) == 0,
    fresh.withCString({ from in path.withCString { to in rename(from, to) } }) == 0
  {
    return
  }
  let error = failure == 0 ? systemError(path) : FileError(path, .system(failure), errorText(failure))
  _ = fresh.withCString { unlink($0) }
  throw error
}

/// Gives a file these bytes in one step and for good: the bytes are on the disk before the name, and the name is there
/// before this returns.
func writePrivately(_ path: FilePath, _ bytes: [UInt8]) throws(FileError) {
  let fresh = temporaryPath(beside: path)
  let descriptor = fresh.withCString { name in
    retrying { open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600) }
  }
  guard descriptor >= 0 else { throw systemError(path) }
  defer { close(descriptor) }
  let failure = writeAll(bytes, to: descriptor)
  guard failure == 0, retrying({ fsync(descriptor) }) == 0,
    fresh.withCString({ from in path.withCString { to in rename(from, to) } }) == 0
  else {
    let error = failure == 0 ? systemError(path) : FileError(path, .system(failure), errorText(failure))
    _ = fresh.withCString { unlink($0) }
    throw error
  }
  try syncFolder(path.parent)
}

/// Puts the names in a folder on the disk.
func syncFolder(_ folder: FilePath) throws(FileError) {
  let descriptor = folder.withCString { name in retrying { open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } }
  guard descriptor >= 0 else { throw systemError(folder) }
  defer { close(descriptor) }
  // A file system without such a thing has nothing to put there.
  guard retrying({ fsync(descriptor) }) == 0 || errno == EINVAL || errno == ENOTSUP else { throw systemError(folder) }
}

/// A hidden name that no other process and no other thread takes.
private func temporaryPath(beside path: FilePath) -> FilePath {
  let number = temporaryNumber.add(1, ordering: .relaxed).newValue
  // The file's own name is cut, so that the new one is not too long.
  return path.parent.appending(
    [UInt8(ascii: ".")] + path.name.prefix(100) + ".\(getpid())-\(number).tmp".utf8)
}

private let temporaryNumber = Atomic<Int>(0)
