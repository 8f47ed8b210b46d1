import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

extension LSP.CodeActionKind {
  /// Everything that is safe, in the whole file.
  static let fixAllMasque = LSP.CodeActionKind(rawValue: "source.fixAll.masque")

  /// Whether a client that asks for this kind takes the other: kinds are hierarchical, parted by dots.
  func covers(_ other: LSP.CodeActionKind) -> Bool {
    rawValue.isEmpty || rawValue == other.rawValue || other.rawValue.hasPrefix(rawValue + ".")
  }
}

/// `textDocument/codeAction`: the fixes of the findings that the range touches, and all safe fixes of the file at once.
func codeAction(
  _ params: LSP.CodeActionParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.CodeActionOrCommand]? {
  let document = try context.documents.required(params.textDocument.uri)
  let client = context.client
  guard client.takesCodeActions else { return [] }
  func isWanted(_ kind: LSP.CodeActionKind) -> Bool { params.context.only?.contains { $0.covers(kind) } ?? true }
  var actions: [LSP.CodeAction] = []
  if isWanted(.quickFix) {
    let range = byteRange(of: params.range, in: document.text, document.lines, document.encoding)
    for finding in document.findings where finding.range.start <= range.end && range.start <= finding.range.end {
      actions += quickFixes(of: finding, in: document, params.context.diagnostics, client)
    }
  }
  // Unasked, at every move of the cursor, only what costs nothing.
  let isCheap = client.resolvesCodeActionEdits || params.context.only != nil || params.context.triggerKind != .automatic
  if isCheap, isWanted(.fixAllMasque), document.findings.contains(where: { $0.firstSafeFix != nil }) {
    var action = LSP.CodeAction(title: "Fix everything that is safe to fix", kind: .fixAllMasque)
    if client.resolvesCodeActionEdits {
      action.data = ["uri": .string(document.uri)]
      actions.append(action)
    } else if let edit = fixAllEdit(of: document, client) {
      action.edit = edit
      actions.append(action)
    }
  }
  return actions.map { .action($0) }
}

/// `codeAction/resolve`: the edit of the action that takes long.
func codeActionResolve(_ action: LSP.CodeAction, _ context: RequestContext) throws(ResponseError) -> LSP.CodeAction {
  guard action.kind == .fixAllMasque, let uri = action.data?["uri"]?.stringValue else { return action }
  let document = try context.documents.required(uri)
  var resolved = action
  resolved.edit = fixAllEdit(of: document, context.client) ?? LSP.WorkspaceEdit(changes: [:])
  return resolved
}

private func quickFixes(
  of finding: Finding, in document: Document, _ shown: [LSP.Diagnostic], _ client: ClientProfile
) -> [LSP.CodeAction] {
  let range = document.range(of: finding.range)
  // The client knows its own diagnostic again.
  let known = shown.filter {
    $0.code == .string(finding.code) && $0.range == range && $0.message == finding.message
  }
  let preferred = finding.fixes.firstIndex { $0.applicability == .safe && !$0.edits.isEmpty }
  return finding.fixes.enumerated().compactMap { index, fix in
    guard !fix.edits.isEmpty else { return nil }
    return LSP.CodeAction(
      title: fix.title, kind: .quickFix,
      diagnostics: known.isEmpty ? [diagnostic(finding, in: document, for: client)] : known,
      isPreferred: client.takesPreferredActions && index == preferred ? true : nil,
      edit: workspaceEdit(fix.edits, in: document, for: client))
  }
}

private func fixAllEdit(of document: Document, _ client: ClientProfile) -> LSP.WorkspaceEdit? {
  let mended = mend(document.text, document.findings, check: document.findings(ifItsTextWere:))
  return mended.edits.isEmpty ? nil : workspaceEdit(mended.edits, in: document, for: client)
}

/// The document that an action to be resolved is about.
func resolvedDocument(_ action: LSP.CodeAction) -> String { action.data?["uri"]?.stringValue ?? "" }
