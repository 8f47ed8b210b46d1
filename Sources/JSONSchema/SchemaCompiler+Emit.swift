import DocumentTree
import RegularLanguages

// Writes the instructions of one subschema. The order is the order of evaluation: what is cheap and decides most
// comes first, what depends on the others' annotations last.
extension SchemaCompiler {
  /// What an emitter works on.
  struct Site {
    var tree: DocumentTree
    var subschema: Int32
    var document: Int32
    var resource: Int32
  }

  mutating func emit(_ id: Int32) {
    let subschema = tables.subschemas[Int(id)]
    let first = Int32(truncatingIfNeeded: tables.instructions.count)
    let range = foundRanges[Int(id)]
    if !range.isEmpty {
      let document = subschema.document
      let site = Site(
        tree: tables.documents[Int(document)], subschema: id, document: document, resource: subschema.resource)
      let vocabularies = tables.resources[Int(subschema.resource)].vocabularies
      for index in range where !vocabularies.isDisjoint(with: found[index].keyword.vocabulary) {
        occurrences[Int(found[index].keyword.rawValue)] = Int32(truncatingIfNeeded: index)
      }
      emitAssertions(site, assertsFormats: options.assertsFormats || vocabularies.contains(.formatAssertion))
      emitReferences(site)
      emitObject(site)
      emitArray(site)
      emitBranches(site)
      emitUnevaluated(site)
      checkAnnotations(site)
      for index in range { occurrences[Int(found[index].keyword.rawValue)] = -1 }
    }
    tables.subschemas[Int(id)].firstInstruction = first
    tables.subschemas[Int(id)].endInstruction = Int32(truncatingIfNeeded: tables.instructions.count)
  }

  /// The value of a keyword of the subschema at hand.
  func value(_ keyword: SchemaKeyword) -> NodeID? {
    let index = occurrences[Int(keyword.rawValue)]
    return index < 0 ? nil : found[Int(index)].value
  }

  private mutating func add(_ instruction: Instruction) { tables.instructions.append(instruction) }

  mutating func reject(_ keyword: SchemaKeyword, _ node: NodeID, _ site: Site, _ expected: String) {
    report(.wrongKeywordValue, keyword, node, site.document, "\"\(keyword)\" must be \(expected)")
  }

  // MARK: - Assertions

  private mutating func emitAssertions(_ site: Site, assertsFormats: Bool) {
    if let node = value(.type), let types = types(node, site) { add(.types(types)) }
    if let node = value(.const) {
      let index = constant(node, site)
      add(.const(index))
    }
    if let node = value(.enumeration) {
      if site.tree[node].kind == .sequence {
        let from = Int32(truncatingIfNeeded: tables.constants.count)
        for child in site.tree.children(of: node) { _ = constant(site.tree.resolved(child) ?? child, site) }
        add(.enumeration(from: from, to: Int32(truncatingIfNeeded: tables.constants.count)))
      } else {
        reject(.enumeration, node, site, "an array")
      }
    }
    if let limit = count(.minLength, site), limit > 0 { add(.minLength(limit)) }
    if let limit = count(.maxLength, site) { add(.maxLength(limit)) }
    if let limit = count(.minItems, site), limit > 0 { add(.minItems(limit)) }
    if let limit = count(.maxItems, site) { add(.maxItems(limit)) }
    if let limit = count(.minProperties, site), limit > 0 { add(.minProperties(limit)) }
    if let limit = count(.maxProperties, site) { add(.maxProperties(limit)) }
    if let index = number(.minimum, site) { add(.minimum(index)) }
    if let index = number(.exclusiveMinimum, site) { add(.exclusiveMinimum(index)) }
    if let index = number(.maximum, site) { add(.maximum(index)) }
    if let index = number(.exclusiveMaximum, site) { add(.exclusiveMaximum(index)) }
    if let index = number(.multipleOf, site) { add(.multipleOf(index)) }
    if let node = value(.format) {
      if !isString(site.tree, node) {
        reject(.format, node, site, "a string")
      } else if assertsFormats, let format = SchemaFormat(rawValue: site.tree.text(of: node)) {
        add(.format(format))
      }
    }
    if let node = value(.pattern) {
      if !isString(site.tree, node) {
        reject(.pattern, node, site, "a string")
      } else if let index = pattern(node, .pattern, site) {
        add(.pattern(index))
      }
    }
  }

