import JSON
import LanguageServerProtocol
import MasqueAnalysis
import SourceText
import Testing

@testable import MasqueServer

private let uri = "file:///masques/smith.masque.yaml"

private let sound = """
  name: Smith
  index: 1
  version: "1.0.0"
  ring: player
  intent:
    allowed:
      - "implement *"
  skills:
    - uri: skill://craft/iron
      level: expert
  attributes:
    domain: craft
  lens: |
    Work with care.

  """

/// What goes wrong in the server for YAML in general that authors would use instead, each seen there with our schema.
@Suite(patience) struct PeerTests {
  private func found(_ text: String) -> [Finding] {
    findings(in: Snapshot(path: "/masques/smith.masque.yaml", text: SourceText(text)))
  }

  private func keys(_ text: String) -> [String] {
    documentSymbols(in: Snapshot(path: "", text: SourceText(text))).map(\.name)
  }

  @Test func theMasqueIsSound() { #expect(found(sound).isEmpty) }

  @Test func aTabIndentedLineDoesNotLoseTheRestOfTheFile() {
    let text = sound.replacing("  domain: craft", with: "\tdomain: craft").replacing("Work with", with: "Work w/")
      .replacing("expert", with: "exprt")
    #expect(found(text).map(\.code) == ["schema-enum", "yaml-tab-indent"])
    #expect(keys(text) == keys(sound))
    let behind = sound.replacing("  domain: craft", with: "\tdomain: craft").replacing("lens: |", with: "lense: |")
    #expect(found(behind).map(\.code) == ["yaml-tab-indent", "unknown-key"])
  }

  @Test(
    arguments: [
      ("    - \"implement *\"", "    - \"implement *\"\n   - \"design *\""),
      ("    - \"implement *\"", "    - \"implement *\"\n      - \"design *\""),
      ("    level: expert", "   level: expert"), ("    level: expert", "     level: expert"),
      ("  domain: craft", " domain: craft\n  tagline: x"), ("ring: player", " ring: player"),
    ])
  func oneBadIndentIsOneError(_ good: String, _ bad: String) {
    let errors = found(sound.replacing(good, with: bad)).filter { $0.severity == .error }
    #expect(errors.count == 1, "\(errors.map(\.message))")
  }

  @Test(arguments: ["ver", "v", "version", "spinnerV"])
  func aHalfTypedKeyDoesNotMergeWithTheNextOne(_ typed: String) {
    let text = sound.replacing("ring: player", with: "\(typed)\nring: playr")
    let errors = found(text).filter { $0.severity == .error }
    #expect(errors.contains { $0.code == "schema-enum" }, "\(errors.map(\.message))")
    #expect(!errors.contains { $0.code == "schema-required" }, "\(errors.map(\.message))")
    #expect(errors.count == 2, "\(errors.map(\.message))")
    #expect(keys(text).contains("ring"))
  }

  @Test func aMissingKeyIsReportedWhereItCanBeSeenAndHasAFix() throws {
    let finding = try #require(found(sound.replacing("version: \"1.0.0\"\n", with: "")).first)
    #expect(finding.code == "schema-required" && finding.range.count > 1)
    let fix = try #require(finding.fixes.first)
    let mended = SourceText(sound.replacing("version: \"1.0.0\"\n", with: "")).applying(fix.edits).text
    #expect(found(mended[ByteRange(0, mended.count)]).isEmpty)
    // In canonical order.
    #expect(mended[ByteRange(0, mended.count)].contains("index: 1\nversion: "))
  }

  @Test(arguments: ["vesrion", "versoin", "Version", "verison"])
  func anUnknownKeyAndTheMissingKeyThatItWasMeantToBeAreOneFinding(_ key: String) {
    let all = found(sound.replacing("version:", with: "\(key):"))
    #expect(all.map(\.code) == ["unknown-key"])
    #expect(all.first?.severity == .error && all.first?.fixes.count == 1)
  }

  @Test(
    arguments: [
      ("version: \"1.0.0\"", "version: \"1.0\""), ("skill://craft/iron", "skill:/craft"),
      ("lens:", "access:\n  ttl: 1h\nlens:"), ("lens:", "knowledge:\n  - http://a/b\nlens:"),
    ])
  func aPatternIsNotShownAsARegularExpression(_ good: String, _ bad: String) throws {
    let finding = try #require(found(sound.replacing(good, with: bad)).first)
    #expect(finding.code == "schema-pattern")
    for part in ["^", "(?", "\\d", "[0-9]", "[^", "$"] {
      #expect(!finding.message.contains(part), "\(finding.message)")
    }
  }

  @Test func theItemsOfAnEnumerationHaveTheirOwnWordsAndTheirOrder() async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, "skills:\n  - uri: skill://a/b\n    level: ")
    let params: JSONValue = ["textDocument": ["uri": .string(uri)], "position": ["line": 2, "character": 11]]
    let result = try #require(try await session.request("textDocument/completion", params)?.get())
    let items = result["items"]?.arrayValue ?? result.arrayValue ?? []
    let sorted = items.sorted { ($0["sortText"]?.stringValue ?? "") < ($1["sortText"]?.stringValue ?? "") }
    #expect(
      sorted.compactMap { $0["label"]?.stringValue } == ["novice", "competent", "proficient", "expert", "master"])
    #expect(Set(items.compactMap { $0["sortText"]?.stringValue }).count == 5)
    #expect(Set(items.compactMap { $0["documentation"]?.text() }).count == 5)
    #expect(await session.end() == 0)
  }

  /// A client that asks for words when somebody looks gets them then, and none for what is offered no more.
  @Test func wordsComeWhenSomebodyLooks() async throws {
    let session = try Session()
    let item: JSONValue = ["resolveSupport": ["properties": ["documentation"]]]
    try await session.initialize(["textDocument": ["completion": ["completionItem": item]]])
    session.open(uri, "ring: \n")
    let params: JSONValue = ["textDocument": ["uri": .string(uri)], "position": ["line": 0, "character": 6]]
    let result = try #require(try await session.request("textDocument/completion", params)?.get())
    let items = result["items"]?.arrayValue ?? []
    #expect(items.count == 4 && items.allSatisfy { $0["documentation"] == nil })
    var words: Set<String> = []
    for item in items {
      let resolved = try #require(try await session.request("completionItem/resolve", item)?.get())
      words.insert(try #require(resolved["documentation"]?.text()))
      #expect(resolved["label"] == item["label"] && resolved["textEdit"] == item["textEdit"])
    }
    #expect(words.count == 4)
    session.change(uri, version: 2, [["text": "name: x\n"]])
    for item in items { #expect(try await session.request("completionItem/resolve", item)?.get() == item) }
    #expect(await session.end() == 0)
  }

  @Test func hoverHasTheAllowedValuesInTheirOrder() throws {
    let offset = sound.utf8.count - sound[(sound.firstRange(of: "ring")?.lowerBound ?? sound.startIndex)...].utf8.count
    let text = try #require(hover(in: Snapshot(path: "", text: SourceText(sound)), at: offset)).markdown
    var rest = text[...]
    for ring in ["`admin`", "`player`", "`guest`", "`outsider`"] {
      let place = try #require(rest.firstRange(of: ring), "\(ring) in \(text)")
      rest = rest[place.upperBound...]
    }
    for _ in 0..<5 { #expect(hover(in: Snapshot(path: "", text: SourceText(sound)), at: offset)?.markdown == text) }
  }

  @Test func aDocumentThatIsOpenedAgainAtTheSameVersionHasItsOwnFindings() async throws {
    let session = try Session()
    try await session.initialize()
    let texts = [sound, sound.replacing("player", with: "playr"), sound, sound.replacing("expert", with: "exprt")]
    for (number, text) in (texts + texts).enumerated() {
      session.open(uri, text, version: 1)
      let published = try #require(await session.diagnostics(of: uri, version: 1))
      #expect(published.diagnostics.map(\.message) == found(text).map(\.message), "\(number)")
      session.close(uri)
      #expect(await session.diagnostics(of: uri)?.diagnostics == [])
    }
    #expect(await session.end() == 0)
  }

  @Test(arguments: ["[", "{", "- ", "{a: [", "? "])
  func fiveThousandNestedBracketsAreAFewFindings(_ opening: String) async throws {
    let session = try Session()
    try await session.initialize()
    session.open(uri, sound + "context: " + String(repeating: opening, count: 5_000))
    let published = try #require(await session.diagnostics(of: uri, version: 1))
    #expect((1...3).contains(published.diagnostics.count), "\(published.diagnostics.prefix(5).map(\.message))")
    #expect(published.diagnostics.allSatisfy { $0.message.utf8.count < 500 })
    let session2 = await session.end()
    #expect(session2 == 0)
  }

  @Test func requestsBeforeInitializeAndAfterShutdownAreRefused() async throws {
    let session = try Session()
    #expect(code(await session.request("textDocument/hover", [:])) == -32002)
    try await session.initialize()
    _ = await session.request("shutdown")
    #expect(code(await session.request("textDocument/hover", [:])) == -32600)
    session.notify("exit")
    await session.rest()
    #expect(await session.exitCode() == 0)
  }
}
