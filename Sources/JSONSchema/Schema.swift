public import DocumentTree

/// A JSON Schema, draft 2020-12, compiled once and applied to any number of documents, YAML and JSON alike.
///
/// Immutable and safe to share between threads. Nothing is fetched: documents that references lead to come from
/// `SchemaResources`, and the meta-schemas of the draft are built in.
public struct Schema: Sendable {
  let program: SchemaProgram

  /// The subschema that the whole document is held to.
  public var root: SubschemaID { SubschemaID(program.root) }

  /// Compiles a schema. A part that is at fault is reported and left out; the rest works. O(size of the schema).
  ///
  /// - Parameters:
  ///   - tree: the document that holds the schema.
  ///   - root: the schema's node, the tree's root if nil.
  ///   - baseURI: the URI from which the document was retrieved.
  ///   - resources: documents that references may lead to.
  ///   - options: how to compile.
  /// - Returns: the schema, and what is wrong with it.
  public static func compile(
    _ tree: DocumentTree, at root: NodeID? = nil, baseURI: String = "", resources: SchemaResources = SchemaResources(),
    options: SchemaOptions = SchemaOptions()
  ) -> (schema: Schema, diagnostics: [SchemaDiagnostic]) {
    var compiler = SchemaCompiler(options: options, resources: resources)
    let program = compiler.compile(tree, at: root ?? NodeID(0), baseURI: baseURI)
    return (Schema(program: program), compiler.diagnostics)
  }

  /// Whether a node is valid. Allocates nothing unless the schema has `unevaluated…` keywords or the document aliases.
  ///
  /// - Parameters:
  ///   - tree: the document.
  ///   - node: the node to check.
  ///   - limits: how far evaluation may go; what exceeds them is not valid.
  /// - Returns: the verdict.
  public func isValid(_ tree: DocumentTree, _ node: NodeID, limits: EvaluationLimits = EvaluationLimits()) -> Bool {
    guard Int(node.index) < tree.nodes.count, node.index >= 0 else { return true }
    return tree.withView { view in
      var evaluator = Evaluator(program, view, ValidityObserver(), limits: limits)
      let valid = evaluator.evaluate(program.root, node.index)
      return valid && !evaluator.isExhausted
    }
  }

  /// What is wrong with a node, in the order of evaluation; nothing if it is valid.
  ///
  /// A valid document costs one pass that only asks for the verdict; the second pass collects.
  ///
  /// - Parameters:
  ///   - tree: the document.
  ///   - node: the node to check.
  ///   - limits: how far evaluation may go.
  /// - Returns: the violations.
  public func validate(
    _ tree: DocumentTree, _ node: NodeID, limits: EvaluationLimits = EvaluationLimits()
  ) -> [SchemaViolation] {
    guard Int(node.index) < tree.nodes.count, node.index >= 0, !isValid(tree, node, limits: limits) else { return [] }
    return tree.withView { view in
      var evaluator = Evaluator(program, view, CollectingObserver(), limits: limits)
      _ = evaluator.evaluate(program.root, node.index)
      return evaluator.observer.violations
    }
  }

  /// Evaluates a node and remembers which subschemas were applied where: what hover and completion ask.
  ///
  /// - Parameters:
  ///   - tree: the document.
  ///   - node: the node to evaluate.
  ///   - limits: how far evaluation may go.
  /// - Returns: the violations and the applications.
  public func evaluate(
    _ tree: DocumentTree, _ node: NodeID, limits: EvaluationLimits = EvaluationLimits()
  ) -> SchemaEvaluation {
    guard Int(node.index) < tree.nodes.count, node.index >= 0 else {
      return SchemaEvaluation(violations: [], applications: [])
    }
    return tree.withView { view in
      var evaluator = Evaluator(program, view, RecordingObserver(), limits: limits)
      _ = evaluator.evaluate(program.root, node.index)
      return SchemaEvaluation(violations: evaluator.observer.violations, applications: evaluator.observer.applications)
    }
  }
}

/// What an evaluation found, with the subschemas that were applied on the way.
public struct SchemaEvaluation: Sendable {
  /// One subschema at one node.
  public struct Application: Sendable, Hashable {
    /// The subschema.
    public var subschema: SubschemaID
    /// Whether the node fits it.
    public var isValid: Bool
    /// Whether it lies in a branch of `anyOf` or `oneOf`, or under a `contains`, that the instance does not fit: it
    /// would apply if that branch did.
    public var isInFailedBranch: Bool
  }

  /// What is wrong.
  public let violations: [SchemaViolation]
  /// By node; those of one node as they were done.
  private let applications: [RecordingObserver.Application]

  init(violations: [SchemaViolation], applications: [RecordingObserver.Application]) {
    self.violations = violations
    // `sort` is stable.
    self.applications = applications.sorted { $0.node < $1.node }
  }

  /// The subschemas that were applied to a node, in the order in which they were done: inner before outer. Those under
  /// `not` and under a condition that does not hold are left out. What an alias stands for has them at both nodes.
  /// O(log n).
  ///
  /// - Parameter node: the node.
  /// - Returns: the applications; none for a key, and for a place that no subschema describes.
  public func subschemas(at node: NodeID) -> [Application] {
    var low = 0
    var high = applications.count
    while low < high {
      let middle = (low + high) / 2
      if applications[middle].node < node.index { low = middle + 1 } else { high = middle }
    }
    return applications[low...].prefix { $0.node == node.index }.map {
      Application(
        subschema: SubschemaID($0.subschema), isValid: $0.valid, isInFailedBranch: $0.isInFailedBranch)
    }
  }
}
