import Foundation
import MasqueAnalysis
import SourceText
import Testing

/// Files in `Tests/Fixtures/findings`: those in `ok` must be silent; each in `err` has beside it, with the ending
/// `.out`, what is found in it and what its safe fixes make of it. `RECORD=1 swift test` writes the `.out` files anew.
/// Those in `err` count as `tester.masque.yaml`, but for the ones that are about file names; a rule that is
/// off by default is on in the file that is called after it.
@Suite struct FixtureTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/findings")
  static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

  static func files(_ name: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(name).path)
    return (names ?? []).filter { $0.hasSuffix(".masque.yaml") }.sorted()
  }

  static func read(_ path: String) throws -> SourceText {
    SourceText(Array(try Data(contentsOf: folder.appendingPathComponent(path))))
  }

  @Test(arguments: files("ok"))
  func isSilent(_ name: String) throws {
    let found = findings(in: Snapshot(path: name, text: try Self.read("ok/" + name)))
    #expect(found.isEmpty, "\(found.map { "\($0.code) \($0.range): \($0.message)" })")
  }

  @Test(arguments: files("err"))
  func isFound(_ name: String) throws {
    let text = try Self.read("err/" + name)
    let rendered = render(name, text)
    let url = Self.folder.appendingPathComponent("err/" + name.replacing(".masque.yaml", with: ".out"))
    if Self.isRecording {
      try Data(rendered.utf8).write(to: url)
      return
    }
    let expected = try String(contentsOf: url, encoding: .utf8)
    #expect(rendered == expected, "run `RECORD=1 swift test --filter FixtureTests` and look at the difference")
  }

  @Test func thereAreFixtures() {
    #expect(Self.files("ok").count >= 3)
    #expect(Self.files("err").count >= 15)
  }
}

/// Findings as lines, and the text after the safe fixes.
private func render(_ name: String, _ text: SourceText) -> String {
  let snapshot = Snapshot(path: name.hasPrefix("file-name") ? name : "tester.masque.yaml", text: text)
  let lines = LineIndex(text)
  func place(_ range: ByteRange) -> String {
    let start = lines.position(of: range.start, in: text, encoding: .utf32)
    let end = lines.position(of: range.end, in: text, encoding: .utf32)
    return "\(start.line + 1):\(start.column + 1)-\(end.line + 1):\(end.column + 1)"
  }
  var result = ""
  for finding in findings(in: snapshot, options: RuleOptions(enabled: [name.replacing(".masque.yaml", with: "")])) {
    result += "\(place(finding.range)) \(finding.severity.rawValue)[\(finding.code)] \(finding.message)\n"
    for related in finding.related { result += "  see \(place(related.range)) \(related.message)\n" }
    for fix in finding.fixes {
      result += "  fix (\(fix.applicability.rawValue)) \(fix.title)\n"
      guard fix.applicability != .safe else { continue }
      for edit in fix.edits { result += "    \(place(edit.range)) \(String(reflecting: edit.replacement))\n" }
    }
  }
  let fixed = fixedSafely(text)
  if fixed != text { result += "--- with the safe fixes\n" + fixed[ByteRange(0, fixed.count)] }
  return result
}

/// Applies the safe fixes until none is left.
func fixedSafely(_ text: SourceText) -> SourceText {
  var text = text
  for _ in 0..<8 {
    let fixes = findings(in: Snapshot(path: "", text: text)).compactMap { finding in
      finding.fixes.first { $0.applicability == .safe }
    }
    guard !fixes.isEmpty else { break }
    text = text.applying(fixes.flatMap(\.edits)).text
  }
  return text
}
