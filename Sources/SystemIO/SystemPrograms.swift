import CSpawn
public import MasqueWorkspace
import Synchronization

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// Other programs by way of the operating system. A program that is asked to end asks those that it has started to end
/// as well, as long as it leaves the signal's action alone.
public struct SystemPrograms: Programs {
  /// The programs. From now on the ends of programs are noticed, whatever this process has inherited.
  public init() {
    // Who ignores SIGCHLD is not told how programs end.
    let earlier = signal(SIGCHLD, SIG_DFL)
    if !isSame(earlier, SIG_IGN), !isSame(earlier, SIG_DFL) { signal(SIGCHLD, earlier) }
  }

  public func isExecutable(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withCString { stat($0, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access($0, X_OK) == 0 }
  }

  public func start(
    _ program: FilePath, _ arguments: [String], in folder: FilePath
  ) throws(FileError) -> any RunningProgram {
    guard let wake = Pipe(), let input = Pipe(), let output = Pipe(), let errors = Pipe() else {
      throw systemError(program)
    }
    for end in [input.writing, output.reading, errors.reading, wake.reading, wake.writing] { end.unblock() }
    var process = pid_t()
    beginToStart()
    let failure = withExtendedLifetime((input, output, errors)) {
      spawn(program, arguments, folder, &process, [input.reading.number, output.writing.number, errors.writing.number])
    }
    haveStarted(failure == 0 ? process : nil)
    guard failure == 0 else {
      var status = stat()
      let isFolder = folder.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
      let path = isFolder ? program : folder
      throw FileError(path, failure == ENOENT ? .notFound : .system(failure), errorText(failure))
    }
    return SystemProgram(
      process, input: input.writing, output: output.reading, errors: errors.reading, wake: wake)
  }
}

/// `posix_spawn(3)`.
///
/// - Returns: 0, or the error number.
private func spawn(
  _ program: FilePath, _ arguments: [String], _ folder: FilePath, _ process: inout pid_t, _ streams: [Int32]
) -> Int32 {
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

  var failure = folder.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
  for (target, source) in streams.enumerated() where failure == 0 {
    failure = posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
  }
  guard failure == 0 else { return failure }
  var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
  #if canImport(Darwin)
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
  #elseif canImport(Glibc)
    // Ours close by themselves; whoever started this process may have left others open.
    failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    guard failure == 0 else { return failure }
  #endif
  var none = sigset_t()
  var all = sigset_t()
  sigemptyset(&none)
  sigfillset(&all)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setsigdefault(&attributes, &all)
  posix_spawnattr_setpgroup(&attributes, 0)
  posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: Int(flags)))

  let words = [program.description] + arguments
  var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return program.withCString { posix_spawn(&process, $0, &actions, &attributes, pointers, environ) }
}

/// A program that was started. One thread reads what it writes, another waits for its end: what it has started may keep
/// its streams open for longer.
private final class SystemProgram: RunningProgram {
  private struct State {
    /// Whether the process is no more, so that its number may be another's.
    var isReaped = false
    var isFollowed = false
    /// What is still to be written to it; nil before its input is known.
    var input: [UInt8]?
  }

  private let process: pid_t
  private let input: Descriptor
  private let output: Descriptor
  private let errors: Descriptor
  private let wake: Pipe
  private let hasExited = Atomic(false)
  private let state = Mutex(State())

  init(_ process: pid_t, input: Descriptor, output: Descriptor, errors: Descriptor, wake: Pipe) {
    self.process = process
    self.input = input
    self.output = output
    self.errors = errors
    self.wake = wake
  }

  func finishInput(_ bytes: [UInt8]) {
    state.withLock { if $0.input == nil { $0.input = bytes } }
    wakeUp()
  }

  func terminate() { send(SIGTERM) }

  func kill() { send(SIGKILL) }

  private func send(_ number: Int32) {
    state.withLock { state in
      guard !state.isReaped else { return }
      // Stopped programs take no other signal than the last one.
      if signalGroup(process, number) == 0, number == SIGTERM { _ = signalGroup(process, SIGCONT) }
    }
  }

  private func wakeUp() {
    var byte: UInt8 = 0
    _ = retrying { write(wake.writing.number, &byte, 1) }
  }

