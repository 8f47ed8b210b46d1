import DocumentTree
import MasqueCommands
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import SourceText
import YAMLSyntax

/// Writes a score into its masque's `performance.history` and keeps every other byte. An entry of the same wearing is
/// brought up to date instead.
///
/// - Parameters:
///   - totals: the score.
///   - symbol: the symbol that a person chose; nil for the one that is suggested.
///   - key: what tells this wearing's entry from others; it stands in the notes.
///   - date: when the wearing ended.
///   - masque: the masque.
///   - context: where it is written.
/// - Returns: the entry.
/// - Throws: why nothing was written.
func record(
  _ totals: WindowTotals, symbol: ScoreSymbol?, _ key: String, _ date: Timestamp, _ masque: LoadedMasque,
  _ context: CommandContext
) throws(CommandError) -> PerformanceCommand.Recorded {
  if let shipped = context.places.shippedFolder, masque.path.relative(to: shipped) != nil {
    throw CommandError(
      .refused, "\(masque.identity.file) came with the program and is not written to; copy it to a folder of yours")
  }
  let entry = HistoryEntry(
    date: date.text, score: symbol?.rawValue ?? totals.symbol, notes: notes(totals, symbol, key))
  let old = masque.syntax.text
  guard let edits = historyEdits(entry, key, in: masque.syntax) else {
    throw CommandError(
      .unfitMasque, "\(masque.identity.file): `performance.history` is no list that an entry could be added to")
  }
  var changed = false
  if !edits.isEmpty {
    let (new, dropped) = old.applying(edits)
    // What was written must read as it was meant, and nothing else may read otherwise.
    guard dropped.isEmpty, HistoryEntry.found(key, in: SyntaxTree(new))?.entry == entry else {
      throw CommandError(
        .unfitMasque, "\(masque.identity.file): no entry can be added to `performance.history` as it is written")
    }
    do throws(FileError) {
      try context.files.replace(masque.path, expecting: old.bytes, with: new.bytes)
    } catch {
      throw CommandError(.file, "\(masque.identity.file): \(error.message)")
    }
    changed = true
  }
  return PerformanceCommand.Recorded(
    file: masque.identity.file, changed: changed, date: entry.date, score: entry.score, notes: entry.notes)
}

private func notes(_ totals: WindowTotals, _ symbol: ScoreSymbol?, _ key: String) -> String {
  func shown(_ value: Double) -> String { String(rounded(value, 1)) }
  let dimensions = totals.dimensions.map { "\($0.name.replacing("_", with: " ")) \(shown($0.score))" }
  let whose =
    switch symbol {
    case nil: "symbol suggested by the score"
    case let chosen? where chosen.rawValue == totals.symbol: "symbol chosen by hand, as suggested"
    case _?: "symbol chosen by hand, the score suggested \(totals.symbol)"
    }
  return "\(shown(totals.rounded)) of 10 (\(dimensions.joined(separator: ", "))); \(whose); \(key)"
}

/// An entry of a history.
struct HistoryEntry: Equatable {
  var date: String
  var score: String
  var notes: String

  /// The entry of a wearing, with the nodes of its three texts.
  static func found(_ key: String, in syntax: SyntaxTree) -> (entry: HistoryEntry, nodes: [NodeID])? {
    let tree = syntax.tree
    guard let root = tree.root, let performance = tree.member("performance", of: root),
      let history = tree.member("history", of: performance), tree[history].kind == .sequence
    else { return nil }
    for item in tree.children(of: history) {
      guard let item = tree.resolved(item) else { continue }
      let keys: [StaticString] = ["date", "score", "notes"]
      let nodes = keys.compactMap { tree.member($0, of: item) }
      guard nodes.count == 3, nodes.allSatisfy({ tree[$0].kind == .scalar }) else { continue }
      let texts = nodes.map { tree.text(of: $0) }
      if texts[2].hasSuffix("; \(key)") {
        return (HistoryEntry(date: texts[0], score: texts[1], notes: texts[2]), nodes)
      }
    }
    return nil
  }

