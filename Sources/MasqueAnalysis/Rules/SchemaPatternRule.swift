import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum SchemaPatternRule: Rule {
  static let description = RuleDescription(
    "schema-pattern", .error,
    summary: "A text has not the form that is expected: a version, a duration, a URI.",
    reason: """
      Versions are compared, durations are counted and URIs are looked up, so their form matters. The message says what
      form is expected and gives an example.
      """,
    bad: """
      access:
        ttl: 8 hours
      """,
    good: """
      access:
        ttl: PT8H
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    for violation in context.violations {
      guard case .pattern(let source) = violation.details, !context.followsFromSyntax(violation) else { continue }
      let place = context.place(of: violation)
      let text = tree.text(of: tree.resolved(violation.node) ?? violation.node)
      let title = context.title(of: violation) ?? "value"
      var message: String
      if text.allSatisfy(\.isWhitespace) {
        message = "the \(title) is blank: write something"
      } else {
        message = "\(context.quote(violation.node)) is no \(title)"
        let examples = context.schema.examples(of: [violation.subschema]).prefix(2).map(\.text)
        if examples.isEmpty {
          message += ": it must match `\(source)`"
        } else {
          message += ": write it like \(listing(Array(examples), "or"))"
        }
      }
      context.report(self, place.range, message + place.suffix, related: place.related)
    }
    context.absorb { if case .pattern = $0.details { true } else { false } }
  }
}
