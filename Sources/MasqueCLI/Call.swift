import ArgumentParser
import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// `masque call`: a command for programs. The language server runs what it does not do itself through it.
struct CallSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call", abstract: "Runs a command for a program: JSON in, lines of JSON out.",
    discussion: """
      The command's argument, one JSON object, comes from standard input; nothing stands for an object without a key. \
      docs/calling.md describes the lines. SIGTERM asks the command to end before it changes anything.

      Example: echo '{"masque": "codesmith"}' | masque call inspect

      Exit status: 0 a result, 2 an error, 3 the output could not be written.
      """)

  @Argument(help: ArgumentHelp("The command, such as intent.explain.", valueName: "command"))
  var name: String

  @Option(
    help: ArgumentHelp("The caller's version; another one than this program's is an error.", valueName: "version"))
  var client: String?

  @Option(help: ArgumentHelp("A folder of shared masques beside the usual ones.", valueName: "folder"))
  var personas: [String] = []
}

/// What `masque call` was asked for.
struct Call {
  /// The version of the lines.
  static let protocolVersion: Int64 = 1
  /// The most bytes that an argument may have.
  static let maximumLength = 16 << 20

  var name: String
  var client: String?
  var personas: [String] = []

  init(_ command: CallSubcommand) {
    name = command.name
    client = command.client
    personas = command.personas
  }

  /// Reads arguments that the parser need not be asked about: it takes longer than most commands.
  ///
  /// - Parameter arguments: all arguments; nil comes of those that are not plainly a call.
  init?(_ arguments: [String]) {
    guard arguments.count >= 2, arguments[0] == "call", !arguments[1].hasPrefix("-") else { return nil }
    name = arguments[1]
    var rest = arguments[2...]
    while let option = rest.popFirst() {
      guard let value = rest.popFirst(), !value.hasPrefix("-") else { return nil }
      switch option {
      case "--client": client = value
      case "--personas": personas.append(value)
      default: return nil
      }
    }
  }

  /// Runs the command and writes the lines.
  ///
  /// - Throws: why a line could not be written.
  func run(_ host: Host) throws(WriteError) -> MasqueStatus {
    let output = CallOutput(host.streams)
    // Who listens from now on may ask for the end at any time.
    _ = host.isAskedToEnd()
    try output.line(["masque": .string(projectVersion), "protocol": .integer(Self.protocolVersion)])
    let answer: JSONObject
    var status = MasqueStatus.success
    do throws(CommandError) {
      answer = ["result": try result(output, host)]
    } catch {
      answer = errorObject(error)
      status = .usage
    }
    try output.line(answer)
    return status
  }

  private func result(_ output: CallOutput, _ host: Host) throws(CommandError) -> JSONValue {
    if let client, client != projectVersion {
      throw CommandError(
        .versionMismatch,
        "this is masque \(projectVersion), and who calls it belongs to \(client); install both from one version")
    }
    let argument = try argument(from: host.streams)
    var context = commandContext(host, personas: personas)
    context.isCancelled = host.isAskedToEnd
    context.progress = { message, percentage in output.progress(message, percentage) }
    try context.checkCancellation()
    return try commandTable(host).run(name, argument, context)
  }

  /// The argument on standard input; nil for none.
  private func argument(from streams: any Streams) throws(CommandError) -> JSONValue? {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try streams.readInput(maximumLength: Self.maximumLength)
    } catch {
      if error.reason == .interrupted { throw .cancelled }
      throw CommandError(.invalidArguments, "the argument can't be read: \(error.message)")
    }
    if bytes.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) { return nil }
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw CommandError(.invalidArguments, "the argument is no JSON: \(error)")
    }
  }
}

/// Writes lines. Progress may come from any thread; what can't be written of it is passed over.
private struct CallOutput: Sendable {
  let streams: any Streams

  init(_ streams: any Streams) { self.streams = streams }

  func line(_ object: JSONObject) throws(WriteError) {
    try streams.write(.object(object))
  }

  func progress(_ message: String, _ percentage: Int?) {
    var progress: JSONObject = ["message": .string(message)]
    if let percentage { progress["percentage"] = .integer(Int64(min(max(percentage, 0), 100))) }
    try? line(["progress": .object(progress)])
  }
}

/// An error as programs are told it.
///
/// - Parameter error: the error.
/// - Returns: `{"error": {"reason": …, "message": …}}`, with `argument` where one is missing.
func errorObject(_ error: CommandError) -> JSONObject {
  var object: JSONObject = ["reason": .string(error.reason.code), "message": .string(error.message)]
  if case .missingArgument(let name) = error.reason { object["argument"] = .string(name) }
  return ["error": .object(object)]
}
