import MasqueModel
import RegularLanguages
import SourceText

enum IntentUnneededDenyRule: Rule {
  static let description = RuleDescription(
    "intent-unneeded-deny", .hint, isOnByDefault: false,
    summary: "A denied pattern matches nothing that would be allowed without it.",
    reason: """
      What no allowed pattern matches is not allowed anyway. Many authors name such things all the same, as a reminder, and
      because "denied" says more than "not allowed"; who wants the shortest list asks for this rule.
      """,
    bad: """
      intent:
        allowed:
          - "review *"
        denied:
          - "rush *"
      """,
    good: """
      intent:
        allowed:
          - "review *"
      """)

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent, reading.intent.isWhole(.allowed) else { return }
    let redundant = Set(reading.analysis.redundantDenied.map(\.index))
    for index in reading.analysis.unneededDenials
    where !redundant.contains(index) && reading.isOriginal(.denied, index) {
      guard let pattern = reading.pattern(.denied, index), !pattern.pattern.matchesNothing else { continue }
      let place = context.place(of: pattern.place)
      let phrase = reading.analysis.phrase(matching: [pattern.reference]).map { ": \(spoken($0))" } ?? ": it"
      context.report(
        self, place.range,
        "\(quoted(pattern)) meets no allowed pattern\(phrase) would not be allowed without it, either",
        related: place.related, tags: [.unnecessary])
    }
  }
}
