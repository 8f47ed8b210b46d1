public import JSON

extension LSP {
  /// A capability that the server adds (LSP 3.17 § client/registerCapability).
  public struct Registration: Codable, Hashable, Sendable {
    /// What it is unregistered by.
    public var id: String
    /// The method.
    public var method: String
    /// The method's options.
    public var registerOptions: JSONValue?

    /// Takes a value for each member.
    public init(id: String, method: String, registerOptions: JSONValue? = nil) {
      self.id = id
      self.method = method
      self.registerOptions = registerOptions
    }
  }

  /// Capabilities that the server adds (LSP 3.17 § client/registerCapability).
  public struct RegistrationParams: Codable, Hashable, Sendable {
    /// The capabilities.
    public var registrations: [Registration]

    /// Takes a value for each member.
    public init(registrations: [Registration]) {
      self.registrations = registrations
    }
  }

  /// A capability that the server takes back (LSP 3.17 § client/unregisterCapability).
  public struct Unregistration: Codable, Hashable, Sendable {
    /// What it was registered by.
    public var id: String
    /// The method.
    public var method: String

    /// Takes a value for each member.
    public init(id: String, method: String) {
      self.id = id
      self.method = method
    }
  }

  /// Capabilities that the server takes back (LSP 3.17 § client/unregisterCapability).
  public struct UnregistrationParams: Codable, Hashable, Sendable {
    /// The capabilities. The protocol spells the name so.
    public var unregisterations: [Unregistration]

    /// Takes a value for each member.
    public init(unregisterations: [Unregistration]) {
      self.unregisterations = unregisterations
    }
  }

  /// A setting (LSP 3.17 § workspace/configuration).
  public struct ConfigurationItem: Codable, Hashable, Sendable {
    /// The resource that it is for.
    public var scopeUri: String?
    /// Its name.
    public var section: String?

    /// Takes a value for each member.
    public init(scopeUri: String? = nil, section: String? = nil) {
      self.scopeUri = scopeUri
      self.section = section
    }
  }

  /// The settings that the server asks for (LSP 3.17 § workspace/configuration).
  public struct ConfigurationParams: Codable, Hashable, Sendable {
    /// The settings.
    public var items: [ConfigurationItem]

    /// Takes a value for each member.
    public init(items: [ConfigurationItem]) {
      self.items = items
    }
  }

  /// Settings have changed (LSP 3.17 § workspace/didChangeConfiguration).
  public struct DidChangeConfigurationParams: Codable, Hashable, Sendable {
    /// The settings; null for clients that want to be asked.
    public var settings: JSONValue?

    /// Takes a value for each member.
    public init(settings: JSONValue?) {
      self.settings = settings
    }

