extension IntentPattern {
  /// A few readable phrases that the pattern matches and others do not: of its first set of alternatives each gives one.
  ///
  /// - Parameters:
  ///   - excluded: Patterns that must not match.
  ///   - limit: The most phrases.
  ///   - budget: The most work to do for each.
  /// - Returns: Different phrases, each confirmed by the matcher; none where there are none, or where the budget did not
  ///   suffice.
  public func samplePhrases(
    excluding excluded: [IntentPattern] = [], limit: Int = 3, budget: DecisionBudget = DecisionBudget()
  ) -> [Phrase] {
    var result: [Phrase] = []
    for variant in variants(limit: limit) + [self] where result.count < limit {
      guard let linked = try? LinkedPatterns([variant] + excluded) else { continue }
      var search = PhraseSearch(linked.network, budget: budget)
      let outcome = linked.readablePhrase(in: [[0]], excluding: Array(linked.patterns.indices.dropFirst()), &search)
      // What a variant matches the pattern itself does, unless spaces have met at its seams.
      if case .found(let phrase) = outcome, matches(phrase), !result.contains(phrase) { result.append(phrase) }
      if result.count > 0, variant == self { break }
    }
    return result
  }

  /// The pattern with its first set of alternatives replaced by each of them; empty if it has none.
  private func variants(limit: Int) -> [IntentPattern] {
    for part in parts {
      guard case .alternatives(let alternatives) = part.kind else { continue }
      let bytes = Array(source.utf8)
      return alternatives.prefix(limit).compactMap { alternative in
        let text = alternative.first.flatMap { first in
          alternative.last.map { bytes[first.range.lowerBound..<$0.range.upperBound] }
        }
        let variant = bytes[..<part.range.lowerBound] + (text ?? []) + bytes[part.range.upperBound...]
        return try? IntentPattern(String(decoding: variant, as: UTF8.self))
      }
    }
    return []
  }
}
