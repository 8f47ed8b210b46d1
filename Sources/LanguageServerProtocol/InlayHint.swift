public import JSON

extension LSP {
  /// What the server offers about inlay hints (LSP 3.17 § textDocument/inlayHint).
  public struct InlayHintOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// Whether `inlayHint/resolve` is served.
    public var resolveProvider: Bool?

    /// Takes a value for each member.
    public init(workDoneProgress: Bool? = nil, resolveProvider: Bool? = nil) {
      self.workDoneProgress = workDoneProgress
      self.resolveProvider = resolveProvider
    }
  }

  /// Where hints are wanted (LSP 3.17 § textDocument/inlayHint).
  public struct InlayHintParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The stretch that is visible.
    public var range: Range

    /// Takes a value for each member.
    public init(workDoneToken: ProgressToken? = nil, textDocument: TextDocumentIdentifier, range: Range) {
      self.workDoneToken = workDoneToken
      self.textDocument = textDocument
      self.range = range
    }
  }

  /// How a hint is coloured (LSP 3.17 § textDocument/inlayHint).
  public struct InlayHintKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// As a type.
    public static let type = InlayHintKind(rawValue: 1)
    /// As a parameter.
    public static let parameter = InlayHintKind(rawValue: 2)
  }

  /// A part of a hint (LSP 3.17 § textDocument/inlayHint).
  public struct InlayHintLabelPart: Codable, Hashable, Sendable {
    /// The text.
    public var value: String
    /// What hovering over it shows.
    public var tooltip: StringOrMarkup?
    /// Where a click leads.
    public var location: Location?
    /// What a click runs.
    public var command: Command?

    /// Takes a value for each member.
    public init(value: String, tooltip: StringOrMarkup? = nil, location: Location? = nil, command: Command? = nil) {
      self.value = value
      self.tooltip = tooltip
      self.location = location
      self.command = command
    }
  }

  /// What a hint says (LSP 3.17 § textDocument/inlayHint).
  public enum InlayHintLabel: Codable, Hashable, Sendable {
    /// A text.
    case string(String)
    /// A text in parts.
    case parts([InlayHintLabelPart])

    /// Decodes a string or an array.
    public init(from decoder: any Decoder) throws {
      if let string = try? decoder.singleValueContainer().decode(String.self) {
        self = .string(string)
      } else {
        self = .parts(try [InlayHintLabelPart](from: decoder))
      }
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .string(let string): try string.encode(to: encoder)
      case .parts(let parts): try parts.encode(to: encoder)
      }
    }
  }

  /// A hint between the characters (LSP 3.17 § textDocument/inlayHint).
  public struct InlayHint: Codable, Hashable, Sendable {
    /// Where it stands.
    public var position: Position
    /// What it says; not empty.
    public var label: InlayHintLabel
    /// How it is coloured.
    public var kind: InlayHintKind?
    /// Edits that write it into the document.
    public var textEdits: [TextEdit]?
    /// What hovering over it shows.
    public var tooltip: StringOrMarkup?
    /// Whether there is a gap before it.
    public var paddingLeft: Bool?
    /// Whether there is a gap after it.
    public var paddingRight: Bool?
    /// What comes back with `inlayHint/resolve`.
    public var data: JSONValue?

    /// Takes a value for each member.
    public init(
      position: Position, label: InlayHintLabel, kind: InlayHintKind? = nil, textEdits: [TextEdit]? = nil,
      tooltip: StringOrMarkup? = nil, paddingLeft: Bool? = nil, paddingRight: Bool? = nil, data: JSONValue? = nil
    ) {
      self.position = position
      self.label = label
      self.kind = kind
      self.textEdits = textEdits
      self.tooltip = tooltip
      self.paddingLeft = paddingLeft
      self.paddingRight = paddingRight
      self.data = data
    }
  }

  /// The hints in a stretch (LSP 3.17 § textDocument/inlayHint).
  public enum InlayHintRequest: LSPRequest {
    public static let method = "textDocument/inlayHint"
    public typealias Params = InlayHintParams
    public typealias Result = [InlayHint]?
  }

  /// A hint with all its details (LSP 3.17 § inlayHint/resolve).
  public enum InlayHintResolveRequest: LSPRequest {
    public static let method = "inlayHint/resolve"
    public typealias Params = InlayHint
    public typealias Result = InlayHint
  }

  /// The client shall ask for all hints again (LSP 3.17 § workspace/inlayHint/refresh).
  public enum InlayHintRefreshRequest: LSPRequest {
    public static let method = "workspace/inlayHint/refresh"
    public typealias Params = NoParams
    public typealias Result = Null
  }
}
