extension JSONWriter {
  /// Writes an `Encodable` value, as `JSONValueEncoder` and `value(_:)` would, without making a `JSONValue` of it.
  ///
  /// - Parameter value: what is written. Its containers get each key once.
  /// - Throws: `EncodingError.invalidValue` for an infinity, not-a-number or an integer beyond 64 bits signed, with the
  ///   path to it; and whatever the value itself throws. Then nothing has been written.
  public mutating func encode<T: Encodable>(_ value: T) throws {
    let output = DirectOutput(self)
    // A writer in two places would be copied at the first byte.
    self = JSONWriter()
    let start = output.writer.mark
    do {
      try output.encode(value, level: 0)
    } catch {
      output.isIrregular = true
    }
    self = output.writer
    guard output.isIrregular else { return }
    // Containers that are written to out of their order need a place each, and an error needs its path.
    reset(to: start)
    self.value(try JSONValueEncoder().encode(value))
  }
}

/// Where all containers of one value write. Containers are ended when somebody writes behind them.
private final class DirectOutput {
  var writer: JSONWriter
  /// The containers that are begun and not ended, the outermost first.
  private var open: [(serial: Int, isObject: Bool)] = []
  /// The number of the innermost container; 0 if there is none.
  private(set) var innermost = 0
  private var lastSerial = 0
  /// Whether something came in an order that text can't be written in, so that what has been written is of no use.
  var isIrregular = false

  init(_ writer: JSONWriter) { self.writer = writer }

  var depth: Int { open.count }

  func begin(isObject: Bool) -> Int {
    lastSerial += 1
    innermost = lastSerial
    open.append((lastSerial, isObject))
    if open.count > JSONValue.maximumWrittenDepth { isIrregular = true }
    if isObject { writer.beginObject() } else { writer.beginArray() }
    return lastSerial
  }

  func end(downTo level: Int) {
    guard open.count > level else { return }
    while open.count > level, let last = open.popLast() {
      if last.isObject { writer.endObject() } else { writer.endArray() }
    }
    innermost = open.last?.serial ?? 0
  }

  /// Makes a container, known by its number, the innermost one.
  func resume(_ serial: Int) {
    if innermost == serial { return }
    if let index = open.lastIndex(where: { $0.serial == serial }) {
      end(downTo: index + 1)
    } else {
      isIrregular = true
    }
  }

  /// Writes a value whose own container, if it has one, is at a level.
  func encode<T: Encodable>(_ value: T, level: Int) throws {
    if T.self == String.self, let value = value as? String { return writer.string(value) }
    if T.self == JSONValue.self, let value = value as? JSONValue { return writer.value(value, depth: level) }
    if let value = value as? any JSONWritable { return value.write(to: &writer) }
    let start = writer.mark
    try value.encode(to: DirectEncoder(output: self, level: level, start: start))
    end(downTo: level)
    // A type that encodes nothing is an empty object, as for other encoders.
    if writer.mark == start {
      writer.beginObject()
      writer.endObject()
    }
  }

  /// An encoder that may write anything anywhere, because nobody will look at it.
  func giveUp() -> any Encoder {
    isIrregular = true
    let nowhere = DirectOutput(JSONWriter())
    return DirectEncoder(output: nowhere, level: 0, start: nowhere.writer.mark)
  }

  func integer(_ value: some BinaryInteger) {
    if let value = Int64(exactly: value) { writer.integer(value) } else { isIrregular = true }
  }

  func number(_ value: Double) {
    if value.isFinite { writer.number(value) } else { isIrregular = true }
  }
}

/// What one value sees.
private struct DirectEncoder: Encoder {
  let output: DirectOutput
  /// The number of containers around the value.
  let level: Int
  /// Where the value begins.
  let start: JSONWriter.Mark

  // Errors are made by the encoder that is asked after this one has given up.
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// Whether the value asks for something after it has written something.
  private func checkIsFirst() {
    if output.depth != level || output.writer.mark != start { output.isIrregular = true }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    checkIsFirst()
    return KeyedEncodingContainer(DirectKeyedContainer<Key>(output: output, level: level + 1))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    checkIsFirst()
    return DirectUnkeyedContainer(output: output, level: level + 1)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    checkIsFirst()
    return DirectSingleContainer(output: output, level: level)
  }
}

