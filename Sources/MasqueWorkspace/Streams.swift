/// The standard streams of a process.
public protocol Streams: Sendable {
  /// All of standard input.
  ///
  /// - Parameter maximumLength: the most bytes that it may have.
  /// - Returns: the bytes.
  /// - Throws: why there are none: it is closed, a folder, or longer than allowed.
  func readInput(maximumLength: Int) throws(FileError) -> [UInt8]

  /// Writes all of `bytes` to a stream, or says why not: a full disk is an error, not a shorter output.
  func write(_ bytes: [UInt8], to stream: StandardStream) throws(WriteError)

  /// Whether a stream leads to a terminal.
  func isTerminal(_ stream: StandardStream) -> Bool

  /// How many columns the terminal has, if the stream leads to one that says so.
  func columns(of stream: StandardStream) -> Int?
}

/// A stream of bytes in both directions that belongs to a protocol alone, such as the standard input and output of a
/// server.
public protocol ByteChannel: Sendable {
  /// The next bytes, after waiting for at least one. One thread reads.
  ///
  /// - Parameter maximumLength: the most bytes that are wanted.
  /// - Returns: the bytes; none at the end of the stream, and after a failure.
  func read(maximumLength: Int) -> [UInt8]

  /// Writes all of `bytes`, waiting while the stream is full. One thread writes.
  func write(_ bytes: [UInt8]) throws(WriteError)
}

/// Where a process writes to.
public enum StandardStream: Hashable, Sendable {
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
