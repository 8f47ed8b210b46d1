import JSON
import MasqueModel

/// An event of an agent, as far as analytics may know of it.
struct AgentEvent {
  /// Nanoseconds since 1970.
  var time: Int64
  var name: String
  var service: String
  /// The agent's session.
  var session: String
  var sequence: Int64
  var severity: Int64
  var traceID: String
  var spanID: String
  /// Those of the allow-list.
  var attributes: [(key: String, value: String)]

  subscript(key: String) -> String? { attributes.first { $0.key == key }?.value }

  /// The events of a line of `logs.jsonl`. What has no name of an event is none.
  static func all(in line: [UInt8]) -> [AgentEvent] {
    guard let request = try? JSONValue(parsing: line) else { return [] }
    var events: [AgentEvent] = []
    for resource in request["resourceLogs"]?.arrayValue ?? [] {
      let service = allowed(simpleAttributes(resource["resource"])["service.name"], .name)
      for scope in resource["scopeLogs"]?.arrayValue ?? [] {
        for record in scope["logRecords"]?.arrayValue ?? [] {
          if let event = AgentEvent(record, service) { events.append(event) }
        }
      }
    }
    return events
  }

  private init?(_ record: JSONValue, _ service: String) {
    let values = simpleAttributes(record)
    let prefix = "claude_code."
    let body = record["body"]?["stringValue"]?.stringValue.flatMap { $0.hasPrefix(prefix) ? $0 : nil }
    // Three ways to name an event; a body that is no such name is somebody's text.
    let given = values["event.name"] ?? record["eventName"]?.stringValue ?? body
    guard let given, AllowList.fits(given, .name) else { return nil }
    name = given.hasPrefix(prefix) ? String(given.dropFirst(prefix.count)) : given
    time = moment(record["timeUnixNano"]) ?? moment(record["observedTimeUnixNano"]) ?? 0
    self.service = service
    session = allowed(values["session.id"], .name)
    sequence = values["event.sequence"].flatMap { Int64($0) } ?? 0
    severity = min(max(record["severityNumber"]?.integerValue ?? 0, 0), 255)
    traceID = allowed(record["traceId"]?.stringValue, .name)
    spanID = allowed(record["spanId"]?.stringValue, .name)
    attributes = AllowList.events.compactMap { attribute, form in
      values[attribute].flatMap { AllowList.fits($0, form) ? (attribute, $0) : nil }
    }
  }

  /// The row of `telemetry_logs`.
  func write(_ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key(ascii: "timestamp")
    writer.string(timestamp(time))
    for (key, value) in [
      ("event", name), ("service", service), ("agent_session", session), ("trace_id", traceID), ("span_id", spanID),
    ] {
      writer.key(key)
      writer.string(value)
    }
    writer.key(ascii: "sequence")
    writer.integer(max(sequence, 0))
    writer.key(ascii: "severity")
    writer.integer(severity)
    writer.key(ascii: "attributes")
    writeMap(attributes, &writer)
    writer.endObject()
  }
}

/// Writes the rows of `telemetry_metrics` of a line of `metrics.jsonl`: sums and gauges.
///
/// - Returns: how many.
func writeMetrics(of line: [UInt8], _ rows: inout [UInt8]) -> Int {
  guard let request = try? JSONValue(parsing: line) else { return 0 }
  var count = 0
  for resource in request["resourceMetrics"]?.arrayValue ?? [] {
    let service = allowed(simpleAttributes(resource["resource"])["service.name"], .name)
    for scope in resource["scopeMetrics"]?.arrayValue ?? [] {
      for metric in scope["metrics"]?.arrayValue ?? [] {
        guard let name = metric["name"]?.stringValue, AllowList.fits(name, .name) else { continue }
        for point in (metric["sum"] ?? metric["gauge"])?["dataPoints"]?.arrayValue ?? [] {
          let value = point["asDouble"]?.doubleValue ?? point["asInt"]?.stringValue.flatMap { Double($0) }
          guard let value, value.isFinite else { continue }
          let values = simpleAttributes(point)
          var writer = JSONWriter()
          writer.beginObject()
          writer.key(ascii: "timestamp")
          writer.string(timestamp(moment(point["timeUnixNano"]) ?? 0))
          for (key, text) in [
            ("metric", name), ("unit", allowed(metric["unit"]?.stringValue, .name)), ("service", service),
            ("agent_session", allowed(values["session.id"], .name)),
          ] {
            writer.key(key)
            writer.string(text)
          }
          writer.key(ascii: "value")
          writer.number(value)
          writer.key(ascii: "attributes")
          writeMap(
            AllowList.metrics.compactMap { attribute, form in
              values[attribute].flatMap { AllowList.fits($0, form) ? (attribute, $0) : nil }
            }, &writer)
          writer.endObject()
          rows += writer.bytes
          rows.append(0x0A)
          count += 1
        }
      }
    }
  }
  return count
}

private func writeMap(_ attributes: [(key: String, value: String)], _ writer: inout JSONWriter) {
  writer.beginObject()
  for (key, value) in attributes {
    writer.key(key)
    writer.string(value)
  }
  writer.endObject()
}

/// A text if it has a form, else nothing.
private func allowed(_ text: String?, _ form: AllowList.Form) -> String {
  text.flatMap { AllowList.fits($0, form) ? $0 : nil } ?? ""
}

/// The attributes that have simple values, whatever their types: senders mix them.
private func simpleAttributes(_ value: JSONValue?) -> [String: String] {
  var result: [String: String] = [:]
  for attribute in value?["attributes"]?.arrayValue ?? [] {
    guard let key = attribute["key"]?.stringValue, let value = attribute["value"] else { continue }
    result[key] =
      value["stringValue"]?.stringValue ?? value["intValue"]?.stringValue
      ?? (value["doubleValue"] ?? value["boolValue"]).map { $0.text(.compact) }
  }
  return result
}

private func moment(_ value: JSONValue?) -> Int64? {
  value?.stringValue.flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
}

/// Nanoseconds since 1970 as a text with milliseconds.
func timestamp(_ nanoseconds: Int64) -> String {
  let milliseconds = String(nanoseconds / 1_000_000 % 1_000)
  let padding = String(repeating: "0", count: 3 - milliseconds.count)
  return Timestamp(seconds: nanoseconds / 1_000_000_000).text.dropLast() + ".\(padding)\(milliseconds)Z"
}
