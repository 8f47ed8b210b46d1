import JSON
import JSONRPC
import MasqueCommands
import MasqueModel

/// What the server says of itself.
func implementation(_ revision: ProtocolRevision) -> JSONObject {
  var info: JSONObject = ["name": "masques", "version": .string(projectVersion)]
  if revision.hasStructuredContent { info["title"] = "Masques" }
  if revision.hasImplementationDescription {
    info["description"] = "Temporary identities for agents: put one on for a piece of work, and take it off again."
  }
  return info
}

/// What the server can do. Lists are read from the disk whenever they are asked for; nobody is told when they change.
func capabilities(_ revision: ProtocolRevision) -> JSONObject {
  var capabilities: JSONObject = ["logging": [:], "prompts": [:], "resources": [:], "tools": [:]]
  if revision.hasAnnotations { capabilities["completions"] = [:] }
  return capabilities
}

/// What a model should know before it uses the tools.
///
/// - Parameter table: the commands: only what can be done is spoken of.
/// - Returns: a few sentences.
func instructions(_ table: CommandTable) -> String {
  let tools = Set(offeredTools(table).map(\.tool.name))
  var text = """
    A masque is a temporary identity for a piece of work: how to think, what to know, and what may be set out to do. \
    Each is a file of the user's or of the project's.
    """
  if tools.contains("list_masques") { text += " `list_masques` shows those that there are." }
  if tools.contains("don") {
    text += """
       When the user asks you to don one, call `don`, with what they want to do as `intent` if they have said it, and be \
      what the identity block in its result says: take its lens, and keep within its intent boundaries until the masque \
      comes off. One masque is worn at a time. A refusal is the user's or the author's decision: tell the user, and do \
      not work around it.
      """
  }
  if tools.contains("doff") {
    text += " `doff` takes it off: from then on the lens and its boundaries no longer count."
  }
  if tools.contains("id") {
    text += " If you are not sure who you are, `id` with `block` tells you again."
  }
  if tools.contains("explain_intent") {
    text += " Before you set out on something that the boundaries may not cover, ask `explain_intent`."
  }
  return text
}

/// `initialize`.
///
/// - Returns: the revision that is spoken from now on, and the result.
/// - Throws: what is wrong with the request.
func initialize(
  _ params: JSONObject, _ host: MCPHost
) throws(ResponseError) -> (revision: ProtocolRevision, result: JSONObject) {
  let asked = try params.string("protocolVersion")
  _ = try params.object("capabilities")
  _ = try params.object("clientInfo")
  // A revision without sessions can't be agreed on here: those requests speak for themselves.
  let known = ProtocolRevision(rawValue: asked).flatMap { $0.isStateless ? nil : $0 }
  let revision = known ?? ProtocolRevision.newestSession
  return (
    revision,
    [
      "protocolVersion": .string(revision.rawValue), "capabilities": .object(capabilities(revision)),
      "serverInfo": .object(implementation(revision)), "instructions": .string(instructions(host.table)),
    ]
  )
}

/// `server/discover`, in stateless revisions.
func discover(_ host: MCPHost) -> JSONObject {
  [
    "supportedVersions": ProtocolRevision.names, "capabilities": .object(capabilities(.july2026)),
    "instructions": .string(instructions(host.table)),
  ]
}
