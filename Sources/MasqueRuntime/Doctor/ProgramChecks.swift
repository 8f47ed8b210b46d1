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

  /// What TigerBeetle's client needs, where it is configured. Nothing is loaded: it may end the process.
  static let tigerBeetle = HealthCheck("tigerbeetle") { context in
    let ledger = context.configuration.ledger
    guard ledger.engine == .tigerbeetle else { return [] }
    var checks = [clientLibrary(ledger, context)]
    checks += processor(context) + ioUring(context)
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

private func clientLibrary(
  _ ledger: UserConfiguration.Ledger, _ context: HealthContext
) -> DoctorCommand.Check {
  let name = "libtb_client.so"
  let remedy =
    "`pip install tigerbeetle` brings it; name it as `ledger.client_library` in \(UserConfiguration.fileName)"
  var candidates: [FilePath] = []
  if let configured = ledger.clientLibrary {
    candidates = [configured]
  } else if let named = context.doctor.environment("MASQUES_TIGERBEETLE_CLIENT"), !named.isEmpty {
    candidates = [FilePath(named).absolute(from: context.files.currentFolder)]
  } else {
    candidates = (context.doctor.programFolder.map { [$0.parent.appending("lib/\(name)".utf8)] } ?? [])
    candidates += [FilePath("/usr/local/lib/\(name)"), FilePath("/usr/lib/\(name)")]
  }
  guard let path = candidates.first(where: { context.kind(of: $0) == .file }) else {
    return .init(
      "tigerbeetle", .missing,
      "TigerBeetle's client library is not at \(candidates.map(\.description).joined(separator: ", nor at "))",
      remedy: remedy)
  }
  guard let bytes = try? context.files.read(path, maximumLength: 1 << 28) else {
    return .init("tigerbeetle", .missing, "\(path) can't be read", remedy: "chmod a+r \(word(path))")
  }
  // A shared object in ELF's form, or Mach-O's.
  let magic = Array(bytes.prefix(4))
  guard [[0x7F, 0x45, 0x4C, 0x46], [0xCF, 0xFA, 0xED, 0xFE], [0xCA, 0xFE, 0xBA, 0xBE]].contains(magic) else {
    return .init("tigerbeetle", .missing, "\(path) is no library", remedy: remedy)
  }
  return .init("tigerbeetle", .ok, "TigerBeetle's client library is \(path)")
}

/// The instructions that the client uses without asking.
private func processor(_ context: HealthContext) -> [DoctorCommand.Check] {
  guard let bytes = try? context.files.read("/proc/cpuinfo", maximumLength: 16 << 20) else { return [] }
  let text = String(decoding: bytes, as: UTF8.self)
  guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") || $0.hasPrefix("Features") })
  else { return [] }
  let flags = Set(line.split(whereSeparator: \.isWhitespace))
  let missing = (line.hasPrefix("flags") ? ["avx2", "aes"] : ["aes"]).filter { !flags.contains(Substring($0)) }
  if missing.isEmpty { return [.init("tigerbeetle", .ok, "the processor has what TigerBeetle's client needs")] }
  return [
    .init(
      "tigerbeetle", .missing,
      "the processor lacks \(missing.joined(separator: " and ")), without which TigerBeetle's client can't run",
      remedy: "use `engine: sqlite` here")
  ]
}

/// What the kernel says of io_uring. A container may forbid it all the same.
private func ioUring(_ context: HealthContext) -> [DoctorCommand.Check] {
  func line(_ path: FilePath) -> String? {
    (try? context.files.read(path, maximumLength: 4_096)).map {
      String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self)
    }
  }
  if let state = line("/proc/sys/kernel/io_uring_disabled"), state != "0" {
    return [
      .init(
        "tigerbeetle", .missing, "io_uring is switched off (kernel.io_uring_disabled is \(printed(state)))",
        remedy: "sysctl kernel.io_uring_disabled=0, or use `engine: sqlite` here")
    ]
  }
  guard let release = line("/proc/sys/kernel/osrelease") else { return [] }
  let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
  guard numbers.count == 2, (numbers[0], numbers[1]) < (5, 6) else {
    return [.init("tigerbeetle", .ok, "the kernel (\(printed(release))) has io_uring")]
  }
  return [
    .init(
      "tigerbeetle", .missing,
      "the kernel (\(printed(release))) is older than io_uring as TigerBeetle's client needs it",
      remedy: "use Linux 5.6 or newer, or `engine: sqlite` here")
  ]
}

/// What another program has said, on one line.
private func printed(_ text: String) -> String {
  "`" + text.unicodeScalars.prefix(100).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }.joined() + "`"
}
