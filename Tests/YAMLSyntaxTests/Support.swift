import DocumentTree
import Foundation
import SourceText
import YAMLSyntax

/// The repository's root, from this file's place in it.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The shipped personas, by file name.
func personas() -> [(name: String, text: SourceText)] {
  let folder = repository.appendingPathComponent("personas")
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  return names.filter { $0.hasSuffix(".masque.yaml") }.sorted().compactMap { name in
    (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, SourceText(Array($0))) }
  }
}

/// A tree in a notation that a test can state: maps in braces, lists in brackets, scalars by text and a type letter
/// where they are no strings, aliases resolved to `*index`, repaired nodes behind `~`.
func outline(_ tree: DocumentTree, _ id: NodeID? = nil) -> String {
  guard let id = id ?? tree.root else { return "" }
  let node = tree[id]
  switch node.kind {
  case .mapping:
    return "{"
      + tree.pairs(of: id).map { outline(tree, $0.key) + ": " + outline(tree, $0.value) }.joined(separator: ", ")
      + "}"
  case .sequence:
    return "[" + tree.children(of: id).map { outline(tree, $0) }.joined(separator: ", ") + "]"
  case .alias:
    return "*\(node.payload)"
  case .scalar:
    let mark = node.flags.contains(.repaired) ? "~" : ""
    let text = tree.text(of: id)
    switch node.type {
    case .null: return mark + (node.flags.contains(.absent) ? "∅" : "null")
    case .bool: return mark + (node.flags.contains(.isTrue) ? "true" : "false") + "?"
    case .int: return mark + text + "i"
    case .float: return mark + text + "f"
    case .string, .none: return mark + text.replacing("\n", with: "⏎")
    }
  }
}

/// The first node in which two trees differ, for the message of a failed comparison.
func firstDifference(_ a: DocumentTree, _ b: DocumentTree) -> String {
  for index in 0..<max(a.nodes.count, b.nodes.count) {
    let id = NodeID(index)
    let left = "\(a[id]) \(a.text(of: id).debugDescription)"
    let right = "\(b[id]) \(b.text(of: id).debugDescription)"
    if a[id].range != b[id].range || a[id].flags != b[id].flags || a.text(of: id) != b.text(of: id)
      || a[id].subtree != b[id].subtree
    {
      return "node \(index): \(left) is not \(right)"
    }
  }
  return a.properties == b.properties ? "" : "\(a.properties) is not \(b.properties)"
}
