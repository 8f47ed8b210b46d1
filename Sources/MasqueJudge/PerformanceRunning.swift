import DocumentTree
public import MasqueCommands
import MasqueModel
public import MasqueRuntime
import MasqueWorkspace
import YAMLSyntax

extension CommandTable {
  /// Adds the command that scores.
  ///
  /// - Parameters:
  ///   - judge: who scores; nil where there is no home for telemetry.
  ///   - runtime: who knows the wearings.
  public mutating func addJudge(_ judge: Judge?, _ runtime: Runtime) {
    add(PerformanceCommand.self) { (arguments, context) throws(CommandError) in
      guard let judge else {
        throw CommandError(.notFound, "there is no place for telemetry: set `MASQUES_HOME`, or `HOME`")
      }
      return try scorePerformance(arguments, context, runtime, judge)
    }
  }
}

/// How many earlier wearings are looked at.
private let trendLength = 20

/// Scores a wearing.
func scorePerformance(
  _ arguments: PerformanceCommand.Arguments, _ context: CommandContext, _ runtime: Runtime, _ judge: Judge
) throws(CommandError) -> PerformanceCommand.Result {
  if arguments.symbol != nil, arguments.record != true {
    throw CommandError(.invalidArguments, "`performance`: `symbol` says what `record` writes; give both")
  }
  let subject = try subject(arguments, context, runtime)
  var result = PerformanceCommand.Result(
    masque: subject.window.masque.isEmpty ? nil : subject.window.masque, session: subject.session?.description,
    from: subject.window.start.text, to: subject.window.end.text, durationMin: subject.window.minutes, message: nil)
  let answer: Judge.Answer?
  do throws(TelemetryError) {
    answer = try judge.answer([subject.window] + subject.past.map(\.window), hasDetails: true)
  } catch {
    throw CommandError(.unavailable, error.message)
  }
  guard let answer, let totals = answer.totals.first, totals.events > 0 else {
    result.message =
      "there is no telemetry of \(subject.window.start.text) to \(subject.window.end.text)"
      + (subject.window.agentSession.map { " in the agent's session \($0)" } ?? "") + ", so there is no score; "
      + "`masque audience status` says whether it is received"
    return result
  }
  let details = answer.details ?? WindowDetails()
  result.fill(totals, details)
  result.trend = zip(subject.past, answer.totals.dropFirst()).map { record, totals in
    // Telemetry is kept for a while only; the record has the score that it had then.
    let composite = totals.events > 0 ? totals.rounded : record.score.map { rounded($0.composite, 1) }
    return PerformanceCommand.Past(
      session: record.session.description, date: record.doffedAt.wholeSeconds.text, composite: composite)
  }
  // A masque that is gone has no claims any more; there is its name.
  let masque = try? subject.masque(context)
  if let masque { result.skills = claims(of: masque, beside: details.skills) }
  if arguments.record == true {
    let masque = try subject.masque(context)
    result.recorded = try record(
      totals, symbol: arguments.symbol.flatMap(ScoreSymbol.init(rawValue:)), subject.entryKey, subject.window.end,
      masque,
      context)
  }
  if let html = arguments.html {
    let path = FilePath(html)
    do throws(FileError) {
      try context.files.write(path, Array(performancePage(result, details).utf8))
    } catch {
      throw CommandError(.file, "\(context.shown(path)): \(error.message)")
    }
    result.html = context.shown(path)
  }
  return result
}

// MARK: What is scored

/// A window of time, and whose it is.
private struct Subject {
  var window: SessionWindow
  /// The wearing; nil for a window of time alone.
  var session: SessionID?
  /// What the masque was asked by; nil for the name of the window.
  var reference: MasqueReference?
  /// The file of the masque that is worn.
  var path: FilePath?
  /// Earlier wearings of the same masque.
  var past: [SessionRecord] = []

