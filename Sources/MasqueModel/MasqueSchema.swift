import DocumentTree
public import JSONSchema
import SourceText
import YAMLSyntax

/// The schema of masques, compiled. `schemas/masque.schema.yaml` is its one source; the programs carry a copy.
public struct MasqueSchema: Sendable {
  /// The compiled schema. Formats are asserted.
  public let schema: Schema

  /// The schema that this version of the programs carries. Compiled at first use.
  public static let bundled = MasqueSchema(yaml: EmbeddedSchema.yaml)

  /// The text of the schema that the programs carry.
  public static var bundledText: String { "\(EmbeddedSchema.yaml)" }

  private init(yaml: StaticString) {
    let bytes = UnsafeBufferPointer(start: yaml.utf8Start, count: yaml.utf8CodeUnitCount)
    let syntax = SyntaxTree(SourceText(Array(bytes)))
    schema = Schema.compile(syntax.tree, options: SchemaOptions(assertsFormats: true)).schema
  }
}
