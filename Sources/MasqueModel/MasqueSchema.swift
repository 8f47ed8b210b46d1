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
