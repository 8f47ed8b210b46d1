import JSON
import MasqueModel
public import MasqueRuntime
public import MasqueWorkspace
import Synchronization

/// Scores wearings by their telemetry. DuckDB does it: `schemas/judge` has the statements, and this room brings the
/// telemetry to them and their answers back.
///
/// What has been read is kept as a table in `${MASQUES_HOME}/telemetry/judge-N.duckdb`, so that only what is new is read
/// the next time. The table follows from the logs: it is made anew where it is missing or damaged, and forgets what the
/// logs no longer hold.
public final class Judge: UsageMeter, SessionJudge {
  private let folder: FilePath
  private let files: any Files
  private let duckDB: @Sendable () throws(TelemetryError) -> DuckDB
  private let deadline: Int
  private let partLength: Int
  private let wholeLength: Int
  /// The last window and its totals: whoever asks for the usage asks for the score next.
  private let last = Mutex<(window: SessionWindow, totals: WindowTotals?)?>(nil)

  /// Raised with every change of `tables.sql`.
  private static let shape = 1
  /// Lines beyond this are rare; they cost memory.
  private static let usualLine = 4 << 20
  /// An export request has up to 64 MiB, and its JSON may be longer than what was sent.
  private static let longestLine = 256 << 20

  /// A judge.
  ///
  /// - Parameters:
  ///   - home: `${MASQUES_HOME}`.
  ///   - files: the file system.
  ///   - deadline: how many milliseconds an answer may take. What was read until then is kept.
  ///   - partLength: about how many bytes are read and kept in one go. DuckDB holds in memory what a pipe has given it.
  ///   - wholeLength: from how many bytes on DuckDB is to read a log by itself that it does not know yet, faster and in one
  ///     go.
  ///   - duckDB: where the command is; asked only if there is telemetry.
  public init(
    home: FilePath, files: any Files, deadline: Int = 120_000, partLength: Int = 32 << 20,
    wholeLength: Int = 64 << 20, duckDB: @escaping @Sendable () throws(TelemetryError) -> DuckDB
  ) {
    folder = home.appending("telemetry".utf8)
    self.files = files
    self.duckDB = duckDB
    self.deadline = deadline
    self.partLength = max(partLength, 1)
    self.wholeLength = wholeLength
  }

  public func usage(in window: SessionWindow) throws(TelemetryError) -> Usage? {
    try totals(of: window)?.usage
  }

  public func score(_ window: SessionWindow) throws(TelemetryError) -> SessionScore? {
    try totals(of: window)?.score
  }

  private func totals(of window: SessionWindow) throws(TelemetryError) -> WindowTotals? {
    if let last = last.withLock({ $0 }), last.window == window { return last.totals }
    let totals = try answer([window])?.totals.first
    last.withLock { $0 = (window, totals) }
    return totals
  }

  /// What several windows hold.
  public struct Answer: Sendable, Hashable {
    /// The totals of each window, in their order.
    public var totals: [WindowTotals]
    /// More about the first, if it was asked for.
    public var details: WindowDetails?
  }

  /// Looks into windows.
  ///
  /// - Parameters:
  ///   - windows: the windows.
  ///   - hasDetails: whether more is wanted about the first one.
  /// - Returns: what they hold; nil if there is no telemetry at all.
  /// - Throws: why it can't be told.
  public func answer(_ windows: [SessionWindow], hasDetails: Bool = false) throws(TelemetryError) -> Answer? {
    let logs = try reading { () throws(FileError) in try TelemetryLog.all(in: folder, files) }
    if logs.isEmpty {
      // What the table has kept is telemetry, too.
      try reading { () throws(FileError) in try removeTable() }
      return nil
    }
    let command = try duckDB()
    let lock = try reading { () throws(FileError) in
      try files.lock(folder.appending("judge.lock".utf8), waiting: deadline)
    }
    defer { withExtendedLifetime(lock) {} }
    // Whoever was killed here left them.
    try reading { () throws(FileError) in
      for entry in try files.entries(of: folder) where entry.kind == .fifo && entry.name.starts(with: pipePrefix.utf8) {
        try files.remove(folder.appending(entry.name))
      }
    }
    var longest = Self.usualLine
    var mayStartAnew = true
    var changes = 0
    let piped = PipedLogs()
    while true {
      let pipedBefore = piped.count
      do throws(DuckDBFailure) {
        return try look(into: windows, hasDetails, command, longest: longest, piped)
      } catch {
        switch error {
        case .late:
          throw TelemetryError(
            "duckdb did not answer within \(deadline / 1_000) seconds; ask again: what it has read it keeps")
        case .lineTooLong:
          guard longest < Self.longestLine else {
            throw TelemetryError("the telemetry has a line of more than \(Self.longestLine >> 20) MiB")
          }
          longest = Self.longestLine
        case .logsChanged:
          // Put aside by the receiver in the middle of it; what was kept until then stays.
          if piped.count == pipedBefore { changes += 1 }
          guard changes < 10 else { throw TelemetryError("the telemetry changes faster than it can be read") }
        case .failed(let reason):
          // A table that another version made, or that was cut short, is made anew.
          guard mayStartAnew else { throw TelemetryError(reason) }
          mayStartAnew = false
          try reading { () throws(FileError) in try removeTable() }
        }
      }
    }
  }

