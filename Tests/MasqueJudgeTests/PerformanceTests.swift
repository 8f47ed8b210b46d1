import Foundation
import JSON
import MasqueCommands
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import SystemIO
import Testing

@testable import MasqueJudge

private let masque = """
  # A masque for tests.
  name: Scribe
  index: 1
  version: "1.0.0"
  ring: player
  skills:
    - {uri: "skill://prose/editing", level: expert}
    - {uri: "skill://prose/poetry", level: novice}
    - {uri: "skill://prose/rhyme", level: master}

  """

private func record(_ number: Int, _ from: Int64, _ to: Int64, agent: String? = nil, masque: String = "Scribe")
  -> String
{
  let agent = agent.map { "\"agentSession\": \"\($0)\", " } ?? ""
  return """
    {"session": "0000000000000000000000000000000\(number)", \(agent)"masque": "\(masque)", "masqueVersion": "1.0.0", \
    "ring": "player", "payer": "me", "payee": {"unclaimed": "private"}, "donnedAt": \(testStart + from), \
    "doffedAt": \(testStart + to), "end": "doffed", "held": "0.00", "price": {"lines": [], "total": "0.00"}, \
    "refusedIntents": 0, "score": {"composite": 5.25, "dimensions": [], "recommendation": "review"}}

    """
}

/// A home with a masque, wearings and telemetry.
private func world(_ sessions: String, _ lines: [JSONValue]) throws -> TestHome {
  let home = try TestHome()
  let root = URL(fileURLWithPath: home.path.description)
  try Data(masque.utf8).write(to: root.appendingPathComponent("scribe.masque.yaml"))
  try Data(sessions.utf8).write(to: root.appendingPathComponent("sessions.jsonl"))
  if !lines.isEmpty { try home.write(logText(lines)) }
  return home
}

private func performance(_ home: TestHome, _ arguments: JSONObject) throws -> JSONValue {
  let files = SystemFiles()
  let runtime = Runtime(projectFolder: home.path, now: { Timestamp(seconds: testStart + 5_000) })
  var table = CommandTable()
  table.addJudge(try home.judge(), runtime)
  let context = CommandContext(files: files, places: MasquePlaces(privateFolder: home.path))
  let result = try table.run("performance", .object(arguments), context)
  #expect(PerformanceCommand.description.resultShape.problems(in: result).isEmpty)
  return result
}

private func success(_ t: Int64, _ extra: JSONObject = [:]) -> JSONValue {
  var event: JSONObject = ["t": .integer(t), "name": "tool_result", "attrs": ["success": "true", "tool_name": "Edit"]]
  for (key, value) in extra { event[key] = value }
  return .object(event)
}

@Suite(needsDuckDB) struct PerformanceTests {
  private let sessions =
    record(1, 0, 600) + "{torn\n" + record(2, 600, 1_200) + record(2, 600, 1_200) + record(3, 1_300, 1_900)

  @Test("The last wearing, with those before it")
  func latest() throws {
    let home = try world(
      sessions, [[success(10), ["t": 1_400, "name": "user_prompt"], success(1_500), success(1_501)]])
    let result = try performance(home, [:])
    #expect(result["session"] == "00000000000000000000000000000003" && result["masque"] == "Scribe")
    #expect(result["duration_min"]?.doubleValue == 10 && result["stats"]?["tools"] == 2)
    // Quality 10, autonomy 4, productivity 2, tokens 0, cost 10: 3 + 1 + 0.4 + 0 + 1.
    #expect(result["composite"]?.doubleValue == 5.4 && result["recommendation"] == "review" && result["symbol"] == "+")
    let trend = result["trend"]?.arrayValue ?? []
    #expect(trend.compactMap { $0["session"]?.stringValue?.last } == ["1", "2"])
    // The first has telemetry: 10, 2, 1, 0, 10. Of the second the record tells.
    #expect(trend.map { $0["composite"]?.doubleValue } == [4.7, 5.3])
    #expect(result["tools"]?.arrayValue?.first?["name"] == "Edit")
  }

