public import MasqueModel
public import MasqueWorkspace

/// What a wearing costs, and why.
public struct Price: Sendable, Hashable, Codable {
  /// One part of it.
  public struct Line: Sendable, Hashable, Codable {
    /// What is counted: `session`, `minute`, `tool call`, `1,000 tokens`.
    public var unit: String
    /// How many, in thousandths for tokens, so that it is a whole number.
    public var count: UInt64
    /// What one costs.
    public var rate: Amount
    /// What they cost together.
    public var amount: Amount
  }

  /// The parts that cost something.
  public var lines: [Line]
  /// All together.
  public var total: Amount
}

extension Price {
  /// The price of a wearing. Sums beyond all amounts stay at the greatest.
  ///
  /// - Parameters:
  ///   - rates: what things cost.
  ///   - seconds: how long it was; a minute that has begun counts.
  ///   - usage: what was used; nil where no telemetry tells, so that the time alone counts.
  public init(_ rates: UserConfiguration.Rates, seconds: Int64, usage: Usage?) {
    lines = []
    total = .zero
    let minutes = UInt64(clamping: max(seconds, 0) / 60 + (max(seconds, 0) % 60 == 0 ? 0 : 1))
    add("session", 1, rates.perSession)
    add("minute", minutes, rates.perMinute)
    if let usage {
      add("tool call", usage.toolCalls, rates.perToolCall)
      let tokens = [usage.outputTokens, usage.cacheReadTokens, usage.cacheCreationTokens].reduce(usage.inputTokens) {
        let (sum, isTooLarge) = $0.addingReportingOverflow($1)
        return isTooLarge ? .max : sum
      }
      add("1,000 tokens", tokens, rates.perThousandTokens, dividedBy: 1_000)
    }
  }

  private mutating func add(_ unit: String, _ count: UInt64, _ rate: Amount, dividedBy divisor: UInt128 = 1) {
    guard count > 0, rate > .zero else { return }
    let (product, isTooLarge) = rate.micros.multipliedReportingOverflow(by: UInt128(count))
    let amount = Amount(micros: isTooLarge ? .max : product / divisor)
    lines.append(Line(unit: unit, count: count, rate: rate, amount: amount))
    let (sum, isSumTooLarge) = total.micros.addingReportingOverflow(amount.micros)
    total = Amount(micros: isSumTooLarge ? .max : sum)
  }
}
