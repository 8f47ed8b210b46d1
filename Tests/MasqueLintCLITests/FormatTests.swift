import MasqueLintCLI
import MasqueWorkspace
import Testing

@Suite("format")
struct FormatTests {
  private static let untidy = "name:   A\nskills:\n- uri: skill://a/b\n"
  private static let tidy = "name: A\nskills:\n  - uri: skill://a/b\n"

  private func files(_ text: String = untidy) -> MemoryFiles {
    MemoryFiles(texts: ["a.masque.yaml": text, "sub/b.masque.yaml": Self.tidy, "c.txt": Self.untidy])
  }

  private func text(_ path: String, _ files: MemoryFiles) throws -> String {
    String(decoding: try files.read(FilePath(path), maximumLength: 1 << 20), as: UTF8.self)
  }

  @Test("Files are written, and then they are in order")
  func writes() throws {
    let files = files()
    let outcome = run(["format"], in: files)
    #expect(outcome.status == .clean && outcome.outputText.isEmpty)
    #expect(outcome.errorText == "changed 1 file; 1 file is in order\n")
    #expect(try text("a.masque.yaml", files) == Self.tidy)
    #expect(try text("c.txt", files) == Self.untidy)
    #expect(run(["format", "--check", "-q"], in: files).status == .clean)
  }

  @Test("--check and --diff write nothing")
  func dry() throws {
    let files = files()
    let check = run(["format", "--check", "a.masque.yaml"], in: files)
    #expect(check.status == .findings && check.outputText == "a.masque.yaml would change\n")
    let diff = run(["format", "--diff"], in: files)
    #expect(diff.status == .findings)
    #expect(diff.outputText.contains("-name:   A\n") && diff.outputText.contains("+name: A\n"))
    #expect(try text("a.masque.yaml", files) == Self.untidy)
  }

  @Test("Sections that are no YAML stay, and that is said")
  func broken() throws {
    let files = files("name:   A\nskills: [\nring:   guest\n")
    let outcome = run(["format", "a.masque.yaml"], in: files)
    #expect(outcome.status == .clean)
    #expect(outcome.errorText.hasPrefix("a.masque.yaml:2:1: left as it is: "))
    #expect(try text("a.masque.yaml", files) == "name: A\nskills: [\nring: guest\n")
  }

  @Test("Standard input is written formatted")
  func standardInput() {
    let outcome = run(["format", "-"], input: Self.untidy)
    #expect(outcome.status == .clean && outcome.outputText == Self.tidy)
    let check = run(["format", "--check", "-", "--stdin-filename=x.masque.yaml"], input: Self.untidy)
    #expect(check.status == .findings && check.outputText == "x.masque.yaml would change\n")
  }

  @Test("What can't be used")
  func usage() {
    #expect(run(["format", "none.masque.yaml"], in: files()).status == .usage)
    #expect(run(["format", "-", "a.masque.yaml"]).status == .usage)
    #expect(run(["format", "--stdin-filename=x", "a.masque.yaml"]).status == .usage)
    #expect(run(["format", "--help"]).status == .clean)
  }
}
