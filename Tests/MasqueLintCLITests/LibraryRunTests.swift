import JSON
import MasqueLintCLI
import MasqueWorkspace
import Testing

@Suite("What masques have in common")
struct LibraryRunTests {
  private func masque(_ name: String, _ index: Int) -> String {
    soundMasque.replacing("Scribe", with: name).replacing("index: 1", with: "index: \(index)")
  }

  private var texts: [String: String] {
    var result: [String: String] = [:]
    for number in 0..<20 {
      let name = number % 6 == 5 ? "N0" : "N\(number)"
      result["personas/\(number < 10 ? "a" : "b")/\(name.lowercased())-\(number).masque.yaml"] = masque(
        name, number % 8 + 1)
    }
    return result
  }

  @Test("Batches find what one run finds", arguments: [1, 3, 7])
  func batches(_ size: Int) {
    let files = MemoryFiles(texts: texts)
    let arguments = ["--format=compact", "--quiet", "--select=duplicate-index,duplicate-name"]
    let whole = run(arguments, in: files)
    #expect(whole.status == .findings)
    #expect(whole.outputText.split(separator: "\n").count == 12 + 3)
    let names = texts.keys.map { FilePath($0) }.sorted().map(\.description)
    var parts = ""
    for start in stride(from: 0, to: names.count, by: size) {
      parts += run(arguments + names[start..<min(start + size, names.count)].reversed(), in: files).outputText
    }
    #expect(parts == whole.outputText)
  }

  @Test("--fix gives duplicates the next free indices, and is done then")
  func fix() throws {
    let files = MemoryFiles(texts: texts)
    let outcome = run(["--fix", "--select=duplicate-index", "--quiet"], in: files)
    #expect(outcome == Outcome(status: .clean, output: [], error: []))
    let indices = texts.keys.compactMap { path in
      files.text(of: FilePath(path))?.split(separator: "\n").first { $0.hasPrefix("index:") }
    }
    #expect(Set(indices).count == 20)
    #expect(run(["--select=duplicate-index"], in: files).status == .clean)
    #expect(run(["--diff", "--select=duplicate-index"], in: files).output.isEmpty)
  }

  @Test("--diff shows what --fix would do to a library, and does nothing")
  func diff() {
    let files = MemoryFiles(texts: ["a.masque.yaml": masque("A", 1), "b.masque.yaml": masque("B", 1)])
    let outcome = run(["--diff", "--select=duplicate-index"], in: files)
    #expect(outcome.outputText.contains("+++ b.masque.yaml"))
    #expect(outcome.outputText.contains("-index: 1\n+index: 2\n"))
    #expect(files.text(of: "b.masque.yaml") == masque("B", 1))
  }

  @Test("Standard input belongs to the library of its name, with its own text")
  func standardInput() throws {
    let files = MemoryFiles(texts: ["a.masque.yaml": masque("A", 1), "b.masque.yaml": masque("B", 1)])
    let arguments = ["--format=compact", "--stdin-filename", "b.masque.yaml", "-"]
    #expect(run(arguments, in: files, input: masque("B", 2)).status == .clean)
    #expect(run(arguments, in: files, input: masque("A", 3)).outputText.contains("duplicate-name"))
    let fixed = run(["--fix", "--stdin-filename", "b.masque.yaml", "-"], in: files, input: masque("B", 1))
    #expect(fixed.outputText == masque("B", 2))
    #expect(fixed.status == .clean)
    #expect(files.text(of: "b.masque.yaml") == masque("B", 1))
    // Without a name it belongs nowhere.
    #expect(!run(["--format=compact", "-"], in: files, input: masque("A", 1)).outputText.contains("duplicate"))
  }

  @Test("Excluded and ignored masques are in no library")
  func excluded() {
    let files = MemoryFiles(texts: [
      ".git/HEAD": "", ".gitignore": "old/\n", ".masque-lint.yaml": "exclude: [drafts/]\nselect: [duplicate]",
      "personas/a.masque.yaml": masque("A", 1), "personas/old/a.masque.yaml": masque("A", 1),
      "personas/drafts/a.masque.yaml": masque("A", 1),
    ])
    #expect(run([], in: files).status == .clean)
    #expect(run(["personas/a.masque.yaml"], in: files).status == .clean)
    #expect(run(["personas/a.masque.yaml", "personas/drafts/a.masque.yaml"], in: files).status == .findings)
  }

  @Test("A comment that hides such a finding is heeded, and one that hides nothing is found")
  func suppressed() {
    let hidden = masque("B", 1).replacing(
      "index: 1", with: "index: 1  # masque-lint: disable-line duplicate-index -- on purpose")
    let files = MemoryFiles(texts: [
      "a.masque.yaml": masque("A", 1), "b.masque.yaml": hidden, "x/c.masque.yaml": hidden,
    ])
    let outcome = run(["--format=compact", "--select=duplicate,suppression"], in: files)
    #expect(outcome.outputText.contains("x/c.masque.yaml"))
    #expect(outcome.outputText.contains("suppression-unused"))
    #expect(!outcome.outputText.contains("b.masque.yaml"))
  }

  @Test("A stale manifest is found where its folder is named")
  func manifest() {
    let files = MemoryFiles(texts: [
      "personas/manifest.yaml": "generated_at: 2026-01-01T00:00:00Z\nmasques: []\n",
      "personas/a.masque.yaml": masque("A", 1),
    ])
    #expect(run(["--format=compact"], in: files).outputText.hasPrefix("personas/manifest.yaml:"))
    #expect(run(["--format=compact", "personas/a.masque.yaml"], in: files).output.isEmpty)
    #expect(run(["--ignore=manifest-stale"], in: files).output.isEmpty)
  }
}
