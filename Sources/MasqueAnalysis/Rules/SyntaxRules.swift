import YAMLSyntax

/// Words a problem of the YAML reader as a finding.
func syntaxFinding(_ problem: SyntaxProblem) -> Finding {
  let safe = problem.edits.isEmpty ? [] : problem.edits
  switch problem.kind {
  case .syntax:
    return Finding(
      "yaml-syntax", .error, problem.range, problem.message,
      fixes: safe.isEmpty ? [] : [Fix("Add the closing quote", safe, .unsafe)])
  case .unquotedText:
    return Finding(
      "yaml-unquoted-pattern", .error, problem.range, problem.message, fixes: [Fix("Put the text in quotes", safe)])
  case .tabIndentation:
    return Finding(
      "yaml-tab-indent", .error, problem.range, problem.message, fixes: [Fix("Replace the tabs by spaces", safe)])
  case .conflictMarker:
    return Finding("yaml-conflict-marker", .error, problem.range, problem.message)
  case .duplicateKey:
    return Finding(
      "yaml-duplicate-key", .error, problem.range, problem.message,
      related: problem.related.map { [RelatedPlace(range: $0, message: "the first one is here")] } ?? [])
  case .multipleDocuments:
    return Finding("yaml-multiple-documents", .error, problem.range, problem.message)
  case .unknownTag:
    return Finding("yaml-unknown-tag", .error, problem.range, problem.message)
  case .aliasBudget:
    return Finding("yaml-alias-budget", .error, problem.range, problem.message)
  case .encoding:
    return Finding("yaml-encoding", .error, problem.range, problem.message)
  }
}
