public import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// Takes the masque off that is worn.
func doff(_ context: CommandContext, _ runtime: Runtime) throws(CommandError) -> DoffCommand.Result {
  var wearer = try Wearer(runtime, context)
  return try wearer.doff()
}

/// Takes the masque off that an agent's session wore.
func endAgentSession(
  _ arguments: HookSessionEndCommand.Arguments, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> DoffCommand.Result {
  var wearer = try Wearer(runtime, context)
  if wearer.state.agentSession == arguments.session {
    try wearer.commit { state in
      state.agentSession = nil
      state.agentProcess = nil
    }
  }
  // What was put on elsewhere, or by another agent, is not this session's to take off.
  if let bound = wearer.state.active?.agentSession, bound == arguments.session { return try wearer.doff() }
  return DoffCommand.Result(ended: nil, text: "", warnings: wearer.warnings)
}

/// Binds an agent's session to the masque that is worn, and tells the agent again who it is.
func startAgentSession(
  _ arguments: HookSessionStartCommand.Arguments, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> HookSessionStartCommand.Result {
  guard !arguments.session.isEmpty, arguments.session.utf8.count <= 1_000 else {
    throw CommandError(.invalidArguments, "`hook.sessionStart`: `session` must be a name of up to 1000 bytes")
  }
  var wearer = try Wearer(runtime, context)
  _ = try wearer.endIfOver()
  try wearer.renewHold()
  // An agent that runs keeps what it wears, and what it puts on next, from one that it has started, or that starts beside
  // it. One process goes from session to session: `/clear` begins another.
  let process = runtime.agent?.process
  func isFree(_ session: String?, _ holder: Int32?) -> Bool {
    guard session != arguments.session, let holder, holder != process else { return true }
    return !runtime.isRunning(holder)
  }
  try wearer.commit { state in
    if isFree(state.agentSession, state.agentProcess) {
      state.agentSession = arguments.session
      state.agentProcess = process
    }
    if let active = state.active, isFree(active.agentSession, active.agentProcess) {
      if active.agentSession != arguments.session { state.isSessionFileStale = true }
      state.active?.agentSession = arguments.session
      state.active?.agentProcess = process
    }
  }
  wearer.complete(retriesDeferred: false)
  guard let active = wearer.state.active else {
    return HookSessionStartCommand.Result(active: nil, text: "", warnings: wearer.warnings)
  }
  return HookSessionStartCommand.Result(
    active: wearer.told(active), text: try wearer.block(of: active), warnings: wearer.warnings)
}

/// Tells which masque is worn.
func identify(
  _ arguments: IDCommand.Arguments, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> IDCommand.Result {
  // Whoever only looks takes no lock, if there is nothing to do.
  let store = try Wearer.store(runtime, context)
  store.removeLeftovers()
  let now = runtime.now()
  if let state = try? store.read(), !state.isUnsettled, state.active?.isOver(at: now) != true,
    state.active?.isHoldDue(at: now) != true
  {
    let active = state.active
    return IDCommand.Result(
      active: active.map { told($0, context) }, previous: state.previous.map { told($0) },
      block: arguments.block == true
        ? try active.map { (wearing) throws(CommandError) in
          try MasqueRuntime.block(of: wearing, store.home, context)
        } : nil,
      ended: nil, warnings: state.notes)
  }
  var wearer = try Wearer(runtime, context, retriesDeferred: false)
  let ended = try wearer.endIfOver()
  try wearer.renewHold()
  let active = wearer.state.active
  return IDCommand.Result(
    active: active.map { wearer.told($0) }, previous: wearer.state.previous.map { told($0) },
    block: arguments.block == true
      ? try active.map { (wearing) throws(CommandError) in try wearer.block(of: wearing) } : nil,
    ended: ended.map { wearer.told($0) }, warnings: wearer.warnings + wearer.state.notes)
}

extension Wearer {
  /// Takes the masque off.
  mutating func doff() throws(CommandError) -> DoffCommand.Result {
    // Once it is over it is paid for.
    try context.checkCancellation()
    context.progress("Measuring what was used", 25)
    guard let ending = try end(.doffed) else {
      return DoffCommand.Result(ended: nil, text: "", warnings: warnings + ["no masque is worn"])
    }
    complete(retriesDeferred: true)
    return DoffCommand.Result(
      ended: told(ending), text: EndedNotice.text(of: ending.wearing.name), warnings: warnings)
  }

  /// Takes the masque off if its lifetime is over.
  mutating func endIfOver() throws(CommandError) -> Ending? {
    guard let active = state.active, active.isOver(at: now) else { return nil }
    let ending = try end(.expired)
    complete(retriesDeferred: false)
    if let ending {
      warnings.append("`\(ending.wearing.name)` was on until its lifetime was over, and came off by itself")
    }
    return ending
  }

  /// The identity block of what is worn.
  func block(of wearing: Wearing) throws(CommandError) -> String {
    try MasqueRuntime.block(of: wearing, store.home, context)
  }

  /// A wearing for results.
  func told(_ wearing: Wearing) -> WornMasque { MasqueRuntime.told(wearing, context) }

  /// A wearing that is over for results.
  func told(_ ending: Ending) -> EndedWearing {
    let wearing = ending.wearing
    return EndedWearing(
      name: wearing.name, masqueVersion: wearing.version, session: wearing.session.description,
      donnedAt: wearing.donnedAt.text, doffedAt: ending.at.text, seconds: ending.at.seconds(since: wearing.donnedAt),
      end: ending.end.rawValue, held: wearing.held.text,
      price: ending.price.total.text,
      lines: ending.price.lines.map { line in
        EndedWearing.Line(
          unit: line.unit, count: Int64(clamping: line.count), rate: line.rate.text, amount: line.amount.text)
      },
      paid: receipts[wearing.session].flatMap { $0.isDeferred ? nil : $0.paid.text },
      score: ending.score.map { .init(composite: $0.composite, recommendation: $0.recommendation) })
  }
}

extension Runtime {
  /// The masque that is worn, as commands that only look need it; nil if none is, or nobody can tell.
  ///
  /// - Parameter context: where they look.
  /// - Returns: the masque.
  public func activeMasque(_ context: CommandContext) -> CommandContext.ActiveMasque? {
    guard let store = try? Wearer.store(self, context), let active = try? store.read().active,
      !active.isOver(at: now())
    else { return nil }
    return CommandContext.ActiveMasque(name: active.name, source: active.source, path: active.path)
  }
}

/// The identity block of what is worn, as it was when it was put on.
private func block(
  of wearing: Wearing, _ home: FilePath, _ context: CommandContext
) throws(CommandError) -> String {
  guard let syntax = MasqueStore(home: home, files: context.files).masque(wearing.sha256),
    let block = IdentityBlock(syntax, context.blockOptions)
  else {
    throw CommandError(
      .notFound, "the text of `\(wearing.name)`, as it was put on, is gone; put it on again: `masque don`")
  }
  return block.block
}

private func told(_ wearing: Wearing, _ context: CommandContext) -> WornMasque {
  WornMasque(
    name: wearing.name, version: wearing.version, ring: wearing.ring, source: wearing.source,
    file: wearing.path.map { context.shown($0) } ?? wearing.file, session: wearing.session.description,
    donnedAt: wearing.donnedAt.text, expiresAt: wearing.expiresAt?.text, intent: wearing.intent,
    held: wearing.held.text, agentSession: wearing.agentSession)
}

private func told(_ previous: Previous) -> IDCommand.Previous {
  IDCommand.Previous(
    name: previous.name, source: previous.source, doffedAt: previous.doffedAt.text)
}

extension WearingState {
  /// Closes the wearing that is on.
  mutating func close(with ending: Ending) {
    previous = Previous(name: ending.wearing.name, source: ending.wearing.source, doffedAt: ending.at)
    active = nil
    endings.append(ending)
    refusals[ending.wearing.name] = nil
    restoring = spinner ?? restoring
    spinner = nil
    isSessionFileStale = true
  }

  /// What is still to be done, for people.
  var notes: [String] {
    let count = endings.count
    return count == 0
      ? []
      : [
        "\(count) wearing\(count == 1 ? " is" : "s are") not paid yet: the ledger could not be reached; `masque doff` tries again"
      ]
  }

  /// What others may read of it.
  func sessionFile(in project: FilePath) -> SessionFile {
    var file = SessionFile()
    if let active {
      var shown = SessionFile.Active(
        name: active.name, source: active.source?.rawValue ?? "file",
        donnedAt: active.donnedAt.text)
      shown.expiresAt = active.expiresAt?.text
      shown.version = active.version
      shown.ring = active.ring
      shown.file = active.path.flatMap { $0.relative(to: project)?.description }
      shown.intent = active.intent
      shown.session = active.session.description
      shown.agentSession = active.agentSession
      file.active = shown
    }
    if let previous {
      file.previous = SessionFile.Previous(
        name: previous.name, source: previous.source?.rawValue ?? "file",
        doffedAt: previous.doffedAt.text)
    }
    return file
  }
}

extension SessionRecord {
  /// What analytics is told of a wearing that is over.
  init(_ ending: Ending) {
    let wearing = ending.wearing
    self.init(
      session: wearing.session, agentSession: wearing.agentSession, masque: wearing.name,
      masqueVersion: wearing.version, ring: wearing.ring, payer: wearing.hold.payer, payee: wearing.hold.payee,
      donnedAt: wearing.donnedAt, doffedAt: ending.at, end: ending.end, held: wearing.held, price: ending.price,
      paid: ending.receipt?.paid, fee: ending.receipt?.fee, usage: ending.usage, score: ending.score,
      refusedIntents: ending.refusedIntents)
  }
}
