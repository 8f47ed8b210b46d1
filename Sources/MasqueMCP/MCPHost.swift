public import MasqueCommands

/// What the server offers, and where it looks.
public struct MCPHost: Sendable {
  /// The commands. Those that have a name as a tool are offered.
  public var table: CommandTable
  /// Where commands are run, made anew for each request: a session may have begun, a folder may have come. It may be
  /// called on any thread.
  public var context: @Sendable () -> CommandContext

  /// A host; see the properties.
  public init(table: CommandTable, context: @escaping @Sendable () -> CommandContext) {
    self.table = table
    self.context = context
  }
}
