/// The automaton of a pattern over normalised phrases: nondeterministic, without empty moves, all states useful.
///
/// It accepts an expression's language *among phrases*: texts without a space at either end and without two in a row.
/// That is built in. Every state remembers whether a space was consumed last, a state after a space neither accepts nor
/// consumes another, and what can't be left towards acceptance is cut. So the intersection of two automata, or one
/// without the other, is again about phrases alone, and the emptiness of one is plain to see.
///
/// Matching and every decision procedure run this automaton.
struct PhraseAutomaton: Sendable {
  struct Transition: Hashable, Sendable {
    /// The number of the set consumed, in ``PhraseAutomaton/sets``; set 0 is the space.
    var set: Int32
    var target: Int32
  }

  /// What stands before a place in a phrase.
  private enum Before: Int {
    case start, space, other
  }

  /// The sets consumed; the first is the space, and no other holds it.
  private(set) var sets: [ScalarSet] = [.space]
  /// The transitions of state `s` are those in `firstTransition[s]..<firstTransition[s + 1]`.
  private(set) var firstTransition: [Int32] = [0]
  private(set) var transitions: [Transition] = []
  private(set) var isAccepting: [Bool] = []
  /// Whether a state accepts everything that may follow it in a phrase.
  private(set) var isUniversal: [Bool] = []

  /// State 0 is the start, unless the language is empty.
  var isEmpty: Bool { isAccepting.isEmpty }
  var stateCount: Int { isAccepting.count }

  /// The most transitions; chains of optional groups have quadratically many.
  private static let maximumTransitions = 1 << 17

  init(_ expression: RegularExpression) throws(AutomatonError) {
    let limits = AutomatonLimits(states: 1 << 17)
    var builder = NFABuilder(limits: limits)
    let start = try builder.build(expression)
    try build(builder.states, builder.sets, start: start)
  }

  @inline(__always)
  func transitions(of state: Int) -> Range<Int> {
    Int(firstTransition[state])..<Int(firstTransition[state + 1])
  }

  private mutating func build(
    _ nodes: [NFA.State], _ nodeSets: [ScalarSet], start: Int32
  ) throws(AutomatonError) {
    // For each set of the expression, its part without the space (-1 if there is none) and whether it holds the space.
    var others: [Int32] = []
    var holdsSpace: [Bool] = []
    for set in nodeSets {
      holdsSpace.append(set.contains(" "))
      if holdsSpace[holdsSpace.count - 1] {
        let rest = set == .all ? .anythingButSpace : set.subtracting(.space)
        if rest.isEmpty {
          others.append(-1)
          continue
        }
        if let known = sets.firstIndex(of: rest) {
          others.append(Int32(truncatingIfNeeded: known))
          continue
        }
        others.append(Int32(truncatingIfNeeded: sets.count))
        sets.append(rest)
      } else if set.isEmpty {
        others.append(-1)
      } else {
        others.append(Int32(truncatingIfNeeded: sets.count))
        sets.append(set)
      }
    }

    var numbers = [Int32](repeating: -1, count: nodes.count * 3)
    var origins: [(node: Int32, before: Before)] = []
    func number(_ node: Int32, _ before: Before) -> Int32 {
      let key = Int(node) * 3 + before.rawValue
      if numbers[key] < 0 {
        numbers[key] = Int32(truncatingIfNeeded: origins.count)
        origins.append((node, before))
      }
      return numbers[key]
    }
    var visited = [Int32](repeating: -1, count: nodes.count)
    var stack: [Int32] = []
    var steps = 0
    _ = number(start, .start)
    var current = 0
    while current < origins.count {
      let (node, before) = origins[current]
      var accepts = false
      stack.append(node)
      while let next = stack.popLast() {
        if visited[Int(next)] == current { continue }
        visited[Int(next)] = Int32(truncatingIfNeeded: current)
        steps += 1
        let state = nodes[Int(next)]
        switch state.kind {
        case .match: accepts = before != .space
        case .split, .universal:
          stack.append(state.second)
          stack.append(state.first)
        case .assert: break  // No glob asserts.
        case .consume:
          let set = Int(state.first)
          if holdsSpace[set], before == .other {
            transitions.append(Transition(set: 0, target: number(state.second, .space)))
          }
          if others[set] >= 0 {
            transitions.append(Transition(set: others[set], target: number(state.second, .other)))
          }
        }
      }
      if transitions.count > Self.maximumTransitions || steps > 8 * Self.maximumTransitions {
        throw .tooManyStates(limit: Self.maximumTransitions)
      }
      isAccepting.append(accepts)
      firstTransition.append(Int32(truncatingIfNeeded: transitions.count))
      current += 1
    }
    trim()
    findUniversalStates()
  }

  /// Removes the states from which no phrase is accepted.
  private mutating func trim() {
    let useful = statesReaching(isAccepting)
    if !useful.contains(false) { return }
    var numbers: [Int32] = []
    var count: Int32 = 0
    for isUseful in useful {
      numbers.append(isUseful ? count : -1)
      if isUseful { count += 1 }
    }
    var kept: [Transition] = []
    var first: [Int32] = [0]
    var accepting: [Bool] = []
    if useful[0] {
      for state in useful.indices where useful[state] {
        for index in transitions(of: state) where numbers[Int(transitions[index].target)] >= 0 {
          kept.append(
            Transition(set: transitions[index].set, target: numbers[Int(transitions[index].target)]))
        }
        first.append(Int32(truncatingIfNeeded: kept.count))
        accepting.append(isAccepting[state])
      }
    }
    transitions = kept
    firstTransition = first
    isAccepting = accepting
  }

