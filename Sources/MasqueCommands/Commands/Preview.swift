import JSON
import MasqueModel
public import MasqueWorkspace
import SourceText

/// `preview`: what putting a masque on prints.
public enum PreviewCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The masque.
    public var masque: MasqueReference?
    /// The URI of its file.
    public var uri: String?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Which masque it is.
    public var masque: MasqueIdentity
    /// What is printed.
    public var text: String
  }

  public static let description = CommandDescription(
    "preview", title: "Preview a Masque",
    summary: "Shows exactly what putting a masque on would print, and changes nothing.",
    discussion: """
      The text is the identity block that an agent is shown, and what its user is told behind it. It depends on the \
      masque and on the configuration alone. A masque that breaks the format is refused, as it would be then.
      """,
    parameters: [masqueParameter(isPositional: true), uriParameter],
    result: [
      ValueField("masque", .object(MasqueIdentity.fields), "Which masque it is."),
      ValueField("text", .string, "What is printed, with LF line breaks and one at its end."),
    ],
    examples: [CommandExample("A masque by its name.", ["masque": "Codesmith"])])
}

/// Previews a masque.
func previewMasque(
  _ arguments: PreviewCommand.Arguments, _ context: CommandContext
) throws(CommandError) -> PreviewCommand.Result {
  let masque = try context.masque(arguments.masque, uri: arguments.uri, of: PreviewCommand.description)
  let problems = masque.problems
  guard problems.isEmpty, let block = IdentityBlock(masque.syntax, context.blockOptions) else {
    throw CommandError(.unfitMasque, "\(masque.identity.file) can't be put on: \(masque.words(for: problems))")
  }
  return PreviewCommand.Result(masque: masque.identity, text: block.text)
}

extension LoadedMasque {
  /// The first of several problems, and how many more there are.
  ///
  /// - Parameter problems: what is wrong with the masque.
  /// - Returns: a sentence without its final full stop.
  public func words(for problems: [DocumentProblem]) -> String {
    guard let first = problems.first else { return "it says no name, version or ring" }
    let rest = problems.count - 1
    let more = rest > 0 ? ", and \(rest) more problem\(rest == 1 ? "" : "s")" : ""
    return "line \(place(of: first.range.start).line): \(first.message)\(more)"
  }
}
