public import DocumentTree
public import SourceText

extension SyntaxTree {
  /// Puts the pairs of a mapping in another order. A pair takes along the comments directly above it, the one behind it
  /// and those further in below it. Blank lines stay between pairs that stay neighbours; where texts of several lines get
  /// new ones, there is one if the mapping has any.
  ///
  /// The edit is not proved: an alias may come before its anchor. See `hasSameMeaning(inAnyOrderAs:)`.
  ///
  /// - Parameters:
  ///   - mapping: the mapping.
  ///   - order: for each place the index of the pair that comes there, each once.
  /// - Returns: the edit; nil if nothing changes, or if the pairs can't be taken apart.
  public func reordering(_ mapping: NodeID, to order: [Int]) -> TextEdit? {
    let pairs = Array(tree.pairs(of: mapping))
    guard order.count == pairs.count, order != Array(pairs.indices), order.sorted() == Array(pairs.indices) else {
      return nil
    }
    return tree[mapping].style == .flow ? reorderingFlow(pairs, order) : reorderingBlock(mapping, pairs, order)
  }

  private func reorderingFlow(_ pairs: [(key: NodeID, value: NodeID)], _ order: [Int]) -> TextEdit? {
    let ranges = pairs.map { ByteRange(tree.fullRange(of: $0.key).start, endOfPair($0)) }
    let whole = ByteRange(ranges[0].start, ranges[ranges.count - 1].end)
    guard zip(ranges, ranges.dropFirst()).allSatisfy({ $0.end <= $1.start }),
      !comments.contains(where: { whole.overlaps($0) }), text.bytes[whole.start] != UInt8(ascii: "?")
    else { return nil }
    var result = ""
    for (place, index) in order.enumerated() {
      if place > 0 { result += text[ByteRange(ranges[place - 1].end, ranges[place].start)] }
      result += text[ranges[index]]
    }
    return TextEdit(whole, result)
  }

  private func endOfPair(_ pair: (key: NodeID, value: NodeID)) -> Int {
    max(tree[pair.value].range.end, tree.fullRange(of: pair.value).end, tree.fullRange(of: pair.key).end)
  }

  // MARK: Block style

  /// A pair with its comments.
  private struct Chunk {
    /// From the first byte that is no blank to the end of the last line, without its line break.
    var range: ByteRange
    /// The blanks before it in its line.
    var indent: String
    /// Whether it begins with a comment.
    var hasCommentAbove: Bool
    var isLong: Bool
  }

  private func reorderingBlock(
    _ mapping: NodeID, _ pairs: [(key: NodeID, value: NodeID)], _ order: [Int]
  ) -> TextEdit? {
    guard var chunks = chunks(of: mapping, pairs) else { return nil }
    let separators = zip(chunks, chunks.dropFirst()).map { separator(from: $0, to: $1) }
    let hasBlankLines = separators.contains { $0 > 1 }
    let first = chunks[0]
    let isCompact = !beginsLine(first.range.start)
    if isCompact {
      chunks[0].indent = String(repeating: " ", count: column(of: first.range.start))
      // No comment can stand between a dash and its key.
      if chunks[order[0]].hasCommentAbove { return nil }
    }
    var result = ""
    for (place, index) in order.enumerated() {
      if place > 0 {
        let previous = order[place - 1]
        let breaks =
          index == previous + 1
          ? separators[previous] : hasBlankLines && (chunks[index].isLong || chunks[previous].isLong) ? 2 : 1
        result += String(repeating: lineBreak, count: breaks) + chunks[index].indent
      } else if !isCompact {
        result += chunks[index].indent
      }
      result += text[chunks[index].range]
    }
    let start = isCompact ? first.range.start : lineStart(first.range.start)
    return TextEdit(ByteRange(start, chunks[chunks.count - 1].range.end), result)
  }

  /// The number of line breaks between two chunks.
  private func separator(from a: Chunk, to b: Chunk) -> Int {
    var count = 0
    var position = a.range.end
    while position < b.range.start, position < text.count {
      let next = nextLine(position)
      guard next > position else { break }
      count += 1
      position = next
      if lineEnd(position) >= b.range.start { break }
    }
    return max(1, count)
  }

