import DocumentTree

/// What an evaluation is for. The evaluator is specialised for each observer, so that plain validity pays for nothing
/// else.
protocol EvaluationObserver {
  /// Whether evaluation may stop as soon as the verdict is known.
  static var needsOnlyValidity: Bool { get }
  /// Whether the observer wants to hear of every application, valid or not.
  static var recordsApplications: Bool { get }

  mutating func add(_ violation: SchemaViolation)
  mutating func applied(_ subschema: Int32, at node: Int32, valid: Bool)
  /// A point to which what was observed can be taken back.
  var checkpoint: ObservationPoint { get }
  /// Takes violations back, and applications too if `discardingApplications`; else they become parts of a failed branch.
  mutating func rollBack(to point: ObservationPoint, discardingApplications: Bool)
  /// Takes the violations since a point out.
  mutating func takeViolations(since point: ObservationPoint) -> [SchemaViolation]
}

struct ObservationPoint {
  var violations = 0
  var applications = 0
}

/// Asks for the verdict alone. Allocates nothing unless the schema tracks evaluated children.
struct ValidityObserver: EvaluationObserver {
  static var needsOnlyValidity: Bool { true }
  static var recordsApplications: Bool { false }
  @inline(__always) mutating func add(_: SchemaViolation) {}
  @inline(__always) mutating func applied(_: Int32, at _: Int32, valid _: Bool) {}
  @inline(__always) var checkpoint: ObservationPoint { ObservationPoint() }
  @inline(__always) mutating func rollBack(to _: ObservationPoint, discardingApplications _: Bool) {}
  @inline(__always) mutating func takeViolations(since _: ObservationPoint) -> [SchemaViolation] { [] }
}

/// Applies compiled subschemas to the nodes of one tree.
struct Evaluator<Observer: EvaluationObserver> {
  let program: Unmanaged<SchemaProgram>
  let view: TreeView
  var observer: Observer

  private var visits: Int
  private let deepest: Int
  private var depth = 0
  /// Whether a limit ended the evaluation: the verdict then means nothing.
  private(set) var isExhausted = false
  /// The innermost alias that evaluation went through, -1 without.
  private var alias: Int32 = -1
  /// The resources entered on the way, outermost first: the dynamic scope of `$dynamicRef`.
  private var scope: [Int32] = []
  /// Bit sets of evaluated children, one region after another.
  var marks: [UInt64] = []

  init(_ program: SchemaProgram, _ view: TreeView, _ observer: Observer, limits: EvaluationLimits) {
    self.program = Unmanaged.passUnretained(program)
    self.view = view
    self.observer = observer
    visits = limits.visits ?? (1_000_000 + 64 * view.nodes.count)
    deepest = limits.depth
  }

  /// One application: a subschema to a node.
  struct Application {
    var subschema: Int32
    /// The node whose value counts.
    var node: Int32
    /// The node as it is met: `node` or an alias of it.
    var written: Int32
    /// Where the region for evaluated children begins in `marks`, -1 if nobody asks.
    var marks: Int
    var kind: TreeView.Kind
  }