  func masque(_ context: CommandContext) throws(CommandError) -> LoadedMasque {
    if let path { return try context.masque(MasqueReference(path.description), of: PerformanceCommand.description) }
    guard let reference = reference ?? (window.masque.isEmpty ? nil : MasqueReference(window.masque)) else {
      throw CommandError(
        .missingArgument("masque"), "`performance` needs `masque` to know whose history a window of time belongs to")
    }
    return try context.masque(reference, of: PerformanceCommand.description)
  }

  /// What tells an entry of this window from others.
  var entryKey: String { session.map { "session \($0)" } ?? "window \(window.start.text) to \(window.end.text)" }
}

extension SessionWindow {
  fileprivate var minutes: Double {
    rounded((Double(end.seconds - start.seconds) + Double(end.fraction - start.fraction) / 1e18) / 60, 2)
  }
}

private func subject(
  _ arguments: PerformanceCommand.Arguments, _ context: CommandContext, _ runtime: Runtime
) throws(CommandError) -> Subject {
  let history = try runtime.sessionHistory(context)
  var subject: Subject
  if arguments.from != nil || arguments.to != nil {
    guard arguments.session == nil else {
      throw CommandError(.invalidArguments, "`performance`: `session` has its own times; leave `from` and `to` out")
    }
    let start = try time(arguments.from, "from")
    let end = try arguments.to.map { (text) throws(CommandError) in try time(text, "to") } ?? runtime.now()
    guard start <= end else { throw CommandError(.invalidArguments, "`performance`: `from` is later than `to`") }
    let name = try arguments.masque.map { (reference) throws(CommandError) in
      try context.masque(reference, of: PerformanceCommand.description).identity.name ?? ""
    }
    subject = Subject(
      window: SessionWindow(
        session: SessionID(milliseconds: 0), agentSession: arguments.agentSession, masque: name ?? "", start: start,
        end: end),
      reference: arguments.masque)
  } else {
    var window = try wearing(arguments, context, history)
    if let agent = arguments.agentSession { window.agentSession = agent }
    let isActive = window.session == history.active?.session
    subject = Subject(
      window: window, session: window.session, reference: arguments.masque, path: isActive ? history.activePath : nil)
  }
  let key = MasqueName.key(of: subject.window.masque)
  subject.past = history.ended.filter { record in
    MasqueName.key(of: record.masque) == key && record.session != subject.session
      && record.doffedAt <= subject.window.end
  }.suffix(trendLength)
  return subject
}

private func wearing(
  _ arguments: PerformanceCommand.Arguments, _ context: CommandContext, _ history: SessionHistory
) throws(CommandError) -> SessionWindow {
  let windows = history.ended.map(\.window) + (history.active.map { [$0] } ?? [])
  if let session = arguments.session {
    let wanted = session.lowercased()
    let found = windows.filter { $0.session.description.hasPrefix(wanted) }
    guard let window = found.first, !wanted.isEmpty else {
      throw CommandError(.notFound, "no wearing is called \(session); `masque id` shows the one that is on")
    }
    guard found.count == 1 else {
      throw CommandError(
        .invalidArguments, "`performance`: \(found.count) wearings begin with \(session); give more of it")
    }
    return window
  }
  if let reference = arguments.masque {
    // A masque that is gone was worn under its name all the same.
    let name = (try? context.masque(reference, of: PerformanceCommand.description).identity.name) ?? reference.text
    let key = MasqueName.key(of: name)
    guard let window = windows.last(where: { MasqueName.key(of: $0.masque) == key }) else {
      throw CommandError(.notFound, "`\(name)` has not been worn yet")
    }
    return window
  }
  guard let window = windows.last else {
    throw CommandError(.notFound, "no masque has been worn yet; `masque don` puts one on")
  }
  return window
}

private func time(_ text: String?, _ name: String) throws(CommandError) -> Timestamp {
  guard let text else { throw CommandError(.missingArgument(name), "`performance` needs `\(name)` beside `to`") }
  guard let time = Timestamp(text) else {
    throw CommandError(.invalidArguments, "`performance`: `\(name)` is no time like 2026-01-31T09:30:00Z")
  }
  return time
}

