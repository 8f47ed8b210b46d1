import Foundation
import MasqueAnalysis
import SourceText
import Testing
import YAMLSyntax

/// `$0` is the cursor.
@Suite struct HoverTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    /// The token.
    var token: String?
    /// What the explanation begins with.
    var start: String
    /// What it has, in this order.
    var parts: [String]
    var testDescription: String { text }
    init(_ text: String, _ token: String?, _ start: String = "", _ parts: String...) {
      self.text = text
      self.token = token
      self.start = start
      self.parts = parts
    }
  }

  static let cases: [Case] = [
    // Keys.
    Case(
      "ri$0ng: player", "ring", "**Ring** · one of 4 values · required\n\nHow much trust it takes", "- `admin`: ",
      "- **`player`**: ", " *(written here)*", "- `guest`: ", "- `outsider`: "),
    Case("$0ring:", "ring", "**Ring** · one of 4 values · required"),
    Case("ring$0:", "ring", "**Ring**"),
    Case("lens: x\nname$0: Smith", "name", "**Name** · text · required", "Example: `Codesmith`"),
    Case("index$0: 1", "index", "**Index** · number · required"),
    Case("context: |$0\n  x", "|", "**Context** · text · optional"),
    Case(
      "spinnerVerbs:\n  mo$0de: append", "mode", "**Mode** · one of 3 values · optional", "*(the default)*",
      "*(written here)*"),
    Case(
      "spinner$0Verbs: {}", "spinnerVerbs", "**Spinner verbs** · map · optional", "Keys: `verbs` (required), `mode`"),
    Case(
      "skills:\n  - u$0ri: skill://a/b", "uri", "**Skill URI** · text · required",
      "Example: `skill://programming/swift`"),
    Case("skills: [{l$0evel: expert}]", "level", "**Level** · one of 5 values · required"),
    Case("mcp:\n  servers:\n    - name: a\n      comm$0and: x", "command", "**Command** · text · sometimes required"),
    Case("mcp:\n  servers:\n    - name: a\n      args$0: []", "args", "**Arguments** · list · optional"),
    Case("\"ri$0ng\": guest", "\"ring\"", "**Ring**"),
    // Values: their own meaning first.
    Case("ring: pl$0ayer", "player", "**`player`**: A contributor", "**Ring** · one of 4 values", "- **`player`**"),
    Case("ring: 'gu$0est' # c", "'guest'", "**`guest`**: Here for a limited"),
    Case("ring: play$0r", "playr", "**Ring** · one of 4 values"),
    Case("skills:\n- {uri: skill://a/b, level: ex$0pert}", "expert", "**`expert`**: ", "**Level**"),
    Case("performance:\n  score: \"$0*\"", "\"*\"", "**`*`**: Multiplicative", "- **`*`**", "- `null`"),
    Case("performance:\n  score: nu$0ll", "null", "**`null`**: Not evaluated yet."),
    Case("performance:\n  score: \"nu$0ll\"", "\"null\"", "**Score**"),
    Case("performance: {history: [{score: $0+}]}", "+", "**`+`**: Additive"),
    Case(
      "access:\n  ttl: PT$01H", "PT1H", "**`PT1H`**: One hour.", "**Time to live**", "For example:", "- `session`: "),
    Case("name: Sm$0ith", "Smith", "**Name** · text · required"),
    Case(
      "intent:\n  allowed:\n    - \"imple$0ment *\"\n  denied: [\"implement *without tests*\", \"*now\"]",
      "\"implement *\"",
      "**`implement *`** · allowed pattern\n\nMatches `implement`, then any further words, or none.",
      "Except what these deny",
      "`implement *without tests*` (line 4)", "In part denied by", "`*now` (line 4)", "For example", ": allowed",
      "- `implement without tests`: denied"),
    Case(
      "intent:\n  allowed: [\"{fix,mend} *\"]\n  denied: [\"fix *by [a-c]?\\\\**$0\"]", "\"fix *by [a-c]?\\\\**\"",
      "**`fix *by [a-c]?\\**`** · denied pattern\n\nMatches `fix `, then anything, then `by `, then one of `a–c`, then one ",
      "An exception to what these allow", "`{fix,mend} *` (line 2)", ": denied"),
    Case(
      "intent: {allowed: [\"a *\"], denied: [\"$0b\"]}", "\"b\"", "**`b`** · denied", "would not be allowed without"),
    Case("intent: {allowed: [\"a b *\"], denied: [$0\"a *\"]}", "\"a *\"", "**`a *`** · denied", "nothing", "`a b *`"),
    Case(
      "intent: {allowed: [$0\"a b *\"], denied: [\"a *\"]}", "\"a b *\"", "**`a b *`**", "**Never allowed.**", "`a *`"),
    Case("intent: {allowed: [\"a [$0\"]}", "\"a [\"", "This is no pattern: \"[\" is never closed"),
    Case("x: &p \"a *\"\nintent: {allowed: [$0*p]}", "*p", "**`*p`** stands for", "**`a *`** · allowed pattern"),
    Case(
      "# masque-lint: expect den$0ied \"rush it\"\nintent: {allowed: [\"rush *\", \"r*\"]}", "denied \"rush it\"",
      "**`rush it`** is **allowed**; denied was expected. `rush *` (line 2) allows it.", "It also matches", "`r*`"),
    Case(
      "# masque-lint: expect not-allowed \"hus$0h\"\nintent: {allowed: [\"rush *\"]}", "not-allowed \"hush\"",
      "**`hush`** is **not allowed**, as expected. No pattern matches it; the nearest is `rush *` (line 2)."),
    Case("version: \"1.0$0.0\"", "\"1.0.0\"", "**Version**", "[Semantic Versioning 2.0.0](https://semver.org"),
    // The author's own keys.
    Case("attributes:\n  mo$0od: calm", "mood", "**`mood`** · a key of your own in **Attributes**"),
    Case("access: {capabilities: {logs: {e$0cs: read}}}", "ecs", "**`ecs`** · a key of your own in **Capabilities**"),
    Case("mcp:\n  servers:\n    - env:\n        API$0_KEY: x", "API_KEY", "**`API_KEY`** · Value · text"),
    Case("attributes:\n  mood: ca$0lm", nil),
    Case("flav$0our: oak", nil),
    // Aliases, anchors, merge keys.
    Case("ring: &r guest\nattributes:\n  x: *$0r", "*r", "**`*r`** stands for\n\n```yaml\nguest\n```"),
    Case("attributes:\n  r: &r guest\nring: *$0r", "*r", "**`*r`** stands for", "**`guest`**: Here for", "**Ring**"),
    Case(
      "attributes:\n  a: &a\n    x: 1\n    y:\n      z: 2\n  b: *$0a", "*a",
      "**`*a`** stands for\n\n```yaml\nx: 1\ny:\n  z: 2\n```"),
    Case("ring: *no$0", "*no", "**`*no`** stands for nothing"),
    Case(
      "ring: &r$0 guest\nattributes: {a: *r, b: *r}", "&r", "**`&r`** gives the value behind it a name. 2 times `*r`"),
    Case("skills: $0&s\n  - uri: x", "&s", "**`&s`** gives", "No `*s` refers to it."),
    Case("attributes:\n  a: &a {x: 1}\n  b:\n    <$0<: *a", "<<", "**`<<`** takes the keys", "{x: 1}"),
    // Comments.
    Case(
      "# masque-lint: disable-next-line schema-e$0num -- why\nring: x", "schema-enum", "**`schema-enum`** · error\n\n"),
    Case("ring: x # masque-lint: disable-line unknown-key, schema-$0enum", "schema-enum", "**`schema-enum`** · error"),
    Case("# masque-lint: disable-n$0ext-line schema-enum", "disable-next-line", "**`disable-next-line`**\n\nHides"),
    Case("# masque-lint: expect$0 allowed \"x\"", "expect", "**`expect`**\n\nHolds"),
    Case("# masque-lint: disable-line schema-type -- schema-e$0num", nil),
    Case("# ring is schema-e$0num", nil),
    Case("ring: x # ri$0ng", nil),
    // Nothing.
    Case("ring:  $0 player", nil),
    Case("lens: |\n  Think of the ri$0ng\n", nil),
    Case("lens: >-\n  Think\n  of the ri$0ng: it\n", nil),
    Case("$0", nil),
    Case("\n$0\n", nil),
    // Broken text.
    Case("name: [\nri$0ng: player", "ring", "**Ring**"),
    Case("name: x\n\tring: a\nle$0ns: y", "lens", "**Lens**"),
    Case("context: a: b: c\nring: pl$0ayer", "player", "**`player`**"),
    Case("skills:\n  - uri: \"skill://a/b\n    level: x\nring: gu$0est", "guest", "**`guest`**"),
    Case("name: x\nri$0ng\nlens: y\n", "ring", "**Ring**"),
    Case("mcp: {servers: [{name: a\nring: gu$0est", "guest", "**`guest`**"),
    Case("skills:\n  - uri: a\n   level: ex$0pert\n", "expert", "**`expert`**"),
  ]

  @Test(arguments: cases)
  func explains(_ c: Case) throws {
    let parts = c.text.components(separatedBy: "$0")
    try #require(parts.count == 2)
    let text = SourceText(parts.joined())
    let offset = parts[0].utf8.count
    let found = hover(in: Snapshot(path: "", text: text), at: offset)
    #expect(found.map { text[$0.range] } == c.token)
    guard let found else { return }
    #expect(found.range.touches(offset))
    #expect(found.markdown.hasPrefix(c.start), "\(found.markdown)")
    var rest = found.markdown[...]
    for part in c.parts {
      let place = rest.range(of: part)
      #expect(place != nil, "\(part) in \(rest)")
      if let place { rest = rest[place.upperBound...] }
    }
  }

  @Test func allowedValuesComeInTheOrderOfTheSchema() throws {
    let found = try #require(hover(in: Snapshot(path: "", text: SourceText("ring: admin")), at: 0))
    let listed = found.markdown.split(separator: "\n").filter { $0.hasPrefix("- ") }
      .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    #expect(listed == CompletionTests.rings)
    #expect(found.markdown.components(separatedBy: "written here").count == 2)
  }

  @Test func aCursorOutsideTheTextIsAtItsEnd() {
    let snapshot = Snapshot(path: "", text: SourceText("ring: guest"))
    #expect(hover(in: snapshot, at: -1) == hover(in: snapshot, at: 0))
    #expect(hover(in: snapshot, at: .max) == hover(in: snapshot, at: 11))
  }

  @Test func backticksInTheTextDoNotEndTheCode() throws {
    let text = "attributes:\n  \"a`b\": 1"
    let found = try #require(hover(in: Snapshot(path: "", text: SourceText(text)), at: 16))
    #expect(found.markdown.hasPrefix("**`` a`b ``** · a key of your own"))
  }

  /// Every byte of every persona and fixture, and some of their truncations.
  @Test(arguments: AnalysisRobustnessTests.documents.indices)
  func anywhere(_ index: Int) {
    let (name, text) = AnalysisRobustnessTests.documents[index]
    let whole = Snapshot(path: name, text: text)
    var count = 0
    for offset in 0...text.count {
      guard let found = hover(in: whole, at: offset) else { continue }
      count += 1
      #expect(
        found.range.touches(offset) && found.range.end <= text.count && !found.markdown.isEmpty, "\(name) \(offset)")
    }
    if whole.syntax.isWellFormed, whole.syntax.topLevelPairs.count > 2 { #expect(count > 20) }
    for length in stride(from: 0, through: text.count, by: 31) {
      let snapshot = Snapshot(path: name, text: SourceText(Array(text.bytes[..<length])))
      for offset in [length, length - 1, length / 2] where offset >= 0 {
        if let found = hover(in: snapshot, at: offset) {
          #expect(found.range.touches(offset) && found.range.end <= length, "\(name) \(length) \(offset)")
        }
      }
    }
  }
}
