public import MasqueCommands
public import MasqueWorkspace

/// Looks whether everything is there that the configuration needs. Each room that needs something of the machine brings
/// the checks for it; a program puts them together.
public struct Doctor: Sendable {
  /// What is asked of the machine beyond its files.
  public var machine: any Machine
  /// The value of an environment variable.
  public var environment: @Sendable (String) -> String?
  /// The folder of this program, and of those that came with it.
  public var programFolder: FilePath?
  /// What is looked at, in this order.
  public var checks: [HealthCheck]

  /// A doctor; see the properties.
  public init(
    machine: any Machine, environment: @escaping @Sendable (String) -> String?, programFolder: FilePath?,
    checks: [HealthCheck] = HealthCheck.usual
  ) {
    self.machine = machine
    self.environment = environment
    self.programFolder = programFolder
    self.checks = checks
  }

  /// Adds a check, in the place of the one that has its name.
  public mutating func add(_ check: HealthCheck) {
    if let index = checks.firstIndex(where: { $0.name == check.name }) {
      checks[index] = check
    } else {
      checks.append(check)
    }
  }
}

/// Something that is looked at.
public struct HealthCheck: Sendable {
  /// Its name, in kebab-case.
  public var name: String
  /// Looks at it.
  public var run: @Sendable (HealthContext) -> [DoctorCommand.Check]

  /// A check; see the properties. It changes nothing, and says nothing about what the configuration does not need.
  public init(_ name: String, _ run: @escaping @Sendable (HealthContext) -> [DoctorCommand.Check]) {
    self.name = name
    self.run = run
  }

  /// What this room knows to look at.
  public static let usual = [
    home, configurationFile, libraries, siblings, duckDB, ledger, tigerBeetle, telemetryPorts, clickHouse, outbox,
    leftovers,
  ]
}

/// What a check has to go by.
public struct HealthContext: Sendable {
  /// The doctor.
  public var doctor: Doctor
  /// The file system, and where masques are.
  public var command: CommandContext
  /// The configuration: what holds without a file where that is wrong.
  public var loaded: UserConfiguration.Loaded
  /// The project.
  public var projectFolder: FilePath

  /// The configuration.
  public var configuration: UserConfiguration { loaded.configuration }
  /// The file system.
  public var files: any Files { command.files }
  /// The machine.
  public var machine: any Machine { doctor.machine }
  /// `${MASQUES_HOME}`; nil where nobody knows it.
  public var home: FilePath? { command.places.privateFolder }

  /// What a path names, links followed; nil for nothing.
  public func kind(of path: FilePath) -> FileKind? { try? files.kind(of: path, followingLinks: true) }

  /// The first file of a name on `PATH`.
  ///
  /// - Parameter name: the program's file name.
  /// - Returns: its absolute path, whether or not it can be run.
  public func program(_ name: String) -> FilePath? {
    let folders = (doctor.environment("PATH") ?? "").split(separator: ":").map {
      FilePath(String($0)).absolute(from: files.currentFolder)
    }
    // Where `make install` puts what it brings along.
    let ours = doctor.programFolder.map { [$0, $0.parent.appending("libexec/masques".utf8)] } ?? []
    return (folders + ours).map { $0.appending(name.utf8) }
      .first { kind(of: $0) == .file }
  }

  /// The first line that a program writes when it is asked for its version.
  ///
  /// - Parameter program: its path.
  /// - Returns: the line, or why there is none.
  public func version(of program: FilePath) -> Result<String, FileError> {
    do throws(FileError) {
      let (status, output) = try machine.output(of: program, ["--version"], within: 5_000)
      let line = String(decoding: output.prefix { $0 != 0x0A }, as: UTF8.self)
      guard status == 0, !line.isEmpty else {
        return .failure(
          FileError(program, .system(0), status.map { "ends with status \($0)" } ?? "does not end, or is killed"))
      }
      return .success(line)
    } catch {
      return .failure(error)
    }
  }
}

extension CommandTable {
  /// Adds `doctor`.
  ///
  /// - Parameters:
  ///   - doctor: what looks.
  ///   - configuration: the configuration, as it is when the command is run.
  ///   - projectFolder: the project.
  public mutating func add(
    _ doctor: Doctor, configuration: @escaping @Sendable () -> UserConfiguration.Loaded, projectFolder: FilePath
  ) {
    add(DoctorCommand.self) { (_, context) throws(CommandError) in
      let health = HealthContext(
        doctor: doctor, command: context, loaded: configuration(), projectFolder: projectFolder)
      var checks: [DoctorCommand.Check] = []
      for (number, check) in doctor.checks.enumerated() {
        try context.checkCancellation()
        context.progress(check.name, number * 100 / doctor.checks.count)
        checks += check.run(health)
      }
      return DoctorCommand.Result(healthy: !checks.contains { $0.state == .missing }, checks: checks)
    }
  }
}
