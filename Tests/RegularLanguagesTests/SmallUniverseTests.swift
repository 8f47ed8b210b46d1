import SeededRandom
import Testing

@testable import RegularLanguages

/// All expressions of exactly `size` nodes over the given leaves.
private func expressions(_ size: Int, _ leaves: [RegularExpression]) -> [RegularExpression] {
  var bySize: [[RegularExpression]] = [[], leaves]
  for size in stride(from: 2, through: size, by: 1) {
    var found: [RegularExpression] = []
    for body in bySize[size - 1] {
      found.append(.repetition(body, minimum: 0, maximum: nil))
      found.append(.repetition(body, minimum: 1, maximum: nil))
      found.append(.repetition(body, minimum: 0, maximum: 1))
      found.append(.repetition(body, minimum: 2, maximum: 3))
    }
    for left in stride(from: 1, through: size - 2, by: 1) {
      for first in bySize[left] {
        for second in bySize[size - 1 - left] {
          found.append(.concatenation([first, second]))
          found.append(.alternation([first, second]))
        }
      }
    }
    bySize.append(found)
  }
  return bySize[size]
}

/// All strings over `alphabet` of up to `length` bytes.
private func texts(_ alphabet: String, _ length: Int) -> [[UInt8]] {
  var all: [[UInt8]] = [[]]
  var last: [[UInt8]] = [[]]
  for _ in 0..<length {
    last = last.flatMap { text in alphabet.utf8.map { text + [$0] } }
    all += last
  }
  return all
}

/// The oracle: by definition, the places where a match of `expression` that begins at `start` can end, one bit each.
private func ends(_ expression: RegularExpression, _ text: [UInt8], _ start: Int) -> UInt32 {
  func isWord(_ index: Int) -> Bool { index >= 0 && index < text.count && text[index] != UInt8(ascii: "-") }
  func ends(_ expression: RegularExpression, fromAny starts: UInt32) -> UInt32 {
    var result: UInt32 = 0
    for place in 0...text.count where starts & (1 << UInt32(place)) != 0 {
      result |= RegularLanguagesTests.ends(expression, text, place)
    }
    return result
  }
  let here: UInt32 = 1 << UInt32(start)
  switch expression {
  case .empty: return here
  case .scalars(let set):
    return start < text.count && set.contains(Unicode.Scalar(text[start])) ? here << 1 : 0
  case .concatenation(let members): return members.reduce(here) { ends($1, fromAny: $0) }
  case .alternation(let members): return members.reduce(0) { $0 | ends($1, fromAny: here) }
  case .assertion(.start): return start == 0 ? here : 0
  case .assertion(.end): return start == text.count ? here : 0
  case .assertion(.wordBoundary): return isWord(start - 1) != isWord(start) ? here : 0
  case .assertion(.notWordBoundary): return isWord(start - 1) == isWord(start) ? here : 0
  case .repetition(let body, let minimum, let maximum):
    var reached = here
    for _ in 0..<minimum { reached = ends(body, fromAny: reached) }
    var all = reached
    // Beyond as many rounds as there are places nothing new is reached.
    for _ in 0..<min(maximum.map { $0 - minimum } ?? .max, text.count + 1) {
      reached = ends(body, fromAny: reached)
      all |= reached
    }
    return all
  }
}

/// The expression in ECMA-262's syntax.
private func source(_ expression: RegularExpression) -> String {
  switch expression {
  case .empty: return "(?:)"
  case .scalars(let set):
    return "["
      + set.ranges.map { "\\u{\(String($0.lowerBound, radix: 16))}-\\u{\(String($0.upperBound, radix: 16))}" }
      .joined() + "]"
  case .concatenation(let members): return members.map { "(?:\(source($0)))" }.joined()
  case .alternation(let members): return members.map(source).joined(separator: "|")
  case .assertion(let assertion): return ["^", "$", "\\b", "\\B"][Int(assertion.rawValue)]
  case .repetition(let body, let minimum, let maximum):
    return "(?:\(source(body))){\(minimum),\(maximum.map(String.init) ?? "")}"
  }
}

