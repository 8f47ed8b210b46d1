/// Computes what an ``IntentAnalysis`` consists of, for patterns that may have to do with each other. Indices are places
/// among the patterns at hand.
///
/// Sketches settle most pairs. What they leave is decided by searching; patterns that only several others cover together
/// are found by asking for a phrase that is not covered yet, adding a pattern that matches it, and so on until there is
/// no such phrase, or no such pattern.
struct IntentAnalyzer {
  private let linked: LinkedPatterns
  private let network: PhraseNetwork
  private let sketches: PatternSketches
  private let allowed: Range<Int>
  private let denied: Range<Int>
  private var search: PhraseSearch
  private var scratch = PhraseNetwork.Scratch()
  private var isUndecided: [Bool]

  /// What the rest of a list does to a pattern.
  private enum Coverage {
    case covered([Int], isSmallest: Bool)
    case notCovered
    case undecided
  }

  private enum Relation {
    case disjoint
    /// The allowed pattern is within the denied one.
    case within
    /// The denied pattern is within the allowed one, and not the other way around.
    case contains
    case overlap
    case undecided
  }

  init(_ linked: LinkedPatterns, allowedCount: Int, budget: DecisionBudget) {
    self.linked = linked
    network = linked.network
    sketches = PatternSketches(linked)
    allowed = 0..<allowedCount
    denied = allowedCount..<linked.patterns.count
    search = PhraseSearch(linked.network, budget: budget)
    isUndecided = [Bool](repeating: false, count: linked.patterns.count)
  }

  /// How much of the budget is left.
  var remainingSteps: Int { search.remainingSteps }

  /// What is found; see the properties of ``IntentAnalysis``.
  struct Part {
    var dead: [IntentAnalysis.Cover] = []
    var overlaps: [IntentAnalysis.Overlap] = []
    var exceptions: [[Int]] = []
    var redundantAllowed: [IntentAnalysis.Cover] = []
    var redundantDenied: [IntentAnalysis.Cover] = []
    var duplicates: [IntentAnalysis.Duplicate] = []
    var isCatchAll = IntentAnalysis.Finding.no
    var unmatchable: [PatternReference] = []
    var undecided: [PatternReference] = []
    /// The denied patterns that meet an allowed one.
    var needed: [Int] = []
    /// How many allowed patterns may be dead for all that is known.
    var openCount = 0
  }

  mutating func analyze() -> Part {
    var part = Part()
    analyze(into: &part)
    return part
  }

  private mutating func analyze(into analysis: inout Part) {
    for pattern in linked.patterns.indices where network.start(of: pattern) == nil {
      analysis.unmatchable.append(reference(pattern))
    }
    let isDuplicate = findDuplicates(&analysis)
    relate(&analysis)
    analysis.redundantAllowed = redundant(allowed, isDuplicate)
    analysis.redundantDenied = redundant(denied, isDuplicate)
    if !allowed.isEmpty {
      switch coverage(of: linked.everything, by: Array(allowed)) {
      case .covered: analysis.isCatchAll = .yes
      case .notCovered: analysis.isCatchAll = .no
      case .undecided:
        analysis.isCatchAll = .undecided
        isUndecided[allowed.lowerBound] = true
      }
    }
    analysis.undecided = linked.patterns.indices.filter { isUndecided[$0] }.map(reference)
  }

  private func reference(_ pattern: Int) -> PatternReference {
    allowed.contains(pattern)
      ? PatternReference(list: .allowed, index: pattern)
      : PatternReference(list: .denied, index: pattern - denied.lowerBound)
  }

  private func findDuplicates(_ analysis: inout Part) -> [Bool] {
    var isDuplicate = [Bool](repeating: false, count: linked.patterns.count)
    for list in [allowed, denied] {
      var first: [String: Int] = [:]
      for pattern in list {
        let text = linked.patterns[pattern].canonicalText
        if let original = first[text] {
          isDuplicate[pattern] = true
          analysis.duplicates.append(.init(pattern: reference(pattern), original: reference(original)))
        } else {
          first[text] = pattern
        }
      }
    }
    return isDuplicate
  }

  // MARK: Allowed against denied

