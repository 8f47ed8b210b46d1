// Questions about places that an instance does not have yet: what may stand there, and what is said about it.
extension Schema {
  /// A property that a schema names.
  public struct KnownProperty: Sendable {
    /// The key.
    public var name: String
    /// What is said about the value; empty where the key is only required.
    public var subschemas: [SubschemaID]
    /// Whether `required` asks for it, without any condition.
    public var isRequired: Bool
  }

  /// A subschema and those that apply to the same value through it: by `$ref`, `$dynamicRef`, `allOf`, `anyOf`,
  /// `oneOf`, `if`, `then`, `else` and `dependentSchemas`. Outer ones first, each once.
  ///
  /// `$dynamicRef` is followed as if evaluation had begun at the root.
  public func inPlaceSubschemas(of subschema: SubschemaID) -> [SubschemaID] {
    closure(of: subschema).map { SubschemaID($0.subschema) }
  }

  /// What a property's value would be held against, were it there.
  ///
  /// - Parameters:
  ///   - subschema: the schema of the object.
  ///   - key: the key.
  /// - Returns: the subschemas by `properties`, `patternProperties` and `additionalProperties` of every subschema that
  ///   applies at the object, branches included; by `unevaluatedProperties` only where nothing else speaks.
  public func propertySubschemas(of subschema: SubschemaID, key: String) -> [SubschemaID] {
    var key = key
    return key.withUTF8 { key in
      var result: [Int32] = []
      var fallback: [Int32] = []
      for place in closure(of: subschema) {
        for instruction in instructions(of: place.subschema) {
          switch instruction {
          case .object(let index):
            result.append(contentsOf: propertySubschemas(program.objects[Int(index)], key))
          case .unevaluatedProperties(let target): fallback.append(target)
          default: continue
          }
        }
      }
      return unique(result.isEmpty ? fallback : result)
    }
  }

  private func propertySubschemas(_ table: ObjectTable, _ key: UnsafeBufferPointer<UInt8>) -> [Int32] {
    var result: [Int32] = []
    let entry = program.entry(of: key, in: table)
    if entry >= 0, program.keys[Int(entry)].subschema >= 0 { result.append(program.keys[Int(entry)].subschema) }
    for index in table.firstPattern..<table.endPattern {
      let entry = program.patternEntries[Int(index)]
      if program.patterns[Int(entry.pattern)].matches(key) { result.append(entry.subschema) }
    }
    if result.isEmpty, table.additional >= 0 { result.append(table.additional) }
    return result
  }

  /// What an item would be held against, were it there.
  ///
  /// - Parameters:
  ///   - subschema: the schema of the array.
  ///   - index: the item's position, from 0.
  /// - Returns: the subschemas by `prefixItems`, `items` and `contains` of every subschema that applies at the array,
  ///   branches included; by `unevaluatedItems` only where nothing else speaks.
  public func itemSubschemas(of subschema: SubschemaID, index: Int) -> [SubschemaID] {
    var result: [Int32] = []
    var fallback: [Int32] = []
    for place in closure(of: subschema) {
      for instruction in instructions(of: place.subschema) {
        switch instruction {
        case .array(let table):
          let table = program.arrays[Int(table)]
          if index >= 0, index < Int(table.endPrefix - table.firstPrefix) {
            result.append(program.lists[Int(table.firstPrefix) + index])
          } else if table.items >= 0 {
            result.append(table.items)
          }
        case .contains(let table): result.append(program.contains[Int(table)].subschema)
        case .unevaluatedItems(let target): fallback.append(target)
        default: continue
        }
      }
    }
    return unique(result.isEmpty ? fallback : result)
  }

  /// The properties that the subschemas at an object name, in the order of the schema: those of outer subschemas first.
  public func knownProperties(of subschema: SubschemaID) -> [KnownProperty] {
    var result: [KnownProperty] = []
    var positions: [String: Int] = [:]
    for place in closure(of: subschema) {
      for case .object(let index) in instructions(of: place.subschema) {
        let table = program.objects[Int(index)]
        for entry in table.firstKey..<table.endKey {
          let key = program.keys[Int(entry)]
          let name = program.string(key.text)
          let position = positions[name] ?? result.count
          if position == result.count {
            positions[name] = position
            result.append(KnownProperty(name: name, subschemas: [], isRequired: false))
          }
          let target = SubschemaID(key.subschema)
          if key.subschema >= 0, !result[position].subschemas.contains(target) {
            result[position].subschemas.append(target)
          }
          if key.requiredBit != 0, place.isCertain { result[position].isRequired = true }
        }
      }
    }
    return result
  }

