import SourceText
import Testing
import YAMLSyntax

@testable import MasqueJudge

private let entry = HistoryEntry(
  date: "2026-11-21T09:00:00Z", score: "*", notes: "8.2 of 10 (quality: \"high\"); symbol suggested; session 01")

private func recorded(_ text: String, _ entry: HistoryEntry = entry) -> String? {
  let syntax = SyntaxTree(SourceText(text))
  guard let edits = historyEdits(entry, "session 01", in: syntax) else { return nil }
  return String(decoding: syntax.text.applying(edits).text.bytes, as: UTF8.self)
}

private let block = """
  - date: "2026-11-21T09:00:00Z"
    score: "*"
    notes: "8.2 of 10 (quality: \\"high\\"); symbol suggested; session 01"
  """

private func indented(_ count: Int) -> String {
  block.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
}

private let flow =
  "{date: \"2026-11-21T09:00:00Z\", score: \"*\", notes: \"8.2 of 10 (quality: \\\"high\\\"); symbol suggested; session 01\"}"

@Suite struct RecordingTests {
  @Test(
    "Where there is room, the entry is added and nothing else changes",
    arguments: [
      ("name: A\nring: player\n", "name: A\nring: player\nperformance:\n  history:\n\(indented(4))\n"),
      ("name: A", "name: A\nperformance:\n  history:\n\(indented(4))"),
      ("name: A\nperformance:\n", "name: A\nperformance:\n  history:\n\(indented(4))\n"),
      ("performance: {}  # none\nname: A\n", "performance:\n  history:\n\(indented(4))  # none\nname: A\n"),
      (
        "performance:\n  score: \"+\" # so far\n# end\n",
        "performance:\n  score: \"+\" # so far\n  history:\n\(indented(4))\n# end\n"
      ),
      ("performance:\n  history: []\n  score: null\n", "performance:\n  history:\n\(indented(4))\n  score: null\n"),
      (
        "performance:\n    score:   \"+\"\n    history:\n",
        "performance:\n    score:   \"+\"\n    history:\n\(indented(6))\n"
      ),
      (
        "performance:\n  history:\n    # first\n    - date: \"2026-01-01T00:00:00Z\" # then\n      score: \"+\"\n\n# end\nname: A\n",
        "performance:\n  history:\n    # first\n    - date: \"2026-01-01T00:00:00Z\" # then\n      score: \"+\"\n\(indented(4))\n\n# end\nname: A\n"
      ),
      (
        "performance:\n  history:\n  - date: x\n    score: \"+\"\n    notes: |\n      Two\n      lines.\nname: A\n",
        "performance:\n  history:\n  - date: x\n    score: \"+\"\n    notes: |\n      Two\n      lines.\n\(indented(2))\nname: A\n"
      ),
      ("performance: {history: [{date: x, score: e}]}\n", "performance: {history: [{date: x, score: e}, \(flow)]}\n"),
      ("performance: {score: e}\n", "performance: {score: e, history: [\(flow)]}\n"),
      ("performance: {history: []}\n", "performance: {history: [\(flow)]}\n"),
    ])
  func added(_ before: String, _ after: String) throws {
    let result = try #require(recorded(before))
    #expect(result == after)
    let syntax = SyntaxTree(SourceText(result))
    #expect(syntax.isWellFormed && HistoryEntry.found("session 01", in: syntax)?.entry == entry)
    #expect(recorded(result) == result, "the same entry is not added twice")
    // Where there is no line break, nothing tells which kind is meant.
    guard before.contains("\n") else { return }
    let crlf = before.replacing("\n", with: "\r\n")
    #expect(recorded(crlf) == after.replacing("\n", with: "\r\n"))
  }

  @Test("Another verdict on the same session replaces the first")
  func replaced() throws {
    let first = try #require(recorded("performance:\n  history:\n    - {date: x, score: e}\n"))
    var other = entry
    other.score = "-"
    other.notes = "8.2 of 10; symbol chosen by hand; session 01"
    let second = try #require(recorded(first, other))
    #expect(HistoryEntry.found("session 01", in: SyntaxTree(SourceText(second)))?.entry == other)
    #expect(second.split(separator: "\n").count == first.split(separator: "\n").count)
    other.notes = "session 01, but not at the end"
    #expect(HistoryEntry.found("session 02", in: SyntaxTree(SourceText(second))) == nil)
  }

  @Test(
    "Where there is no room, nothing is written",
    arguments: [
      "performance: words\n", "performance:\n  history: words\n", "performance: [\n",
      "a: &a {history: []}\nperformance: *a\n",
      "- a list\n", "",
    ])
  func refused(_ text: String) { #expect(recorded(text) == nil) }
}

@Suite struct SkillTests {
  @Test(arguments: [
    ("testing", true), ("Programming:Testing", true), ("programming/testing", true), ("esting", false), ("", false),
    ("programming", false), ("other/testing", false),
  ])
  func names(_ name: String, _ isIt: Bool) {
    #expect(isSkill(name, named: "skill://programming/testing") == isIt)
  }
}
