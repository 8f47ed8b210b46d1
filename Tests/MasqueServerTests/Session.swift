import Foundation
import JSON
import JSONRPC
import LSPMetaModel
import LanguageServerProtocol
import MasqueWorkspace
import SourceText
import Synchronization
import Testing

@testable import MasqueServer

/// A conversation with a server in this process, over pipes as an editor has it. Every message that the server sends is
/// held to the official meta model, where there is one.
final class Session {
  private let input: Int32
  private let messages: AsyncStream<Message>
  private var iterator: AsyncStream<Message>.Iterator
  private let exit: AsyncStream<Int32>
  private let noted: Int32
  private var lastID: Int64 = 0
  private var methods: [RequestID: String] = [:]
  /// Everything that has been read, in order.
  private(set) var received: [Message] = []

  /// The official description of every message, if it is at hand.
  static let model = MetaModel.official()

  /// A server that waits for its first message.
  ///
  /// - Parameters:
  ///   - traces: whether the server notes every message.
  ///   - files: where it reads what is not open.
  ///   - environment: what it knows of its process.
  /// - Throws: if there is no pipe or no thread to be had.
  init(
    traces: Bool = false, files: any Files = MemoryFiles(), environment: ServerEnvironment = ServerEnvironment()
  ) throws {
    signal(SIGPIPE, SIG_IGN)
    let (fromClient, toServer) = try Self.pipe()
    let (fromServer, toClient) = try Self.pipe()
    let log = try Self.pipe()
    noted = log.reading
    input = toServer
    let (exit, ended) = AsyncStream.makeStream(of: Int32.self)
    self.exit = exit
    let isServing = startThread {
      let code = serve(
        input: fromClient, output: toClient, files: files, environment: environment,
        log: Log(standardError: log.writing, traces: traces), abandon: {})
      Foundation.close(toClient)
      Foundation.close(log.writing)
      ended.yield(code)
      ended.finish()
    }
    let (messages, arrived) = AsyncStream.makeStream(of: Message.self)
    self.messages = messages
    iterator = messages.makeAsyncIterator()
    let isReading = startThread {
      readMessages(from: fromServer) {
        switch $0 {
        case .message(let message): arrived.yield(message)
        case .malformed(let reply): Issue.record("the server wrote no message: \(reply)")
        case .end: arrived.finish()
        }
      }
      Foundation.close(fromServer)
    }
    try #require(isServing && isReading)
  }

  deinit {
    Foundation.close(input)
    Foundation.close(noted)
  }

  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    try #require(Foundation.pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  // MARK: Sending

  /// Writes bytes as they are.
  func write(_ bytes: [UInt8]) {
    let error = bytes.withUnsafeBytes { writeAll($0, to: input) }
    #expect(error == 0 || error == EPIPE)
  }

  func send(_ message: Message) { write(ContentLengthFramer.encode(message.encoded())) }

  func notify(_ method: String, _ params: JSONValue? = .none) {
    send(.notification(NotificationMessage(method: method, params: params)))
  }

  /// Sends a request and does not wait.
  @discardableResult
  func post(_ method: String, _ params: JSONValue? = .none) -> RequestID {
    lastID += 1
    let request = RequestMessage(id: .integer(lastID), method: method, params: params)
    methods[request.id] = method
    send(.request(request))
    return request.id
  }

