import DocumentTree
import MasqueModel
public import SourceText
import YAMLSyntax

/// Where commands that take a masque are offered, and what there is for them to work on.
public struct LensPlace: Sendable, Hashable {
  /// The key `name`.
  public var range: ByteRange
  /// Whether the masque says what it is for.
  public var hasIntent: Bool
  /// The score of its latest evaluation, else the one that the masque says it has; nil without either.
  public var score: String?
}

/// Where commands that take a masque are offered.
///
/// - Parameter snapshot: the masque.
/// - Returns: the place; nil for a file that names no masque.
public func lensPlace(in snapshot: Snapshot) -> LensPlace? {
  let tree = snapshot.syntax.tree
  guard let root = tree.root, let pair = tree.pair(forKey: "name", in: root) else { return nil }
  return LensPlace(
    range: tree[pair.key].range, hasIntent: MasqueSections(tree).intent != nil,
    score: tree.member("performance", of: root).flatMap { latestScore(of: $0, in: tree) })
}

/// The score of the latest evaluation; where there is none, the one that the masque says it has.
private func latestScore(of performance: NodeID, in tree: DocumentTree) -> String? {
  func text(_ key: StaticString, _ mapping: NodeID) -> String? {
    tree.member(key, of: mapping).flatMap { tree.isText($0) ? tree.text(of: $0) : nil }
  }
  var latest: (moment: Timestamp?, score: String)?
  let history = tree.member("history", of: performance).flatMap { tree[$0].kind == .sequence ? $0 : nil }
  for entry in history.map({ Array(tree.children(of: $0)) }) ?? [] {
    guard let entry = tree.resolved(entry), let score = text("score", entry) else { continue }
    let moment = text("date", entry).flatMap { Timestamp($0) }
    // One without a date counts by its place alone.
    if let known = latest?.moment, moment.map({ $0 < known }) ?? true { continue }
    latest = (moment, score)
  }
  return latest?.score ?? text("score", performance)
}
