import CSpawn
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The arguments of this process, without the program's name, as the bytes that they are.
public func processArguments() -> [[UInt8]] {
  let values = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
  return values.dropFirst().compactMap { $0.map { bytes(of: $0) } }
}

/// The value of an environment variable, repaired if it is no UTF-8.
public func environmentVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// How many processors are online, at least 1.
public func processorCount() -> Int {
  max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
}

/// Milliseconds since some moment in the past, never going back.
public func monotonicMilliseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int(time.tv_sec) &* 1_000 &+ Int(time.tv_nsec) / 1_000_000
}

/// Waits. From the first call on a request to end the process (SIGINT, SIGTERM, SIGHUP) ends the waiting, this one or the
/// next, and not the process; a second request ends the process.
///
/// - Parameter milliseconds: how long; 0 only begins to listen.
/// - Returns: whether the time is over without such a request.
public func pause(_ milliseconds: Int) -> Bool {
  listenForRequests()
  var time = timespec(tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
  var rest = timespec()
  // What a signal has cut short is continued if it was another one.
  while !isAskedToEnd.load(ordering: .relaxed), nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
  return !isAskedToEnd.load(ordering: .relaxed)
}

/// Whether somebody has asked the process to end (SIGINT, SIGTERM, SIGHUP). From the first call on such a request ends
/// nothing by itself, but for the reading of standard input; a second one ends the process.
public func isAskedToEndProcess() -> Bool {
  listenForRequests()
  return isAskedToEnd.load(ordering: .relaxed)
}

/// Waits until a descriptor has something to read, or its end.
///
/// - Returns: false if somebody who is listened to has asked the process to end.
func waitForInput(_ descriptor: Int32) -> Bool {
  guard listens.load(ordering: .relaxed) else { return true }
  var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  // A request between the look and the waiting is noticed after the pause.
  while !isAskedToEnd.load(ordering: .relaxed) {
    let count = poll(&wanted, 1, 100)
    if count > 0 || count < 0 && errno != EINTR { return true }
  }
  return false
}

private func listenForRequests() {
  guard !listens.exchange(true, ordering: .relaxed) else { return }
  for number in [SIGINT, SIGTERM, SIGHUP] {
    let earlier = signal(number) { number in
      isAskedToEnd.store(true, ordering: .relaxed)
      signal(number, SIG_DFL)
    }
    // `nohup` and its kind have decided already.
    let isIgnored = withUnsafeBytes(of: earlier) { earlier in
      withUnsafeBytes(of: SIG_IGN) { earlier.elementsEqual($0) }
    }
    if isIgnored { signal(number, SIG_IGN) }
  }
}

private let listens = Atomic(false)
private let isAskedToEnd = Atomic(false)

/// Runs `body` on this thread and on as many others as are missing to `count`, and returns when all have returned.
///
/// Threads of the system, since they start faster than the pool of Swift's concurrency and their stacks can be chosen.
/// If the system gives fewer threads than asked for, `body` runs on those that there are, at least on this one.
///
/// - Parameters:
///   - count: how many threads, this one included.
///   - body: the work; it shares out what is to be done by itself.
public func onThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
  var threads: [pthread_t] = []
  for _ in 1..<max(count, 1) {
    guard let thread = startThread(body) else { break }
    threads.append(thread)
  }
  body()
  for thread in threads { pthread_join(thread, nil) }
}

/// Keeps memory that is freed for what this process needs next: one that lives for milliseconds pays more for page faults than
/// for memory. Without glibc it does nothing.
public func keepFreedMemory() {
  #if canImport(Glibc)
    _ = mallopt(M_TOP_PAD, 16 << 20)
  #endif
}

private final class Work: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// As much as the first thread usually has: what recursion is allowed does not depend on the thread.
private let stackSize = 8 << 20

func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return nil }
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setstacksize(&attributes, stackSize)
  var thread = pthread_t()
  let work = Unmanaged.passRetained(Work(body))
  let status = pthread_create(
    &thread, &attributes,
    { context in
      if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
      return nil
    }, work.toOpaque())
  guard status == 0 else {
    work.release()
    return nil
  }
  return thread
}
