import MasqueModel
import RegularLanguages
import SourceText

enum IntentUndecidedRule: Rule {
  static let description = RuleDescription(
    "intent-undecided", .warning,
    summary: "The patterns are too intricate, or too many, to be judged within bounds.",
    reason: """
      Everything that is said about patterns is decided exactly, and for some lists every way to do so takes longer than
      anybody would wait. Rather than guess, the linter stops after a bounded number of steps and says so: other findings
      about these patterns may be missing. Verdicts on phrases are not concerned.
      """,
    bad: hard,
    good: """
      intent:
        allowed:
          - "a *"
        denied:
          - "a b *"
      """)

  /// A phrase that is long enough matches one of the two denied patterns or the other; to see that it always does, each way
  /// to place the letter counts.
  private static let hard = """
    intent:
      allowed:
        - "*?????????????????????"
      denied:
        - "*a????????????????????"
        - "*[!a]????????????????????"
    """

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent else { return }
    let open = reading.analysis.undecided.compactMap { reading.intent[$0] }
    if let first = open.first {
      let place = context.place(of: first.place)
      let others = open.dropFirst()
      let names = context.named(Array(others))
      context.report(
        self, place.range,
        "\(quoted(first)) \(others.isEmpty ? "is" : "and \(names) are") too intricate to be judged within bounds: "
          + "use fewer `*`, or plainer patterns",
        related: others.prefix(20).map { context.related($0, "this is part of the question") } + place.related)
    }
    if reading.intent.isCut, let list = reading.intent.deniedList ?? reading.intent.allowedList {
      context.report(
        self, context.firstLine(of: list),
        "there are more than \(MasqueIntent.maximumPatterns) patterns, or \(MasqueIntent.maximumLength >> 20) MiB of them, "
          + "and the rest is not judged: use patterns that cover more")
    }
  }
}