  /// Applies a subschema to a node.
  ///
  /// - Parameters:
  ///   - id: the subschema.
  ///   - written: the node, perhaps an alias.
  ///   - outerMarks: the region in which evaluated children are to be marked, -1 if nobody asks.
  /// - Returns: whether the node is valid.
  mutating func evaluate(_ id: Int32, _ written: Int32, marks outerMarks: Int = -1) -> Bool {
    let subschema = program._withUnsafeGuaranteedRef { $0.subschemas[Int(id)] }
    if subschema.admitsAll {
      if Observer.recordsApplications { observer.applied(id, at: written, valid: true) }
      return true
    }
    if isExhausted { return false }
    let target = view.resolved(written)
    // An alias without its anchor is the reader's error, not the schema's.
    guard target >= 0 else { return true }
    visits &-= 1
    guard visits >= 0, depth < deepest else {
      exhaust(visits < 0 ? .budgetExceeded : .depthExceeded, written, id)
      return false
    }
    depth &+= 1
    let outerAlias = alias
    if target != written { alias = written }
    let entersResource = entersResource(subschema.resource)
    if entersResource { scope.append(subschema.resource) }

    var application = Application(
      subschema: id, node: target, written: written, marks: outerMarks, kind: view.kind(of: target))
    var region = -1
    if subschema.tracksEvaluation, application.kind == .array || application.kind == .object {
      region = openMarks(for: target)
      application.marks = region
    }

    var valid = true
    if subschema.form == .alwaysFalse {
      valid = false
      if !Observer.needsOnlyValidity { fail(nil, application, .never) }
    }
    var position = subschema.firstInstruction
    while position < subschema.endInstruction {
      if !execute(position, application) {
        valid = false
        if Observer.needsOnlyValidity { break }
      }
      position &+= 1
    }

    if region >= 0 {
      // While violations are collected, a child that a failing subschema looked at still counts as seen: it has been
      // complained about, and once is enough.
      closeMarks(region, mergingInto: valid || !Observer.needsOnlyValidity ? outerMarks : -1)
    }
    if entersResource { scope.removeLast() }
    alias = outerAlias
    depth &-= 1
    if Observer.recordsApplications {
      observer.applied(id, at: written, valid: valid)
      if target != written { observer.applied(id, at: target, valid: valid) }
    }
    return valid
  }

  @inline(__always)
  private func entersResource(_ resource: Int32) -> Bool {
    program._withUnsafeGuaranteedRef { $0.dynamicAnchorCount > 0 } && scope.last != resource
  }

  @inline(__always)
  private mutating func execute(_ position: Int32, _ at: Application) -> Bool {
    let instruction = program._withUnsafeGuaranteedRef { $0.instructions[Int(position)] }
    switch instruction {
    case .types(let types): return checkType(types, at)
    case .const(let index): return checkConstants(index, index &+ 1, .const, at)
    case .enumeration(let from, let to): return checkConstants(from, to, .enumeration, at)
    case .minLength(let limit):
      return at.kind != .string || checkLength(limit, .minLength, at)
    case .maxLength(let limit):
      return at.kind != .string || checkLength(limit, .maxLength, at)
    case .pattern(let index): return at.kind != .string || checkPattern(index, at)
    case .format(let format): return at.kind != .string || checkFormat(format, at)
    case .minimum(let index): return checkNumber(index, .minimum, at)
    case .exclusiveMinimum(let index): return checkNumber(index, .exclusiveMinimum, at)
    case .maximum(let index): return checkNumber(index, .maximum, at)
    case .exclusiveMaximum(let index): return checkNumber(index, .exclusiveMaximum, at)
    case .multipleOf(let index): return checkNumber(index, .multipleOf, at)
    case .minProperties(let limit): return at.kind != .object || checkCount(limit, .minProperties, at)
    case .maxProperties(let limit): return at.kind != .object || checkCount(limit, .maxProperties, at)
    case .minItems(let limit): return at.kind != .array || checkCount(limit, .minItems, at)
    case .maxItems(let limit): return at.kind != .array || checkCount(limit, .maxItems, at)
    case .ref(let target): return evaluate(target, at.written, marks: at.marks)
    case .dynamicRef(let target, let anchor):
      return evaluate(dynamicTarget(target, anchor), at.written, marks: at.marks)
    case .object(let table): return at.kind != .object || checkObject(table, at)
    case .dependentRequired(let from, let to): return at.kind != .object || checkDependentRequired(from, to, at)
    case .dependentSchemas(let from, let to): return at.kind != .object || checkDependentSchemas(from, to, at)
    case .array(let table): return at.kind != .array || checkArray(table, at)
    case .contains(let table): return at.kind != .array || checkContains(table, at)
    case .uniqueItems: return at.kind != .array || checkUnique(at)
    case .allOf(let from, let to): return checkAllOf(from, to, at)
    case .anyOf(let from, let to): return checkAnyOf(from, to, at)
    case .oneOf(let from, let to): return checkOneOf(from, to, at)
    case .not(let subschema): return checkNot(subschema, at)
    case .conditional(let condition, let then, let otherwise): return checkConditional(condition, then, otherwise, at)
    case .unevaluatedProperties(let subschema): return at.kind != .object || checkUnevaluatedProperties(subschema, at)
    case .unevaluatedItems(let subschema): return at.kind != .array || checkUnevaluatedItems(subschema, at)
    }
  }