private struct DirectKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let output: DirectOutput
  let level: Int
  let serial: Int

  init(output: DirectOutput, level: Int) {
    self.output = output
    self.level = level
    serial = output.begin(isObject: true)
  }

  var codingPath: [any CodingKey] { [] }

  private func key(_ key: Key) {
    output.resume(serial)
    output.writer.key(key.stringValue)
  }

  func encodeNil(forKey key: Key) throws {
    self.key(key)
    output.writer.null()
  }
  func encode(_ value: Bool, forKey key: Key) throws {
    self.key(key)
    output.writer.bool(value)
  }
  func encode(_ value: String, forKey key: Key) throws {
    self.key(key)
    output.writer.string(value)
  }
  func encode(_ value: Double, forKey key: Key) throws {
    self.key(key)
    output.number(value)
  }
  func encode(_ value: Float, forKey key: Key) throws { try encode(Double(value), forKey: key) }
  func encode(_ value: Int, forKey key: Key) throws { try encode(Int64(value), forKey: key) }
  func encode(_ value: Int8, forKey key: Key) throws { try encode(Int64(value), forKey: key) }
  func encode(_ value: Int16, forKey key: Key) throws { try encode(Int64(value), forKey: key) }
  func encode(_ value: Int32, forKey key: Key) throws { try encode(Int64(value), forKey: key) }
  func encode(_ value: Int64, forKey key: Key) throws {
    self.key(key)
    output.writer.integer(value)
  }
  func encode(_ value: UInt, forKey key: Key) throws { try encode(UInt64(value), forKey: key) }
  func encode(_ value: UInt8, forKey key: Key) throws { try encode(Int64(value), forKey: key) }
  func encode(_ value: UInt16, forKey key: Key) throws { try encode(Int64(value), forKey: key) }
  func encode(_ value: UInt32, forKey key: Key) throws { try encode(Int64(value), forKey: key) }
  func encode(_ value: UInt64, forKey key: Key) throws {
    self.key(key)
    output.integer(value)
  }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    self.key(key)
    try output.encode(value, level: level)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    self.key(key)
    return KeyedEncodingContainer(DirectKeyedContainer<Nested>(output: output, level: level + 1))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    self.key(key)
    return DirectUnkeyedContainer(output: output, level: level + 1)
  }

  func superEncoder() -> any Encoder { output.giveUp() }
  func superEncoder(forKey key: Key) -> any Encoder { output.giveUp() }
}

private struct DirectUnkeyedContainer: UnkeyedEncodingContainer {
  let output: DirectOutput
  let level: Int
  let serial: Int
  private(set) var count = 0

  init(output: DirectOutput, level: Int) {
    self.output = output
    self.level = level
    serial = output.begin(isObject: false)
  }

  var codingPath: [any CodingKey] { [] }

  private mutating func next() {
    output.resume(serial)
    count += 1
  }

  mutating func encodeNil() throws {
    next()
    output.writer.null()
  }
  mutating func encode(_ value: Bool) throws {
    next()
    output.writer.bool(value)
  }
  mutating func encode(_ value: String) throws {
    next()
    output.writer.string(value)
  }
  mutating func encode(_ value: Double) throws {
    next()
    output.number(value)
  }
  mutating func encode(_ value: Float) throws { try encode(Double(value)) }
  mutating func encode(_ value: Int) throws { try encode(Int64(value)) }
  mutating func encode(_ value: Int8) throws { try encode(Int64(value)) }
  mutating func encode(_ value: Int16) throws { try encode(Int64(value)) }
  mutating func encode(_ value: Int32) throws { try encode(Int64(value)) }
  mutating func encode(_ value: Int64) throws {
    next()
    output.writer.integer(value)
  }
  mutating func encode(_ value: UInt) throws { try encode(UInt64(value)) }
  mutating func encode(_ value: UInt8) throws { try encode(Int64(value)) }
  mutating func encode(_ value: UInt16) throws { try encode(Int64(value)) }
  mutating func encode(_ value: UInt32) throws { try encode(Int64(value)) }
  mutating func encode(_ value: UInt64) throws {
    next()
    output.integer(value)
  }
  mutating func encode<T: Encodable>(_ value: T) throws {
    next()
    try output.encode(value, level: level)
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
    next()
    return KeyedEncodingContainer(DirectKeyedContainer<Nested>(output: output, level: level + 1))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    next()
    return DirectUnkeyedContainer(output: output, level: level + 1)
  }

  mutating func superEncoder() -> any Encoder { output.giveUp() }
}

private struct DirectSingleContainer: SingleValueEncodingContainer {
  let output: DirectOutput
  let level: Int

  var codingPath: [any CodingKey] { [] }

  func encodeNil() throws { output.writer.null() }
  func encode(_ value: Bool) throws { output.writer.bool(value) }
  func encode(_ value: String) throws { output.writer.string(value) }
  func encode(_ value: Double) throws { output.number(value) }
  func encode(_ value: Float) throws { output.number(Double(value)) }
  func encode(_ value: Int) throws { output.writer.integer(Int64(value)) }
  func encode(_ value: Int8) throws { output.writer.integer(Int64(value)) }
  func encode(_ value: Int16) throws { output.writer.integer(Int64(value)) }
  func encode(_ value: Int32) throws { output.writer.integer(Int64(value)) }
  func encode(_ value: Int64) throws { output.writer.integer(value) }
  func encode(_ value: UInt) throws { output.integer(value) }
  func encode(_ value: UInt8) throws { output.writer.integer(Int64(value)) }
  func encode(_ value: UInt16) throws { output.writer.integer(Int64(value)) }
  func encode(_ value: UInt32) throws { output.writer.integer(Int64(value)) }
  func encode(_ value: UInt64) throws { output.integer(value) }
  func encode<T: Encodable>(_ value: T) throws { try output.encode(value, level: level) }
}
