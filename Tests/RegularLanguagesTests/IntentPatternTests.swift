import SeededRandom
import Testing

@testable import RegularLanguages

@Test(arguments: [
  // Normalisation on both sides.
  ("rush *", "RUSH  it", true), ("  Rush\t*  ", "rush", true), ("caf\u{E9}", "CAFE\u{301}", true),
  ("cafe\u{301}", "caf\u{C9}", true), ("caf?", "cafe\u{301}", true), ("h\u{331}x", "\u{1E96}x", true),
  ("H\u{331}x", "\u{1E96}X", true), ("deploy the api", "deploy\u{A0}the\u{3000}\u{2028} api\n", true),
  ("\u{212A}elvin", "kelvin", true), ("[k]elvin", "\u{212A}ELVIN", true), ("[\u{212A}]*", "k", true),
  ("\u{17F}ecret", "SECRET", true), ("[\u{17F}]*", "Secret", true), ("οδο\u{3C2}", "ΟΔΟΣ", true),
  ("stra\u{DF}e", "STRASSE", false), ("stra\u{DF}e", "STRA\u{1E9E}E", true), ("\u{130}x", "ix", false),
  ("\u{130}x", "I\u{307}X", true), ("i*", "\u{131}x", false),
  // Classes: read before folding, negated last.
  ("[A-Z]", "q", true), ("[!A-Z]", "q", false), ("[Z-a]", "y", false), ("[Z-a]", "_", true), ("[!a]", "A", false),
  ("[!a]", " ", false), ("a[ x]b", "a b", true), ("a[\t]b", "a\u{A0}b", true), ("a[!x]b", "a b", false),
  ("a[!x ]b", "a b", false), ("a[ -~]b", "a b", true), ("a[\u{1}-~]b", "a b", true), ("[-a]", "-", true),
  ("[a-]", "-", true), ("[a\\-c]", "b", false), ("[a\\-c]", "-", true), ("[\\]]", "]", true), ("[[]", "[", true),
  ("[a!]", "!", true), ("[!!]", "!", false), ("[{,}]", ",", true), ("[*]", "*", true), ("[*]", "x", false),
  ("[e\u{301}]", "\u{C9}", true), ("[e\u{301}]", "e", false), ("[a-e\u{301}]", "z", true),
  // The end of the pattern.
  ("rush **", "rush", true), ("rush * *", "rush", false), ("rush * *", "rush it", true), ("* *", "", true),
  ("{rush} *", "rush", true), ("rush{ *}", "rush", false), ("rush{ *}", "rush it", true), ("rush \\*", "rush *", true),
  ("rush \\*", "rush", false), ("rush\\ *", "rush", true), ("rush\\ ", "rush", true), ("rush *x", "rush", false),
  ("rush * ", "rush", true),
  // Groups.
  ("{}", "", true), ("{}", "a", false), ("{a}", "a", true), ("a{,b{c,d}}e", "abde", true), ("a{,b{c,d}}e", "ae", true),
  ("{a,b}{c,d}", "bc", true), ("{[,],x}", ",", true), ("{\\,,x}", ",", true), ("{a\\}}", "a}", true),
  ("a,b", "a,b", true),
  ("a}b", "a}b", true), ("a]b", "a]b", true), ("{a, b} c", "b c", false), ("x {a ,b}c", "x a c", true),
  // Others.
  ("*", "", true), ("?", "", false), ("??", "\u{1F600}x", true), ("\\a", "A", true), ("\\!x", "!x", true),
  ("a!", "a!", true),
  ("a*b*c", "aXbYcZc", true), ("a*b*c", "acb", false),
])
func patternsMatch(_ pattern: String, _ phrase: String, _ isMatch: Bool) throws {
  let pattern = try IntentPattern(pattern)
  #expect(pattern.matches(phrase) == isMatch)
  // The canonical text denotes the same.
  let canonical = try IntentPattern(pattern.canonicalText)
  #expect(canonical == pattern && canonical.matches(phrase) == isMatch)
  #expect(pattern.editDistance(to: Phrase(phrase)).map { $0 == 0 } == isMatch || pattern.matchesNothing)
}

