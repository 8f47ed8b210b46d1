public import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The standard streams of this process.
public struct SystemStreams: Streams {
  /// The streams. From now on a pipe that nobody reads gives `WriteError.closed` instead of ending the process.
  public init() {
    signal(SIGPIPE, SIG_IGN)
  }

  public func readInput(maximumLength: Int) throws(FileError) -> [UInt8] {
    guard waitForInput(STDIN_FILENO) else { throw FileError("standard input", .interrupted, "was given up") }
    return try contents(of: STDIN_FILENO, "standard input", expecting: 0, maximumLength)
  }

  public func write(_ bytes: [UInt8], to stream: StandardStream) throws(WriteError) {
    let failure = writeAll(bytes, to: stream.descriptor)
    if failure == EPIPE { throw .closed }
    if failure != 0 { throw .failed(errorText(failure)) }
  }

  public func isTerminal(_ stream: StandardStream) -> Bool {
    isatty(stream.descriptor) == 1
  }

  public func columns(of stream: StandardStream) -> Int? {
    var size = winsize()
    guard ioctl(stream.descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}

extension StandardStream {
  fileprivate var descriptor: Int32 {
    switch self {
    case .output: STDOUT_FILENO
    case .error: STDERR_FILENO
    }
  }
}
