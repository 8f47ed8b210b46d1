import Foundation
import JSON
import MasqueJudge
import MasqueRuntime
import MasqueWorkspace
import Synchronization
import SystemIO
import Testing

/// Programs that do something before a piece of telemetry is handed over.
private final class DisturbedPrograms: PipedPrograms {
  private let base = SystemPrograms()
  private let disturb: @Sendable (Int) throws(FileError) -> Void
  /// How many pieces were asked for.
  let pieces = Mutex(0)
  /// How many bytes were handed over.
  let fed = Mutex(0)

  init(_ disturb: @escaping @Sendable (Int) throws(FileError) -> Void = { _ in }) { self.disturb = disturb }

  func isExecutable(_ path: FilePath) -> Bool { base.isExecutable(path) }

  func start(
    _ program: FilePath, _ arguments: [String], in folder: FilePath
  ) throws(FileError) -> any RunningProgram { try base.start(program, arguments, in: folder) }

  func run(_ call: ProgramCall) throws(FileError) -> ProgramResult {
    var call = call
    call.feeds = call.feeds.map { feed in
      ProgramFeed(feed.pipe, prepare: feed.prepare) { () throws(FileError) in
        let number = self.pieces.withLock { count in
          count += 1
          return count
        }
        try self.disturb(number)
        let bytes = try feed.next()
        self.fed.withLock { $0 += bytes?.count ?? 0 }
        return bytes
      }
    }
    return try base.run(call)
  }
}

/// Two agents at work at once, with tools, requests, skills, a line that is no JSON, a long one, and one event in seven sent
/// again some lines later.
private let work: String = {
  var lines: [JSONValue] = []
  var sent: [JSONValue] = []
  var sequence: Int64 = 0
  func event(_ second: Int, _ session: String, _ name: String, _ attributes: JSONValue) -> JSONValue {
    sequence += 1
    return [
      "t": .integer(Int64(second)), "name": .string(name), "session": .string(session), "sequence": .integer(sequence),
      "prompt": .string("prompt-\(second / 30)"), "attrs": attributes,
    ]
  }
  for second in 0..<120 {
    let session = second % 3 == 0 ? "other" : "agent"
    var events: [JSONValue] = [
      event(
        second, session, "tool_result",
        ["tool_name": .string("Tool\(second % 4)"), "success": .string(second % 5 == 0 ? "false" : "true")])
    ]
    if second % 30 == 0 {
      events.append(event(second, session, "user_prompt", ["prompt_length": "7"]))
      events.append(event(second, session, "skill_activated", ["skill.name": "testing"]))
    }
    if second % 2 == 0 {
      let attributes: JSONValue = [
        "cost_usd": "0.012345678", "input_tokens": .integer(Int64(second)), "output_tokens": 3,
        "cache_read_tokens": "400", "cache_creation_tokens": 9,
      ]
      events.append(event(second, session, "api_request", attributes))
    }
    lines.append(.array(events))
    sent.append(contentsOf: events)
    if second % 7 == 6 { lines.append([sent[sent.count - 6]]) }
    if second == 40 { lines.append("no JSON at all") }
    if second == 77 {
      lines.append([
        event(
          second, session, "tool_result",
          ["success": "true", "tool_parameters": .string(String(repeating: "x", count: 70_000))])
      ])
    }
  }
  return logText(lines)
}()

/// Wearings whose ends lie within parts, one agent's own among them.
private let wearings = [
  window(0, 600), window(0, 59.5), window(59.5, 200), window(13, 14), window(0, 600, agent: "agent"),
  window(31, 92, agent: "other"), window(300, 400),
]

