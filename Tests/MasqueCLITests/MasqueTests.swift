import Foundation
import JSON
import MasqueAnalysis
import MasqueCLI
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import Synchronization
import SystemIO
import Testing
import YAMLSyntax

@testable import MasqueRuntime

@Suite struct MasqueTests {
  @Test func list() {
    let outcome = run(files(), "list")
    #expect(
      outcome.output == """
          index  name    version  ring    domain  source   tagline
             12  Notary  1.0.0    guest   prose   private  Once.
              1  Scribe  1.0.0    player  prose   shared   Once.
        ! personas/broken.masque.yaml: line 1: this `[` is never closed: add `]`
          /usr/share/masques/personas/shipped.masque.yaml: `scribe` is found elsewhere first

        """)
    #expect(outcome.status == .success && outcome.error.isEmpty)
    #expect(run(MemoryFiles(), "list").output == "no masques\n")
  }

  @Test func inspect() {
    #expect(
      run(files(), "inspect", "scribe").output == """
        Scribe v1.0.0 (index 1)
        ring: player
        file: personas/scribe.masque.yaml

        attributes
          domain: prose
          tagline: Once.

        intent
          allowed:
            - write *
          denied:
            - write * without sources

        lens
          Write so that nobody
          has to ask twice.

        """)
    #expect(run(files(), "inspect", "personas/broken.masque.yaml").output.contains("! line 1: "))
  }

  @Test func previewIsTheBlock() throws {
    let preview = run(files(), "preview", "12").output
    let json = run(files(), "preview", "notary", "--json").output
    #expect(try JSONValue(parsing: json)["text"]?.stringValue == preview)
    #expect(preview.hasPrefix("<masque-active name=\"Notary\"") && preview.hasSuffix("“Once.”\n"))
  }

  @Test func intent() throws {
    let allowed = run(files(), "intent", "explain", "write a letter", "--masque", "scribe")
    #expect(allowed.status == .success)
    #expect(
      allowed.output == """
        personas/scribe.masque.yaml:7:13: allowed: "write a letter"
        7 |   allowed: ["write *"]
          |             ^^^^^^^^^ allowed by this pattern

        """)
    let denied = run(files(), "intent", "explain", "write it without sources", "--masque", "scribe")
    #expect(denied.status == .negative && denied.output.contains("`write *` (line 7) would allow it"))
    let other = run(files(), "intent", "explain", "sing", "--masque", "scribe", "--color=always")
    #expect(other.status == .negative && other.output.contains("\u{1B}[1;33mnot allowed\u{1B}[0m: \"sing\"\n"))
    let files = files()
    files["/work/new.masque.yaml"] = .file(Array(masque("New", index: 2).replacing("write *\"]", with: "*\"]").utf8))
    let diff = run(files, "intent", "diff", "scribe", "new.masque.yaml", "--fail-on-widening")
    #expect(
      diff.status == .negative
        && diff.output.hasPrefix("new.masque.yaml is wider than personas/scribe.masque.yaml\n\n+ ")
    )
    #expect(
      run(files, "intent", "diff", "scribe", "notary").output.hasSuffix(
        "lets the same phrases through as personas/scribe.masque.yaml\n"))
  }

  @Test(arguments: [
    (["inspect"], "masque: `inspect` needs `masque`: "),
    (["inspect", "nobody"], "masque: no masque is called `nobody`"),
    (["intent", "explain", "x"], "masque: `intent.explain` needs `masque`: "),
    (["list", "--source", "mine"], "Error: "), (["dance"], "Error: Unexpected argument 'dance'"),
    (["new", "../x"], "masque: `new`: no file can be called"),
    (["new", "Scribe"], "masque: there is a masque `Scribe`"),
    (["new", "X", "--index", "1"], "masque: `new`: 1 is the index of `Scribe`"),
    (["pin", "gone"], "masque: no masque is called `gone`"),
  ])
  func errors(_ arguments: [String], _ words: String) {
    let streams = TestStreams(failure: nil)
    let host = Host(
      arguments: arguments, environment: { _ in nil }, files: files(), streams: streams, now: { Timestamp(seconds: 0) })
    #expect(runMasque(host) == .usage)
    let error = streams.written.withLock { String(decoding: $0.error, as: UTF8.self) }
    #expect(error.hasPrefix(words), "\(error)")
  }

  @Test func outputThatCannotBeWritten() {
    #expect(run(files(), "list", failure: .closed).status == .success)
    let full = run(files(), "list", failure: .failed("No space left on device"))
    #expect(full.status == .failure && full.error.contains("No space left on device"))
  }

  @Test func helpAndVersion() {
    for command in ["list", "inspect", "preview", "new", "sync-manifest", "pin"] {
      let help = run(files(), command, "--help")
      #expect(help.status == .success && help.output.contains("Example: masque \(command)"), "\(command)")
    }
    for command in commandDescriptions where command.shellName.hasPrefix("masque ") {
      let streams = TestStreams(failure: nil)
      let arguments = command.shellName.split(separator: " ").dropFirst().map(String.init) + ["--help"]
      let host = Host(
        arguments: arguments, environment: { _ in nil }, files: files(), streams: streams,
        now: { Timestamp(seconds: 0) })
      #expect(runMasque(host) == .success, "\(command.shellName)")
      let help = streams.written.withLock { String(decoding: $0.output, as: UTF8.self) }
      #expect(help.contains("USAGE: \(command.shellName)"), "\(help)")
    }
    #expect(run(files(), "--version").output == "masque \(projectVersion)\n")
    #expect(run(files(), "intent").output.contains("SUBCOMMANDS:"))
  }
}

