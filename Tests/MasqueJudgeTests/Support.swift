import Foundation
import JSON
import MasqueJudge
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import SystemIO
import Testing

/// The moment from which the tests count.
let testStart: Int64 = 1_795_000_000

/// The `duckdb` command; nil where there is none.
let duckDB: DuckDB? = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let bundled = FilePath(root.appendingPathComponent(".build/venv/bin").path)
  return try? DuckDB.found(
    environment: environmentVariable, bundled: bundled, files: SystemFiles(), programs: SystemPrograms())
}()

let needsDuckDB = ConditionTrait.enabled("no `duckdb` command: pip install duckdb-cli") { duckDB != nil }

/// A home of its own with a folder for telemetry, removed at the end.
final class TestHome: Sendable {
  let path: FilePath
  var telemetry: FilePath { path.appending("telemetry".utf8) }

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("masque-judge-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent("telemetry"), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    path = FilePath(url.path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.description) }

  func url(_ name: String) -> URL { URL(fileURLWithPath: telemetry.description).appendingPathComponent(name) }

  func write(_ text: String, to name: String = "logs.jsonl") throws { try Data(text.utf8).write(to: url(name)) }

  func append(_ text: String, to name: String = "logs.jsonl") throws {
    let handle = try FileHandle(forWritingTo: url(name))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  /// A judge that has read nothing yet.
  func judge(
    deadline: Int = 60_000, partLength: Int = 32 << 20, wholeLength: Int = .max,
    programs: (any PipedPrograms)? = nil
  ) throws -> Judge {
    let command = try #require(duckDB)
    let used = DuckDB(command.program, programs: programs ?? command.programs)
    return Judge(
      home: path, files: SystemFiles(), deadline: deadline, partLength: partLength, wholeLength: wholeLength
    ) { used }
  }

  func totals(_ from: Double = 0, _ to: Double = 600, agent: String? = nil) throws -> WindowTotals? {
    try judge().answer([window(from, to, agent: agent)])?.totals.first
  }
}

func timestamp(_ seconds: Double) -> Timestamp {
  let nanoseconds = Int64((seconds * 1e9).rounded()) + testStart * 1_000_000_000
  let fraction = String(nanoseconds % 1_000_000_000)
  let digits = String(repeating: "0", count: 9 - fraction.count) + fraction
  let whole = Timestamp(seconds: nanoseconds / 1_000_000_000).text.dropLast()
  return Timestamp("\(whole).\(digits)Z") ?? Timestamp(seconds: testStart)
}

func window(_ from: Double, _ to: Double, agent: String? = nil) -> SessionWindow {
  SessionWindow(
    session: SessionID(milliseconds: testStart * 1_000), agentSession: agent, masque: "Codesmith",
    start: timestamp(from), end: timestamp(to))
}

/// Lines in the shape of the Collector's file exporter, from a short form: an array is one export request with these
/// events, a text is a line as it is, and `unfinished` has no line break behind it.
func logText(_ lines: [JSONValue]) -> String {
  var sequence: Int64 = 0
  return lines.map { line -> String in
    switch line {
    case .array(let events): request(events, &sequence) + "\n"
    case .object(let object):
      switch object["unfinished"] {
      case .array(let events): request(events, &sequence)
      case let text: text?.stringValue ?? ""
      }
    case let text: (text.stringValue ?? text.text()) + "\n"
    }
  }.joined()
}

private func request(_ events: [JSONValue], _ sequence: inout Int64) -> String {
  var requests: [JSONValue] = []
  for event in events {
    for number in 0..<(event["count"]?.integerValue ?? 1) { requests.append(resource(event, number, &sequence)) }
  }
  return JSONValue.object(["resourceLogs": .array(requests)]).text()
}

private func resource(_ event: JSONValue, _ number: Int64, _ sequence: inout Int64) -> JSONValue {
  sequence += 1
  let seconds = (event["t"]?.doubleValue ?? 0) + (event["step"]?.doubleValue ?? 0) * Double(number)
  let time = JSONValue.string(String(Int64((seconds * 1e9).rounded()) + testStart * 1_000_000_000))
  let name = event["name"]?.stringValue ?? ""
  let place = event["nameIn"]?.stringValue ?? "body"
  let shown = event["prefix"] == true || place == "body" ? "claude_code.\(name)" : name
  var pairs: [(String, JSONValue)] = [("session.id", event["session"] ?? "agent")]
  if event["sequence"] != .null { pairs.append(("event.sequence", event["sequence"] ?? .integer(sequence))) }
  if place == "attribute" { pairs.append(("event.name", .string(shown))) }
  if let prompt = event["prompt"] { pairs.append(("prompt.id", prompt)) }
  pairs += (event["attrs"]?.objectValue ?? [:]).map { ($0.key, $0.value) }
  pairs += (event["pairs"]?.arrayValue ?? []).compactMap { pair in
    pair.arrayValue.flatMap { items in items.first?.stringValue.map { ($0, items.last ?? .null) } }
  }
  var record: JSONObject = ["body": ["stringValue": .string(place.hasSuffix("ody") ? shown : "An event")]]
  if place == "record" { record["eventName"] = .string(shown) }
  switch event["time"]?.stringValue {
  case "attribute":
    record["timeUnixNano"] = "0"
    pairs.append(("event.timestamp", .string(timestamp(seconds).text)))
  case "observed": record["observedTimeUnixNano"] = time
  case "none": record["timeUnixNano"] = "0"
  default: record["timeUnixNano"] = time
  }
  record["attributes"] = .array(pairs.map { ["key": .string($0.0), "value": anyValue($0.1)] })
  let service = event["service"] ?? "claude-code"
  let attributes: JSONValue = service == .null ? [] : [["key": "service.name", "value": ["stringValue": service]]]
  return [
    "resource": ["attributes": attributes],
    "scopeLogs": [["scope": ["name": "com.anthropic.claude_code.events"], "logRecords": [.object(record)]]],
  ]
}

private func anyValue(_ value: JSONValue) -> JSONValue {
  switch value {
  case .string: ["stringValue": value]
  case .integer(let number): ["intValue": .string(String(number))]
  case .number: ["doubleValue": value]
  case .bool: ["boolValue": value]
  default: value
  }
}