  private mutating func types(_ node: NodeID, _ site: Site) -> SchemaTypeSet? {
    let tree = site.tree
    if isString(tree, node), let type = tree.withText(of: node, { SchemaTypeSet(name: $0) }) { return type }
    var types: SchemaTypeSet = []
    if tree[node].kind == .sequence, tree[node].count > 0 {
      for child in tree.children(of: node) {
        let child = tree.resolved(child) ?? child
        guard isString(tree, child), let type = tree.withText(of: child, { SchemaTypeSet(name: $0) }) else {
          reject(.type, child, site, "a list of type names, and this is none")
          continue
        }
        types.formUnion(type)
      }
      return types.isEmpty ? nil : types
    }
    if tree.hasText(node, "null"), tree[node].kind == .scalar {
      // YAML reads the bare word as the null value.
      reject(.type, node, site, "a type's name: put \"null\" in quotes")
    } else {
      reject(.type, node, site, "one of \(SchemaTypeSet.names.joined(separator: ", ")), or a list of these")
    }
    return nil
  }

  private mutating func constant(_ node: NodeID, _ site: Site) -> Int32 {
    let scalar = site.tree[node]
    var constant = Constant(kind: .container, document: site.document, node: node.index)
    if scalar.kind == .scalar {
      switch scalar.type {
      case .null: constant.kind = .null
      case .bool: constant.kind = scalar.flags.contains(.isTrue) ? .isTrue : .isFalse
      case .int, .float:
        constant.kind = .number
        constant.number = Int32(truncatingIfNeeded: tables.numbers.count)
        tables.numbers.append(site.tree.number(of: node) ?? Number(0))
      case .string, .none:
        constant.kind = .string
        constant.text = intern(node, site.tree)
      }
    }
    tables.constants.append(constant)
    return Int32(truncatingIfNeeded: tables.constants.count - 1)
  }

  /// Puts a scalar's bytes into the pool.
  private mutating func intern(_ node: NodeID, _ tree: DocumentTree) -> TextRange {
    let offset = Int32(truncatingIfNeeded: tables.pool.count)
    let count = tree.withText(of: tree.resolved(node) ?? node) { text in
      tables.pool.append(contentsOf: text)
      return Int32(truncatingIfNeeded: text.count)
    }
    return TextRange(offset: offset, count: count)
  }

  /// A whole number from 0; one beyond `Int` counts as its maximum.
  private mutating func count(_ keyword: SchemaKeyword, _ site: Site) -> Int? {
    guard let node = value(keyword) else { return nil }
    guard let number = site.tree.number(of: node), number.isInteger, !number.isNegative else {
      reject(keyword, node, site, "a whole number, 0 or more")
      return nil
    }
    return number.asInt ?? Int.max
  }

  private mutating func number(_ keyword: SchemaKeyword, _ site: Site) -> Int32? {
    guard let node = value(keyword) else { return nil }
    guard let number = site.tree.number(of: node), !number.isNaN else {
      reject(keyword, node, site, "a number")
      return nil
    }
    if keyword == .multipleOf, number.isNegative || number.isZero || !number.isFinite {
      reject(keyword, node, site, "a number above 0")
      return nil
    }
    tables.numbers.append(number)
    return Int32(truncatingIfNeeded: tables.numbers.count - 1)
  }

  /// The pattern that a scalar spells, each source compiled once.
  private mutating func pattern(_ node: NodeID, _ keyword: SchemaKeyword, _ site: Site) -> Int32? {
    let source = site.tree.text(of: node)
    if let known = patternIndices[source] { return known }
    do {
      tables.patterns.append(try SchemaPattern(source))
      let index = Int32(truncatingIfNeeded: tables.patterns.count - 1)
      patternIndices[source] = index
      return index
    } catch {
      report(
        .invalidPattern(offset: error.offset), keyword, node, site.document,
        "the pattern cannot be used: \(error.message), at byte \(error.offset)")
      return nil
    }
  }

