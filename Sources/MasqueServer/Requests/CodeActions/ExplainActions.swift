import JSON
import LanguageServerProtocol
import MasqueAnalysis

/// What the findings at the place mean: the command that says so, if the server has it.
let explainFindings = CodeActionProvider(
  name: "explain", kinds: [.quickFix],
  actions: { query in
    guard !query.findings.isEmpty, announcedCommands.contains(explainCommand) else { return [] }
    var codes: [String] = []
    for finding in query.findings where !codes.contains(finding.code) { codes.append(finding.code) }
    return codes.map { code in
      let title = "Explain `\(code)`"
      let diagnostics = query.findings.filter { $0.code == code }.flatMap { query.diagnostics(of: $0) }
      return LSP.CodeAction(
        title: title, kind: .quickFix, diagnostics: diagnostics,
        command: LSP.Command(title: title, command: explainCommand, arguments: [["code": .string(code), "show": true]]))
    }
  })

private let explainCommand = "masque.explainRule"
