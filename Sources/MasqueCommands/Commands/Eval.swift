import JSON

/// `eval`: holds masques to the evaluations beside them.
public enum EvalCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// Files of evaluations, masques or folders.
    public var files: [String]?

    /// Arguments; see the properties.
    public init(files: [String]? = nil) { self.files = files }
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The files.
    public var files: [File]
    /// How many cases came out as expected.
    public var passed: Int
    /// How many did not.
    public var failed: Int
    /// The masques that have no evaluations.
    public var without: [String]
  }

  /// A file of evaluations.
  public struct File: Encodable, Sendable, Hashable {
    /// Its path.
    public var file: String
    /// The masque's name.
    @Nullable public var masque: String?
    /// The cases.
    public var cases: [Case]
  }

  /// A case.
  public struct Case: Encodable, Sendable, Hashable {
    /// `file`, `intent` or `transcript`.
    public var kind: String
    /// The phrase, or the transcript's name and what is expected.
    public var name: String
    /// The line, from 1.
    public var line: Int
    /// Whether it came out as expected.
    public var passed: Bool
    /// What came out instead.
    @Nullable public var message: String?
  }

  public static let description = CommandDescription(
    "eval", title: "Run Evaluations",
    summary: "Holds masques to the evaluations beside them: phrases to verdicts, recorded transcripts to expectations.",
    discussion: """
      `NAME.eval.yaml` stands beside `NAME.masque.yaml`. No model is asked and nothing leaves the machine: phrases are \
      judged as they are when a masque is put on, and transcripts are those that were recorded. In a shell the exit status \
      is 1 if anything came out otherwise than expected.
      """,
    parameters: [
      CommandParameter(
        "files", .array(.string), isPositional: true,
        "Files of evaluations, masques whose evaluations are meant, or folders; all those beside masques that are found by name if not given."
      )
    ],
    result: [
      ValueField(
        "files",
        .array(
          .object([
            ValueField("file", .string, "The file of the evaluations."),
            ValueField("masque", .nullable(.string), "The masque's name; null if it can't be read."),
            ValueField(
              "cases",
              .array(
                .object([
                  ValueField(
                    "kind",
                    .choice([
                      .init("file", "The file itself: shown only where it can't be used."),
                      .init("intent", "A phrase and its verdict."),
                      .init("transcript", "An expectation of a recorded transcript."),
                    ]), "What it is about."),
                  ValueField("name", .string, "The phrase, or the transcript's name with what is expected of it."),
                  ValueField("line", .integer(minimum: 1), "Where it stands, from 1."),
                  ValueField("passed", .boolean, "Whether it came out as expected."),
                  ValueField("message", .nullable(.string), "What came out instead; null where nothing did."),
                ])), "The cases in the order of the file."),
          ])), "The files in the order of their paths."),
      ValueField("passed", .integer(minimum: 0), "How many cases came out as expected."),
      ValueField("failed", .integer(minimum: 0), "How many did not."),
      ValueField("without", .array(.string), "The files of masques that have no evaluations."),
    ],
    examples: [CommandExample("Those of one masque.", ["files": ["personas/codesmith.masque.yaml"]])])
}
