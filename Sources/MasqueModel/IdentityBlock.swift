import DocumentTree
public import YAMLSyntax

/// What an agent is shown when it puts a masque on, and what its user is told.
///
/// It depends on the masque's bytes and on the options alone, so that whoever prints it prints the same. What the masque
/// says stands in it as it is, but for what `FrameText` makes harmless.
public struct IdentityBlock: Sendable, Hashable {
  /// What the configuration says about it.
  public struct Options: Sendable, Hashable {
    /// How long a guest masque without a lifetime of its own may be worn, as an ISO 8601 duration.
    public var maximumGuestLifetime: String?

    /// Options; see the properties.
    public init(maximumGuestLifetime: String? = nil) { self.maximumGuestLifetime = maximumGuestLifetime }
  }

  /// From `<masque-active …>` to `</masque-active>`, with LF line breaks and one at its end.
  public let block: String
  /// What comes after it: how to enable the servers that the masque bundles, then that it is on. LF line breaks, and one
  /// at its end.
  public let notice: String

  /// Both, as they are printed.
  public var text: String { "\(block)\n\(notice)" }

  /// The block of a masque; nil for a text that names no name, version or ring.
  ///
  /// - Parameters:
  ///   - syntax: the masque. What has no place in the format is left out; whether a masque is fit to be worn is for the
  ///     caller to decide.
  ///   - options: what the configuration says.
  public init?(_ syntax: SyntaxTree, _ options: Options = Options()) {
    let tree = syntax.tree
    let sections = MasqueSections(tree)
    let summary = MasqueSummary(tree, sections)
    guard let name = summary.name?.value, let version = summary.version?.value, let ring = summary.ring?.value else {
      return nil
    }
    var writer = BlockWriter(tree)
    writer.text +=
      "<masque-active name=\(FrameText.attribute(name)) version=\(FrameText.attribute(version)) ring=\"\(ring)\">\n"
    if ring == .guest { writer.writeGuest(sections.access, options) }
    writer.writeText("Lens", sections.lens)
    writer.writeText("Context", sections.context)
    writer.writeIntent(sections.intent)
    writer.writeAttributes(sections.attributes)
    writer.writeKnowledge(sections.knowledge)
    writer.writeAccess(sections.access)
    writer.writeSkills(sections.skills)
    writer.text += "</masque-active>\n"
    block = writer.text

    let servers = MCPServer.all(in: tree, sections.mcp)
    var notice = servers.isEmpty ? "" : enabling(servers) + "\n"
    notice += "✓ Donned \(FrameText.line(name)) v\(FrameText.line(version)) (ring: \(ring))\n"
    // In quotes, so that it can't pass for a line of ours.
    if let tagline = summary.tagline?.value { notice += "“\(FrameText.line(tagline))”\n" }
    self.notice = notice
  }
}

/// How to enable servers, in Claude Code's words.
private func enabling(_ servers: [MCPServer]) -> String {
  var text = "This masque bundles MCP servers:\n"
  for server in servers { text += "• \(FrameText.line(server.name)): \(server.summary)\n" }
  text += "\n"
  for server in servers { text += "To enable: \(server.enablingCommand)\n" }
  return text
}

/// Writes the sections between the tags.
private struct BlockWriter {
  let tree: DocumentTree
  var text = ""
  /// Whether a blank line comes before what is written next.
  private var needsGap = false
  /// How many values may still be written; aliases can make more of them than a text has bytes.
  private var budget = 10_000

  init(_ tree: DocumentTree) { self.tree = tree }

  private mutating func writeSection(_ title: String, _ body: String) {
    text += "\(needsGap ? "\n" : "")## \(title)\n\n\(body)\n"
    needsGap = true
  }

  mutating func writeGuest(_ access: NodeID?, _ options: IdentityBlock.Options) {
    let lifetime = scalar("ttl", of: access).flatMap { $0 == "session" ? nil : $0 } ?? options.maximumGuestLifetime
    text += "You are a guest: supervised, scoped and temporary."
    if let lifetime { text += " This masque comes off after \(lifetime)." }
    text += "\n"
    needsGap = true
  }

  mutating func writeText(_ title: String, _ node: NodeID?) {
    guard let node, tree[node].kind == .scalar, tree[node].type != .null else { return }
    let body = FrameText.body(tree.text(of: node))
    if !body.isEmpty { writeSection(title, body) }
  }

  mutating func writeIntent(_ intent: NodeID?) {
    var parts: [String] = []
    if let allowed = texts("allowed", of: intent) {
      parts.append("**Allowed:**\n" + (allowed.isEmpty ? "- (nothing)" : bullets(allowed)))
    }
    if let denied = texts("denied", of: intent), !denied.isEmpty { parts.append("**Denied:**\n" + bullets(denied)) }
    if !parts.isEmpty { writeSection("Intent Boundaries", parts.joined(separator: "\n\n")) }
  }

  mutating func writeAttributes(_ attributes: NodeID?) {
    let lines = entries(of: attributes, indent: "", depth: 0)
    if !lines.isEmpty { writeSection("Attributes", lines.joined(separator: "\n")) }
  }

