import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

extension Audience {
  func logs(
    _ arguments: AudienceLogsCommand.Arguments, _ context: CommandContext
  ) throws(CommandError) -> AudienceLogsCommand.Result {
    let folder = try folder()
    let count = min(arguments.lines ?? 20, 100_000)
    switch arguments.of ?? .events {
    case .receiver:
      let bytes = try read(folder.appending("audience.log".utf8), context)
      let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(count)
      return .init(lines: lines.map(String.init))
    case .events:
      let names = ((try? context.files.entries(of: folder)) ?? []).map { String(decoding: $0.name, as: UTF8.self) }
      // The file that is written comes behind those that are not any more, whose names have their times in them.
      let files = names.filter { $0.hasPrefix("logs-") && $0.hasSuffix(".jsonl") }.sorted() + ["logs.jsonl"]
      var events: [Event] = []
      for name in files.reversed() where events.count < count {
        let bytes = try read(folder.appending(name.utf8), context)
        var newest: [Event] = []
        for line in bytes.split(separator: 0x0A).reversed() where newest.count + events.count < count {
          newest = Event.all(in: Array(line)) + newest
        }
        events = newest + events
      }
      return .init(lines: events.suffix(count).map(\.text))
    }
  }

  private func read(_ path: FilePath, _ context: CommandContext) throws(CommandError) -> [UInt8] {
    do throws(FileError) {
      return try context.files.read(path, maximumLength: 1 << 30)
    } catch {
      if error.reason == .notFound { return [] }
      throw CommandError(.file, "\(context.shown(path)): \(error.message)")
    }
  }
}

/// An event as people are shown it.
private struct Event {
  var text: String

  /// The attributes that are shown: names and figures, and nothing that anybody has written.
  private static let shown = [
    "tool_name", "success", "decision", "model", "error_type", "status_code", "skill.name", "duration_ms",
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens", "cost_usd", "prompt_length",
  ]

  static func all(in line: [UInt8]) -> [Event] {
    guard let request = try? JSONValue(parsing: line) else { return [] }
    var events: [Event] = []
    for resource in request["resourceLogs"]?.arrayValue ?? [] {
      for scope in resource["scopeLogs"]?.arrayValue ?? [] {
        for record in scope["logRecords"]?.arrayValue ?? [] { events.append(Event(record)) }
      }
    }
    return events
  }

  private init(_ record: JSONValue) {
    var attributes: [String: String] = [:]
    for attribute in record["attributes"]?.arrayValue ?? [] {
      guard let key = attribute["key"]?.stringValue, let value = attribute["value"] else { continue }
      attributes[key] = Self.text(of: value)
    }
    let nanoseconds = [record["timeUnixNano"], record["observedTimeUnixNano"]].lazy
      .compactMap { $0?.stringValue.flatMap { Int64($0) } }.first { $0 > 0 }
    let time = nanoseconds.map { Timestamp(seconds: $0 / 1_000_000_000).text } ?? "-"
    var name = attributes["event.name"] ?? record["eventName"]?.stringValue
    // A body that is a name of ours is one; any other may be somebody's text.
    if name == nil, let body = record["body"]?["stringValue"]?.stringValue, body.hasPrefix("claude_code."),
      body.utf8.count < 64
    {
      name = String(body.dropFirst("claude_code.".count))
    }
    var words = [time, name ?? "(no name)"]
    if let session = attributes["session.id"] { words.append("session=\(session.prefix(8))") }
    words += Self.shown.compactMap { key in attributes[key].map { "\(key)=\($0.prefix(60))" } }
    text = words.map { word in String(word.map { $0.isNewline ? " " : $0 }) }.joined(separator: " ")
  }

  /// A simple value, whatever its type.
  private static func text(of value: JSONValue) -> String? {
    value["stringValue"]?.stringValue ?? value["intValue"]?.stringValue
      ?? (value["doubleValue"] ?? value["boolValue"]).map { $0.text(.line) }
  }
}
