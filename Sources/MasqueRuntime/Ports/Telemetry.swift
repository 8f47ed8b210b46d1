public import MasqueModel

/// The time in which a masque was worn, for those who look what happened in it.
public struct SessionWindow: Sendable, Hashable {
  /// The wearing.
  public var session: SessionID
  /// The agent's own session, where a hook has told it.
  public var agentSession: String?
  /// The masque's name.
  public var masque: String
  /// When it was put on.
  public var start: Timestamp
  /// When it was taken off, or now.
  public var end: Timestamp

  /// A window; see the properties.
  public init(session: SessionID, agentSession: String?, masque: String, start: Timestamp, end: Timestamp) {
    self.session = session
    self.agentSession = agentSession
    self.masque = masque
    self.start = start
    self.end = end
  }
}

/// What was used while a masque was worn.
public struct Usage: Sendable, Hashable, Codable {
  /// Tools that were run, whatever came of it.
  public var toolCalls: UInt64 = 0
  /// Tokens read.
  public var inputTokens: UInt64 = 0
  /// Tokens written.
  public var outputTokens: UInt64 = 0
  /// Tokens that came from the cache.
  public var cacheReadTokens: UInt64 = 0
  /// Tokens that were put into the cache.
  public var cacheCreationTokens: UInt64 = 0
  /// What the model cost.
  public var cost = Amount.zero
  /// How often the model was asked.
  public var requests: UInt64 = 0

  /// Nothing.
  public init() {}
}

/// Tells from telemetry what was used. The judge conforms to it.
public protocol UsageMeter: Sendable {
  /// What was used in a window.
  ///
  /// - Parameter window: the window.
  /// - Returns: the usage; nil where there is no telemetry of it.
  /// - Throws: why it can't be told.
  func usage(in window: SessionWindow) throws(TelemetryError) -> Usage?
}

/// How well a masque was worn.
public struct SessionScore: Sendable, Hashable, Codable {
  /// The weighted mean of the dimensions, 0 to 10, not rounded.
  public var composite: Double
  /// Each dimension, 0 to 10, in the order of its weight.
  public var dimensions: [Dimension]
  /// `keep`, `review` or `doff`.
  public var recommendation: String

  /// One dimension.
  public struct Dimension: Sendable, Hashable, Codable {
    /// Its name: `quality`, `autonomy`, `productivity`, `token_efficiency`, `cost_efficiency`.
    public var name: String
    /// 0 to 10.
    public var score: Double

    /// A dimension; see the properties.
    public init(name: String, score: Double) {
      self.name = name
      self.score = score
    }
  }

  /// A score; see the properties.
  public init(composite: Double, dimensions: [Dimension], recommendation: String) {
    self.composite = composite
    self.dimensions = dimensions
    self.recommendation = recommendation
  }
}

/// Scores a wearing. The judge conforms to it.
public protocol SessionJudge: Sendable {
  /// The score of a window.
  ///
  /// - Parameter window: the window.
  /// - Returns: the score; nil where there is no telemetry of it.
  /// - Throws: why it can't be told.
  func score(_ window: SessionWindow) throws(TelemetryError) -> SessionScore?
}

/// Why telemetry tells nothing.
public struct TelemetryError: Error, Sendable, Hashable {
  /// Why, and how to mend it; no final full stop.
  public var message: String

  /// An error.
  public init(_ message: String) { self.message = message }
}