// MARK: Words

/// A number with fewer places, for people.
func rounded(_ value: Double, _ places: Int) -> Double {
  let unit = places == 1 ? 10.0 : 100.0
  return (value * unit).rounded() / unit
}

extension PerformanceCommand.Result {
  fileprivate mutating func fill(_ totals: WindowTotals, _ details: WindowDetails) {
    let scores = totals.dimensions.map { rounded($0.score, 2) }
    dimensions = PerformanceCommand.Dimensions(
      quality: scores[0], autonomy: scores[1], productivity: scores[2], tokenEfficiency: scores[3],
      costEfficiency: scores[4])
    composite = totals.rounded
    recommendation = totals.recommendation
    symbol = totals.symbol
    stats = PerformanceCommand.Stats(
      cost: Double(totals.costMicros) / 1_000_000, tools: totals.tools, toolsOK: totals.toolsOK,
      successPct: rounded(Double(totals.toolsOK) / Double(max(totals.tools, 1)) * 100, 1), prompts: totals.prompts,
      requests: totals.requests, errors: totals.errors, agentSessions: totals.agentSessions,
      tokens: PerformanceCommand.Tokens(
        input: totals.inputTokens, output: totals.outputTokens, cacheRead: totals.cacheReadTokens,
        cacheCreation: totals.cacheCreationTokens))
    tools = details.tools.map {
      PerformanceCommand.Tool(name: $0.tool, calls: $0.calls, ok: $0.ok, meanMS: rounded($0.meanMilliseconds, 1))
    }
  }
}

// MARK: Claims

/// The skills that a masque claims, each with what was seen of it.
private func claims(
  of masque: LoadedMasque, beside observed: [WindowDetails.Skill]
) -> [PerformanceCommand.Skill] {
  let tree = masque.syntax.tree
  guard let root = tree.root, let list = tree.member("skills", of: root), tree[list].kind == .sequence else {
    return []
  }
  return tree.children(of: list).compactMap { item in
    guard let item = tree.resolved(item) else { return nil }
    guard let node = tree.member("uri", of: item), tree.isText(node) else { return nil }
    let uri = tree.text(of: node)
    let claimed = tree.member("level", of: item).flatMap { SkillLevel(rawValue: tree.text(of: $0)) }
    let seen = observed.filter { isSkill($0.skill, named: uri) }
    let tools = seen.reduce(0) { $0 + $1.tools }
    let ok = seen.reduce(0) { $0 + $1.ok }
    let level = tools == 0 ? nil : level(of: Double(ok) / Double(tools) * 10)
    return PerformanceCommand.Skill(
      uri: uri, claimed: claimed?.rawValue, observed: level?.rawValue,
      activations: seen.reduce(0) { $0 + $1.activations }, tools: tools, toolsOK: ok, verdict: verdict(claimed, level))
  }
}

/// The level that a share of success speaks for, by the boundaries of the symbols. Nobody is a master by numbers.
private func level(of score: Double) -> SkillLevel {
  score >= 9 ? .expert : score >= 7 ? .proficient : score >= 4 ? .competent : .novice
}

private func verdict(_ claimed: SkillLevel?, _ observed: SkillLevel?) -> String {
  guard let observed else { return "unseen" }
  guard let claimed else { return "met" }
  let levels = SkillLevel.allCases
  let ranks = [claimed == .master ? .expert : claimed, observed].map { levels.firstIndex(of: $0) ?? 0 }
  return ranks[1] > ranks[0] ? "above" : ranks[1] == ranks[0] ? "met" : "below"
}

/// Whether a skill that was activated is the one of a URI: `testing`, `programming/testing` and `programming:testing` are
/// all `skill://programming/testing`.
func isSkill(_ name: String, named uri: String) -> Bool {
  let name = name.lowercased().replacing(":", with: "/")
  let path = uri.lowercased().replacing("skill://", with: "")
  return !name.isEmpty && (path == name || path.hasSuffix("/" + name))
}
