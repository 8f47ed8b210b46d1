import JSON

/// `pin`: writes down which bytes of a masque are meant. The contract; who may write files implements it.
public enum PinCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The masque.
    public var masque: MasqueReference
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Which masque it is.
    public var masque: MasqueIdentity
    /// The SHA-256 of its file.
    public var sha256: String
    /// The file that keeps it.
    public var lock: String
    /// Whether it was not pinned before.
    public var changed: Bool

    /// A result; see the properties.
    public init(masque: MasqueIdentity, sha256: String, lock: String, changed: Bool) {
      self.masque = masque
      self.sha256 = sha256
      self.lock = lock
      self.changed = changed
    }
  }

  public static let description = CommandDescription(
    "pin", title: "Pin a Masque",
    summary:
      "Writes a masque's version and SHA-256 into `.masques.lock.yaml`, so that no other bytes pass for it here.",
    discussion: """
      A masque that is pinned already is left alone: with the same bytes there is nothing to do, and other bytes are an \
      upgrade, which is deliberate.
      """,
    parameters: [
      CommandParameter(
        "masque", MasqueReference.shape, isRequired: true, isPositional: true,
        "The masque: its name, its index, or the path of its file.")
    ],
    result: [
      ValueField("masque", .object(MasqueIdentity.fields), "Which masque it is."),
      ValueField("sha256", .string, "The SHA-256 of its file, in hexadecimal digits."),
      ValueField("lock", .string, "The file that keeps it."),
      ValueField("changed", .boolean, "Whether it was not pinned before."),
    ], hasEffects: true,
    examples: [CommandExample("A masque by its name.", ["masque": "Codesmith"])])
}
