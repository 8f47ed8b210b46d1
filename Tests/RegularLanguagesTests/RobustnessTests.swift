import SeededRandom
import Testing

@testable import RegularLanguages

/// Patterns on which backtracking matchers take exponential or quadratic time; the texts are long and all but match.
@Test(
  .timeLimit(.minutes(10)),
  arguments: [
    ("^(a*)*b$", false), ("^(a|a)*$", true), ("^(a|aa)+$", true), ("(x+x+)+y", false),
    ("^(([a-z])+.)+[A-Z]([a-z])+$", false), ("(.*)(.*)(.*)(.*)(.*)[0-9]", false), ("^(?:a?){60}a{60}", true),
    (#"\b(a+)+\b!"#, false), ("(?:a{0,20}){0,20}!", false), ("[ab]*a[ab]{20}!", false),
  ])
func adversarialPatternsTakeLinearTime(_ pattern: String, _ matches: Bool) throws {
  let text = String(repeating: "a", count: 4_000)
  #expect(try ECMAPattern(pattern).matches(text) == matches)
}

@Test(arguments: [
  "(?:a{1000}){1000}", "((a{100}){100}){100}", "(?:a{20}|b){1000}", "a{20000}", "(?:a?){15000}", "[ab]{1,4294967295}",
])
func countedRepetitionIsBounded(_ pattern: String) {
  let error = #expect(throws: ECMAPatternError.self) { try ECMAPattern(pattern) }
  #expect(error?.kind == .tooLarge)
}

@Test func limitsAreTheCallersToSet() throws {
  let expression = RegularExpression.repetition(.scalars(.all), minimum: 10, maximum: 10)
  #expect(throws: AutomatonError.tooManyStates(limit: 10)) {
    try Recognizer(expression, limits: AutomatonLimits(states: 10))
  }
  #expect(try Recognizer(expression, limits: AutomatonLimits(states: 11)).matches("0123456789"))
  let sets = (0..<10).map { RegularExpression.scalars(ScalarSet($0...$0)) }
  #expect(throws: AutomatonError.tooManyClasses(limit: 5)) {
    try Recognizer(.concatenation(sets), limits: AutomatonLimits(classes: 5))
  }
  var deep = RegularExpression.scalars(.all)
  for _ in 0..<1_100 { deep = .repetition(deep, minimum: 0, maximum: nil) }
  #expect(throws: AutomatonError.nestedTooDeeply(limit: 1_000)) { try Recognizer(deep) }
}

/// An automaton too large to determinise goes on being simulated, with the same answers.
@Test func largeAutomataAreSimulated() throws {
  let pattern = try ECMAPattern("a.{12}b$")
  let filler = String(repeating: "ab", count: 1_000)
  for _ in 0..<3 {
    #expect(pattern.matches(filler + "a0123456789xyb"))
    #expect(!pattern.matches(filler + "x0123456789xyb"))
  }
}

/// Whatever the pattern, compiling ends in a value or an error inside the pattern, and matching any bytes ends.
@Test func nothingTraps() {
  var random = SplitMix64(seed: 7)
  let fragments = [
    "a", "b", "é", "😀", "(", ")", "(?:", "(?<n>", "(?=", "[", "]", "[^", "-", "{", "}", "{2}", "{1,3}", "{0,}", ",",
    "*", "+", "?",
    "|", "^", "$", ".", "\\", "\\d", "\\W", "\\s", "\\b", "\\B", "\\p{L}", "\\P{Lu}", "\\p{", "\\u", "\\u{1F600}",
    "\\uD83D",
    "\\uDE00", "\\x41", "\\x", "\\c", "\\cA", "\\0", "1", "\\1", "\\k<n>", "\\-", "\0", "/",
  ]
  var compiled = 0
  for _ in 0..<4_000 {
    let pattern = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      fragments[Int.random(in: 0..<fragments.count, using: &random)]
    }.joined()
    do throws(ECMAPatternError) {
      let expression = try ECMAPattern.expression(pattern)
      guard let nfa = try? NFA(expression.containedAnywhere, limits: AutomatonLimits()) else {
        Issue.record("\(pattern) is within the limits")
        continue
      }
      compiled += 1
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
        Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : UInt8(ascii: "a")
      }
      let simulated = bytes.withUnsafeBufferPointer { nfa.accepts($0) }
      if let dfa = DFA(nfa, maximumStates: 512) {
        let determinised = bytes.withUnsafeBufferPointer { dfa.accepts($0, nfa.alphabet) }
        #expect(simulated == determinised, "\(pattern) on \(bytes)")
      }
      // Ill-formed UTF-8 reads as the standard library repairs it.
      let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
      #expect(simulated == repaired.withUnsafeBufferPointer { nfa.accepts($0) }, "\(pattern) on \(bytes)")
    } catch {
      #expect((0...pattern.utf8.count).contains(error.offset), "\(pattern): \(error)")
      #expect(!error.message.isEmpty)
    }
  }
  #expect(compiled > 400)
}

@Test func illFormedBytesCountAsReplacementCharacters() throws {
  let one = try ECMAPattern("^\\uFFFD$")
  let two = try ECMAPattern("^\\uFFFD\\uFFFD$")
  for bytes: [UInt8] in [[0x80], [0xC3], [0xFF], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] { #expect(one.matches(utf8: bytes)) }
  for bytes: [UInt8] in [[0xC0, 0x80], [0xE0, 0x80], [0xE2, 0x82, 0xE2, 0x82]] { #expect(two.matches(utf8: bytes)) }
  #expect(try ECMAPattern("^a.b$").matches(utf8: [0x61, 0xF5, 0x62]))
}

/// A pattern that several threads use while it determinises itself.
@Test func patternsAreSharedBetweenThreads() async throws {
  let pattern = try ECMAPattern(#"^(?:[a-z]+-)*[a-z]+\d$"#)
  let answers = await withTaskGroup(of: Bool.self) { group in
    for task in 0..<8 {
      group.addTask {
        (0..<500).allSatisfy { pattern.matches("rush-hour-\($0 % 10)") == false && pattern.matches("a-b\($0 % 10)") }
          && task >= 0
      }
    }
    return await group.reduce(into: [Bool]()) { $0.append($1) }
  }
  #expect(answers == [Bool](repeating: true, count: 8))
}
