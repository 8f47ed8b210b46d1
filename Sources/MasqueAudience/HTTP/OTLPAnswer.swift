import NIOHTTP1

/// What a request is answered with.
struct OTLPAnswer: Sendable, Equatable {
  var status: HTTPResponseStatus
  var contentType = "application/json"
  var body: [UInt8] = []
  /// What is said beside the usual.
  var headers: [(name: String, value: String)] = []
  /// Whether the connection ends with it, because the rest of the request is not read.
  var closes = false

  static func == (a: OTLPAnswer, b: OTLPAnswer) -> Bool {
    a.status == b.status && a.contentType == b.contentType && a.body == b.body && a.closes == b.closes
      && a.headers.elementsEqual(b.headers) { $0 == $1 }
  }

  /// Everything is on the disk: an export response that says nothing else.
  static func success(_ encoding: OTLPEncoding) -> OTLPAnswer {
    OTLPAnswer(status: .ok, contentType: encoding.contentType, body: encoding == .json ? Array("{}".utf8) : [])
  }

  /// A refusal, with a `google.rpc.Status` in the encoding of the request; JSON where that is not known.
  ///
  /// - Parameters:
  ///   - status: the status of HTTP.
  ///   - code: the code of gRPC.
  ///   - message: why, for people.
  ///   - encoding: that of the request.
  /// - Returns: the answer.
  static func refusal(
    _ status: HTTPResponseStatus, _ code: StatusCode, _ message: String, _ encoding: OTLPEncoding?
  ) -> OTLPAnswer {
    let encoding = encoding ?? .json
    var body = TextBuffer(capacity: message.utf8.count + 32)
    var text = message
    text.withUTF8 { text in
      let text = UnsafeRawBufferPointer(text)
      switch encoding {
      case .json:
        body.append("{\"code\":")
        body.append(decimal: UInt64(code.rawValue))
        body.append(",\"message\":")
        body.append(quoted: text)
        body.append("}")
      case .protobuf:
        // int32 code = 1; string message = 2;
        body.append(1 << 3)
        body.append(code.rawValue)
        body.append(2 << 3 | 2)
        var length = UInt(text.count)
        while length >= 0x80 {
          body.append(UInt8(truncatingIfNeeded: length) | 0x80)
          length >>= 7
        }
        body.append(UInt8(truncatingIfNeeded: length))
        body.append(text)
      }
    }
    return OTLPAnswer(status: status, contentType: encoding.contentType, body: body.bytes)
  }

  /// The receiver can't keep up: the same request is welcome in a while.
  static func later(_ message: String, seconds: Int, _ encoding: OTLPEncoding?) -> OTLPAnswer {
    var answer = refusal(.serviceUnavailable, .unavailable, message, encoding)
    answer.headers = [("retry-after", String(seconds))]
    return answer
  }

  /// The codes of gRPC that are used (google/rpc/code.proto).
  enum StatusCode: UInt8 {
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case resourceExhausted = 8
    case unimplemented = 12
    case unavailable = 14
  }
}

extension OTLPEncoding {
  /// The media type of HTTP.
  var contentType: String {
    switch self {
    case .protobuf: "application/x-protobuf"
    case .json: "application/json"
    }
  }

  /// The encoding that a header names, its parameters aside (RFC 9110, section 8.3); nil for any other.
  init?(contentType: String) {
    let type = contentType.prefix { $0 != ";" }
    switch type.filter({ $0 != " " && $0 != "\t" }).lowercased() {
    case "application/x-protobuf": self = .protobuf
    case "application/json": self = .json
    default: return nil
    }
  }
}