  /// Which states lead, in any number of steps, to one of `goals`.
  private func statesReaching(_ goals: [Bool]) -> [Bool] {
    var firstSource = [Int32](repeating: 0, count: stateCount + 1)
    for transition in transitions { firstSource[Int(transition.target) + 1] += 1 }
    for state in 0..<stateCount { firstSource[state + 1] += firstSource[state] }
    var sources = [Int32](repeating: 0, count: transitions.count)
    var next = firstSource
    for state in 0..<stateCount {
      for index in transitions(of: state) {
        let target = Int(transitions[index].target)
        sources[Int(next[target])] = Int32(truncatingIfNeeded: state)
        next[target] += 1
      }
    }
    var reached = goals
    var stack = goals.indices.filter { goals[$0] }
    while let state = stack.popLast() {
      for index in Int(firstSource[state])..<Int(firstSource[state + 1]) where !reached[Int(sources[index])] {
        reached[Int(sources[index])] = true
        stack.append(Int(sources[index]))
      }
    }
    return reached
  }

  /// A state is universal where one transition consumes anything but a space, another, unless a space has just been
  /// consumed, the space, both lead to universal states, and stopping is accepted: the greatest such set.
  private mutating func findUniversalStates() {
    isUniversal = [Bool](repeating: false, count: stateCount)
    guard let anything = sets.firstIndex(of: .anythingButSpace).map({ Int32(truncatingIfNeeded: $0) }) else { return }
    // Only the start and the states after a space neither consume spaces; of these, the start alone may accept. A state
    // after a space never accepts, so what accepts and is not the start must consume spaces as well.
    var isAfterSpace = [Bool](repeating: false, count: stateCount)
    for transition in transitions where transition.set == 0 { isAfterSpace[Int(transition.target)] = true }
    for state in isUniversal.indices {
      isUniversal[state] = transitions(of: state).contains { transitions[$0].set == anything }
    }
    var changes = true
    while changes {
      changes = false
      for state in isUniversal.indices where isUniversal[state] {
        var consumesSpace = state == 0 || isAfterSpace[state]
        var consumesOther = false
        for index in transitions(of: state) where isUniversal[Int(transitions[index].target)] {
          if transitions[index].set == 0 { consumesSpace = true }
          if transitions[index].set == anything { consumesOther = true }
        }
        if consumesSpace, consumesOther, isAccepting[state] || isAfterSpace[state] { continue }
        isUniversal[state] = false
        changes = true
      }
    }
  }
}

// MARK: - Running over scalars

extension PhraseAutomaton {
  /// Whether the automaton accepts `phrase`, which must be normalised: linear in it, times the size of the automaton.
  func accepts(_ phrase: [Unicode.Scalar]) -> Bool {
    if isEmpty { return false }
    var active: [Int32] = [0]
    var next: [Int32] = []
    var marks = [Int32](repeating: -1, count: stateCount)
    for (place, scalar) in phrase.enumerated() {
      next.removeAll(keepingCapacity: true)
      let mark = Int32(truncatingIfNeeded: place)
      for state in active {
        for index in transitions(of: Int(state)) {
          let transition = transitions[index]
          if marks[Int(transition.target)] != mark, sets[Int(transition.set)].contains(scalar) {
            if isUniversal[Int(transition.target)] { return true }
            marks[Int(transition.target)] = mark
            next.append(transition.target)
          }
        }
      }
      if next.isEmpty { return false }
      swap(&active, &next)
    }
    return active.contains { isAccepting[Int($0)] }
  }

  /// The fewest scalars to insert, delete or replace until `phrase` is accepted; nil if nothing is.
  ///
  /// The least distance at which each state is reached is carried along the phrase, as in the matrix of Wagner and
  /// Fischer.
  func editDistance(to phrase: [Unicode.Scalar]) -> Int? {
    if isEmpty { return nil }
    let far = Int32.max / 2
    var distances = [Int32](repeating: far, count: stateCount)
    distances[0] = 0
    var queue: [Int32] = [0]
    insertions(&distances, &queue)
    var next = distances
    for scalar in phrase {
      for state in distances.indices { next[state] = distances[state] + 1 }
      for state in distances.indices where distances[state] < far {
        for index in transitions(of: state) {
          let transition = transitions[index]
          let cost: Int32 = sets[Int(transition.set)].contains(scalar) ? 0 : 1
          let target = Int(transition.target)
          next[target] = min(next[target], distances[state] + cost)
        }
      }
      queue.removeAll(keepingCapacity: true)
      for state in next.indices where next[state] < far { queue.append(Int32(truncatingIfNeeded: state)) }
      queue.sort { next[Int($0)] < next[Int($1)] }
      insertions(&next, &queue)
      swap(&distances, &next)
    }
    return distances.indices.filter { isAccepting[$0] }.map { Int(distances[$0]) }.min()
  }

  /// Lowers `distances` by insertions; `queue` holds the states to start from in ascending order of their distances.
  private func insertions(_ distances: inout [Int32], _ queue: inout [Int32]) {
    var later: [Int32] = []
    var index = 0
    var laterIndex = 0
    while index < queue.count || laterIndex < later.count {
      // `later` ascends as well: everything in it was made from the least distance of its time, plus 1.
      let takesLater =
        index == queue.count
        || (laterIndex < later.count && distances[Int(later[laterIndex])] < distances[Int(queue[index])])
      let state = Int(takesLater ? later[laterIndex] : queue[index])
      if takesLater { laterIndex += 1 } else { index += 1 }
      for transition in transitions(of: state) {
        let target = Int(transitions[transition].target)
        if distances[target] > distances[state] + 1 {
          distances[target] = distances[state] + 1
          later.append(Int32(truncatingIfNeeded: target))
        }
      }
    }
  }
}
