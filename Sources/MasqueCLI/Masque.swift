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
  /// The result for people.
  func text(of result: JSONValue, _ style: Style) -> String
  /// How the program ends for a result.
  func status(of result: JSONValue) -> MasqueStatus
}

extension ContractCommand {
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
  let project = repositoryRoot(above: host.files.currentFolder, in: host.files) ?? host.files.currentFolder
  table.add(Runtime(projectFolder: project, now: host.now))
  return table
}

/// Where they are run: as the disk is now.
func commandContext(_ host: Host, personas: [String]) -> CommandContext {
  CommandContext(
    files: host.files,
    places: MasquePlaces(
      workspaces: [host.files.currentFolder], personas: personas.map { FilePath($0) }, shipped: host.shippedPersonas,
      environment: host.environment, in: host.files))
}

private func run(_ command: any ContractCommand, _ host: Host) throws -> MasqueStatus {
  let options = command.options
  let context = commandContext(host, personas: options.personas)
  let result = try commandTable(host).run(type(of: command).contract.name, .object(command.argument), context)
  let isColored: Bool =
    switch options.color {
    case .always: true
    case .never: false
    case .auto:
      host.streams.isTerminal(.output) && (host.environment("NO_COLOR") ?? "").isEmpty
        && host.environment("TERM") != "dumb"
    }
  let text = options.json ? result.text(.line) + "\n" : command.text(of: result, Style(isColored: isColored))
  try host.streams.write(Array(text.utf8), to: .output)
  return command.status(of: result)
}
