import MasqueAnalysis
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText

/// The commands that the server answers, and where it runs them.
struct CommandHost: Sendable {
  /// What is on disk.
  let files: any Files
  /// The process.
  let environment: ServerEnvironment

  /// The names by which the client knows the commands. Written down, since the contracts take their words from the
  /// schema, which is not to be compiled before the client has its first answer.
  static let names = [
    "masque.list", "masque.inspect", "masque.preview", "masque.intent.explain", "masque.intent.diff",
    "masque.explainRule", "masque.new", "masque.syncManifest", "masque.pin", "masque.upgrade", "masque.don",
    "masque.doff", "masque.id", "masque.doctor", "masque.ledger.balance", "masque.ledger.statement",
    "masque.ledger.earnings", "masque.ledger.deposit", "masque.ledger.settle", "masque.ledger.verify",
    "masque.ledger.export", "masque.ledger.migrate", "masque.audience.start", "masque.audience.stop",
    "masque.audience.status", "masque.audience.config", "masque.audience.logs", "masque.analytics.migrate",
    "masque.analytics.status", "masque.analytics.flush", "masque.performance", "masque.eval",
  ]

  /// Their contracts. Those that are not in the table are the sibling's.
  static let descriptions = commandDescriptions.filter(\.isForEditors)

  /// The commands that run here: those that need only files and the model, and what only the analysis knows.
  static let table: CommandTable = {
    var table = CommandTable.pure
    table.add(ExplainRuleCommand.self) { (arguments, _) throws(CommandError) in try explainRule(arguments.code) }
    return table
  }()

  /// Where a command is run: over the texts of the open documents, wherever the disk has others.
  ///
  /// - Parameters:
  ///   - documents: the open documents.
  ///   - folders: the workspace's folders.
  /// - Returns: the context.
  func context(_ documents: OpenDocuments, folders: [FilePath]) -> CommandContext {
    var texts: [FilePath: [UInt8]] = [:]
    var near: [FilePath] = []
    for document in documents.all {
      let path = FilePath(displayPath(of: document.uri))
      texts[path] = document.text.bytes
      // A single file that is open has a library as well.
      if document.isMasque, let path = document.path { near.append(path.parent) }
    }
    let files = OverlayFiles(texts, over: files)
    let workspaces = folders + near.sorted()
    return CommandContext(
      files: files,
      places: MasquePlaces(
        workspaces: workspaces.isEmpty ? [files.currentFolder] : workspaces, shipped: environment.shippedPersonas,
        environment: environment.variable,
        in: files))
  }
}

/// What a rule is about.
private func explainRule(_ code: String) throws(CommandError) -> ExplainRuleCommand.Result {
  guard let rule = ruleDescription(of: code) else {
    var message = "there is no rule `\(code)`"
    if let nearest = nearestSpelling(of: code, among: ruleDescriptions().map(\.code)) {
      message += ": did you mean `\(nearest)`?"
    }
    throw CommandError(.notFound, message)
  }
  return ExplainRuleCommand.Result(
    code: rule.code, severity: rule.severity.rawValue, enabledByDefault: rule.isOnByDefault,
    library: rule.isAboutLibrary, fix: rule.fix?.rawValue, summary: rule.summary, reason: rule.reason, bad: rule.bad,
    good: rule.good, page: ruleDocumentation(rule))
}
