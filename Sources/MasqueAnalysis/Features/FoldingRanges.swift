import DocumentTree
public import SourceText
import YAMLSyntax

/// Lines that can be hidden behind their first one.
public struct FoldingRange: Sendable, Hashable {
  /// From a byte of the line that stays to a byte of the last line that goes; always on different lines.
  public var range: ByteRange
  /// Whether the lines are comments.
  public var isComment: Bool

  /// Lines; see the properties.
  public init(range: ByteRange, isComment: Bool = false) {
    self.range = range
    self.isComment = isComment
  }
}

/// What can be folded: values of several lines behind their keys, items behind their first line, and comments that
/// follow each other. O(n).
///
/// - Parameter snapshot: the masque.
/// - Returns: the folds, by their starts; no two begin on one line.
public func foldingRanges(in snapshot: Snapshot) -> [FoldingRange] {
  let tree = snapshot.syntax.tree
  let bytes = tree.source
  func hasBreak(_ range: ByteRange) -> Bool { bytes[range.start..<range.end].contains(where: isBreak) }
  var result: [FoldingRange] = []
  func add(_ range: ByteRange, isComment: Bool = false) {
    guard range.start >= 0, range.end <= bytes.count, hasBreak(range) else { return }
    result.append(FoldingRange(range: range, isComment: isComment))
  }

  for index in tree.nodes.indices {
    let id = NodeID(index)
    switch tree[id].kind {
    case .mapping:
      for (key, value) in tree.pairs(of: id) { add(ByteRange(tree[key].range.start, foldEnd(of: value, in: tree))) }
    case .sequence:
      for item in tree.children(of: id) { add(ByteRange(tree[item].range.start, foldEnd(of: item, in: tree))) }
    case .scalar, .alias:
      continue
    }
  }
  addComments(of: snapshot.syntax, to: &result)
  result.sort { ($0.range.start, -$0.range.end) < ($1.range.start, -$1.range.end) }
  // Of those that begin on one line the largest stays.
  var lastStart: Int?
  return result.filter { fold in
    if let lastStart, !hasBreak(ByteRange(lastStart, fold.range.start)) { return false }
    lastStart = fold.range.start
    return true
  }
}

private func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// The end of the last line of a value that goes when it is folded.
private func foldEnd(of id: NodeID, in tree: DocumentTree) -> Int {
  let range = tree[id].range
  var end = range.end
  if tree[id].style == .flow, end > range.start {
    // A closing bracket on a line of its own stays.
    var start = end - 1
    while start > range.start, isBlank(tree.byte(at: start - 1)) { start -= 1 }
    if start > range.start, isBreak(tree.byte(at: start - 1)) { end = start }
  }
  while end > range.start, isBreak(tree.byte(at: end - 1)) || isBlank(tree.byte(at: end - 1)) { end -= 1 }
  return end
}

/// Comments on lines of their own, with nothing but one line break between them.
private func addComments(of syntax: SyntaxTree, to result: inout [FoldingRange]) {
  let bytes = syntax.tree.source
  var run: ByteRange?
  func isAlone(_ comment: ByteRange) -> Bool {
    var start = comment.start
    while start > 0, isBlank(bytes[start - 1]) { start -= 1 }
    return start == syntax.text.byteOrderMarkLength || start > 0 && isBreak(bytes[start - 1])
  }
  func follows(_ comment: ByteRange, _ end: Int) -> Bool {
    let between = bytes[end..<comment.start]
    let breaks = between.filter(isBreak)
    return between.allSatisfy { isBreak($0) || isBlank($0) } && (breaks.count == 1 || breaks == [0x0D, 0x0A])
  }
  func close() {
    if let run, bytes[run.start..<run.end].contains(where: isBreak) {
      result.append(FoldingRange(range: run, isComment: true))
    }
    run = nil
  }
  for comment in syntax.comments where isAlone(comment) {
    if let current = run, follows(comment, current.end) {
      run = ByteRange(current.start, comment.end)
    } else {
      close()
      run = comment
    }
  }
  close()
}
