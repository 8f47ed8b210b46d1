import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

/// `a, b or c`.
func listing(_ words: [String], _ conjunction: String) -> String {
  let quoted = words.map { "`\($0)`" }
  guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
  return quoted.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}

extension RuleContext {
  /// The keys whose absence the schema complains of at a mapping.
  func missingProperties(of mapping: NodeID) -> [String] {
    violations.flatMap { violation -> [String] in
      guard violation.node == mapping, case .missingProperties(let names) = violation.details else { return [] }
      return names
    }
  }

  /// Takes one missing key out of the violations: another finding explains it.
  mutating func absorbMissing(_ name: String, of mapping: NodeID) {
    violations = violations.compactMap { violation in
      guard violation.node == mapping, case .missingProperties(let names) = violation.details else { return violation }
      let rest = names.filter { $0 != name }
      guard !rest.isEmpty else { return nil }
      var copy = violation
      copy.details = .missingProperties(rest)
      return copy
    }
  }

  /// Whether a violation only follows from text that could not be read.
  func followsFromSyntax(_ violation: SchemaViolation) -> Bool {
    let node = tree[violation.node]
    if node.flags.contains(.repaired) { return true }
    if case .missingProperties = violation.details, violation.node != tree.root {
      // Lines of this map may have been given up.
      let area = section(of: violation.node)
      return syntax.problems.contains {
        area.touches($0.range.start) && ($0.kind == .syntax || $0.kind == .unquotedText)
      }
    }
    // A key that wants its colon has no value yet.
    if node.flags.contains(.absent), let key = tree.key(of: violation.node) {
      return tree[key].flags.contains(.repaired)
    }
    return false
  }

  /// The bytes of the top-level entry that a node lies in.
  private func section(of id: NodeID) -> ByteRange {
    let chain = tree.ancestry(of: id)
    guard chain.count > 1, let key = tree.key(of: chain[1]) else { return tree[id].range }
    return ByteRange(tree[key].range.start, tree[chain[1]].range.end)
  }

  /// The place of a violation, and the alias that led to it, if any.
  func place(of violation: SchemaViolation) -> (range: ByteRange, suffix: String, related: [RelatedPlace]) {
    if tree[violation.node].kind == .alias, let target = tree.resolved(violation.node) {
      return (
        tree[violation.node].range, " (as \(quote(violation.node)) stands for it)",
        [RelatedPlace(range: firstLine(of: target), message: "the value is written here")]
      )
    }
    if let alias = violation.alias {
      return (
        tree[alias].range, " (in what \(quote(alias)) stands for)",
        [RelatedPlace(range: firstLine(of: violation.node), message: "the value is written here")]
      )
    }
    return (firstLine(of: violation.node), "", [])
  }

  /// A range on one line for a value: its own where it fits on one, else its key's, else its first line's. A value that
  /// is not written has its key's.
  func firstLine(of id: NodeID) -> ByteRange {
    let range = tree[id].range
    let lineBreak = tree.source[range.start..<range.end].firstIndex { $0 == 0x0A || $0 == 0x0D }
    guard lineBreak != nil || tree[id].flags.contains(.absent) else { return range }
    if let key = tree.key(of: id) { return tree[key].range }
    return ByteRange(range.start, lineBreak ?? range.end)
  }

  /// The value that a node is or stands for.
  func value(of violation: SchemaViolation) -> Node { tree[tree.resolved(violation.node) ?? violation.node] }

  /// The subschemas that describe a node by its path from the root.
  func subschemas(of id: NodeID) -> [SubschemaID] {
    var result = [schema.root]
    let chain = tree.ancestry(of: id)
    for (container, child) in zip(chain, chain.dropFirst()) {
      switch tree[container].kind {
      case .sequence:
        let index = tree.children(of: container).prefix { $0 != child }.count
        result = schema.itemSubschemas(of: result, index: index)
      case .mapping:
        guard let key = tree.key(of: child) else { return [] }
        result = schema.propertySubschemas(of: result, key: tree.text(of: key))
      case .scalar, .alias:
        return []
      }
    }
    return result
  }

  /// What a value is called in a message: "`ring`", "`skills[1].level`", "this masque".
  func name(of id: NodeID) -> String {
    let path = tree.authorPath(of: id)
    return path.isEmpty ? "this masque" : "`\(path)`"
  }

  /// The title that the schema gives a value, in lower case for use inside a sentence.
  func title(of violation: SchemaViolation) -> String? {
    schema.title(of: violation.subschema).map { title in
      // A title that begins with `MCP` or `URL` keeps its capitals.
      title.dropFirst().first?.isUppercase == true ? title : title.prefix(1).lowercased() + title.dropFirst()
    }
  }
}

extension SchemaTypeSet {
  /// The types in an author's words: "text", "a list or nothing".
  var words: String {
    var words: [String] = []
    if contains(.string) { words.append("text") }
    if contains(.number) {
      words.append("a number")
    } else if contains(.integer) {
      words.append("a whole number")
    }
    if contains(.boolean) { words.append("`true` or `false`") }
    if contains(.array) { words.append("a list") }
    if contains(.object) { words.append("a map of keys and values") }
    if contains(.null) { words.append("nothing") }
    guard let last = words.last, words.count > 1 else { return words.first ?? "something else" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
