/// A nondeterministic finite automaton over the classes of an ``Alphabet``, built from one expression.
///
/// It is Thompson's construction, made from the end to the beginning, so that no state exists only to be patched
/// through. Counted repetitions are written out.
struct NFA: Sendable {
  enum Kind: UInt8 {
    /// The whole text is accepted, if it ends here.
    case match
    /// Consumes one scalar of set `first` and goes on at `second`.
    case consume
    /// Goes on at both `first` and `second`.
    case split
    /// Goes on at `second` where the assertion with raw value `first` holds.
    case assert
    /// As `split`, and whatever follows is accepted.
    case universal
  }

  struct State {
    var kind: Kind
    var first: Int32
    var second: Int32
  }

  let states: [State]
  let start: Int32
  let alphabet: Alphabet
  /// For each set of scalars used, a row of `wordsPerRow` words with one bit per class.
  let rows: [UInt64]
  let wordsPerRow: Int
  /// Whether a class holds word scalars (`[A-Za-z0-9_]`); empty when no assertion asks.
  let wordClasses: [Bool]
  let hasAssertions: Bool

  /// Builds the automaton of `expression`.
  ///
  /// - Parameters:
  ///   - expression: What to build.
  ///   - limits: Bounds on its size.
  ///   - sharedAlphabet: An alphabet that separates at least the sets of `expression`; nil computes the smallest.
  /// - Throws: ``AutomatonError`` when the limits do not suffice.
  init(
    _ expression: RegularExpression, limits: AutomatonLimits, over sharedAlphabet: Alphabet? = nil
  ) throws(AutomatonError) {
    var builder = NFABuilder(limits: limits)
    start = try builder.build(expression)
    states = builder.states
    hasAssertions = builder.hasAssertions
    let alphabet: Alphabet
    if let sharedAlphabet {
      alphabet = sharedAlphabet
    } else {
      let separated = builder.hasWordAssertions ? builder.sets + [wordScalars] : builder.sets
      alphabet = try Alphabet(separating: separated, limit: limits.classes)
    }
    self.alphabet = alphabet

    let words = (alphabet.classCount + 63) / 64
    let (cells, overflow) = words.multipliedReportingOverflow(by: builder.sets.count)
    if overflow || cells > 1 << 20 { throw .tooManyClasses(limit: limits.classes) }
    var rows = [UInt64](repeating: 0, count: cells)
    for (number, set) in builder.sets.enumerated() {
      alphabet.forEachClass(of: set) { rows[number * words + $0 / 64] |= 1 << UInt64($0 % 64) }
    }
    self.rows = rows
    wordsPerRow = words

    var wordClasses: [Bool] = []
    if builder.hasWordAssertions {
      wordClasses = [Bool](repeating: false, count: alphabet.classCount)
      alphabet.forEachClass(of: wordScalars) { wordClasses[$0] = true }
    }
    self.wordClasses = wordClasses
  }

  @inline(__always)
  func set(_ number: Int32, holdsClass symbol: Int) -> Bool {
    rows[Int(number) * wordsPerRow + symbol / 64] & (1 << UInt64(symbol % 64)) != 0
  }
}

/// The scalars that `\b` and `\w` call word scalars: `[A-Za-z0-9_]`.
let wordScalars = ScalarSet(canonical: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])

/// Collects the states of an automaton, from the last to the first.
struct NFABuilder {
  private(set) var states: [NFA.State] = []
  private(set) var sets: [ScalarSet] = []
  private(set) var hasAssertions = false
  private(set) var hasWordAssertions = false
  private var setNumbers: [ScalarSet: Int32] = [:]
  private let limits: AutomatonLimits
  private var remainingSteps: Int

  private static let unhashedSets = 16

  /// The deepest expression that is followed; recursion stays within a thread's stack.
  static let maximumDepth = 1_000

  init(limits: AutomatonLimits) {
    self.limits = limits
    // An expression may have parts that make no state; walking them must be bounded as well.
    remainingSteps = limits.states.multipliedReportingOverflow(by: 8).overflow ? .max : limits.states * 8
  }

