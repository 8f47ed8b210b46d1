import YAMLSyntax

enum TabIndentRule: Rule {
  static let description = RuleDescription(
    "yaml-tab-indent", .error, fix: .safe,
    summary: "A line is indented by a tab.",
    reason: """
      YAML allows only spaces for indentation, and many readers give up on the rest of the file at the first tab.
      """,
    bad: """
      attributes:
      \tdomain: testing
      """,
    good: """
      attributes:
        domain: testing
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .tabIndentation {
      context.report(
        self, problem.range, problem.message,
        fixes: problem.edits.isEmpty ? [] : [Fix("Replace the tabs by spaces", problem.edits, .safe)])
    }
  }
}
