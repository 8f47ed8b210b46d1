/// A request in OTLP's JSON encoding as a line.
func jsonLine(_ body: UnsafeRawBufferPointer, _ signal: Signal) throws(OTLPError) -> TelemetryLine {
  let format = OTLPFormat.shared
  let result: Result<TelemetryLine, OTLPError> = format.fields.withUnsafeBufferPointer { fields in
    var transcoder = JSONTranscoder(body, fields: fields, starts: format.starts)
    do throws(OTLPError) {
      try transcoder.message(.request(signal), depth: 0)
      try transcoder.end()
    } catch {
      return .failure(error)
    }
    return .success(transcoder.line)
  }
  return try result.get()
}

/// Writes messages while it reads them: keys that the format does not know are left out, numbers and identifiers get the
/// one form that files have, blanks go. Names of enumerations' values and identifiers in Base64 are no OTLP.
private struct JSONTranscoder: ~Copyable {
  let fields: UnsafeBufferPointer<OTLPFormat.Field>
  let starts: [Int]
  private var cursor: JSONCursor
  private var output: TextBuffer
  private var records = 0

  init(_ body: UnsafeRawBufferPointer, fields: UnsafeBufferPointer<OTLPFormat.Field>, starts: [Int]) {
    self.fields = fields
    self.starts = starts
    cursor = JSONCursor(body)
    output = TextBuffer(capacity: body.count &+ 64)
  }

  var line: TelemetryLine {
    mutating get {
      guard records > 0 else { return TelemetryLine(bytes: [], records: 0) }
      output.append(UInt8(ascii: "\n"))
      return TelemetryLine(bytes: output.bytes, records: records)
    }
  }

  mutating func end() throws(OTLPError) {
    _ = cursor.peek()
    guard cursor.position == cursor.bytes.count else { throw cursor.error("goes on behind its end") }
  }

  mutating func message(_ message: OTLPFormat.Message, depth: Int) throws(OTLPError) {
    guard depth <= OTLPFormat.maximumDepth else { throw cursor.error("is nested too deeply") }
    if message.isRecord { records &+= 1 }
    try cursor.expect(UInt8(ascii: "{"))
    output.append(UInt8(ascii: "{"))
    guard !cursor.take(UInt8(ascii: "}")) else { return output.append(UInt8(ascii: "}")) }
    let first = starts[Int(message.rawValue)]
    let end = starts[Int(message.rawValue) &+ 1]
    var seen: UInt32 = 0
    var isOneOfSeen = false
    var isFirst = true
    repeat {
      let (key, isPlain) = try cursor.string()
      try cursor.expect(UInt8(ascii: ":"))
      guard let place = place(of: key, isPlain, first, end) else {
        try cursor.skipValue()
        continue
      }
      // Null says the same as nothing.
      if try cursor.takeNull() { continue }
      let field = fields[place]
      let bit: UInt32 = 1 << UInt32(truncatingIfNeeded: place &- first)
      guard seen & bit == 0 else { throw cursor.error("has a key twice") }
      seen |= bit
      if field.isOneOf {
        guard !isOneOfSeen else { throw cursor.error("has two values where one is possible") }
        isOneOfSeen = true
      }
      let before = output.count
      if !isFirst { output.append(UInt8(ascii: ",")) }
      output.append(field.key)
      let isWritten = field.isRepeated ? try list(field, depth) : try value(field, depth)
      if isWritten { isFirst = false } else { output.truncate(to: before) }
    } while cursor.take(UInt8(ascii: ","))
    try cursor.expect(UInt8(ascii: "}"))
    output.append(UInt8(ascii: "}"))
  }

  /// The place of a key in the table; nil for one that is not known there.
  @inline(__always)
  private func place(of key: UnsafeRawBufferPointer, _ isPlain: Bool, _ first: Int, _ end: Int) -> Int? {
    func search(_ key: UnsafeRawBufferPointer) -> Int? {
      for place in first..<end {
        // `"key":` in the table.
        let known = fields[place].key
        guard known.utf8CodeUnitCount == key.count &+ 3 else { continue }
        let name = UnsafeRawBufferPointer(start: known.utf8Start + 1, count: key.count)
        if name.elementsEqual(key) { return place }
      }
      return nil
    }
    return isPlain ? search(key) : unescaped(key).withUnsafeBytes { search($0) }
  }

  private mutating func list(_ field: OTLPFormat.Field, _ depth: Int) throws(OTLPError) -> Bool {
    try cursor.expect(UInt8(ascii: "["))
    if cursor.take(UInt8(ascii: "]")) { return false }
    output.append(UInt8(ascii: "["))
    var isFirst = true
    repeat {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      _ = try value(field, depth)
    } while cursor.take(UInt8(ascii: ","))
    try cursor.expect(UInt8(ascii: "]"))
    output.append(UInt8(ascii: "]"))
    return true
  }

