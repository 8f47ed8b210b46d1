import DocumentTree
import JSONSchema
import MasqueModel
import SourceText
import YAMLSyntax

enum UnknownKeyRule: Rule {
  static let description = RuleDescription(
    "unknown-key", .warning, fix: .safe,
    summary: "A key that masques do not have.",
    reason: """
      An unknown key is read by nobody, and most are misspelt. It is no error by itself, because the format grows. Where
      the key was meant to be a required one, this finding stands for the missing key as well, and is an error.
      """,
    bad: """
      spinnerVerbs:
        mod: append
        verbs: ["Tester:Trying..."]
      """,
    good: """
      spinnerVerbs:
        mode: append
        verbs: ["Tester:Trying..."]
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let root = tree.root, tree[root].kind == .mapping else { return }
    var unknown: [(key: NodeID, mapping: NodeID, place: SchemaOutline.Place)] = []
    collect(root, context.outline.root, context.outline, tree, &unknown, depth: 0)
    // Unknown keys of one mapping mostly follow each other; what they have in common is found once.
    var last: Neighbourhood?
    for (key, mapping, place) in unknown {
      let neighbourhood: Neighbourhood
      if let last, last.mapping == mapping {
        neighbourhood = last
      } else {
        neighbourhood = Neighbourhood(mapping, context.outline.subschemas(at: place), context)
      }
      last = neighbourhood
      report(key, tree.text(of: key), neighbourhood, &context)
    }
  }

  /// Walks the mappings that the schema describes. Aliases are not followed: their target is visited where it stands.
  private static func collect(
    _ node: NodeID, _ place: SchemaOutline.Place, _ outline: SchemaOutline, _ tree: DocumentTree,
    _ unknown: inout [(key: NodeID, mapping: NodeID, place: SchemaOutline.Place)], depth: Int
  ) {
    guard depth < 64 else { return }
    switch tree[node].kind {
    case .mapping:
      let isClosed = outline.isClosed(place)
      for (key, value) in tree.pairs(of: node) {
        guard tree[key].kind == .scalar else { continue }
        let below = tree.withText(of: key) { outline.place(below: place, key: $0) }
        if let below {
          if tree[value].kind != .scalar { collect(value, below, outline, tree, &unknown, depth: depth + 1) }
        } else if isClosed, !tree[key].flags.contains(.merge), !tree.withText(of: key, { outline.names($0, at: place) })
        {
          unknown.append((key, node, place))
        }
      }
    case .sequence:
      guard let items = outline.items(of: place) else { return }
      for item in tree.children(of: node) where tree[item].kind != .scalar {
        collect(item, items, outline, tree, &unknown, depth: depth + 1)
      }
    case .scalar, .alias:
      break
    }
  }

  /// A mapping with unknown keys.
  private struct Neighbourhood {
    let mapping: NodeID
    /// The keys that the schema knows there.
    let known: [String]
    /// Those of them that the mapping does not have.
    let candidates: [String]
    /// Where the mapping is, as an author would say it.
    let path: String

    init(_ mapping: NodeID, _ subschemas: [SubschemaID], _ context: RuleContext) {
      self.mapping = mapping
      let tree = context.tree
      known = context.schema.propertyNames(of: subschemas).map(\.name)
      let present = Set(tree.pairs(of: mapping).map { tree.text(of: $0.key) })
      candidates = known.filter { !present.contains($0) }
      path = tree.authorPath(of: mapping)
    }
  }

  private static func report(
    _ key: NodeID, _ name: String, _ neighbourhood: Neighbourhood, _ context: inout RuleContext
  ) {
    let tree = context.tree
    let mapping = neighbourhood.mapping
    let known = neighbourhood.known
    let candidates = neighbourhood.candidates
    let missing = context.missingProperties(of: mapping)
    var nearest = nearestSpelling(of: name, among: candidates)
    let isHalfTyped = tree[key].flags.contains(.repaired)
    if isHalfTyped, nearest == nil {
      // `rin` while typing `ring`.
      let begun = candidates.filter { name.count > 1 && $0.hasPrefix(name) }
      nearest = begun.count == 1 ? begun.first : nil
    }
    let absorbs = nearest.map { missing.contains($0) } ?? false
    if absorbs, let nearest { context.absorbMissing(nearest, of: mapping) }
    // A line that lacks its colon has its finding already.
    guard !isHalfTyped else { return }

    let path = neighbourhood.path
    let place = path.isEmpty ? "a masque" : "`\(path)`"
    var message = "`\(name)` is no key of \(place)"
    var fixes: [Fix] = []
    if let nearest {
      message += absorbs ? ", and `\(nearest)` is missing: did you mean `\(nearest)`?" : ": did you mean `\(nearest)`?"
      if let edit = context.syntax.replacing(key, withText: nearest) {
        fixes.append(Fix("Rename the key to `\(nearest)`", [edit]))
      }
    } else if let twin = known.first(where: { nearestSpelling(of: name, among: [$0]) != nil }) {
      message += ": did you mean `\(twin)`, which is here already?"
    } else if mapping == tree.root, known.contains("attributes") {
      message += ": it is ignored; facts of your own belong under `attributes`"
    } else {
      message += ": it is ignored" + (known.count <= 6 ? "; the keys are \(listing(known, "and"))" : "")
    }
    context.report(
      self, severity: absorbs ? .error : nil, tree[key].range, message, fixes: fixes)
  }
}
