import MasqueAnalysis
import MasqueCommands
import MasqueWorkspace

/// What a request sees: the state at its place in the order of messages. Immutable, so it is answered on any thread.
struct RequestContext: Sendable {
  /// What may be sent.
  let client: ClientProfile
  /// The open documents.
  let documents: OpenDocuments
  /// What is on disk, as far as it has been read.
  let workspace: WorkspaceIndex
  /// The workspace's folders, whether they have been read or not.
  let folders: [FilePath]
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
  /// The commands, and where they are run.
  let commandHost: CommandHost
  /// Who runs the others.
  let sibling: Sibling
  /// What is worn, as far as it has been read.
  var worn = WornMasques()
  /// What the settings say about the sibling.
  var siblingSettings = SiblingSettings()
  /// Says that what is worn may have changed.
  var noteWearing: @Sendable () -> Void = {}
  /// What the client shows that the server has made up.
  let previews: PreviewWatch

  /// Where a command is run now. Reads what is worn.
  ///
  /// - Parameter folder: the folder that is worked in; nil for the server's own.
  /// - Returns: the context.
  func commandContext(in folder: FilePath?) -> CommandContext {
    var context = commandHost.context(documents, folders: folders)
    let folder = folder ?? context.files.currentFolder
    context.activeMasque = WornMasques([folder], commandHost).activeMasque(in: folder)
    return context
  }
}
