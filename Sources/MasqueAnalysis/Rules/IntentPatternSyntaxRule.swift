import DocumentTree
import JSONSchema
import MasqueModel
import RegularLanguages
import SourceText
import YAMLSyntax

enum IntentPatternSyntaxRule: Rule {
  static let description = RuleDescription(
    "intent-pattern-syntax", .error, fix: .unsafe,
    summary: "A text in a list of the intent is no pattern.",
    reason: """
      A pattern that can't be read matches nothing: a denial would deny nothing, and nobody would notice. The finding
      stands at the exact place. A `!` at the beginning is no negation; what is not to be done belongs into `denied`.
      """,
    bad: """
      intent:
        allowed:
          - "review version [9-0]*"
      """,
    good: """
      intent:
        allowed:
          - "review version [0-9]*"
      """)

  static func check(_ context: inout RuleContext) {
    guard let intent = context.intent?.intent, !intent.errors.isEmpty else { return }
    let written = Set(intent.errors.filter { !$0.place.isAlias }.map(\.place.node))
    for error in intent.errors {
      // An alias of a text that is wrong in its own place adds nothing.
      if error.place.isAlias, written.contains(error.place.node) { continue }
      let tree = context.tree
      context.absorb { $0.keyword == .minLength && tree.resolved($0.node) == error.place.node }
      if error.place.isAlias {
        context.report(
          self, error.place.itemRange,
          "\(error.error.message) (in what \(context.quote(error.place.item)) stands for)",
          related: [RelatedPlace(range: context.onFirstLine(error.range), message: "the mistake is here")])
      } else {
        context.report(
          self, context.onFirstLine(error.range), error.error.message, fixes: fixes(for: error, context))
      }
    }
  }

  private static func fixes(for error: PlacedPatternError, _ context: RuleContext) -> [Fix] {
    guard error.error.kind == .reversedRange else { return [] }
    var bytes = Array(context.tree.text(of: error.place.node).utf8)
    let range = error.error.range
    guard range.upperBound <= bytes.count else { return [] }
    let text = String(decoding: bytes[range], as: UTF8.self)
    let ends = text.split(separator: "-", omittingEmptySubsequences: true)
    guard ends.count == 2 else { return [] }
    let swapped = "\(ends[1])-\(ends[0])"
    bytes.replaceSubrange(range, with: swapped.utf8)
    let pattern = String(decoding: bytes, as: UTF8.self)
    guard (try? IntentPattern(pattern)) != nil,
      let edit = context.syntax.replacing(error.place.node, withText: pattern)
    else { return [] }
    return [Fix("Write `\(swapped)`", [edit], .unsafe)]
  }
}
