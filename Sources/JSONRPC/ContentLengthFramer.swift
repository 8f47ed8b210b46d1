/// Finds messages in a stream of the Language Server Protocol's base protocol: header lines, a blank line, and as many
/// bytes as `Content-Length` says. Owns no I/O.
///
/// Header names are matched without regard to case; unknown headers are passed over; LF alone ends a line as CR LF
/// does. After a header that cannot be understood the next `Content-Length:` in the stream is looked for, and no more
/// is said until a message has been found.
public struct ContentLengthFramer: Sendable {
  /// The most bytes that a message may have. A longer one is passed over.
  public let messageLimit: Int
  /// The most bytes that a header may have.
  public static let headerLimit = 8_192

  private enum State {
    /// In the header.
    case header
    /// In a message of this length.
    case body(Int)
    /// This many bytes are passed over.
    case skipping(Int)
    /// Looking for the next `Content-Length:`.
    case searching
  }

  private var queue = ByteQueue()
  private var state = State.header
  private var header = Header()
  /// How many bytes of the queue hold no line break.
  private var scanned = 0
  /// Whether an error has been reported and no message found since.
  private var isLost = false

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

  /// Whether the stream is between two messages: where a well-behaved one ends.
  public var isBetweenMessages: Bool {
    if case .header = state { queue.count == 0 && header.size == 0 } else { false }
  }

  /// The next message, or nil until more bytes have come.
  public mutating func next() -> Frame? {
    while true {
      switch state {
      case .header:
        guard let line = takeHeaderLine() else { return nil }
        if let error = line.isEmpty ? endHeader() : read(line), !isLost {
          isLost = true
          return .malformed(error)
        }
      case .body(let length):
        guard queue.count >= length else { return nil }
        state = .header
        isLost = false
        return .message(queue.take(length))
      case .skipping(let length):
        let step = min(length, queue.count)
        queue.drop(step)
        guard step == length else {
          state = .skipping(length - step)
          return nil
        }
        state = .header
        isLost = false
      case .searching:
        guard search() else { return nil }
        state = .header
      }
    }
  }

  /// What the lines of a header have said.
  private struct Header {
    var size = 0
    var length: String?
    var error: FramingError?
    var charset: String?
  }

  /// The next header line without its end, or nil until it is complete. A line too long is cut.
  private mutating func takeHeaderLine() -> [UInt8]? {
    guard let length = queue.distance(to: 0x0A, from: scanned) else {
      scanned = queue.count
      guard header.size + scanned > Self.headerLimit else { return nil }
      header.size += scanned
      scanned = 0
      return queue.take(Self.headerLimit)
    }
    scanned = 0
    header.size += length + 1
    var line = queue.take(length)
    queue.drop(1)
    if line.last == 0x0D { line.removeLast() }
    return line
  }

  private mutating func read(_ line: [UInt8]) -> FramingError? {
    if header.size > Self.headerLimit { return fail(.badHeader("more than \(Self.headerLimit) bytes without an end")) }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, line[..<colon].allSatisfy(Self.isNameByte)
    else {
      // A header may begin in this line, after the end of a message that was longer than announced.
      queue.putBack(line.count + 1)
      return fail(.badHeader(Self.visible(line[...])))
    }
    let value = Self.visible(line[(colon + 1)...])
    switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
    case "content-length":
      if let first = header.length, first != value {
        header.error = .conflictingLengths(first, value)
      } else {
        header.length = value
      }
    case "content-type":
      header.charset = Self.charset(of: value)
    default:
      break
    }
    return nil
  }

  private mutating func endHeader() -> FramingError? {
    let header = header
    self.header = Header()
    // Blank lines before a header do no harm.
    if header.size <= 2 { return nil }
    if let error = header.error { return fail(error) }
    guard let text = header.length else { return fail(.missingLength) }
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return fail(.badLength(text)) }
    // What is too long by little is passed over exactly; beyond that, the number is not to be believed.
    let (most, overflow) = messageLimit.multipliedReportingOverflow(by: 16)
    guard let length = Int(text), length <= (overflow ? Int.max : most) else {
      return fail(.tooLarge(length: text, limit: messageLimit))
    }
    if length > messageLimit {
      state = .skipping(length)
      return .tooLarge(length: text, limit: messageLimit)
    }
    if let charset = header.charset, charset != "utf-8", charset != "utf8", charset != "us-ascii" {
      state = .skipping(length)
      return .unsupportedCharset(charset)
    }
    state = .body(length)
    return nil
  }

  private mutating func fail(_ error: FramingError) -> FramingError {
    header = Header()
    scanned = 0
    state = .searching
    return error
  }

  /// Drops bytes up to the next `Content-Length:`. False until it has come.
  private mutating func search() -> Bool {
    let bytes = queue.bytes
    var position = queue.start
    while position + Self.lengthName.count <= bytes.count {
      var matched = 0
      while matched < Self.lengthName.count {
        let byte = bytes[position + matched]
        let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
        guard lower == Self.lengthName[matched] else { break }
        matched += 1
      }
      if matched == Self.lengthName.count {
        queue.drop(position - queue.start)
        return true
      }
      position += 1
    }
    // The name may have come in part.
    queue.drop(position - queue.start)
    return false
  }

  /// Whether a byte may stand in a header's name (RFC 9110, `token`, without its rarer characters).
  private static func isNameByte(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  private static let lengthName = Array("content-length:".utf8)

  /// The character set of a `Content-Type`, in lower case.
  private static func charset(of value: String) -> String? {
    for parameter in value.split(separator: ";").dropFirst() {
      let parts = parameter.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased().filter({ $0 != " " && $0 != "\t" }) == "charset" else { continue }
      return parts[1].lowercased().filter { $0 != " " && $0 != "\t" && $0 != "\"" }
    }
    return nil
  }

  /// Bytes of a header as text, without blanks around it, cut after 80 bytes.
  private static func visible(_ bytes: ArraySlice<UInt8>) -> String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let bytes = bytes.drop(while: isBlank)
    let end = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? bytes.startIndex
    let trimmed = bytes[bytes.startIndex..<end]
    let text = String(decoding: trimmed.prefix(80), as: UTF8.self)
    let clean = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? "\u{FFFD}" : $0 }))
    return trimmed.count > 80 ? clean + "…" : clean
  }

  /// A message as it goes on the stream.
  ///
  /// - Parameter message: the message's JSON in UTF-8.
  /// - Returns: the message after its header.
  public static func encode(_ message: [UInt8]) -> [UInt8] {
    var bytes = Array("Content-Length: \(message.count)\r\n\r\n".utf8)
    bytes.append(contentsOf: message)
    return bytes
  }
}
