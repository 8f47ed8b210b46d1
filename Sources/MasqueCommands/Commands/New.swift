import JSON
import MasqueModel
public import MasqueWorkspace

/// `new`: writes a masque to start from. The contract; who may write files implements it.
public enum NewCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The masque's name.
    public var name: String
    /// Whose it is to be.
    public var source: MasqueSource?
    /// Its index.
    public var index: Int?
    /// Its ring.
    public var ring: String?
    /// What it works on.
    public var domain: String?
    /// What wearing it is like.
    public var tagline: String?
    /// What it may set out to do.
    public var allowed: [String]?
    /// What it may not.
    public var denied: [String]?
    /// How it thinks.
    public var lens: String?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Which masque was written.
    public var masque: MasqueIdentity
    /// Its text.
    public var text: String

    /// A result; see the properties.
    public init(masque: MasqueIdentity, text: String) {
      self.masque = masque
      self.text = text
    }
  }

  public static let description = CommandDescription(
    "new", title: "New Masque",
    summary: "Writes a masque to start from, with nothing for the linter to find.",
    discussion: """
      What is not said is a placeholder. A file that is there is left alone. The index is the next free one of the \
      library, and a masque without a ring is a guest for a working day.
      """,
    parameters: [
      CommandParameter("name", .string, isRequired: true, isPositional: true, "The name of the new masque."),
      CommandParameter("source", MasqueIdentity.sourceShape, "Whose it is to be. Shared if not given."),
      CommandParameter("index", .integer(minimum: 1), "Its index. The next free one if not given."),
      CommandParameter("ring", MasqueIdentity.ringShape, "Its ring. `guest` if not given."),
      CommandParameter("domain", .string, "What it works on."),
      CommandParameter("tagline", .string, "What wearing it is like, in a sentence."),
      CommandParameter("allowed", .array(.string), "Patterns of what it may set out to do."),
      CommandParameter("denied", .array(.string), "Patterns of what it must not do."),
      CommandParameter("lens", .string, "How it thinks, what comes first, and what it turns down."),
    ],
    result: [
      ValueField("masque", .object(MasqueIdentity.fields), "Which masque was written."),
      ValueField("text", .string, "Its text."),
    ], hasEffects: true,
    examples: [
      CommandExample("A masque to fill in.", ["name": "Code Gardener"]),
      CommandExample(
        "A masque that says more.",
        ["name": "Gardener", "ring": "player", "allowed": ["prune *"], "denied": ["prune * without asking"]]),
    ])
}
