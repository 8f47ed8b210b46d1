import JSON
import JSONRPC
import LanguageServerProtocol
import SourceText

/// Documents up to this many bytes are worked on by the loop itself: that takes less than a millisecond, and two
/// changes of thread would cost more than they free.
let inlineLimit = 32 << 10

extension Server {
  /// Has a request answered from the state as it is now: on the spot, if its document is small, else by a task.
  ///
  /// - Parameters:
  ///   - request: the request.
  ///   - type: its type.
  ///   - client: what may be sent.
  ///   - uri: the document that it is about.
  ///   - handler: makes the result, on any thread; it may stop early when its task is cancelled.
  func answer<R: LSPRequest & SendableMetatype>(
    _ request: RequestMessage, _ type: R.Type, _ client: ClientProfile, about uri: (R.Params) -> String,
    _ handler: @escaping @Sendable (R.Params, RequestContext) throws(ResponseError) -> R.Result
  ) {
    let params: R.Params
    do throws(ResponseError) {
      params = try R.decodeParams(request.params)
    } catch {
      respond(to: request.id, error.code, error.message)
      return
    }
    let context = requestContext(client)
    let response = { @Sendable [log, id = request.id] in
      encodeResponse(to: id, R.self, log) { () throws(ResponseError) in try handler(params, context) }
    }
    guard let document = documents[uri(params)], !document.isQuick else {
      send(response())
      return
    }
    guard let number = requests.begin(request.id) else {
      respond(to: request.id, .invalidRequest, "a request with this id is being answered")
      return
    }
    let task = Task.detached(priority: .userInitiated) { [inbox, id = request.id] in
      inbox.put(.answered(id, number: number, response()))
    }
    requests.attach(task, to: request.id)
  }

  /// Has a request answered by a task that may wait: for the client, for a process, for a disk.
  ///
  /// - Parameters:
  ///   - request: the request.
  ///   - type: its type.
  ///   - client: what may be sent.
  ///   - handler: makes the result; its task is cancelled when the client no longer wants it.
  func answer<R: LSPRequest & SendableMetatype>(
    _ request: RequestMessage, _ type: R.Type, _ client: ClientProfile,
    waiting handler: @escaping @Sendable (R.Params, RequestContext) async throws(ResponseError) -> R.Result
  ) {
    let params: R.Params
    do throws(ResponseError) {
      params = try R.decodeParams(request.params)
    } catch {
      respond(to: request.id, error.code, error.message)
      return
    }
    guard let number = requests.begin(request.id) else {
      respond(to: request.id, .invalidRequest, "a request with this id is being answered")
      return
    }
    let context = requestContext(client)
    let task = Task.detached(priority: .userInitiated) { [inbox, log, id = request.id] in
      let outcome: Result<R.Result, ResponseError>
      do throws(ResponseError) {
        outcome = .success(try await handler(params, context))
      } catch {
        outcome = .failure(error)
      }
      let response = encodeResponse(to: id, R.self, log) { () throws(ResponseError) in try outcome.get() }
      inbox.put(.answered(id, number: number, response))
    }
    requests.attach(task, to: request.id)
  }

  /// What a request sees that comes now.
  func requestContext(_ client: ClientProfile) -> RequestContext {
    RequestContext(
      client: client, documents: documents, workspace: index, folders: watch.folders, connection: connection,
      tokens: tokens, showsCodeLenses: settings.showsCodeLenses, inlayHints: settings.inlayHints,
      commandHost: commandHost, sibling: sibling, worn: wearing.worn, siblingSettings: settings.sibling,
      noteWearing: { [inbox] in inbox.put(.wearingDue) }, previews: previews)
  }

  /// Answers a request.
  func respond<R: LSPRequest>(to id: RequestID, _ type: R.Type, _ result: R.Result) {
    send(encodeResponse(to: id, type, log) { () throws(ResponseError) in result })
  }

  /// Answers a request by an error.
  func respond(to id: RequestID, _ code: ErrorCode, _ message: String) {
    send(.response(ResponseMessage(id: id, .failure(ResponseError(code, message)))))
  }

  /// Sends a notification.
  func notify<N: LSPNotification>(_ type: N.Type, _ params: N.Params) {
    if let bytes = encodeNotification(type, params, log) { send(bytes) }
  }

  /// Says something that an author may want to look up, on standard error and in the client's log.
  func tell(_ type: LSP.MessageType, _ message: String) {
    log.note(message)
    if case .running = phase {
      notify(LSP.LogMessageNotification.self, LSP.LogMessageParams(type: type, message: message))
    }
  }

  /// Sends a message.
  func send(_ message: Message) { send(message.encoded()) }

  /// Sends a message, given as its JSON in UTF-8.
  func send(_ message: [UInt8]) {
    log.trace("→ \(String(decoding: message.prefix(400), as: UTF8.self))")
    writer.write(message)
  }

  /// Notes a message from the client, where that is wanted.
  func traceIncoming(_ message: Message) {
    log.trace("← \(String(decoding: message.encoded().prefix(400), as: UTF8.self))")
    guard trace != .off else { return }
    let (title, params) =
      switch message {
      case .request(let request): ("request '\(request.method) - (\(request.id))'", request.params)
      case .notification(let notification): ("notification '\(notification.method)'", notification.params)
      case .response(let response): ("response '\(response.id?.description ?? "null")'", nil)
      }
    let verbose = trace == .verbose ? params.map { "Params: \($0.text())" } : nil
    notify(LSP.LogTraceNotification.self, LSP.LogTraceParams(message: "Received \(title).", verbose: verbose))
  }
}

/// The response to a request in bytes. What is the server's fault is told and noted.
func encodeResponse<R: LSPRequest>(
  to id: RequestID, _ type: R.Type, _ log: Log, _ result: () throws(ResponseError) -> R.Result
) -> [UInt8] {
  let failure: ResponseError
  do {
    return try R.encodedResponse(to: id, try result())
  } catch let error as ResponseError {
    failure = error
  } catch {
    failure = ResponseError(.internalError, "\(R.method): \(error)")
  }
  if failure.code == .internalError { log.note(failure.message) }
  return Message.response(ResponseMessage(id: id, .failure(failure))).encoded()
}

/// A notification in bytes; nil, which is noted, if JSON cannot express it.
func encodeNotification<N: LSPNotification>(_ type: N.Type, _ params: N.Params, _ log: Log) -> [UInt8]? {
  do {
    return try N.encoded(params)
  } catch {
    log.note("\(N.method): \(error)")
    return nil
  }
}
