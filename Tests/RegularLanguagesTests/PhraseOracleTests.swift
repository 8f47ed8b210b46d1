import Foundation
import SeededRandom
import Testing

@testable import RegularLanguages

/// How many random pairs and lists are compared with the oracle; `MASQUES_RANDOM_LISTS=200000` for a thorough run, which
/// also makes the exhaustive test look at longer patterns.
private let randomCount = ProcessInfo.processInfo.environment["MASQUES_RANDOM_LISTS"].flatMap(Int.init) ?? 100

private let universe = phrases(["a", "b", "c"], upTo: 5)

/// A pattern with its meaning and the phrases of the universe that it matches, by the oracle.
private struct Specimen {
  let pattern: IntentPattern
  let meaning: [Glob]
  let matched: Bits

  init?(_ sequence: [Glob]) {
    guard let pattern = try? IntentPattern(Glob.source(sequence)) else { return nil }
    self.pattern = pattern
    let meaning = Glob.meaning(sequence)
    self.meaning = meaning
    matched = Bits(universe.map { Glob.matches(meaning, $0) })
  }

  func matches(_ phrase: Phrase) -> Bool {
    Glob.matches(meaning, phrase.scalars)
  }
}

/// Every sequence of up to `length` of these parts.
private func sequences(_ parts: [Glob], _ length: Int) -> [[Glob]] {
  var all: [[Glob]] = []
  var last: [[Glob]] = [[]]
  for _ in 0..<length {
    last = last.flatMap { sequence in parts.map { sequence + [$0] } }
    all += last
  }
  return all
}

/// Every pair of patterns up to a size: what is decided of it is what the oracle finds, and where it finds nothing in
/// its small universe, a witness decides.
@Test func everyPairAgreesWithTheOracle() throws {
  let parts: [Glob] = [
    .scalar("a"), .scalar(" "), .run, .one, .oneOf(["a"], isNegated: true),
    .alternatives([[.scalar("a")], [.scalar("b"), .run]]),
  ]
  let specimens = sequences(parts, randomCount >= 100_000 ? 4 : 2).compactMap(Specimen.init)
  let linked = try LinkedPatterns(specimens.map(\.pattern))
  var search = PhraseSearch(linked.network, budget: DecisionBudget(total: .max))
  var disagreements: [String] = []
  for specimen in specimens {
    let matched = Bits(universe.map { specimen.pattern.matches(Phrase(scalars: $0)) })
    if matched != specimen.matched { disagreements.append("matching \(specimen.pattern)") }
  }
  for (left, specimen) in specimens.enumerated() {
    for (right, other) in specimens.enumerated() {
      let meets = search.intersects(left, right)
      if meets == nil || (meets == false && specimen.matched.intersects(other.matched)) {
        disagreements.append("\(specimen.pattern) meets \(other.pattern): \(String(describing: meets))")
      }
      if meets == true, !specimen.matched.intersects(other.matched) {
        guard case .found(let phrase) = linked.shortestPhrase(in: [[left], [right]], excluding: [], &search),
          specimen.matches(phrase), other.matches(phrase)
        else {
          disagreements.append("\(specimen.pattern) meets \(other.pattern) without a witness")
          continue
        }
      }
      switch linked.shortestPhrase(in: [[left]], excluding: [right], &search) {
      case .none:
        if !specimen.matched.isSubset(of: other.matched) {
          disagreements.append("\(specimen.pattern) within \(other.pattern)")
        }
      case .found(let phrase):
        if !specimen.matches(phrase) || other.matches(phrase) {
          disagreements.append("\(specimen.pattern) without \(other.pattern): \(phrase)")
        }
      case .undecided: disagreements.append("\(specimen.pattern) within \(other.pattern) is undecided")
      }
    }
  }
  #expect(disagreements == [])
  print("\(specimens.count * specimens.count) pairs of \(specimens.count) patterns agree with the oracle")
}

