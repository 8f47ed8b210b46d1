import JSON
import JSONRPC
import LanguageServerProtocol
import SourceText

/// `textDocument/codeAction`: what every provider offers at the place, in the order of `codeActionProviders`.
func codeAction(
  _ params: LSP.CodeActionParams, _ context: RequestContext
) throws(ResponseError) -> [LSP.CodeActionOrCommand]? {
  let document = try context.documents.required(params.textDocument.uri)
  guard context.client.takesCodeActions else { return [] }
  let query = CodeActionQuery(params, document: document, client: context.client)
  var actions: [LSP.CodeAction] = []
  for provider in codeActionProviders where provider.kinds.contains(where: query.isWanted) {
    if Task.isCancelled { return [] }
    actions += provider.actions(query).filter { $0.kind.map(query.isWanted) ?? true }
  }
  return actions.map { .action($0) }
}

/// `codeAction/resolve`: the edit of an action that takes long to work out.
func codeActionResolve(_ action: LSP.CodeAction, _ context: RequestContext) throws(ResponseError) -> LSP.CodeAction {
  guard let data = action.data, let name = data["provider"]?.stringValue, let uri = data["uri"]?.stringValue,
    let provider = codeActionProviders.first(where: { $0.name == name })
  else { return action }
  let document = try context.documents.required(uri)
  // What was offered for a place may not fit it any more. The client asks anew.
  if let version = data["version"]?.integerValue, version != Int64(document.version) {
    throw ResponseError(.contentModified, "\(uri) has changed since this was offered")
  }
  var resolved = action
  resolved.edit =
    provider.edits(data["arguments"] ?? .null, document)
    .map { workspaceEdit($0, in: document, for: context.client) } ?? LSP.WorkspaceEdit(changes: [:])
  return resolved
}

/// The document that an action to be resolved is about.
func resolvedDocument(_ action: LSP.CodeAction) -> String { action.data?["uri"]?.stringValue ?? "" }

/// Where actions come from, in the order in which they are shown. To add one: a file beside this one, and its line.
let codeActionProviders: [CodeActionProvider] = [
  findingFixes,
  suppressFindings,
  expectations,
  valueRewriting,
  sectionAdding,
  keySorting,
  fixEverything,
  explainFindings,
]

/// The kinds of all providers, each once.
var announcedCodeActionKinds: [LSP.CodeActionKind] {
  var kinds: [LSP.CodeActionKind] = []
  for kind in codeActionProviders.flatMap(\.kinds) where !kinds.contains(kind) { kinds.append(kind) }
  return kinds
}

/// A source of code actions.
struct CodeActionProvider: Sendable {
  /// What brings a deferred action back to it.
  let name: String
  /// The kinds of the actions that it may offer; announced to the client.
  let kinds: [LSP.CodeActionKind]
  /// What it offers. Asked only if at least one of its kinds is wanted; actions of others are dropped.
  let actions: @Sendable (CodeActionQuery) -> [LSP.CodeAction]
  /// The edits of an action that was deferred by `CodeActionQuery.deferred`, by its arguments; nil where there is
  /// nothing to do any more.
  var edits: @Sendable (_ arguments: JSONValue, _ document: Document) -> [TextEdit]? = { _, _ in nil }
}

/// What is asked for: a stretch of a document and the kinds that are wanted.
struct CodeActionQuery: Sendable {
  /// The document.
  let document: Document
  /// What may be sent.
  let client: ClientProfile
  /// The stretch, often empty: the cursor.
  let range: ByteRange
  /// The diagnostics that the client shows there.
  let diagnostics: [LSP.Diagnostic]
  /// The kinds that are wanted; all if nil.
  let only: [LSP.CodeActionKind]?
  /// Whether the editor asks by itself, as it does at every move of the cursor.
  let isAutomatic: Bool

  init(_ params: LSP.CodeActionParams, document: Document, client: ClientProfile) {
    self.document = document
    self.client = client
    range = byteRange(of: params.range, in: document.text, document.lines, document.encoding)
    diagnostics = params.context.diagnostics
    only = params.context.only
    isAutomatic = params.context.triggerKind == .automatic
  }

  /// Whether actions of a kind are wanted.
  func isWanted(_ kind: LSP.CodeActionKind) -> Bool { only?.contains { $0.covers(kind) } ?? true }

  /// Whether the edits of an action may be left for `codeAction/resolve`, or be worked out now at some cost. Unasked, at
  /// every move of the cursor, only what costs nothing is offered.
  var affordsEdits: Bool { client.resolvesCodeActionEdits || only != nil || !isAutomatic }

  /// An action with edits that are known.
  func action(
    _ title: String, _ kind: LSP.CodeActionKind, _ edits: [TextEdit], diagnostics: [LSP.Diagnostic]? = nil,
    isPreferred: Bool = false
  ) -> LSP.CodeAction {
    LSP.CodeAction(
      title: title, kind: kind, diagnostics: diagnostics,
      isPreferred: client.takesPreferredActions && isPreferred ? true : nil,
      edit: workspaceEdit(edits, in: document, for: client))
  }

  /// An action whose edits are worked out when it is chosen, if the client can wait for them, and now otherwise.
  ///
  /// - Parameters:
  ///   - provider: whose action it is.
  ///   - title: what people see.
  ///   - kind: its kind, one of the provider's.
  ///   - arguments: what the provider needs to know to work out the edits.
  ///   - diagnostics: the diagnostics that it repairs.
  ///   - isBound: whether the arguments name a place in this very text, so that an edit in between makes it void.
  /// - Returns: the action; nil if the edits are worked out now and there are none.
  func deferred(
    _ provider: CodeActionProvider, _ title: String, _ kind: LSP.CodeActionKind, _ arguments: JSONValue = .null,
    diagnostics: [LSP.Diagnostic]? = nil, isBound: Bool = true
  ) -> LSP.CodeAction? {
    var action = LSP.CodeAction(title: title, kind: kind, diagnostics: diagnostics)
    if client.resolvesCodeActionEdits {
      var data: JSONValue = [
        "provider": .string(provider.name), "uri": .string(document.uri), "arguments": arguments,
      ]
      if isBound { data["version"] = .integer(Int64(document.version)) }
      action.data = data
      return action
    }
    guard let edits = provider.edits(arguments, document), !edits.isEmpty else { return nil }
    action.edit = workspaceEdit(edits, in: document, for: client)
    return action
  }
}

extension LSP.CodeActionKind {
  /// Whether a client that asks for this kind takes the other: kinds are hierarchical, parted by dots.
  func covers(_ other: LSP.CodeActionKind) -> Bool {
    rawValue.isEmpty || rawValue == other.rawValue || other.rawValue.hasPrefix(rawValue + ".")
  }
}