  /// Writes a value.
  ///
  /// - Returns: whether there is something to be written: not for a type's default value, where its absence says the same.
  private mutating func value(_ field: OTLPFormat.Field, _ depth: Int) throws(OTLPError) -> Bool {
    let isAlwaysWritten = field.hasPresence || field.isRepeated
    switch field.kind {
    case .message:
      try message(field.type, depth: depth &+ 1)
    case .string:
      let (inside, isPlain) = try cursor.string()
      guard isAlwaysWritten || !inside.isEmpty else { return false }
      output.append(UInt8(ascii: "\""))
      if isPlain {
        output.append(inside)
      } else {
        unescaped(inside).withUnsafeBytes { output.append(escaped: $0) }
      }
      output.append(UInt8(ascii: "\""))
    case .identifier:
      let digits = try text()
      guard digits.count % 2 == 0, digits.allSatisfy({ hexadecimalValue($0) != nil }) else {
        throw cursor.error("has an identifier that is not hexadecimal")
      }
      guard isAlwaysWritten || !digits.isEmpty else { return false }
      output.append(UInt8(ascii: "\""))
      for digit in digits { output.append(TextBuffer.hexadecimalDigit(hexadecimalValue(digit) ?? 0)) }
      output.append(UInt8(ascii: "\""))
    case .bytes:
      guard let decoded = base64Decoded(try text()) else { throw cursor.error("has a string that is not Base64") }
      output.append(UInt8(ascii: "\""))
      decoded.withUnsafeBytes { output.append(base64: $0) }
      output.append(UInt8(ascii: "\""))
    case .bool:
      _ = cursor.peek()
      let value = try cursor.bool()
      guard isAlwaysWritten || value else { return false }
      output.append(value ? "true" : "false")
    case .double:
      let value = try double()
      guard isAlwaysWritten || value.bitPattern != 0 else { return false }
      output.append(value)
    case .int32, .sint32:
      return try integer(Int64(Int32.min)...Int64(Int32.max), isText: false, isAlwaysWritten)
    case .uint32, .fixed32:
      return try integer(0...Int64(UInt32.max), isText: false, isAlwaysWritten)
    case .int64, .sfixed64:
      return try integer(Int64.min...Int64.max, isText: true, isAlwaysWritten)
    case .uint64, .fixed64:
      let value = try unsigned()
      guard isAlwaysWritten || value != 0 else { return false }
      output.append(UInt8(ascii: "\""))
      output.append(decimal: value)
      output.append(UInt8(ascii: "\""))
    }
    return true
  }

  private mutating func integer(
    _ range: ClosedRange<Int64>, isText: Bool, _ isAlwaysWritten: Bool
  ) throws(OTLPError) -> Bool {
    let text = try numberText()
    guard let value: Int64 = Int64(text) ?? exactInteger(text), range.contains(value) else {
      throw cursor.error("has a number out of range, or none where one must be")
    }
    guard isAlwaysWritten || value != 0 else { return false }
    if isText { output.append(UInt8(ascii: "\"")) }
    output.append(decimal: value)
    if isText { output.append(UInt8(ascii: "\"")) }
    return true
  }

  private mutating func unsigned() throws(OTLPError) -> UInt64 {
    let text = try numberText()
    guard let value: UInt64 = UInt64(text) ?? exactInteger(text) else {
      throw cursor.error("has a number out of range, or none where one must be")
    }
    return value
  }

  /// `1.0` and `1e3` are whole numbers, too.
  private func exactInteger<Integer: FixedWidthInteger>(_ text: String) -> Integer? {
    Double(text).flatMap { Integer(exactly: $0) }
  }

  /// A number, or the number that a string holds.
  private mutating func numberText() throws(OTLPError) -> String {
    if cursor.peek() == 0x22 {
      let digits = try text()
      // The text between the quotes must be a number of JSON's as well.
      let isNumber = digits.withUnsafeBytes { bytes in
        var inner = JSONCursor(bytes)
        do throws(OTLPError) {
          let number = try inner.number()
          return number.count == bytes.count
        } catch {
          return false
        }
      }
      guard isNumber else { throw cursor.error("has a string that is no number where one must be") }
      return String(decoding: digits, as: UTF8.self)
    }
    return String(decoding: try cursor.number(), as: UTF8.self)
  }

  private mutating func double() throws(OTLPError) -> Double {
    if cursor.peek() == 0x22 {
      let start = cursor
      switch String(decoding: try text(), as: UTF8.self) {
      case "NaN": return .nan
      case "Infinity": return .infinity
      case "-Infinity": return -.infinity
      default: cursor = start
      }
    }
    guard let value = Double(try numberText()), value.isFinite else { throw cursor.error("has a number out of range") }
    return value
  }

  private mutating func text() throws(OTLPError) -> [UInt8] {
    let (inside, isPlain) = try cursor.string()
    return isPlain ? Array(inside) : unescaped(inside)
  }
}

/// The bytes that Base64 means (RFC 4648), in either alphabet, padded or not; nil for anything else.
private func base64Decoded(_ text: [UInt8]) -> [UInt8]? {
  var result: [UInt8] = []
  var bits: UInt32 = 0
  var count = 0
  let digits = text.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
  guard text.count - digits.count <= 2 else { return nil }
  for digit in digits {
    let value: UInt8
    switch digit {
    case 0x41...0x5A: value = digit - 0x41
    case 0x61...0x7A: value = digit - 0x61 + 26
    case 0x30...0x39: value = digit - 0x30 + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
    default: return nil
    }
    bits = bits << 6 | UInt32(value)
    count += 6
    if count >= 8 {
      count -= 8
      result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      bits &= (1 << UInt32(count)) - 1
    }
  }
  // One digit alone is no byte.
  return count == 6 ? nil : result
}
