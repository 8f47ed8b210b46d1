import DocumentTree

/// Turns schema documents into the tables of a `SchemaProgram`, in two steps: `discover` finds every schema, resource
/// and anchor of a document; `emit` writes the instructions of each schema found, and may lead to further documents.
struct SchemaCompiler {
  var tables = ProgramTables()
  var diagnostics: [SchemaDiagnostic] = []
  let options: SchemaOptions
  let registry: SchemaResources

  /// For each subschema, its range in `found`.
  var foundRanges: [Range<Int>] = []
  /// The keywords of all subschemas with their values, as written.
  var found: [(keyword: SchemaKeyword, key: NodeID, value: NodeID)] = []
  var resourceOfURI: [String: Int32] = [:]
  private var loadedEntries: Set<Int> = []
  private var anchors: [AnchorName: Int32] = [:]
  private var dynamicAnchors: [(resource: Int32, name: String, subschema: Int32)] = []
  private var dynamicAnchorNames: [String: Int32] = [:]
  var patternIndices: [String: Int32?] = [:]
  var dialects: [String: Vocabularies] = [:]
  /// For each keyword, the index into `found` of its occurrence in the subschema at hand, -1 without.
  var occurrences = [Int32](repeating: -1, count: SchemaKeyword.allCases.count)

  private struct AnchorName: Hashable {
    var resource: Int32
    var name: String
  }

  /// The nesting of schemas beyond which nothing is compiled.
  private static let deepest = 256

  init(options: SchemaOptions, resources: SchemaResources) {
    self.options = options
    registry = resources
  }

  /// Compiles the schema at a node and whatever it refers to.
  mutating func compile(_ tree: DocumentTree, at root: NodeID, baseURI: String) -> SchemaProgram {
    let reference = URIReference(baseURI)
    var root = load(tree, root, uri: reference.textWithoutFragment)
    if root < 0 {
      // An empty document, or a node that is not in it: the schema without a keyword.
      root = Int32(truncatingIfNeeded: tables.subschemas.count)
      tables.subschemas.append(Subschema(form: .alwaysTrue, resource: 0, document: 0, node: 0))
      foundRanges.append(0..<0)
    }
    var index = 0
    while index < tables.subschemas.count {
      emit(Int32(truncatingIfNeeded: index))
      index += 1
    }
    cutReferenceLoops()
    fillDynamicAnchors()
    return SchemaProgram(tables, root: root)
  }

  /// Takes a document in. Returns the subschema of its root.
  private mutating func load(_ tree: DocumentTree, _ root: NodeID, uri: String) -> Int32 {
    let document = Int32(truncatingIfNeeded: tables.documents.count)
    tables.documents.append(tree)
    tables.subschemaOfNode.append([Int32](repeating: -1, count: tree.nodes.count))
    let node = tree.resolved(root) ?? root
    let resource = addResource(uri: uri, document: document, node: node, vocabularies: .standard)
    if resourceOfURI[uri] == nil { resourceOfURI[uri] = resource }
    return discover(node, document, resource, depth: 0, isDocumentRoot: true)
  }

  private mutating func addResource(
    uri: String, document: Int32, node: NodeID, vocabularies: Vocabularies
  ) -> Int32 {
    tables.resources.append(Resource(uri: uri, document: document, node: node, vocabularies: vocabularies))
    return Int32(truncatingIfNeeded: tables.resources.count - 1)
  }

  // MARK: - Discovery

  /// Finds the schema at a node and those inside it. Returns its subschema; -1 only where nesting is too deep.
  mutating func discover(
    _ written: NodeID, _ document: Int32, _ outer: Int32, depth: Int, isDocumentRoot: Bool = false
  ) -> Int32 {
    let tree = tables.documents[Int(document)]
    guard let node = tree.resolved(written), tree.nodes.indices.contains(Int(node.index)) else { return -1 }
    let known = tables.subschemaOfNode[Int(document)][Int(node.index)]
    if known >= 0 { return known }
    guard depth < Self.deepest else {
      report(.tooDeep, nil, node, document, "schemas nest deeper than \(Self.deepest) levels")
      return -1
    }
    let id = Int32(truncatingIfNeeded: tables.subschemas.count)
    tables.subschemaOfNode[Int(document)][Int(node.index)] = id
    var subschema = Subschema(form: .object, resource: outer, document: document, node: node.index)
    let first = found.count
    switch tree[node].kind {
    case .mapping: collectKeywords(tree, node, document)
    case .scalar where tree[node].type == .bool:
      subschema.form = tree[node].flags.contains(.isTrue) ? .alwaysTrue : .alwaysFalse
    default:
      report(.notASchema, nil, node, document, "a schema is an object or a boolean")
      subschema.form = .alwaysTrue
    }
    let range = first..<found.count
    tables.subschemas.append(subschema)
    foundRanges.append(range)
    guard !range.isEmpty else { return id }

    let resource = identify(id, range, tree, outer, isDocumentRoot)
    tables.subschemas[Int(id)].resource = resource
    let vocabularies = tables.resources[Int(resource)].vocabularies
    for index in range {
      let (keyword, _, value) = found[index]
      guard !vocabularies.isDisjoint(with: keyword.vocabulary) else { continue }
      switch keyword.shape {
      case .schema: _ = discover(value, document, resource, depth: depth + 1)
      case .schemas:
        guard let list = tree.resolved(value), tree[list].kind == .sequence else { continue }
        for child in tree.children(of: list) { _ = discover(child, document, resource, depth: depth + 1) }
      case .schemaMap, .patternMap:
        for (_, child) in mappingPairs(tree, value) { _ = discover(child, document, resource, depth: depth + 1) }
      default: continue
      }
    }
    return id
  }

