import JSON
import MasqueLintCLI
import MasqueWorkspace
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  private let oak = soundMasque.replacing("ring:", with: "flavour: oak\nring:")

  private func codes(_ outcome: Outcome) throws -> [String] {
    try #require(try JSONValue(parsing: outcome.output)["findings"]?.arrayValue).compactMap { finding in
      finding["code"]?.stringValue.map { "\($0) \(finding["severity"]?.stringValue ?? "")" }
    }
  }

  @Test(
    "Settings hold",
    arguments: [
      ("", ["unknown-key warning"], LintStatus.clean), ("# nothing\n", ["unknown-key warning"], .clean),
      ("select: [schema]", [], .clean), ("ignore: [unknown-key]", [], .clean),
      ("severity: {unknown-key: error}", ["unknown-key error"], .findings),
      ("severity: {unknown: hint}", ["unknown-key hint"], .clean),
      ("fail-on: warning", ["unknown-key warning"], .findings),
      ("exclude: [personas/]", [], .clean), ("exclude: ['*', '!scribe.masque.yaml']", [], .clean),
      ("per-file-ignores: {'scribe*': [unknown-key]}", [], .clean),
      ("per-file-ignores: {'/scribe*': [unknown-key]}", ["unknown-key warning"], .clean),
      ("per-file-ignores: {personas/: [schema], other/: [unknown-key]}", ["unknown-key warning"], .clean),
    ])
  func settings(_ text: String, _ expected: [String], _ status: LintStatus) throws {
    let files = MemoryFiles(texts: [".masque-lint.yaml": text, "personas/scribe.masque.yaml": oak])
    let outcome = run(["--json"], in: files)
    #expect(try codes(outcome) == expected)
    #expect(outcome.status == status)
  }

  @Test("Configurations are checked where they are named")
  func named() throws {
    let files = MemoryFiles(texts: [
      "/home/ada/.masques/config.yaml": "operator: {ring: palyer}\n",
      "/home/ada/.masques/scribe.masque.yaml": soundMasque, "/w/.masque-lint.yaml": "ignore: [schema-enumm]\n",
      "/v/config.yaml": "operator: {ring: palyer}\n",
    ])
    let environment = ["HOME": "/home/ada"]
    for path in ["/home/ada/.masques/config.yaml", "/home/ada/.masques"] {
      let outcome = run(["--json", path], in: files, environment: environment)
      #expect(try codes(outcome) == ["schema-enum error"])
      #expect(outcome.status == .findings)
    }
    #expect(try codes(run(["--json", "/w/.masque-lint.yaml"], in: files)) == ["unknown-code error"])
    // Any other file of that name is held to what was asked for: that it is a masque.
    #expect(
      try codes(run(["--json", "/v/config.yaml"], in: files, environment: environment)).contains(
        "schema-required error"))
  }

  @Test("Arguments come before settings")
  func arguments() throws {
    let files = MemoryFiles(texts: [
      ".masque-lint.yaml": "select: [schema]\nfail-on: hint\nexclude: [x/]", "personas/scribe.masque.yaml": oak,
      "x/scribe.masque.yaml": oak, "strict.yaml": "severity: {unknown-key: error}",
    ])
    #expect(try codes(run(["--json", "--select", "unknown-key"], in: files)) == ["unknown-key warning"])
    #expect(run(["--json", "--select", "unknown-key", "--fail-on=error"], in: files).status == .clean)
    #expect(try codes(run(["--json", "--no-config"], in: files)) == ["unknown-key warning", "unknown-key warning"])
    #expect(try codes(run(["--json", "--config", "strict.yaml", "personas"], in: files)) == ["unknown-key error"])
    // Named on purpose, unless the caller names everything.
    let named = ["--json", "--select", "unknown-key", "x/scribe.masque.yaml"]
    #expect(try codes(run(named, in: files)) == ["unknown-key warning"])
    #expect(try codes(run(named + ["--force-exclude"], in: files)) == [])
  }

  @Test("The nearest file counts, up to the repository's root")
  func nearest() throws {
    let files = MemoryFiles(texts: [
      "/.masque-lint.yaml": "severity: {unknown-key: error}", "/repo/.git/HEAD": "", "/repo/a/scribe.masque.yaml": oak,
      "/repo/b/.masque-lint.yaml": "severity: {unknown-key: hint}", "/repo/b/c/scribe.masque.yaml": oak,
      "/free/scribe.masque.yaml": oak,
    ])
    let paths = ["/repo/a", "/repo/b", "/free"]
    #expect(
      try codes(run(["--json", "--select=unknown-key"] + paths, in: files))
        == ["unknown-key error", "unknown-key warning", "unknown-key hint"])
    for path in paths {
      // Alone as in company.
      #expect(try codes(run(["--json", "--select=unknown-key", path], in: files)).count == 1)
    }
  }

  @Test(
    "What is wrong is shown with its place, and nothing is checked",
    arguments: [
      ("ignor: [x]", "1:1: error[unknown-key]: `ignor` is no key of the document: did you mean `ignore`?"),
      ("ignore: x", "1:9: error[schema-type]: `ignore` must be an array, not a string"),
      (
        "\nignore: [schema-enm]",
        "2:10: error[unknown-code]: 'schema-enm' is no rule's code. Did you mean 'schema-enum'?"
      ),
      ("severity: {unknown-key: eror}", "1:25: error[schema-enum]: `severity.unknown-key` is `eror`"),
      ("fail-on: eror", "1:10: error[schema-enum]: `fail-on` is `eror`"), ("ignore: [a", "1:"),
      ("fail-on: error\nfail-on: hint", "2:1: error[yaml-duplicate-key]"), ("- a", "1:1: error[schema-type]"),
      ("schema: missing.yaml", "missing.yaml: No such file or directory; it is the schema of .masque-lint.yaml"),
      ("schema: broken.yaml", "broken.yaml:1:7: error[schema-type]"),
    ])
  func broken(_ text: String, _ expected: String) {
    let files = MemoryFiles(texts: [
      ".masque-lint.yaml": text, "scribe.masque.yaml": brokenMasque, "broken.yaml": "type: nothing\n",
    ])
    let outcome = run([], in: files)
    #expect(outcome.status == .usage)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorText.contains(expected), "\(outcome.errorText)")
  }

  @Test("An extended schema is read from the settings' folder, references included")
  func schema() throws {
    let files = MemoryFiles(texts: [
      "x/.masque-lint.yaml": "schema: ours/masque.yaml", "x/scribe.masque.yaml": soundMasque,
      "x/ours/masque.yaml": "$id: https://example.org/masque\nproperties: {ring: {$ref: 'rings.json#/$defs/ring'}}",
      "x/ours/rings.json": "{\"$defs\": {\"ring\": {\"const\": \"guest\"}}}",
    ])
    #expect(try codes(run(["--json", "--select=schema", "x"], in: files)) == ["schema-enum error"])
    #expect(try codes(run(["--json", "--select=schema", "--schema", "x/ours/rings.json", "x"], in: files)) == [])
  }
}

