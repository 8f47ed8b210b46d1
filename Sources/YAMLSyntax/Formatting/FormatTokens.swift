import DocumentTree
import SourceText

/// What stands between two blanks, as far as its place matters.
struct FormatToken {
  enum Kind: UInt8 {
    /// The `-` of an item.
    case dash
    case colon
    case comma
    /// `[` or `{`
    case open
    /// `]` or `}`
    case close
    /// A scalar in quotes or without.
    case scalar
    /// The `|` or `>` of a text block, with its indicators.
    case blockHeader
    case alias
    case anchor
    case tag
    case comment
    /// `---` or `...`
    case marker
  }

  var kind: Kind
  var start: Int
  var end: Int
  /// The node that it belongs to: for a dash the sequence. -1 for punctuation.
  var node: Int
}

/// The lines of a `|` or `>` text.
struct TextBlock {
  /// The first byte of the line below the header.
  var start: Int
  /// The end of the last line that says something, without its line break; `start` if there is none.
  var end: Int
  /// The indentation as written.
  var indentation: Int
  /// The indentation that it shall have.
  var newIndentation: Int
  /// Whether line breaks at its end are dropped (`-`).
  var isStripped: Bool
}

/// A document's tokens and text blocks, both in document order.
struct FormatTokens {
  var tokens: [FormatToken] = []
  var blocks: [TextBlock] = []
}

/// Takes a well-formed document apart. O(n).
///
/// - Parameters:
///   - syntax: the document.
///   - plan: the columns of its collections.
/// - Returns: its tokens, or what in it can't be formatted.
func formatTokens(of syntax: SyntaxTree, _ plan: ColumnPlan) -> Result<FormatTokens, Formatting.Refusal> {
  var scanner = TokenScanner(syntax, plan)
  scanner.run()
  if let refusal = scanner.refusal { return .failure(refusal) }
  return .success(scanner.result)
}

private struct TokenScanner {
  let syntax: SyntaxTree
  let plan: ColumnPlan
  let bytes: [UInt8]
  var position: Int
  var result = FormatTokens()
  var refusal: Formatting.Refusal?
  /// The sequences whose items the dashes are, in document order.
  private var dashOwners: [Int] = []
  private var nextDash = 0
  private var nextComment = 0
  private var flowDepth = 0

  init(_ syntax: SyntaxTree, _ plan: ColumnPlan) {
    self.syntax = syntax
    self.plan = plan
    bytes = syntax.text.bytes
    position = syntax.text.byteOrderMarkLength
    result.tokens.reserveCapacity(syntax.tree.nodes.count * 2 + syntax.comments.count)
  }

  mutating func run() {
    let tree = syntax.tree
    // A node's dash comes before those of its children, as nodes do.
    for node in tree.nodes where node.parent >= 0 {
      let parent = tree.nodes[Int(node.parent)]
      if parent.kind == .sequence, parent.style == .block { dashOwners.append(Int(node.parent)) }
    }
    var nextProperties = 0
    for index in tree.nodes.indices {
      while nextProperties < tree.properties.count, Int(tree.properties[nextProperties].node.index) == index {
        add(tree.properties[nextProperties], of: index)
        nextProperties += 1
      }
      if refusal != nil { return }
      add(tree.nodes[index], index)
    }
    fill(to: bytes.count)
    if refusal == nil, nextDash != dashOwners.count { refuse(at: position, "its lists could not be followed") }
  }

  private mutating func add(_ properties: NodeProperties, of index: Int) {
    var found: [(FormatToken.Kind, ByteRange)] = []
    if let anchor = properties.anchor { found.append((.anchor, ByteRange(anchor.start - 1, anchor.end))) }
    if let tag = properties.tag { found.append((.tag, tag)) }
    for (kind, range) in found.sorted(by: { $0.1.start < $1.1.start }) { add(kind, range.start, range.end, index) }
  }

  private mutating func add(_ node: Node, _ index: Int) {
    let start = Int(node.start)
    switch node.kind {
    case .alias:
      add(.alias, start, Int(node.end), index)
    case .sequence, .mapping:
      // `[a: b]` has a map without braces.
      let byte = start < bytes.count ? bytes[start] : 0
      guard node.style == .flow, byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{"), start >= position else {
        return
      }
      if node.kind == .mapping, byte == UInt8(ascii: "[") { return }
      add(.open, start, start + 1, index)
      flowDepth += 1
    case .scalar where node.flags.contains(.absent):
      break
    case .scalar where node.style == .literal || node.style == .folded:
      addBlock(node, index)
    case .scalar:
      add(.scalar, start, Int(node.end), index)
    }
  }

  private mutating func add(_ kind: FormatToken.Kind, _ start: Int, _ end: Int, _ node: Int) {
    fill(to: start)
    guard refusal == nil else { return }
    guard start >= position, end > start, end <= bytes.count else {
      refuse(at: position, "its parts could not be told apart")
      return
    }
    result.tokens.append(FormatToken(kind: kind, start: start, end: end, node: node))
    position = end
  }

