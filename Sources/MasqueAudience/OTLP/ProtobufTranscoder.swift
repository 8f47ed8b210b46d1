/// A request in binary Protobuf as a line.
func protobufLine(_ body: UnsafeRawBufferPointer, _ signal: Signal) throws(OTLPError) -> TelemetryLine {
  let format = OTLPFormat.shared
  // Typed errors don't pass through the standard library's closures.
  let result: Result<TelemetryLine, OTLPError> = format.fields.withUnsafeBufferPointer { fields in
    format.places.withUnsafeBufferPointer { places in
      var transcoder = ProtobufTranscoder(fields: fields, places: places, capacity: body.count &+ body.count / 2)
      do throws(OTLPError) {
        try transcoder.message(.request(signal), body, depth: 0)
      } catch {
        return .failure(error)
      }
      return .success(transcoder.line)
    }
  }
  return try result.get()
}

/// Writes messages as JSON while it reads them.
///
/// Protobuf lets a message's fields come in any order: the items of a list apart from each other, a field twice, of
/// which the last one counts or both are merged. Those that programs really write have each field once and each list in
/// one piece, and are read from front to back. Others are looked through once per field; a look at a message's tags tells
/// which it is before anything is written of it.
private struct ProtobufTranscoder: ~Copyable {
  let fields: UnsafeBufferPointer<OTLPFormat.Field>
  let places: UnsafeBufferPointer<Int16>
  private var output: TextBuffer
  private var records = 0

  init(fields: UnsafeBufferPointer<OTLPFormat.Field>, places: UnsafeBufferPointer<Int16>, capacity: Int) {
    self.fields = fields
    self.places = places
    output = TextBuffer(capacity: capacity &+ 256)
  }

  var line: TelemetryLine {
    mutating get {
      guard records > 0 else { return TelemetryLine(bytes: [], records: 0) }
      output.append(UInt8(ascii: "\n"))
      return TelemetryLine(bytes: output.bytes, records: records)
    }
  }

  /// The place of a field in the table; nil for one that is not known or has the value of another type.
  @inline(__always)
  private func place(_ message: OTLPFormat.Message, _ number: UInt64, _ type: WireReader.WireType) -> Int? {
    guard number < UInt64(OTLPFormat.numberLimit) else { return nil }
    let place = places[Int(message.rawValue) &* OTLPFormat.numberLimit &+ Int(truncatingIfNeeded: number)]
    guard place >= 0 else { return nil }
    let field = fields[Int(place)]
    let expected: WireReader.WireType =
      switch field.kind {
      case .string, .identifier, .bytes, .message: .length
      case .bool, .int32, .uint32, .sint32, .int64, .uint64: .varint
      case .fixed32: .fixed32
      case .fixed64, .sfixed64, .double: .fixed64
      }
    // Lists of numbers may be packed into one value.
    guard type == expected || field.isRepeated && type == .length else { return nil }
    return Int(place)
  }

  mutating func message(
    _ message: OTLPFormat.Message, _ bytes: UnsafeRawBufferPointer, depth: Int
  ) throws(OTLPError) {
    guard depth <= OTLPFormat.maximumDepth else { throw OTLPError("the Protobuf message is nested too deeply") }
    if message.isRecord { records &+= 1 }
    output.append(UInt8(ascii: "{"))
    if try isInOrder(message, bytes) {
      try fieldsInOrder(message, bytes, depth)
    } else {
      try fieldsInDisorder(message, bytes, depth)
    }
    output.append(UInt8(ascii: "}"))
  }

  /// Whether each field is there once, each list in one piece, and of a `oneof` one member. Checks every tag.
  private func isInOrder(
    _ message: OTLPFormat.Message, _ bytes: UnsafeRawBufferPointer
  ) throws(OTLPError) -> Bool {
    var reader = WireReader(bytes)
    var seen: UInt32 = 0
    var last = -1
    var isOneOfSeen = false
    var isInOrder = true
    while !reader.isAtEnd {
      let (number, type) = try reader.tag()
      if let place = place(message, number, type) {
        let field = fields[place]
        let bit: UInt32 = 1 << UInt32(truncatingIfNeeded: number)
        if seen & bit != 0, !(field.isRepeated && place == last) { isInOrder = false }
        if field.isOneOf {
          if isOneOfSeen { isInOrder = false }
          isOneOfSeen = true
        }
        seen |= bit
        last = place
      }
      try reader.skip(type, of: number)
    }
    return isInOrder
  }

