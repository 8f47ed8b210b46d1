import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// How long a client may take.
struct Patience: Sendable, Hashable {
  /// For the head of the first request.
  var head = TimeAmount.seconds(10)
  /// For a whole request, from its head on.
  var body = TimeAmount.seconds(60)
  /// Between two requests.
  var idle = TimeAmount.seconds(180)
  /// For a client that goes on sending what nobody reads, to see the answer.
  var linger = TimeAmount.seconds(5)
}

/// Told to every connection when the receiver is stopped.
struct Closing: Sendable {}

/// One connection for telemetry: collects a request's body, has it read by another thread, and answers. NIO's own
/// handlers before it parse HTTP and hold the next request back until this one is answered.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    /// Between requests.
    case idle
    /// A request that is read.
    case receiving(Intake.Request, ByteBuffer)
    /// A request whose answer is known already; the rest of it is passed over.
    case refusing(OTLPAnswer)
    /// A request that is being written down.
    case working
    /// The answer is sent, nothing more is read.
    case lingering
  }

  private let intake: Intake
  private let pool: NIOThreadPool
  private let patience: Patience
  private var state = State.idle
  private var isKeptAlive = true
  private var isClosing = false
  private var held = 0
  private var timer: Scheduled<Void>?
  /// The first request has less time: nobody connects to say nothing.
  private var isFresh = true

  init(_ intake: Intake, _ pool: NIOThreadPool, _ patience: Patience) {
    self.intake = intake
    self.pool = pool
    self.patience = patience
  }

  // MARK: - Events

  func channelActive(context: ChannelHandlerContext) {
    wait(patience.head, context)
    context.fireChannelActive()
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { wait(patience.head, context) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    giveBack()
    state = .lingering
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is Closing:
      isClosing = true
      if case .idle = state { context.close(promise: nil) }
    case let event as ChannelEvent where event == .inputClosed:
      // Half of a request is none; an answer that is under way is still wanted.
      if case .working = state { isClosing = true } else { context.close(promise: nil) }
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A connection that was reset, or a request that is no HTTP and has been answered by NIO's handler.
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let bytes): receive(bytes, context)
    case .end: end(context)
    }
  }

  // MARK: - A request

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard case .idle = state else { return }
    isFresh = false
    isKeptAlive = head.isKeepAlive
    wait(patience.body, context)
    let isWaitedFor = head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
    do throws(Intake.Refused) {
      let request = try intake.request(head)
      state = .receiving(request, ByteBuffer())
      if isWaitedFor {
        let line = HTTPResponseHead(version: head.version, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(line)), promise: nil)
      }
    } catch {
      intake.figures.refused.add(1, ordering: .relaxed)
      if error.answer.status == .payloadTooLarge || isWaitedFor {
        refuseNow(error.answer, context)
      } else {
        state = .refusing(error.answer)
      }
    }
  }

  private func receive(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    guard case .receiving(let request, var body) = state else { return }
    // One owner, so that appending does not copy.
    state = .working
    let total = body.readableBytes + bytes.readableBytes
    guard total <= intake.maximumBody else {
      giveBack()
      intake.figures.refused.add(1, ordering: .relaxed)
      return refuseNow(intake.tooLarge(request.encoding), context)
    }
    guard intake.hold(bytes.readableBytes) else {
      giveBack()
      intake.figures.postponed.add(1, ordering: .relaxed)
      return refuseNow(.later("too many requests at once", seconds: 1, request.encoding), context)
    }
    held += bytes.readableBytes
    if body.readableBytes == 0 { body = bytes } else { body.writeImmutableBuffer(bytes) }
    state = .receiving(request, body)
  }

  private func end(_ context: ChannelHandlerContext) {
    timer?.cancel()
    switch state {
    case .receiving(let request, let body):
      state = .working
      let intake = intake
      let loop = context.eventLoop
      let bound = NIOLoopBound((self, context), eventLoop: loop)
      let answer: @Sendable (OTLPAnswer) -> Void = { answer in
        loop.execute {
          let (connection, context) = bound.value
          connection.giveBack()
          connection.answer(answer, context)
        }
      }
      pool.submit { workState in
        guard workState == .active else {
          return answer(.later("the receiver is being stopped", seconds: 5, request.encoding))
        }
        intake.take(request, body, answer: answer)
      }
    case .refusing(let answer): self.answer(answer, context)
    case .idle, .working, .lingering: break
    }
  }

  private func answer(_ answer: OTLPAnswer, _ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    let closes = answer.closes || !isKeptAlive || isClosing
    var headers = HTTPHeaders()
    headers.add(name: "content-type", value: answer.contentType)
    headers.add(name: "content-length", value: String(answer.body.count))
    for (name, value) in answer.headers { headers.add(name: name, value: value) }
    if closes { headers.add(name: "connection", value: "close") }
    let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !answer.body.isEmpty {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    }
    if !closes {
      state = .idle
      wait(patience.idle, context)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      return
    }
    state = .lingering
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
  }

  /// Answers although the request is not at its end. The client may be writing still, and would not see the answer if
  /// the connection were closed at once: our half is, and what comes is passed over for a while.
  private func refuseNow(_ answer: OTLPAnswer, _ context: ChannelHandlerContext) {
    state = .lingering
    var headers = HTTPHeaders()
    headers.add(name: "content-type", value: answer.contentType)
    headers.add(name: "content-length", value: String(answer.body.count))
    headers.add(name: "connection", value: "close")
    for (name, value) in answer.headers { headers.add(name: name, value: value) }
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers))), promise: nil
    )
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      bound.value.close(mode: .output, promise: nil)
    }
    wait(patience.linger, context)
  }

  private func giveBack() {
    intake.giveBack(held)
    held = 0
  }

  /// Gives the client some time for what it has to do next.
  private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
    timer?.cancel()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: time) {
      let (connection, context) = bound.value
      connection.giveUp(context)
    }
  }

  private func giveUp(_ context: ChannelHandlerContext) {
    switch state {
    case .receiving(let request, _):
      giveBack()
      intake.figures.refused.add(1, ordering: .relaxed)
      refuseNow(.refusal(.requestTimeout, .deadlineExceeded, "the request took too long", request.encoding), context)
    case .refusing(let answer): refuseNow(answer, context)
    case .idle, .lingering: context.close(promise: nil)
    case .working: break
    }
  }
}
