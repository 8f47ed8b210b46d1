public import MasqueModel
import SourceText

/// Everything the rules say about a masque, in document order. Deterministic, and never fails.
///
/// - Parameters:
///   - snapshot: the masque.
///   - schema: the schema to hold it to; the bundled one unless an extended schema is in force.
/// - Returns: the findings, sorted by place and code.
public func findings(in snapshot: Snapshot, schema: MasqueSchema = .bundled) -> [Finding] {
  var context = RuleContext(snapshot, schema: schema)
  for rule in allRules { rule.check(&context) }
  var result = context.findings
  result.sort {
    ($0.range.start, $0.range.end, $0.code, $0.message) < ($1.range.start, $1.range.end, $1.code, $1.message)
  }
  return result
}
