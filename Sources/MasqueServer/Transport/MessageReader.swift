import JSONRPC

/// What the reader hands to the loop.
enum Incoming: Sendable {
  /// A message.
  case message(Message)
  /// Something that is no message, and what its sender is to be told.
  case malformed(ResponseMessage)
  /// The client will send no more.
  case end
}

/// Reads messages until the stream ends, for a thread of its own: it blocks in `read(2)`, and decodes while the loop
/// works.
///
/// - Parameters:
///   - descriptor: the stream.
///   - deliver: takes each message as it comes, the last of them `.end`.
func readMessages(from descriptor: Int32, _ deliver: (Incoming) -> Void) {
  var framer = ContentLengthFramer()
  withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
    while true {
      let count = readSome(into: buffer, from: descriptor)
      guard count > 0 else { break }
      framer.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
      while let frame = framer.next() {
        switch frame {
        case .message(let bytes):
          switch Message.decode(bytes) {
          case .success(let message): deliver(.message(message))
          case .failure(let malformed): deliver(.malformed(malformed.reply))
          }
        case .malformed(let error):
          deliver(.malformed(error.reply))
        }
      }
    }
  }
  deliver(.end)
}
