extension LSP {
  /// How changes are sent (LSP 3.17 § TextDocumentSyncKind).
  public struct TextDocumentSyncKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Not at all.
    public static let none = TextDocumentSyncKind(rawValue: 0)
    /// As the whole new text.
    public static let full = TextDocumentSyncKind(rawValue: 1)
    /// As replacements.
    public static let incremental = TextDocumentSyncKind(rawValue: 2)
  }

  /// What comes with `didSave` (LSP 3.17 § textDocument/didSave).
  public struct SaveOptions: Codable, Hashable, Sendable {
    /// Whether the text does.
    public var includeText: Bool?

    /// Takes a value for each member.
    public init(includeText: Bool? = nil) {
      self.includeText = includeText
    }
  }

  /// What is sent about open documents (LSP 3.17 § TextDocumentSyncOptions).
  public struct TextDocumentSyncOptions: Codable, Hashable, Sendable {
    /// `didOpen` and `didClose`.
    public var openClose: Bool?
    /// `didChange`.
    public var change: TextDocumentSyncKind?
    /// `willSave`.
    public var willSave: Bool?
    /// `willSaveWaitUntil`.
    public var willSaveWaitUntil: Bool?
    /// `didSave`.
    public var save: SaveOptions?

    /// Takes a value for each member.
    public init(
      openClose: Bool? = nil, change: TextDocumentSyncKind? = nil, willSave: Bool? = nil,
      willSaveWaitUntil: Bool? = nil, save: SaveOptions? = nil
    ) {
      self.openClose = openClose
      self.change = change
      self.willSave = willSave
      self.willSaveWaitUntil = willSaveWaitUntil
      self.save = save
    }
  }

  /// A document is open (LSP 3.17 § textDocument/didOpen).
  public struct DidOpenTextDocumentParams: Codable, Hashable, Sendable {
    /// The document with its text, which counts instead of the file's.
    public var textDocument: TextDocumentItem

    /// Takes a value for each member.
    public init(textDocument: TextDocumentItem) {
      self.textDocument = textDocument
    }
  }

  /// One change of a document (LSP 3.17 § textDocument/didChange).
  public struct TextDocumentContentChangeEvent: Codable, Hashable, Sendable {
    /// What is replaced, in the text after the changes before this one; nil for the whole text.
    public var range: Range?
    /// The length of what is replaced; outdated.
    public var rangeLength: Int?
    /// What comes in its place.
    public var text: String

    /// Takes a value for each member.
    public init(range: Range? = nil, rangeLength: Int? = nil, text: String) {
      self.range = range
      self.rangeLength = rangeLength
      self.text = text
    }
  }

  /// A document has changed (LSP 3.17 § textDocument/didChange).
  public struct DidChangeTextDocumentParams: Codable, Hashable, Sendable {
    /// The document, in its version after all changes.
    public var textDocument: VersionedTextDocumentIdentifier
    /// The changes, one after another.
    public var contentChanges: [TextDocumentContentChangeEvent]

    /// Takes a value for each member.
    public init(textDocument: VersionedTextDocumentIdentifier, contentChanges: [TextDocumentContentChangeEvent]) {
      self.textDocument = textDocument
      self.contentChanges = contentChanges
    }
  }

  /// A document has been saved (LSP 3.17 § textDocument/didSave).
  public struct DidSaveTextDocumentParams: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// Its text, if the server wanted it.
    public var text: String?

    /// Takes a value for each member.
    public init(textDocument: TextDocumentIdentifier, text: String? = nil) {
      self.textDocument = textDocument
      self.text = text
    }
  }

  /// A document is closed: the file counts again (LSP 3.17 § textDocument/didClose).
  public struct DidCloseTextDocumentParams: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: TextDocumentIdentifier

    /// Takes a value for each member.
    public init(textDocument: TextDocumentIdentifier) {
      self.textDocument = textDocument
    }
  }

  /// Why a document is saved (LSP 3.17 § textDocument/willSave).
  public struct TextDocumentSaveReason: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Somebody asked for it.
    public static let manual = TextDocumentSaveReason(rawValue: 1)
    /// By itself after a while.
    public static let afterDelay = TextDocumentSaveReason(rawValue: 2)
    /// The editor lost the focus.
    public static let focusOut = TextDocumentSaveReason(rawValue: 3)
  }

  /// A document is about to be saved (LSP 3.17 § textDocument/willSave).
  public struct WillSaveTextDocumentParams: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// Why.
    public var reason: TextDocumentSaveReason

    /// Takes a value for each member.
    public init(textDocument: TextDocumentIdentifier, reason: TextDocumentSaveReason) {
      self.textDocument = textDocument
      self.reason = reason
    }
  }

  /// A document is open (LSP 3.17 § textDocument/didOpen).
  public enum DidOpenTextDocumentNotification: LSPNotification {
    public static let method = "textDocument/didOpen"
    public typealias Params = DidOpenTextDocumentParams
  }

  /// A document has changed (LSP 3.17 § textDocument/didChange).
  public enum DidChangeTextDocumentNotification: LSPNotification {
    public static let method = "textDocument/didChange"
    public typealias Params = DidChangeTextDocumentParams
  }

  /// A document has been saved (LSP 3.17 § textDocument/didSave).
  public enum DidSaveTextDocumentNotification: LSPNotification {
    public static let method = "textDocument/didSave"
    public typealias Params = DidSaveTextDocumentParams
  }

  /// A document is closed (LSP 3.17 § textDocument/didClose).
  public enum DidCloseTextDocumentNotification: LSPNotification {
    public static let method = "textDocument/didClose"
    public typealias Params = DidCloseTextDocumentParams
  }

  /// A document is about to be saved (LSP 3.17 § textDocument/willSave).
  public enum WillSaveTextDocumentNotification: LSPNotification {
    public static let method = "textDocument/willSave"
    public typealias Params = WillSaveTextDocumentParams
  }

  /// Edits to make before a document is saved (LSP 3.17 § textDocument/willSaveWaitUntil).
  public enum WillSaveWaitUntilRequest: LSPRequest {
    public static let method = "textDocument/willSaveWaitUntil"
    public typealias Params = WillSaveTextDocumentParams
    public typealias Result = [TextEdit]?
  }
}
