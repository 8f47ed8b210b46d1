import DocumentTree

// The keywords that look at the items of an array.
extension Evaluator {
  @inline(__always)
  private mutating func applyToItem(
    _ subschema: Int32, _ item: Int32, index: Int, _ keyword: SchemaKeyword, _ at: Application
  ) -> Bool {
    let form = program._withUnsafeGuaranteedRef { $0.subschemas[Int(subschema)].form }
    guard form == .alwaysFalse else { return evaluate(subschema, item) }
    if !Observer.needsOnlyValidity {
      fail(keyword, at, node: item, .unexpectedItem(index: index))
      if Observer.recordsApplications { observer.applied(subschema, at: item, valid: false) }
    }
    return false
  }

  mutating func checkArray(_ index: Int32, _ at: Application) -> Bool {
    let table = program._withUnsafeGuaranteedRef { $0.arrays[Int(index)] }
    var valid = true
    var child = 0
    var item = at.node &+ 1
    let end = at.node &+ view.nodes[Int(at.node)].subtree
    while item < end {
      var subschema = table.items
      var keyword = SchemaKeyword.items
      if child < Int(table.endPrefix &- table.firstPrefix) {
        let position = Int(table.firstPrefix) + child
        subschema = program._withUnsafeGuaranteedRef { $0.lists[position] }
        keyword = .prefixItems
      }
      guard subschema >= 0 else { break }
      if !applyToItem(subschema, item, index: child, keyword, at) {
        valid = false
        if Observer.needsOnlyValidity { return false }
      }
      if isExhausted { return false }
      if at.marks >= 0 { mark(child, at.marks) }
      item = item &+ view.nodes[Int(item)].subtree
      child += 1
    }
    return valid
  }

  mutating func checkContains(_ index: Int32, _ at: Application) -> Bool {
    let table = program._withUnsafeGuaranteedRef { $0.contains[Int(index)] }
    var matching = 0
    var child = 0
    var item = at.node &+ 1
    let end = at.node &+ view.nodes[Int(at.node)].subtree
    while item < end {
      let point = observer.checkpoint
      if evaluate(table.subschema, item) {
        matching += 1
        if at.marks >= 0 { mark(child, at.marks) }
        if Observer.needsOnlyValidity, at.marks < 0 {
          if matching > table.maximum { return false }
          if matching >= table.minimum, table.maximum == Int.max { return true }
        }
      } else {
        if isExhausted { return false }
        observer.rollBack(to: point, discardingApplications: false)
      }
      item = item &+ view.nodes[Int(item)].subtree
      child += 1
    }
    if matching >= table.minimum, matching <= table.maximum { return true }
    if !Observer.needsOnlyValidity {
      let isMany = matching > table.maximum
      fail(
        isMany ? .maxContains : table.minimum == 1 ? .contains : .minContains, at,
        .matchingItems(
          count: matching, minimum: table.minimum, maximum: table.maximum == Int.max ? nil : table.maximum))
    }
    return false
  }

  mutating func checkUnique(_ at: Application) -> Bool {
    let count = Int(view.nodes[Int(at.node)].count)
    guard count > 1 else { return true }
    let available = remainingVisits
    var comparison = NodeComparison(visits: available)
    let pair = count <= 8 ? firstEqualPair(at, &comparison) : firstEqualPairByHash(at, &comparison)
    guard spend(available - comparison.visits, at) else { return false }
    guard let pair else { return true }
    if !Observer.needsOnlyValidity {
      fail(
        .uniqueItems, at, .duplicateItems(first: NodeID(Int(pair.first)), second: NodeID(Int(pair.second))))
    }
    return false
  }

  private func firstEqualPair(
    _ at: Application, _ comparison: inout NodeComparison
  ) -> (first: Int32, second: Int32)? {
    let end = at.node &+ view.nodes[Int(at.node)].subtree
    var second = at.node &+ 1
    while second < end {
      var first = at.node &+ 1
      while first < second {
        if comparison.equal(view, first, view, second) { return (first, second) }
        first = first &+ view.nodes[Int(first)].subtree
      }
      second = second &+ view.nodes[Int(second)].subtree
    }
    return nil
  }

  private func firstEqualPairByHash(
    _ at: Application, _ comparison: inout NodeComparison
  ) -> (first: Int32, second: Int32)? {
    var itemsByHash: [Int: [Int32]] = [:]
    let end = at.node &+ view.nodes[Int(at.node)].subtree
    var item = at.node &+ 1
    while item < end {
      var hasher = Hasher()
      comparison.hash(view, item, into: &hasher)
      guard !comparison.isExhausted else { return nil }
      let hash = hasher.finalize()
      for other in itemsByHash[hash] ?? [] where comparison.equal(view, other, view, item) { return (other, item) }
      itemsByHash[hash, default: []].append(item)
      item = item &+ view.nodes[Int(item)].subtree
    }
    return nil
  }

  mutating func checkUnevaluatedItems(_ subschema: Int32, _ at: Application) -> Bool {
    guard at.marks >= 0 else { return true }
    var valid = true
    var child = 0
    var item = at.node &+ 1
    let end = at.node &+ view.nodes[Int(at.node)].subtree
    while item < end {
      if !isMarked(child, at.marks) {
        mark(child, at.marks)
        if !applyToItem(subschema, item, index: child, .unevaluatedItems, at) {
          valid = false
          if Observer.needsOnlyValidity { return false }
        }
        if isExhausted { return false }
      }
      item = item &+ view.nodes[Int(item)].subtree
      child += 1
    }
    return valid
  }
}