  private mutating func relate(_ analysis: inout Part) {
    var isNeeded = [Bool](repeating: false, count: linked.patterns.count)
    for pattern in allowed {
      var coverers: [Int] = []
      var meeting: [Int] = []
      var carved: [Int] = []
      var overlaps: [IntentAnalysis.Overlap] = []
      for other in denied where sketches.mayIntersect(pattern, other) {
        switch relation(pattern, other) {
        case .disjoint: continue
        case .within: coverers.append(other)
        case .contains: carved.append(other - denied.lowerBound)
        case .overlap:
          overlaps.append(.init(allowed: pattern, denied: other - denied.lowerBound, isWithinAllowed: false))
        case .undecided:
          isUndecided[pattern] = true
          isUndecided[other] = true
        }
        meeting.append(other)
        isNeeded[other] = true
      }
      if network.start(of: pattern) == nil {
        analysis.dead.append(.init(index: pattern, cover: [], isSmallest: true))
      } else if let coverer = coverers.first {
        analysis.dead.append(.init(index: pattern, cover: [coverer - denied.lowerBound], isSmallest: true))
      } else {
        // A single pattern has been judged, unless what stands for classes of scalars may compose.
        let isOpen = meeting.count > 1 || network.classes.isFragile
        switch isOpen ? coverage(of: pattern, by: meeting, triesSingles: false) : .notCovered {
        case .covered(let cover, let isSmallest):
          analysis.dead.append(
            .init(index: pattern, cover: cover.map { $0 - denied.lowerBound }, isSmallest: isSmallest))
          analysis.exceptions.append([])
          continue
        case .undecided:
          isUndecided[pattern] = true
          analysis.openCount += 1
        case .notCovered:
          // A single one that is undecided might still contain it.
          if isUndecided[pattern], meeting.count == 1 { analysis.openCount += 1 }
        }
        analysis.exceptions.append(carved)
        analysis.overlaps.append(contentsOf: overlaps)
        continue
      }
      analysis.exceptions.append([])
    }
    findExceptionsOfSeveral(&analysis)
    analysis.needed = denied.filter { isNeeded[$0] }.map { $0 - denied.lowerBound }
  }

  /// Marks the overlaps with denied patterns that several allowed ones contain together.
  private mutating func findExceptionsOfSeveral(_ analysis: inout Part) {
    var known: [Int: Bool] = [:]
    for index in analysis.overlaps.indices {
      let other = analysis.overlaps[index].denied
      if known[other] == nil {
        if case .covered = coverage(of: other + denied.lowerBound, by: Array(allowed)) {
          known[other] = true
        } else {
          known[other] = false
        }
      }
      analysis.overlaps[index].isWithinAllowed = known[other] ?? false
    }
  }

  private mutating func relation(_ pattern: Int, _ other: Int) -> Relation {
    if linked.patterns[pattern] == linked.patterns[other] { return .within }
    if search.remainingSteps <= 0 { return .undecided }
    let isWithin = contains(other, pattern)
    if isWithin == true { return .within }
    let isAround = contains(pattern, other)
    if isAround == true { return network.start(of: other) == nil ? .disjoint : .contains }
    let meets = intersects(pattern, other)
    if meets == false { return .disjoint }
    return meets == nil || isWithin == nil || isAround == nil ? .undecided : .overlap
  }

  private mutating func intersects(_ left: Int, _ right: Int) -> Bool? {
    if !sketches.mayIntersect(left, right) { return false }
    if !network.classes.isFragile {
      if sketches.samples[left].contains(where: { accepts(right, $0) }) { return true }
      if sketches.samples[right].contains(where: { accepts(left, $0) }) { return true }
    }
    let meets = search.intersects(left, right)
    if meets == true, network.classes.isFragile {
      switch witness(in: [[left], [right]], excluding: []) {
      case .none: return false
      case .found: return true
      case .undecided: return nil
      }
    }
    return meets
  }

  /// Whether every phrase of `inner` is one of `outer`.
  private mutating func contains(_ outer: Int, _ inner: Int) -> Bool? {
    if !sketches.mayBeContained(inner, in: outer) { return false }
    if outer != linked.everything, inner != linked.everything, linked.patterns[outer] == linked.patterns[inner] {
      return true
    }
    for sample in sketches.samples[inner] where !accepts(outer, sample) {
      if network.classes.isFragile, linked.phrase(sample) == nil { continue }
      return false
    }
    switch witness(in: [[inner]], excluding: [outer]) {
    case .none: return true
    case .found: return false
    case .undecided: return nil
    }
  }

