import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Room for any path that the system returns, in bytes.
let pathCapacity = 4_096 + 1

/// Calls again as long as a signal came between.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// What `errno` says about a path.
func systemError(_ path: FilePath) -> FileError {
  let code = errno
  return FileError(path, code == ENOENT ? .notFound : .system(code), errorText(code))
}

/// The system's words for an error number.
func errorText(_ code: Int32) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
    guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else { return "Error \(code)" }
    return String(cString: base)
  }
}

/// `read(2)`, whose name the methods of `SystemFiles` hide.
func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

/// Writes all of the bytes.
///
/// - Returns: 0, or the error number.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  bytes.withUnsafeBytes { buffer in
    var written = 0
    while written < buffer.count {
      let count = retrying { write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written) }
      if count < 0 {
        guard errno == EAGAIN else { return errno }
        // A terminal or pipe that somebody else made non-blocking.
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wanted, 1, -1)
      }
      written += max(count, 0)
    }
    return 0
  }
}

/// The bytes of a C string.
func bytes(of string: UnsafePointer<CChar>) -> [UInt8] {
  Array(UnsafeRawBufferPointer(start: string, count: strlen(string)))
}

extension FilePath {
  /// Calls `body` with the path as a C string. No name that the system knows has a NUL in it: such a path becomes the
  /// empty one, which names nothing, and not whatever its beginning names.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    if bytes.contains(0) {
      var none: CChar = 0
      return body(&none)
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count + 1) { buffer in
      _ = buffer.initialize(fromContentsOf: bytes)
      buffer[bytes.count] = 0
      return buffer.withMemoryRebound(to: CChar.self) { characters in
        var none: CChar = 0
        return characters.baseAddress.map { body($0) } ?? body(&none)
      }
    }
  }
}
