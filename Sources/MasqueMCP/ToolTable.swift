import MasqueCommands

/// What a command is called as a tool, and what agents should know about calling it.
struct Tool: Sendable {
  /// The command's name.
  let command: String
  /// The tool's name.
  let name: String
  /// The parameters that mean nothing to an agent.
  var omitted: [String] = []
  /// The parameters without which the call means nothing, where the contract has one of the omitted in their place.
  var needed: [String] = []
  /// The member of the result that is told to the agent as it is, before the rest of the result.
  var text: String?
  /// Whether a second call with the same arguments changes nothing more.
  var isIdempotent = false
  /// What the command's description leaves to say to an agent.
  var hint = ""
}

/// Every command that is a tool, in the order in which tools are listed. A command that the program can't run is left
/// out.
let toolTable: [Tool] = [
  Tool(command: "list", name: "list_masques"),
  Tool(command: "inspect", name: "inspect_masque", omitted: ["uri"]),
  Tool(command: "preview", name: "preview_masque", omitted: ["uri"], needed: ["masque"], text: "text"),
  Tool(
    command: "don", name: "don", omitted: ["uri"], needed: ["masque"], text: "text",
    hint: "From then on, be what the identity block says, and keep within its intent boundaries."),
  Tool(
    command: "doff", name: "doff", text: "text", isIdempotent: true,
    hint: "From then on, the lens and the boundaries of that masque no longer count."),
  Tool(command: "id", name: "id", text: "block", isIdempotent: true),
  Tool(command: "intent.explain", name: "explain_intent", omitted: ["uri"]),
  Tool(command: "intent.diff", name: "diff_intents", omitted: ["failOnWidening"]),
  Tool(command: "performance", name: "score", omitted: ["symbol", "html"]),
]

/// The tools that there are, each with its contract as an agent knows it.
func offeredTools(_ table: CommandTable) -> [(tool: Tool, contract: CommandDescription)] {
  toolTable.compactMap { tool in
    guard var contract = table.descriptions.first(where: { $0.name == tool.command }) else { return nil }
    contract.parameters.removeAll { tool.omitted.contains($0.name) }
    for index in contract.parameters.indices where tool.needed.contains(contract.parameters[index].name) {
      contract.parameters[index].isRequired = true
    }
    return (tool, contract)
  }
}
