import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines about the server's own work, for standard error and, if one is given, a file. Any thread may write.
final class Log: Sendable {
  private let standardError: Int32?
  private let file: Int32?
  /// Guards the descriptors; how many lines standard error has missed.
  private let missed = Mutex(0)
  /// Whether every message is noted.
  let traces: Bool

  /// A log.
  ///
  /// - Parameters:
  ///   - standardError: the descriptor of the lines `masque-lsp: …`; nil for none.
  ///   - file: the descriptor of a file whose lines begin with the time; nil for none.
  ///   - traces: whether every message is noted.
  init(standardError: Int32? = 2, file: Int32? = nil, traces: Bool = false) {
    self.standardError = standardError
    self.file = file
    self.traces = traces
  }

  /// Opens a file to append to.
  ///
  /// - Returns: its descriptor, or the words for what went wrong.
  static func open(_ path: String) -> Result<Int32, Failure> {
    #if canImport(Glibc)
      let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    #elseif canImport(Musl)
      let file = Musl.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    #elseif canImport(Darwin)
      let file = Darwin.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    #endif
    return file >= 0 ? .success(file) : .failure(Failure(reason: describe(errno)))
  }

  /// Why a log file cannot be opened.
  struct Failure: Error {
    /// The words for it.
    var reason: String
  }

  /// Writes a line. What would break it is written as U+FFFD; what is far too long is cut. An editor that does not read
  /// standard error misses lines; the server does not wait for it.
  func note(_ message: String) {
    var line = String.UnicodeScalarView()
    for (index, scalar) in message.unicodeScalars.enumerated() {
      if index == Self.longestLine {
        line.append("…")
        break
      }
      line.append(scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar)
    }
    let text = String(line)
    missed.withLock { missed in
      if let standardError {
        if isWritable(standardError) {
          let gap = missed > 0 ? "masque-lsp: (\(missed) lines are missing here)\n" : ""
          write("\(gap)masque-lsp: \(text)\n", to: standardError)
          missed = 0
        } else {
          missed += 1
        }
      }
      if let file { write("\(timeOfDay()) \(text)\n", to: file) }
    }
  }

  /// In scalars, so that a line with all that stands around it fits what a pipe takes at once: 4,096 bytes at least.
  private static let longestLine = 1_000

  /// Writes a line about a message, if every message is noted.
  func trace(_ message: @autoclosure () -> String) {
    if traces { note(message()) }
  }

  private func write(_ text: String, to descriptor: Int32) {
    var text = text
    // Nobody can be told of a log that cannot be written.
    _ = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
  }
}

/// Whether a write to a descriptor will not block: for a pipe, whether it takes 4,096 bytes.
private func isWritable(_ descriptor: Int32) -> Bool {
  var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
  return poll(&waiting, 1, 0) != 0
}

/// The time of day in UTC to the microsecond, `hh:mm:ss.ssssss`.
private func timeOfDay() -> String {
  var now = timespec()
  clock_gettime(CLOCK_REALTIME, &now)
  func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
  let seconds = now.tv_sec % 86_400
  return padded(seconds / 3_600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2) + "."
    + padded(now.tv_nsec / 1_000, 6)
}