  @Test("A wearing by the beginning of its name, and by its masque")
  func chosen() throws {
    let home = try world(sessions + record(4, 2_000, 2_100, masque: "Other"), [[success(10), success(2_050)]])
    #expect(try performance(home, [:])["masque"] == "Other")
    #expect(try performance(home, ["masque": "scribe"])["session"]?.stringValue?.hasSuffix("3") == true)
    let one = try performance(home, ["session": "00000000000000000000000000000001"])
    #expect(one["stats"]?["tools"] == 1)
    for (arguments, reason) in [
      (["session": "0000"], .invalidArguments), (["session": "ffff"], .notFound), (["masque": "nobody"], .notFound),
      (["symbol": "e"], .invalidArguments), (["from": "yesterday"], .invalidArguments),
      (["to": "2026-11-18T11:06:40Z"], .missingArgument("from")),
      (["from": "2026-11-18T11:06:40Z", "to": "2026-11-18T11:06:39Z"], .invalidArguments),
    ] as [(JSONObject, CommandError.Reason)] {
      #expect { _ = try performance(home, arguments) } throws: { ($0 as? CommandError)?.reason == reason }
    }
  }

  @Test("No telemetry of the time: no number")
  func nothing() throws {
    for lines in [[], [[success(4_000)]]] as [[JSONValue]] {
      let result = try performance(try world(sessions, lines), ["record": true, "html": "/nowhere/page.html"])
      #expect(result["composite"] == .null && result["dimensions"] == .null && result["stats"] == .null)
      #expect(result["recorded"] == .null && result["html"] == .null)
      #expect(result["message"]?.stringValue?.contains("no telemetry") == true)
    }
  }

  @Test("Into the history, once for each session, and as a page")
  func recorded() throws {
    let home = try world(sessions, [[success(1_500, ["attrs": ["success": "true", "tool_name": "<em>"]])]])
    let path = URL(fileURLWithPath: home.path.description).appendingPathComponent("scribe.masque.yaml")
    let page = home.path.appending("page.html".utf8).description
    let result = try performance(home, ["record": true, "html": .string(page)])
    #expect(result["recorded"]?["changed"] == true && result["recorded"]?["score"] == "+")
    let text = try String(contentsOf: path, encoding: .utf8)
    #expect(text.hasPrefix(masque) && text.contains("date: \"2026-11-18T11:38:20Z\""))
    #expect(text.contains("symbol suggested by the score; session 00000000000000000000000000000003"))
    #expect(try performance(home, ["record": true])["recorded"]?["changed"] == false)
    #expect(try String(contentsOf: path, encoding: .utf8) == text)
    let other = try performance(home, ["record": true, "symbol": "/"])
    #expect(other["recorded"]?["score"] == "/" && other["recorded"]?["changed"] == true)
    let changed = try String(contentsOf: path, encoding: .utf8)
    #expect(changed.contains("symbol chosen by hand, the score suggested +"))
    #expect(changed.split(separator: "\n").count == text.split(separator: "\n").count)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.hasPrefix("<!doctype html>") && html.contains("Scribe") && !html.contains("<em>"))
    for outside in ["http:", "https:", "src=", "<script", "@import", "url("] { #expect(!html.contains(outside)) }
  }

  @Test("What is claimed beside what was seen")
  func claims() throws {
    let home = try world(
      sessions,
      [
        [
          ["t": 1_400, "name": "skill_activated", "prompt": "p", "attrs": ["skill.name": "prose:editing"]],
          ["t": 1_401, "name": "skill_activated", "prompt": "q", "attrs": ["skill.name": "poetry"]],
          success(1_402, ["prompt": "p", "count": 4]), success(1_403, ["prompt": "q"]), success(1_404, ["prompt": "r"]),
          ["t": 1_405, "name": "tool_result", "prompt": "p", "attrs": ["success": "false"]],
        ]
      ])
    let skills = try performance(home, [:])["skills"]?.arrayValue ?? []
    #expect(skills.map { $0["verdict"] } == ["below", "above", "unseen"])
    #expect(skills.map { $0["observed"] } == ["proficient", "expert", .null])
    #expect(skills.map { $0["tools"] } == [5, 1, 0] && skills.map { $0["tools_ok"] } == [4, 1, 0])
  }

  @Test("Only the agent's own session, where it is known")
  func bound() throws {
    let home = try world(
      record(1, 0, 600, agent: "mine"), [[success(1, ["session": "mine"]), success(2, ["session": "another"])]])
    #expect(try performance(home, [:])["stats"]?["tools"] == 1)
    #expect(
      try performance(home, ["from": "2026-11-18T11:06:40Z", "to": "2026-11-18T11:16:40Z"])["stats"]?["tools"] == 2)
  }
}
