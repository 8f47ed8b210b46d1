import JSON
import JSONRPC

/// What a request of a stateless revision says of its client (2026-07-28, § General fields).
struct Envelope: Sendable {
  /// The revision.
  var revision: ProtocolRevision
  /// What the client wants to be told of the server's work; nil for nothing.
  var logLevel: LogLevel?

  /// The envelope in a request's `_meta`; nil for a request without one, which belongs to a session.
  ///
  /// - Throws: what is wrong with it.
  init?(_ meta: JSONObject?) throws(ResponseError) {
    guard let meta, let version = meta[MetaKey.protocolVersion] else { return nil }
    guard let name = version.stringValue else {
      throw ResponseError(
        .invalidParams, "`\(MetaKey.protocolVersion)` must be a string, not \(version.kindDescription)")
    }
    _ = try meta.object(MetaKey.clientCapabilities)
    guard let revision = ProtocolRevision(rawValue: name), revision.isStateless else {
      throw ResponseError(
        .unsupportedProtocolVersion, "the protocol version \(quoted(name)) is not supported",
        data: ["supported": ProtocolRevision.names, "requested": .string(name)])
    }
    self.revision = revision
    logLevel = nil
    if let level = meta[MetaKey.logLevel], !level.isNull { logLevel = try LogLevel(level, of: MetaKey.logLevel) }
  }
}

/// A token under which the client wants progress.
///
/// - Throws: that it is neither a string nor a whole number.
func progressToken(_ meta: JSONObject?) throws(ResponseError) -> JSONValue? {
  guard let token = meta?["progressToken"], !token.isNull else { return nil }
  guard let token = RequestID(token) else {
    throw ResponseError(
      .invalidParams, "`progressToken` must be a string or a whole number, not \(token.kindDescription)")
  }
  return token.json
}
