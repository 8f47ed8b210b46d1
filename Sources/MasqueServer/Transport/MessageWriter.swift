import JSONRPC

/// Writes messages to a stream. Only the loop has one, so messages never mix.
struct MessageWriter {
  let descriptor: Int32
  /// The `errno` of the first failure; nothing is written after it.
  private(set) var failure: Int32?

  /// A writer to a descriptor, which stays the caller's.
  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Writes a message, given as its JSON in UTF-8. Waits while the stream is full.
  mutating func write(_ message: [UInt8]) {
    guard failure == nil else { return }
    let error = ContentLengthFramer.encode(message).withUnsafeBytes { writeAll($0, to: descriptor) }
    if error != 0 { failure = error }
  }
}
