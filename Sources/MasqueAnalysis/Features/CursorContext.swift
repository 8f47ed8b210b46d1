import DocumentTree
import SourceText
import YAMLSyntax

/// One step from the root towards a cursor.
enum PathStep: Hashable {
  case key(String)
  case item(Int)
}

/// Where a cursor stands in a masque, as far as it can be told from lines and indentation alone. A document in an
/// editor is broken most of the time, and most of all where its author types.
struct CursorContext {
  /// What can be written at the cursor.
  enum Role: Hashable {
    /// A key of the map at `path`, or the first key of a new item's map.
    case key
    /// The value at `path`.
    case value
    /// Nothing: a comment, the inside of a text block.
    case none
  }

  /// What can be written at the cursor.
  var role: Role
  /// The way to the map for a key, to the value itself for a value.
  var path: [PathStep]
  /// The bytes to replace: the word before and behind the cursor.
  var word: ByteRange
  /// Keys that the map has already, without the one at the cursor.
  var siblings: Set<String> = []
  /// The column at which keys of the map stand.
  var column = 0
  /// Whether a key's colon stands behind the word.
  var hasColon = false
  /// Whether a blank has to come before what is inserted: the cursor touches a colon or a dash.
  var needsSpace = false
  /// Whether the cursor is in brackets or braces.
  var isFlow = false
  /// The quote that opens the word, if one does.
  var quote: UInt8?
  /// Whether an item's dash begins the line of the cursor.
  var followsDash = false
  /// Whether the value may also go on as a block below its key: nothing stands behind the cursor on its line.
  var endsLine = false
}

/// Finds out where a cursor stands. O(lines above the cursor), in practice as far up as the next top-level key.
func cursorContext(in snapshot: Snapshot, at offset: Int) -> CursorContext {
  let scanner = CursorScanner(snapshot: snapshot, offset: min(max(offset, 0), snapshot.text.count))
  return scanner.context()
}

struct CursorScanner {
  let snapshot: Snapshot
  let offset: Int
  var bytes: [UInt8] { snapshot.syntax.tree.source }
  var tree: DocumentTree { snapshot.syntax.tree }

  struct Line {
    var start: Int
    var contentStart: Int
    var end: Int
    var indentation: Int { contentStart - start }
    var isBlank: Bool { contentStart >= end }
  }

  func line(at offset: Int) -> Line {
    var start = offset
    while start > snapshot.text.byteOrderMarkLength, !isBreak(bytes[start - 1]) { start -= 1 }
    var end = offset
    while end < bytes.count, !isBreak(bytes[end]) { end += 1 }
    var contentStart = start
    while contentStart < end, bytes[contentStart] == 0x20 || bytes[contentStart] == 0x09 { contentStart += 1 }
    return Line(start: start, contentStart: contentStart, end: end)
  }

  func line(before line: Line) -> Line? {
    line.start > snapshot.text.byteOrderMarkLength ? self.line(at: lineBreakStart(before: line.start)) : nil
  }

  private func lineBreakStart(before start: Int) -> Int {
    var position = start - 1
    if position > 0, bytes[position] == 0x0A, bytes[position - 1] == 0x0D { position -= 1 }
    return position
  }

  func line(after line: Line) -> Line? {
    guard line.end < bytes.count else { return nil }
    let skip = bytes[line.end] == 0x0D && line.end + 1 < bytes.count && bytes[line.end + 1] == 0x0A ? 2 : 1
    return line.end + skip <= bytes.count ? self.line(at: line.end + skip) : nil
  }

  func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  func none() -> CursorContext { CursorContext(role: .none, path: [], word: ByteRange(at: offset)) }

  func context() -> CursorContext {
    let current = line(at: offset)
    if let comment = snapshot.syntax.comment(at: offset), offset > comment.start { return none() }
    if isInTextBlock(current) || isInScalarOfLines() { return none() }
    if let flow = flowContext() { return flow }
    return blockContext(current)
  }

  /// Whether the cursor is in a text of several lines, as the tree has it: indentation says nothing on its blank lines.
  private func isInScalarOfLines() -> Bool {
    guard let id = tree.node(at: offset) else { return false }
    let node = tree[id]
    guard node.kind == .scalar, Int(node.start) < offset, offset < Int(node.end) else { return false }
    return bytes[Int(node.start)..<offset].contains(where: isBreak)
  }

