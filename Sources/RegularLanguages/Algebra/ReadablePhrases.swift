// Witnesses that can be said aloud: phrases of whole words, taken from the patterns' own text and a small vocabulary.

extension LinkedPatterns {
  /// Words for where a pattern takes any, and endings for where it takes more of a word.
  ///
  /// The last costs more than a pattern's own words: it ends like some of them ("on").
  private static let vocabulary = [
    ("api", 90), ("docs", 91), ("tests", 92), ("parser", 93), ("today", 94), ("production", 120),
  ]
  private static let endings = ["ing", "ed", "s"]

  private struct Token {
    var scalars: [Unicode.Scalar]
    var symbols: [Int32]
    var cost: Int
    /// Whether the word may be continued to the left or right without a space.
    var isOpenLeft: Bool
    var isOpenRight: Bool
    /// Whether it makes a word only together with another.
    var isEnding: Bool
  }

  private struct Node {
    /// For each group the states it can be in, and last those of the excluded patterns.
    var sets: [[Int32]]
    var cost: Int
    var parent: Int
    var token: Int
    var isGlued: Bool
    var isGoal: Bool
  }

  /// A phrase that every group matches and no excluded pattern does, made of words; nil if none was found quickly.
  ///
  /// It is a cheapest one: words from the patterns cost a little more than those from the vocabulary, so that the former
  /// serve where they are needed and the latter fill what is open; a word said twice, or two words run together, cost
  /// more; and a pattern that ends in further words should get one.
  func readablePhrase(in groups: [[Int]], excluding excluded: [Int]) -> Phrase? {
    let tokens = tokens(for: groups)
    var scratch = PhraseNetwork.Scratch()
    var nodes: [Node] = []
    var queue = PriorityQueue()
    var seen: Set<[Int32]> = []

    var initial = groups.map { $0.compactMap(network.start) }
    initial.append(excluded.compactMap(network.start))
    nodes.append(Node(sets: initial, cost: 0, parent: -1, token: -1, isGlued: false, isGoal: false))
    queue.insert(0, cost: 0)
    let space = [network.classes.space]

    while let current = queue.removeFirst() {
      let node = nodes[current]
      if node.isGoal {
        let phrase = Phrase(scalars: text(of: node.parent, nodes, tokens))
        if confirms(phrase, in: groups, excluding: excluded) { return phrase }
        continue
      }
      if !seen.insert(Array(node.sets.joined(separator: [-1])) + [node.token >= 0 ? 1 : 0]).inserted { continue }
      let spaced = node.token < 0 ? node.sets : move(node.sets, over: space, &scratch)
      for (number, token) in tokens.enumerated() {
        for isGlued in [false, true] {
          if isGlued {
            guard node.token >= 0, token.isOpenLeft || tokens[node.token].isOpenRight else { continue }
          } else if token.isEnding {
            continue
          }
          guard let from = isGlued ? node.sets : spaced, let sets = move(from, over: token.symbols, &scratch) else {
            continue
          }
          var cost = node.cost + token.cost + (isGlued ? 300 : 0)
          if uses(number, node, nodes) { cost += 100 }
          nodes.append(
            Node(sets: sets, cost: cost, parent: current, token: number, isGlued: isGlued, isGoal: false))
          let index = nodes.count - 1
          queue.insert(index, cost: cost)
          if let penalty = acceptancePenalty(sets, groups) {
            nodes.append(
              Node(sets: [], cost: cost + penalty, parent: index, token: -1, isGlued: false, isGoal: true))
            queue.insert(index + 1, cost: cost + penalty)
          }
        }
      }
      if nodes.count > 2_000 || scratch.steps > 60_000 { return nil }
    }
    return nil
  }

  private func uses(_ token: Int, _ node: Node, _ nodes: [Node]) -> Bool {
    var node = node
    while node.parent >= 0 {
      if node.token == token { return true }
      node = nodes[node.parent]
    }
    return false
  }

  private func text(of node: Int, _ nodes: [Node], _ tokens: [Token]) -> [Unicode.Scalar] {
    var pieces: [[Unicode.Scalar]] = []
    var current = node
    while nodes[current].parent >= 0 {
      pieces.append(tokens[nodes[current].token].scalars)
      if !nodes[current].isGlued { pieces.append([" "]) }
      current = nodes[current].parent
    }
    return Array(pieces.reversed().joined())
  }

  /// Where the sets lead; nil when a group can't match any more, or an excluded pattern must.
  private func move(
    _ sets: [[Int32]], over symbols: [Int32], _ scratch: inout PhraseNetwork.Scratch
  ) -> [[Int32]]? {
    var result: [[Int32]] = []
    for (number, set) in sets.enumerated() {
      let isExcluded = number == sets.count - 1
      scratch.active = set
      for symbol in symbols {
        scratch.steps += scratch.active.count + 1
        network.step(symbol, &scratch)
        if scratch.active.isEmpty { break }
      }
      if scratch.active.isEmpty, !isExcluded { return nil }
      if isExcluded, scratch.active.contains(where: { network.isUniversal[Int($0)] }) { return nil }
      result.append(scratch.active.sorted())
    }
    return result
  }

