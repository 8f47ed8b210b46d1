import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock on a file (`flock`), which the system gives up when the process ends, however it ends.
final class SystemLock: FileLock {
  private let descriptor: Int32

  /// Waits for a lock.
  ///
  /// - Parameters:
  ///   - path: a file, made if it is missing.
  ///   - milliseconds: how long it is waited for.
  /// - Throws: the system's reason, or that somebody else kept it.
  init(_ path: FilePath, waiting milliseconds: Int) throws(FileError) {
    let descriptor = path.withCString { name in
      retrying { open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o600) }
    }
    guard descriptor >= 0 else { throw systemError(path) }
    makePrivate(descriptor)
    do throws(FileError) {
      try waitForLock(descriptor, path, milliseconds)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}

/// Locks an open file.
///
/// - Throws: the system's reason, or that somebody else kept it for so many milliseconds.
func waitForLock(_ descriptor: Int32, _ path: FilePath, _ milliseconds: Int) throws(FileError) {
  let end = monotonicMilliseconds() &+ milliseconds
  // There is no waiting with an end, so it asks again, less and less often.
  var pause: Int32 = 1
  while retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0 {
    let error: FileError = errno == EWOULDBLOCK ? .busy(path) : systemError(path)
    guard error.reason == .busy, monotonicMilliseconds() < end else { throw error }
    _ = poll(nil, 0, pause)
    pause = min(pause * 2, 16)
  }
}
