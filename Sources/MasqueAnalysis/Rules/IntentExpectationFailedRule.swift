import MasqueModel
import RegularLanguages
import SourceText

enum IntentExpectationFailedRule: Rule {
  static let description = RuleDescription(
    "intent-expectation-failed", .error, fix: .unsafe,
    summary: "A comment expects another verdict on a phrase than the intent gives.",
    reason: """
      Expectations are the unit tests of a boundary: `expect allowed`, `expect denied` or `expect not-allowed` with a
      phrase in quotes, anywhere in the file. When a pattern is changed, they say whether what mattered still holds.
      """,
    bad: """
      # masque-lint: expect denied "rush the release"
      intent:
        allowed:
          - "review *"
        denied:
          - "hurry *"
      """,
    good: """
      # masque-lint: expect denied "rush the release"
      intent:
        allowed:
          - "review *"
        denied:
          - "{hurry,rush} *"
      """)

  static func check(_ context: inout RuleContext) {
    guard !context.expectations.isEmpty, let intent = context.intent?.intent else { return }
    for expectation in context.expectations {
      let verdict = intent.verdict(for: expectation.phrase)
      guard verdict.kind != expectation.verdict, intent.isFinal(verdict.kind, insteadOf: expectation.verdict)
      else { continue }
      let pattern = verdict.decidingPattern ?? verdict.nearestPattern
      let related = pattern.map { pattern in
        [context.related(pattern, verdict.decidingPattern == nil ? "the nearest pattern" : "this decides")]
      }
      context.report(
        self, expectation.range,
        "\(spoken(expectation.phrase)) is \(words(verdict.kind)), and \(words(expectation.verdict)) was expected: "
          + explanation(of: verdict, &context),
        related: related ?? [],
        fixes: [
          Fix(
            "Expect `\(verdict.kind.rawValue)`", [TextEdit(expectation.verdictRange, verdict.kind.rawValue)], .unsafe)
        ])
    }
  }

  private static func explanation(of verdict: PlacedVerdict, _ context: inout RuleContext) -> String {
    if let pattern = verdict.decidingPattern {
      return "\(context.named(pattern)) \(verdict.kind == .denied ? "denies" : "allows") it"
    }
    guard verdict.kind == .notAllowed else { return "no pattern denies it, and there is no list of what is allowed" }
    guard let nearest = verdict.nearestPattern else { return "there is no pattern that matches it" }
    return "no pattern matches it, and the nearest is \(context.named(nearest))"
  }
}

/// A verdict in a sentence.
func words(_ verdict: IntentVerdict.Kind) -> String { verdict == .notAllowed ? "not allowed" : verdict.rawValue }