  /// Whether the cursor is inside a `|` or `>` text, below its header.
  func isInTextBlock(_ current: Line) -> Bool {
    var above = line(before: current)
    let depth = current.isBlank ? offset - current.start : current.indentation
    while let candidate = above {
      if candidate.isBlank {
        above = line(before: candidate)
        continue
      }
      if candidate.indentation < depth {
        if opensTextBlock(candidate) { return true }
        // A line further out that opens no block ends the search only at the outermost level above the cursor.
        if candidate.indentation == 0 { return false }
        above = line(before: candidate)
        var outer = above
        while let next = outer, next.isBlank || next.indentation >= candidate.indentation {
          outer = line(before: next)
        }
        above = outer
        continue
      }
      above = line(before: candidate)
    }
    return false
  }

  func opensTextBlock(_ line: Line) -> Bool {
    var position = line.contentStart
    while position < line.end, bytes[position] == UInt8(ascii: "-"), position + 1 < line.end,
      isSpace(bytes[position + 1])
    {
      position += 2
      while position < line.end, isSpace(bytes[position]) { position += 1 }
    }
    if let colon = colon(from: position, to: line.end) {
      position = colon + 1
      while position < line.end, isSpace(bytes[position]) { position += 1 }
    }
    guard position < line.end, bytes[position] == UInt8(ascii: "|") || bytes[position] == UInt8(ascii: ">") else {
      return false
    }
    position += 1
    while position < line.end,
      [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) || (0x31...0x39).contains(bytes[position])
    {
      position += 1
    }
    while position < line.end, isSpace(bytes[position]) { position += 1 }
    return position == line.end || bytes[position] == UInt8(ascii: "#")
  }

