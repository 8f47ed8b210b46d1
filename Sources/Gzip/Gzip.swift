import CZlib

/// Why bytes could not be taken out of gzip.
public enum GzipError: Error, Sendable, Hashable {
  /// They are no gzip, or damaged.
  case damaged
  /// They end before the compressed data do.
  case truncated
  /// There would be more bytes than allowed.
  case tooLarge
  /// There is no memory for it.
  case noMemory
}

/// The bytes that gzip (RFC 1952) holds; several members one behind the other are taken for one.
///
/// - Parameters:
///   - compressed: the gzip.
///   - limit: how many bytes may come of it, so that a small request can't fill the memory.
/// - Returns: the bytes.
/// - Throws: why there are none.
public func gunzipped(_ compressed: UnsafeRawBufferPointer, limit: Int) throws(GzipError) -> [UInt8] {
  var stream = z_stream()
  // 16 beside the greatest window means gzip and nothing else.
  let begun = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  guard begun == Z_OK else { throw .noMemory }
  defer { inflateEnd(&stream) }
  // zlib counts in 32 bits.
  guard compressed.count <= Int(UInt32.max), let start = compressed.baseAddress else { throw .truncated }
  stream.next_in = UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
  stream.avail_in = UInt32(compressed.count)
  var result: [UInt8] = []
  var room = min(max(compressed.count.multipliedReportingOverflow(by: 4).partialValue, 1 << 12), limit, 1 << 20)
  while true {
    // One byte beyond the limit shows that there is more.
    room = min(max(room, result.count, 1), limit - result.count + 1)
    var status = Z_OK
    let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(clamping: buffer.count)
      status = inflate(&stream, Z_NO_FLUSH)
      count = min(buffer.count, Int(UInt32.max)) - Int(stream.avail_out)
    }
    if result.isEmpty { result = piece } else { result += piece }
    guard result.count <= limit else { throw .tooLarge }
    switch status {
    case Z_STREAM_END:
      if stream.avail_in == 0 { return result }
      guard inflateReset(&stream) == Z_OK else { throw .damaged }
    case Z_OK: break
    case Z_BUF_ERROR: throw .truncated
    case Z_MEM_ERROR: throw .noMemory
    default: throw .damaged
    }
  }
}

/// Bytes as gzip (RFC 1952), at the level that costs least time.
///
/// - Parameter bytes: the bytes.
/// - Returns: the gzip; nil without memory for it.
public func gzipped(_ bytes: [UInt8]) -> [UInt8]? {
  var stream = z_stream()
  let begun = deflateInit2_(
    &stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  guard begun == Z_OK, bytes.count <= Int(UInt32.max) / 2 else { return nil }
  defer { deflateEnd(&stream) }
  var isWhole = false
  let result = bytes.withUnsafeBufferPointer { input in
    [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(input.count))) + 64) { buffer, count in
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(input.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(clamping: buffer.count)
      isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
      count = buffer.count - Int(stream.avail_out)
    }
  }
  return isWhole ? result : nil
}
