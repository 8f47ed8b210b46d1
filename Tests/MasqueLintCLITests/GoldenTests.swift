import Foundation
import MasqueLintCLI
import MasqueWorkspace
import Testing

/// A run whose every byte is recorded in `Tests/Fixtures/lint/NAME.out`.
struct Scenario: Sendable, CustomTestStringConvertible {
  var name: String
  var arguments: [String]
  var files: [String: String] = [:]
  var input = ""
  var isTerminal = false
  var environment: [String: String] = [:]

  var testDescription: String { name }
}

// Only findings of the YAML reader are selected, so that what other rules say about the texts is not recorded here.
private let scenarios: [Scenario] = [
  Scenario(name: "clean", arguments: ["personas"], files: ["personas/scribe.masque.yaml": soundMasque]),
  Scenario(
    name: "clean-terminal", arguments: ["--select", "yaml", "personas"],
    files: ["personas/scribe.masque.yaml": soundMasque], isTerminal: true),
  Scenario(
    name: "text", arguments: ["--select=yaml", "."],
    files: [
      "b/broken.masque.yaml": brokenMasque, "a.masque.yml": fixableMasque, "c.masque.yaml": soundMasque,
      "other.yaml": "a: 'b",
    ]),
  Scenario(
    name: "color", arguments: ["--select=yaml", "--color", "always", "a.masque.yaml"],
    files: ["a.masque.yaml": brokenMasque]),
  Scenario(
    name: "color-terminal", arguments: ["--select=yaml", "a.masque.yaml"], files: ["a.masque.yaml": fixableMasque],
    isTerminal: true),
  Scenario(
    name: "json", arguments: ["--json", "--select", "yaml", "x", "missing.masque.yaml"],
    files: ["x/broken.masque.yaml": brokenMasque, "x/fixable.masque.yaml": fixableMasque]),
  Scenario(
    name: "json-clean", arguments: ["--format=json", "--select", "yaml"], files: ["a.masque.yaml": soundMasque]),
  Scenario(
    name: "diff", arguments: ["--diff", "--select=yaml", "b.masque.yaml", "a.masque.yaml"],
    files: ["a.masque.yaml": fixableMasque, "b.masque.yaml": String(fixableMasque.dropLast())]),
  Scenario(
    name: "statistics", arguments: ["--statistics", "--select=yaml"],
    files: ["a.masque.yaml": fixableMasque, "b.masque.yaml": brokenMasque, "c.masque.yaml": fixableMasque]),
  Scenario(
    name: "quiet", arguments: ["-q", "--select=yaml", "--fail-on=hint"], files: ["b.masque.yaml": brokenMasque]),
  Scenario(
    name: "fix", arguments: ["--fix", "--select=yaml"],
    files: ["a.masque.yaml": fixableMasque, "b.masque.yaml": brokenMasque]),
  Scenario(
    name: "stdin", arguments: ["--select=yaml", "--stdin-filename", "personas/x.masque.yaml", "-"],
    input: brokenMasque),
  Scenario(name: "stdin-fix", arguments: ["--fix", "--select=yaml", "-"], input: fixableMasque),
  Scenario(name: "stdin-diff", arguments: ["--diff", "--select=yaml", "-"], input: fixableMasque),
  Scenario(
    name: "wide-and-combining", arguments: ["--select=yaml", "a.masque.yaml"],
    files: ["a.masque.yaml": "図面:\t{e\u{301}: 1, e\u{301}: 2, 図: 3, 👩‍🚀: 4, 図: 5, 👩‍🚀: 6}\n"]),
  Scenario(
    name: "long-line", arguments: ["--select=yaml", "a.masque.yaml"],
    files: [
      "a.masque.yaml":
        "a: {" + (0..<60).map { "key-\($0): 1, " }.joined() + "key-30: 2, "
        + (60..<90).map { "key-\($0): 1, " }.joined()
        + "end: 1}\n"
    ]),
  Scenario(name: "no-masques", arguments: ["empty"], files: ["empty/readme.md": ""]),
  Scenario(name: "glob-without-match", arguments: ["*.masque.yaml"]),
  Scenario(name: "wrong-option", arguments: ["--fxi"]),
  Scenario(name: "wrong-value", arguments: ["--fail-on", "fatal"]),
  Scenario(name: "wrong-jobs", arguments: ["--jobs", "0"]),
  Scenario(name: "wrong-code", arguments: ["--select", "E501"]),
  Scenario(name: "misspelt-code", arguments: ["--ignore", "yaml-sintax"]),
  Scenario(name: "contradiction", arguments: ["--json", "--diff"]),
  Scenario(name: "stdin-and-paths", arguments: ["-", "personas"]),
  Scenario(name: "stdin-filename-alone", arguments: ["--stdin-filename", "x"]),
  Scenario(name: "version", arguments: ["--version"]),
  Scenario(
    name: "intent-allowed", arguments: ["intent", "explain", "Write  letters", "a.masque.yaml"],
    files: ["a.masque.yaml": soundMasque]),
  Scenario(
    name: "intent-denied", arguments: ["intent", "explain", "write it without sources", "x/a.masque.yaml"],
    files: ["x/a.masque.yaml": soundMasque]),
  Scenario(
    name: "intent-not-allowed", arguments: ["intent", "explain", "wrote\u{1B}[2J", "a.masque.yaml"],
    files: ["a.masque.yaml": soundMasque]),
  Scenario(
    name: "intent-no-list", arguments: ["intent", "explain", "sing", "a.masque.yaml"],
    files: ["a.masque.yaml": "intent:\n  denied: [rush *]\n"]),
  Scenario(
    name: "intent-color", arguments: ["intent", "explain", "sing", "a.masque.yaml"],
    files: ["a.masque.yaml": "intent: {allowed: [sing, 'sing *', '{hum,sing}']}\n"], isTerminal: true),
  Scenario(
    name: "intent-json", arguments: ["intent", "explain", "--json", "write it without sources", "a.masque.yaml"],
    files: ["a.masque.yaml": soundMasque]),
  Scenario(
    name: "intent-broken", arguments: ["intent", "explain", "sing", "a.masque.yaml"],
    files: ["a.masque.yaml": "intent:\n  allowed:\n    - 'a[b'\n"]),
  Scenario(name: "intent-missing", arguments: ["intent", "explain", "sing", "a.masque.yaml"]),
  Scenario(name: "intent-other-file", arguments: ["intent", "explain", "sing", "notes"], files: ["notes": "x"]),
  Scenario(name: "intent-usage", arguments: ["intent", "explain"]),
  Scenario(name: "intent-contradiction", arguments: ["intent", "diff", "--json", "--format=text", "a", "b"]),
  Scenario(
    name: "intent-diff", arguments: ["intent", "diff", "a.masque.yaml", "b.masque.yaml"],
    files: [
      "a.masque.yaml": soundMasque, "b.masque.yaml": soundMasque.replacing("write *\"", with: "{draft,sing} letters\""),
    ]),
  Scenario(
    name: "intent-diff-widening", arguments: ["intent", "diff", "--fail-on-widening", "-", "a.masque.yaml"],
    files: ["a.masque.yaml": soundMasque], input: soundMasque.replacing("write * without", with: "write *")),
  Scenario(
    name: "intent-diff-json",
    arguments: ["intent", "diff", "--format", "json", "--fail-on-widening", "a.masque.yaml", "b.masque.yaml"],
    files: ["a.masque.yaml": soundMasque, "b.masque.yaml": soundMasque.replacing("without *", with: "")]),
]

