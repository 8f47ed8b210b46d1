import JSON
public import MasqueWorkspace

/// `syncManifest`: rewrites a library's manifest. The contract; who may write files implements it.
public enum SyncManifestCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// Whose library it is.
    public var source: MasqueSource?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The manifests.
    public var manifests: [Manifest]

    /// A result.
    public init(manifests: [Manifest]) { self.manifests = manifests }
  }

  /// A manifest.
  public struct Manifest: Encodable, Sendable {
    /// Its file.
    public var file: String
    /// How many masques it lists.
    public var masques: Int
    /// Whether it said something else before.
    public var changed: Bool
    /// The files that it can't list.
    public var skipped: [ListCommand.Problem]

    /// A manifest; see the properties.
    public init(file: String, masques: Int, changed: Bool, skipped: [ListCommand.Problem]) {
      self.file = file
      self.masques = masques
      self.changed = changed
      self.skipped = skipped
    }
  }

  public static let description = CommandDescription(
    "syncManifest", title: "Rewrite Manifests",
    summary: "Rewrites `manifest.yaml` of a library from the masques in it.",
    discussion: """
      The masques stand in the order of their names. A file that is no whole masque is left out and named. A manifest that \
      says all of it already is not touched, so that its time says when something changed.
      """,
    parameters: [
      CommandParameter(
        "source", MasqueIdentity.sourceShape, isPositional: true,
        "Whose library. Your own and the workspace's if not given, as far as they are there.")
    ],
    result: [
      ValueField(
        "manifests",
        .array(
          .object([
            ValueField("file", .string, "Its file."),
            ValueField("masques", .integer(minimum: 0), "How many masques it lists."),
            ValueField("changed", .boolean, "Whether it said something else before."),
            ValueField(
              "skipped",
              .array(
                .object([
                  ValueField("file", .string, "The file."), ValueField("message", .string, "Why it is left out."),
                ])), "The files that it can't list."),
          ])), "The manifests, private before shared.")
    ], hasEffects: true,
    examples: [CommandExample("That of the workspace.", ["source": "shared"])])
}
