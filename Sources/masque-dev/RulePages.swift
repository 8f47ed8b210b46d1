import Foundation
import MasqueAnalysis

private let folder = "docs/rules"

/// A page for each rule, and the table of all of them.
func rulePages() -> [GeneratedFile] {
  let descriptions = ruleDescriptions()
  let pages = descriptions.map {
    GeneratedFile(path: "\(folder)/\($0.code).md", contents: ruleDocumentation($0))
  }
  return [GeneratedFile(path: "\(folder)/index.md", contents: ruleIndex(descriptions))] + pages
}

/// Pages of rules that are no more.
func leftovers(_ root: URL, besides files: [GeneratedFile]) -> [String] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
  let known = Set(files.map(\.path))
  return names.sorted().map { "\(folder)/\($0)" }.filter { $0.hasSuffix(".md") && !known.contains($0) }
}