/// To record the files anew: `RECORD=1 swift test --filter GoldenTests`, then read what `git diff` shows.
@Suite("Golden outputs")
struct GoldenTests {
  @Test("Output is as recorded", arguments: scenarios)
  func outputIsAsRecorded(_ scenario: Scenario) throws {
    let files = MemoryFiles(texts: scenario.files)
    let outcome = run(
      scenario.arguments, in: files, input: scenario.input, isTerminal: scenario.isTerminal,
      environment: scenario.environment)
    var record = "$ masque-lint \(scenario.arguments.joined(separator: " "))\n"
    record += "exit status \(outcome.status.rawValue)\n"
    record += "--- stdout\n\(outcome.outputText)--- stderr\n\(outcome.errorText)"
    let changed = scenario.files.keys.sorted().filter { files.text(of: FilePath($0)) != scenario.files[$0] }
    for path in changed { record += "--- \(path)\n\(files.text(of: FilePath(path)) ?? "")" }

    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/lint/\(scenario.name).out")
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try Data(record.utf8).write(to: url)
      return
    }
    let expected = try String(contentsOf: url, encoding: .utf8)
    #expect(record == expected, "Tests/Fixtures/lint/\(scenario.name).out; RECORD=1 records it anew")
  }

  @Test("Each recorded output belongs to a scenario")
  func noStaleRecords() throws {
    if ProcessInfo.processInfo.environment["RECORD"] == "1" { return }
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/lint")
    let found = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".out") }
    #expect(found.sorted() == scenarios.map { $0.name + ".out" }.sorted())
  }
}
