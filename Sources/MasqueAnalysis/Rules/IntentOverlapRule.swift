import MasqueModel
import RegularLanguages
import SourceText

enum IntentOverlapRule: Rule {
  static let description = RuleDescription(
    "intent-overlap", .warning,
    summary: "A denied pattern reaches into an allowed one from outside: neither contains the other.",
    reason: """
      A denial inside what is allowed is an exception, and a denial beside it a reminder; both are plain to see. One that
      cuts across takes phrases out of a permission that neither pattern shows. The message has a phrase that both
      match, which is denied: if that is meant, say so in the words of the permission.
      """,
    bad: """
      intent:
        allowed:
          - "fix *"
        denied:
          - "*production*"
      """,
    good: """
      intent:
        allowed:
          - "fix *"
        denied:
          - "fix *production*"
      """)

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent, !reading.analysis.overlaps.isEmpty else { return }
    // One denial that cuts across several permissions is one cause.
    var byDenied: [Int: [IntentAnalysis.Overlap]] = [:]
    for overlap in reading.analysis.overlaps
    where !overlap.isWithinAllowed && reading.isOriginal(.allowed, overlap.allowed)
      && reading.isOriginal(.denied, overlap.denied)
    {
      byDenied[overlap.denied, default: []].append(overlap)
    }
    for denied in byDenied.keys.sorted() {
      guard let overlaps = byDenied[denied], let pattern = reading.pattern(.denied, denied) else { continue }
      let allowed = overlaps.compactMap { reading.pattern(.allowed, $0.allowed) }
      guard let first = overlaps.first, !allowed.isEmpty else { continue }
      let place = context.place(of: pattern.place)
      let phrase = reading.analysis.phrase(of: first).map(spoken)
      let names = context.named(allowed)
      let related = allowed.prefix(20).map { context.related($0, "it overlaps with this") }
      context.report(
        self, place.range,
        "\(quoted(pattern)) cuts across \(names): "
          + (phrase.map { "\($0) matches both and is denied" } ?? "what matches both is denied"),
        related: related + place.related)
    }
  }
}
