extension LSP {
  /// What the server offers about diagnostics on request (LSP 3.17 § textDocument/diagnostic).
  public struct DiagnosticOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// What the client calls these diagnostics by.
    public var identifier: String?
    /// Whether an edit in one file may change the diagnostics of another.
    public var interFileDependencies: Bool
    /// Whether `workspace/diagnostic` is served.
    public var workspaceDiagnostics: Bool

    /// Takes a value for each member.
    public init(
      workDoneProgress: Bool? = nil, identifier: String? = nil, interFileDependencies: Bool,
      workspaceDiagnostics: Bool
    ) {
      self.workDoneProgress = workDoneProgress
      self.identifier = identifier
      self.interFileDependencies = interFileDependencies
      self.workspaceDiagnostics = workspaceDiagnostics
    }
  }

  /// Which document's diagnostics are wanted (LSP 3.17 § textDocument/diagnostic).
  public struct DocumentDiagnosticParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The `DiagnosticOptions.identifier`.
    public var identifier: String?
    /// What the client has.
    public var previousResultId: String?

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil,
      textDocument: TextDocumentIdentifier, identifier: String? = nil, previousResultId: String? = nil
    ) {
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.textDocument = textDocument
      self.identifier = identifier
      self.previousResultId = previousResultId
    }
  }

  /// All diagnostics of a document (LSP 3.17 § textDocument/diagnostic).
  public struct FullDocumentDiagnosticReport: Codable, Hashable, Sendable {
    /// Always `full`.
    public private(set) var kind = "full"
    /// What the client calls this result by next time.
    public var resultId: String?
    /// The diagnostics.
    public var items: [Diagnostic]

    /// Takes a value for each member.
    public init(resultId: String? = nil, items: [Diagnostic]) {
      self.resultId = resultId
      self.items = items
    }
  }

  /// The last result still holds (LSP 3.17 § textDocument/diagnostic).
  public struct UnchangedDocumentDiagnosticReport: Codable, Hashable, Sendable {
    /// Always `unchanged`.
    public private(set) var kind = "unchanged"
    /// What the client calls this result by next time.
    public var resultId: String

    /// Takes a value for each member.
    public init(resultId: String) {
      self.resultId = resultId
    }
  }

  /// All diagnostics of a document, and those of others that depend on it (LSP 3.17 § textDocument/diagnostic).
  public struct RelatedFullDocumentDiagnosticReport: Codable, Hashable, Sendable {
    /// Always `full`.
    public private(set) var kind = "full"
    /// What the client calls this result by next time.
    public var resultId: String?
    /// The diagnostics.
    public var items: [Diagnostic]
    /// The reports of other documents by their URI.
    public var relatedDocuments: [String: DocumentReport]?

    /// Takes a value for each member.
    public init(resultId: String? = nil, items: [Diagnostic], relatedDocuments: [String: DocumentReport]? = nil) {
      self.resultId = resultId
      self.items = items
      self.relatedDocuments = relatedDocuments
    }
  }

  /// The last result still holds, and there are reports of other documents (LSP 3.17 § textDocument/diagnostic).
  public struct RelatedUnchangedDocumentDiagnosticReport: Codable, Hashable, Sendable {
    /// Always `unchanged`.
    public private(set) var kind = "unchanged"
    /// What the client calls this result by next time.
    public var resultId: String
    /// The reports of other documents by their URI.
    public var relatedDocuments: [String: DocumentReport]?

    /// Takes a value for each member.
    public init(resultId: String, relatedDocuments: [String: DocumentReport]? = nil) {
      self.resultId = resultId
      self.relatedDocuments = relatedDocuments
    }
  }

  /// A report about one document (LSP 3.17 § textDocument/diagnostic).
  public enum DocumentReport: Codable, Hashable, Sendable {
    /// All diagnostics.
    case full(FullDocumentDiagnosticReport)
    /// The last result still holds.
    case unchanged(UnchangedDocumentDiagnosticReport)

    /// Decodes by the member `kind`.
    public init(from decoder: any Decoder) throws {
      self =
        try isUnchanged(decoder)
        ? .unchanged(UnchangedDocumentDiagnosticReport(from: decoder))
        : .full(FullDocumentDiagnosticReport(from: decoder))
    }

    /// Encodes the report.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .full(let report): try report.encode(to: encoder)
      case .unchanged(let report): try report.encode(to: encoder)
      }
    }
  }

  /// The answer to a request for a document's diagnostics (LSP 3.17 § textDocument/diagnostic).
  public enum DocumentDiagnosticReport: Codable, Hashable, Sendable {
    /// All diagnostics.
    case full(RelatedFullDocumentDiagnosticReport)
    /// The last result still holds.
    case unchanged(RelatedUnchangedDocumentDiagnosticReport)

    /// Decodes by the member `kind`.
    public init(from decoder: any Decoder) throws {
      self =
        try isUnchanged(decoder)
        ? .unchanged(RelatedUnchangedDocumentDiagnosticReport(from: decoder))
        : .full(RelatedFullDocumentDiagnosticReport(from: decoder))
    }

    /// Encodes the report.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .full(let report): try report.encode(to: encoder)
      case .unchanged(let report): try report.encode(to: encoder)
      }
    }
  }

  /// A document and the result that the client has for it (LSP 3.17 § workspace/diagnostic).
  public struct PreviousResultId: Codable, Hashable, Sendable {
    /// The document.
    public var uri: String
    /// The result.
    public var value: String

    /// Takes a value for each member.
    public init(uri: String, value: String) {
      self.uri = uri
      self.value = value
    }
  }

  /// What the client has of the workspace's diagnostics (LSP 3.17 § workspace/diagnostic).
  public struct WorkspaceDiagnosticParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// The `DiagnosticOptions.identifier`.
    public var identifier: String?
    /// What the client has.
    public var previousResultIds: [PreviousResultId]

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil, identifier: String? = nil,
      previousResultIds: [PreviousResultId]
    ) {
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.identifier = identifier
      self.previousResultIds = previousResultIds
    }
  }

  /// All diagnostics of one of the workspace's documents (LSP 3.17 § workspace/diagnostic).
  public struct WorkspaceFullDocumentDiagnosticReport: Codable, Hashable, Sendable {
    /// Always `full`.
    public private(set) var kind = "full"
    /// What the client calls this result by next time.
    public var resultId: String?
    /// The diagnostics.
    public var items: [Diagnostic]
    /// The document.
    public var uri: String
    /// The version that they are for; nil for the file.
    public var version: Int?

    /// Takes a value for each member.
    public init(resultId: String? = nil, items: [Diagnostic], uri: String, version: Int?) {
      self.resultId = resultId
      self.items = items
      self.uri = uri
      self.version = version
    }

    /// Encodes an absent value of a member that must not be left out as `null`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(kind, forKey: .kind)
      try container.encodeIfPresent(resultId, forKey: .resultId)
      try container.encode(items, forKey: .items)
      try container.encode(uri, forKey: .uri)
      try container.encode(version, forKey: .version)
    }
  }

  /// The last result still holds for one of the workspace's documents (LSP 3.17 § workspace/diagnostic).
  public struct WorkspaceUnchangedDocumentDiagnosticReport: Codable, Hashable, Sendable {
    /// Always `unchanged`.
    public private(set) var kind = "unchanged"
    /// What the client calls this result by next time.
    public var resultId: String
    /// The document.
    public var uri: String
    /// The version that it is for; nil for the file.
    public var version: Int?

    /// Takes a value for each member.
    public init(resultId: String, uri: String, version: Int?) {
      self.resultId = resultId
      self.uri = uri
      self.version = version
    }

    /// Encodes an absent value of a member that must not be left out as `null`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(kind, forKey: .kind)
      try container.encode(resultId, forKey: .resultId)
      try container.encode(uri, forKey: .uri)
      try container.encode(version, forKey: .version)
    }
  }

  /// A report about one of the workspace's documents (LSP 3.17 § workspace/diagnostic).
  public enum WorkspaceDocumentDiagnosticReport: Codable, Hashable, Sendable {
    /// All diagnostics.
    case full(WorkspaceFullDocumentDiagnosticReport)
    /// The last result still holds.
    case unchanged(WorkspaceUnchangedDocumentDiagnosticReport)

    /// Decodes by the member `kind`.
    public init(from decoder: any Decoder) throws {
      self =
        try isUnchanged(decoder)
        ? .unchanged(WorkspaceUnchangedDocumentDiagnosticReport(from: decoder))
        : .full(WorkspaceFullDocumentDiagnosticReport(from: decoder))
    }

    /// Encodes the report.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .full(let report): try report.encode(to: encoder)
      case .unchanged(let report): try report.encode(to: encoder)
      }
    }
  }

  private enum ReportKey: String, CodingKey {
    case kind
  }

  private static func isUnchanged(_ decoder: any Decoder) throws -> Bool {
    try decoder.container(keyedBy: ReportKey.self).decode(String.self, forKey: .kind) == "unchanged"
  }

  /// Reports about the workspace's documents (LSP 3.17 § workspace/diagnostic).
  public struct WorkspaceDiagnosticReport: Codable, Hashable, Sendable {
    /// The reports.
    public var items: [WorkspaceDocumentDiagnosticReport]

    /// Takes a value for each member.
    public init(items: [WorkspaceDocumentDiagnosticReport]) {
      self.items = items
    }
  }

  /// The data of an error that gives a diagnostics request up (LSP 3.17 § textDocument/diagnostic).
  public struct DiagnosticServerCancellationData: Codable, Hashable, Sendable {
    /// Whether the client shall ask again.
    public var retriggerRequest: Bool

    /// Takes a value for each member.
    public init(retriggerRequest: Bool) {
      self.retriggerRequest = retriggerRequest
    }
  }

  /// A document's diagnostics (LSP 3.17 § textDocument/diagnostic).
  public enum DocumentDiagnosticRequest: LSPRequest {
    public static let method = "textDocument/diagnostic"
    public typealias Params = DocumentDiagnosticParams
    public typealias Result = DocumentDiagnosticReport
  }

  /// The workspace's diagnostics (LSP 3.17 § workspace/diagnostic).
  public enum WorkspaceDiagnosticRequest: LSPRequest {
    public static let method = "workspace/diagnostic"
    public typealias Params = WorkspaceDiagnosticParams
    public typealias Result = WorkspaceDiagnosticReport
  }

  /// The client shall ask for all diagnostics again (LSP 3.17 § workspace/diagnostic/refresh).
  public enum DiagnosticRefreshRequest: LSPRequest {
    public static let method = "workspace/diagnostic/refresh"
    public typealias Params = NoParams
    public typealias Result = Null
  }
}
