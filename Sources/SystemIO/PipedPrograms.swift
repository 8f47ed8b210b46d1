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

/// Fills named pipes as they are read: two at a time, since a program may read as many at once, in the order of the feeds.
private struct FeedPump {
  private var waiting: ArraySlice<ProgramFeed>
  private var current: [FeedWriter] = []

  init(_ feeds: [ProgramFeed]) { waiting = feeds[...] }

  /// Writes what the current pipes take; if they take nothing, prepares the next, or waits for a moment.
  mutating func push(waiting milliseconds: Int32) throws(FileError) {
    while current.count < 2, let feed = waiting.popFirst() { current.append(FeedWriter(feed)) }
    for index in current.indices { current[index].open() }
    var wanted = current.filter(\.isOpen).map { pollfd(fd: $0.descriptor, events: Int16(POLLOUT), revents: 0) }
    let unprepared = current.firstIndex { $0.canPrepare }
    guard poll(&wanted, nfds_t(wanted.count), unprepared == nil ? milliseconds : 0) > 0 else {
      if let unprepared { try current[unprepared].prepare() }
      return
    }
    let ready = wanted.filter { $0.revents != 0 }.map(\.fd)
    for index in current.indices where ready.contains(current[index].descriptor) { try current[index].push() }
    current.removeAll { $0.isDone }
  }

  mutating func close() {
    for index in current.indices { current[index].close() }
  }
}

/// Fills one named pipe.
private struct FeedWriter {
  private let feed: ProgramFeed
  private(set) var descriptor: Int32 = -1
  private(set) var isDone = false
  private(set) var canPrepare: Bool
  private var bytes: [UInt8] = []
  private var position = 0

  init(_ feed: ProgramFeed) {
    self.feed = feed
    canPrepare = feed.prepare != nil
  }

  var isOpen: Bool { descriptor >= 0 }

  /// Does a piece of what can be done before the pipe is read.
  mutating func prepare() throws(FileError) { canPrepare = try feed.prepare?() ?? false }

  /// Opens the pipe if somebody reads it: nothing tells when somebody begins to.
  mutating func open() {
    guard descriptor < 0 else { return }
    descriptor = feed.pipe.withCString { name in retrying { openFile(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC) } }
    #if os(Linux)
      // Room for more than 64 KiB, so that the two take turns less often; where it is refused, it is not needed.
      // F_SETPIPE_SZ, which the C library hides from Swift.
      if descriptor >= 0 { _ = fcntl(descriptor, 1031, 1 << 20) }
    #endif
  }

  /// Writes what the pipe takes.
  mutating func push() throws(FileError) {
    if position == bytes.count {
      guard let next = try feed.next() else { return close() }
      bytes = next
      position = 0
    }
    while position < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        retrying { write(descriptor, buffer.baseAddress.map { $0 + position }, buffer.count - position) }
      }
      if count < 0 {
        // Where nobody reads any more, whoever that was says why.
        if errno != EAGAIN { close() }
        return
      }
      position += count
    }
  }

  mutating func close() {
    if descriptor >= 0 { closeDescriptor(descriptor) }
    descriptor = -1
    isDone = true
    bytes = []
    position = 0
  }
}

/// `open(2)`, whose name the method hides.
private func openFile(_ name: UnsafePointer<CChar>, _ flags: Int32) -> Int32 { open(name, flags) }

/// `close(2)`, whose name the method hides.
private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
