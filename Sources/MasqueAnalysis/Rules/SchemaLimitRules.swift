import DocumentTree
import JSONSchema
import SourceText
import YAMLSyntax

enum SchemaMinimumRule: Rule {
  static let description = RuleDescription(
    "schema-minimum", .error,
    summary: "A number is smaller than it may be.",
    reason: "Indices count from 1, so that 0 and negative numbers stay free to mean \"none\".",
    bad: """
      index: 0
      """,
    good: """
      index: 1
      """)

  static func check(_ context: inout RuleContext) {
    for violation in context.violations where violation.keyword == .minimum {
      guard case .number(let limit, _) = violation.details, !context.followsFromSyntax(violation) else { continue }
      let place = context.place(of: violation)
      context.report(
        self, place.range,
        "\(context.name(of: violation.node)) is \(context.quote(violation.node)), and at least \(limit) is expected\(place.suffix)",
        related: place.related)
    }
    context.absorb { $0.keyword == .minimum }
  }
}

enum SchemaMinLengthRule: Rule {
  static let description = RuleDescription(
    "schema-min-length", .error,
    summary: "A text is empty or too short.",
    reason: "A name, a verb or a pattern without a letter in it says nothing, and what uses it has nothing to show.",
    bad: """
      name: ""
      """,
    good: """
      name: Tester
      """)

  static func check(_ context: inout RuleContext) {
    for violation in context.violations where violation.keyword == .minLength {
      guard case .count(let limit, let actual) = violation.details, !context.followsFromSyntax(violation) else {
        continue
      }
      let place = context.place(of: violation)
      let name = context.name(of: violation.node)
      context.report(
        self, place.range,
        (actual == 0
          ? "\(name) is empty: write something"
          : "\(name) has \(actual) characters, and at least \(limit) are expected") + place.suffix,
        related: place.related)
    }
    context.absorb { $0.keyword == .minLength }
  }
}

enum SchemaMinItemsRule: Rule {
  static let description = RuleDescription(
    "schema-min-items", .error,
    summary: "A list has too few items.",
    reason: "A list that must not be empty is better left out, with its section, than written without items.",
    bad: """
      spinnerVerbs:
        verbs: []
      """,
    good: """
      spinnerVerbs:
        verbs: ["Tester:Trying..."]
      """)

  static func check(_ context: inout RuleContext) {
    for violation in context.violations where violation.keyword == .minItems {
      guard case .count(let limit, let actual) = violation.details, !context.followsFromSyntax(violation) else {
        continue
      }
      let place = context.place(of: violation)
      let name = context.name(of: violation.node)
      context.report(
        self, place.range,
        (actual == 0
          ? "\(name) is empty: give it at least \(limit == 1 ? "one item" : "\(limit) items")"
          : "\(name) has \(actual) items, and at least \(limit) are expected") + place.suffix,
        related: place.related)
    }
    context.absorb { $0.keyword == .minItems }
  }
}
