import DocumentTree
import MasqueModel
import RegularLanguages
import SourceText
import YAMLSyntax

enum IntentNearMissRule: Rule {
  static let description = RuleDescription(
    "intent-near-miss", .warning, fix: .safe,
    summary: "A pattern is well-formed, but probably not what its author meant.",
    reason: """
      Quotes inside YAML's quotes are letters: no phrase that people say has them. A space beside a comma in braces is a
      part of the alternative, which then never matches. `rush*` is also the beginning of "rushing", which `rush *`, in
      its other places in the file, is not. A boundary with such a slip does not fire, or fires at the wrong time.
      """,
    bad: """
      intent:
        allowed:
          - "{review, explain} *"
        denied:
          - "'approve *'"
      """,
    good: """
      intent:
        allowed:
          - "{review,explain} *"
        denied:
          - "approve *"
      """)

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent else { return }
    var explained: Set<PatternReference> = []
    // Of several stray spaces in one pattern one fix mends all.
    for miss in reading.analysis.nearMisses where explained.insert(miss.pattern).inserted {
      guard let pattern = reading.intent[miss.pattern] else { continue }
      let place = context.place(of: pattern.place)
      var range = place.range
      var related = place.related
      if let twin = miss.twin.flatMap({ reading.intent[$0] }) {
        related.append(context.related(twin, miss.kind == .runWithoutSpace ? "this has the space" : "this is the same"))
      }
      if miss.kind == .straySpace, !pattern.place.isAlias {
        range = context.onFirstLine(context.tree.sourceRange(ofText: miss.range, in: pattern.place.node))
      }
      context.report(
        self, range, message(for: miss, pattern, reading, &context), related: related,
        fixes: fixes(for: miss, pattern, reading, context))
    }
    for reference in reading.analysis.unmatchable where !explained.contains(reference) && reference.list == .denied {
      guard let pattern = reading.intent[reference] else { continue }
      let place = context.place(of: pattern.place)
      context.report(
        self, place.range,
        "\(quoted(pattern)) matches no phrase at all: a phrase has no spaces in a row or at its ends",
        related: place.related)
    }
  }

  private static func message(
    for miss: NearMiss, _ pattern: PlacedPattern, _ reading: IntentReading, _ context: inout RuleContext
  ) -> String {
    let replacement = miss.replacement.map { "`\(shortened($0))`" }
    switch miss.kind {
    case .strayQuotes:
      return "the quotes in \(quoted(pattern)) are part of the pattern, and a phrase would need them as well"
        + (replacement.map { ": write \($0)" } ?? ": take them out")
    case .straySpace:
      return "a space beside the comma or brace keeps this alternative from ever matching"
        + (replacement.map { ": write \($0)" } ?? ": take it out")
    case .runWithoutSpace:
      guard let twin = miss.twin.flatMap({ reading.intent[$0] }) else { return "a space is missing: add it" }
      let example = reading.analysis.phrase(matching: [miss.pattern], excluding: [twin.reference])
      return "\(quoted(pattern)) also matches " + (example.map { "\(spoken($0))" } ?? "more")
        + ", which \(context.named(twin)) does not: did you leave out the space?"
    }
  }

  private static func fixes(
    for miss: NearMiss, _ pattern: PlacedPattern, _ reading: IntentReading, _ context: RuleContext
  ) -> [Fix] {
    guard let replacement = miss.replacement else { return [] }
    switch miss.kind {
    case .strayQuotes:
      // Of one quote alone it is less certain what happened.
      let isPair = pattern.text.utf8.count == replacement.utf8.count + 2 || !pattern.text.hasPrefix("\"")
      let first = pattern.text.unicodeScalars.first
      let last = pattern.text.unicodeScalars.last
      let isBoth = isPair && first.map { isQuote($0) } == true && last.map { isQuote($0) } == true
      return context.rewriting(pattern, replacement, "Take the quotes out", isBoth ? .safe : .unsafe)
    case .straySpace:
      return context.rewriting(pattern, replacement, "Take the spaces out", .safe)
    case .runWithoutSpace:
      if miss.twin?.list == miss.pattern.list {
        return context.removal(ofItem: pattern.place.item, "Remove the pattern without the space", .unsafe)
      }
      return context.rewriting(pattern, replacement, "Write `\(replacement)`", .unsafe)
    }
  }

  private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\"", "'", "`", "\u{201C}"..."\u{201E}", "\u{2018}"..."\u{2019}", "\u{AB}", "\u{BB}": true
    default: false
    }
  }
}
