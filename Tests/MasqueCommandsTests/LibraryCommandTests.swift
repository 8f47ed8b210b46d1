import Foundation
import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import Testing
import YAMLSyntax

private let library: [String: String] = [
  "/home/.masques/scribe.masque.yaml": masque(
    "scribe", index: 7, version: "2.0.0", rest: "attributes: {domain: prose}\n"),
  "/home/.masques/manifest.yaml": "masques: []\n",
  "/home/.masques/ledger/deep.masque.yaml": masque("Deep"),
  "personas/scribe.masque.yaml": masque("Scribe", index: 1),
  "personas/incident-commander.masque.yaml": masque(
    "Incident Commander", index: 2, ring: "admin", rest: "attributes:\n  tagline: \"Calm.\"\n"),
  "personas/broken.masque.yaml": "name: Broken\nring: [\n",
  "personas/half.masque.yml": "name: Half\nlens: x\n",
  "personas/empty.masque.yaml": "",
  "personas/inner/deep.masque.yaml": masque("Deeper", index: 4),
  "personas/notes.yaml": "name: Notes\n",
  "personas/manifest.yaml": "masques: []\n",
]

@Suite struct ListTests {
  @Test func everythingIsListed() throws {
    let result = try run("list", nil, context(library))
    let lines = try #require(result["masques"]?.arrayValue).map { masque in
      [masque["source"], masque["name"], masque["file"], masque["problem"]].map { $0?.stringValue ?? "-" }
        .joined(separator: " | ") + (masque["shadowed"] == true ? " | shadowed" : "")
    }
    #expect(
      lines == [
        "private | scribe | /home/.masques/scribe.masque.yaml | -",
        "shared | Broken | personas/broken.masque.yaml | line 2: the `[` has no `]`",
        "shared | Deeper | personas/inner/deep.masque.yaml | -",
        "shared | Empty | personas/empty.masque.yaml | is empty",
        "shared | Half | personas/half.masque.yml | has no valid `index`, `version` and `ring`",
        "shared | Incident Commander | personas/incident-commander.masque.yaml | -",
        "shared | Scribe | personas/scribe.masque.yaml | - | shadowed",
      ])
    #expect(result["errors"] == [])
  }

  @Test func oneSource() throws {
    let result = try run("list", ["source": "private"], context(library))
    #expect(
      result["masques"] == [
        [
          "name": "scribe", "index": 7, "version": "2.0.0", "ring": "player", "domain": "prose", "source": "private",
          "file": "/home/.masques/scribe.masque.yaml", "active": false, "shadowed": false,
        ]
      ])
  }

  @Test func theWornOneIsMarked() throws {
    let active = CommandContext.ActiveMasque(name: "Scribe", source: .shared)
    let result = try run("list", nil, context(library, active: active))
    let worn = try #require(result["masques"]?.arrayValue).filter { $0["active"] == true }
    #expect(worn.map { $0["file"] } == ["personas/scribe.masque.yaml"])
  }

  @Test func nothing() throws {
    #expect(try run("list", nil, context([:])) == ["version": 1, "masques": [], "errors": []])
  }

  @Test func linksStayInTheirFolder() throws {
    let files = MemoryFiles(texts: library)
    files["/etc/secret.masque.yaml"] = .file(Array(masque("Secret", index: 9).utf8))
    files["/work/personas/out.masque.yaml"] = .link("/etc/secret.masque.yaml")
    files["/work/personas/lost.masque.yaml"] = .link("nowhere.masque.yaml")
    files["/work/personas/alias.masque.yaml"] = .link("inner/deep.masque.yaml")
    files["/work/personas/slow.masque.yaml"] = .special(.fifo)
    files["/work/personas/closed.masque.yaml"] = .failing("Permission denied")
    let result = try run("list", nil, context(files))
    func problem(_ file: String) -> String? {
      result["masques"]?.arrayValue?.first { $0["file"]?.stringValue == "personas/\(file)" }?["problem"]?.stringValue
    }
    #expect(problem("out.masque.yaml") == "is a link that leads out of its folder")
    #expect(problem("alias.masque.yaml") == nil)
    #expect(problem("closed.masque.yaml") == "Permission denied")
    #expect(problem("slow.masque.yaml")?.hasPrefix("is a FIFO") == true)
    #expect(failure("inspect", ["masque": "out"], context(files))?.message.contains("leads out of its folder") == true)
    #expect(failure("inspect", ["masque": "Secret"], context(files))?.reason == .notFound)
    #expect(failure("inspect", ["masque": 9], context(files))?.reason == .notFound)
  }

  @Test func whatAnEditorHasNotSavedCounts() throws {
    let overlay = OverlayFiles(
      [
        "personas/scribe.masque.yaml": Array(masque("Scrivener", index: 1).utf8),
        "personas/new.masque.yaml": Array(masque("Newcomer", index: 12).utf8),
      ], over: MemoryFiles(texts: library))
    let names = try run("list", ["source": "shared"], context(overlay))["masques"]?.arrayValue?.map { $0["name"] }
    #expect(
      names?.contains("Newcomer") == true && names?.contains("Scrivener") == true && names?.contains("Scribe") == false)
    #expect(try run("inspect", ["masque": 12], context(overlay))["masque"]?["name"] == "Newcomer")
  }
}

