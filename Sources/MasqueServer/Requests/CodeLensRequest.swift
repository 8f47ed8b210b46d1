import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// A command that is offered above a masque's name.
private struct Lens {
  let command: String
  let title: String
  /// Whether it is for the masque that is worn, or for all others; nil for both.
  var whileWorn: Bool?
  /// Whether it is about the intent. Then its title says how that stands, and is made when the lens comes into view.
  var needsIntent = false
}

/// The command that tells how a masque was worn.
private let scoring = "masque.performance"

/// What can be done with a masque, in the order in which it is shown. A lens is shown only if the server announces its
/// command, so that none is there that does nothing.
private let lenses = [
  Lens(command: "masque.don", title: "Don", whileWorn: false),
  Lens(command: "masque.doff", title: "Doff", whileWorn: true),
  Lens(command: scoring, title: "Score"),
  Lens(command: "masque.preview", title: "Preview"),
  Lens(command: "masque.intent.explain", title: "Check an intent…", needsIntent: true),
]

/// Whether any of these commands has a lens.
func hasLens(_ commands: [String]) -> Bool { lenses.contains { commands.contains($0.command) } }

/// `textDocument/codeLens`: above the name, the commands that take this masque.
func codeLens(_ params: LSP.CodeLensParams, _ context: RequestContext) throws(ResponseError) -> [LSP.CodeLens]? {
  let document = try context.documents.required(params.textDocument.uri)
  guard context.showsCodeLenses, let place = lensPlace(in: document.snapshot) else { return [] }
  let range = document.range(of: place.range)
  let isWorn =
    workFolder(of: document.path, context.folders).map { context.worn.isWorn(document, in: $0) } ?? false
  return lenses.compactMap { lens in
    guard context.commands.contains(lens.command), place.hasIntent || !lens.needsIntent,
      lens.whileWorn == nil || lens.whileWorn == isWorn
    else { return nil }
    let data: JSONValue = ["uri": .string(document.uri), "command": .string(lens.command)]
    let isScore = lens.command == scoring
    let title = lens.title + (isScore ? place.score.map { " (last: \($0))" } ?? "" : "")
    return LSP.CodeLens(
      range: range, command: lens.needsIntent ? nil : command(of: lens, document.uri, title),
      data: lens.needsIntent ? data : .none)
  }
}

/// `codeLens/resolve`: the title of a lens that says how things stand.
func codeLensResolve(_ lens: LSP.CodeLens, _ context: RequestContext) throws(ResponseError) -> LSP.CodeLens {
  guard lens.command == nil, let uri = lens.data?["uri"]?.stringValue, let name = lens.data?["command"]?.stringValue,
    let known = lenses.first(where: { $0.command == name })
  else { return lens }
  let document = try context.documents.required(uri)
  let broken = document.findings.reduce(0) { $0 + ($1.code == "intent-expectation-failed" ? 1 : 0) }
  let state =
    switch broken {
    case 0: ""
    case 1: " (1 expectation fails)"
    default: " (\(broken) expectations fail)"
    }
  var result = lens
  result.command = command(of: known, uri, known.title + state)
  return result
}

/// The document that a lens to be resolved is about.
func lensedDocument(_ lens: LSP.CodeLens) -> String { lens.data?["uri"]?.stringValue ?? "" }

private func command(of lens: Lens, _ uri: String, _ title: String) -> LSP.Command {
  // A masque that was worn is named in another way than one that is read.
  let key = lens.command == scoring ? "masque" : "uri"
  return LSP.Command(title: title, command: lens.command, arguments: [[key: .string(uri), "show": true]])
}