  /// What stopping here costs; nil where it is no witness.
  private func acceptancePenalty(_ sets: [[Int32]], _ groups: [[Int]]) -> Int? {
    if let excluded = sets.last, excluded.contains(where: { network.isAccepting[Int($0)] }) { return nil }
    var penalty = 0
    for (set, group) in zip(sets, groups) {
      var isAccepted = false
      var isComplete = false
      for state in set where network.isAccepting[Int(state)] {
        isAccepted = true
        if network.isUniversal[Int(state)] || !endsInFurtherWords(state, group) { isComplete = true }
      }
      if !isAccepted { return nil }
      if !isComplete { penalty += 150 }
    }
    return penalty
  }

  private func endsInFurtherWords(_ state: Int32, _ group: [Int]) -> Bool {
    group.contains { $0 < patterns.count && network.states(of: $0).contains(state) && patterns[$0].endsInFurtherWords }
  }

  /// The words of the patterns in `groups`, then the vocabulary.
  private func tokens(for groups: [[Int]]) -> [Token] {
    var result: [Token] = []
    var known: [[Unicode.Scalar]: Int] = [:]
    func add(_ fragment: Fragment, cost: Int, isEnding: Bool = false) {
      if let number = known[fragment.scalars] {
        if fragment.isOpenLeft { result[number].isOpenLeft = true }
        if fragment.isOpenRight { result[number].isOpenRight = true }
        return
      }
      known[fragment.scalars] = result.count
      result.append(
        Token(
          scalars: fragment.scalars, symbols: fragment.scalars.map(network.classes.classOf), cost: cost,
          isOpenLeft: fragment.isOpenLeft, isOpenRight: fragment.isOpenRight, isEnding: isEnding))
    }
    for group in groups {
      // In a long list any few patterns will do for words; the search has others to fall back on.
      for pattern in group.prefix(16) where pattern < patterns.count {
        for fragment in patterns[pattern].fragments where result.count < 64 {
          add(fragment, cost: 100 + result.count / 8)
        }
      }
    }
    for (word, cost) in Self.vocabulary {
      add(
        Fragment(scalars: Array(word.unicodeScalars), isOpenLeft: false, isOpenRight: false),
        cost: cost)
    }
    for word in Self.endings {
      add(
        Fragment(scalars: Array(word.unicodeScalars), isOpenLeft: false, isOpenRight: false), cost: 80,
        isEnding: true)
    }
    return result
  }
}

/// A word in a pattern, or a part of one that `*` interrupts.
private struct Fragment {
  var scalars: [Unicode.Scalar]
  var isOpenLeft: Bool
  var isOpenRight: Bool
}

extension IntentPattern {
  /// The words of the pattern: of each set of alternatives every one is taken in turn, up to a number.
  fileprivate var fragments: [Fragment] {
    var result: [Fragment] = []
    for choice in 0..<min(Self.width(parts), 24) {
      var pieces: [Unicode.Scalar?] = []
      Self.expand(parts, choice: choice, into: &pieces)
      var word: [Unicode.Scalar] = []
      var isOpenLeft = false
      func flush(isOpenRight: Bool) {
        if !word.isEmpty {
          result.append(Fragment(scalars: word, isOpenLeft: isOpenLeft, isOpenRight: isOpenRight))
        }
        word.removeAll()
        isOpenLeft = isOpenRight
      }
      for piece in pieces.prefix(400) {
        if let piece, piece != " " { word.append(piece) } else { flush(isOpenRight: piece == nil) }
      }
      flush(isOpenRight: false)
    }
    return result
  }

  /// How many choices make every alternative appear.
  private static func width(_ parts: [Part]) -> Int {
    parts.reduce(1) { width, part in
      guard case .alternatives(let alternatives) = part.kind else { return width }
      return max(width, alternatives.count * (alternatives.map(Self.width).max() ?? 1))
    }
  }

  /// Appends the scalars of one expansion; nil stands for any run.
  private static func expand(_ parts: [Part], choice: Int, into pieces: inout [Unicode.Scalar?]) {
    for part in parts {
      switch part.kind {
      case .text(let text): pieces.append(contentsOf: text.unicodeScalars.map { $0 })
      case .run: pieces.append(nil)
      case .furtherWords: pieces.append(" ")
      case .oneScalar: pieces.append("a")
      case .scalarClass(let set):
        let letter = "abcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars.first(where: set.contains)
        pieces.append(letter ?? set.ranges.first.flatMap { Unicode.Scalar($0.lowerBound) } ?? " ")
      case .alternatives(let alternatives):
        expand(
          alternatives[choice % alternatives.count], choice: choice / alternatives.count, into: &pieces)
      }
    }
  }
}

/// A binary heap of indices by cost; of equal costs the lower index comes first.
private struct PriorityQueue {
  private var heap: [(cost: Int, index: Int)] = []

  mutating func insert(_ index: Int, cost: Int) {
    heap.append((cost, index))
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> Int? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first.index }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      if least == parent { return first.index }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
