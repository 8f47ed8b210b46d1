import JSON
import JSONRPC
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// What stands before a masque's name in the name of its prompt.
private let promptPrefix = "don-"

/// The prompts: one for each masque that can be put on, named as its file would be. Where two would have one name, the
/// second keeps the masque's own.
private func prompts(_ scope: RequestScope) -> [(name: String, masque: NamedMasque)] {
  var names: Set<String> = []
  var result: [(name: String, masque: NamedMasque)] = []
  for masque in scope.commandContext().namedMasques() {
    if let problem = masque.entry.problem {
      scope.log(.warning, ["masque": .string(masque.name), "message": .string(problem)])
      continue
    }
    let stem = promptPrefix + MasqueName.stem(ofName: masque.name)
    guard let name = [stem, promptPrefix + masque.name].first(where: { !names.contains($0) }) else { continue }
    names.insert(name)
    result.append((name, masque))
  }
  return result
}

/// `prompts/list`.
func listPrompts(_ params: JSONObject, _ scope: RequestScope) throws(ResponseError) -> JSONObject {
  let items = prompts(scope).map { prompt -> (key: String, value: JSONValue) in
    let summary = prompt.masque.entry.summary
    var definition: JSONObject = ["name": .string(prompt.name)]
    if scope.revision.hasStructuredContent { definition["title"] = .string("Don \(prompt.masque.name)") }
    let tagline = summary.tagline.map { " \($0.value)" } ?? ""
    let ring = summary.ring.map { " (ring: \($0.value.rawValue))" } ?? ""
    definition["description"] = .string("Put on the masque \(prompt.masque.name)\(ring).\(tagline)")
    var intent: JSONObject = ["name": "intent"]
    if scope.revision.hasStructuredContent { intent["title"] = "Intent" }
    intent["description"] = "What it is put on for, such as `implement the parser`."
    intent["required"] = false
    definition["arguments"] = [.object(intent)]
    return (prompt.name, .object(definition))
  }
  return try page("prompts", items, params)
}

/// `prompts/get`: the identity block, byte for byte, and how to go on. Nothing is changed by it: the tool `don` puts the
/// masque on.
func getPrompt(_ params: JSONObject, _ scope: RequestScope) throws(ResponseError) -> JSONObject {
  let masque = try masque(ofPrompt: try params.string("name"), scope)
  let intent = try intent(of: params)
  let context = scope.commandContext()
  let block: String
  do throws(CommandError) {
    block = try context.block(of: masque.entry, scope.host.table)
  } catch {
    throw ResponseError(.invalidParams, error.message)
  }
  var messages = [message(block)]
  if let next = nextStep(masque, intent, scope) { messages.append(message(next)) }
  return ["description": .string("The masque \(masque.name)."), "messages": .array(messages)]
}

private func message(_ said: String) -> JSONValue { ["role": "user", "content": text(said)] }

/// What is to be done now, so that the masque is worn here and not in the conversation alone.
private func nextStep(_ masque: NamedMasque, _ intent: String?, _ scope: RequestScope) -> String? {
  guard offeredTools(scope.host.table).contains(where: { $0.tool.name == "don" }) else {
    return intent.map { "What I want to do: \($0)" }
  }
  var arguments: JSONObject = ["masque": .string(masque.name)]
  if let intent { arguments["intent"] = .string(intent) }
  let call = "Call the tool `don` with \(JSONValue.object(arguments).text(.line)), so that this masque is put on here; "
  return call + "if it is refused, tell me why, and do not wear it." + (intent.map { " Then: \($0)" } ?? "")
}

/// The masque of a prompt.
///
/// - Throws: that there is no such prompt.
func masque(ofPrompt name: String, _ scope: RequestScope) throws(ResponseError) -> NamedMasque {
  if let prompt = prompts(scope).first(where: { $0.name == name }) { return prompt.masque }
  let context = scope.commandContext()
  if name.hasPrefix(promptPrefix), let entry = context.namedMasque(String(name.dropFirst(promptPrefix.count))) {
    return NamedMasque(key: MasqueName.key(of: entry.name), name: entry.name, entry: entry)
  }
  let nearest = nearestSpelling(of: name, among: prompts(scope).map(\.name)).map { ": did you mean `\($0)`?" } ?? ""
  throw ResponseError(.invalidParams, "there is no prompt \(quoted(name))\(nearest)")
}

/// - Throws: that an argument is unknown, or no text.
private func intent(of params: JSONObject) throws(ResponseError) -> String? {
  let arguments = try params.optionalObject("arguments") ?? [:]
  for name in arguments.keys where name != "intent" {
    throw ResponseError(.invalidParams, "this prompt has no argument \(quoted(name)); it takes `intent`")
  }
  guard let intent = try arguments.optionalString("intent"), !intent.allSatisfy(\.isWhitespace) else { return nil }
  return intent
}
