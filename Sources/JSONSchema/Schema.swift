public import DocumentTree

/// A compiled JSON Schema (draft 2020-12): immutable, cheap to copy, safe to share between threads.
///
/// It validates any `DocumentTree`, whether YAML or JSON filled it. Mappings are objects; a key that is no string counts
/// by its text; every pair of a mapping with duplicate keys is looked at; aliases and merge keys are followed. What a
/// document may cost is bounded by `EvaluationLimits`.
///
/// ```swift
/// let (schema, diagnostics) = Schema.compile(tree)
/// let violations = schema.validate(document)
/// ```
public struct Schema: Sendable {
  let program: SchemaProgram

  /// Compiles a schema.
  ///
  /// - Parameters:
  ///   - tree: the document that has the schema. An empty document is the schema that admits everything.
  ///   - root: the schema's node, the tree's root if nil.
  ///   - baseURI: the URI that relative references start from where the schema has no `$id`.
  ///   - resources: documents that references and `$schema` may lead to. Draft 2020-12's own are always there.
  ///   - options: see `SchemaOptions`.
  /// - Returns: the schema, and what is wrong with it. Parts at fault are left out: a reference that leads nowhere and a
  ///   pattern that cannot be compiled admit everything.
  public static func compile(
    _ tree: DocumentTree, at root: NodeID? = nil, baseURI: String = "",
    resources: SchemaResources = SchemaResources(), options: SchemaOptions = SchemaOptions()
  ) -> (schema: Schema, diagnostics: [SchemaDiagnostic]) {
    var compiler = SchemaCompiler(options: options, resources: resources)
    let program = compiler.compile(tree, at: root ?? NodeID(0), baseURI: baseURI)
    return (Schema(program: program), compiler.diagnostics)
  }

  /// The schema as a whole.
  public var root: SubschemaID { SubschemaID(program.root) }

  /// The number of subschemas; their identifiers run from 0.
  public var subschemaCount: Int { program.subschemas.count }

  /// Validates a document.
  ///
  /// A valid document is found so in one pass that allocates nothing, unless the schema has `unevaluated…` or
  /// `$dynamicRef` or the document merge keys.
  ///
  /// - Parameters:
  ///   - tree: the document. An empty one has no violation.
  ///   - node: the node to validate, the root if nil.
  ///   - subschema: what to hold it against, the whole schema if nil.
  ///   - limits: how far evaluation may go.
  /// - Returns: the violations in the order of evaluation; empty for a valid node. If a limit was exceeded, the last
  ///   one says so, and what lies beyond is not known.
  public func validate(
    _ tree: DocumentTree, at node: NodeID? = nil, against subschema: SubschemaID? = nil,
    limits: EvaluationLimits = EvaluationLimits()
  ) -> [SchemaViolation] {
    guard let (node, subschema) = start(tree, node, subschema) else { return [] }
    return tree.withView { view in
      withExtendedLifetime(program) {
        var check = Evaluator(program, view, ValidityObserver(), limits: limits)
        if check.evaluate(subschema, node), !check.isExhausted { return [] }
        var collector = Evaluator(program, view, ViolationObserver(), limits: limits)
        _ = collector.evaluate(subschema, node)
        return collector.observer.violations
      }
    }
  }

  /// Whether a node is valid; false too if a limit was exceeded.
  public func isValid(
    _ tree: DocumentTree, at node: NodeID? = nil, against subschema: SubschemaID? = nil,
    limits: EvaluationLimits = EvaluationLimits()
  ) -> Bool {
    guard let (node, subschema) = start(tree, node, subschema) else { return true }
    return tree.withView { view in
      withExtendedLifetime(program) {
        var check = Evaluator(program, view, ValidityObserver(), limits: limits)
        return check.evaluate(subschema, node) && !check.isExhausted
      }
    }
  }

  /// Validates a document and notes which subschemas apply at which of its nodes.
  public func evaluate(
    _ tree: DocumentTree, at node: NodeID? = nil, limits: EvaluationLimits = EvaluationLimits()
  ) -> Evaluation {
    guard let (node, subschema) = start(tree, node, nil) else {
      return Evaluation(violations: [], applications: [])
    }
    return tree.withView { view in
      withExtendedLifetime(program) {
        var evaluator = Evaluator(program, view, ApplicationObserver(), limits: limits)
        _ = evaluator.evaluate(subschema, node)
        return Evaluation(violations: evaluator.observer.violations, applications: evaluator.observer.applications)
      }
    }
  }

