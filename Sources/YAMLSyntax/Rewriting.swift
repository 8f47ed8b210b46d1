public import DocumentTree
public import SourceText

/// Other ways to write a node. Each is proved: the document is read with it, and says the same.
extension SyntaxTree {
  /// Writes a text in another style: in double quotes, plain, as a `|` or as a `>` block.
  ///
  /// - Parameters:
  ///   - node: a scalar that is a text and no key.
  ///   - style: the style; none but `plain`, `doubleQuoted`, `literal` and `folded` are written.
  ///   - width: the column at which lines of a `>` block end at the latest, if their words are short enough.
  /// - Returns: the edit; nil if the text has the style already, or can't have it.
  public func rewriting(_ node: NodeID, as style: NodeStyle, width: Int = 100) -> TextEdit? {
    let scalar = tree[node]
    guard scalar.kind == .scalar, scalar.type == .string, scalar.style != style,
      scalar.flags.isDisjoint(with: [.absent, .repaired, .key]), isWellFormed
    else { return nil }
    let value = tree.text(of: node)
    let written: String?
    switch style {
    case .plain:
      written = ScalarWriting.isSafePlain(value, inFlow: isInFlow(node)) ? value : nil
    case .doubleQuoted:
      written = ScalarWriting.doubleQuoted(value)
    case .literal, .folded:
      // In brackets there are no blocks, and a block wants to stand behind a key or a dash.
      guard let parent = tree.parent(of: node), tree[parent].style == .block else { return nil }
      let indent = column(of: tree[parent].range.start) + 2
      written = block(value, style, indent: indent, width: width)
    default:
      written = nil
    }
    guard let written else { return nil }
    return proved(TextEdit(extent(of: node), written))
  }

  /// Writes a list or a map in brackets, on one line, or one entry per line.
  ///
  /// - Parameters:
  ///   - node: a list or map without comments inside, whose entries are scalars or aliases on one line each.
  ///   - style: `flow` or `block`.
  /// - Returns: the edit; nil if it has the style already, or can't have it.
  public func rewriting(collection node: NodeID, as style: NodeStyle) -> TextEdit? {
    let collection = tree[node]
    let range = collection.range
    let children = Array(tree.children(of: node))
    guard collection.kind == .sequence || collection.kind == .mapping, collection.style != style, !children.isEmpty,
      style == .flow || style == .block, !collection.flags.contains(.key), isWellFormed,
      !comments.contains(where: { range.overlaps($0) }), let parent = tree.parent(of: node),
      tree[parent].style == .block,
      children.allSatisfy({ tree[$0].subtree == 1 && tree.fullRange(of: $0).count == tree[$0].range.count })
    else { return nil }
    let entries = children.map { child -> String? in
      let written = text[tree[child].range]
      return written.contains(where: \.isNewline) ? nil : written
    }
    guard !entries.contains(where: { $0 == nil }) else { return nil }
    var lines: [String] = []
    if collection.kind == .sequence {
      lines = entries.compactMap { $0 }
    } else {
      for index in stride(from: 0, to: entries.count - 1, by: 2) {
        guard let key = entries[index], let value = entries[index + 1] else { return nil }
        lines.append(value.isEmpty ? "\(key):" : "\(key): \(value)")
      }
    }
    if style == .flow {
      let plain = zip(children, children.map { tree[$0] }).filter { $1.style == .plain && $1.kind == .scalar }
      guard plain.allSatisfy({ isSafeInFlow($0.0) }) else { return nil }
      let inner = lines.joined(separator: ", ")
      let written = collection.kind == .sequence ? "[\(inner)]" : "{\(inner)}"
      // On the line of the key, or behind the dash.
      guard let start = behindIndicator(range.start) else { return nil }
      return proved(TextEdit(ByteRange(start, range.end), " " + written))
    }
    // A block can't begin on the line of a key, and an anchor stays there.
    guard tree.properties(of: node) == nil, let start = behindIndicator(range.start) else { return nil }
    let indent = String(repeating: " ", count: column(of: tree[parent].range.start) + 2)
    let dash = collection.kind == .sequence ? "- " : ""
    let body = lines.map { indent + dash + $0 }.joined(separator: lineBreak)
    if tree[parent].kind == .sequence {
      return proved(TextEdit(ByteRange(start, range.end), " " + body.dropFirst(indent.count)))
    }
    return proved(TextEdit(ByteRange(start, range.end), lineBreak + body))
  }

