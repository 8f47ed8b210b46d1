import Foundation
import MasqueAnalysis
import SourceText
import Testing
import YAMLSyntax

/// `$0` is the cursor.
@Suite struct RenamingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var newName: String
    /// The text after renaming, or what the refusal has in it.
    var outcome: Outcome
    var testDescription: String { text + " → " + newName }
    enum Outcome: Sendable {
      case text(String)
      case refusal(String)
    }
    init(_ text: String, _ newName: String, _ renamed: String) {
      (self.text, self.newName, outcome) = (text, newName, .text(renamed))
    }
    init(_ text: String, _ newName: String, refused: String) {
      (self.text, self.newName, outcome) = (text, newName, .refusal(refused))
    }
  }

  static let servers = "knowledge: [mcp://a/x, \"mcp://A/y\"]\nmcp:\n  servers:\n    - name: a$0 # mcp://a/\n    - name: b\n"

  static let cases: [Case] = [
    // Servers, in every style, and in the texts that speak of them.
    Case(
      servers, "docs",
      "knowledge: [mcp://docs/x, \"mcp://docs/y\"]\nmcp:\n  servers:\n    - name: docs # mcp://a/\n    - name: b\n"),
    Case(servers, "a", "knowledge: [mcp://a/x, \"mcp://a/y\"]\nmcp:\n  servers:\n    - name: a # mcp://a/\n    - name: b\n"),
    Case(servers, "A", "knowledge: [mcp://A/x, \"mcp://A/y\"]\nmcp:\n  servers:\n    - name: A # mcp://a/\n    - name: b\n"),
    Case(servers, "B", refused: "has a server `B` already"),
    Case(servers, "", refused: "server"),
    Case(servers, "a b", refused: "no blank and none of `/`, `?`, `#`"),
    Case(servers, "a/b", refused: "no blank and none of `/`, `?`, `#`"),
    Case(servers, "a\nb", refused: "no blank"),
    Case(
      "lens: |\n  Ask mcp://a$0/x, then\n  mcp://a/a.\ncontext: >\n  mcp://a/y\nmcp: {servers: [{name: a}]}\n", "no",
      "lens: |\n  Ask mcp://no/x, then\n  mcp://no/a.\ncontext: >\n  mcp://no/y\nmcp: {servers: [{name: \"no\"}]}\n"),
    Case("mcp: {servers: [{name: $0a}]}", "x{y}", "mcp: {servers: [{name: \"x{y}\"}]}"),
    Case("mcp:\n  servers:\n    - name: 'a$0'", "it's", "mcp:\n  servers:\n    - name: 'it''s'"),
    Case("mcp:\n  servers:\n    - name: \"a$0\"", "\"q\"\\", "mcp:\n  servers:\n    - name: \"\\\"q\\\"\\\\\""),
    Case("mcp:\n  servers:\n    - name: a$0", "007", "mcp:\n  servers:\n    - name: \"007\""),
    Case("knowledge:\n  - mcp://a$0/x\n  - mcp://a/y\n", "b", "knowledge:\n  - mcp://b/x\n  - mcp://b/y\n"),
    // Skills and resources.
    Case(
      "skills:\n  - uri: skill://a/b\nlens: as skill://a/b$0, said\n", "skill://c/d",
      "skills:\n  - uri: skill://c/d\nlens: as skill://c/d, said\n"),
    Case("skills: [{uri: skill://a/b$0}]", "skill://c/d,e", "skills: [{uri: \"skill://c/d,e\"}]"),
    Case("skills:\n  - uri: skill://a/b$0", "d", refused: "write it like `skill://programming/swift`"),
    Case("skills:\n  - uri: skill://a/b$0\n  - uri: skill://c/d\n", "skill://c/d", refused: "claims the skill"),
    Case("knowledge:\n  - mcp://h/a$0\nlens: mcp://h/a\n", "mcp://h/b", "knowledge:\n  - mcp://h/b\nlens: mcp://h/b\n"),
    Case("knowledge:\n  - mcp://h/a$0", "mcp://h", refused: "mcp://"),
    // Where the text would end the URI elsewhere, the name can't be written.
    Case("skills:\n  - uri: skill://a/b$0\nlens: as skill://a/b # c\n", "skill://a/b:", refused: "without changing"),
    // Anchors.
    Case("attributes:\n  a: &x$0 1\n  b: *x\n  <<: *x\n", "y-1", "attributes:\n  a: &y-1 1\n  b: *y-1\n  <<: *y-1\n"),
    Case("attributes: {a: &x [1], b: $0*x}", "y", "attributes: {a: &y [1], b: *y}"),
    Case("attributes: {a: &x 1, b: *x, c: &x 2, d: *$0x}", "y", "attributes: {a: &x 1, b: *x, c: &y 2, d: *y}"),
    Case("attributes: {a: &x 1, b: *$0x, c: &y 2}", "y", refused: "an anchor `&y` in this file already"),
    Case("attributes: {a: &x 1, b: *$0x}", "é", refused: "letters and digits of ASCII, `_` and `-`"),
    Case("attributes: {a: &x 1, b: *$0x}", "", refused: "letters and digits"),
    // Names.
    Case(
      "name: Smi$0th\nspinnerVerbs: {verbs: [\"Smith:Forging...\", Smith:Bending]}", "Code: Smith",
      "name: \"Code: Smith\"\nspinnerVerbs: {verbs: [\"Code: Smith:Forging...\", \"Code: Smith:Bending\"]}"),
    Case("name: Smi$0th", "yes", "name: \"yes\""),
    Case("name: Smi$0th", " ", refused: "blank"),
    Case("name: Smi$0th", "", refused: "name"),
    Case("name: Smi$0th", "a\nb", refused: "one line"),
    Case("name: >-\n  Smi$0th\n", "x", refused: "without changing"),
    // CR LF, a byte-order mark and emoji stay.
    Case(
      "\u{FEFF}# 😀\r\nmcp:\r\n  servers:\r\n    - name: $0a\r\nknowledge:\r\n  - mcp://a/é\r\n", "ü",
      "\u{FEFF}# 😀\r\nmcp:\r\n  servers:\r\n    - name: ü\r\nknowledge:\r\n  - mcp://ü/é\r\n"),
    // Broken texts: elsewhere, and here.
    Case(
      "context: a: b: c\nskills:\n  - uri: skill://a/b$0\nring: [\n", "skill://c/d",
      "context: a: b: c\nskills:\n  - uri: skill://c/d\nring: [\n"),
    Case("name: x\nskills:\n  - uri: skill://a/b$0\n   level: [\nring: guest\n", "skill://c/d", refused: "Mend that first"),
    Case("skills:\n  - uri: skill://a/b$0\nlens: \"see skill://a/b\nring: guest\n", "skill://c/d", refused: "Mend that"),
  ]

  @Test(arguments: cases)
  func renames(_ c: Case) throws {
    let parts = c.text.components(separatedBy: "$0")
    try #require(parts.count == 2)
    let text = SourceText(parts.joined())
    let snapshot = Snapshot(path: "", text: text)
    let target = renameTarget(in: snapshot, at: parts[0].utf8.count)
    guard case .success(let mention) = target else {
      guard case .failure(let refusal) = target, case .refusal(let part) = c.outcome else {
        Issue.record("nothing to rename: \(String(describing: target))")
        return
      }
      #expect(refusal.reason.contains(part), "\(refusal.reason)")
      return
    }
    switch (renamingEdits(of: mention.subject, to: c.newName, in: snapshot), c.outcome) {
    case (.success(let edits), .text(let expected)):
      let result = text.applying(edits).text
      #expect(result[ByteRange(0, result.count)] == expected)
    case (.failure(let refusal), .refusal(let part)):
      #expect(refusal.reason.contains(part), "\(refusal.reason)")
    case (let result, _):
      Issue.record("\(result)")
    }
  }

  @Test func nothingIsNamed() {
    #expect(renameTarget(in: Snapshot(path: "", text: SourceText("ring: guest")), at: 7) == nil)
  }

  /// Renamed and renamed back, every persona and fixture is what it was; what is offered can be done.
  @Test(arguments: AnalysisRobustnessTests.documents.indices)
  func thereAndBack(_ index: Int) {
    let (name, text) = AnalysisRobustnessTests.documents[index]
    let snapshot = Snapshot(path: name, text: text)
    for mention in mentions(in: snapshot) {
      let newName =
        switch mention.subject {
        case .skill: "skill://new-domain/new-name"
        case .resource: "mcp://new-server/new/resource"
        default: "New-Name_1"
        }
      guard case .success = renameTarget(in: snapshot, at: mention.range.start) else { continue }
      guard case .success(let edits) = renamingEdits(of: mention.subject, to: newName, in: snapshot) else {
        #expect(!snapshot.syntax.isWellFormed, "\(name) \(mention)")
        continue
      }
      let renamed = Snapshot(path: name, text: text.applying(edits).text)
      let moved = mentions(in: renamed).filter { $0.name == newName }
      #expect(moved.count == mentions(in: snapshot).filter { $0.subject == mention.subject }.count)
      guard let first = moved.first else { continue }
      // Names that differ in case are one name, and become one.
      let names = Set(mentions(in: snapshot).filter { $0.subject == mention.subject }.map(\.name))
      guard names.count == 1,
        case .success(let back) = renamingEdits(of: first.subject, to: mention.name, in: renamed)
      else { continue }
      #expect(renamed.text.applying(back).text == text, "\(name) \(mention)")
    }
  }
}

