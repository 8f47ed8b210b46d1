import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum BlankLensRule: Rule {
  static let description = RuleDescription(
    "blank-lens", .error,
    summary: "The lens has no text.",
    reason: """
      The lens is what wearing a masque does: how the agent is to think. Without a word in it the masque changes a name
      and nothing else.
      """,
    bad: """
      lens: "  "
      """,
    good: """
      lens: |
        Doubt what you have not checked.
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let lens = context.sections.lens, tree.isText(lens), !tree[lens].flags.contains(.repaired),
      tree.withText(of: lens, { !hasText($0) })
    else { return }
    let message = "the lens is blank: say how the agent should think while it wears this masque"
    guard let violation = context.violations.first(where: { tree.resolved($0.node) == lens }) else {
      context.report(self, context.firstLine(of: lens), message)
      return
    }
    let place = context.place(of: violation)
    context.absorb { tree.resolved($0.node) == lens }
    context.report(self, place.range, message + place.suffix, related: place.related)
  }

  private static func hasText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first(where: { $0 > 0x20 }) else { return false }
    // A letter of ASCII settles it; blanks beyond ASCII are rare.
    return first < 0x7F || !String(decoding: bytes, as: UTF8.self).allSatisfy(\.isWhitespace)
  }
}
