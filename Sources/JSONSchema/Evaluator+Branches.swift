import DocumentTree

// The keywords that apply subschemas to the same place.
extension Evaluator {
  @inline(__always)
  private func list(_ index: Int32) -> Int32 {
    program._withUnsafeGuaranteedRef { $0.lists[Int(index)] }
  }

  mutating func checkAllOf(_ from: Int32, _ to: Int32, _ at: Application) -> Bool {
    var valid = true
    for index in from..<to where !evaluate(list(index), at.written, marks: at.marks) {
      valid = false
      if Observer.needsOnlyValidity || isExhausted { return false }
    }
    return valid
  }

  mutating func checkAnyOf(_ from: Int32, _ to: Int32, _ at: Application) -> Bool {
    var valid = false
    var branches: [SchemaViolation.Branch] = []
    for index in from..<to {
      let point = observer.checkpoint
      let branch = list(index)
      if evaluateBranch(branch, at) {
        valid = true
        // Later branches matter only to those who ask which children were evaluated.
        if Observer.needsOnlyValidity, at.marks < 0 { return true }
      } else {
        if isExhausted { return false }
        if !Observer.needsOnlyValidity { branches.append(takeBranch(branch, since: point)) }
      }
    }
    if !valid, !Observer.needsOnlyValidity { failBranches(.anyOf, branches, at) }
    return valid
  }

  mutating func checkOneOf(_ from: Int32, _ to: Int32, _ at: Application) -> Bool {
    var matching: [Int] = []
    var count = 0
    var branches: [SchemaViolation.Branch] = []
    for index in from..<to {
      let point = observer.checkpoint
      let branch = list(index)
      if evaluateBranch(branch, at) {
        count += 1
        if Observer.needsOnlyValidity {
          if count > 1 { return false }
        } else {
          matching.append(Int(index &- from))
        }
      } else {
        if isExhausted { return false }
        if !Observer.needsOnlyValidity { branches.append(takeBranch(branch, since: point)) }
      }
    }
    if count == 1 { return true }
    if !Observer.needsOnlyValidity {
      if count == 0 {
        failBranches(.oneOf, branches, at)
      } else {
        fail(.oneOf, at, .validBranches(matching))
      }
    }
    return false
  }

  private mutating func takeBranch(_ branch: Int32, since point: ObservationPoint) -> SchemaViolation.Branch {
    let violations = observer.takeViolations(since: point)
    observer.rollBack(to: point, discardingApplications: false)
    return SchemaViolation.Branch(subschema: SubschemaID(branch), violations: violations)
  }

  /// No branch fits. Every child then counts as evaluated: what is wrong with it stands in the branches.
  private mutating func failBranches(
    _ keyword: SchemaKeyword, _ branches: [SchemaViolation.Branch], _ at: Application
  ) {
    if at.marks >= 0 {
      for child in 0..<view.childCount(of: at.node) { mark(child, at.marks) }
    }
    fail(keyword, at, .branches(branches))
  }

  mutating func checkNot(_ subschema: Int32, _ at: Application) -> Bool {
    let point = observer.checkpoint
    let matches = evaluate(subschema, at.written)
    if isExhausted { return false }
    observer.rollBack(to: point, discardingApplications: true)
    if matches, !Observer.needsOnlyValidity { fail(.not, at, .negated) }
    return !matches
  }

  mutating func checkConditional(_ condition: Int32, _ then: Int32, _ otherwise: Int32, _ at: Application) -> Bool {
    // On its own a condition only marks children.
    if then < 0, otherwise < 0, at.marks < 0, !Observer.recordsApplications { return true }
    let point = observer.checkpoint
    let holds = evaluateBranch(condition, at)
    if isExhausted { return false }
    if !holds { observer.rollBack(to: point, discardingApplications: true) }
    let branch = holds ? then : otherwise
    return branch < 0 || evaluate(branch, at.written, marks: at.marks)
  }
}