  private mutating func fieldsInOrder(
    _ message: OTLPFormat.Message, _ bytes: UnsafeRawBufferPointer, _ depth: Int
  ) throws(OTLPError) {
    var reader = WireReader(bytes)
    var isFirst = true
    var list = -1
    while !reader.isAtEnd {
      let (number, type) = try reader.tag()
      guard let place = place(message, number, type) else {
        try reader.skip(type, of: number)
        continue
      }
      let field = fields[place]
      if list >= 0, list != place {
        output.append(UInt8(ascii: "]"))
        list = -1
      }
      let before = output.count
      if list < 0 {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        output.append(field.key)
        if field.isRepeated { output.append(UInt8(ascii: "[")) }
      } else {
        output.append(UInt8(ascii: ","))
      }
      if field.isRepeated {
        let start = output.count
        try items(field, type, &reader, depth)
        if output.count == start {
          // A packed list of nothing.
          output.truncate(to: before)
          continue
        }
        list = place
      } else if try !value(field, &reader, depth) {
        output.truncate(to: before)
        continue
      }
      isFirst = false
    }
    if list >= 0 { output.append(UInt8(ascii: "]")) }
  }

  /// One item of a list, or the packed ones.
  @inline(__always)
  private mutating func items(
    _ field: OTLPFormat.Field, _ type: WireReader.WireType, _ reader: inout WireReader, _ depth: Int
  ) throws(OTLPError) {
    switch field.kind {
    case .message, .string, .bytes, .identifier: _ = try value(field, &reader, depth)
    default:
      guard type == .length else {
        _ = try value(field, &reader, depth)
        return
      }
      var packed = WireReader(try reader.payload())
      var isFirst = true
      while !packed.isAtEnd {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        _ = try value(field, &packed, depth)
      }
    }
  }

  /// Writes a value.
  ///
  /// - Returns: whether there is something to be written: not for a type's default value, where its absence says the same.
  @inline(__always)
  private mutating func value(
    _ field: OTLPFormat.Field, _ reader: inout WireReader, _ depth: Int
  ) throws(OTLPError) -> Bool {
    let isAlwaysWritten = field.hasPresence || field.isRepeated
    switch field.kind {
    case .message:
      try message(field.type, try reader.payload(), depth: depth &+ 1)
    case .string:
      let text = try reader.payload()
      guard isAlwaysWritten || !text.isEmpty else { return false }
      output.append(quoted: text)
    case .identifier:
      let bytes = try reader.payload()
      guard isAlwaysWritten || !bytes.isEmpty else { return false }
      output.append(UInt8(ascii: "\""))
      output.append(hexadecimal: bytes)
      output.append(UInt8(ascii: "\""))
    case .bytes:
      let bytes = try reader.payload()
      output.append(UInt8(ascii: "\""))
      output.append(base64: bytes)
      output.append(UInt8(ascii: "\""))
    case .double:
      let value = Double(bitPattern: try reader.fixed64())
      guard isAlwaysWritten || value.bitPattern != 0 else { return false }
      output.append(value)
    default:
      return try integer(field.kind, isAlwaysWritten, &reader)
    }
    return true
  }

  @inline(__always)
  private mutating func integer(
    _ kind: OTLPFormat.Kind, _ isAlwaysWritten: Bool, _ reader: inout WireReader
  ) throws(OTLPError) -> Bool {
    let bits: UInt64
    switch kind {
    case .fixed64, .sfixed64: bits = try reader.fixed64()
    case .fixed32: bits = UInt64(try reader.fixed32())
    default: bits = try reader.varint()
    }
    guard isAlwaysWritten || bits != 0 else { return false }
    switch kind {
    case .bool: output.append(bits == 0 ? "false" : "true")
    case .int32: output.append(decimal: Int64(Int32(truncatingIfNeeded: bits)))
    case .sint32:
      let zigzag = UInt32(truncatingIfNeeded: bits)
      output.append(decimal: Int64(Int32(bitPattern: zigzag >> 1 ^ (0 &- (zigzag & 1)))))
    case .uint32, .fixed32: output.append(decimal: UInt64(UInt32(truncatingIfNeeded: bits)))
    case .int64, .sfixed64:
      output.append(UInt8(ascii: "\""))
      output.append(decimal: Int64(bitPattern: bits))
      output.append(UInt8(ascii: "\""))
    default:
      output.append(UInt8(ascii: "\""))
      output.append(decimal: bits)
      output.append(UInt8(ascii: "\""))
    }
    return true
  }

