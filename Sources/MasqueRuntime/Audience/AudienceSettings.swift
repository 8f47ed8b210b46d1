import JSON
import MasqueCommands
import MasqueWorkspace
import SourceText

extension Audience {
  func config(
    _ arguments: AudienceConfigCommand.Arguments, _ context: CommandContext
  ) throws(CommandError) -> AudienceConfigCommand.Result {
    let usualPort = try configuration().telemetry.port
    let port = try receiver(context)?.port ?? usualPort
    let variables: [(name: String, value: String)] = [
      ("CLAUDE_CODE_ENABLE_TELEMETRY", "1"),
      ("OTEL_LOGS_EXPORTER", "otlp"),
      ("OTEL_METRICS_EXPORTER", "otlp"),
      ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
      ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:\(port)"),
      ("OTEL_LOG_TOOL_DETAILS", "1"),
      // Milliseconds. With the usual 5 s, the price of a wearing misses what was done just before it ended.
      ("OTEL_LOGS_EXPORT_INTERVAL", "1000"),
    ]
    let settings = JSONObject(variables.map { ($0.name, JSONValue.string($0.value)) })
    let path = try settingsFile(arguments.scope ?? .user)
    let before = try text(of: path, context)
    var result = AudienceConfigCommand.Result(
      settings: ["env": .object(settings)], file: context.shown(path), changed: false, replaced: [])
    let current = before.flatMap { try? JSONValue(parsing: $0.bytes) }?["env"]
    for (name, value) in variables {
      if let old = current?[name], old != .string(value) {
        result.replaced.append(.init(name: name, value: old.text(.line)))
      }
    }
    guard arguments.write == true else { return result }
    var after = before ?? SourceText([])
    for (name, value) in variables {
      do throws(JSONEditError) {
        let edits = try JSONEditor.setValue(.string(value), atPath: ["env", .key(name)], in: after)
        after = after.applying(edits).text
      } catch {
        throw CommandError(.file, "\(context.shown(path)) is not changed: \(reason(error, after))")
      }
    }
    guard after.bytes != before?.bytes else { return result }
    do throws(FileError) {
      try context.files.makeFolder(path.parent, isPrivate: false)
      if let before {
        try context.files.replace(path, expecting: before.bytes, with: after.bytes)
      } else {
        try context.files.write(path, after.bytes)
      }
    } catch {
      throw CommandError(.file, "\(context.shown(path)): \(error.message)")
    }
    result.changed = true
    return result
  }

  private func settingsFile(_ scope: AudienceConfigCommand.Scope) throws(CommandError) -> FilePath {
    switch scope {
    case .user:
      guard let agentFolder else {
        throw CommandError(.notFound, "it is not known where the user's settings are: set `HOME`")
      }
      return agentFolder.appending("settings.json".utf8)
    case .project: return projectFolder.appending(".claude/settings.json".utf8)
    case .local: return projectFolder.appending(".claude/settings.local.json".utf8)
    }
  }

  private func text(of path: FilePath, _ context: CommandContext) throws(CommandError) -> SourceText? {
    do throws(FileError) {
      return SourceText(try context.files.read(path, maximumLength: 4 << 20))
    } catch {
      if error.reason == .notFound { return nil }
      throw CommandError(.file, "\(context.shown(path)): \(error.message)")
    }
  }

  private func reason(_ error: JSONEditError, _ text: SourceText) -> String {
    switch error {
    case .notJSON(let error): return "it is no JSON: \(error)"
    case .mismatch(let range, _), .noSuchItem(let range, _):
      return "line \(LineIndex(text).line(containing: range.start) + 1): there must be an object"
    }
  }
}
