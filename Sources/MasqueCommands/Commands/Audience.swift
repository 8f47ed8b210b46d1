public import JSON

/// `audience.start`: starts the receiver of telemetry.
public enum AudienceStartCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The port for telemetry.
    public var port: Int?
    /// The port for health.
    public var healthPort: Int?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The receiver that runs now.
    public var receiver: AudienceReceiver
    /// Whether it did not run before.
    public var started: Bool

    /// A result; see the properties.
    public init(receiver: AudienceReceiver, started: Bool) {
      self.receiver = receiver
      self.started = started
    }
  }

  public static let description = CommandDescription(
    "audience.start", title: "Start the Audience",
    summary: "Starts the receiver of telemetry in the background; one that runs is left alone.",
    discussion: """
      The receiver takes logs, metrics and traces by OTLP over HTTP on 127.0.0.1, and keeps them in files under \
      `${MASQUES_HOME}/telemetry`. Nothing leaves the machine.
      """,
    parameters: [
      CommandParameter(
        "port", .integer(minimum: 1), "The port for telemetry, instead of the one in `config.yaml`, usually 4318."),
      CommandParameter(
        "healthPort", .integer(minimum: 1),
        "The port that tells how the receiver is, instead of the one in `config.yaml`, usually 13133."),
    ],
    result: [
      ValueField("receiver", .object(AudienceReceiver.fields), "The receiver that runs now."),
      ValueField("started", .boolean, "Whether it did not run before."),
    ], hasEffects: true, examples: [CommandExample("With the ports of the configuration.", [:])])
}

/// `audience.stop`: stops the receiver of telemetry.
public enum AudienceStopCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {}

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// Whether it ran before.
    public var stopped: Bool

    /// A result; see the properties.
    public init(stopped: Bool) { self.stopped = stopped }
  }

  public static let description = CommandDescription(
    "audience.stop", title: "Stop the Audience",
    summary: "Stops the receiver of telemetry, when it has answered what is under way.",
    parameters: [], result: [ValueField("stopped", .boolean, "Whether it ran before.")], hasEffects: true,
    examples: [CommandExample("Whichever runs.", [:])])
}

/// `audience.status`: how the receiver of telemetry is.
public enum AudienceStatusCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {}

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The receiver, if it runs.
    public var receiver: AudienceReceiver?
    /// What it has done; absent if it does not answer.
    public var figures: AudienceFigures?
    /// Why telemetry is not kept, if it is not.
    public var problem: String?
    /// The folder of the files.
    public var folder: String
    /// The files, the newest of each kind first.
    public var files: [File]

    /// A file of telemetry.
    public struct File: Encodable, Sendable {
      /// Its name.
      public var name: String
      /// How many bytes it has.
      public var bytes: Int

      /// A file; see the properties.
      public init(name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
      }
    }

    /// A result; see the properties.
    public init(
      receiver: AudienceReceiver?, figures: AudienceFigures?, problem: String?, folder: String, files: [File]
    ) {
      self.receiver = receiver
      self.figures = figures
      self.problem = problem
      self.folder = folder
      self.files = files
    }
  }

  public static let description = CommandDescription(
    "audience.status", title: "Show the Audience",
    summary: "Says whether the receiver of telemetry runs, what it has taken, and how large its files are.",
    parameters: [],
    result: [
      ValueField("receiver", .object(AudienceReceiver.fields), isRequired: false, "The receiver, if it runs."),
      ValueField(
        "figures", .object(AudienceFigures.fields), isRequired: false,
        "What it has done since it was started; absent if it does not answer."),
      ValueField("problem", .string, isRequired: false, "Why telemetry is not kept, if it is not."),
      ValueField("folder", .string, "The folder of the files."),
      ValueField(
        "files",
        .array(
          .object([
            ValueField("name", .string, "Its name: `logs.jsonl` is written, `logs-….jsonl` is not any more."),
            ValueField("bytes", .integer(minimum: 0), "How many bytes it has."),
          ])), "The files of telemetry, in the order of their names."),
    ], examples: [CommandExample("Whichever runs.", [:])])
}

/// `audience.config`: what an agent must be told so that it sends its telemetry.
public enum AudienceConfigCommand: Command {
  /// Which settings of the agent are meant.
  public enum Scope: String, Decodable, Sendable, CaseIterable {
    /// Those of the user.
    case user
    /// Those that a project shares.
    case project
    /// Those of the user in a project.
    case local
  }

  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// Whether the settings are written.
    public var write: Bool?
    /// Which ones.
    public var scope: Scope?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The settings, as the agent's file has them.
    public var settings: JSONValue
    /// The agent's file.
    public var file: String
    /// Whether the file was changed.
    public var changed: Bool
    /// Variables that had another value.
    public var replaced: [Replaced]

    /// A variable that had another value.
    public struct Replaced: Encodable, Sendable {
      /// Its name.
      public var name: String
      /// The value that it had, as JSON.
      public var value: String

      /// A variable; see the properties.
      public init(name: String, value: String) {
        self.name = name
        self.value = value
      }
    }

