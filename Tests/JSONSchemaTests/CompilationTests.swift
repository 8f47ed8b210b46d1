import DocumentTree
import JSONSchema
import SourceText
import Testing

@Suite("Compilation")
struct CompilationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var schema: String
    /// The kinds, and the text at each diagnostic's range.
    var faults: [(SchemaDiagnostic.Kind, String)]
    var testDescription: String { schema }

    init(_ schema: String, _ faults: (SchemaDiagnostic.Kind, String)...) {
      (self.schema, self.faults) = (schema, faults)
    }
  }

  static let cases = [
    Case("3", (.notASchema, "3")),
    Case(#"{"properties": {"a": 1}}"#, (.notASchema, "1")),
    Case(#"{"allOf": [{}, "x"]}"#, (.notASchema, #""x""#)),
    Case(#"{"type": "text"}"#, (.wrongKeywordValue, #""text""#)),
    Case(#"{"type": ["string", "text"]}"#, (.wrongKeywordValue, #""text""#)),
    Case(#"{"type": []}"#, (.wrongKeywordValue, "[]")),
    Case(#"{"type": null}"#, (.wrongKeywordValue, "null")),
    Case(#"{"minLength": -1}"#, (.wrongKeywordValue, "-1")),
    Case(#"{"minLength": 1.5}"#, (.wrongKeywordValue, "1.5")),
    Case(#"{"maxItems": "3"}"#, (.wrongKeywordValue, #""3""#)),
    Case(#"{"minimum": "3"}"#, (.wrongKeywordValue, #""3""#)),
    Case(#"{"multipleOf": 0}"#, (.wrongKeywordValue, "0")),
    Case(#"{"enum": 1}"#, (.wrongKeywordValue, "1")),
    Case(#"{"required": "a"}"#, (.wrongKeywordValue, #""a""#)),
    Case(#"{"required": ["a", 1]}"#, (.wrongKeywordValue, "1")),
    Case(#"{"properties": []}"#, (.wrongKeywordValue, "[]")),
    Case(#"{"dependentRequired": {"a": 1}}"#, (.wrongKeywordValue, "1")),
    Case(#"{"anyOf": []}"#, (.wrongKeywordValue, "[]")),
    Case(#"{"anyOf": {}}"#, (.wrongKeywordValue, "{}")),
    Case(#"{"uniqueItems": 1}"#, (.wrongKeywordValue, "1")),
    Case(
      #"{"title": 1, "deprecated": 2, "examples": 3, "$defs": 4}"#,
      (.wrongKeywordValue, "1"), (.wrongKeywordValue, "2"), (.wrongKeywordValue, "3"), (.wrongKeywordValue, "4")),
    Case(#"{"pattern": "a(?=b)"}"#, (.invalidPattern(offset: 1), #""a(?=b)""#)),
    Case(#"{"patternProperties": {"[": true}}"#, (.invalidPattern(offset: 0), #""[""#)),
    Case(##"{"$ref": "#/$defs/x"}"##, (.unresolvableReference, ##""#/$defs/x""##)),
    Case(##"{"$ref": "#x"}"##, (.unresolvableReference, ##""#x""##)),
    Case(#"{"$ref": "https://example.com/x"}"#, (.unresolvableReference, #""https://example.com/x""#)),
    Case(##"{"$dynamicRef": "#x"}"##, (.unresolvableReference, ##""#x""##)),
    Case(
      ##"{"$ref": "#/prefixItems/01", "prefixItems": [true, true]}"##,
      (.unresolvableReference, ##""#/prefixItems/01""##)),
    Case(#"{"$ref": 1}"#, (.wrongKeywordValue, "1")),
    Case(#"{"$id": "https://example.com/#a"}"#, (.invalidIdentifier, #""https://example.com/#a""#)),
    Case(#"{"$defs": {"a": {"$id": "u:x"}, "b": {"$id": "u:x"}}}"#, (.invalidIdentifier, #""u:x""#)),
    Case(#"{"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}}"#, (.duplicateAnchor, #""x""#)),
    Case(#"{"$schema": "https://example.com/meta"}"#, (.unknownDialect, #""https://example.com/meta""#)),
    Case(#"{"type": "null", "type": "string"}"#, (.duplicateKeyword, #""type""#)),
  ]

  @Test("faults", arguments: cases)
  func faults(_ test: Case) {
    let tree = json(test.schema)
    let diagnostics = Schema.compile(tree).diagnostics
    #expect(diagnostics.map(\.kind) == test.faults.map(\.0))
    let texts = diagnostics.map { String(decoding: tree.source[$0.range.start..<$0.range.end], as: UTF8.self) }
    #expect(texts == test.faults.map(\.1))
  }

  @Test("a fault leaves the rest of the schema working")
  func remains() {
    let (schema, diagnostics) = Schema.compile(json(##"{"$ref": "#no", "pattern": "(", "type": 3, "minLength": 2}"##))
    #expect(diagnostics.count == 3)
    #expect(schema.isValid(json(#""ab""#)))
    #expect(!schema.isValid(json(#""a""#)))
  }

  @Test(
    "references that cannot come to an end",
    arguments: [
      ##"{"$ref": "#"}"##,
      ##"{"allOf": [{"$ref": "#"}]}"##,
      ##"{"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}}"##,
      ##"{"not": {"$ref": "#"}}"##,
      ##"{"if": {"$ref": "#"}, "then": {"$ref": "#"}}"##,
      ##"{"dependentSchemas": {"a": {"$ref": "#"}}}"##,
    ])
  func loops(_ text: String) {
    let (schema, diagnostics) = Schema.compile(json(text))
    #expect(!diagnostics.isEmpty)
    #expect(diagnostics.allSatisfy { $0.kind == .referenceLoop })
    // It ends, whatever the verdict.
    _ = schema.validate(json(#"{"a": 1}"#))
    _ = schema.evaluate(json(#"{"a": 1}"#))
    _ = schema.propertyNames(of: [schema.root])
  }

  @Test("a reference to oneself deeper in the instance is no loop")
  func recursion() {
    let schema = compile(##"{"type": "object", "additionalProperties": {"$ref": "#"}}"##)
    #expect(schema.isValid(json(#"{"a": {"b": {}}}"#)))
    #expect(!schema.isValid(json(#"{"a": {"b": 1}}"#)))
  }

  @Test("documents given by the caller")
  func resources() {
    var resources = SchemaResources()
    resources.add(
      json(#"{"$defs": {"n": {"$id": "inner", "type": "integer"}}, "type": "string"}"#), uri: "https://example.com/a")
    #expect(compile(#"{"$ref": "https://example.com/a"}"#, resources: resources).isValid(json(#""x""#)))
    // An identifier inside a document that nothing has named yet.
    let inner = compile(#"{"$ref": "https://example.com/inner"}"#, resources: resources)
    #expect(inner.isValid(json("1")))
    #expect(!inner.isValid(json(#""x""#)))
  }

  @Test("the meta-schema describes itself and refuses what is none")
  func metaSchema() {
    let meta = compile(#"{"$ref": "https://json-schema.org/draft/2020-12/schema"}"#)
    for fine in [
      "true", "{}", #"{"type": ["string", "null"], "minLength": 2, "properties": {"a": {"$ref": "x"}}}"#,
      ##"{"$id": "https://example.com/x#", "$vocabulary": {"https://x/": true}, "required": [], "const": null}"##,
    ] {
      #expect(meta.isValid(json(fine)), "\(fine)")
    }
    for wrong in [
      "1", #"{"type": "text"}"#, #"{"minLength": -1}"#, #"{"properties": {"a": {"items": {"minItems": 1.5}}}}"#,
      #"{"allOf": []}"#, #"{"required": ["a", "a"]}"#, #"{"multipleOf": 0}"#, ##"{"$id": "#x"}"##, #"{"$anchor": "1"}"#,
      #"{"$defs": {"a": 1}}"#, #"{"dependencies": {"a": 1}}"#, #"{"title": 1}"#, #"{"format": 1}"#,
      #"{"unevaluatedItems": 1}"#, #"{"contentSchema": 1}"#,
    ] {
      #expect(!meta.isValid(json(wrong)), "\(wrong)")
    }
    for part in [
      "core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content",
      "format-assertion",
    ] {
      #expect(compile(#"{"$ref": "https://json-schema.org/draft/2020-12/meta/\#(part)"}"#).isValid(json("{}")))
    }
    let count = compile(
      ##"{"$ref": "https://json-schema.org/draft/2020-12/meta/validation#/$defs/nonNegativeInteger"}"##)
    #expect(count.isValid(json("0")))
    #expect(!count.isValid(json("-1")))
  }

  @Test("a meta-schema that requires an unknown vocabulary")
  func vocabularies() {
    var resources = SchemaResources()
    resources.add(
      json(
        #"{"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true, "https://example.com/v": true}}"#),
      uri: "https://example.com/meta")
    let (_, diagnostics) = Schema.compile(json(#"{"$schema": "https://example.com/meta"}"#), resources: resources)
    #expect(diagnostics.map(\.kind) == [.unknownVocabulary])
  }

  @Test("the format-assertion vocabulary asserts")
  func formatAssertion() {
    var resources = SchemaResources()
    resources.add(
      json(#"{"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/format-assertion": true}}"#),
      uri: "https://example.com/meta")
    let schema = compile(#"{"$schema": "https://example.com/meta", "format": "ipv4"}"#, resources: resources)
    #expect(schema.isValid(json(#""1.2.3.4""#)))
    #expect(!schema.isValid(json(#""1.2.3""#)))
  }
}
