#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Takes an output descriptor away from everybody else: what is written to it from now on goes where `diversion` goes,
/// and the stream behind it is reached by the returned descriptor alone. So a stray print cannot corrupt a message.
///
/// - Parameters:
///   - output: the descriptor that belongs to the protocol, 1 in a server.
///   - diversion: where everything else goes, 2 in a server; if it is closed, nowhere.
/// - Returns: the private descriptor, which child processes do not inherit; nil if `output` is not open.
func claim(output: Int32, divertingTo diversion: Int32) -> Int32? {
  let own = fcntl(output, F_DUPFD_CLOEXEC, 3)
  guard own >= 0 else { return nil }
  if dup2(diversion, output) < 0 {
    let nowhere = open("/dev/null", O_WRONLY)
    if nowhere >= 0 {
      dup2(nowhere, output)
      close(nowhere)
    } else {
      close(output)
    }
  }
  return own
}

/// Writes all bytes, however many calls that takes; waits where the descriptor does not block.
///
/// - Returns: 0, or the `errno` of the failure.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
  var written = 0
  while written < bytes.count {
    let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count >= 0 {
      written += count
      continue
    }
    switch errno {
    case EINTR: continue
    case EAGAIN, EWOULDBLOCK:
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      if poll(&waiting, 1, -1) < 0, errno != EINTR { return errno }
    default: return errno
    }
  }
  return 0
}

/// Reads what there is, waiting for at least one byte.
///
/// - Returns: the number of bytes; 0 at the end and after a failure.
func readSome(into buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int {
  while true {
    let count = read(descriptor, buffer.baseAddress, buffer.count)
    if count >= 0 { return count }
    switch errno {
    case EINTR: continue
    case EAGAIN, EWOULDBLOCK:
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&waiting, 1, -1) < 0, errno != EINTR { return 0 }
    default: return 0
    }
  }
}

/// The words for an `errno`.
func describe(_ error: Int32) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
    buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress, strerror_r(error, start, buffer.count) == 0 else { return "error \(error)" }
    return String(cString: start)
  }
}
