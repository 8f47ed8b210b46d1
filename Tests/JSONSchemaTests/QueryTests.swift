import DocumentTree
import JSONSchema
import Testing

@Suite("Places and annotations")
struct QueryTests {
  static let text = ##"""
    {
      "$id": "https://example.com/masque",
      "title": "Root",
      "type": "object",
      "required": ["name", "extra"],
      "properties": {
        "name": {"title": "Name", "type": "string", "examples": ["a", "b"], "default": "c"},
        "ring": {"$ref": "#/$defs/ring"},
        "list": {"prefixItems": [{"title": "First"}], "items": {"title": "Rest"}, "contains": {"title": "Some"}}
      },
      "patternProperties": {"^x-": {"title": "Extension"}},
      "additionalProperties": {"title": "Other"},
      "allOf": [{"properties": {"name": {"minLength": 1}, "inner": true}, "required": ["ring"]}],
      "anyOf": [
        {"title": "A", "properties": {"a": {"title": "In A"}}, "required": ["a"]},
        {"title": "B", "properties": {"b": {"title": "In B"}}}
      ],
      "if": {"properties": {"kind": {"const": "k"}}},
      "then": {"properties": {"k": {"title": "Then"}}},
      "dependentSchemas": {"list": {"properties": {"size": {"title": "Size"}}}},
      "not": {"required": ["forbidden"], "properties": {"no": true}},
      "$defs": {
        "ring": {
          "title": "Ring", "description": "How far out.", "enum": ["in", "out"], "deprecated": true, "readOnly": true,
          "format": "x-ring", "x-enumDescriptions": {"in": "Inside.", "out": "Outside."}, "const": "in"
        },
        "open": {"unevaluatedProperties": {"title": "Left over"}, "unevaluatedItems": {"title": "Left item"},
          "properties": {"known": true}, "propertyNames": {"maxLength": 8}}
      }
    }
    """##
  let schema = compile(text)

  private func titles(_ subschemas: [SubschemaID]) -> [String] {
    subschemas.map { id in
      schema.node(of: id, "title").map { schema.document(of: id).text(of: $0) }
        ?? schema.location(of: id).split(separator: "#").last.map(String.init) ?? ""
    }
  }

  @Test("known properties, in the order of the schema")
  func knownProperties() {
    let known = schema.propertyNames(of: [schema.root])
    #expect(known.map(\.name) == ["name", "ring", "list", "size", "inner", "a", "b", "kind", "k"])
    #expect(known.filter(\.isRequired).map(\.name) == ["name", "ring"])
  }

  @Test(
    "what a property would be held against",
    arguments: [
      ("name", ["Name", "/allOf/0/properties/name"]), ("x-y", ["Extension"]), ("zzz", ["Other"]),
      ("a", ["Other", "In A"]), ("k", ["Other", "Then"]), ("size", ["Other", "Size"]),
    ])
  func properties(_ key: String, _ expected: [String]) {
    #expect(titles(schema.propertySubschemas(of: [schema.root], key: key)) == expected)
  }

  @Test("what an item would be held against")
  func items() {
    let list = schema.propertySubschemas(of: [schema.root], key: "list")
    #expect(titles(schema.itemSubschemas(of: list, index: 0)) == ["First", "Some"])
    #expect(titles(schema.itemSubschemas(of: list, index: 5)) == ["Rest", "Some"])
    #expect(titles(schema.itemSubschemas(of: list, index: -1)) == ["Rest", "Some"])
  }

  @Test("unevaluated schemas speak where nothing else does")
  func unevaluated() throws {
    let place = try node(schema.document(of: schema.root), "/$defs/open")
    let open = try #require(schema.subschema(at: place))
    #expect(titles(schema.propertySubschemas(of: [open], key: "foo")) == ["Left over"])
    #expect(titles(schema.propertySubschemas(of: [open], key: "known")) == ["/$defs/open/properties/known"])
    #expect(titles(schema.itemSubschemas(of: [open], index: 0)) == ["Left item"])
    #expect(!schema.describesAllProperties(of: [open]))
    #expect(!schema.describesAllProperties(of: [schema.root]))
    let closed = compile(#"{"properties": {"a": true}}"#)
    #expect(closed.describesAllProperties(of: [closed.root]))
  }

  @Test("annotations")
  func annotations() throws {
    let reference = schema.propertySubschemas(of: [schema.root], key: "ring")
    #expect(schema.text(of: reference, "title") == "Ring")
    let ring = try #require(schema.inPlace(reference).last)
    let tree = schema.document(of: ring)
    #expect(schema.text(of: [ring], "description") == "How far out.")
    #expect(schema.items(of: ring, "enum").map(tree.text(of:)) == ["in", "out"])
    #expect(schema.items(of: ring, "title").isEmpty)
    #expect(schema.isTrue(ring, "deprecated") && !schema.isTrue(ring, "writeOnly") && !schema.isTrue(ring, "title"))
    let descriptions = try #require(schema.node(of: ring, "x-enumDescriptions"))
    #expect(tree.value(forKey: "out", in: descriptions).map(tree.text(of:)) == "Outside.")
    #expect(schema.types(of: [ring]).isEmpty)
    #expect(schema.location(of: ring) == "https://example.com/masque#/$defs/ring")

    let name = schema.propertySubschemas(of: [schema.root], key: "name")
    #expect(schema.types(of: name) == .string)
    #expect(schema.items(of: try #require(name.first), "examples").map(tree.text(of:)) == ["a", "b"])
    #expect(schema.node(of: SubschemaID(9_999), "title") == nil)
    #expect(schema.location(of: SubschemaID(9_999)) == "#")
  }

  @Test("which subschemas apply where")
  func applicable() throws {
    let tree = json(#"{"name": 3, "ring": "in", "extra": 1, "b": 1, "list": ["x", "y"]}"#)
    let evaluation = schema.evaluate(tree)
    #expect(!evaluation.violations.isEmpty)
    func at(_ pointer: String) throws -> [SchemaEvaluation.Application] {
      evaluation.subschemas(at: try node(tree, pointer))
    }
    func first(_ title: String, _ applications: [SchemaEvaluation.Application]) -> SchemaEvaluation.Application? {
      applications.first { titles([$0.subschema]) == [title] }
    }
    #expect(first("Name", try at("/name"))?.isValid == false)
    // A reference comes after what it refers to.
    #expect(titles(try at("/ring").map(\.subschema)).prefix(2) == ["Ring", "/properties/ring"])
    let root = try at("")
    #expect(root.last?.subschema == schema.root)
    let branch = try #require(first("A", root))
    #expect(!branch.isValid && branch.isInFailedBranch)
    let other = try #require(first("B", root))
    #expect(other.isValid && !other.isInFailedBranch)
    // Nothing of what `not` looks at applies.
    #expect(!root.contains { schema.location(of: $0.subschema).hasSuffix("/not") })
    #expect(titles(try at("/list/0").map(\.subschema)).sorted() == ["First", "Some"])
    #expect(titles(try at("/b").map(\.subschema)).contains("In B"))
  }
}
