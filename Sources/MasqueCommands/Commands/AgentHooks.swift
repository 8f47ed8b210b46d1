import JSON
import MasqueModel
import MasqueWorkspace

/// `hook.sessionStart`: an agent's session begins or goes on. The contract; the runtime implements it.
public enum HookSessionStartCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The agent's session.
    public var session: String
    /// Why it starts.
    public var reason: String?

    /// Arguments; see the properties.
    public init(session: String, reason: String? = nil) {
      self.session = session
      self.reason = reason
    }
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The masque that is worn.
    @Nullable public var active: WornMasque?
    /// What the agent is told.
    public var text: String
    /// What else there is to know.
    public var warnings: [String]

    /// A result; see the properties.
    public init(active: WornMasque?, text: String, warnings: [String]) {
      self.active = active
      self.text = text
      self.warnings = warnings
    }
  }

  public static let description = CommandDescription(
    "hook.sessionStart", title: "Agent's Session Starts",
    summary: "Binds an agent's session to the masque that is worn, and tells the agent again who it is.",
    discussion: """
      For the hooks of agents: in a shell it reads the hook's JSON from standard input (`session_id`, `source`) and \
      prints what the agent is to be told. Where no masque is worn the session is remembered for the next one.
      """,
    parameters: [
      CommandParameter("session", .string, isRequired: true, "The agent's name for its session."),
      CommandParameter("reason", .string, "Why it starts, such as `startup`, `resume` or `compact`."),
    ],
    result: [
      ValueField("active", .nullable(.object(WornMasque.fields)), "The masque that is worn; null if none is."),
      ValueField("text", .string, "The identity block; empty if no masque is worn."), warningsField,
    ], hasEffects: true, isForEditors: false,
    examples: [CommandExample("After a compaction.", ["session": "0d9c", "reason": "compact"])])
}

/// `hook.sessionEnd`: an agent's session is over. The contract; the runtime implements it.
public enum HookSessionEndCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The agent's session.
    public var session: String

    /// Arguments; see the properties.
    public init(session: String) { self.session = session }
  }

  /// What it gives: what `doff` gives.
  public typealias Result = DoffCommand.Result

  public static let description = CommandDescription(
    "hook.sessionEnd", title: "Agent's Session Ends",
    summary: "Takes the masque off that an agent's session wore. That of another session stays on.",
    discussion: "For the hooks of agents: in a shell it reads the hook's JSON from standard input (`session_id`).",
    parameters: [CommandParameter("session", .string, isRequired: true, "The agent's name for its session.")],
    result: [endedField, ValueField("text", .string, "What an agent is told."), warningsField], hasEffects: true,
    isForEditors: false,
    examples: [CommandExample("A session.", ["session": "0d9c"])])
}
