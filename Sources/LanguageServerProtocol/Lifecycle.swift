public import JSON
public import JSONRPC

extension LSP {
  /// What the client is (LSP 3.17 § initialize).
  public struct ClientInfo: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its version.
    public var version: String?

    /// Takes a value for each member.
    public init(name: String, version: String? = nil) {
      self.name = name
      self.version = version
    }
  }

  /// What the server is (LSP 3.17 § initialize).
  public struct ServerInfo: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its version.
    public var version: String?

    /// Takes a value for each member.
    public init(name: String, version: String? = nil) {
      self.name = name
      self.version = version
    }
  }

  /// How much the server tells about its work (LSP 3.17 § TraceValue).
  public struct TraceValue: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Nothing.
    public static let off = TraceValue(rawValue: "off")
    /// One line per message.
    public static let messages = TraceValue(rawValue: "messages")
    /// Lines with details.
    public static let verbose = TraceValue(rawValue: "verbose")
  }

  /// What the client says first (LSP 3.17 § initialize).
  public struct InitializeParams: Codable, Hashable, Sendable {
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The process that started the server, whose end is the server's end.
    public var processId: Int?
    /// What the client is.
    public var clientInfo: ClientInfo?
    /// The client's language as a BCP 47 tag.
    public var locale: String?
    /// The workspace's root as a path; outdated.
    public var rootPath: String?
    /// The workspace's root; `workspaceFolders` goes first.
    public var rootUri: String?
    /// What the client can do.
    public var capabilities: ClientCapabilities
    /// The server's settings.
    public var initializationOptions: JSONValue?
    /// How much the server shall tell.
    public var trace: TraceValue?
    /// The workspace's roots; nil if the client knows none or has none open.
    public var workspaceFolders: [WorkspaceFolder]?

    /// Takes a value for each member.
    public init(
      workDoneToken: ProgressToken? = nil, processId: Int?, clientInfo: ClientInfo? = nil, locale: String? = nil,
      rootPath: String? = nil, rootUri: String?, capabilities: ClientCapabilities,
      initializationOptions: JSONValue? = nil, trace: TraceValue? = nil, workspaceFolders: [WorkspaceFolder]? = nil
    ) {
      self.workDoneToken = workDoneToken
      self.processId = processId
      self.clientInfo = clientInfo
      self.locale = locale
      self.rootPath = rootPath
      self.rootUri = rootUri
      self.capabilities = capabilities
      self.initializationOptions = initializationOptions
      self.trace = trace
      self.workspaceFolders = workspaceFolders
    }

    /// Encodes an absent value of a member that must not be left out as `null`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(workDoneToken, forKey: .workDoneToken)
      try container.encode(processId, forKey: .processId)
      try container.encodeIfPresent(clientInfo, forKey: .clientInfo)
      try container.encodeIfPresent(locale, forKey: .locale)
      try container.encodeIfPresent(rootPath, forKey: .rootPath)
      try container.encode(rootUri, forKey: .rootUri)
      try container.encode(capabilities, forKey: .capabilities)
      try container.encodeIfPresent(initializationOptions, forKey: .initializationOptions)
      try container.encodeIfPresent(trace, forKey: .trace)
      try container.encodeIfPresent(workspaceFolders, forKey: .workspaceFolders)
    }
  }

  /// The server's answer (LSP 3.17 § initialize).
  public struct InitializeResult: Codable, Hashable, Sendable {
    /// What the server can do.
    public var capabilities: ServerCapabilities
    /// What the server is.
    public var serverInfo: ServerInfo?

    /// Takes a value for each member.
    public init(capabilities: ServerCapabilities, serverInfo: ServerInfo? = nil) {
      self.capabilities = capabilities
      self.serverInfo = serverInfo
    }
  }

  /// The data of an error that answers `initialize` (LSP 3.17 § initialize).
  public struct InitializeError: Codable, Hashable, Sendable {
    /// Whether the client may try again after showing the message.
    public var retry: Bool

    /// Takes a value for each member.
    public init(retry: Bool) {
      self.retry = retry
    }
  }

  /// Nothing (LSP 3.17 § initialized).
  public struct InitializedParams: Codable, Hashable, Sendable {
    /// Takes a value for each member.
    public init() {}
  }

  /// How much the server shall tell from now on (LSP 3.17 § $/setTrace).
  public struct SetTraceParams: Codable, Hashable, Sendable {
    /// How much.
    public var value: TraceValue

    /// Takes a value for each member.
    public init(value: TraceValue) {
      self.value = value
    }
  }

  /// A line of the trace (LSP 3.17 § $/logTrace).
  public struct LogTraceParams: Codable, Hashable, Sendable {
    /// The line.
    public var message: String
    /// Details, if `TraceValue.verbose` is set.
    public var verbose: String?

    /// Takes a value for each member.
    public init(message: String, verbose: String? = nil) {
      self.message = message
      self.verbose = verbose
    }
  }

  /// A request that is no longer wanted (LSP 3.17 § $/cancelRequest).
  public struct CancelParams: Codable, Hashable, Sendable {
    /// The request.
    public var id: RequestID

    /// Takes a value for each member.
    public init(id: RequestID) {
      self.id = id
    }
  }

  /// The first request: what client and server can do (LSP 3.17 § initialize).
  public enum InitializeRequest: LSPRequest {
    public static let method = "initialize"
    public typealias Params = InitializeParams
    public typealias Result = InitializeResult
  }

  /// The client has read the answer to `initialize` (LSP 3.17 § initialized).
  public enum InitializedNotification: LSPNotification {
    public static let method = "initialized"
    public typealias Params = InitializedParams
  }

  /// The server shall end its work but stay to be asked to exit (LSP 3.17 § shutdown).
  public enum ShutdownRequest: LSPRequest {
    public static let method = "shutdown"
    public typealias Params = NoParams
    public typealias Result = Null
  }

  /// The server shall end (LSP 3.17 § exit).
  public enum ExitNotification: LSPNotification {
    public static let method = "exit"
    public typealias Params = NoParams
  }

  /// How much the server shall tell (LSP 3.17 § $/setTrace).
  public enum SetTraceNotification: LSPNotification {
    public static let method = "$/setTrace"
    public typealias Params = SetTraceParams
  }

  /// A line of the trace (LSP 3.17 § $/logTrace).
  public enum LogTraceNotification: LSPNotification {
    public static let method = "$/logTrace"
    public typealias Params = LogTraceParams
  }

  /// A request is no longer wanted (LSP 3.17 § $/cancelRequest).
  public enum CancelRequestNotification: LSPNotification {
    public static let method = "$/cancelRequest"
    public typealias Params = CancelParams
  }
}
