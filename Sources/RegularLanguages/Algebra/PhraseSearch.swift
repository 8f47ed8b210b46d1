/// Looks for phrases that some patterns match and others do not.
///
/// The patterns that must match are followed nondeterministically, one state each: what is asked is whether *some* path
/// is accepted. Those that must not match are followed all at once, as the set of states that any of them can be in. A
/// pair of state and set is not followed where a pair with the same state and a subset has been: whatever the larger
/// set misses the smaller misses as well. These are the antichains of De Wulf, Doyen, Henzinger and Raskin (CAV 2006).
/// A set with a universal state misses nothing and ends a path.
///
/// A searcher holds scratch memory, so it belongs to one thread.
struct PhraseSearch {
  let network: PhraseNetwork
  /// How many steps, of some nanoseconds each, are left for all questions together, and were granted to one.
  var remainingSteps: Int
  var stepsPerQuestion: Int

  /// What a search found.
  enum Outcome {
    /// There is no such phrase.
    case none
    /// A shortest one, as classes.
    case found([Int32])
    /// The budget did not suffice.
    case undecided
  }

  private struct Node {
    var first: Int32
    var second: Int32  // -1 where one pattern has to match
    var setStart: Int32
    var setEnd: Int32
    var parent: Int32
    var symbol: Int32
    var nextWithSameFirst: Int32
    /// Whether a node with the same states and a subset of the set was added later.
    var isSuperseded = false
  }

  private var nodes: [Node] = []
  private var members: [Int32] = []
  private var heads: [Int32]
  private var scratch = PhraseNetwork.Scratch()
  private var followers: [PhraseNetwork.Transition] = []
  private var candidates: [Int32] = []
  private var symbols: [Int32] = []
  private var symbolMarks: [UInt32]
  private var lastSymbolMark: UInt32 = 0

  private var adjacency: [Int: Bool] = [:]

  private var pairMarks: [UInt32] = []
  private var lastPairMark: UInt32 = 0
  private var pairStack: [(Int32, Int32)] = []

  init(_ network: PhraseNetwork, budget: DecisionBudget) {
    self.network = network
    remainingSteps = budget.total
    stepsPerQuestion = budget.perQuestion
    heads = [Int32](repeating: -1, count: network.isAccepting.count)
    symbolMarks = [UInt32](repeating: 0, count: network.classes.count)
  }

  /// Whether the languages of two patterns have a phrase in common; nil when the budget did not suffice. The product of
  /// the two automata has to be visited at most once, whatever the patterns.
  mutating func intersects(_ left: Int, _ right: Int) -> Bool? {
    guard let leftStart = network.start(of: left), let rightStart = network.start(of: right) else { return false }
    if remainingSteps <= 0 { return nil }
    let width = network.states(of: right).count
    let (cells, overflow) = network.states(of: left).count.multipliedReportingOverflow(by: width)
    if overflow || cells > 1 << 22 { return nil }
    if pairMarks.count < cells || lastPairMark == .max {
      pairMarks = [UInt32](repeating: 0, count: max(cells, pairMarks.count, 1 << 12))
      lastPairMark = 0
    }
    lastPairMark += 1
    pairStack.removeAll(keepingCapacity: true)
    pairStack.append((leftStart, rightStart))
    pairMarks[0] = lastPairMark
    var steps = 0
    while let (first, second) = pairStack.popLast() {
      if network.isAccepting[Int(first)], network.isAccepting[Int(second)] {
        remainingSteps -= steps
        return true
      }
      // Every state leads to acceptance.
      if network.isUniversal[Int(first)], network.isUniversal[Int(second)] {
        remainingSteps -= steps
        return true
      }
      let others = network.transitions(of: second)
      for index in network.transitions(of: first) {
        let transition = network.transitions[index]
        steps += others.count
        for otherIndex in others {
          let other = network.transitions[otherIndex]
          guard network.classes.areCompatible(transition.set, other.set) else { continue }
          let cell = Int(transition.target - leftStart) * width + Int(other.target - rightStart)
          if pairMarks[cell] == lastPairMark { continue }
          pairMarks[cell] = lastPairMark
          pairStack.append((transition.target, other.target))
        }
      }
      if steps > stepsPerQuestion || steps > remainingSteps {
        remainingSteps -= steps
        return nil
      }
    }
    remainingSteps -= steps
    return false
  }

