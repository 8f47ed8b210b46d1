import Foundation
import JSON
import MasqueLintCLI
import MasqueWorkspace
import Synchronization
import SystemIO
import Testing

@Suite("Subcommands")
struct SubcommandTests {
  @Test("Each rule is listed and explained")
  func rules() throws {
    let list = try JSONValue(parsing: run(["rules", "--json"]).output)
    let rules = try #require(list["rules"]?.arrayValue)
    #expect(rules.count > 20)
    let table = run(["rules"]).outputText
    for rule in rules {
      let code = try #require(rule["code"]?.stringValue)
      #expect(table.contains(code))
      let page = run(["explain", code])
      #expect(page.status == .clean)
      #expect(page.outputText.hasPrefix(code))
      for part in ["summary", "bad"] {
        let first = rule[part]?.stringValue?.split(separator: "\n").first?.split(separator: " ").first ?? "?"
        #expect(page.outputText.contains(first))
      }
      #expect(
        page.outputText.split(separator: "\n").filter { !$0.hasPrefix("    ") && !$0.hasPrefix("To hide") }.allSatisfy {
          $0.count <= 80
        })
    }
  }

  @Test("A code that nobody has gets the nearest one")
  func unknownCode() {
    let outcome = run(["explain", "schema-enm"])
    #expect(outcome.status == .usage)
    #expect(outcome.errorText.contains("Did you mean 'schema-enum'?"))
    #expect(run(["explain"]).status == .usage)
    #expect(run(["explain", "--help"]).status == .clean)
    #expect(run(["rules", "--format=xml"]).status == .usage)
  }

  @Test("A path of a subcommand's name can be given")
  func paths() {
    let files = MemoryFiles(texts: ["explain": tinyBrokenMasque])
    #expect(run(["./explain", "--select=yaml"], in: files).outputText.hasPrefix("explain:2:1:"))
    #expect(run(["--select=yaml", "explain"], in: files).status == .findings)
  }
}

@Suite("validate")
struct ValidateTests {
  private let files = MemoryFiles(texts: [
    "schema.yaml": """
    $id: https://example.org/schemas/root.yaml
    type: object
    required: [a]
    additionalProperties: false
    properties:
      a: {$ref: "parts/numbers.json#/$defs/small"}
      when: {format: date-time}
      tree: {$ref: "#/$defs/tree"}
    $defs:
      tree: {type: array, items: {$ref: "#/$defs/tree"}}

    """,
    "parts/numbers.json": "{\"$defs\": {\"small\": {\"$ref\": \"../limits.yaml\"}}}",
    "limits.yaml": "type: integer\nmaximum: 9\n", "good.yaml": "a: 9\nwhen: 2026-01-01T00:00:00Z\ntree: [[], [[]]]\n",
    "good.json": "{\"a\": 1}", "bad.yaml": "a: 10\nwhne: 1\nwhen: today\n", "bad.json": "{\"a\": \"x\",\n}",
    "loop.yaml": "$ref: loop.yaml", "lost.yaml": "properties:\n  a:\n    $ref: nowhere.json\n", "empty.yaml": "",
    "wrong.yaml": "type: strin\npattern: '['\n", "net.yaml": "$ref: https://example.org/elsewhere.json\n",
  ])

