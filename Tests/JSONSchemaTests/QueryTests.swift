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
    subschemas.map { schema.title(of: $0) ?? schema.location(of: $0).split(separator: "#").last.map(String.init) ?? "" }
  }

  @Test("known properties, in the order of the schema")
  func knownProperties() {
    let known = schema.knownProperties(of: schema.root)
    #expect(known.map(\.name) == ["name", "ring", "list", "extra", "inner", "a", "b", "kind", "k", "size"])
    #expect(known.filter(\.isRequired).map(\.name) == ["name", "ring", "extra"])
    #expect(titles(known[0].subschemas) == ["Name", "/allOf/0/properties/name"])
    #expect(known[3].subschemas.isEmpty)
  }

  @Test(
    "what a property would be held against",
    arguments: [
      ("name", ["Name", "/allOf/0/properties/name"]), ("x-y", ["Extension"]), ("zzz", ["Other"]),
      ("a", ["Other", "In A"]),
      ("k", ["Other", "Then"]), ("size", ["Other", "Size"]),
    ])
  func properties(_ key: String, _ expected: [String]) {
    #expect(titles(schema.propertySubschemas(of: schema.root, key: key)) == expected)
  }

  @Test("what an item would be held against")
  func items() throws {
    let list = try #require(schema.propertySubschemas(of: schema.root, key: "list").first)
    #expect(titles(schema.itemSubschemas(of: list, index: 0)) == ["First", "Some"])
    #expect(titles(schema.itemSubschemas(of: list, index: 5)) == ["Rest", "Some"])
  }

  @Test("unevaluated schemas speak where nothing else does")
  func unevaluated() throws {
    let place = try node(schema.tree(of: schema.root), "/$defs/open")
    let open = try #require(schema.subschema(at: place))
    #expect(titles(schema.propertySubschemas(of: open, key: "foo")) == ["Left over"])
    #expect(titles(schema.propertySubschemas(of: open, key: "known")) == ["/$defs/open/properties/known"])
    #expect(titles(schema.itemSubschemas(of: open, index: 0)) == ["Left item"])
    #expect(titles(schema.unnamedPropertySubschemas(of: open)) == ["Left over"])
    #expect(titles(schema.propertyNameSubschemas(of: open)) == ["/$defs/open/propertyNames"])
    #expect(titles(schema.unnamedPropertySubschemas(of: schema.root)) == ["Other", "Extension"])
  }

  @Test("annotations")
  func annotations() throws {
    let reference = try #require(schema.propertySubschemas(of: schema.root, key: "ring").first)
    #expect(schema.title(of: reference) == nil)
    let ring = try #require(schema.inPlaceSubschemas(of: reference).last)
    let tree = schema.tree(of: ring)
    #expect(schema.title(of: ring) == "Ring")
    #expect(schema.description(of: ring) == "How far out.")
    #expect(schema.enumValues(of: ring).map(tree.text(of:)) == ["in", "out"])
    #expect(schema.constValue(of: ring).map(tree.text(of:)) == "in")
    #expect(schema.isDeprecated(ring) && schema.isReadOnly(ring) && !schema.isWriteOnly(ring))
    #expect(schema.format(of: ring) == "x-ring")
    let descriptions = try #require(schema.annotation("x-enumDescriptions", of: ring))
    #expect(tree.value(forKey: "out", in: descriptions).map(tree.text(of:)) == "Outside.")
    #expect(schema.types(of: ring) == nil)
    #expect(schema.location(of: ring) == "https://example.com/masque#/$defs/ring")

    let name = try #require(schema.propertySubschemas(of: schema.root, key: "name").first)
    #expect(schema.types(of: name) == .string)
    #expect(schema.examples(of: name).map(tree.text(of:)) == ["a", "b"])
    #expect(schema.defaultValue(of: name).map(tree.text(of:)) == "c")
    #expect(schema.title(of: SubschemaID(9_999)) == nil)
  }

  @Test("which subschemas apply where")
  func applicable() throws {
    let tree = json(#"{"name": 3, "ring": "in", "extra": 1, "b": 1, "list": ["x", "y"]}"#)
    let evaluation = schema.evaluate(tree)
    #expect(!evaluation.isValid)
    func at(_ pointer: String) throws -> [Evaluation.Application] { evaluation.subschemas(at: try node(tree, pointer)) }
    let name = try at("/name")
    #expect(titles(name.map(\.subschema)).contains("Name"))
    #expect(name.first { schema.title(of: $0.subschema) == "Name" }?.isValid == false)
    // A reference comes before what it refers to.
    #expect(titles(try at("/ring").map(\.subschema)).suffix(2) == ["/properties/ring", "Ring"])
    let root = try at("")
    #expect(root.first?.subschema == schema.root)
    let branch = try #require(root.first { schema.title(of: $0.subschema) == "A" })
    #expect(!branch.isValid && branch.isInFailedBranch)
    let other = try #require(root.first { schema.title(of: $0.subschema) == "B" })
    #expect(other.isValid && !other.isInFailedBranch)
    // Nothing of what `not` looks at applies.
    #expect(!root.contains { schema.location(of: $0.subschema).hasSuffix("/not") })
    #expect(titles(try at("/list/0").map(\.subschema)).sorted() == ["First", "Some"])
    #expect(titles(try at("/b").map(\.subschema)).contains("In B"))
  }
}