  /// Finds a phrase that every list of `groups`, of which there are one or two, matches in at least one pattern, and
  /// that no pattern of `excluded` matches.
  ///
  /// - Parameters:
  ///   - groups: Lists of patterns; of each, one has to match.
  ///   - excluded: The patterns that must not match.
  ///   - confirm: Told of each phrase found; false makes the search go on, and end in `undecided` if it finds no other.
  /// - Returns: A shortest such phrase, or that there is none.
  mutating func witness(
    in groups: [[Int]], excluding excluded: [Int], confirm: (([Int32]) -> Bool)? = nil
  ) -> Outcome {
    if remainingSteps <= 0 { return .undecided }
    nodes.removeAll(keepingCapacity: true)
    members.removeAll(keepingCapacity: true)
    defer { for node in nodes { heads[Int(node.first)] = -1 } }
    var steps = 0
    var wasUnconfirmed = false
    candidates.removeAll(keepingCapacity: true)
    for pattern in excluded { if let start = network.start(of: pattern) { candidates.append(start) } }
    candidates.sort()

    func isWitness(_ first: Int32, _ second: Int32) -> Bool {
      network.isAccepting[Int(first)] && (second < 0 || network.isAccepting[Int(second)])
        && !candidates.contains { network.isAccepting[Int($0)] }
    }
    guard let firstGroup = groups.first else { return .none }
    let firstStarts = firstGroup.compactMap(network.start)
    let secondStarts = groups.count > 1 ? groups[1].compactMap(network.start) : [-1]
    if candidates.contains(where: { network.isUniversal[Int($0)] }) { return .none }
    for first in firstStarts {
      for second in secondStarts {
        if isWitness(first, second) {
          if confirm?([]) ?? true { return .found([]) }
          wasUnconfirmed = true
        }
        steps += 1 + push(first, second, parent: -1, symbol: -1)
        if steps > min(stepsPerQuestion, remainingSteps) {
          remainingSteps -= steps
          return .undecided
        }
      }
    }

    var current = 0
    while current < nodes.count {
      let node = nodes[current]
      if node.isSuperseded {
        current += 1
        continue
      }
      // Where the states excluded can go at all.
      followers.removeAll(keepingCapacity: true)
      for index in Int(node.setStart)..<Int(node.setEnd) {
        for transition in network.transitions(of: members[index]) { followers.append(network.transitions[transition]) }
      }
      steps += followers.count + 1
      for index in network.transitions(of: node.first) {
        let transition = network.transitions[index]
        let seconds = node.second < 0 ? 0..<1 : network.transitions(of: node.second)
        for secondIndex in seconds {
          let other = node.second < 0 ? nil : network.transitions[secondIndex]
          if let other, !network.classes.areCompatible(transition.set, other.set) {
            steps += 1
            continue
          }
          collectSymbols(transition.set, other?.set)
          steps += followers.count
          let target = other?.target ?? -1
          for symbolIndex in symbols.indices {
            let symbol = symbols[symbolIndex]
            steps += followers.count + 2
            if network.classes.isFragile, !mayFollow(node.symbol, symbol) { continue }
            guard moveCandidates(over: symbol) else { continue }
            if isWitness(transition.target, target) {
              let text = path(to: current) + [symbol]
              if confirm?(text) ?? true {
                remainingSteps -= steps
                return .found(text)
              }
              wasUnconfirmed = true
            }
            steps += push(transition.target, target, parent: Int32(truncatingIfNeeded: current), symbol: symbol)
          }
        }
        if steps > stepsPerQuestion || steps > remainingSteps {
          remainingSteps -= steps
          return .undecided
        }
      }
      current += 1
    }
    remainingSteps -= steps
    return wasUnconfirmed ? .undecided : .none
  }

  /// Fills `symbols` with one class of each kind that matters: that the sets to consume hold, and that the followers
  /// can tell apart.
  private mutating func collectSymbols(_ set: Int32, _ otherSet: Int32?) {
    symbols.removeAll(keepingCapacity: true)
    let classes = network.classes
    func isHeld(_ symbol: Int32) -> Bool {
      classes.set(set, holds: symbol) && (otherSet.map { classes.set($0, holds: symbol) } ?? true)
    }
    // The smaller of the sets bounds what is asked.
    let own = classes.members[Int(set)]
    let smallest = otherSet.map { own.count <= classes.members[Int($0)].count ? own : classes.members[Int($0)] } ?? own
    if smallest.count <= 2 {
      for symbol in smallest where isHeld(symbol) { symbols.append(symbol) }
      return
    }
    if lastSymbolMark == .max {
      for symbol in symbolMarks.indices { symbolMarks[symbol] = 0 }
      lastSymbolMark = 0
    }
    lastSymbolMark += 1
    for follower in followers {
      for symbol in classes.named[Int(follower.set)] where symbolMarks[Int(symbol)] != lastSymbolMark {
        symbolMarks[Int(symbol)] = lastSymbolMark
        if isHeld(symbol) { symbols.append(symbol) }
      }
    }
    // All the rest are alike to the followers. They tend to lead to the smallest sets, so they go first.
    var rest: Int32?
    if isHeld(classes.other), symbolMarks[Int(classes.other)] != lastSymbolMark {
      rest = classes.other
    } else {
      rest = smallest.first { symbolMarks[Int($0)] != lastSymbolMark && isHeld($0) }
    }
    if let rest {
      symbols.append(rest)
      symbols.swapAt(0, symbols.count - 1)
    }
  }