  private func chunks(of mapping: NodeID, _ pairs: [(key: NodeID, value: NodeID)]) -> [Chunk]? {
    let start = tree.fullRange(of: pairs[0].key).start
    let indentation = column(of: start)
    var result: [Chunk] = []
    // Where the comments above the next key may begin.
    var floor = nil as Int?
    for (index, pair) in pairs.enumerated() {
      let key = tree.fullRange(of: pair.key).start
      let isFirst = index == 0
      guard beginsLine(key) || isFirst, key >= start, text.bytes[key] != UInt8(ascii: "?") else { return nil }
      if !isFirst, column(of: key) != indentation { return nil }
      var begin = key
      if beginsLine(key) {
        let limit = floor ?? startOfComments(above: key, in: mapping)
        if let comment = comments.first(where: { $0.start >= limit }), comment.start < key { begin = comment.start }
      }
      var end = lineEnd(endOfPair(pair))
      // Comments further in belong to what stands above them.
      var line = nextLine(end)
      while line < text.count {
        var content = line
        while content < text.count, isSpace(text.bytes[content]) { content += 1 }
        guard content < text.count else { break }
        if !isBreak(text.bytes[content]) {
          guard text.bytes[content] == UInt8(ascii: "#"), content - line > indentation else { break }
          end = lineEnd(content)
        }
        let next = nextLine(line)
        guard next > line else { break }
        line = next
      }
      if index + 1 < pairs.count { end = min(end, tree.fullRange(of: pairs[index + 1].key).start) }
      floor = end
      guard begin < end else { return nil }
      result.append(
        Chunk(
          range: ByteRange(begin, end), indent: text[ByteRange(lineStart(begin), begin)],
          hasCommentAbove: begin < key, isLong: text.bytes[begin..<end].contains(where: isBreak)))
    }
    return result
  }

  /// Where the comments begin that belong to the first key of a mapping. Of those at the top of the file, only the ones
  /// with no blank line below, and none that speaks to a program about the whole file.
  private func startOfComments(above key: Int, in mapping: NodeID) -> Int {
    var first = lineStart(key)
    while first > text.byteOrderMarkLength {
      let line = lineStart(
        first - 1 - (first > 1 && text.bytes[first - 1] == 0x0A && text.bytes[first - 2] == 0x0D ? 1 : 0))
      var content = line
      while content < first, isSpace(text.bytes[content]) { content += 1 }
      guard content < first, text.bytes[content] == UInt8(ascii: "#") else { break }
      let comment = text[ByteRange(content, lineEnd(content))]
      if mapping == tree.root, comment.contains("disable-file") || comment.contains("yaml-language-server:") { break }
      first = line
    }
    return first
  }

  // MARK: Proof

  /// Whether another document says the same when the order of a mapping's pairs does not matter: the same values under
  /// the same keys, aliases of the same nodes, and the same comments, in some order. O(n), plus pairs² per mapping.
  public func hasSameMeaning(inAnyOrderAs other: SyntaxTree) -> Bool {
    guard isWellFormed == other.isWellFormed, problems.count == other.problems.count,
      problems.map(\.kind.word).sorted() == other.problems.map(\.kind.word).sorted(),
      comments.map({ text[$0] }).sorted() == other.comments.map({ other.text[$0] }).sorted(),
      tree.nodes.count == other.tree.nodes.count
    else { return false }
    guard let root = tree.root, let otherRoot = other.tree.root else { return true }
    var counterpart = [Int32](repeating: -1, count: tree.nodes.count)
    var open = [(root, otherRoot)]
    var aliases: [(NodeID, NodeID)] = []
    while let (a, b) = open.popLast() {
      let first = tree[a]
      let second = other.tree[b]
      counterpart[Int(a.index)] = b.index
      guard first.kind == second.kind, first.type == second.type, first.count == second.count,
        first.subtree == second.subtree,
        first.flags.symmetricDifference(second.flags).subtracting(.textInSource).isEmpty,
        tree.properties(of: a)?.resolvedTag == other.tree.properties(of: b)?.resolvedTag,
        anchor(of: a) == other.anchor(of: b)
      else { return false }
      switch first.kind {
      case .scalar:
        let isSame = tree.withText(of: a) { a in other.tree.withText(of: b) { b in a.elementsEqual(b) } }
        guard isSame else { return false }
      case .alias:
        aliases.append((a, b))
      case .sequence:
        open += zip(tree.children(of: a), other.tree.children(of: b))
      case .mapping:
        var rest = Array(other.tree.pairs(of: b))
        for pair in tree.pairs(of: a) {
          guard let match = rest.firstIndex(where: { isSameKey(pair.key, $0.key, in: other) }) else { return false }
          open.append((pair.key, rest[match].key))
          open.append((pair.value, rest[match].value))
          rest.remove(at: match)
        }
      }
    }
    return aliases.allSatisfy { a, b in
      let target = Int(tree[a].payload)
      let otherTarget = other.tree[b].payload
      return target < 0 ? otherTarget < 0 : counterpart[target] == otherTarget
    }
  }

  private func anchor(of node: NodeID) -> String? { tree.properties(of: node)?.anchor.map { text[$0] } }

  private func isSameKey(_ a: NodeID, _ b: NodeID, in other: SyntaxTree) -> Bool {
    guard tree[a].kind == other.tree[b].kind else { return false }
    return tree[a].kind != .scalar
      || tree.withText(of: a) { a in other.tree.withText(of: b) { b in a.elementsEqual(b) } }
  }
}

extension SyntaxProblem.Kind {
  /// A word for the kind.
  fileprivate var word: String { "\(self)" }
}
