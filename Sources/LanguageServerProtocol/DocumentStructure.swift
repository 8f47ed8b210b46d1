extension LSP {
  /// What sort of stretch is folded (LSP 3.17 § textDocument/foldingRange).
  public struct FoldingRangeKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// A comment.
    public static let comment = FoldingRangeKind(rawValue: "comment")
    /// Imports.
    public static let imports = FoldingRangeKind(rawValue: "imports")
    /// A region.
    public static let region = FoldingRangeKind(rawValue: "region")
  }

  /// Which document is to be folded (LSP 3.17 § textDocument/foldingRange).
  public struct FoldingRangeParams: Codable, Hashable, Sendable {
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

  /// A stretch that can be folded (LSP 3.17 § textDocument/foldingRange).
  public struct FoldingRange: Codable, Hashable, Sendable {
    /// The first line, from 0; stays visible.
    public var startLine: Int
    /// Where folding begins; the line's end if absent.
    public var startCharacter: Int?
    /// The last line.
    public var endLine: Int
    /// Where folding ends; the line's end if absent.
    public var endCharacter: Int?
    /// What sort it is.
    public var kind: FoldingRangeKind?
    /// What stands for it when it is folded.
    public var collapsedText: String?

    /// Takes a value for each member.
    public init(
      startLine: Int, startCharacter: Int? = nil, endLine: Int, endCharacter: Int? = nil,
      kind: FoldingRangeKind? = nil, collapsedText: String? = nil
    ) {
      self.startLine = startLine
      self.startCharacter = startCharacter
      self.endLine = endLine
      self.endCharacter = endCharacter
      self.kind = kind
      self.collapsedText = collapsedText
    }
  }

  /// Where selections are to grow (LSP 3.17 § textDocument/selectionRange).
  public struct SelectionRangeParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The cursors.
    public var positions: [Position]

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, partialResultToken: ProgressToken? = nil,
      textDocument: TextDocumentIdentifier, positions: [Position]
    ) {
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.textDocument = textDocument
      self.positions = positions
    }
  }

  /// How a selection grows (LSP 3.17 § textDocument/selectionRange).
  public struct SelectionRange: Codable, Hashable, Sendable {
    /// The stretches from the innermost to the outermost, each inside the next; at least one.
    public var ranges: [Range]

    /// Takes the stretches from the innermost to the outermost.
    public init(_ innermost: Range, _ outer: [Range] = []) {
      ranges = [innermost] + outer
    }

    private enum CodingKeys: String, CodingKey {
      case range
      case parent
    }

    /// Decodes a range and its chain of parents.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      ranges = [try container.decode(Range.self, forKey: .range)]
      if let parent = try container.decodeIfPresent(SelectionRange.self, forKey: .parent) { ranges += parent.ranges }
    }

    /// Encodes a range and its chain of parents.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      for (index, range) in ranges.enumerated() {
        try container.encode(range, forKey: .range)
        if index + 1 < ranges.count { container = container.nestedContainer(keyedBy: CodingKeys.self, forKey: .parent) }
      }
    }
  }

  /// What happens at a highlighted place (LSP 3.17 § textDocument/documentHighlight).
  public struct DocumentHighlightKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It is named.
    public static let text = DocumentHighlightKind(rawValue: 1)
    /// It is read.
    public static let read = DocumentHighlightKind(rawValue: 2)
    /// It is written.
    public static let write = DocumentHighlightKind(rawValue: 3)
  }

  /// Whose occurrences are to be highlighted (LSP 3.17 § textDocument/documentHighlight).
  public struct DocumentHighlightParams: Codable, Hashable, Sendable {
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

  /// An occurrence (LSP 3.17 § textDocument/documentHighlight).
  public struct DocumentHighlight: Codable, Hashable, Sendable {
    /// Where it is.
    public var range: Range
    /// What happens there.
    public var kind: DocumentHighlightKind?

    /// Takes a value for each member.
    public init(range: Range, kind: DocumentHighlightKind? = nil) {
      self.range = range
      self.kind = kind
    }
  }

  /// What can be folded (LSP 3.17 § textDocument/foldingRange).
  public enum FoldingRangeRequest: LSPRequest {
    public static let method = "textDocument/foldingRange"
    public typealias Params = FoldingRangeParams
    public typealias Result = [FoldingRange]?
  }

  /// How selections grow, one answer per cursor (LSP 3.17 § textDocument/selectionRange).
  public enum SelectionRangeRequest: LSPRequest {
    public static let method = "textDocument/selectionRange"
    public typealias Params = SelectionRangeParams
    public typealias Result = [SelectionRange]?
  }

  /// Where a symbol occurs in its document (LSP 3.17 § textDocument/documentHighlight).
  public enum DocumentHighlightRequest: LSPRequest {
    public static let method = "textDocument/documentHighlight"
    public typealias Params = DocumentHighlightParams
    public typealias Result = [DocumentHighlight]?
  }
}