  // MARK: - References

  private mutating func emitReferences(_ site: Site) {
    for keyword in [SchemaKeyword.ref, .dynamicRef] {
      guard let node = value(keyword) else { continue }
      guard isString(site.tree, node) else {
        reject(keyword, node, site, "a string")
        continue
      }
      let text = site.tree.text(of: node)
      guard let target = resolve(text, from: site.resource) else {
        report(.unresolvableReference, keyword, node, site.document, "nothing is found at \"\(text)\"")
        continue
      }
      if keyword == .dynamicRef, let name = target.dynamicAnchor {
        let anchor = dynamicAnchorIndex(name)
        add(.dynamicRef(target.subschema, anchor: anchor))
      } else {
        add(.ref(target.subschema))
      }
    }
  }

  /// The subschema of a node that `discover` has met; -1 for one nested too deep.
  private func subschema(_ node: NodeID, _ site: Site) -> Int32 {
    guard let node = site.tree.resolved(node) else { return -1 }
    return tables.subschemaOfNode[Int(site.document)][Int(node.index)]
  }

  private func subschema(_ keyword: SchemaKeyword, _ site: Site) -> Int32 {
    value(keyword).map { subschema($0, site) } ?? -1
  }

  // MARK: - Objects

  private mutating func emitObject(_ site: Site) {
    var table = ObjectTable()
    table.firstKey = Int32(truncatingIfNeeded: tables.keys.count)
    for (key, child) in schemaMap(.properties, site) {
      let target = subschema(child, site)
      guard target >= 0 else { continue }
      tables.keys.append(KeyEntry(text: intern(key, site.tree), subschema: target, requiredBit: 0))
    }
    let properties = Int(table.firstKey)..<tables.keys.count
    let required = stringList(.required, site)
    for name in required.prefix(64) { require(name, properties, &table, site) }
    table.endKey = Int32(truncatingIfNeeded: tables.keys.count)

    table.firstPattern = Int32(truncatingIfNeeded: tables.patternEntries.count)
    for (key, child) in schemaMap(.patternProperties, site) {
      let target = subschema(child, site)
      guard target >= 0, let pattern = pattern(key, .patternProperties, site) else { continue }
      tables.patternEntries.append(PatternEntry(pattern: pattern, subschema: target))
    }
    table.endPattern = Int32(truncatingIfNeeded: tables.patternEntries.count)
    table.additional = subschema(.additionalProperties, site)
    table.propertyNames = subschema(.propertyNames, site)
    if table.firstKey < table.endKey || table.firstPattern < table.endPattern || table.additional >= 0
      || table.propertyNames >= 0
    {
      finish(&table)
    }
    // A table has bits for 64 required keys; the rest go into tables of their own.
    var rest = required.dropFirst(64)
    while !rest.isEmpty {
      var more = ObjectTable()
      more.firstKey = Int32(truncatingIfNeeded: tables.keys.count)
      for name in rest.prefix(64) { require(name, tables.keys.count..<tables.keys.count, &more, site) }
      more.endKey = Int32(truncatingIfNeeded: tables.keys.count)
      finish(&more)
      rest = rest.dropFirst(64)
    }
    emitDependencies(site)
  }

  /// Gives a key of the table a bit of its own, unless it has one.
  private mutating func require(
    _ name: NodeID, _ properties: Range<Int>, _ table: inout ObjectTable, _ site: Site
  ) {
    let bit: UInt64 = 1 << UInt64(table.required.nonzeroBitCount)
    let text = intern(name, site.tree)
    let all = Int(table.firstKey)..<tables.keys.count
    if let known = all.last(where: { equalTexts(tables.keys[$0].text, text) }) {
      if tables.keys[known].requiredBit == 0 {
        tables.keys[known].requiredBit = bit
        table.required |= bit
      }
      return
    }
    tables.keys.append(KeyEntry(text: text, subschema: -1, requiredBit: bit))
    table.required |= bit
  }