  private var pairs: [(String, String)] {
    [("date", date), ("score", score), ("notes", notes)].map { ($0, ScalarWriting.doubleQuoted($1)) }
  }

  /// The entry on lines of its own.
  var block: [String] { pairs.map { "\($0): \($1)" } }
  /// The entry in braces.
  var flow: String { "{" + block.joined(separator: ", ") + "}" }
}

/// The edits that bring an entry into a masque; none if it is there already, nil if there is no room for it.
func historyEdits(_ entry: HistoryEntry, _ key: String, in syntax: SyntaxTree) -> [TextEdit]? {
  let tree = syntax.tree
  guard let root = tree.root, tree[root].kind == .mapping, syntax.isWellFormed else { return nil }
  if let (found, nodes) = HistoryEntry.found(key, in: syntax) {
    var edits: [TextEdit] = []
    for (node, (old, new)) in zip(
      nodes, [(found.date, entry.date), (found.score, entry.score), (found.notes, entry.notes)])
    where old != new {
      guard let edit = syntax.replacing(node, withText: new) else { return nil }
      edits.append(edit)
    }
    return edits
  }
  func lines(_ indent: String) -> String {
    entry.block.enumerated().map { "\n\(indent)" + ($0 == 0 ? "- " : "  ") + $1 }.joined()
  }
  func list(_ indent: String) -> String { "\n\(indent)history:" + lines(indent + "  ") }
  func edit(_ edit: TextEdit?) -> [TextEdit]? { edit.map { [$0] } }
  guard let performance = tree.member("performance", of: root) else {
    return edit(
      syntax.inserting([("performance", list("  "))], into: root, after: Array(tree.pairs(of: root)).last?.key))
  }
  // An alias shares its node with another key.
  guard !syntax.isAlias(performance, in: root) else { return nil }
  switch tree[performance].kind {
  case .scalar:
    guard tree[performance].type == .null else { return nil }
    return [syntax.replacing(empty: performance, with: list("  "))]
  case .mapping:
    let pairs = Array(tree.pairs(of: performance))
    guard !pairs.isEmpty else { return [syntax.replacing(empty: performance, with: list("  "))] }
    guard let history = tree.member("history", of: performance) else {
      if tree[performance].style == .flow {
        return edit(syntax.inserting([("history", "[\(entry.flow)]")], into: performance, after: pairs.last?.key))
      }
      return edit(syntax.inserting([("history", lines("  "))], into: performance, after: pairs.last?.key))
    }
    guard !syntax.isAlias(history, in: performance) else { return nil }
    let isBlock = tree[performance].style == .block
    let isEmpty = tree[history].kind == .sequence && tree.children(of: history).first(where: { _ in true }) == nil
    if isEmpty || tree[history].type == .null {
      if !isBlock { return [TextEdit(tree[history].range, "[\(entry.flow)]")] }
      let column = syntax.column(of: tree[performance].range.start)
      return [syntax.replacing(empty: history, with: lines(String(repeating: " ", count: column + 2)))]
    }
    return edit(syntax.appending(block: entry.block, flow: entry.flow, to: history))
  default:
    return nil
  }
}

extension SyntaxTree {
  /// Whether a mapping has a node only by an alias or a merge key, so that it belongs to another key.
  fileprivate func isAlias(_ value: NodeID, in mapping: NodeID) -> Bool {
    !tree.pairs(of: mapping).contains { $0.value == value }
      || tree.pairs(of: mapping).contains { tree[$0.value].kind == .alias && tree.resolved($0.value) == value }
  }

  /// Puts lines in the place of a value that is nothing: null, `[]` or `{}`, with the blanks before it.
  fileprivate func replacing(empty node: NodeID, with lines: String) -> TextEdit {
    let range = tree[node].range
    var start = range.start
    while start > 0, [0x20, 0x09].contains(text.bytes[start - 1]) { start -= 1 }
    return TextEdit(ByteRange(start, range.end), lines.replacing("\n", with: lineBreak))
  }
}
