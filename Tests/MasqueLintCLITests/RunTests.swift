import JSON
import MasqueLintCLI
import MasqueWorkspace
import Testing

@Suite("Runs")
struct RunTests {
  @Test(
    "Exit status",
    arguments: [
      (["sound/scribe.masque.yaml"], LintStatus.clean), (["broken.masque.yaml"], .findings),
      (["broken.masque.yaml", "--ignore", "yaml"], .clean), (["missing.masque.yaml"], .usage),
      (["broken.masque.yaml", "missing.masque.yaml"], .usage), (["--nonsense"], .usage), (["--help"], .clean),
      (["pipe.masque.yaml"], .usage), ([""], .usage), (["sound", ""], .usage), (["--select", ",", "sound"], .usage),
      (["--ignore=", "sound"], .usage), (["unreadable.masque.yaml", "sound/scribe.masque.yaml"], .usage),
    ])
  func exitStatus(_ arguments: [String], _ expected: LintStatus) {
    let files = MemoryFiles([
      "sound/scribe.masque.yaml": .file(Array(soundMasque.utf8)), "broken.masque.yaml": .file(Array(brokenMasque.utf8)),
      "pipe.masque.yaml": .special(.fifo), "unreadable.masque.yaml": .failing("Permission denied"),
    ])
    // Rules that are no YAML rules have tests of their own.
    let selected = arguments.contains("--ignore") ? arguments + ["--select", "yaml"] : arguments
    #expect(run(selected, in: files).status == expected)
  }

  @Test("A full disk is an internal error, a closed pipe is none")
  func writeErrors() {
    let files = MemoryFiles(texts: ["a.masque.yaml": brokenMasque])
    let full = run(["--json"], in: files, failure: .failed("No space left on device"))
    #expect(full.status == .failure)
    #expect(full.errorText == "masque-lint: cannot write the output: No space left on device\n")
    let closed = run(["a.masque.yaml"], in: files, failure: .closed)
    #expect(closed.status == .findings)
    #expect(closed.errorText.isEmpty)
    #expect(run(["--version"], in: files, failure: .failed("No space left on device")).status == .failure)
  }

