import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueCommands

/// `workspace/executeCommand`. A command takes one object; what is missing in it is inferred where only one thing can be
/// meant, and asked for otherwise.
func executeCommand(
  _ params: LSP.ExecuteCommandParams, _ context: RequestContext
) async throws(ResponseError) -> JSONValue {
  let table = CommandHost.table
  guard let command = table.descriptions.first(where: { $0.editorName == params.command }) else {
    let names = table.descriptions.map(\.editorName).joined(separator: ", ")
    throw ResponseError(.invalidParams, "there is no command \(params.command); there are \(names)")
  }
  let given = params.arguments ?? []
  guard given.count <= 1 else {
    throw ResponseError(
      .invalidParams, "`\(command.editorName)` takes one object as its only argument, not \(given.count) arguments")
  }
  let progress = params.workDoneToken.map { WorkProgress($0, title: command.title, context.connection) }
  defer { progress?.end() }
  let host = context.commandContext
  var argument = given.first { !$0.isNull } ?? [:]
  let isToBeShown = try takeShow(from: &argument)
  inferMasque(in: &argument, of: command, context.documents)
  var hasAsked = false
  while true {
    do throws(CommandError) {
      let result = try table.run(command.name, argument, host)
      // Somebody who has answered a question wants to see what came of it, whatever the client does with a result.
      if isToBeShown {
        await show(result, of: command, argument, context)
      } else if hasAsked, let words = answer(to: command, argument, result) {
        context.connection.notify(
          LSP.ShowMessageNotification.self, LSP.ShowMessageParams(type: .info, message: words))
      }
      return result
    } catch {
      guard case .missingArgument(let name) = error.reason,
        let question = question(about: name, of: command, argument, context, host)
      else { throw ResponseError(error) }
      argument = try await ask(question, context.connection, argument)
      hasAsked = true
    }
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

/// Where one masque is open and none is named, that one is meant.
private func inferMasque(in argument: inout JSONValue, of command: CommandDescription, _ documents: OpenDocuments) {
  guard argument.objectValue != nil, command.parameters.contains(where: { $0.name == "uri" }),
    ["uri", "masque"].allSatisfy({ argument[$0]?.isNull ?? true })
  else { return }
  let open = openMasques(documents)
  if open.count == 1 { argument["uri"] = .string(open[0].uri) }
}
