/// A regular expression over Unicode scalars: the abstract syntax that every front end produces.
///
/// It denotes a set of *whole* strings. Search semantics ("somewhere in the text") is a transformation of the
/// expression, ``containedAnywhere``, so the automata below know one meaning only.
///
/// ```swift
/// // "v", then digits
/// let version = RegularExpression.concatenation([
///   .scalars(ScalarSet("v")),
///   .repetition(.scalars(ScalarSet(0x30...0x39)), minimum: 1, maximum: nil),
/// ])
/// ```
public indirect enum RegularExpression: Hashable, Sendable {
  /// The empty string.
  case empty
  /// One scalar out of a set. The empty set denotes the empty language.
  case scalars(ScalarSet)
  /// One expression after another; without members, the empty string.
  case concatenation([RegularExpression])
  /// Any one of the expressions; without members, the empty language.
  case alternation([RegularExpression])
  /// `minimum` to `maximum` times in a row, without an upper bound where `maximum` is nil.
  ///
  /// A negative minimum counts as 0. A maximum below the minimum denotes the empty language.
  case repetition(RegularExpression, minimum: Int, maximum: Int?)
  /// A condition on a place between two scalars; it consumes nothing.
  case assertion(Assertion)

  /// A condition on a place in the text, as in ECMA-262 without the `m` and `i` flags.
  public enum Assertion: UInt8, Hashable, Sendable {
    /// The place before the first scalar.
    case start
    /// The place after the last scalar.
    case end
    /// A word scalar (`[A-Za-z0-9_]`) on exactly one side.
    case wordBoundary
    /// A word scalar on both sides or on neither.
    case notWordBoundary
  }

  /// Any string of any length.
  public static let anything = RegularExpression.repetition(.scalars(.all), minimum: 0, maximum: nil)

  /// The strings that hold a match of this expression anywhere: what a search would find.
  ///
  /// Where the expression is anchored at its outermost level (`^…`, `…$`, also inside an alternation), the anchor is
  /// resolved here and costs the automaton nothing.
  public var containedAnywhere: RegularExpression {
    searched(anythingBefore: true, anythingAfter: true)
  }

  private func searched(anythingBefore: Bool, anythingAfter: Bool) -> RegularExpression {
    switch self {
    case .alternation(let members) where hasOuterAnchor:
      let free = members.filter { !$0.hasOuterAnchor }
      let searched = members.filter(\.hasOuterAnchor).map {
        $0.searched(anythingBefore: anythingBefore, anythingAfter: anythingAfter)
      }
      if free.isEmpty { return .alternation(searched) }
      return .alternation(
        searched + [
          RegularExpression.alternation(free).searched(anythingBefore: anythingBefore, anythingAfter: anythingAfter)
        ])
    case .concatenation(let members):
      var members = members[...]
      var before = anythingBefore
      var after = anythingAfter
      while before, members.first == .assertion(.start) {
        members.removeFirst()
        before = false
      }
      while after, members.last == .assertion(.end) {
        members.removeLast()
        after = false
      }
      if members.count == 1, let only = members.first {
        return only.searched(anythingBefore: before, anythingAfter: after)
      }
      return .concatenation((before ? [.anything] : []) + members + (after ? [.anything] : []))
    case .assertion(.start) where anythingBefore:
      return anythingAfter ? .anything : .empty
    case .assertion(.end) where anythingAfter:
      return anythingBefore ? .anything : .empty
    case .empty where anythingBefore || anythingAfter:
      return .anything
    default:
      return .concatenation((anythingBefore ? [.anything] : []) + [self] + (anythingAfter ? [.anything] : []))
    }
  }

  /// Whether `^` or `$` stands where a search could resolve it without an automaton's help.
  private var hasOuterAnchor: Bool {
    switch self {
    case .assertion(.start), .assertion(.end): return true
    case .alternation(let members): return members.contains(where: \.hasOuterAnchor)
    case .concatenation(let members):
      return members.first?.hasOuterAnchor == true || members.last?.hasOuterAnchor == true
    default: return false
    }
  }

  /// Visits the sets of scalars that an automaton of this expression tests, some of them several times.
  func forEachSet(depth: Int, _ body: (ScalarSet) -> Void) throws(AutomatonError) {
    if depth > NFABuilder.maximumDepth { throw .nestedTooDeeply(limit: NFABuilder.maximumDepth) }
    switch self {
    case .scalars(let set): body(set)
    case .assertion(.wordBoundary), .assertion(.notWordBoundary): body(wordScalars)
    case .empty, .assertion: break
    case .concatenation(let members), .alternation(let members):
      for member in members { try member.forEachSet(depth: depth + 1, body) }
    case .repetition(let member, _, _): try member.forEachSet(depth: depth + 1, body)
    }
  }

  /// Whether no member string of the expression, taken alone, consumes a scalar.
  ///
  /// Repeating such an expression more than once adds nothing. Linear in the size of the expression.
  var isZeroWidth: Bool {
    switch self {
    case .empty, .assertion: return true
    case .scalars: return false
    case .concatenation(let members), .alternation(let members): return members.allSatisfy(\.isZeroWidth)
    case .repetition(let body, _, let maximum): return maximum == 0 || body.isZeroWidth
    }
  }
}

/// Bounds that keep compilation and matching within stated costs.
public struct AutomatonLimits: Hashable, Sendable {
  /// The most states of the nondeterministic automaton; counted repetitions are written out within this bound.
  public var states: Int
  /// The most symbol classes that the alphabet may fall into.
  public var classes: Int
  /// The most states of the deterministic automaton; past it, matching simulates the nondeterministic one.
  public var deterministicStates: Int

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - states: The most states of the nondeterministic automaton.
  ///   - classes: The most symbol classes, at most 65,535.
  ///   - deterministicStates: The most states of the deterministic automaton.
  public init(states: Int = 20_000, classes: Int = 4_096, deterministicStates: Int = 512) {
    self.states = states
    self.classes = min(classes, Int(UInt16.max))
    self.deterministicStates = deterministicStates
  }
}

/// Why an expression was not compiled: it needs more than its limits grant.
public enum AutomatonError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The automaton would have more states than the limit given here.
  case tooManyStates(limit: Int)
  /// The sets of scalars in the expression tell apart more classes than the limit given here.
  case tooManyClasses(limit: Int)
  /// The expression nests deeper than the limit given here.
  case nestedTooDeeply(limit: Int)

  /// One sentence without a full stop, for a person.
  public var description: String {
    switch self {
    case .tooManyStates(let limit): return "the expression needs an automaton of more than \(limit) states"
    case .tooManyClasses(let limit): return "the expression tells apart more than \(limit) classes of characters"
    case .nestedTooDeeply(let limit): return "the expression nests deeper than \(limit) levels"
    }
  }
}
