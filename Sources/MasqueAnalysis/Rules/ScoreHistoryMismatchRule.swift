import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum ScoreHistoryMismatchRule: Rule {
  static let description = RuleDescription(
    "score-history-mismatch", .hint, fix: .unsafe,
    summary: "The score is not that of the latest evaluation.",
    reason: """
      The score is the latest verdict, and the history says how it came about. Where they differ, one of the two was
      forgotten. Nothing is said while there is no score or no history.
      """,
    bad: """
      performance:
        score: "*"
        history:
          - date: "2026-03-01T09:00:00Z"
            score: "+"
      """,
    good: """
      performance:
        score: "+"
        history:
          - date: "2026-03-01T09:00:00Z"
            score: "+"
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let score = tree.member("score", of: context.sections.performance), tree.isText(score),
      !tree[score].flags.contains(.repaired)
    else { return }
    if let last = context.latestPlainEvaluation, let latest = tree.member("score", of: last),
      tree.sameText(score, latest)
    {
      return
    }
    let history = context.evaluations
    guard let last = history.indices.max(by: { (history[$0].moment, $0) < (history[$1].moment, $1) }),
      let latest = history[last].score, tree.isText(latest), !tree[latest].flags.contains(.repaired),
      !tree.sameText(score, latest)
    else { return }
    // A score that is none has a finding of its own.
    guard !context.violations.contains(where: { [score, latest].contains(tree.resolved($0.node)) }) else { return }
    let fixes = context.syntax.replacing(score, withText: tree.text(of: latest)).map {
      [Fix("Set the score to `\(tree.text(of: latest))`", [$0], .unsafe)]
    }
    context.report(
      self, tree[score].range,
      "the score is `\(tree.text(of: score))`, and the latest evaluation, of \(context.quote(history[last].date)), says "
        + "`\(tree.text(of: latest))`: change the score, or add the evaluation that it comes from",
      related: [RelatedPlace(range: tree[latest].range, message: "the latest evaluation is here")], fixes: fixes ?? [])
  }
}
