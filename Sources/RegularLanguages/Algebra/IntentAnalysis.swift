/// Everything that can be said of the patterns of a boundary taken together.
///
/// The analysis relates every allowed pattern with every denied one and each with the rest of its list. It is a value:
/// deterministic for equal lists, immutable, and it answers for phrases when asked. Indices are places in
/// ``IntentBoundary/allowed`` and ``IntentBoundary/denied``.
public struct IntentAnalysis: Sendable {
  /// What was analysed.
  public let boundary: IntentBoundary

  /// Patterns that cover another one together.
  public struct Cover: Hashable, Sendable {
    /// The pattern that is covered.
    public let index: Int
    /// The patterns that cover it, ascending: none can be left out. Empty if the pattern matches nothing at all.
    public internal(set) var cover: [Int]
    /// Whether no smaller number of patterns covers it; false where that is not known.
    public internal(set) var isSmallest: Bool
  }

  /// An allowed and a denied pattern that meet, while neither contains the other.
  public struct Overlap: Hashable, Sendable {
    /// The place of the allowed pattern.
    public let allowed: Int
    /// The place of the denied pattern.
    public let denied: Int
    /// Whether all allowed patterns together contain the denied one, as `fix *` and `test *` do `{fix,test} *fast*`.
    public internal(set) var isWithinAllowed: Bool
  }

  /// A pattern that repeats an earlier one.
  public struct Duplicate: Hashable, Sendable {
    /// The pattern.
    public let pattern: PatternReference
    /// The earlier one.
    public let original: PatternReference
  }

  /// Whether something is so.
  public enum Finding: Hashable, Sendable {
    /// It is.
    case yes
    /// It is not.
    case no
    /// The budget did not suffice.
    case undecided
  }

  /// The allowed patterns of which no phrase is left, with the denied patterns that take them: each is a smallest or at
  /// least an irredundant set.
  public internal(set) var dead: [Cover] = []
  /// Whether nothing is left of what is allowed; also if the list is there and empty.
  public internal(set) var isEmpty = Finding.no
  /// The partial overlaps, by allowed pattern, then by denied pattern; those of dead patterns are left out.
  public internal(set) var overlaps: [Overlap] = []
  /// For each allowed pattern that is not dead the denied ones that it contains: the exceptions carved out of it.
  public internal(set) var exceptions: [[Int]] = []
  /// The allowed patterns that others of their list make superfluous. All of them can be left out together: the covers
  /// consist of patterns that stay. Duplicates are not repeated here.
  public internal(set) var redundantAllowed: [Cover] = []
  /// The denied patterns that others of their list make superfluous; as ``redundantAllowed``.
  public internal(set) var redundantDenied: [Cover] = []
  /// The patterns that equal an earlier one of their list after normalisation.
  public internal(set) var duplicates: [Duplicate] = []
  /// Whether the allowed patterns together match every phrase.
  public internal(set) var isCatchAll = Finding.no
  /// The denied patterns that meet no allowed one.
  public internal(set) var unneededDenials: [Int] = []
  /// The patterns that match nothing at all.
  public internal(set) var unmatchable: [PatternReference] = []
  /// The patterns that are probably not what their author meant.
  public internal(set) var nearMisses: [NearMiss] = []
  /// The patterns of which something remains open because the budget did not suffice.
  public internal(set) var undecided: [PatternReference] = []

  private let linked: LinkedPatterns?

  /// Analyses a boundary.
  ///
  /// - Parameters:
  ///   - allowed: The allowed patterns; nil when there is no such list.
  ///   - denied: The denied patterns.
  ///   - budget: The most work to do; nil grants what suffices for the patterns that people write, and grows with the
  ///     number of pairs.
  public init(allowed: [IntentPattern]?, denied: [IntentPattern], budget: DecisionBudget? = nil) {
    boundary = IntentBoundary(allowed: allowed, denied: denied)
    nearMisses = boundary.nearMisses
    linked = try? LinkedPatterns((allowed ?? []) + denied)
    guard let linked else {
      undecided =
        (allowed ?? []).indices.map { PatternReference(list: .allowed, index: $0) }
        + denied.indices.map { PatternReference(list: .denied, index: $0) }
      isEmpty = allowed == [] ? .yes : allowed == nil ? .no : .undecided
      isCatchAll = allowed?.isEmpty == false ? .undecided : .no
      return
    }
    var analyzer = IntentAnalyzer(
      linked, allowedCount: allowed?.count ?? 0, budget: budget ?? .forAnalysis(of: linked.patterns.count))
    analyzer.analyze(into: &self)
  }

  /// A phrase that both patterns of an overlap match: readable if there is one, else a shortest; nil when the budget did
  /// not suffice.
  public func phrase(of overlap: Overlap, budget: DecisionBudget = DecisionBudget()) -> Phrase? {
    phrase(
      matching: [.init(list: .allowed, index: overlap.allowed), .init(list: .denied, index: overlap.denied)],
      budget: budget)
  }

  /// Finds a readable phrase that all of one or two patterns match and none of some others.
  ///
  /// - Parameters:
  ///   - matching: The patterns that have to match: one or two.
  ///   - excluding: The patterns that must not match.
  ///   - budget: The most work to do.
  /// - Returns: A phrase that the matcher has confirmed; nil when there is none, or when the budget did not suffice.
  public func phrase(
    matching: [PatternReference], excluding: [PatternReference] = [], budget: DecisionBudget = DecisionBudget()
  ) -> Phrase? {
    guard let linked, (1...2).contains(matching.count) else { return nil }
    let groups = matching.map { number(of: $0).map { [$0] } ?? [] }
    var search = PhraseSearch(linked.network, budget: budget)
    let outcome = linked.readablePhrase(in: groups, excluding: excluding.compactMap(number), &search)
    if case .found(let phrase) = outcome { return phrase }
    return nil
  }

  /// A readable phrase that `pattern` lets through, if it is an allowed one, or keeps out, if it is a denied one; nil when
  /// it is dead.
  public func samplePhrase(of pattern: PatternReference, budget: DecisionBudget = DecisionBudget()) -> Phrase? {
    switch pattern.list {
    case .allowed:
      let denied = boundary.denied.indices.map { PatternReference(list: .denied, index: $0) }
      return phrase(matching: [pattern], excluding: denied, budget: budget)
    case .denied:
      return phrase(matching: [pattern], budget: budget)
    }
  }

  private func number(of reference: PatternReference) -> Int? {
    guard boundary.pattern(reference) != nil else { return nil }
    return reference.list == .allowed ? reference.index : (boundary.allowed?.count ?? 0) + reference.index
  }
}

extension DecisionBudget {
  /// What suffices for the patterns that people write.
  static func forAnalysis(of count: Int) -> DecisionBudget {
    let (pairs, overflow) = count.multipliedReportingOverflow(by: count)
    return DecisionBudget(perQuestion: 1 << 18, total: (1 << 24) + (overflow ? 1 << 30 : min(pairs * 64, 1 << 30)))
  }
}
