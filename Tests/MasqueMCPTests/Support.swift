import Dispatch
import JSON
import JSONRPC
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import Synchronization
import Testing

@testable import MasqueMCP

/// A masque to wear.
func masque(
  _ name: String, index: Int = 1, ring: String = "player", allowed: [String] = ["write *"],
  denied: [String] = ["write * without sources"], rest: String = ""
) -> String {
  """
  name: \(name)
  index: \(index)
  version: "1.0.0"
  ring: \(ring)
  attributes: {domain: prose, tagline: "Once, for \(index)."}
  intent:
    allowed: [\(allowed.map { "\"\($0)\"" }.joined(separator: ", "))]
    denied: [\(denied.map { "\"\($0)\"" }.joined(separator: ", "))]
  lens: Write so that nobody has to ask twice.
  \(rest)
  """
}

/// The library of most tests: a private masque and three shared ones, of which one is broken.
let library = [
  "/home/.masques/notary.masque.yaml": masque("Notary", index: 12, ring: "guest", rest: "access: {ttl: PT1H}\n"),
  "/work/personas/code-gardener.masque.yaml": masque(
    "Code Gardener", index: 2, allowed: ["prune {trees,hedges}", "plant *"], denied: ["plant weeds"]),
  "/work/personas/scribe.masque.yaml": masque("Scribe", index: 1),
  "/work/personas/broken.masque.yaml": "index: [",
]

/// What the tests wear: as `don` and `doff` are described, without a session.
func wearing(_ table: CommandTable) -> CommandTable {
  var table = table
  table.add(DonCommand.self) { (arguments, context) throws(CommandError) in
    let masque = try context.masque(arguments.masque, of: DonCommand.description)
    guard let block = IdentityBlock(masque.syntax, context.blockOptions) else {
      throw CommandError(.unfitMasque, "no masque")
    }
    if arguments.intent == "plant weeds" { throw CommandError(.refused, "`plant weeds` is denied by `plant weeds`") }
    let active = WornMasque(
      name: masque.identity.name ?? "", version: "1.0.0", ring: "player", source: .shared, file: masque.identity.file,
      session: String(repeating: "0", count: 32), donnedAt: "2026-11-21T08:00:00Z", expiresAt: nil,
      intent: arguments.intent, held: "0", agentSession: nil)
    return DonCommand.Result(active: active, ended: nil, text: block.text, warnings: ["a warning"])
  }
  table.add(DoffCommand.self) { (_, _) in
    DoffCommand.Result(ended: nil, text: "No masque was worn.\n", warnings: [])
  }
  table.add(IDCommand.self) { (arguments, _) in
    IDCommand.Result(
      active: nil, previous: nil, block: arguments.block == true ? "<masque-active>\n" : nil, ended: nil, warnings: [])
  }
  return table
}

func host(_ files: any Files = MemoryFiles(texts: library), _ table: CommandTable = wearing(.pure)) -> MCPHost {
  MCPHost(table: table) {
    CommandContext(
      files: files, places: MasquePlaces(privateFolder: "/home/.masques", sharedFolders: ["/work/personas"]))
  }
}

/// A client's end and a server's end of a pipe.
final class TestChannel: ByteChannel {
  private let input = Mutex<(chunks: [[UInt8]], isClosed: Bool)>(([], false))
  private let inputCame = DispatchSemaphore(value: 0)
  private let output = Mutex<[UInt8]>([])
  private let outputCame = DispatchSemaphore(value: 0)
  private let failure: WriteError?

  init(failure: WriteError? = nil) { self.failure = failure }

  func read(maximumLength: Int) -> [UInt8] {
    while true {
      let taken = input.withLock { input -> [UInt8]? in
        guard let first = input.chunks.first else { return input.isClosed ? [] : nil }
        let taken = Array(first.prefix(maximumLength))
        input.chunks[0].removeFirst(taken.count)
        if input.chunks[0].isEmpty { input.chunks.removeFirst() }
        return taken
      }
      if let taken { return taken }
      inputCame.wait()
    }
  }

  func write(_ bytes: [UInt8]) throws(WriteError) {
    if let failure { throw failure }
    output.withLock { $0 += bytes }
    outputCame.signal()
  }