@Suite struct WorkspaceSymbolTests {
  private static let masques: [[Mention]] = [
    "name: Night Watch\nskills:\n  - uri: skill://operations/watching\nmcp: {servers: [{name: pager}]}",
    "name: Codesmith\nskills:\n  - uri: skill://programming/swift\n  - uri: skill://programming/zig\nlens: skill://x/swift",
    "name: Code Reviewer\nskills:\n  - uri: skill://programming/swift\nattributes: {a: &swift 1}",
    "name: Éclair\nknowledge: [mcp://pager/swift]",
  ].map { mentions(in: Snapshot(path: "", text: SourceText($0))) }

  @Test(arguments: [
    ("", ["Code Reviewer", "Codesmith", "Night Watch", "Éclair"]),
    ("swift", ["skill://programming/swift", "skill://programming/swift"]),
    ("cs", ["Codesmith"]),
    ("CODE", ["Codesmith", "Code Reviewer"]),
    ("code re", ["Code Reviewer"]),
    ("watch", ["Night Watch", "skill://operations/watching"]),
    ("nw", ["Night Watch"]),
    ("pgr", ["pager"]),
    ("éc", ["Éclair"]),
    ("E\u{301}C", ["Éclair"]),
    ("prog/zig", ["skill://programming/zig"]),
    ("xyzzy", []),
  ])
  func finds(_ query: String, _ names: [String]) {
    let found = workspaceSymbols(matching: query, in: Self.masques)
    // Worse ones may follow.
    let labels = found.map { Self.masques[$0.masque][$0.mention].name }
    #expect(Array(labels.prefix(max(1, names.count))) == names)
  }

  @Test func whatManyHaveComesAfterAFew() {
    let many = (0..<50).map { index in
      mentions(
        in: Snapshot(
          path: "", text: SourceText("name: M\(index)\nskills: [{uri: skill://a/swift}, {uri: skill://a/swift-\(index)}]")))
    }
    let found = workspaceSymbols(matching: "swift", in: many, limit: 20).map { many[$0.masque][$0.mention].name }
    #expect(found.count == 20)
    #expect(found.prefix(8).allSatisfy { $0 == "skill://a/swift" })
    #expect(Set(found.dropFirst(8)).count == 12)
  }

  @Test func scoresAreOrdered() {
    func isOrdered(_ query: String, _ names: String...) {
      let scores = names.map { FuzzyQuery(query).score($0) ?? 0 }
      #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 > $1 }, "\(query): \(scores)")
    }
    isOrdered("swift", "swift", "swift-ui", "programming/swift", "programming/swiftly", "sewing with fat")
    isOrdered("rm", "release manager", "room", "alarms")
    #expect(FuzzyQuery("ba").score("ab") == nil)
  }
}