  /// Whether a plain scalar may stand in brackets as it is.
  private func isSafeInFlow(_ node: NodeID) -> Bool {
    tree[node].flags.contains(.absent)
      || !text.bytes[tree[node].range.start..<tree[node].range.end].contains {
        [UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}")].contains($0)
      }
  }

  /// The end of the colon or dash before a node, if only blanks and line breaks stand between.
  private func behindIndicator(_ start: Int) -> Int? {
    var position = start
    while position > 0, isSpace(text.bytes[position - 1]) || isBreak(text.bytes[position - 1]) { position -= 1 }
    guard position > 0, [UInt8(ascii: ":"), UInt8(ascii: "-")].contains(text.bytes[position - 1]) else { return nil }
    return position
  }

  /// A scalar's bytes; of a block, without the line breaks behind it.
  private func extent(of node: NodeID) -> ByteRange {
    let scalar = tree[node]
    guard scalar.style == .literal || scalar.style == .folded else { return scalar.range }
    return ByteRange(scalar.range.start, max(scalar.range.end, scalar.range.start + 1))
  }

  private func proved(_ edit: TextEdit) -> TextEdit? {
    let (newText, dropped) = text.applying([edit])
    guard dropped.isEmpty, hasSameMeaning(as: replacing(edit, newText: newText)) else { return nil }
    return edit
  }

  // MARK: Blocks

  /// A text as a block, or nil if it has what a block can't say.
  private func block(_ value: String, _ style: NodeStyle, indent: Int, width: Int) -> String? {
    guard value.unicodeScalars.contains(where: { $0 != " " && $0 != "\n" && $0 != "\t" }), value.first != " ",
      value.first != "\n", value.first != "\t",
      !value.unicodeScalars.contains(where: {
        $0.value < 0x20 && $0 != "\n" && $0 != "\t" || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028
          || $0.value == 0x2029 || $0.value == 0xFEFF
      })
    else { return nil }
    // A blank line behind a block would have to be counted: one line break or none.
    guard !value.hasSuffix("\n\n") else { return nil }
    let isOpen = !value.hasSuffix("\n")
    let lines = (isOpen ? value[...] : value.dropLast()).split(separator: "\n", omittingEmptySubsequences: false)
    let margin = String(repeating: " ", count: indent)
    var body: [String] = []
    for (index, line) in lines.enumerated() {
      if style == .literal {
        body.append(line.isEmpty ? "" : margin + line)
        continue
      }
      // Lines further in are not folded, and their line breaks count otherwise.
      if line.first == " " || line.first == "\t" { return nil }
      if index > 0 { body.append("") }
      if line.isEmpty {
        continue
      }
      body += wrapped(line, at: max(20, width - indent)).map { margin + $0 }
    }
    return (style == .literal ? "|" : ">") + (isOpen ? "-" : "") + lineBreak + body.joined(separator: lineBreak)
  }

  /// A line in pieces that are joined by one blank each.
  private func wrapped(_ line: Substring, at width: Int) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var count = 0
    // Runs of blanks stay inside a piece: only a single one can become a line break.
    for word in words(of: line) {
      let length = word.unicodeScalars.count
      if !piece.isEmpty, count + 1 + length > width {
        pieces.append(piece)
        piece = word
        count = length
      } else {
        count += length + (piece.isEmpty ? 0 : 1)
        piece += piece.isEmpty ? word : " " + word
      }
    }
    return pieces + [piece]
  }

  private func words(of line: Substring) -> [String] {
    var result: [String] = []
    var word = ""
    let scalars = Array(line.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let isSingle =
        scalar == " " && index > 0 && index + 1 < scalars.count && ![" ", "\t"].contains(scalars[index - 1])
        && ![" ", "\t"].contains(scalars[index + 1])
      if isSingle {
        result.append(word)
        word = ""
      } else {
        word.unicodeScalars.append(scalar)
      }
    }
    return result + [word]
  }
}
