import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueCommands
import MasqueWorkspace

/// Takes `show` out of a command's argument: whether the server is to see to it that a person sees the result. Editors
/// drop the results of commands that they know nothing of, and whoever chooses one in the text would see nothing happen.
///
/// - Parameter argument: the object; every command may have `show` beside its own members.
/// - Returns: whether it is to be shown.
/// - Throws: `invalidParams` for a `show` that is neither true nor false.
func takeShow(from argument: inout JSONValue) throws(ResponseError) -> Bool {
  guard case .object(var members) = argument, let value = members["show"] else { return false }
  guard case .bool(let isWanted) = value else {
    throw ResponseError(.invalidParams, "`show` is true or false, not \(value.text())")
  }
  members["show"] = nil
  argument = .object(members)
  return isWanted
}

/// Shows what a command gives: in a document where the client can, else in a message.
///
/// - Parameters:
///   - result: what it gives.
///   - command: the command.
///   - argument: its argument.
///   - context: the open documents, and the way to the client.
///   - host: where masques are found.
///   - folder: the folder that is worked in.
func show(
  _ result: JSONValue, of command: CommandDescription, _ argument: JSONValue, _ context: RequestContext,
  _ host: CommandContext, in folder: FilePath?
) async {
  if context.client.showsDocuments,
    let uri = document(for: result, of: command, argument, context, in: folder ?? host.files.currentFolder)
  {
    let isOnline = uri.hasPrefix("https:")
    let params = LSP.ShowDocumentParams(uri: uri, external: isOnline ? true : nil, takeFocus: true)
    let answer = try? await context.connection.request(LSP.ShowDocumentRequest.self, params)
    if answer?.success == true { return }
  }
  let words =
    switch command.name {
    case ExplainRuleCommand.description.name:
      ["summary", "reason"].compactMap { result[$0]?.stringValue }.joined(separator: "\n\n")
    default: answer(to: command, argument, result) ?? result["text"]?.stringValue ?? result.text(.pretty(indent: 2))
    }
  tell(words, result, context.connection)
}

/// Says in a message what came of a command, and what else there is to know.
func tell(_ words: String, _ result: JSONValue, _ connection: ClientConnection) {
  let warnings = warnings(of: result)
  let message = ([words] + warnings).filter { !$0.isEmpty }.joined(separator: "\n")
  guard !message.isEmpty else { return }
  connection.notify(
    LSP.ShowMessageNotification.self,
    LSP.ShowMessageParams(type: warnings.isEmpty ? .info : .warning, message: message))
}

/// The document that shows a result, if there is one.
private func document(
  for result: JSONValue, of command: CommandDescription, _ argument: JSONValue, _ context: RequestContext,
  in folder: FilePath
) -> String? {
  switch command.name {
  case ExplainRuleCommand.description.name:
    result["code"]?.stringValue.flatMap(context.client.rulePages.page)
  case PreviewCommand.description.name where context.client.takesPreviews:
    argument["uri"]?.stringValue.map { previewURI(of: $0) }
  case NewCommand.description.name:
    result["masque"]?["file"]?.stringValue.map { fileURI(of: FilePath($0).absolute(from: folder)) }
  default: nil
  }
}
