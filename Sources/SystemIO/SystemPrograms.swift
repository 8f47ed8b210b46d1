public import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The programs of this machine, run by system calls.
public struct SystemPrograms: Programs {
  /// The programs.
  public init() {}

  public func isExecutable(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withCString { name in
      stat(name, &status) == 0 && fileKind(status.st_mode) == .file && access(name, X_OK) == 0
    }
  }

  public func run(_ call: ProgramCall) throws(FileError) -> ProgramResult {
    // Whoever stops reading is told by an error; a signal would end this process.
    let earlier = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, earlier) }
    for feed in call.feeds {
      guard feed.pipe.withCString({ mkfifo($0, 0o600) }) == 0 else {
        let error = systemError(feed.pipe)
        removePipes(call.feeds, before: feed.pipe)
        throw error
      }
    }
    defer { removePipes(call.feeds, before: nil) }
    return try RunningProgram(call).finish()
  }
}

private func removePipes(_ feeds: [ProgramFeed], before end: FilePath?) {
  for feed in feeds {
    if feed.pipe == end { return }
    _ = feed.pipe.withCString { unlink($0) }
  }
}

/// A program at work, with our ends of its pipes.
private final class RunningProgram {
  private let call: ProgramCall
  private let process: pid_t
  private var input: Outlet
  private var output: Inlet
  private var error: Inlet
  private var feeds: ArraySlice<ProgramFeed>
  private var feed: Outlet?
  private let end: Int
  private var hasEnded = false

  init(_ call: ProgramCall) throws(FileError) {
    var pipes: [Int32] = []
    func give(up reason: FileError) -> FileError {
      for descriptor in pipes { close(descriptor) }
      return reason
    }
    for _ in 0..<3 {
      var pair: [Int32] = [-1, -1]
      guard pipe(&pair) == 0 else { throw give(up: systemError(call.program)) }
      for descriptor in pair { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      pipes += pair
    }
    // In order: the program's input, its output, its error; of each pair the reading end comes first.
    var process = pid_t()
    let code = spawn(call, &process, input: pipes[0], output: pipes[3], error: pipes[5])
    guard code == 0 else { throw give(up: FileError(call.program, .system(code), errorText(code))) }
    for index in [0, 3, 5] { close(pipes[index]) }
    for index in [1, 2, 4] { _ = fcntl(pipes[index], F_SETFL, O_NONBLOCK) }
    self.call = call
    self.process = process
    input = Outlet(pipes[1], call.input, closesWhenEmpty: true)
    output = Inlet(pipes[2])
    error = Inlet(pipes[4])
    feeds = call.feeds[...]
    end = monotonicMilliseconds() &+ call.deadline
  }

  deinit {
    input.close()
    output.close()
    error.close()
    feed?.close()
    if !hasEnded {
      kill(process, SIGKILL)
      var status: Int32 = 0
      _ = retrying { waitpid(process, &status, 0) }
    }
  }

  /// Gives and takes until the program has closed its streams, and waits for its end.
  func finish() throws(FileError) -> ProgramResult {
    while output.isOpen || error.isOpen {
      let rest = end &- monotonicMilliseconds()
      guard rest > 0 else { return stopped(.late) }
      openFeed()
      var wanted: [pollfd] = []
      if let event = input.event { wanted.append(event) }
      if let event = feed?.event { wanted.append(event) }
      if let event = output.event { wanted.append(event) }
      if let event = error.event { wanted.append(event) }
      // Nothing tells when somebody opens the other end of a named pipe, so that is asked for again.
      let isWaiting = feed == nil && !feeds.isEmpty
      _ = poll(&wanted, nfds_t(wanted.count), Int32(clamping: isWaiting ? min(rest, 1) : rest))
      input.push()
      try pushFeed()
      output.pull()
      error.pull()
      if max(output.bytes.count, error.bytes.count) > call.maximumOutput { return stopped(.tooMuchOutput) }
    }
    var status: Int32 = 0
    while retrying({ waitpid(process, &status, WNOHANG) }) == 0 {
      guard end > monotonicMilliseconds() else { return stopped(.late) }
      _ = poll(nil, 0, 1)
    }
    hasEnded = true
    let signal = status & 0x7F
    return ProgramResult(
      end: signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal), output: output.bytes, error: error.bytes)
  }

