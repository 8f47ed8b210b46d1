extension LSP {
  /// What the numbers in tokens mean (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokensLegend: Codable, Hashable, Sendable {
    /// The types by their number.
    public var tokenTypes: [String]
    /// The modifiers by their bit.
    public var tokenModifiers: [String]

    /// Takes a value for each member.
    public init(tokenTypes: [String], tokenModifiers: [String]) {
      self.tokenTypes = tokenTypes
      self.tokenModifiers = tokenModifiers
    }
  }

  /// What the server offers about a document's tokens (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokensFullOptions: Codable, Hashable, Sendable {
    /// Whether it can send what has changed.
    public var delta: Bool?

    /// Takes a value for each member.
    public init(delta: Bool? = nil) {
      self.delta = delta
    }
  }

  /// What the server offers about tokens (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokensOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// What the numbers mean.
    public var legend: SemanticTokensLegend
    /// Whether it serves stretches.
    public var range: Bool?
    /// Whether and how it serves documents.
    public var full: SemanticTokensFullOptions?

    /// Takes a value for each member.
    public init(
      workDoneProgress: Bool? = nil, legend: SemanticTokensLegend, range: Bool? = nil,
      full: SemanticTokensFullOptions? = nil
    ) {
      self.workDoneProgress = workDoneProgress
      self.legend = legend
      self.range = range
      self.full = full
    }
  }

  /// Which document's tokens are wanted (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokensParams: Codable, Hashable, Sendable {
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

  /// Which document's changes of tokens are wanted (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokensDeltaParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// What the client has.
    public var previousResultId: String

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil,
      textDocument: TextDocumentIdentifier, previousResultId: String
    ) {
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.textDocument = textDocument
      self.previousResultId = previousResultId
    }
  }

  /// Which stretch's tokens are wanted (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokensRangeParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The stretch.
    public var range: Range

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil,
      textDocument: TextDocumentIdentifier, range: Range
    ) {
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.textDocument = textDocument
      self.range = range
    }
  }

  /// Tokens (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokens: Codable, Hashable, Sendable {
    /// What the client calls this result by next time.
    public var resultId: String?
    /// Five numbers per token: line and column relative to the last token, length, type, modifiers.
    public var data: [UInt32]

    /// Takes a value for each member.
    public init(resultId: String? = nil, data: [UInt32]) {
      self.resultId = resultId
      self.data = data
    }
  }

  /// A change in the numbers of tokens (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokensEdit: Codable, Hashable, Sendable {
    /// The index of the first number that goes.
    public var start: Int
    /// How many go.
    public var deleteCount: Int
    /// What comes in their place.
    public var data: [UInt32]?

    /// Takes a value for each member.
    public init(start: Int, deleteCount: Int, data: [UInt32]? = nil) {
      self.start = start
      self.deleteCount = deleteCount
      self.data = data
    }
  }

  /// What has changed in tokens (LSP 3.17 § textDocument/semanticTokens).
  public struct SemanticTokensDelta: Codable, Hashable, Sendable {
    /// What the client calls this result by next time.
    public var resultId: String?
    /// The changes.
    public var edits: [SemanticTokensEdit]

    /// Takes a value for each member.
    public init(resultId: String? = nil, edits: [SemanticTokensEdit]) {
      self.resultId = resultId
      self.edits = edits
    }
  }

  /// Tokens or what has changed in them (LSP 3.17 § textDocument/semanticTokens).
  public enum SemanticTokensOrDelta: Codable, Hashable, Sendable {
    /// All tokens.
    case tokens(SemanticTokens)
    /// What has changed.
    case delta(SemanticTokensDelta)

    private enum Key: String, CodingKey {
      case edits
    }

    /// Decodes by whether there is a member `edits`.
    public init(from decoder: any Decoder) throws {
      self =
        try decoder.container(keyedBy: Key.self).contains(.edits)
        ? .delta(SemanticTokensDelta(from: decoder)) : .tokens(SemanticTokens(from: decoder))
    }

    /// Encodes the tokens or the changes.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .tokens(let tokens): try tokens.encode(to: encoder)
      case .delta(let delta): try delta.encode(to: encoder)
      }
    }
  }

  /// A document's tokens (LSP 3.17 § textDocument/semanticTokens).
  public enum SemanticTokensRequest: LSPRequest {
    public static let method = "textDocument/semanticTokens/full"
    public typealias Params = SemanticTokensParams
    public typealias Result = SemanticTokens?
  }

  /// What has changed in a document's tokens (LSP 3.17 § textDocument/semanticTokens).
  public enum SemanticTokensDeltaRequest: LSPRequest {
    public static let method = "textDocument/semanticTokens/full/delta"
    public typealias Params = SemanticTokensDeltaParams
    public typealias Result = SemanticTokensOrDelta?
  }

  /// A stretch's tokens (LSP 3.17 § textDocument/semanticTokens).
  public enum SemanticTokensRangeRequest: LSPRequest {
    public static let method = "textDocument/semanticTokens/range"
    public typealias Params = SemanticTokensRangeParams
    public typealias Result = SemanticTokens?
  }

  /// The client shall ask for all tokens again (LSP 3.17 § workspace/semanticTokens/refresh).
  public enum SemanticTokensRefreshRequest: LSPRequest {
    public static let method = "workspace/semanticTokens/refresh"
    public typealias Params = NoParams
    public typealias Result = Null
  }
}
