import Synchronization

/// A compiled regular expression: decides, in time linear in the text, whether a text belongs to its language.
///
/// A recogniser is immutable as seen from outside and may be shared between threads. It begins by simulating a
/// nondeterministic automaton, which costs nothing to set up; once enough text has passed through to pay for it, it
/// determinises the automaton, if that stays small, and from then on spends a few instructions per byte. There is no
/// backtracking: no expression and no text makes matching slower than (size of the automaton) × (length of the text).
///
/// ```swift
/// let recognizer = try Recognizer(expression)
/// recognizer.matches("v12")
/// ```
public struct Recognizer: Sendable {
  private let storage: Storage

  /// Compiles `expression`.
  ///
  /// - Parameters:
  ///   - expression: What to recognise; the whole text has to match.
  ///   - limits: Bounds on the automata.
  /// - Throws: ``AutomatonError`` when the expression needs more than the limits grant.
  public init(_ expression: RegularExpression, limits: AutomatonLimits = AutomatonLimits()) throws(AutomatonError) {
    storage = Storage(try NFA(expression, limits: limits), deterministicStates: limits.deterministicStates)
  }

  /// Whether the whole of `utf8` is in the language. Ill-formed bytes count as U+FFFD, one per maximal subpart.
  public func matches(utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    if let dfa = storage.determinized(for: utf8.count).dfa {
      return dfa.accepts(utf8, storage.nfa.alphabet)
    }
    return storage.nfa.accepts(utf8)
  }

  /// Whether the whole of `utf8` is in the language. Ill-formed bytes count as U+FFFD, one per maximal subpart.
  public func matches(utf8: UnsafeRawBufferPointer) -> Bool {
    utf8.withMemoryRebound(to: UInt8.self) { matches(utf8: $0) }
  }

  /// Whether the whole of `utf8` is in the language. Bytes that do not lie in one piece of memory are copied first.
  public func matches(utf8: some Collection<UInt8>) -> Bool {
    utf8.withContiguousStorageIfAvailable { matches(utf8: $0) }
      ?? Array(utf8).withUnsafeBufferPointer { matches(utf8: $0) }
  }

  /// Whether the whole of `text` is in the language.
  public func matches(_ text: String) -> Bool {
    matches(utf8: text.utf8)
  }

  /// The number of states of the nondeterministic automaton: the factor that bounds the cost of matching.
  public var stateCount: Int { storage.nfa.states.count }

  /// What copies of a recogniser share; the deterministic automaton is made when it pays.
  private final class Storage: Sendable {
    let nfa: NFA
    private let deterministicStates: Int
    /// Owns what it points to; set once.
    private let cache = Atomic<Unmanaged<Determinized>?>(nil)
    private let scanned = Atomic<Int>(0)

    /// Determinising costs about as much as simulating over this many bytes.
    private static let bytesWorthDeterminizing = 256
    private static let notYet = Determinized(nil)

    init(_ nfa: NFA, deterministicStates: Int) {
      self.nfa = nfa
      self.deterministicStates = deterministicStates
    }

    deinit {
      cache.load(ordering: .acquiring)?.release()
    }

    /// The outcome of determinising if it is known or now worth knowing, before a text of `count` bytes is matched.
    @inline(__always)
    func determinized(for count: Int) -> Determinized {
      cache.load(ordering: .acquiring)?.takeUnretainedValue() ?? determinizedIfWorthwhile(for: count)
    }

    @inline(never)
    private func determinizedIfWorthwhile(for count: Int) -> Determinized {
      // A call costs something even where the text is empty.
      let total = scanned.wrappingAdd(count &+ 8, ordering: .relaxed).newValue
      if total >= 0, total < Self.bytesWorthDeterminizing { return Self.notYet }
      let made = Determinized(DFA(nfa, maximumStates: deterministicStates))
      let owned = Unmanaged.passRetained(made)
      let (exchanged, original) = cache.compareExchange(
        expected: nil, desired: owned, ordering: .acquiringAndReleasing)
      if exchanged { return made }
      // Another thread was faster; both made the same.
      owned.release()
      return original?.takeUnretainedValue() ?? made
    }
  }

  /// The outcome of determinising: nil when the automaton would be too large.
  private final class Determinized: Sendable {
    let dfa: DFA?
    init(_ dfa: DFA?) { self.dfa = dfa }
  }
}

extension DFA {
  /// Whether the automaton accepts `utf8`, reading it as classes of `alphabet`.
  func accepts(_ utf8: UnsafeBufferPointer<UInt8>, _ alphabet: Alphabet) -> Bool {
    table.withUnsafeBufferPointer { table in
      alphabet.asciiClasses.withUnsafeBufferPointer { asciiClasses in
        let universal = DFA.universal * stride
        var state = start
        if state <= universal { return state == universal }
        var index = 0
        while index < utf8.count {
          let byte = utf8[index]
          let symbol: Int
          if byte < 0x80 {
            symbol = Int(asciiClasses[Int(byte)])
            index += 1
          } else {
            symbol = alphabet.classOfNonASCII(decodeNonASCIIScalar(utf8, &index))
          }
          state = Int(table[state + symbol])
          if state <= universal { return state == universal }
        }
        return table[state + stride - 1] != 0
      }
    }
  }
}

extension NFA {
  /// Whether the automaton accepts `utf8`, by simulation: linear in the text times the number of states.
  func accepts(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    var simulation = Simulation(self)
    var current = simulation.start()
    var next = Configuration()
    var before = Before.start
    var index = 0
    while index < utf8.count {
      if current.isUniversal { return true }
      if current.members.isEmpty { return false }
      let byte = utf8[index]
      let symbol: Int
      if byte < 0x80 {
        symbol = Int(alphabet.asciiClasses[Int(byte)])
        index += 1
      } else {
        symbol = alphabet.classOfNonASCII(decodeNonASCIIScalar(utf8, &index))
      }
      simulation.step(current, before: before, symbol: symbol, into: &next)
      before = simulation.isWord(symbol) ? .word : .notWord
      swap(&current, &next)
    }
    return simulation.accepts(current, before: before)
  }
}
