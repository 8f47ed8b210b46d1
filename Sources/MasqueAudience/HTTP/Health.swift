import NIOCore
import NIOHTTP1

/// A connection that asks how the receiver is: 200 while telemetry can be taken, else 503, as the Collector's health
/// check answers, with figures beside it.
final class HealthConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let report: @Sendable () -> HealthReport
  private var head: HTTPRequestHead?
  private var timer: Scheduled<Void>?

  init(_ report: @escaping @Sendable () -> HealthReport) { self.report = report }

  func handlerAdded(context: ChannelHandlerContext) {
    // Nobody who asks takes longer.
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: .seconds(10)) { bound.value.close(promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is Closing { context.close(promise: nil) } else { context.fireUserInboundEventTriggered(event) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end:
      guard let head else { return }
      let report = report()
      let isAsked = head.method == .GET || head.method == .HEAD
      let status: HTTPResponseStatus = !isAsked ? .methodNotAllowed : report.problem == nil ? .ok : .serviceUnavailable
      let body = isAsked ? report.json : []
      var headers: HTTPHeaders = ["content-type": "application/json", "connection": "close"]
      headers.add(name: "content-length", value: String(body.count))
      if !isAsked { headers.add(name: "allow", value: "GET, HEAD") }
      context.write(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
      if head.method != .HEAD {
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
      }
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }
  }
}
