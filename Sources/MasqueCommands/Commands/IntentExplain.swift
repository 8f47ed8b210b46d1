import JSON
public import MasqueModel
import RegularLanguages
public import SourceText
import YAMLSyntax

/// `intent.explain`: what a masque's intent says of a phrase.
public enum IntentExplainCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// What is intended.
    public var phrase: String
    /// The masque.
    public var masque: MasqueReference?
    /// The URI of its file.
    public var uri: String?

    /// Arguments; see the properties.
    public init(phrase: String, masque: MasqueReference? = nil, uri: String? = nil) {
      self.phrase = phrase
      self.masque = masque
      self.uri = uri
    }
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// `allowed`, `denied` or `not-allowed`.
    public var verdict: String
    /// The first pattern that made the verdict what it is.
    @Nullable public var pattern: String?
    /// Where that pattern stands.
    @Nullable public var location: Location?
    /// Every pattern that matches.
    public var matches: [Match]
    /// The pattern that comes nearest where none matches.
    @Nullable public var nearest: Pattern?
  }

  /// Where a pattern stands.
  public struct Location: Encodable, Sendable, Hashable {
    /// The file.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column in Unicode scalars, from 1.
    public var column: Int
    /// The pattern's bytes in the file, with its quotes. No part of the JSON.
    public var range: ByteRange

    private enum CodingKeys: String, CodingKey { case file, line, column }
  }

  /// A pattern with its place.
  public struct Pattern: Encodable, Sendable, Hashable {
    /// The pattern as its author wrote it.
    public var pattern: String
    /// Where it stands.
    public var location: Location
  }

  /// A pattern that matches.
  public struct Match: Encodable, Sendable, Hashable {
    /// The pattern as its author wrote it.
    public var pattern: String
    /// `allowed` or `denied`.
    public var list: String
    /// Where it stands.
    public var location: Location
  }

  private static let location = ValueShape.object([
    ValueField("file", .string, "The file."),
    ValueField("line", .integer(minimum: 1), "The line, from 1."),
    ValueField("column", .integer(minimum: 1), "The column in Unicode scalars, from 1."),
  ])

  public static let description = CommandDescription(
    "intent.explain", title: "Check an Intent",
    summary: "Says whether a masque may set out to do something, and which pattern decides it.",
    discussion: """
      The phrase is denied if any pattern of `denied` matches it; else allowed if one of `allowed` does, or if the masque \
      has no such list; else not allowed. In a shell the exit status is 0 for a phrase that is allowed and 1 for any other.
      """,
    parameters: [
      CommandParameter(
        "phrase", .string, isRequired: true, isPositional: true, "What is intended, such as `implement the parser`."),
      masqueParameter(isPositional: false), uriParameter,
    ],
    result: [
      ValueField(
        "verdict",
        .choice([
          .init("allowed", "The masque may set out to do it."), .init("denied", "A pattern of `denied` matches."),
          .init("not-allowed", "Nothing matches, and there is a list of what is allowed."),
        ]), "The verdict."),
      ValueField(
        "pattern", .nullable(.string), "The first pattern that made the verdict what it is; null if none did."),
      ValueField("location", .nullable(location), "Where that pattern stands; null if there is none."),
      ValueField(
        "matches",
        .array(
          .object([
            ValueField("pattern", .string, "The pattern as its author wrote it."),
            ValueField(
              "list", .choice([.init("allowed", "What is allowed."), .init("denied", "What is denied.")]), "Its list."),
            ValueField("location", location, "Where it stands."),
          ])), "Every pattern that matches, the allowed ones first, in the order of the lists."),
      ValueField(
        "nearest",
        .nullable(
          .object([
            ValueField("pattern", .string, "The pattern as its author wrote it."),
            ValueField("location", location, "Where it stands."),
          ])),
        "Where nothing matches, the pattern that the fewest edits of the phrase would make match; null otherwise."),
    ],
    examples: [
      CommandExample(
        "A phrase and a masque.", ["phrase": "implement the parser", "masque": "Codesmith"])
    ])
}

/// Judges a phrase: what `intent.explain` does.
///
/// - Parameters:
///   - arguments: the phrase and the masque.
///   - context: where masques are found.
/// - Returns: the verdict.
/// - Throws: why there is none: no such masque, or one whose intent can't be read whole.
public func explainIntent(
  _ arguments: IntentExplainCommand.Arguments, _ context: CommandContext
) throws(CommandError) -> IntentExplainCommand.Result {
  let masque = try context.masque(arguments.masque, uri: arguments.uri, of: IntentExplainCommand.description)
  guard !arguments.phrase.allSatisfy(\.isWhitespace) else {
    throw CommandError(.invalidArguments, "`intent.explain`: `phrase` is blank; say what is intended")
  }
  let verdict = try masque.wholeIntent().verdict(for: arguments.phrase)
  func location(_ pattern: PlacedPattern) -> IntentExplainCommand.Location {
    let place = masque.place(of: pattern.place.itemRange.start)
    return IntentExplainCommand.Location(
      file: masque.identity.file, line: place.line, column: place.column, range: pattern.place.itemRange)
  }
  return IntentExplainCommand.Result(
    verdict: verdict.kind.rawValue, pattern: verdict.decidingPattern?.text,
    location: verdict.decidingPattern.map(location),
    matches: verdict.matches.map { match in
      IntentExplainCommand.Match(
        pattern: match.text, list: match.reference.list.rawValue, location: location(match))
    },
    nearest: verdict.nearestPattern.map { .init(pattern: $0.text, location: location($0)) })
}

extension LoadedMasque {
  /// The intent, every pattern of it.
  ///
  /// - Throws: why nothing can be said about phrases: what can't be read could deny any of them.
  public func wholeIntent() throws(CommandError) -> MasqueIntent {
    guard let intent = MasqueIntent(syntax.tree) else {
      throw CommandError(.unfitMasque, "\(identity.file) has no intent to ask")
    }
    if let error = intent.errors.first {
      throw CommandError(
        .unfitMasque,
        "\(identity.file) can't be asked: line \(place(of: error.range.start).line): \(error.error.message)")
    }
    guard intent.isWhole(.allowed), intent.isWhole(.denied) else {
      let problems = problems
      throw CommandError(
        .unfitMasque,
        "\(identity.file) can't be asked: "
          + (problems.isEmpty ? "its intent can't be read whole" : words(for: problems)))
    }
    return intent
  }
}