  /// Ends the client's side.
  func closeInput() throws { try #require(dup2(Foundation.open("/dev/null", O_WRONLY), input) >= 0) }

  // MARK: Receiving

  /// The next message; nil at the end.
  func next() async -> Message? {
    guard let message = await iterator.next() else { return nil }
    received.append(message)
    let method: String? = if case .response(let response) = message { response.id.flatMap { methods[$0] } } else { nil }
    if let problems = Self.model?.problems(inMessage: message.json, from: .server, answering: method) {
      #expect(problems.isEmpty, "\(message.json.text())")
    }
    return message
  }

  /// The response to a request.
  func response(to id: RequestID) async -> ResponseMessage? {
    for case .response(let response) in received where response.id == id { return response }
    while let message = await next() {
      if case .response(let response) = message, response.id == id { return response }
    }
    Issue.record("no response to \(id)")
    return nil
  }

  /// Sends a request and waits for its outcome.
  func request(_ method: String, _ params: JSONValue? = .none) async -> Result<JSONValue, ResponseError>? {
    await response(to: post(method, params))?.outcome
  }

  /// The next notification of a method for which a condition holds.
  func notification(
    _ method: String, where condition: (JSONValue) -> Bool = { _ in true }
  ) async -> JSONValue? {
    while let message = await next() {
      if case .notification(let notification) = message, notification.method == method,
        let params = notification.params, condition(params)
      {
        return params
      }
    }
    Issue.record("no \(method)")
    return nil
  }

  /// The next request of a method that the server sends.
  func asked(_ method: String) async -> RequestMessage? {
    while let message = await next() {
      if case .request(let request) = message, request.method == method { return request }
    }
    Issue.record("no \(method)")
    return nil
  }

  /// Answers a request of the server's.
  func reply(_ request: RequestMessage?, _ result: JSONValue) {
    if let request { send(.response(ResponseMessage(id: request.id, .success(result)))) }
  }

  /// What is published next for a document, at a version if one is given.
  func diagnostics(of uri: String, version: Int? = nil) async -> LSP.PublishDiagnosticsParams? {
    let params = await notification("textDocument/publishDiagnostics") {
      $0["uri"] == .string(uri) && (version == nil || $0["version"]?.integerValue == version.map(Int64.init))
    }
    return params.flatMap { try? JSONValueDecoder().decode(LSP.PublishDiagnosticsParams.self, from: $0) }
  }

  /// Every message up to the end of the server.
  func rest() async {
    while await next() != nil {}
  }

  /// The exit code, once the server has ended.
  func exitCode() async -> Int32? {
    for await code in exit { return code }
    return nil
  }

  /// What the server has noted, once it has ended.
  func log() async -> String {
    _ = await exitCode()
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { readSome(into: $0, from: noted) }
      if count == 0 { break }
      text += buffer[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }

  // MARK: What every conversation needs

  @discardableResult
  func initialize(
    _ capabilities: JSONValue = [:], client: String? = nil, process: Int? = nil, folders: [String]? = nil,
    options: JSONValue? = nil
  ) async throws -> LSP.InitializeResult {
    var params: JSONValue = [
      "processId": process.map { .integer(Int64($0)) } ?? .null, "rootUri": .null, "capabilities": capabilities,
    ]
    if let client { params["clientInfo"] = ["name": .string(client)] }
    if let folders {
      params["workspaceFolders"] = .array(folders.map { ["uri": .string($0), "name": "folder"] })
    }
    if let options { params["initializationOptions"] = options }
    let result = try #require(try await request("initialize", params)?.get())
    notify("initialized", [:])
    return try JSONValueDecoder().decode(LSP.InitializeResult.self, from: result)
  }

  func open(_ uri: String, _ text: String, version: Int = 1) {
    notify(
      "textDocument/didOpen",
      [
        "textDocument": [
          "uri": .string(uri), "languageId": "yaml", "version": .integer(Int64(version)), "text": .string(text),
        ]
      ])
  }

  func change(_ uri: String, version: Int, _ changes: [JSONValue]) {
    notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string(uri), "version": .integer(Int64(version))],
        "contentChanges": .array(changes),
      ])
  }

  func close(_ uri: String) { notify("textDocument/didClose", ["textDocument": ["uri": .string(uri)]]) }

  /// The proper end. Returns the exit code.
  func end() async -> Int32? {
    _ = await request("shutdown")
    notify("exit")
    await rest()
    return await exitCode()
  }
}

/// A change of a range, or of the whole text.
func change(_ range: (Int, Int, Int, Int)? = nil, _ text: String) -> JSONValue {
  guard let range else { return ["text": .string(text)] }
  func place(_ line: Int, _ character: Int) -> JSONValue {
    ["line": .integer(Int64(line)), "character": .integer(Int64(character))]
  }
  return ["range": ["start": place(range.0, range.1), "end": place(range.2, range.3)], "text": .string(text)]
}

/// The error code of an outcome.
func code(_ outcome: Result<JSONValue, ResponseError>?) -> Int? {
  if case .failure(let error) = outcome { error.code.rawValue } else { nil }
}

/// Every suite that talks to a server ends, whatever the server does.
let patience: TimeLimitTrait = .timeLimit(.minutes(10))