  @Test("An unreadable file does not keep the others from being checked")
  func othersAreChecked() throws {
    let files = MemoryFiles([
      "personas/a.masque.yaml": .failing("Permission denied"), "personas/b.masque.yaml": .special(.fifo),
      "personas/c.masque.yaml": .file(Array(brokenMasque.utf8)), "personas/d.masque.yaml": .link("nowhere"),
    ])
    let outcome = run(["--json", "--select=yaml", "personas"], in: files)
    #expect(outcome.status == .usage)
    let json = try JSONValue(parsing: outcome.output)
    #expect(json["findings"]?.arrayValue?.compactMap { $0["code"]?.stringValue } == ["yaml-duplicate-key"])
    let errors = try #require(json["errors"]?.arrayValue)
    #expect(
      errors.compactMap { $0["file"]?.stringValue }.sorted()
        == ["personas/a.masque.yaml", "personas/b.masque.yaml", "personas/d.masque.yaml"])
  }

  @Test("A file beyond the limit is an error, not a wait")
  func largeFile() {
    let files = MemoryFiles(["large.masque.yaml": .file([UInt8](repeating: 0x61, count: (16 << 20) + 1))])
    let outcome = run(["large.masque.yaml"], in: files)
    #expect(outcome.status == .usage)
    #expect(outcome.errorText.contains("has 16777217 bytes; files beyond 16777216 bytes are not read"))
  }

  @Test("Any number of threads and any order of arguments give the same bytes")
  func deterministic() {
    var texts: [String: String] = [:]
    for number in 0..<400 {
      let text = number % 7 == 0 ? tinyBrokenMasque : number % 5 == 0 ? "a: [* b]\n" : tinyMasque
      texts["personas/\(number % 13)/scribe-\(number).masque.yaml"] = text
    }
    let files = MemoryFiles(texts: texts)
    for format in ["text", "compact", "json", "sarif", "github", "gitlab", "junit"] {
      let one = run(["--jobs", "1", "--format", format, "--select=yaml", "personas"], in: files)
      #expect(one.status == .findings)
      for jobs in ["2", "4", "7"] {
        #expect(run(["--jobs", jobs, "--format", format, "--select=yaml", "personas"], in: files) == one)
      }
      let folders = (0..<13).map { "personas/\($0)" }
      let apart = run(
        ["--format", format, "--select=yaml"] + folders.reversed() + ["./personas//3/", "personas"], in: files)
      #expect(apart == one)
    }
  }

  @Test("JSON holds places that match the text")
  func jsonPlaces() throws {
    let text = "\u{FEFF}é: 1\r\nb: 2\r\né: 3\r\n"
    let outcome = run(["--json", "--select=yaml", "a.masque.yaml"], in: MemoryFiles(texts: ["a.masque.yaml": text]))
    let json = try JSONValue(parsing: outcome.output)
    #expect(json["version"] == 1)
    let finding = try #require(json["findings"]?[0])
    #expect(
      finding["range"] == [
        "start": ["line": 3, "column": 1, "offset": 16], "end": ["line": 3, "column": 2, "offset": 18],
      ])
    // The byte-order mark is no column, but it is three bytes.
    #expect(finding["related"]?[0]?["range"]?["start"] == ["line": 1, "column": 1, "offset": 3])
    #expect(json["summary"]?["error"] == 1)
  }

  @Test("Columns of long lines are those of short ones")
  func longLines() throws {
    // Scalars of one to four bytes, so that places meet every offset.
    let filler = (0..<400).map { "\(["k", "é", "図", "𝄞"][$0 % 4])\($0): 1, " }.joined()
    let text = "a: {\(filler)x: 1, \(filler)x: 2, z: 1, z: 2}\n"
    let outcome = run(["--json", "--select=yaml", "a.masque.yaml"], in: MemoryFiles(texts: ["a.masque.yaml": text]))
    let findings = try #require(try JSONValue(parsing: outcome.output)["findings"]?.arrayValue)
    #expect(findings.count == 402)
    let scalars = Array(text.unicodeScalars)
    for finding in findings {
      let start = try #require(finding["range"]?["start"])
      let column = try #require(start["column"]?.integerValue)
      let offset = try #require(start["offset"]?.integerValue)
      let before = String(String.UnicodeScalarView(scalars[..<(Int(column) - 1)]))
      #expect(before.utf8.count == Int(offset))
    }
  }

  @Test("Control characters of a file or its name do not reach the terminal")
  func noTerminalSequences() {
    let files = MemoryFiles(texts: ["a\u{1B}[2J\n.masque.yaml": "\u{1B}]0;x\u{7}: {a: \u{202E}b\n"])
    let outcome = run([], in: files)
    #expect(outcome.status == .findings)
    #expect(!outcome.output.contains { $0 < 0x20 && $0 != 0x0A })
    #expect(!outcome.outputText.unicodeScalars.contains("\u{202E}"))
    #expect(outcome.outputText.hasPrefix("a\\x1B[2J\\x0A.masque.yaml:1:"))
  }

  @Test("A path that is no UTF-8 is checked and shown")
  func invalidNames() {
    let name: [UInt8] = Array("caf".utf8) + [0xE9] + Array(".masque.yaml".utf8)
    let files = MemoryFiles([FilePath(bytes: name): .file(Array(brokenMasque.utf8))])
    for arguments in [[name], [Array("--select=yaml".utf8), name], []] {
      let outcome = run(bytes: arguments, in: files)
      #expect(outcome.status == .findings)
      #expect(outcome.outputText.contains("caf\\xE9.masque.yaml:"))
    }
  }

  @Test("NO_COLOR and --color decide about colour")
  func color() {
    let files = MemoryFiles(texts: ["a.masque.yaml": brokenMasque])
    func isColored(_ arguments: [String], _ isTerminal: Bool, _ environment: [String: String] = [:]) -> Bool {
      run(arguments + ["a.masque.yaml"], in: files, isTerminal: isTerminal, environment: environment).output
        .contains(0x1B)
    }
    #expect(isColored([], true))
    #expect(!isColored([], false))
    #expect(!isColored([], true, ["NO_COLOR": "1"]))
    #expect(isColored([], true, ["NO_COLOR": ""]))
    #expect(!isColored([], true, ["TERM": "dumb"]))
    #expect(!isColored(["--color=never"], true))
    #expect(isColored(["--color=always"], false, ["NO_COLOR": "1"]))
  }
}