  func follow(_ receive: @escaping @Sendable (ProgramEvent) -> Void) {
    let isFirst = state.withLock { state in
      defer { state.isFollowed = true }
      return !state.isFollowed
    }
    guard isFirst else { return }
    let waiting = startThread { [self] in
      var information = siginfo_t()
      _ = retrying { waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) }
      hasExited.store(true, ordering: .sequentiallyConsistent)
      wakeUp()
    }
    let reading = startThread { [self] in read(receive) }
    for thread in [waiting, reading] {
      if let thread { pthread_detach(thread) }
    }
    if waiting == nil || reading == nil { kill() }
    if waiting == nil {
      hasExited.store(true, ordering: .sequentiallyConsistent)
      wakeUp()
    }
    if reading == nil { receive(.ended(reap(), errors: "no thread could be made to read what it says")) }
  }

  private func read(_ receive: (ProgramEvent) -> Void) {
    // A program that does not read its input must not end this process.
    var closedPipe = sigset_t()
    sigemptyset(&closedPipe)
    sigaddset(&closedPipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &closedPipe, nil)

    var said = Excerpt()
    var open = (input: true, output: true, errors: true)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let isLast = hasExited.load(ordering: .sequentiallyConsistent)
      let hasInput = state.withLock { $0.input != nil }
      var waiting = [pollfd(fd: wake.reading.number, events: Int16(POLLIN), revents: 0)]
      if open.output { waiting.append(pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)) }
      if open.errors { waiting.append(pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0)) }
      if open.input, hasInput { waiting.append(pollfd(fd: input.number, events: Int16(POLLOUT), revents: 0)) }
      _ = retrying { poll(&waiting, nfds_t(waiting.count), isLast ? 0 : -1) }
      drain(wake.reading, buffer)
      if open.input, hasInput { open.input = feed() }
      // After the end only what the pipes hold already is its own; others may go on writing for ever.
      for _ in 0..<(isLast ? 32 : 1) {
        let outputCount = open.output ? readSome(output, buffer) : 0
        if outputCount > 0 { receive(.output(Array(buffer[..<outputCount]))) }
        if outputCount < 0 { open.output = false }
        let errorCount = open.errors ? readSome(errors, buffer) : 0
        if errorCount > 0 { said.append(buffer[..<errorCount]) }
        if errorCount < 0 { open.errors = false }
        if outputCount <= 0, errorCount <= 0 { break }
      }
      if isLast { break }
    }
    receive(.ended(reap(), errors: said.text))
  }

  /// Writes as much of the input as there is room for, and closes the stream behind it.
  ///
  /// - Returns: whether more is to come.
  private func feed() -> Bool {
    let rest = state.withLock { $0.input } ?? []
    let count = rest.withUnsafeBytes { rest in
      rest.isEmpty ? 0 : retrying { write(input.number, rest.baseAddress, rest.count) }
    }
    if count < 0, errno == EAGAIN { return true }
    if count >= 0, count < rest.count {
      state.withLock { $0.input = Array(rest[count...]) }
      return true
    }
    input.close()
    return false
  }

  /// What a stream has: a number of bytes, 0 for none now, −1 for the end.
  private func readSome(_ stream: Descriptor, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = retrying { systemRead(stream.number, buffer.baseAddress, buffer.count) }
    if count < 0, errno == EAGAIN { return 0 }
    return count > 0 ? count : -1
  }

  private func drain(_ stream: Descriptor, _ buffer: UnsafeMutableRawBufferPointer) {
    while readSome(stream, buffer) > 0 {}
  }

  private func reap() -> ProgramEnd {
    input.close()
    var status: Int32 = 0
    // Waited for with the lock held: nobody may signal a number that is no longer this process's.
    let result = state.withLock { state in
      defer { state.isReaped = true }
      return retrying { waitpid(process, &status, 0) }
    }
    forget(process)
    guard result == process else { return .unknown }
    // As <sys/wait.h> has it.
    let number = status & 0x7F
    return number == 0 ? .exited(status >> 8 & 0xFF) : .killed(number)
  }
}

/// Sends a signal to a process group, or to its first process where there is no group yet.
private func signalGroup(_ process: pid_t, _ number: Int32) -> Int32 {
  kill(-process, number) == 0 ? 0 : kill(process, number)
}

