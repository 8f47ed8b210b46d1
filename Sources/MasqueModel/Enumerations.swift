/// How much trust it takes to wear a masque. From the innermost ring outwards, each contains all that follow.
public enum Ring: String, Sendable, CaseIterable, Comparable {
  /// Full access, and full accountability.
  case admin
  /// A contributor with something at stake.
  case player
  /// Here for a limited time, supervised.
  case guest
  /// No trust at all.
  case outsider

  /// Whether `a` lies further in than `b`.
  public static func < (a: Ring, b: Ring) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }
}

/// How well a masque claims to master a skill.
public enum SkillLevel: String, Sendable, CaseIterable {
  /// Learning; needs guidance.
  case novice
  /// Standard tasks alone.
  case competent
  /// Hard cases; teaches others.
  case proficient
  /// Deep mastery.
  case expert
  /// Shapes the field.
  case master
}

/// How a masque's spinner verbs and the agent's own come together.
public enum SpinnerMode: String, Sendable, CaseIterable {
  /// Only the masque's.
  case replace
  /// The masque's behind the agent's.
  case append
  /// The masque's before the agent's.
  case prepend
}

/// How an agent talks to a Model Context Protocol server.
public enum ServerTransport: String, Sendable, CaseIterable {
  /// A local program's standard streams.
  case stdio
  /// Server-sent events.
  case sse
  /// Streamable HTTP.
  case http
}

/// A verdict on what a masque contributes.
public enum ScoreSymbol: String, Sendable, CaseIterable {
  /// `+`
  case additive = "+"
  /// `-`
  case negative = "-"
  /// `/`
  case dividing = "/"
  /// `*`
  case multiplicative = "*"
  /// `e`
  case exponential = "e"
}
