import JSON
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// A finding as the client wants it.
///
/// - Parameters:
///   - finding: the finding.
///   - document: the document that it is about.
///   - client: what may be sent.
/// - Returns: the diagnostic, its ranges in the negotiated encoding.
func diagnostic(_ finding: Finding, in document: Document, for client: ClientProfile) -> LSP.Diagnostic {
  let tags = finding.tags.map(diagnosticTag).filter(client.diagnosticTags.contains)
  let related = client.showsRelatedInformation ? finding.related.compactMap { place($0, in: document) } : []
  return LSP.Diagnostic(
    range: document.range(of: finding.range),
    severity: diagnosticSeverity(finding.severity),
    code: .string(finding.code),
    codeDescription: client.showsCodeDescription
      ? client.rulePages.page(of: finding.code).map(LSP.CodeDescription.init(href:)) : nil,
    source: "masque",
    message: finding.message,
    tags: tags.isEmpty ? nil : tags,
    relatedInformation: related.isEmpty ? nil : related,
    data: client.keepsDiagnosticData ? fixData(finding.fixes, in: document) : .none)
}

private func diagnosticSeverity(_ severity: Severity) -> LSP.DiagnosticSeverity {
  switch severity {
  case .error: .error
  case .warning: .warning
  case .information: .information
  case .hint: .hint
  }
}

private func diagnosticTag(_ tag: FindingTag) -> LSP.DiagnosticTag {
  switch tag {
  case .unnecessary: .unnecessary
  case .deprecated: .deprecated
  }
}

private func place(_ related: RelatedPlace, in document: Document) -> LSP.DiagnosticRelatedInformation? {
  // A place in another file needs that file's lines: whoever has compared the files has looked them up.
  let location: LSP.Location
  if related.path == nil {
    location = LSP.Location(uri: document.uri, range: document.range(of: related.range))
  } else if let elsewhere = document.verdict?.locations[related] {
    location = elsewhere
  } else {
    return nil
  }
  return LSP.DiagnosticRelatedInformation(location: location, message: related.message)
}

/// What a client gives back when it asks for code actions: the fixes, ready to be applied to this version.
private func fixData(_ fixes: [Fix], in document: Document) -> JSONValue? {
  if fixes.isEmpty { return .none }
  let values = fixes.map { fix -> JSONValue in
    let edits = fix.edits.map { edit -> JSONValue in
      let range = document.range(of: edit.range)
      return ["range": ["start": json(range.start), "end": json(range.end)], "newText": .string(edit.replacement)]
    }
    return [
      "title": .string(fix.title), "applicability": .string(fix.applicability.rawValue), "edits": .array(edits),
    ]
  }
  return ["version": .integer(Int64(document.version)), "fixes": .array(values)]
}

private func json(_ position: LSP.Position) -> JSONValue {
  ["line": .integer(Int64(position.line)), "character": .integer(Int64(position.character))]
}
