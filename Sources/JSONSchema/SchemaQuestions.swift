public import DocumentTree

/// Questions about what a schema says of places, whether or not a document has them.
///
/// All of them look through the keywords that apply a subschema in place: `$ref`, `$dynamicRef` (by its static target),
/// `allOf`, `anyOf`, `oneOf`, `if`, `then`, `else` and `dependentSchemas`.
extension Schema {
  /// A key that a schema names.
  public struct Property: Sendable, Hashable {
    /// The key.
    public var name: String
    /// Whether an unconditional `required` names it.
    public var isRequired: Bool
  }

  /// The subschemas that describe a place together with these: those that they apply in place, and themselves. In the
  /// order of the schema, each once.
  ///
  /// - Parameter subschemas: where to begin.
  /// - Returns: the closure.
  public func inPlace(_ subschemas: [SubschemaID]) -> [SubschemaID] { inPlace(subschemas, conditional: true) }

  /// The closure, without what depends on the instance unless `conditional`. Depth first with a stack of its own: a
  /// chain of references may be as long as the schema.
  private func inPlace(_ subschemas: [SubschemaID], conditional: Bool) -> [SubschemaID] {
    var result: [SubschemaID] = []
    var seen: Set<SubschemaID> = []
    var pending = Array(subschemas.reversed())
    while let id = pending.popLast() {
      guard program.subschemas.indices.contains(Int(id.index)), seen.insert(id).inserted else { continue }
      result.append(id)
      let first = pending.count
      for instruction in instructions(of: id) {
        switch instruction {
        case .ref(let target), .dynamicRef(let target, _):
          pending.append(SubschemaID(target))
        case .allOf(let from, let to):
          for position in from..<to { pending.append(SubschemaID(program.lists[Int(position)])) }
        case .anyOf(let from, let to), .oneOf(let from, let to):
          guard conditional else { continue }
          for position in from..<to { pending.append(SubschemaID(program.lists[Int(position)])) }
        case .conditional(let condition, let then, let otherwise):
          guard conditional else { continue }
          for target in [condition, then, otherwise] where target >= 0 { pending.append(SubschemaID(target)) }
        case .dependentSchemas(let from, let to):
          guard conditional else { continue }
          for position in from..<to { pending.append(SubschemaID(program.dependencies[Int(position)].first)) }
        default:
          continue
        }
      }
      pending[first...].reverse()
    }
    return result
  }

  private func instructions(of id: SubschemaID) -> Slice<UnsafeBufferPointer<Instruction>> {
    let subschema = program.subschemas[Int(id.index)]
    return program.instructions[Int(subschema.firstInstruction)..<Int(subschema.endInstruction)]
  }

  private func objectTables(_ subschemas: [SubschemaID], conditional: Bool = true) -> [ObjectTable] {
    inPlace(subschemas, conditional: conditional).flatMap { id in
      instructions(of: id).compactMap { if case .object(let table) = $0 { program.objects[Int(table)] } else { nil } }
    }
  }

  /// The subschemas of the value under a key.
  ///
  /// - Parameters:
  ///   - subschemas: those of the object.
  ///   - key: the key.
  /// - Returns: those of `properties`, `patternProperties` and, for a key that neither names, `additionalProperties`; of
  ///   `unevaluatedProperties` only where nothing else speaks. Empty where the schema says nothing of the key.
  public func propertySubschemas(of subschemas: [SubschemaID], key: String) -> [SubschemaID] {
    var result: [SubschemaID] = []
    var key = key
    key.withUTF8 { key in
      for table in objectTables(subschemas) {
        var isNamed = false
        let entry = program.entry(of: key, in: table)
        if entry >= 0, program.keys[Int(entry)].subschema >= 0 {
          isNamed = true
          result.append(SubschemaID(program.keys[Int(entry)].subschema))
        }
        for index in table.firstPattern..<table.endPattern {
          let pattern = program.patternEntries[Int(index)]
          guard program.patterns[Int(pattern.pattern)].matches(key) else { continue }
          isNamed = true
          result.append(SubschemaID(pattern.subschema))
        }
        if !isNamed, table.additional >= 0 { result.append(SubschemaID(table.additional)) }
      }
    }
    if result.isEmpty {
      for id in inPlace(subschemas) {
        for case .unevaluatedProperties(let target) in instructions(of: id) { result.append(SubschemaID(target)) }
      }
    }
    return unique(result)
  }

