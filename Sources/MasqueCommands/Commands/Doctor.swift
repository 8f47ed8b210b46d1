import JSON

/// `doctor`: whether everything is there that the configuration needs. The contract; who may look at the machine
/// implements it.
public enum DoctorCommand: Command {
  /// What it takes: nothing.
  public struct Arguments: Decodable, Sendable {}

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Whether nothing that is needed is missing.
    public var healthy: Bool
    /// What was looked at.
    public var checks: [Check]

    /// A result; see the properties.
    public init(healthy: Bool, checks: [Check]) {
      self.healthy = healthy
      self.checks = checks
    }
  }

  /// What was found in one place.
  public struct Check: Encodable, Sendable, Hashable {
    /// How it stands.
    public enum State: String, Encodable, Sendable, Hashable, CaseIterable {
      /// All is well.
      case ok
      /// It does for now.
      case notice
      /// Something that is needed is missing or wrong.
      case missing
    }

    /// What was looked at, in kebab-case.
    public var name: String
    /// How it stands.
    public var state: State
    /// What was found; no final full stop.
    public var message: String
    /// How to mend it.
    @Nullable public var remedy: String?

    /// What was found; see the properties.
    public init(_ name: String, _ state: State, _ message: String, remedy: String? = nil) {
      self.name = name
      self.state = state
      self.message = message
      self.remedy = remedy
    }
  }

  public static let description = CommandDescription(
    "doctor", title: "Check the Installation",
    summary: "Checks every program, path, port, version and permission that the configuration needs.",
    discussion: """
      It changes nothing. The network is used only for what the configuration names: ClickHouse and the replicas of \
      TigerBeetle; and the ports of telemetry on this machine. In a shell the exit status is 1 if something is missing \
      that is needed.
      """,
    parameters: [],
    result: [
      ValueField("healthy", .boolean, "Whether nothing that is needed is missing."),
      ValueField(
        "checks",
        .array(
          .object([
            ValueField(
              "name", .string, "What was looked at: `home`, `configuration`, `masque-lint`, `ledger` and so on."),
            ValueField(
              "state",
              .choice([
                .init("ok", "All is well."), .init("notice", "It does for now, and is worth knowing."),
                .init("missing", "Something that is needed is missing or wrong."),
              ]), "How it stands."),
            ValueField("message", .string, "What was found."),
            ValueField("remedy", .nullable(.string), "How to mend it; null where there is nothing to mend."),
          ])), "What was looked at, in a fixed order; one thing may have several findings."),
    ],
    examples: [CommandExample("Everything.", [:])])
}
