/// Turns `Encodable` values into `JSONValue`s.
///
/// Absent optionals of a keyed container are left out when they are encoded with `encodeIfPresent`, as synthesized
/// conformances do; a nil at the root or in an array is `null`.
public struct JSONValueEncoder: Sendable {
  /// An encoder.
  public init() {}

  /// Encodes a value.
  ///
  /// - Parameter value: what is encoded.
  /// - Returns: its JSON.
  /// - Throws: `EncodingError.invalidValue` for an infinity, not-a-number or an integer beyond 64 bits signed, with the
  ///   path to it; and whatever the value itself throws.
  public func encode(_ value: some Encodable) throws -> JSONValue {
    try EncodingNode.encoded(value, path: nil).resolved
  }
}

/// The way to a value, innermost key first, made into an array only for whoever asks.
final class CodingPath {
  let parent: CodingPath?
  let key: any CodingKey

  init(_ parent: CodingPath?, _ key: any CodingKey) {
    self.parent = parent
    self.key = key
  }

  static func keys(of path: CodingPath?) -> [any CodingKey] {
    var keys: [any CodingKey] = []
    var next = path
    while let path = next {
      keys.append(path.key)
      next = path.parent
    }
    return keys.reversed()
  }
}

/// A key that comes from JSON, not from a type.
struct JSONKey: CodingKey {
  var stringValue: String
  var intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = String(intValue)
    self.intValue = intValue
  }

  static let parent = JSONKey(stringValue: "super")
}

/// A value, or one that a container still writes to.
private enum Encoded {
  case value(JSONValue)
  case node(EncodingNode)

  var resolved: JSONValue {
    switch self {
    case .value(let value): value
    case .node(let node): node.resolved
    }
  }
}

/// One value while it is written: the encoder that the value sees, and the target of its containers.
private final class EncodingNode: Encoder {
  enum Content {
    case nothing
    case single(Encoded)
    case array([Encoded])
    case object([(key: String, value: Encoded)])
  }

  let path: CodingPath?
  var content = Content.nothing

  init(path: CodingPath?) { self.path = path }

