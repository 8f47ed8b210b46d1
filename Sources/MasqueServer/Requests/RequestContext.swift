import MasqueAnalysis

/// What a request sees: the state at its place in the order of messages. Immutable, so it is answered on any thread.
struct RequestContext: Sendable {
  /// What may be sent.
  let client: ClientProfile
  /// The open documents.
  let documents: OpenDocuments
  /// What is on disk, as far as it has been read.
  let workspace: WorkspaceIndex
  /// The way to the client, for what is to be asked or told while the request is worked on.
  let connection: ClientConnection
  /// The tokens that the client may have.
  let tokens: SemanticTokensMemory
  /// The commands that the client has been told of.
  var commands: [String] = announcedCommands
  /// Whether commands are offered in the text.
  var showsCodeLenses = true
  /// What inlay hints may be about.
  var inlayHints = Set(InlayHint.Kind.allCases)
}