  /// The pairs of the mapping at a node or behind an alias, merge keys resolved; else none.
  func mappingPairs(_ tree: DocumentTree, _ node: NodeID) -> [(key: NodeID, value: NodeID)] {
    guard let node = tree.resolved(node), tree[node].kind == .mapping else { return [] }
    if tree[node].flags.contains(.merge) { return tree.mergedPairs(of: node) }
    return Array(tree.pairs(of: node))
  }

  private mutating func collectKeywords(_ tree: DocumentTree, _ node: NodeID, _ document: Int32) {
    let first = found.count
    if tree[node].flags.contains(.merge) {
      for (key, value) in tree.mergedPairs(of: node) { collect(tree, key, value) }
    } else {
      for (key, value) in tree.pairs(of: node) { collect(tree, key, value) }
    }
    // The last of equal keywords counts; few schemas have more than ten keywords.
    var index = first
    while index < found.count {
      if let later = found[(index + 1)...].firstIndex(where: { $0.keyword == found[index].keyword }) {
        let (keyword, key, _) = found[later]
        report(.duplicateKeyword, keyword, key, document, "\"\(keyword)\" stands twice in this schema")
        found.remove(at: index)
      } else {
        index += 1
      }
    }
  }

  private mutating func collect(_ tree: DocumentTree, _ key: NodeID, _ value: NodeID) {
    guard let keyword = tree.withText(of: key, { SchemaKeyword(utf8: $0) }), let value = tree.resolved(value) else {
      return
    }
    found.append((keyword, key, value))
  }

  /// Handles the keywords that name a schema. Returns its resource.
  private mutating func identify(
    _ id: Int32, _ range: Range<Int>, _ tree: DocumentTree, _ outer: Int32, _ isDocumentRoot: Bool
  ) -> Int32 {
    var resource = outer
    let subschema = tables.subschemas[Int(id)]
    let document = subschema.document
    if let index = range.first(where: { found[$0].keyword == .id }), isString(tree, found[index].value) {
      let reference = URIReference(tree.text(of: found[index].value))
      if let fragment = reference.fragment, !fragment.isEmpty {
        report(.invalidIdentifier, .id, found[index].value, document, "an $id has no fragment; use $anchor")
      }
      let uri = reference.resolved(against: URIReference(tables.resources[Int(outer)].uri)).textWithoutFragment
      if isDocumentRoot {
        tables.resources[Int(resource)].uri = uri
      } else {
        resource = addResource(
          uri: uri, document: document, node: NodeID(Int(subschema.node)),
          vocabularies: tables.resources[Int(outer)].vocabularies)
      }
      if let other = resourceOfURI[uri], other != resource {
        report(.invalidIdentifier, .id, found[index].value, document, "another schema has the $id \"\(uri)\"")
      } else {
        resourceOfURI[uri] = resource
      }
    }
    for index in range {
      let (keyword, _, value) = found[index]
      switch keyword {
      case .schema where resource != outer || isDocumentRoot:
        guard isString(tree, value) else { continue }
        tables.resources[Int(resource)].vocabularies = vocabularies(ofDialect: value, tree, document)
      case .anchor, .dynamicAnchor:
        addAnchor(keyword, value, tree, resource, id)
      default: continue
      }
    }
    return resource
  }

  func isString(_ tree: DocumentTree, _ node: NodeID) -> Bool {
    tree[node].kind == .scalar && tree[node].type == .string
  }

  private mutating func addAnchor(
    _ keyword: SchemaKeyword, _ value: NodeID, _ tree: DocumentTree, _ resource: Int32, _ id: Int32
  ) {
    guard isString(tree, value) else { return }
    let name = tree.text(of: value)
    if let other = anchors.updateValue(id, forKey: AnchorName(resource: resource, name: name)), other != id {
      let document = tables.subschemas[Int(id)].document
      report(.duplicateAnchor, keyword, value, document, "another schema of this resource has the anchor \"\(name)\"")
    }
    if keyword == .dynamicAnchor { dynamicAnchors.append((resource, name, id)) }
  }

