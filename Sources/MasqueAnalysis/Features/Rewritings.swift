import DocumentTree
public import SourceText
import YAMLSyntax

/// A way to write the same thing otherwise.
public struct Rewriting: Sendable, Hashable {
  /// What it does, in the imperative.
  public var title: String
  /// The edit, proved to leave the meaning as it is.
  public var edit: TextEdit
}

/// The other ways to write the value at a place: a text in quotes, without, or as a block; a list or a map in brackets or
/// one entry per line.
///
/// - Parameters:
///   - offset: the place, in bytes.
///   - snapshot: the masque.
/// - Returns: the ways; none for keys, numbers, and what is no YAML.
public func rewritings(at offset: Int, in snapshot: Snapshot) -> [Rewriting] {
  let syntax = snapshot.syntax
  let tree = syntax.tree
  guard syntax.isWellFormed, var node = tree.node(at: offset) else { return [] }
  var result: [Rewriting] = []
  func add(_ title: String, _ edit: TextEdit?) {
    if let edit { result.append(Rewriting(title: title, edit: edit)) }
  }
  if tree[node].kind == .scalar {
    if tree[node].flags.contains(.key) {
      // At its key, a list or a map is meant.
      guard let parent = tree.parent(of: node),
        let value = tree.pairs(of: parent).first(where: { $0.key == node })?.value
      else { return [] }
      node = value
    } else {
      let isBlock = tree[node].style == .literal || tree[node].style == .folded
      add("Put the text in double quotes", syntax.rewriting(node, as: .doubleQuoted))
      add(isBlock ? "Write the text behind its key" : "Take the quotes off", syntax.rewriting(node, as: .plain))
      add("Write the text as a `|` block", syntax.rewriting(node, as: .literal))
      add("Write the text as a `>` block", syntax.rewriting(node, as: .folded))
      // A value of a map on several lines is no place to speak of the whole map.
      guard let parent = tree.parent(of: node), tree[parent].kind == .sequence || tree[parent].style == .flow else {
        return result
      }
      node = parent
    }
  }
  let isList = tree[node].kind == .sequence
  guard isList || tree[node].kind == .mapping, node != tree.root else { return result }
  let word = isList ? "list" : "map"
  add("Write the \(word) on one line", syntax.rewriting(collection: node, as: .flow))
  add(
    "Write the \(word) with a line for each \(isList ? "item" : "key")", syntax.rewriting(collection: node, as: .block))
  return result
}
