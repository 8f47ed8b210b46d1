import JSON
import JSONRPC
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// The most values that an answer may have.
private let maximumValues = 100

/// `completion/complete`: the intent of a prompt from phrases that the masque allows, and the name in a resource's URI.
func complete(_ params: JSONObject, _ scope: RequestScope) throws(ResponseError) -> JSONObject {
  let reference = try params.object("ref")
  let argument = try params.object("argument")
  let name = try argument.string("name")
  let typed = try argument.string("value")
  switch try reference.string("type") {
  case "ref/prompt":
    let masque = try masque(ofPrompt: try reference.string("name"), scope)
    guard name == "intent" else { throw noArgument(name, "`intent`") }
    let path = JSONValue.string(masque.entry.path.description)
    let phrases = samplePhrases(for: ["masque": path], scope.commandContext(), limit: maximumValues)
    return completion(phrases.filter { isAllowed($0, path, scope) }, typed)
  case "ref/resource":
    let uri = try reference.string("uri")
    guard [MasqueURI.textTemplate, MasqueURI.blockTemplate].contains(uri) else {
      // The URI of a resource has nothing left to complete.
      guard MasqueURI(uri) != nil else {
        throw ResponseError(.invalidParams, "\(quoted(uri)) is no template: see `resources/templates/list`")
      }
      return completion([], typed)
    }
    guard name == "name" else { throw noArgument(name, "`name`") }
    let masques = scope.commandContext().namedMasques().filter { masque in
      !masque.name.contains("/") && (uri == MasqueURI.textTemplate || masque.entry.problem == nil)
    }
    return completion(masques.map(\.name), typed)
  case let type:
    throw ResponseError(.invalidParams, "`type` must be `ref/prompt` or `ref/resource`, not \(quoted(type))")
  }
}

private func noArgument(_ name: String, _ known: String) -> ResponseError {
  ResponseError(.invalidParams, "there is no argument \(quoted(name)); it takes \(known)")
}

/// Whether a masque lets a phrase through.
private func isAllowed(_ phrase: String, _ masque: JSONValue, _ scope: RequestScope) -> Bool {
  let verdict = try? scope.host.table.run(
    "intent.explain", ["phrase": .string(phrase), "masque": masque], scope.commandContext())
  return verdict?["verdict"] == "allowed"
}

/// Those of some candidates that begin with what was typed, then those that have it further on; case does not count.
private func completion(_ candidates: [String], _ typed: String) -> JSONObject {
  let key = MasqueName.key(of: typed)
  let keys = candidates.map { MasqueName.key(of: $0) }
  let first = keys.indices.filter { keys[$0].hasPrefix(key) }
  let second = keys.indices.filter { !keys[$0].hasPrefix(key) && keys[$0].contains(key) }
  let matches = first + second
  return [
    "completion": [
      "values": .array(matches.prefix(maximumValues).map { .string(candidates[$0]) }),
      "total": .integer(Int64(matches.count)), "hasMore": .bool(matches.count > maximumValues),
    ]
  ]
}
