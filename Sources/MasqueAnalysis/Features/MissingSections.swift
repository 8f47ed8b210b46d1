import DocumentTree
import JSONSchema
public import MasqueModel
public import SourceText
import YAMLSyntax

/// The names of the top-level sections that a masque may have and has not, in the schema's order. None for what is not
/// a map in block style.
///
/// - Parameters:
///   - snapshot: the masque.
///   - schema: the schema that has the sections.
/// - Returns: the names.
public func missingSections(in snapshot: Snapshot, schema: MasqueSchema = .bundled) -> [String] {
  let tree = snapshot.syntax.tree
  guard let root = tree.root, tree[root].kind == .mapping, tree[root].style == .block,
    !tree[root].flags.contains(.merge)
  else { return [] }
  let present = Set(tree.pairs(of: root).map { tree.text(of: $0.key) })
  return schema.schema.propertyNames(of: [schema.schema.root])
    .filter { !$0.isRequired && !present.contains($0.name) && scaffold($0.name, in: snapshot) != nil }.map(\.name)
}

/// The edit that adds a section with values to start from, in the schema's order: behind the last section that comes
/// before it. A blank line parts it from its neighbours, unless the masque does without.
///
/// - Parameters:
///   - name: the section.
///   - snapshot: the masque.
///   - schema: the schema that has the order.
/// - Returns: the edit; nil if the masque has the section, or there is no such section.
public func addingSection(_ name: String, to snapshot: Snapshot, schema: MasqueSchema = .bundled) -> TextEdit? {
  let syntax = snapshot.syntax
  let tree = syntax.tree
  guard missingSections(in: snapshot, schema: schema).contains(name), let root = tree.root,
    let lines = scaffold(name, in: snapshot)
  else { return nil }
  let order = schema.schema.propertyNames(of: [schema.schema.root]).map(\.name)
  let earlier = Set(order.prefix { $0 != name })
  let pairs = Array(tree.pairs(of: root))
  let lineBreak = syntax.lineBreak
  let body = lines.joined(separator: lineBreak)
  let scanner = CursorScanner(snapshot: snapshot, offset: 0)
  guard let index = pairs.lastIndex(where: { earlier.contains(tree.text(of: $0.key)) }) else {
    // Before all of them.
    guard let first = pairs.first else { return nil }
    return .insert(body + lineBreak + lineBreak, at: scanner.line(at: tree.fullRange(of: first.key).start).start)
  }
  let starts = pairs.map { tree.fullRange(of: $0.key).start }
  let end = sectionEnd(pairs[index], next: index + 1 < pairs.count ? starts[index + 1] : nil, scanner)
  let isParted = !isTight(pairs, scanner)
  let line = scanner.line(at: end)
  let next = scanner.line(after: line)
  var text = (isParted ? lineBreak : "") + body
  if let next, next.start < snapshot.text.count {
    text += lineBreak
    // The line below may follow without a blank one.
    if isParted, !next.isBlank { text += lineBreak }
    return .insert(text, at: next.start)
  }
  return .insert((line.end == snapshot.text.count ? lineBreak : "") + text + lineBreak, at: snapshot.text.count)
}

/// The end of a section's last line, the comments further in that follow it included.
private func sectionEnd(_ pair: (key: NodeID, value: NodeID), next: Int?, _ scanner: CursorScanner) -> Int {
  let tree = scanner.tree
  let last = max(tree[pair.key].range.end, tree[pair.value].range.end)
  var end = scanner.line(at: last).end
  var line = scanner.line(after: scanner.line(at: last))
  while let current = line, current.start < next ?? Int.max, current.start < scanner.bytes.count {
    if !current.isBlank {
      guard scanner.bytes[current.contentStart] == UInt8(ascii: "#"), current.indentation > 0 else { break }
      end = current.end
    }
    line = scanner.line(after: current)
  }
  return end
}

/// Whether sections follow each other without blank lines: at least two do where one of them is longer than a line, and
/// none does not.
private func isTight(_ pairs: [(key: NodeID, value: NodeID)], _ scanner: CursorScanner) -> Bool {
  let tree = scanner.tree
  var tight = 0
  for (pair, next) in zip(pairs, pairs.dropFirst()) {
    let above = scanner.line(before: scanner.line(at: tree.fullRange(of: next.key).start))
    if above.map(\.isBlank) ?? false { return false }
    let isLong = scanner.line(at: tree[pair.key].range.start).end < tree[pair.value].range.end
    if isLong { tight += 1 }
  }
  return tight > 0
}

/// The lines of a section that says nothing wrong.
private func scaffold(_ name: String, in snapshot: Snapshot) -> [String]? {
  let sections = MasqueSections(snapshot.syntax.tree)
  switch name {
  case "attributes":
    return ["attributes:", "  domain: what it works on", "  tagline: \"What wearing it is like.\""]
  case "spinnerVerbs":
    let name = sections.name.map { snapshot.syntax.tree.text(of: $0) } ?? ""
    let verb = ScalarWriting.doubleQuoted(name.isEmpty ? "Working..." : "\(name):Working...")
    return ["spinnerVerbs:", "  mode: replace", "  verbs:", "    - \(verb)"]
  case "skills":
    return ["skills:", "  - uri: skill://domain/skill", "    level: competent"]
  case "context":
    return ["context: |", "  Describe whom it works for, what they value, and what is scarce."]
  case "knowledge":
    let server = serverNames(snapshot, sections).first ?? "handbook"
    return ["knowledge:", "  - mcp://\(server)/index"]
  case "access":
    return ["access:", "  ttl: PT8H"]
  case "mcp":
    let named = knownServers(snapshot, sections)
    return ["mcp:", "  servers:"]
      + (named.isEmpty ? ["handbook"] : named).flatMap {
        ["    - name: \(ScalarWriting.scalar($0))", "      type: stdio", "      command: npx"]
      }
  case "performance":
    return ["performance:", "  score: null", "  history: []"]
  default:
    return nil
  }
}

/// The servers that a masque bundles and a URI can name.
private func serverNames(_ snapshot: Snapshot, _ sections: MasqueSections) -> [String] {
  let tree = snapshot.syntax.tree
  guard let list = tree.member("servers", of: sections.mcp), tree[list].kind == .sequence else { return [] }
  return tree.children(of: list).compactMap { item -> String? in
    guard let name = tree.member("name", of: tree.resolved(item)), tree.isText(name) else { return nil }
    let text = tree.text(of: name)
    let isHost = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
    return isHost ? text : nil
  }
}

/// The servers that a masque's knowledge is on, each once.
private func knownServers(_ snapshot: Snapshot, _ sections: MasqueSections) -> [String] {
  let tree = snapshot.syntax.tree
  guard let list = sections.knowledge, tree[list].kind == .sequence else { return [] }
  var result: [String] = []
  for item in tree.children(of: list) where tree.isText(item) {
    let text = tree.text(of: item)
    guard text.hasPrefix("mcp://") else { continue }
    let server = String(text.dropFirst(6).prefix { $0 != "/" })
    if !server.isEmpty, !result.contains(where: { $0.lowercased() == server.lowercased() }) { result.append(server) }
  }
  return result
}
