import DocumentTree

/// Collects violations, and applications where asked for.
struct CollectingObserver: EvaluationObserver {
  static var needsOnlyValidity: Bool { false }
  static var recordsApplications: Bool { false }

  var violations: [SchemaViolation] = []

  mutating func add(_ violation: SchemaViolation) { violations.append(violation) }
  mutating func applied(_: Int32, at _: Int32, valid _: Bool) {}
  var checkpoint: ObservationPoint { ObservationPoint(violations: violations.count) }

  mutating func rollBack(to point: ObservationPoint, discardingApplications _: Bool) {
    violations.removeLast(violations.count - point.violations)
  }

  mutating func takeViolations(since point: ObservationPoint) -> [SchemaViolation] {
    let taken = Array(violations[point.violations...])
    violations.removeLast(violations.count - point.violations)
    return taken
  }
}

/// Collects violations and every application of a subschema to a node.
struct RecordingObserver: EvaluationObserver {
  static var needsOnlyValidity: Bool { false }
  static var recordsApplications: Bool { true }

  struct Application {
    var node: Int32
    var subschema: Int32
    var valid: Bool
    var isInFailedBranch = false
  }

  var violations: [SchemaViolation] = []
  var applications: [Application] = []

  mutating func add(_ violation: SchemaViolation) { violations.append(violation) }

  mutating func applied(_ subschema: Int32, at node: Int32, valid: Bool) {
    applications.append(Application(node: node, subschema: subschema, valid: valid))
  }

  var checkpoint: ObservationPoint {
    ObservationPoint(violations: violations.count, applications: applications.count)
  }

  mutating func rollBack(to point: ObservationPoint, discardingApplications: Bool) {
    violations.removeLast(violations.count - point.violations)
    if discardingApplications {
      applications.removeLast(applications.count - point.applications)
    } else {
      for index in point.applications..<applications.count { applications[index].isInFailedBranch = true }
    }
  }

  mutating func takeViolations(since point: ObservationPoint) -> [SchemaViolation] {
    let taken = Array(violations[point.violations...])
    violations.removeLast(violations.count - point.violations)
    return taken
  }
}
