import DocumentTree
import JSONSchema
import SourceText
import YAMLSyntax

enum UnquotedPatternRule: Rule {
  static let description = RuleDescription(
    "yaml-unquoted-pattern", .error, fix: .safe,
    summary: "A text means something else to YAML because it is not in quotes.",
    reason: """
      Patterns are full of characters that YAML has a use for: `*` begins an alias, `[` and `{` begin lists and maps,
      `: ` ends a key. Without quotes the pattern is refused, or, worse, read as a list or a map.
      """,
    bad: """
      intent:
        denied:
          - * without tests
          - rush: now
      """,
    good: """
      intent:
        denied:
          - "* without tests"
          - "rush: now"
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .unquotedText {
      context.report(
        self, problem.range, problem.message, fixes: [Fix("Put the text in quotes", problem.edits)])
    }
    let tree = context.tree
    let text = context.snapshot.text
    // What parses, but as a list or a map on one line where only a text can stand.
    for violation in context.violations {
      guard case .type(let expected, _) = violation.details, expected == .string, violation.alias == nil else {
        continue
      }
      let node = tree[violation.node]
      let range = node.range
      guard node.kind == .mapping || node.kind == .sequence, tree.properties(of: violation.node) == nil,
        !text.bytes[range.start..<range.end].contains(where: { $0 == 0x0A || $0 == 0x0D }), !range.isEmpty
      else { continue }
      // A block sequence on the line of its parent's dash, `- - x`, is no text that wants quotes.
      guard node.style == .flow || node.kind == .mapping else { continue }
      context.absorb { $0.node == violation.node }
      let written = text[range]
      let reading = node.kind == .sequence ? "a list" : "a map"
      context.report(
        self, range, "\(context.quote(range)) is \(reading) to YAML, and a text is expected here: put it in quotes",
        fixes: [Fix("Put the text in quotes", [TextEdit(range, ScalarWriting.doubleQuoted(written))])])
    }
  }
}