@Suite struct ReferenceTests {
  @Test(arguments: [
    ("Scribe", "/home/.masques/scribe.masque.yaml"), ("SCRIBE", "/home/.masques/scribe.masque.yaml"),
    ("  scribe ", "/home/.masques/scribe.masque.yaml"), ("7", "/home/.masques/scribe.masque.yaml"),
    ("1", "personas/scribe.masque.yaml"), ("incident-commander", "personas/incident-commander.masque.yaml"),
    ("INCIDENT  commander", "personas/incident-commander.masque.yaml"),
    ("personas/scribe.masque.yaml", "personas/scribe.masque.yaml"),
    ("./personas/../personas/scribe.masque.yaml", "personas/scribe.masque.yaml"),
    ("/work/personas/scribe.masque.yaml", "personas/scribe.masque.yaml"),
    ("file:///work/personas/scribe.masque.yaml", "personas/scribe.masque.yaml"),
    ("half", "personas/half.masque.yml"), ("deeper", "personas/inner/deep.masque.yaml"),
  ])
  func finds(_ reference: String, _ file: String) throws {
    #expect(try run("inspect", ["masque": .string(reference)], context(library))["masque"]?["file"] == .string(file))
  }

  @Test func numbersAreIndices() throws {
    #expect(try run("inspect", ["masque": 2], context(library))["masque"]?["name"] == "Incident Commander")
    #expect(
      failure("inspect", ["masque": 99], context(library))?.message
        == "no masque has the index 99; `list` shows those that there are")
  }

  @Test(arguments: [
    ("scribes", "no masque is called `scribes`: did you mean `scribe`?"),
    ("Deep", "no masque is called `Deep`: did you mean `Deeper`?"),
    ("notes", "no masque is called `notes`; `list` shows those that there are"),
    ("..", "no masque is called `..`; `list` shows those that there are"),
    ("a\u{0}b\u{1B}", "no masque is called `a\\x00b\\x1B`; `list` shows those that there are"),
    ("../../etc/passwd", "../../etc/passwd: is no masque: their names end in .masque.yaml or .masque.yml"),
    ("/etc/passwd", "/etc/passwd: is no masque: their names end in .masque.yaml or .masque.yml"),
    ("gone.masque.yaml", "gone.masque.yaml: No such file or directory"),
    ("personas/", "personas: is no masque: their names end in .masque.yaml or .masque.yml"),
    ("self", "no masque is worn, so there is no `self`; name one instead"),
  ])
  func whatIsNotThereIsSaid(_ reference: String, _ message: String) {
    #expect(failure("preview", ["masque": .string(reference)], context(library))?.message == message)
  }

  @Test func longNamesAreShortened() throws {
    let name = String(repeating: "🎭", count: 10_000)
    let message = try #require(failure("preview", ["masque": .string(name)], context(library))?.message)
    #expect(message.count < 200)
  }

  @Test func theWornOneNeedsNoName() throws {
    let active = CommandContext.ActiveMasque(name: "scribe", source: .private)
    for argument: JSONValue in [[:], ["masque": "self"]] {
      let result = try run("inspect", argument, context(library, active: active))
      #expect(result["masque"]?["file"] == "/home/.masques/scribe.masque.yaml")
    }
    let gone = CommandContext.ActiveMasque(name: "Ghost", source: .private)
    #expect(
      failure("inspect", [:], context(library, active: gone))?.message == "the masque that is worn, `Ghost`, is gone")
  }

  @Test func placesOfAProcess() {
    let files = MemoryFiles(
      [
        "/work/personas": .folder, "/work/deep/er": .folder, "/repo/.git": .folder, "/repo/sub/a": .folder,
        "/extra": .folder,
      ], currentFolder: "/work")
    func places(_ environment: [String: String], _ workspace: FilePath = "/work/deep/er") -> MasquePlaces {
      MasquePlaces(
        workspaces: [workspace], personas: ["/named"], shipped: "/usr/share/masques/personas",
        environment: { environment[$0] }, in: files)
    }
    let usual = places(["HOME": "/home/a", "MASQUES_PERSONAS": "/extra:more:/extra"])
    #expect(usual.privateFolder == "/home/a/.masques")
    #expect(
      usual.sharedFolders == ["/work/personas", "/named", "/extra", "/work/more", "/usr/share/masques/personas"])
    #expect(places(["HOME": "/home/a", "MASQUES_HOME": "/m"]).privateFolder == "/m")
    #expect(places(["MASQUES_HOME": ""]).privateFolder == nil)
    #expect(places([:], "/repo/sub/a").sharedFolders == ["/named", "/usr/share/masques/personas"])
  }
}

