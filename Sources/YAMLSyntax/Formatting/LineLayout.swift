import DocumentTree
import SourceText

/// Walks over the lines of a document and notes where blanks are too many or too few. O(n).
struct LineLayout {
  private let syntax: SyntaxTree
  private let plan: ColumnPlan
  private let tokens: [FormatToken]
  private let blocks: [TextBlock]
  private let lines: ByteRange
  private let isWhole: Bool
  private let isFirst: Bool
  private let isLast: Bool
  private let bytes: [UInt8]
  private let nodes: [Node]

  /// The edits, in no order.
  private(set) var edits: [TextEdit] = []
  private var refusal: Formatting.Refusal?

  // Where the walk is.
  private var nextToken = 0
  private var nextBlock = 0
  /// The token that goes on from the line above.
  private var pending: FormatToken?
  /// How many brackets are open, and the column of the lines between the outermost ones.
  private var flowDepth = 0
  private var flowColumn = 0
  /// The innermost block collection at the last token.
  private var current = -1
  /// The first of the blank lines just above, if there are any.
  private var blankStart: Int?
  private var hasContent = false
  private var endsInBlock: TextBlock?
  /// Comments on lines of their own that wait for the line below.
  private var waiting: [WaitingComment] = []
  private var trailing: [TrailingComment] = []
  /// How much longer the line has become, in characters.
  private var growth = 0

  private struct WaitingComment {
    var lineStart: Int
    var start: Int
    /// The innermost block collection above it.
    var block: Int
    var isAfterBlank: Bool
  }

  private struct TrailingComment {
    /// The blanks before it.
    var gap: ByteRange
    /// Its column in characters.
    var column: Int
    /// How far what stands before it has moved.
    var growth: Int
  }

  init(
    _ syntax: SyntaxTree, _ plan: ColumnPlan, _ tokens: FormatTokens, lines: ByteRange?, isFirst: Bool, isLast: Bool
  ) {
    self.syntax = syntax
    self.plan = plan
    self.tokens = tokens.tokens
    self.blocks = tokens.blocks
    self.lines = lines ?? ByteRange(0, syntax.text.count)
    isWhole = lines == nil
    self.isFirst = isFirst
    self.isLast = isLast
    bytes = syntax.text.bytes
    nodes = syntax.tree.nodes
  }

  /// Lays every line out.
  ///
  /// - Returns: why that is impossible, if it is.
  mutating func run() -> Formatting.Refusal? {
    var start = syntax.text.byteOrderMarkLength
    while start < bytes.count, refusal == nil {
      let end = syntax.lineEnd(start)
      let next = syntax.nextLine(start)
      layOut(start, end)
      guard next > start else { break }
      start = next
    }
    finish()
    return refusal
  }

  /// Whether a line is among those that are formatted.
  private func isWanted(_ lineStart: Int) -> Bool {
    isWhole || lines.start <= lineStart && (lineStart < lines.end || lines.isEmpty && lineStart == lines.start)
  }

  private mutating func replace(_ start: Int, _ end: Int, blanks: Int) {
    guard end - start != blanks || bytes[start..<end].contains(where: { $0 != 0x20 }) else { return }
    edits.append(TextEdit(ByteRange(start, end), String(repeating: " ", count: max(0, blanks))))
  }

  private mutating func refuse(_ offset: Int) {
    refusal = refusal ?? .init(range: ByteRange(at: offset), reason: "its lines could not be followed")
  }

  // MARK: Lines

  private mutating func layOut(_ start: Int, _ end: Int) {
    if nextBlock < blocks.count, start >= blocks[nextBlock].start {
      if start <= blocks[nextBlock].end, blocks[nextBlock].end > blocks[nextBlock].start {
        layOutText(start, end, blocks[nextBlock])
        return
      }
      nextBlock += 1
    }
    var content = start
    while content < end, syntax.isSpace(bytes[content]) { content += 1 }
    var contentEnd = end
    while contentEnd > content, syntax.isSpace(bytes[contentEnd - 1]) { contentEnd -= 1 }
    guard content < contentEnd else {
      if pending != nil {
        if isWanted(start) { replace(start, end, blanks: 0) }
      } else {
        blankStart = blankStart ?? start
      }
      return
    }
    let isAfterBlank = blankStart != nil
    endBlankLines(before: start)
    endsInBlock = nil
    hasContent = true
    growth = 0
    let isEdited = isWanted(start)
    if pending == nil, nextToken < tokens.count, tokens[nextToken].kind == .comment, flowDepth == 0 {
      waiting.append(WaitingComment(lineStart: start, start: content, block: current, isAfterBlank: isAfterBlank))
      nextToken += 1
    } else {
      guard let column = column(at: content) else {
        refuse(content)
        return
      }
      placeComments(
        old: content - start, new: column, isItem: pending == nil && tokens[nextToken].kind == .dash,
        isAfterBlank: isAfterBlank)
      if isEdited {
        replace(start, content, blanks: column)
        growth = column - (content - start)
      }
      layOutTokens(start, end, isEdited)
    }
    // In double quotes a blank behind a backslash is text.
    if isEdited, contentEnd < end, !(pending.map(isDoubleQuoted) ?? false) || bytes[contentEnd - 1] != 0x5C {
      replace(contentEnd, end, blanks: 0)
    }
  }

