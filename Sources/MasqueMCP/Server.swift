import Dispatch
import JSON
import JSONRPC
public import MasqueWorkspace

/// Serves the Model Context Protocol over a channel of lines until the client closes it.
///
/// Three threads do the work. One reads and decodes; the loop, on the calling thread, answers what is about the session at
/// once, `ping` above all; requests that look at the disk or change it are done on the third one after another, in the
/// order of their coming, so that `id` behind `don` sees what `don` did.
///
/// - Parameters:
///   - host: what is offered.
///   - channel: where the client is.
/// - Returns: why the client could not be told of everything; nil after the end of its stream, and after it has gone.
public func serveMCP(_ host: MCPHost, over channel: any ByteChannel) -> WriteError? {
  let server = Server(host, channel)
  DispatchQueue(label: "masque.mcp.reader").async { [inbox = server.inbox] in
    readLines(from: channel) { inbox.put(.incoming($0)) }
  }
  return server.run()
}

/// What the reader hands to the loop.
enum Incoming: Sendable {
  /// A line that is JSON.
  case value(JSONValue)
  /// A line that is none, and what its sender is to be told.
  case malformed(ResponseMessage)
  /// The client will send no more.
  case end
}

/// The most bytes that a message may have: nobody sends masques, so that requests are short.
let messageLimit = 4 << 20

/// Reads lines until the stream ends.
///
/// - Parameters:
///   - channel: the stream.
///   - deliver: takes each line as it comes, the last of them `.end`.
func readLines(from channel: any ByteChannel, _ deliver: (Incoming) -> Void) {
  var framer = NewlineFramer(messageLimit: messageLimit)
  func take(_ frame: Frame) {
    switch frame {
    case .message(let bytes):
      do throws(JSONSyntaxError) {
        deliver(.value(try JSONValue(parsing: bytes)))
      } catch {
        deliver(.malformed(MalformedMessage(id: nil, .parseError, "not JSON: \(error)").reply))
      }
    case .malformed(let error):
      deliver(.malformed(error.reply))
    }
  }
  while true {
    let bytes = channel.read(maximumLength: 1 << 16)
    if bytes.isEmpty { break }
    framer.append(bytes)
    while let frame = framer.next() { take(frame) }
  }
  if let frame = framer.finish() { take(frame) }
  deliver(.end)
}

/// The server's loop, which owns all state that changes.
final class Server {
  /// What wakes the loop.
  enum Event: Sendable {
    /// The client has said something.
    case incoming(Incoming)
    /// A job is done.
    case finished(Int, ResponseMessage)
    /// A job has something to tell while it is under way.
    case told(Int, NotificationMessage)
  }

  /// What wakes the loop, in the order of its coming.
  let inbox = Inbox<Event>()
  let host: MCPHost
  private let channel: any ByteChannel
  /// Why nothing is written any more.
  private var failure: WriteError?

  /// The session that `initialize` has opened. Requests of stateless revisions are answered with or without one.
  private var session: Session?
  private struct Session {
    var revision: ProtocolRevision
    var logLevel: LogLevel?
  }

  private var jobs = Jobs()
  /// Where they are done: side by side, since one that was given up may still be at it when the next one begins.
  private let queue = DispatchQueue(label: "masque.mcp.jobs", attributes: .concurrent)
  private var batches = Batches()
  /// The requests to be told of changes that are open: they are acknowledged, and there is nothing to tell.
  private var subscriptions: [RequestID] = []
  private var isEnding = false

  init(_ host: MCPHost, _ channel: any ByteChannel) {
    self.host = host
    self.channel = channel
  }

  /// Serves until the stream ends and what was asked before is answered, or until nobody reads.
  func run() -> WriteError? {
    while failure == nil {
      for event in inbox.take() { handle(event) }
      startJob()
      if isEnding, jobs.isEmpty { break }
    }
    endSubscriptions()
    return failure == .closed ? nil : failure
  }

