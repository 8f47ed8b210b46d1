import JSON
import MasqueCommands
import MasqueWorkspace

extension CommandTable {
  /// Adds the commands about analytics: the program that knows of a network carries them out.
  mutating func addAnalytics(_ audience: Audience) {
    add(AnalyticsMigrateCommand.self) { (_, _) throws(CommandError) in try audience.analytics("migrate") }
    add(AnalyticsStatusCommand.self) { (_, _) throws(CommandError) in try audience.analytics("status") }
    add(AnalyticsFlushCommand.self) { (_, _) throws(CommandError) in try audience.analytics("flush") }
  }
}

extension Audience {
  fileprivate func analytics<Result: Decodable>(_ name: String) throws(CommandError) -> Result {
    let (end, output, errors) = try runForOutput(try requiredProgram(), ["analytics", name])
    guard end == .exited(0) else { throw CommandError(.unavailable, lastLine(errors)) }
    do {
      return try JSONValueDecoder().decode(Result.self, from: try JSONValue(parsing: output))
    } catch {
      throw CommandError(.versionMismatch, "`masque-audience` is of another version than `masque`: \(error)")
    }
  }
}
