import JSON
import MasqueModel

/// `performance`: what a wearing was worth. The contract; who can read telemetry implements it.
///
/// The keys of its result are those of the score's YAML, in snake_case.
public enum PerformanceCommand: Command {
  /// What it takes.
  public struct Arguments: Decodable, Sendable {
    /// The wearing.
    public var session: String?
    /// The masque.
    public var masque: MasqueReference?
    /// Whether the masque's history gets an entry.
    public var record: Bool?
    /// What it says there, instead of what is suggested.
    public var symbol: String?
    /// Where a page is written.
    public var html: String?
    /// When the window begins.
    public var from: String?
    /// When it ends.
    public var to: String?
    /// The agent's own session.
    public var agentSession: String?

    /// Arguments; see the properties.
    public init(
      session: String? = nil, masque: MasqueReference? = nil, record: Bool? = nil, symbol: String? = nil,
      html: String? = nil, from: String? = nil, to: String? = nil, agentSession: String? = nil
    ) {
      self.session = session
      self.masque = masque
      self.record = record
      self.symbol = symbol
      self.html = html
      self.from = from
      self.to = to
      self.agentSession = agentSession
    }
  }

  /// What it gives.
  public struct Result: Encodable, Sendable {
    /// The masque's name.
    @Nullable public var masque: String?
    /// The wearing.
    @Nullable public var session: String?
    /// When the window begins.
    public var from: String
    /// When it ends.
    public var to: String
    /// How long it is, in minutes.
    public var durationMin: Double
    /// Each dimension.
    @Nullable public var dimensions: Dimensions?
    /// The weighted sum.
    @Nullable public var composite: Double?
    /// What follows from it.
    @Nullable public var recommendation: String?
    /// The symbol that it suggests.
    @Nullable public var symbol: String?
    /// What was counted.
    @Nullable public var stats: Stats?
    /// The tools.
    public var tools: [Tool] = []
    /// What the masque claims beside what was seen.
    public var skills: [Skill] = []
    /// Earlier wearings of the masque.
    public var trend: [Past] = []
    /// The entry in the masque's history.
    @Nullable public var recorded: Recorded?
    /// The page.
    @Nullable public var html: String?
    /// Why there is no score.
    @Nullable public var message: String?

    /// A result without a score.
    public init(masque: String?, session: String?, from: String, to: String, durationMin: Double, message: String?) {
      self.masque = masque
      self.session = session
      self.from = from
      self.to = to
      self.durationMin = durationMin
      self.message = message
      dimensions = nil
      composite = nil
      recommendation = nil
      symbol = nil
      stats = nil
      recorded = nil
      html = nil
    }

    private enum CodingKeys: String, CodingKey {
      case masque, session, from, to
      case durationMin = "duration_min"
      case dimensions, composite, recommendation, symbol, stats, tools, skills, trend, recorded, html, message
    }
  }

  /// The dimensions, each 0 to 10.
  public struct Dimensions: Encodable, Sendable, Hashable {
    /// Successful tools among all.
    public var quality: Double
    /// Tools for each prompt.
    public var autonomy: Double
    /// Successful tools a minute.
    public var productivity: Double
    /// Tokens that came from the cache.
    public var tokenEfficiency: Double
    /// What a successful tool cost.
    public var costEfficiency: Double

    /// Dimensions; see the properties.
    public init(
      quality: Double, autonomy: Double, productivity: Double, tokenEfficiency: Double, costEfficiency: Double
    ) {
      self.quality = quality
      self.autonomy = autonomy
      self.productivity = productivity
      self.tokenEfficiency = tokenEfficiency
      self.costEfficiency = costEfficiency
    }

    private enum CodingKeys: String, CodingKey {
      case quality, autonomy, productivity
      case tokenEfficiency = "token_efficiency"
      case costEfficiency = "cost_efficiency"
    }
  }

  /// What was counted.
  public struct Stats: Encodable, Sendable, Hashable {
    /// What the model cost, in US dollars.
    public var cost: Double
    /// Results of tools.
    public var tools: Int64
    /// Those of success.
    public var toolsOK: Int64
    /// Their share.
    public var successPct: Double
    /// Prompts of the user.
    public var prompts: Int64
    /// Answers of the model.
    public var requests: Int64
    /// Requests that failed.
    public var errors: Int64
    /// Sessions of agents.
    public var agentSessions: Int64
    /// Tokens.
    public var tokens: Tokens

    /// Numbers; see the properties.
    public init(
      cost: Double, tools: Int64, toolsOK: Int64, successPct: Double, prompts: Int64, requests: Int64, errors: Int64,
      agentSessions: Int64, tokens: Tokens
    ) {
      self.cost = cost
      self.tools = tools
      self.toolsOK = toolsOK
      self.successPct = successPct
      self.prompts = prompts
      self.requests = requests
      self.errors = errors
      self.agentSessions = agentSessions
      self.tokens = tokens
    }

    private enum CodingKeys: String, CodingKey {
      case cost, tools
      case toolsOK = "tools_ok"
      case successPct = "success_pct"
      case prompts, requests, errors
      case agentSessions = "agent_sessions"
      case tokens
    }
  }

