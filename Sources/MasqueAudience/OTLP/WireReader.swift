/// Reads Protobuf's wire format (protobuf.dev, "Encoding"). Whatever the bytes are, nothing outside of them is read.
struct WireReader {
  /// What a field's value looks like.
  enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case length = 2
    case startGroup = 3
    case endGroup = 4
    case fixed32 = 5
  }

  let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  static let truncated = OTLPError("the Protobuf message ends inside of a field")

  /// A field's number and what its value looks like.
  @inline(__always)
  mutating func tag() throws(OTLPError) -> (number: UInt64, type: WireType) {
    let tag = try varint()
    guard tag <= UInt32.max, tag >> 3 != 0, let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)) else {
      throw OTLPError("the Protobuf message has a field with an illegal tag")
    }
    return (tag >> 3, type)
  }

  @inline(__always)
  mutating func varint() throws(OTLPError) -> UInt64 {
    guard position < bytes.count else { throw Self.truncated }
    let first = bytes[position]
    if first < 0x80 {
      position &+= 1
      return UInt64(first)
    }
    return try longVarint()
  }

  @inline(never)
  private mutating func longVarint() throws(OTLPError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position &+= 1
      // Bits beyond the 64th are dropped, as other readers do.
      result |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return result }
      shift &+= 7
      if shift > 63 { throw OTLPError("the Protobuf message has a number of more than ten bytes") }
    }
    throw Self.truncated
  }

  @inline(__always)
  mutating func fixed64() throws(OTLPError) -> UInt64 {
    guard bytes.count &- position >= 8 else { throw Self.truncated }
    defer { position &+= 8 }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  @inline(__always)
  mutating func fixed32() throws(OTLPError) -> UInt32 {
    guard bytes.count &- position >= 4 else { throw Self.truncated }
    defer { position &+= 4 }
    return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
  }

  /// A value with its length before it.
  @inline(__always)
  mutating func payload() throws(OTLPError) -> UnsafeRawBufferPointer {
    let length = try varint()
    guard length <= UInt64(bytes.count &- position) else { throw Self.truncated }
    let start = position
    position &+= Int(truncatingIfNeeded: length)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }

  /// Passes over a value.
  @inline(__always)
  mutating func skip(_ type: WireType, of number: UInt64) throws(OTLPError) {
    switch type {
    case .varint: _ = try varint()
    case .fixed64: _ = try fixed64()
    case .fixed32: _ = try fixed32()
    case .length: _ = try payload()
    case .startGroup: try skipGroup(number)
    case .endGroup: throw OTLPError("the Protobuf message ends a group that it has not begun")
    }
  }

  /// Passes over a group, an obsolete form of message, and those inside of it.
  private mutating func skipGroup(_ number: UInt64) throws(OTLPError) {
    var open = [number]
    while let innermost = open.last {
      let (number, type) = try tag()
      switch type {
      case .startGroup:
        guard open.count < OTLPFormat.maximumDepth else { throw OTLPError("the Protobuf message is nested too deeply") }
        open.append(number)
      case .endGroup:
        guard number == innermost else { throw OTLPError("the Protobuf message ends a group that it has not begun") }
        open.removeLast()
      default: try skip(type, of: number)
      }
    }
  }
}
