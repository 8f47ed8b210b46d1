import LanguageServerProtocol
import MasqueAnalysis

/// Comments that hide the findings at the place.
let suppressFindings = CodeActionProvider(
  name: "suppress", kinds: [.quickFix],
  actions: { query in
    // Findings of one code on one line are hidden by one comment.
    var seen: Set<Fix> = []
    return query.findings.flatMap { finding -> [LSP.CodeAction] in
      let diagnostics = query.diagnostics(of: finding)
      return suppressions(of: finding, in: query.document.snapshot).compactMap { fix -> LSP.CodeAction? in
        guard seen.insert(fix).inserted else { return nil }
        return query.action(fix.title, .quickFix, fix.edits, diagnostics: diagnostics)
      }
    }
  })
