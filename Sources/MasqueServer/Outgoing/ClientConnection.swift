import JSON
import JSONRPC
import LanguageServerProtocol
import Synchronization

/// What a task, on any thread, has to say to the client and to ask of it. Everything goes through the loop, in the
/// order in which one task says it: what is sent before a task's answer arrives before it.
final class ClientConnection: Sendable {
  private let inbox: Inbox<Server.Event>
  private let log: Log
  private let lastNumber = Atomic<Int>(0)
  /// Whether the loop has ended, so that nobody will take a question to the client.
  private let isClosed = Mutex(false)
  private let cancellations = Mutex<[LSP.ProgressToken: @Sendable () -> Void]>([:])

  /// A connection by way of a loop.
  init(_ inbox: Inbox<Server.Event>, _ log: Log) {
    self.inbox = inbox
    self.log = log
  }

  /// Asks the client for something and waits for its answer, however long that takes: somebody may be reading a
  /// question. When the task is cancelled, the client is told that the answer is no longer wanted.
  ///
  /// - Parameters:
  ///   - type: the request's type.
  ///   - params: its parameters.
  /// - Returns: the client's answer.
  /// - Throws: the client's refusal; `requestCancelled` if the task or the session ends before the client answers.
  func request<R: LSPRequest>(_ type: R.Type, _ params: R.Params) async throws(ResponseError) -> R.Result {
    let id = nextID()
    let message: RequestMessage
    do {
      message = try R.message(id: id, params)
    } catch {
      throw ResponseError(.internalError, "\(R.method): \(error)")
    }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isTaken = isClosed.withLock { isClosed in
          if !isClosed { inbox.put(.asking(message) { continuation.resume(returning: $0) }) }
          return !isClosed
        }
        if !isTaken { continuation.resume(returning: .failure(Self.over)) }
        // Whoever was cancelled before must not wait; the order of the two events is that of their coming.
        if Task.isCancelled { inbox.put(.withdrawing(id)) }
      }
    } onCancel: {
      inbox.put(.withdrawing(id))
    }
    return try decodeAnswer(R.self, outcome).get()
  }

  /// Sends a notification.
  func notify<N: LSPNotification>(_ type: N.Type, _ params: N.Params) {
    if let bytes = encodeNotification(type, params, log) { inbox.put(.notifying(bytes)) }
  }

  /// A number for a request to the client that no other has.
  func nextID() -> RequestID { .string("masque-\(lastNumber.add(1, ordering: .relaxed).newValue)") }

  /// Why nobody answers after the end.
  static let over = ResponseError(.requestCancelled, "the session is over")

  /// Takes no more questions.
  func close() { isClosed.withLock { $0 = true } }

  // MARK: Progress

  /// A token of the server's own that no other work has.
  func nextToken() -> LSP.ProgressToken {
    .string("masque-work-\(lastNumber.add(1, ordering: .relaxed).newValue)")
  }

  /// Says what is to be done when the client wants to be rid of some work; nil for nothing more.
  func onCancel(of token: LSP.ProgressToken, _ body: (@Sendable () -> Void)?) {
    cancellations.withLock { $0[token] = body }
  }

  /// `window/workDoneProgress/cancel`.
  func cancelWork(_ token: LSP.ProgressToken) {
    let body = cancellations.withLock { $0.removeValue(forKey: token) }
    body?()
  }
}

/// Some work that the client shows as under way. What begins also ends: at the latest when nobody holds it any more.
final class WorkProgress: Sendable {
  private let token: LSP.ProgressToken
  private let connection: ClientConnection
  /// The last percentage and message; nil after the end.
  private let last: Mutex<(percentage: Int, message: String?)?>

  /// Begins to show some work.
  ///
  /// - Parameters:
  ///   - token: the client's, from a request's `workDoneToken`; or the server's own, after the client has taken it from
  ///     a `window/workDoneProgress/create`.
  ///   - title: what the work is.
  ///   - connection: the way to the client.
  ///   - onCancel: stops the work when the client asks for it; nil if it can't be stopped.
  init(
    _ token: LSP.ProgressToken, title: String, _ connection: ClientConnection, onCancel: (@Sendable () -> Void)? = nil
  ) {
    self.token = token
    self.connection = connection
    last = Mutex((0, nil))
    connection.onCancel(of: token, onCancel)
    send(.begin(LSP.WorkDoneProgressBegin(title: title, cancellable: onCancel != nil, percentage: 0)))
  }

  deinit { end() }

  /// Says how much is done.
  ///
  /// - Parameters:
  ///   - percent: 0 to 100; what is not more than before counts as no news. Nil if nobody knows.
  ///   - message: what is being done; without a percentage one that is the same as before counts as no news.
  func report(_ percent: Int?, _ message: String? = nil) {
    let isNews = last.withLock { last in
      guard let old = last else { return false }
      let isNews = percent.map { $0 > old.percentage } ?? (message != old.message)
      if isNews { last = (min(percent ?? old.percentage, 100), message) }
      return isNews
    }
    if isNews { send(.report(LSP.WorkDoneProgressReport(message: message, percentage: percent.map { min($0, 100) }))) }
  }

  /// Says that the work is over; more than once does no harm.
  func end(_ message: String? = nil) {
    let isUnderWay = last.withLock { last in
      defer { last = nil }
      return last != nil
    }
    guard isUnderWay else { return }
    connection.onCancel(of: token, nil)
    send(.end(LSP.WorkDoneProgressEnd(message: message)))
  }

  private func send(_ progress: LSP.WorkDoneProgress) {
    guard let value = try? JSONValueEncoder().encode(progress) else { return }
    connection.notify(LSP.ProgressNotification.self, LSP.ProgressParams(token: token, value: value))
  }
}