  private func isDoubleQuoted(_ token: FormatToken) -> Bool {
    token.node >= 0 && nodes[token.node].style == .doubleQuoted
  }

  /// A line of a `|` or `>` text: what goes beyond the indentation is text.
  private mutating func layOutText(_ start: Int, _ end: Int, _ block: TextBlock) {
    blankStart = nil
    hasContent = true
    endsInBlock = block
    guard isWanted(start) else { return }
    var content = start
    while content < end, content - start < block.indentation, bytes[content] == 0x20 { content += 1 }
    replace(start, content, blanks: content < end ? block.newIndentation : 0)
  }

  /// The column at which a line shall begin that begins with a token other than a comment in block style.
  private func column(at content: Int) -> Int? {
    if let pending {
      return flowDepth > 0 ? flowColumn + indentationWidth * (flowDepth - 1) : valueColumn(of: pending.node)
    }
    guard nextToken < tokens.count, tokens[nextToken].start == content else { return nil }
    let token = tokens[nextToken]
    if flowDepth > 0 {
      return flowColumn + indentationWidth * (flowDepth - (token.kind == .close ? 2 : 1))
    }
    switch token.kind {
    case .marker: return 0
    case .dash: return plan.new[token.node]
    case .scalar, .blockHeader, .alias, .anchor, .tag, .open:
      return blockStart(of: token).map { plan.new[$0] } ?? valueColumn(of: token.node)
    case .colon, .comma, .close, .comment: return nil
    }
  }

  private func valueColumn(of node: Int) -> Int {
    node >= 0 ? plan.innerColumn(of: plan.block[node]) : 0
  }

  /// The block collection whose entry a token begins.
  private func blockStart(of token: FormatToken) -> Int? {
    if token.kind == .dash { return token.node }
    guard token.node >= 0, nodes[token.node].flags.contains(.key) else { return nil }
    let parent = Int(nodes[token.node].parent)
    return parent >= 0 && nodes[parent].style == .block ? parent : nil
  }

  // MARK: Tokens

  private mutating func layOutTokens(_ start: Int, _ end: Int, _ isEdited: Bool) {
    var previous: FormatToken
    if let token = pending {
      previous = token
      if token.end > end { return }
      pending = nil
    } else {
      previous = tokens[nextToken]
      nextToken += 1
      pass(previous, end, isEdited, beginsLine: true)
    }
    while pending == nil, nextToken < tokens.count, tokens[nextToken].start < end {
      let token = tokens[nextToken]
      guard token.start >= previous.end else {
        refuse(token.start)
        return
      }
      let gap = ByteRange(previous.end, token.start)
      if isEdited {
        if token.kind == .comment {
          trailing.append(
            TrailingComment(gap: gap, column: characters(start, token.start), growth: growth))
        } else {
          let blanks = self.blanks(between: previous, and: token)
          replace(gap.start, gap.end, blanks: blanks)
          growth += blanks - gap.count
        }
      }
      nextToken += 1
      pass(token, end, isEdited, beginsLine: false)
      previous = token
    }
  }

  /// Takes note of a token.
  private mutating func pass(_ token: FormatToken, _ lineEnd: Int, _ isEdited: Bool, beginsLine: Bool) {
    switch token.kind {
    case .open:
      if flowDepth == 0 {
        let block = plan.block[token.node]
        // Below `key: [` two more than the key; below `- [` two more than what stands behind the dash.
        let isItem = block >= 0 && nodes[block].kind == .sequence
        flowColumn = plan.innerColumn(of: block) + (isItem || beginsLine || block < 0 ? indentationWidth : 0)
        current = block
      }
      flowDepth += 1
    case .close:
      flowDepth = max(0, flowDepth - 1)
    case .dash:
      current = token.node
    case .scalar, .blockHeader, .alias:
      current = plan.block[token.node]
      if token.end > lineEnd {
        pending = token
      } else if token.kind == .scalar, isEdited {
        requote(token)
      }
    case .colon, .comma, .anchor, .tag, .comment, .marker:
      break
    }
  }

  /// Single quotes become double ones where nothing has to be escaped for it.
  private mutating func requote(_ token: FormatToken) {
    guard nodes[token.node].style == .singleQuoted,
      !bytes[token.start..<token.end].contains(where: { $0 == UInt8(ascii: "\"") || $0 == 0x5C })
    else { return }
    let text = syntax.tree.text(of: NodeID(token.node))
    let written = ScalarWriting.doubleQuoted(text)
    guard !written.contains("\\") else { return }
    growth += written.unicodeScalars.count - characters(token.start, token.end)
    edits.append(TextEdit(ByteRange(token.start, token.end), written))
  }

