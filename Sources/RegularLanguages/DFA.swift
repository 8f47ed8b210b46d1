/// A complete deterministic automaton as one dense table: the form in which matching is fastest.
struct DFA: Sendable {
  /// The state from which nothing is accepted, and the one from which everything is.
  static let dead = 0
  static let universal = 1

  /// Per state a row of `stride` cells: for each class the next state times `stride`, then 1 if the state accepts.
  let table: [UInt32]
  let stride: Int
  /// The start state times `stride`.
  let start: Int

  var stateCount: Int { table.count / stride }

  /// The most NFA states that determinising may look at: some milliseconds.
  private static let maximumWork = 1 << 20

  /// Determinises `nfa`; nil when that takes more than `maximumStates` states or an unreasonable amount of work.
  init?(_ nfa: NFA, maximumStates: Int) {
    let stride = nfa.alphabet.classCount + 1
    let maximumStates = min(maximumStates, (1 << 18) / stride)
    guard maximumStates >= 2 else { return nil }
    var simulation = Simulation(nfa)
    var states = StateTable()
    var table: [UInt32] = []
    table.reserveCapacity(stride * 16)
    table.append(contentsOf: repeatElement(0, count: stride))
    table.append(contentsOf: repeatElement(UInt32(truncatingIfNeeded: stride), count: stride))
    table[2 * stride - 1] = 1

    let start = states.number(of: simulation.start(), before: .start) * stride
    var target = Configuration()
    var current = DFA.universal + 1
    while current - 2 < states.configurations.count {
      if states.configurations.count + 2 > maximumStates { return nil }
      let (configuration, before) = states.configurations[current - 2]
      for symbol in 0..<(stride - 1) {
        if simulation.work > Self.maximumWork { return nil }
        simulation.step(configuration, before: before, symbol: symbol, into: &target)
        let number = states.number(of: target, before: simulation.isWord(symbol) ? .word : .notWord)
        table.append(UInt32(truncatingIfNeeded: number * stride))
      }
      table.append(simulation.accepts(configuration, before: before) ? 1 : 0)
      current += 1
    }
    self.table = table
    self.stride = stride
    self.start = start
  }
}

/// Numbers configurations: 0 and 1 are ``DFA/dead`` and ``DFA/universal``, the others follow as they are met.
private struct StateTable {
  private(set) var configurations: [(Configuration, Before)] = []
  private var numbers: [Key: Int] = [:]

  private struct Key: Hashable {
    var members: [Int32]
    var before: Before
  }

  mutating func number(of configuration: Configuration, before: Before) -> Int {
    if configuration.isUniversal { return DFA.universal }
    if configuration.members.isEmpty { return DFA.dead }
    var key = Key(members: configuration.members, before: configuration.hasPending ? before : .notWord)
    if key.members.count > 1 { key.members.sort() }
    if let number = numbers[key] { return number }
    let number = configurations.count + 2
    numbers[key] = number
    configurations.append((configuration, key.before))
    return number
  }
}
