import DocumentTree
import JSONSchema
import SourceText
import YAMLSyntax

enum SchemaTypeRule: Rule {
  static let description = RuleDescription(
    "schema-type", .error, fix: .safe,
    summary: "A value is of the wrong kind: a list where a map is expected, a text where a number is.",
    reason: """
      Programs that read a masque rely on the kind of each value. A list of maps with one key each, where one map is
      expected, is merged by the fix; a single text where a list is expected becomes a list of one.
      """,
    bad: """
      access:
        capabilities:
          - database: read
          - writes: none
      """,
    good: """
      access:
        capabilities:
          database: read
          writes: none
      """)

  static func check(_ context: inout RuleContext) {
    for violation in context.violations {
      guard case .type(let expected, _) = violation.details, !context.followsFromSyntax(violation) else { continue }
      let place = context.place(of: violation)
      let node = context.value(of: violation)
      let name = context.name(of: violation.node)
      var fixes: [Fix] = []
      let message: String
      if node.flags.contains(.absent) {
        message = "\(name) has no value: \(expected.words) is expected"
      } else {
        message = "\(name) is \(words(for: node)), and \(expected.words) is expected"
        if place.related.isEmpty { fixes = self.fixes(violation.node, expected, context) }
      }
      context.report(self, place.range, message + place.suffix, related: place.related, fixes: fixes)
    }
    context.absorb { if case .type = $0.details { true } else { false } }
  }

  static func words(for node: Node) -> String {
    switch node.kind {
    case .mapping: return "a map"
    case .sequence: return "a list"
    case .alias: return "an alias"
    case .scalar:
      switch node.type {
      case .null: return "nothing"
      case .bool: return "a truth value"
      case .int: return "a number"
      case .float: return "a number with a fraction"
      case .string, .none: return "text"
      }
    }
  }

  private static func fixes(_ id: NodeID, _ expected: SchemaTypeSet, _ context: RuleContext) -> [Fix] {
    let tree = context.tree
    let node = tree[id]
    if expected == .object, node.kind == .sequence { return merged(id, context).map { [$0] } ?? [] }
    let items = context.schema.itemSubschemas(of: context.subschemas(of: id), index: 0)
    if expected == .array, node.kind == .scalar, context.schema.types(of: items).contains(.string),
      !context.snapshot.text[node.range].contains(where: \.isNewline)
    {
      let text = context.snapshot.text[tree.fullRange(of: id)]
      let isSafe = node.style != .plain || ScalarWriting.isSafePlain(text, inFlow: true)
      let item = isSafe ? text : ScalarWriting.doubleQuoted(tree.text(of: id))
      return [Fix("Make it a list of one", [TextEdit(tree.fullRange(of: id), "[\(item)]")])]
    }
    if expected == .integer || expected == .number, node.kind == .scalar, node.style != .plain {
      let text = tree.text(of: id)
      // `"7"` where a number is expected.
      if let number = Int64(text), String(number) == text {
        return [Fix("Remove the quotes", [TextEdit(node.range, text)])]
      }
    }
    return []
  }

  /// Merges a block list of maps with different keys into one map: the dashes become blanks, nothing else changes.
  private static func merged(_ id: NodeID, _ context: RuleContext) -> Fix? {
    let tree = context.tree
    guard tree[id].style == .block, id != tree.root, tree.properties(of: id) == nil else { return nil }
    var keys: Set<String> = []
    var edits: [TextEdit] = []
    let items = Array(tree.children(of: id))
    for item in items {
      guard tree[item].kind == .mapping, tree[item].style == .block, tree.properties(of: item) == nil else {
        return nil
      }
      for (key, _) in tree.pairs(of: item) {
        guard tree[key].kind == .scalar, keys.insert(tree.text(of: key)).inserted else { return nil }
      }
      let start = tree[item].range.start
      var dash = start
      while dash > 0, tree.byte(at: dash - 1) == 0x20 { dash -= 1 }
      guard dash > 0, tree.byte(at: dash - 1) == UInt8(ascii: "-") else { return nil }
      edits.append(TextEdit(ByteRange(dash - 1, dash), " "))
    }
    // A list may stand in its key's column, a map may not: the blanks that replace the dashes see to that.
    return items.isEmpty ? nil : Fix("Merge the list into one map", edits)
  }
}
