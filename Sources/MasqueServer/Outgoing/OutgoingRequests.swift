import JSON
import JSONRPC
import LanguageServerProtocol

/// The requests to the client that it has not answered. Whoever removes one from the table goes on with it, so each is
/// gone on with once.
struct OutgoingRequests {
  /// What is done with the answer, on the loop.
  typealias Continuation = (Result<JSONValue, ResponseError>) -> Void

  private var entries: [RequestID: (number: Int, method: String, proceed: Continuation)] = [:]
  private var lastNumber = 0

  /// A client that answers nothing must not make the table grow for ever.
  private static let limit = 256

  /// Enters a request.
  ///
  /// - Returns: what is to be done with the oldest one, if there are too many: it is given up.
  mutating func enter(_ id: RequestID, _ method: String, _ proceed: @escaping Continuation) -> Continuation? {
    lastNumber += 1
    entries[id] = (lastNumber, method, proceed)
    guard entries.count > Self.limit, let oldest = entries.min(by: { $0.value.number < $1.value.number }) else {
      return nil
    }
    return entries.removeValue(forKey: oldest.key)?.proceed
  }

  /// Removes a request that is answered or given up; nil if it is not in the table.
  mutating func remove(_ id: RequestID) -> (method: String, proceed: Continuation)? {
    entries.removeValue(forKey: id).map { ($0.method, $0.proceed) }
  }

  /// Removes all, the oldest first.
  mutating func removeAll() -> [Continuation] {
    defer { entries = [:] }
    return entries.values.sorted { $0.number < $1.number }.map(\.proceed)
  }
}

extension Server {
  /// Asks the client for something, from the loop.
  ///
  /// - Parameters:
  ///   - type: the request's type.
  ///   - params: its parameters.
  ///   - proceed: takes the answer, on the loop; a client that does not answer calls it with an error at the end of the
  ///     session. Refusals are noted whatever it does.
  func ask<R: LSPRequest>(
    _ type: R.Type, _ params: R.Params, _ proceed: @escaping (Result<R.Result, ResponseError>) -> Void = { _ in }
  ) {
    do {
      post(try R.message(id: connection.nextID(), params)) { proceed(decodeAnswer(R.self, $0)) }
    } catch {
      proceed(.failure(ResponseError(.internalError, "\(R.method): \(error)")))
    }
  }

  /// Asks the client for something that has no parameters and whose answer says nothing more: a refresh.
  func ask<R: LSPRequest>(_ type: R.Type) where R.Params == LSP.NoParams { ask(type, LSP.NoParams()) }

  /// Sends a request of a task's or of the loop's own.
  func post(_ request: RequestMessage, _ proceed: @escaping OutgoingRequests.Continuation) {
    guard case .running = phase else {
      proceed(.failure(ResponseError(.requestCancelled, "the session is not under way")))
      return
    }
    let givenUp = outgoing.enter(request.id, request.method, proceed)
    send(.request(request))
    givenUp?(.failure(ResponseError(.requestCancelled, "the client leaves too many requests unanswered")))
  }

  /// Tells the client that an answer is no longer wanted, and goes on without.
  func withdraw(_ id: RequestID) {
    guard let (_, proceed) = outgoing.remove(id) else { return }
    notify(LSP.CancelRequestNotification.self, LSP.CancelParams(id: id))
    proceed(.failure(ResponseError(.requestCancelled, "cancelled")))
  }

  /// Takes an answer of the client's.
  func receive(_ response: ResponseMessage) {
    guard let id = response.id, let (method, proceed) = outgoing.remove(id) else {
      // After the end of a session, or of a task, an answer may still be on its way.
      log.note("a response to a request that was not sent: \(response.id?.description ?? "null")")
      return
    }
    if case .failure(let error) = response.outcome { log.note("the client refuses \(method) \(id): \(error.message)") }
    proceed(response.outcome)
  }

  /// Waits for no answer any more.
  func giveUpOutgoingRequests() {
    for proceed in outgoing.removeAll() {
      proceed(.failure(ResponseError(.requestCancelled, "the session is over")))
    }
  }
}

/// A client's answer with its type. One that has another type than the protocol says is no answer.
func decodeAnswer<R: LSPRequest>(
  _ type: R.Type, _ outcome: Result<JSONValue, ResponseError>
) -> Result<R.Result, ResponseError> {
  switch outcome {
  case .failure(let error): return .failure(error)
  case .success(let value):
    do {
      return .success(try R.decodeResult(value))
    } catch let error as DecodingError {
      return .failure(ResponseError(.internalError, "the client's answer to \(R.method): \(error.summary)"))
    } catch {
      return .failure(ResponseError(.internalError, "the client's answer to \(R.method): \(error)"))
    }
  }
}
