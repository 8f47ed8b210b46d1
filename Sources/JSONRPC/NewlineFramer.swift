/// Finds messages in a stream of lines, one message per line, as the Model Context Protocol's stdio transport has it.
/// LF and CR LF end a line; blank lines are passed over. Owns no I/O.
public struct NewlineFramer: Sendable {
  /// The most bytes that a message may have.
  public let messageLimit: Int

  private var queue = ByteQueue()
  /// How many bytes of the queue hold no line break.
  private var scanned = 0
  private var isSkipping = false

  /// A framer.
  ///
  /// - Parameter messageLimit: the most bytes that a message may have.
  public init(messageLimit: Int = 64 << 20) {
    self.messageLimit = messageLimit
  }

  /// Takes the stream's next bytes.
  public mutating func append(_ bytes: [UInt8]) { queue.append(bytes) }

  /// Takes the stream's next bytes.
  public mutating func append(_ bytes: ArraySlice<UInt8>) { queue.append(bytes) }

  /// Takes the stream's next bytes.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) { queue.append(bytes) }

  /// The next message, or nil until more bytes have come.
  public mutating func next() -> Frame? {
    while let length = queue.distance(to: 0x0A, from: scanned) {
      scanned = 0
      let wasSkipping = isSkipping
      isSkipping = false
      if wasSkipping || length > messageLimit {
        queue.drop(length + 1)
        if wasSkipping { continue }
        return .malformed(.tooLarge(length: "\(length)", limit: messageLimit))
      }
      let line = queue.take(length)
      queue.drop(1)
      if let frame = Self.frame(of: line) { return frame }
    }
    scanned = queue.count
    if isSkipping || scanned > messageLimit {
      queue.drop(queue.count)
      scanned = 0
      if isSkipping { return nil }
      isSkipping = true
      return .malformed(.tooLarge(length: nil, limit: messageLimit))
    }
    return nil
  }

  /// The message that the stream ended in, without a line break.
  public mutating func finish() -> Frame? {
    let rest = isSkipping ? [] : queue.take(queue.count)
    self = NewlineFramer(messageLimit: messageLimit)
    return Self.frame(of: rest)
  }

  private static func frame(of line: [UInt8]) -> Frame? {
    var line = line
    if line.last == 0x0D { line.removeLast() }
    return line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } ? nil : .message(line)
  }

  /// A message as it goes on the stream.
  ///
  /// - Parameter message: JSON on one line, as `Message.encoded()` gives it.
  /// - Returns: the message with its line break.
  public static func encode(_ message: [UInt8]) -> [UInt8] { message + [0x0A] }
}
