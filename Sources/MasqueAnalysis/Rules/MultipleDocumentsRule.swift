import YAMLSyntax

enum MultipleDocumentsRule: Rule {
  static let description = RuleDescription(
    "yaml-multiple-documents", .error,
    summary: "The file holds more than one YAML document.",
    reason: """
      A file is one masque. What stands behind a second `---` would never be worn.
      """,
    bad: """
      context: one
      ---
      context: two
      """,
    good: """
      context: one
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .multipleDocuments {
      context.report(self, problem.range, problem.message)
    }
  }
}
