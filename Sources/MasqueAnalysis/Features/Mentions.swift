import DocumentTree
import MasqueModel
public import SourceText
import YAMLSyntax

/// What a name stands for. Two mentions are of one thing if their subjects are equal.
public enum Subject: Sendable, Hashable {
  /// A masque, by its name in the form in which names are compared.
  case masque(String)
  /// A skill, by its URI.
  case skill(String)
  /// A resource of a server, by its URI.
  case resource(String)
  /// A server of `mcp.servers`, by its name in lower case: hosts of URIs have none.
  case server(String)
  /// The node behind a YAML anchor, by the offset of the anchor's name. Anchors are a file's own.
  case anchor(Int)
}

/// One place in a masque where something is named.
public struct Mention: Sendable, Hashable {
  /// What a place does for the thing that it names.
  public enum Role: Sendable, Hashable {
    /// It says that there is such a thing: a masque's name, a server's name, a claim to a skill, a source of knowledge,
    /// an anchor.
    case definition
    /// It speaks of the thing.
    case reference
  }

  /// What is named.
  public var subject: Subject
  /// What the place does for it.
  public var role: Role
  /// The name as it stands there.
  public var name: String
  /// The bytes of the name, without quotes. A server's lies in its resource's.
  public var range: ByteRange
  /// For a definition, the bytes of all that it defines, `range` included; for a reference, `range`.
  public var extent: ByteRange

  /// A mention; see the properties.
  public init(subject: Subject, role: Role, name: String, range: ByteRange, extent: ByteRange) {
    self.subject = subject
    self.role = role
    self.name = name
    self.range = range
    self.extent = extent
  }
}

/// Everything that a masque names, in document order: its own name and the names before its spinner verbs, skills and
/// resources where they are declared and wherever a text speaks of them by URI, servers, anchors and aliases. What can
/// be read of a broken text is in it. O(n).
///
/// - Parameter snapshot: the masque.
/// - Returns: the mentions; of two that begin together the longer first.
public func mentions(in snapshot: Snapshot) -> [Mention] {
  locatedMentions(in: snapshot.syntax).map(\.mention)
}

/// A mention with the scalar that it stands in; for an anchor or an alias, its node.
struct LocatedMention {
  var mention: Mention
  var node: NodeID
}

func locatedMentions(in syntax: SyntaxTree) -> [LocatedMention] {
  var scanner = MentionScanner(tree: syntax.tree)
  scanner.scan()
  return scanner.found.sorted { a, b in
    (a.mention.range.start, b.mention.range.end) < (b.mention.range.start, a.mention.range.end)
  }
}

private struct MentionScanner {
  let tree: DocumentTree
  var found: [LocatedMention] = []
  /// The scalars that are a URI and nothing else, with the bytes of what they declare.
  private var declarations: [NodeID: ByteRange] = [:]

  init(tree: DocumentTree) { self.tree = tree }

  mutating func scan() {
    let sections = MasqueSections(tree)
    addName(sections)
    addServers(sections)
    noteDeclarations(sections)
    addURIs()
    addAnchors()
  }

  private mutating func add(
    _ subject: Subject, _ role: Mention.Role, _ name: String, _ range: ByteRange, _ extent: ByteRange? = nil,
    in node: NodeID
  ) {
    let mention = Mention(subject: subject, role: role, name: name, range: range, extent: extent ?? range)
    found.append(LocatedMention(mention: mention, node: node))
  }

  /// The pair that a value belongs to, or the value alone.
  private func pairRange(of value: NodeID) -> ByteRange {
    let range = tree.fullRange(of: value)
    guard let key = tree.key(of: value) else { return range }
    return ByteRange(tree.fullRange(of: key).start, range.end)
  }

  // MARK: Names

  private mutating func addName(_ sections: MasqueSections) {
    var own: String?
    if let node = sections.name, tree.isText(node) {
      let name = tree.text(of: node)
      let key = MasqueName.key(of: name)
      if !key.isEmpty {
        own = name
        add(.masque(key), .definition, name, tree.innerRange(of: node), pairRange(of: node), in: node)
      }
    }
    guard let verbs = tree.member("verbs", of: sections.spinnerVerbs), tree[verbs].kind == .sequence else { return }
    for item in tree.children(of: verbs) where tree.isText(item) && tree[item].flags.contains(.textInSource) {
      let text = tree.text(of: item)
      // A name may have a colon of its own.
      let isOwn = own.map { text.utf8.count > $0.utf8.count && text.hasPrefix($0 + ":") } ?? false
      guard let prefix = isOwn ? own.map({ $0[...] }) : text.firstIndex(of: ":").map({ text[..<$0] }) else { continue }
      let key = MasqueName.key(of: String(prefix))
      // `Masque` is what the format's own examples begin with.
      guard !key.isEmpty, isOwn || key != "masque" else { continue }
      let start = tree.innerRange(of: item).start
      add(
        .masque(key), .reference, String(prefix), ByteRange(start, start + prefix.utf8.count), in: item)
    }
  }