  // MARK: - References

  /// What a reference from a resource leads to, and whether it ended at a dynamic anchor.
  mutating func resolve(_ text: String, from resource: Int32) -> (subschema: Int32, dynamicAnchor: String?)? {
    let reference = URIReference(text)
    var target = resource
    if text.utf8.first != UInt8(ascii: "#"), !text.isEmpty {
      let uri = reference.resolved(against: URIReference(tables.resources[Int(resource)].uri)).textWithoutFragment
      guard let found = findResource(uri) else { return nil }
      target = found
    }
    let document = Int(tables.resources[Int(target)].document)
    guard let fragment = reference.fragment, !fragment.isEmpty else {
      let root = tables.subschemaOfNode[document][Int(tables.resources[Int(target)].node.index)]
      return root < 0 ? nil : (root, nil)
    }
    let decoded = percentDecoded(fragment)
    if decoded.first == UInt8(ascii: "/") { return follow(pointerTokens(decoded), from: target).map { ($0, nil) } }
    let name = String(decoding: decoded, as: UTF8.self)
    guard let subschema = anchors[AnchorName(resource: target, name: name)] else { return nil }
    let isDynamic = dynamicAnchors.contains { $0.resource == target && $0.name == name }
    return (subschema, isDynamic ? name : nil)
  }

  /// Walks a JSON pointer from a resource's root.
  private mutating func follow(_ tokens: [[UInt8]], from resource: Int32) -> Int32? {
    let document = tables.resources[Int(resource)].document
    let tree = tables.documents[Int(document)]
    var resource = resource
    var node = tables.resources[Int(resource)].node
    for token in tokens {
      guard let here = tree.resolved(node) else { return nil }
      switch tree[here].kind {
      case .mapping:
        let pairs = mappingPairs(tree, here)
        guard let pair = pairs.last(where: { tree.withText(of: $0.key) { $0.elementsEqual(token) } }) else {
          return nil
        }
        node = pair.value
      case .sequence:
        // No leading zeros, no sign (RFC 6901, section 4).
        guard token.count < 10, let index = Int(String(decoding: token, as: UTF8.self)),
          String(index).utf8.elementsEqual(token),
          let child = tree.children(of: here).dropFirst(index).first(where: { _ in true })
        else { return nil }
        node = child
      case .scalar, .alias: return nil
      }
      if let target = tree.resolved(node) {
        let known = tables.subschemaOfNode[Int(document)][Int(target.index)]
        if known >= 0 { resource = tables.subschemas[Int(known)].resource }
      }
    }
    let subschema = discover(node, document, resource, depth: 0)
    return subschema < 0 ? nil : subschema
  }

  /// The resource with a URI, loading the document that has it.
  private mutating func findResource(_ uri: String) -> Int32? {
    if let known = resourceOfURI[uri] { return known }
    if let index = registry.index(of: uri), loadedEntries.insert(index).inserted {
      loadEntry(index)
      if let known = resourceOfURI[uri] { return known }
    }
    if let tree = MetaSchema.document(uri: uri), let root = tree.root {
      _ = load(tree, root, uri: uri)
      return resourceOfURI[uri]
    }
    // It may be the $id of a schema inside some document.
    for index in registry.entries.indices where loadedEntries.insert(index).inserted {
      loadEntry(index)
      if let known = resourceOfURI[uri] { return known }
    }
    return nil
  }

  private mutating func loadEntry(_ index: Int) {
    let entry = registry.entries[index]
    _ = load(entry.tree, entry.root, uri: entry.uri)
  }

  /// The number of a dynamic anchor's name.
  mutating func dynamicAnchorIndex(_ name: String) -> Int32 {
    if let known = dynamicAnchorNames[name] { return known }
    let index = Int32(truncatingIfNeeded: dynamicAnchorNames.count)
    dynamicAnchorNames[name] = index
    return index
  }

  private mutating func fillDynamicAnchors() {
    let count = dynamicAnchorNames.count
    tables.dynamicAnchorCount = count
    tables.dynamicAnchors = [Int32](repeating: -1, count: count * tables.resources.count)
    for (resource, name, subschema) in dynamicAnchors {
      guard let index = dynamicAnchorNames[name] else { continue }
      tables.dynamicAnchors[Int(resource) * count + Int(index)] = subschema
    }
  }

  // MARK: - Diagnostics

  mutating func report(
    _ kind: SchemaDiagnostic.Kind, _ keyword: SchemaKeyword?, _ node: NodeID, _ document: Int32, _ message: String
  ) {
    let uri = tables.resources.first { $0.document == document }?.uri ?? ""
    let range = tables.documents[Int(document)][node].range
    diagnostics.append(
      SchemaDiagnostic(kind: kind, keyword: keyword, node: node, document: uri, range: range, message: message))
  }
}