  /// Tokens.
  public struct Tokens: Encodable, Sendable, Hashable {
    /// Read.
    public var input: Int64
    /// Written.
    public var output: Int64
    /// From the cache.
    public var cacheRead: Int64
    /// Into the cache.
    public var cacheCreation: Int64

    /// Tokens; see the properties.
    public init(input: Int64, output: Int64, cacheRead: Int64, cacheCreation: Int64) {
      self.input = input
      self.output = output
      self.cacheRead = cacheRead
      self.cacheCreation = cacheCreation
    }

    private enum CodingKeys: String, CodingKey {
      case input, output
      case cacheRead = "cache_read"
      case cacheCreation = "cache_creation"
    }
  }

  /// A tool.
  public struct Tool: Encodable, Sendable, Hashable {
    /// Its name.
    public var name: String
    /// How often it was run.
    public var calls: Int64
    /// How often it succeeded.
    public var ok: Int64
    /// How long it took on average.
    public var meanMS: Double

    /// A tool; see the properties.
    public init(name: String, calls: Int64, ok: Int64, meanMS: Double) {
      self.name = name
      self.calls = calls
      self.ok = ok
      self.meanMS = meanMS
    }

    private enum CodingKeys: String, CodingKey {
      case name, calls, ok
      case meanMS = "mean_ms"
    }
  }

  /// A skill that the masque claims.
  public struct Skill: Encodable, Sendable, Hashable {
    /// Its URI.
    public var uri: String
    /// The level that is claimed.
    @Nullable public var claimed: String?
    /// The level that was seen.
    @Nullable public var observed: String?
    /// How often it was activated.
    public var activations: Int64
    /// Tools that were run under it.
    public var tools: Int64
    /// Those that succeeded.
    public var toolsOK: Int64
    /// How the two levels compare.
    public var verdict: String

    /// A skill; see the properties.
    public init(
      uri: String, claimed: String?, observed: String?, activations: Int64, tools: Int64, toolsOK: Int64,
      verdict: String
    ) {
      self.uri = uri
      self.claimed = claimed
      self.observed = observed
      self.activations = activations
      self.tools = tools
      self.toolsOK = toolsOK
      self.verdict = verdict
    }

    private enum CodingKeys: String, CodingKey {
      case uri, claimed, observed, activations, tools
      case toolsOK = "tools_ok"
      case verdict
    }
  }

  /// An earlier wearing.
  public struct Past: Encodable, Sendable, Hashable {
    /// The wearing.
    public var session: String
    /// When it ended.
    public var date: String
    /// How it scored.
    @Nullable public var composite: Double?

    /// A wearing; see the properties.
    public init(session: String, date: String, composite: Double?) {
      self.session = session
      self.date = date
      self.composite = composite
    }
  }

  /// An entry in a masque's history.
  public struct Recorded: Encodable, Sendable, Hashable {
    /// The masque's file.
    public var file: String
    /// Whether the file was changed: the same entry is not written twice.
    public var changed: Bool
    /// The entry's date.
    public var date: String
    /// The entry's symbol.
    public var score: String
    /// The entry's words.
    public var notes: String

    /// An entry; see the properties.
    public init(file: String, changed: Bool, date: String, score: String, notes: String) {
      self.file = file
      self.changed = changed
      self.date = date
      self.score = score
      self.notes = notes
    }
  }

  private static let symbolShape = ValueShape.choice(
    ScoreSymbol.allCases.map { symbol in
      .init(
        symbol.rawValue,
        MasqueSchema.bundled.meaning(of: symbol.rawValue, at: ["performance", "score"]) ?? "")
    })

  private static let recommendationShape = ValueShape.choice([
    .init("keep", "The composite is 7 or more."), .init("review", "It is 4 or more."), .init("doff", "It is less."),
  ])

  private static let levelShape = ValueShape.choice(
    SkillLevel.allCases.map { level in
      .init(level.rawValue, MasqueSchema.bundled.meaning(of: level.rawValue, at: ["skills", "[]", "level"]) ?? "")
    })

