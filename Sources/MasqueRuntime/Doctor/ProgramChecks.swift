import MasqueCommands
import MasqueModel
import MasqueWorkspace

extension HealthCheck {
  /// The programs that came with this one.
  static let siblings = HealthCheck("programs") { context in
    guard let folder = context.doctor.programFolder else {
      return [.init("programs", .notice, "the system does not say where this program is, nor its siblings")]
    }
    return [
      ("masque-lint", "masque lint and masque explain need it", true),
      ("masque-lsp", "editors need it", true), ("masque-audience", "telemetry is received by it", false),
    ].compactMap { name, use, isNeeded in
      let path = folder.appending(name.utf8)
      guard context.kind(of: path) == .file else {
        return .init(
          name, isNeeded ? .missing : .notice, "\(path) is not there: \(use)",
          remedy: "install it from the version that this program has: make install")
      }
      switch context.version(of: path) {
      case .success("\(name) \(projectVersion)"): return .init(name, .ok, "\(path) has version \(projectVersion)")
      case .success(let said):
        return .init(
          name, .missing, "\(path) says that it is \(printed(said)), and this is masque \(projectVersion)",
          remedy: "install both from one version: make install")
      case .failure(let error):
        return .init(name, .missing, "\(path) can't be run: \(error.message)", remedy: "install it again: make install")
      }
    }
  }

  /// DuckDB's command, which scores sessions.
  static let duckDB = HealthCheck("duckdb") { context in
    let remedy =
      "`pip install duckdb-cli` or https://duckdb.org/install/ brings it; put it on PATH, or name it in MASQUES_DUCKDB"
    let path: FilePath
    if let named = context.doctor.environment("MASQUES_DUCKDB"), !named.isEmpty {
      path = FilePath(named).absolute(from: context.files.currentFolder)
      guard context.kind(of: path) == .file else {
        return [.init("duckdb", .missing, "`MASQUES_DUCKDB` is \(path), which is no program", remedy: remedy)]
      }
    } else if let found = context.program("duckdb") {
      path = found
    } else {
      return [.init("duckdb", .notice, "there is no `duckdb` command: sessions can't be scored", remedy: remedy)]
    }
    switch context.version(of: path) {
    case .success(let version): return [.init("duckdb", .ok, "\(path) has version \(printed(version))")]
    case .failure(let error):
      return [.init("duckdb", .missing, "\(path) can't be run: \(error.message)", remedy: remedy)]
    }
  }

  /// The embedded ledger's file.
  static let ledger = HealthCheck("ledger") { context in
    guard context.configuration.ledger.engine == .sqlite, let home = context.home else { return [] }
    let path = home.appending("ledger.db".utf8)
    switch context.kind(of: path) {
    case nil: return [.init("ledger", .ok, "\(path) is made with the first account")]
    case .file:
      guard let permissions = context.machine.permissions(of: path), permissions.isOwn,
        permissions.mode & 0o600 == 0o600
      else {
        return [
          .init("ledger", .missing, "\(path) can't be read and written", remedy: "chmod 600 \(word(path))")
        ]
      }
      return [.init("ledger", .ok, "\(path) is there")]
    case .some:
      return [.init("ledger", .missing, "\(path) is no file", remedy: "move it away")]
    }
  }

  /// TigerBeetle's replicas, where they are configured.
  static let tigerBeetle = HealthCheck("tigerbeetle") { context in
    let ledger = context.configuration.ledger
    guard ledger.engine == .tigerbeetle else { return [] }
    var checks: [DoctorCommand.Check] = []
    for address in ledger.addresses {
      let parts = address.split(separator: ":", omittingEmptySubsequences: false)
      let port = (parts.count == 1 && address.contains(".") ? nil : parts.last.flatMap { Int($0) }) ?? 3_001
      let host =
        parts.count == 1
        ? (address.contains(".") ? address : "127.0.0.1")
        : parts.dropLast().joined(separator: ":").filter { $0 != "[" && $0 != "]" }
      do throws(NetworkError) {
        _ = try context.machine.converse(host: host, port: port, saying: [], within: 1_000)
        checks.append(.init("tigerbeetle", .ok, "the replica \(address) listens"))
      } catch {
        checks.append(
          .init(
            "tigerbeetle", .missing, "the replica \(address) can't be reached: \(error.message)",
            remedy: "start it, or mend `ledger.addresses` in \(UserConfiguration.fileName)"))
      }
    }
    return checks
  }
}

/// What another program has said, on one line.
private func printed(_ text: String) -> String {
  "`" + text.unicodeScalars.prefix(100).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }.joined() + "`"
}
