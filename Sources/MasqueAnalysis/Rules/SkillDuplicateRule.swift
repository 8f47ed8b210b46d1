import DocumentTree
import MasqueModel
import SourceText

enum SkillDuplicateRule: Rule {
  static let description = RuleDescription(
    "skill-duplicate", .warning, fix: .safe,
    summary: "A skill is claimed twice.",
    reason: """
      A skill is claimed once, at one level. Of two claims readers take one or the other, and an evaluation counts both.
      The fix is unsafe where the two claim different levels.
      """,
    bad: """
      skills:
        - uri: skill://programming/swift
          level: expert
        - uri: skill://programming/swift
          level: expert
      """,
    good: """
      skills:
        - uri: skill://programming/swift
          level: expert
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let skills = context.sections.skills, tree[skills].kind == .sequence, tree[skills].count > 1 else { return }
    var items: [NodeID] = []
    var uris: [NodeID] = []
    for item in tree.children(of: skills) {
      if let uri = tree.member("uri", of: tree.resolved(item)), tree[uri].kind == .scalar, tree[uri].count > 0 {
        items.append(item)
        uris.append(uri)
      }
    }
    for (first, second) in context.repeated(uris) {
      let levels = [items[first], items[second]].map { tree.member("level", of: tree.resolved($0)) }
      let texts = levels.map { level in level.map { tree.text(of: $0) } ?? "no level" }
      let isSame = texts[0] == texts[1]
      context.report(
        self, tree[items[second]].kind == .alias ? tree[items[second]].range : tree[uris[second]].range,
        "\(context.quote(uris[second])) is claimed a second time: "
          + (isSame ? "remove it" : "keep `\(texts[0])` or `\(texts[1])`"),
        related: [RelatedPlace(range: tree[uris[first]].range, message: "the first claim is here")],
        fixes: context.removal(ofItem: items[second], "Remove the second claim", isSame ? .safe : .unsafe),
        tags: [.unnecessary])
    }
  }
}