  private mutating func addServers(_ sections: MasqueSections) {
    guard let servers = tree.member("servers", of: sections.mcp), tree[servers].kind == .sequence else { return }
    var seen: Set<NodeID> = []
    for item in tree.children(of: servers) {
      guard let map = tree.resolved(item), let node = tree.member("name", of: map), tree.isText(node),
        tree[node].count > 0, seen.insert(node).inserted
      else { continue }
      let name = tree.text(of: node)
      let range = tree.innerRange(of: node)
      let whole = tree.fullRange(of: map)
      add(.server(name.lowercased()), .definition, name, range, whole.encloses(range) ? whole : nil, in: node)
    }
  }

  // MARK: URIs

  private mutating func noteDeclarations(_ sections: MasqueSections) {
    if let skills = sections.skills, tree[skills].kind == .sequence {
      for item in tree.children(of: skills) {
        guard let map = tree.resolved(item), let uri = tree.member("uri", of: map), tree.isText(uri) else { continue }
        let range = tree.fullRange(of: map)
        declarations[uri] = range.encloses(tree[uri].range) ? range : tree[uri].range
      }
    }
    if let knowledge = sections.knowledge, tree[knowledge].kind == .sequence {
      for item in tree.children(of: knowledge) {
        if let uri = tree.resolved(item), tree.isText(uri) { declarations[uri] = tree[uri].range }
      }
    }
  }

  /// Every `skill://` and `mcp://` in a text. They are rare, so they are looked for in the bytes and the scalars that
  /// hold them are looked up.
  private mutating func addURIs() {
    var schemes: [(start: Int, scheme: URIScheme)] = []
    tree.source.withUnsafeBufferPointer { bytes in
      var position = 0
      while let colon = firstIndex(of: UInt8(ascii: ":"), in: bytes, from: position) {
        position = colon + 1
        guard colon + 2 < bytes.count, bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/")
        else { continue }
        for scheme in URIScheme.allCases where scheme.ends(at: colon, in: bytes) {
          schemes.append((colon - scheme.rawValue.utf8.count, scheme))
        }
      }
    }
    for (start, scheme) in schemes {
      guard let node = tree.leaf(at: start), tree[node].kind == .scalar, !tree[node].flags.contains(.key) else {
        continue
      }
      if let extent = declarations[node], tree[node].flags.contains(.textInSource),
        tree.innerRange(of: node).start == start
      {
        add(scheme, tree.innerRange(of: node), extent, node)
      } else {
        addToken(scheme, from: start, in: node)
      }
    }
  }

  /// A URI in the midst of a text, which ends where people would end it.
  private mutating func addToken(_ scheme: URIScheme, from start: Int, in node: NodeID) {
    let limit = tree[node].range.end
    let bytes = tree.source
    var end = start
    while end < limit, !endsToken(bytes, at: end) { end += 1 }
    // In double quotes a backslash may stand for a letter of the name.
    if tree[node].style == .doubleQuoted, end < limit, bytes[end] == UInt8(ascii: "\\") { return }
    while end > start, isSentenceMark(bytes[end - 1]) { end -= 1 }
    if scheme == .skill {
      // `skill://domain/name`: whatever follows the name is not the skill's.
      var slashes = 0
      var position = start
      while position < end, slashes < 4, bytes[position] != UInt8(ascii: "?"), bytes[position] != UInt8(ascii: "#") {
        if bytes[position] == UInt8(ascii: "/") {
          slashes += 1
          if slashes == 4 { break }
        }
        position += 1
      }
      end = position
    }
    add(scheme, ByteRange(start, end), nil, node)
  }

