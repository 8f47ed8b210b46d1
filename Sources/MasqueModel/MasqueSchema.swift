import DocumentTree
public import JSONSchema
import SourceText
import YAMLSyntax

/// The schema of masques, compiled. `schemas/masque.schema.yaml` is its one source; the programs carry a copy.
public struct MasqueSchema: Sendable {
  /// The compiled schema. Formats are asserted.
  public let schema: Schema
  /// Its places, for walks over documents.
  public let outline: SchemaOutline

  /// The schema that this version of the programs carries. Compiled at first use.
  public static let bundled = MasqueSchema(yaml: EmbeddedSchema.yaml)

  /// The text of the schema that the programs carry.
  public static var bundledText: String { "\(EmbeddedSchema.yaml)" }

  private init(yaml: StaticString) {
    let bytes = UnsafeBufferPointer(start: yaml.utf8Start, count: yaml.utf8CodeUnitCount)
    let syntax = SyntaxTree(SourceText(Array(bytes)))
    self.init(Schema.compile(syntax.tree, options: SchemaOptions(assertsFormats: true)).schema)
  }

  /// A schema that extends the bundled one.
  public init(_ schema: Schema) {
    self.schema = schema
    outline = SchemaOutline(schema)
  }
}

extension MasqueSchema {
  /// What the schema says that a value means.
  ///
  /// - Parameters:
  ///   - value: the value as text.
  ///   - path: the keys that lead to it, `[]` for the items of a list: `["skills", "[]", "level"]`.
  /// - Returns: the words; nil where the schema has none.
  public func meaning(of value: String, at path: [String]) -> String? {
    var place = [schema.root]
    for key in path {
      place =
        key == "[]" ? schema.itemSubschemas(of: place, index: 0) : schema.propertySubschemas(of: place, key: key)
    }
    return (schema.allowedValues(of: place) + schema.examples(of: place)).first { $0.text == value }?.description
  }
}
