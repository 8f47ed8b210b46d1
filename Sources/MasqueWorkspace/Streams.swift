/// The standard streams of a process.
public protocol Streams: Sendable {
  /// All of standard input.
  ///
  /// - Parameter maximumLength: the most bytes that it may have.
  func readInput(maximumLength: Int) throws(FileError) -> [UInt8]

  /// Writes all of `bytes` to a stream, or says why not: a full disk is an error, not a shorter output.
  func write(_ bytes: [UInt8], to stream: OutputStream) throws(WriteError)

  /// Whether a stream leads to a terminal.
  func isTerminal(_ stream: OutputStream) -> Bool

  /// How many columns the terminal has, if the stream leads to one that says so.
  func columns(of stream: OutputStream) -> Int?
}

/// Where a process writes to.
public enum OutputStream: Hashable, Sendable {
  /// Standard output.
  case output
  /// Standard error.
  case error
}

/// Why a stream could not be written.
public enum WriteError: Error, Hashable, Sendable {
  /// Nobody reads the pipe any more.
  case closed
  /// The system refused; its reason, for people.
  case failed(String)
}
