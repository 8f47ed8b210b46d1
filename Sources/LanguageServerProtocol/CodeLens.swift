public import JSON

extension LSP {
  /// What the server offers about code lenses (LSP 3.17 § textDocument/codeLens).
  public struct CodeLensOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// Whether `codeLens/resolve` is served.
    public var resolveProvider: Bool?

    /// Takes a value for each member.
    public init(workDoneProgress: Bool? = nil, resolveProvider: Bool? = nil) {
      self.workDoneProgress = workDoneProgress
      self.resolveProvider = resolveProvider
    }
  }

  /// Where lenses are wanted (LSP 3.17 § textDocument/codeLens).
  public struct CodeLensParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil,
      textDocument: TextDocumentIdentifier
    ) {
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.textDocument = textDocument
    }
  }

  /// A command shown above a line (LSP 3.17 § textDocument/codeLens).
  public struct CodeLens: Codable, Hashable, Sendable {
    /// What it is about; on one line.
    public var range: Range
    /// The command.
    public var command: Command?
    /// What comes back with `codeLens/resolve`.
    public var data: JSONValue?

    /// Takes a value for each member.
    public init(range: Range, command: Command? = nil, data: JSONValue? = nil) {
      self.range = range
      self.command = command
      self.data = data
    }
  }

  /// The commands to show in a document (LSP 3.17 § textDocument/codeLens).
  public enum CodeLensRequest: LSPRequest {
    public static let method = "textDocument/codeLens"
    public typealias Params = CodeLensParams
    public typealias Result = [CodeLens]?
  }

  /// A lens with its command (LSP 3.17 § codeLens/resolve).
  public enum CodeLensResolveRequest: LSPRequest {
    public static let method = "codeLens/resolve"
    public typealias Params = CodeLens
    public typealias Result = CodeLens
  }

  /// The client shall ask for all lenses again (LSP 3.17 § workspace/codeLens/refresh).
  public enum CodeLensRefreshRequest: LSPRequest {
    public static let method = "workspace/codeLens/refresh"
    public typealias Params = NoParams
    public typealias Result = Null
  }
}
