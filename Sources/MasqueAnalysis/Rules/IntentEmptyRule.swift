import DocumentTree
import MasqueModel
import RegularLanguages
import SourceText

enum IntentEmptyRule: Rule {
  static let description = RuleDescription(
    "intent-empty", .error,
    summary: "The intent allows nothing.",
    reason: """
      Whatever somebody means to do in this masque is turned down: the list of what is allowed is empty, or what is denied
      takes all of it. A masque that leaves `allowed` out altogether allows whatever it does not deny.
      """,
    bad: """
      intent:
        allowed:
          - "deploy staging *"
          - "deploy production *"
        denied:
          - "deploy *"
      """,
    good: """
      intent:
        allowed:
          - "deploy staging *"
        denied:
          - "deploy production *"
      """)

  static func check(_ context: inout RuleContext) {
    guard let reading = context.intent, reading.isEmptied, let list = reading.intent.allowedList else { return }
    let range = allowedKey(context).map { context.tree[$0].range } ?? context.firstLine(of: list)
    let dead = reading.analysis.dead.compactMap { dead in
      reading.pattern(.allowed, dead.index).map { (pattern: $0, cover: dead.cover) }
    }
    guard let first = dead.first else {
      context.report(
        self, range,
        "this list allows nothing: name what the masque is for, or leave `allowed` out so that all is allowed that is not "
          + "denied")
      return
    }
    let phrase = reading.analysis.phrase(matching: [first.pattern.reference]).map { ", not even \(spoken($0))" } ?? ""
    let related = dead.prefix(20).map { entry in
      let cover = entry.cover.compactMap { reading.pattern(.denied, $0) }
      let names = context.named(cover)
      return context.related(
        entry.pattern,
        cover.isEmpty
          ? "\(quoted(entry.pattern)) matches no phrase at all"
          : "\(quoted(entry.pattern)) is denied by \(names)")
    }
    context.report(
      self, range,
      "nothing is left of what is allowed\(phrase): "
        + "what is denied takes all of \(dead.count == 1 ? quoted(first.pattern) : "the \(dead.count) patterns")",
      related: related)
  }

  /// The key `allowed`, behind a merge key too.
  private static func allowedKey(_ context: RuleContext) -> NodeID? {
    let tree = context.tree
    guard let intent = context.sections.intent, tree[intent].kind == .mapping else { return nil }
    return tree.mergedPairs(of: intent).first { tree.hasText($0.key, "allowed") }?.key
  }
}