  // MARK: - Disorder

  /// Writes the fields in the order of the table, each from all places where it stands.
  private mutating func fieldsInDisorder(
    _ message: OTLPFormat.Message, _ bytes: UnsafeRawBufferPointer, _ depth: Int
  ) throws(OTLPError) {
    let lastChoice = try lastMemberOfOneOf(message, bytes)
    var isFirst = true
    let row = Int(message.rawValue) &* OTLPFormat.numberLimit
    for number in 0..<OTLPFormat.numberLimit where places[row &+ number] >= 0 {
      let place = Int(places[row &+ number])
      let field = fields[place]
      // Members that another one has replaced are gone.
      var start = 0
      if field.isOneOf {
        guard let lastChoice, lastChoice.place == place else { continue }
        start = lastChoice.start
      }
      let before = output.count
      if !isFirst { output.append(UInt8(ascii: ",")) }
      output.append(field.key)
      let rest = UnsafeRawBufferPointer(rebasing: bytes[start..<bytes.count])
      let isWritten =
        field.isRepeated
        ? try scatteredList(message, place, rest, depth) : try lastValue(message, place, rest, depth)
      if isWritten { isFirst = false } else { output.truncate(to: before) }
    }
  }

  /// The member of the message's `oneof` that counts, and from where on it is the only one.
  private func lastMemberOfOneOf(
    _ message: OTLPFormat.Message, _ bytes: UnsafeRawBufferPointer
  ) throws(OTLPError) -> (place: Int, start: Int)? {
    var reader = WireReader(bytes)
    var result: (place: Int, start: Int)?
    while !reader.isAtEnd {
      let start = reader.position
      let (number, type) = try reader.tag()
      if let place = place(message, number, type), fields[place].isOneOf, result?.place != place {
        result = (place, start)
      }
      try reader.skip(type, of: number)
    }
    return result
  }

  private mutating func scatteredList(
    _ message: OTLPFormat.Message, _ wanted: Int, _ bytes: UnsafeRawBufferPointer, _ depth: Int
  ) throws(OTLPError) -> Bool {
    let field = fields[wanted]
    output.append(UInt8(ascii: "["))
    let start = output.count
    var reader = WireReader(bytes)
    while !reader.isAtEnd {
      let (number, type) = try reader.tag()
      guard place(message, number, type) == wanted else {
        try reader.skip(type, of: number)
        continue
      }
      let before = output.count
      if before > start { output.append(UInt8(ascii: ",")) }
      let beforeItems = output.count
      try items(field, type, &reader, depth)
      if output.count == beforeItems { output.truncate(to: before) }
    }
    output.append(UInt8(ascii: "]"))
    return output.count > start &+ 1
  }

  /// The last value, or all of them merged where they are messages: that is what their bytes one behind the other mean.
  private mutating func lastValue(
    _ message: OTLPFormat.Message, _ wanted: Int, _ bytes: UnsafeRawBufferPointer, _ depth: Int
  ) throws(OTLPError) -> Bool {
    let field = fields[wanted]
    var reader = WireReader(bytes)
    var last: WireReader?
    var merged: [UInt8] = []
    var count = 0
    while !reader.isAtEnd {
      let (number, type) = try reader.tag()
      if place(message, number, type) == wanted {
        count &+= 1
        last = reader
        if field.kind == .message {
          var copy = reader
          merged += try copy.payload()
        }
      }
      try reader.skip(type, of: number)
    }
    guard var last else { return false }
    guard count > 1, field.kind == .message else { return try value(field, &last, depth) }
    let bytes = merged
    return try withBytes(of: bytes) { (transcoder, bytes) throws(OTLPError) in
      try transcoder.message(field.type, bytes, depth: depth &+ 1)
    }
  }

  private mutating func withBytes(
    of bytes: [UInt8],
    _ body: (inout ProtobufTranscoder, UnsafeRawBufferPointer) throws(OTLPError) -> Void
  ) throws(OTLPError) -> Bool {
    var failure: OTLPError?
    bytes.withUnsafeBytes { bytes in
      do throws(OTLPError) { try body(&self, bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    return true
  }
}
