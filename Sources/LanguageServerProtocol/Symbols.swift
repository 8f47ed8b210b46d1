public import JSON

extension LSP {
  /// The icon of a symbol (LSP 3.17 § textDocument/documentSymbol).
  public struct SymbolKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A file.
    public static let file = SymbolKind(rawValue: 1)
    /// A module.
    public static let module = SymbolKind(rawValue: 2)
    /// A namespace.
    public static let namespace = SymbolKind(rawValue: 3)
    /// A package.
    public static let package = SymbolKind(rawValue: 4)
    /// A class.
    public static let `class` = SymbolKind(rawValue: 5)
    /// A method.
    public static let method = SymbolKind(rawValue: 6)
    /// A property.
    public static let property = SymbolKind(rawValue: 7)
    /// A field.
    public static let field = SymbolKind(rawValue: 8)
    /// A constructor.
    public static let constructor = SymbolKind(rawValue: 9)
    /// An enumeration.
    public static let `enum` = SymbolKind(rawValue: 10)
    /// An interface.
    public static let interface = SymbolKind(rawValue: 11)
    /// A function.
    public static let function = SymbolKind(rawValue: 12)
    /// A variable.
    public static let variable = SymbolKind(rawValue: 13)
    /// A constant.
    public static let constant = SymbolKind(rawValue: 14)
    /// A string.
    public static let string = SymbolKind(rawValue: 15)
    /// A number.
    public static let number = SymbolKind(rawValue: 16)
    /// A Boolean.
    public static let boolean = SymbolKind(rawValue: 17)
    /// An array.
    public static let array = SymbolKind(rawValue: 18)
    /// An object.
    public static let object = SymbolKind(rawValue: 19)
    /// A key.
    public static let key = SymbolKind(rawValue: 20)
    /// Null.
    public static let null = SymbolKind(rawValue: 21)
    /// A value of an enumeration.
    public static let enumMember = SymbolKind(rawValue: 22)
    /// A structure.
    public static let `struct` = SymbolKind(rawValue: 23)
    /// An event.
    public static let event = SymbolKind(rawValue: 24)
    /// An operator.
    public static let `operator` = SymbolKind(rawValue: 25)
    /// A type parameter.
    public static let typeParameter = SymbolKind(rawValue: 26)
  }

  /// How a symbol is drawn (LSP 3.17 § textDocument/documentSymbol).
  public struct SymbolTag: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Struck through: it should no longer be used.
    public static let deprecated = SymbolTag(rawValue: 1)
  }

  /// Which document's outline is wanted (LSP 3.17 § textDocument/documentSymbol).
  public struct DocumentSymbolParams: Codable, Hashable, Sendable {
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

  /// A symbol in a document's outline (LSP 3.17 § textDocument/documentSymbol).
  public struct DocumentSymbol: Codable, Hashable, Sendable {
    /// Its name; not blank.
    public var name: String
    /// More about it, for example a value.
    public var detail: String?
    /// The icon.
    public var kind: SymbolKind
    /// How it is drawn.
    public var tags: [SymbolTag]?
    /// Whether it should no longer be used; for clients that know no tags.
    public var deprecated: Bool?
    /// All that belongs to it.
    public var range: Range
    /// What is selected when it is picked; lies in `range`.
    public var selectionRange: Range
    /// The symbols in it.
    public var children: [DocumentSymbol]?

    /// Takes a value for each member.
    public init(
      name: String, detail: String? = nil, kind: SymbolKind, tags: [SymbolTag]? = nil, deprecated: Bool? = nil,
      range: Range, selectionRange: Range, children: [DocumentSymbol]? = nil
    ) {
      self.name = name
      self.detail = detail
      self.kind = kind
      self.tags = tags
      self.deprecated = deprecated
      self.range = range
      self.selectionRange = selectionRange
      self.children = children
    }
  }

  /// A symbol in a flat list, for clients that know no outline (LSP 3.17 § textDocument/documentSymbol).
  public struct SymbolInformation: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The icon.
    public var kind: SymbolKind
    /// How it is drawn.
    public var tags: [SymbolTag]?
    /// What it belongs to.
    public var containerName: String?
    /// Whether it should no longer be used; for clients that know no tags.
    public var deprecated: Bool?
    /// Where it is.
    public var location: Location

    /// Takes a value for each member.
    public init(
      name: String, kind: SymbolKind, tags: [SymbolTag]? = nil, containerName: String? = nil,
      deprecated: Bool? = nil, location: Location
    ) {
      self.name = name
      self.kind = kind
      self.tags = tags
      self.containerName = containerName
      self.deprecated = deprecated
      self.location = location
    }
  }

  /// A document's symbols (LSP 3.17 § textDocument/documentSymbol).
  public enum DocumentSymbols: Codable, Hashable, Sendable {
    /// An outline.
    case tree([DocumentSymbol])
    /// A flat list, for clients without `hierarchicalDocumentSymbolSupport`.
    case list([SymbolInformation])

    /// Decodes a list if its items have locations.
    public init(from decoder: any Decoder) throws {
      if let tree = try? [DocumentSymbol](from: decoder) {
        self = .tree(tree)
      } else {
        self = .list(try [SymbolInformation](from: decoder))
      }
    }

    /// Encodes the symbols.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .tree(let symbols): try symbols.encode(to: encoder)
      case .list(let symbols): try symbols.encode(to: encoder)
      }
    }
  }

  /// What the server offers about the workspace's symbols (LSP 3.17 § workspace/symbol).
  public struct WorkspaceSymbolOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// Whether `workspaceSymbol/resolve` is served.
    public var resolveProvider: Bool?

    /// Takes a value for each member.
    public init(workDoneProgress: Bool? = nil, resolveProvider: Bool? = nil) {
      self.workDoneProgress = workDoneProgress
      self.resolveProvider = resolveProvider
    }
  }

  /// Which symbols are wanted (LSP 3.17 § workspace/symbol).
  public struct WorkspaceSymbolParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// What has been typed; empty for all symbols. Matched loosely, the client filters on.
    public var query: String

    /// Takes a value for each member.
    public init(workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil, query: String) {
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.query = query
    }
  }

  /// Where a symbol of the workspace is (LSP 3.17 § workspace/symbol).
  public struct WorkspaceSymbolLocation: Codable, Hashable, Sendable {
    /// The document.
    public var uri: String
    /// The stretch; nil only for clients that resolve it.
    public var range: Range?

    /// Takes a value for each member.
    public init(uri: String, range: Range? = nil) {
      self.uri = uri
      self.range = range
    }
  }

  /// A symbol of the workspace (LSP 3.17 § workspace/symbol).
  public struct WorkspaceSymbol: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The icon.
    public var kind: SymbolKind
    /// How it is drawn.
    public var tags: [SymbolTag]?
    /// What it belongs to.
    public var containerName: String?
    /// Where it is.
    public var location: WorkspaceSymbolLocation
    /// What comes back with `workspaceSymbol/resolve`.
    public var data: JSONValue?

    /// Takes a value for each member.
    public init(
      name: String, kind: SymbolKind, tags: [SymbolTag]? = nil, containerName: String? = nil,
      location: WorkspaceSymbolLocation, data: JSONValue? = nil
    ) {
      self.name = name
      self.kind = kind
      self.tags = tags
      self.containerName = containerName
      self.location = location
      self.data = data
    }
  }

  /// A document's outline (LSP 3.17 § textDocument/documentSymbol).
  public enum DocumentSymbolRequest: LSPRequest {
    public static let method = "textDocument/documentSymbol"
    public typealias Params = DocumentSymbolParams
    public typealias Result = DocumentSymbols?
  }

  /// Symbols of the workspace (LSP 3.17 § workspace/symbol).
  public enum WorkspaceSymbolRequest: LSPRequest {
    public static let method = "workspace/symbol"
    public typealias Params = WorkspaceSymbolParams
    public typealias Result = [WorkspaceSymbol]?
  }

  /// A symbol with its range (LSP 3.17 § workspaceSymbol/resolve).
  public enum WorkspaceSymbolResolveRequest: LSPRequest {
    public static let method = "workspaceSymbol/resolve"
    public typealias Params = WorkspaceSymbol
    public typealias Result = WorkspaceSymbol
  }
}
