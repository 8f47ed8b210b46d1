import YAMLSyntax

enum SyntaxErrorRule: Rule {
  static let description = RuleDescription(
    "yaml-syntax", .error, fix: .unsafe,
    summary: "The text is not YAML.",
    reason: """
      Nothing can be read from text that breaks the grammar, and what follows it may be read wrongly. One mistake is
      reported once: the sections around it are checked as usual.
      """,
    bad: """
      context: "Helping a small team
      """,
    good: """
      context: "Helping a small team"
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .syntax {
      context.report(
        self, problem.range, problem.message,
        fixes: problem.edits.isEmpty ? [] : [Fix("Add the closing quote", problem.edits, .unsafe)])
    }
  }
}
