import DocumentTree
import Foundation
import JSON
import JSONSchema
import SourceText
import Testing

/// The JSON Schema Test Suite, draft 2020-12: every required test, no list of exceptions.
///
/// Found through `MASQUES_SUITES`; skipped, saying so, where that is not set.
@Suite struct OfficialSuiteTests {
  static let folder = ProcessInfo.processInfo.environment["MASQUES_SUITES"].map {
    URL(fileURLWithPath: $0).appendingPathComponent("json-schema-2020-12")
  }

  static var files: [String] {
    guard let folder else { return [] }
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("tests/draft2020-12").path)
    return (names ?? []).filter { $0.hasSuffix(".json") }.sorted()
  }

  /// The documents that the suite serves at `http://localhost:1234/`.
  static let resources: SchemaResources = {
    var resources = SchemaResources()
    guard let folder else { return resources }
    let remotes = folder.appendingPathComponent("remotes").standardizedFileURL
    let paths = FileManager.default.enumerator(atPath: remotes.path)?.compactMap { $0 as? String } ?? []
    for path in paths.sorted() where path.hasSuffix(".json") {
      guard let data = try? Data(contentsOf: remotes.appendingPathComponent(path)) else { continue }
      resources.add(JSONDocument.parse(Array(data)).tree, uri: "http://localhost:1234/\(path)")
    }
    return resources
  }()

  @Test(.enabled(if: folder != nil, "MASQUES_SUITES is not set"), arguments: files)
  func required(_ file: String) throws {
    let folder = try #require(Self.folder)
    let url = folder.appendingPathComponent("tests/draft2020-12/\(file)")
    let document = JSONDocument.parse(Array(try Data(contentsOf: url)))
    let tree = document.tree
    let root = try #require(tree.root)
    var count = 0
    for group in tree.children(of: root) {
      let title = try #require(tree.value(forKey: "description", in: group))
      let schemaNode = try #require(tree.value(forKey: "schema", in: group))
      let (schema, diagnostics) = Schema.compile(tree, at: schemaNode, resources: Self.resources)
      #expect(diagnostics.filter { !$0.isWarning }.isEmpty, "\(tree.text(of: title))")
      for test in tree.children(of: try #require(tree.value(forKey: "tests", in: group))) {
        let name = try #require(tree.value(forKey: "description", in: test))
        let data = try #require(tree.value(forKey: "data", in: test))
        let valid = tree.hasText(try #require(tree.value(forKey: "valid", in: test)), "true")
        let comment = Comment(rawValue: "\(tree.text(of: title)): \(tree.text(of: name))")
        #expect(schema.isValid(tree, data) == valid, comment)
        #expect(schema.validate(tree, data).isEmpty == valid, comment)
        #expect(schema.evaluate(tree, data).violations.isEmpty == valid, comment)
        count += 1
      }
    }
    #expect(count > 0)
  }

  @Test(.enabled(if: folder != nil, "MASQUES_SUITES is not set"))
  func isWhole() {
    #expect(Self.files.count >= 40)
  }
}
