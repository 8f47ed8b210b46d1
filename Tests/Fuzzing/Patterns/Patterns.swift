import FuzzSupport
import RegularLanguages

/// Three fields: two patterns, which are taken for intent patterns and for regular expressions, and a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPatterns(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = FuzzInput(start, count)
  let text = String(input.text(2).prefix(48))
  checkPhrase(text)
  checkRegularExpression(input.text(0), text)
  let first = intentPattern(input.text(0))
  let second = intentPattern(input.text(1))
  for case let pattern? in [first, second] { checkPattern(pattern, Phrase(text)) }
  guard let first, let second, first.source.utf8.count <= 160, second.source.utf8.count <= 160 else { return 0 }
  checkLanguages(first, second, Phrase(text))
  checkAnalysis(first, second, Phrase(text))
  return 0
}

/// A question that takes longer stays undecided: more inputs are worth more than more answers.
private let budget = DecisionBudget(perQuestion: 1 << 12, total: 1 << 15)
private let limits = AutomatonLimits(states: 1_000, deterministicStates: 64)

private func checkPhrase(_ text: String) {
  let phrase = Phrase(text)
  require(Phrase(phrase.text) == phrase, "normalising twice is not normalising once: \(text.debugDescription)")
  require(phrase.scalars.first != " " && phrase.scalars.last != " ", "blanks at the ends of a phrase")
}

/// A pattern, or an error with a place in it.
private func intentPattern(_ source: String) -> IntentPattern? {
  do throws(IntentPatternError) {
    return try IntentPattern(source)
  } catch {
    require(
      0 <= error.range.lowerBound && error.range.upperBound <= source.utf8.count && !error.message.isEmpty,
      "an error without a place: \(error)")
    return nil
  }
}

private func checkPattern(_ pattern: IntentPattern, _ phrase: Phrase) {
  var last = 0
  for part in pattern.parts {
    require(last <= part.range.lowerBound && part.range.upperBound <= pattern.source.utf8.count, "parts out of order")
    last = part.range.upperBound
  }
  do throws(IntentPatternError) {
    let again = try IntentPattern(pattern.canonicalText)
    require(again.canonicalText == pattern.canonicalText, "canonical text that is not: \(pattern.canonicalText)")
    require(again.matches(phrase) == pattern.matches(phrase), "canonical text of another pattern: \(pattern)")
  } catch {
    // Escapes and written-out classes make a text longer.
    require(error.kind == .tooLarge, "canonical text that is no pattern: \(pattern.canonicalText): \(error)")
  }
  let matches = pattern.matches(phrase)
  require(matches == (pattern.editDistance(to: phrase) == 0), "a distance that is not: \(pattern), \(phrase)")
  require(matches == oracle(pattern.parts, phrase.scalars), "\(pattern) on \(phrase): \(matches)")
  if pattern.matchesNothing { require(!matches, "a pattern of nothing matches: \(pattern)") }
}

private func checkLanguages(_ first: IntentPattern, _ second: IntentPattern, _ phrase: Phrase) {
  let a = PhraseLanguage(first)
  let b = PhraseLanguage(second)
  let inA = first.matches(phrase)
  let inB = second.matches(phrase)
  for (language, expected) in [
    (a.union(b), inA || inB), (a.intersection(b), inA && inB), (a.subtracting(b), inA && !inB), (a.complement, !inA),
  ] {
    require(language.contains(phrase) == expected, "\(first) and \(second) on \(phrase)")
    switch language.example(budget: budget) {
    case .none: require(!expected, "no example, but there is \(phrase): \(first), \(second)")
    case .phrase(let example):
      require(language.contains(example), "an example that is none: \(example)")
      if expected { require(example.scalars.count <= phrase.scalars.count, "\(example) is not the shortest") }
      require(Phrase(example.text) == example, "an example that is no phrase: \(example)")
    case .undecided: break
    }
  }
  if a.isSubset(of: b, budget: budget) == true { require(!inA || inB, "\(first) is not within \(second): \(phrase)") }
  if a.isEqual(to: b, budget: budget) == true { require(inA == inB, "\(first) is not \(second): \(phrase)") }
  if a.isUniversal(budget: budget) == true { require(inA, "\(first) does not match \(phrase)") }
  if a.isEmpty(budget: budget) == true { require(first.matchesNothing, "\(first) is not empty") }
}

private func checkAnalysis(_ first: IntentPattern, _ second: IntentPattern, _ phrase: Phrase) {
  let analysis = IntentAnalysis(allowed: [first], denied: [second], budget: budget)
  let inA = first.matches(phrase)
  let inB = second.matches(phrase)
  if !analysis.dead.isEmpty { require(!inA || inB, "\(first) is not dead under \(second): \(phrase)") }
  if analysis.isEmpty == .yes { require(!inA || inB, "\(first) without \(second) is not empty: \(phrase)") }
  if analysis.isCatchAll == .yes { require(inA, "\(first) does not match everything: \(phrase)") }
  if !analysis.unneededDenials.isEmpty { require(!(inA && inB), "\(first) meets \(second): \(phrase)") }
  for overlap in analysis.overlaps {
    guard let common = analysis.phrase(of: overlap, budget: budget) else { continue }
    require(first.matches(common) && second.matches(common), "\(common) is in not both of \(first), \(second)")
  }
  if analysis.exceptions.first == [0], inB { require(inA, "\(second) is no exception to \(first): \(phrase)") }
  let verdict = analysis.boundary.verdict(for: phrase)
  require((verdict.kind == .allowed) == (inA && !inB), "\(phrase) is \(verdict.kind)")

  var survey = PatternSurvey()
  var (allowed, denied) = (first.source, second.source)
  allowed.withUTF8 { survey.add($0) }
  survey.beginDenied()
  denied.withUTF8 { survey.add($0) }
  if survey.isEvidentlySound() {
    require(
      analysis.dead.isEmpty && analysis.overlaps.isEmpty && analysis.nearMisses.isEmpty
        && analysis.unmatchable.isEmpty && analysis.isCatchAll != .yes && analysis.isEmpty != .yes,
      "evidently sound, and yet there is something: \(first), \(second)")
  }
}

private func checkRegularExpression(_ source: String, _ text: String) {
  do throws(ECMAPatternError) {
    let expression = try ECMAPattern.expression(source, limits: limits)
    guard let pattern = try? ECMAPattern(source, limits: limits) else { return }
    let simulated = pattern.matches(text)
    // Enough text makes the automaton deterministic.
    for _ in 0..<32 { _ = pattern.matches("") }
    require(pattern.matches(text) == simulated, "two automata differ: /\(source)/ on \(text.debugDescription)")
    if let expected = oracle(expression, Array(text.unicodeScalars)) {
      require(simulated == expected, "/\(source)/ on \(text.debugDescription) is \(simulated)")
    }
  } catch {
    require((0...source.utf8.count).contains(error.offset) && !error.message.isEmpty, "an error nowhere: \(error)")
  }
}
