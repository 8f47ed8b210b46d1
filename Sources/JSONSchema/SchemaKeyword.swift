/// The keywords of JSON Schema draft 2020-12, each with its vocabulary and the form of its value.
public enum SchemaKeyword: UInt8, CaseIterable, Sendable, Hashable {
  case schema, vocabulary, id, anchor, dynamicAnchor, ref, dynamicRef, defs, comment
  case prefixItems, items, contains, additionalProperties, properties, patternProperties, dependentSchemas
  case propertyNames, ifSchema, thenSchema, elseSchema, allOf, anyOf, oneOf, not
  case unevaluatedItems, unevaluatedProperties
  case type, const, enumeration, multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum
  case maxLength, minLength, pattern, maxItems, minItems, uniqueItems, maxContains, minContains
  case maxProperties, minProperties, required, dependentRequired
  case title, description, defaultValue, deprecated, readOnly, writeOnly, examples
  case format
  case contentEncoding, contentMediaType, contentSchema

  /// The keyword as a schema spells it, for example `minLength` or `$ref`.
  public var name: String { Self.table[Int(rawValue)].name }

  var vocabulary: Vocabularies { Self.table[Int(rawValue)].vocabulary }
  var shape: ValueShape { Self.table[Int(rawValue)].shape }

  /// What the value of a keyword must be, by the meta-schema.
  enum ValueShape: UInt8, Sendable {
    case schema, schemas, schemaMap
    case any, boolean, string, strings, stringMap, number, positiveNumber, count, array
    case types, uri, uriReference, anchorName, vocabularies, pattern, patternMap
  }

  /// A keyword's row in the table from which the compiler's checks and the meta-schema are both derived.
  struct Row: Sendable {
    var name: String
    var vocabulary: Vocabularies
    var shape: ValueShape
  }

  /// One row per case, in the order of the cases.
  static let table: [Row] = [
    Row(name: "$schema", vocabulary: .core, shape: .uri),
    Row(name: "$vocabulary", vocabulary: .core, shape: .vocabularies),
    Row(name: "$id", vocabulary: .core, shape: .uriReference),
    Row(name: "$anchor", vocabulary: .core, shape: .anchorName),
    Row(name: "$dynamicAnchor", vocabulary: .core, shape: .anchorName),
    Row(name: "$ref", vocabulary: .core, shape: .uriReference),
    Row(name: "$dynamicRef", vocabulary: .core, shape: .uriReference),
    Row(name: "$defs", vocabulary: .core, shape: .schemaMap),
    Row(name: "$comment", vocabulary: .core, shape: .string),

    Row(name: "prefixItems", vocabulary: .applicator, shape: .schemas),
    Row(name: "items", vocabulary: .applicator, shape: .schema),
    Row(name: "contains", vocabulary: .applicator, shape: .schema),
    Row(name: "additionalProperties", vocabulary: .applicator, shape: .schema),
    Row(name: "properties", vocabulary: .applicator, shape: .schemaMap),
    Row(name: "patternProperties", vocabulary: .applicator, shape: .patternMap),
    Row(name: "dependentSchemas", vocabulary: .applicator, shape: .schemaMap),
    Row(name: "propertyNames", vocabulary: .applicator, shape: .schema),
    Row(name: "if", vocabulary: .applicator, shape: .schema),
    Row(name: "then", vocabulary: .applicator, shape: .schema),
    Row(name: "else", vocabulary: .applicator, shape: .schema),
    Row(name: "allOf", vocabulary: .applicator, shape: .schemas),
    Row(name: "anyOf", vocabulary: .applicator, shape: .schemas),
    Row(name: "oneOf", vocabulary: .applicator, shape: .schemas),
    Row(name: "not", vocabulary: .applicator, shape: .schema),

    Row(name: "unevaluatedItems", vocabulary: .unevaluated, shape: .schema),
    Row(name: "unevaluatedProperties", vocabulary: .unevaluated, shape: .schema),

    Row(name: "type", vocabulary: .validation, shape: .types),
    Row(name: "const", vocabulary: .validation, shape: .any),
    Row(name: "enum", vocabulary: .validation, shape: .array),
    Row(name: "multipleOf", vocabulary: .validation, shape: .positiveNumber),
    Row(name: "maximum", vocabulary: .validation, shape: .number),
    Row(name: "exclusiveMaximum", vocabulary: .validation, shape: .number),
    Row(name: "minimum", vocabulary: .validation, shape: .number),
    Row(name: "exclusiveMinimum", vocabulary: .validation, shape: .number),
    Row(name: "maxLength", vocabulary: .validation, shape: .count),
    Row(name: "minLength", vocabulary: .validation, shape: .count),
    Row(name: "pattern", vocabulary: .validation, shape: .pattern),
    Row(name: "maxItems", vocabulary: .validation, shape: .count),
    Row(name: "minItems", vocabulary: .validation, shape: .count),
    Row(name: "uniqueItems", vocabulary: .validation, shape: .boolean),
    Row(name: "maxContains", vocabulary: .validation, shape: .count),
    Row(name: "minContains", vocabulary: .validation, shape: .count),
    Row(name: "maxProperties", vocabulary: .validation, shape: .count),
    Row(name: "minProperties", vocabulary: .validation, shape: .count),
    Row(name: "required", vocabulary: .validation, shape: .strings),
    Row(name: "dependentRequired", vocabulary: .validation, shape: .stringMap),

    Row(name: "title", vocabulary: .metaData, shape: .string),
    Row(name: "description", vocabulary: .metaData, shape: .string),
    Row(name: "default", vocabulary: .metaData, shape: .any),
    Row(name: "deprecated", vocabulary: .metaData, shape: .boolean),
    Row(name: "readOnly", vocabulary: .metaData, shape: .boolean),
    Row(name: "writeOnly", vocabulary: .metaData, shape: .boolean),
    Row(name: "examples", vocabulary: .metaData, shape: .array),

    Row(name: "format", vocabulary: .format, shape: .string),

    Row(name: "contentEncoding", vocabulary: .content, shape: .string),
    Row(name: "contentMediaType", vocabulary: .content, shape: .string),
    Row(name: "contentSchema", vocabulary: .content, shape: .schema),
  ]

