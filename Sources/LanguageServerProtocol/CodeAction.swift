public import JSON

extension LSP {
  /// What sort of action it is; dots separate levels (LSP 3.17 § textDocument/codeAction).
  public struct CodeActionKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Any.
    public static let empty = CodeActionKind(rawValue: "")
    /// Repairs a diagnostic.
    public static let quickFix = CodeActionKind(rawValue: "quickfix")
    /// Changes the form.
    public static let refactor = CodeActionKind(rawValue: "refactor")
    /// Takes a part out.
    public static let refactorExtract = CodeActionKind(rawValue: "refactor.extract")
    /// Puts a part in.
    public static let refactorInline = CodeActionKind(rawValue: "refactor.inline")
    /// Writes it in another way.
    public static let refactorRewrite = CodeActionKind(rawValue: "refactor.rewrite")
    /// Concerns the whole file.
    public static let source = CodeActionKind(rawValue: "source")
    /// Puts imports in order.
    public static let sourceOrganizeImports = CodeActionKind(rawValue: "source.organizeImports")
    /// Makes all safe repairs.
    public static let sourceFixAll = CodeActionKind(rawValue: "source.fixAll")
  }

  /// What the server offers about code actions (LSP 3.17 § textDocument/codeAction).
  public struct CodeActionOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// The sorts of actions there may be.
    public var codeActionKinds: [CodeActionKind]?
    /// Whether `codeAction/resolve` is served.
    public var resolveProvider: Bool?

    /// Takes a value for each member.
    public init(workDoneProgress: Bool? = nil, codeActionKinds: [CodeActionKind]? = nil, resolveProvider: Bool? = nil) {
      self.workDoneProgress = workDoneProgress
      self.codeActionKinds = codeActionKinds
      self.resolveProvider = resolveProvider
    }
  }

  /// Why actions are asked for (LSP 3.17 § textDocument/codeAction).
  public struct CodeActionTriggerKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Somebody asked.
    public static let invoked = CodeActionTriggerKind(rawValue: 1)
    /// The editor asked by itself.
    public static let automatic = CodeActionTriggerKind(rawValue: 2)
  }

  /// What actions are asked for (LSP 3.17 § textDocument/codeAction).
  public struct CodeActionContext: Codable, Hashable, Sendable {
    /// The diagnostics that the client knows at the place.
    public var diagnostics: [Diagnostic]
    /// The sorts that are wanted; all if absent.
    public var only: [CodeActionKind]?
    /// Why they are asked for.
    public var triggerKind: CodeActionTriggerKind?

    /// Takes a value for each member.
    public init(diagnostics: [Diagnostic], only: [CodeActionKind]? = nil, triggerKind: CodeActionTriggerKind? = nil) {
      self.diagnostics = diagnostics
      self.only = only
      self.triggerKind = triggerKind
    }
  }

  /// Where actions are wanted (LSP 3.17 § textDocument/codeAction).
  public struct CodeActionParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The stretch of the document.
    public var range: Range
    /// What is wanted.
    public var context: CodeActionContext

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil,
      textDocument: TextDocumentIdentifier, range: Range, context: CodeActionContext
    ) {
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.textDocument = textDocument
      self.range = range
      self.context = context
    }
  }

  /// Why an action cannot be run (LSP 3.17 § textDocument/codeAction).
  public struct CodeActionDisabled: Codable, Hashable, Sendable {
    /// What people read.
    public var reason: String

    /// Takes a value for each member.
    public init(reason: String) {
      self.reason = reason
    }
  }

  /// A change that somebody may choose (LSP 3.17 § textDocument/codeAction).
  public struct CodeAction: Codable, Hashable, Sendable {
    /// What people see.
    public var title: String
    /// What sort of action it is.
    public var kind: CodeActionKind?
    /// The diagnostics that it repairs.
    public var diagnostics: [Diagnostic]?
    /// Whether it is the one to take without asking.
    public var isPreferred: Bool?
    /// Why it cannot be run.
    public var disabled: CodeActionDisabled?
    /// What it changes, before the command is run.
    public var edit: WorkspaceEdit?
    /// What it runs.
    public var command: Command?
    /// What comes back with `codeAction/resolve`.
    public var data: JSONValue?

    /// Takes a value for each member.
    public init(
      title: String, kind: CodeActionKind? = nil, diagnostics: [Diagnostic]? = nil, isPreferred: Bool? = nil,
      disabled: CodeActionDisabled? = nil, edit: WorkspaceEdit? = nil, command: Command? = nil,
      data: JSONValue? = nil
    ) {
      self.title = title
      self.kind = kind
      self.diagnostics = diagnostics
      self.isPreferred = isPreferred
      self.disabled = disabled
      self.edit = edit
      self.command = command
      self.data = data
    }
  }

  /// An action or a command (LSP 3.17 § textDocument/codeAction).
  public enum CodeActionOrCommand: Codable, Hashable, Sendable {
    /// An action.
    case action(CodeAction)
    /// A command.
    case command(Command)

    private enum Key: String, CodingKey {
      case command
    }

    /// Decodes by whether `command` is a string, as it is in a command only.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      if (try? container.decode(String.self, forKey: .command)) != nil {
        self = .command(try Command(from: decoder))
      } else {
        self = .action(try CodeAction(from: decoder))
      }
    }

    /// Encodes the action or the command.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .action(let action): try action.encode(to: encoder)
      case .command(let command): try command.encode(to: encoder)
      }
    }
  }

  /// What can be done about a place (LSP 3.17 § textDocument/codeAction).
  public enum CodeActionRequest: LSPRequest {
    public static let method = "textDocument/codeAction"
    public typealias Params = CodeActionParams
    public typealias Result = [CodeActionOrCommand]?
  }

  /// An action with its edit (LSP 3.17 § codeAction/resolve).
  public enum CodeActionResolveRequest: LSPRequest {
    public static let method = "codeAction/resolve"
    public typealias Params = CodeAction
    public typealias Result = CodeAction
  }
}
