/// The automata of several patterns side by side, over one alphabet: the classes of scalars that the patterns at hand
/// can tell apart.
///
/// States are numbered through all patterns. After the patterns given comes one more, `*`, whose language is every
/// phrase.
struct PhraseNetwork: Sendable {
  struct Transition: Sendable {
    var set: Int32
    var target: Int32
  }

  private(set) var firstTransition: [Int32] = [0]
  private(set) var transitions: [Transition] = []
  private(set) var isAccepting: [Bool] = []
  private(set) var isUniversal: [Bool] = []
  /// The states of pattern `p` are those in `firstState[p]..<firstState[p + 1]`; the first of them is its start.
  private(set) var firstState: [Int32] = [0]
  let classes: PhraseClasses

  /// The number of the pattern that stands for every phrase.
  var everything: Int { firstState.count - 2 }

  /// Links `automata`.
  ///
  /// - Throws: ``AutomatonError`` when they tell apart more classes than is reasonable.
  init(_ automata: [PhraseAutomaton]) throws(AutomatonError) {
    let automata = automata + [try PhraseAutomaton(.anything)]
    var sets: [ScalarSet] = [.space]
    var singleNumbers: [UInt32: Int32] = [0x20: 0]
    var setNumbers: [ScalarSet: Int32] = [:]
    for automaton in automata {
      var numbers: [Int32] = []
      for set in automaton.sets {
        let next = Int32(truncatingIfNeeded: sets.count)
        let number: Int32
        if set.ranges.count == 1, set.ranges[0].lowerBound == set.ranges[0].upperBound {
          let scalar = set.ranges[0].lowerBound
          number = singleNumbers[scalar] ?? next
          singleNumbers[scalar] = number
        } else {
          number = setNumbers[set] ?? next
          setNumbers[set] = number
        }
        if number == next { sets.append(set) }
        numbers.append(number)
      }
      let base = Int32(truncatingIfNeeded: isAccepting.count)
      let firstOwn = Int32(truncatingIfNeeded: transitions.count)
      for transition in automaton.transitions {
        transitions.append(
          Transition(set: numbers[Int(transition.set)], target: transition.target + base))
      }
      for end in automaton.firstTransition.dropFirst() { firstTransition.append(end + firstOwn) }
      isAccepting.append(contentsOf: automaton.isAccepting)
      isUniversal.append(contentsOf: automaton.isUniversal)
      firstState.append(Int32(truncatingIfNeeded: isAccepting.count))
    }
    classes = try PhraseClasses(sets)
  }

  @inline(__always)
  func transitions(of state: Int32) -> Range<Int> {
    Int(firstTransition[Int(state)])..<Int(firstTransition[Int(state) + 1])
  }

  @inline(__always)
  func states(of pattern: Int) -> Range<Int32> {
    firstState[pattern]..<firstState[pattern + 1]
  }

  /// The start state of `pattern`; nil when its language is empty.
  @inline(__always)
  func start(of pattern: Int) -> Int32? {
    firstState[pattern] < firstState[pattern + 1] ? firstState[pattern] : nil
  }

  /// Whether `pattern` accepts the text of these classes.
  func accepts(_ text: [Int32], pattern: Int, _ scratch: inout Scratch) -> Bool {
    guard let start = start(of: pattern) else { return false }
    scratch.active.removeAll(keepingCapacity: true)
    scratch.active.append(start)
    for symbol in text {
      scratch.steps &+= scratch.active.count
      step(symbol, &scratch)
      if scratch.active.isEmpty { return false }
    }
    return scratch.active.contains { isAccepting[Int($0)] }
  }

  /// Moves the active states over one class.
  @inline(__always)
  func step(_ symbol: Int32, _ scratch: inout Scratch) {
    scratch.next.removeAll(keepingCapacity: true)
    let mark = scratch.newMark(count: isAccepting.count)
    for state in scratch.active {
      for index in transitions(of: state) {
        let transition = transitions[index]
        if scratch.marks[Int(transition.target)] != mark, classes.set(transition.set, holds: symbol) {
          scratch.marks[Int(transition.target)] = mark
          scratch.next.append(transition.target)
        }
      }
    }
    swap(&scratch.active, &scratch.next)
  }

