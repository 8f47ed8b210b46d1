import JSON

/// `explainRule`: what a finding means. Only the analysis knows its rules, so this is the contract alone.
public enum ExplainRuleCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The rule's code.
    public var code: String
  }

  /// What it gives.
  public struct Result: Encodable, Sendable, Hashable {
    /// The code.
    public var code: String
    /// Its severity.
    public var severity: String
    /// Whether it runs unless somebody says otherwise.
    public var enabledByDefault: Bool
    /// Whether it looks at a whole library.
    public var library: Bool
    /// How safe its fix is; nil if it has none.
    @Nullable public var fix: String?
    /// What it finds.
    public var summary: String
    /// Why that matters.
    public var reason: String
    /// An example of what it finds.
    public var bad: String
    /// What to write instead.
    public var good: String
    /// All of it as a page.
    public var page: String

    /// A result; see the properties.
    public init(
      code: String, severity: String, enabledByDefault: Bool, library: Bool, fix: String?, summary: String,
      reason: String, bad: String, good: String, page: String
    ) {
      self.code = code
      self.severity = severity
      self.enabledByDefault = enabledByDefault
      self.library = library
      self.fix = fix
      self.summary = summary
      self.reason = reason
      self.bad = bad
      self.good = good
      self.page = page
    }
  }

  public static let description = CommandDescription(
    "explainRule", title: "Explain a Rule",
    summary: "Says what a finding means, why it matters and what to do.",
    parameters: [
      CommandParameter(
        "code", .string, isRequired: true, isPositional: true, "The code of the rule, such as `schema-enum`.")
    ],
    result: [
      ValueField("code", .string, "The rule's code."),
      ValueField(
        "severity",
        .choice([
          .init("error", "The masque can't be used."), .init("warning", "It hardly does what its author means."),
          .init("information", "Something to know."), .init("hint", "Something that could be better."),
        ]), "The severity of its findings, unless settings say otherwise."),
      ValueField("enabledByDefault", .boolean, "Whether it runs unless settings say otherwise."),
      ValueField("library", .boolean, "Whether it looks at all masques of a library together."),
      ValueField(
        "fix",
        .nullable(
          .choice([
            .init("safe", "What was meant is certain."), .init("unsafe", "It decides something for the author."),
            .init("displayOnly", "It leaves a gap to fill in."),
          ])), "How safe its fix is; null if it has none."),
      ValueField("summary", .string, "What it finds, in Markdown."),
      ValueField("reason", .string, "Why that matters, in Markdown."),
      ValueField("bad", .string, "A piece of a masque that it finds something in."),
      ValueField("good", .string, "The same, with nothing to find."),
      ValueField("page", .string, "All of it as a page in Markdown."),
    ],
    examples: [CommandExample("A rule.", ["code": "schema-enum"])])
}