@Suite(needsDuckDB) struct PartTests {
  @Test("What is read in parts scores as what is read in one go", arguments: [1, 700, 5_000, 60_000])
  func parts(_ length: Int) throws {
    let whole = try TestHome()
    try whole.write(work)
    let expected = try #require(try whole.judge().answer(wearings, hasDetails: true))
    #expect(expected.totals.map(\.tools) == [121, 60, 61, 2, 81, 20, 0])
    let home = try TestHome()
    try home.write(work)
    let programs = DisturbedPrograms()
    let answer = try #require(
      try home.judge(partLength: length, programs: programs).answer(wearings, hasDetails: true))
    #expect(answer == expected)
    #expect(programs.pieces.withLock { $0 } > 2, "there were several parts")
    // And as what was appended between two readings.
    let half = try TestHome()
    let judge = try half.judge(partLength: length)
    let middle = work.index(work.startIndex, offsetBy: work.count / 2)
    try half.write(String(work[..<middle]))
    _ = try judge.answer(wearings)
    try half.append(String(work[middle...]))
    #expect(try judge.answer(wearings, hasDetails: true) == expected)
  }

  @Test("Killed in a part, it goes on with that part and loses and doubles nothing", arguments: [1, 2, 7, 20, 33])
  func killed(_ piece: Int) throws {
    let home = try TestHome()
    try home.write(work)
    let expected = try #require(try home.judge().answer(wearings, hasDetails: true))
    try FileManager.default.removeItem(at: home.url("judge-1.duckdb"))
    let disturbed = DisturbedPrograms { (number) throws(FileError) in
      // What could not be read ends duckdb by SIGKILL.
      if number == piece { throw .busy("/somewhere") }
    }
    #expect(throws: TelemetryError.self) {
      _ = try home.judge(partLength: 4_000, programs: Once(disturbed)).answer(wearings)
    }
    let programs = DisturbedPrograms()
    #expect(try home.judge(partLength: 4_000, programs: programs).answer(wearings, hasDetails: true) == expected)
    if piece > 3 {
      #expect(programs.fed.withLock { $0 } < work.utf8.count, "what was kept is not read again")
    }
  }

  @Test("A log that is put aside while it is read is read to its end", arguments: [1, 2, 9, 30])
  func putAside(_ piece: Int) throws {
    let home = try TestHome()
    try home.write(work)
    let expected = try #require(try home.judge().answer(wearings, hasDetails: true))
    try FileManager.default.removeItem(at: home.url("judge-1.duckdb"))
    let old = home.url("logs.jsonl")
    let new = home.url("logs-2026-11-21T08-00-00.000.jsonl")
    // As long as the first one, so that its length does not tell.
    let other = logText([[["t": 700, "name": "tool_result", "attrs": ["success": "true"]]]])
    let filled = Data((other + String(repeating: "\n", count: work.utf8.count)).utf8)
    let programs = DisturbedPrograms { (number) throws(FileError) in
      guard number == piece else { return }
      try? FileManager.default.moveItem(at: old, to: new)
      try? filled.write(to: old)
    }
    #expect(try home.judge(partLength: 4_000, programs: programs).answer(wearings, hasDetails: true) == expected)
    #expect(try home.totals(650, 750)?.tools == 1)
  }
}

/// Logs that DuckDB reads by itself.
@Suite(needsDuckDB) struct WholeTests {
  /// As `work`, with nothing in it but objects.
  private static let objects = work.split(separator: "\n").filter { $0.hasPrefix("{") }.map { "\($0)\n" }.joined()

  /// A home with a log, and what it scores by pipes.
  private func world(_ text: String) throws -> (home: TestHome, expected: Judge.Answer) {
    let home = try TestHome()
    try home.write(text)
    let expected = try #require(try home.judge().answer(wearings, hasDetails: true))
    try FileManager.default.removeItem(at: home.url("judge-1.duckdb"))
    return (home, expected)
  }

  @Test("They score as those that come by pipes, and what is appended is read by pipes")
  func wholes() throws {
    let (home, expected) = try world(Self.objects)
    try home.write(Self.objects, to: "logs-2026-11-21T08-00-00.000.jsonl")
    let programs = DisturbedPrograms()
    let judge = try home.judge(wholeLength: 1, programs: programs)
    #expect(try judge.answer(wearings, hasDetails: true) == expected, "the second log repeats the first one")
    #expect(
      programs.fed.withLock { $0 } == 2 * #"{"whole": true}"#.utf8.count + 2, "a word on each, and nothing of them")
    let more = logText([[["t": 5, "name": "tool_result", "sequence": 9_999, "attrs": ["success": "true"]]]])
    try home.append(more)
    #expect(try judge.answer(wearings)?.totals.first?.tools == (expected.totals.first?.tools ?? 0) + 1)
    #expect(programs.fed.withLock { $0 } < 100 + more.utf8.count)
  }