  private mutating func accepts(_ pattern: Int, _ text: [Int32]) -> Bool {
    let before = scratch.steps
    let result = network.accepts(text, pattern: pattern, &scratch)
    search.remainingSteps -= scratch.steps - before
    return result
  }

  private mutating func witness(in groups: [[Int]], excluding excluded: [Int]) -> PhraseSearch.Outcome {
    let linked = linked
    guard network.classes.isFragile else { return search.witness(in: groups, excluding: excluded) }
    return search.witness(in: groups, excluding: excluded) { linked.phrase($0) != nil }
  }

  // MARK: Covers

  /// Whether `candidates` cover `pattern` together, and which few of them do.
  private mutating func coverage(
    of pattern: Int, by candidates: [Int], triesSingles: Bool = true
  ) -> Coverage {
    if network.start(of: pattern) == nil { return .covered([], isSmallest: true) }
    if search.remainingSteps <= 0 { return .undecided }
    // Most patterns are disproved by a sample.
    for sample in sketches.samples[pattern] {
      let masks = PatternSketches.masks(of: sample)
      if !candidates.contains(where: { sketches.mayMatch($0, masks) && accepts($0, sample) }) {
        if network.classes.isFragile, linked.phrase(sample) == nil { continue }
        return .notCovered
      }
    }
    var wasUndecided = false
    if triesSingles {
      for candidate in candidates where sketches.mayBeContained(pattern, in: candidate) {
        switch contains(candidate, pattern) {
        case true?: return .covered([candidate], isSmallest: true)
        case nil: wasUndecided = true
        case false?: break
        }
      }
    }
    var cover: [Int] = []
    while true {
      guard search.remainingSteps > 0 else { return .undecided }
      switch witness(in: [[pattern]], excluding: cover) {
      case .none:
        let (reduced, isSmallest) = reduce(cover, of: pattern, among: candidates)
        return .covered(reduced, isSmallest: isSmallest && !wasUndecided)
      case .undecided: return .undecided
      case .found(let text):
        let masks = PatternSketches.masks(of: text)
        guard let next = candidates.first(where: { sketches.mayMatch($0, masks) && accepts($0, text) }) else {
          return .notCovered
        }
        cover.append(next)
      }
    }
  }

  /// Leaves out of a cover what it does not need, and looks for a pair that does as well.
  private mutating func reduce(
    _ cover: [Int], of pattern: Int, among candidates: [Int]
  ) -> (cover: [Int], isSmallest: Bool) {
    var cover = cover
    for member in cover {
      let rest = cover.filter { $0 != member }
      if case .none = witness(in: [[pattern]], excluding: rest) { cover = rest }
    }
    cover.sort()
    if cover.count <= 2 { return (cover, true) }
    let meeting = candidates.filter { sketches.mayIntersect(pattern, $0) }
    if meeting.count > 16 { return (cover, false) }
    var isSmallest = cover.count == 3
    for (number, first) in meeting.enumerated() {
      for second in meeting[(number + 1)...] {
        switch witness(in: [[pattern]], excluding: [first, second]) {
        case .none: return ([first, second], true)
        case .found: continue
        case .undecided: isSmallest = false
        }
      }
    }
    return (cover, isSmallest)
  }

  private mutating func redundant(_ list: Range<Int>, _ isDuplicate: [Bool]) -> [IntentAnalysis.Cover] {
    var kept = list.filter { !isDuplicate[$0] && network.start(of: $0) != nil }
    var found: [(pattern: Int, cover: [Int], isSmallest: Bool)] = []
    // Of patterns that make each other superfluous the first stays.
    for pattern in kept.reversed() {
      let rest = kept.filter { $0 != pattern }
      switch coverage(of: pattern, by: rest) {
      case .covered(let cover, let isSmallest):
        found.append((pattern, cover, isSmallest))
        kept = rest
      case .undecided: isUndecided[pattern] = true
      case .notCovered: break
      }
    }
    let staying = Set(kept)
    return found.reversed().map { pattern, cover, isSmallest in
      var result = IntentAnalysis.Cover(
        index: pattern - list.lowerBound, cover: cover.map { $0 - list.lowerBound }, isSmallest: isSmallest)
      // What covers it may be superfluous itself; then what stays covers both.
      if !staying.isSuperset(of: cover), case .covered(let cover, let isSmallest) = coverage(of: pattern, by: kept) {
        result.cover = cover.map { $0 - list.lowerBound }
        result.isSmallest = isSmallest
      }
      return result
    }
  }
}
