import DocumentTree
import SourceText
import YAMLSyntax

enum SmartQuoteRule: Rule {
  static let description = RuleDescription(
    "yaml-smart-quote", .warning, fix: .safe,
    summary: "A text is enclosed in typographic quotes, which YAML does not know.",
    reason: """
      Word processors and chat windows turn straight quotes into curly ones. To YAML they are letters: they become part
      of the text and protect nothing in it.
      """,
    bad: """
      context: “Helping a small team”
      """,
    good: """
      context: "Helping a small team"
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    for index in tree.nodes.indices {
      let node = tree.nodes[index]
      guard node.kind == .scalar, node.style == .plain, node.count >= 6, node.flags.contains(.textInSource) else {
        continue
      }
      let start = Int(node.start)
      // All four begin with the bytes of U+2018 … U+201F.
      guard tree.byte(at: start) == 0xE2, tree.byte(at: start + 1) == 0x80,
        (0x98...0x9F).contains(tree.byte(at: start + 2))
      else { continue }
      let text = tree.text(of: NodeID(index))
      guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
        text.unicodeScalars.count > 1, closes(first, last)
      else { continue }
      let inner = String(String.UnicodeScalarView(text.unicodeScalars.dropFirst().dropLast()))
      context.report(
        self, node.range,
        "`\(first)` and `\(last)` are letters to YAML and part of this text: enclose it in straight quotes",
        fixes: [
          Fix("Use straight quotes", [TextEdit(node.range, ScalarWriting.doubleQuoted(inner))])
        ])
    }
  }

  private static func closes(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> Bool {
    let double: ClosedRange<Unicode.Scalar> = "\u{201C}"..."\u{201F}"
    let single: ClosedRange<Unicode.Scalar> = "\u{2018}"..."\u{201B}"
    return double.contains(first) && double.contains(last) || single.contains(first) && single.contains(last)
  }
}