/// Random lists: each part of an analysis is what the oracle finds, with witnesses that the oracle confirms.
@Test func randomListsAgreeWithTheOracle() {
  var random = SplitMix64(seed: 11)
  for round in 0..<randomCount {
    var size = 2 + random.below(5)
    if round % 50 == 0 { size = 9 }
    let allowed = (0..<(1 + random.below(4))).compactMap { _ in Specimen(random.glob(size: size)) }
    let denied = (0..<random.below(5)).compactMap { _ in Specimen(random.glob(size: size)) }
    check(allowed, denied)
    checkLanguages(allowed, denied)
  }
  print("\(randomCount) random lists agree with the oracle")
}

private func union(_ specimens: [Specimen]) -> Bits {
  specimens.reduce(Bits(universe.map { _ in false })) { $0.union($1.matched) }
}

private func check(_ allowed: [Specimen], _ denied: [Specimen]) {
  let analysis = IntentAnalysis(allowed: allowed.map(\.pattern), denied: denied.map(\.pattern))
  let context = "allowed \(allowed.map(\.pattern.source)) denied \(denied.map(\.pattern.source))"
  #expect(analysis.undecided == [], "\(context)")
  let dead = Set(analysis.dead.map(\.index))
  for (index, specimen) in allowed.enumerated() {
    #expect(specimen.matched == Bits(universe.map { specimen.pattern.matches(Phrase(scalars: $0)) }), "\(context)")
    if dead.contains(index) {
      #expect(specimen.matched.isSubset(of: union(denied)), "dead \(index): \(context)")
    } else {
      let phrase = analysis.samplePhrase(of: .init(list: .allowed, index: index))
      #expect(
        phrase.map { phrase in specimen.matches(phrase) && !denied.contains { $0.matches(phrase) } } == true,
        "alive \(index), \(phrase?.text ?? "no phrase"): \(context)")
    }
    for (other, denial) in denied.enumerated() where !dead.contains(index) {
      let isOverlap = analysis.overlaps.contains { $0.allowed == index && $0.denied == other }
      let isException = analysis.exceptions[index].contains(other)
      #expect(!(isOverlap && isException))
      let allowing = PatternReference(list: .allowed, index: index)
      let denying = PatternReference(list: .denied, index: other)
      let common = analysis.phrase(matching: [allowing, denying])
      #expect((common != nil) == (isOverlap || isException), "\(index) and \(other): \(context)")
      if let common { #expect(specimen.matches(common) && denial.matches(common), "\(common): \(context)") }
      if specimen.matched.intersects(denial.matched) { #expect(isOverlap || isException, "\(context)") }
      let rest = analysis.phrase(matching: [denying], excluding: [allowing])
      if isOverlap {
        #expect(rest.map { denial.matches($0) && !specimen.matches($0) } == true, "\(index) and \(other): \(context)")
      }
      if isException {
        #expect(rest == nil && denial.matched.isSubset(of: specimen.matched), "\(index) and \(other): \(context)")
      }
    }
  }
  for overlap in analysis.overlaps where overlap.isWithinAllowed {
    #expect(denied[overlap.denied].matched.isSubset(of: union(allowed)), "\(overlap): \(context)")
  }
  for cover in analysis.dead { checkCover(cover, of: allowed, by: denied, analysis, .allowed, .denied, context) }
  checkRedundant(analysis.redundantAllowed, allowed, analysis, .allowed, context)
  checkRedundant(analysis.redundantDenied, denied, analysis, .denied, context)
  #expect((analysis.isEmpty == .yes) == (dead.count == allowed.count), "\(context)")
  let everything = PhraseLanguage(anyOf: allowed.map(\.pattern)).complement.example()
  if case .phrase(let phrase) = everything {
    #expect(analysis.isCatchAll == .no && !allowed.contains { $0.matches(phrase) }, "\(context)")
  } else {
    #expect(everything == .none && analysis.isCatchAll == .yes, "\(context)")
    #expect(union(allowed) == Bits(universe.map { _ in true }), "\(context)")
  }
}

private func checkCover(
  _ cover: IntentAnalysis.Cover, of list: [Specimen], by others: [Specimen], _ analysis: IntentAnalysis,
  _ name: PatternReference.List, _ otherName: PatternReference.List, _ context: String
) {
  let covered = PatternReference(list: name, index: cover.index)
  #expect(list[cover.index].matched.isSubset(of: union(cover.cover.map { others[$0] })), "\(cover): \(context)")
  for member in cover.cover {
    let rest = cover.cover.filter { $0 != member }
    let phrase = analysis.phrase(
      matching: [covered], excluding: rest.map { PatternReference(list: otherName, index: $0) })
    // What only this member covers.
    #expect(
      phrase.map { phrase in
        list[cover.index].matches(phrase) && others[member].matches(phrase)
          && !rest.contains { others[$0].matches(phrase) }
      } == true, "\(cover) needs \(member): \(context)")
  }
}

