import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Asks a process to end.
///
/// - Parameter process: its number.
/// - Returns: whether there was such a process that could be asked.
public func terminateProcess(_ process: Int32) -> Bool {
  // Numbers below stand for groups and for everything.
  process > 1 && kill(process, SIGTERM) == 0
}

/// Whether a process runs.
///
/// - Parameter process: its number.
/// - Returns: whether there is one, whoever's it is.
public func isProcessRunning(_ process: Int32) -> Bool {
  process > 1 && (kill(process, 0) == 0 || errno == EPERM)
}

/// What a port of this machine answers to `GET /` by HTTP/1.1: the body, at most 64 KB of it, whatever the status.
///
/// - Parameter port: the port on 127.0.0.1.
/// - Returns: the body; nil if nobody answers within two seconds.
public func askPort(_ port: Int) -> [UInt8]? {
  #if canImport(Glibc)
    let stream = Int32(SOCK_STREAM.rawValue)
  #else
    let stream = SOCK_STREAM
  #endif
  guard let port = UInt16(exactly: port), port > 0 else { return nil }
  let descriptor = socket(AF_INET, stream, 0)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var patience = timeval(tv_sec: 2, tv_usec: 0)
  let size = socklen_t(MemoryLayout<timeval>.size)
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  let status = withUnsafePointer(to: &address) { address in
    address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      retrying { connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
  guard status == 0 else { return nil }
  guard writeAll(Array("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8), to: descriptor) == 0
  else { return nil }
  guard let answer = try? contents(of: descriptor, FilePath("/"), expecting: 0, 1 << 16),
    answer.starts(with: "HTTP/1.1 ".utf8)
  else { return nil }
  let end = Array("\r\n\r\n".utf8)
  return answer.firstRange(of: end).map { Array(answer[$0.upperBound...]) }
}

/// Waits some milliseconds, or until a signal comes.
public func waitMilliseconds(_ milliseconds: Int) {
  _ = poll(nil, 0, Int32(clamping: milliseconds))
}
