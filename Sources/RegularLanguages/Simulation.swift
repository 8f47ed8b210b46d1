/// What stands before a place in the text, as far as assertions can ask.
enum Before: UInt8 {
  case start
  case notWord
  case word
}

/// What stands after a place in the text, as far as assertions can ask.
enum After: UInt8 {
  case end
  case notWord
  case word
}

/// A set of NFA states that matching can be in between two scalars, closed under empty moves.
///
/// An assertion that asks for the next scalar stays in the set until that scalar is known.
struct Configuration {
  /// States of kind `match`, `consume` or (pending) `assert`.
  var members: [Int32] = []
  var hasMatch = false
  var hasPending = false
  /// Whether whatever follows will be accepted.
  var isUniversal = false
}

/// Steps through an ``NFA``; holds the scratch memory, so it belongs to one call.
struct Simulation {
  let nfa: NFA
  private var visited: [UInt32]
  private var generation: UInt32 = 0
  private var stack: [Int32] = []
  private var scratch = Configuration()
  /// The number of states looked at so far: what the work has cost.
  private(set) var work = 0

  init(_ nfa: NFA) {
    self.nfa = nfa
    visited = [UInt32](repeating: 0, count: nfa.states.count)
  }

  /// The configuration before the first scalar.
  mutating func start() -> Configuration {
    var result = Configuration()
    stack.append(nfa.start)
    close(into: &result, before: .start, after: nil)
    return result
  }

  /// Whether a text that ends in `configuration` is accepted.
  mutating func accepts(_ configuration: Configuration, before: Before) -> Bool {
    if configuration.hasMatch || configuration.isUniversal { return true }
    if !configuration.hasPending { return false }
    var resolved = Configuration()
    stack.append(contentsOf: configuration.members)
    close(into: &resolved, before: before, after: .end)
    return resolved.hasMatch
  }

  /// Consumes one scalar of class `symbol`.
  ///
  /// - Parameters:
  ///   - configuration: Where matching is.
  ///   - before: What stood before that scalar.
  ///   - symbol: The scalar's class.
  ///   - result: Receives where matching gets to; its former content is lost.
  mutating func step(_ configuration: Configuration, before: Before, symbol: Int, into result: inout Configuration) {
    if configuration.hasPending {
      var resolved = Configuration()
      swap(&resolved, &scratch)
      defer { swap(&resolved, &scratch) }
      stack.append(contentsOf: configuration.members)
      close(into: &resolved, before: before, after: isWord(symbol) ? .word : .notWord)
      if resolved.isUniversal {
        result = resolved
        return
      }
      pushSuccessors(of: resolved, symbol)
    } else {
      pushSuccessors(of: configuration, symbol)
    }
    close(into: &result, before: isWord(symbol) ? .word : .notWord, after: nil)
  }

  /// Whether assertions take scalars of class `symbol` for word scalars.
  @inline(__always)
  func isWord(_ symbol: Int) -> Bool {
    !nfa.wordClasses.isEmpty && nfa.wordClasses[symbol]
  }

  @inline(__always)
  private mutating func pushSuccessors(of configuration: Configuration, _ symbol: Int) {
    work += configuration.members.count
    for member in configuration.members {
      let state = nfa.states[Int(member)]
      if state.kind == .consume, nfa.set(state.first, holdsClass: symbol) { stack.append(state.second) }
    }
  }

  /// Follows empty moves from the states on the stack.
  private mutating func close(into result: inout Configuration, before: Before, after: After?) {
    result.members.removeAll(keepingCapacity: true)
    result.hasMatch = false
    result.hasPending = false
    result.isUniversal = false
    if generation == .max {
      for index in visited.indices { visited[index] = 0 }
      generation = 0
    }
    generation += 1
    while let number = stack.popLast() {
      if visited[Int(number)] == generation { continue }
      visited[Int(number)] = generation
      work += 1
      let state = nfa.states[Int(number)]
      switch state.kind {
      case .match:
        result.hasMatch = true
        result.members.append(number)
      case .consume:
        result.members.append(number)
      case .split:
        stack.append(state.second)
        stack.append(state.first)
      case .universal:
        result.isUniversal = true
        result.hasMatch = true
        stack.removeAll(keepingCapacity: true)
        return
      case .assert:
        switch Self.holds(state.first, before, after) {
        case true?: stack.append(state.second)
        case false?: break
        case nil:
          result.hasPending = true
          result.members.append(number)
        }
      }
    }
  }

  /// Whether an assertion holds, or nil where the next scalar decides and is not known yet.
  private static func holds(_ assertion: Int32, _ before: Before, _ after: After?) -> Bool? {
    switch RegularExpression.Assertion(rawValue: UInt8(truncatingIfNeeded: assertion)) {
    case .start?: return before == .start
    case .end?: return after.map { $0 == .end }
    case .wordBoundary?: return after.map { ($0 == .word) != (before == .word) }
    case .notWordBoundary?: return after.map { ($0 == .word) == (before == .word) }
    case nil: return false
    }
  }
}