private func checkRedundant(
  _ covers: [IntentAnalysis.Cover], _ list: [Specimen], _ analysis: IntentAnalysis, _ name: PatternReference.List,
  _ context: String
) {
  let superfluous = Set(covers.map(\.index))
  for cover in covers {
    #expect(superfluous.isDisjoint(with: cover.cover), "\(cover): \(context)")
    checkCover(cover, of: list, by: list, analysis, name, name, context)
  }
  let duplicates = Set(analysis.duplicates.filter { $0.pattern.list == name }.map(\.pattern.index))
  let kept = list.indices.filter { !superfluous.contains($0) && !duplicates.contains($0) }
  for index in kept where !list[index].pattern.matchesNothing {
    let phrase = analysis.phrase(
      matching: [.init(list: name, index: index)],
      excluding: kept.filter { $0 != index }.map { .init(list: name, index: $0) })
    #expect(
      phrase.map { phrase in kept.filter { list[$0].matches(phrase) } == [index] } == true,
      "\(index) is not redundant: \(context)")
  }
}

/// The general algebra and the comparison of boundaries, on the same lists.
private func checkLanguages(_ allowed: [Specimen], _ denied: [Specimen]) {
  let left = IntentBoundary(allowed: allowed.map(\.pattern), denied: denied.map(\.pattern))
  let right = IntentBoundary(allowed: denied.map(\.pattern), denied: allowed.dropFirst().map(\.pattern))
  let context = "allowed \(allowed.map(\.pattern.source)) denied \(denied.map(\.pattern.source))"
  func isInLeft(_ phrase: Phrase) -> Bool {
    allowed.contains { $0.matches(phrase) } && !denied.contains { $0.matches(phrase) }
  }
  func isInRight(_ phrase: Phrase) -> Bool {
    denied.contains { $0.matches(phrase) } && !allowed.dropFirst().contains { $0.matches(phrase) }
  }
  let comparison = left.compared(to: right)
  for (example, formula, isFirst) in [
    (comparison.onlyHere, left.language.subtracting(right.language), true),
    (comparison.onlyThere, right.language.subtracting(left.language), false),
  ] {
    let found = formula.example()
    for example in [example, found] {
      if case .phrase(let phrase) = example {
        #expect(isFirst ? isInLeft(phrase) && !isInRight(phrase) : isInRight(phrase) && !isInLeft(phrase), "\(context)")
        #expect(formula.contains(phrase))
      } else {
        #expect(example == .none, "\(context)")
      }
    }
    // Two procedures, one answer.
    #expect((example == .none) == (found == .none), "\(context)")
    if found == .none {
      let exceptions = universe.map { Phrase(scalars: $0) }.filter {
        isFirst ? isInLeft($0) && !isInRight($0) : isInRight($0) && !isInLeft($0)
      }
      #expect(exceptions == [], "\(context)")
    }
  }
}
