import MasqueModel
import RegularLanguages
import SourceText

enum IntentCatchAllRule: Rule {
  static let description = RuleDescription(
    "intent-catch-all", .warning,
    summary: "What is allowed is every phrase there is.",
    reason: """
      A masque is worn for something. A list that allows everything draws no boundary, and the other patterns in it say
      nothing.
      """,
    bad: """
      intent:
        allowed:
          - "*"
      """,
    good: """
      intent:
        allowed:
          - "review *"
      """)

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent, reading.analysis.isCatchAll == .yes, !reading.isEmptied else { return }
    let all = PhraseLanguage.all
    let universal = reading.intent.allowed.first { all.isSubset(of: PhraseLanguage($0.pattern)) == true }
    let advice = "name what the masque is for, or leave `allowed` out"
    if let universal {
      let place = context.place(of: universal.place)
      context.report(
        self, place.range, "\(quoted(universal)) allows every phrase: \(advice)", related: place.related)
    } else if let list = reading.intent.allowedList {
      let cover = reading.intent.allowed
      context.report(
        self, context.firstLine(of: list), "these patterns together allow every phrase: \(advice)",
        related: cover.prefix(20).map { context.related($0, "this allows a part") })
    }
  }
}
