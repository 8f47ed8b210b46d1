public import JSON
public import JSONRPC

/// The types of the Language Server Protocol, version 3.17, under the names that it gives them.
///
/// They lie in a namespace because many of the names (`Range`, `Diagnostic`, `TextEdit`) have another meaning
/// elsewhere. Enumerations are open: a value that no version of the protocol knows is kept. Members that are absent or
/// `null` are nil, unknown members are passed over.
public enum LSP {}

/// A request of the protocol with the types that belong to it.
public protocol LSPRequest: SendableMetatype {
  /// What the sender sends.
  associatedtype Params: Codable & Sendable
  /// What the receiver answers; optional where the protocol allows `null`.
  associatedtype Result: Codable & Sendable
  /// The method's name.
  static var method: String { get }
}

/// A notification of the protocol with the type of its parameters.
public protocol LSPNotification: SendableMetatype {
  /// What the sender sends.
  associatedtype Params: Codable & Sendable
  /// The method's name.
  static var method: String { get }
}

extension LSPRequest {
  /// Reads the parameters of a request; absent ones are taken for an empty object.
  ///
  /// - Parameter params: the message's parameters.
  /// - Returns: the typed parameters.
  /// - Throws: an error with the code `invalidParams` that names the wrong member.
  public static func decodeParams(_ params: JSONValue?) throws(ResponseError) -> Params {
    try LSP.decode(Params.self, from: params, method: method)
  }

  /// The request as a message.
  ///
  /// - Parameters:
  ///   - id: what the response will refer to.
  ///   - params: the parameters.
  /// - Returns: the message.
  /// - Throws: an `EncodingError` for a number that JSON does not have.
  public static func message(id: RequestID, _ params: Params) throws -> RequestMessage {
    RequestMessage(id: id, method: method, params: try LSP.encode(params))
  }

  /// The successful response to the request.
  ///
  /// - Parameters:
  ///   - id: the request.
  ///   - result: the result.
  /// - Returns: the message.
  /// - Throws: an `EncodingError` for a number that JSON does not have.
  public static func response(to id: RequestID, _ result: Result) throws -> ResponseMessage {
    ResponseMessage(id: id, .success(try JSONValueEncoder().encode(result)))
  }

  /// The successful response to the request as JSON in UTF-8: `response(to:_:)` at a fraction of its cost.
  ///
  /// - Parameters:
  ///   - id: the request.
  ///   - result: the result.
  /// - Returns: the message.
  /// - Throws: an `EncodingError` for a number that JSON does not have.
  public static func encodedResponse(to id: RequestID, _ result: Result) throws -> [UInt8] {
    var writer = JSONWriter(capacity: 1 << 10)
    writer.beginObject()
    writer.key(ascii: "jsonrpc")
    writer.string("2.0")
    writer.key(ascii: "id")
    writer.value(id.json)
    writer.key(ascii: "result")
    try writer.encode(result)
    writer.endObject()
    return writer.bytes
  }

  /// Reads the result of a response.
  ///
  /// - Parameter result: the message's result.
  /// - Returns: the typed result.
  /// - Throws: a `DecodingError` that names the wrong member.
  public static func decodeResult(_ result: JSONValue) throws -> Result {
    try JSONValueDecoder().decode(Result.self, from: result)
  }
}

extension LSPNotification {
  /// Reads the parameters of a notification; absent ones are taken for an empty object.
  ///
  /// - Parameter params: the message's parameters.
  /// - Returns: the typed parameters.
  /// - Throws: an error with the code `invalidParams` that names the wrong member.
  public static func decodeParams(_ params: JSONValue?) throws(ResponseError) -> Params {
    try LSP.decode(Params.self, from: params, method: method)
  }

  /// The notification as a message.
  ///
  /// - Parameter params: the parameters.
  /// - Returns: the message.
  /// - Throws: an `EncodingError` for a number that JSON does not have.
  public static func message(_ params: Params) throws -> NotificationMessage {
    NotificationMessage(method: method, params: try LSP.encode(params))
  }

