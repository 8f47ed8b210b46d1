extension LSP {
  /// What is said about some changes before they are made (LSP 3.17 § ChangeAnnotation).
  public struct ChangeAnnotation: Codable, Hashable, Sendable {
    /// A line for people.
    public var label: String
    /// Whether somebody must agree.
    public var needsConfirmation: Bool?
    /// More about it.
    public var description: String?

    /// Takes a value for each member.
    public init(label: String, needsConfirmation: Bool? = nil, description: String? = nil) {
      self.label = label
      self.needsConfirmation = needsConfirmation
      self.description = description
    }
  }

  /// Edits in one document (LSP 3.17 § TextDocumentEdit).
  public struct TextDocumentEdit: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: OptionalVersionedTextDocumentIdentifier
    /// The edits.
    public var edits: [TextEdit]

    /// Takes a value for each member.
    public init(textDocument: OptionalVersionedTextDocumentIdentifier, edits: [TextEdit]) {
      self.textDocument = textDocument
      self.edits = edits
    }
  }

  /// What happens when the file is there (LSP 3.17 § File Resource changes).
  public struct CreateFileOptions: Codable, Hashable, Sendable {
    /// It is overwritten; goes before `ignoreIfExists`.
    public var overwrite: Bool?
    /// Nothing is done.
    public var ignoreIfExists: Bool?

    /// Takes a value for each member.
    public init(overwrite: Bool? = nil, ignoreIfExists: Bool? = nil) {
      self.overwrite = overwrite
      self.ignoreIfExists = ignoreIfExists
    }
  }

  /// Makes a file (LSP 3.17 § File Resource changes).
  public struct CreateFile: Codable, Hashable, Sendable {
    /// Always `create`.
    public private(set) var kind = "create"
    /// A key of `WorkspaceEdit.changeAnnotations`.
    public var annotationId: String?
    /// The file.
    public var uri: String
    /// What happens when it is there.
    public var options: CreateFileOptions?

    /// Takes a value for each member.
    public init(annotationId: String? = nil, uri: String, options: CreateFileOptions? = nil) {
      self.annotationId = annotationId
      self.uri = uri
      self.options = options
    }
  }

  /// Gives a file another name (LSP 3.17 § File Resource changes).
  public struct RenameFile: Codable, Hashable, Sendable {
    /// Always `rename`.
    public private(set) var kind = "rename"
    /// A key of `WorkspaceEdit.changeAnnotations`.
    public var annotationId: String?
    /// The file.
    public var oldUri: String
    /// Its new name.
    public var newUri: String
    /// What happens when the new name is taken.
    public var options: CreateFileOptions?

    /// Takes a value for each member.
    public init(annotationId: String? = nil, oldUri: String, newUri: String, options: CreateFileOptions? = nil) {
      self.annotationId = annotationId
      self.oldUri = oldUri
      self.newUri = newUri
      self.options = options
    }
  }

  /// How a file is deleted (LSP 3.17 § File Resource changes).
  public struct DeleteFileOptions: Codable, Hashable, Sendable {
    /// A folder with all that it holds.
    public var recursive: Bool?
    /// A missing file is no error.
    public var ignoreIfNotExists: Bool?

    /// Takes a value for each member.
    public init(recursive: Bool? = nil, ignoreIfNotExists: Bool? = nil) {
      self.recursive = recursive
      self.ignoreIfNotExists = ignoreIfNotExists
    }
  }

  /// Deletes a file (LSP 3.17 § File Resource changes).
  public struct DeleteFile: Codable, Hashable, Sendable {
    /// Always `delete`.
    public private(set) var kind = "delete"
    /// A key of `WorkspaceEdit.changeAnnotations`.
    public var annotationId: String?
    /// The file.
    public var uri: String
    /// How it is deleted.
    public var options: DeleteFileOptions?

    /// Takes a value for each member.
    public init(annotationId: String? = nil, uri: String, options: DeleteFileOptions? = nil) {
      self.annotationId = annotationId
      self.uri = uri
      self.options = options
    }
  }

  /// One step of a change to the workspace (LSP 3.17 § WorkspaceEdit).
  public enum DocumentChange: Codable, Hashable, Sendable {
    /// Edits in a document.
    case edit(TextDocumentEdit)
    /// A new file.
    case create(CreateFile)
    /// A new name.
    case rename(RenameFile)
    /// A deleted file.
    case delete(DeleteFile)

    private enum Key: String, CodingKey {
      case kind
    }

    /// Decodes by the member `kind`, which edits do not have.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      switch try container.decodeIfPresent(String.self, forKey: .kind) {
      case nil: self = .edit(try TextDocumentEdit(from: decoder))
      case "create": self = .create(try CreateFile(from: decoder))
      case "rename": self = .rename(try RenameFile(from: decoder))
      case "delete": self = .delete(try DeleteFile(from: decoder))
      case let kind?:
        throw DecodingError.dataCorruptedError(
          forKey: .kind, in: container, debugDescription: "there is no change of the kind \(kind)")
      }
    }

    /// Encodes the step.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .edit(let edit): try edit.encode(to: encoder)
      case .create(let create): try create.encode(to: encoder)
      case .rename(let rename): try rename.encode(to: encoder)
      case .delete(let delete): try delete.encode(to: encoder)
      }
    }
  }

  /// Changes to documents (LSP 3.17 § WorkspaceEdit). Clients that know `documentChanges` prefer them.
  public struct WorkspaceEdit: Codable, Hashable, Sendable {
    /// Edits by their document's URI.
    public var changes: [String: [TextEdit]]?
    /// Edits of certain versions, and changes to files, one after another.
    public var documentChanges: [DocumentChange]?
    /// What is said about some of the changes.
    public var changeAnnotations: [String: ChangeAnnotation]?

    /// Takes a value for each member.
    public init(
      changes: [String: [TextEdit]]? = nil, documentChanges: [DocumentChange]? = nil,
      changeAnnotations: [String: ChangeAnnotation]? = nil
    ) {
      self.changes = changes
      self.documentChanges = documentChanges
      self.changeAnnotations = changeAnnotations
    }
  }
}
