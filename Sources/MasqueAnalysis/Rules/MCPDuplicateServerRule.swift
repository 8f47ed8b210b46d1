import DocumentTree
import MasqueModel
import SourceText

enum MCPDuplicateServerRule: Rule {
  static let description = RuleDescription(
    "mcp-duplicate-server", .error,
    summary: "Two servers have the same name.",
    reason: """
      A server is enabled and spoken of by its name. Of two with one name the second replaces the first, or is refused,
      and `mcp://` pointers lead to one of them by chance.
      """,
    bad: """
      mcp:
        servers:
          - name: docs
            type: stdio
            command: docs-server
          - name: docs
            type: http
            url: "https://docs.example.com/mcp"
      """,
    good: """
      mcp:
        servers:
          - name: docs
            type: stdio
            command: docs-server
          - name: docs-online
            type: http
            url: "https://docs.example.com/mcp"
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let servers = tree.member("servers", of: context.sections.mcp), tree[servers].kind == .sequence,
      tree[servers].count > 1
    else { return }
    let names = tree.children(of: servers).compactMap { server -> NodeID? in
      guard let name = tree.member("name", of: tree.resolved(server)), tree[name].kind == .scalar, tree[name].count > 0
      else { return nil }
      return name
    }
    for (first, second) in context.repeated(names) where names[first] != names[second] {
      context.report(
        self, tree[names[second]].range,
        "a second server is called \(context.quote(names[second])): give it a name of its own, or remove it",
        related: [RelatedPlace(range: tree[names[first]].range, message: "the first one is here")])
    }
  }
}