  private func isAuthorityEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") || byte <= 0x20
  }

  private mutating func add(_ scheme: URIScheme, _ range: ByteRange, _ extent: ByteRange?, _ node: NodeID) {
    let bytes = tree.source
    let authority = range.start + scheme.rawValue.utf8.count + 3
    guard authority < range.end,
      let slash = bytes[authority..<range.end].firstIndex(where: isAuthorityEnd),
      bytes[slash] == UInt8(ascii: "/"), slash > authority, slash + 1 < range.end,
      !bytes[slash..<range.end].contains(where: { $0 <= 0x20 })
    else { return }
    let uri = SourceText.slice(bytes, range.start, range.end)
    let role: Mention.Role = extent == nil ? .reference : .definition
    switch scheme {
    case .skill:
      add(.skill(uri), role, uri, range, extent, in: node)
    case .mcp:
      add(.resource(uri), role, uri, range, extent, in: node)
      let server = SourceText.slice(bytes, authority, slash)
      add(.server(server.lowercased()), .reference, server, ByteRange(authority, slash), in: node)
    }
  }

  // MARK: Anchors

  private mutating func addAnchors() {
    var anchors: [NodeID: ByteRange] = [:]
    for properties in tree.properties {
      guard let anchor = properties.anchor else { continue }
      anchors[properties.node] = anchor
      let extent = ByteRange(tree.fullRange(of: properties.node).start, max(anchor.end, tree[properties.node].range.end))
      add(
        .anchor(anchor.start), .definition, SourceText.slice(tree.source, anchor.start, anchor.end), anchor, extent,
        in: properties.node)
    }
    guard !anchors.isEmpty else { return }
    for index in tree.nodes.indices where tree.nodes[index].kind == .alias && tree.nodes[index].payload >= 0 {
      guard let anchor = anchors[NodeID(Int(tree.nodes[index].payload))] else { continue }
      let range = ByteRange(tree.nodes[index].range.start + 1, tree.nodes[index].range.end)
      add(
        .anchor(anchor.start), .reference, SourceText.slice(tree.source, range.start, range.end), range,
        in: NodeID(index))
    }
  }
}

/// The schemes of URIs that masques name things by.
private enum URIScheme: String, CaseIterable {
  case skill
  case mcp

  /// Whether the scheme, and no longer word, stands before a colon.
  func ends(at colon: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = colon - rawValue.utf8.count
    guard start >= 0, bytes[start..<colon].elementsEqual(rawValue.utf8) else { return false }
    return start == 0 || !isSchemeByte(bytes[start - 1])
  }

  private func isSchemeByte(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }
}

/// Whether a byte of a text can't belong to a URI in it: white space, quotes, brackets, and the punctuation of scripts
/// beyond ASCII.
func endsToken(_ bytes: [UInt8], at index: Int) -> Bool {
  switch bytes[index] {
  case 0...0x20, 0x7F: return true
  case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ">"),
    UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
    UInt8(ascii: "|"), UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: ","):
    return true
  // No-break space; U+2000 to U+207F; U+3000 to U+303F.
  case 0xC2: return index + 1 < bytes.count && bytes[index + 1] == 0xA0
  case 0xE2: return index + 1 < bytes.count && (bytes[index + 1] == 0x80 || bytes[index + 1] == 0x81)
  case 0xE3: return index + 1 < bytes.count && bytes[index + 1] == 0x80
  default: return false
  }
}

/// Whether a byte at the end of a URI in a text belongs to the sentence.
func isSentenceMark(_ byte: UInt8) -> Bool {
  [UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "*")]
    .contains(byte)
}

extension DocumentTree {
  /// The bytes of a scalar's text: without its quotes, and where the text is not a slice of the source, with its escapes.
  func innerRange(of id: NodeID) -> ByteRange {
    let node = self[id]
    if node.kind == .scalar, node.flags.contains(.textInSource), Int(node.payload) >= 0 {
      return ByteRange(Int(node.payload), Int(node.payload) + Int(node.count)).clamped(to: source.count)
    }
    let isQuoted = node.style == .singleQuoted || node.style == .doubleQuoted
    return isQuoted && node.range.count >= 2 ? ByteRange(Int(node.start) + 1, Int(node.end) - 1) : node.range
  }

  /// The last node that begins at or before an offset and touches it: the scalar or alias there, if there is one.
  /// O(log n).
  func leaf(at offset: Int) -> NodeID? {
    var low = 0
    var high = nodes.count
    while low < high {
      let middle = (low + high) / 2
      if Int(nodes[middle].start) <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0, nodes[low - 1].range.touches(offset) else { return nil }
    return NodeID(low - 1)
  }
}
