import DocumentTree
import MasqueModel
import SourceText

enum KnowledgeDuplicateRule: Rule {
  static let description = RuleDescription(
    "knowledge-duplicate", .warning, fix: .safe,
    summary: "A source of knowledge is listed twice.",
    reason: """
      The second pointer leads to what the first one has already shown. Often it was meant to be another resource of the
      same server.
      """,
    bad: """
      knowledge:
        - mcp://handbook/style
        - mcp://handbook/style
      """,
    good: """
      knowledge:
        - mcp://handbook/style
        - mcp://handbook/glossary
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let knowledge = context.sections.knowledge, tree[knowledge].kind == .sequence, tree[knowledge].count > 1
    else { return }
    let items = tree.children(of: knowledge).filter { item in
      tree.resolved(item).map { tree[$0].kind == .scalar && tree[$0].count > 0 } ?? false
    }
    let values = items.map { tree.resolved($0) ?? $0 }
    for (first, second) in context.repeated(values) {
      context.report(
        self, tree[items[second]].range,
        "\(context.quote(values[second])) is listed a second time: remove it, or name the resource that was meant",
        related: [RelatedPlace(range: tree[items[first]].range, message: "the first one is here")],
        fixes: context.removal(ofItem: items[second], "Remove the second one"), tags: [.unnecessary])
    }
  }
}
