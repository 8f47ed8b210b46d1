import DocumentTree
import MasqueModel

enum FileNameMismatchRule: Rule {
  static let description = RuleDescription(
    "file-name-mismatch", .hint,
    summary: "The file is not named after the masque.",
    reason: """
      A masque is looked up by its name, and its file is expected to have the name in lower case with hyphens between the
      words. A file that is named otherwise is often a copy whose name was not changed.
      """,
    bad: """
      # in the file tester.masque.yaml
      name: Release Manager
      """,
    good: """
      # in the file tester.masque.yaml
      name: Tester
      """)

  static func check(_ context: inout RuleContext) {
    guard let name = context.sections.name, context.tree.isText(name), !context.snapshot.path.isEmpty,
      !context.tree.withText(of: name, { MasqueName.isPlainly(context.snapshot.path, theFileOf: $0) }),
      let stem = MasqueName.stem(ofPath: context.snapshot.path)
    else { return }
    let text = context.tree.text(of: name)
    guard !MasqueName.stem(stem, isOf: text) else { return }
    let ending = context.snapshot.path.hasSuffix(".yml") ? "masque.yml" : "masque.yaml"
    context.report(
      self, context.firstLine(of: name),
      "this file is called `\(stem).\(ending)`, and \(context.quote(name)) belongs in "
        + "`\(MasqueName.stem(ofName: text)).\(ending)`: rename the file or the masque")
  }
}
