import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An answer by HTTP.
struct HTTPAnswer: Sendable {
  var status: Int
  /// By their names in lower case; of several with one name the last.
  var headers: [String: String]
  var body: [UInt8]
}

/// Why there is no answer, as what follows the server's name in a sentence.
struct HTTPError: Error, Sendable {
  var message: String
}

/// Sends a request by HTTP/1.1 on a connection of its own and reads the answer to its end (RFC 9112).
///
/// - Parameters:
///   - request: the whole request, which asks for the connection to be closed.
///   - address: the server. Where TLS is spoken, it has to prove that it is who has that name.
///   - seconds: how long each step may take.
/// - Returns: the answer, of at most 64 MiB.
/// - Throws: why there is none; whether the request was carried out is not known then.
func exchange(
  _ request: [UInt8], with address: HTTPAddress, seconds: Int
) throws(HTTPError) -> HTTPAnswer {
  let descriptor = try connected(address.host, address.port, seconds)
  defer { close(descriptor) }
  let secure = address.isSecure ? try TLSLibrary.Connection(descriptor, to: address.host) : nil
  defer { secure?.finish() }
  // Where a server refuses before it has read everything, its answer is worth more than the failure to write.
  let isSent = secure?.send(request) ?? send(request, descriptor)
  var received: [UInt8] = []
  var isAtEnd = false
  while received.count < 64 << 20 {
    let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      let got = secure?.receive(buffer) ?? read(descriptor, buffer.baseAddress, buffer.count)
      isAtEnd = got == 0
      count = max(got, 0)
    }
    if piece.isEmpty {
      if !isAtEnd, secure == nil, errno == EINTR { continue }
      break
    }
    received += piece
  }
  guard let answer = HTTPAnswer(received, isAtEnd: isAtEnd) else {
    throw HTTPError(message: isSent ? "does not answer" : "closed the connection")
  }
  return answer
}

private func connected(_ host: String, _ port: UInt16, _ seconds: Int) throws(HTTPError) -> Int32 {
  #if canImport(Glibc)
    let stream = Int32(SOCK_STREAM.rawValue)
  #else
    let stream = SOCK_STREAM
  #endif
  var hints = addrinfo()
  hints.ai_family = AF_UNSPEC
  hints.ai_socktype = stream
  var addresses: UnsafeMutablePointer<addrinfo>?
  let status = getaddrinfo(host, String(port), &hints, &addresses)
  guard status == 0 else { throw HTTPError(message: "can't be found: \(String(cString: gai_strerror(status)))") }
  defer { freeaddrinfo(addresses) }
  var reason = "has no address"
  var next = addresses
  while let address = next?.pointee {
    next = address.ai_next
    let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
    guard descriptor >= 0 else { continue }
    var patience = timeval(tv_sec: seconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
    reason = "can't be reached: \(String(cString: strerror(errno)))"
    close(descriptor)
  }
  throw HTTPError(message: reason)
}

/// Sends all of the bytes; a closed connection is no signal.
private func send(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
  #if canImport(Darwin)
    let flags: Int32 = 0
  #else
    let flags = Int32(MSG_NOSIGNAL)
  #endif
  var sent = 0
  while sent < bytes.count {
    let count = bytes.withUnsafeBytes { buffer in
      send(descriptor, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, flags)
    }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return false }
    sent += count
  }
  return true
}

extension HTTPAnswer {
  /// Reads an answer.
  ///
  /// - Parameters:
  ///   - bytes: all that came.
  ///   - isAtEnd: whether the connection was closed in order behind it.
  init?(_ bytes: [UInt8], isAtEnd: Bool) {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    guard let first = lines.first?.split(separator: " "), first.count >= 2, first[0].hasPrefix("HTTP/1."),
      let status = Int(first[1])
    else { return nil }
    // No interim answer comes: nothing in the request asks for one.
    self.status = status
    headers = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(
        line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
    }
    let rest = bytes[end.upperBound...]
    if headers["transfer-encoding"]?.lowercased().hasSuffix("chunked") == true {
      guard let whole = Self.unchunked(rest) else { return nil }
      body = whole
    } else if let length = headers["content-length"].flatMap({ Int($0) }) {
      guard length >= 0, rest.count >= length else { return nil }
      body = Array(rest.prefix(length))
    } else {
      guard isAtEnd else { return nil }
      body = Array(rest)
    }
  }

  private static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = bytes
    let lineEnd = Array("\r\n".utf8)
    while let line = rest.firstRange(of: lineEnd) {
      let digits = String(decoding: rest[rest.startIndex..<line.lowerBound], as: UTF8.self).prefix { $0 != ";" }
      guard let length = Int(digits.filter { $0 != " " }, radix: 16), length >= 0 else { return nil }
      rest = rest[line.upperBound...]
      if length == 0 { return result }
      guard rest.count >= length, rest.count - length >= 2 else { return nil }
      result += rest.prefix(length)
      rest = rest.dropFirst(length + 2)
    }
    return nil
  }
}
