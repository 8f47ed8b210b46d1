import Foundation
import MasqueAnalysis
import SourceText
import Testing
import YAMLSyntax

/// `$0` is the cursor. In what is expected `«…»` is a definition and `‹…›` a reference.
@Suite struct NavigationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    /// The text with every place that belongs to what the cursor points at; nil if it points at nothing.
    var marked: String?
    var testDescription: String { text }
    init(_ text: String, _ marked: String?) {
      self.text = text
      self.marked = marked
    }
  }

  static let cases: [Case] = [
    // Servers.
    Case(
      "knowledge:\n  - mcp://hand$0book/style\n  - \"mcp://handbook/tone\"\nmcp:\n  servers:\n    - name: handbook\n",
      "knowledge:\n  - mcp://‹handbook›/style\n  - \"mcp://‹handbook›/tone\"\nmcp:\n  servers:\n    - name: «handbook»\n"
    ),
    Case(
      "knowledge: [mcp://a/x, mcp://ab/x, 'mcp://A/y']\nmcp: {servers: [{name: 'a$0'}, {name: ab}]}",
      "knowledge: [mcp://‹a›/x, mcp://ab/x, 'mcp://‹A›/y']\nmcp: {servers: [{name: '«a»'}, {name: ab}]}"),
    Case(
      "mcp:\n  servers:\n    - name: $0docs\ncontext: |\n  See (mcp://docs/a), `mcp://docs/b`.\nlens: >-\n  Ask\n  mcp://docs/c!\n",
      "mcp:\n  servers:\n    - name: «docs»\ncontext: |\n  See (mcp://‹docs›/a), `mcp://‹docs›/b`.\nlens: >-\n  Ask\n  mcp://‹docs›/c!\n"
    ),
    // Resources.
    Case(
      "knowledge:\n  - mcp://h/sty$0le\n  - mcp://h/styles\ncontext: look in mcp://h/style.\n",
      "knowledge:\n  - «mcp://h/style»\n  - mcp://h/styles\ncontext: look in ‹mcp://h/style›.\n"),
    Case("knowledge:\n  - mc$0p://h/a\n  - mcp://h/a\n", "knowledge:\n  - «mcp://h/a»\n  - «mcp://h/a»\n"),
    // Skills.
    Case(
      "skills:\n  - uri: skill://a/b$0\n  - {uri: 'skill://a/b'}\n  - uri: skill://a/bc\nattributes:\n  x: [skill://a/b, \"see skill://a/b/c\"]\n",
      "skills:\n  - uri: «skill://a/b»\n  - {uri: '«skill://a/b»'}\n  - uri: skill://a/bc\nattributes:\n  x: [‹skill://a/b›, \"see ‹skill://a/b›/c\"]\n"
    ),
    Case("lens: |\n  Like “skill://a/b” or skill://$0a/b; both.\n", "lens: |\n  Like “‹skill://a/b›” or ‹skill://a/b›; both.\n"),
    Case("skills: [{uri: \"skill://a/$0b\\u0063\"}]", nil),
    Case("lens: \"x skill://a/$0b\\u0063 y\"", nil),
    Case("skills: [{uri: skill://$0}]", nil),
    Case("skills: [{uri: x-skill://a$0/b}]", nil),
    Case("knowledge: [mcp://a$0]", nil),
    Case("# skill://a/$0b\nname: x", nil),
    Case("skill://a/$0b: 1", nil),
    // Anchors.
    Case(
      "attributes:\n  a: &x$0 1\n  b: *x\n  c: &y 2\n  d: [*y, *x]\n",
      "attributes:\n  a: &«x» 1\n  b: *‹x›\n  c: &y 2\n  d: [*y, *‹x›]\n"),
    Case("attributes:\n  a: &x {k: 1}\n  b:\n    <<: $0*x\n", "attributes:\n  a: &«x» {k: 1}\n  b:\n    <<: *‹x›\n"),
    Case(
      "attributes:\n  a: &x {k: 1}\n  b:\n    <$0<: *x\n  c: *x\n",
      "attributes:\n  a: &«x» {k: 1}\n  b:\n    <<: *‹x›\n  c: *‹x›\n"),
    // An anchor that is given again is another one.
    Case("attributes: {a: &x 1, b: *x, c: &x 2, d: *$0x}", "attributes: {a: &x 1, b: *x, c: &«x» 2, d: *‹x›}"),
    Case("attributes: {a: *no$0pe}", nil),
    // The masque's name.
    Case(
      "name: Night Wa$0tch\nspinnerVerbs:\n  verbs:\n    - \"Night Watch:Pacing...\"\n    - night watch:Looking\n    - Other:Looking\n",
      "name: «Night Watch»\nspinnerVerbs:\n  verbs:\n    - \"‹Night Watch›:Pacing...\"\n    - ‹night watch›:Looking\n    - Other:Looking\n"
    ),
    Case("name: \"A: B\"\nspinnerVerbs: {verbs: ['A$0: B:Doing']}", "name: \"«A: B»\"\nspinnerVerbs: {verbs: ['‹A: B›:Doing']}"),
    Case("name: x\nspinnerVerbs: {verbs: ['Mas$0que:Doing']}", nil),
    // What is broken elsewhere does not matter.
    Case(
      "context: a: b: c\nskills:\n  - uri: skill://a/$0b\nlens: see skill://a/b\nring: [\n",
      "context: a: b: c\nskills:\n  - uri: «skill://a/b»\nlens: see ‹skill://a/b›\nring: [\n"),
    Case("ring: pla$0yer", nil),
    Case("$0", nil),
  ]

  @Test(arguments: cases)
  func highlights(_ c: Case) throws {
    let parts = c.text.components(separatedBy: "$0")
    try #require(parts.count == 2)
    let snapshot = Snapshot(path: "", text: SourceText(parts.joined()))
    let all = mentions(in: snapshot)
    let pointed = pointedMentions(in: snapshot, all, at: parts[0].utf8.count)
    guard let pointed else {
      #expect(c.marked == nil)
      return
    }
    let subjects = Set(pointed.mentions.map(\.subject))
    #expect(subjects.count == 1)
    let places = all.filter { subjects.contains($0.subject) }
    #expect(marked(places, in: snapshot.text) == c.marked)
    for subject in subjects {
      #expect(all.references(to: subject) == places)
      #expect(all.definitions(of: subject) == places.filter { $0.role == .definition })
    }
  }

  private func marked(_ places: [Mention], in text: SourceText) -> String {
    let edits = places.map { place in
      let (open, close) = place.role == .definition ? ("«", "»") : ("‹", "›")
      return TextEdit(place.range, open + text[place.range] + close)
    }
    let result = text.applying(edits)
    #expect(result.dropped.isEmpty)
    return result.text[ByteRange(0, result.text.count)]
  }

  @Test func aResourceIsDefinedByItsServer() {
    #expect(Subject.resource("mcp://Hand/x/y").definers == [.server("hand"), .resource("mcp://Hand/x/y")])
    #expect(Subject.skill("skill://a/b").definers == [.skill("skill://a/b")])
  }

  @Test func definitionsHaveAnExtent() throws {
    let text = SourceText("name: A\nskills:\n  - uri: skill://a/b\n    level: master\nx: &n\n  y: 1\n")
    let found = mentions(in: Snapshot(path: "", text: text)).map { text[$0.extent] }
    #expect(found == ["name: A", "uri: skill://a/b\n    level: master", "&n\n  y: 1"])
  }

  /// Every byte of every persona and fixture, and some of their truncations: a place that is named is among the
  /// references of what it names, and so is every definition; every range lies in the text.
  @Test(arguments: AnalysisRobustnessTests.documents.indices)
  func anywhere(_ index: Int) {
    let (name, whole) = AnalysisRobustnessTests.documents[index]
    var texts = [whole]
    for length in stride(from: index % 53, to: whole.count, by: 53) {
      texts.append(SourceText(Array(whole.bytes[..<length])))
    }
    for text in texts {
      let snapshot = Snapshot(path: name, text: text)
      let all = mentions(in: snapshot)
      for mention in all {
        #expect(mention.range.start >= 0 && mention.range.end <= text.count && !mention.range.isEmpty)
        #expect(mention.extent.encloses(mention.range) && mention.extent.end <= text.count, "\(name) \(mention)")
        #expect(text[mention.range] == mention.name || !snapshot.syntax.isWellFormed, "\(name) \(mention)")
      }
      let step = text.count == whole.count ? 1 : 7
      for offset in stride(from: 0, through: text.count, by: step) {
        guard let pointed = pointedMentions(in: snapshot, all, at: offset) else { continue }
        #expect(pointed.origin.start - 1 <= offset && offset <= pointed.origin.end)
        for mention in pointed.mentions {
          let places = all.references(to: mention.subject)
          #expect(places.contains(mention))
          #expect(all.definitions(of: mention.subject).allSatisfy(places.contains))
          if case .anchor = mention.subject { #expect(all.definitions(of: mention.subject).count == 1) }
        }
      }
      var end = 0
      for link in documentLinks(in: snapshot) {
        #expect(link.range.start >= end && link.range.end <= text.count && !link.range.isEmpty)
        end = link.range.end
      }
    }
  }
}