@Suite struct WritingTests {
  @Test(arguments: [
    ("Other", [] as [String]),
    ("Code Gardener: pro", ["--ring", "player", "--allowed", "say \"x\"", "--denied", "*\\*"]),
    ("Yes", ["--lens", "Look.\n\nThen look again.", "--tagline", "It's \"#1\"", "--domain", "no"]),
    ("Ärger 🎭", ["--ring", "admin", "--lens", " leading"]), ("Ends", ["--lens", "a\n", "--source", "private"]),
  ])
  func newMasquesAreClean(_ name: String, _ options: [String]) throws {
    let files = files()
    let streams = TestStreams(failure: nil)
    let host = Host(
      arguments: ["new", name, "--json"] + options, environment: { ["HOME": "/home/b"][$0] }, files: files,
      streams: streams, now: { Timestamp(seconds: 0) })
    #expect(runMasque(host) == .success)
    let result = try JSONValue(parsing: streams.written.withLock { $0.output })
    #expect(NewCommand.description.resultShape.problems(in: result) == [])
    let path = try #require(result["masque"]?["file"]?.stringValue)
    let text = try #require(files.text(of: FilePath(path)))
    #expect(text == result["text"]?.stringValue)
    let found = analyze(Snapshot(path: path, text: SourceText(text))).findings
    #expect(found.isEmpty, "\(found.map(\.message)) \(text)")
    #expect(result["masque"]?["name"] == .string(name))
    #expect(result["masque"]?["index"] == (options.contains("private") ? 1 : 2))
  }

  @Test func shippedMasquesAreLeftAlone() {
    let files = MemoryFiles(texts: ["/usr/share/masques/personas/shipped.masque.yaml": masque("Shipped", index: 3)])
    #expect(run(files, "new", "Other").error.contains("there is no folder `personas` here"))
    #expect(run(files, "sync-manifest").status == .usage)
    #expect(run(files, "list").output.contains("Shipped"))
  }