@Test(arguments: [
  ("", "empty", 0..<0), (" \t ", "empty", 0..<3), ("!a", "leadingNegation", 0..<1), ("  !a", "leadingNegation", 2..<3),
  ("é[ab", "unclosedClass", 2..<3), ("a[b\\]", "unclosedClass", 1..<2), ("a[", "unclosedClass", 1..<2),
  ("[!", "unclosedClass", 0..<1), ("a[]b", "emptyClass", 1..<3), ("[!]", "emptyClass", 0..<3),
  ("x[z-a]", "reversedRange", 2..<5), ("[a-Z]", "reversedRange", 1..<4), ("[\\z-\\a]", "reversedRange", 1..<6),
  ("{a,{b}", "unclosedGroup", 0..<1), ("{a,{b", "unclosedGroup", 3..<4), ("{a[b}", "unclosedClass", 2..<3),
  ("a\\", "trailingBackslash", 1..<2), ("e\u{301}\\", "trailingBackslash", 3..<4),
  ("\\\\\\", "trailingBackslash", 2..<3),
])
func mistakesHaveTheirPlace(_ pattern: String, _ kind: String, _ range: Range<Int>) {
  let error = #expect(throws: IntentPatternError.self) { try IntentPattern(pattern) }
  #expect(error?.kind.rawValue == kind)
  #expect(error?.range == range)
}

@Test func partsHaveTheirPlaces() throws {
  let pattern = try IntentPattern(" Fix{é ,[a-c]}**  x? *")
  func text(_ part: IntentPattern.Part) -> String {
    String(decoding: Array(pattern.source.utf8)[part.range], as: UTF8.self)
  }
  #expect(pattern.parts.map(text) == ["Fix", "{é ,[a-c]}", "**", "  x", "?", " *"])
  #expect(pattern.parts.map(\.kind).first == .text("fix"))
  #expect(pattern.parts[2].kind == .run(isDoubled: true))
  #expect(pattern.endsInFurtherWords)
  guard case .alternatives(let alternatives) = pattern.parts[1].kind else {
    Issue.record("no group")
    return
  }
  #expect(alternatives.map { $0.map(text) } == [["é "], ["[a-c]"]])
  #expect(pattern.canonicalText == "fix{é ,[a-c]}* x? *")
}

@Test(arguments: [
  ("Deploy  *", "deploy *", true), ("a**", "a*", true), ("\\a", "a", true), ("[Aa]", "a", true), ("[! ]", "?", true),
  ("[bca]", "[a-c]", true), ("[!a-cB]", "[!c-ca-b]", true), ("rush*", "rush *", false), ("{a,b}", "{b,a}", false),
  ("\\*", "*", false), ("\\ *", "*", true),
])
func equalityIsThatOfNormalizedTexts(_ left: String, _ right: String, _ areEqual: Bool) throws {
  #expect((try IntentPattern(left) == IntentPattern(right)) == areEqual)
}

/// Composing what is folded yields what is folded, so normalising is idempotent.
@Test func normalizationIsIdempotent() {
  var text = String.UnicodeScalarView()
  let blocks: [Range<UInt32>] = [
    1..<0x3100, 0xA640..<0xAC10, 0xF900..<0x1_0000, 0x1_0400..<0x1_1A00, 0x1_D150..<0x1_D1C0, 0x1_E900..<0x1_E950,
  ]
  for value in blocks.joined() {
    guard let scalar = Unicode.Scalar(value) else { continue }
    text.append(scalar)
    text.append(contentsOf: "\u{301}x\u{345}\u{308}h\u{331} ".unicodeScalars)
    text.append(scalar)
    text.append("\u{323}")
    if value % 256 == 255 {
      let once = Phrase(String(text))
      #expect(Phrase(once.text) == once, "near U+\(String(value, radix: 16))")
      text = String.UnicodeScalarView()
    }
  }
}

