import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueCommands

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
func show(
  _ result: JSONValue, of command: CommandDescription, _ argument: JSONValue, _ context: RequestContext
) async {
  if context.client.showsDocuments, let uri = document(for: result, of: command, argument, context) {
    let isOnline = uri.hasPrefix("https:")
    let params = LSP.ShowDocumentParams(uri: uri, external: isOnline ? true : nil, takeFocus: true)
    let answer = try? await context.connection.request(LSP.ShowDocumentRequest.self, params)
    if answer?.success == true { return }
  }
  let words =
    switch command.name {
    case ExplainRuleCommand.description.name:
      ["summary", "reason"].compactMap { result[$0]?.stringValue }.joined(separator: "\n\n")
    default: result["text"]?.stringValue ?? answer(to: command, argument, result) ?? ""
    }
  guard !words.isEmpty else { return }
  context.connection.notify(LSP.ShowMessageNotification.self, LSP.ShowMessageParams(type: .info, message: words))
}

/// The document that shows a result, if there is one.
private func document(
  for result: JSONValue, of command: CommandDescription, _ argument: JSONValue, _ context: RequestContext
) -> String? {
  switch command.name {
  case ExplainRuleCommand.description.name:
    result["code"]?.stringValue.flatMap(context.client.rulePages.page)
  case PreviewCommand.description.name where context.client.takesPreviews:
    argument["uri"]?.stringValue.map { previewURI(of: $0) }
  default: nil
  }
}