  /// The colon that ends a key beginning at `start`.
  func colon(from start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    var position = start
    if bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") {
      position += 1
      while position < end, bytes[position] != bytes[start] { position += 1 }
    }
    while position < end {
      if bytes[position] == UInt8(ascii: "#"), position > start, isSpace(bytes[position - 1]) { return nil }
      if bytes[position] == UInt8(ascii: ":"), position + 1 >= end || isSpace(bytes[position + 1]) { return position }
      position += 1
    }
    return nil
  }

  private func keyText(_ start: Int, _ end: Int) -> String {
    var range = ByteRange(start, end)
    while range.end > range.start, isSpace(bytes[range.end - 1]) { range = ByteRange(range.start, range.end - 1) }
    if range.count >= 2, bytes[range.start] == bytes[range.end - 1],
      bytes[range.start] == UInt8(ascii: "\"") || bytes[range.start] == UInt8(ascii: "'")
    {
      range = ByteRange(range.start + 1, range.end - 1)
    }
    return snapshot.text[range]
  }

  // MARK: Block style

  private func blockContext(_ current: Line) -> CursorContext {
    // A cursor in the indentation counts as standing at its own column.
    let isInIndentation = offset <= current.contentStart
    var position = isInIndentation && current.isBlank ? offset : current.contentStart
    var column = position - current.start
    if isInIndentation, !current.isBlank, offset < current.contentStart { return none() }

    var result = CursorContext(role: .key, path: [], word: ByteRange(at: offset))
    var dashColumns: [Int] = []
    while position < current.end, bytes[position] == UInt8(ascii: "-"),
      position + 1 == current.end || isSpace(bytes[position + 1])
    {
      guard offset > position else { return none() }
      dashColumns.append(position - current.start)
      result.needsSpace = position + 1 == offset
      position += 1
      while position < current.end, isSpace(bytes[position]) { position += 1 }
      result.followsDash = true
      column = max(position, offset == current.end && position >= offset ? offset : position) - current.start
    }
    if result.followsDash, offset < position { return none() }

    let entryColumn = dashColumns.first ?? column
    guard entryColumn == 0 || fitsItsBlock(current, column: entryColumn, isItem: result.followsDash) else {
      return none()
    }
    let colon = colon(from: position, to: current.end)
    let outer = containerPath(of: current, column: dashColumns.first ?? column, dashes: dashColumns)
    if let colon, offset > colon {
      // Behind the colon: a value.
      result.role = .value
      result.path = outer + [.key(keyText(position, colon))]
      result.word = valueWord(from: colon + 1, to: current.end)
      result.needsSpace = offset == colon + 1
      result.endsLine = isBlankOrComment(result.word.end, current.end)
      result.quote = openQuote(result.word)
      return result
    }
    // In a key, or in the place of one: an item's text is looked at as a value by the caller.
    result.path = outer
    result.column = column
    let end = colon ?? valueWord(from: position, to: current.end).end
    result.word = ByteRange(min(position, offset), max(end, offset))
    result.hasColon = colon != nil
    result.endsLine = isBlankOrComment(result.word.end, current.end)
    result.siblings = siblings(of: current, column: column, followsDash: result.followsDash)
    result.quote = openQuote(result.word)
    return result
  }

  /// Whether an entry at a column of a line stands where the other entries of its block do, so that what is inserted
  /// there can be one of them.
  private func fitsItsBlock(_ current: Line, column: Int, isItem: Bool) -> Bool {
    func isContent(_ line: Line) -> Bool { !line.isBlank && bytes[line.contentStart] != UInt8(ascii: "#") }
    func isDash(_ line: Line) -> Bool {
      bytes[line.contentStart] == UInt8(ascii: "-")
        && (line.contentStart + 1 >= line.end || isSpace(bytes[line.contentStart + 1]))
    }
    // Upwards to the line that opens the block, remembering the block's first line.
    var first: Line?
    var opener: Line?
    var above = line(before: current)
    while let line = above {
      if isContent(line) {
        let opensItem = isItem && line.indentation == column && !isDash(line)
        if line.indentation < column || opensItem {
          opener = line
          break
        }
        first = line
      }
      above = self.line(before: line)
    }
    if let opener, isDash(opener), !isItem {
      // `- key: value`: the block's first entry stands behind the dash.
      var inner = opener.contentStart + 1
      while inner < opener.end, isSpace(bytes[inner]) { inner += 1 }
      if inner < opener.end, inner - opener.start >= column { return inner - opener.start == column }
    }
    if let first { return first.indentation == column }
    var below = line(after: current)
    while let line = below, !isContent(line) { below = self.line(after: line) }
    guard let next = below, next.indentation > (opener?.indentation ?? -1) else { return true }
    return next.indentation == column
  }

  private func openQuote(_ word: ByteRange) -> UInt8? {
    guard word.start < word.end, word.start < offset else { return nil }
    let byte = bytes[word.start]
    return byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") ? byte : nil
  }

  private func isBlankOrComment(_ start: Int, _ end: Int) -> Bool {
    var position = start
    while position < end, isSpace(bytes[position]) { position += 1 }
    return position >= end || bytes[position] == UInt8(ascii: "#")
  }

  /// The value around the cursor: from its first byte to its end, without blanks and a comment behind it.
  private func valueWord(from start: Int, to end: Int) -> ByteRange {
    var first = start
    while first < end, isSpace(bytes[first]), first < offset { first += 1 }
    var last = end
    var position = first
    while position < end {
      if bytes[position] == UInt8(ascii: "#"), position > start, isSpace(bytes[position - 1]) {
        last = position
        break
      }
      position += 1
    }
    while last > first, isSpace(bytes[last - 1]) { last -= 1 }
    return ByteRange(min(first, offset), max(last, offset))
  }

  /// The way to the map or list that a line's entry at `column` belongs to, by the indentation of the lines above.
  private func containerPath(of current: Line, column: Int, dashes: [Int]) -> [PathStep] {
    // From the inside out. Further dashes on the line are items of lists that begin on it.
    var steps = [PathStep](repeating: .item(0), count: max(0, dashes.count - 1))
    /// The column of the entry whose container is looked for.
    var bound = column
    /// Whether that entry is an item of a list, and how many items of the list came before it.
    var isItem = !dashes.isEmpty
    var itemIndex = 0
    func enter(key: PathStep) {
      if isItem { steps.append(.item(itemIndex)) }
      steps.append(key)
    }
    var above = line(before: current)
    while let candidate = above, bound > 0 || isItem {
      defer { above = line(before: candidate) }
      guard !candidate.isBlank, bytes[candidate.contentStart] != UInt8(ascii: "#") else { continue }
      let indentation = candidate.indentation
      var inner = candidate.contentStart
      let isDash =
        bytes[inner] == UInt8(ascii: "-") && (inner + 1 >= candidate.end || isSpace(bytes[inner + 1]))
      if isDash {
        inner += 1
        while inner < candidate.end, isSpace(bytes[inner]) { inner += 1 }
      }
      let innerColumn = inner - candidate.start
      let key = colon(from: inner, to: candidate.end).map { PathStep.key(keyText(inner, $0)) }
      if isItem, isDash, indentation == bound {
        itemIndex += 1
      } else if isDash, indentation < bound {
        if !isItem, innerColumn >= bound || inner == candidate.end {
          // `- first: …` begins the item whose map is looked for.
          isItem = true
        } else if let key, innerColumn < bound || (isItem && innerColumn == bound) {
          // `- key:` has the map or the list below it, and is itself the first key of an item.
          enter(key: key)
          isItem = true
        } else {
          continue
        }
        bound = indentation
        itemIndex = 0
      } else if !isDash, let key, indentation < bound || (isItem && indentation == bound) {
        enter(key: key)
        isItem = false
        bound = indentation
      }
    }
    if isItem { steps.append(.item(itemIndex)) }
    return steps.reversed()
  }

  /// The keys of the map that the cursor's entry belongs to, above and below it.
  private func siblings(of current: Line, column: Int, followsDash: Bool) -> Set<String> {
    var keys: Set<String> = []
    func collect(_ line: Line) -> Bool {
      guard !line.isBlank, bytes[line.contentStart] != UInt8(ascii: "#") else { return true }
      var start = line.contentStart
      var isFirst = false
      if bytes[start] == UInt8(ascii: "-"), start + 1 >= line.end || isSpace(bytes[start + 1]) {
        start += 1
        while start < line.end, isSpace(bytes[start]) { start += 1 }
        isFirst = true
      }
      let found = start - line.start
      if found == column, let colon = colon(from: start, to: line.end) {
        keys.insert(keyText(start, colon))
        // A dash begins the item: nothing above it belongs to this map.
        return !isFirst
      }
      if isFirst, line.indentation == column { return true }
      return found > column || (isFirst && line.indentation >= column)
    }
    if !followsDash {
      var above = line(before: current)
      while let line = above, collect(line) { above = self.line(before: line) }
    }
    var below = line(after: current)
    while let line = below {
      // The next item's dash ends the map.
      if !line.isBlank, line.indentation < column { break }
      guard collect(line) else { break }
      below = self.line(after: line)
    }
    return keys
  }

  // MARK: Flow style

  /// The context in brackets or braces that the tree knows of.
  private func flowContext() -> CursorContext? {
    guard var node = tree.node(at: offset) else { return nil }
    if tree[node].kind == .scalar || tree[node].kind == .alias {
      guard let parent = tree.parent(of: node) else { return nil }
      node = parent
    }
    guard tree[node].style == .flow, tree[node].range.start < offset, offset < tree[node].range.end else { return nil }
    var path: [PathStep] = []
    let chain = tree.ancestry(of: node)
    for (container, child) in zip(chain, chain.dropFirst()) {
      if tree[container].kind == .sequence {
        path.append(.item(tree.children(of: container).prefix { $0 != child }.count))
      } else if let pair = tree.pairs(of: container).first(where: { $0.value == child || $0.key == child }) {
        path.append(.key(tree.text(of: pair.key)))
      }
    }
    var result = CursorContext(role: .key, path: path, word: ByteRange(at: offset))
    result.isFlow = true
    // Back to the separator before the cursor.
    var start = offset
    while start > tree[node].range.start + 1,
      ![UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{")].contains(bytes[start - 1])
    {
      start -= 1
    }
    var end = offset
    while end < tree[node].range.end - 1,
      ![UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(bytes[end]), !isBreak(bytes[end])
    {
      end += 1
    }
    while start < offset, isSpace(bytes[start]) || isBreak(bytes[start]) { start += 1 }
    while end > offset, isSpace(bytes[end - 1]) { end -= 1 }
    if tree[node].kind == .sequence {
      result.role = .value
      result.path.append(.item(tree.children(of: node).prefix { Int(tree[$0].end) < offset }.count))
      result.word = ByteRange(start, end)
      result.quote = openQuote(result.word)
      return result
    }
    if let colon = colon(from: start, to: end), offset > colon {
      result.role = .value
      result.path.append(.key(keyText(start, colon)))
      result.needsSpace = offset == colon + 1
      var first = colon + 1
      while first < offset, isSpace(bytes[first]) { first += 1 }
      result.word = ByteRange(first, end)
      result.quote = openQuote(result.word)
      return result
    }
    let colon = colon(from: start, to: end)
    result.word = ByteRange(start, max(colon ?? end, offset))
    result.hasColon = colon != nil
    result.siblings = Set(
      tree.pairs(of: node).filter { !tree[$0.key].range.touches(offset) }.map { tree.text(of: $0.key) })
    result.quote = openQuote(result.word)
    return result
  }
}
