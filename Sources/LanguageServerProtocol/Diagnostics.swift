public import JSON

extension LSP {
  /// How bad it is (LSP 3.17 § Diagnostic).
  public struct DiagnosticSeverity: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It is wrong.
    public static let error = DiagnosticSeverity(rawValue: 1)
    /// It is likely wrong.
    public static let warning = DiagnosticSeverity(rawValue: 2)
    /// It is worth knowing.
    public static let information = DiagnosticSeverity(rawValue: 3)
    /// It can be better.
    public static let hint = DiagnosticSeverity(rawValue: 4)
  }

  /// How the place is drawn (LSP 3.17 § Diagnostic).
  public struct DiagnosticTag: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Faded: it has no effect.
    public static let unnecessary = DiagnosticTag(rawValue: 1)
    /// Struck through: it should no longer be used.
    public static let deprecated = DiagnosticTag(rawValue: 2)
  }

  /// Where a diagnostic's code is explained (LSP 3.17 § Diagnostic).
  public struct CodeDescription: Codable, Hashable, Sendable {
    /// The page's URI.
    public var href: String

    /// Takes a value for each member.
    public init(href: String) {
      self.href = href
    }
  }

  /// Another place that a diagnostic is about (LSP 3.17 § Diagnostic).
  public struct DiagnosticRelatedInformation: Codable, Hashable, Sendable {
    /// The place.
    public var location: Location
    /// What it has to do with it.
    public var message: String

    /// Takes a value for each member.
    public init(location: Location, message: String) {
      self.location = location
      self.message = message
    }
  }

  /// Something to say about a stretch of a document (LSP 3.17 § Diagnostic).
  public struct Diagnostic: Codable, Hashable, Sendable {
    /// The stretch.
    public var range: Range
    /// How bad it is; the client decides if it is absent.
    public var severity: DiagnosticSeverity?
    /// What sort of finding it is.
    public var code: IntegerOrString?
    /// Where the code is explained.
    public var codeDescription: CodeDescription?
    /// Who says so, for example a program's name.
    public var source: String?
    /// What people read.
    public var message: String
    /// How the place is drawn.
    public var tags: [DiagnosticTag]?
    /// Other places that it is about.
    public var relatedInformation: [DiagnosticRelatedInformation]?
    /// What the client gives back with a request for code actions.
    public var data: JSONValue?

    /// Takes a value for each member.
    public init(
      range: Range, severity: DiagnosticSeverity? = nil, code: IntegerOrString? = nil,
      codeDescription: CodeDescription? = nil, source: String? = nil, message: String, tags: [DiagnosticTag]? = nil,
      relatedInformation: [DiagnosticRelatedInformation]? = nil, data: JSONValue? = nil
    ) {
      self.range = range
      self.severity = severity
      self.code = code
      self.codeDescription = codeDescription
      self.source = source
      self.message = message
      self.tags = tags
      self.relatedInformation = relatedInformation
      self.data = data
    }
  }

  /// All diagnostics of a document (LSP 3.17 § textDocument/publishDiagnostics).
  public struct PublishDiagnosticsParams: Codable, Hashable, Sendable {
    /// The document.
    public var uri: String
    /// The version that they are for.
    public var version: Int?
    /// The diagnostics, which replace all that were sent before.
    public var diagnostics: [Diagnostic]

    /// Takes a value for each member.
    public init(uri: String, version: Int? = nil, diagnostics: [Diagnostic]) {
      self.uri = uri
      self.version = version
      self.diagnostics = diagnostics
    }
  }

  /// All diagnostics of a document, from the server (LSP 3.17 § textDocument/publishDiagnostics).
  public enum PublishDiagnosticsNotification: LSPNotification {
    public static let method = "textDocument/publishDiagnostics"
    public typealias Params = PublishDiagnosticsParams
  }
}