/// Whatever the text, parsing ends in a pattern or an error inside the text, and what can be asked can be answered.
@Test func arbitraryPatternsNeverTrap() {
  var random = SplitMix64(seed: 5)
  let fragments = [
    "a", "b", "S", "ſ", "ß", "ẞ", "K", "\u{212A}", "İ", "Σ", "ς", "é", "e", "\u{301}", "\u{323}", "\u{94D}", "\u{1161}",
    "\u{1100}", " ", "\t", "\u{A0}", "\u{3000}", "*", "**", "?", "[", "]", "[!", "-", "{", "}", ",", "\\", "!", "\0",
    "\u{7F}",
    "😀", "\"", "'", "[a-z]", "[!é]", "{a,b}", "{ a,b }", " *", "\u{FFFF}", "\u{10FFFF}",
  ]
  var patterns: [IntentPattern] = []
  for round in 0..<3_000 {
    let text = (0..<random.below(9)).map { _ in fragments[random.below(fragments.count)] }.joined()
    do {
      let pattern = try IntentPattern(text)
      let again = try IntentPattern(pattern.canonicalText)
      #expect(again.canonicalText == pattern.canonicalText, "\(text.debugDescription)")
      patterns.append(pattern)
    } catch {
      #expect(error.range.lowerBound >= 0 && error.range.upperBound <= text.utf8.count, "\(text.debugDescription)")
    }
    if round % 20 == 19 {
      let allowed = Array(patterns.prefix(patterns.count / 2))
      let denied = Array(patterns.dropFirst(patterns.count / 2))
      let analysis = IntentAnalysis(allowed: allowed, denied: denied)
      for overlap in analysis.overlaps {
        guard let phrase = analysis.phrase(of: overlap) else { continue }
        #expect(allowed[overlap.allowed].matches(phrase.text) && denied[overlap.denied].matches(phrase.text))
      }
      for index in allowed.indices where !analysis.dead.contains(where: { $0.index == index }) {
        guard let phrase = analysis.samplePhrase(of: .init(list: .allowed, index: index)) else {
          #expect(analysis.undecided.contains(.init(list: .allowed, index: index)), "\(allowed[index]): \(denied)")
          continue
        }
        #expect(allowed[index].matches(phrase.text) && !denied.contains { $0.matches(phrase.text) })
        #expect(Phrase(phrase.text) == phrase)
      }
      patterns.removeAll()
    }
  }
}

/// Patterns for which other procedures need exponential time or space: an answer or "undecided", within the budget.
@Test(.timeLimit(.minutes(1))) func adversarialPatternsStayWithinTheBudget() throws {
  func stars(_ count: Int, _ letter: String) -> String { "*" + String(repeating: letter + "*", count: count) }
  let nested = String(repeating: "{a,b", count: 32) + String(repeating: "}", count: 32)
  let optional = String(repeating: "{a,}", count: 300)
  let long = "[" + (0x4E00..<0x5600).compactMap { Unicode.Scalar($0).map { String($0) } }.joined() + "]*"
  let texts = [
    stars(40, "a"), stars(41, "a"), stars(500, "ab"), "*a" + String(repeating: "?", count: 40),
    "*b" + String(repeating: "?", count: 41), "*a" + String(repeating: "[ab]", count: 30) + "*b", nested, optional,
    long,
    String(repeating: "{a,b}{,c}", count: 60), String(repeating: "?*", count: 200),
    "*" + String(repeating: "{a,ab,b}", count: 40),
  ]
  let patterns = try texts.map { try IntentPattern($0) }
  let phrase = String(repeating: "ab", count: 2_000)
  for pattern in patterns { _ = pattern.matches(phrase) }
  let budget = DecisionBudget(perQuestion: 1 << 15, total: 1 << 20)
  let analysis = IntentAnalysis(allowed: patterns, denied: patterns.reversed(), budget: budget)
  #expect(analysis.isEmpty == .yes)
  #expect(analysis.dead.count == patterns.count)
  let shifted = IntentAnalysis(allowed: Array(patterns.dropFirst()), denied: Array(patterns.dropLast()), budget: budget)
  #expect(shifted.isEmpty != .yes)
  let hard = PhraseLanguage(patterns[3]).subtracting(PhraseLanguage(patterns[5])).example(
    budget: DecisionBudget(perQuestion: 10_000, total: 10_000))
  #expect(hard != .none)
}

/// Within a budget that is too small the answer is that there is none, not a wrong one.
@Test func smallBudgetsEndUndecided() throws {
  let inner = try IntentPattern("*a" + String(repeating: "?", count: 24) + "b")
  let outer = try IntentPattern("*a" + String(repeating: "?", count: 12) + "*")
  let tight = IntentAnalysis(allowed: [inner], denied: [outer], budget: DecisionBudget(perQuestion: 10, total: 10))
  #expect(tight.undecided.contains(PatternReference(list: .allowed, index: 0)))
  #expect(tight.dead.isEmpty && tight.isEmpty == .undecided)
  let ample = IntentAnalysis(allowed: [inner], denied: [outer])
  #expect(ample.dead.map(\.cover) == [[0]] && ample.undecided.isEmpty)
  #expect(PhraseLanguage(inner).isSubset(of: PhraseLanguage(outer), budget: .init(perQuestion: 10, total: 10)) == nil)
}