  private var table: FilePath { folder.appending("judge-\(Self.shape).duckdb".utf8) }

  private func removeTable() throws(FileError) {
    try files.remove(table)
    try files.remove(folder.appending("judge-\(Self.shape).duckdb.wal".utf8))
  }

  private func reading<Result>(_ body: () throws(FileError) -> Result) throws(TelemetryError) -> Result {
    do throws(FileError) {
      return try body()
    } catch {
      throw TelemetryError(
        error.reason == .busy
          ? "another masque command is reading the telemetry; try again when it is done"
          : "\(error.path): \(error.message)")
    }
  }
}

private let pipePrefix = "judge-pipe-"

// MARK: Statements

extension Judge {
  /// What the table knows.
  private struct Known: Decodable {
    struct File: Decodable {
      var id: Int
      var identity: String
      var consumed: Int
    }
    var files: [File] = []
    var batch = 0
    /// Whether events of unfinished lines are in it.
    var open = false
  }

  private func look(
    into windows: [SessionWindow], _ hasDetails: Bool, _ command: DuckDB, longest: Int, _ piped: PipedLogs
  ) throws(DuckDBFailure) -> Answer {
    let end = ContinuousClock.now + .milliseconds(deadline)
    let logs: [TelemetryLog]
    do throws(FileError) {
      // Once more, since somebody else may have had the lock for a while.
      logs = try TelemetryLog.all(in: folder, files)
    } catch {
      throw .logs(error)
    }
    // A line beyond the usual wants a large piece of memory for each thread.
    let isUsual = longest <= Self.usualLine
    var sandbox = "SET VARIABLE folder = \(quoted(folder.description));\n"
    sandbox += "SET VARIABLE threads = \(isUsual ? 2 : 1);\nSET VARIABLE memory = '\(isUsual ? "384MiB" : "2GiB")';\n"
    sandbox += JudgeSQL.sandbox
    var known = Known()
    if (try? files.kind(of: table, followingLinks: false)) == .file {
      let lines = try command.run(
        sandbox + JudgeSQL.tables + JudgeSQL.known, database: table, deadline: milliseconds(until: end))
      known = try decoded(Known.self, lines.first)
    }
    let news: News
    do throws(FileError) {
      news = try News(
        logs, known.files.map { ($0.id, $0.identity, $0.consumed) }, partLength: partLength,
        isWhole: { isUsual && $0.length >= wholeLength && !piped.contains($0) }, files)
    } catch {
      throw .logs(error)
    }
    var sql = sandbox
    var feeds: [ProgramFeed] = []
    if news.isEmpty, !known.open {
      // Nothing is to be written, but a new table is to be there.
      sql += known.files.isEmpty ? JudgeSQL.tables : ""
    } else {
      sql += JudgeSQL.tables
      let first = known.batch + 1
      var batch = first
      if known.open || !news.vanished.isEmpty {
        sql += "BEGIN;\nDELETE FROM events WHERE file < 0;\n"
        for id in news.vanished {
          sql += "DELETE FROM events WHERE file = \(id);\nDELETE FROM files WHERE id = \(id);\n"
        }
        // What was a repetition may be the only one left.
        sql += "UPDATE events SET repeated = false WHERE repeated;\nSET VARIABLE batch = 0;\n"
        sql += JudgeSQL.repeated + "COMMIT;\n"
      }
      for part in news.parts {
        let pipes = part.pieces.indices.map { folder.appending("\(pipePrefix)\(batch)-\($0)".utf8) }
        for (pipe, piece) in zip(pipes, part.pieces) {
          let source = LineSource(part.log, piece, longest: longest, files)
          feeds.append(
            part.isWhole
              ? verdict(on: part.log, source, at: pipe, piped)
              : ProgramFeed(pipe) { () throws(FileError) in try source.next() })
        }
        sql += "BEGIN;\n"
        for (name, value) in [("file", part.isOpen ? -part.id : part.id), ("batch", batch), ("longest_line", longest)] {
          sql += "SET VARIABLE \(name) = \(value);\n"
        }
        let sources = part.isWhole ? [part.log.path] : pipes
        sql += "SET VARIABLE sources = [\(sources.map { quoted($0.description) }.joined(separator: ", "))];\n"
        sql += JudgeSQL.ingest
        if part.isWhole {
          for pipe in pipes { sql += "SET VARIABLE verdict = \(quoted(pipe.description));\n" + JudgeSQL.verdict }
        }
        sql += JudgeSQL.repeated
        if !part.isOpen {
          sql += "INSERT OR REPLACE INTO files VALUES "
          sql += "(\(part.id), \(quoted(part.log.identity)), \(part.end));\n"
        }
        sql += "COMMIT;\n"
        batch += 1
      }
    }
    sql += "SET VARIABLE windows = \(quoted(json(of: windows)));\n"
    sql += JudgeSQL.score + JudgeSQL.answer + (hasDetails ? JudgeSQL.details : "")
    let lines: [String]
    do throws(DuckDBFailure) {
      lines = try command.run(sql, database: table, feeds: feeds, deadline: milliseconds(until: end))
    } catch {
      let wholes = news.parts.filter(\.isWhole)
      guard case .failed = error, !wholes.isEmpty else { throw error }
      // A log that is gone from its place, or that is too much in one go: pipes can do with both.
      for part in wholes { piped.insert(part.log) }
      throw .logsChanged
    }
    return try answer(lines, windows.count, hasDetails)
  }