  private func equalTexts(_ a: TextRange, _ b: TextRange) -> Bool {
    a.count == b.count
      && tables.pool[Int(a.offset)..<Int(a.offset + a.count)].elementsEqual(
        tables.pool[Int(b.offset)..<Int(b.offset + b.count)])
  }

  /// Hashes the table's keys and adds its instruction.
  private mutating func finish(_ table: inout ObjectTable) {
    let count = Int(table.endKey - table.firstKey)
    if count > 0 {
      var size = 4
      while size < count * 2 { size *= 2 }
      table.firstSlot = Int32(truncatingIfNeeded: tables.slots.count)
      table.slotMask = Int32(truncatingIfNeeded: size - 1)
      tables.slots.append(contentsOf: repeatElement(-1, count: size))
      // Backwards, so that the last of equal keys is the one that is found.
      for index in (Int(table.firstKey)..<Int(table.endKey)).reversed() {
        let text = tables.keys[index].text
        let hash = tables.pool.withUnsafeBufferPointer {
          hashOfEnds(UnsafeBufferPointer(rebasing: $0[Int(text.offset)..<Int(text.offset + text.count)]))
        }
        var slot = Int(Int32(bitPattern: hash) & table.slotMask)
        while tables.slots[Int(table.firstSlot) + slot] >= 0 { slot = (slot + 1) & (size - 1) }
        tables.slots[Int(table.firstSlot) + slot] = Int32(truncatingIfNeeded: index)
      }
    }
    tables.objects.append(table)
    add(.object(Int32(truncatingIfNeeded: tables.objects.count - 1)))
  }

  private mutating func emitDependencies(_ site: Site) {
    var first = Int32(truncatingIfNeeded: tables.dependencies.count)
    if let node = value(.dependentRequired) {
      if site.tree[node].kind != .mapping { reject(.dependentRequired, node, site, "an object of arrays of strings") }
      for (key, list) in mappingPairs(site.tree, node) {
        let from = Int32(truncatingIfNeeded: tables.texts.count)
        for name in strings(list, .dependentRequired, site) { tables.texts.append(intern(name, site.tree)) }
        let text = intern(key, site.tree)
        tables.dependencies.append(
          Dependency(key: text, first: from, end: Int32(truncatingIfNeeded: tables.texts.count)))
      }
      add(.dependentRequired(from: first, to: Int32(truncatingIfNeeded: tables.dependencies.count)))
    }
    first = Int32(truncatingIfNeeded: tables.dependencies.count)
    for (key, child) in schemaMap(.dependentSchemas, site) {
      let target = subschema(child, site)
      guard target >= 0 else { continue }
      tables.dependencies.append(Dependency(key: intern(key, site.tree), first: target, end: target))
    }
    let end = Int32(truncatingIfNeeded: tables.dependencies.count)
    if first < end { add(.dependentSchemas(from: first, to: end)) }
  }

  /// The pairs of a keyword whose value maps names to schemas.
  private mutating func schemaMap(_ keyword: SchemaKeyword, _ site: Site) -> [(key: NodeID, value: NodeID)] {
    guard let node = value(keyword) else { return [] }
    if site.tree[node].kind != .mapping {
      reject(keyword, node, site, "an object whose values are schemas")
      return []
    }
    return mappingPairs(site.tree, node)
  }

  private mutating func stringList(_ keyword: SchemaKeyword, _ site: Site) -> [NodeID] {
    value(keyword).map { strings($0, keyword, site) } ?? []
  }

  private mutating func strings(_ node: NodeID, _ keyword: SchemaKeyword, _ site: Site) -> [NodeID] {
    guard let node = site.tree.resolved(node), site.tree[node].kind == .sequence else {
      reject(keyword, node, site, keyword == .required ? "an array of strings" : "an object of arrays of strings")
      return []
    }
    return site.tree.children(of: node).compactMap { child in
      let child = site.tree.resolved(child) ?? child
      if isString(site.tree, child) { return child }
      reject(keyword, child, site, "made of strings, and this is none")
      return nil
    }
  }

