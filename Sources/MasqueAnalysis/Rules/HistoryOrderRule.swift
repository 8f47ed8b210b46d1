import DocumentTree
import MasqueModel
import SourceText
import YAMLSyntax

enum HistoryOrderRule: Rule {
  static let description = RuleDescription(
    "history-order", .hint, fix: .safe,
    summary: "Evaluations are not in the order of their dates.",
    reason: """
      The history is read as a track record, the oldest evaluation first. Dates are compared as moments, whatever offset
      each is written with. The fix changes places and nothing else.
      """,
    bad: """
      performance:
        history:
          - date: "2026-03-01T09:00:00Z"
            score: "+"
          - date: "2026-01-01T09:00:00Z"
            score: "+"
      """,
    good: """
      performance:
        history:
          - date: "2026-01-01T09:00:00Z"
            score: "+"
          - date: "2026-03-01T09:00:00Z"
            score: "+"
      """)

  static func check(_ context: inout RuleContext) {
    if context.latestPlainEvaluation != nil { return }
    let history = context.evaluations
    guard history.count > 1,
      let late = history.indices.dropFirst().first(where: { history[$0].moment < history[$0 - 1].moment })
    else { return }
    let tree = context.tree
    context.report(
      self, tree[history[late].date].range,
      "\(context.quote(history[late].date)) stands behind a later date: put the oldest evaluation first",
      related: [RelatedPlace(range: tree[history[late - 1].date].range, message: "the later date is here")],
      fixes: fix(history, context).map { [$0] } ?? [])
  }

  private static func fix(_ history: [Evaluation], _ context: RuleContext) -> Fix? {
    let tree = context.tree
    let text = context.snapshot.text
    guard let sequence = tree.parent(of: history[0].item), tree[sequence].kind == .sequence else { return nil }
    // An item is moved as it is written, so all must be written alike: in one column, and none bound to its place.
    let ranges = history.map { itemRange($0.item, context) }
    let isFlow = tree[sequence].style == .flow
    let column = context.syntax.column(of: ranges[0].start)
    guard ranges.allSatisfy({ isFlow || context.syntax.column(of: $0.start) == column }),
      !history.contains(where: { tree[$0.item].kind != .mapping }), !refersOrIsReferredTo(sequence, tree)
    else { return nil }
    let order = history.indices.sorted { (history[$0].moment, $0) < (history[$1].moment, $1) }
    let edits = order.enumerated().compactMap { place, item in
      place == item ? nil : TextEdit(ranges[place], text[ranges[item]])
    }
    // A comment beside an item would stay while the item moves.
    let area = ByteRange(ranges[0].start, (ranges.last ?? ranges[0]).end)
    let isAccompanied = context.syntax.comments.contains { comment in
      area.encloses(comment) && !ranges.contains { $0.encloses(comment) }
    }
    return Fix("Put the evaluations in order", edits, isAccompanied ? .unsafe : .safe)
  }

  /// An item without the line breaks behind it, which a `|` block has.
  private static func itemRange(_ item: NodeID, _ context: RuleContext) -> ByteRange {
    let range = context.tree.fullRange(of: item)
    var end = range.end
    while end > range.start, context.tree.byte(at: end - 1) <= 0x20 { end -= 1 }
    return ByteRange(range.start, end)
  }

  private static func refersOrIsReferredTo(_ sequence: NodeID, _ tree: DocumentTree) -> Bool {
    let first = Int(sequence.index)
    let end = min(first + Int(tree[sequence].subtree), tree.nodes.count)
    return tree.nodes[first..<end].contains { $0.kind == .alias || $0.flags.contains(.properties) }
  }
}

/// An entry of `performance.history` whose date can be read.
struct Evaluation {
  var item: NodeID
  var date: NodeID
  var score: NodeID?
  var moment: Timestamp
}

extension RuleContext {
  /// The last entry of the history where it is certainly the latest: all dates are written alike, in UTC, and in order.
  /// Most histories are; then no date has to be read.
  var latestPlainEvaluation: NodeID? {
    guard let history = tree.member("history", of: sections.performance), tree[history].kind == .sequence else {
      return nil
    }
    var last: (entry: NodeID, date: NodeID)?
    for item in tree.children(of: history) {
      guard let entry = tree.resolved(item), let date = tree.member("date", of: entry), tree.isText(date) else {
        return nil
      }
      let isInOrder = tree.withText(of: date) { text in
        guard text.count == 20, text[19] == UInt8(ascii: "Z"), text[10] == UInt8(ascii: "T") else { return false }
        guard let last else { return true }
        return tree.withText(of: last.date) { !text.lexicographicallyPrecedes($0) }
      }
      guard isInOrder else { return nil }
      last = (entry, date)
    }
    return last?.entry
  }

  /// The evaluations; none if the date of one of them cannot be read, which has a finding of its own.
  var evaluations: [Evaluation] {
    guard let history = tree.member("history", of: sections.performance), tree[history].kind == .sequence else {
      return []
    }
    var result: [Evaluation] = []
    for item in tree.children(of: history) {
      let entry = tree.resolved(item)
      guard let date = tree.member("date", of: entry), tree.isText(date), let moment = Timestamp(tree.text(of: date))
      else { return [] }
      result.append(Evaluation(item: item, date: date, score: tree.member("score", of: entry), moment: moment))
    }
    return result
  }
}