/// Whole-text and search matching, simulated and determinised, and the way through the parser, against the oracle.
private func check(_ expression: RegularExpression, _ texts: [[UInt8]]) throws {
  let limits = AutomatonLimits()
  let whole = try NFA(expression, limits: limits)
  let search = try NFA(expression.containedAnywhere, limits: limits)
  let wholeDFA = try #require(DFA(whole, maximumStates: 512))
  let searchDFA = try #require(DFA(search, maximumStates: 512))
  let pattern = try ECMAPattern(source(expression))
  for text in texts {
    let found = (0...text.count).map { ends(expression, text, $0) }
    let matchesWhole = found[0] & (1 << UInt32(text.count)) != 0
    let matchesSomewhere = found.contains { $0 != 0 }
    let results = text.withUnsafeBufferPointer {
      [
        whole.accepts($0) == matchesWhole, wholeDFA.accepts($0, whole.alphabet) == matchesWhole,
        search.accepts($0) == matchesSomewhere, searchDFA.accepts($0, search.alphabet) == matchesSomewhere,
        pattern.matches(utf8: $0) == matchesSomewhere,
      ]
    }
    if results.contains(false) {
      Issue.record("\(source(expression)) on \(String(decoding: text, as: UTF8.self).debugDescription): \(results)")
    }
  }
}

@Test(arguments: 1...4)
func everySmallExpressionAgreesWithItsDefinition(_ size: Int) throws {
  let leaves: [RegularExpression] = [.scalars(ScalarSet(scalarsOf: "a")), .scalars(ScalarSet(scalarsOf: "b")), .empty]
  let texts = texts("ab", 5)
  for expression in expressions(size, leaves) { try check(expression, texts) }
}

@Test(arguments: 1...3)
func everySmallExpressionWithAssertionsAgreesWithItsDefinition(_ size: Int) throws {
  let leaves: [RegularExpression] = [
    .scalars(ScalarSet(scalarsOf: "a")), .scalars(ScalarSet(scalarsOf: "-")), .scalars(.all), .scalars(.empty), .empty,
    .assertion(.start), .assertion(.end), .assertion(.wordBoundary), .assertion(.notWordBoundary),
  ]
  let texts = texts("a-", 4)
  for expression in expressions(size, leaves) { try check(expression, texts) }
}

/// Automata over a common alphabet are those over each one's own.
@Test func automataShareAnAlphabet() throws {
  let patterns = [#"^[a-m]+\b"#, "[f-z]*é", #"\p{Lu}a$"#, "^.{2}$", ""]
  let expressions = try patterns.map { try ECMAPattern.expression($0).containedAnywhere }
  let common = try Alphabet(of: expressions)
  let texts = ["", "abc", "abcé", "Aa", "xÉa", "é", "!", "a!", "fé\n", "😀a"].map { Array($0.utf8) }
  for expression in expressions {
    let own = try NFA(expression, limits: AutomatonLimits())
    let shared = try NFA(expression, limits: AutomatonLimits(), over: common)
    let determinised = try #require(DFA(shared, maximumStates: 512))
    for text in texts {
      let answers = text.withUnsafeBufferPointer {
        [own.accepts($0), shared.accepts($0), determinised.accepts($0, common)]
      }
      #expect(Set(answers).count == 1, "\(text)")
    }
  }
  #expect(
    try expressions.allSatisfy { try NFA($0, limits: AutomatonLimits()).alphabet.classCount <= common.classCount })
}

/// Longer expressions, drawn at random from a fixed seed.
@Test func randomExpressionsAgreeWithTheirDefinition() throws {
  var random = SplitMix64(seed: 20_260)
  let leaves: [RegularExpression] = [
    .scalars(ScalarSet(scalarsOf: "a")), .scalars(ScalarSet(scalarsOf: "b")), .scalars(ScalarSet(scalarsOf: "-b")),
    .scalars(.all), .empty, .assertion(.start), .assertion(.end), .assertion(.wordBoundary),
    .assertion(.notWordBoundary),
  ]
  func expression(_ size: Int) -> RegularExpression {
    if size <= 1 { return leaves[Int.random(in: 0..<leaves.count, using: &random)] }
    let left = Int.random(in: 1..<size, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return .repetition(expression(size - 1), minimum: 0, maximum: nil)
    case 1: return .repetition(expression(size - 1), minimum: Int.random(in: 0...2, using: &random), maximum: 2)
    case 2, 3: return .alternation([expression(left), expression(size - left)])
    default: return .concatenation([expression(left), expression(size - left)])
    }
  }
  let texts = texts("ab-", 3) + texts("ab", 6).suffix(64)
  for _ in 0..<150 { try check(expression(Int.random(in: 5...9, using: &random)), texts) }
}
