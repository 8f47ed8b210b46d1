import ArgumentParser
import JSON
import MasqueCommands
import MasqueJudge
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import TerminalOutput

/// `masque`, from its arguments to its exit status.
public func runMasque(_ host: Host) -> MasqueStatus {
  do {
    if let status = try runAtOnce(host) { return status }
    var command = try MasqueCommand.parseAsRoot(host.arguments)
    switch command {
    case let call as CallSubcommand: return try Call(call).run(host)
    case let server as MCPSubcommand: return server.serve(host)
    case let manual as ManualSubcommand: try manual.write(host)
    case is CompleteSubcommand: try host.streams.write(Array(completions(host).utf8), to: .output)
    case let contract as any ContractCommand: return try run(contract, host)
    // Nothing is asked: `run` answers with the help.
    default: try command.run()
    }
    return .success
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
    if !isAnswer, host.arguments.contains("--json") {
      try? host.streams.write(
        .object(errorObject(CommandError(.invalidArguments, MasqueCommand.message(for: error)))))
    }
    let message = MasqueCommand.fullMessage(for: error)
    do {
      try host.streams.write(Array((message + "\n").utf8), to: isAnswer ? .output : .error)
    } catch {
      return error == .closed ? .success : .failure
    }
    return isAnswer ? .success : .usage
  }
}

/// What needs no parser: it takes longer than the rest of the program. And what is another program's.
///
/// - Returns: how the program ends; nil if the parser is to look at the arguments.
private func runAtOnce(_ host: Host) throws -> MasqueStatus? {
  guard let first = host.arguments.first else { return nil }
  if let sibling = Sibling.all.first(where: { $0.word == first }) { try sibling.run(host) }
  switch (first, host.arguments.count) {
  case ("call", _):
    return try Call(host.arguments)?.run(host)
  case ("--version", 1):
    try host.streams.write(Array("masque \(projectVersion)\n".utf8), to: .output)
    return .success
  case ("complete", 2) where host.arguments[1] == CompleteSubcommand.What.masques.rawValue:
    try host.streams.write(Array(completions(host).utf8), to: .output)
    return .success
  default:
    // The parser's tree of all subcommands costs more than these commands; what one of them does not understand, the
    // tree explains.
    guard let command = try? quickSubcommands[first]?.parse(Array(host.arguments.dropFirst())) else { return nil }
    return try run(command, host)
  }
}

/// What runs at every prompt of an agent or a shell, or nearly so.
private let quickSubcommands: [String: any ContractCommand.Type] = [
  "id": IDSubcommand.self, "list": ListSubcommand.self, "don": DonSubcommand.self, "doff": DoffSubcommand.self,
  "preview": PreviewSubcommand.self,
]

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
  /// The answer for people, where that takes more than the result; nil for a command that `text` words.
  func answer(_ context: CommandContext, _ style: Style) throws(CommandError) -> (text: String, status: MasqueStatus)?
  /// What else there is to say to people, on standard error: it is no part of what is asked for.
  func notes(of result: JSONValue, _ style: Style) -> String
  /// How the program ends for a result.
  func status(of result: JSONValue) -> MasqueStatus
}

extension ContractCommand {
  func argument(_ host: Host) throws -> JSONObject { argument }
  func text(of result: JSONValue, _ style: Style) -> String { "" }
  func answer(_ context: CommandContext, _ style: Style) throws(CommandError) -> (text: String, status: MasqueStatus)? {
    nil
  }
  func notes(of result: JSONValue, _ style: Style) -> String { "" }
  func status(of result: JSONValue) -> MasqueStatus { .success }
}

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Print the result as JSON, as docs/commands.md describes it.")
  var json = false

  @Option(
    help: ArgumentHelp("A folder of shared masques beside the usual ones.", valueName: "folder"), completion: .directory
  )
  var personas: [String] = []

  @Option(help: "Whether text is coloured: auto, always or never.")
  var color = ColorChoice.auto
}

/// The commands that this program can run.
func commandTable(_ host: Host) -> CommandTable {
  var table = CommandTable.pure
  let runtime = host.runtime
  table.add(runtime)
  if let machine = host.machine {
    var doctor = Doctor(machine: machine, environment: host.environment, programFolder: host.programFolder)
    for check in host.healthChecks { doctor.add(check) }
    table.add(doctor, configuration: { host.configuration }, projectFolder: runtime.projectFolder)
  }
  if let audience = host.audience { table.add(audience) }
  host.addCommands(&table, runtime)
  table.addJudge(host.judge, runtime)
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
    var runtime = Runtime(
      projectFolder: projectFolder(above: files.currentFolder, environment: environment, in: files), now: now,
      user: ["LOGNAME", "USER"].lazy.compactMap { environment($0) }.first { !$0.isEmpty } ?? "operator",
      configuration: { () throws(CommandError) in
        let loaded = host.configuration
        if let refusal = loaded.refusal { throw CommandError(.file, refusal) }
        return loaded.configuration
      }, usageMeter: judge, judge: judge)
    // What Claude Code tells whatever it starts in a shell, and its hooks. A server is told no process: it lives on when
    // another session begins.
    if let session = environment("CLAUDE_CODE_SESSION_ID"), !session.isEmpty, session.utf8.count <= 1_000,
      let process = environment("CLAUDE_PID").flatMap({ Int32($0) })
    {
      runtime.agent = (session, process)
    }
    equip(&runtime)
    runtime.analytics = analytics(runtime.ledger)
    return runtime
  }

  /// Who scores; nil where there is no home for telemetry.
  var judge: Judge? {
    let home = MasquePlaces(workspaces: [], environment: environment, in: files).privateFolder
    guard let home, let programs else { return nil }
    let bundled = programFolder?.parent.appending("libexec/masques".utf8)
    return Judge(home: home, files: files) { [environment, files] () throws(TelemetryError) in
      try DuckDB.found(environment: environment, bundled: bundled, files: files, programs: programs)
    }
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
  func style(_ stream: StandardStream) -> Style {
    options.color.style(for: stream, of: host.streams, environment: host.environment)
  }
  if !options.json, let answer = try command.answer(context, style(.output)) {
    try host.streams.write(Array(answer.text.utf8), to: .output)
    return answer.status
  }
  let result: JSONValue
  do {
    result = try commandTable(host).run(
      type(of: command).contract.name, .object(try command.argument(host)), context)
  } catch let error as CommandError {
    if options.json { try host.streams.write(.object(errorObject(error))) }
    throw error
  }
  if options.json {
    try host.streams.write(result)
  } else {
    try host.streams.write(Array(command.text(of: result, style(.output)).utf8), to: .output)
    let notes = command.notes(of: result, style(.error))
    if !notes.isEmpty { try host.streams.write(Array(notes.utf8), to: .error) }
  }
  return command.status(of: result)
}

extension Streams {
  /// Writes a value as a line on standard output.
  func write(_ value: JSONValue) throws(WriteError) { try write(Array((value.text(.line) + "\n").utf8), to: .output) }
}
