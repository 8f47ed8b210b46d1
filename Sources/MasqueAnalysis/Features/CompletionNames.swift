import DocumentTree
import MasqueModel
import SourceText
import YAMLSyntax

/// What the other masques of a workspace have that a masque may want to name, too. Each is asked for only where it can
/// be offered.
public struct KnownNames: Sendable {
  /// The URIs of skills, each once, the best first.
  public var skills: @Sendable () -> [String]
  /// The URIs of resources, each once, the best first.
  public var resources: @Sendable () -> [String]
  /// The next free index of the masque's library; nil if nothing is known of its library.
  public var nextIndex: @Sendable () -> Int?

  /// Known names; see the properties.
  public init(
    skills: @escaping @Sendable () -> [String], resources: @escaping @Sendable () -> [String],
    nextIndex: @escaping @Sendable () -> Int?
  ) {
    self.skills = skills
    self.resources = resources
    self.nextIndex = nextIndex
  }

  /// Those of a masque that is alone.
  public static let none = KnownNames(skills: { [] }, resources: { [] }, nextIndex: { nil })
}

/// The most names that are offered at once; if there are as many, typing on may bring others.
public let maximumOfferedNames = 200

extension CompletionGuide {
  /// Names that are known from the masque itself and from others, where such a name can stand; nil where none can, or
  /// none is known.
  func knownNames(_ range: ByteRange) -> [Completion]? {
    switch cursor.path {
    case [.key("index")]:
      return names.nextIndex().map { index in
        [
          Completion(
            label: "\(index)", kind: .value, detail: "the next free index", range: range,
            insertText: leadingSpace + "\(index)", filterText: cursor.quote.map { _ in quotePrefix + "\(index)" })
        ]
      }
    case _ where isItem("skills", below: .key("uri")):
      return offers(
        names.skills(), detail: "skill", range, but: declared { if case .skill = $0 { true } else { false } })
    case _ where isItem("knowledge", below: nil):
      let declared = declared { if case .resource = $0 { true } else { false } }
      let known = offers(names.resources(), detail: "knowledge", range, but: declared)
      let servers = servers(range)
      return servers.isEmpty && known == nil ? nil : servers + (known ?? [])
    case _
    where cursor.path.count == 4 && cursor.path[0] == .key("mcp") && cursor.path[1] == .key("servers")
      && cursor.path[3] == .key("name"):
      return offers(missingServers(), detail: "named by a `mcp://` URI", range, but: [])
    default:
      return nil
    }
  }

  /// Whether the cursor is at an item of a list of the top level, or at a key's value in one.
  private func isItem(_ list: String, below key: PathStep?) -> Bool {
    guard cursor.path.count == (key == nil ? 2 : 3), cursor.path[0] == .key(list), case .item = cursor.path[1] else {
      return false
    }
    return key == nil || cursor.path[2] == key
  }

  private var ownMentions: [Mention] { mentions(in: snapshot) }

  /// The names that this masque has declared already, but for the one at the cursor.
  private func declared(_ isWanted: (Subject) -> Bool) -> Set<String> {
    Set(
      ownMentions.filter { mention in
        mention.role == .definition && isWanted(mention.subject) && !cursor.word.encloses(mention.range)
      }.map(\.name))
  }

  /// The masque's own servers, with a resource to fill in.
  private func servers(_ range: ByteRange) -> [Completion] {
    var offers: [Completion] = []
    for mention in ownMentions {
      guard mention.role == .definition, case .server = mention.subject, isServerInURI(mention.name) else { continue }
      let resource = "resource"
      let written = written("mcp://\(mention.name)/\(resource)")
      // The quotes, if there are some, stand on both sides of the tab stop.
      var snippet: String?
      let closing = written.last == "\"" || written.last == "'" ? 1 : 0
      let head = written.dropLast(resource.count + closing)
      if written.dropLast(closing).hasSuffix(resource) {
        snippet = leadingSpace + snippetEscaped(String(head)) + "${1:\(resource)}" + written.suffix(closing)
      }
      offers.append(
        Completion(
          label: "mcp://\(mention.name)/…", kind: .name, detail: "server of this masque", range: range,
          insertText: leadingSpace + written, snippet: snippet, filterText: quotePrefix + "mcp://\(mention.name)/"))
    }
    return offers
  }

  private func isServerInURI(_ name: String) -> Bool {
    !name.isEmpty && !name.contains { $0.isWhitespace || $0 == "/" || $0 == "?" || $0 == "#" }
  }

  /// The servers that URIs of this masque name and `mcp.servers` does not.
  private func missingServers() -> [String] {
    let all = ownMentions
    var seen: Set<Subject> = []
    return all.compactMap { mention in
      guard mention.role == .reference, case .server = mention.subject, seen.insert(mention.subject).inserted,
        !all.contains(where: {
          $0.role == .definition && $0.subject == mention.subject && !cursor.word.encloses($0.range)
        })
      else { return nil }
      return mention.name
    }
  }

  /// Those of some names that fit what is typed before the cursor.
  private func offers(_ all: [String], detail: String, _ range: ByteRange, but present: Set<String>) -> [Completion]? {
    guard !all.isEmpty else { return nil }
    let query = FuzzyQuery(String(typed(range).dropFirst(cursor.quote == nil ? 0 : 1)))
    let fitting = all.lazy.filter { !present.contains($0) && query.score($0) != nil }.prefix(maximumOfferedNames)
    if fitting.isEmpty, query.isEmpty { return nil }
    return fitting.map { name in
      Completion(
        label: name, kind: .name, detail: detail, range: range, insertText: leadingSpace + written(name),
        filterText: cursor.quote == nil ? nil : quotePrefix + name)
    }
  }

  private func typed(_ range: ByteRange) -> String {
    snapshot.text[ByteRange(range.start, max(range.start, min(offset, range.end)))]
  }

  private var quotePrefix: String { cursor.quote.map { String(UnicodeScalar($0)) } ?? "" }
}
