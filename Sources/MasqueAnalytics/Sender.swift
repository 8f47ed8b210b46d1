import JSON
import MasqueModel
public import MasqueWorkspace

/// Sends what waits for analytics: wearings that have ended, and copies of telemetry.
///
/// What can't be sent waits; what ClickHouse refuses for what it says is set aside in `analytics/rejected`. Each file of
/// the outbox is sent table by table, each block with a token of its own, and removed when all are there: a block that
/// is sent twice counts once.
public struct Sender: Sendable {
  private let home: FilePath
  private let files: any Files
  private let milliseconds: @Sendable () -> Int64
  /// How long a wearing that has ended waits for telemetry that is late, in milliseconds.
  private let grace: Int64

  /// A sender.
  ///
  /// - Parameters:
  ///   - home: `${MASQUES_HOME}`.
  ///   - files: the file system.
  ///   - milliseconds: the time since 1970.
  ///   - grace: how long a wearing waits for telemetry that is late, in milliseconds.
  public init(
    home: FilePath, files: any Files, milliseconds: @escaping @Sendable () -> Int64, grace: Int64 = 30_000
  ) {
    self.home = home
    self.files = files
    self.milliseconds = milliseconds
    self.grace = grace
  }

  private var outbox: FilePath { home.appending("analytics/outbox".utf8) }
  private var rejected: FilePath { home.appending("analytics/rejected".utf8) }

  /// What waits.
  public struct Backlog: Sendable, Hashable {
    /// Wearings.
    public var sessions: Int
    /// Since when the oldest waits, in nanoseconds since 1970; nil if none does.
    public var oldest: Int64?
    /// Wearings that ClickHouse refuses.
    public var rejected: Int
    /// Bytes of telemetry.
    public var telemetry: Int
  }

  /// What waits.
  public var backlog: Backlog {
    let waiting = names(in: outbox)
    return Backlog(
      sessions: waiting.count,
      oldest: waiting.compactMap { files.stamp(of: outbox.appending($0.utf8))?.modified }.min(),
      rejected: names(in: rejected).count, telemetry: TelemetryFeed(home: home, files: files).backlog)
  }

  /// What was sent.
  public struct Sent: Sendable, Hashable {
    /// Wearings.
    public var sessions = 0
    /// Rows of telemetry.
    public var rows = 0
    /// Wearings that ClickHouse refuses.
    public var rejected = 0
  }

  /// Sends what waits. Only one sender is at work at a time; another one waits for it.
  ///
  /// - Parameters:
  ///   - server: where to.
  ///   - isWanted: whether to go on, asked between blocks.
  /// - Returns: what was sent.
  /// - Throws: why not all of it.
  public func send(
    to server: ClickHouseServer, while isWanted: () -> Bool = { true }
  ) throws(AnalyticsError) -> Sent {
    let folder = home.appending("analytics".utf8)
    let lock: any FileLock
    do throws(FileError) {
      try files.makeFolder(folder, isPrivate: true)
      lock = try files.lock(folder.appending("sender.lock".utf8), waiting: 60_000)
    } catch {
      throw AnalyticsError(.temporary, error.description)
    }
    return try sendAlone(to: server, lock, isWanted)
  }

  private func sendAlone(
    to server: ClickHouseServer, _ lock: any FileLock, _ isWanted: () -> Bool
  ) throws(AnalyticsError) -> Sent {
    defer { withExtendedLifetime(lock) {} }
    var sent = Sent()
    for name in names(in: outbox).sorted() where isWanted() {
      let path = outbox.appending(name.utf8)
      guard let modified = files.stamp(of: path)?.modified,
        milliseconds() - modified / 1_000_000 >= grace
      else { continue }
      do throws(AnalyticsError) {
        try sendSession(path, to: server)
        sent.sessions += 1
      } catch {
        guard error.kind == .permanent else { throw error }
        try setAside(path, name, error)
        sent.rejected += 1
      }
    }
    sent.rows = try TelemetryFeed(home: home, files: files).send(to: server, while: isWanted)
    return sent
  }

  private func names(in folder: FilePath) -> [String] {
    ((try? files.entries(of: folder)) ?? []).filter { $0.kind == .file }
      .map { String(decoding: $0.name, as: UTF8.self) }.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
  }

  private func sendSession(_ path: FilePath, to server: ClickHouseServer) throws(AnalyticsError) {
    var entry: JSONObject
    do {
      let value = try JSONValue(parsing: try files.read(path, maximumLength: 256 << 20))
      entry = value.objectValue ?? [:]
    } catch let error as FileError {
      throw AnalyticsError(.temporary, error.description)
    } catch {
      throw AnalyticsError(.permanent, "\(path) is no entry of an outbox: \(error)")
    }
    guard let session = entry["session"]?.stringValue, let tables = entry["tables"]?.arrayValue else {
      throw AnalyticsError(.permanent, "\(path) is no entry of an outbox")
    }
    // Written down before it is sent: telemetry that comes later must not make another block of it.
    if entry["requests"] == nil {
      entry["requests"] = .array(modelRequests(of: entry))
      do throws(FileError) {
        try files.writePrivate(path, Array((JSONValue.object(entry).text(.compact) + "\n").utf8))
      } catch {
        throw AnalyticsError(.temporary, error.description)
      }
    }
    let requests: JSONValue = ["table": "api_requests", "rows": entry["requests"] ?? []]
    for table in tables + [requests] {
      guard let name = table["table"]?.stringValue, let rows = table["rows"]?.arrayValue, !rows.isEmpty else {
        continue
      }
      let lines = rows.map { $0.text(.compact) + "\n" }.joined()
      try server.insert(Array(lines.utf8), into: name, token: "session:\(session):\(name)")
    }
    do throws(FileError) { try files.remove(path) } catch { throw AnalyticsError(.temporary, error.description) }
  }

