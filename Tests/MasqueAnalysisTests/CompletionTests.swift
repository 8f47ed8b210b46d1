import Foundation
import MasqueAnalysis
import SourceText
import Testing
import YAMLSyntax

/// `$0` is the cursor.
@Suite struct CompletionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    /// The labels, in order; those that begin with `…` are the first of more.
    var labels: [String]
    /// The whole text after the first offer is applied.
    var applied: String?
    var testDescription: String { text }
    init(_ text: String, _ labels: [String], _ applied: String? = nil) {
      self.text = text
      self.labels = labels
      self.applied = applied
    }
  }

  static let rings = ["admin", "player", "guest", "outsider"]
  static let levels = ["novice", "competent", "proficient", "expert", "master"]

  static let cases: [Case] = [
    // Values.
    Case("ring: $0", rings, "ring: admin"),
    Case("ring:$0", rings, "ring: admin"),
    Case("ring: pl$0", rings, "ring: admin"),
    Case("ring: pla$0yer # c", rings, "ring: admin # c"),
    Case("ring: \"$0\"", rings, "ring: \"admin\""),
    Case("ring: 'p$0", rings, "ring: 'admin'"),
    Case("ring: $0\nlens: x", rings, "ring: admin\nlens: x"),
    Case("ring:\n  $0", rings, "ring:\n  admin"),
    Case(
      "skills:\n  - uri: skill://a/b\n    level: $0\n", levels, "skills:\n  - uri: skill://a/b\n    level: novice\n"),
    Case("skills:\n- level: $0", levels),
    Case("skills:\n  - {uri: skill://a/b, level: $0}\n", levels, "skills:\n  - {uri: skill://a/b, level: novice}\n"),
    Case("skills: [{level: $0}]", levels),
    Case("spinnerVerbs:\n  mode: $0", ["replace", "append", "prepend"]),
    Case("mcp:\n  servers:\n    - name: x\n      type: $0", ["stdio", "sse", "http"]),
    Case("performance:\n  score: $0", ["+", "-", "/", "*", "e", "null"]),
    Case("performance:\n  score: *$0", ["+", "-", "/", "*", "e", "null"]),
    Case("performance:\n  history:\n    - date: x\n      score: $0\n", ["+", "-", "/", "*", "e"]),
    Case("access:\n  ttl: $0", ["session", "PT30M", "PT1H", "PT8H", "P1D", "P2W"]),
    Case(
      "name: Tester\nspinnerVerbs:\n  verbs:\n    - $0", ["Tester:…"],
      "name: Tester\nspinnerVerbs:\n  verbs:\n    - \"Tester:Working...\""),
    // Keys.
    Case(
      "name: x\nring: player\n$0", ["index", "version", "intent", "lens", "…attributes"],
      "name: x\nring: player\nindex: "),
    Case(
      "name: x\nind$0\nring: player\n", ["index", "version", "intent", "lens", "…attributes"],
      "name: x\nindex: \nring: player\n"),
    Case("name: x\nind$0: 3\n", ["index", "version", "ring", "intent", "lens", "…attributes"], "name: x\nindex: 3\n"),
    Case("skills:\n  - $0", ["uri", "level"], "skills:\n  - uri: "),
    Case("skills:\n  -$0", ["uri", "level"], "skills:\n  - uri: "),
    Case("skills:\n  - uri: skill://a/b\n    $0", ["level"], "skills:\n  - uri: skill://a/b\n    level: "),
    Case("skills:\n  - uri: skill://a/b\n    $0\n  - level: expert\n", ["level"]),
    Case("skills:\n  $0", ["- "], "skills:\n  - "),
    Case("intent:\n  $0", ["allowed", "denied"], "intent:\n  allowed:\n    - "),
    Case("intent:\n  allowed: []\n  $0\nlens: x\n", ["denied"], "intent:\n  allowed: []\n  denied:\n    - \nlens: x\n"),
    Case("skills: [{$0}]", ["uri", "level"], "skills: [{uri: }]"),
    Case("access:\n  credentials:\n    - source: vault\n      $0", ["scope"]),
    Case("mcp:\n  $0", ["servers"]),
    Case(
      "mcp:\n  servers:\n    - name: a\n      type: stdio\n    - $0", ["name", "type", "command", "args", "env", "url"]),
    Case("na$0\n\t- broken\nring: player\n", ["name", "index", "version", "intent", "lens", "…attributes"]),
    Case("$0", ["masque", "name", "index", "version", "ring", "…intent"]),
    Case("# a comment\n\n$0", ["masque", "…name"]),
    // Nothing.
    Case("lens: |\n  text $0\n", []),
    Case("lens: |\n  $0\n", []),
    Case("lens: >-\n\n  text\n\n  more $0", []),
    Case("ring: player # $0", []),
    Case("attributes:\n  mine: $0", []),
    Case("context: $0", []),
  ]

  @Test(arguments: cases)
  func offers(_ c: Case) throws { try check(c, names: .none) }

  private func check(_ c: Case, names: KnownNames) throws {
    let parts = c.text.components(separatedBy: "$0")
    try #require(parts.count == 2)
    let text = parts.joined()
    let snapshot = Snapshot(path: "", text: SourceText(text))
    let offers = completions(in: snapshot, at: parts[0].utf8.count, names: names)
    let labels = offers.map(\.label)
    if let last = c.labels.last, last.hasPrefix("…"), !last.hasSuffix(":…") {
      let expected = c.labels.dropLast() + [String(last.dropFirst())]
      #expect(Array(labels.prefix(expected.count)) == Array(expected))
    } else {
      #expect(labels == c.labels)
    }
    if let applied = c.applied, let first = offers.first {
      #expect(apply(first, to: text) == applied)
    }
    for offer in offers {
      #expect(offer.range.start <= parts[0].utf8.count && parts[0].utf8.count <= offer.range.end)
      #expect(!text.utf8.dropFirst(offer.range.start).prefix(offer.range.count).contains(0x0A), "a range of one line")
    }
  }

  static let known = KnownNames(
    skills: { ["skill://a/b", "skill://a/c,d", "skill://programming/swift"] },
    resources: { ["mcp://handbook/style", "mcp://other/x"] }, nextIndex: { 24 })

  static let namesCases: [Case] = [
    // Skills of other masques, but for those claimed here.
    Case(
      "skills:\n  - uri: $0", ["skill://a/b", "skill://a/c,d", "skill://programming/swift"],
      "skills:\n  - uri: skill://a/b"),
    Case("skills:\n  - uri: sw$0", ["skill://programming/swift"], "skills:\n  - uri: skill://programming/swift"),
    Case("skills:\n  - uri: skill://a/b\n  - uri: skill://a$0", ["skill://a/c,d", "skill://programming/swift"]),
    Case("skills:\n  - uri: skill://a/b$0", ["skill://a/b"]),
    Case("skills: [{uri: c$0}]", ["skill://a/c,d"], "skills: [{uri: \"skill://a/c,d\"}]"),
    Case("skills:\n  - uri: 'b$0'", ["skill://a/b"], "skills:\n  - uri: 'skill://a/b'"),
    Case("skills:\n  - uri: xyzzy$0", []),
    // The masque's own servers, then resources.
    Case(
      "knowledge:\n  - $0\nmcp:\n  servers:\n    - name: docs\n    - name: a b\n",
      ["mcp://docs/…", "mcp://handbook/style", "mcp://other/x"],
      "knowledge:\n  - mcp://docs/resource\nmcp:\n  servers:\n    - name: docs\n    - name: a b\n"),
    Case("knowledge:\n  - mcp://handbook/style\n  - mcp://$0", ["mcp://other/x"]),
    Case(
      "knowledge: [\"mcp://$0\"]\nmcp: {servers: [{name: docs}]}",
      ["mcp://docs/…", "mcp://handbook/style", "mcp://other/x"],
      "knowledge: [\"mcp://docs/resource\"]\nmcp: {servers: [{name: docs}]}"),
    // Servers that are spoken of and not there.
    Case(
      "knowledge: [mcp://docs/x, mcp://Wiki/y, mcp://wiki/z]\nmcp:\n  servers:\n    - name: docs\n    - name: $0",
      ["Wiki"],
      "knowledge: [mcp://docs/x, mcp://Wiki/y, mcp://wiki/z]\nmcp:\n  servers:\n    - name: docs\n    - name: Wiki"),
    Case("mcp:\n  servers:\n    - name: $0", ["handbook"]),
    // The next free index.
    Case("index: $0", ["24"], "index: 24"),
    Case("index:$0\nname: x", ["24"], "index: 24\nname: x"),
    Case("attributes:\n  index: $0", []),
  ]

  @Test(arguments: namesCases)
  func offersWhatIsKnown(_ c: Case) throws { try check(c, names: Self.known) }

  @Test func aServerHasATabStop() throws {
    func snippet(_ knowledge: String) throws -> String? {
      let text = "knowledge: [\(knowledge)]\nmcp: {servers: [{name: $x}]}"
      let offset = 12 + knowledge.utf8.count - (knowledge.hasSuffix("\"") ? 1 : 0)
      return try #require(completions(in: Snapshot(path: "", text: SourceText(text)), at: offset).first).snippet
    }
    #expect(try snippet("mcp://") == "mcp://\\$x/${1:resource}")
    #expect(try snippet("\"mcp://\"") == "\"mcp://\\$x/${1:resource}\"")
  }

  @Test func theScaffoldHasTheNextIndex() throws {
    let offers = completions(in: Snapshot(path: "", text: SourceText("")), at: 0, names: Self.known)
    #expect(offers.first?.insertText.contains("\nindex: 24\n") == true)
    #expect(offers.first?.snippet?.contains("24") == true)
  }

  @Test func namesAreCutAtALimit() {
    let many = KnownNames(
      skills: { (0..<1_000).map { "skill://a/\($0)" } }, resources: { [] }, nextIndex: { nil })
    let text = SourceText("skills: [{uri: skill://a/}]")
    #expect(completions(in: Snapshot(path: "", text: text), at: 25, names: many).count == maximumOfferedNames)
  }

  @Test func ringsAreDescribedEach() {
    let offers = completions(in: Snapshot(path: "", text: SourceText("ring: ")), at: 6)
    let documentation = offers.compactMap(\.documentation)
    #expect(documentation.count == 4 && Set(documentation).count == 4)
  }

  @Test func scaffoldHasNoFindings() throws {
    let offers = completions(in: Snapshot(path: "personas/night-watch.masque.yaml", text: SourceText("")), at: 0)
    let scaffold = try #require(offers.first { $0.kind == .snippet })
    #expect(scaffold.insertText.hasPrefix("name: Night Watch\n"))
    let found = findings(in: Snapshot(path: "", text: SourceText(scaffold.insertText)))
    #expect(found.isEmpty, "\(found.map(\.message))")
  }

  /// Applied anywhere, an offer leaves a text that is no more broken than it was.
  @Test(arguments: ["codesmith", "incident-commander"])
  func offersNeverBreakTheText(_ name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("personas")
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).masque.yaml"))
    let whole = SourceText(Array(data))
    var count = 0
    for offset in stride(from: 0, through: whole.count, by: 3) {
      for text in [whole, SourceText(Array(whole.bytes[..<offset]))] {
        let snapshot = Snapshot(path: "", text: text)
        guard snapshot.syntax.isWellFormed else { continue }
        for offer in completions(in: snapshot, at: offset, names: Self.known) {
          let applied = text.applying([TextEdit(offer.range, offer.insertText)]).text
          let tree = SyntaxTree(applied)
          #expect(
            tree.problems.filter { $0.kind != .duplicateKey }.isEmpty,
            "\(offer.label) at \(offset): \(tree.problems.map(\.message)) \(applied[ByteRange(max(0, offset - 60), offset + 60)])"
          )
          count += 1
        }
      }
    }
    #expect(count > 500)
  }

  private func apply(_ offer: Completion, to text: String) -> String {
    let edited = SourceText(text).applying([TextEdit(offer.range, offer.insertText)]).text
    return edited[ByteRange(0, edited.count)]
  }
}
