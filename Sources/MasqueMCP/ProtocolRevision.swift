import JSON
import JSONRPC

/// A revision of the Model Context Protocol. Those that are spoken are the cases.
enum ProtocolRevision: String, CaseIterable, Comparable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  static func < (a: ProtocolRevision, b: ProtocolRevision) -> Bool { a.rawValue < b.rawValue }

  /// The newest that `initialize` agrees on.
  static let newestSession = ProtocolRevision.november2025

  /// Whether each request says for itself what the client speaks, instead of a session that `initialize` opens.
  var isStateless: Bool { self >= .july2026 }
  /// Whether an array is several messages.
  var hasBatches: Bool { self == .march2025 }
  /// Whether tools have annotations, and the server says that it completes.
  var hasAnnotations: Bool { self >= .march2025 }
  /// Whether there are titles, and results of tools as JSON values with their schemas.
  var hasStructuredContent: Bool { self >= .june2025 }
  /// Whether an implementation may describe itself.
  var hasImplementationDescription: Bool { self >= .november2025 }

  /// All of them, the newest first, for a client to choose from.
  static let names = JSONValue.array(allCases.sorted(by: >).map { .string($0.rawValue) })
}

extension ErrorCode {
  /// −32002 in sessions, −32602 in stateless revisions: there is no such resource.
  static func resourceNotFound(_ revision: ProtocolRevision) -> ErrorCode {
    revision.isStateless ? .invalidParams : ErrorCode(rawValue: -32002)
  }
  /// −32022: the request is of a revision that is not spoken.
  static let unsupportedProtocolVersion = ErrorCode(rawValue: -32022)
}

/// The keys of `_meta` in stateless revisions.
enum MetaKey {
  static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
  static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
  static let logLevel = "io.modelcontextprotocol/logLevel"
  static let serverInfo = "io.modelcontextprotocol/serverInfo"
  static let subscription = "io.modelcontextprotocol/subscriptionId"
}

/// How grave a log message is, in the words of RFC 5424.
enum LogLevel: String, CaseIterable, Comparable {
  case debug, info, notice, warning, error, critical, alert, emergency

  static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The level that a client names.
  ///
  /// - Throws: that there is no such level.
  init(_ value: JSONValue, of name: String) throws(ResponseError) {
    guard let level = value.stringValue.flatMap(LogLevel.init(rawValue:)) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw ResponseError(.invalidParams, "`\(name)` must be one of \(names)")
    }
    self = level
  }
}