  /// Tells DuckDB, which has read a log by itself, that it may keep that: the log has nothing but lines that may be
  /// objects, and has not changed since its length was taken. Else this run of DuckDB ends here, and the next one reads the
  /// log by pipes.
  private func verdict(
    on log: TelemetryLog, _ source: LineSource, at pipe: FilePath, _ piped: PipedLogs
  ) -> ProgramFeed {
    let files = files
    let state = Mutex((seen: 0, isTold: false))
    let prepare: @Sendable () throws(FileError) -> Bool = { () throws(FileError) in
      let count = try source.next()?.count
      state.withLock { $0.seen += count ?? 0 }
      return count != nil
    }
    return ProgramFeed(pipe, prepare: prepare) { () throws(FileError) in
      if state.withLock({ $0.isTold }) { return nil }
      while try prepare() {}
      guard state.withLock({ $0.seen }) == log.length, files.stamp(of: log.path) == log.stamp else {
        piped.insert(log)
        throw .changed(log.path)
      }
      state.withLock { $0.isTold = true }
      return Array(#"{"whole": true}"#.utf8 + [UInt8(ascii: "\n")])
    }
  }

  private func answer(_ lines: [String], _ count: Int, _ hasDetails: Bool) throws(DuckDBFailure) -> Answer {
    let rows = try decodedValue(lines.first).arrayValue ?? []
    let totals = rows.compactMap { WindowTotals($0) }
    guard totals.count == count, lines.count == (hasDetails ? 4 : 1) else {
      throw .failed("duckdb gave another answer than was asked for")
    }
    guard hasDetails else { return Answer(totals: totals, details: nil) }
    var details = WindowDetails()
    details.tools = try decoded([WindowDetails.Tool].self, lines[1])
    details.skills = try decoded([WindowDetails.Skill].self, lines[2])
    details.course = try decoded([WindowDetails.Part].self, lines[3])
    return Answer(totals: totals, details: details)
  }

  private func decodedValue(_ line: String?) throws(DuckDBFailure) -> JSONValue {
    do {
      return try JSONValue(parsing: line ?? "")
    } catch {
      throw .failed("duckdb gave no JSON: \(error)")
    }
  }

  private func decoded<Value: Decodable>(_ type: Value.Type, _ line: String?) throws(DuckDBFailure) -> Value {
    let value = try decodedValue(line)
    do {
      return try JSONValueDecoder().decode(type, from: value)
    } catch {
      throw .failed("duckdb gave another answer than was asked for: \(error)")
    }
  }

  private func json(of windows: [SessionWindow]) -> String {
    JSONValue.array(
      windows.enumerated().map { id, window in
        .object([
          "id": .integer(Int64(id)), "agent": window.agentSession.map { .string($0) } ?? .null,
          "start": .integer(window.start.nanoseconds), "stop": .integer(window.end.nanoseconds),
        ])
      }
    ).text()
  }
}

private func milliseconds(until end: ContinuousClock.Instant) -> Int {
  let rest = (end - ContinuousClock.now).components
  return max(Int(clamping: rest.seconds) * 1_000 + Int(rest.attoseconds / 1_000_000_000_000_000), 0)
}

/// The logs that DuckDB may not read by itself: those that were tried and found to change, or to have lines that are no
/// objects.
private final class PipedLogs: Sendable {
  private let identities = Mutex<Set<String>>([])

