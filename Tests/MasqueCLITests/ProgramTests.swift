import JSON
import MasqueCLI
import MasqueModel
import MasqueWorkspace
import Synchronization
import Testing

@testable import TerminalOutput

@Suite struct SiblingTests {
  private func run(_ arguments: [String], folder: FilePath? = "/opt/bin", error: FileError) -> (Outcome, [String]) {
    let started = Mutex<[String]>([])
    let streams = TestStreams(failure: nil)
    let host = Host(
      arguments: arguments, environment: { _ in nil }, files: files(), streams: streams,
      now: { Timestamp(seconds: 0) }, programFolder: folder,
      replaceProcess: { path, words, dropped in
        started.withLock { $0 = [path.description] + words + arguments.dropFirst(dropped) }
        return error
      })
    let status = runMasque(host)
    let outcome = streams.written.withLock {
      Outcome(
        status: status, output: String(decoding: $0.output, as: UTF8.self),
        error: String(decoding: $0.error, as: UTF8.self))
    }
    return (outcome, started.withLock { $0 })
  }

  @Test(arguments: [
    (["lint", "personas/", "--fix", "--help"], ["/opt/bin/masque-lint", "personas/", "--fix", "--help"]),
    (["lsp", "--version"], ["/opt/bin/masque-lsp", "--version"]),
    (["explain", "schema-enum"], ["/opt/bin/masque-lint", "explain", "schema-enum"]),
    (["explain"], ["/opt/bin/masque-lint", "explain"]),
  ])
  func theSiblingGetsAllArguments(_ arguments: [String], _ started: [String]) {
    let (outcome, found) = run(arguments, error: .notFound("/opt/bin/x"))
    #expect(found == started && outcome.status == .usage && outcome.output.isEmpty)
    #expect(outcome.error.contains("beside this program (\(started[0])); install both from one version"))
  }

  @Test func whatSpeaksAgainstIt() {
    let (outcome, _) = run(["lint"], error: FileError("/opt/bin/masque-lint", .system(13), "Permission denied"))
    #expect(outcome.error == "masque: /opt/bin/masque-lint: Permission denied\n")
    #expect(run(["lsp"], folder: nil, error: .notFound("x")).0.error.contains("does not say where this program is"))
  }
}

@Suite struct ShellTests {
  @Test func namesForCompletion() {
    let outcome = run(files(), "complete", "masques")
    #expect(outcome.output == "notary\nscribe\n" && outcome.status == .success)
    #expect(run(files(), "complete", "cities").status == .usage)
    #expect(run(MemoryFiles(), "complete", "masques").output.isEmpty)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func scripts(_ shell: String) {
    let script = run(files(), "--generate-completion-script", shell).output
    #expect(script.contains("masque complete masques") && script.contains("sync-manifest"))
    #expect(!script.contains("'complete'") && !script.contains("manual"), "hidden commands are no help")
  }

  @Test func manualPages() throws {
    let files = MemoryFiles()
    #expect(run(files, "manual", "/man").status == .success)
    let main = try #require(files.text(of: "/man/masque.1"))
    #expect(main.hasPrefix(".TH \"MASQUE\" 1 \"\" \"masque \(projectVersion)\" \"Masques\"\n.SH NAME\nmasque \\- "))
    for section in [
      "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "FILES", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES",
    ] {
      #expect(main.contains("\n.SH \(section)\n"), "\(section)")
    }
    let explain = try #require(files.text(of: "/man/masque-intent-explain.1"))
    #expect(explain.contains("masque intent explain \"implement the parser\" \\-\\-masque codesmith"))
    // Every command that the help shows has a page, and no other.
    let pages = try files.entries(of: "/man").map { String(decoding: $0.name.dropLast(2), as: UTF8.self) }
    let references = main.split(separator: "\n").filter { $0.hasPrefix(".BR ") }
    let shown = references.map { String($0.dropFirst(4).dropLast(4)).replacing("\\-", with: "-") }
    #expect(Set(shown).subtracting(pages) == ["masque-lint"])
    #expect(!pages.contains("masque-manual") && !pages.contains("masque-complete") && !pages.contains("masque-help"))
    let requests: Set = [".TH", ".SH", ".TP", ".PP", ".B", ".BR", ".I", ".nf", ".fi", ".RS", ".RE"]
    for page in pages {
      let text = try #require(files.text(of: FilePath("/man/\(page).1")))
      // Nothing that is no request begins as one.
      for line in text.split(separator: "\n") where line.hasPrefix(".") {
        let request = String(line.prefix { $0 != " " })
        #expect(requests.contains(request), "\(page): \(line)")
      }
    }
  }