  var codingPath: [any CodingKey] { CodingPath.keys(of: path) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// The value so far. A type that encodes nothing is an empty object, as for other encoders.
  var resolved: JSONValue {
    switch content {
    case .nothing: return .object([:])
    case .single(let value): return value.resolved
    case .array(let items): return .array(items.map(\.resolved))
    case .object(let pairs):
      var object = JSONObject()
      object.reserve(pairs.count)
      for pair in pairs { object[pair.key] = pair.value.resolved }
      return .object(object)
    }
  }

  static func encoded<T: Encodable>(_ value: T, path: @autoclosure () -> CodingPath?) throws -> Encoded {
    // The types that the bulk of JSON consists of need no container of their own.
    if T.self == String.self, let value = value as? String { return .value(.string(value)) }
    if T.self == JSONValue.self, let value = value as? JSONValue { return .value(value) }
    if T.self == [Int].self, let value = value as? [Int] {
      return .value(.array(value.map { .integer(Int64($0)) }))
    }
    if T.self == [UInt32].self, let value = value as? [UInt32] {
      return .value(.array(value.map { .integer(Int64($0)) }))
    }
    let node = EncodingNode(path: path())
    try value.encode(to: node)
    // All is written, so that what it was written to need not be kept until the whole is.
    return .value(node.resolved)
  }

  static func integer(_ value: some BinaryInteger, path: @autoclosure () -> CodingPath?) throws -> Encoded {
    if let value = Int64(exactly: value) { return .value(.integer(value)) }
    throw EncodingError.invalidValue(
      value,
      EncodingError.Context(
        codingPath: CodingPath.keys(of: path()), debugDescription: "\(value) does not fit a signed 64-bit integer"))
  }

  static func number(_ value: Double, path: @autoclosure () -> CodingPath?) throws -> Encoded {
    if value.isFinite { return .value(.number(value)) }
    throw EncodingError.invalidValue(
      value,
      EncodingError.Context(codingPath: CodingPath.keys(of: path()), debugDescription: "JSON has no \(value)"))
  }

  func append(_ value: Encoded) {
    guard case .array(var items) = content else {
      content = .array([value])
      return
    }
    content = .nothing
    items.append(value)
    content = .array(items)
  }

  func set(_ key: String, _ value: Encoded) {
    guard case .object(var pairs) = content else {
      content = .object([(key, value)])
      return
    }
    content = .nothing
    pairs.append((key, value))
    content = .object(pairs)
  }

  var count: Int {
    if case .array(let items) = content { items.count } else { 0 }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .object = content {
    } else {
      var pairs: [(key: String, value: Encoded)] = []
      pairs.reserveCapacity(12)
      content = .object(pairs)
    }
    return KeyedEncodingContainer(KeyedContainer<Key>(node: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .array = content {} else { content = .array([]) }
    return UnkeyedContainer(node: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleContainer(node: self) }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: EncodingNode

  var codingPath: [any CodingKey] { node.codingPath }

  private func path(_ key: Key) -> CodingPath { CodingPath(node.path, key) }

  private func put(_ key: Key, _ value: Encoded) { node.set(key.stringValue, value) }

  func encodeNil(forKey key: Key) throws { put(key, .value(.null)) }
  func encode(_ value: Bool, forKey key: Key) throws { put(key, .value(.bool(value))) }
  func encode(_ value: String, forKey key: Key) throws { put(key, .value(.string(value))) }
  func encode(_ value: Double, forKey key: Key) throws {
    put(key, try EncodingNode.number(value, path: path(key)))
  }
  func encode(_ value: Float, forKey key: Key) throws {
    put(key, try EncodingNode.number(Double(value), path: path(key)))
  }
  func encode(_ value: Int, forKey key: Key) throws { put(key, .value(.integer(Int64(value)))) }
  func encode(_ value: Int8, forKey key: Key) throws { put(key, .value(.integer(Int64(value)))) }
  func encode(_ value: Int16, forKey key: Key) throws { put(key, .value(.integer(Int64(value)))) }
  func encode(_ value: Int32, forKey key: Key) throws { put(key, .value(.integer(Int64(value)))) }
  func encode(_ value: Int64, forKey key: Key) throws { put(key, .value(.integer(value))) }
  func encode(_ value: UInt, forKey key: Key) throws {
    put(key, try EncodingNode.integer(value, path: path(key)))
  }
  func encode(_ value: UInt8, forKey key: Key) throws { put(key, .value(.integer(Int64(value)))) }
  func encode(_ value: UInt16, forKey key: Key) throws { put(key, .value(.integer(Int64(value)))) }
  func encode(_ value: UInt32, forKey key: Key) throws { put(key, .value(.integer(Int64(value)))) }
  func encode(_ value: UInt64, forKey key: Key) throws {
    put(key, try EncodingNode.integer(value, path: path(key)))
  }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    put(key, try EncodingNode.encoded(value, path: path(key)))
  }

  private func child(_ key: any CodingKey) -> EncodingNode {
    let child = EncodingNode(path: CodingPath(node.path, key))
    node.set(key.stringValue, .node(child))
    return child
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    child(key).container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { child(key).unkeyedContainer() }
  func superEncoder() -> any Encoder { child(JSONKey.parent) }
  func superEncoder(forKey key: Key) -> any Encoder { child(key) }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let node: EncodingNode

  var codingPath: [any CodingKey] { node.codingPath }
  var count: Int { node.count }

  private func path() -> CodingPath { CodingPath(node.path, JSONKey(intValue: count)) }

  func encodeNil() throws { node.append(.value(.null)) }
  func encode(_ value: Bool) throws { node.append(.value(.bool(value))) }
  func encode(_ value: String) throws { node.append(.value(.string(value))) }
  func encode(_ value: Double) throws { node.append(try EncodingNode.number(value, path: path())) }
  func encode(_ value: Float) throws { node.append(try EncodingNode.number(Double(value), path: path())) }
  func encode(_ value: Int) throws { node.append(.value(.integer(Int64(value)))) }
  func encode(_ value: Int8) throws { node.append(.value(.integer(Int64(value)))) }
  func encode(_ value: Int16) throws { node.append(.value(.integer(Int64(value)))) }
  func encode(_ value: Int32) throws { node.append(.value(.integer(Int64(value)))) }
  func encode(_ value: Int64) throws { node.append(.value(.integer(value))) }
  func encode(_ value: UInt) throws { node.append(try EncodingNode.integer(value, path: path())) }
  func encode(_ value: UInt8) throws { node.append(.value(.integer(Int64(value)))) }
  func encode(_ value: UInt16) throws { node.append(.value(.integer(Int64(value)))) }
  func encode(_ value: UInt32) throws { node.append(.value(.integer(Int64(value)))) }
  func encode(_ value: UInt64) throws { node.append(try EncodingNode.integer(value, path: path())) }
  func encode<T: Encodable>(_ value: T) throws { node.append(try EncodingNode.encoded(value, path: path())) }

  private func child() -> EncodingNode {
    let child = EncodingNode(path: path())
    node.append(.node(child))
    return child
  }

  func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
    child().container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { child().unkeyedContainer() }
  func superEncoder() -> any Encoder { child() }
}

private struct SingleContainer: SingleValueEncodingContainer {
  let node: EncodingNode

  var codingPath: [any CodingKey] { node.codingPath }

  private func put(_ value: Encoded) { node.content = .single(value) }

  func encodeNil() throws { put(.value(.null)) }
  func encode(_ value: Bool) throws { put(.value(.bool(value))) }
  func encode(_ value: String) throws { put(.value(.string(value))) }
  func encode(_ value: Double) throws { put(try EncodingNode.number(value, path: node.path)) }
  func encode(_ value: Float) throws { put(try EncodingNode.number(Double(value), path: node.path)) }
  func encode(_ value: Int) throws { put(.value(.integer(Int64(value)))) }
  func encode(_ value: Int8) throws { put(.value(.integer(Int64(value)))) }
  func encode(_ value: Int16) throws { put(.value(.integer(Int64(value)))) }
  func encode(_ value: Int32) throws { put(.value(.integer(Int64(value)))) }
  func encode(_ value: Int64) throws { put(.value(.integer(value))) }
  func encode(_ value: UInt) throws { put(try EncodingNode.integer(value, path: node.path)) }
  func encode(_ value: UInt8) throws { put(.value(.integer(Int64(value)))) }
  func encode(_ value: UInt16) throws { put(.value(.integer(Int64(value)))) }
  func encode(_ value: UInt32) throws { put(.value(.integer(Int64(value)))) }
  func encode(_ value: UInt64) throws { put(try EncodingNode.integer(value, path: node.path)) }
  func encode<T: Encodable>(_ value: T) throws { put(try EncodingNode.encoded(value, path: node.path)) }
}
