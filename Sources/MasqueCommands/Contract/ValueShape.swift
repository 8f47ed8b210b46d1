public import JSON

/// What a JSON value looks like. Arguments are checked against it; JSON Schemas and the tables of the documentation are
/// made from it.
public indirect enum ValueShape: Sendable, Hashable {
  /// A text.
  case string
  /// One of these texts, each with what it means.
  case choice([Choice])
  /// A whole number.
  case integer(minimum: Int)
  /// A number.
  case number
  /// `true` or `false`.
  case boolean
  /// A list.
  case array(ValueShape)
  /// An object with these keys and no others.
  case object([ValueField])
  /// An object with any keys.
  case map
  /// A value, or null.
  case nullable(ValueShape)
  /// A value of any of these.
  case either([ValueShape])

  /// A text that is allowed.
  public struct Choice: Sendable, Hashable {
    /// The text.
    public var value: String
    /// What it means: one sentence, with its full stop.
    public var meaning: String

    /// A choice; see the properties.
    public init(_ value: String, _ meaning: String) {
      self.value = value
      self.meaning = meaning
    }
  }

  /// The fields of an object, the items of a list and the value beside null looked through; nil for what has none.
  public var fields: [ValueField]? {
    switch self {
    case .object(let fields): fields
    case .array(let item): item.fields
    case .nullable(let value): value.fields
    default: nil
    }
  }

  /// The shape in a few words, with its article: "a string", "a number from 1".
  public var words: String {
    switch self {
    case .string: "a string"
    case .choice(let choices): listed(choices.map { "\"\($0.value)\"" }, "or")
    case .integer(let minimum): "a whole number from \(minimum)"
    case .number: "a number"
    case .boolean: "true or false"
    case .array: "an array"
    case .object, .map: "an object"
    case .nullable(let value): "\(value.words) or null"
    case .either(let shapes): listed(shapes.map(\.words), "or")
    }
  }
}

/// A key of an object.
public struct ValueField: Sendable, Hashable {
  /// The key.
  public var name: String
  /// What its value looks like.
  public var shape: ValueShape
  /// Whether it is always there.
  public var isRequired: Bool
  /// What it says, in Markdown: one sentence or two, with a full stop.
  public var summary: String

  /// A field; see the properties.
  public init(_ name: String, _ shape: ValueShape, isRequired: Bool = true, _ summary: String) {
    self.name = name
    self.shape = shape
    self.isRequired = isRequired
    self.summary = summary
  }
}

/// Where a value differs from its shape.
public struct ShapeProblem: Sendable, Hashable {
  /// The place: `matches[0].list`; empty for the value itself.
  public var path: String
  /// What is wrong there, as what follows the place in a sentence.
  public var message: String
  /// Whether a key is missing that must be there.
  public var isMissing = false
}

extension ValueShape {
  /// Where a value differs from the shape, in its order; nothing for one that fits.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - path: where it stands.
  /// - Returns: the problems.
  public func problems(in value: JSONValue, at path: String = "") -> [ShapeProblem] {
    switch self {
    case .string:
      return value.stringValue == nil ? mismatch(value, path) : []
    case .choice(let choices):
      guard let text = value.stringValue else { return mismatch(value, path) }
      return choices.contains { $0.value == text } ? [] : [ShapeProblem(path: path, message: "must be \(words)")]
    case .integer(let minimum):
      guard let number = value.integerValue else { return mismatch(value, path) }
      return number < minimum ? [ShapeProblem(path: path, message: "must be \(words), not \(number)")] : []
    case .number:
      return value.doubleValue == nil ? mismatch(value, path) : []
    case .boolean:
      return value.boolValue == nil ? mismatch(value, path) : []
    case .map:
      return value.objectValue == nil ? mismatch(value, path) : []
    case .nullable(let shape):
      return value.isNull ? [] : shape.problems(in: value, at: path)
    case .either(let shapes):
      return shapes.contains { $0.problems(in: value, at: path).isEmpty } ? [] : mismatch(value, path)
    case .array(let item):
      guard let items = value.arrayValue else { return mismatch(value, path) }
      return items.enumerated().flatMap { item.problems(in: $1, at: "\(path)[\($0)]") }
    case .object(let fields):
      guard let object = value.objectValue else { return mismatch(value, path) }
      return problems(in: object, fields, path)
    }
  }

  private func mismatch(_ value: JSONValue, _ path: String) -> [ShapeProblem] {
    [ShapeProblem(path: path, message: "must be \(words), not \(value.kindDescription)")]
  }

  private func problems(in object: JSONObject, _ fields: [ValueField], _ path: String) -> [ShapeProblem] {
    let prefix = path.isEmpty ? "" : path + "."
    var result: [ShapeProblem] = []
    for (key, value) in object {
      if let field = fields.first(where: { $0.name == key }) {
        result += field.shape.problems(in: value, at: prefix + key)
      } else {
        result.append(ShapeProblem(path: prefix + key, message: "is not known"))
      }
    }
    for field in fields where field.isRequired && object[field.name] == nil {
      result.append(ShapeProblem(path: prefix + field.name, message: "is missing", isMissing: true))
    }
    return result
  }
}

/// `a, b or c`.
func listed(_ words: [String], _ conjunction: String) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
