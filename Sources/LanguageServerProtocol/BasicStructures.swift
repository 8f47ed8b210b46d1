public import JSON

extension LSP {
  /// A place in a document (LSP 3.17 § Position).
  public struct Position: Codable, Hashable, Sendable {
    /// The line, from 0.
    public var line: Int
    /// The column, from 0, in units of the negotiated position encoding.
    public var character: Int

    /// Takes a value for each member.
    public init(line: Int, character: Int) {
      self.line = line
      self.character = character
    }
  }

  /// A half-open stretch of a document (LSP 3.17 § Range).
  public struct Range: Codable, Hashable, Sendable {
    /// The first place.
    public var start: Position
    /// The place after the last.
    public var end: Position

    /// Takes a value for each member.
    public init(start: Position, end: Position) {
      self.start = start
      self.end = end
    }
  }

  /// A stretch of some document (LSP 3.17 § Location).
  public struct Location: Codable, Hashable, Sendable {
    /// The document.
    public var uri: String
    /// The stretch.
    public var range: Range

    /// Takes a value for each member.
    public init(uri: String, range: Range) {
      self.uri = uri
      self.range = range
    }
  }

  /// A link from a stretch of one document to a place in another (LSP 3.17 § LocationLink).
  public struct LocationLink: Codable, Hashable, Sendable {
    /// What is underlined at the origin; by default the word there.
    public var originSelectionRange: Range?
    /// The target's document.
    public var targetUri: String
    /// The whole target, for example a definition with its body.
    public var targetRange: Range
    /// The part that is selected on arrival; lies in `targetRange`.
    public var targetSelectionRange: Range

    /// Takes a value for each member.
    public init(
      originSelectionRange: Range? = nil, targetUri: String, targetRange: Range, targetSelectionRange: Range
    ) {
      self.originSelectionRange = originSelectionRange
      self.targetUri = targetUri
      self.targetRange = targetRange
      self.targetSelectionRange = targetSelectionRange
    }
  }

  /// A document by its URI (LSP 3.17 § TextDocumentIdentifier).
  public struct TextDocumentIdentifier: Codable, Hashable, Sendable {
    /// The URI.
    public var uri: String

    /// Takes a value for each member.
    public init(uri: String) {
      self.uri = uri
    }
  }

  /// A document in a certain version (LSP 3.17 § VersionedTextDocumentIdentifier).
  public struct VersionedTextDocumentIdentifier: Codable, Hashable, Sendable {
    /// The URI.
    public var uri: String
    /// The version; grows with every change.
    public var version: Int

    /// Takes a value for each member.
    public init(uri: String, version: Int) {
      self.uri = uri
      self.version = version
    }
  }

  /// A document, in a certain version if it is open (LSP 3.17 § OptionalVersionedTextDocumentIdentifier).
  public struct OptionalVersionedTextDocumentIdentifier: Codable, Hashable, Sendable {
    /// The URI.
    public var uri: String
    /// The version; nil, sent as `null`, for what is on disk.
    public var version: Int?

    /// Takes a value for each member.
    public init(uri: String, version: Int?) {
      self.uri = uri
      self.version = version
    }

    /// Encodes an absent value of a member that must not be left out as `null`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(uri, forKey: .uri)
      try container.encode(version, forKey: .version)
    }
  }

  /// A document as the client opens it (LSP 3.17 § TextDocumentItem).
  public struct TextDocumentItem: Codable, Hashable, Sendable {
    /// The URI.
    public var uri: String
    /// The language, for example `yaml`.
    public var languageId: String
    /// The version.
    public var version: Int
    /// The whole text.
    public var text: String

    /// Takes a value for each member.
    public init(uri: String, languageId: String, version: Int, text: String) {
      self.uri = uri
      self.languageId = languageId
      self.version = version
      self.text = text
    }
  }

  /// A replacement in a document (LSP 3.17 § TextEdit, § AnnotatedTextEdit).
  public struct TextEdit: Codable, Hashable, Sendable {
    /// What is replaced; empty for an insertion.
    public var range: Range
    /// What comes in its place.
    public var newText: String
    /// A key of `WorkspaceEdit.changeAnnotations`; only in a `TextDocumentEdit`.
    public var annotationId: String?

    /// Takes a value for each member.
    public init(range: Range, newText: String, annotationId: String? = nil) {
      self.range = range
      self.newText = newText
      self.annotationId = annotationId
    }
  }

  /// How a text is to be rendered (LSP 3.17 § MarkupContent).
  public struct MarkupKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// As it is.
    public static let plaintext = MarkupKind(rawValue: "plaintext")
    /// As GitHub-flavoured Markdown.
    public static let markdown = MarkupKind(rawValue: "markdown")
  }

  /// A text for people (LSP 3.17 § MarkupContent).
  public struct MarkupContent: Codable, Hashable, Sendable {
    /// How it is rendered.
    public var kind: MarkupKind
    /// The text.
    public var value: String

    /// Takes a value for each member.
    public init(kind: MarkupKind, value: String) {
      self.kind = kind
      self.value = value
    }
  }

  /// A command with its arguments (LSP 3.17 § Command).
  public struct Command: Codable, Hashable, Sendable {
    /// What people see.
    public var title: String
    /// The command's name.
    public var command: String
    /// What it is called with.
    public var arguments: [JSONValue]?

    /// Takes a value for each member.
    public init(title: String, command: String, arguments: [JSONValue]? = nil) {
      self.title = title
      self.command = command
      self.arguments = arguments
    }
  }

  /// A root folder of the workspace (LSP 3.17 § workspace/workspaceFolders).
  public struct WorkspaceFolder: Codable, Hashable, Sendable {
    /// The folder's URI.
    public var uri: String
    /// What people call it.
    public var name: String

    /// Takes a value for each member.
    public init(uri: String, name: String) {
      self.uri = uri
      self.name = name
    }
  }

  /// Which documents something applies to (LSP 3.17 § DocumentFilter). At least one member is set.
  public struct DocumentFilter: Codable, Hashable, Sendable {
    /// The language.
    public var language: String?
    /// The URI's scheme.
    public var scheme: String?
    /// A glob for the path.
    public var pattern: String?

    /// Takes a value for each member.
    public init(language: String? = nil, scheme: String? = nil, pattern: String? = nil) {
      self.language = language
      self.scheme = scheme
      self.pattern = pattern
    }
  }
}
