import DocumentTree
public import SourceText

/// What formatting makes of a document.
public struct Formatting: Sendable {
  /// The edits, apart from each other and in document order. They touch blanks, line breaks and quotes, nothing else.
  public var edits: [TextEdit]
  /// The text after them.
  public var text: SourceText
  /// What was left as it is.
  public var refusals: [Refusal]

  /// A stretch that was left as it is.
  public struct Refusal: Sendable, Hashable {
    /// The stretch, in the text before.
    public var range: ByteRange
    /// Why, for people.
    public var reason: String
  }
}

extension SyntaxTree {
  /// Formats the document, or some of its lines: two blanks of indentation per level, lists indented below their keys,
  /// one blank where one is needed and none where none is, one blank line at most, double quotes, a line break at the end.
  /// The style has no options, so that editors and checks agree.
  ///
  /// Texts are not wrapped, quotes are neither added nor removed, line breaks and a byte-order mark stay as they are, and
  /// nothing changes inside `|` and `>` texts but their indentation.
  ///
  /// Every edit is proved: the formatted text is read again, and its nodes, types, anchors and comments have to be those of
  /// this document, each comment at the same node. What can't be proved is left as it is, one top-level section at a
  /// time, and so are sections that are no YAML. Formatting twice is formatting once. O(n) for a well-formed document.
  ///
  /// - Parameter range: what is formatted: the lines that it touches, and no others. The whole document if nil.
  /// - Returns: the edits, and what was refused.
  public func formatted(in range: ByteRange? = nil) -> Formatting {
    let lines = range.map(wholeLines)
    if isWellFormed {
      switch layOut(lines: lines, isFirst: true, isLast: true) {
      case .success(let edits):
        if let formatting = proved(edits, refusals: []) { return formatting }
      case .failure(let refusal):
        // With one section there is nothing more to be had.
        if tree.root.map({ tree[$0].kind != .mapping }) ?? true {
          return Formatting(edits: [], text: text, refusals: [refusal])
        }
      }
    }
    return formattedBySection(lines)
  }

  /// Formats each top-level section by itself, as far as it is YAML.
  private func formattedBySection(_ lines: ByteRange?) -> Formatting {
    var edits: [TextEdit] = []
    var refusals: [Formatting.Refusal] = []
    let sections = sectionRanges(of: text)
    for (index, section) in sections.enumerated() {
      let local = lines.map { ByteRange($0.start - section.start, $0.end - section.start) }
      if let local, local.end <= 0 || local.start >= section.count { continue }
      let part = SyntaxTree(SourceText(Array(text.bytes[section.start..<section.end])))
      guard part.isWellFormed else {
        refusals.append(.init(range: section, reason: "this section is no YAML yet"))
        continue
      }
      switch part.layOut(lines: local, isFirst: false, isLast: index == sections.count - 1) {
      case .success(let found):
        if part.proved(found, refusals: []) != nil {
          edits += found.map { TextEdit($0.range.shifted(by: section.start), $0.replacement) }
        } else {
          refusals.append(.init(range: section, reason: unprovable))
        }
      case .failure(let refusal):
        refusals.append(.init(range: refusal.range.shifted(by: section.start), reason: refusal.reason))
      }
    }
    if sections.isEmpty, !isWellFormed {
      refusals.append(.init(range: ByteRange(0, text.count), reason: "this file is no YAML yet"))
    }
    return proved(edits, refusals: refusals)
      ?? Formatting(edits: [], text: text, refusals: [.init(range: ByteRange(0, text.count), reason: unprovable)])
  }

  private var unprovable: String { "formatting would change what this says" }

  /// The formatting that some edits make, if the text still says the same.
  private func proved(_ edits: [TextEdit], refusals: [Formatting.Refusal]) -> Formatting? {
    if edits.isEmpty { return Formatting(edits: [], text: text, refusals: refusals) }
    let (newText, dropped) = text.applying(edits)
    guard dropped.isEmpty, hasSameMeaning(as: SyntaxTree(newText)) else { return nil }
    return Formatting(edits: edits, text: newText, refusals: refusals)
  }

  /// Whether another document has the same nodes, and the same comments beside them, in the same order. How they are
  /// spaced and quoted does not matter. O(n).
  public func hasSameMeaning(as other: SyntaxTree) -> Bool {
    guard isWellFormed == other.isWellFormed, problems.count == other.problems.count,
      zip(problems, other.problems).allSatisfy({ $0.kind == $1.kind }), tree.hasSameMeaning(as: other.tree),
      comments.count == other.comments.count
    else { return false }
    var first = 0
    var second = 0
    for (a, b) in zip(comments, other.comments) {
      guard trimmed(a).elementsEqual(other.trimmed(b)) else { return false }
      while first < tree.nodes.count, tree.nodes[first].start < a.start { first += 1 }
      while second < other.tree.nodes.count, other.tree.nodes[second].start < b.start { second += 1 }
      guard first == second, beginsLine(a.start) == other.beginsLine(b.start) else { return false }
    }
    return true
  }

  /// A comment without the blanks at its end.
  private func trimmed(_ comment: ByteRange) -> ArraySlice<UInt8> {
    var end = Swift.min(comment.end, text.count)
    while end > comment.start, isSpace(text.bytes[end - 1]) { end -= 1 }
    return text.bytes[comment.start..<end]
  }

  /// The lines that a range touches, with their line breaks. A range that ends where a line begins does not touch it,
  /// unless it is empty.
  private func wholeLines(_ range: ByteRange) -> ByteRange {
    let range = range.clamped(to: text.count)
    return ByteRange(lineStart(range.start), nextLine(range.isEmpty ? range.end : range.end - 1))
  }

  /// The edits that lay the document out, not proved yet.
  private func layOut(lines: ByteRange?, isFirst: Bool, isLast: Bool) -> Result<[TextEdit], Formatting.Refusal> {
    let plan = ColumnPlan(self, lines: lines)
    switch formatTokens(of: self, plan) {
    case .failure(let refusal):
      return .failure(refusal)
    case .success(let tokens):
      var layout = LineLayout(self, plan, tokens, lines: lines, isFirst: isFirst, isLast: isLast)
      if let refusal = layout.run() { return .failure(refusal) }
      return .success(layout.edits.sorted { $0.range.start < $1.range.start })
    }
  }
}

extension Formatting.Refusal: Error {}
