public import MasqueWorkspace

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// Starts this program again and does not wait for it. Its input is empty, and what it writes goes to the end of a file.
///
/// - Parameters:
///   - arguments: its arguments, without its name. It makes itself a session of its own by `leaveSession()`.
///   - log: the file, which only its owner may read.
/// - Returns: why it was not started; nil if it was.
public func startAgain(_ arguments: [String], log: FilePath) -> String? {
  guard let program = programPath() else { return "the system does not say where this program is" }
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
  #else
    var actions = posix_spawn_file_actions_t()
  #endif
  guard posix_spawn_file_actions_init(&actions) == 0 else { return errorText(ENOMEM) }
  defer { posix_spawn_file_actions_destroy(&actions) }
  var failure = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  if failure == 0 {
    failure = log.withCString {
      posix_spawn_file_actions_addopen(&actions, 1, $0, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600)
    }
  }
  if failure == 0 { failure = posix_spawn_file_actions_adddup2(&actions, 1, 2) }
  guard failure == 0 else { return errorText(failure) }
  var pointers: [UnsafeMutablePointer<CChar>?] = ([program.description] + arguments).map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  var process = pid_t()
  failure = program.withCString { posix_spawn(&process, $0, &actions, nil, pointers, environ) }
  return failure == 0 ? nil : "\(program) or \(log) can't be used: \(errorText(failure))"
}

/// Makes this process the first of a session of its own, which no terminal ends, and whose folder can be removed.
public func leaveSession() {
  _ = setsid()
  _ = chdir("/")
}

/// Milliseconds since 1970.
public func wallClockMilliseconds() -> Int64 { wallClockNanoseconds() / 1_000_000 }

/// Nanoseconds since 1970.
public func wallClockNanoseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}