@Suite("Fixing")
struct FixingTests {
  @Test("Fixes are written, and a second run has nothing to do")
  func idempotent() {
    let files = MemoryFiles(texts: ["a.masque.yaml": fixableMasque, "b.masque.yaml": soundMasque])
    let first = run(["--fix", "--select=yaml"], in: files)
    #expect(first.status == .clean)
    #expect(first.errorText == "fixed 1 finding in 1 file\n")
    let mended = files.text(of: "a.masque.yaml")
    #expect(
      mended == soundMasque.replacing("\"write * without sources\"", with: "\"* without sources\""))
    let second = run(["--fix", "--select=yaml"], in: files)
    #expect(second == Outcome(status: .clean, output: [], error: []))
    #expect(files.text(of: "a.masque.yaml") == mended)
  }

  @Test("Bytes outside the edits stay: line endings, byte-order mark, invalid sequences in comments")
  func otherBytesStay() throws {
    let text = "\u{FEFF}# caf\u{E9}\r\n" + fixableMasque.replacing("\n", with: "\r\n")
    let files = MemoryFiles(texts: ["a.masque.yaml": text])
    #expect(run(["--fix", "--select=yaml"], in: files).status == .clean)
    #expect(
      files.text(of: "a.masque.yaml")
        == text.replacing("- * without sources", with: "- \"* without sources\""))
  }

  @Test("--diff writes nothing, whatever else is given")
  func diffWritesNothing() {
    let files = MemoryFiles(texts: ["a.masque.yaml": fixableMasque])
    for arguments in [["--diff"], ["--diff", "--fix"], ["--diff", "--fix-unsafe"]] {
      let outcome = run(arguments + ["--select=yaml"], in: files)
      #expect(outcome.outputText.contains("+    - \"* without sources\"\n"))
      #expect(files.text(of: "a.masque.yaml") == fixableMasque)
    }
  }

  @Test("Ignored findings are not fixed")
  func ignoredStays() {
    let files = MemoryFiles(texts: ["a.masque.yaml": fixableMasque])
    _ = run(["--fix", "--ignore", "yaml-unquoted-pattern,schema"], in: files)
    #expect(files.text(of: "a.masque.yaml")?.contains("- * without sources") == true)
  }

  @Test("Unsafe fixes need --fix-unsafe")
  func unsafeFixes() {
    let text = soundMasque.replacing("version: \"1.0.0\"", with: "version: \"1.0.0")
    let files = MemoryFiles(texts: ["a.masque.yaml": text])
    #expect(run(["--fix", "--select=yaml"], in: files).status == .findings)
    #expect(files.text(of: "a.masque.yaml") == text)
    #expect(run(["--fix-unsafe", "--select=yaml"], in: files).status == .clean)
    #expect(files.text(of: "a.masque.yaml") == soundMasque)
  }

  @Test("A file that changes while it is checked is left alone, and what it had is reported")
  func changedUnderfoot() {
    let files = ChangingFiles(MemoryFiles(texts: ["a.masque.yaml": fixableMasque]))
    let outcome = run(["--fix", "--select=yaml", "a.masque.yaml"], in: files)
    #expect(outcome.status == .usage)
    #expect(outcome.outputText.contains("error[yaml-unquoted-pattern]"))
    #expect(outcome.errorText.contains("a.masque.yaml: was changed by another program meanwhile and is left alone"))
    #expect(files.files.text(of: "a.masque.yaml") == "changed\n")
  }

  @Test("The mended text of standard input goes to standard output, changed or not")
  func standardInput() {
    #expect(run(["--fix", "--select=yaml", "-"], input: soundMasque).outputText == soundMasque)
    let remaining = run(["--fix", "--select=yaml", "-"], input: brokenMasque)
    #expect(remaining.outputText == brokenMasque)
    #expect(remaining.errorText.contains("error[yaml-duplicate-key]"))
    #expect(remaining.status == .findings)
  }
}

/// Files that somebody else changes right after they were read.
private struct ChangingFiles: Files {
  let files: MemoryFiles

  init(_ files: MemoryFiles) { self.files = files }

  var currentFolder: FilePath { files.currentFolder }
  func kind(of path: FilePath, followingLinks: Bool) throws(FileError) -> FileKind {
    try files.kind(of: path, followingLinks: followingLinks)
  }
  func read(_ path: FilePath, maximumLength: Int) throws(FileError) -> [UInt8] {
    let bytes = try files.read(path, maximumLength: maximumLength)
    files[path] = .file(Array("changed\n".utf8))
    return bytes
  }
  func entries(of folder: FilePath) throws(FileError) -> [FolderEntry] { try files.entries(of: folder) }
  func canonicalPath(of path: FilePath) throws(FileError) -> FilePath { try files.canonicalPath(of: path) }
  func replace(_ path: FilePath, expecting old: [UInt8], with new: [UInt8]) throws(FileError) {
    try files.replace(path, expecting: old, with: new)
  }
}
