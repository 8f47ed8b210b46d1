extension LSP {
  /// What the server offers about documents that it makes up (LSP 3.18 § workspace/textDocumentContent).
  public struct TextDocumentContentOptions: Codable, Hashable, Sendable {
    /// The schemes of their URIs.
    public var schemes: [String]

    /// Takes a value for each member.
    public init(schemes: [String]) {
      self.schemes = schemes
    }
  }

  /// Which document's text is wanted (LSP 3.18 § workspace/textDocumentContent).
  public struct TextDocumentContentParams: Codable, Hashable, Sendable {
    /// The document.
    public var uri: String

    /// Takes a value for each member.
    public init(uri: String) {
      self.uri = uri
    }
  }

  /// A document's text (LSP 3.18 § workspace/textDocumentContent).
  public struct TextDocumentContentResult: Codable, Hashable, Sendable {
    /// The text.
    public var text: String

    /// Takes a value for each member.
    public init(text: String) {
      self.text = text
    }
  }

  /// A document whose text is to be asked for again (LSP 3.18 § workspace/textDocumentContent/refresh).
  public struct TextDocumentContentRefreshParams: Codable, Hashable, Sendable {
    /// The document.
    public var uri: String

    /// Takes a value for each member.
    public init(uri: String) {
      self.uri = uri
    }
  }

  /// The text of a document that the server makes up (LSP 3.18 § workspace/textDocumentContent).
  public enum TextDocumentContentRequest: LSPRequest {
    public static let method = "workspace/textDocumentContent"
    public typealias Params = TextDocumentContentParams
    public typealias Result = TextDocumentContentResult
  }

  /// The client shall ask for the text again, from the server (LSP 3.18 § workspace/textDocumentContent/refresh).
  public enum TextDocumentContentRefreshRequest: LSPRequest {
    public static let method = "workspace/textDocumentContent/refresh"
    public typealias Params = TextDocumentContentRefreshParams
    public typealias Result = Null
  }
}
