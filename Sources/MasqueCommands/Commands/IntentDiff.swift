import JSON
import MasqueModel
import RegularLanguages

/// `intent.diff`: how what one masque may set out to do relates to what another may.
public enum IntentDiffCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The masque to compare with.
    public var before: MasqueReference
    /// The masque that is compared.
    public var after: MasqueReference
    /// Whether more than before is a failure.
    public var failOnWidening: Bool?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// How the second relates to the first.
    public var relation: String
    /// A phrase that only the second lets through.
    @Nullable public var gained: String?
    /// A phrase that only the first lets through.
    @Nullable public var lost: String?
    /// Whether the second lets through what the first does not.
    @Nullable public var widens: Bool?
    /// Whether that was to be a failure.
    public var failed: Bool
    /// The first.
    public var before: MasqueIdentity
    /// The second.
    public var after: MasqueIdentity
  }

  public static let description = CommandDescription(
    "intent.diff", title: "Compare Intents",
    summary: "Compares what two masques may set out to do, and proves each difference by a phrase.",
    discussion: """
      The answer is exact: it is about every phrase that there could be, not about the patterns' texts. Past a budget of \
      work it is `undecided`. In a shell the exit status is 0, or 1 for what `failOnWidening` forbids.
      """,
    parameters: [
      CommandParameter(
        "before", MasqueReference.shape, isRequired: true, isPositional: true,
        "The masque to compare with, such as an earlier version: its name, its index, or the path or URI of its file."),
      CommandParameter(
        "after", MasqueReference.shape, isRequired: true, isPositional: true,
        "The masque that is compared: its name, its index, or the path or URI of its file."),
      CommandParameter(
        "failOnWidening", .boolean,
        "Whether it is a failure if the second masque lets anything through that the first does not, or if that can't "
          + "be decided."),
    ],
    result: [
      ValueField(
        "relation",
        .choice([
          .init("equal", "Both let the same phrases through."),
          .init("narrower", "The second lets less through."), .init("wider", "The second lets more through."),
          .init("incomparable", "Each lets something through that the other does not."),
          .init("undecided", "The budget of work did not suffice."),
        ]), "How the second masque relates to the first."),
      ValueField(
        "gained", .nullable(.string), "A phrase that only the second masque lets through; null if none is known."),
      ValueField(
        "lost", .nullable(.string), "A phrase that only the first masque lets through; null if none is known."),
      ValueField(
        "widens", .nullable(.boolean),
        "Whether the second masque lets something through that the first does not; null if that is undecided."),
      ValueField("failed", .boolean, "Whether that is a failure, by `failOnWidening`."),
      ValueField("before", .object(MasqueIdentity.fields), "The first masque."),
      ValueField("after", .object(MasqueIdentity.fields), "The second masque."),
    ],
    examples: [
      CommandExample("Two masques.", ["before": "Codesmith", "after": "Reviewer"]),
      CommandExample(
        "Two versions of one, for continuous integration.",
        [
          "before": "old/codesmith.masque.yaml", "after": "personas/codesmith.masque.yaml", "failOnWidening": true,
        ]),
    ])
}

/// Compares two intents.
func compareIntents(
  _ arguments: IntentDiffCommand.Arguments, _ context: CommandContext
) throws(CommandError) -> IntentDiffCommand.Result {
  let description = IntentDiffCommand.description
  let before = try context.masque(arguments.before, of: description, parameter: "before")
  let after = try context.masque(arguments.after, of: description, parameter: "after")
  let comparison = try after.wholeIntent().compared(to: try before.wholeIntent())
  func phrase(_ example: PhraseLanguage.Example) -> String? {
    if case .phrase(let phrase) = example { phrase.text } else { nil }
  }
  return IntentDiffCommand.Result(
    relation: comparison.relation.rawValue, gained: phrase(comparison.onlyHere), lost: phrase(comparison.onlyThere),
    widens: comparison.isWidening,
    // What can't be decided could be a widening.
    failed: arguments.failOnWidening == true && comparison.isWidening != false,
    before: before.identity, after: after.identity)
}
