public import MasqueWorkspace
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// This machine, by system calls.
public struct SystemMachine: Machine {
  /// The machine.
  public init() {}

  public func permissions(of path: FilePath) -> FilePermissions? {
    var status = stat()
    guard path.withCString({ name in retrying { fstatat(AT_FDCWD, name, &status, 0) } }) == 0 else { return nil }
    return FilePermissions(mode: UInt16(status.st_mode & 0o777), isOwn: status.st_uid == geteuid())
  }

  public func converse(
    host: String, port: Int, saying request: [UInt8], within milliseconds: Int
  ) throws(NetworkError) -> [UInt8] {
    let end = monotonicMilliseconds() &+ milliseconds
    let descriptor = try connect(host, port, before: end)
    defer { close(descriptor) }
    guard !request.isEmpty else { return [] }
    var sent = 0
    while sent < request.count {
      try wait(for: descriptor, Int16(POLLOUT), before: end)
      let count = request[sent...].withUnsafeBytes { buffer in
        retrying { Int(send(descriptor, buffer.baseAddress, buffer.count, noSignal)) }
      }
      if count < 0, errno != EAGAIN { throw .failed(errorText(errno)) }
      sent += max(count, 0)
    }
    var answer: [UInt8] = []
    while answer.count < 1 << 16 {
      try wait(for: descriptor, Int16(POLLIN), before: end)
      let piece = [UInt8](unsafeUninitializedCapacity: 4_096) { buffer, count in
        count = max(retrying { Int(systemRead(descriptor, buffer.baseAddress, buffer.count)) }, 0)
      }
      if piece.isEmpty { break }
      answer += piece
    }
    return answer
  }

  /// A connected socket that does not block.
  private func connect(_ host: String, _ port: Int, before end: Int) throws(NetworkError) -> Int32 {
    var hints = addrinfo()
    #if canImport(Darwin)
      hints.ai_socktype = SOCK_STREAM
    #else
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #endif
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0 else { throw .unknownHost }
    defer { if let found { freeaddrinfo(found) } }
    var failure = NetworkError.unknownHost
    var next = found
    while let address = next?.pointee {
      next = address.ai_next
      let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
      guard descriptor >= 0 else {
        failure = .failed(errorText(errno))
        continue
      }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      do throws(NetworkError) {
        if systemConnect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
          guard errno == EINPROGRESS else { throw errno == ECONNREFUSED ? .refused : .failed(errorText(errno)) }
          try wait(for: descriptor, Int16(POLLOUT), before: end)
          var code: Int32 = 0
          var length = socklen_t(MemoryLayout<Int32>.size)
          getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
          if code != 0 { throw code == ECONNREFUSED ? .refused : .failed(errorText(code)) }
        }
        return descriptor
      } catch {
        close(descriptor)
        failure = error
      }
    }
    throw failure
  }

  private func wait(for descriptor: Int32, _ events: Int16, before end: Int) throws(NetworkError) {
    var wanted = pollfd(fd: descriptor, events: events, revents: 0)
    while true {
      let left = end &- monotonicMilliseconds()
      guard left > 0 else { throw .late }
      let count = poll(&wanted, 1, Int32(clamping: left))
      if count > 0 { return }
      if count < 0, errno != EINTR { throw .failed(errorText(errno)) }
    }
  }

  public func output(
    of program: FilePath, _ arguments: [String], within milliseconds: Int
  ) throws(FileError) -> (status: Int32?, output: [UInt8]) {
    let process = try SystemPrograms().start(program, arguments, in: SystemFiles().currentFolder)
    let said = Said()
    process.follow { event in
      said.state.withLock { state in
        switch event {
        case .output(let bytes): state.output += bytes.prefix(max((1 << 16) - state.output.count, 0))
        case .ended(.exited(let status), _): (state.status, state.isOver) = (status, true)
        case .ended: state.isOver = true
        }
      }
    }
    process.finishInput([])
    let end = monotonicMilliseconds() &+ milliseconds
    var isKilled = false
    while !said.state.withLock({ $0.isOver }) {
      let left = end &- monotonicMilliseconds()
      if left <= 0, !isKilled {
        process.kill()
        isKilled = true
      }
      if left < -1_000 { break }
      _ = poll(nil, 0, 1)
    }
    return said.state.withLock { ($0.status, $0.output) }
  }
}

/// What a program has said so far.
private final class Said: Sendable {
  struct State {
    var output: [UInt8] = []
    var status: Int32?
    var isOver = false
  }

  let state = Mutex(State())
}

#if canImport(Darwin)
  private let noSignal: Int32 = 0
#else
  private let noSignal = Int32(MSG_NOSIGNAL)
#endif

/// `connect(2)`, whose name the methods of `SystemMachine` hide.
private func systemConnect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>?, _ length: socklen_t) -> Int32 {
  connect(descriptor, address, length)
}