  private func setAside(_ path: FilePath, _ name: String, _ reason: AnalyticsError) throws(AnalyticsError) {
    do throws(FileError) {
      try files.makeFolder(rejected, isPrivate: true)
      try files.writePrivate(rejected.appending(name.utf8), try files.read(path, maximumLength: 256 << 20))
      try files.writePrivate(
        rejected.appending("\(name).reason".utf8), Array((reason.message + "\n").utf8))
      try files.remove(path)
    } catch {
      throw AnalyticsError(.temporary, error.description)
    }
  }

  /// The requests to models of a wearing, as rows: what the agent's session has told in the time of it.
  private func modelRequests(of entry: JSONObject) -> [JSONValue] {
    guard let agent = entry["agentSession"]?.stringValue, !agent.isEmpty, let from = entry["from"].flatMap(moment),
      let to = entry["to"].flatMap(moment), let session = entry["session"]?.stringValue,
      let common = entry["request"]?.objectValue
    else { return [] }
    let rate = entry["tokenRate"]?.stringValue.flatMap { Amount($0) } ?? .zero
    let folder = home.appending("telemetry".utf8)
    let names = ((try? files.entries(of: folder)) ?? []).map { String(decoding: $0.name, as: UTF8.self) }
      .filter { $0.hasPrefix("logs") && $0.hasSuffix(".jsonl") }.sorted()
    // The window that was scored and paid.
    let (start, end) = (min(from, to).nanoseconds, to.nanoseconds)
    var seen: Set<[UInt8]> = []
    var events: [AgentEvent] = []
    for file in names.compactMap({ LineFile(folder.appending($0.utf8)) }) where file.modified >= from.seconds {
      var offset = 0
      while offset < file.length {
        let next = file.endOfLines(from: offset, about: 4 << 20)
        guard next > offset else { break }
        for line in file.bytes(offset..<next).split(separator: 0x0A) {
          guard contains(line, "api_request"), contains(line, agent) else { continue }
          events += AgentEvent.all(in: Array(line)).filter { event in
            guard event.name == "api_request", event.session == agent, (start...end).contains(event.time) else {
              return false
            }
            // One that was sent again counts once, as in the score.
            guard event.sequence > 0 else { return true }
            var writer = JSONWriter()
            event.write(&writer)
            return seen.insert(writer.bytes).inserted
          }
        }
        offset = next
      }
    }
    events.sort { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
    return events.enumerated().map { .object(row($1, $0, session, common, rate)) }
  }

  private func row(
    _ event: AgentEvent, _ number: Int, _ session: String, _ common: JSONObject, _ rate: Amount
  ) -> JSONObject {
    func count(_ key: String) -> UInt64 { event[key].flatMap { UInt64($0) } ?? 0 }
    let kinds = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens"]
    let tokens = kinds.reduce(UInt128(0)) { $0 + UInt128(count($1)) }
    let (product, isTooLarge) = rate.micros.multipliedReportingOverflow(by: tokens)
    var row = common
    row["request_id"] = .string(requestID(session, number))
    row["agent_session"] = .string(event.session)
    row["model"] = .string(event["model"] ?? "")
    row["requested_at"] = .string(timestamp(event.time))
    for kind in kinds { row[kind] = .integer(Int64(clamping: count(kind))) }
    row["bytes"] = 0
    row["duration_ms"] = .integer(Int64((event["duration_ms"].flatMap { Double($0) } ?? 0).clamped.rounded()))
    row["model_cost"] = .string(cost(of: event).text)
    row["price"] = .string(Amount(micros: isTooLarge ? 0 : product / 1_000).text)
    return row
  }

  private func cost(of event: AgentEvent) -> Amount {
    if let micros = event["cost_usd_micros"].flatMap({ UInt128($0) }) { return Amount(micros: micros) }
    // Sent as a floating-point number; its nearest millionth is what was meant.
    guard let dollars = event["cost_usd"].flatMap({ Double($0) }), dollars > 0, dollars < 1e12 else { return .zero }
    return Amount(micros: UInt128((dollars * 1_000_000).rounded()))
  }

  /// A key of a wearing's request: the wearing's bits with its number added, marked as made by ourselves (RFC 9562,
  /// version 8).
  private func requestID(_ session: String, _ number: Int) -> String {
    var digits = Array(String((UInt128(session, radix: 16) ?? 0) &+ UInt128(number), radix: 16))
    digits = Array(repeating: "0", count: max(32 - digits.count, 0)) + digits
    digits[12] = "8"
    digits[16] = "b"
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }
}

/// Nanoseconds of whole seconds, at the end of what 64 bits hold if they don't reach.
/// A moment as `Timestamp` writes it, or in whole seconds since 1970, as it was written once.
private func moment(_ value: JSONValue) -> Timestamp? {
  value.stringValue.flatMap { Timestamp($0) } ?? value.integerValue.map { Timestamp(seconds: $0) }
}

extension Double {
  /// Within what a whole number of 64 bits holds.
  fileprivate var clamped: Double { isFinite ? min(max(self, 0), 1e15) : 0 }
}

/// Whether bytes have a text somewhere.
private func contains(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
  let wanted = Array(text.utf8)
  guard let first = wanted.first else { return true }
  var rest = bytes
  while let place = rest.firstIndex(of: first) {
    rest = rest[place...]
    if rest.starts(with: wanted) { return true }
    rest = rest.dropFirst()
  }
  return false
}
