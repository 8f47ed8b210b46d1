import DocumentTree
import JSONSchema
public import MasqueModel
public import SourceText
import YAMLSyntax

/// What putting keys in order comes to.
public enum KeySorting: Sendable {
  /// They are in order.
  case sorted
  /// The edits that put them in order, proved to leave the meaning as it is.
  case edits([TextEdit])
  /// They can't be put in order; why, for people.
  case refused(String)
}

/// Puts the keys of a masque in the schema's order: in every map whose keys the schema knows, at every depth. Keys that it
/// does not know come behind the others, in the author's order. A key takes its comments along.
///
/// - Parameters:
///   - snapshot: the masque.
///   - offset: sorts the innermost map around this place alone, the masque's own aside; nil for all maps.
///   - schema: the schema that has the order.
/// - Returns: the edits. O(n) per level of maps that are out of order.
public func sortKeys(
  in snapshot: Snapshot, around offset: Int? = nil, schema: MasqueSchema = .bundled
) -> KeySorting {
  guard snapshot.syntax.isWellFormed else { return .refused("the file is no YAML yet") }
  var syntax = snapshot.syntax
  guard let deepest = unsortedMaps(in: syntax, schema.schema).map(\.depth).max() else { return .sorted }
  var edits: [TextEdit] = []
  var rounds = 0
  if let offset {
    guard let map = unsortedMap(around: offset, in: snapshot, schema: schema) else { return .sorted }
    guard let edit = syntax.reordering(map.node, to: map.order) else { return .refused(unparted) }
    edits = [edit]
    syntax = SyntaxTree(syntax.text.applying(edits).text)
  } else {
    // From the inside out, so that each level's edits do not touch each other.
    for depth in stride(from: deepest, through: 0, by: -1) {
      let maps = unsortedMaps(in: syntax, schema.schema).filter { $0.depth == depth }
      guard !maps.isEmpty else { continue }
      let found = maps.compactMap { syntax.reordering($0.node, to: $0.order) }
      guard found.count == maps.count else { return .refused(unparted) }
      edits = rounds == 0 ? found : []
      rounds += 1
      syntax = SyntaxTree(syntax.text.applying(found).text)
    }
    if rounds > 1 { edits = [difference(from: snapshot.text, to: syntax.text)] }
  }
  guard snapshot.syntax.hasSameMeaning(inAnyOrderAs: syntax) else {
    return .refused("an anchor would come behind an alias of it, or a text would change")
  }
  return .edits(edits)
}

/// The path of the innermost map around a place whose keys are out of order, as an author would say it; nil if there is
/// none, or only the masque itself.
///
/// - Parameters:
///   - offset: the place, in bytes.
///   - snapshot: the masque.
///   - schema: the schema that has the order.
/// - Returns: the path, such as `skills[1]`.
public func unsortedMapPath(around offset: Int, in snapshot: Snapshot, schema: MasqueSchema = .bundled) -> String? {
  unsortedMap(around: offset, in: snapshot, schema: schema).map { snapshot.syntax.tree.authorPath(of: $0.node) }
}

private let unparted = "some of the keys can't be moved with their comments"

private struct UnsortedMap {
  var node: NodeID
  var order: [Int]
  var depth: Int
}

private func unsortedMap(around offset: Int, in snapshot: Snapshot, schema: MasqueSchema) -> UnsortedMap? {
  let tree = snapshot.syntax.tree
  guard let node = tree.node(at: offset) else { return nil }
  let chain = tree.ancestry(of: node)
  let maps = unsortedMaps(in: snapshot.syntax, schema.schema)
  return chain.dropFirst().reversed().lazy.compactMap { id in maps.first { $0.node == id } }.first
}

/// The maps whose keys are out of order. Maps that have a key twice are left out: which of the two counts depends on the
/// order.
private func unsortedMaps(in syntax: SyntaxTree, _ schema: Schema) -> [UnsortedMap] {
  let tree = syntax.tree
  guard let root = tree.root else { return [] }
  var result: [UnsortedMap] = []
  var open: [(node: NodeID, place: [SubschemaID], depth: Int)] = [(root, [schema.root], 0)]
  while let (node, place, depth) = open.popLast() {
    switch tree[node].kind {
    case .sequence:
      for (index, item) in tree.children(of: node).enumerated() where tree[item].subtree > 1 {
        open.append((item, schema.itemSubschemas(of: place, index: index), depth + 1))
      }
    case .mapping:
      let pairs = Array(tree.pairs(of: node))
      for pair in pairs where tree[pair.value].subtree > 1 {
        open.append((pair.value, schema.propertySubschemas(of: place, key: tree.text(of: pair.key)), depth + 1))
      }
      if let order = canonicalOrder(of: pairs, tree, schema.propertyNames(of: place).map(\.name)) {
        result.append(UnsortedMap(node: node, order: order, depth: depth))
      }
    case .scalar, .alias:
      break
    }
  }
  return result
}

/// The order of some pairs by the schema's names; nil if they have it already, or can't be told apart.
private func canonicalOrder(
  of pairs: [(key: NodeID, value: NodeID)], _ tree: DocumentTree, _ names: [String]
) -> [Int]? {
  guard pairs.count > 1, !names.isEmpty, pairs.allSatisfy({ tree[$0.key].kind == .scalar }) else { return nil }
  let keys = pairs.map { tree.text(of: $0.key) }
  let ranks = zip(pairs, keys).map { pair, key in
    // What is merged in comes first, as people write it.
    tree[pair.key].flags.contains(.merge) ? -1 : names.firstIndex(of: key) ?? names.count
  }
  if zip(ranks, ranks.dropFirst()).allSatisfy({ $0 <= $1 }) { return nil }
  guard Set(keys).count == keys.count else { return nil }
  return ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
}
