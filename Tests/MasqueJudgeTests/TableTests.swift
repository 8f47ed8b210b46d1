import Foundation
import JSON
import MasqueJudge
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import Synchronization
import SystemIO
import Testing

/// Programs that note what they are asked to run, and how many bytes went through pipes.
private final class WatchedPrograms: PipedPrograms {
  private let base = SystemPrograms()
  let fed = Mutex(0)
  let calls = Mutex(0)

  func isExecutable(_ path: FilePath) -> Bool { base.isExecutable(path) }

  func start(
    _ program: FilePath, _ arguments: [String], in folder: FilePath
  ) throws(FileError) -> any RunningProgram { try base.start(program, arguments, in: folder) }

  func run(_ call: ProgramCall) throws(FileError) -> ProgramResult {
    calls.withLock { $0 += 1 }
    var call = call
    call.feeds = call.feeds.map { feed in
      ProgramFeed(feed.pipe, prepare: feed.prepare) { () throws(FileError) in
        let bytes = try feed.next()
        self.fed.withLock { $0 += bytes?.count ?? 0 }
        return bytes
      }
    }
    return try base.run(call)
  }
}

private func tools(_ count: Int64, from sequence: Int64 = 1) -> String {
  logText(
    (0..<count).map { number in
      [
        [
          "t": .integer(1), "name": "tool_result", "sequence": .integer(sequence + number),
          "attrs": ["success": "true", "tool_name": "Bash"],
        ]
      ]
    })
}

@Suite(needsDuckDB) struct TableTests {
  @Test("What has been read is not read again, and what is new is")
  func increments() throws {
    let home = try TestHome()
    let programs = WatchedPrograms()
    let judge = try home.judge(programs: programs)
    func count() throws -> Int64? { try judge.answer([window(0, 600)])?.totals.first?.tools }
    let first = tools(20)
    try home.write(first)
    #expect(try count() == 20)
    #expect(programs.fed.withLock { $0 } == first.utf8.count)
    #expect(try count() == 20)
    #expect(programs.fed.withLock { $0 } == first.utf8.count)
    let more = tools(5, from: 21)
    try home.append(more)
    #expect(try count() == 25)
    #expect(programs.fed.withLock { $0 } == first.utf8.count + more.utf8.count)
    // Put aside under another name, with a new file in its place.
    try FileManager.default.moveItem(at: home.url("logs.jsonl"), to: home.url("logs-2026-11-21T08-00-00.000.jsonl"))
    let new = tools(3, from: 26)
    try home.write(new)
    #expect(try count() == 28)
    #expect(programs.fed.withLock { $0 } == first.utf8.count + more.utf8.count + new.utf8.count)
    // What is removed is forgotten.
    try FileManager.default.removeItem(at: home.url("logs-2026-11-21T08-00-00.000.jsonl"))
    #expect(try count() == 3)
    try FileManager.default.removeItem(at: home.url("logs.jsonl"))
    #expect(try judge.answer([window(0, 600)]) == nil)
    let rest = try FileManager.default.contentsOfDirectory(atPath: home.telemetry.description)
    #expect(rest == ["judge.lock"], "what was read of the telemetry is gone with it")
  }

  @Test("A file that was written anew is another one")
  func rewritten() throws {
    let home = try TestHome()
    let judge = try home.judge()
    try home.write(tools(20))
    #expect(try judge.answer([window(0, 600)])?.totals.first?.tools == 20)
    try home.write(tools(2, from: 100))
    #expect(try judge.answer([window(0, 600)])?.totals.first?.tools == 2)
  }

  @Test("A line counts once, before it has its end and after")
  func unfinished() throws {
    let home = try TestHome()
    let judge = try home.judge()
    func count() throws -> Int64? { try judge.answer([window(0, 600)])?.totals.first?.tools }
    let line = tools(1, from: 9)
    try home.write(tools(2) + line.dropLast())
    #expect(try count() == 3)
    #expect(try count() == 3)
    try home.append("\n" + tools(1, from: 9))
    #expect(try count() == 3, "the last line is a repetition")
    try home.append(String(tools(1, from: 10).dropLast(20)))
    #expect(try count() == 3)
    try home.append(String(tools(1, from: 10).suffix(20)))
    #expect(try count() == 4)
  }

  @Test("What is sent again later counts once, and again where the first one is gone")
  func repetition() throws {
    let home = try TestHome()
    let judge = try home.judge()
    func count() throws -> Int64? { try judge.answer([window(0, 600)])?.totals.first?.tools }
    try home.write(tools(2), to: "logs-1.jsonl")
    #expect(try count() == 2)
    try home.write(tools(3), to: "logs.jsonl")
    #expect(try count() == 3)
    try FileManager.default.removeItem(at: home.url("logs-1.jsonl"))
    #expect(try count() == 3)
  }

  @Test("A damaged table is made anew", arguments: ["nothing", "", "A longer text that is no table at all."])
  func damaged(_ content: String) throws {
    let home = try TestHome()
    try home.write(tools(4))
    #expect(try home.totals()?.tools == 4)
    try home.write(content, to: "judge-1.duckdb")
    #expect(try home.totals()?.tools == 4)
  }