  var count: Int { identities.withLock { $0.count } }

  func contains(_ log: TelemetryLog) -> Bool { identities.withLock { $0.contains(log.identity) } }

  func insert(_ log: TelemetryLog) { identities.withLock { _ = $0.insert(log.identity) } }
}

/// What is to be read, and what to be forgotten.
struct News {
  struct Part {
    var id: Int
    var log: TelemetryLog
    /// One or two pieces, each of whole lines, that may be read at the same time.
    var pieces: [Range<Int>]
    /// Whether its last line has no end yet.
    var isOpen = false
    /// Whether it is a whole log that DuckDB reads by itself.
    var isWhole = false

    /// Where it ends.
    var end: Int { pieces.last?.upperBound ?? 0 }
  }

  var parts: [Part] = []
  var vanished: [Int] = []

  var isEmpty: Bool { parts.isEmpty && vanished.isEmpty }

  /// Compares the logs with what is known of them. A log that is not known and has only lines with an end may be taken
  /// whole, where `isWhole` says so. Any other is parted at the last line end of every `partLength` bytes, or at
  /// the first one behind them.
  init(
    _ logs: [TelemetryLog], _ known: [(id: Int, identity: String, consumed: Int)], partLength: Int,
    isWhole: (TelemetryLog) -> Bool, _ files: any Files
  ) throws(FileError) {
    var rest = known
    var nextID = (known.map(\.id).max() ?? 0) + 1
    for log in logs {
      var id = nextID
      var start = 0
      if let index = rest.firstIndex(where: { $0.identity == log.identity && $0.consumed <= log.lineEnd }) {
        (id, _, start) = rest.remove(at: index)
      } else {
        nextID += 1
      }
      if start == 0, log.lineEnd == log.length, isWhole(log) {
        parts.append(Part(id: id, log: log, pieces: [0..<log.length], isWhole: true))
        continue
      }
      var wanted = partLength
      while start < log.lineEnd {
        let (sum, isTooLarge) = start.addingReportingOverflow(wanted)
        let limit = isTooLarge ? log.lineEnd : min(sum, log.lineEnd)
        guard let end = try log.lineEnd(in: start..<limit, files) else {
          // A line that is longer; the last one has an end. Cut short meanwhile, it has not, and there is nothing more.
          if limit == log.lineEnd { throw .changed(log.path) }
          wanted &*= 2
          continue
        }
        var pieces = [start..<end]
        // DuckDB reads a pipe with one thread.
        if end - start > partLength / 2, let middle = try log.lineEnd(in: start..<(start + (end - start) / 2), files) {
          pieces = [start..<middle, middle..<end]
        }
        parts.append(Part(id: id, log: log, pieces: pieces))
        start = end
        wanted = partLength
      }
      if log.lineEnd < log.length {
        parts.append(Part(id: id, log: log, pieces: [log.lineEnd..<log.length], isOpen: true))
      }
    }
    vanished = rest.map(\.id)
  }
}