  private func handle(_ event: Event) {
    switch event {
    case .incoming(.value(let value)): receive(value)
    case .incoming(.malformed(let reply)): refuse(reply)
    case .incoming(.end): isEnding = true
    case .told(let number, let notification):
      if jobs.isWanted(number) { send(notification.json) }
    case .finished(let number, let response):
      guard let job = jobs.finish(number) else { return }
      if !job.cancellation.isCancelled { answer(response, job.batch) }
    }
  }

  // MARK: Incoming

  private func receive(_ value: JSONValue) {
    if let items = value.arrayValue, session?.revision.hasBatches == true {
      receive(batch: items)
      return
    }
    switch Message.decode(value) {
    case .success(.request(let request)): receive(request, batch: nil)
    case .success(.notification(let notification)): receive(notification)
    // The server asks nothing, so there is nothing to answer.
    case .success(.response): break
    case .failure(let malformed): refuse(malformed.reply)
    }
  }

  /// Several messages in an array (2025-03-26, § Batching; JSON-RPC 2.0, § 6).
  private func receive(batch items: [JSONValue]) {
    guard !items.isEmpty else {
      refuse(MalformedMessage(id: nil, .invalidRequest, "a batch has at least one message").reply)
      return
    }
    let messages = items.map { Message.decode($0) }
    let answers = messages.count { message in
      switch message {
      case .success(.request), .failure: true
      case .success: false
      }
    }
    let batch = batches.open(answers)
    for message in messages {
      switch message {
      case .success(.request(let request)) where request.method == "initialize":
        answer(failure(request.id, .invalidRequest, "`initialize` must not be part of a batch"), batch)
      case .success(.request(let request)): receive(request, batch: batch)
      case .success(.notification(let notification)): receive(notification)
      case .success(.response): break
      case .failure(let malformed): answer(malformed.reply, batch)
      }
    }
  }

  private func receive(_ request: RequestMessage, batch: Int?) {
    do throws(ResponseError) {
      guard let params = (request.params ?? [:]).objectValue else {
        throw ResponseError(.invalidParams, "`params` must be an object, not an array")
      }
      let meta = try params.optionalObject("_meta")
      if request.method == "initialize" {
        answer(ResponseMessage(id: request.id, .success(.object(try open(params)))), batch)
      } else if let envelope = try Envelope(meta) {
        try dispatch(request, params, envelope.revision, envelope.logLevel, batch)
      } else if let session {
        try dispatch(request, params, session.revision, session.logLevel, batch)
      } else if request.method == "ping" {
        answer(ResponseMessage(id: request.id, .success([:])), batch)
      } else {
        throw uninvited(request.method)
      }
    } catch {
      answer(ResponseMessage(id: request.id, .failure(error)), batch)
    }
  }

  private func open(_ params: JSONObject) throws(ResponseError) -> JSONObject {
    guard session == nil else { throw ResponseError(.invalidRequest, "`initialize` came a second time") }
    let (revision, result) = try initialize(params, host)
    session = Session(revision: revision, logLevel: nil)
    return result
  }

  /// What a request that belongs to nothing is answered.
  private func uninvited(_ method: String) -> ResponseError {
    switch method {
    case "server/discover", "subscriptions/listen":
      return ResponseError(.invalidParams, "`_meta` must have `\(MetaKey.protocolVersion)` and what goes with it")
    case _ where method == "logging/setLevel" || methods[method] != nil:
      return ResponseError(
        .invalidRequest, "`\(method)` came before `initialize`, and without `\(MetaKey.protocolVersion)` in `_meta`")
    default:
      return unknown(method)
    }
  }

  private func unknown(_ method: String) -> ResponseError {
    ResponseError(.methodNotFound, "there is no method \(quoted(method))")
  }

