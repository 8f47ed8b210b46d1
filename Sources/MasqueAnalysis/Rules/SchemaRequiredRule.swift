import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum SchemaRequiredRule: Rule {
  static let description = RuleDescription(
    "schema-required", .error, fix: .unsafe,
    summary: "A key that must be there is missing.",
    reason: """
      Without it the masque can't be worn: nobody knows what it is called, who may wear it, what it may do or how it
      thinks. The fix adds the missing keys where they belong, with values to start from.
      """,
    bad: """
      skills:
        - uri: skill://programming/swift
      """,
    good: """
      skills:
        - uri: skill://programming/swift
          level: competent
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    if tree.root == nil, context.syntax.problems.isEmpty {
      reportEmpty(&context)
      return
    }
    for violation in context.violations {
      guard case .missingProperties(let names) = violation.details else { continue }
      guard !context.followsFromSyntax(violation) else { continue }
      let mapping = violation.node
      let place = context.place(of: violation)
      let path = tree.authorPath(of: mapping)
      let whole = path.isEmpty ? "this masque" : "`\(path)`"
      var fixes: [Fix] = []
      if place.related.isEmpty, let fix = insertion(of: names, into: mapping, context) {
        fixes.append(fix)
      }
      let range = place.related.isEmpty ? firstLine(of: mapping, context) : place.range
      context.report(
        self, range,
        names.count == 1
          ? "\(whole) has no \(listing(names, "and")), which it needs\(place.suffix): add it"
          : "\(whole) has no \(listing(names, "or")), all of which it needs\(place.suffix): add it",
        related: place.related, fixes: fixes)
    }
    context.absorb { if case .missingProperties = $0.details { true } else { false } }
  }

  /// Nothing but blanks and comments.
  private static func reportEmpty(_ context: inout RuleContext) {
    let root = [context.schema.root]
    let names = context.schema.propertyNames(of: root).filter(\.isRequired).map(\.name)
    guard !names.isEmpty else { return }
    let end = context.snapshot.text.count
    let lineBreak = context.syntax.lineBreak
    let lines = names.map { name -> String in
      let value = placeholder(name, context.schema.propertySubschemas(of: root, key: name), context)
      return value.hasPrefix("\n") ? "\(name):\(value)" : "\(name): \(value)"
    }
    var body = lines.joined(separator: "\n").replacing("\n", with: lineBreak) + lineBreak
    if end > 0, ![0x0A, 0x0D].contains(context.tree.source.last ?? 0x0A) { body = lineBreak + body }
    context.report(
      self, ByteRange(at: 0), "this file is empty: a masque has \(listing(names, "and"))",
      fixes: [Fix("Add the keys that a masque needs", [.insert(body, at: end)], .unsafe)])
  }

  /// The first entry's first line: it shows which map lacks the key, and is no longer than a line.
  private static func firstLine(of mapping: NodeID, _ context: RuleContext) -> ByteRange {
    let tree = context.tree
    guard let first = tree.pairs(of: mapping).first(where: { _ in true }) else { return tree[mapping].range }
    let start = tree[first.key].range.start
    var end = max(tree[first.key].range.end, tree[first.value].range.end)
    let bytes = tree.source
    if let lineBreak = bytes[start..<end].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) { end = lineBreak }
    return ByteRange(start, end)
  }

  private static func insertion(
    of names: [String], into mapping: NodeID, _ context: RuleContext
  ) -> Fix? {
    let tree = context.tree
    let subschemas = context.subschemas(of: mapping)
    let order = context.schema.propertyNames(of: subschemas).map(\.name)
    var edits: [TextEdit] = []
    for name in names {
      let value = placeholder(name, context.schema.propertySubschemas(of: subschemas, key: name), context)
      // Behind the last present key that comes before it in the schema's order.
      let position = order.firstIndex(of: name) ?? order.count
      let earlier = Set(order[..<position])
      let pairs = Array(tree.pairs(of: mapping))
      let anchor = pairs.last { earlier.contains(tree.text(of: $0.key)) }?.key
      let isFlow = tree[mapping].style == .flow
      guard !(isFlow && value.contains("\n")),
        let edit = context.syntax.inserting([(name, value)], into: mapping, after: anchor)
      else { return nil }
      edits.append(edit)
    }
    let title = names.count == 1 ? "Add `\(names[0])`" : "Add \(listing(names, "and"))"
    return Fix(title, edits, .unsafe)
  }

  /// A value to start from: valid, and the most careful one where there is a choice.
  private static func placeholder(_ name: String, _ subschemas: [SubschemaID], _ context: RuleContext) -> String {
    switch name {
    case "name" where context.tree.root == nil || subschemas == rootProperty("name", context):
      return ScalarWriting.scalar(MasqueName.fromPath(context.snapshot.path) ?? "New Masque")
    case "ring": return "guest"
    case "intent": return "\n  allowed:\n    - \"describe what this masque may do\"\n  denied: []"
    case "lens":
      return "|\n  Describe how this masque thinks.\n"
        .trimmingLineBreaks()
    default: break
    }
    let schema = context.schema
    if let value = schema.examples(of: subschemas).first ?? schema.allowedValues(of: subschemas).first {
      return value.yaml
    }
    let types = schema.types(of: subschemas)
    if types.contains(.integer) || types.contains(.number) { return "1" }
    if types.contains(.array) { return "[]" }
    if types.contains(.object) { return "{}" }
    return "\"\""
  }

  private static func rootProperty(_ name: String, _ context: RuleContext) -> [SubschemaID] {
    context.schema.propertySubschemas(of: [context.schema.root], key: name)
  }
}

extension String {
  fileprivate func trimmingLineBreaks() -> String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