@Suite struct DocumentLinkTests {
  /// The text with `[…]` around the links of the next; in their order, where they lead if that is not the text.
  static let cases: [(String, [String])] = [
    ("mcp:\n  servers:\n    - url: «https://example.com/mcp?x=1#y»", []),
    ("mcp:\n  servers:\n    - url: \"«http://localhost:80/»\"", []),
    ("mcp:\n  servers:\n    - url: \"https://${HOST}/mcp\"", []),
    ("mcp:\n  servers:\n    - url: \"https://example.com/${KEY}\"", []),
    (
      "mcp:\n  servers:\n    - {command: «./serve», args: ['«../tools/a b.py»', --x, \"./*\", ./$X]}",
      ["path:./serve", "path:../tools/a b.py"]
    ),
    ("attributes:\n  docs: «https://example.com/a_(b)».\n  notes: [«./notes.md», ., ./]", ["", "path:./notes.md"]),
    ("lens: |\n  Read [it](«https://example.com/a»), or «https://example.com/b,c»; twice.\n", []),
    ("context: see «file:///etc/hosts» and file://\n", []),
    ("# «https://example.com/»\nname: x # see («https://example.org/x»)", []),
    ("lens: «https://example.com/é»", ["https://example.com/%C3%A9"]),
    ("lens: 我们看“«https://example.com/x»”。", []),
    ("intent:\n  allowed: ['fetch https://example.com/*']\nname: http://a/b", []),
    ("https://example.com/: 1\nlens: ./x", []),
    ("lens: shttp://a/b «http://a/b»\ncontext: https://", []),
    ("context: a: b: c\nlens: «https://a.b/c»\nring: [", []),
  ]

  @Test(arguments: cases.indices)
  func links(_ index: Int) {
    let (marked, targets) = Self.cases[index]
    let text = SourceText(marked.replacing("«", with: "").replacing("»", with: ""))
    let found = documentLinks(in: Snapshot(path: "", text: text))
    let edits = found.map { TextEdit($0.range, "«\(text[$0.range])»") }
    let result = text.applying(edits).text
    #expect(result[ByteRange(0, result.count)] == marked)
    for (offset, link) in found.enumerated() {
      let expected = offset < targets.count && !targets[offset].isEmpty ? targets[offset] : text[link.range]
      switch link.target {
      case .uri(let uri): #expect(uri == expected)
      case .path(let path): #expect("path:\(path)" == expected)
      }
    }
  }
}
