import DocumentTree
import SourceText

/// The meta-schemas of draft 2020-12, derived from the table of keywords: each keyword stands in its vocabulary's
/// document with the schema of its value's form.
enum MetaSchema {
  static let uri = "https://json-schema.org/draft/2020-12/schema"
  private static let prefix = "https://json-schema.org/draft/2020-12/meta/"

  /// The document with a URI, if it is one of the meta-schemas.
  static func document(uri: String) -> DocumentTree? {
    if uri == Self.uri { return tree(of: dialect) }
    guard uri.hasPrefix(prefix) else { return nil }
    let name = String(uri.dropFirst(prefix.count))
    guard let bit = Vocabularies.names.firstIndex(of: name) else { return nil }
    return tree(of: vocabulary(name, Vocabularies(rawValue: 1 << UInt16(bit))))
  }

  /// A JSON value; enough of it for schemas.
  indirect enum Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    case string(String)
    case bool(Bool)
    case int(Int)
    case array([Value])
    case object([(String, Value)])

    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(integerLiteral value: Int) { self = .int(value) }
  }

  private static func ref(_ target: String) -> Value { .object([("$ref", .string(target))]) }
  private static func type(_ name: String) -> Value { .object([("type", .string(name))]) }
  private static let anySchema: Value = .object([("$dynamicRef", "#meta")])

  private static func head(_ uri: String, _ title: String) -> [(String, Value)] {
    [
      ("$schema", .string(Self.uri)), ("$id", .string(uri)), ("$dynamicAnchor", "meta"), ("title", .string(title)),
      ("type", .array(["object", "boolean"])),
    ]
  }

  /// The meta-schema that combines the vocabularies, with the keywords of earlier drafts that it still describes.
  private static var dialect: Value {
    let names = Vocabularies.names.filter { $0 != "format-assertion" }
    var pairs = head(uri, "Core and Validation specifications meta-schema")
    pairs.insert(
      ("$vocabulary", .object(names.map { (Vocabularies.uriPrefix + $0, true) })), at: 2)
    pairs.append(("allOf", .array(names.map { ref("meta/" + $0) })))
    pairs.append(
      (
        "properties",
        .object([
          (
            "definitions",
            .object([
              ("type", "object"), ("additionalProperties", anySchema), ("deprecated", true), ("default", .object([])),
            ])
          ),
          (
            "dependencies",
            .object([
              ("type", "object"),
              (
                "additionalProperties",
                .object([("anyOf", .array([anySchema, ref("meta/validation#/$defs/stringArray")]))])
              ),
              ("deprecated", true), ("default", .object([])),
            ])
          ),
          (
            "$recursiveAnchor",
            .object([("$ref", "meta/core#/$defs/anchorString"), ("deprecated", true)])
          ),
          (
            "$recursiveRef",
            .object([("$ref", "meta/core#/$defs/uriReferenceString"), ("deprecated", true)])
          ),
        ])
      ))
    return .object(pairs)
  }

  private static func vocabulary(_ name: String, _ vocabulary: Vocabularies) -> Value {
    var pairs = head(prefix + name, "\(name) vocabulary meta-schema")
    let rows = SchemaKeyword.table.filter { !$0.vocabulary.isDisjoint(with: vocabulary) }
    pairs.append(("properties", .object(rows.map { ($0.name, schema(of: $0)) })))
    let definitions = definitions(of: vocabulary)
    if !definitions.isEmpty { pairs.append(("$defs", .object(definitions))) }
    return .object(pairs)
  }

  /// The schema that a keyword's value must fit.
  private static func schema(of row: SchemaKeyword.Row) -> Value {
    switch row.shape {
    case .schema: return anySchema
    case .schemas: return ref("#/$defs/schemaArray")
    case .schemaMap:
      return .object([("type", "object"), ("additionalProperties", anySchema)])
    case .patternMap:
      return .object([
        ("type", "object"), ("additionalProperties", anySchema),
        ("propertyNames", .object([("format", "regex")])),
      ])
    case .any: return true
    case .boolean: return type("boolean")
    case .string: return type("string")
    case .strings: return ref("#/$defs/stringArray")
    case .stringMap:
      return .object([("type", "object"), ("additionalProperties", ref("#/$defs/stringArray"))])
    case .number: return type("number")
    case .positiveNumber: return .object([("type", "number"), ("exclusiveMinimum", 0)])
    case .count: return ref("#/$defs/nonNegativeInteger")
    case .array: return .object([("type", "array"), ("items", true)])
    case .types:
      return .object([
        (
          "anyOf",
          .array([
            ref("#/$defs/simpleTypes"),
            .object([
              ("type", "array"), ("items", ref("#/$defs/simpleTypes")), ("minItems", 1), ("uniqueItems", true),
            ]),
          ])
        )
      ])
    case .uri: return ref("#/$defs/uriString")
    case .uriReference:
      // An identifier has no fragment, save an empty one.
      guard row.name == "$id" else { return ref("#/$defs/uriReferenceString") }
      return .object([("$ref", "#/$defs/uriReferenceString"), ("pattern", "^[^#]*#?$")])
    case .anchorName: return ref("#/$defs/anchorString")
    case .vocabularies:
      return .object([
        ("type", "object"), ("propertyNames", ref("#/$defs/uriString")), ("additionalProperties", type("boolean")),
      ])
    case .pattern: return .object([("type", "string"), ("format", "regex")])
    }
  }

  private static func definitions(of vocabulary: Vocabularies) -> [(String, Value)] {
    switch vocabulary {
    case .core:
      return [
        ("anchorString", .object([("type", "string"), ("pattern", "^[A-Za-z_][-A-Za-z0-9._]*$")])),
        ("uriString", .object([("type", "string"), ("format", "uri")])),
        ("uriReferenceString", .object([("type", "string"), ("format", "uri-reference")])),
      ]
    case .applicator:
      return [("schemaArray", .object([("type", "array"), ("minItems", 1), ("items", anySchema)]))]
    case .validation:
      return [
        ("nonNegativeInteger", .object([("type", "integer"), ("minimum", 0)])),
        ("nonNegativeIntegerDefault0", .object([("$ref", "#/$defs/nonNegativeInteger"), ("default", 0)])),
        ("simpleTypes", .object([("enum", .array(SchemaTypeSet.names.map { .string($0) }))])),
        (
          "stringArray",
          .object([
            ("type", "array"), ("items", type("string")), ("uniqueItems", true), ("default", .array([])),
          ])
        ),
      ]
    default: return []
    }
  }

  /// A value as a tree. Its source is empty: the texts lie in the tree itself.
  private static func tree(of value: Value) -> DocumentTree {
    var builder = TreeBuilder(source: [])
    build(value, &builder)
    return builder.tree
  }

  private static func build(_ value: Value, _ builder: inout TreeBuilder) {
    switch value {
    case .string(let text): scalar(text, .doubleQuoted, .string, [], &builder)
    case .bool(let flag): scalar(flag ? "true" : "false", .plain, .bool, flag ? .isTrue : [], &builder)
    case .int(let number): scalar(String(number), .plain, .int, [], &builder)
    case .array(let items):
      builder.open(.sequence, style: .flow, start: 0, end: 0)
      for item in items { build(item, &builder) }
      builder.close(end: 0)
    case .object(let pairs):
      builder.open(.mapping, style: .flow, start: 0, end: 0)
      for (key, value) in pairs {
        scalar(key, .doubleQuoted, .string, [], &builder)
        build(value, &builder)
      }
      builder.close(end: 0)
    }
  }

  private static func scalar(
    _ text: String, _ style: NodeStyle, _ type: ScalarType, _ flags: NodeFlags, _ builder: inout TreeBuilder
  ) {
    var bytes = Array(text.utf8)
    bytes.withUnsafeMutableBufferPointer {
      _ = builder.scalar(
        style: style, type: type, flags: flags, range: ByteRange(at: 0), decoded: UnsafeBufferPointer($0))
    }
  }
}