  /// The subschemas for keys that an object's schema does not name: of `additionalProperties`, `patternProperties` and
  /// `unevaluatedProperties` at the object, in this order within each subschema. Empty where the schema is silent on them.
  public func unnamedPropertySubschemas(of subschema: SubschemaID) -> [SubschemaID] {
    var result: [Int32] = []
    for place in closure(of: subschema) {
      for instruction in instructions(of: place.subschema) {
        switch instruction {
        case .object(let index):
          let table = program.objects[Int(index)]
          if table.additional >= 0 { result.append(table.additional) }
          for index in table.firstPattern..<table.endPattern {
            result.append(program.patternEntries[Int(index)].subschema)
          }
        case .unevaluatedProperties(let target): result.append(target)
        default: continue
        }
      }
    }
    return unique(result)
  }

  /// What the keys of an object are held against, by `propertyNames`.
  public func propertyNameSubschemas(of subschema: SubschemaID) -> [SubschemaID] {
    var result: [Int32] = []
    for place in closure(of: subschema) {
      for case .object(let index) in instructions(of: place.subschema) {
        let names = program.objects[Int(index)].propertyNames
        if names >= 0 { result.append(names) }
      }
    }
    return unique(result)
  }

  // MARK: - The walk

  private struct Place {
    var subschema: Int32
    /// Whether no condition or choice lies on the way.
    var isCertain: Bool
  }

  private func closure(of subschema: SubschemaID) -> [Place] {
    guard program.subschemas.indices.contains(Int(subschema.index)) else { return [] }
    var result: [Place] = []
    var positions: [Int32: Int] = [:]
    // Depth first with a stack of our own; a place that is met again with certainty becomes certain.
    var pending = [Place(subschema: subschema.index, isCertain: true)]
    while let place = pending.popLast() {
      if let known = positions[place.subschema] {
        if result[known].isCertain || !place.isCertain { continue }
        result[known].isCertain = true
      } else {
        positions[place.subschema] = result.count
        result.append(place)
      }
      pending.append(contentsOf: inPlaceChildren(of: place).reversed())
    }
    return result
  }

  private func inPlaceChildren(of place: Place) -> [Place] {
    var children: [Place] = []
    func add(_ subschema: Int32, certain: Bool) {
      if subschema >= 0 { children.append(Place(subschema: subschema, isCertain: place.isCertain && certain)) }
    }
    for instruction in instructions(of: place.subschema) {
      switch instruction {
      case .ref(let target): add(target, certain: true)
      case .dynamicRef(let target, let anchor):
        let resource = Int(program.subschemas[Int(program.root)].resource)
        let outermost = program.dynamicAnchors[resource * program.dynamicAnchorCount + Int(anchor)]
        add(outermost >= 0 ? outermost : target, certain: true)
      case .allOf(let from, let to):
        for index in from..<to { add(program.lists[Int(index)], certain: true) }
      case .anyOf(let from, let to), .oneOf(let from, let to):
        for index in from..<to { add(program.lists[Int(index)], certain: to - from == 1) }
      case .conditional(let condition, let then, let otherwise):
        add(condition, certain: false)
        add(then, certain: false)
        add(otherwise, certain: false)
      case .dependentSchemas(let from, let to):
        for index in from..<to { add(program.dependencies[Int(index)].first, certain: false) }
      default: continue
      }
    }
    return children
  }

  private func instructions(of subschema: Int32) -> Slice<UnsafeBufferPointer<Instruction>> {
    let schema = program.subschemas[Int(subschema)]
    return program.instructions[Int(schema.firstInstruction)..<Int(schema.endInstruction)]
  }

  private func unique(_ subschemas: [Int32]) -> [SubschemaID] {
    var seen: Set<Int32> = []
    return subschemas.filter { seen.insert($0).inserted }.map { SubschemaID($0) }
  }
}
