public import JSON

extension LSP {
  /// How important a message is (LSP 3.17 § window/showMessage).
  public struct MessageType: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Something is wrong.
    public static let error = MessageType(rawValue: 1)
    /// Something may go wrong.
    public static let warning = MessageType(rawValue: 2)
    /// It is worth knowing.
    public static let info = MessageType(rawValue: 3)
    /// It is for the log.
    public static let log = MessageType(rawValue: 4)
  }

  /// A message for people (LSP 3.17 § window/showMessage).
  public struct ShowMessageParams: Codable, Hashable, Sendable {
    /// How important it is.
    public var type: MessageType
    /// What people read.
    public var message: String

    /// Takes a value for each member.
    public init(type: MessageType, message: String) {
      self.type = type
      self.message = message
    }
  }

  /// An answer that somebody may choose (LSP 3.17 § window/showMessageRequest).
  public struct MessageActionItem: Codable, Hashable, Sendable {
    /// What people see.
    public var title: String

    /// Takes a value for each member.
    public init(title: String) {
      self.title = title
    }
  }

  /// A question (LSP 3.17 § window/showMessageRequest).
  public struct ShowMessageRequestParams: Codable, Hashable, Sendable {
    /// How important it is.
    public var type: MessageType
    /// What people read.
    public var message: String
    /// The answers.
    public var actions: [MessageActionItem]?

    /// Takes a value for each member.
    public init(type: MessageType, message: String, actions: [MessageActionItem]? = nil) {
      self.type = type
      self.message = message
      self.actions = actions
    }
  }

  /// A line for the log (LSP 3.17 § window/logMessage).
  public struct LogMessageParams: Codable, Hashable, Sendable {
    /// How important it is.
    public var type: MessageType
    /// The line.
    public var message: String

    /// Takes a value for each member.
    public init(type: MessageType, message: String) {
      self.type = type
      self.message = message
    }
  }

  /// A document to show (LSP 3.17 § window/showDocument).
  public struct ShowDocumentParams: Codable, Hashable, Sendable {
    /// The document.
    public var uri: String
    /// Whether in another program, for example a browser.
    public var external: Bool?
    /// Whether it gets the focus.
    public var takeFocus: Bool?
    /// What is selected.
    public var selection: Range?

    /// Takes a value for each member.
    public init(uri: String, external: Bool? = nil, takeFocus: Bool? = nil, selection: Range? = nil) {
      self.uri = uri
      self.external = external
      self.takeFocus = takeFocus
      self.selection = selection
    }
  }

  /// Whether the document is shown (LSP 3.17 § window/showDocument).
  public struct ShowDocumentResult: Codable, Hashable, Sendable {
    /// Whether it is.
    public var success: Bool

    /// Takes a value for each member.
    public init(success: Bool) {
      self.success = success
    }
  }

  /// A token that the server will report progress with (LSP 3.17 § window/workDoneProgress/create).
  public struct WorkDoneProgressCreateParams: Codable, Hashable, Sendable {
    /// The token.
    public var token: ProgressToken

    /// Takes a value for each member.
    public init(token: ProgressToken) {
      self.token = token
    }
  }

  /// Work that is no longer wanted (LSP 3.17 § window/workDoneProgress/cancel).
  public struct WorkDoneProgressCancelParams: Codable, Hashable, Sendable {
    /// The work's token.
    public var token: ProgressToken

    /// Takes a value for each member.
    public init(token: ProgressToken) {
      self.token = token
    }
  }

  /// A report of progress or a part of a result (LSP 3.17 § $/progress).
  public struct ProgressParams: Codable, Hashable, Sendable {
    /// What it is about.
    public var token: ProgressToken
    /// A `WorkDoneProgress`, or a part of a result.
    public var value: JSONValue

    /// Takes a value for each member.
    public init(token: ProgressToken, value: JSONValue) {
      self.token = token
      self.value = value
    }
  }

  /// Work begins (LSP 3.17 § Work Done Progress).
  public struct WorkDoneProgressBegin: Codable, Hashable, Sendable {
    /// Always `begin`.
    public private(set) var kind = "begin"
    /// What it is, for example “Indexing”.
    public var title: String
    /// Whether it can be cancelled.
    public var cancellable: Bool?
    /// How it stands.
    public var message: String?
    /// How much is done, 0 to 100; if absent, no percentage will come.
    public var percentage: Int?

    /// Takes a value for each member.
    public init(title: String, cancellable: Bool? = nil, message: String? = nil, percentage: Int? = nil) {
      self.title = title
      self.cancellable = cancellable
      self.message = message
      self.percentage = percentage
    }
  }

  /// Work goes on (LSP 3.17 § Work Done Progress).
  public struct WorkDoneProgressReport: Codable, Hashable, Sendable {
    /// Always `report`.
    public private(set) var kind = "report"
    /// Whether it can be cancelled.
    public var cancellable: Bool?
    /// How it stands.
    public var message: String?
    /// How much is done, 0 to 100; never less than before.
    public var percentage: Int?

    /// Takes a value for each member.
    public init(cancellable: Bool? = nil, message: String? = nil, percentage: Int? = nil) {
      self.cancellable = cancellable
      self.message = message
      self.percentage = percentage
    }
  }

  /// Work is done (LSP 3.17 § Work Done Progress).
  public struct WorkDoneProgressEnd: Codable, Hashable, Sendable {
    /// Always `end`.
    public private(set) var kind = "end"
    /// How it went.
    public var message: String?

    /// Takes a value for each member.
    public init(message: String? = nil) {
      self.message = message
    }
  }

  /// Shows a message, from the server (LSP 3.17 § window/showMessage).
  public enum ShowMessageNotification: LSPNotification {
    public static let method = "window/showMessage"
    public typealias Params = ShowMessageParams
  }

  /// Asks a question, from the server (LSP 3.17 § window/showMessageRequest).
  public enum ShowMessageRequest: LSPRequest {
    public static let method = "window/showMessageRequest"
    public typealias Params = ShowMessageRequestParams
    public typealias Result = MessageActionItem?
  }

  /// Writes to the client's log, from the server (LSP 3.17 § window/logMessage).
  public enum LogMessageNotification: LSPNotification {
    public static let method = "window/logMessage"
    public typealias Params = LogMessageParams
  }

  /// Shows a document, from the server (LSP 3.17 § window/showDocument).
  public enum ShowDocumentRequest: LSPRequest {
    public static let method = "window/showDocument"
    public typealias Params = ShowDocumentParams
    public typealias Result = ShowDocumentResult
  }

  /// Announces work, from the server (LSP 3.17 § window/workDoneProgress/create).
  public enum WorkDoneProgressCreateRequest: LSPRequest {
    public static let method = "window/workDoneProgress/create"
    public typealias Params = WorkDoneProgressCreateParams
    public typealias Result = Null
  }

  /// Work is no longer wanted (LSP 3.17 § window/workDoneProgress/cancel).
  public enum WorkDoneProgressCancelNotification: LSPNotification {
    public static let method = "window/workDoneProgress/cancel"
    public typealias Params = WorkDoneProgressCancelParams
  }

  /// A report of progress or a part of a result (LSP 3.17 § $/progress).
  public enum ProgressNotification: LSPNotification {
    public static let method = "$/progress"
    public typealias Params = ProgressParams
  }

  /// An event for whoever collects them, from the server (LSP 3.17 § telemetry/event).
  public enum TelemetryNotification: LSPNotification {
    public static let method = "telemetry/event"
    public typealias Params = JSONValue
  }
}
