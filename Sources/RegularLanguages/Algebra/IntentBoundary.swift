/// The boundary of an intent: what is allowed, but for what is denied.
public struct IntentBoundary: Sendable {
  /// The patterns of which one must match; nil stands for no such condition, which is not the same as an empty list.
  public let allowed: [IntentPattern]?
  /// The patterns of which none may match.
  public let denied: [IntentPattern]

  /// Creates a boundary.
  public init(allowed: [IntentPattern]?, denied: [IntentPattern]) {
    self.allowed = allowed
    self.denied = denied
  }

  /// The phrases inside the boundary.
  public var language: PhraseLanguage {
    (allowed.map { PhraseLanguage(anyOf: $0) } ?? .all).subtracting(PhraseLanguage(anyOf: denied))
  }

  /// The pattern that `reference` names; nil when there is none.
  public func pattern(_ reference: PatternReference) -> IntentPattern? {
    let list = reference.list == .allowed ? allowed ?? [] : denied
    return list.indices.contains(reference.index) ? list[reference.index] : nil
  }

  /// Judges a phrase: denied if any denied pattern matches, else allowed if an allowed pattern matches or there is no
  /// such list, else not allowed. Linear in the phrase times the size of the patterns.
  public func verdict(for phrase: String) -> IntentVerdict {
    verdict(for: Phrase(phrase))
  }

  /// Judges a phrase.
  public func verdict(for phrase: Phrase) -> IntentVerdict {
    let allowing = Self.matches(phrase, allowed ?? [], .allowed)
    let denying = Self.matches(phrase, denied, .denied)
    let kind: IntentVerdict.Kind =
      !denying.isEmpty ? .denied : allowed == nil || !allowing.isEmpty ? .allowed : .notAllowed
    var nearest: PatternReference?
    if allowing.isEmpty, denying.isEmpty {
      nearest = Self.nearest(phrase, allowed ?? [], .allowed) ?? Self.nearest(phrase, denied, .denied)
    }
    return IntentVerdict(
      kind: kind, phrase: phrase, matches: allowing + denying,
      decidingPattern: kind == .denied ? denying.first : allowing.first, nearestPattern: nearest)
  }

  private static func matches(
    _ phrase: Phrase, _ patterns: [IntentPattern], _ list: PatternReference.List
  ) -> [PatternReference] {
    patterns.indices.filter { patterns[$0].matches(phrase) }.map { PatternReference(list: list, index: $0) }
  }

  private static func nearest(
    _ phrase: Phrase, _ patterns: [IntentPattern], _ list: PatternReference.List
  ) -> PatternReference? {
    var best: (distance: Int, index: Int)?
    for (index, pattern) in patterns.enumerated() {
      if let distance = pattern.editDistance(to: phrase), distance < best?.distance ?? .max {
        best = (distance, index)
      }
    }
    return best.map { PatternReference(list: list, index: $0.index) }
  }

  /// Compares what this boundary lets through with what `other` does.
  ///
  /// - Parameters:
  ///   - other: The boundary to compare with, for instance that of an earlier version.
  ///   - budget: The most work to do.
  /// - Returns: The relation, with a readable phrase for each direction in which they differ.
  public func compared(
    to other: IntentBoundary, budget: DecisionBudget = DecisionBudget()
  ) -> IntentComparison {
    IntentComparison(
      onlyHere: Self.difference(self, other, budget), onlyThere: Self.difference(other, self, budget))
  }

