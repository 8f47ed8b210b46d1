import MasqueModel
import RegularLanguages
import SourceText

enum IntentDuplicateRule: Rule {
  static let description = RuleDescription(
    "intent-duplicate", .warning, fix: .safe,
    summary: "A pattern stands in its list a second time; case and runs of spaces do not count.",
    reason: """
      One of the two will be changed one day and the other forgotten: then the boundary is not where its author thinks it
      is.
      """,
    bad: """
      intent:
        allowed:
          - "review *"
          - "Review  *"
      """,
    good: """
      intent:
        allowed:
          - "review *"
      """)

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent else { return }
    for duplicate in reading.analysis.duplicates {
      guard let pattern = reading.intent[duplicate.pattern], let original = reading.intent[duplicate.original]
      else { continue }
      let place = context.place(of: pattern.place)
      let name = context.named(original)
      context.report(
        self, place.range,
        pattern.text == original.text
          ? "\(quoted(pattern)) stands here a second time, after \(context.line(of: original)): remove it"
          : "\(quoted(pattern)) is the same as \(name), for case and runs of spaces do not count: remove it",
        related: [context.related(original, "the first one is here")] + place.related,
        fixes: context.removal(ofItem: pattern.place.item, "Remove the second pattern"), tags: [.unnecessary])
    }
  }
}
