import Foundation
import JSON
import MasqueJudge
import MasqueModel
import MasqueRuntime
import Testing

/// A case of `Tests/Fixtures/judge/scores.json`: telemetry, and what was computed from it by hand.
struct ScoreCase: Sendable, CustomTestStringConvertible {
  var value: JSONValue
  var testDescription: String { value["name"]?.stringValue ?? "?" }

  static let all: [ScoreCase] = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/judge/scores.json")
    guard let data = try? Data(contentsOf: url), let cases = try? JSONValue(parsing: Array(data)) else { return [] }
    return (cases.arrayValue ?? []).map { ScoreCase(value: $0) }
  }()
}

@Suite(needsDuckDB) struct ScoreTests {
  @Test func thereAreCases() { #expect(ScoreCase.all.count >= 40) }

  @Test(arguments: ScoreCase.all) func score(_ testCase: ScoreCase) throws {
    let home = try TestHome()
    try home.write(logText(testCase.value["lines"]?.arrayValue ?? []))
    let bounds = (testCase.value["window"]?.arrayValue ?? []).compactMap(\.doubleValue)
    let totals = try #require(
      try home.totals(bounds[0], bounds[1], agent: testCase.value["agent"]?.stringValue))
    let expected = testCase.value["expect"] ?? .null
    if expected.isNull {
      #expect(totals.events == 0 && totals.score == nil && totals.usage == nil)
      return
    }
    #expect(totals.score != nil)
    let counts: [String: Int64] = [
      "events": totals.events, "prompts": totals.prompts, "tools": totals.tools, "tools_ok": totals.toolsOK,
      "requests": totals.requests, "errors": totals.errors, "cost_micros": totals.costMicros,
      "input_tokens": totals.inputTokens, "output_tokens": totals.outputTokens,
      "cache_read_tokens": totals.cacheReadTokens, "cache_creation_tokens": totals.cacheCreationTokens,
      "agent_sessions": totals.agentSessions,
    ]
    for (key, value) in expected.objectValue ?? [:] {
      switch key {
      case "dimensions":
        for dimension in totals.dimensions {
          let wanted = try #require(value[dimension.name]?.doubleValue)
          #expect(abs(dimension.score - wanted) < 1e-9, "\(dimension.name): \(dimension.score), not \(wanted)")
        }
      case "composite": #expect(totals.composite == value.doubleValue)
      case "rounded": #expect(totals.rounded == value.doubleValue)
      case "minutes": #expect(totals.minutes == value.doubleValue)
      case "recommendation": #expect(totals.recommendation == value.stringValue)
      case "symbol": #expect(totals.symbol == value.stringValue)
      default: #expect(counts[key] == value.integerValue, "\(key)")
      }
    }
  }
}
