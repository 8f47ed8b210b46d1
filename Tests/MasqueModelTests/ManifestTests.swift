import SeededRandom
import SourceText
import Testing
import YAMLSyntax

@testable import MasqueModel

@Suite struct SummaryTests {
  @Test func fields() throws {
    let text = """
      <<: &base {ring: guest}
      name: "A\\tb"
      index: 0x10
      version: &v 1.0.0-rc.1
      attributes:
        domain: 7
        philosophy: |
          One.
            Two.
      """
    let summary = MasqueSummary(SyntaxTree(SourceText(text)))
    #expect(summary.name?.value == "A\tb" && summary.index?.value == 16 && summary.version?.value == "1.0.0-rc.1")
    #expect(summary.ring?.value == .guest && summary.domain?.value == "7" && summary.tagline?.value == "One. Two.")
    let range = try #require(summary.index?.range)
    #expect(SourceText(text)[range] == "0x10")
    #expect(summary.isWhole)
  }

  @Test(arguments: [
    "", "- a", "name: ' '\nindex: 0\nversion: 1.0\nring: playr", "name: \u{2003}\nindex: -1\nattributes: {tagline: }",
    "index: 1.5\nattributes: [x]", "index: 99999999999999999999999",
  ])
  func nothing(_ text: String) {
    #expect(MasqueSummary(SyntaxTree(SourceText(text))) == MasqueSummary(), "\(text)")
  }
}

@Suite struct ManifestTests {
  @Test func roundTrip() throws {
    let entries = [
      Manifest.Entry(name: "zed", index: 2, version: "1.0.0", ring: "admin", domain: nil, tagline: nil),
      Manifest.Entry(
        name: "Ärger: no", index: 1, version: "2.0.0+b", ring: "guest", domain: "yes", tagline: "A \"b\" #c\\"),
    ]
    var manifest = Manifest(of: [], generatedAt: "2026-01-01T00:00:00Z")
    #expect(manifest.yaml == "generated_at: \"2026-01-01T00:00:00Z\"\nmasques: []\n")
    manifest.masques = entries
    let syntax = SyntaxTree(SourceText(manifest.yaml))
    let file = ManifestFile(syntax)
    #expect(file.isWellFormed && file.generatedAt == "2026-01-01T00:00:00Z")
    let listed = try #require(file.entries)
    let read = listed.map { entry in
      Manifest.Entry(
        name: entry.name?.value ?? "", index: entry.index?.value ?? 0, version: entry.version?.value ?? "",
        ring: entry.ring?.value ?? "", domain: entry.domain?.value, tagline: entry.tagline?.value)
    }
    #expect(read == entries)
  }

  private static let plain = [
    Manifest.Entry(name: "Codesmith", index: 1, version: "1.1.0", ring: "player", domain: nil, tagline: nil),
    Manifest.Entry(
      name: "Jo's Library (old)", index: 20, version: "2.0.0-rc.1+b", ring: "guest", domain: "data analysis",
      tagline: "Écoute d’abord\u{A0}: 中 \u{1F3AD} # no comment"),
  ]

  private static func manifest(_ entries: [Manifest.Entry]) -> Manifest {
    var manifest = Manifest(of: [], generatedAt: "2026-01-01T00:00:00Z")
    manifest.masques = entries
    return manifest
  }

  @Test func whatIsWrittenIsReadWithoutAParser() {
    let yaml = Self.manifest(Self.plain).yaml
    let read = PlainManifestReader.read(Array(yaml.utf8))
    #expect(read?.entries?.map { $0.name?.value } == ["Codesmith", "Jo's Library (old)"])
    #expect(read == ManifestFile(SyntaxTree(SourceText(yaml))))
  }