  /// Whether normalised text can hold a scalar of one class and next one of the other: a letter and a mark that compose
  /// with each other never stand side by side.
  private mutating func mayFollow(_ first: Int32, _ second: Int32) -> Bool {
    if first < 0 || isNFCInert(network.classes.representatives[Int(second)]) { return true }
    let key = Int(first) * network.classes.count + Int(second)
    if let known = adjacency[key] { return known }
    let result = network.classes.mayFollow(first, second)
    adjacency[key] = result
    return result
  }

  /// Sets `candidates` to where the followers lead over `symbol`; false if one of those states is universal.
  private mutating func moveCandidates(over symbol: Int32) -> Bool {
    candidates.removeAll(keepingCapacity: true)
    let mark = scratch.newMark(count: network.isAccepting.count)
    for follower in followers where network.classes.set(follower.set, holds: symbol) {
      if network.isUniversal[Int(follower.target)] { return false }
      guard scratch.insert(follower.target, mark: mark) else { continue }
      candidates.append(follower.target)
    }
    if candidates.count > 1 { candidates.sort() }
    return true
  }

  /// Adds a node with the candidates, unless one with a subset of them is there; returns the steps it took.
  private mutating func push(_ first: Int32, _ second: Int32, parent: Int32, symbol: Int32) -> Int {
    var steps = 0
    var known = heads[Int(first)]
    while known >= 0 {
      let node = nodes[Int(known)]
      // Where what is consumed next may compose with what was consumed last, the latter matters.
      if node.second == second, !network.classes.isFragile || node.symbol == symbol {
        steps += 1 + Int(node.setEnd - node.setStart)
        if isSubset(node) { return steps }
        if isSuperset(node) { nodes[Int(known)].isSuperseded = true }
      }
      known = node.nextWithSameFirst
    }
    let start = Int32(truncatingIfNeeded: members.count)
    members.append(contentsOf: candidates)
    nodes.append(
      Node(
        first: first, second: second, setStart: start, setEnd: Int32(truncatingIfNeeded: members.count),
        parent: parent, symbol: symbol, nextWithSameFirst: heads[Int(first)]))
    heads[Int(first)] = Int32(truncatingIfNeeded: nodes.count - 1)
    return steps
  }

  private func isSubset(_ node: Node) -> Bool {
    if Int(node.setEnd - node.setStart) > candidates.count { return false }
    var place = 0
    for index in Int(node.setStart)..<Int(node.setEnd) {
      let member = members[index]
      while place < candidates.count, candidates[place] < member { place += 1 }
      if place == candidates.count || candidates[place] != member { return false }
      place += 1
    }
    return true
  }

  private func isSuperset(_ node: Node) -> Bool {
    if Int(node.setEnd - node.setStart) < candidates.count { return false }
    var index = Int(node.setStart)
    let end = Int(node.setEnd)
    for candidate in candidates {
      while index < end, members[index] < candidate { index += 1 }
      if index == end || members[index] != candidate { return false }
      index += 1
    }
    return true
  }

  private func path(to node: Int) -> [Int32] {
    var result: [Int32] = []
    var current = node
    while nodes[current].parent >= 0 {
      result.append(nodes[current].symbol)
      current = Int(nodes[current].parent)
    }
    return result.reversed()
  }
}

/// How much work a decision may take before it ends as undecided.
///
/// A step is one transition looked at, some nanoseconds. What patterns people write need is far below the defaults; sets
/// of patterns exist for which any procedure needs time exponential in their size.
public struct DecisionBudget: Hashable, Sendable {
  /// The steps for one question.
  public var perQuestion: Int
  /// The steps for all questions of one analysis.
  public var total: Int

  /// Creates a budget.
  ///
  /// - Parameters:
  ///   - perQuestion: The steps for one question; the default is some milliseconds.
  ///   - total: The steps for all questions of one analysis; the default is about a second.
  public init(perQuestion: Int = 1 << 19, total: Int = 1 << 27) {
    self.perQuestion = perQuestion
    self.total = total
  }
}
