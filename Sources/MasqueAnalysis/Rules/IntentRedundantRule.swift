import MasqueModel
import RegularLanguages
import SourceText

enum IntentRedundantRule: Rule {
  static let description = RuleDescription(
    "intent-redundant", .hint, fix: .safe,
    summary: "A pattern adds nothing to its list: the others match all that it does.",
    reason: """
      Who narrows the other pattern one day, or takes it out, will be surprised that this one still stands; who takes this
      one out, that nothing changes.
      """,
    bad: """
      intent:
        allowed:
          - "review *"
          - "review the *"
      """,
    good: """
      intent:
        allowed:
          - "review *"
      """)

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent else { return }
    // Beside a pattern for every phrase each other one is superfluous, and that finding says so.
    if reading.analysis.isCatchAll != .yes { check(.allowed, reading.analysis.redundantAllowed, reading, &context) }
    check(.denied, reading.analysis.redundantDenied, reading, &context)
  }

  private static func check(
    _ list: PatternReference.List, _ covers: [IntentAnalysis.Cover], _ reading: IntentReading,
    _ context: inout RuleContext
  ) {
    let dead = list == .allowed ? Set(reading.analysis.dead.map(\.index)) : []
    for redundant in covers where !dead.contains(redundant.index) {
      guard let pattern = reading.pattern(list, redundant.index) else { continue }
      let cover = redundant.cover.compactMap { reading.pattern(list, $0) }
      // A pattern with a slip in it does not make the one superfluous that it was meant to be.
      if (cover + [pattern]).contains(where: { reading.isNearMiss($0.reference, .runWithoutSpace) }) { continue }
      let place = context.place(of: pattern.place)
      let names = context.named(cover)
      context.report(
        self, place.range,
        "\(quoted(pattern)) adds nothing: "
          + (cover.count == 1 ? "\(names) matches all that it does" : "\(names) together match all that it does"),
        related: cover.prefix(20).map {
          context.related($0, "this matches \(cover.count == 1 ? "all" : "a part") of it")
        }
          + place.related,
        fixes: context.removal(ofItem: pattern.place.item, "Remove the pattern"), tags: [.unnecessary])
    }
  }
}
