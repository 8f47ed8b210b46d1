extension LSP {
  /// Where a hover is wanted (LSP 3.17 § textDocument/hover).
  public struct HoverParams: Codable, Hashable, Sendable {
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

  /// What people read about a place (LSP 3.17 § textDocument/hover).
  public struct Hover: Codable, Hashable, Sendable {
    /// The text.
    public var contents: MarkupContent
    /// What it is about.
    public var range: Range?

    /// Takes a value for each member.
    public init(contents: MarkupContent, range: Range? = nil) {
      self.contents = contents
      self.range = range
    }
  }

  /// What is to be said about a place (LSP 3.17 § textDocument/hover).
  public enum HoverRequest: LSPRequest {
    public static let method = "textDocument/hover"
    public typealias Params = HoverParams
    public typealias Result = Hover?
  }
}
