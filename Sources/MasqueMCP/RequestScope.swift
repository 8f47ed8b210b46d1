import JSON
import JSONRPC
import MasqueCommands

/// What a request is answered with: all that it may know, as it was when the request came.
struct RequestScope: Sendable {
  /// What the server offers.
  let host: MCPHost
  /// The protocol that the client speaks.
  let revision: ProtocolRevision
  /// The gravest level that the client does not want to be told, exclusive; nil for no messages at all.
  let logLevel: LogLevel?
  /// What the client wants progress under.
  let progressToken: JSONValue?
  /// Sends a notification while the request is under way.
  let notify: @Sendable (NotificationMessage) -> Void

  /// Tells the client something about the server's work, if it wants to know.
  func log(_ level: LogLevel, _ data: JSONObject) {
    guard let logLevel, level >= logLevel else { return }
    notify(
      NotificationMessage(
        method: "notifications/message",
        params: ["level": .string(level.rawValue), "logger": "masque", "data": .object(data)]))
  }

  /// Tells the client how far the request is, if it wants to know.
  ///
  /// - Parameters:
  ///   - step: how much of it is done, 0 or 1.
  ///   - message: what is at hand.
  func report(_ step: Int64, _ message: String? = nil) {
    guard let progressToken else { return }
    var params: JSONObject = ["progressToken": progressToken, "progress": .integer(step), "total": 1]
    // The first revision has no messages there.
    if let message, revision.hasAnnotations { params["message"] = .string(message) }
    notify(NotificationMessage(method: "notifications/progress", params: .object(params)))
  }
}