  /// The notification as JSON in UTF-8: `message(_:)` at a fraction of its cost.
  ///
  /// - Parameter params: the parameters.
  /// - Returns: the message.
  /// - Throws: an `EncodingError` for a number that JSON does not have.
  public static func encoded(_ params: Params) throws -> [UInt8] {
    var writer = JSONWriter(capacity: 1 << 10)
    writer.beginObject()
    writer.key(ascii: "jsonrpc")
    writer.string("2.0")
    writer.key(ascii: "method")
    writer.string(method)
    if Params.self != LSP.NoParams.self {
      writer.key(ascii: "params")
      try writer.encode(params)
    }
    writer.endObject()
    return writer.bytes
  }
}

extension LSP {
  /// No parameters.
  public struct NoParams: Codable, Hashable, Sendable {
    /// No parameters.
    public init() {}

    /// Decodes from anything.
    public init(from decoder: any Decoder) throws {}
  }

  /// `null`, the result of requests that have none.
  public struct Null: Codable, Hashable, Sendable {
    /// `null`.
    public init() {}

    /// Decodes from anything: some clients answer with an empty object.
    public init(from decoder: any Decoder) throws {}

    /// Encodes `null`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }

  /// A token that reports of progress refer to (LSP 3.17 § ProgressToken).
  public typealias ProgressToken = IntegerOrString

  /// An integer or a string.
  public enum IntegerOrString: Codable, Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// An integer.
    case integer(Int)
    /// A string.
    case string(String)

    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(stringLiteral value: String) { self = .string(value) }

    /// Decodes either.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let string = try? container.decode(String.self) {
        self = .string(string)
      } else {
        self = .integer(try container.decode(Int.self))
      }
    }

    /// Encodes the integer or the string.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .integer(let integer): try integer.encode(to: encoder)
      case .string(let string): try string.encode(to: encoder)
      }
    }
  }

  /// A text for people, with or without markup.
  public enum StringOrMarkup: Codable, Hashable, Sendable, ExpressibleByStringLiteral {
    /// A plain text.
    case string(String)
    /// A text that says how it is rendered.
    case markup(MarkupContent)

    public init(stringLiteral value: String) { self = .string(value) }

    /// Decodes a string or an object.
    public init(from decoder: any Decoder) throws {
      if let string = try? decoder.singleValueContainer().decode(String.self) {
        self = .string(string)
      } else {
        self = .markup(try MarkupContent(from: decoder))
      }
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .string(let string): try string.encode(to: encoder)
      case .markup(let markup): try markup.encode(to: encoder)
      }
    }
  }

  /// Progress of some work, the value of a `ProgressParams` (LSP 3.17 § Work Done Progress).
  public enum WorkDoneProgress: Codable, Hashable, Sendable {
    /// It begins.
    case begin(WorkDoneProgressBegin)
    /// It goes on.
    case report(WorkDoneProgressReport)
    /// It is done.
    case end(WorkDoneProgressEnd)

    private enum Key: String, CodingKey {
      case kind
    }

    /// Decodes by the member `kind`.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      switch try container.decode(String.self, forKey: .kind) {
      case "begin": self = .begin(try WorkDoneProgressBegin(from: decoder))
      case "report": self = .report(try WorkDoneProgressReport(from: decoder))
      case "end": self = .end(try WorkDoneProgressEnd(from: decoder))
      case let kind:
        throw DecodingError.dataCorruptedError(
          forKey: .kind, in: container, debugDescription: "there is no progress of the kind \(kind)")
      }
    }

    /// Encodes the progress.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .begin(let begin): try begin.encode(to: encoder)
      case .report(let report): try report.encode(to: encoder)
      case .end(let end): try end.encode(to: encoder)
      }
    }
  }

  static func encode<Params: Encodable>(_ params: Params) throws -> JSONValue? {
    if Params.self == NoParams.self { return Optional.none }
    return try JSONValueEncoder().encode(params)
  }

  static func decode<Params: Decodable>(
    _ type: Params.Type, from params: JSONValue?, method: String
  ) throws(ResponseError) -> Params {
    do {
      // Clients written in Lua cannot tell an empty object from an empty array.
      let isEmpty = params == nil || params == []
      return try JSONValueDecoder().decode(type, from: isEmpty ? [:] : params ?? [:])
    } catch let error as DecodingError {
      throw ResponseError(.invalidParams, "\(method): \(error.summary)")
    } catch {
      throw ResponseError(.invalidParams, "\(method): \(error)")
    }
  }
}
