public import MasqueWorkspace
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension SystemPrograms: PipedPrograms {
  public func run(_ call: ProgramCall) throws(FileError) -> ProgramResult {
    // Whoever stops reading a pipe is noticed by an error; a signal would end this process. It stays so, since another
    // thread may be at the same: what is written here at all is looked at for errors.
    signal(SIGPIPE, SIG_IGN)
    var made: [FilePath] = []
    defer { for pipe in made { _ = pipe.withCString { unlink($0) } } }
    for feed in call.feeds {
      guard feed.pipe.withCString({ mkfifo($0, 0o600) }) == 0 else { throw systemError(feed.pipe) }
      made.append(feed.pipe)
    }
    let log = ProgramLog()
    // A shell that does nothing but have its files made private: nothing else sets the mask of another process alone.
    let words = ["-c", "umask 077 && exec \"$0\" \"$@\"", call.program.description] + call.arguments
    let program = try start("/bin/sh", words, in: "/")
    program.follow { log.add($0) }
    program.finishInput(call.input)
    let end = monotonicMilliseconds() &+ call.deadline
    var pump = FeedPump(call.feeds)
    defer { pump.close() }
    do throws(FileError) {
      while log.end == nil {
        guard monotonicMilliseconds() < end else { return stopped(program, .late, log) }
        guard log.count <= call.maximumOutput else { return stopped(program, .tooMuchOutput, log) }
        try pump.push(waiting: 1)
      }
    } catch {
      _ = stopped(program, .late, log)
      throw error
    }
    return log.result(.ended(log.end ?? .unknown))
  }

  /// Kills a program and waits for its end.
  private func stopped(_ program: any RunningProgram, _ end: ProgramResult.End, _ log: ProgramLog) -> ProgramResult {
    program.kill()
    while log.end == nil { _ = poll(nil, 0, 1) }
    return log.result(end)
  }
}

/// What a program has said so far.
private final class ProgramLog: Sendable {
  private let state = Mutex((output: [UInt8](), errors: "", end: ProgramEnd?.none))

  var end: ProgramEnd? { state.withLock { $0.end } }
  var count: Int { state.withLock { $0.output.count } }

  func add(_ event: ProgramEvent) {
    state.withLock { state in
      switch event {
      case .output(let bytes): state.output += bytes
      case .ended(let end, let errors):
        state.end = end
        state.errors = errors
      }
    }
  }

  func result(_ end: ProgramResult.End) -> ProgramResult {
    state.withLock { ProgramResult(end: end, output: $0.output, errors: $0.errors) }
  }
}

/// Fills named pipes, one after the other, as they are read.
private struct FeedPump {
  private var feeds: ArraySlice<ProgramFeed>
  private var descriptor: Int32 = -1
  private var bytes: [UInt8] = []
  private var position = 0

  init(_ feeds: [ProgramFeed]) { self.feeds = feeds[...] }

  /// Writes what the current pipe takes, or waits for a moment if it takes nothing.
  mutating func push(waiting milliseconds: Int32) throws(FileError) {
    guard let feed = feeds.first else {
      _ = poll(nil, 0, milliseconds)
      return
    }
    if descriptor < 0 {
      descriptor = feed.pipe.withCString { name in retrying { open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC) } }
      // Nobody reads it yet, and nothing tells when somebody does.
      if descriptor < 0 {
        _ = poll(nil, 0, milliseconds)
        return
      }
      #if os(Linux)
        // Room for more than 64 KiB, so that the two take turns less often; where it is refused, it is not needed.
        // F_SETPIPE_SZ, which the C library hides from Swift.
        _ = fcntl(descriptor, 1031, 1 << 20)
      #endif
    }
    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&wanted, 1, milliseconds) > 0 else { return }
    if position == bytes.count {
      guard let next = try feed.next() else { return closeFeed() }
      bytes = next
      position = 0
    }
    while position < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        retrying { write(descriptor, buffer.baseAddress.map { $0 + position }, buffer.count - position) }
      }
      if count < 0 {
        // Where nobody reads any more, whoever that was says why.
        if errno != EAGAIN { closeFeed() }
        return
      }
      position += count
    }
  }

  private mutating func closeFeed() {
    close()
    feeds.removeFirst()
    bytes = []
    position = 0
  }

  mutating func close() {
    if descriptor >= 0 { closeDescriptor(descriptor) }
    descriptor = -1
  }
}

/// `close(2)`, whose name the method hides.
private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
