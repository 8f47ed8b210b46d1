public import JSON

/// A JSON-RPC 2.0 message.
public enum Message: Hashable, Sendable {
  /// A call that is answered.
  case request(RequestMessage)
  /// A call that is not answered.
  case notification(NotificationMessage)
  /// An answer.
  case response(ResponseMessage)

  /// Reads a message.
  ///
  /// - Parameter bytes: one message's JSON in UTF-8, without framing.
  /// - Returns: the message, or what is wrong with it.
  public static func decode(_ bytes: [UInt8]) -> Result<Message, MalformedMessage> {
    do throws(JSONSyntaxError) {
      return decode(try JSONValue(parsing: bytes))
    } catch {
      return .failure(MalformedMessage(id: nil, .parseError, "not JSON: \(error)"))
    }
  }

  /// Reads a message from its JSON value; see `decode(_:)` over bytes.
  public static func decode(_ value: JSONValue) -> Result<Message, MalformedMessage> {
    do throws(MalformedMessage) {
      return .success(try Message(value))
    } catch {
      return .failure(error)
    }
  }

  private init(_ value: JSONValue) throws(MalformedMessage) {
    guard case .object(let object) = value else {
      let hint = value.arrayValue == nil ? "" : "; batches are not supported"
      throw MalformedMessage(
        id: nil, .invalidRequest, "a message is an object, this is \(value.kindDescription)\(hint)")
    }
    let id = object["id"].flatMap(RequestID.init)
    guard object["jsonrpc"] == "2.0" else {
      throw MalformedMessage(id: id, .invalidRequest, "\"jsonrpc\" must be \"2.0\"")
    }
    if let method = object["method"] {
      guard case .string(let method) = method else {
        throw MalformedMessage(
          id: id, .invalidRequest, "\"method\" must be a string, this is \(method.kindDescription)")
      }
      let params = object["params"]
      switch params {
      case nil, .null, .array, .object: break
      case let params?:
        throw MalformedMessage(
          id: id, .invalidRequest, "\"params\" must be an object or an array, this is \(params.kindDescription)")
      }
      let given = params?.isNull == true ? nil : params
      switch (object["id"], id) {
      case (nil, _): self = .notification(NotificationMessage(method: method, params: given))
      case (_, let id?): self = .request(RequestMessage(id: id, method: method, params: given))
      case (let wrong?, nil):
        throw MalformedMessage(
          id: nil, .invalidRequest, "\"id\" must be an integer or a string, this is \(wrong.kindDescription)")
      }
      return
    }
    if let error = object["error"], !error.isNull {
      guard let error = ResponseError(error) else {
        throw MalformedMessage(id: nil, .invalidRequest, "\"error\" must have an integer \"code\" and a \"message\"")
      }
      self = .response(ResponseMessage(id: id, .failure(error)))
    } else if let result = object["result"] {
      self = .response(ResponseMessage(id: id, .success(result)))
    } else {
      throw MalformedMessage(
        id: id, .invalidRequest, "a message has a \"method\", a \"result\" or an \"error\"; this has none of them")
    }
  }

  /// The message's JSON.
  public var json: JSONValue {
    switch self {
    case .request(let request): request.json
    case .notification(let notification): notification.json
    case .response(let response): response.json
    }
  }

  /// The message's JSON in UTF-8, on one line, without framing.
  public func encoded() -> [UInt8] { json.serialized() }
}

/// What a request is called by and its response refers to.
public enum RequestID: Hashable, Sendable {
  /// A whole number.
  case integer(Int64)
  /// A string.
  case string(String)

  /// The identifier that a JSON value is; nil for a value of another type and for a fraction.
  public init?(_ value: JSONValue) {
    switch value {
    case .string(let string): self = .string(string)
    default:
      guard let integer = value.integerValue else { return nil }
      self = .integer(integer)
    }
  }

  /// The identifier's JSON.
  public var json: JSONValue {
    switch self {
    case .integer(let integer): .integer(integer)
    case .string(let string): .string(string)
    }
  }
}

extension RequestID: Codable {
  /// Decodes an integer or a string.
  public init(from decoder: any Decoder) throws {
    let value = try JSONValue(from: decoder)
    guard let id = RequestID(value) else {
      throw DecodingError.typeMismatch(
        RequestID.self,
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "expected an integer or a string, found \(value.kindDescription)"))
    }
    self = id
  }

  /// Encodes the integer or the string.
  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

extension RequestID: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, CustomStringConvertible {
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .string(value) }

  public var description: String { json.text() }
}

/// A call that is answered.
public struct RequestMessage: Hashable, Sendable {
  /// What the response refers to.
  public var id: RequestID
  /// The method's name.
  public var method: String
  /// An object or an array, if there are parameters.
  public var params: JSONValue?

  /// A request.
  public init(id: RequestID, method: String, params: JSONValue? = nil) {
    self.id = id
    self.method = method
    self.params = params
  }

  /// The message's JSON.
  public var json: JSONValue {
    var object: JSONObject = ["jsonrpc": "2.0", "id": id.json, "method": .string(method)]
    object["params"] = params
    return .object(object)
  }
}

/// A call that is not answered.
public struct NotificationMessage: Hashable, Sendable {
  /// The method's name.
  public var method: String
  /// An object or an array, if there are parameters.
  public var params: JSONValue?

  /// A notification.
  public init(method: String, params: JSONValue? = nil) {
    self.method = method
    self.params = params
  }

  /// The message's JSON.
  public var json: JSONValue {
    var object: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
    object["params"] = params
    return .object(object)
  }
}

/// An answer.
public struct ResponseMessage: Hashable, Sendable {
  /// The request's identifier; nil, written as `null`, if it could not be read.
  public var id: RequestID?
  /// The result or the error.
  public var outcome: Result<JSONValue, ResponseError>

  /// A response.
  public init(id: RequestID?, _ outcome: Result<JSONValue, ResponseError>) {
    self.id = id
    self.outcome = outcome
  }

  /// The message's JSON.
  public var json: JSONValue {
    var object: JSONObject = ["jsonrpc": "2.0", "id": id?.json ?? .null]
    switch outcome {
    case .success(let result): object["result"] = result
    case .failure(let error): object["error"] = error.json
    }
    return .object(object)
  }
}