    /// A result; see the properties.
    public init(settings: JSONValue, file: String, changed: Bool, replaced: [Replaced]) {
      self.settings = settings
      self.file = file
      self.changed = changed
      self.replaced = replaced
    }
  }

  public static let description = CommandDescription(
    "audience.config", title: "Configure Telemetry",
    summary: "Says what makes Claude Code send its telemetry here, and writes it into its settings where wanted.",
    discussion: """
      Prompts are not sent: `OTEL_LOG_USER_PROMPTS` is left alone. What tools are given is sent, to this machine alone: \
      without that, skills have no names. In the settings' file only these variables are touched; every other byte stays.
      """,
    parameters: [
      CommandParameter("write", .boolean, "Whether the settings are written into the file."),
      CommandParameter(
        "scope",
        .choice([
          .init("user", "The user's settings, for all projects."),
          .init("project", "The project's settings, which others share."),
          .init("local", "The user's settings in this project."),
        ]), "Which settings are meant; `user` if nothing is said."),
    ],
    result: [
      ValueField("settings", .map, "The settings, as the agent's file has them."),
      ValueField("file", .string, "The agent's file."),
      ValueField("changed", .boolean, "Whether the file was changed."),
      ValueField(
        "replaced",
        .array(
          .object([
            ValueField("name", .string, "Its name."),
            ValueField("value", .string, "The value that it has, or had before it was written, as JSON."),
          ])), "Variables that have another value in the file, or had before it was written."),
    ], hasEffects: true, examples: [CommandExample("Into the user's settings.", ["write": true])])
}

/// `audience.logs`: what the receiver has to tell, or what it has heard.
public enum AudienceLogsCommand: Command {
  /// What is shown.
  public enum Of: String, Decodable, Sendable, CaseIterable {
    /// What agents did.
    case events
    /// What happened to the receiver.
    case receiver
  }

  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// How many lines.
    public var lines: Int?
    /// Of what.
    public var of: Of?
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The lines, the latest last.
    public var lines: [String]

    /// A result.
    public init(lines: [String]) { self.lines = lines }
  }

  public static let description = CommandDescription(
    "audience.logs", title: "Show Telemetry",
    summary: "Shows the last events that were received, or the last lines of the receiver's own log.",
    discussion:
      "Of an event its time, its name, its session and a few figures are shown, and never a text of anybody's.",
    parameters: [
      CommandParameter("lines", .integer(minimum: 1), "How many lines; 20 if nothing is said."),
      CommandParameter(
        "of",
        .choice([
          .init("events", "What agents did."), .init("receiver", "What happened to the receiver."),
        ]), "What is shown; `events` if nothing is said."),
    ], result: [ValueField("lines", .array(.string), "The lines, the latest last.")],
    examples: [CommandExample("The last fifty events.", ["lines": 50])])
}

/// A receiver that runs.
public struct AudienceReceiver: Codable, Sendable, Hashable {
  /// Its process.
  public var pid: Int
  /// Its port for telemetry.
  public var port: Int
  /// Its port for health.
  public var healthPort: Int
  /// Since when it runs.
  public var since: String
  /// The version of its program.
  public var program: String
  /// Where telemetry is sent to.
  public var endpoint: String

  /// A receiver; see the properties.
  public init(pid: Int, port: Int, healthPort: Int, since: String, program: String) {
    self.pid = pid
    self.port = port
    self.healthPort = healthPort
    self.since = since
    self.program = program
    endpoint = "http://127.0.0.1:\(port)"
  }

  /// What there is to say about each part.
  public static let fields: [ValueField] = [
    ValueField("pid", .integer(minimum: 1), "The number of its process."),
    ValueField("port", .integer(minimum: 1), "Its port for telemetry."),
    ValueField("healthPort", .integer(minimum: 1), "Its port that tells how it is."),
    ValueField("since", .string, "Since when it runs: a timestamp."),
    ValueField("program", .string, "The version of its program."),
    ValueField("endpoint", .string, "Where telemetry is sent to."),
  ]
}

/// What a receiver has done since it was started.
public struct AudienceFigures: Codable, Sendable, Hashable {
  /// Requests that were taken.
  public var requests: Int
  /// Requests that were no telemetry.
  public var refused: Int
  /// Requests that were asked to come again.
  public var postponed: Int
  /// Log records and events.
  public var logRecords: Int
  /// Data points of metrics.
  public var dataPoints: Int
  /// Spans of traces.
  public var spans: Int
  /// Bytes written.
  public var bytesWritten: Int
  /// Bytes that wait for the disk.
  public var bytesWaiting: Int
  /// Open connections.
  public var connections: Int

  /// What there is to say about each part.
  public static let fields: [ValueField] = [
    ValueField("requests", .integer(minimum: 0), "Requests that were taken."),
    ValueField("refused", .integer(minimum: 0), "Requests that were no telemetry."),
    ValueField("postponed", .integer(minimum: 0), "Requests that were asked to come again."),
    ValueField("logRecords", .integer(minimum: 0), "Log records and events."),
    ValueField("dataPoints", .integer(minimum: 0), "Data points of metrics."),
    ValueField("spans", .integer(minimum: 0), "Spans of traces."),
    ValueField("bytesWritten", .integer(minimum: 0), "Bytes written into files."),
    ValueField("bytesWaiting", .integer(minimum: 0), "Bytes that wait for the disk."),
    ValueField("connections", .integer(minimum: 0), "Open connections."),
  ]
}
