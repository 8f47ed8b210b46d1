import Foundation
import MasqueAnalysis
import SourceText
import Testing
import YAMLSyntax

/// Phrases as comments, and verdicts in them. `$0` is the cursor, or both ends of the selection.
@Suite struct ExpectationTests {
  static func split(_ text: String) -> (text: SourceText, range: ByteRange) {
    let parts = text.components(separatedBy: "$0")
    let start = parts[0].utf8.count
    return (SourceText(parts.joined()), ByteRange(start, parts.count > 2 ? start + parts[1].utf8.count : start))
  }

  static let cases: [(text: String, titles: [String], added: String?)] = [
    (
      "name: x\nintent:\n  allowed: [\"$0fix *\"]\n  denied: [\"fix *without tests*\"]\nlens: y\n",
      ["Expect \"fix api\" to be allowed", "Expect \"fix without tests\" to be denied"],
      "name: x\n# masque-lint: expect allowed \"fix api\"\nintent:"
    ),
    (
      "# masque-lint: expect denied \"rush it\"\nintent: {allowed: [\"fix *\"], denied: [\"$0rush *\"]}",
      ["Expect \"rush api\" to be denied"],
      "# masque-lint: expect denied \"rush it\"\n# masque-lint: expect denied \"rush api\"\nintent:"
    ),
    (
      "name: x\r\nintent: {allowed: [\"fix *\"], denied: [\"*now$0\"]}",
      ["Expect \"now\" to be denied", "Expect \"fix now\" to be denied"],
      "name: x\r\n# masque-lint: expect denied \"now\"\r\nintent:"
    ),
    (
      "intent: {allowed: [\"fix *\"]}\nlens: |\n  Never \"$0dance on the table$0\".",
      ["Expect \"dance on the table\" to be not allowed"],
      "# masque-lint: expect not-allowed \"dance on the table\"\nintent:"
    ),
    (
      "intent: {allowed: [\"fix *\"]}\nlens: '$0Say \\\"yes\"$0'", ["Expect \"Say \\\"yes\" to be not allowed"],
      "# masque-lint: expect not-allowed \"Say \\\\\\\"yes\"\nintent:"
    ),
    (
      "{\"intent\": {\"allowed\": [\"$0fix *\"]}}", ["Expect \"fix api\" to be allowed"],
      "}}\n# masque-lint: expect allowed \"fix api\"\n"
    ),
    ("# masque-lint: expect allowed \"fix api\"\nintent: {allowed: [\"$0fix *\"]}", [], nil),
    ("intent: {allowed: [\"fix [\", \"$0mend *\"]}", [], nil),
    ("intent: {allowed: [\"fix *\"]}\nna$0me: x", [], nil),
    ("intent: {allowed: [\"fix *\"]}\nlens: |\n  $0one\n  two$0", [], nil),
    ("name: $0Smith$0", [], nil),
    // A word, and a single character: what some editors have selected wherever the cursor is.
    ("intent: {allowed: [\"fix *\"]}\nna$0m$0e: x", [], nil),
    ("intent: {allowed: [\"fix *\"]}\n$0name$0: x", [], nil),
    ("intent: {allowed: [\"fix *\"]}\n$0name: $0x", [], nil),
    ("intent: {allowed: [\"$0f$0ix *\"]}", ["Expect \"fix api\" to be allowed"], nil),
    ("intent: {allowed: [\"$0fix $0*\"]}", ["Expect \"fix api\" to be allowed"], nil),
    ("$0", [], nil),
  ]

  @Test(arguments: cases.indices)
  func offers(_ index: Int) throws {
    let (marked, titles, added) = Self.cases[index]
    let (text, range) = Self.split(marked)
    let offers = expectationOffers(in: Snapshot(path: "", text: text), at: range)
    #expect(offers.map(\.title) == titles)
    guard let added else { return }
    let result = text.applying([try #require(offers.first).edit]).text
    let written = result[ByteRange(0, result.count)]
    #expect(written.contains(added), "\(written)")
    // What was expected is what is.
    let left = findings(in: Snapshot(path: "tester.masque.yaml", text: result))
    #expect(!left.contains { $0.code == "intent-expectation-failed" || $0.code == "suppression-syntax" }, "\(left)")
  }

  @Test(arguments: [
    ("# masque-lint: expect $0", ["allowed \"\"", "denied \"\"", "not-allowed \"\""]),
    ("ring: guest # masque-lint: expect den$0", ["allowed \"\"", "denied \"\"", "not-allowed \"\""]),
    ("# masque-lint: expect al$0lowed \"x\"", ["allowed", "denied", "not-allowed"]),
    ("# masque-lint: expect allowed \"$0\"", []), ("# masque-lint: $0", []), ("# expect $0", []), ("#$0", []),
  ])
  func verdictsAreOffered(_ marked: String, _ inserted: [String]) {
    let (text, range) = Self.split(marked)
    #expect(completions(in: Snapshot(path: "", text: text), at: range.start).map(\.insertText) == inserted)
  }

  /// What an analysis says does not depend on the versions before: every prefix of an intent, typed into one document.
  @Test func aMemoryChangesNothing() {
    let lines = [
      "intent:", "  allowed:", "    - \"{fix,mend} *\"", "    - \"fix *\"", "    - \"deploy it *\"", "  denied:",
      "    - \"deploy *\"", "    - \"*now\"", "    - \"{a, b} *\"",
    ]
    let typed = lines.joined(separator: "\n")
    var snapshot = Snapshot(path: "", text: SourceText("ring: guest\n"))
    for character in typed.unicodeScalars {
      let edit = TextEdit.insert(String(character), at: snapshot.text.count)
      var text = snapshot.text
      text.replace(edit.range, with: edit.replacement)
      snapshot = snapshot.replacing(edit, newText: text)
      #expect(findings(in: snapshot) == findings(in: Snapshot(path: "", text: text)))
    }
  }
}