  @Test("Nobody else may look into the table")
  func privacy() throws {
    let home = try TestHome()
    try home.write(
      logText([
        [
          [
            "t": 1, "name": "user_prompt",
            "attrs": ["prompt": "the secret word is mellon", "prompt_length": "25"],
          ],
          ["t": 1, "name": "tool_result", "attrs": ["success": "true", "tool_parameters": "open mellon"]],
        ]
      ]))
    #expect(try home.totals()?.prompts == 1)
    for name in try FileManager.default.contentsOfDirectory(atPath: home.telemetry.description)
    where name.hasPrefix("judge") {
      let mode = try FileManager.default.attributesOfItem(atPath: home.url(name).path)[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(name)")
      #expect(try !Data(contentsOf: home.url(name)).contains(Data("mellon".utf8)), "\(name)")
    }
  }

  @Test("A line beyond all measure counts, too")
  func longLine() throws {
    let home = try TestHome()
    let filler = String(repeating: "x", count: 17 << 20)
    let long = logText([
      [["t": 1, "name": "tool_result", "attrs": ["success": "true", "tool_parameters": .string(filler)]]]
    ])
    try home.write(tools(2) + long + tools(1, from: 50))
    #expect(try home.totals()?.tools == 4)
  }

  @Test("Two at once")
  func together() async throws {
    let home = try TestHome()
    try home.write(tools(300))
    let judges = try (0..<4).map { _ in try home.judge() }
    try await withThrowingTaskGroup(of: Int64?.self) { group in
      for judge in judges { group.addTask { try judge.answer([window(0, 600)])?.totals.first?.tools } }
      for try await count in group { #expect(count == 300) }
    }
  }

  @Test("It is given up in time")
  func deadline() throws {
    let home = try TestHome()
    try home.write(tools(1))
    let judge = try home.judge(deadline: 0)
    #expect(throws: TelemetryError.self) { try judge.answer([window(0, 600)]) }
    #expect(try home.totals()?.tools == 1)
  }

  @Test("One reading for usage and score")
  func ports() throws {
    let home = try TestHome()
    let programs = WatchedPrograms()
    let judge = try home.judge(programs: programs)
    #expect(try judge.usage(in: window(0, 600)) == nil)
    #expect(programs.calls.withLock { $0 } == 0, "without telemetry nobody needs duckdb")
    try home.write(
      logText([
        [
          ["t": 0, "name": "user_prompt"], ["t": 1, "name": "tool_result", "attrs": ["success": "false"]],
          [
            "t": 2, "name": "api_request",
            "attrs": [
              "cost_usd": "0.000001", "input_tokens": 1, "output_tokens": 2, "cache_read_tokens": 3,
              "cache_creation_tokens": 4,
            ],
          ],
        ]
      ]))
    let wanted = window(0, 60)
    let usage = try #require(try judge.usage(in: wanted))
    #expect(usage.toolCalls == 1 && usage.requests == 1 && usage.cost == Amount(micros: 1))
    #expect(usage.inputTokens == 1 && usage.outputTokens == 2)
    #expect(usage.cacheReadTokens == 3 && usage.cacheCreationTokens == 4)
    let calls = programs.calls.withLock { $0 }
    let score = try #require(try judge.score(wanted))
    #expect(programs.calls.withLock { $0 } == calls)
    #expect(score.dimensions.map(\.name) == WindowTotals.dimensionNames && score.recommendation == "doff")
    #expect(try judge.score(window(100, 200)) == nil)
  }

  @Test("A masque that is changed in the middle of a session parts it")
  func switched() throws {
    let home = try TestHome()
    try home.write(
      logText([[["t": 10, "count": 3, "step": 1, "name": "tool_result", "attrs": ["success": "true"]]]])
        + logText([
          [["t": 300, "count": 5, "step": 1, "name": "tool_result", "attrs": ["success": "false"], "prompt": "p"]]
        ]))
    let answer = try #require(
      try home.judge().answer([window(0, 299.5), window(299.5, 600), window(0, 600)], hasDetails: true))
    #expect(answer.totals.map(\.tools) == [3, 5, 8])
    #expect(answer.totals.map(\.toolsOK) == [3, 0, 3])
    #expect(answer.details?.tools.map(\.calls) == [3])
  }
}

@Suite struct DuckDBTests {
  @Test("Where there is none, it says how to get it")
  func absent() throws {
    let files = MemoryFiles()
    #expect {
      try DuckDB.found(
        environment: { ["PATH": "/nowhere:/nothing"][$0] }, bundled: "/opt/libexec", files: files,
        programs: SystemPrograms())
    } throws: { ("\($0)").contains("pip install duckdb-cli") }
    #expect {
      try DuckDB.found(
        environment: { ["MASQUES_DUCKDB": "/nowhere/duckdb"][$0] }, bundled: nil, files: files,
        programs: SystemPrograms())
    } throws: { ("\($0)").contains("/nowhere/duckdb") }
  }
}