@Suite("Baseline")
struct BaselineTests {
  @Test("What is in the baseline is not reported, wherever its line moves to")
  func baseline() throws {
    let files = MemoryFiles(texts: [
      "personas/a.masque.yaml": brokenMasque, "personas/b.masque.yaml": fixableMasque.replacing("Scribe", with: "B"),
    ])
    let arguments = ["--select=yaml", "--baseline", "known.json"]
    let written = run(arguments + ["--write-baseline"], in: files)
    #expect(written.status == .clean)
    #expect(written.errorText == "wrote 2 findings to known.json\n")
    let clean = run(arguments, in: files)
    #expect(clean == Outcome(status: .clean, output: [], error: []))
    // Lines above, other indentation, other findings elsewhere.
    files["personas/a.masque.yaml"] = .file(Array(("# moved\n\n" + brokenMasque).utf8))
    #expect(run(arguments, in: files).status == .clean)
    files["personas/a.masque.yaml"] = .file(Array((brokenMasque + "lens: again\n").utf8))
    let outcome = run(arguments, in: files)
    #expect(outcome.status == .findings)
    #expect(outcome.errorText == "1 error in 1 file\n")
  }

  @Test("A second one of the same is new")
  func occurrences() {
    let files = MemoryFiles(texts: ["a.masque.yaml": "a: 1\na: 1\n"])
    let arguments = ["--select=yaml", "--baseline", "known.json"]
    _ = run(arguments + ["--write-baseline"], in: files)
    files["a.masque.yaml"] = .file(Array("a: 1\na: 1\na: 1\n".utf8))
    #expect(run(arguments, in: files).errorText == "1 error in 1 file\n")
  }

  @Test("A baseline that cannot be used is an error", arguments: ["", "[]", "{\"version\": 2, \"findings\": []}", "x"])
  func unusable(_ text: String) {
    let files = MemoryFiles(texts: ["a.masque.yaml": brokenMasque, "known.json": text])
    let outcome = run(["--baseline", "known.json"], in: files)
    #expect(outcome.status == .usage)
    #expect(outcome.errorText.contains("known.json: is no baseline of this version"))
    #expect(run(["--baseline", "missing.json"], in: files).status == .usage)
  }
}