  @Test func manifests() throws {
    let files = files()
    let first = run(files, "sync-manifest")
    #expect(
      first.output == """
        ✓ wrote /home/a/.masques/manifest.yaml (1 masque)
        ✓ wrote personas/manifest.yaml (1 masque)
        ! left out personas/broken.masque.yaml: line 1: this `[` is never closed: add `]`

        """)
    let text = try #require(files.text(of: "personas/manifest.yaml"))
    #expect(text.hasPrefix("generated_at: \"2026-11-21T12:00:00Z\"\nmasques:\n  - name: Scribe\n"), "\(text)")
    #expect(run(files, "sync-manifest", "shared").output.hasPrefix("unchanged: personas/manifest.yaml (1 masque)\n"))
    #expect(files.text(of: "personas/manifest.yaml") == text)
    files["personas/manifest.yaml"] = .file(Array("start_url: /\n".utf8))
    #expect(run(files, "sync-manifest", "shared").error.contains("is no manifest of masques and is left alone"))
    #expect(files.text(of: "personas/manifest.yaml") == "start_url: /\n")
  }

  @Test func pins() throws {
    let files = files()
    #expect(run(files, "pin", "scribe").output == "✓ pinned Scribe v1.0.0 in .masques.lock.yaml\n")
    let lock = try #require(files.text(of: ".masques.lock.yaml"))
    #expect(lock.contains(sha256(Array(masque("Scribe", index: 1).utf8))))
    #expect(run(files, "pin", "1").output == "Scribe v1.0.0 is pinned already in .masques.lock.yaml\n")
    #expect(run(files, "pin", "notary").status == .success)
    let both = try #require(files.text(of: ".masques.lock.yaml"))
    #expect(try #require(both.range(of: "Notary")).lowerBound < (try #require(both.range(of: "Scribe")).lowerBound))
    files["personas/scribe.masque.yaml"] = .file(Array(masque("Scribe", index: 1, ring: "admin").utf8))
    #expect(run(files, "pin", "scribe").error.contains("`Scribe` is pinned at version 1.0.0 with other bytes"))
    #expect(files.text(of: ".masques.lock.yaml") == both)
    for corrupt in ["masques: {", "pins: []", "masques: [{name: a}]", "masques: [{name: a, version: 1.0, sha256: x}]"] {
      files[".masques.lock.yaml"] = .file(Array(corrupt.utf8))
      #expect(run(files, "pin", "notary").status == .usage)
      #expect(files.text(of: ".masques.lock.yaml") == corrupt)
    }
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func digests(_ message: String, _ digest: String) { #expect(sha256(Array(message.utf8)) == digest) }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
      (-1, "1969-12-31T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"), (1_795_262_400, "2026-11-21T12:00:00Z"),
    ] as [(Int64, String)])
  func times(_ seconds: Int64, _ text: String) {
    #expect(Timestamp(seconds: seconds).text == text)
    #expect(Timestamp(text)?.seconds == seconds)
  }

  /// A manifest is believed about what is older than it, and about nothing else.
  @Test func listsGoThroughManifests() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("masque-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    let folder = "\(root)/personas"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ name: String, _ text: String, age: Double) throws {
      let path = "\(folder)/\(name)"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
    }
    let manifest = Manifest(
      of: ["Old", "New", "Gone"].enumerated().map { number, name in
        MasqueSummary(SyntaxTree(SourceText(masque(name, index: number + 1))))
      }, generatedAt: "2026-11-21T12:00:00Z")
    try write("manifest.yaml", manifest.yaml, age: 100)
    try write("old.masque.yaml", masque("Old", index: 71), age: 200)
    try write("new.masque.yaml", masque("New", index: 72), age: 50)
    try write("other.masque.yaml", masque("Other", index: 73), age: 200)
    try write("broken.masque.yaml", "name: [", age: 200)
    let collection = MasqueCollection(
      MasquePlaces(sharedFolders: [FilePath(folder)]), in: SystemFiles(), trustsManifests: true)
    let indices = collection.entries.map { "\($0.name) \($0.summary.index?.value ?? 0) \($0.problem == nil)" }
    #expect(indices == ["[ 0 false", "New 72 true", "Old 1 true", "Other 73 true"])
    // Whoever looks for one masque looks at its bytes.
    let found = MasqueCollection.entry(
      for: "old", MasquePlaces(sharedFolders: [FilePath(folder)]), in: SystemFiles())
    #expect(found?.summary.index?.value == 71)
  }

  @Test func foldersAreMade() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("masque-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    let files = SystemFiles()
    for _ in 0..<2 { try files.makeFolder(FilePath("\(root)/a/b"), isPrivate: true) }
    let mode = try FileManager.default.attributesOfItem(atPath: "\(root)/a/b")[.posixPermissions] as? Int
    #expect(mode == 0o700)
    try Data().write(to: URL(fileURLWithPath: "\(root)/file"))
    #expect(throws: FileError.self) { try files.makeFolder(FilePath("\(root)/file"), isPrivate: false) }
    #expect(throws: FileError.self) { try files.makeFolder(FilePath("\(root)/file/x"), isPrivate: false) }
  }
}
