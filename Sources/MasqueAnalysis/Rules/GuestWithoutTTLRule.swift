import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum GuestWithoutTTLRule: Rule {
  static let description = RuleDescription(
    "guest-without-ttl", .warning, fix: .unsafe,
    summary: "A masque for guests does not say when it ends.",
    reason: """
      Guests are there for a limited time, under supervision. `session` is no limit: a session may last as long as anybody
      likes. A duration ends the visit by itself, such as `PT8H` for a working day.
      """,
    bad: """
      ring: guest
      access:
        ttl: session
      """,
    good: """
      ring: guest
      access:
        ttl: PT8H
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let ring = context.sections.ring, tree.hasText(ring, "guest"), !tree[ring].flags.contains(.repaired) else {
      return
    }
    let access = context.sections.access
    guard let ttl = tree.member("ttl", of: access) else {
      reportMissing(ring, access, &context)
      return
    }
    guard tree.hasText(ttl, "session") else { return }
    let fixes = context.syntax.replacing(ttl, withText: "PT8H").map {
      [Fix("Write `PT8H`, a working day", [$0], .unsafe)]
    }
    context.report(
      self, tree[ttl].range,
      "a guest's time must end, and `session` lasts as long as anybody likes: give `ttl` a duration, such as `PT8H`",
      related: [RelatedPlace(range: tree[ring].range, message: "the ring is set here")], fixes: fixes ?? [])
  }

  private static func reportMissing(_ ring: NodeID, _ access: NodeID?, _ context: inout RuleContext) {
    let tree = context.tree
    // The time may be there and not readable, or under a misspelt key: those have findings of their own.
    guard context.syntax.isWellFormed, let root = tree.root else { return }
    if let access, tree[access].kind != .mapping { return }
    let (place, key) = access.map { ($0, "ttl") } ?? (root, "access")
    let isMisspelt = tree.pairs(of: place).contains { pair in
      tree[pair.key].kind == .scalar && nearestSpelling(of: tree.text(of: pair.key), among: [key]) != nil
    }
    guard !isMisspelt else { return }
    context.report(
      self, tree[ring].range, "a guest's time must end: give `access.ttl` a duration, such as `PT8H`",
      fixes: insertion(into: place, key, context).map { [Fix("Add `ttl: PT8H`, a working day", [$0], .unsafe)] } ?? [])
  }

  private static func insertion(into mapping: NodeID, _ key: String, _ context: RuleContext) -> TextEdit? {
    let tree = context.tree
    if tree[mapping].count == 0 { return TextEdit(tree[mapping].range, "{ttl: PT8H}") }
    // A merged mapping is written somewhere else.
    guard !tree[mapping].flags.contains(.merge) else { return nil }
    let order = context.schema.propertyNames(of: context.subschemas(of: mapping)).map(\.name)
    let earlier = Set(order.prefix { $0 != key })
    let anchor = tree.pairs(of: mapping).filter { earlier.contains(tree.text(of: $0.key)) }.last?.key
    let value = key == "ttl" ? "PT8H" : tree[mapping].style == .flow ? "{ttl: PT8H}" : "\n  ttl: PT8H"
    return context.syntax.inserting([(key, value)], into: mapping, after: anchor)
  }
}
