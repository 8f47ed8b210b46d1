import YAMLSyntax

enum UnknownTagRule: Rule {
  static let description = RuleDescription(
    "yaml-unknown-tag", .error,
    summary: "A value has a tag that masques do not know.",
    reason: """
      An exclamation mark at the start of a plain text makes its first word a tag, and the tag is no part of the text.
      """,
    bad: """
      context: !important be careful
      """,
    good: """
      context: "!important be careful"
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .unknownTag {
      context.report(self, problem.range, problem.message)
    }
  }
}
