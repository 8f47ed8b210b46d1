import JSON
import MasqueModel
import MasqueWorkspace

/// Copies telemetry to ClickHouse, from where it was left the last time. A block is written down before it is sent, so
/// that the same block with the same token is sent again after a crash, and counts once.
struct TelemetryFeed {
  private let folder: FilePath
  private let state: FilePath
  private let files: any Files
  private static let blockSize = 4 << 20

  init(home: FilePath, files: any Files) {
    folder = home.appending("telemetry".utf8)
    state = home.appending("analytics/feed.json".utf8)
    self.files = files
  }

  /// How far a signal's telemetry was sent: a file, a place in it, and the end of the block that is under way.
  private struct Cursor {
    var file: String
    var offset: Int
    var end: Int?
  }

  /// How many bytes are not sent yet.
  var backlog: Int {
    ["logs", "metrics"].reduce(0) { sum, signal in
      let (pending, cursor) = pending(signal)
      return pending.enumerated().reduce(sum) { $0 + $1.element.length - ($1.offset == 0 ? cursor.offset : 0) }
    }
  }

  /// Sends what there is.
  ///
  /// - Parameters:
  ///   - server: where to.
  ///   - isWanted: whether to go on, asked between blocks.
  /// - Returns: how many rows.
  /// - Throws: why not all of it.
  func send(to server: ClickHouseServer, while isWanted: () -> Bool) throws(AnalyticsError) -> Int {
    try send("logs", "telemetry_logs", to: server, while: isWanted) { line, rows in
      let events = AgentEvent.all(in: line)
      for event in events {
        var writer = JSONWriter()
        event.write(&writer)
        rows += writer.bytes
        rows.append(0x0A)
      }
      return events.count
    } + send("metrics", "telemetry_metrics", to: server, while: isWanted, writeMetrics)
  }

  private func send(
    _ signal: String, _ table: String, to server: ClickHouseServer, while isWanted: () -> Bool,
    _ write: (_ line: [UInt8], _ rows: inout [UInt8]) -> Int
  ) throws(AnalyticsError) -> Int {
    var (pending, cursor) = pending(signal)
    var sum = 0
    while let file = pending.first, isWanted() {
      let end = cursor.end ?? file.endOfLines(from: cursor.offset, about: Self.blockSize)
      if end > cursor.offset {
        cursor.end = end
        try save(signal, cursor)
        var rows: [UInt8] = []
        var count = 0
        for line in file.bytes(cursor.offset..<end).split(separator: 0x0A) { count += write(Array(line), &rows) }
        if count > 0 {
          do throws(AnalyticsError) {
            try server.insert(rows, into: table, token: "\(signal):\(cursor.file):\(cursor.offset)-\(end)")
          } catch {
            // A block that is refused for what it says is passed over: the files have it still.
            if error.kind != .permanent { throw error }
          }
        }
        sum += count
        cursor = Cursor(file: cursor.file, offset: end, end: nil)
        try save(signal, cursor)
        continue
      }
      pending.removeFirst()
      // The last one is being written, and nothing more is whole in it.
      guard let next = pending.first else { break }
      cursor = Cursor(file: next.identity, offset: 0, end: nil)
      try save(signal, cursor)
    }
    return sum
  }

  /// The files with something unsent, the oldest first, and how far the first one was sent.
  private func pending(_ signal: String) -> ([LineFile], Cursor) {
    let names =
      ((try? files.entries(of: folder)) ?? []).map { String(decoding: $0.name, as: UTF8.self) }
      .filter { $0.hasPrefix("\(signal)-") && $0.hasSuffix(".jsonl") }.sorted() + ["\(signal).jsonl"]
    let found = names.compactMap { LineFile(folder.appending($0.utf8)) }
    let saved = load()[signal]
    if let file = saved?["file"]?.stringValue, let offset = saved?["offset"]?.integerValue.map({ Int(clamping: $0) }) {
      if let place = found.firstIndex(where: { $0.identity == file }), found[place].isLineStart(offset) {
        let end = saved?["end"]?.integerValue.map { Int(clamping: $0) }
        let isWhole = end.map { $0 <= found[place].length && $0 > offset } ?? false
        return (Array(found[place...]), Cursor(file: file, offset: offset, end: isWhole ? end : nil))
      }
      // The file is gone: what is left is newer.
      return (found, Cursor(file: found.first?.identity ?? "", offset: 0, end: nil))
    }
    // Copies begin with what is there when they are first wanted.
    let active = found.suffix(1)
    return (Array(active), Cursor(file: active.first?.identity ?? "", offset: 0, end: nil))
  }

  private func load() -> JSONObject {
    guard let bytes = try? files.read(state, maximumLength: 1 << 16), let value = try? JSONValue(parsing: bytes) else {
      return [:]
    }
    return value.objectValue ?? [:]
  }

  private func save(_ signal: String, _ cursor: Cursor) throws(AnalyticsError) {
    var object = load()
    object[signal] = [
      "file": .string(cursor.file), "offset": .integer(Int64(cursor.offset)),
      "end": cursor.end.map { .integer(Int64($0)) } ?? .null,
    ]
    do throws(FileError) {
      try files.makeFolder(state.parent, isPrivate: true)
      try files.writePrivate(state, Array((JSONValue.object(object).text(.compact) + "\n").utf8))
    } catch {
      throw AnalyticsError(.temporary, error.description)
    }
  }
}
