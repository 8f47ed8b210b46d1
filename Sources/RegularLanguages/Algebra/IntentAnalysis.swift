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

  /// The denied patterns that meet an allowed one.
  var needed: Set<Int> = []
  /// How many allowed patterns may be dead for all that is known.
  var openCount = 0

  /// The number of each pattern's group: patterns of different groups have no phrase in common.
  private var groups: [Int] = []

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
    exceptions = [[Int]](repeating: [], count: allowed?.count ?? 0)
    let patterns = (allowed ?? []) + denied
    var budget = budget ?? .forAnalysis(of: patterns.count)
    let findings = PatternSurvey(of: patterns, allowedCount: allowed?.count ?? 0).findings()
    guard let found = findings.groups else {
      groups = [Int](repeating: 0, count: patterns.count)
      let isDecided = analyze(Array(patterns.indices), allowedCount: allowed?.count ?? 0, &budget)
      if !isDecided { isCatchAll = boundary.allowed?.isEmpty == false ? .undecided : .no }
      finish(meeting: nil)
      return
    }
    // Where no pattern may begin with anything, no list matches everything.
    groups = [Int](repeating: 0, count: patterns.count)
    for (number, group) in found.enumerated() {
      for pattern in group.patterns { groups[pattern] = number }
      if !group.isSound { _ = analyze(group.patterns, allowedCount: allowed?.count ?? 0, &budget) }
    }
    for exception in findings.exceptions {
      exceptions[exception.allowed].append(exception.denied - (allowed?.count ?? 0))
    }
    for index in exceptions.indices { exceptions[index].sort() }
    finish(meeting: Set(findings.exceptions.map { $0.denied - (allowed?.count ?? 0) }))
  }

  /// The most patterns that are related with each other: as many pairs as fit into memory and a second.
  static let largestGroup = 2_000

  /// Analyses some of the patterns, which have nothing to do with the others.
  ///
  /// - Returns: Whether the patterns could be put side by side at all.
  private mutating func analyze(_ members: [Int], allowedCount: Int, _ budget: inout DecisionBudget) -> Bool {
    let allowed = members.filter { $0 < allowedCount }
    let denied = members.filter { $0 >= allowedCount }.map { $0 - allowedCount }
    func references(_ list: PatternReference.List, _ numbers: [Int]) -> [PatternReference] {
      numbers.map { PatternReference(list: list, index: $0) }
    }
    let patterns = allowed.compactMap { boundary.allowed?[$0] } + denied.map { boundary.denied[$0] }
    guard patterns.count <= Self.largestGroup, let linked = try? LinkedPatterns(patterns) else {
      undecided += references(.allowed, allowed) + references(.denied, denied)
      openCount += allowed.count
      return false
    }
    var analyzer = IntentAnalyzer(linked, allowedCount: allowed.count, budget: budget)
    let part = analyzer.analyze()
    budget.total = max(0, analyzer.remainingSteps)
    func translated(_ reference: PatternReference) -> PatternReference {
      let numbers = reference.list == .allowed ? allowed : denied
      return PatternReference(list: reference.list, index: numbers[reference.index])
    }
    func translated(_ covers: [Cover], _ own: [Int], _ others: [Int]) -> [Cover] {
      covers.map { Cover(index: own[$0.index], cover: $0.cover.map { others[$0] }, isSmallest: $0.isSmallest) }
    }
    dead += translated(part.dead, allowed, denied)
    overlaps += part.overlaps.map {
      Overlap(allowed: allowed[$0.allowed], denied: denied[$0.denied], isWithinAllowed: $0.isWithinAllowed)
    }
    for (index, carved) in part.exceptions.enumerated() { exceptions[allowed[index]] = carved.map { denied[$0] } }
    redundantAllowed += translated(part.redundantAllowed, allowed, allowed)
    redundantDenied += translated(part.redundantDenied, denied, denied)
    duplicates += part.duplicates.map {
      Duplicate(pattern: translated($0.pattern), original: translated($0.original))
    }
    isCatchAll = part.isCatchAll
    needed.formUnion(part.needed.map { denied[$0] })
    unmatchable += part.unmatchable.map(translated)
    undecided += part.undecided.map(translated)
    openCount += part.openCount
    return true
  }

  /// Puts together what was found, in the order of the lists.
  private mutating func finish(meeting exceptional: Set<Int>?) {
    func precedes(_ left: PatternReference, _ right: PatternReference) -> Bool {
      left.list == right.list ? left.index < right.index : left.list == .allowed
    }
    dead.sort { $0.index < $1.index }
    overlaps.sort { ($0.allowed, $0.denied) < ($1.allowed, $1.denied) }
    redundantAllowed.sort { $0.index < $1.index }
    redundantDenied.sort { $0.index < $1.index }
    duplicates.sort { precedes($0.pattern, $1.pattern) }
    unmatchable.sort(by: precedes)
    undecided.sort(by: precedes)
    guard let allowed = boundary.allowed else { return }
    let alive = allowed.count - dead.count
    isEmpty = alive == 0 ? .yes : alive == openCount ? .undecided : .no
    if let exceptional { needed.formUnion(exceptional) }
    unneededDenials = boundary.denied.indices.filter { !needed.contains($0) }
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
    guard (1...2).contains(matching.count) else { return nil }
    let numbers = matching.compactMap(number)
    guard numbers.count == matching.count, let first = numbers.first else { return nil }
    // Patterns of other groups exclude nothing.
    let others = excluding.compactMap(number).filter { groups[$0] == groups[first] }
    var members: [Int] = []
    var places: [Int: Int] = [:]
    for number in numbers + others where places[number] == nil {
      places[number] = members.count
      members.append(number)
    }
    let allowedCount = boundary.allowed?.count ?? 0
    let patterns = members.compactMap { number in
      number < allowedCount ? boundary.allowed?[number] : boundary.denied[number - allowedCount]
    }
    guard let linked = try? LinkedPatterns(patterns) else { return nil }
    var search = PhraseSearch(linked.network, budget: budget)
    let outcome = linked.readablePhrase(
      in: numbers.map { [places[$0] ?? 0] }, excluding: others.compactMap { places[$0] }, &search)
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
    return DecisionBudget(perQuestion: 1 << 18, total: (1 << 24) + (overflow ? 1 << 28 : min(pairs * 64, 1 << 28)))
  }
}
