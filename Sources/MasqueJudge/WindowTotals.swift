import JSON
import MasqueModel
public import MasqueRuntime

/// What happened in a window of time, and how it scores. All of it is DuckDB's answer; nothing is computed here.
public struct WindowTotals: Sendable, Hashable {
  /// Events of any kind. Without one there is no score.
  public var events: Int64
  /// How long the window is, in minutes.
  public var minutes: Double
  /// What the user asked.
  public var prompts: Int64
  /// Tools that were run.
  public var tools: Int64
  /// Those that succeeded.
  public var toolsOK: Int64
  /// Answers of the model.
  public var requests: Int64
  /// Requests that failed.
  public var errors: Int64
  /// What the model cost, in millionths of a US dollar.
  public var costMicros: Int64
  /// Tokens read.
  public var inputTokens: Int64
  /// Tokens written.
  public var outputTokens: Int64
  /// Tokens that came from the cache.
  public var cacheReadTokens: Int64
  /// Tokens that were put into the cache.
  public var cacheCreationTokens: Int64
  /// How many sessions of agents they come from.
  public var agentSessions: Int64
  /// The dimensions in the order of their weight, each 0 to 10.
  public var dimensions: [SessionScore.Dimension]
  /// Their weighted mean.
  public var composite: Double
  /// The same at one decimal place.
  public var rounded: Double
  /// `keep`, `review` or `doff`.
  public var recommendation: String
  /// The symbol that the composite suggests.
  public var symbol: String

  /// The names of the dimensions in the order of their weight.
  public static let dimensionNames = ["quality", "autonomy", "productivity", "token_efficiency", "cost_efficiency"]

  /// A score; nil where nothing happened.
  public var score: SessionScore? {
    guard events > 0 else { return nil }
    return SessionScore(composite: composite, dimensions: dimensions, recommendation: recommendation)
  }

  /// The usage; nil where nothing happened.
  public var usage: Usage? {
    guard events > 0 else { return nil }
    var usage = Usage()
    usage.toolCalls = UInt64(clamping: tools)
    usage.inputTokens = UInt64(clamping: inputTokens)
    usage.outputTokens = UInt64(clamping: outputTokens)
    usage.cacheReadTokens = UInt64(clamping: cacheReadTokens)
    usage.cacheCreationTokens = UInt64(clamping: cacheCreationTokens)
    usage.cost = Amount(micros: UInt128(clamping: costMicros))
    usage.requests = UInt64(clamping: requests)
    return usage
  }

  /// Reads a row of `answer.sql`.
  init?(_ row: JSONValue) {
    func count(_ key: String) -> Int64? { row[key]?.integerValue }
    guard let events = count("events"), let minutes = row["minutes"]?.doubleValue, let prompts = count("prompts"),
      let tools = count("tools"), let toolsOK = count("tools_ok"), let requests = count("requests"),
      let errors = count("errors"), let costMicros = count("cost_micros"), let input = count("input_tokens"),
      let output = count("output_tokens"), let read = count("cache_read_tokens"),
      let created = count("cache_creation_tokens"), let sessions = count("agent_sessions"),
      let composite = row["composite"]?.doubleValue, let rounded = row["rounded"]?.doubleValue,
      let recommendation = row["recommendation"]?.stringValue, let symbol = row["symbol"]?.stringValue
    else { return nil }
    let dimensions = Self.dimensionNames.compactMap { name in
      row[name]?.doubleValue.map { SessionScore.Dimension(name: name, score: $0) }
    }
    guard dimensions.count == Self.dimensionNames.count else { return nil }
    self.init(
      events: events, minutes: minutes, prompts: prompts, tools: tools, toolsOK: toolsOK, requests: requests,
      errors: errors, costMicros: costMicros, inputTokens: input, outputTokens: output, cacheReadTokens: read,
      cacheCreationTokens: created, agentSessions: sessions, dimensions: dimensions, composite: composite,
      rounded: rounded, recommendation: recommendation, symbol: symbol)
  }

  private init(
    events: Int64, minutes: Double, prompts: Int64, tools: Int64, toolsOK: Int64, requests: Int64, errors: Int64,
    costMicros: Int64, inputTokens: Int64, outputTokens: Int64, cacheReadTokens: Int64, cacheCreationTokens: Int64,
    agentSessions: Int64, dimensions: [SessionScore.Dimension], composite: Double, rounded: Double,
    recommendation: String, symbol: String
  ) {
    self.events = events
    self.minutes = minutes
    self.prompts = prompts
    self.tools = tools
    self.toolsOK = toolsOK
    self.requests = requests
    self.errors = errors
    self.costMicros = costMicros
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.cacheReadTokens = cacheReadTokens
    self.cacheCreationTokens = cacheCreationTokens
    self.agentSessions = agentSessions
    self.dimensions = dimensions
    self.composite = composite
    self.rounded = rounded
    self.recommendation = recommendation
    self.symbol = symbol
  }
}

/// What a window holds beside its totals.
public struct WindowDetails: Sendable, Hashable, Decodable {
  /// A tool.
  public struct Tool: Sendable, Hashable, Decodable {
    /// Its name.
    public var tool: String
    /// How often it was run.
    public var calls: Int64
    /// How often it succeeded.
    public var ok: Int64
    /// How long it took on average, in milliseconds.
    public var meanMilliseconds: Double

    private enum CodingKeys: String, CodingKey {
      case tool, calls, ok
      case meanMilliseconds = "mean_ms"
    }
  }

  /// A skill that was activated.
  public struct Skill: Sendable, Hashable, Decodable {
    /// Its name.
    public var skill: String
    /// How often it was activated.
    public var activations: Int64
    /// Tools that were run for prompts in which it was.
    public var tools: Int64
    /// Those that succeeded.
    public var ok: Int64
  }

  /// A fortieth of the window.
  public struct Part: Sendable, Hashable, Decodable {
    /// Which one, from 0.
    public var part: Int
    /// Tools that succeeded in it.
    public var toolsOK: Int64
    /// Tools that did not.
    public var toolsFailed: Int64
    /// What the user asked in it.
    public var prompts: Int64
    /// Requests that failed in it.
    public var errors: Int64
    /// What the model cost in it, in US dollars, for a drawing.
    public var cost: Double

    private enum CodingKeys: String, CodingKey {
      case part, prompts, errors, cost
      case toolsOK = "tools_ok"
      case toolsFailed = "tools_failed"
    }
  }

  /// The tools, those that were run most often first.
  public var tools: [Tool] = []
  /// The skills, in the order of their names.
  public var skills: [Skill] = []
  /// The course, parts without events left out.
  public var course: [Part] = []

  /// Nothing.
  public init() {}
}
