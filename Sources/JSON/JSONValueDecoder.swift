/// Turns `JSONValue`s into `Decodable` values. Keys that a type does not ask for are ignored.
///
/// Numbers convert between integer and real types where the value is kept: `1.0` is an `Int`, `1.5` is not.
public struct JSONValueDecoder: Sendable {
  /// A decoder.
  public init() {}

  /// Decodes a value.
  ///
  /// - Parameters:
  ///   - type: what is decoded.
  ///   - value: the JSON.
  /// - Returns: the decoded value.
  /// - Throws: a `DecodingError` that names the path, what was expected and what was found; and whatever the type
  ///   itself throws.
  public func decode<T: Decodable>(_ type: T.Type, from value: JSONValue) throws -> T {
    try ValueDecoder(value: value, path: nil).decode(type)
  }
}

extension DecodingError {
  /// Where and why, in one line: `params.position.line: expected an integer, found a string`.
  public var summary: String {
    let (context, extra): (Context, String?) =
      switch self {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): (context, nil)
      case .keyNotFound(let key, let context): (context, "the key \"\(key.stringValue)\" is missing")
      @unknown default: (Context(codingPath: [], debugDescription: "not decodable"), nil)
      }
    var path = ""
    for key in context.codingPath {
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += (path.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return (path.isEmpty ? "" : path + ": ") + (extra ?? context.debugDescription)
  }
}

private struct ValueDecoder: Decoder {
  let value: JSONValue
  let path: CodingPath?

  var codingPath: [any CodingKey] { CodingPath.keys(of: path) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func mismatch(_ type: any Any.Type, _ expected: String) -> DecodingError {
    let context = DecodingError.Context(
      codingPath: codingPath, debugDescription: "expected \(expected), found \(value.kindDescription)")
    return value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    if type == String.self, case .string(let string) = value, let string = string as? T { return string }
    if type == JSONValue.self, let value = value as? T { return value }
    return try T(from: self)
  }

  func bool() throws -> Bool {
    guard case .bool(let value) = value else { throw mismatch(Bool.self, "a Boolean") }
    return value
  }

  func string() throws -> String {
    guard case .string(let value) = value else { throw mismatch(String.self, "a string") }
    return value
  }

  func double() throws -> Double {
    guard let value = value.doubleValue else { throw mismatch(Double.self, "a number") }
    return value
  }

  func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
    guard let number = value.doubleValue else { throw mismatch(type, "an integer") }
    guard let integer = value.integerValue, let result = T(exactly: integer) else {
      let text: String = if case .integer(let value) = value { "\(value)" } else { "\(number)" }
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: codingPath,
          debugDescription: "expected an integer from \(T.min) to \(T.max), found \(text)"))
    }
    return result
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let object) = value else { throw mismatch([String: JSONValue].self, "an object") }
    return KeyedDecodingContainer(KeyedContainer<Key>(object: object, path: path))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let items) = value else { throw mismatch([JSONValue].self, "an array") }
    return UnkeyedContainer(items: items, path: path)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleContainer(decoder: self) }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let object: JSONObject
  let path: CodingPath?

  var codingPath: [any CodingKey] { CodingPath.keys(of: path) }
  var allKeys: [Key] { object.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

  private func value(_ key: any CodingKey) throws -> ValueDecoder {
    guard let value = object[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key,
        DecodingError.Context(
          codingPath: codingPath, debugDescription: "the key \"\(key.stringValue)\" is missing"))
    }
    return ValueDecoder(value: value, path: CodingPath(path, key))
  }

  /// The decoder for a key that may be absent or null.
  private func optional(_ key: Key) -> ValueDecoder? {
    guard let value = object[key.stringValue], !value.isNull else { return nil }
    return ValueDecoder(value: value, path: CodingPath(path, key))
  }

  func decodeNil(forKey key: Key) throws -> Bool { try value(key).value.isNull }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).bool() }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).string() }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key).double() }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try value(key).double()) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(key).integer(type) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try value(key).integer(type) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(key).integer(type) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(key).integer(type) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(key).integer(type) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try value(key).integer(type) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(key).integer(type) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try value(key).integer(type) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(key).integer(type) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(key).integer(type) }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try value(key).decode(type) }

  // One look-up instead of the default's three.
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try optional(key)?.bool() }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try optional(key)?.string() }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try optional(key)?.integer(type) }
  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
    try optional(key)?.decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try value(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try value(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try value(JSONKey.parent) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try value(key) }
}

private struct UnkeyedContainer: UnkeyedDecodingContainer {
  let items: [JSONValue]
  let path: CodingPath?
  var currentIndex = 0

  init(items: [JSONValue], path: CodingPath?) {
    self.items = items
    self.path = path
  }

  var codingPath: [any CodingKey] { CodingPath.keys(of: path) }
  var count: Int? { items.count }
  var isAtEnd: Bool { currentIndex >= items.count }

  private func current(_ type: any Any.Type) throws -> ValueDecoder {
    let path = CodingPath(path, JSONKey(intValue: currentIndex))
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type,
        DecodingError.Context(
          codingPath: CodingPath.keys(of: path), debugDescription: "the array has only \(items.count) items"))
    }
    return ValueDecoder(value: items[currentIndex], path: path)
  }

  private mutating func next<T>(_ type: T.Type, _ body: (ValueDecoder) throws -> T) throws -> T {
    let result = try body(try current(type))
    currentIndex += 1
    return result
  }

  mutating func decodeNil() throws -> Bool {
    guard try current(JSONValue.self).value.isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool { try next(type) { try $0.bool() } }
  mutating func decode(_ type: String.Type) throws -> String { try next(type) { try $0.string() } }
  mutating func decode(_ type: Double.Type) throws -> Double { try next(type) { try $0.double() } }
  mutating func decode(_ type: Float.Type) throws -> Float { try next(type) { Float(try $0.double()) } }
  mutating func decode(_ type: Int.Type) throws -> Int { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next(type) { try $0.integer(type) } }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next(type) { try $0.integer(type) } }
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next(type) { try $0.decode(type) } }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try next(KeyedDecodingContainer<Nested>.self) { try $0.container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next((any UnkeyedDecodingContainer).self) { try $0.unkeyedContainer() }
  }

  mutating func superDecoder() throws -> any Decoder { try next((any Decoder).self) { $0 } }
}

private struct SingleContainer: SingleValueDecodingContainer {
  let decoder: ValueDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.value.isNull }
  func decode(_ type: Bool.Type) throws -> Bool { try decoder.bool() }
  func decode(_ type: String.Type) throws -> String { try decoder.string() }
  func decode(_ type: Double.Type) throws -> Double { try decoder.double() }
  func decode(_ type: Float.Type) throws -> Float { Float(try decoder.double()) }
  func decode(_ type: Int.Type) throws -> Int { try decoder.integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try decoder.integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try decoder.integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try decoder.integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try decoder.integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try decoder.integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.integer(type) }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
}
