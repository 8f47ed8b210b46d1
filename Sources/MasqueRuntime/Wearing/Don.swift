import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import YAMLSyntax

/// Puts a masque on: all of it happens, or nothing.
func don(
  _ arguments: DonCommand.Arguments, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> DonCommand.Result {
  let configuration = try runtime.configuration()
  let (reference, version) = arguments.masque.map { splitVersion($0) }.map { ($0.reference, $0.version) } ?? (nil, nil)
  if reference == nil, arguments.uri == nil {
    // Whoever can ask asks; nothing else is meant by leaving it out, not even the masque that is worn.
    throw CommandError(
      .missingArgument("masque"), "`don` needs `masque`: a name, an index, or the path of its file; `list` shows them")
  }
  let masque = try context.masque(reference, uri: arguments.uri, of: DonCommand.description)
  let bytes = masque.syntax.text.bytes
  let digest = sha256(bytes)
  try checkPin(of: masque, digest, context, runtime)

  let passage: Passage
  switch try MasqueRuntime.passage(of: masque, version: version, intent: arguments.intent, configuration, context) {
  case .success(let value): passage = value
  case .failure(let refusal):
    // A refusal that can't be counted is a refusal still.
    if var wearer = try? Wearer(runtime, context) {
      try? wearer.commit { $0.refusals[refusal.masque, default: 0] += 1 }
    }
    throw refusal.error
  }
  guard let block = IdentityBlock(masque.syntax, context.blockOptions) else {
    throw CommandError(.unfitMasque, "\(masque.identity.file) can't be put on: it says no name, version or ring")
  }

  let project = runtime.projectFolder
  guard (try? context.files.kind(of: project, followingLinks: true)) == .folder else {
    throw CommandError(
      .notFound,
      "the project's folder \(project) is not there; CLAUDE_PROJECT_DIR names it, or else the folder that you are in")
  }
  try context.checkCancellation()
  var wearer = try Wearer(runtime, context)
  wearer.warnings += passage.warnings
  let ending = wearer.ending(.replaced)
  let wearing = try wearing(passage, digest, arguments.intent, configuration, after: ending?.at, wearer)
  try MasqueStore(home: wearer.store.home, files: context.files).keep(bytes, digest)
  let write = try settingsWrite(SpinnerVerbs(masque.syntax), &wearer)

  // From here on whoever finds this knows what to undo.
  let preparation = Preparation(hold: wearing.hold, settings: write)
  try wearer.commit { $0.preparing = preparation }
  let next: WearingState
  do throws(CommandError) {
    next = try prepared(wearing, ending, write, wearer)
    // The last moment at which it can be given up.
    try context.checkCancellation()
    try wearer.commit { $0 = next }
  } catch {
    do throws(CommandError) {
      try wearer.abandon(preparation)
      wearer.complete(retriesDeferred: false)
    } catch let other {
      throw CommandError(error.reason, "\(error.message). Then: \(other.message); the next command undoes it")
    }
    throw error
  }
  if ending != nil { context.progress("Paying for what came off", 75) }
  wearer.complete(retriesDeferred: true)
  return DonCommand.Result(
    active: wearer.told(wearing), ended: ending.map { wearer.told($0) }, text: block.text, warnings: wearer.warnings)
}

/// The wearing that is to begin.
private func wearing(
  _ passage: Passage, _ digest: String, _ intent: String?, _ configuration: UserConfiguration,
  after last: Timestamp?, _ wearer: Wearer
) throws(CommandError) -> Wearing {
  let now = wearer.now
  // What happened in the last millisecond of the masque before it is that one's.
  var begin = now.wholeMilliseconds
  if let last = last ?? wearer.state.previous?.doffedAt, last >= begin, last.seconds(since: begin) == 0 {
    begin = last.followingMillisecond
  }
  let path = passage.masque.path.absolute(from: wearer.context.files.currentFolder)
  let expiry = passage.lifetime.map { $0 }.flatMap { begin.advanced(by: $0) }
  let seconds = holdTimeout(from: now.seconds, until: expiry?.seconds, configuration)
  let session = SessionID(milliseconds: begin.milliseconds)
  let payer = configuration.operator.name ?? wearer.runtime.user
  let source = passage.masque.identity.source ?? wearer.context.source(of: path)
  let rates = configuration.rates(of: passage.name)
  let hold = HoldRequest(
    session: session, payer: payer, payee: payee(of: path, source, configuration, wearer.context),
    masque: passage.name, amount: rates.hold, timeout: seconds, at: now.seconds)
  return Wearing(
    session: session, name: passage.name, version: passage.version, ring: passage.ring.rawValue, source: source,
    file: fileURI(of: path), sha256: digest, donnedAt: begin, expiresAt: expiry,
    intent: intent.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }, hold: hold, held: rates.hold,
    heldSince: now.seconds, agentSession: wearer.runtime.agent?.session ?? wearer.state.agentSession,
    agentProcess: wearer.runtime.agent?.process ?? wearer.state.agentProcess)
}

