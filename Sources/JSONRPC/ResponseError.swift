public import JSON

/// Why a request has no result.
public struct ResponseError: Error, Hashable, Sendable {
  /// What sort of error it is.
  public var code: ErrorCode
  /// What happened, in a sentence.
  public var message: String
  /// More about it, for programs.
  public var data: JSONValue?

  /// An error.
  public init(_ code: ErrorCode, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// The error that a JSON value is; nil if it has no integer `code` or no string `message`.
  public init?(_ value: JSONValue) {
    guard let code = value["code"]?.integerValue.flatMap(Int.init(exactly:)),
      let message = value["message"]?.stringValue
    else { return nil }
    self.init(ErrorCode(rawValue: code), message, data: value["data"])
  }

  /// The error's JSON.
  public var json: JSONValue {
    var object: JSONObject = ["code": .integer(Int64(code.rawValue)), "message": .string(message)]
    object["data"] = data
    return .object(object)
  }
}

/// The code of an error: those of JSON-RPC 2.0, section 5.1, and of LSP 3.17, `ErrorCodes` and `LSPErrorCodes`.
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
  public var rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// −32700: the text is not JSON.
  public static let parseError = ErrorCode(rawValue: -32700)
  /// −32600: the JSON is not a message, or the message may not come now.
  public static let invalidRequest = ErrorCode(rawValue: -32600)
  /// −32601: there is no such method.
  public static let methodNotFound = ErrorCode(rawValue: -32601)
  /// −32602: the method does not take these parameters.
  public static let invalidParams = ErrorCode(rawValue: -32602)
  /// −32603: the server is at fault.
  public static let internalError = ErrorCode(rawValue: -32603)
  /// −32002: a request came before `initialize`.
  public static let serverNotInitialized = ErrorCode(rawValue: -32002)
  /// −32001: none of the other codes fits.
  public static let unknown = ErrorCode(rawValue: -32001)
  /// −32803: the request is right in form and cannot be done.
  public static let requestFailed = ErrorCode(rawValue: -32803)
  /// −32802: the server gave the request up, which only some requests allow.
  public static let serverCancelled = ErrorCode(rawValue: -32802)
  /// −32801: the document changed under the request, whose result would be outdated.
  public static let contentModified = ErrorCode(rawValue: -32801)
  /// −32800: the client cancelled the request.
  public static let requestCancelled = ErrorCode(rawValue: -32800)
}

/// A text that is not a message, and what its sender is to be told.
public struct MalformedMessage: Error, Hashable, Sendable {
  /// The identifier, if it could be read.
  public var id: RequestID?
  /// What is wrong.
  public var error: ResponseError

  /// A malformed message.
  public init(id: RequestID?, _ code: ErrorCode, _ message: String) {
    self.id = id
    error = ResponseError(code, message)
  }

  /// The answer to it.
  public var reply: ResponseMessage { ResponseMessage(id: id, .failure(error)) }
}
