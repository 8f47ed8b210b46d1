import DocumentTree
public import SourceText
public import YAMLSyntax

/// The list of a library's masques that is kept beside them as `manifest.yaml`.
public struct Manifest: Sendable, Hashable {
  /// One masque of the list.
  public struct Entry: Sendable, Hashable {
    /// The masque's name.
    public var name: String
    /// Its index.
    public var index: Int
    /// Its version.
    public var version: String
    /// Its ring.
    public var ring: String
    /// Its domain, if it says one.
    public var domain: String?
    /// Its tagline, or else its philosophy, if it says one.
    public var tagline: String?

    /// An entry; see the properties.
    public init(name: String, index: Int, version: String, ring: String, domain: String?, tagline: String?) {
      self.name = name
      self.index = index
      self.version = version
      self.ring = ring
      self.domain = domain
      self.tagline = tagline
    }

    /// The entry for a masque; nil if the masque lacks what every entry has.
    ///
    /// - Parameter summary: the masque.
    public init?(_ summary: MasqueSummary) {
      guard let name = summary.name, let index = summary.index, let version = summary.version, let ring = summary.ring
      else { return nil }
      self.init(
        name: name.value, index: index.value, version: version.value, ring: ring.value.rawValue,
        domain: summary.domain?.value, tagline: summary.tagline?.value)
    }
  }

  /// What a library's manifest is called.
  public static let fileName = "manifest.yaml"

  /// When it was made: a date and time by RFC 3339.
  public var generatedAt: String
  /// The masques, in the order of their names.
  public var masques: [Entry]

  /// The manifest of masques, in any order. Masques that lack what an entry must have are left out.
  ///
  /// - Parameters:
  ///   - summaries: the masques.
  ///   - generatedAt: when it is made.
  public init(of summaries: some Sequence<MasqueSummary>, generatedAt: String) {
    self.generatedAt = generatedAt
    masques = summaries.compactMap { Entry($0) }.sorted(by: precedes)
  }

  /// The manifest as YAML with LF line breaks. Equal manifests give equal bytes.
  public var yaml: String {
    var result = "generated_at: \(ScalarWriting.doubleQuoted(generatedAt))\n"
    result += masques.isEmpty ? "masques: []\n" : "masques:\n"
    for entry in masques {
      result += "  - name: \(ScalarWriting.scalar(entry.name))\n    index: \(entry.index)\n"
      result += "    version: \(ScalarWriting.doubleQuoted(entry.version))\n"
      result += "    ring: \(ScalarWriting.scalar(entry.ring))\n"
      if let domain = entry.domain { result += "    domain: \(ScalarWriting.scalar(domain))\n" }
      if let tagline = entry.tagline { result += "    tagline: \(ScalarWriting.doubleQuoted(tagline))\n" }
    }
    return result
  }
}

/// Orders by name without case; then by what tells apart masques that should not share one.
private func precedes(_ a: Manifest.Entry, _ b: Manifest.Entry) -> Bool {
  let keys = (MasqueName.key(of: a.name), MasqueName.key(of: b.name))
  return keys.0 != keys.1
    ? keys.0.utf8.lexicographicallyPrecedes(keys.1.utf8)
    : (a.name, a.index, a.version) < (b.name, b.index, b.version)
}

/// A manifest as it stands in a file: read with care, because people edit it.
public struct ManifestFile: Sendable, Hashable {
  /// An entry and where it stands.
  public struct Entry: Sendable, Hashable {
    /// The name, if it has one.
    public var name: MasqueSummary.Field<String>?
    /// The index, if it has one.
    public var index: MasqueSummary.Field<Int>?
    /// The version, if it has one.
    public var version: MasqueSummary.Field<String>?
    /// The ring, if it has one.
    public var ring: MasqueSummary.Field<String>?
    /// The domain, if it has one.
    public var domain: MasqueSummary.Field<String>?
    /// The tagline, if it has one.
    public var tagline: MasqueSummary.Field<String>?
    /// The bytes of the entry's first line.
    public var range: ByteRange
  }

  /// When it was made, as it says; nil if it does not.
  public let generatedAt: String?
  /// The entries, in their order; nil if there is no list of them, so that the file is no manifest.
  public let entries: [Entry]?
  /// The bytes of `masques`, or of nothing at the file's start.
  public let listRange: ByteRange
  /// Whether the file is YAML without a mistake.
  public let isWellFormed: Bool

  /// Reads a manifest: one that is as `Manifest` writes it without a parser, any other one with it.
  ///
  /// - Parameter bytes: the file's bytes.
  public init(_ bytes: [UInt8]) {
    self = PlainManifestReader.read(bytes) ?? ManifestFile(SyntaxTree(SourceText(bytes)))
  }

  /// A manifest whose parts are known.
  init(generatedAt: String?, entries: [Entry], listRange: ByteRange) {
    self.generatedAt = generatedAt
    self.entries = entries
    self.listRange = listRange
    isWellFormed = true
  }

  /// Reads a manifest. Never fails: what is missing is nil.
  public init(_ syntax: SyntaxTree) {
    let tree = syntax.tree
    isWellFormed = syntax.isWellFormed && syntax.problems.isEmpty
    generatedAt = tree.member("generated_at", of: tree.root).map { tree.text(of: $0) }
    let pair = tree.root.flatMap { tree.pair(forKey: "masques", in: $0) }
    listRange = pair.map { tree[$0.key].range } ?? ByteRange(at: 0)
    guard let list = pair.flatMap({ tree.resolved($0.value) }), tree[list].kind == .sequence else {
      entries = nil
      return
    }
    entries = tree.children(of: list).map { item in
      let mapping = tree.resolved(item)
      func text(_ key: StaticString) -> MasqueSummary.Field<String>? {
        guard let node = tree.member(key, of: mapping), tree[node].kind == .scalar, tree[node].type != .null else {
          return nil
        }
        return .init(tree.text(of: node), tree[node].range)
      }
      let range = tree[item].range
      let lineBreak = tree.source[range.start..<range.end].firstIndex { $0 == 0x0A || $0 == 0x0D }
      return Entry(
        name: text("name"),
        index: tree.member("index", of: mapping).flatMap { node in
          tree.number(of: node)?.asInt.map { .init($0, tree[node].range) }
        },
        version: text("version"), ring: text("ring"), domain: text("domain"), tagline: text("tagline"),
        range: ByteRange(range.start, lineBreak ?? range.end))
    }
  }

  /// Whether a file called `manifest.yaml` is the manifest of masques and not of something else: it has a list
  /// `masques`. An empty file may become one.
  ///
  /// - Parameter bytes: the file's bytes.
  /// - Returns: the guess.
  public static func isManifest(_ bytes: [UInt8]) -> Bool {
    let tree = SyntaxTree(SourceText(bytes)).tree
    guard let root = tree.root else { return true }
    return tree.value(forKey: "masques", in: root) != nil || tree.value(forKey: "generated_at", in: root) != nil
  }
}
