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
  let (fresh, descriptor) = try openTemporary(beside: target, for: path, mode: 0o600)
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
  // The process's mask is applied by the system.
  let (fresh, descriptor) = try openTemporary(beside: path, for: path, mode: 0o666)
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
  let (fresh, descriptor) = try openTemporary(beside: path, for: path, mode: 0o600)
  defer { close(descriptor) }
  makePrivate(descriptor)
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

/// Gives a file of ours the mode 0600, whatever mask the process has and whoever has copied the file. Where the system
/// refuses, the file belongs to somebody else.
func makePrivate(_ descriptor: Int32) {
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & 0o777 != 0o600 else { return }
  _ = fchmod(descriptor, 0o600)
}

/// Makes a file that is to be renamed. It is locked for as long as its writer lives, so that what a killed one has left
/// can be told from what is being written.
///
/// - Parameters:
///   - target: the file that it is to become.
///   - path: what that file is called in an error.
///   - mode: its mode, before the process's mask.
/// - Returns: its name, and what it is written through.
/// - Throws: why it can't be made.
private func openTemporary(
  beside target: FilePath, for path: FilePath, mode: mode_t
) throws(FileError) -> (path: FilePath, descriptor: Int32) {
  while true {
    let fresh = temporaryPath(beside: target)
    let descriptor = fresh.withCString { name in
      retrying { open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode) }
    }
    guard descriptor >= 0 else { throw systemError(path) }
    // Where a file system has no locks, nobody can take the file for one that was left.
    _ = retrying { flock(descriptor, LOCK_EX) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return (fresh, descriptor) }
    // Somebody who cleans up came between the making and the locking.
    close(descriptor)
  }
}

/// A hidden name that no other process and no other thread takes: `.NAME.12-3.tmp`.
private func temporaryPath(beside path: FilePath) -> FilePath {
  let number = temporaryNumber.add(1, ordering: .relaxed).newValue
  // The file's own name is cut, so that the new one is not too long.
  return path.parent.appending(
    [UInt8(ascii: ".")] + path.name.prefix(100) + ".\(getpid())-\(number).tmp".utf8)
}

private let temporaryNumber = Atomic<Int>(0)

/// Removes what writers left that were killed before they could rename it.
func removeTemporaries(in folder: FilePath, of names: [String], _ files: SystemFiles) {
  for entry in (try? files.entries(of: folder)) ?? [] where entry.kind == .file && isTemporary(entry.name, of: names) {
    let path = folder.appending(entry.name)
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY) }
    guard descriptor >= 0 else { continue }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { _ = path.withCString { unlink($0) } }
    close(descriptor)
  }
}

/// Whether a name is one of `temporaryPath(beside:)`; no names stand for every file.
private func isTemporary(_ name: [UInt8], of names: [String]) -> Bool {
  guard name.first == UInt8(ascii: "."), name.count > 4, name.suffix(4).elementsEqual(".tmp".utf8) else { return false }
  let stem = name.dropFirst().dropLast(4)
  guard let dot = stem.lastIndex(of: UInt8(ascii: ".")) else { return false }
  let numbers = stem[(dot + 1)...].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
  return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
    && (names.isEmpty || names.contains { stem[..<dot].elementsEqual($0.utf8.prefix(100)) })
}
