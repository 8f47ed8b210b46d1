import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

extension HealthCheck {
  /// `${MASQUES_HOME}`: whose it is, and who may look into it.
  static let home = HealthCheck("home") { context in
    guard let home = context.home else {
      return [
        .init("home", .missing, "nobody knows where private masques are", remedy: "set `MASQUES_HOME`, or `HOME`")
      ]
    }
    guard let kind = context.kind(of: home) else {
      return [.init("home", .ok, "\(home) is not there yet, and is made when it is needed")]
    }
    guard kind == .folder else {
      return [.init("home", .missing, "\(home) is no folder", remedy: "move it away, or set `MASQUES_HOME`")]
    }
    var checks: [DoctorCommand.Check] = []
    func look(_ path: FilePath, forbidden: UInt16, wanted: String) {
      guard let permissions = context.machine.permissions(of: path) else { return }
      if !permissions.isOwn {
        checks.append(
          .init("home", .missing, "\(path) belongs to another user", remedy: "chown \(word(path)) to yourself"))
      } else if permissions.mode & forbidden != 0 {
        checks.append(
          .init(
            "home", .missing, "\(path) has the mode \(permissions.octal): others may look into it, or change it",
            remedy: "chmod \(wanted) \(word(path))"))
      } else if permissions.mode & 0o200 == 0 {
        checks.append(
          .init(
            "home", .missing, "\(path) has the mode \(permissions.octal) and can't be written",
            remedy: "chmod \(wanted) \(word(path))"))
      }
    }
    look(home, forbidden: 0o077, wanted: "700")
    for entry in ((try? context.files.entries(of: home)) ?? []).sorted(by: {
      $0.name.lexicographicallyPrecedes($1.name)
    }) {
      // What an author keeps has the modes that authors give; everything else is private state.
      let path = home.appending(entry.name)
      switch entry.kind {
      case _ where path.isMasque || entry.name.elementsEqual(Manifest.fileName.utf8): break
      case .file where entry.name.elementsEqual(UserConfiguration.fileName.utf8):
        look(path, forbidden: 0o022, wanted: "600")
      case .file where entry.name.first != UInt8(ascii: "."): look(path, forbidden: 0o077, wanted: "600")
      case .folder where ["state", "telemetry", "analytics"].contains(String(decoding: entry.name, as: UTF8.self)):
        look(path, forbidden: 0o077, wanted: "700")
      default: break
      }
    }
    return checks.isEmpty ? [.init("home", .ok, "\(home) is yours alone")] : checks
  }

  /// `config.yaml`.
  static let configurationFile = HealthCheck("configuration") { context in
    if let refusal = context.loaded.refusal {
      let remedy =
        context.loaded.error == nil ? "masque lint \(context.loaded.path.map(word) ?? "") shows all of it" : nil
      return [.init("configuration", .missing, refusal, remedy: remedy)]
    }
    guard let path = context.loaded.path, context.loaded.text != nil else {
      return [.init("configuration", .ok, "there is no \(UserConfiguration.fileName): everything is as usual")]
    }
    let ring = context.configuration.operator.ring.rawValue
    return [.init("configuration", .ok, "\(path) is right; the operator's ring is \(ring)")]
  }

  /// The folders whose owners the configuration names.
  static let libraries = HealthCheck("libraries") { context in
    context.configuration.libraries.filter { context.kind(of: $0.folder) != .folder }.map { library in
      .init(
        "libraries", .notice, "\(library.folder) is no folder: nothing is earned there for \(library.owner)",
        remedy: "mend its path under `libraries` in \(UserConfiguration.fileName)")
    }
  }

  /// What killed processes have left, what was damaged, and projects that are no more.
  static let leftovers = HealthCheck("state") { context in
    guard let home = context.home else { return [] }
    let state = home.appending("state".utf8)
    var folders = [home, state]
    for entry in (try? context.files.entries(of: state)) ?? [] where entry.kind == .folder {
      folders.append(state.appending(entry.name))
    }
    var checks: [DoctorCommand.Check] = []
    for folder in folders.sorted() {
      for entry in (try? context.files.entries(of: folder)) ?? [] where entry.kind == .file {
        let path = folder.appending(entry.name)
        let name = String(decoding: entry.name, as: UTF8.self)
        if name.hasPrefix("."), name.hasSuffix(".tmp") {
          checks.append(
            .init("state", .notice, "\(path) is what a killed command has left", remedy: "rm \(word(path))"))
        } else if name.contains(".damaged") {
          checks.append(
            .init(
              "state", .notice, "\(path) was damaged and is kept aside",
              remedy: "look into it, then rm \(word(path))"))
        } else if name == "wearing.json", let project = project(of: path, context), context.kind(of: project) != .folder
        {
          checks.append(
            .init(
              "state", .notice, "\(folder) is about the project \(project), which is no more",
              remedy: "rm -r \(word(folder)), once nothing is worn there: an open hold falls back by itself"))
        }
      }
    }
    return checks.isEmpty ? [.init("state", .ok, "nothing is left over")] : checks
  }

  /// What is still to be sent for analytics.
  static let outbox = HealthCheck("outbox") { context in
    guard let home = context.home else { return [] }
    var checks: [DoctorCommand.Check] = []
    let folder = home.appending("analytics/outbox".utf8)
    func files(in folder: FilePath) -> [FolderEntry] {
      ((try? context.files.entries(of: folder)) ?? []).filter { $0.kind == .file && $0.name.first != 0x2E }
    }
    let rejected = home.appending("analytics/rejected".utf8)
    let reasons = files(in: rejected).filter { String(decoding: $0.name, as: UTF8.self).hasSuffix(".reason") }
    if !reasons.isEmpty {
      checks.append(
        .init(
          "outbox", .notice, "\(reasons.count) of what was sent was refused, and is kept in \(rejected)",
          remedy: "read the reasons there; what is moved into \(folder) is sent again"))
    }
    guard context.kind(of: folder) == .folder else { return checks }
    let files = files(in: folder)
    let bytes = files.reduce(Int64(0)) { $0 &+ (context.files.stamp(of: folder.appending($1.name))?.length ?? 0) }
    if files.isEmpty || bytes == 0 { return checks + [.init("outbox", .ok, "nothing waits to be sent")] }
    let backlog = "\(files.count) file\(files.count == 1 ? "" : "s") with \(bytes) bytes wait in \(folder)"
    if context.configuration.clickHouse == nil {
      return checks + [
        .init(
          "outbox", .notice, "\(backlog), and no server is configured",
          remedy: "name one under `clickhouse` in \(UserConfiguration.fileName), or delete the files")
      ]
    }
    return checks + [.init("outbox", .notice, backlog, remedy: "`masque audience start` runs what sends them")]
  }
}

/// The project that a state is about.
private func project(of path: FilePath, _ context: HealthContext) -> FilePath? {
  guard let bytes = try? context.files.read(path, maximumLength: 64 << 20), let state = try? JSONValue(parsing: bytes)
  else { return nil }
  return state["project"]?.stringValue.map { FilePath($0) }
}

/// A path as a shell takes it.
func word(_ path: FilePath) -> String { ShellWord.quoted(path.description) }
