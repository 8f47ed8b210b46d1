import MasqueModel
import RegularLanguages
import SourceText

enum IntentDeadAllowRule: Rule {
  static let description = RuleDescription(
    "intent-dead-allow", .error,
    summary: "An allowed pattern can never allow anything: what is denied takes all of it.",
    reason: """
      A denial wins over every permission. Where the denied patterns together match all that an allowed one does, it is
      a promise that is never kept: an agent that relies on it is turned down each time. The message names the fewest
      denied patterns that do it, and a phrase to try.
      """,
    bad: """
      intent:
        allowed:
          - "review *"
          - "deploy production *"
        denied:
          - "deploy *"
      """,
    good: """
      intent:
        allowed:
          - "review *"
          - "deploy staging *"
        denied:
          - "deploy production *"
      """)

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent, !reading.analysis.dead.isEmpty, !reading.isEmptied else { return }
    for dead in reading.analysis.dead where reading.isOriginal(.allowed, dead.index) {
      guard let pattern = reading.pattern(.allowed, dead.index), !reading.isNearMiss(pattern.reference, .straySpace)
      else { continue }
      let place = context.place(of: pattern.place)
      if dead.cover.isEmpty {
        context.report(
          self, place.range,
          "\(quoted(pattern)) matches no phrase at all: a phrase has no spaces in a row or at its ends",
          related: place.related)
        continue
      }
      let cover = dead.cover.compactMap { reading.pattern(.denied, $0) }
      let names = context.named(cover)
      let phrase = reading.analysis.phrase(matching: [pattern.reference]).map { ", such as \(spoken($0))" } ?? ""
      context.report(
        self, place.range,
        "\(quoted(pattern)) can never be allowed: "
          + (cover.count == 1 ? "\(names) denies all of it\(phrase)" : "\(names) together deny all of it\(phrase)"),
        related: cover.prefix(20).map {
          context.related($0, "this denies \(cover.count == 1 ? "all" : "a part") of it")
        }
          + place.related)
    }
  }
}
