import SourceText

/// A JSON value (RFC 8259).
///
/// Strings are equal when their Unicode scalars are, not when they are canonically equivalent as Swift's are. A whole
/// number written as one, `1`, and a real, `1.0`, are different values here.
public enum JSONValue: Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number written without fraction and exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number. One beyond a double's range is an infinity, which is written as `null`.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object.
  case object(JSONObject)
}

extension JSONValue {
  /// The Boolean, if the value is one.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The number as an integer, if it is one by value: `3`, and `3.0` too.
  public var integerValue: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// The number, rounded to a double, if the value is one.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The string, if the value is one.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The items, if the value is an array.
  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The pairs, if the value is an object.
  public var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// Whether the value is `null`.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// What sort of value it is, with its article: "a string", "an object", "null".
  public var kindDescription: String {
    switch self {
    case .null: "null"
    case .bool: "a Boolean"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The value of a key; nil if there is none or this is no object. Setting a key of anything but an object makes it
  /// one; setting nil removes the key.
  public subscript(key: String) -> JSONValue? {
    get { objectValue?[key] }
    set {
      var object = objectValue ?? [:]
      object[key] = newValue
      self = .object(object)
    }
  }

  /// The item at an index, from 0; nil if there is none or this is no array.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let items) = self, items.indices.contains(index) else { return nil }
    return items[index]
  }
}

extension JSONValue: Hashable {
  public static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): hasSameScalars(a, b)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .number(let value): hasher.combine(value)
    case .string(let value): ExactString(value).hash(into: &hasher)
    case .array(let value): hasher.combine(value)
    case .object(let value): hasher.combine(value)
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements))
  }
}

/// A text that is not JSON.
public struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
  /// The errors, at least one, in document order.
  public var diagnostics: [JSONDiagnostic]

  /// The first error and its place.
  public var description: String {
    diagnostics.first.map { "\($0.message) (at byte \($0.range.start))" } ?? "not JSON"
  }
}

extension JSONValue {
  /// Reads a JSON text. Of duplicate keys the last one counts.
  ///
  /// - Parameter bytes: the text in UTF-8.
  /// - Throws: what is wrong with it.
  public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
    let document = JSONDocument.parse(bytes)
    guard document.isWellFormed, let value = JSONValue(document.tree) else {
      throw JSONSyntaxError(diagnostics: document.diagnostics.filter(\.kind.isError))
    }
    self = value
  }

  /// Reads a JSON text. Of duplicate keys the last one counts.
  ///
  /// - Parameter text: the text.
  /// - Throws: what is wrong with it.
  public init(parsing text: String) throws(JSONSyntaxError) {
    try self.init(parsing: Array(text.utf8))
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as JSON on one line.
  public var description: String { text(.line) }
}
