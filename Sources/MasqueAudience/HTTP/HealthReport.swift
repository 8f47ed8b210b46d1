import JSON

/// What the receiver says of itself.
struct HealthReport: Sendable {
  var version: String
  var process: Int32
  /// Since when it runs: a timestamp.
  var since: String
  /// For how many seconds.
  var uptime: Int64
  /// Why telemetry can't be kept; nil while all is well.
  var problem: String?
  var requests = 0
  var refused = 0
  var postponed = 0
  var logRecords = 0
  var dataPoints = 0
  var spans = 0
  var bytesWritten = 0
  var bytesWaiting = 0
  var connections = 0

  /// An object; `status` and `upSince` are the Collector's words.
  var json: [UInt8] {
    var object: JSONObject = [
      "status": problem == nil ? "Server available" : "Server not available",
      "upSince": .string(since),
      "uptime": .string("\(uptime)s"),
      "version": .string(version),
      "pid": .integer(Int64(process)),
      "connections": .integer(Int64(connections)),
      "requests": .integer(Int64(requests)),
      "refused": .integer(Int64(refused)),
      "postponed": .integer(Int64(postponed)),
      "logRecords": .integer(Int64(logRecords)),
      "dataPoints": .integer(Int64(dataPoints)),
      "spans": .integer(Int64(spans)),
      "bytesWritten": .integer(Int64(bytesWritten)),
      "bytesWaiting": .integer(Int64(bytesWaiting)),
    ]
    if let problem { object["problem"] = .string(problem) }
    return Array((JSONValue.object(object).text(.line) + "\n").utf8)
  }
}