  /// The subschemas of the item at an index.
  ///
  /// - Parameters:
  ///   - subschemas: those of the array.
  ///   - index: the index, from 0.
  /// - Returns: those of `prefixItems`, `items` and `contains`; of `unevaluatedItems` only where nothing else speaks.
  public func itemSubschemas(of subschemas: [SubschemaID], index: Int) -> [SubschemaID] {
    var result: [SubschemaID] = []
    var rest: [SubschemaID] = []
    for id in inPlace(subschemas) {
      for instruction in instructions(of: id) {
        switch instruction {
        case .array(let table):
          let array = program.arrays[Int(table)]
          if index >= 0, index < Int(array.endPrefix - array.firstPrefix) {
            result.append(SubschemaID(program.lists[Int(array.firstPrefix) + index]))
          } else if array.items >= 0 {
            result.append(SubschemaID(array.items))
          }
        case .contains(let table): result.append(SubschemaID(program.contains[Int(table)].subschema))
        case .unevaluatedItems(let target): rest.append(SubschemaID(target))
        default: continue
        }
      }
    }
    return unique(result.isEmpty ? rest : result)
  }

  /// The keys that `properties` names, in the order of the schema, each once.
  ///
  /// - Parameter subschemas: those of the object.
  /// - Returns: the keys. One is required if a `required` that does not depend on the instance names it.
  public func propertyNames(of subschemas: [SubschemaID]) -> [Property] {
    var names: [String] = []
    var seen: Set<String> = []
    for table in objectTables(subschemas) {
      for index in table.firstKey..<table.endKey {
        let entry = program.keys[Int(index)]
        let name = program.string(entry.text)
        if entry.subschema >= 0, seen.insert(name).inserted { names.append(name) }
      }
    }
    var required: Set<String> = []
    for table in objectTables(subschemas, conditional: false) {
      for index in table.firstKey..<table.endKey where program.keys[Int(index)].requiredBit != 0 {
        required.insert(program.string(program.keys[Int(index)].text))
      }
    }
    return names.map { Property(name: $0, isRequired: required.contains($0)) }
  }

  /// Whether the schema names all keys that an object of its kind has: it has `properties`, and leaves nothing to
  /// `patternProperties`, `additionalProperties` or `unevaluatedProperties`.
  ///
  /// - Parameter subschemas: those of the object.
  /// - Returns: whether another key is one that the schema does not know.
  public func describesAllProperties(of subschemas: [SubschemaID]) -> Bool {
    var hasProperties = false
    for id in inPlace(subschemas) {
      for keyword in ["additionalProperties", "patternProperties", "unevaluatedProperties"]
      where node(of: id, keyword) != nil { return false }
      if node(of: id, "properties") != nil { hasProperties = true }
    }
    return hasProperties
  }

  /// The types that a value may have; none where the schema does not say.
  ///
  /// - Parameter subschemas: those of the value.
  /// - Returns: the types.
  public func types(of subschemas: [SubschemaID]) -> SchemaTypeSet {
    var result: SchemaTypeSet?
    for id in inPlace(subschemas) {
      for case .types(let types) in instructions(of: id) { result = result.map { $0.union(types) } ?? types }
    }
    return result ?? []
  }

  private func unique(_ ids: [SubschemaID]) -> [SubschemaID] {
    var seen: Set<SubschemaID> = []
    return ids.filter { seen.insert($0).inserted }
  }

  // MARK: Annotations

  /// The document that holds a subschema.
  ///
  /// - Parameter id: the subschema.
  /// - Returns: its tree.
  public func document(of id: SubschemaID) -> DocumentTree {
    guard id.index >= 0, Int(id.index) < program.subschemas.count else { return DocumentTree() }
    return program.documents[Int(program.subschemas[Int(id.index)].document)]
  }

  /// The value of a keyword, an annotation of any name, in a subschema itself.
  ///
  /// - Parameters:
  ///   - id: the subschema.
  ///   - keyword: the key, `title` or `x-order` for instance.
  /// - Returns: its value's node in `document(of:)`, aliases followed.
  public func node(of id: SubschemaID, _ keyword: String) -> NodeID? {
    guard id.index >= 0, Int(id.index) < program.subschemas.count else { return nil }
    let subschema = program.subschemas[Int(id.index)]
    let tree = program.documents[Int(subschema.document)]
    return tree.value(forKey: keyword, in: NodeID(Int(subschema.node))).flatMap { tree.resolved($0) }
  }

  /// The first text that an annotation has among subschemas and those that they apply in place.
  ///
  /// - Parameters:
  ///   - subschemas: where to look.
  ///   - keyword: the annotation, `title` for instance.
  /// - Returns: the text.
  public func text(of subschemas: [SubschemaID], _ keyword: String) -> String? {
    for id in inPlace(subschemas) {
      if let node = node(of: id, keyword), document(of: id)[node].kind == .scalar {
        return document(of: id).text(of: node)
      }
    }
    return nil
  }
}
