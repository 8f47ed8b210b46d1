import ArgumentParser
import MasqueCommands
import MasqueMCP
import MasqueWorkspace

/// `masque mcp`: the commands for agents, over standard input and output.
struct MCPSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract: "Offers masques to agents by the Model Context Protocol, over standard input and output.",
    discussion: """
      An agent starts this program and speaks with it; see docs/mcp.md for how each is told to. Nothing but the protocol \
      is written to standard output. It ends when standard input does.

      Example: claude mcp add masques -- masque mcp
      """)

  @Option(help: ArgumentHelp("A folder of shared masques beside the usual ones.", valueName: "folder"))
  var personas: [String] = []

  /// Serves until the agent ends the session.
  func serve(_ host: Host) -> MasqueStatus {
    guard let channel = host.openChannel() else {
      try? host.streams.write(Array("masque: standard output is closed\n".utf8), to: .error)
      return .failure
    }
    let personas = personas
    let mcp = MCPHost(table: commandTable(host)) { commandContext(host, personas: personas) }
    guard case .failed(let reason) = serveMCP(mcp, over: channel) else { return .success }
    try? host.streams.write(Array("masque: cannot write the output: \(reason)\n".utf8), to: .error)
    return .failure
  }
}
