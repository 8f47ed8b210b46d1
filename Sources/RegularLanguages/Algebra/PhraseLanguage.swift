/// A set of phrases, made from patterns by union, intersection, difference and complement.
///
/// Every question is answered exactly, over languages and not over text, or as undecided when its budget is used up.
///
/// ```swift
/// let rest = PhraseLanguage(try IntentPattern("deploy *")).subtracting(PhraseLanguage(try IntentPattern("*production*")))
/// rest.example()  // .phrase("deploy api")
/// ```
public struct PhraseLanguage: Sendable {
  private let formula: Formula

  private indirect enum Formula: Sendable {
    case all
    case none
    case pattern(IntentPattern)
    case union([Formula])
    case intersection([Formula])
    case complement(Formula)
  }

  private init(_ formula: Formula) {
    self.formula = formula
  }

  /// The phrases that `pattern` matches.
  public init(_ pattern: IntentPattern) {
    formula = .pattern(pattern)
  }

  /// The phrases that some of `patterns` matches; without patterns, none.
  public init(anyOf patterns: some Sequence<IntentPattern>) {
    formula = .union(patterns.map { .pattern($0) })
  }

  /// Every phrase, the empty one included.
  public static let all = PhraseLanguage(Formula.all)
  /// No phrase.
  public static let none = PhraseLanguage(Formula.none)

  /// The phrases that are in either language.
  public func union(_ other: PhraseLanguage) -> PhraseLanguage {
    PhraseLanguage(.union([formula, other.formula]))
  }

  /// The phrases that are in both languages.
  public func intersection(_ other: PhraseLanguage) -> PhraseLanguage {
    PhraseLanguage(.intersection([formula, other.formula]))
  }

  /// The phrases of this language that are not in `other`.
  public func subtracting(_ other: PhraseLanguage) -> PhraseLanguage {
    PhraseLanguage(.intersection([formula, .complement(other.formula)]))
  }

  /// The phrases that are not in this language.
  public var complement: PhraseLanguage {
    PhraseLanguage(.complement(formula))
  }

  /// Whether `phrase` is in the language.
  public func contains(_ phrase: Phrase) -> Bool {
    Self.contains(phrase, formula)
  }

  private static func contains(_ phrase: Phrase, _ formula: Formula) -> Bool {
    switch formula {
    case .all: return true
    case .none: return false
    case .pattern(let pattern): return pattern.matches(phrase)
    case .union(let members): return members.contains { contains(phrase, $0) }
    case .intersection(let members): return members.allSatisfy { contains(phrase, $0) }
    case .complement(let member): return !contains(phrase, member)
    }
  }

  /// An answer to "is there such a phrase?".
  public enum Example: Hashable, Sendable {
    /// There is none.
    case none
    /// This is one.
    case phrase(Phrase)
    /// The budget did not suffice.
    case undecided
  }

  /// A shortest phrase of the language, by number of scalars; it has been confirmed by the matcher.
  ///
  /// The automata of all patterns are followed at once, breadth first, over the classes of scalars that they tell apart.
  /// A branch ends where the formula is decided for all that may follow.
  public func example(budget: DecisionBudget = DecisionBudget()) -> Example {
    var leaves: [IntentPattern] = []
    var numbers: [IntentPattern: Int] = [:]
    Self.collect(formula, &leaves, &numbers)
    guard let linked = try? LinkedPatterns(leaves) else { return .undecided }
    return Self.search(linked, numbers, formula, budget)
  }

  /// Whether the language holds no phrase; nil when the budget did not suffice.
  public func isEmpty(budget: DecisionBudget = DecisionBudget()) -> Bool? {
    switch example(budget: budget) {
    case .none: return true
    case .phrase: return false
    case .undecided: return nil
    }
  }

  /// Whether the language holds every phrase; nil when the budget did not suffice.
  public func isUniversal(budget: DecisionBudget = DecisionBudget()) -> Bool? {
    complement.isEmpty(budget: budget)
  }

  /// Whether every phrase of the language is in `other`; nil when the budget did not suffice.
  public func isSubset(of other: PhraseLanguage, budget: DecisionBudget = DecisionBudget()) -> Bool? {
    subtracting(other).isEmpty(budget: budget)
  }

  /// Whether both languages hold the same phrases; nil when the budget did not suffice.
  public func isEqual(to other: PhraseLanguage, budget: DecisionBudget = DecisionBudget()) -> Bool? {
    subtracting(other).union(other.subtracting(self)).isEmpty(budget: budget)
  }

  private static func collect(
    _ formula: Formula, _ leaves: inout [IntentPattern], _ numbers: inout [IntentPattern: Int]
  ) {
    switch formula {
    case .all, .none: break
    case .pattern(let pattern):
      if numbers[pattern] == nil {
        numbers[pattern] = leaves.count
        leaves.append(pattern)
      }
    case .union(let members), .intersection(let members):
      for member in members { collect(member, &leaves, &numbers) }
    case .complement(let member): collect(member, &leaves, &numbers)
    }
  }

