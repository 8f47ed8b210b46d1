/// Patterns over one alphabet, ready for questions about several of them at once.
///
/// Immutable; each question runs on a ``PhraseSearch`` of its own or on one that the caller keeps.
struct LinkedPatterns: Sendable {
  let patterns: [IntentPattern]
  let network: PhraseNetwork

  init(_ patterns: [IntentPattern]) throws(AutomatonError) {
    self.patterns = patterns
    network = try PhraseNetwork(patterns.map(\.automaton))
  }

  /// The number of the pattern that stands for every phrase.
  var everything: Int { patterns.count }

  /// The phrase of `symbols`, each class by its representative; nil where these don't make a normalised text.
  func phrase(_ symbols: [Int32]) -> Phrase? {
    var scalars = symbols.map { network.classes.representatives[Int($0)] }
    var phrase = Phrase(scalars: scalars)
    if phrase.scalars == scalars { return phrase }
    // Something composes; another scalar of the class may not.
    for place in scalars.indices.dropLast() where composes(scalars[place], scalars[place + 1]) {
      let other = network.classes.alternatives(ofClass: symbols[place]).first { !composes($0, scalars[place + 1]) }
      scalars[place] = other ?? scalars[place]
    }
    phrase = Phrase(scalars: scalars)
    return phrase.scalars == scalars ? phrase : nil
  }

  private func composes(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
    !isNFCInert(second) && nfc([first, second]) != [first, second]
  }

  /// Whether, by the matcher, every group has a pattern that matches `phrase` and no excluded pattern does.
  func confirms(_ phrase: Phrase, in groups: [[Int]], excluding excluded: [Int]) -> Bool {
    groups.allSatisfy { $0.contains { matches(phrase, $0) } } && !excluded.contains { matches(phrase, $0) }
  }

  private func matches(_ phrase: Phrase, _ pattern: Int) -> Bool {
    pattern == everything || patterns[pattern].matches(phrase)
  }

  /// A shortest phrase that every group matches and no excluded pattern does, confirmed by the matcher.
  func shortestPhrase(
    in groups: [[Int]], excluding excluded: [Int], _ search: inout PhraseSearch
  ) -> PhraseOutcome {
    var phrase: Phrase?
    let outcome = search.witness(in: groups, excluding: excluded) { symbols in
      phrase = self.phrase(symbols)
      return phrase.map { confirms($0, in: groups, excluding: excluded) } ?? false
    }
    switch outcome {
    case .none: return .none
    case .undecided: return .undecided
    case .found: return phrase.map { .found($0) } ?? .undecided
    }
  }

  /// A phrase that every group matches and no excluded pattern does: a readable one if there is any, else a shortest.
  func readablePhrase(
    in groups: [[Int]], excluding excluded: [Int], _ search: inout PhraseSearch
  ) -> PhraseOutcome {
    if let phrase = readablePhrase(in: groups, excluding: excluded) { return .found(phrase) }
    return shortestPhrase(in: groups, excluding: excluded, &search)
  }
}

/// Whether there is a phrase of some kind, and which.
enum PhraseOutcome {
  case none
  case found(Phrase)
  case undecided
}