/// What the settings are to become; nil if they stay as they are.
private func settingsWrite(_ verbs: SpinnerVerbs?, _ wearer: inout Wearer) throws(CommandError) -> SettingsWrite? {
  let earlier = wearer.state.spinner ?? wearer.state.restoring
  if verbs == nil, earlier == nil { return nil }
  let path = wearer.context.shown(wearer.settings.path)
  let current: String?
  do throws(FileError) {
    current = try wearer.settings.read()
  } catch {
    throw CommandError(.file, "\(path): \(error.message)")
  }
  func wrong(_ error: JSONEditError) -> String { "\(path): \(AgentSettings.words(error)); mend it" }
  let base: String?
  do throws(JSONEditError) {
    base =
      try earlier.map { (earlier) throws(JSONEditError) in try AgentSettings.undoing(earlier, in: current) } ?? current
  } catch {
    if verbs != nil { throw CommandError(.file, "\(wrong(error)), since the masque's spinner verbs go there") }
    // Those of the masque that comes off are restored by a later command.
    return nil
  }
  guard let verbs else { return SettingsWrite(before: current, after: base, change: nil) }
  if verbs.mode == .prepend {
    wearer.warnings.append("Claude Code knows no spinner mode `prepend`; the verbs are appended")
  }
  do throws(JSONEditError) {
    let change = try AgentSettings.change(verbs, base)
    return SettingsWrite(before: current, after: change.with, change: change)
  } catch {
    throw CommandError(.file, "\(wrong(error)), since the masque's spinner verbs go there")
  }
}

/// Sets the money aside, writes what others read, and gives the state that makes it so.
private func prepared(
  _ wearing: Wearing, _ ending: Ending?, _ write: SettingsWrite?, _ wearer: Wearer
) throws(CommandError) -> WearingState {
  var wearing = wearing
  wearer.context.progress("Setting money aside", 25)
  do throws(LedgerError) {
    let receipt = try wearer.ledger.place(wearing.hold)
    wearing.held = receipt.amount
  } catch {
    let reason: CommandError.Reason =
      switch error {
      case .paymentRequired: .paymentRequired
      case .unavailable: .unavailable
      case .failed: .refused
      }
    throw CommandError(reason, "`\(wearing.name)` can't be put on: \(words(error))")
  }
  var next = wearer.state
  if let ending { next.close(with: ending) }
  next.active = wearing
  next.preparing = nil
  if let write { (next.spinner, next.restoring) = (write.change, nil) }
  next.isSessionFileStale = false
  do throws(FileError) {
    if let write { try wearer.settings.write(write.after, over: write.before) }
    let path = SessionFile.path(in: wearer.runtime.projectFolder)
    try wearer.context.files.makeFolder(path.parent, isPrivate: false)
    if let old = try? wearer.context.files.read(path, maximumLength: SessionFile.maximumLength), !old.isEmpty,
      SessionFile(old) == nil
    {
      // Kept aside before it is written over.
      try wearer.context.files.rename(path, to: "masque.session.yaml.damaged-\(sha256(old).prefix(8))")
    }
    let text = next.sessionFile(in: wearer.runtime.projectFolder).yaml
    try wearer.context.files.writePrivate(path, Array(text.utf8))
  } catch {
    throw CommandError(.file, "\(wearer.context.shown(error.path)): \(error.message); no masque was put on")
  }
  return next
}

/// Who is paid for a masque: the owner of the folder that it lies in.
private func payee(
  of path: FilePath, _ source: MasqueSource?, _ configuration: UserConfiguration, _ context: CommandContext
) -> Payee {
  let place = (try? context.files.canonicalPath(of: path)) ?? path
  for library in configuration.libraries {
    let folder = (try? context.files.canonicalPath(of: library.folder)) ?? library.folder
    if place.relative(to: folder) != nil { return .owner(library.owner) }
  }
  if source == .private { return .unclaimed(library: "private") }
  if let shipped = context.places.shippedFolder, path.relative(to: shipped) != nil {
    return .unclaimed(library: "shipped")
  }
  return .unclaimed(library: place.parent.description)
}

extension CommandContext {
  /// Whose a masque is that was named by its path; nil if it lies in no library.
  func source(of path: FilePath) -> MasqueSource? {
    let folder = (try? files.canonicalPath(of: path.parent)) ?? path.parent
    return places.folders.first { ((try? files.canonicalPath(of: $0.folder)) ?? $0.folder) == folder }?.source
  }
}