  /// The outermost resource on the way that has the anchor decides; else the static target.
  private func dynamicTarget(_ target: Int32, _ anchor: Int32) -> Int32 {
    program._withUnsafeGuaranteedRef { program in
      for resource in scope {
        let candidate = program.dynamicAnchors[Int(resource) * program.dynamicAnchorCount + Int(anchor)]
        if candidate >= 0 { return candidate }
      }
      return target
    }
  }

  /// Ends the evaluation.
  private mutating func exhaust(_ details: SchemaViolation.Details, _ node: Int32, _ subschema: Int32) {
    isExhausted = true
    guard !Observer.needsOnlyValidity else { return }
    observer.add(
      SchemaViolation(
        node: NodeID(Int(node)), alias: alias < 0 ? nil : NodeID(Int(alias)), keyword: nil,
        subschema: SubschemaID(subschema), details: details))
  }

  /// Pays for work other than an application.
  mutating func spend(_ count: Int, _ at: Application) -> Bool {
    visits &-= count
    if visits < 0, !isExhausted { exhaust(.budgetExceeded, at.written, at.subschema) }
    return visits >= 0
  }

  /// What is left of the budget.
  var remainingVisits: Int { visits }

  /// Reports a violation of a keyword by the value itself.
  @inline(never)
  mutating func fail(_ keyword: SchemaKeyword?, _ at: Application, _ details: SchemaViolation.Details) {
    fail(keyword, at, node: at.written, details)
  }

  /// Reports a violation of a keyword at some node.
  @inline(never)
  mutating func fail(
    _ keyword: SchemaKeyword?, _ at: Application, node: Int32, _ details: SchemaViolation.Details
  ) {
    guard !isExhausted else { return }
    observer.add(
      SchemaViolation(
        node: NodeID(Int(node)), alias: alias < 0 ? nil : NodeID(Int(alias)), keyword: keyword,
        subschema: SubschemaID(at.subschema), details: details))
  }
}

// MARK: - Evaluated children

extension Evaluator {
  /// A fresh region with a bit for each child of a container.
  mutating func openMarks(for node: Int32) -> Int {
    let start = marks.count
    for _ in 0..<words(for: node) { marks.append(0) }
    return start
  }

  @inline(__always)
  private func words(for node: Int32) -> Int { (view.childCount(of: node) + 63) / 64 }

  /// Drops the last region, after adding its marks to another one if `outer` is not -1.
  mutating func closeMarks(_ region: Int, mergingInto outer: Int) {
    if outer >= 0 {
      for offset in 0..<(marks.count - region) { marks[outer + offset] |= marks[region + offset] }
    }
    marks.removeLast(marks.count - region)
  }

  @inline(__always)
  mutating func mark(_ child: Int, _ region: Int) {
    let word = region + child >> 6
    if word < marks.count { marks[word] |= 1 << UInt64(child & 63) }
  }

  @inline(__always)
  func isMarked(_ child: Int, _ region: Int) -> Bool {
    let word = region + child >> 6
    return word < marks.count && marks[word] & (1 << UInt64(child & 63)) != 0
  }

  /// Runs a branch whose marks count only if it is valid. -1 for `marks` stays -1.
  mutating func evaluateBranch(_ subschema: Int32, _ at: Application) -> Bool {
    guard at.marks >= 0 else { return evaluate(subschema, at.written) }
    let region = openMarks(for: at.node)
    let valid = evaluate(subschema, at.written, marks: region)
    closeMarks(region, mergingInto: valid ? at.marks : -1)
    return valid
  }
}