  @Test func manualPagesOfOtherPrograms() throws {
    let files = MemoryFiles(texts: [
      "/work/dump": """
      {"command": {"commandName": "masque-lint explain", "abstract": "Says.", "discussion": ".hidden \\\\ x",
      "arguments": [{"kind": "option", "names": [{"kind": "long", "name": "a-b"}, {"kind": "short", "name": "a"}],
      "valueName": "n", "abstract": "Why.", "isOptional": true, "isRepeating": true, "allValues": ["x", "y"],
      "defaultValue": "x"}]}}
      """, "/work/none": "[]",
    ])
    #expect(run(files, "manual", "/man", "--from", "dump").status == .success)
    let page = try #require(files.text(of: "/man/masque-lint-explain.1"))
    #expect(page.contains("\n\\&.hidden \\e x\n") && page.contains("[\\fB\\-\\-a\\-b\\fR \\fIn\\fR ...]"))
    #expect(page.contains("Values: \\fBx\\fR, \\fBy\\fR.\nIf not given: \\fBx\\fR."))
    #expect(run(files, "manual", "/man", "--from", "none").error.contains("no description of a program's arguments"))
    #expect(run(files, "manual", "/man", "--from", "gone").status == .usage)
  }
}

@Suite struct TerminalTests {
  @Test func tablesFitTheTerminal() {
    var table = TextTable([.init("n", isNumeric: true), .init("name"), .init("words")])
    table.add(mark: "* ", ["1", "漢字", "short"])
    table.add(mark: "  ", ["12", "é", "a long tale about a masque"])
    #expect(
      table.text(Style(false)) == """
           n  name  words
        *  1  漢字  short
          12  é     a long tale about a masque

        """)
    #expect(table.text(Style(false, columns: 22), hasTitles: false).hasSuffix("  12  é     a long ta…\n"))
    #expect(TextTable([.init("x")]).text(Style(true)).isEmpty)
    var bare = TextTable([.init("a"), .init("b")])
    bare.add(["1"])
    #expect(bare.text(Style(false), hasTitles: false) == "1\n")
  }

  @Test func aLastColumnOfNumbersStandsToTheRightAndIsNeverCut() {
    var table = TextTable([.init("what"), .init("amount", isNumeric: true)])
    table.add(["a rather long name", "1234567.890001"])
    table.add(["b", "0.50"])
    let wanted = """
      what                        amount
      a rather long name  1234567.890001
      b                             0.50

      """
    #expect(table.text(Style(false)) == wanted)
    #expect(table.text(Style(false, columns: 20)) == wanted)
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("\u{1B}[1;31mred\u{1B}[0m", 3), ("👩\u{200D}🔬", 2), ("🇩🇪", 2),
  ])
  func widths(_ text: String, _ width: Int) { #expect(terminalWidth(of: text) == width) }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("漢字漢字", 5, "漢字…"), ("漢字漢字", 4, "漢…"), ("ab", 1, "…"),
  ])
  func cuts(_ text: String, _ columns: Int, _ expected: String) {
    #expect(shortened(text, to: columns) == expected)
    #expect(terminalWidth(of: shortened(text, to: columns)) <= columns)
  }
}
