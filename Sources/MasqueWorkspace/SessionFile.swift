import DocumentTree
import MasqueModel
import SourceText
import YAMLSyntax

/// What `.claude/masque.session.yaml` in a project says: which masque is worn there, and which was. People and other
/// tools read it. No absolute path stands in it.
public struct SessionFile: Sendable, Hashable {
  /// The masque that is worn.
  public struct Active: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Whose it is: `private` or `shared`; `file` for one that was named by its path.
    public var source: String
    /// When it was put on, as RFC 3339 writes it.
    public var donnedAt: String
    /// When it comes off by itself.
    public var expiresAt: String?
    /// Its version.
    public var version: String?
    /// Its ring.
    public var ring: String?
    /// Its file, seen from the project, where it lies in it.
    public var file: String?
    /// What it was put on for.
    public var intent: String?
    /// What identifies this wearing; the ledger's transfer has the same.
    public var session: String?
    /// The agent's own session.
    public var agentSession: String?

    /// A masque; see the properties.
    public init(name: String, source: String, donnedAt: String) {
      self.name = name
      self.source = source
      self.donnedAt = donnedAt
    }
  }

  /// The masque that was worn last.
  public struct Previous: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Whose it is, as in `Active`.
    public var source: String
    /// When it was taken off.
    public var doffedAt: String

    /// A masque; see the properties.
    public init(name: String, source: String, doffedAt: String) {
      self.name = name
      self.source = source
      self.doffedAt = doffedAt
    }
  }

  /// The masque that is worn.
  public var active: Active?
  /// The masque that was worn last.
  public var previous: Previous?

  /// Nothing is worn.
  public init(active: Active? = nil, previous: Previous? = nil) {
    self.active = active
    self.previous = previous
  }

  /// The most bytes that the file may have.
  public static let maximumLength = 1 << 20

  /// The path of the file of a project.
  ///
  /// - Parameter project: the project's folder.
  /// - Returns: the path.
  public static func path(in project: FilePath) -> FilePath {
    project.appending(".claude".utf8).appending(name.utf8)
  }

  /// The name of the file.
  public static let name = "masque.session.yaml"

  /// Reads the file's text; nil comes of one that can't be understood. Keys that are not known are left out.
  ///
  /// - Parameter bytes: the text.
  public init?(_ bytes: [UInt8]) {
    let syntax = SyntaxTree(SourceText(bytes))
    let tree = syntax.tree
    guard syntax.problems.isEmpty, let root = tree.root, tree[root].kind == .mapping else { return nil }
    func text(_ key: StaticString, of node: NodeID) -> String? {
      tree.member(key, of: node).flatMap { tree.isText($0) ? tree.text(of: $0) : nil }
    }
    /// The mapping at a key; nil if it is null or missing; an error is told apart by `isBroken`.
    var isBroken = false
    func part(_ key: StaticString) -> NodeID? {
      guard let node = tree.member(key, of: root) else { return nil }
      if tree[node].kind == .mapping { return node }
      isBroken = isBroken || tree[node].kind != .scalar || tree[node].type != .null
      return nil
    }
    if let node = part("active") {
      guard let name = text("name", of: node), let source = text("source", of: node),
        let donnedAt = text("donned_at", of: node)
      else { return nil }
      var active = Active(name: name, source: source, donnedAt: donnedAt)
      active.expiresAt = text("expires_at", of: node)
      active.version = text("version", of: node)
      active.ring = text("ring", of: node)
      active.file = text("file", of: node)
      active.intent = text("intent", of: node)
      active.session = text("session_id", of: node)
      active.agentSession = text("agent_session_id", of: node)
      self.active = active
    }
    if let node = part("previous") {
      guard let name = text("name", of: node), let source = text("source", of: node),
        let doffedAt = text("doffed_at", of: node)
      else { return nil }
      previous = Previous(name: name, source: source, doffedAt: doffedAt)
    }
    if isBroken { return nil }
  }

  /// The file's text. Equal sessions give equal bytes.
  public var yaml: String {
    var text = "# Which masque is worn here. The masque commands write this file; whoever wants to may read it.\n"
    func add(_ key: String, _ value: String?) {
      if let value { text += "  \(key): \(ScalarWriting.scalar(value))\n" }
    }
    /// What a reader of YAML 1.1 would take for a date or a number otherwise.
    func addQuoted(_ key: String, _ value: String?) {
      if let value { text += "  \(key): \(ScalarWriting.doubleQuoted(value))\n" }
    }
    if let active {
      text += "active:\n"
      add("name", active.name)
      add("source", active.source)
      addQuoted("donned_at", active.donnedAt)
      addQuoted("expires_at", active.expiresAt)
      addQuoted("version", active.version)
      add("ring", active.ring)
      add("file", active.file)
      add("intent", active.intent)
      addQuoted("session_id", active.session)
      addQuoted("agent_session_id", active.agentSession)
      // The transfer that holds the money has the session's identifier.
      addQuoted("transfer", active.session)
    } else {
      text += "active: null\n"
    }
    if let previous {
      text += "previous:\n"
      add("name", previous.name)
      add("source", previous.source)
      addQuoted("doffed_at", previous.doffedAt)
    } else {
      text += "previous: null\n"
    }
    return text
  }
}

/// The folder that a session belongs to: the repository around a place, else the nearest folder upwards with a session in
/// it, else the place itself.
///
/// An agent that was started in a folder of a repository names that folder to its hooks and servers, but not to what it
/// runs in a shell. The same rule for both lets them see the same session.
///
/// - Parameters:
///   - folder: where somebody works.
///   - environment: the value of an environment variable; `CLAUDE_PROJECT_DIR` names another place.
///   - files: the file system.
/// - Returns: an absolute path without links, as far as it is there.
public func projectFolder(
  above folder: FilePath, environment: (String) -> String?, in files: any Files
) -> FilePath {
  var place = folder.absolute(from: files.currentFolder)
  if let named = environment("CLAUDE_PROJECT_DIR"), !named.isEmpty {
    place = FilePath(named).absolute(from: files.currentFolder)
    // What was worn in a folder that is gone still is that folder's.
    guard let canonical = try? files.canonicalPath(of: place) else { return place }
    // The current folder is one without links, too.
    place = canonical
  }
  var project = place
  if let repository = repositoryRoot(above: place, in: files) {
    project = repository
  } else if let found = place.ancestry.first(where: {
    (try? files.kind(of: SessionFile.path(in: $0), followingLinks: true)) == .file
  }) {
    project = found
  }
  return (try? files.canonicalPath(of: project)) ?? project
}
