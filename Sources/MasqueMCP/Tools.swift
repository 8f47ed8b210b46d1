import JSON
import JSONRPC
import MasqueCommands
import MasqueModel

/// `tools/list`.
func listTools(_ params: JSONObject, _ scope: RequestScope) throws(ResponseError) -> JSONObject {
  let tools = offeredTools(scope.host.table).map { (key: $0.tool.name, value: definition($0.tool, $0.contract, scope)) }
  // In the order of the table: the likeliest first.
  return try page("tools", tools, params)
}

private func definition(_ tool: Tool, _ contract: CommandDescription, _ scope: RequestScope) -> JSONValue {
  let description = [contract.summary, contract.discussion, tool.hint].filter { !$0.isEmpty }
  var definition: JSONObject = ["name": .string(tool.name)]
  if scope.revision.hasStructuredContent { definition["title"] = .string(contract.title) }
  definition["description"] = .string(description.joined(separator: "\n\n"))
  definition["inputSchema"] = .object(agentSchema(contract.argumentSchema))
  if scope.revision.hasStructuredContent { definition["outputSchema"] = .object(agentSchema(contract.resultSchema)) }
  if scope.revision.hasAnnotations {
    var annotations: JSONObject = ["title": .string(contract.title), "readOnlyHint": .bool(!contract.hasEffects)]
    if contract.hasEffects {
      // Masques are put on and taken off: no work of anybody's is lost by it.
      annotations["destructiveHint"] = false
      annotations["idempotentHint"] = .bool(tool.isIdempotent)
    }
    // Masques are files: nothing else is asked.
    annotations["openWorldHint"] = false
    definition["annotations"] = .object(annotations)
  }
  return .object(definition)
}

/// `tools/call`. What the command has to say against the call is a result, so that a model reads it and mends it; only a
/// request that is no call at all is an error.
func callTool(_ params: JSONObject, _ scope: RequestScope) throws(ResponseError) -> JSONObject {
  let (tool, contract) = try tool(of: params, scope.host)
  let arguments = try params.optionalObject("arguments") ?? [:]
  scope.log(.debug, ["tool": .string(tool.name), "message": "called"])
  scope.report(0, contract.title)
  do throws(CommandError) {
    try refuse(tool.omitted, in: arguments, of: contract)
    let result = try scope.host.table.run(tool.command, .object(arguments), scope.commandContext())
    if contract.hasEffects { scope.log(.info, ["tool": .string(tool.name), "message": "done"]) }
    scope.report(100)
    return content(of: result, tool, scope.revision)
  } catch {
    scope.log(.warning, ["tool": .string(tool.name), "message": .string(error.message)])
    return ["content": [text(error.message)], "isError": true]
  }
}

/// The tool that a call names.
///
/// - Throws: that there is none.
func tool(
  of params: JSONObject, _ host: MCPHost
) throws(ResponseError) -> (tool: Tool, contract: CommandDescription) {
  let name = try params.string("name")
  let tools = offeredTools(host.table)
  if let found = tools.first(where: { $0.tool.name == name }) { return found }
  let nearest = nearestSpelling(of: name, among: tools.map(\.tool.name))
  throw ResponseError(
    .invalidParams, "there is no tool \(quoted(name))" + (nearest.map { ": did you mean `\($0)`?" } ?? ""))
}

/// Whether a call may change anything: the next one waits for it, whatever the client cancels.
func hasEffects(_ method: String, _ params: JSONObject, _ host: MCPHost) -> Bool {
  guard method == "tools/call" else { return false }
  return (try? tool(of: params, host).contract.hasEffects) ?? false
}

/// - Throws: that an argument is given that an agent does not have.
private func refuse(
  _ omitted: [String], in arguments: JSONObject, of contract: CommandDescription
) throws(CommandError) {
  for name in omitted where !(arguments[name]?.isNull ?? true) {
    throw CommandError(.invalidArguments, "`\(contract.name)` has no argument `\(name)` here")
  }
}

/// What a model reads, and what programs read. What is told as it is stands alone, byte for byte; the JSON behind it does
/// not say it again.
private func content(of result: JSONValue, _ tool: Tool, _ revision: ProtocolRevision) -> JSONObject {
  var rest = result
  var content: [JSONValue] = []
  if let key = tool.text, let told = result[key]?.stringValue {
    content.append(text(told))
    rest[key] = nil
  }
  content.append(text(rest.text(.line)))
  var answer: JSONObject = ["content": .array(content)]
  if revision.hasStructuredContent { answer["structuredContent"] = result }
  answer["isError"] = false
  return answer
}

/// A text as content.
func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }
