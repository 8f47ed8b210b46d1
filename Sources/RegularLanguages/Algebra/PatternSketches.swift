/// What is cheap to know of each pattern of a network, and settles most questions about pairs of them.
///
/// - Which scalars can stand at each of the first and last places of its phrases, as sets of hashed classes. Languages
///   without a common scalar at one of these places are disjoint, and one is within another only if it is so at each.
/// - A few sample phrases. One that another pattern does not match disproves containment, one that it matches proves
///   that the two meet.
struct PatternSketches {
  /// Places looked at from the front and from the back.
  private static let front = 6
  private static let back = 4
  private static let width = front + back
  /// The hash of "the phrase has ended"; classes have the others.
  private static let end: UInt64 = 1 << 63
  private static let longestSample = 200

  private var masks: [UInt64] = []
  /// For each pattern its samples, as classes.
  private(set) var samples: [[[Int32]]] = []

  init(_ linked: LinkedPatterns) {
    let network = linked.network
    let setMasks = network.classes.members.map { $0.reduce(0) { $0 | Self.mask(of: $1) } }
    let stateCount = network.isAccepting.count
    var sources = [[(set: Int32, state: Int32)]](repeating: [], count: stateCount)
    for state in 0..<Int32(truncatingIfNeeded: stateCount) {
      for index in network.transitions(of: state) {
        sources[Int(network.transitions[index].target)].append((network.transitions[index].set, state))
      }
    }
    var marks = [Int](repeating: -1, count: stateCount)
    var mark = 0
    masks.reserveCapacity((linked.patterns.count + 1) * Self.width)
    for pattern in 0...linked.everything {
      guard let start = network.start(of: pattern) else {
        masks.append(contentsOf: repeatElement(0, count: Self.width))
        continue
      }
      var active = [start]
      var hasEnded = false
      for _ in 0..<Self.front {
        var mask: UInt64 = 0
        var next: [Int32] = []
        for state in active {
          if network.isAccepting[Int(state)] { hasEnded = true }
          for index in network.transitions(of: state) {
            let transition = network.transitions[index]
            mask |= setMasks[Int(transition.set)]
            if marks[Int(transition.target)] == mark { continue }
            marks[Int(transition.target)] = mark
            next.append(transition.target)
          }
        }
        masks.append(hasEnded ? mask | Self.end : mask)
        active = next
        mark += 1
      }
      active = network.states(of: pattern).filter { network.isAccepting[Int($0)] }
      hasEnded = false
      for _ in 0..<Self.back {
        var mask: UInt64 = 0
        var next: [Int32] = []
        for state in active {
          if state == start { hasEnded = true }
          for source in sources[Int(state)] {
            mask |= setMasks[Int(source.set)]
            if marks[Int(source.state)] == mark { continue }
            marks[Int(source.state)] = mark
            next.append(source.state)
          }
        }
        masks.append(hasEnded ? mask | Self.end : mask)
        active = next
        mark += 1
      }
    }

    var scratch = PhraseNetwork.Scratch()
    for (number, pattern) in linked.patterns.enumerated() {
      var own: [[Int32]] = []
      for choice in 0..<3 {
        for fillsRuns in [true, false] {
          let text = pattern.sample(choice: choice, fillsRuns: fillsRuns, network.classes)
          // Where spaces meet, the sample is no phrase.
          if text.count <= Self.longestSample, !own.contains(text),
            network.accepts(text, pattern: number, &scratch)
          {
            own.append(text)
          }
        }
      }
      samples.append(own)
    }
    let (space, other) = (network.classes.space, network.classes.other)
    samples.append([[], [other], [other, space, other]])
  }

  private static func mask(of symbol: Int32) -> UInt64 {
    1 << UInt64(symbol % 63)
  }

  /// Whether the masks leave it open that the two patterns have a phrase in common.
  @inline(__always)
  func mayIntersect(_ left: Int, _ right: Int) -> Bool {
    for place in 0..<Self.width where masks[left * Self.width + place] & masks[right * Self.width + place] == 0 {
      return false
    }
    return true
  }

  /// Whether the masks leave it open that every phrase of `left` is one of `right`.
  @inline(__always)
  func mayBeContained(_ left: Int, in right: Int) -> Bool {
    for place in 0..<Self.width where masks[left * Self.width + place] & ~masks[right * Self.width + place] != 0 {
      return false
    }
    return true
  }

  /// The masks of one text, for ``mayMatch(_:_:)``.
  static func masks(of text: [Int32]) -> [UInt64] {
    (0..<front).map { $0 < text.count ? mask(of: text[$0]) : end }
      + (0..<back).map { $0 < text.count ? mask(of: text[text.count - 1 - $0]) : end }
  }

  /// Whether the masks leave it open that `pattern` matches the text with these masks.
  @inline(__always)
  func mayMatch(_ pattern: Int, _ text: [UInt64]) -> Bool {
    for place in 0..<Self.width where masks[pattern * Self.width + place] & text[place] == 0 { return false }
    return true
  }
}

extension IntentPattern {
  /// A text that the pattern is likely to match, as classes.
  fileprivate func sample(choice: Int, fillsRuns: Bool, _ classes: PhraseClasses) -> [Int32] {
    var result: [Int32] = []
    func append(_ parts: [Part], _ choice: Int) {
      for part in parts {
        switch part.kind {
        case .text(let text): for scalar in text.unicodeScalars { result.append(classes.classOf(scalar)) }
        case .run: if fillsRuns { result.append(classes.other) }
        case .furtherWords:
          if fillsRuns { result.append(contentsOf: [classes.space, classes.other, classes.space, classes.other]) }
        case .oneScalar: result.append(classes.other)
        case .scalarClass(let set):
          let names = set.ranges.first.flatMap { Unicode.Scalar($0.lowerBound) }
          result.append(set.contains("\u{10FFFE}") ? classes.other : names.map(classes.classOf) ?? classes.other)
        case .alternatives(let alternatives):
          append(alternatives[choice % alternatives.count], choice / alternatives.count)
        }
        if result.count > 400 { return }
      }
    }
    append(parts, choice)
    return result
  }
}
