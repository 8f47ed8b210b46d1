import DocumentTree
import SourceText
import YAMLSyntax

enum HashInTextRule: Rule {
  static let description = RuleDescription(
    "yaml-hash-in-text", .hint, fix: .unsafe,
    summary: "A ` #word` ends a plain text and becomes a comment.",
    reason: """
      A `#` behind a blank begins a comment, so that the text ends before it without a word of warning. Comments are
      written with a blank behind the `#`; a `#` that is glued to a word was probably meant as text.
      """,
    bad: """
      attributes:
        tagline: Closes issue #42 for you
      """,
    good: """
      attributes:
        tagline: "Closes issue #42 for you"
      """)

  static func check(_ context: inout RuleContext) {
    let comments = context.syntax.comments
    guard !comments.isEmpty else { return }
    for comment in comments where comment.count > 1 {
      let next = context.tree.byte(at: comment.start + 1)
      guard next != 0x20, next != 0x09, next != UInt8(ascii: "#"), next != UInt8(ascii: "!") else { continue }
      guard let scalar = plainScalar(endingBefore: comment.start, in: context.tree) else { continue }
      let range = ByteRange(scalar.range.start, comment.end)
      context.report(
        self, comment,
        "\(context.quote(comment)) is a comment and no part of the text before it: put the whole text in quotes, or a "
          + "blank behind the `#`",
        fixes: [
          Fix(
            "Put the whole text in quotes",
            [TextEdit(range, ScalarWriting.doubleQuoted(context.snapshot.text[range]))], .unsafe)
        ])
    }
  }

  /// The plain scalar that ends on the comment's line with only blanks between the two.
  private static func plainScalar(endingBefore offset: Int, in tree: DocumentTree) -> Node? {
    var end = offset
    while end > 0, tree.byte(at: end - 1) == 0x20 || tree.byte(at: end - 1) == 0x09 { end -= 1 }
    guard let id = tree.node(at: end) else { return nil }
    let node = tree[id]
    guard node.kind == .scalar, node.style == .plain, Int(node.end) == end, node.count > 0,
      node.type == .string, !node.flags.contains(.key)
    else { return nil }
    return node
  }
}
