import MasqueModel
import SourceText
import Testing

@testable import MasqueAnalysis

@Suite struct InlayHintTests {
  static let text = """
    name: Smith
    ring: guest
    skills:
      - uri: skill://a/b
        level: "expert"
    intent:
      allowed:
        - "fix *"
        - "test *"
        - "plan *"
      denied:
        - "fix *now"
        - "fix *in production"
        - "test *by hand"
        - "plan the party"
        - "sing *"
    access: {ttl: P1DT1H30M}
    performance:
      score: "+"
      history:
        - {date: 2026-01-31T09:30:00Z, score: e}
        - {date: 2026-02-28T09:30:00Z, score: null}
    """

  private func hints(_ text: String, window: ByteRange? = nil, kinds: [InlayHint.Kind] = InlayHint.Kind.allCases)
    -> [InlayHint]
  {
    inlayHints(in: Snapshot(path: "", text: SourceText(text)), window: window, kinds: Set(kinds))
  }

  /// The text before each hint, from its line's start, and what it says.
  private func shown(_ text: String, _ hints: [InlayHint]) -> [String] {
    hints.map { hint in
      let before = SourceText(text)[ByteRange(0, hint.offset)].split(separator: "\n").last ?? ""
      return before.drop { $0 == " " } + " ‹" + hint.label + "›"
    }
  }

  @Test func whatValuesMean() {
    #expect(
      shown(Self.text, hints(Self.text)) == [
        "ring: guest ‹here for a limited time and purpose›",
        "level: \"expert\" ‹knows the skill to the ground and sets good practice›",
        "- \"fix *\" ‹carves out 2 exceptions›",
        "- \"test *\" ‹carves out 1 exception›",
        "- \"plan *\" ‹carves out 1 exception›",
        "access: {ttl: P1DT1H30M ‹1 day 1 hour 30 minutes›",
        "score: \"+\" ‹additive›",
        "- {date: 2026-01-31T09:30:00Z, score: e ‹exponential›",
      ])
  }

  @Test func moreAboutIt() {
    let tooltips = hints(Self.text).map(\.tooltip)
    #expect(
      tooltips.first == "**`guest`**: Here for a limited time and purpose, under supervision. Give it an `access.ttl`.")
    #expect(
      tooltips[2]
        == "`fix *` is allowed, but for what these deny:\n\n- `fix *now`\n- `fix *in production`")
  }

  @Test func eachKindCanBeSwitchedOff() {
    let all = hints(Self.text)
    for kind in InlayHint.Kind.allCases {
      #expect(hints(Self.text, kinds: [kind]) == all.filter { $0.kind == kind })
      #expect(all.contains { $0.kind == kind })
    }
    #expect(hints(Self.text, kinds: []).isEmpty)
  }

  @Test func aStretchHasItsOwnHints() {
    let all = hints(Self.text)
    for start in stride(from: 0, through: Self.text.utf8.count, by: 5) {
      let window = ByteRange(start, start + 40)
      #expect(hints(Self.text, window: window) == all.filter { window.touches($0.offset) }, "\(window)")
    }
  }

  @Test(arguments: [
    "ring: emperor", "ring:", "ring: |\n  guest", "access: {ttl: 3 days}", "access: {ttl: 3}",
    "skills: {level: expert}",
    "skills: [{level: x}, 1]", "intent: {allowed: [a], denied: [b]}", "intent: {allowed: [\"{a\"]}", "performance: [+]",
    "",
  ])
  func nothingToSay(_ text: String) { #expect(shown(text, hints(text)) == []) }

  @Test func aSessionsLifetime() {
    let text = "access: {ttl: session}"
    #expect(shown(text, hints(text)) == ["access: {ttl: session ‹until the session ends›"])
  }

  @Test(arguments: AnalysisRobustnessTests.documents.indices)
  func hintsLieInTheText(_ index: Int) {
    let (name, text) = AnalysisRobustnessTests.documents[index]
    for length in stride(from: text.count, through: 0, by: -97) {
      let snapshot = Snapshot(path: name, text: SourceText(Array(text.bytes[..<length])))
      for hint in inlayHints(in: snapshot) { #expect(hint.offset <= length && !hint.label.isEmpty) }
    }
  }

  @Test(arguments: [
    ("PT1H", "1 hour"), ("PT08H", "8 hours"), ("P2W", "2 weeks"),
    ("P1Y2M3DT4H5M6S", "1 year 2 months 3 days 4 hours 5 minutes 6 seconds"),
    ("PT0.5H", "0.5 hours"), ("PT1,5S", "1.5 seconds"), ("P0D", "0 days"), ("P1DT0H", "1 day"), ("P1D", "1 day"),
  ])
  func durationsInWords(_ text: String, _ words: String) { #expect(MasqueDuration(text)?.words == words) }

  /// What we read as a duration is what the schema takes for one.
  @Test func durationsAreTheSchemas() {
    var state: UInt64 = 7
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let pieces = ["P", "T", "1", "02", "3.5", "4,", "Y", "M", "W", "D", "H", "M", "S", "1D", "2H", "3M", "4Y"]
    var count = 0
    for _ in 0..<4_000 {
      let text = (next(8) == 0 ? "" : "P") + (0..<(1 + next(6))).map { _ in pieces[next(pieces.count)] }.joined()
      let snapshot = Snapshot(path: "", text: SourceText("access: {ttl: \"\(text)\"}"))
      let isRefused = analyze(snapshot).findings.contains { $0.code == "schema-pattern" }
      #expect((MasqueDuration(text) == nil) == isRefused, "\(text)")
      if !isRefused { count += 1 }
    }
    #expect(count > 50)
  }
}
