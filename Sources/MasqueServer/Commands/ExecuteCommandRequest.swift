import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueCommands
import MasqueWorkspace

/// `workspace/executeCommand`. A command takes one object; what is missing in it is inferred where only one thing can be
/// meant, and asked for otherwise.
///
/// - Parameters:
///   - params: the command.
///   - context: the state at its place in the order of messages.
///   - place: its place among the commands that change something.
/// - Returns: the command's result.
/// - Throws: why there is none.
func executeCommand(
  _ params: LSP.ExecuteCommandParams, _ context: RequestContext, _ place: Turn
) async throws(ResponseError) -> JSONValue {
  // Whoever picks a command from an editor's list of all of them gives it no argument, and sees nothing unless told.
  let isPicked = params.arguments?.isEmpty ?? true
  do throws(ResponseError) {
    return try await run(params, isToBeShown: isPicked, context, place)
  } catch {
    if isPicked, error.code != .requestCancelled {
      context.connection.notify(
        LSP.ShowMessageNotification.self, LSP.ShowMessageParams(type: .error, message: error.message))
    }
    throw error
  }
}

private func run(
  _ params: LSP.ExecuteCommandParams, isToBeShown isPicked: Bool, _ context: RequestContext, _ place: Turn
) async throws(ResponseError) -> JSONValue {
  let known = CommandHost.descriptions
  guard let command = known.first(where: { $0.editorName == params.command }) else {
    let names = known.map(\.editorName).joined(separator: ", ")
    throw ResponseError(.invalidParams, "there is no command \(params.command); there are \(names)")
  }
  let given = params.arguments ?? []
  guard given.count <= 1 else {
    throw ResponseError(
      .invalidParams, "`\(command.editorName)` takes one object as its only argument, not \(given.count) arguments")
  }
  var argument = given.first { !$0.isNull } ?? [:]
  let isToBeShown = try takeShow(from: &argument) || isPicked
  let document = try takeDocument(from: &argument, of: command)
  inferMasque(in: &argument, of: command, context)
  let isSiblings = !CommandHost.table.descriptions.contains { $0.name == command.name }
  var turn: Turn? = place
  if !isSiblings || !command.hasEffects {
    place.end()
    turn = nil
  }
  let progress = params.workDoneToken
  var shown = isSiblings ? nil : progress.map { WorkProgress($0, title: command.title, context.connection) }
  defer { shown?.end() }
  var hasAsked = false
  while true {
    let folder = workFolder(of: document ?? path(of: argument), context.folders)
    let host = context.commandContext(in: folder)
    do throws(CommandFailure) {
      let result: JSONValue
      if isSiblings {
        let run = SiblingRun(command: command, argument: argument, folder: folder, token: progress, context: context)
        result = try await run.result(turn)
      } else {
        result = try runHere(command, argument, host)
      }
      // Somebody who has answered a question wants to see what came of it, whatever the client does with a result.
      if isToBeShown {
        await show(result, of: command, argument, context, host, in: folder)
      } else if hasAsked, let words = answer(to: command, argument, result) {
        tell(words, result, context.connection)
      }
      return result
    } catch {
      guard let name = error.missing, let question = question(about: name, of: command, argument, context, host) else {
        throw error.error
      }
      // Nobody has to wait for somebody who thinks.
      turn?.end()
      argument = try await ask(question, context.connection, argument, orElse: error.error)
      turn = turn == nil ? nil : context.sibling.changes.take()
      shown = nil
      hasAsked = true
    }
  }
}

private func runHere(
  _ command: CommandDescription, _ argument: JSONValue, _ host: CommandContext
) throws(CommandFailure) -> JSONValue {
  do throws(CommandError) {
    return try CommandHost.table.run(command.name, argument, host)
  } catch {
    throw CommandFailure(error)
  }
}

extension ResponseError {
  /// The answer to a command that could not be run.
  init(_ error: CommandError) {
    let code: ErrorCode =
      switch error.reason {
      case .unknownCommand, .invalidArguments, .missingArgument: .invalidParams
      case .cancelled: .requestCancelled
      default: .requestFailed
      }
    self.init(code, error.message)
  }
}

/// Takes `uri` out of the argument of a command that knows no such thing: there it only says which document the command
/// was chosen in, and so which folder is worked in.
private func takeDocument(
  from argument: inout JSONValue, of command: CommandDescription
) throws(ResponseError) -> FilePath? {
  guard case .object(var members) = argument, let value = members["uri"],
    !command.parameters.contains(where: { $0.name == "uri" })
  else { return nil }
  guard let uri = value.stringValue else {
    throw ResponseError(.invalidParams, "`uri` is the URI of a document, not \(value.text())")
  }
  members["uri"] = nil
  argument = .object(members)
  return filePath(of: uri).map { FilePath($0).normalized }
}

/// The file that an argument names, as far as that is plain; nil for a name, and for nothing.
private func path(of argument: JSONValue) -> FilePath? {
  let named = argument["uri"]?.stringValue ?? argument["masque"]?.stringValue
  return named.flatMap { filePath(of: $0) ?? ($0.hasPrefix("/") ? $0 : nil) }.map { FilePath($0).normalized }
}

/// Where one masque is open and none is named, that one is meant.
private func inferMasque(in argument: inout JSONValue, of command: CommandDescription, _ context: RequestContext) {
  guard argument.objectValue != nil, ["uri", "masque"].allSatisfy({ argument[$0]?.isNull ?? true }) else { return }
  let open = openMasques(context.documents)
  guard open.count == 1 else { return }
  if command.parameters.contains(where: { $0.name == "uri" }) {
    argument["uri"] = .string(open[0].uri)
  } else if command.parameters.contains(where: { $0.name == "masque" && $0.isRequired }) {
    argument["masque"] = .string(open[0].uri)
  }
}
