import Gzip
import NIOCore
import NIOHTTP1
import Synchronization

/// What becomes of requests: how they are judged by their heads, read, and written down. Shared by all connections.
final class Intake: Sendable {
  /// The most bytes of a request, compressed or not.
  let maximumBody: Int
  /// The most bytes of all requests that are being received or read.
  private let maximumHeld: Int
  private let store: TelemetryStore
  private let held = Atomic(0)
  let figures = Figures()

  init(_ store: TelemetryStore, maximumBody: Int = 64 << 20, maximumHeld: Int = 256 << 20) {
    self.store = store
    self.maximumBody = maximumBody
    self.maximumHeld = maximumHeld
  }

  /// A request that is to be read: what its head says.
  struct Request: Sendable {
    var signal: Signal
    var encoding: OTLPEncoding
    var isCompressed: Bool
  }

  /// Why a request is refused, by its head alone.
  struct Refused: Error {
    var answer: OTLPAnswer
    init(_ answer: OTLPAnswer) { self.answer = answer }
  }

  /// Looks at a request's head.
  ///
  /// - Parameter head: the head.
  /// - Returns: what is to be read.
  /// - Throws: the answer.
  func request(_ head: HTTPRequestHead) throws(Refused) -> Request {
    let path = head.uri.prefix { $0 != "?" }
    let encoding = head.headers.first(name: "content-type").flatMap { OTLPEncoding(contentType: $0) }
    guard let signal = Signal.allCases.first(where: { $0.path == path }) else {
      let paths = Signal.allCases.map(\.path).joined(separator: ", ")
      throw Refused(.refusal(.notFound, .notFound, "nothing is here; telemetry goes to \(paths)", encoding))
    }
    guard head.method == .POST else {
      var answer = OTLPAnswer.refusal(.methodNotAllowed, .unimplemented, "telemetry is sent by POST", encoding)
      answer.headers = [("allow", "POST")]
      throw Refused(answer)
    }
    guard let encoding else {
      let message = "the content type must be application/x-protobuf or application/json"
      var answer = OTLPAnswer.refusal(.unsupportedMediaType, .invalidArgument, message, nil)
      answer.headers = [("accept", "application/x-protobuf, application/json")]
      throw Refused(answer)
    }
    let compressions = head.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
      .filter { $0 != "identity" && !$0.isEmpty }
    guard compressions.allSatisfy({ $0 == "gzip" || $0 == "x-gzip" }), compressions.count <= 1 else {
      let message = "the content encoding must be gzip, or none"
      var answer = OTLPAnswer.refusal(.unsupportedMediaType, .invalidArgument, message, encoding)
      answer.headers = [("accept-encoding", "gzip")]
      throw Refused(answer)
    }
    if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > maximumBody {
      throw Refused(tooLarge(encoding))
    }
    return Request(signal: signal, encoding: encoding, isCompressed: !compressions.isEmpty)
  }

  /// The answer to a request with too many bytes.
  func tooLarge(_ encoding: OTLPEncoding) -> OTLPAnswer {
    let limit = maximumBody >> 20 > 0 ? "\(maximumBody >> 20) MiB" : "\(maximumBody) bytes"
    return .refusal(
      .payloadTooLarge, .resourceExhausted, "a request has at most \(limit), after decompression", encoding)
  }

  /// Asks for room for some bytes of a request; whoever gets it gives it back.
  func hold(_ count: Int) -> Bool {
    let total = held.add(count, ordering: .relaxed).newValue
    if total <= maximumHeld { return true }
    held.subtract(count, ordering: .relaxed)
    return false
  }

  func giveBack(_ count: Int) { held.subtract(count, ordering: .relaxed) }

  /// Reads a whole request and writes it down. May take a while.
  ///
  /// - Parameters:
  ///   - request: what its head says.
  ///   - body: its bytes.
  ///   - answer: called with the answer, on any thread.
  func take(_ request: Request, _ body: ByteBuffer, answer: @escaping @Sendable (OTLPAnswer) -> Void) {
    let result: Result<TelemetryLine, Refused> = body.withUnsafeReadableBytes { bytes in
      do throws(Refused) { return .success(try line(request, bytes)) } catch { return .failure(error) }
    }
    switch result {
    case .failure(let refused):
      figures.refused.add(1, ordering: .relaxed)
      answer(refused.answer)
    case .success(let line):
      guard line.records > 0 else {
        figures.count(request.signal, 0, 0)
        return answer(.success(request.encoding))
      }
      store.append(line.bytes, to: request.signal) { result in
        answer(self.answer(to: request, line.records, line.bytes.count, result))
      }
    }
  }

  private func line(_ request: Request, _ bytes: UnsafeRawBufferPointer) throws(Refused) -> TelemetryLine {
    func malformed(_ message: String) -> Refused {
      Refused(.refusal(.badRequest, .invalidArgument, message, request.encoding))
    }
    var plain: [UInt8]?
    if request.isCompressed {
      do throws(GzipError) {
        plain = try gunzipped(bytes, limit: maximumBody)
      } catch {
        switch error {
        case .tooLarge: throw Refused(tooLarge(request.encoding))
        case .noMemory: throw Refused(.later("there is no memory left", seconds: 5, request.encoding))
        case .damaged: throw malformed("the body is no gzip, or damaged")
        case .truncated: throw malformed("the body ends before its gzip does")
        }
      }
    }
    do throws(OTLPError) {
      if let plain { return try telemetryLine(plain, request.signal, request.encoding) }
      return try telemetryLine(bytes, request.signal, request.encoding)
    } catch {
      throw malformed(error.message)
    }
  }

  private func answer(
    to request: Request, _ records: Int, _ bytes: Int, _ result: Result<Void, TelemetryStore.Refusal>
  ) -> OTLPAnswer {
    switch result {
    case .success:
      figures.count(request.signal, records, bytes)
      return .success(request.encoding)
    case .failure(let refusal):
      figures.postponed.add(1, ordering: .relaxed)
      switch refusal {
      case .isBehind: return .later("the disk can't keep up", seconds: 1, request.encoding)
      case .isClosed: return .later("the receiver is being stopped", seconds: 5, request.encoding)
      case .failed(let error): return .later(error.message, seconds: 10, request.encoding)
      }
    }
  }
}

/// What the receiver has done since it was started.
final class Figures: Sendable {
  let requests = Atomic(0)
  /// Requests that were no telemetry.
  let refused = Atomic(0)
  /// Requests that were asked to come again.
  let postponed = Atomic(0)
  let logRecords = Atomic(0)
  let dataPoints = Atomic(0)
  let spans = Atomic(0)
  /// Bytes written.
  let bytes = Atomic(0)

  func count(_ signal: Signal, _ records: Int, _ bytes: Int) {
    requests.add(1, ordering: .relaxed)
    self.bytes.add(bytes, ordering: .relaxed)
    switch signal {
    case .logs: logRecords.add(records, ordering: .relaxed)
    case .metrics: dataPoints.add(records, ordering: .relaxed)
    case .traces: spans.add(records, ordering: .relaxed)
    }
  }
}
