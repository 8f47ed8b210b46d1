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
  /// The latest score that the masque itself tells, if there is one.
  public var score: String?
}

/// Where commands that take a masque are offered.
///
/// - Parameter snapshot: the masque.
/// - Returns: the place; nil for a file that names no masque.
public func lensPlace(in snapshot: Snapshot) -> LensPlace? {
  let tree = snapshot.syntax.tree
  guard let root = tree.root, let pair = tree.pair(forKey: "name", in: root) else { return nil }
  let score = tree.member("performance", of: root).flatMap { tree.member("score", of: $0) }
  return LensPlace(
    range: tree[pair.key].range, hasIntent: MasqueSections(tree).intent != nil,
    score: score.flatMap { tree.isText($0) ? tree.text(of: $0) : nil })
}
