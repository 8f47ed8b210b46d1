import DocumentTree
import Foundation
import JSON
import JSONSchema
import MasqueModel
import SourceText
import Testing
import YAMLSyntax

private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

private func read(_ path: String) throws -> SourceText {
  SourceText(Array(try Data(contentsOf: repository.appendingPathComponent(path))))
}

/// One of `Tests/Fixtures/schema-cases.yaml`: a document, and the one error that is expected of any validator.
struct SchemaCase: Sendable, CustomTestStringConvertible {
  var title: String
  var document: String
  var keyword: String?
  var path: String?
  var testDescription: String { title }

  static let all: [SchemaCase] = {
    guard let text = try? read("Tests/Fixtures/schema-cases.yaml") else { return [] }
    let tree = SyntaxTree(text).tree
    return tree.root.map { root in
      tree.children(of: root).map { node in
        func field(_ key: String) -> String? {
          guard let value = tree.value(forKey: key, in: node), tree[value].type == .string else { return nil }
          return tree.text(of: value)
        }
        return SchemaCase(
          title: field("title") ?? "", document: field("document") ?? "", keyword: field("keyword"), path: field("path")
        )
      }
    } ?? []
  }()
}

@Suite struct SchemaTests {
  let schema = MasqueSchema.bundled.schema

  @Test func thereAreCases() {
    #expect(SchemaCase.all.count > 250)
    #expect(SchemaCase.all.allSatisfy { !$0.title.isEmpty && !$0.document.isEmpty })
  }

  @Test(arguments: SchemaCase.all)
  func says(_ c: SchemaCase) throws {
    let syntax = SyntaxTree(SourceText(c.document))
    // A document without a value is null, which only the linter knows how to word.
    guard let root = syntax.tree.root else {
      #expect(c.keyword == "type")
      return
    }
    let violations = schema.validate(syntax.tree, root)
    guard let keyword = c.keyword else {
      #expect(violations.isEmpty, "\(violations)")
      return
    }
    #expect(violations.count == 1, "\(violations)")
    #expect(violations.first?.keyword?.name == keyword)
    #expect(violations.first.map { pointer(to: $0.node, in: syntax.tree) } == c.path)
  }

  private func pointer(to id: NodeID, in tree: DocumentTree) -> String {
    let chain = tree.ancestry(of: id)
    return zip(chain, chain.dropFirst()).map { container, child in
      if tree[container].kind == .sequence { return "/\(tree.children(of: container).prefix { $0 != child }.count)" }
      let key = tree.key(of: child).map { tree.text(of: $0) } ?? "?"
      return "/" + key.replacing("~", with: "~0").replacing("/", with: "~1")
    }.joined()
  }

  @Test func compilesWithoutComplaint() throws {
    let syntax = SyntaxTree(try read("schemas/masque.schema.yaml"))
    #expect(syntax.problems.isEmpty)
    let (_, diagnostics) = Schema.compile(syntax.tree, options: SchemaOptions(assertsFormats: true))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
  }

  /// The schema is itself valid against the meta-schema, in both of its spellings.
  @Test func isValidAgainstTheMetaSchema() throws {
    let reference = JSONDocument.parse(
      SourceText("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}"))
    let (metaSchema, diagnostics) = Schema.compile(reference.tree, options: SchemaOptions(assertsFormats: true))
    #expect(diagnostics.isEmpty)
    let yaml = SyntaxTree(try read("schemas/masque.schema.yaml")).tree
    #expect(metaSchema.validate(yaml, try #require(yaml.root)).isEmpty)
    let json = JSONDocument.parse(try read("schemas/masque.schema.json"))
    #expect(json.diagnostics.isEmpty)
    #expect(metaSchema.validate(json.tree, try #require(json.tree.root)).isEmpty)
    // And the check can fail.
    let wrong = JSONDocument.parse(SourceText("{\"type\": \"text\", \"minLength\": -1}"))
    #expect(metaSchema.validate(wrong.tree, NodeID(0)).count == 2)
  }

  @Test func embeddedTextIsTheFile() throws {
    let file = try read("schemas/masque.schema.yaml")
    #expect(SourceText(MasqueSchema.bundledText) == file, "run `swift run masque-dev generate`")
  }

  @Test func generatedFilesAreFresh() throws {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("masque-dev")
    try #require(FileManager.default.isExecutableFile(atPath: program.path), "masque-dev is built with the tests")
    let check = Process()
    check.executableURL = program
    check.arguments = ["generate", "--check"]
    try check.run()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0, "run `swift run masque-dev generate`")
  }

  @Test func enumerationsAreTheSchemas() {
    func values(_ path: String...) -> [String] {
      var place = [schema.root]
      for key in path {
        place =
          key == "[]"
          ? schema.itemSubschemas(of: place, index: 0) : schema.propertySubschemas(of: place, key: key)
      }
      return schema.allowedValues(of: place).map(\.text)
    }
    #expect(values("ring") == Ring.allCases.map(\.rawValue))
    #expect(values("skills", "[]", "level") == SkillLevel.allCases.map(\.rawValue))
    #expect(values("spinnerVerbs", "mode") == SpinnerMode.allCases.map(\.rawValue))
    #expect(values("mcp", "servers", "[]", "type") == ServerTransport.allCases.map(\.rawValue))
    #expect(values("performance", "score") == ScoreSymbol.allCases.map(\.rawValue) + ["null"])
    #expect(values("performance", "history", "[]", "score") == ScoreSymbol.allCases.map(\.rawValue))
  }

  /// Hover and completion are written from these: every place has a title and a description, every value its own.
  @Test func everyPlaceIsDescribed() {
    var seen: Set<[SubschemaID]> = []
    func visit(_ place: [SubschemaID], _ path: String) {
      guard !place.isEmpty, seen.insert(place).inserted else { return }
      #expect(schema.text(of: place, "title") != nil, "\(path)")
      #expect(schema.text(of: place, "description") != nil, "\(path)")
      let values = schema.allowedValues(of: place)
      #expect(values.allSatisfy { $0.description?.isEmpty == false }, "\(path)")
      #expect(Set(values.map(\.description)).count == values.count, "\(path)")
      for property in schema.propertyNames(of: place) {
        visit(schema.propertySubschemas(of: place, key: property.name), path + "." + property.name)
      }
      visit(schema.itemSubschemas(of: place, index: 0), path + "[]")
    }
    visit([schema.root], "")
    #expect(seen.count > 35)
  }

  @Test func ringsAreOrderedFromTheInside() {
    #expect(Ring.admin < .player && Ring.player < .guest && Ring.guest < .outsider)
  }

  @Test(
    arguments: [
      ("personas/incident-commander.masque.yaml", "Incident Commander"), ("x.masque.yml", "X"),
      ("/a/b c.masque.yaml", "B C"),
      ("notes.yaml", nil), (".masque.yaml", nil), ("", nil),
    ] as [(String, String?)])
  func nameFromPath(_ path: String, _ name: String?) {
    #expect(MasqueName.fromPath(path) == name)
  }
}
