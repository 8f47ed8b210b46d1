import YAMLSyntax

enum ConflictMarkerRule: Rule {
  static let description = RuleDescription(
    "yaml-conflict-marker", .error,
    summary: "The markers of a merge conflict were left in the file.",
    reason: """
      The file holds two versions of the same lines. However many conflicts there are, they are one finding; the file is
      checked as our side has it.
      """,
    bad: """
      <<<<<<< HEAD
      context: ours
      =======
      context: theirs
      >>>>>>> branch
      """,
    good: """
      context: ours
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .conflictMarker {
      context.report(self, problem.range, problem.message)
    }
  }
}
