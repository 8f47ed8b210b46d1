import YAMLSyntax

enum DuplicateKeyRule: Rule {
  static let description = RuleDescription(
    "yaml-duplicate-key", .error,
    summary: "A map has the same key twice.",
    reason: """
      YAML forbids it. Readers that accept it keep one of the two in silence, and not all of them the same one.
      """,
    bad: """
      attributes:
        domain: testing
        domain: writing
      """,
    good: """
      attributes:
        domain: testing
      """)

  static func check(_ context: inout RuleContext) {
    for problem in context.syntax.problems where problem.kind == .duplicateKey {
      context.report(
        self, problem.range, problem.message,
        related: problem.related.map { [RelatedPlace(range: $0, message: "the first one is here")] } ?? [])
    }
  }
}
