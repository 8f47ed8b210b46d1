import JSON
import JSONRPC
import Testing

private func decode(_ text: String) -> Result<Message, MalformedMessage> { Message.decode(Array(text.utf8)) }

@Suite struct MessageTests {
  @Test(
    arguments: [
      (#"{"jsonrpc":"2.0","id":1,"method":"m"}"#, .request(RequestMessage(id: 1, method: "m"))),
      (#"{"jsonrpc":"2.0","id":1.0,"method":"m","params":null}"#, .request(RequestMessage(id: 1, method: "m"))),
      (
        #"{"method":"m","id":"a","params":{"x":[1]},"jsonrpc":"2.0"}"#,
        .request(RequestMessage(id: "a", method: "m", params: ["x": [1]]))
      ),
      (
        #"{"jsonrpc":"2.0","method":"n","params":[1]}"#,
        .notification(NotificationMessage(method: "n", params: [1]))
      ),
      (#"{"jsonrpc":"2.0","id":1,"result":null}"#, .response(ResponseMessage(id: 1, .success(nil)))),
      (
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-32800,"message":"x","data":{"retry":true}}}"#,
        .response(ResponseMessage(id: nil, .failure(ResponseError(.requestCancelled, "x", data: ["retry": true]))))
      ),
      // Editors do send these.
      (
        #"{"jsonrpc":"2.0","method":"n","params":["\ud83d","\u0000"]}"#,
        .notification(NotificationMessage(method: "n", params: ["\u{FFFD}", "\0"]))
      ),
    ] as [(String, Message)])
  func decodes(text: String, expected: Message) throws {
    let message = try decode(text).get()
    #expect(message == expected)
    #expect(try Message.decode(message.encoded()).get() == expected)
  }

  @Test(
    arguments: [
      ("{", nil, .parseError, "not JSON: the text ends inside the object that begins at line 1, column 1 (at byte 1)"),
      ("", nil, .parseError, "not JSON: expected a JSON value, found the end of the text (at byte 0)"),
      ("[]", nil, .invalidRequest, "a message is an object, this is an array; batches are not supported"),
      ("1", nil, .invalidRequest, "a message is an object, this is a number"),
      (#"{"id":1,"method":"m"}"#, 1, .invalidRequest, "\"jsonrpc\" must be \"2.0\""),
      (#"{"jsonrpc":"1.0","id":"q","method":"m"}"#, "q", .invalidRequest, "\"jsonrpc\" must be \"2.0\""),
      (
        #"{"jsonrpc":"2.0","id":1}"#, 1, .invalidRequest,
        "a message has a \"method\", a \"result\" or an \"error\"; this has none of them"
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"method":7}"#, 1, .invalidRequest, "\"method\" must be a string, this is a number"
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"m","params":"x"}"#, 1, .invalidRequest,
        "\"params\" must be an object or an array, this is a string"
      ),
      (
        #"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, nil, .invalidRequest,
        "\"id\" must be an integer or a string, this is a number"
      ),
      (
        #"{"jsonrpc":"2.0","id":null,"method":"m"}"#, nil, .invalidRequest,
        "\"id\" must be an integer or a string, this is null"
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"error":{"code":"x"}}"#, nil, .invalidRequest,
        "\"error\" must have an integer \"code\" and a \"message\""
      ),
    ] as [(String, RequestID?, ErrorCode, String)])
  func refuses(text: String, id: RequestID?, code: ErrorCode, message: String) {
    guard case .failure(let malformed) = decode(text) else {
      Issue.record("accepted")
      return
    }
    #expect(malformed.id == id)
    #expect(malformed.error == ResponseError(code, message))
    #expect(malformed.reply.json["id"] == id?.json ?? .null)
  }

  @Test func identifiersAreCodable() throws {
    for id: RequestID in [1, "a"] {
      #expect(try JSONValueDecoder().decode(RequestID.self, from: try JSONValueEncoder().encode(id)) == id)
    }
    #expect(throws: DecodingError.self) { try JSONValueDecoder().decode(RequestID.self, from: true) }
  }
}
