import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum SchemaFormatRule: Rule {
  static let description = RuleDescription(
    "schema-format", .error,
    summary: "A text is not of the format that is expected: a date with time and offset.",
    reason: """
      Evaluations are put in order by their dates, so a date has a time and an offset, by RFC 3339. A date that does not
      exist, such as the 30th of February, is refused as well.
      """,
    bad: """
      performance:
        history:
          - date: "2026-01-15"
            score: "+"
      """,
    good: """
      performance:
        history:
          - date: "2026-01-15T10:30:00Z"
            score: "+"
      """)

  static func check(_ context: inout RuleContext) {
    for violation in context.violations {
      guard case .format(let format) = violation.details, !context.followsFromSyntax(violation) else { continue }
      let place = context.place(of: violation)
      let text = context.quote(violation.node)
      let examples = context.schema.examples(of: [violation.subschema]).prefix(1).map(\.text)
      let likeness = examples.isEmpty ? "" : ": write it like \(listing(Array(examples), "or"))"
      context.report(
        self, place.range, "\(text) is no valid \(format.rawValue)\(likeness)\(place.suffix)", related: place.related)
    }
    context.absorb { if case .format = $0.details { true } else { false } }
  }
}
