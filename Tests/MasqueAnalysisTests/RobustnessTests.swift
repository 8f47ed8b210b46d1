import Foundation
import MasqueAnalysis
import SourceText
import Testing

/// Whatever the text: no trap, every range inside it, the same answer twice.
@Suite struct AnalysisRobustnessTests {
  static let documents: [(String, SourceText)] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var result: [(String, SourceText)] = []
    for folder in ["personas", "Tests/Fixtures/findings/err", "Tests/Fixtures/findings/ok"] {
      let url = root.appendingPathComponent(folder)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
      for name in names.sorted() where name.hasSuffix(".masque.yaml") {
        if let data = try? Data(contentsOf: url.appendingPathComponent(name)) {
          result.append((name, SourceText(Array(data))))
        }
      }
    }
    return result
  }()

  @Test(arguments: documents.indices)
  func prefixes(_ index: Int) {
    let (name, text) = Self.documents[index]
    // The reader's own tests go through every prefix of the long ones.
    let step = text.count > 1_200 ? 29 : text.count > 300 ? 5 : 1
    for length in stride(from: index % step, through: text.count, by: step) {
      check(name, SourceText(Array(text.bytes[..<length])), cursor: length)
    }
  }

  @Test(arguments: documents.indices)
  func randomEdits(_ index: Int) {
    let (name, original) = Self.documents[index]
    var generator = SystemRandomNumberGenerator()
    let pieces = [
      ":", " ", "\n", "- ", "  ", "\t", "\"", "'", "[", "]", "{", "}", "*", "&x", "#", "é", "\u{0}", "---\n", "x",
    ]
    var text = original
    for step in 0..<100 {
      if step % 10 == 0 { text = original }
      let start = Int.random(in: 0...text.count, using: &generator)
      let end = min(text.count, start + Int.random(in: 0...6, using: &generator))
      text.replace(ByteRange(start, end), with: pieces.randomElement(using: &generator) ?? "")
      check(name, text, cursor: start)
    }
  }

  private func check(_ name: String, _ text: SourceText, cursor: Int) {
    let snapshot = Snapshot(path: name, text: text)
    let found = findings(in: snapshot)
    #expect(findings(in: snapshot) == found)
    for finding in found {
      let ranges = [finding.range] + finding.related.map(\.range) + finding.fixes.flatMap { $0.edits.map(\.range) }
      #expect(ranges.allSatisfy { $0.start >= 0 && $0.end <= text.count }, "\(name) \(finding)")
      #expect(!finding.message.isEmpty && !finding.code.isEmpty)
      for fix in finding.fixes { #expect(text.applying(fix.edits).dropped.isEmpty, "\(name) \(fix)") }
    }
    for offer in completions(in: snapshot, at: cursor) {
      #expect(offer.range.start <= cursor && cursor <= offer.range.end && offer.range.end <= text.count)
    }
  }
}