  private func dispatch(
    _ request: RequestMessage, _ params: JSONObject, _ revision: ProtocolRevision, _ logLevel: LogLevel?, _ batch: Int?
  ) throws(ResponseError) {
    let name = request.method
    switch name {
    case "server/discover" where revision.isStateless:
      answer(request.id, finished(discover(host), .program, revision), batch)
    case "subscriptions/listen" where revision.isStateless:
      try listen(request.id, params)
    case "ping" where !revision.isStateless:
      answer(request.id, [:], batch)
    case "logging/setLevel" where !revision.isStateless:
      session?.logLevel = try LogLevel(params["level"] ?? .null, of: "level")
      answer(request.id, [:], batch)
    default:
      guard let method = methods[name] else { throw unknown(name) }
      try enqueue(request, method, params, revision, logLevel, batch)
    }
  }

  private func enqueue(
    _ request: RequestMessage, _ method: Method, _ params: JSONObject, _ revision: ProtocolRevision,
    _ logLevel: LogLevel?, _ batch: Int?
  ) throws(ResponseError) {
    let token = try progressToken(params["_meta"]?.objectValue)
    jobs.add(
      request.id, batch, hasEffects: hasEffects(request.method, params, host)
    ) { [host, inbox] number, cancellation in
      let scope = RequestScope(
        host: host, revision: revision, logLevel: logLevel, cancellation: cancellation,
        progress: token.map { ProgressReport(token: $0) }, notify: { inbox.put(.told(number, $0)) })
      let outcome: Result<JSONValue, ResponseError>
      do throws(ResponseError) {
        outcome = .success(.object(finished(try method.answer(params, scope), method.cache, revision)))
      } catch {
        outcome = .failure(error)
      }
      inbox.put(.finished(number, ResponseMessage(id: request.id, outcome)))
    }
  }

  private func receive(_ notification: NotificationMessage) {
    // Whatever else a client tells has no consequence here.
    guard notification.method == "notifications/cancelled",
      let id = notification.params?["requestId"].flatMap(RequestID.init)
    else { return }
    subscriptions.removeAll { $0 == id }
    for batch in jobs.cancel(id) { deliver(batches.skip(batch)) }
  }

  private func listen(_ id: RequestID, _ params: JSONObject) throws(ResponseError) {
    _ = try params.object("notifications")
    subscriptions.append(id)
    send(
      NotificationMessage(
        method: "notifications/subscriptions/acknowledged",
        params: ["_meta": [MetaKey.subscription: id.json], "notifications": [:]]
      ).json)
  }

  private func endSubscriptions() {
    for id in subscriptions {
      let result: JSONObject = ["_meta": [MetaKey.subscription: id.json]]
      answer(id, finished(result, .none, .july2026), nil)
    }
    subscriptions = []
  }

  // MARK: Jobs

  private func startJob() {
    guard let job = jobs.next() else { return }
    queue.async { [number = job.number, work = job.work, cancellation = job.cancellation] in
      work(number, cancellation)
    }
  }

  // MARK: Outgoing

  private func answer(_ id: RequestID, _ result: JSONObject, _ batch: Int?) {
    answer(ResponseMessage(id: id, .success(.object(result))), batch)
  }

  private func failure(_ id: RequestID, _ code: ErrorCode, _ message: String) -> ResponseMessage {
    ResponseMessage(id: id, .failure(ResponseError(code, message)))
  }

  /// Answers a request, by itself or with the others of its batch.
  private func answer(_ response: ResponseMessage, _ batch: Int?) {
    if let batch { deliver(batches.add(response.json, to: batch)) } else { send(response.json) }
  }

  private func deliver(_ responses: [JSONValue]?) {
    if let responses, !responses.isEmpty { send(.array(responses)) }
  }

  /// Answers what is no message.
  private func refuse(_ reply: ResponseMessage) {
    send(reply.json)
    guard let session, let level = session.logLevel, level <= .error, case .failure(let error) = reply.outcome
    else { return }
    send(
      NotificationMessage(
        method: "notifications/message",
        params: ["level": "error", "logger": "masque", "data": ["message": .string(error.message)]]
      ).json)
  }

  private func send(_ message: JSONValue) {
    guard failure == nil else { return }
    do throws(WriteError) {
      try channel.write(NewlineFramer.encode(message.serialized()))
    } catch {
      failure = error
    }
  }
}
