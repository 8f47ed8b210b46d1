extension LSP {
  /// How the editor is set up (LSP 3.17 § textDocument/formatting). Other members of the protocol are passed over.
  public struct FormattingOptions: Codable, Hashable, Sendable {
    /// The width of a tab in blanks.
    public var tabSize: Int
    /// Whether blanks are preferred to tabs.
    public var insertSpaces: Bool
    /// Whether blanks at a line's end go.
    public var trimTrailingWhitespace: Bool?
    /// Whether the last line shall end in a line break.
    public var insertFinalNewline: Bool?
    /// Whether blank lines at the end go.
    public var trimFinalNewlines: Bool?

    /// Takes a value for each member.
    public init(
      tabSize: Int, insertSpaces: Bool, trimTrailingWhitespace: Bool? = nil, insertFinalNewline: Bool? = nil,
      trimFinalNewlines: Bool? = nil
    ) {
      self.tabSize = tabSize
      self.insertSpaces = insertSpaces
      self.trimTrailingWhitespace = trimTrailingWhitespace
      self.insertFinalNewline = insertFinalNewline
      self.trimFinalNewlines = trimFinalNewlines
    }
  }

  /// Which document is to be formatted (LSP 3.17 § textDocument/formatting).
  public struct DocumentFormattingParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// How the editor is set up.
    public var options: FormattingOptions

    /// Takes a value for each member.
    public init(workDoneToken: ProgressToken? = nil, textDocument: TextDocumentIdentifier, options: FormattingOptions) {
      self.workDoneToken = workDoneToken
      self.textDocument = textDocument
      self.options = options
    }
  }

  /// Which stretch is to be formatted (LSP 3.17 § textDocument/rangeFormatting).
  public struct DocumentRangeFormattingParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The stretch.
    public var range: Range
    /// How the editor is set up.
    public var options: FormattingOptions

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, textDocument: TextDocumentIdentifier, range: Range,
      options: FormattingOptions
    ) {
      self.workDoneToken = workDoneToken
      self.textDocument = textDocument
      self.range = range
      self.options = options
    }
  }

  /// What the server offers about formatting while one types (LSP 3.17 § textDocument/onTypeFormatting).
  public struct DocumentOnTypeFormattingOptions: Codable, Hashable, Sendable {
    /// A character that starts it.
    public var firstTriggerCharacter: String
    /// Others that do.
    public var moreTriggerCharacter: [String]?

    /// Takes a value for each member.
    public init(firstTriggerCharacter: String, moreTriggerCharacter: [String]? = nil) {
      self.firstTriggerCharacter = firstTriggerCharacter
      self.moreTriggerCharacter = moreTriggerCharacter
    }
  }

  /// What has been typed (LSP 3.17 § textDocument/onTypeFormatting).
  public struct DocumentOnTypeFormattingParams: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The place in the document.
    public var position: Position
    /// The character; not always the one before the position.
    public var ch: String
    /// How the editor is set up.
    public var options: FormattingOptions

    /// Takes a value for each member.
    public init(textDocument: TextDocumentIdentifier, position: Position, ch: String, options: FormattingOptions) {
      self.textDocument = textDocument
      self.position = position
      self.ch = ch
      self.options = options
    }
  }

  /// The edits that format a document (LSP 3.17 § textDocument/formatting).
  public enum DocumentFormattingRequest: LSPRequest {
    public static let method = "textDocument/formatting"
    public typealias Params = DocumentFormattingParams
    public typealias Result = [TextEdit]?
  }

  /// The edits that format a stretch (LSP 3.17 § textDocument/rangeFormatting).
  public enum DocumentRangeFormattingRequest: LSPRequest {
    public static let method = "textDocument/rangeFormatting"
    public typealias Params = DocumentRangeFormattingParams
    public typealias Result = [TextEdit]?
  }

  /// The edits after a character has been typed (LSP 3.17 § textDocument/onTypeFormatting).
  public enum DocumentOnTypeFormattingRequest: LSPRequest {
    public static let method = "textDocument/onTypeFormatting"
    public typealias Params = DocumentOnTypeFormattingParams
    public typealias Result = [TextEdit]?
  }
}
