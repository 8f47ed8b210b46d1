import JSON

/// `analytics.migrate`: brings ClickHouse's schema to its present form.
public enum AnalyticsMigrateCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {}

  /// What it gives.
  public struct Result: Codable, Sendable {
    /// The migrations that were applied now.
    public var applied: [String]
    /// Those that were applied before.
    public var present: [String]
  }

  public static let description = CommandDescription(
    "analytics.migrate", title: "Migrate Analytics",
    summary: "Brings the schema of the configured ClickHouse to its present form; what was applied is left alone.",
    parameters: [],
    result: [
      ValueField("applied", .array(.string), "The migrations that were applied now, by their names."),
      ValueField("present", .array(.string), "Those that were applied before."),
    ], hasEffects: true, examples: [CommandExample("The server that `config.yaml` names.", [:])])
}

/// `analytics.status`: what waits to be sent.
public enum AnalyticsStatusCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {}

  /// What it gives.
  public struct Result: Codable, Sendable {
    /// Whether a server is configured.
    public var configured: Bool
    /// Whether it answers.
    public var reachable: Bool
    /// Whether its schema is in its present form.
    public var migrated: Bool
    /// Why it can't be used, if it can't.
    public var problem: String?
    /// How many wearings wait.
    public var sessions: Int
    /// Since when the oldest waits.
    public var oldest: String?
    /// How many wearings it refuses.
    public var rejected: Int
    /// How many bytes of telemetry wait.
    public var telemetryBytes: Int
  }

  public static let description = CommandDescription(
    "analytics.status", title: "Show Analytics",
    summary: "Says what waits to be sent to the configured ClickHouse, and whether that can be reached.",
    discussion: "Nothing is lost while it can't: what waits is sent when it answers again.", parameters: [],
    result: [
      ValueField("configured", .boolean, "Whether `config.yaml` names a server. Without one nothing is ever sent."),
      ValueField("reachable", .boolean, "Whether it answers."),
      ValueField("migrated", .boolean, "Whether its schema is in its present form."),
      ValueField("problem", .string, isRequired: false, "Why it can't be used, if it can't."),
      ValueField("sessions", .integer(minimum: 0), "How many wearings that have ended wait."),
      ValueField("oldest", .string, isRequired: false, "Since when the oldest waits: a timestamp."),
      ValueField(
        "rejected", .integer(minimum: 0), "How many wearings it refuses; they are kept in `analytics/rejected`."),
      ValueField("telemetryBytes", .integer(minimum: 0), "How many bytes of telemetry wait."),
    ], examples: [CommandExample("The server that `config.yaml` names.", [:])])
}

/// `analytics.flush`: sends what waits, at once.
public enum AnalyticsFlushCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {}

  /// What it gives.
  public struct Result: Codable, Sendable {
    /// How many wearings were sent.
    public var sessions: Int
    /// How many rows of telemetry were sent.
    public var rows: Int
    /// How many wearings were refused.
    public var rejected: Int
  }

  public static let description = CommandDescription(
    "analytics.flush", title: "Flush Analytics",
    summary: "Sends what waits for the configured ClickHouse, at once; a running receiver does it every few seconds.",
    parameters: [],
    result: [
      ValueField("sessions", .integer(minimum: 0), "How many wearings were sent."),
      ValueField("rows", .integer(minimum: 0), "How many rows of telemetry were sent."),
      ValueField(
        "rejected", .integer(minimum: 0), "How many wearings were refused; they are kept in `analytics/rejected`."),
    ], hasEffects: true, examples: [CommandExample("The server that `config.yaml` names.", [:])])
}
