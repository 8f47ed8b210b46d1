import ArgumentParser
import JSON
import MasqueCommands
import MasqueModel
import MasqueRuntime
import MasqueWorkspace

/// `masque`, from its arguments to its exit status.
public func runMasque(_ host: Host) -> MasqueStatus {
  do {
    var command = try MasqueCommand.parseAsRoot(host.arguments)
    if let server = command as? MCPSubcommand { return server.serve(host) }
    guard let contract = command as? any ContractCommand else {
      // Nothing is asked: `run` answers with the help.
      try command.run()
      return .success
    }
    return try run(contract, host)
  } catch let error as WriteError {
    // Nobody reads on: that is the reader's decision, and nothing to complain about.
    guard case .failed(let reason) = error else { return .success }
    try? host.streams.write(Array("masque: cannot write the output: \(reason)\n".utf8), to: .error)
    return .failure
  } catch let error as CommandError {
    try? host.streams.write(Array("masque: \(error.message)\n".utf8), to: .error)
    return .usage
  } catch {
    // `--help` and `--version` come as errors, too.
    let isAnswer = MasqueCommand.exitCode(for: error) == .success
    let message = MasqueCommand.fullMessage(for: error)
    do {
      try host.streams.write(Array((message + "\n").utf8), to: isAnswer ? .output : .error)
    } catch {
      return error == .closed ? .success : .failure
    }
    return isAnswer ? .success : .usage
  }
}

/// A subcommand whose work a contract describes.
protocol ContractCommand: ParsableCommand {
  /// The contract.
  static var contract: CommandDescription { get }
  /// What every command takes.
  var options: CommonOptions { get }
  /// The argument of the command.
  var argument: JSONObject { get }
  /// The argument of the command, for those that read standard input.
  func argument(_ host: Host) throws -> JSONObject
  /// The result for people.
  func text(of result: JSONValue, _ style: Style) -> String
  /// What else there is to say to people, on standard error: it is no part of what is asked for.
  func notes(of result: JSONValue, _ style: Style) -> String
  /// How the program ends for a result.
  func status(of result: JSONValue) -> MasqueStatus
}

extension ContractCommand {
  func argument(_ host: Host) throws -> JSONObject { argument }
  func notes(of result: JSONValue, _ style: Style) -> String { "" }
  func status(of result: JSONValue) -> MasqueStatus { .success }
}

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Print the result as JSON, as docs/commands.md describes it.")
  var json = false

  @Option(help: ArgumentHelp("A folder of shared masques beside the usual ones.", valueName: "folder"))
  var personas: [String] = []

  @Option(help: "Whether text is coloured: auto, always or never.")
  var color = ColorChoice.auto
}

/// Whether text has colour.
enum ColorChoice: String, CaseIterable, ExpressibleByArgument {
  case auto
  case always
  case never
}

/// How text is made to stand out, if it is: SGR sequences (ECMA-48).
struct Style {
  var isColored: Bool

  func bold(_ text: String) -> String { sequence("1", text) }
  func faint(_ text: String) -> String { sequence("2", text) }
  func good(_ text: String) -> String { sequence("32", text) }
  func bad(_ text: String) -> String { sequence("1;31", text) }
  func doubtful(_ text: String) -> String { sequence("1;33", text) }

  private func sequence(_ code: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// The commands that this program can run.
func commandTable(_ host: Host) -> CommandTable {
  var table = CommandTable.pure
  table.add(host.runtime)
  return table
}

/// Where they are run: as the disk is now.
func commandContext(_ host: Host, personas: [String]) -> CommandContext {
  var context = CommandContext(
    files: host.files,
    places: MasquePlaces(
      workspaces: [host.files.currentFolder], personas: personas.map { FilePath($0) }, shipped: host.shippedPersonas,
      environment: host.environment, in: host.files))
  // What only looks goes by what can be read of it.
  context.blockOptions.maximumGuestLifetime = host.configuration.configuration.maximumGuestLifetime
  context.activeMasque = host.runtime.activeMasque(context)
  return context
}

extension Host {
  /// What commands with effects need.
  var runtime: Runtime {
    let host = self
    return Runtime(
      projectFolder: projectFolder(above: files.currentFolder, environment: environment, in: files), now: now,
      user: ["LOGNAME", "USER"].lazy.compactMap { environment($0) }.first { !$0.isEmpty } ?? "operator",
      configuration: { () throws(CommandError) in
        let loaded = host.configuration
        if let refusal = loaded.refusal { throw CommandError(.file, refusal) }
        return loaded.configuration
      })
  }

  /// `config.yaml`, as far as it can be read.
  var configuration: UserConfiguration.Loaded {
    UserConfiguration.read(
      UserConfiguration.Place(environment: environment, currentFolder: files.currentFolder), from: files)
  }
}

private func run(_ command: any ContractCommand, _ host: Host) throws -> MasqueStatus {
  let options = command.options
  let context = commandContext(host, personas: options.personas)
  let result = try commandTable(host).run(type(of: command).contract.name, .object(try command.argument(host)), context)
  func style(_ stream: StandardStream) -> Style {
    switch options.color {
    case .always: return Style(isColored: true)
    case .never: return Style(isColored: false)
    case .auto:
      return Style(
        isColored: host.streams.isTerminal(stream) && (host.environment("NO_COLOR") ?? "").isEmpty
          && host.environment("TERM") != "dumb")
    }
  }
  let text = options.json ? result.text(.line) + "\n" : command.text(of: result, style(.output))
  try host.streams.write(Array(text.utf8), to: .output)
  if !options.json {
    let notes = command.notes(of: result, style(.error))
    if !notes.isEmpty { try host.streams.write(Array(notes.utf8), to: .error) }
  }
  return command.status(of: result)
}
