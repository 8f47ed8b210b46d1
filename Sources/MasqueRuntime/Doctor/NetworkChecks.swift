import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

extension HealthCheck {
  /// The ports of the receiver: free, or its own.
  static let telemetryPorts = HealthCheck("ports") { context in
    let telemetry = context.configuration.telemetry
    let folder = context.home?.appending("telemetry".utf8)
    let receiver = folder.flatMap { runningReceiver(in: $0, context) }
    // Whoever has never received anything may not want to.
    let isUsed = folder.map { context.kind(of: $0) == .folder } ?? false
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
    guard let url = HTTPAddress(server.url) else {
      return checks + [.init("clickhouse", .missing, "\(server.url) has no host and port that can be used")]
    }
    let remedy = "start the server, or mend `clickhouse.url` in \(UserConfiguration.fileName)"
    // Without TLS there is nothing to be said to a server that wants it.
    let request =
      url.isEncrypted ? "" : "GET \(url.path)ping HTTP/1.1\r\nHost: \(url.host)\r\nConnection: close\r\n\r\n"
    do throws(NetworkError) {
      let answer = String(
        decoding: try context.machine.converse(
          host: url.host, port: url.port, saying: Array(request.utf8), within: 3_000), as: UTF8.self)
      if url.isEncrypted {
        checks.append(.init("clickhouse", .ok, "\(server.url) can be reached; what it says behind TLS was not asked"))
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

/// What the receiver says of itself, if one is running.
private func runningReceiver(in folder: FilePath, _ context: HealthContext) -> JSONValue? {
  guard let bytes = try? context.files.read(folder.appending("audience.json".utf8), maximumLength: 1 << 16) else {
    return nil
  }
  return try? JSONValue(parsing: bytes)
}

/// Where an HTTP server is.
private struct HTTPAddress {
  var host: String
  var port: Int
  /// With a slash at its end.
  var path: String
  var isEncrypted: Bool

  init?(_ url: String) {
    let scheme = url.prefix { $0 != ":" }
    guard ["http", "https"].contains(scheme), url.dropFirst(scheme.count).hasPrefix("://") else { return nil }
    isEncrypted = scheme == "https"
    let rest = url.dropFirst(scheme.count + 3)
    let authority = rest.prefix { $0 != "/" }
    path = String(rest.dropFirst(authority.count))
    if !path.hasSuffix("/") { path += "/" }
    let name: Substring
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      name = authority[authority.index(after: authority.startIndex)..<end]
      port = 0
      let tail = authority[authority.index(after: end)...]
      if !tail.isEmpty {
        guard tail.hasPrefix(":"), let number = Int(tail.dropFirst()) else { return nil }
        port = number
      }
    } else {
      let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2, let first = parts.first else { return nil }
      name = first
      port = 0
      if parts.count == 2 {
        guard let number = Int(parts[1]) else { return nil }
        port = number
      }
    }
    if port == 0 { port = isEncrypted ? 443 : 80 }
    guard !name.isEmpty, (1...65_535).contains(port) else { return nil }
    host = String(name)
  }
}