  private func start(_ tree: DocumentTree, _ node: NodeID?, _ subschema: SubschemaID?) -> (Int32, Int32)? {
    guard let node = node ?? tree.root, tree.nodes.indices.contains(Int(node.index)) else { return nil }
    let subschema = subschema?.index ?? program.root
    guard program.subschemas.indices.contains(Int(subschema)) else { return nil }
    return (node.index, subschema)
  }
}

/// What an evaluation found.
public struct Evaluation: Sendable {
  /// The violations, as `Schema.validate` returns them.
  public let violations: [SchemaViolation]
  private let applications: [Application]

  /// A subschema that was applied to a node.
  public struct Application: Hashable, Sendable {
    /// The node; for an aliased value both the alias and its target have an application.
    public var node: NodeID
    /// The subschema.
    public var subschema: SubschemaID
    /// Whether the node fits it.
    public var isValid: Bool
    /// Whether it lies in a branch of `anyOf` or `oneOf`, or under a `contains`, that did not fit: it would apply if
    /// that branch did.
    public var isInFailedBranch: Bool
  }

  init(violations: [SchemaViolation], applications: [Application]) {
    self.violations = violations
    // In each node's order of evaluation, outer subschemas before those they refer to.
    self.applications = applications.enumerated().sorted {
      ($0.element.node, $1.offset) < ($1.element.node, $0.offset)
    }.map(\.element)
  }

  /// Whether the document is valid.
  public var isValid: Bool { violations.isEmpty }

  /// The subschemas that were applied at a node, outer ones before those they refer to, each once. Those under `not`
  /// and under a condition that does not hold are left out. O(log n).
  public func subschemas(at node: NodeID) -> [Application] {
    var low = 0
    var high = applications.count
    while low < high {
      let middle = (low + high) / 2
      if applications[middle].node < node { low = middle + 1 } else { high = middle }
    }
    var seen: Set<SubschemaID> = []
    return applications[low...].prefix { $0.node == node }.filter { seen.insert($0.subschema).inserted }
  }
}

/// Collects violations.
struct ViolationObserver: EvaluationObserver {
  var violations: [SchemaViolation] = []

  static var needsOnlyValidity: Bool { false }
  static var recordsApplications: Bool { false }
  mutating func add(_ violation: SchemaViolation) { violations.append(violation) }
  mutating func applied(_: Int32, at _: Int32, valid _: Bool) {}
  var checkpoint: ObservationPoint { ObservationPoint(violations: violations.count) }
  mutating func rollBack(to point: ObservationPoint, discardingApplications _: Bool) {
    violations.removeLast(max(0, violations.count - point.violations))
  }
  mutating func takeViolations(since point: ObservationPoint) -> [SchemaViolation] {
    let taken = Array(violations[min(point.violations, violations.count)...])
    violations.removeLast(taken.count)
    return taken
  }
}

/// Collects violations and applications.
struct ApplicationObserver: EvaluationObserver {
  private var collected = ViolationObserver()
  var applications: [Evaluation.Application] = []
  var violations: [SchemaViolation] { collected.violations }

  static var needsOnlyValidity: Bool { false }
  static var recordsApplications: Bool { true }
  mutating func add(_ violation: SchemaViolation) { collected.add(violation) }
  mutating func applied(_ subschema: Int32, at node: Int32, valid: Bool) {
    applications.append(
      Evaluation.Application(
        node: NodeID(Int(node)), subschema: SubschemaID(subschema), isValid: valid, isInFailedBranch: false))
  }
  var checkpoint: ObservationPoint {
    ObservationPoint(violations: violations.count, applications: applications.count)
  }
  mutating func rollBack(to point: ObservationPoint, discardingApplications: Bool) {
    collected.rollBack(to: point, discardingApplications: discardingApplications)
    if discardingApplications {
      applications.removeLast(max(0, applications.count - point.applications))
    } else {
      for index in min(point.applications, applications.count)..<applications.count {
        applications[index].isInFailedBranch = true
      }
    }
  }
  mutating func takeViolations(since point: ObservationPoint) -> [SchemaViolation] {
    collected.takeViolations(since: point)
  }
}
