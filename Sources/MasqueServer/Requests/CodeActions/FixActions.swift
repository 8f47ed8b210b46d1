import JSON
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

extension LSP.CodeActionKind {
  /// Everything that is safe, in the whole file.
  static let fixAllMasque = LSP.CodeActionKind(rawValue: "source.fixAll.masque")
}

/// The fixes of the findings that the range touches, and those of all findings with the same code at once.
let findingFixes = CodeActionProvider(
  name: "fix", kinds: [.quickFix],
  actions: { query in
    query.findings.flatMap { quickFixes(of: $0, query) } + fixesOfWholeCodes(query)
  },
  edits: { arguments, document in
    guard let code = arguments["code"]?.stringValue else { return nil }
    return safeEdits(of: document) { $0.code == code ? $0.firstSafeFix : nil }
  })

/// All safe fixes of the file at once.
let fixEverything = CodeActionProvider(
  name: "fixAll", kinds: [.fixAllMasque],
  actions: { query in
    guard query.affordsEdits, query.document.findings.contains(where: { $0.firstSafeFix != nil }) else { return [] }
    return [
      query.deferred(fixEverything, "Fix everything that is safe to fix", .fixAllMasque, isBound: false)
    ].compactMap { $0 }
  },
  edits: { _, document in safeEdits(of: document, wanted: \.firstSafeFix) })

extension CodeActionQuery {
  /// The findings that the range touches.
  var findings: [Finding] {
    document.findings.filter { $0.range.start <= range.end && range.start <= $0.range.end }
  }

  /// A finding as the client shows it, so that it knows its own diagnostic again.
  func diagnostics(of finding: Finding) -> [LSP.Diagnostic] {
    let place = document.range(of: finding.range)
    let known = diagnostics.filter {
      $0.code == .string(finding.code) && $0.range == place && $0.message == finding.message
    }
    return known.isEmpty ? [diagnostic(finding, in: document, for: client)] : known
  }
}

private func quickFixes(of finding: Finding, _ query: CodeActionQuery) -> [LSP.CodeAction] {
  guard finding.fixes.contains(where: { !$0.edits.isEmpty }) else { return [] }
  let diagnostics = query.diagnostics(of: finding)
  let preferred = finding.fixes.firstIndex { $0.applicability == .safe && !$0.edits.isEmpty }
  return finding.fixes.enumerated().compactMap { index, fix in
    guard !fix.edits.isEmpty else { return nil }
    return query.action(
      fix.title, .quickFix, fix.edits, diagnostics: diagnostics, isPreferred: index == preferred)
  }
}

/// Where the file has several findings of a code at the place that are safe to fix: all of them.
private func fixesOfWholeCodes(_ query: CodeActionQuery) -> [LSP.CodeAction] {
  guard query.affordsEdits else { return [] }
  var codes: [String] = []
  for finding in query.findings where finding.firstSafeFix != nil && !codes.contains(finding.code) {
    codes.append(finding.code)
  }
  return codes.compactMap { code in
    let count = query.document.findings.reduce(0) { $0 + ($1.code == code && $1.firstSafeFix != nil ? 1 : 0) }
    guard count > 1 else { return nil }
    return query.deferred(
      findingFixes, "Fix all \(count) `\(code)` that are safe to fix", .quickFix, ["code": .string(code)],
      isBound: false)
  }
}

private func safeEdits(of document: Document, wanted: (Finding) -> Fix?) -> [TextEdit]? {
  let mended = mend(document.text, document.findings, wanted: wanted, check: document.findings(ifItsTextWere:))
  return mended.edits.isEmpty ? nil : mended.edits
}