  /// The keyword that a key spells.
  init?(utf8 key: UnsafeBufferPointer<UInt8>) {
    guard let index = Self.names.index(of: key) else { return nil }
    self = Self.allCasesArray[Int(index)]
  }

  private static let allCasesArray = Array(allCases)
  private static let names = StringIndex(table.map(\.name))
}

extension SchemaKeyword: CustomStringConvertible {
  public var description: String { name }
}

/// A set of the vocabularies of draft 2020-12.
struct Vocabularies: OptionSet, Sendable {
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }

  static let core = Vocabularies(rawValue: 1)
  static let applicator = Vocabularies(rawValue: 2)
  static let unevaluated = Vocabularies(rawValue: 4)
  static let validation = Vocabularies(rawValue: 8)
  static let metaData = Vocabularies(rawValue: 16)
  static let formatAnnotation = Vocabularies(rawValue: 32)
  static let formatAssertion = Vocabularies(rawValue: 64)
  static let content = Vocabularies(rawValue: 128)

  /// Either of the two vocabularies that define `format`.
  static let format: Vocabularies = [.formatAnnotation, .formatAssertion]
  /// What the standard meta-schema declares.
  static let standard: Vocabularies = [
    .core, .applicator, .unevaluated, .validation, .metaData, .formatAnnotation, .content,
  ]

  /// The last part of each vocabulary's URI, in the order of the bits; also the name of its meta-schema.
  static let names = [
    "core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "format-assertion", "content",
  ]
  static let uriPrefix = "https://json-schema.org/draft/2020-12/vocab/"

  /// The vocabulary with a URI; nil for one that is not of the standard.
  init?(uri: String) {
    guard uri.hasPrefix(Self.uriPrefix) else { return nil }
    let name = uri.dropFirst(Self.uriPrefix.count)
    guard let bit = Self.names.firstIndex(where: { $0 == name }) else { return nil }
    self.init(rawValue: 1 << UInt16(bit))
  }
}

/// The JSON types, as a set.
@frozen
public struct SchemaTypeSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `null`
  public static let null = SchemaTypeSet(rawValue: 1)
  /// `boolean`
  public static let boolean = SchemaTypeSet(rawValue: 2)
  /// `object`, a mapping
  public static let object = SchemaTypeSet(rawValue: 4)
  /// `array`, a sequence
  public static let array = SchemaTypeSet(rawValue: 8)
  /// `number`; as the type of a schema it admits integers too.
  public static let number = SchemaTypeSet(rawValue: 16)
  /// `string`
  public static let string = SchemaTypeSet(rawValue: 32)
  /// `integer`, a number without a fraction, `1.0` included
  public static let integer = SchemaTypeSet(rawValue: 64)

  static let names = ["null", "boolean", "object", "array", "number", "string", "integer"]

  init?(name: UnsafeBufferPointer<UInt8>) {
    guard let bit = Self.names.firstIndex(where: { name.elementsEqual($0.utf8) }) else { return nil }
    self.init(rawValue: 1 << UInt8(bit))
  }

  /// The types' names as a schema spells them, in a fixed order.
  public var names: [String] {
    Self.names.indices.filter { rawValue & (1 << UInt8($0)) != 0 }.map { Self.names[$0] }
  }
}

extension SchemaTypeSet: CustomStringConvertible {
  public var description: String { names.joined(separator: " or ") }
}
