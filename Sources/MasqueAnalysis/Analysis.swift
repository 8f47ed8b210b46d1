import SourceText
import YAMLSyntax

/// Everything the rules say about a masque, in document order. Deterministic, and never fails.
///
/// - Parameter snapshot: the masque.
/// - Returns: the findings, sorted by place and code.
public func findings(in snapshot: Snapshot) -> [Finding] {
  var result: [Finding] = []
  for problem in snapshot.syntax.problems {
    result.append(syntaxFinding(problem))
  }
  result.sort {
    ($0.range.start, $0.range.end, $0.code, $0.message) < ($1.range.start, $1.range.end, $1.code, $1.message)
  }
  return result
}
