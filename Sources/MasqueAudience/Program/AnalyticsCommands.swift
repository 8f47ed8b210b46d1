import ArgumentParser
import JSON
import MasqueAnalytics
import MasqueModel
import MasqueWorkspace

/// `masque-audience analytics`: what `masque analytics` has done by this program, which knows of a network. Its results
/// are JSON; people see `masque`'s.
struct AnalyticsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analytics", abstract: "What masque analytics asks for; the result is one JSON object.",
    subcommands: [Migrate.self, Status.self, Flush.self])

  struct Migrate: ParsableCommand, AnalyticsSubcommand {
    static let configuration = CommandConfiguration(abstract: "Brings ClickHouse's schema to its present form.")

    func result(_ host: AudienceHost, _ home: FilePath) throws(AnalyticsError) -> JSONObject {
      let server = try host.requiredServer()
      let new = try server.migrate()
      return [
        "applied": .array(new.map { .string($0.name) }),
        "present": .array(Migration.all.filter { !new.contains($0) }.map { .string($0.name) }),
      ]
    }
  }

  struct Status: ParsableCommand, AnalyticsSubcommand {
    static let configuration = CommandConfiguration(abstract: "Says what waits to be sent, and how ClickHouse is.")

    func result(_ host: AudienceHost, _ home: FilePath) throws(AnalyticsError) -> JSONObject {
      let backlog = host.sender(home).backlog
      var result: JSONObject = [
        "configured": false, "reachable": false, "migrated": false, "sessions": .integer(Int64(backlog.sessions)),
        "rejected": .integer(Int64(backlog.rejected)), "telemetryBytes": 0,
      ]
      if let oldest = backlog.oldest {
        result["oldest"] = .string(Timestamp(seconds: oldest / 1_000_000_000).text)
      }
      guard let server = try host.server() else { return result }
      result["configured"] = true
      result["telemetryBytes"] = .integer(Int64(backlog.telemetry))
      do throws(AnalyticsError) {
        let applied = try server.appliedMigrations()
        result["reachable"] = true
        result["migrated"] = .bool(Migration.all.allSatisfy { applied.contains($0.version) })
      } catch {
        result["problem"] = .string(error.message)
      }
      return result
    }
  }

  struct Flush: ParsableCommand, AnalyticsSubcommand {
    static let configuration = CommandConfiguration(abstract: "Sends what waits, at once.")

    func result(_ host: AudienceHost, _ home: FilePath) throws(AnalyticsError) -> JSONObject {
      let server = try host.requiredServer()
      let sent = try host.sender(home, grace: 0).send(to: server)
      return [
        "sessions": .integer(Int64(sent.sessions)), "rows": .integer(Int64(sent.rows)),
        "rejected": .integer(Int64(sent.rejected)),
      ]
    }
  }
}

/// A subcommand whose result is one object.
protocol AnalyticsSubcommand {
  func result(_ host: AudienceHost, _ home: FilePath) throws(AnalyticsError) -> JSONObject
}

func runAnalytics(_ command: any AnalyticsSubcommand, _ host: AudienceHost) -> AudienceStatus {
  guard let home = host.home else {
    host.complain("it is not known where analytics are kept: set MASQUES_HOME, or HOME")
    return .usage
  }
  do throws(AnalyticsError) {
    var result: JSONObject = ["version": 1]
    for (key, value) in try command.result(host, home) { result[key] = value }
    do throws(WriteError) {
      try host.streams.write(Array((JSONValue.object(result).text(.line) + "\n").utf8), to: .output)
    } catch {
      return .failure
    }
    return .success
  } catch {
    let remedy = error.kind == .schema ? "; `masque analytics migrate` brings the schema to its present form" : ""
    host.complain(error.message + remedy)
    return .usage
  }
}

extension AudienceHost {
  func complain(_ message: String) {
    try? streams.write(Array("error: \(message)\n".utf8), to: .error)
  }

  func sender(_ home: FilePath, grace: Int64 = 30_000) -> Sender {
    Sender(home: home, files: files, milliseconds: milliseconds, grace: grace)
  }

  /// The server that the configuration names; nil where it names none.
  func server() throws(AnalyticsError) -> ClickHouseServer? {
    let loaded = configuration
    if let refusal = loaded.refusal { throw AnalyticsError(.permanent, refusal) }
    guard let settings = loaded.configuration.clickHouse else { return nil }
    return try ClickHouseServer(settings, environment: environment)
  }

  func requiredServer() throws(AnalyticsError) -> ClickHouseServer {
    guard let server = try server() else {
      throw AnalyticsError(.permanent, "no ClickHouse is configured: `clickhouse` in config.yaml names one")
    }
    return server
  }
}
