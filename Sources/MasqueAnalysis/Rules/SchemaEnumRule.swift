import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum SchemaEnumRule: Rule {
  static let description = RuleDescription(
    "schema-enum", .error, fix: .safe,
    summary: "A value is none of those that are allowed.",
    reason: """
      Rings, skill levels, spinner modes, transports and scores have a fixed set of values; another one has no meaning.
      The fix takes the only allowed value within two letters of what was written.
      """,
    bad: """
      skills:
        - uri: skill://programming/swift
          level: compétent
      """,
    good: """
      skills:
        - uri: skill://programming/swift
          level: competent
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    for violation in context.violations {
      guard case .allowedValues = violation.details, !context.followsFromSyntax(violation) else { continue }
      let place = context.place(of: violation)
      let values = context.schema.allowedValues(of: [violation.subschema])
      let title = context.title(of: violation) ?? "value"
      let choices = listing(values.map(\.text), "or")
      let node = context.value(of: violation)
      guard node.kind == .scalar, !node.flags.contains(.absent) else {
        let name = context.name(of: violation.node)
        context.report(
          self, place.range,
          node.flags.contains(.absent)
            ? "\(name) has no value: use \(choices)\(place.suffix)"
            : "\(name) is \(SchemaTypeRule.words(for: node)), and a \(title) is expected: use \(choices)\(place.suffix)",
          related: place.related)
        continue
      }
      let text = tree.text(of: tree.resolved(violation.node) ?? violation.node)
      let nearest = nearestSpelling(of: text, among: values.filter(\.isText).map(\.text))
      var fixes: [Fix] = []
      if let nearest, place.related.isEmpty, let edit = context.syntax.replacing(violation.node, withText: nearest) {
        fixes.append(Fix("Change it to `\(nearest)`", [edit]))
      }
      context.report(
        self, place.range,
        "`\(text)` is no \(title): use \(choices)\(nearest.map { "; did you mean `\($0)`?" } ?? "")\(place.suffix)",
        related: place.related, fixes: fixes)
    }
    context.absorb { if case .allowedValues = $0.details { true } else { false } }
  }
}