// MARK: Descriptors

/// A file descriptor that is closed once, at the latest when nobody has it any more.
private final class Descriptor: Sendable {
  let number: Int32
  private let isClosed = Atomic(false)

  init(_ number: Int32) { self.number = number }

  deinit { close() }

  func close() {
    if !isClosed.exchange(true, ordering: .relaxed) { systemClose(number) }
  }

  func unblock() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }
}

/// `close(2)`, whose name the method hides.
private func systemClose(_ number: Int32) { _ = close(number) }

/// A pipe that programs do not inherit, apart from the standard streams whichever of those are open.
private struct Pipe: Sendable {
  let reading: Descriptor
  let writing: Descriptor

  init?() {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      guard pipe(&ends) == 0 else { return nil }
    #else
      guard pipe2(&ends, O_CLOEXEC) == 0 else { return nil }
    #endif
    let raised = ends.map { end -> Int32 in
      let number = fcntl(end, F_DUPFD_CLOEXEC, 3)
      _ = close(end)
      return number
    }
    reading = Descriptor(raised[0])
    writing = Descriptor(raised[1])
    if raised.contains(-1) { return nil }
  }
}

/// A text of which only the beginning and the end are kept.
private struct Excerpt {
  private static let limit = 4 << 10
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var isCut = false

  mutating func append(_ bytes: some Collection<UInt8>) {
    let room = Self.limit - head.count
    head += bytes.prefix(room)
    tail += bytes.dropFirst(room)
    if tail.count > Self.limit {
      tail.removeFirst(tail.count - Self.limit)
      isCut = true
    }
  }

  var text: String { String(decoding: head + (isCut ? Array("\n…\n".utf8) : []) + tail, as: UTF8.self) }
}

// MARK: The end of this process

/// The programs that are ended with this process, by their numbers; 0 where there is none. A signal's handler may read
/// nothing else.
private let running = (0..<64).map { _ in Slot() }

private final class Slot: Sendable {
  let process = Atomic<pid_t>(0)
}

/// How many programs are being started, whose numbers are not known yet.
private let starting = Atomic<Int>(0)

/// The signal to end that has come; 0 for none.
private let asked = Atomic<Int32>(0)

private let endsProgramsWithThisProcess: Void = {
  _ = running
  _ = starting.load(ordering: .relaxed)
  _ = asked.load(ordering: .relaxed)
  for number in [SIGTERM, SIGINT, SIGHUP] {
    let earlier = signal(number) { number in
      asked.store(number, ordering: .sequentiallyConsistent)
      // A program that is being started would be left behind; whoever starts it asks again.
      if starting.load(ordering: .sequentiallyConsistent) > 0 { return }
      for slot in running {
        let process = slot.process.load(ordering: .relaxed)
        if process > 0 { _ = kill(-process, SIGTERM) }
      }
      signal(number, SIG_DFL)
      raise(number)
    }
    // Whoever has another action in mind has it still.
    if !isSame(earlier, SIG_DFL) { signal(number, earlier) }
  }
}()

/// From now on until `haveStarted` this process does not end, so that a program that is started meanwhile ends with it.
private func beginToStart() {
  _ = endsProgramsWithThisProcess
  _ = starting.add(1, ordering: .sequentiallyConsistent)
}

/// Says which program was started; nil if none was.
private func haveStarted(_ process: pid_t?) {
  if let process {
    _ = running.first {
      $0.process.compareExchange(expected: 0, desired: process, ordering: .sequentiallyConsistent).exchanged
    }
  }
  _ = starting.subtract(1, ordering: .sequentiallyConsistent)
  let number = asked.load(ordering: .sequentiallyConsistent)
  // To the process: this thread may not be the one that takes signals.
  if number != 0 { _ = kill(getpid(), number) }
}

private func forget(_ process: pid_t) {
  for slot in running { _ = slot.process.compareExchange(expected: process, desired: 0, ordering: .relaxed) }
}

/// Whether two actions of a signal are the same: functions can't be compared otherwise.
private func isSame<Action>(_ a: Action, _ b: Action) -> Bool {
  withUnsafeBytes(of: a) { a in withUnsafeBytes(of: b) { a.elementsEqual($0) } }
}