  /// How many blanks stand between two tokens on a line.
  private func blanks(between previous: FormatToken, and next: FormatToken) -> Int {
    switch (previous.kind, next.kind) {
    case (.dash, _):
      // What begins a collection behind the dash stands where the rest of it stands.
      guard let block = blockStart(of: next) else { return 1 }
      return max(1, plan.new[block] - plan.new[previous.node] - 1)
    case (.alias, .colon), (.anchor, _), (.tag, _), (.colon, _):
      // `*a:` would be another name, `!t,` another tag, and `a:,` a text.
      return 1
    case (_, .colon), (_, .comma), (_, .close), (.open, _):
      return 0
    default:
      return 1
    }
  }

  /// The number of Unicode scalars in a stretch.
  private func characters(_ start: Int, _ end: Int) -> Int {
    bytes[start..<end].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }

  // MARK: Comments

  /// Places the comments above a line.
  ///
  /// - Parameters:
  ///   - old: the line's column as written.
  ///   - new: the column that it gets.
  ///   - isItem: whether it begins with an item's dash.
  ///   - isAfterBlank: whether a blank line stands above it.
  private mutating func placeComments(old: Int, new: Int, isItem: Bool, isAfterBlank: Bool) {
    // What a blank line parts from the text above, and nothing from the line below, is the line's if its end is.
    var owned = waiting.count
    if !isAfterBlank, let last = waiting.last, last.start - last.lineStart <= old {
      owned = waiting.lastIndex { $0.isAfterBlank } ?? owned
    }
    var limit = Int.max
    for (index, comment) in waiting.enumerated() {
      let written = comment.start - comment.lineStart
      var column = new
      if written > old, index < owned {
        // Further in than the line below: it belongs to a collection that ends here.
        var block = comment.block
        while block >= 0, plan.old[block] > written { block = plan.block[block] }
        // A list may stand at its key's column, and what is further in than that is the list's.
        let isList = block >= 0 && plan.old[block] == old && nodes[block].kind == .sequence && !isItem
        if block >= 0, plan.old[block] > old || isList { column = plan.new[block] }
      }
      // A collection that a comment has left is over.
      limit = min(limit, max(column, new))
      if isWanted(comment.lineStart) { replace(comment.lineStart, comment.start, blanks: min(column, limit)) }
    }
    waiting.removeAll(keepingCapacity: true)
  }

  /// Places the comments behind something. Those that stood in one column do so again.
  private mutating func placeTrailingComments() {
    var columns: [Int: [TrailingComment]] = [:]
    for comment in trailing { columns[comment.column, default: []].append(comment) }
    for group in columns.values {
      let isMoved = group.contains { $0.growth != group[0].growth }
      for comment in group {
        var blanks = bytes[comment.gap.start..<comment.gap.end].contains(0x09) ? 1 : comment.gap.count
        if group.count > 1, isMoved { blanks = comment.gap.count - comment.growth }
        replace(comment.gap.start, comment.gap.end, blanks: max(1, blanks))
      }
    }
  }

  // MARK: Blank lines and the end

  /// Leaves one blank line at most above a line.
  private mutating func endBlankLines(before start: Int) {
    guard let first = blankStart else { return }
    blankStart = nil
    let all = blankLines(from: first, before: start)
    let wanted = all.filter(isWanted)
    // One that may not be touched is enough.
    let isKept = (hasContent || !isFirst) && wanted.count == all.count
    for (index, line) in wanted.enumerated() {
      if index == 0, isKept {
        replace(line, syntax.lineEnd(line), blanks: 0)
      } else {
        edits.append(.delete(ByteRange(line, syntax.nextLine(line))))
      }
    }
  }

  private func blankLines(from first: Int, before end: Int) -> [Int] {
    var result: [Int] = []
    var line = first
    while line < end, line < bytes.count {
      result.append(line)
      line = syntax.nextLine(line)
    }
    return result
  }

  private mutating func finish() {
    guard refusal == nil else { return }
    guard nextToken == tokens.count else {
      refuse(bytes.count)
      return
    }
    placeComments(old: 0, new: 0, isItem: false, isAfterBlank: false)
    placeTrailingComments()
    if let first = blankStart {
      let isKept = !isLast && hasContent
      if isKept {
        endBlankLines(before: bytes.count)
      } else {
        for line in blankLines(from: first, before: bytes.count) where isWanted(line) {
          edits.append(.delete(ByteRange(line, syntax.nextLine(line))))
        }
      }
    } else if isLast, hasContent, let last = bytes.last, !syntax.isBreak(last), isWanted(syntax.lineStart(bytes.count)),
      endsInBlock?.isStripped ?? true
    {
      // A text block that is not stripped would gain the line break.
      edits.append(.insert(syntax.lineBreak, at: bytes.count))
    }
  }
}
