import YAMLSyntax

enum AliasBudgetRule: Rule {
  static let description = RuleDescription(
    "yaml-alias-budget", .error,
    summary: "Following the aliases gives more values than anyone can mean.",
    reason: """
      A few lines of aliases to lists of aliases expand to billions of values and take every reader down with them.
      """,
    bad: """
      attributes:
        loop: &loop [*loop]
      """,
    good: """
      attributes:
        once: &once [a]
        again: *once
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .aliasBudget {
      context.report(self, problem.range, problem.message)
    }
  }
}