  /// Manifests with bytes changed, doubled, removed and put elsewhere.
  @Test(arguments: [
    plain,
    [
      Manifest.Entry(name: "null", index: 0, version: "~", ring: "true", domain: "1e3", tagline: "\u{85}\u{2028}\\"),
      Manifest.Entry(name: "- a: b", index: 1, version: "", ring: "", domain: " x ", tagline: "\u{FEFF}\u{7F}\t\""),
      Manifest.Entry(name: "中", index: 2, version: "1", ring: "a", domain: "\u{1F3AD}", tagline: "é\u{A0}"),
    ],
  ])
  func bothReadersAgree(_ entries: [Manifest.Entry]) {
    let bytes = Array(Self.manifest(entries).yaml.utf8)
    var random = SplitMix64(seed: 7)
    let interesting =
      Array("\"\\'#:-~?!&*|>%@ \t\r\n0nullx".utf8) + [0x00, 0x7F, 0x80, 0xC2, 0xC3, 0xE2, 0xED, 0xEF, 0xFF]
    var plainlyRead = 0
    for round in 0..<20_000 {
      var changed = bytes
      for _ in 0..<(round % 3) {
        let place = Int.random(in: 0..<changed.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: changed[place] = interesting.randomElement(using: &random) ?? 0
        case 1: changed.insert(interesting.randomElement(using: &random) ?? 0, at: place)
        case 2: changed.remove(at: place)
        default:
          let end = min(changed.count, place + Int.random(in: 1..<40, using: &random))
          changed.insert(contentsOf: changed[place..<end], at: Int.random(in: 0...changed.count, using: &random))
        }
      }
      guard let plain = PlainManifestReader.read(changed) else { continue }
      plainlyRead += 1
      let parsed = ManifestFile(SyntaxTree(SourceText(changed)))
      #expect(plain == parsed, "\(String(decoding: changed, as: UTF8.self))")
    }
    // The test would show nothing if the reader took nothing that was changed.
    #expect(plainlyRead > 100 || entries != Self.plain)
  }

  @Test func orderDoesNotDependOnTheFiles() {
    let summaries = ["b", "A", "Ä", "a b", "C"].enumerated().map { index, name -> MasqueSummary in
      MasqueSummary(
        SyntaxTree(SourceText("name: \(name)\nindex: \(index + 1)\nversion: 1.0.0\nring: guest\n")))
    }
    let manifest = Manifest(of: summaries + [MasqueSummary()], generatedAt: "x")
    #expect(manifest.masques.map(\.name) == ["A", "a b", "b", "C", "Ä"])
    #expect(Manifest(of: summaries.reversed(), generatedAt: "x") == manifest)
  }

  @Test(arguments: [
    ("generated_at: x\n", true), ("masques: []\n", true), ("", true), ("kind: Service\n", false), ("- a\n", false),
  ])
  func isManifest(_ text: String, _ expected: Bool) {
    #expect(ManifestFile.isManifest(Array(text.utf8)) == expected)
  }
}

@Suite struct MasqueNameTests {
  @Test(arguments: [
    ("codesmith", "Codesmith", true), ("incident-commander", "Incident Commander", true),
    ("incident-commander", "Incident  Commander", true), ("Codesmith", "Codesmith", false),
    ("incident_commander", "Incident Commander", false), ("incidentcommander", "Incident Commander", false),
    ("c++-guru", "C++ Guru", true), ("c-guru", "C++ Guru", true), ("cpp-guru", "C++ Guru", false),
    ("anything", "☂", true), ("x", "", true), ("a-b", "a/b", true), ("dr.-who", "Dr. Who", true),
    ("dr-who", "Dr. Who", true),
    ("a\u{308}rger", "Ärger", true),
  ])
  func stems(_ stem: String, _ name: String, _ expected: Bool) {
    #expect(MasqueName.stem(stem, isOf: name) == expected)
  }

  @Test(arguments: [
    ("Codesmith", "codesmith"), (" Incident\t Commander ", "incident commander"), ("Ä", "a\u{308}"),
    ("Straße", "STRASSE"),
  ])
  func keys(_ a: String, _ b: String) {
    // Simple folding keeps the length of a word: ß stays.
    #expect((MasqueName.key(of: a) == MasqueName.key(of: b)) == (a != "Straße"))
  }
}
