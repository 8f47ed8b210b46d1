import DocumentTree

// The keywords that look at a value itself.
extension Evaluator {
  mutating func checkType(_ types: SchemaTypeSet, _ at: Application) -> Bool {
    let actual: SchemaTypeSet
    switch at.kind {
    case .null: actual = .null
    case .boolean: actual = .boolean
    case .object: actual = .object
    case .array: actual = .array
    case .string: actual = .string
    case .int: actual = [.integer, .number]
    case .float:
      if types.contains(.number) { return true }
      actual = types.contains(.integer) && view.number(of: at.node)?.isInteger == true ? .integer : .number
    }
    if !types.isDisjoint(with: actual) { return true }
    if !Observer.needsOnlyValidity {
      fail(.type, at, .type(expected: types, actual: at.kind == .int ? .integer : actual))
    }
    return false
  }

  mutating func checkConstants(_ from: Int32, _ to: Int32, _ keyword: SchemaKeyword, _ at: Application) -> Bool {
    var number: Number?
    var index = from
    while index < to {
      let constant = program._withUnsafeGuaranteedRef { $0.constants[Int(index)] }
      switch (constant.kind, at.kind) {
      case (.string, .string):
        let matches = program._withUnsafeGuaranteedRef { program in
          let text = view.text(of: at.node)
          return text.count == Int(constant.text.count) && equalBytes(program.pool, Int(constant.text.offset), text)
        }
        if matches { return true }
      case (.null, .null): return true
      case (.isTrue, .boolean): if view.nodes[Int(at.node)].flags.contains(.isTrue) { return true }
      case (.isFalse, .boolean): if !view.nodes[Int(at.node)].flags.contains(.isTrue) { return true }
      case (.number, .int), (.number, .float):
        if number == nil { number = view.number(of: at.node) }
        let wanted = program._withUnsafeGuaranteedRef { $0.numbers[Int(constant.number)] }
        if let number, number == wanted { return true }
      case (.container, .array), (.container, .object):
        if equals(constant, at) { return true }
        if isExhausted { return false }
      default: break
      }
      index &+= 1
    }
    if !Observer.needsOnlyValidity {
      let values = program._withUnsafeGuaranteedRef { program in
        (from..<to).map { NodeID(Int(program.constants[Int($0)].node)) }
      }
      fail(keyword, at, .allowedValues(values))
    }
    return false
  }

  private mutating func equals(_ constant: Constant, _ at: Application) -> Bool {
    let available = remainingVisits
    var comparison = NodeComparison(visits: available)
    let view = view
    let result = program._withUnsafeGuaranteedRef { program in
      program.documents[Int(constant.document)].withView { schema in
        comparison.equal(schema, constant.node, view, at.node)
      }
    }
    return spend(available - comparison.visits, at) && result
  }

  mutating func checkLength(_ limit: Int, _ keyword: SchemaKeyword, _ at: Application) -> Bool {
    let text = view.text(of: at.node)
    // A scalar takes one to four bytes, so most texts need no counting.
    if keyword == .minLength {
      if text.count >> 2 >= limit { return true }
    } else if text.count <= limit {
      return true
    }
    var length = 0
    for byte in text where byte & 0xC0 != 0x80 { length += 1 }
    if keyword == .minLength ? length >= limit : length <= limit { return true }
    if !Observer.needsOnlyValidity { fail(keyword, at, .count(limit: limit, actual: length)) }
    return false
  }

  mutating func checkPattern(_ index: Int32, _ at: Application) -> Bool {
    let text = view.text(of: at.node)
    if matches(index, text) { return true }
    if !Observer.needsOnlyValidity {
      let source = program._withUnsafeGuaranteedRef { $0.patterns[Int(index)].source }
      fail(.pattern, at, .pattern(source))
    }
    return false
  }

  @inline(__always)
  func matches(_ pattern: Int32, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    program._withUnsafeGuaranteedRef { $0.patterns[Int(pattern)].matches(text) }
  }

  mutating func checkFormat(_ format: SchemaFormat, _ at: Application) -> Bool {
    if format.matches(utf8: view.text(of: at.node)) { return true }
    if !Observer.needsOnlyValidity { fail(.format, at, .format(format)) }
    return false
  }

  mutating func checkNumber(_ index: Int32, _ keyword: SchemaKeyword, _ at: Application) -> Bool {
    guard at.kind == .int || at.kind == .float, let actual = view.number(of: at.node) else { return true }
    let limit = program._withUnsafeGuaranteedRef { $0.numbers[Int(index)] }
    let valid: Bool
    switch keyword {
    case .minimum: valid = actual >= limit
    case .exclusiveMinimum: valid = actual > limit
    case .maximum: valid = actual <= limit
    case .exclusiveMaximum: valid = actual < limit
    default: valid = actual.isMultiple(of: limit)
    }
    if !valid, !Observer.needsOnlyValidity { fail(keyword, at, .number(limit: limit, actual: actual)) }
    return valid
  }

  mutating func checkCount(_ limit: Int, _ keyword: SchemaKeyword, _ at: Application) -> Bool {
    let count = view.childCount(of: at.node)
    let isMinimum = keyword == .minItems || keyword == .minProperties
    if isMinimum ? count >= limit : count <= limit { return true }
    if !Observer.needsOnlyValidity { fail(keyword, at, .count(limit: limit, actual: count)) }
    return false
  }
}