  /// A readable phrase that `left` lets through and `right` does not.
  private static func difference(
    _ left: IntentBoundary, _ right: IntentBoundary, _ budget: DecisionBudget
  ) -> PhraseLanguage.Example {
    let lists = [left.allowed ?? [], left.denied, right.allowed ?? [], right.denied]
    guard let linked = try? LinkedPatterns(lists.flatMap { $0 }) else { return .undecided }
    var first = 0
    let numbers = lists.map { list in
      defer { first += list.count }
      return Array(first..<first + list.count)
    }
    var search = PhraseSearch(linked.network, budget: budget)
    func unlike(_ list: Int, _ others: [Int]) -> [Int] {
      let known = Set(others.flatMap { lists[$0] })
      return numbers[list].filter { !known.contains(linked.patterns[$0]) }
    }
    let everything = [linked.everything]
    var isUndecided = false
    func ask(_ groups: [[Int]], _ excluded: [Int]) -> Phrase? {
      if groups.contains(where: \.isEmpty) { return nil }
      switch linked.readablePhrase(in: groups, excluding: excluded, &search) {
      case .none: return nil
      case .found(let phrase): return phrase
      case .undecided:
        isUndecided = true
        return nil
      }
    }
    // Not let through by `right` are phrases that it doesn't allow and phrases that it denies. A pattern that is on both
    // sides can't make a difference.
    if right.allowed != nil {
      let group = left.allowed == nil ? everything : unlike(0, [1, 2])
      if let phrase = ask([group], numbers[1] + numbers[2]) { return .phrase(phrase) }
    }
    let group = left.allowed == nil ? everything : unlike(0, [1])
    if let phrase = ask([group, unlike(3, [1])], numbers[1]) { return .phrase(phrase) }
    return isUndecided ? .undecided : .none
  }
}

/// Names a pattern of a boundary by its list and place.
public struct PatternReference: Hashable, Sendable {
  /// The two lists of an intent.
  public enum List: String, Hashable, Sendable {
    /// What is allowed.
    case allowed
    /// What is denied, which takes precedence.
    case denied
  }

  /// The list.
  public var list: List
  /// The place in the list, from 0.
  public var index: Int

  /// Creates a reference.
  public init(list: List, index: Int) {
    self.list = list
    self.index = index
  }
}

/// What a boundary says of a phrase.
public struct IntentVerdict: Hashable, Sendable {
  /// The verdicts.
  public enum Kind: String, Hashable, Sendable {
    /// The phrase is inside the boundary.
    case allowed
    /// A denied pattern matches.
    case denied
    /// Nothing matches, and there is a list of what is allowed.
    case notAllowed = "not-allowed"
  }

  /// The verdict.
  public let kind: Kind
  /// The phrase as it was judged, after normalisation.
  public let phrase: Phrase
  /// Every pattern that matches, the allowed ones first, in the order of the lists.
  public let matches: [PatternReference]
  /// The first pattern that made the verdict what it is; nil when none did.
  public let decidingPattern: PatternReference?
  /// When nothing matches, the pattern that the fewest edits of the phrase would make match: an allowed one, or a denied
  /// one if none is allowed. Of equals the first.
  public let nearestPattern: PatternReference?
}

/// How what one boundary lets through relates to what another does.
public struct IntentComparison: Hashable, Sendable {
  /// The relations.
  public enum Relation: String, Hashable, Sendable {
    /// Both let the same phrases through.
    case equal
    /// This one lets less through.
    case narrower
    /// This one lets more through.
    case wider
    /// Each lets something through that the other does not.
    case incomparable
    /// The budget did not suffice.
    case undecided
  }

  /// A phrase that only this boundary lets through, if there is one.
  public let onlyHere: PhraseLanguage.Example
  /// A phrase that only the other boundary lets through, if there is one.
  public let onlyThere: PhraseLanguage.Example

  /// The relation of this boundary to the other.
  public var relation: Relation {
    switch (onlyHere, onlyThere) {
    case (.none, .none): return .equal
    case (.none, .phrase): return .narrower
    case (.phrase, .none): return .wider
    case (.phrase, .phrase): return .incomparable
    default: return .undecided
    }
  }

  /// Whether this boundary lets something through that the other does not; nil when the budget did not suffice.
  public var isWidening: Bool? {
    switch onlyHere {
    case .none: return false
    case .phrase: return true
    case .undecided: return nil
    }
  }
}
