import JSON
import JSONRPC
import MasqueCommands
import Synchronization

/// What a request is answered with: all that it may know, as it was when the request came.
struct RequestScope: Sendable {
  /// What the server offers.
  let host: MCPHost
  /// The protocol that the client speaks.
  let revision: ProtocolRevision
  /// The least grave level that the client wants to be told of; nil for no messages at all.
  let logLevel: LogLevel?
  /// Whether the client has given the request up.
  let cancellation: Cancellation
  /// How far the request is, if the client wants to know.
  let progress: ProgressReport?
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
  ///   - percentage: how much of it is done; nil if that is not known.
  ///   - message: what is at hand.
  func report(_ percentage: Int?, _ message: String? = nil) {
    guard let progress, let value = progress.advance(to: percentage) else { return }
    var params: JSONObject = ["progressToken": progress.token, "progress": value, "total": 100]
    // The first revision has no messages there.
    if let message, revision.hasAnnotations { params["message"] = .string(message) }
    notify(NotificationMessage(method: "notifications/progress", params: .object(params)))
  }

  /// Where commands are run, told when they are given up and listened to on their way.
  func commandContext() -> CommandContext {
    var context = host.context()
    context.isCancelled = { [cancellation] in cancellation.isCancelled }
    context.progress = { message, percentage in report(percentage, message) }
    return context
  }
}

/// How far a request is. Any thread may tell.
final class ProgressReport: Sendable {
  /// What the client knows it by.
  let token: JSONValue
  private let last = Mutex<Double?>(nil)

  init(token: JSONValue) { self.token = token }

  /// Goes on, in percent. What is told grows each time (2025-03-26, § Progress): where nobody knows how much is done, it
  /// is a little more than before, and where nothing more is done, there is nothing to tell.
  ///
  /// - Parameter percentage: how much is done; nil if that is not known.
  /// - Returns: what is to be told; nil for nothing.
  func advance(to percentage: Int?) -> JSONValue? {
    last.withLock { last in
      let known = percentage.map { Double(min(max($0, 0), 100)) }
      let next = known ?? last.map { $0 + (100 - $0) / 16 } ?? 0
      guard last.map({ next > $0 }) ?? true else { return nil }
      last = next
      return Int64(exactly: next).map { .integer($0) } ?? .number(next)
    }
  }
}
