import YAMLSyntax

enum EncodingRule: Rule {
  static let description = RuleDescription(
    "yaml-encoding", .error,
    summary: "The file holds bytes that are no text.",
    reason: """
      Masques are UTF-8. NUL, other control characters and broken sequences come from damaged files or other encodings, and
      readers differ in what they make of them.
      """,
    bad: """
      context: "bell \u{7} here"
      """,
    good: """
      context: "bell here"
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .encoding {
      context.report(self, problem.range, problem.message)
    }
  }
}