  private func stopped(_ end: ProgramResult.End) -> ProgramResult {
    kill(process, SIGKILL)
    var status: Int32 = 0
    _ = retrying { waitpid(process, &status, 0) }
    hasEnded = true
    return ProgramResult(end: end, output: output.bytes, error: error.bytes)
  }

  /// Opens the next named pipe if the program reads it already.
  private func openFeed() {
    guard feed == nil, let next = feeds.first else { return }
    let descriptor = next.pipe.withCString { name in retrying { open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC) } }
    if descriptor >= 0 { feed = Outlet(descriptor, [], closesWhenEmpty: false) }
  }

  /// Writes what the named pipe takes without waiting.
  private func pushFeed() throws(FileError) {
    guard feed != nil, let source = feeds.first else { return }
    while true {
      feed?.push()
      guard feed?.isEmpty == true else { return }
      if feed?.isOpen == true, let bytes = try source.next() {
        feed?.fill(bytes)
      } else {
        feed?.close()
        feed = nil
        feeds.removeFirst()
        return
      }
    }
  }
}

/// A descriptor that is written to without waiting.
private struct Outlet {
  private var descriptor: Int32
  private var bytes: [UInt8]
  private var position = 0
  private let closesWhenEmpty: Bool

  init(_ descriptor: Int32, _ bytes: [UInt8], closesWhenEmpty: Bool) {
    self.descriptor = descriptor
    self.bytes = bytes
    self.closesWhenEmpty = closesWhenEmpty
  }

  var isOpen: Bool { descriptor >= 0 }
  var isEmpty: Bool { position == bytes.count }
  var event: pollfd? { isOpen ? pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0) : nil }

  mutating func fill(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 0
  }

  mutating func push() {
    guard isOpen else { return }
    while position < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        retrying { write(descriptor, buffer.baseAddress.map { $0 + position }, buffer.count - position) }
      }
      if count < 0 {
        if errno == EAGAIN { return }
        // Nobody reads any more; whoever that was says why.
        position = bytes.count
        close()
        return
      }
      position += count
    }
    if closesWhenEmpty { close() }
  }

  mutating func close() {
    guard isOpen else { return }
    closeDescriptor(descriptor)
    descriptor = -1
  }
}

/// A descriptor that is read from without waiting.
private struct Inlet {
  private var descriptor: Int32
  private(set) var bytes: [UInt8] = []

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  var isOpen: Bool { descriptor >= 0 }
  var event: pollfd? { isOpen ? pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0) : nil }

  mutating func pull() {
    // Not without end, so that somebody looks at how much it has become.
    for _ in 0..<16 where isOpen {
      var count = 0
      let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, filled in
        count = retrying { systemRead(descriptor, buffer.baseAddress, buffer.count) }
        filled = max(count, 0)
      }
      bytes += piece
      if count > 0 { continue }
      if count < 0, errno == EAGAIN { return }
      close()
    }
  }

  mutating func close() {
    guard isOpen else { return }
    closeDescriptor(descriptor)
    descriptor = -1
  }
}

/// `close(2)`, whose name the methods above hide.
private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }

/// Starts a program by a shell that does nothing but have its files made private: nothing else sets the mask of another
/// process alone.
///
/// - Returns: 0, or the error number.
private func spawn(_ call: ProgramCall, _ process: inout pid_t, input: Int32, output: Int32, error: Int32) -> Int32 {
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
  #else
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
  #endif
  guard posix_spawn_file_actions_init(&actions) == 0 else { return ENOMEM }
  defer { posix_spawn_file_actions_destroy(&actions) }
  guard posix_spawnattr_init(&attributes) == 0 else { return ENOMEM }
  defer { posix_spawnattr_destroy(&attributes) }
  for (ours, theirs) in [(input, 0), (output, 1), (error, 2)] {
    posix_spawn_file_actions_adddup2(&actions, ours, Int32(theirs))
  }
  // What this process ignores the program need not.
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGPIPE)
  posix_spawnattr_setsigdefault(&attributes, &signals)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
  let words =
    [Array("sh".utf8), Array("-c".utf8), Array("umask 077 && exec \"$0\" \"$@\"".utf8), call.program.bytes]
    + call.arguments.map { Array($0.utf8) }
  var arguments = words.map { word in strdup(word.map { CChar(bitPattern: $0) } + [0]) }
  defer { for argument in arguments { free(argument) } }
  arguments.append(nil)
  return posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, environ)
}
