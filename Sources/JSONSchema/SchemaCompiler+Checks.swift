import DocumentTree

extension SchemaCompiler {
  // MARK: - Dialects

  /// The vocabularies that a meta-schema turns on.
  mutating func vocabularies(ofDialect node: NodeID, _ tree: DocumentTree, _ document: Int32) -> Vocabularies {
    let reference = URIReference(tree.text(of: node))
    let uri = reference.textWithoutFragment
    if uri == MetaSchema.uri { return .standard }
    if let known = dialects[uri] { return known }
    dialects[uri] = .standard
    guard let dialect = metaSchema(uri) else {
      report(
        .unknownDialect, .schema, node, document,
        "the meta-schema \"\(uri)\" is not known; the schema is read as draft 2020-12")
      return .standard
    }
    guard let declared = dialect.tree.value(forKey: "$vocabulary", in: dialect.root) else { return .standard }
    var result: Vocabularies = .core
    for (key, isRequired) in mappingPairs(dialect.tree, declared) {
      let name = dialect.tree.text(of: key)
      if let vocabulary = Vocabularies(uri: name) {
        result.formUnion(vocabulary)
      } else if dialect.tree[isRequired].flags.contains(.isTrue) {
        report(
          .unknownVocabulary, .schema, node, document, "the meta-schema requires the vocabulary \"\(name)\", not known")
      }
    }
    dialects[uri] = result
    return result
  }

  private func metaSchema(_ uri: String) -> (tree: DocumentTree, root: NodeID)? {
    if let index = registry.index(of: uri) { return (registry.entries[index].tree, registry.entries[index].root) }
    if let tree = MetaSchema.document(uri: uri), let root = tree.root { return (tree, root) }
    return nil
  }

  // MARK: - Loops

  /// Where an instruction names a subschema that applies at the same place.
  private enum Edge {
    case instruction(Int32)
    case conditional(Int32, part: Int)
    case list(Int32)
    case dependency(Int32)
  }

  /// Finds subschemas that apply themselves at the same place, and cuts each loop by letting its last step admit
  /// everything. `$dynamicRef` is left to the evaluator's bounds: its target is known only there.
  mutating func cutReferenceLoops() {
    // 0: not seen, 1: on the path, 2: done.
    var states = [UInt8](repeating: 0, count: tables.subschemas.count)
    for start in states.indices where states[start] == 0 {
      var path: [(subschema: Int32, edges: [Edge])] = []
      func enter(_ subschema: Int32) {
        states[Int(subschema)] = 1
        path.append((subschema, edges(of: subschema)))
      }
      enter(Int32(truncatingIfNeeded: start))
      while let last = path.last {
        guard let edge = last.edges.last else {
          states[Int(last.subschema)] = 2
          path.removeLast()
          continue
        }
        path[path.count - 1].edges.removeLast()
        let target = target(of: edge)
        guard target >= 0 else { continue }
        switch states[Int(target)] {
        case 0: enter(target)
        case 1: cut(edge, in: last.subschema)
        default: continue
        }
      }
    }
  }

  private func edges(of subschema: Int32) -> [Edge] {
    var edges: [Edge] = []
    let schema = tables.subschemas[Int(subschema)]
    for index in schema.firstInstruction..<schema.endInstruction {
      switch tables.instructions[Int(index)] {
      case .ref, .not: edges.append(.instruction(index))
      case .conditional: for part in 0..<3 { edges.append(.conditional(index, part: part)) }
      case .allOf(let from, let to), .anyOf(let from, let to), .oneOf(let from, let to):
        for position in from..<to { edges.append(.list(position)) }
      case .dependentSchemas(let from, let to):
        for position in from..<to { edges.append(.dependency(position)) }
      default: continue
      }
    }
    return edges
  }

  private func target(of edge: Edge) -> Int32 {
    switch edge {
    case .instruction(let index):
      switch tables.instructions[Int(index)] {
      case .ref(let target), .not(let target): return target
      default: return -1
      }
    case .conditional(let index, let part):
      guard case .conditional(let condition, let then, let otherwise) = tables.instructions[Int(index)] else {
        return -1
      }
      return part == 0 ? condition : part == 1 ? then : otherwise
    case .list(let position): return tables.lists[Int(position)]
    case .dependency(let position): return tables.dependencies[Int(position)].first
    }
  }

  private mutating func cut(_ edge: Edge, in subschema: Int32) {
    let owner = tables.subschemas[Int(subschema)]
    report(
      .referenceLoop, .ref, NodeID(Int(owner.node)), owner.document,
      "this schema refers to itself without going deeper into the instance")
    let harmless = Int32(truncatingIfNeeded: tables.subschemas.count)
    tables.subschemas.append(
      Subschema(form: .alwaysTrue, resource: owner.resource, document: owner.document, node: owner.node))
    foundRanges.append(0..<0)
    switch edge {
    case .instruction(let index):
      if case .not = tables.instructions[Int(index)] {
        tables.subschemas[Int(harmless)].form = .alwaysFalse
        tables.instructions[Int(index)] = .not(harmless)
      } else {
        tables.instructions[Int(index)] = .ref(harmless)
      }
    case .conditional(let index, let part):
      guard case .conditional(let condition, let then, let otherwise) = tables.instructions[Int(index)] else { return }
      tables.instructions[Int(index)] = .conditional(
        if: part == 0 ? harmless : condition, then: part == 1 ? harmless : then, else: part == 2 ? harmless : otherwise)
    case .list(let position): tables.lists[Int(position)] = harmless
    case .dependency(let position): tables.dependencies[Int(position)].first = harmless
    }
  }
}