  /// Memory for running sets of states.
  struct Scratch {
    var active: [Int32] = []
    var next: [Int32] = []
    /// What running texts has cost.
    var steps = 0
    fileprivate(set) var marks: [UInt32] = []
    private var lastMark: UInt32 = 0

    mutating func newMark(count: Int) -> UInt32 {
      if marks.count != count || lastMark == .max {
        marks = [UInt32](repeating: 0, count: count)
        lastMark = 0
      }
      lastMark += 1
      return lastMark
    }

    /// Marks `state`; false if it bears the mark already.
    @inline(__always)
    mutating func insert(_ state: Int32, mark: UInt32) -> Bool {
      if marks[Int(state)] == mark { return false }
      marks[Int(state)] = mark
      return true
    }
  }
}

/// The classes of scalars that some sets can't tell apart, without those that no phrase can hold.
struct PhraseClasses: Sendable {
  /// The number of classes; class numbers are below it.
  let count: Int
  /// The class of the space.
  let space: Int32
  /// The class of a scalar that no pattern is likely to name.
  let other: Int32
  /// For each class a scalar that reads well and that phrases can hold.
  let representatives: [Unicode.Scalar]
  /// Whether some class has no representative that stands unchanged next to any other.
  let isFragile: Bool
  /// For each set its classes, ascending.
  let members: [[Int32]]
  /// For each set the classes on which it differs from any scalar that is not named: its members, or, if ``other`` is a
  /// member, the classes that are none.
  let named: [[Int32]]
  /// Per set a row of bits, one per class.
  private let rows: [UInt64]
  private let wordsPerRow: Int
  /// Per set a row of bits, one per set with which it has a class in common.
  private let compatible: [UInt64]
  private let wordsPerCompatible: Int

  private let alphabet: Alphabet

  /// The most sets; some tables have a bit for each pair of them.
  private static let maximumSets = 1 << 13

  init(_ sets: [ScalarSet]) throws(AutomatonError) {
    if sets.count > Self.maximumSets { throw .tooManyClasses(limit: Self.maximumSets) }
    alphabet = try Alphabet(separating: sets, limit: Self.maximumSets * 2)
    let classCount = alphabet.classCount
    self.count = classCount
    let space = Int32(truncatingIfNeeded: alphabet.classOf(" "))
    self.space = space
    // A noncharacter: what is not named has its class.
    let other = Int32(truncatingIfNeeded: alphabet.classOf("\u{10FFFE}"))
    self.other = other

    var representatives: [Unicode.Scalar?] = [Unicode.Scalar?](repeating: nil, count: classCount)
    for scalar in Self.preferred {
      let number = alphabet.classOf(scalar)
      if representatives[number] == nil { representatives[number] = scalar }
    }
    for number in 0..<classCount where representatives[number] == nil {
      representatives[number] = Self.representative(of: alphabet.scalars(ofClass: number))
    }

    let words = (classCount + 63) / 64
    var rows = [UInt64](repeating: 0, count: words * sets.count)
    var members: [[Int32]] = []
    var named: [[Int32]] = []
    var setsOfClass = [[Int32]](repeating: [], count: classCount)
    for (number, set) in sets.enumerated() {
      alphabet.forEachClass(of: set) { symbol in
        if representatives[symbol] != nil { rows[number * words + symbol / 64] |= 1 << UInt64(symbol % 64) }
      }
      func holds(_ symbol: Int) -> Bool { rows[number * words + symbol / 64] & (1 << UInt64(symbol % 64)) != 0 }
      let own = (0..<classCount).filter(holds).map { Int32(truncatingIfNeeded: $0) }
      for symbol in own { setsOfClass[Int(symbol)].append(Int32(truncatingIfNeeded: number)) }
      members.append(own)
      named.append(
        holds(Int(other))
          ? (0..<classCount).filter { !holds($0) && representatives[$0] != nil }.map { Int32(truncatingIfNeeded: $0) }
          : own)
    }
    let pairWords = (sets.count + 63) / 64
    var compatible = [UInt64](repeating: 0, count: pairWords * sets.count)
    for users in setsOfClass {
      for first in users {
        for second in users {
          compatible[Int(first) * pairWords + Int(second) / 64] |= 1 << UInt64(Int(second) % 64)
        }
      }
    }
    self.representatives = representatives.map { $0 ?? "\u{FFFD}" }
    isFragile = representatives.contains { $0.map { !isNFCInert($0) } ?? false }
    self.members = members
    self.named = named
    self.rows = rows
    wordsPerRow = words
    self.compatible = compatible
    wordsPerCompatible = pairWords
  }

