import DocumentTree
import MasqueModel
import RegularLanguages
import SourceText
import Testing
import YAMLSyntax

@Suite struct IntentTests {
  static func read(_ text: String) -> (intent: MasqueIntent?, text: SourceText) {
    let syntax = SyntaxTree(SourceText(text))
    return (MasqueIntent(syntax.tree), syntax.text)
  }

  @Test func patternsWithPlaces() throws {
    let (read, text) = Self.read(
      """
      x-common: &common
        denied: ["*production*"]
      phrase: &fix 'fix *'
      intent:
        <<: *common
        allowed:
          - "deploy \\"it\\" *"
          - *fix
          - 7
          - rush [
          - "caf\\u00e9 {a"
      """)
    let intent = try #require(read)
    #expect(intent.allowed.map(\.text) == ["deploy \"it\" *", "fix *"])
    #expect(intent.denied.map(\.text) == ["*production*"])
    #expect(intent.allowed.map(\.place.position) == [0, 1] && intent.errors.map(\.place.position) == [3, 4])
    #expect(text[intent.allowed[1].place.range] == "'fix *'" && text[intent.allowed[1].place.itemRange] == "*fix")
    #expect(intent.allowed[1].place.isAlias && !intent.allowed[0].place.isAlias)
    #expect(intent.errors.map(\.error.kind) == [.unclosedClass, .unclosedGroup])
    #expect(intent.errors.map { text[$0.range] } == ["[", "{"])
    #expect(intent.errors[0].range.start == intent.errors[0].place.range.end - 1)
    #expect(!intent.isWhole(.allowed) && intent.isWhole(.denied))
    let verdict = intent.verdict(for: "Fix  PRODUCTION")
    #expect(verdict.kind == .denied && verdict.phrase.text == "fix production")
    #expect(
      verdict.decidingPattern?.text == "*production*" && verdict.matches.map(\.text) == ["fix *", "*production*"])
    #expect(intent.verdict(for: "fxi").nearestPattern?.text == "fix *")
  }

  @Test(
    arguments: [
      ("", nil), ("intent: x", nil), ("intent: {}", "allowed"), ("intent: {denied: [x]}", "allowed"),
      ("intent: {allowed: }", "not-allowed"), ("intent: {allowed: []}", "not-allowed"),
      ("intent: {allowed: 'do *'}", "not-allowed"), ("intent: {allowed: ['do *']}", "allowed"),
      ("intent: {allowed: ['do *'], denied: ['do it']}", "denied"), ("intent: {allowed: ['[']}", "not-allowed"),
    ] as [(String, String?)])
  func verdict(_ text: String, _ expected: String?) {
    #expect(Self.read(text).intent?.verdict(for: "do it").kind.rawValue == expected)
  }

  @Test func anEmptyPatternIsItsQuotes() throws {
    let (read, text) = Self.read("intent: {denied: [ \"\" ]}")
    let error = try #require(read?.errors.first)
    #expect(error.error.kind == .empty && text[error.range] == "\"\"")
  }

  @Test func manyItemsAreNotRead() throws {
    let many = MasqueIntent.maximumPatterns + 1
    let items = (0..<many).map { "x\($0)" }.joined(separator: ",")
    let intent = try #require(Self.read("intent: {allowed: [\(items)], denied: [y]}").intent)
    #expect(intent.allowed.count == many - 1 && intent.denied.isEmpty)
    #expect(!intent.isWhole(.allowed) && !intent.isWhole(.denied))
  }

  @Test(arguments: [
    ("{allowed: ['do *']}", "{allowed: ['do *']}", IntentComparison.Relation.equal),
    ("{allowed: ['do *'], denied: ['do it']}", "{allowed: ['do *']}", .narrower),
    ("{}", "{allowed: ['do *']}", .wider),
    ("{allowed: [a]}", "{allowed: [b]}", .incomparable),
  ])
  func comparison(_ left: String, _ right: String, _ expected: IntentComparison.Relation) throws {
    let left = try #require(Self.read("intent: \(left)").intent)
    let right = try #require(Self.read("intent: \(right)").intent)
    #expect(left.compared(to: right).relation == expected)
  }
}
