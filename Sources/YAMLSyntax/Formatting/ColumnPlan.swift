import DocumentTree
import SourceText

/// The width of a level.
let indentationWidth = 2

/// Where the entries of each block collection stand, and where they shall stand.
struct ColumnPlan {
  /// The column of a block collection's entries as written; 0 for other nodes.
  private(set) var old: [Int]
  /// The column at which they shall stand.
  private(set) var new: [Int]
  /// The innermost block collection around each node, not the node itself; -1 where there is none.
  private(set) var block: [Int]

  /// Plans the columns: two more for each level. A collection that does not lie wholly in the lines that are formatted
  /// keeps its place, and so does everything around it. O(nodes).
  init(_ syntax: SyntaxTree, lines: ByteRange?) {
    let nodes = syntax.tree.nodes
    old = [Int](repeating: 0, count: nodes.count)
    new = old
    block = [Int](repeating: -1, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      let parent = Int(node.parent)
      if parent >= 0, parent < index { block[index] = nodes[parent].style == .block ? parent : block[parent] }
      guard node.style == .block else { continue }
      let lineStart = syntax.lineStart(Int(node.start))
      old[index] = Int(node.start) - lineStart
      let isFree = lines.map { $0.start <= lineStart && Int(node.end) <= $0.end } ?? true
      new[index] = isFree ? innerColumn(of: block[index]) : old[index]
    }
  }

  /// The column of what a block collection holds, if that stands on a line of its own.
  func innerColumn(of collection: Int) -> Int {
    collection >= 0 && collection < new.count ? new[collection] + indentationWidth : 0
  }
}
