import DocumentTree

// The keywords that look at the pairs of an object.
extension Evaluator {
  /// Applies a subschema to a child. A `false` subschema is the parent's ban on the child, and is reported as that.
  @inline(__always)
  mutating func applyToProperty(
    _ subschema: Int32, key: Int32, value: Int32, _ keyword: SchemaKeyword, _ at: Application
  ) -> Bool {
    let form = program._withUnsafeGuaranteedRef { $0.subschemas[Int(subschema)].form }
    guard form == .alwaysFalse else { return evaluate(subschema, value) }
    if !Observer.needsOnlyValidity {
      fail(keyword, at, node: value, .unexpectedProperty(key: NodeID(Int(key))))
      if Observer.recordsApplications { observer.applied(subschema, at: value, valid: false) }
    }
    return false
  }

  mutating func checkObject(_ index: Int32, _ at: Application) -> Bool {
    let table = program._withUnsafeGuaranteedRef { $0.objects[Int(index)] }
    var cursor = view.pairs(of: at.node)
    var valid = true
    var seen: UInt64 = 0
    var child = 0
    while let (key, value) = cursor.next(in: view.nodes) {
      let text = view.text(of: key)
      var isMatched = false
      let entry = program._withUnsafeGuaranteedRef { $0.entry(of: text, in: table) }
      if entry >= 0 {
        let (subschema, bit) = program._withUnsafeGuaranteedRef {
          ($0.keys[Int(entry)].subschema, $0.keys[Int(entry)].requiredBit)
        }
        seen |= bit
        if subschema >= 0 {
          isMatched = true
          if !applyToProperty(subschema, key: key, value: value, .properties, at) { valid = false }
        }
      }
      if table.firstPattern < table.endPattern, !checkPatterns(table, text, key, value, &isMatched, at) {
        valid = false
      }
      if !isMatched, table.additional >= 0 {
        isMatched = true
        if !applyToProperty(table.additional, key: key, value: value, .additionalProperties, at) { valid = false }
      }
      if table.propertyNames >= 0, !checkName(table.propertyNames, key, at) { valid = false }
      if Observer.needsOnlyValidity, !valid { return false }
      if isMatched, at.marks >= 0 { mark(child, at.marks) }
      if isExhausted { return false }
      child += 1
    }
    if seen & table.required != table.required {
      valid = false
      if !Observer.needsOnlyValidity { reportMissing(table, seen, at) }
    }
    return valid
  }

  private mutating func checkPatterns(
    _ table: ObjectTable, _ text: UnsafeBufferPointer<UInt8>, _ key: Int32, _ value: Int32, _ isMatched: inout Bool,
    _ at: Application
  ) -> Bool {
    var valid = true
    var index = table.firstPattern
    while index < table.endPattern {
      let entry = program._withUnsafeGuaranteedRef { $0.patternEntries[Int(index)] }
      if matches(entry.pattern, text) {
        isMatched = true
        if !applyToProperty(entry.subschema, key: key, value: value, .patternProperties, at) {
          valid = false
          if Observer.needsOnlyValidity { return false }
        }
      }
      index &+= 1
    }
    return valid
  }

  private mutating func checkName(_ subschema: Int32, _ key: Int32, _ at: Application) -> Bool {
    let form = program._withUnsafeGuaranteedRef { $0.subschemas[Int(subschema)].form }
    guard form == .alwaysFalse else { return evaluate(subschema, key) }
    if !Observer.needsOnlyValidity {
      fail(.propertyNames, at, node: key, .unexpectedProperty(key: NodeID(Int(key))))
    }
    return false
  }

  private mutating func reportMissing(_ table: ObjectTable, _ seen: UInt64, _ at: Application) {
    let names = program._withUnsafeGuaranteedRef { program in
      (table.firstKey..<table.endKey).map { program.keys[Int($0)] }
        .filter { $0.requiredBit & table.required & ~seen != 0 }
        .sorted { $0.requiredBit < $1.requiredBit }
        .map { program.string($0.text) }
    }
    fail(.required, at, .missingProperties(names))
  }

  /// The key node of the first pair with a key, -1 without.
  private func key(_ text: TextRange, in mapping: Int32) -> Int32 {
    var cursor = view.pairs(of: mapping)
    while let (key, _) = cursor.next(in: view.nodes) {
      let candidate = view.text(of: key)
      let isEqual = program._withUnsafeGuaranteedRef {
        candidate.count == Int(text.count) && equalBytes($0.pool, Int(text.offset), candidate)
      }
      if isEqual { return key }
    }
    return -1
  }

  mutating func checkDependentRequired(_ from: Int32, _ to: Int32, _ at: Application) -> Bool {
    var valid = true
    for index in from..<to {
      let dependency = program._withUnsafeGuaranteedRef { $0.dependencies[Int(index)] }
      let key = key(dependency.key, in: at.node)
      guard key >= 0 else { continue }
      let names = program._withUnsafeGuaranteedRef { program in
        (dependency.first..<dependency.end).map { program.texts[Int($0)] }
      }
      guard spend(names.count * view.childCount(of: at.node) / 16, at) else { return false }
      let missing = names.filter { self.key($0, in: at.node) < 0 }
      guard !missing.isEmpty else { continue }
      valid = false
      if Observer.needsOnlyValidity { return false }
      let strings = program._withUnsafeGuaranteedRef { program in missing.map { program.string($0) } }
      fail(.dependentRequired, at, .missingDependents(key: NodeID(Int(key)), missing: strings))
    }
    return valid
  }

  mutating func checkDependentSchemas(_ from: Int32, _ to: Int32, _ at: Application) -> Bool {
    var valid = true
    for index in from..<to {
      let dependency = program._withUnsafeGuaranteedRef { $0.dependencies[Int(index)] }
      guard key(dependency.key, in: at.node) >= 0 else { continue }
      if !evaluate(dependency.first, at.written, marks: at.marks) {
        valid = false
        if Observer.needsOnlyValidity { return false }
      }
    }
    return valid
  }

  mutating func checkUnevaluatedProperties(_ subschema: Int32, _ at: Application) -> Bool {
    guard at.marks >= 0 else { return true }
    var valid = true
    var child = 0
    var cursor = view.pairs(of: at.node)
    while let (key, value) = cursor.next(in: view.nodes) {
      if !isMarked(child, at.marks) {
        mark(child, at.marks)
        if !applyToProperty(subschema, key: key, value: value, .unevaluatedProperties, at) {
          valid = false
          if Observer.needsOnlyValidity { return false }
        }
        if isExhausted { return false }
      }
      child += 1
    }
    return valid
  }
}