  @Test(
    "Those with lines that are no objects, or with one that has no end, come by pipes",
    arguments: ["no JSON\n", "[1]\n", "\n", "{\"resourceLogs\":[\n", "{\"resourceLogs\":[]}"])
  func others(_ line: String) throws {
    let middle = Self.objects.index(after: try #require(Self.objects.firstIndex(of: "\n")))
    let text = line.hasSuffix("\n") ? Self.objects[..<middle] + line + Self.objects[middle...] : Self.objects + line
    let (home, expected) = try world(String(text))
    let programs = DisturbedPrograms()
    #expect(try home.judge(wholeLength: 1, programs: programs).answer(wearings, hasDetails: true) == expected)
    #expect(programs.fed.withLock { $0 } >= Self.objects.utf8.count)
  }

  /// What happens to the log when DuckDB has read it and waits for the word on it.
  enum Change: CaseIterable {
    case grows, isPutAside, isReplaced, isCut, isRemoved
  }

  @Test("One that changes meanwhile is read again", arguments: Change.allCases)
  func changes(_ change: Change) throws {
    let (home, expected) = try world(Self.objects)
    let log = home.url("logs.jsonl")
    let more = logText([[["t": 5, "name": "tool_result", "sequence": 9_999, "attrs": ["success": "true"]]]])
    let length = Self.objects.utf8.count
    let programs = DisturbedPrograms { (number) throws(FileError) in
      guard number == 1 else { return }
      do {
        switch change {
        case .grows: try home.append(more)
        case .isPutAside:
          try FileManager.default.moveItem(at: log, to: home.url("logs-2026-11-21T08-00-00.000.jsonl"))
          try home.write(more)
        case .isReplaced:
          try FileManager.default.removeItem(at: log)
          // As long as the first one, so that its length does not tell.
          try home.write(more + String(repeating: "\n", count: length - more.utf8.count))
        case .isCut: try home.write(more)
        case .isRemoved: try FileManager.default.removeItem(at: log)
        }
      } catch {
        throw .busy("/somewhere")
      }
    }
    let judge = try home.judge(wholeLength: 1, programs: programs)
    let all = try #require(expected.totals.first?.tools)
    let tools: Int64? =
      switch change {
      case .grows, .isPutAside: all + 1
      case .isReplaced, .isCut: 1
      case .isRemoved: 0
      }
    #expect(try judge.answer(wearings)?.totals.first?.tools == tools)
    #expect(try home.judge().answer(wearings)?.totals.first?.tools == (change == .isRemoved ? nil : tools))
  }

  @Test("Killed before the word on it, it is read again")
  func killed() throws {
    let (home, expected) = try world(Self.objects)
    let disturbed = DisturbedPrograms { (_) throws(FileError) in throw .busy("/somewhere") }
    #expect(throws: TelemetryError.self) {
      _ = try home.judge(wholeLength: 1, programs: disturbed).answer(wearings)
    }
    #expect(try home.judge(wholeLength: 1).answer(wearings, hasDetails: true) == expected)
  }
}

/// Programs that can be run until one run has failed.
private final class Once: PipedPrograms {
  private let base: DisturbedPrograms
  private let hasFailed = Mutex(false)

  init(_ base: DisturbedPrograms) { self.base = base }

  func isExecutable(_ path: FilePath) -> Bool { base.isExecutable(path) }

  func start(
    _ program: FilePath, _ arguments: [String], in folder: FilePath
  ) throws(FileError) -> any RunningProgram { try base.start(program, arguments, in: folder) }

  func run(_ call: ProgramCall) throws(FileError) -> ProgramResult {
    if hasFailed.withLock({ $0 }) { throw .busy("/somewhere") }
    do throws(FileError) {
      return try base.run(call)
    } catch {
      hasFailed.withLock { $0 = true }
      throw error
    }
  }
}
