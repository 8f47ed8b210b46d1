public import JSON

extension LSP {
  /// The server's commands (LSP 3.17 § workspace/executeCommand).
  public struct ExecuteCommandOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// Their names.
    public var commands: [String]

    /// Takes a value for each member.
    public init(workDoneProgress: Bool? = nil, commands: [String]) {
      self.workDoneProgress = workDoneProgress
      self.commands = commands
    }
  }

  /// A command to run (LSP 3.17 § workspace/executeCommand).
  public struct ExecuteCommandParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// Its name.
    public var command: String
    /// What it is called with.
    public var arguments: [JSONValue]?

    /// Takes a value for each member.
    public init(workDoneToken: ProgressToken? = nil, command: String, arguments: [JSONValue]? = nil) {
      self.workDoneToken = workDoneToken
      self.command = command
      self.arguments = arguments
    }
  }

  /// Changes that the server asks for (LSP 3.17 § workspace/applyEdit).
  public struct ApplyWorkspaceEditParams: Codable, Hashable, Sendable {
    /// What people see in the undo list.
    public var label: String?
    /// The changes.
    public var edit: WorkspaceEdit

    /// Takes a value for each member.
    public init(label: String? = nil, edit: WorkspaceEdit) {
      self.label = label
      self.edit = edit
    }
  }

  /// Whether the changes have been made (LSP 3.17 § workspace/applyEdit).
  public struct ApplyWorkspaceEditResult: Codable, Hashable, Sendable {
    /// Whether they have.
    public var applied: Bool
    /// Why not.
    public var failureReason: String?
    /// The index of the change that failed.
    public var failedChange: Int?

    /// Takes a value for each member.
    public init(applied: Bool, failureReason: String? = nil, failedChange: Int? = nil) {
      self.applied = applied
      self.failureReason = failureReason
      self.failedChange = failedChange
    }
  }

  /// Runs a command; null if it has no result (LSP 3.17 § workspace/executeCommand).
  public enum ExecuteCommandRequest: LSPRequest {
    public static let method = "workspace/executeCommand"
    public typealias Params = ExecuteCommandParams
    public typealias Result = JSONValue
  }

  /// Makes changes, from the server (LSP 3.17 § workspace/applyEdit).
  public enum ApplyWorkspaceEditRequest: LSPRequest {
    public static let method = "workspace/applyEdit"
    public typealias Params = ApplyWorkspaceEditParams
    public typealias Result = ApplyWorkspaceEditResult
  }
}