    /// Encodes an absent value of a member that must not be left out as `null`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(settings, forKey: .settings)
    }
  }

  /// Which settings the server wants to hear of (LSP 3.17 § workspace/didChangeConfiguration).
  public struct DidChangeConfigurationRegistrationOptions: Codable, Hashable, Sendable {
    /// Their names.
    public var section: [String]?

    /// Takes a value for each member.
    public init(section: [String]? = nil) {
      self.section = section
    }
  }

  /// What happened to a file (LSP 3.17 § workspace/didChangeWatchedFiles).
  public struct FileChangeType: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It is new.
    public static let created = FileChangeType(rawValue: 1)
    /// It has changed.
    public static let changed = FileChangeType(rawValue: 2)
    /// It is gone.
    public static let deleted = FileChangeType(rawValue: 3)
  }

  /// Something happened to a file (LSP 3.17 § workspace/didChangeWatchedFiles).
  public struct FileEvent: Codable, Hashable, Sendable {
    /// The file.
    public var uri: String
    /// What happened.
    public var type: FileChangeType

    /// Takes a value for each member.
    public init(uri: String, type: FileChangeType) {
      self.uri = uri
      self.type = type
    }
  }

  /// Something happened to watched files (LSP 3.17 § workspace/didChangeWatchedFiles).
  public struct DidChangeWatchedFilesParams: Codable, Hashable, Sendable {
    /// What happened.
    public var changes: [FileEvent]

    /// Takes a value for each member.
    public init(changes: [FileEvent]) {
      self.changes = changes
    }
  }

  /// Which events are wanted; values may be added up (LSP 3.17 § workspace/didChangeWatchedFiles).
  public struct WatchKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// New files.
    public static let create = WatchKind(rawValue: 1)
    /// Changes.
    public static let change = WatchKind(rawValue: 2)
    /// Deletions.
    public static let delete = WatchKind(rawValue: 4)
  }

  /// A glob below a folder (LSP 3.17 § workspace/didChangeWatchedFiles).
  public struct RelativePattern: Codable, Hashable, Sendable {
    /// The folder's URI.
    public var baseUri: String
    /// The glob.
    public var pattern: String

    /// Takes a value for each member.
    public init(baseUri: String, pattern: String) {
      self.baseUri = baseUri
      self.pattern = pattern
    }
  }

  /// Which files are meant (LSP 3.17 § workspace/didChangeWatchedFiles).
  public enum GlobPattern: Codable, Hashable, Sendable {
    /// A glob for the path.
    case pattern(String)
    /// A glob below a folder, for clients with `relativePatternSupport`.
    case relative(RelativePattern)

    /// Decodes a string or an object.
    public init(from decoder: any Decoder) throws {
      if let pattern = try? decoder.singleValueContainer().decode(String.self) {
        self = .pattern(pattern)
      } else {
        self = .relative(try RelativePattern(from: decoder))
      }
    }

    /// Encodes the pattern.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .pattern(let pattern): try pattern.encode(to: encoder)
      case .relative(let pattern): try pattern.encode(to: encoder)
      }
    }
  }

  /// Files to watch (LSP 3.17 § workspace/didChangeWatchedFiles).
  public struct FileSystemWatcher: Codable, Hashable, Sendable {
    /// The files.
    public var globPattern: GlobPattern
    /// The events; all if absent.
    public var kind: WatchKind?

    /// Takes a value for each member.
    public init(globPattern: GlobPattern, kind: WatchKind? = nil) {
      self.globPattern = globPattern
      self.kind = kind
    }
  }

  /// Files to watch (LSP 3.17 § workspace/didChangeWatchedFiles).
  public struct DidChangeWatchedFilesRegistrationOptions: Codable, Hashable, Sendable {
    /// The files.
    public var watchers: [FileSystemWatcher]

    /// Takes a value for each member.
    public init(watchers: [FileSystemWatcher]) {
      self.watchers = watchers
    }
  }

  /// What has changed about the roots (LSP 3.17 § workspace/didChangeWorkspaceFolders).
  public struct WorkspaceFoldersChangeEvent: Codable, Hashable, Sendable {
    /// New roots.
    public var added: [WorkspaceFolder]
    /// Roots that are gone.
    public var removed: [WorkspaceFolder]

    /// Takes a value for each member.
    public init(added: [WorkspaceFolder], removed: [WorkspaceFolder]) {
      self.added = added
      self.removed = removed
    }
  }

  /// The workspace's roots have changed (LSP 3.17 § workspace/didChangeWorkspaceFolders).
  public struct DidChangeWorkspaceFoldersParams: Codable, Hashable, Sendable {
    /// What has changed.
    public var event: WorkspaceFoldersChangeEvent

    /// Takes a value for each member.
    public init(event: WorkspaceFoldersChangeEvent) {
      self.event = event
    }
  }

  /// Adds capabilities, from the server (LSP 3.17 § client/registerCapability).
  public enum RegisterCapabilityRequest: LSPRequest {
    public static let method = "client/registerCapability"
    public typealias Params = RegistrationParams
    public typealias Result = Null
  }

  /// Takes capabilities back, from the server (LSP 3.17 § client/unregisterCapability).
  public enum UnregisterCapabilityRequest: LSPRequest {
    public static let method = "client/unregisterCapability"
    public typealias Params = UnregistrationParams
    public typealias Result = Null
  }

  /// Asks for settings, from the server; one answer per item (LSP 3.17 § workspace/configuration).
  public enum ConfigurationRequest: LSPRequest {
    public static let method = "workspace/configuration"
    public typealias Params = ConfigurationParams
    public typealias Result = [JSONValue]
  }

  /// Asks for the roots, from the server (LSP 3.17 § workspace/workspaceFolders).
  public enum WorkspaceFoldersRequest: LSPRequest {
    public static let method = "workspace/workspaceFolders"
    public typealias Params = NoParams
    public typealias Result = [WorkspaceFolder]?
  }

  /// Settings have changed (LSP 3.17 § workspace/didChangeConfiguration).
  public enum DidChangeConfigurationNotification: LSPNotification {
    public static let method = "workspace/didChangeConfiguration"
    public typealias Params = DidChangeConfigurationParams
  }

  /// Something happened to watched files (LSP 3.17 § workspace/didChangeWatchedFiles).
  public enum DidChangeWatchedFilesNotification: LSPNotification {
    public static let method = "workspace/didChangeWatchedFiles"
    public typealias Params = DidChangeWatchedFilesParams
  }

  /// The workspace's roots have changed (LSP 3.17 § workspace/didChangeWorkspaceFolders).
  public enum DidChangeWorkspaceFoldersNotification: LSPNotification {
    public static let method = "workspace/didChangeWorkspaceFolders"
    public typealias Params = DidChangeWorkspaceFoldersParams
  }
}
