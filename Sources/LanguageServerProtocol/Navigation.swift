public import JSON

extension LSP {
  /// Whose definition is wanted (LSP 3.17 § textDocument/definition).
  public struct DefinitionParams: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The place in the document.
    public var position: Position
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?

    /// Takes a value for each member.
    public init(
      textDocument: TextDocumentIdentifier, position: Position, workDoneToken: ProgressToken? = nil,
      partialResultToken: ProgressToken? = nil
    ) {
      self.textDocument = textDocument
      self.position = position
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
    }
  }

  /// Where something is defined (LSP 3.17 § textDocument/definition).
  public enum Definition: Codable, Hashable, Sendable {
    /// Places.
    case locations([Location])
    /// Links, for clients with `linkSupport`.
    case links([LocationLink])

    /// Decodes a place, places or links.
    public init(from decoder: any Decoder) throws {
      if let location = try? Location(from: decoder) {
        self = .locations([location])
      } else if let locations = try? [Location](from: decoder) {
        self = .locations(locations)
      } else {
        self = .links(try [LocationLink](from: decoder))
      }
    }

    /// Encodes an array.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .locations(let locations): try locations.encode(to: encoder)
      case .links(let links): try links.encode(to: encoder)
      }
    }
  }

  /// Which references are wanted (LSP 3.17 § textDocument/references).
  public struct ReferenceContext: Codable, Hashable, Sendable {
    /// Whether the declaration is one.
    public var includeDeclaration: Bool

    /// Takes a value for each member.
    public init(includeDeclaration: Bool) {
      self.includeDeclaration = includeDeclaration
    }
  }

  /// Whose references are wanted (LSP 3.17 § textDocument/references).
  public struct ReferenceParams: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The place in the document.
    public var position: Position
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// Which ones.
    public var context: ReferenceContext

    /// Takes a value for each member.
    public init(
      textDocument: TextDocumentIdentifier, position: Position, workDoneToken: ProgressToken? = nil,
      partialResultToken: ProgressToken? = nil, context: ReferenceContext
    ) {
      self.textDocument = textDocument
      self.position = position
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.context = context
    }
  }

  /// What the server offers about renaming (LSP 3.17 § textDocument/rename).
  public struct RenameOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// Whether `textDocument/prepareRename` is served.
    public var prepareProvider: Bool?

    /// Takes a value for each member.
    public init(workDoneProgress: Bool? = nil, prepareProvider: Bool? = nil) {
      self.workDoneProgress = workDoneProgress
      self.prepareProvider = prepareProvider
    }
  }

  /// Renaming, with options only for clients that have announced `prepareSupport` (LSP 3.17 § textDocument/rename).
  public enum RenameProvider: Codable, Hashable, Sendable {
    /// Renaming as such.
    case supported
    /// Renaming with more to say about it.
    case options(RenameOptions)

    /// Decodes `true` or options.
    public init(from decoder: any Decoder) throws {
      if let isSupported = try? decoder.singleValueContainer().decode(Bool.self), isSupported {
        self = .supported
      } else {
        self = .options(try RenameOptions(from: decoder))
      }
    }

    /// Encodes `true` or the options.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .supported:
        var container = encoder.singleValueContainer()
        try container.encode(true)
      case .options(let options):
        try options.encode(to: encoder)
      }
    }
  }

  /// What is to be renamed (LSP 3.17 § textDocument/rename).
  public struct RenameParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The place in the document.
    public var position: Position
    /// The new name.
    public var newName: String

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, textDocument: TextDocumentIdentifier, position: Position, newName: String
    ) {
      self.workDoneToken = workDoneToken
      self.textDocument = textDocument
      self.position = position
      self.newName = newName
    }
  }

  /// What somebody wants to rename (LSP 3.17 § textDocument/prepareRename).
  public struct PrepareRenameParams: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The place in the document.
    public var position: Position
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?

    /// Takes a value for each member.
    public init(textDocument: TextDocumentIdentifier, position: Position, workDoneToken: ProgressToken? = nil) {
      self.textDocument = textDocument
      self.position = position
      self.workDoneToken = workDoneToken
    }
  }

  /// What would be renamed (LSP 3.17 § textDocument/prepareRename).
  public struct PrepareRenameResult: Codable, Hashable, Sendable {
    /// The name's stretch.
    public var range: Range
    /// The name to begin with.
    public var placeholder: String

    /// Takes a value for each member.
    public init(range: Range, placeholder: String) {
      self.range = range
      self.placeholder = placeholder
    }
  }

  /// What the server offers about links (LSP 3.17 § textDocument/documentLink).
  public struct DocumentLinkOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// Whether `documentLink/resolve` is served.
    public var resolveProvider: Bool?

    /// Takes a value for each member.
    public init(workDoneProgress: Bool? = nil, resolveProvider: Bool? = nil) {
      self.workDoneProgress = workDoneProgress
      self.resolveProvider = resolveProvider
    }
  }

  /// Which document's links are wanted (LSP 3.17 § textDocument/documentLink).
  public struct DocumentLinkParams: Codable, Hashable, Sendable {
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

  /// A link in a document (LSP 3.17 § textDocument/documentLink).
  public struct DocumentLink: Codable, Hashable, Sendable {
    /// What is underlined.
    public var range: Range
    /// The URI that it leads to.
    public var target: String?
    /// What hovering over it shows.
    public var tooltip: String?
    /// What comes back with `documentLink/resolve`.
    public var data: JSONValue?

    /// Takes a value for each member.
    public init(range: Range, target: String? = nil, tooltip: String? = nil, data: JSONValue? = nil) {
      self.range = range
      self.target = target
      self.tooltip = tooltip
      self.data = data
    }
  }

  /// Where something is defined (LSP 3.17 § textDocument/definition).
  public enum DefinitionRequest: LSPRequest {
    public static let method = "textDocument/definition"
    public typealias Params = DefinitionParams
    public typealias Result = Definition?
  }

  /// Where something is used (LSP 3.17 § textDocument/references).
  public enum ReferencesRequest: LSPRequest {
    public static let method = "textDocument/references"
    public typealias Params = ReferenceParams
    public typealias Result = [Location]?
  }

  /// The changes that give something another name (LSP 3.17 § textDocument/rename).
  public enum RenameRequest: LSPRequest {
    public static let method = "textDocument/rename"
    public typealias Params = RenameParams
    public typealias Result = WorkspaceEdit?
  }

  /// Whether something can be renamed (LSP 3.17 § textDocument/prepareRename).
  public enum PrepareRenameRequest: LSPRequest {
    public static let method = "textDocument/prepareRename"
    public typealias Params = PrepareRenameParams
    public typealias Result = PrepareRenameResult?
  }

  /// A document's links (LSP 3.17 § textDocument/documentLink).
  public enum DocumentLinkRequest: LSPRequest {
    public static let method = "textDocument/documentLink"
    public typealias Params = DocumentLinkParams
    public typealias Result = [DocumentLink]?
  }

  /// A link with its target (LSP 3.17 § documentLink/resolve).
  public enum DocumentLinkResolveRequest: LSPRequest {
    public static let method = "documentLink/resolve"
    public typealias Params = DocumentLink
    public typealias Result = DocumentLink
  }
}
