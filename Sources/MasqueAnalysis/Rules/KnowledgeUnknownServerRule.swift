import DocumentTree
import MasqueModel
import SourceText
import YAMLSyntax

enum KnowledgeUnknownServerRule: Rule {
  static let description = RuleDescription(
    "knowledge-unknown-server", .warning, fix: .unsafe, isOnByDefault: false,
    summary: "A source of knowledge is on a server that the masque does not bundle.",
    reason: """
      Pointers to knowledge are declarations, and a server may well be set up outside the masque; so nobody is told unless
      they ask. Teams whose masques bundle every server that they use can switch this on, to find misspelt servers.
      """,
    bad: """
      knowledge:
        - mcp://hanbook/style
      mcp:
        servers:
          - name: handbook
            type: http
            url: "https://handbook.example.com/mcp"
      """,
    good: """
      knowledge:
        - mcp://handbook/style
      mcp:
        servers:
          - name: handbook
            type: http
            url: "https://handbook.example.com/mcp"
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let knowledge = context.sections.knowledge, tree[knowledge].kind == .sequence else { return }
    var servers: [String] = []
    if let list = tree.member("servers", of: context.sections.mcp), tree[list].kind == .sequence {
      for item in tree.children(of: list) {
        if let name = tree.member("name", of: tree.resolved(item)), tree.isText(name) {
          servers.append(tree.text(of: name))
        }
      }
    }
    // Host names have no case.
    let known = Set(servers.map { $0.lowercased() })
    var unknown: [(server: String, places: [NodeID])] = []
    for item in tree.children(of: knowledge) where tree.isText(item) {
      let text = tree.text(of: item)
      guard text.hasPrefix("mcp://") else { continue }
      let server = String(text.dropFirst(6).prefix { $0 != "/" })
      guard !server.isEmpty, !known.contains(server.lowercased()) else { continue }
      if let index = unknown.firstIndex(where: { $0.server == server }) {
        unknown[index].places.append(item)
      } else {
        unknown.append((server, [item]))
      }
    }
    for (server, places) in unknown {
      let nearest = nearestSpelling(of: server, among: servers)
      let edits = places.compactMap { place in
        nearest.flatMap { nearest in
          context.syntax.replacing(
            place, withText: "mcp://" + nearest + tree.text(of: place).dropFirst(6 + server.count))
        }
      }
      context.report(
        self, tree[places[0]].range,
        "\(context.quote(places[0])) is on the server `\(server)`, which this masque does not bundle: "
          + (nearest.map { "did you mean `\($0)`?" } ?? "add it to `mcp.servers`"),
        related: places.dropFirst().prefix(5).map {
          RelatedPlace(range: tree[$0].range, message: "it is named here, too")
        },
        fixes: nearest.map { [Fix("Change the server to `\($0)`", edits, .unsafe)] } ?? [])
    }
  }
}
