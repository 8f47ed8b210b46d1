import DocumentTree
import JSONSchema
import Testing

@Suite("Violations")
struct ViolationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var schema: String
    var instance: String
    var violations: [String]
    var testDescription: String { "\(schema) ← \(instance)" }

    init(_ schema: String, _ instance: String, _ violations: String...) {
      (self.schema, self.instance, self.violations) = (schema, instance, violations)
    }
  }

  static let cases = [
    Case(#"{"type": ["string", "null"]}"#, "3", "type /: integer, not null or string"),
    Case(#"{"type": "integer"}"#, "1.5", "type /: number, not integer"),
    Case(#"{"enum": ["a", 1, null]}"#, #""b""#, "enum /: a|1|null"),
    Case(#"{"const": "a"}"#, "1", "const /: a"),
    Case(#"{"minLength": 3}"#, #""äö""#, "minLength /: 2 vs 3"),
    Case(#"{"maxLength": 1}"#, #""äö""#, "maxLength /: 2 vs 1"),
    Case(#"{"minimum": 2.5}"#, "2", "minimum /: 2 vs 2.5"),
    Case(#"{"exclusiveMaximum": 2}"#, "2.0", "exclusiveMaximum /: 2 vs 2"),
    Case(#"{"multipleOf": 0.1}"#, "0.25", "multipleOf /: 0.25 vs 0.1"),
    Case(#"{"pattern": "^a+$"}"#, #""b""#, "pattern /: ^a+$"),
    Case(#"{"required": ["a", "b", "c"]}"#, #"{"b": 1}"#, "required /: a,c"),
    Case(#"{"dependentRequired": {"a": ["b", "c"]}}"#, #"{"a": 1, "c": 1}"#, "dependentRequired /: a needs b"),
    Case(
      #"{"properties": {"a": true}, "additionalProperties": false}"#, #"{"a": 1, "b": 2}"#,
      "additionalProperties /b: unexpected b"),
    Case(#"{"properties": {"a": false}}"#, #"{"a": 1}"#, "properties /a: unexpected a"),
    Case(#"{"propertyNames": {"maxLength": 1}}"#, #"{"ab": 1}"#, "maxLength /ab: 2 vs 1"),
    Case(
      #"{"additionalProperties": {"type": "string"}}"#, #"{"a": 1, "a": 2}"#,
      "type /a: integer, not string", "type /a: integer, not string"),
    Case(
      #"{"prefixItems": [true], "items": false}"#, "[1, 2, 3]",
      "items /1: unexpected item 1", "items /2: unexpected item 2"),
    Case(#"{"minItems": 2, "uniqueItems": true}"#, "[1]", "minItems /: 1 vs 2"),
    Case(#"{"uniqueItems": true}"#, #"[{"a": 1, "b": 2}, 3, {"b": 2.0, "a": 1}]"#, "uniqueItems /: /0 = /2"),
    Case(#"{"uniqueItems": true}"#, "[1,2,3,4,5,6,7,8,9,10,1e1]", "uniqueItems /: /9 = /10"),
    Case(#"{"contains": {"type": "string"}}"#, "[1]", "contains /: 0 of 1..."),
    Case(#"{"contains": {"type": "string"}, "minContains": 2}"#, #"["a"]"#, "minContains /: 1 of 2..."),
    Case(#"{"contains": {"type": "string"}, "maxContains": 1}"#, #"["a", "b"]"#, "maxContains /: 2 of 1...1"),
    Case(#"{"not": {"type": "string"}}"#, #""a""#, "not /: negated"),
    Case("false", "1", "- /: never"),
    Case(
      #"{"anyOf": [{"type": "string"}, {"minimum": 5}]}"#, "3",
      "anyOf /: {type /: integer, not string}{minimum /: 3 vs 5}"),
    Case(#"{"oneOf": [{"type": "integer"}, {"minimum": 2}, {"type": "string"}]}"#, "3", "oneOf /: [0, 1]"),
    Case(
      #"{"oneOf": [{"type": "string"}, {"properties": {"a": {"type": "null"}}, "required": ["b"]}]}"#, #"{"a": 1}"#,
      "oneOf /: {type /: object, not string}{type /a: integer, not null; required /: b}"),
    Case(#"{"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}}"#, "1", "minimum /: 1 vs 2"),
    Case(#"{"dependentSchemas": {"a": {"required": ["b"]}}}"#, #"{"a": 1}"#, "required /: b"),
    Case(##"{"$ref": "#/$defs/x", "$defs": {"x": {"type": "null"}}}"##, "1", "type /: integer, not null"),
    // What a failing subschema has complained about is not called unevaluated as well.
    Case(
      #"{"allOf": [{"properties": {"a": {"type": "string"}}}], "unevaluatedProperties": false}"#,
      #"{"a": 1, "b": 2}"#, "type /a: integer, not string", "unevaluatedProperties /b: unexpected b"),
    Case(#"{"prefixItems": [true], "unevaluatedItems": false}"#, "[1, 2]", "unevaluatedItems /1: unexpected item 1"),
    Case(
      #"{"minProperties": 2, "maxProperties": 0}"#, #"{"a": 1}"#, "minProperties /: 1 vs 2", "maxProperties /: 1 vs 0"),
  ]

  @Test("details", arguments: cases)
  func details(_ test: Case) {
    let schema = compile(test.schema)
    let tree = json(test.instance)
    #expect(schema.validate(tree).map { summary($0, schema, tree) } == test.violations)
  }

  @Test("more than 64 required keys")
  func manyRequired() {
    let names = (0..<150).map { "k\($0)" }
    let schema = compile(#"{"required": [\#(names.map { "\"\($0)\"" }.joined(separator: ", "))]}"#)
    let all = names.map { "\"\($0)\": 1" }
    #expect(schema.validate(json("{\(all.joined(separator: ", "))}")).isEmpty)
    let tree = json("{\(all.filter { !$0.contains("k140") && !$0.contains("k3\"") }.joined(separator: ", "))}")
    #expect(schema.validate(tree).map { summary($0, schema, tree) } == ["required /: k3", "required /: k140"])
  }

  @Test("where a keyword stands")
  func locations() throws {
    let schema = compile(
      ##"{"$id": "https://example.com/s", "properties": {"a/b": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "null"}}}"##
    )
    let violation = try #require(schema.validate(json(#"{"a/b": 1}"#)).first)
    #expect(schema.keywordLocation(of: violation) == "https://example.com/s#/$defs/x/type")
    #expect(json(#"{"a/b": {"c~": [1, 2]}}"#).pointer(to: NodeID(6)) == "/a~1b/c~0/1")
  }

  @Test("formats are asserted only when asked")
  func formats() {
    let text = #"{"format": "date"}"#
    let tree = json(#""yesterday""#)
    #expect(compile(text).validate(tree).isEmpty)
    let strict = compile(text, options: SchemaOptions(assertsFormats: true))
    #expect(strict.validate(tree).map { summary($0, strict, tree) } == ["format /: date"])
    #expect(strict.validate(json("12")).isEmpty)
  }
}
