import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

extension HealthCheck {
  /// The ports of the receiver: free, its own, or those of a Collector in its place.
  static let telemetryPorts = HealthCheck("ports") { context in
    let telemetry = context.configuration.telemetry
    let folder = context.home?.appending("telemetry".utf8)
    let receiver = folder.flatMap { runningReceiver(in: $0, context) }
    // Whoever has never received anything may not want to.
    let isUsed = folder.map { context.kind(of: $0) == .folder } ?? false
    // Telemetry is only ever sent by POST, and whoever knows the path says so.
    let isCollector = context.says(405, to: "/v1/logs", at: telemetry.port)
    return [(telemetry.port, "port", "telemetry"), (telemetry.healthPort, "healthPort", "the health of its receiver")]
      .map { port, key, use in
        do throws(NetworkError) {
          _ = try context.machine.converse(host: "127.0.0.1", port: port, saying: [], within: 500)
        } catch {
          return .init("port-\(port)", .ok, "the port \(port), for \(use), is free")
        }
        if receiver?[key]?.integerValue == Int64(port) {
          return .init("port-\(port)", .ok, "the receiver listens at the port \(port)")
        }
        if isCollector, port == telemetry.port || context.says(200, to: "/", at: port) {
          return .init(
            "port-\(port)", .notice,
            "another receiver than masque-audience listens at the port \(port), such as an OpenTelemetry Collector",
            remedy: folder.map { "see that it writes its files into \(context.command.shown($0))" })
        }
        return .init(
          "port-\(port)", isUsed ? .missing : .notice,
          "another program listens at the port \(port), which is for \(use)",
          remedy: "end it, or choose another port under `telemetry` in \(UserConfiguration.fileName)")
      }
  }

  /// ClickHouse, where it is configured.
  static let clickHouse = HealthCheck("clickhouse") { context in
    guard let server = context.configuration.clickHouse else { return [] }
    var checks: [DoctorCommand.Check] = []
    if let name = server.passwordVariable, (context.doctor.environment(name) ?? "").isEmpty {
      checks.append(
        .init(
          "clickhouse", .missing, "`\(name)`, which holds the password of \(server.user), is not set",
          remedy: "export \(name), or take `password_variable` out of \(UserConfiguration.fileName)"))
    }
    guard let url = server.address else {
      return checks + [.init("clickhouse", .missing, "\(server.url) has no host and port that can be used")]
    }
    let remedy = "start the server, or mend `clickhouse.url` in \(UserConfiguration.fileName)"
    // Without TLS there is nothing to be said to a server that wants it.
    let request =
      url.isSecure ? "" : "GET \(url.path)ping HTTP/1.1\r\nHost: \(url.host)\r\nConnection: close\r\n\r\n"
    do throws(NetworkError) {
      let answer = String(
        decoding: try context.machine.converse(
          host: url.host, port: Int(url.port), saying: Array(request.utf8), within: 3_000), as: UTF8.self)
      if url.isSecure {
        checks.append(
          .init("clickhouse", .ok, "\(server.url) can be reached; `masque analytics status` asks it by TLS"))
      } else if answer.hasPrefix("HTTP/1."), answer.dropFirst(9).hasPrefix("200") {
        checks.append(.init("clickhouse", .ok, "\(server.url) answers"))
      } else {
        let line = answer.prefix { !$0.isNewline }.filter { $0.isASCII && !$0.isNewline }
        checks.append(
          .init("clickhouse", .missing, "\(server.url) is no ClickHouse that works: it says `\(line)`", remedy: remedy))
      }
    } catch {
      checks.append(
        .init("clickhouse", .missing, "\(server.url) can't be reached: \(error.message)", remedy: remedy))
    }
    return checks
  }
}

extension HealthContext {
  /// Whether a server of this machine answers a request for a path with a status.
  fileprivate func says(_ status: Int, to path: String, at port: Int) -> Bool {
    let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
    guard let answer = try? machine.converse(host: "127.0.0.1", port: port, saying: Array(request.utf8), within: 500)
    else { return false }
    let line = String(decoding: answer.prefix { $0 != 0x0D }, as: UTF8.self)
    return line.hasPrefix("HTTP/1.") && line.dropFirst(8).hasPrefix(" \(status) ")
  }
}

/// What the receiver says of itself, if one is running.
private func runningReceiver(in folder: FilePath, _ context: HealthContext) -> JSONValue? {
  guard let bytes = try? context.files.read(folder.appending("audience.json".utf8), maximumLength: 1 << 16) else {
    return nil
  }
  return try? JSONValue(parsing: bytes)
}