  mutating func writeKnowledge(_ knowledge: NodeID?) {
    guard let uris = items(of: knowledge), !uris.isEmpty else { return }
    writeSection(
      "Knowledge Sources",
      bullets(uris) + "\n\nWhere one of these servers is absent, ask the user for the context that it would give.")
  }

  mutating func writeAccess(_ access: NodeID?) {
    var lines: [String] = []
    if let role = scalar("vault_role", of: access) { lines.append("- vault_role: \(role)") }
    if let lifetime = scalar("ttl", of: access) {
      let meaning = lifetime == "session" ? meaning(of: lifetime, at: ["access", "ttl"]) : nil
      lines.append("- ttl: \(lifetime)\(meaning.map { ". \($0)" } ?? "")")
    }
    if let credentials = tree.member("credentials", of: access), tree[credentials].kind == .sequence {
      let items = tree.children(of: credentials).compactMap { item -> String? in
        guard let item = tree.resolved(item), spend(), let source = scalar("source", of: item) else { return nil }
        return "  - \(source)\(scalar("scope", of: item).map { ": \($0)" } ?? "")"
      }
      if !items.isEmpty { lines += ["- credentials:"] + items }
    }
    let capabilities = entries(of: tree.member("capabilities", of: access), indent: "  ", depth: 0)
    if !capabilities.isEmpty { lines += ["- capabilities:"] + capabilities }
    guard !lines.isEmpty else { return }
    writeSection(
      "Access", lines.joined(separator: "\n") + "\n\nUntil a vault supplies credentials, ask the user for them.")
  }

  mutating func writeSkills(_ skills: NodeID?) {
    guard let skills, tree[skills].kind == .sequence else { return }
    var lines: [String] = []
    for item in tree.children(of: skills) {
      guard let item = tree.resolved(item), spend(), let uri = scalar("uri", of: item) else { continue }
      let level = scalar("level", of: item)
      let meaning = level.flatMap { self.meaning(of: $0, at: ["skills", "[]", "level"]) }
      lines.append("- \(uri)\(level.map { ": \($0)" } ?? "")\(meaning.map { ". \($0)" } ?? "")")
    }
    if !lines.isEmpty { writeSection("Skills", lines.joined(separator: "\n")) }
  }

  // MARK: Values

  private mutating func spend() -> Bool {
    budget -= 1
    return budget > 0
  }

  /// A scalar's text on one line; nil for nothing.
  private func line(_ node: NodeID) -> String? {
    guard tree[node].kind == .scalar, tree[node].type != .null else { return nil }
    let line = FrameText.line(tree.text(of: node))
    return line.isEmpty ? nil : line
  }

  private func scalar(_ key: StaticString, of mapping: NodeID?) -> String? {
    tree.member(key, of: mapping).flatMap(line)
  }

  private mutating func texts(_ key: StaticString, of mapping: NodeID?) -> [String]? {
    items(of: tree.member(key, of: mapping))
  }

  /// The scalars of a list; nil if it is none.
  private mutating func items(of list: NodeID?) -> [String]? {
    guard let list, tree[list].kind == .sequence else { return nil }
    var result: [String] = []
    for item in tree.children(of: list) {
      guard let item = tree.resolved(item), spend() else { continue }
      if let line = line(item) { result.append(line) }
    }
    return result
  }

  private func bullets(_ lines: [String]) -> String { lines.map { "- \($0)" }.joined(separator: "\n") }

  /// The pairs of a free object as nested bullets.
  private mutating func entries(of mapping: NodeID?, indent: String, depth: Int) -> [String] {
    guard let mapping, tree[mapping].kind == .mapping else { return [] }
    let isMerged = tree[mapping].flags.contains(.merge)
    let pairs = isMerged ? tree.mergedPairs(of: mapping) : Array(tree.pairs(of: mapping))
    var result: [String] = []
    for (key, value) in pairs {
      guard let key = tree.resolved(key).flatMap(line), let value = tree.resolved(value), spend() else { continue }
      result += entry("\(indent)- \(key):", value, indent: indent, depth: depth)
    }
    return result
  }

  private mutating func entry(_ head: String, _ value: NodeID, indent: String, depth: Int) -> [String] {
    if let line = line(value) { return ["\(head) \(line)"] }
    guard depth < 8, budget > 0 else { return ["\(head) …"] }
    switch tree[value].kind {
    case .mapping:
      let inner = entries(of: value, indent: indent + "  ", depth: depth + 1)
      return inner.isEmpty ? [] : [head] + inner
    case .sequence:
      let children = tree.children(of: value).compactMap { tree.resolved($0) }
      if children.allSatisfy({ tree[$0].kind == .scalar }) {
        let lines = children.compactMap { spend() ? line($0) : nil }
        return lines.isEmpty ? [] : ["\(head) \(lines.joined(separator: ", "))"]
      }
      var result = [head]
      for child in children {
        guard spend() else { break }
        result += entry("\(indent)  -", child, indent: indent + "  ", depth: depth + 1)
      }
      return result
    case .scalar, .alias:
      return []
    }
  }

  /// What the schema says a value means.
  private func meaning(of value: String, at path: [String]) -> String? {
    MasqueSchema.bundled.meaning(of: value, at: path).map(FrameText.line)
  }
}