  // MARK: - Arrays

  private mutating func emitArray(_ site: Site) {
    let prefix = schemaList(.prefixItems, site)
    let items = subschema(.items, site)
    if prefix.from < prefix.to || items >= 0 {
      tables.arrays.append(ArrayTable(firstPrefix: prefix.from, endPrefix: prefix.to, items: items))
      add(.array(Int32(truncatingIfNeeded: tables.arrays.count - 1)))
    }
    let minimum = count(.minContains, site)
    let maximum = count(.maxContains, site)
    let contained = subschema(.contains, site)
    if contained >= 0 {
      tables.contains.append(ContainsTable(subschema: contained, minimum: minimum ?? 1, maximum: maximum ?? Int.max))
      add(.contains(Int32(truncatingIfNeeded: tables.contains.count - 1)))
    }
    if let node = value(.uniqueItems), flag(node, .uniqueItems, site) { add(.uniqueItems) }
  }

  private mutating func flag(_ node: NodeID, _ keyword: SchemaKeyword, _ site: Site) -> Bool {
    guard site.tree[node].kind == .scalar, site.tree[node].type == .bool else {
      reject(keyword, node, site, "true or false")
      return false
    }
    return site.tree[node].flags.contains(.isTrue)
  }

  /// A range of `lists` with the schemas of a keyword whose value is an array of them.
  private mutating func schemaList(_ keyword: SchemaKeyword, _ site: Site) -> (from: Int32, to: Int32) {
    let from = Int32(truncatingIfNeeded: tables.lists.count)
    if let node = value(keyword) {
      if site.tree[node].kind == .sequence, site.tree[node].count > 0 {
        for child in site.tree.children(of: node) {
          let target = subschema(child, site)
          if target >= 0 { tables.lists.append(target) }
        }
      } else {
        reject(keyword, node, site, "an array of schemas with at least one item")
      }
    }
    return (from, Int32(truncatingIfNeeded: tables.lists.count))
  }

  // MARK: - Branches

  private mutating func emitBranches(_ site: Site) {
    let all = schemaList(.allOf, site)
    if all.from < all.to { add(.allOf(from: all.from, to: all.to)) }
    let any = schemaList(.anyOf, site)
    if any.from < any.to { add(.anyOf(from: any.from, to: any.to)) }
    let one = schemaList(.oneOf, site)
    if one.from < one.to { add(.oneOf(from: one.from, to: one.to)) }
    let condition = subschema(.ifSchema, site)
    if condition >= 0 {
      add(.conditional(if: condition, then: subschema(.thenSchema, site), else: subschema(.elseSchema, site)))
    }
    let negated = subschema(.not, site)
    if negated >= 0 { add(.not(negated)) }
  }

  private mutating func emitUnevaluated(_ site: Site) {
    let items = subschema(.unevaluatedItems, site)
    if items >= 0 { add(.unevaluatedItems(items)) }
    let properties = subschema(.unevaluatedProperties, site)
    if properties >= 0 { add(.unevaluatedProperties(properties)) }
    if items >= 0 || properties >= 0 { tables.subschemas[Int(site.subschema)].tracksEvaluation = true }
  }

  /// Keywords that only annotate have forms too.
  private mutating func checkAnnotations(_ site: Site) {
    for keyword in [
      SchemaKeyword.schema, .id, .anchor, .dynamicAnchor, .comment, .title, .description, .contentEncoding,
      .contentMediaType,
    ] {
      if let node = value(keyword), !isString(site.tree, node) { reject(keyword, node, site, "a string") }
    }
    for keyword in [SchemaKeyword.deprecated, .readOnly, .writeOnly] {
      if let node = value(keyword) { _ = flag(node, keyword, site) }
    }
    if let node = value(.examples), site.tree[node].kind != .sequence { reject(.examples, node, site, "an array") }
    _ = schemaMap(.defs, site)
  }
}
