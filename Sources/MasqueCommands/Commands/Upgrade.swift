import JSON
import MasqueModel
import MasqueWorkspace

/// `upgrade`: takes over what has become of a pinned masque. The contract; who may write files implements it.
public enum UpgradeCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The masque.
    public var masque: MasqueReference
    /// Whether more than before is a failure.
    public var failOnWidening: Bool?

    /// Arguments; see the properties.
    public init(masque: MasqueReference, failOnWidening: Bool? = nil) {
      self.masque = masque
      self.failOnWidening = failOnWidening
    }
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Which masque it is, as it is pinned now.
    public var masque: MasqueIdentity
    /// The version that was pinned.
    public var before: String
    /// The SHA-256 that is pinned now.
    public var sha256: String
    /// The file that keeps it.
    public var lock: String
    /// Whether other bytes are pinned now.
    public var changed: Bool
    /// What has changed in the masque.
    public var changes: [String]

    /// A result; see the properties.
    public init(
      masque: MasqueIdentity, before: String, sha256: String, lock: String, changed: Bool, changes: [String]
    ) {
      self.masque = masque
      self.before = before
      self.sha256 = sha256
      self.lock = lock
      self.changed = changed
      self.changes = changes
    }
  }

  public static let description = CommandDescription(
    "upgrade", title: "Upgrade a Pinned Masque",
    summary: "Pins the bytes that a pinned masque has now, and says what has changed since.",
    parameters: [
      CommandParameter(
        "masque", MasqueReference.shape, isRequired: true, isPositional: true,
        "The masque: its name, its index, or the path of its file."),
      CommandParameter(
        "failOnWidening", .boolean,
        "Whether nothing is pinned if the masque may set out to do more than before, or if that can't be decided."),
    ],
    result: [
      ValueField("masque", .object(MasqueIdentity.fields), "Which masque it is, as it is pinned now."),
      ValueField("before", .string, "The version that was pinned."),
      ValueField("sha256", .string, "The SHA-256 that is pinned now, in hexadecimal digits."),
      ValueField("lock", .string, "The file that keeps it."),
      ValueField("changed", .boolean, "Whether other bytes are pinned now."),
      ValueField("changes", .array(.string), "What has changed in the masque: a sentence each."),
    ], hasEffects: true, examples: [CommandExample("A masque by its name.", ["masque": "Codesmith"])])
}