  @Test("References lead to local files, and what breaks the schema has its place")
  func references() {
    #expect(run(["validate", "--schema", "schema.yaml", "good.yaml", "good.json"], in: files).status == .clean)
    let outcome = run(
      ["validate", "--schema=schema.yaml", "--format=compact", "bad.yaml", "bad.json", "good.yaml"], in: files)
    #expect(outcome.status == .findings)
    #expect(
      outcome.outputText.split(separator: "\n").map { $0.split(separator: " ").prefix(3).joined(separator: " ") } == [
        "bad.json:1:10: error json-syntax", "bad.yaml:1:4: error schema-maximum", "bad.yaml:2:1: error unknown-key",
        "bad.yaml:3:7: error schema-format",
      ])
    #expect(outcome.outputText.contains("`whne` is no key of the document: did you mean") == false)
    #expect(outcome.outputText.contains("`a` is 10, which is more than the maximum of 9"))
  }

  @Test(
    "A schema that is wrong is shown with its place, and nothing is validated",
    arguments: [
      ("lost.yaml", "lost.yaml:3:11: error[schema-ref]"), ("wrong.yaml", "wrong.yaml:1:7: error[schema-type]"),
      ("wrong.yaml", "wrong.yaml:2:10: error[schema-pattern]"), ("net.yaml", "net.yaml:1:7: error[schema-ref]"),
      ("missing.yaml", "missing.yaml: No such file or directory"), ("bad.json", "bad.json:1:10: error[json-syntax]"),
    ])
  func schemas(_ schema: String, _ expected: String) {
    let outcome = run(["validate", "--schema", schema, "bad.yaml"], in: files)
    #expect(outcome.status == .usage)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorText.contains(expected), "\(outcome.errorText)")
  }

  @Test(
    "Every format, standard input and globs",
    arguments: ["text", "json", "sarif", "github", "gitlab", "junit", "compact"])
  func formats(_ format: String) {
    let one = run(
      ["validate", "--schema=schema.yaml", "--format", format, "--jobs=1", "*.json", "bad.yaml"], in: files)
    #expect(one.status == .findings)
    #expect(one.outputText.contains("schema-maximum") || format == "junit" && one.outputText.contains("maximum"))
    #expect(
      run(["validate", "--schema=schema.yaml", "--format", format, "--jobs=3", "bad.yaml", "*.json"], in: files) == one)
    let input = run(["validate", "--schema=schema.yaml", "--format", format, "-"], in: files, input: "a: 12")
    #expect(input.status == .findings && input.outputText.contains("12"))
  }

  @Test("Wrong usage")
  func usage() {
    for arguments in [
      ["validate"], ["validate", "x"], ["validate", "--schema=schema.yaml"],
      ["validate", "--schema=schema.yaml", "-", "x"],
    ] {
      #expect(run(arguments, in: files).status == .usage)
    }
    #expect(run(["validate", "--schema=schema.yaml", "gone.yaml", "good.yaml"], in: files).status == .usage)
  }
}

@Suite("Watching")
struct WatchTests {
  /// Runs `--watch`; each step happens while the program waits, the last wait ends it.
  private func watch(_ arguments: [String], _ files: MemoryFiles, _ steps: [@Sendable () -> Void]) -> Outcome {
    let streams = TestStreams(input: [], isTerminal: false, failure: nil)
    let next = Mutex(0)
    let host = Host(
      arguments: (["--watch", "--select=yaml", "--format=compact"] + arguments).map { Array($0.utf8) },
      environment: { _ in nil }, files: files, streams: streams, processorCount: 1, onThreads: onThreads,
      pause: { milliseconds in
        // The first call says only that the program listens.
        if milliseconds == 0 { return true }
        let step = next.withLock { number in
          defer { number += 1 }
          return number
        }
        guard step < steps.count else { return false }
        steps[step]()
        return true
      })
    let status = lint(host)
    return streams.state.withLock { Outcome(status: status, output: $0.output, error: $0.error) }
  }

  @Test("Only a change is checked, whatever it is")
  func changes() {
    let files = MemoryFiles(texts: ["a.masque.yaml": tinyMasque])
    let outcome = watch(
      [], files,
      [
        {}, { files["a.masque.yaml"] = .file(Array(tinyBrokenMasque.utf8)) }, {},
        { files["b.masque.yaml"] = .file(Array(tinyBrokenMasque.utf8)) }, { files["a.masque.yaml"] = nil },
        { files[".masque-lint.yaml"] = .file(Array("ignore: [yaml]".utf8)) },
      ])
    #expect(outcome.status == .clean)
    let blocks = outcome.outputText.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.isEmpty }
    #expect(blocks.map { $0.prefix(13) } == ["a.masque.yaml", "a.masque.yaml", "b.masque.yaml", "b.masque.yaml"])
    for said in ["a.masque.yaml changed", "b.masque.yaml is new", "a.masque.yaml is gone", ".masque-lint.yaml is new"] {
      #expect(outcome.errorText.contains("\(said)\n"))
    }
    #expect(outcome.errorText.components(separatedBy: "watching").count == 6)
  }

  @Test("It ends with the status of what it saw last")
  func status() {
    let files = MemoryFiles(texts: ["a.masque.yaml": tinyBrokenMasque])
    #expect(watch([], files, []).status == .findings)
    #expect(run(["--watch", "-"]).status == .usage)
    #expect(run(["--watch", "--format=json"]).status == .usage)
  }
}
