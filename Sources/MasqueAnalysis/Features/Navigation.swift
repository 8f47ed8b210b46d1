import DocumentTree
public import SourceText
import YAMLSyntax

// A name leads to its definition, and from there to all places that speak of it. What lies in one masque is answered
// here; whoever knows the other masques of a workspace asks the same of each of them.

extension Subject {
  /// The subjects whose definitions say what this one is, the best first: a resource is found where its server is set
  /// up, and where no server is known, where it is declared.
  public var definers: [Subject] {
    guard case .resource(let uri) = self else { return [self] }
    let server = uri.utf8.dropFirst("mcp://".utf8.count).prefix { $0 != UInt8(ascii: "/") }
    return [.server(String(decoding: server, as: UTF8.self).lowercased()), self]
  }

  /// Whether the same subject in two files is one thing. An anchor is a file's own.
  public var isShared: Bool { if case .anchor = self { false } else { true } }
}

/// What a cursor asks about: the mention that it touches, or on a merge key those in its value.
public struct PointedMentions: Sendable, Hashable {
  /// The bytes that the cursor points at.
  public var origin: ByteRange
  /// What is named there; never empty.
  public var mentions: [Mention]
}

/// What a cursor asks about.
///
/// - Parameters:
///   - snapshot: the masque.
///   - mentions: its mentions.
///   - offset: the cursor, in bytes.
/// - Returns: nil where nothing is named.
public func pointedMentions(in snapshot: Snapshot, _ mentions: [Mention], at offset: Int) -> PointedMentions? {
  if let mention = mentions.mention(at: offset) { return PointedMentions(origin: mention.range, mentions: [mention]) }
  let tree = snapshot.syntax.tree
  guard let key = tree.leaf(at: offset), tree[key].flags.contains([.key, .merge]), let parent = tree.parent(of: key),
    let value = tree.pairs(of: parent).first(where: { $0.key == key })?.value
  else { return nil }
  let range = tree.fullRange(of: value)
  let merged = mentions.filter { mention in
    if case .anchor = mention.subject { mention.role == .reference && range.encloses(mention.range) } else { false }
  }
  return merged.isEmpty ? nil : PointedMentions(origin: tree[key].range, mentions: merged)
}

extension [Mention] {
  /// The definitions of a subject in this masque.
  public func definitions(of subject: Subject) -> [Mention] {
    filter { $0.role == .definition && $0.subject == subject }
  }

  /// All places of this masque that name a subject, in document order.
  public func references(to subject: Subject) -> [Mention] { filter { $0.subject == subject } }

  /// The mention that a cursor touches; of several, the shortest. The sign of an anchor or alias belongs to its name.
  public func mention(at offset: Int) -> Mention? {
    var best: Mention?
    for mention in self where mention.touches(offset) {
      if let known = best, known.range.count <= mention.range.count { continue }
      best = mention
    }
    return best
  }
}

extension Mention {
  fileprivate func touches(_ offset: Int) -> Bool {
    if case .anchor = subject { return ByteRange(range.start - 1, range.end).touches(offset) }
    return range.touches(offset)
  }
}