@Suite struct InspectTests {
  @Test func sectionsAreInOrderAndNotEmpty() throws {
    let text = """
      zeal: high
      lens: Look.
      mcp: {servers: []}
      context: "  "
      skills: [{uri: skill://a/b, level: novice}]
      attributes: {domain: &d prose, again: *d, empty: , list: []}
      access: {ttl: session}
      intent: {allowed: [a], denied: []}
      ring: guest
      version: "1.0.0"
      index: 3
      name: Odd
      """
    let result = try run("inspect", ["masque": "odd.masque.yaml"], context(["odd.masque.yaml": text]))
    #expect(
      result["masque"] == ["name": "Odd", "index": 3, "version": "1.0.0", "ring": "guest", "file": "odd.masque.yaml"])
    let sections = try #require(result["sections"]?.objectValue)
    #expect(sections.keys == ["attributes", "skills", "intent", "access", "lens", "zeal"])
    #expect(sections["attributes"]?["again"] == "prose")
    #expect(result["problems"] == [])
  }

  @Test func brokenMasquesAreShown() throws {
    let text = "name: Odd\nindex: x\nring: king\nskills: [{uri: skill://a/b}]\n"
    let result = try run("inspect", ["masque": "odd.masque.yaml"], context(["odd.masque.yaml": text]))
    #expect(result["sections"]?["skills"] != nil)
    let problems = try #require(result["problems"]?.arrayValue)
    #expect(problems.contains { $0["line"] == 3 && $0["column"] == 7 }, "\(problems)")
  }

  @Test func everyPersona() throws {
    let folder = repository.appendingPathComponent("personas").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".masque.yaml") }
    #expect(names.count > 10)
    for name in names {
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      let context = context(MemoryFiles(["/work/personas/\(name)": .file(Array(data))].mapKeys()))
      let result = try run("inspect", ["masque": .string("personas/\(name)")], context)
      #expect(result["problems"] == [], "\(name)")
      // The preview is what the renderer gives for the same bytes.
      let preview = try run("preview", ["masque": .string("personas/\(name)")], context)
      let block = try #require(IdentityBlock(SyntaxTree(SourceText(Array(data)))))
      #expect(preview["text"]?.stringValue == block.text)
    }
  }
}

extension Dictionary where Key == String, Value == MemoryFiles.Item {
  fileprivate func mapKeys() -> [FilePath: Value] {
    [FilePath: Value](uniqueKeysWithValues: map { (FilePath($0.key), $0.value) })
  }
}

@Suite struct PreviewTests {
  @Test func brokenMasquesAreRefused() {
    let files = [
      "a.masque.yaml": "name: Odd\nindex: 1\nversion: \"1.0.0\"\nring: king\nintent: {}\nlens: x\n",
      "b.masque.yaml": masque("Odd") + "mcp: [\n", "c.masque.yaml": "",
    ]
    let messages = ["a", "b", "c"].map { failure("preview", ["masque": .string("\($0).masque.yaml")], context(files)) }
    #expect(messages.map { $0?.reason } == [.unfitMasque, .unfitMasque, .unfitMasque])
    #expect(messages[0]?.message.hasPrefix("a.masque.yaml can't be put on: line 4: `ring`") == true, "\(messages)")
    #expect(messages[1]?.message.hasPrefix("b.masque.yaml can't be put on: line 8: ") == true, "\(messages)")
    #expect(messages[2]?.message == "c.masque.yaml can't be put on: line 1: the document is empty")
  }

  @Test func theConfigurationCounts() throws {
    var context = context(["a.masque.yaml": masque("Visitor", ring: "guest")])
    context.blockOptions.maximumGuestLifetime = "PT1H"
    let text = try run("preview", ["uri": "file:///work/a.masque.yaml"], context)["text"]?.stringValue
    #expect(text?.contains("This masque comes off after PT1H.") == true)
  }
}