  public static let description = CommandDescription(
    "performance", title: "Score a Session",
    summary: "Scores how a masque was worn, by the telemetry of the agent that wore it.",
    discussion: """
      Without arguments the masque that is worn is scored, from when it was put on until now; where none is worn, the one \
      that was worn last. Five dimensions from 0 to 10 make a composite: quality 30 %, autonomy 25 %, productivity 20 %, \
      token efficiency 15 %, cost efficiency 10 %. In a shell the result is YAML, on a terminal a dashboard; the exit \
      status is 1 where there is no telemetry of the time, and then there is no number.
      """,
    parameters: [
      CommandParameter(
        "session", .string, "The wearing: its identifier, or so much of its beginning that no other is meant."),
      CommandParameter(
        "masque", MasqueReference.shape,
        "The masque, if its latest wearing is meant, or whose masque a window without a wearing is."),
      CommandParameter(
        "record", .boolean,
        "Whether `performance.history` of the masque gets an entry for this session: once, however often it is asked for."
      ),
      CommandParameter(
        "symbol", symbolShape, "What the entry says, instead of the symbol that the composite suggests."),
      CommandParameter("html", .string, "A file that gets a page with charts, which stands alone."),
      CommandParameter(
        "from", .string, "Instead of a wearing, a window of time: when it begins, as RFC 3339 writes it."),
      CommandParameter("to", .string, "When the window ends; now if not given."),
      CommandParameter(
        "agentSession", .string, "The agent's own session that a window is looked at for; all if not given."),
    ],
    result: [
      ValueField("masque", .nullable(.string), "The masque's name; null for a window of time alone."),
      ValueField("session", .nullable(.string), "The wearing; null for a window of time alone."),
      ValueField("from", .string, "When it began."), ValueField("to", .string, "When it ended, or now."),
      ValueField("duration_min", .number, "How long it was, in minutes."),
      ValueField(
        "dimensions",
        .nullable(
          .object([
            ValueField("quality", .number, "Successful results of tools among all."),
            ValueField("autonomy", .number, "Tools for each prompt."),
            ValueField("productivity", .number, "Successful tools a minute."),
            ValueField("token_efficiency", .number, "Tokens that came from the cache among those read."),
            ValueField("cost_efficiency", .number, "How little a successful tool cost."),
          ])), "Each dimension, 0 to 10; null without telemetry."),
      ValueField("composite", .nullable(.number), "Their weighted sum at one decimal place."),
      ValueField("recommendation", .nullable(recommendationShape), "What follows from it."),
      ValueField("symbol", .nullable(symbolShape), "The symbol that the unrounded composite suggests."),
      ValueField(
        "stats",
        .nullable(
          .object([
            ValueField("cost", .number, "What the model cost, in US dollars."),
            ValueField("tools", .integer(minimum: 0), "Results of tools."),
            ValueField("tools_ok", .integer(minimum: 0), "Those of success."),
            ValueField("success_pct", .number, "Their share in percent."),
            ValueField("prompts", .integer(minimum: 0), "Prompts of the user."),
            ValueField("requests", .integer(minimum: 0), "Answers of the model."),
            ValueField("errors", .integer(minimum: 0), "Requests that failed."),
            ValueField("agent_sessions", .integer(minimum: 0), "Sessions of agents in the window."),
            ValueField(
              "tokens",
              .object([
                ValueField("input", .integer(minimum: 0), "Read."),
                ValueField("output", .integer(minimum: 0), "Written."),
                ValueField("cache_read", .integer(minimum: 0), "From the cache."),
                ValueField("cache_creation", .integer(minimum: 0), "Into the cache."),
              ]), "Tokens."),
          ])), "What was counted."),
      ValueField(
        "tools",
        .array(
          .object([
            ValueField("name", .string, "Its name."),
            ValueField("calls", .integer(minimum: 0), "How often it was run."),
            ValueField("ok", .integer(minimum: 0), "How often it succeeded."),
            ValueField("mean_ms", .number, "How long it took on average, in milliseconds."),
          ])), "The tools, those that were run most often first."),
      ValueField(
        "skills",
        .array(
          .object([
            ValueField("uri", .string, "The skill."),
            ValueField("claimed", .nullable(levelShape), "The level that the masque claims."),
            ValueField(
              "observed", .nullable(levelShape),
              "The level that the tools speak for that were run under it; null if none were."),
            ValueField("activations", .integer(minimum: 0), "How often it was activated."),
            ValueField("tools", .integer(minimum: 0), "Tools that were run for prompts in which it was."),
            ValueField("tools_ok", .integer(minimum: 0), "Those that succeeded."),
            ValueField(
              "verdict",
              .choice([
                .init("above", "More was seen than is claimed."), .init("met", "What is claimed was seen."),
                .init("below", "Less was seen."), .init("unseen", "Nothing was seen of it."),
              ]), "How the two compare."),
          ])), "What the masque claims beside what was observed."),
      ValueField(
        "trend",
        .array(
          .object([
            ValueField("session", .string, "The wearing."), ValueField("date", .string, "When it ended."),
            ValueField("composite", .nullable(.number), "How it scored; null without telemetry."),
          ])), "Earlier wearings of the masque, the oldest first."),
      ValueField(
        "recorded",
        .nullable(
          .object([
            ValueField("file", .string, "The masque's file."),
            ValueField("changed", .boolean, "Whether it was changed: nothing is recorded twice."),
            ValueField("date", .string, "When the wearing ended."), ValueField("score", symbolShape, "The symbol."),
            ValueField("notes", .string, "The dimensions, and whose choice the symbol was."),
          ])), "The entry in the masque's history, if it was asked for."),
      ValueField("html", .nullable(.string), "The page, if it was asked for."),
      ValueField("message", .nullable(.string), "Why there is no score; null if there is one."),
    ], hasEffects: true,
    examples: [
      CommandExample("The masque that is worn.", [:]),
      CommandExample("The latest wearing of a masque, into its history.", ["masque": "Codesmith", "record": true]),
    ])
}