  private mutating func refuse(at offset: Int, _ reason: String) {
    guard refusal == nil else { return }
    refusal = .init(range: ByteRange(offset, min(offset + 1, bytes.count)), reason: reason)
  }

  /// Adds what stands before an offset: punctuation and comments.
  private mutating func fill(to end: Int) {
    let comments = syntax.comments
    while refusal == nil, position < end {
      while nextComment < comments.count, comments[nextComment].start < position { nextComment += 1 }
      if nextComment < comments.count, comments[nextComment].start == position {
        var commentEnd = min(comments[nextComment].end, bytes.count)
        while commentEnd > position + 1, syntax.isSpace(bytes[commentEnd - 1]) { commentEnd -= 1 }
        result.tokens.append(FormatToken(kind: .comment, start: position, end: commentEnd, node: -1))
        position = comments[nextComment].end
        continue
      }
      let byte = bytes[position]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D:
        position += 1
      case UInt8(ascii: ":"):
        punctuate(.colon)
      case UInt8(ascii: ","):
        punctuate(.comma)
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        flowDepth -= 1
        punctuate(.close)
      case UInt8(ascii: "-"), UInt8(ascii: "."):
        addDashOrMarker(byte)
      case UInt8(ascii: "?"):
        refuse(at: position, "keys behind a `?` are left as they are")
      case UInt8(ascii: "%"):
        refuse(at: position, "files with directives are left as they are")
      default:
        refuse(at: position, "its parts could not be told apart")
      }
    }
  }

  private mutating func punctuate(_ kind: FormatToken.Kind) {
    result.tokens.append(FormatToken(kind: kind, start: position, end: position + 1, node: -1))
    position += 1
  }

  private mutating func addDashOrMarker(_ byte: UInt8) {
    let line = ByteRange(position, syntax.lineEnd(position))
    if position == syntax.lineStart(position), isDocumentMarker(bytes, line) {
      result.tokens.append(FormatToken(kind: .marker, start: position, end: position + 3, node: -1))
      position += 3
    } else if byte == UInt8(ascii: "-"), flowDepth == 0, nextDash < dashOwners.count {
      result.tokens.append(
        FormatToken(kind: .dash, start: position, end: position + 1, node: dashOwners[nextDash]))
      nextDash += 1
      position += 1
    } else {
      refuse(at: position, "its lists could not be followed")
    }
  }

  // MARK: Text blocks

  private mutating func addBlock(_ node: Node, _ index: Int) {
    let start = Int(node.start)
    var end = start + 1
    var width: Int?
    var keepsEnd = false
    var isStripped = false
    header: while end < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "+"): keepsEnd = true
      case UInt8(ascii: "-"): isStripped = true
      case UInt8(ascii: "1")...UInt8(ascii: "9"): width = Int(bytes[end] - 0x30)
      default: break header
      }
      end += 1
    }
    add(.blockHeader, start, end, index)
    guard refusal == nil else { return }
    let parent = plan.block[index]
    guard parent >= 0 else {
      refuse(at: start, "a text block that is the whole file is left as it is")
      return
    }
    fill(to: syntax.lineEnd(end))
    let body = syntax.nextLine(syntax.lineEnd(end))
    var block = TextBlock(
      start: body, end: body, indentation: width.map { plan.old[parent] + $0 } ?? 0,
      newIndentation: width.map { plan.new[parent] + $0 } ?? plan.innerColumn(of: parent), isStripped: isStripped)
    if width == nil {
      // The first line that is not blank has the indentation.
      var line = body
      while line < bytes.count {
        let content = contentStart(line)
        if content < bytes.count, !syntax.isBreak(bytes[content]) {
          block.indentation = content - line
          break
        }
        line = syntax.nextLine(line)
      }
      // What stands no further in than the collection around it is no text.
      if block.indentation <= plan.old[parent] { block.indentation = 0 }
    }
    if block.indentation == 0 {
      // No text at all. Blank lines count where they are kept.
      if keepsEnd { refuse(at: start, "a text block of blank lines is left as it is") }
      return
    }
    var line = body
    while line < bytes.count {
      let content = contentStart(line)
      let end = syntax.lineEnd(line)
      if content < end || content - line > block.indentation {
        guard content - line >= block.indentation else { break }
        block.end = end
      } else if keepsEnd {
        block.end = end
      }
      let next = syntax.nextLine(line)
      guard next > line else { break }
      line = next
    }
    position = max(position, block.end)
    result.blocks.append(block)
  }

  /// The first byte that is no blank; tabs do not indent text.
  private func contentStart(_ line: Int) -> Int {
    var position = line
    while position < bytes.count, bytes[position] == 0x20 { position += 1 }
    return position
  }
}
