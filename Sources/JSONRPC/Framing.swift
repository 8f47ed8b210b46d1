/// What comes out of a framer.
public enum Frame: Hashable, Sendable {
  /// The bytes of one message.
  case message([UInt8])
  /// Input that is passed over, and why. Messages after it are found again.
  case malformed(FramingError)
}

/// Input that is no frame.
public enum FramingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A header line without a colon, or a header longer than the limit.
  case badHeader(String)
  /// A header without a `Content-Length`.
  case missingLength
  /// A `Content-Length` that is not a decimal number.
  case badLength(String)
  /// Two lengths that differ.
  case conflictingLengths(String, String)
  /// A message beyond the limit in bytes; the length is as announced, or nil if it is not known.
  case tooLarge(length: String?, limit: Int)
  /// A `Content-Type` with a character set other than UTF-8.
  case unsupportedCharset(String)

  public var description: String {
    switch self {
    case .badHeader(let line): "not a header line: \(line)"
    case .missingLength: "the header has no Content-Length"
    case .badLength(let value): "the Content-Length is not a number of bytes: \(value)"
    case .conflictingLengths(let a, let b): "the header has two lengths, \(a) and \(b)"
    case .tooLarge(let length, let limit):
      "the message\(length.map { " of \($0) bytes" } ?? "") is larger than the limit of \(limit) bytes"
    case .unsupportedCharset(let name): "the character set \(name) is not supported, only utf-8 is"
    }
  }

  /// What the sender is to be told.
  public var reply: ResponseMessage {
    let code: ErrorCode =
      switch self {
      case .tooLarge: .invalidRequest
      default: .parseError
      }
    return ResponseMessage(id: nil, .failure(ResponseError(code, description)))
  }
}

/// Bytes that are taken from the front as they are understood.
struct ByteQueue: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var start = 0

  var count: Int { bytes.count - start }

  mutating func append(_ more: some Sequence<UInt8>) {
    // Moving the rest down costs less than it frees.
    if start > 65_536 || start == bytes.count {
      bytes.removeSubrange(..<start)
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  mutating func drop(_ count: Int) { start += min(max(count, 0), self.count) }

  mutating func take(_ count: Int) -> [UInt8] {
    let end = start + min(max(count, 0), self.count)
    defer { start = end }
    return Array(bytes[start..<end])
  }

  /// Makes bytes that were taken or dropped since the last `append` the first again.
  mutating func putBack(_ count: Int) { start -= min(max(count, 0), start) }

  /// The number of bytes before the first of this value, from an offset on.
  func distance(to byte: UInt8, from offset: Int) -> Int? {
    guard offset < count else { return nil }
    return bytes[(start + offset)...].firstIndex(of: byte).map { $0 - start }
  }
}