  func send(bytes: [UInt8]) {
    if !bytes.isEmpty { input.withLock { $0.chunks.append(bytes) } }
    inputCame.signal()
  }

  func send(_ line: String) { send(bytes: Array("\(line)\n".utf8)) }

  func close() {
    input.withLock { $0.isClosed = true }
    inputCame.signal()
  }

  /// What the server has said, line by line.
  var lines: [[UInt8]] { output.withLock { $0.split(separator: 0x0A).map(Array.init) } }

  /// The next of the server's messages, after waiting for it; nil after ten seconds.
  func receive(_ number: Int) -> JSONValue? {
    while lines.count <= number {
      if outputCame.wait(timeout: .now() + 10) == .timedOut { return nil }
    }
    return try? JSONValue(parsing: lines[number])
  }
}

/// Sends lines, ends the stream, and gives what comes back: each line is one JSON value.
func converse(
  _ lines: [String], _ host: MCPHost = host(), sourceLocation: SourceLocation = #_sourceLocation
) -> [JSONValue] {
  let channel = TestChannel()
  for line in lines { channel.send(line) }
  channel.close()
  #expect(serveMCP(host, over: channel) == nil, sourceLocation: sourceLocation)
  return channel.lines.compactMap { line in
    let value = try? JSONValue(parsing: line)
    if value == nil {
      Issue.record("no JSON: \(String(decoding: line, as: UTF8.self))", sourceLocation: sourceLocation)
    }
    return value
  }
}

/// A request in a session.
func request(_ method: String, _ params: JSONValue? = nil, id: RequestID = 1) -> String {
  String(decoding: Message.request(RequestMessage(id: id, method: method, params: params)).encoded(), as: UTF8.self)
}

/// A request of the stateless revision.
func stateless(_ method: String, _ params: JSONObject = [:], id: RequestID = 1, meta: JSONObject = [:]) -> String {
  var envelope: JSONObject = [
    "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
  ]
  for (key, value) in params["_meta"]?.objectValue ?? meta { envelope[key] = value }
  var params = params
  params["_meta"] = .object(envelope)
  return request(method, .object(params), id: id)
}

/// How a session begins.
func opening(_ revision: String) -> [String] {
  [
    request(
      "initialize",
      ["protocolVersion": .string(revision), "capabilities": [:], "clientInfo": ["name": "test", "version": "1"]],
      id: "opening"),
    #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
  ]
}

/// The revisions with sessions, and the one without.
let revisions = ProtocolRevision.allCases.map(\.rawValue)

/// What a request is answered in some revision.
func answer(
  _ method: String, _ params: JSONObject = [:], _ revision: String = "2025-11-25", _ host: MCPHost = host(),
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> JSONValue {
  let isStateless = revision == "2026-07-28"
  let lines = isStateless ? [stateless(method, params)] : opening(revision) + [request(method, .object(params))]
  let answers = converse(lines, host, sourceLocation: sourceLocation).filter { $0["id"] == 1 }
  #expect(answers.count == 1, sourceLocation: sourceLocation)
  return try #require(answers.first, sourceLocation: sourceLocation)
}

/// The result of a request.
func result(
  _ method: String, _ params: JSONObject = [:], _ revision: String = "2025-11-25", _ host: MCPHost = host(),
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> JSONValue {
  let answer = try answer(method, params, revision, host, sourceLocation: sourceLocation)
  return try #require(answer["result"], "\(answer)", sourceLocation: sourceLocation)
}

/// The error of a request: its code and its message.
func error(
  _ method: String, _ params: JSONObject = [:], _ revision: String = "2025-11-25", _ host: MCPHost = host(),
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> (code: Int64, message: String) {
  let answer = try answer(method, params, revision, host, sourceLocation: sourceLocation)
  let error = try #require(answer["error"], "\(answer)", sourceLocation: sourceLocation)
  return (error["code"]?.integerValue ?? 0, error["message"]?.stringValue ?? "")
}

/// What `preview` prints of a masque.
func preview(_ name: String, _ files: any Files = MemoryFiles(texts: library)) throws -> String {
  let result = try CommandTable.pure.run("preview", ["masque": .string(name)], host(files).context())
  return try #require(result["text"]?.stringValue)
}
