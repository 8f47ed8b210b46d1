public import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard input and output as a protocol's own.
public struct StandardChannel: ByteChannel {
  /// What standard output was.
  private let output: Int32

  /// Takes standard output away from everybody else: what is written there from now on goes to standard error, or
  /// nowhere if that is closed, and child processes do not inherit it. So a stray print cannot corrupt a message. A pipe
  /// that nobody reads gives `WriteError.closed` instead of ending the process. Nil if standard output is not open.
  public init?() {
    signal(SIGPIPE, SIG_IGN)
    output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    guard output >= 0 else { return nil }
    guard dup2(STDERR_FILENO, STDOUT_FILENO) < 0 else { return }
    let nowhere = open("/dev/null", O_WRONLY)
    if nowhere >= 0 {
      dup2(nowhere, STDOUT_FILENO)
      close(nowhere)
    } else {
      close(STDOUT_FILENO)
    }
  }

  public func read(maximumLength: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(maximumLength, 1)) { buffer, count in
      while true {
        let received = retrying { systemRead(STDIN_FILENO, buffer.baseAddress, buffer.count) }
        if received >= 0 || errno != EAGAIN {
          count = max(received, 0)
          return
        }
        // A terminal or pipe that somebody else made non-blocking.
        var wanted = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        _ = poll(&wanted, 1, -1)
      }
    }
  }

  public func write(_ bytes: [UInt8]) throws(WriteError) {
    let failure = writeAll(bytes, to: output)
    if failure == EPIPE { throw .closed }
    if failure != 0 { throw .failed(errorText(failure)) }
  }
}