  /// What is known of a pattern at a place of the search.
  private struct Status {
    var accepts = false
    /// Whether the pattern matches whatever follows, or nothing that follows.
    var isUniversal = false
    var isDead = true
  }

  private static func search(
    _ linked: LinkedPatterns, _ numbers: [IntentPattern: Int], _ formula: Formula, _ budget: DecisionBudget
  ) -> Example {
    let network = linked.network
    let classes = network.classes
    var owner = [Int](repeating: 0, count: network.isAccepting.count)
    for pattern in 0...linked.everything {
      for state in network.states(of: pattern) { owner[Int(state)] = pattern }
    }
    var statuses = [Status](repeating: Status(), count: linked.everything + 1)
    func evaluate(_ set: [Int32]) {
      for index in statuses.indices { statuses[index] = Status() }
      for state in set {
        statuses[owner[Int(state)]].isDead = false
        if network.isAccepting[Int(state)] { statuses[owner[Int(state)]].accepts = true }
        if network.isUniversal[Int(state)] { statuses[owner[Int(state)]].isUniversal = true }
      }
    }
    func accepts(_ formula: Formula) -> Bool {
      switch formula {
      case .all: return true
      case .none: return false
      case .pattern(let pattern): return statuses[numbers[pattern] ?? 0].accepts
      case .union(let members): return members.contains(where: accepts)
      case .intersection(let members): return members.allSatisfy(accepts)
      case .complement(let member): return !accepts(member)
      }
    }
    /// What the formula is, whatever follows; nil where that is open.
    func verdict(_ formula: Formula) -> Bool? {
      switch formula {
      case .all: return true
      case .none: return false
      case .pattern(let pattern):
        let status = statuses[numbers[pattern] ?? 0]
        return status.isDead ? false : status.isUniversal ? true : nil
      case .union(let members):
        var isOpen = false
        for member in members {
          guard let verdict = verdict(member) else {
            isOpen = true
            continue
          }
          if verdict { return true }
        }
        return isOpen ? nil : false
      case .intersection(let members):
        var isOpen = false
        for member in members {
          guard let verdict = verdict(member) else {
            isOpen = true
            continue
          }
          if !verdict { return false }
        }
        return isOpen ? nil : true
      case .complement(let member): return verdict(member).map { !$0 }
      }
    }

    var scratch = PhraseNetwork.Scratch()
    var nodes: [(set: [Int32], parent: Int, symbol: Int32)] = []
    var seen: Set<[Int32]> = []
    var wasUnconfirmed = false
    var steps = 0
    /// Adds a node; a confirmed phrase ends the search.
    func visit(_ set: [Int32], _ parent: Int, _ symbol: Int32) -> Phrase? {
      guard seen.insert(set).inserted else { return nil }
      evaluate(set)
      steps += statuses.count
      if verdict(formula) == false { return nil }
      nodes.append((set, parent, symbol))
      // A phrase doesn't end in a space, which the automaton of all phrases knows.
      guard statuses[linked.everything].accepts, accepts(formula) else { return nil }
      var symbols: [Int32] = []
      var current = nodes.count - 1
      while nodes[current].parent >= 0 {
        symbols.append(nodes[current].symbol)
        current = nodes[current].parent
      }
      if let phrase = linked.phrase(symbols.reversed()), contains(phrase, formula) { return phrase }
      wasUnconfirmed = true
      return nil
    }
    if let phrase = visit((0...linked.everything).compactMap(network.start), -1, -1) { return .phrase(phrase) }
    var marks = [Int](repeating: -1, count: classes.count)
    var current = 0
    while current < nodes.count {
      let set = nodes[current].set
      var symbols: [Int32] = []
      func add(_ symbol: Int32) {
        if marks[Int(symbol)] == current { return }
        marks[Int(symbol)] = current
        symbols.append(symbol)
      }
      for state in set {
        for index in network.transitions(of: state) {
          steps += 1
          for symbol in classes.named[Int(network.transitions[index].set)] { add(symbol) }
        }
      }
      add(classes.other)
      for symbol in symbols {
        scratch.active = set
        network.step(symbol, &scratch)
        steps += set.count + 1
        // Without the automaton of all phrases this is none: a space at the start, or two in a row.
        guard scratch.active.contains(where: { $0 >= network.firstState[linked.everything] }) else { continue }
        if let phrase = visit(scratch.active.sorted(), current, symbol) { return .phrase(phrase) }
      }
      if steps > min(budget.perQuestion, budget.total) { return .undecided }
      current += 1
    }
    return wasUnconfirmed ? .undecided : .none
  }
}
