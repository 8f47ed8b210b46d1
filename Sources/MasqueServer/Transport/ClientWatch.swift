#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Looks after the client's process every second, on a thread of its own: even if the loop should hang, the server does
/// not outlive its editor.
///
/// - Parameters:
///   - process: the client, as `initialize` names it.
///   - body: what is to be done, once, when the client is gone.
func watchClient(_ process: Int, whenGone body: @escaping @Sendable () -> Void) {
  guard let process = pid_t(exactly: process), process > 0, process != getpid() else { return }
  _ = startThread {
    while isRunning(process) { pause(seconds: 1) }
    body()
  }
}

/// Whether a process exists and is more than the record of its end.
func isRunning(_ process: pid_t) -> Bool {
  // Without the right to signal it, it exists.
  if kill(process, 0) != 0, errno == ESRCH { return false }
  #if os(Linux)
    // An editor whose parent does not collect its status still answers to its number.
    return state(of: process).map { $0 != UInt8(ascii: "Z") && $0 != UInt8(ascii: "X") } ?? true
  #else
    return true
  #endif
}

#if os(Linux)
  /// The state letter of a process: the one behind the last `)` in its `stat` (proc(5)).
  private func state(of process: pid_t) -> UInt8? {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
      let count = readSome(into: buffer, from: file)
      let text = buffer[..<count]
      guard let end = text.lastIndex(of: UInt8(ascii: ")")), end + 2 < text.endIndex else { return nil }
      return text[end + 2]
    }
  }
#endif
