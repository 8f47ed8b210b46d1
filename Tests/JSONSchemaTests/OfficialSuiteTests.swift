import DocumentTree
import Foundation
import JSON
import JSONSchema
import Testing

/// The JSON Schema Test Suite, draft 2020-12: every required test, none left out.
@Suite(
  "JSON Schema Test Suite, draft 2020-12",
  .enabled(if: suite != nil, "MASQUES_SUITES does not name the folder of the official suites"))
struct OfficialSuiteTests {
  @Test("required tests", arguments: suite?.files ?? [])
  func file(_ name: String) throws {
    let suite = try #require(suite)
    let tree = try suite.read("tests/draft2020-12/\(name)")
    let root = try #require(tree.root)
    var count = 0
    for group in tree.children(of: root) {
      let title = tree.value(forKey: "description", in: group).map(tree.text(of:)) ?? ""
      let place = try #require(tree.value(forKey: "schema", in: group))
      let (schema, diagnostics) = Schema.compile(tree, at: place, resources: suite.remotes)
      #expect(diagnostics.isEmpty, "\(title)")
      for test in tree.children(of: try #require(tree.value(forKey: "tests", in: group))) {
        let description = tree.value(forKey: "description", in: test).map(tree.text(of:)) ?? ""
        let data = try #require(tree.value(forKey: "data", in: test))
        let isValid = tree[try #require(tree.value(forKey: "valid", in: test))].flags.contains(.isTrue)
        #expect(schema.isValid(tree, at: data) == isValid, "\(title): \(description)")
        // The pass that collects must come to the same verdict as the one that only asks.
        #expect(schema.validate(tree, at: data).isEmpty == isValid, "\(title): \(description)")
        #expect(schema.evaluate(tree, at: data).isValid == isValid, "\(title): \(description)")
        count += 1
      }
    }
    #expect(count > 0)
  }

  @Test("all files are there")
  func fileCount() throws {
    #expect(try #require(suite).files.count >= 46)
  }
}

private let suite = OfficialSuite()

private struct OfficialSuite: Sendable {
  let folder: String
  let files: [String]
  let remotes: SchemaResources

  init?() {
    guard let suites = ProcessInfo.processInfo.environment["MASQUES_SUITES"] else { return nil }
    folder = suites + "/json-schema-2020-12"
    let manager = FileManager.default
    guard let names = try? manager.contentsOfDirectory(atPath: folder + "/tests/draft2020-12") else { return nil }
    files = names.filter { $0.hasSuffix(".json") }.sorted()
    var remotes = SchemaResources()
    let below = (manager.enumerator(atPath: folder + "/remotes")?.compactMap { $0 as? String } ?? []).sorted()
    // The folders of other drafts are not for this one.
    for path in below where path.hasSuffix(".json") && (path.hasPrefix("draft2020-12/") || !path.contains("draft")) {
      guard let data = manager.contents(atPath: "\(folder)/remotes/\(path)") else { continue }
      remotes.add(JSONDocument.parse([UInt8](data)).tree, uri: "http://localhost:1234/\(path)")
    }
    self.remotes = remotes
  }

  func read(_ path: String) throws -> DocumentTree {
    let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(path)"))
    return JSONDocument.parse([UInt8](data)).tree
  }
}
