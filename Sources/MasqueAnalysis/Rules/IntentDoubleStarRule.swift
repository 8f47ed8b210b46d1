import DocumentTree
import MasqueModel
import RegularLanguages
import SourceText
import YAMLSyntax

enum IntentDoubleStarRule: Rule {
  static let description = RuleDescription(
    "intent-double-star", .hint, fix: .safe,
    summary: "`**` in a pattern is no more than `*`.",
    reason: """
      In globs over paths `**` crosses folders and `*` does not. A phrase has no folders: `*` crosses words and whatever
      else there is, so that the second star only makes readers look for a difference.
      """,
    bad: """
      intent:
        allowed:
          - "review **"
      """,
    good: """
      intent:
        allowed:
          - "review *"
      """)

  static func check(_ context: inout RuleContext) {
    guard let intent = context.intent?.intent else { return }
    for pattern in intent.allowed + intent.denied {
      let bytes = Array(pattern.text.utf8)
      var runs: [Range<Int>] = []
      collect(pattern.pattern.parts, bytes, &runs)
      guard let first = runs.first else { continue }
      let place = context.place(of: pattern.place)
      let range =
        pattern.place.isAlias
        ? place.range : context.onFirstLine(context.tree.sourceRange(ofText: first, in: pattern.place.node))
      var kept = bytes
      for run in runs.reversed() { kept.removeSubrange((run.lowerBound + 1)..<run.upperBound) }
      let replacement = String(decoding: kept, as: UTF8.self)
      context.report(
        self, range,
        "`\(String(decoding: bytes[first], as: UTF8.self))` matches what `*` does: write `\(shortened(replacement))`",
        related: place.related, fixes: context.rewriting(pattern, replacement, "Write one star", .safe),
        tags: [.unnecessary])
    }
  }

  /// The runs of more than one star, in the order in which they stand.
  private static func collect(_ parts: [IntentPattern.Part], _ bytes: [UInt8], _ runs: inout [Range<Int>]) {
    for part in parts {
      switch part.kind {
      case .run(isDoubled: true), .furtherWords:
        let range = part.range.clamped(to: 0..<bytes.count)
        let stars = bytes[range].reversed().prefix { $0 == UInt8(ascii: "*") }.count
        if stars > 1 { runs.append((range.upperBound - stars)..<range.upperBound) }
      case .alternatives(let alternatives):
        for alternative in alternatives { collect(alternative, bytes, &runs) }
      default:
        break
      }
    }
  }
}
