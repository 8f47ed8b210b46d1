import ArgumentParser
import MasqueModel
import MasqueWorkspace

/// `masque-audience`, from its arguments to its exit status.
public func runAudience(_ host: AudienceHost) -> AudienceStatus {
  do {
    let command = try AudienceCommand.parseAsRoot(host.arguments)
    switch command {
    case let command as ServeCommand: return serve(command, host)
    case let command as any AnalyticsSubcommand: return runAnalytics(command, host)
    default:
      var command = command
      try command.run()
      return .success
    }
  } catch {
    // `--help` and `--version` come as errors, too.
    let isAnswer = AudienceCommand.exitCode(for: error) == .success
    let message = AudienceCommand.fullMessage(for: error)
    do {
      try host.streams.write(Array((message + "\n").utf8), to: isAnswer ? .output : .error)
    } catch {
      return .failure
    }
    return isAnswer ? .success : .usage
  }
}

struct AudienceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque-audience",
    abstract: "Receives telemetry of agents by OTLP over HTTP and keeps it in files of this machine.",
    discussion: "`masque audience start` starts it in the background; `masque audience status` says how it is.",
    version: "masque-audience \(projectVersion)",
    subcommands: [ServeCommand.self, AnalyticsCommand.self])
}

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Receives telemetry until it is asked to end.")

  @Option(help: "The port for OTLP over HTTP, on 127.0.0.1; 0 for any.") var port: Int?
  @Option(help: "The port that tells how the receiver is; 0 for any.") var healthPort: Int?
  @Flag(help: "Start in the background and return.") var detach = false
  @Option(help: "Milliseconds that a client has for the head of its first request.") var headTimeout = 10_000
  @Option(help: "Milliseconds that a client has for a whole request.") var bodyTimeout = 60_000
  @Option(help: "Milliseconds that a connection may be idle.") var idleTimeout = 180_000
  @Flag(help: ArgumentHelp("What --detach starts.", visibility: .hidden)) var background = false

  func validate() throws {
    for port in [port, healthPort].compactMap({ $0 }) where !(0...65_535).contains(port) {
      throw ValidationError("\(port) is no port: ports are numbers from 0 to 65535")
    }
    guard [headTimeout, bodyTimeout, idleTimeout].allSatisfy({ (1...86_400_000).contains($0) }) else {
      throw ValidationError("a timeout has from 1 to 86400000 milliseconds")
    }
  }
}

extension AudienceHost {
  /// `${MASQUES_HOME}`.
  var home: FilePath? {
    MasquePlaces.privateFolder(environment: environment, currentFolder: files.currentFolder)
  }

  /// `config.yaml`.
  var configuration: UserConfiguration.Loaded {
    UserConfiguration.read(
      UserConfiguration.Place(environment: environment, currentFolder: files.currentFolder), from: files)
  }
}