  @inline(__always)
  func set(_ set: Int32, holds symbol: Int32) -> Bool {
    rows[Int(set) * wordsPerRow + Int(symbol) >> 6] & (1 << (UInt64(truncatingIfNeeded: symbol) & 63)) != 0
  }

  /// Whether the two sets have a scalar in common.
  @inline(__always)
  func areCompatible(_ first: Int32, _ second: Int32) -> Bool {
    compatible[Int(first) * wordsPerCompatible + Int(second) >> 6]
      & (1 << (UInt64(truncatingIfNeeded: second) & 63)) != 0
  }

  func classOf(_ scalar: Unicode.Scalar) -> Int32 {
    Int32(truncatingIfNeeded: alphabet.classOf(scalar))
  }

  /// A few scalars of a class that phrases can hold.
  func alternatives(ofClass symbol: Int32) -> [Unicode.Scalar] {
    let set = alphabet.scalars(ofClass: Int(symbol))
    var result: [Unicode.Scalar] = []
    for range in set.ranges.prefix(64) {
      for value in range.prefix(64) {
        guard let scalar = Unicode.Scalar(value), Phrase(scalars: [scalar]).scalars == [scalar] else { continue }
        result.append(scalar)
      }
    }
    return result
  }

  /// Whether normalised text can hold a scalar of class `first` and next one of class `second`; true where the classes are
  /// too large to tell.
  func mayFollow(_ first: Int32, _ second: Int32) -> Bool {
    if alphabet.scalars(ofClass: Int(first)).count > 64 || alphabet.scalars(ofClass: Int(second)).count > 64 {
      return true
    }
    let seconds = alternatives(ofClass: second)
    return alternatives(ofClass: first).contains { left in
      seconds.contains { nfc([left, $0]) == [left, $0] }
    }
  }

  /// Scalars that read well, in order.
  private static let preferred: [Unicode.Scalar] =
    Array(" aeinorstlucdmpghbyfvkwzxjq0123456789-_.,:;!?'\"()/&+=%#@$<>~|^`*[]{}\\".unicodeScalars)

  /// A scalar of `set` that phrases can hold, readable if possible; nil if there is none.
  private static func representative(of set: ScalarSet) -> Unicode.Scalar? {
    var best: (rank: Int, scalar: Unicode.Scalar)?
    var looked = 0
    for range in set.ranges {
      for value in range {
        guard let scalar = Unicode.Scalar(value), simpleCaseFold(scalar) == scalar,
          !isWhiteSpace(scalar) || scalar == " ", !isExcludedFromNFC(scalar)
        else { continue }
        let rank = rank(scalar)
        if rank < best?.rank ?? .max { best = (rank, scalar) }
        looked += 1
        // What phrases can't hold is a few thousand scalars, so this ends.
        if best?.rank == 0 || looked > 2_000 { return best?.scalar }
      }
    }
    return best?.scalar
  }

  private static func rank(_ scalar: Unicode.Scalar) -> Int {
    let isInert = isNFCInert(scalar)
    switch generalCategory(of: scalar) {
    case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter, .decimalNumber:
      return isInert ? 0 : 5
    case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator:
      return isInert ? 4 : 7
    case .nonspacingMark, .spacingMark, .enclosingMark:
      return isInert ? 2 : 6
    default:
      return isInert ? 1 : 5
    }
  }
}