  /// Builds the whole automaton and returns its start state.
  mutating func build(_ expression: RegularExpression) throws(AutomatonError) -> Int32 {
    let match = try append(NFA.State(kind: .match, first: 0, second: 0))
    return try build(expression, next: match, depth: 0)
  }

  private mutating func append(_ state: NFA.State) throws(AutomatonError) -> Int32 {
    if states.count >= min(limits.states, Int(Int32.max)) { throw .tooManyStates(limit: limits.states) }
    states.append(state)
    return Int32(truncatingIfNeeded: states.count - 1)
  }

  private mutating func build(
    _ expression: RegularExpression, next: Int32, depth: Int
  ) throws(AutomatonError) -> Int32 {
    remainingSteps -= 1
    if remainingSteps < 0 { throw .tooManyStates(limit: limits.states) }
    if depth > Self.maximumDepth { throw .nestedTooDeeply(limit: Self.maximumDepth) }
    switch expression {
    case .empty:
      return next
    case .scalars(let set):
      return try append(NFA.State(kind: .consume, first: number(of: set), second: next))
    case .concatenation(let members):
      var next = next
      for member in members.reversed() { next = try build(member, next: next, depth: depth + 1) }
      return next
    case .alternation(let members):
      guard
        var entry = try members.last.map({ (last) throws(AutomatonError) in
          try build(last, next: next, depth: depth + 1)
        })
      else {
        return try append(NFA.State(kind: .consume, first: number(of: .empty), second: next))
      }
      for member in members.dropLast().reversed() {
        let other = try build(member, next: next, depth: depth + 1)
        entry = try append(NFA.State(kind: .split, first: other, second: entry))
      }
      return entry
    case .assertion(let assertion):
      hasAssertions = true
      if assertion == .wordBoundary || assertion == .notWordBoundary { hasWordAssertions = true }
      return try append(NFA.State(kind: .assert, first: Int32(assertion.rawValue), second: next))
    case .repetition(let body, let minimum, let maximum):
      return try build(repeating: body, max(minimum, 0), maximum, next: next, depth: depth + 1)
    }
  }

  private mutating func build(
    repeating body: RegularExpression, _ minimum: Int, _ maximum: Int?, next: Int32, depth: Int
  ) throws(AutomatonError) -> Int32 {
    if let maximum, maximum < minimum {
      return try append(NFA.State(kind: .consume, first: number(of: .empty), second: next))
    }
    if maximum == 0 { return next }
    if body.isZeroWidth {
      // All repetitions stand at the same place: once says it all.
      let entry = try build(body, next: next, depth: depth)
      return minimum > 0 ? entry : try append(NFA.State(kind: .split, first: entry, second: next))
    }
    var entry = next
    var required = minimum
    if let maximum {
      // x{0,3} is (x(x(x)?)?)?, every way out leading straight to `next`.
      for _ in 0..<(maximum - minimum) {
        let once = try build(body, next: entry, depth: depth)
        entry = try append(NFA.State(kind: .split, first: once, second: next))
      }
    } else {
      let isUniversal = body == .scalars(.all) && states[Int(next)].kind == .match
      let loop = try append(NFA.State(kind: isUniversal ? .universal : .split, first: next, second: next))
      let once = try build(body, next: loop, depth: depth)
      states[Int(loop)].first = once
      entry = loop
      if required > 0 {
        entry = once
        required -= 1
      }
    }
    for _ in 0..<required { entry = try build(body, next: entry, depth: depth) }
    return entry
  }

  private mutating func number(of set: ScalarSet) -> Int32 {
    // Most expressions have a few sets, and comparing those costs less than hashing one.
    if sets.count <= Self.unhashedSets {
      if let known = sets.firstIndex(of: set) { return Int32(truncatingIfNeeded: known) }
    } else if let known = setNumbers[set] {
      return known
    }
    let number = Int32(truncatingIfNeeded: sets.count)
    sets.append(set)
    if sets.count == Self.unhashedSets + 1 {
      for (number, set) in sets.enumerated() { setNumbers[set] = Int32(truncatingIfNeeded: number) }
    } else if sets.count > Self.unhashedSets {
      setNumbers[set] = number
    }
    return number
  }
}
