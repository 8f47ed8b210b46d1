import JSON
import MasqueCLI
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import Synchronization
import Testing

/// A machine that answers as it is told.
private struct TestMachine: Machine {
  var modes: [FilePath: FilePermissions] = [:]
  /// What is answered at `host:port`; nobody listens elsewhere.
  var servers: [String: String] = [:]
  var versions: [FilePath: String] = [:]

  func permissions(of path: FilePath) -> FilePermissions? { modes[path] ?? FilePermissions(mode: 0o700, isOwn: true) }

  func converse(
    host: String, port: Int, saying request: [UInt8], within milliseconds: Int
  ) throws(NetworkError) -> [UInt8] {
    guard let answer = servers["\(host):\(port)"] else { throw .refused }
    return request.isEmpty ? [] : Array(answer.utf8)
  }

  func output(
    of program: FilePath, _ arguments: [String], within milliseconds: Int
  ) throws(FileError) -> (status: Int32?, output: [UInt8]) {
    guard let version = versions[program] else { throw FileError(program, .system(13), "Permission denied") }
    return (0, Array("\(version)\n".utf8))
  }
}

@Suite struct DoctorTests {
  private static let home = "/home/a/.masques"

  /// What is found in a machine where all is well, but for what is said.
  private func examine(
    _ texts: [String: String] = [:], config: String? = nil, environment: [String: String] = [:],
    change: (inout TestMachine) -> Void = { _ in }
  ) throws -> (
    result: JSONValue, status: MasqueStatus, checks: [String: [(state: String, message: String, remedy: String)]]
  ) {
    var all = texts
    for name in ["masque-lint", "masque-lsp", "masque-audience", "duckdb"] { all["/opt/bin/\(name)"] = "program" }
    if let config { all["\(Self.home)/config.yaml"] = config }
    var machine = TestMachine()
    for name in ["masque-lint", "masque-lsp", "masque-audience"] {
      machine.versions[FilePath("/opt/bin/\(name)")] = "\(name) \(projectVersion)"
    }
    machine.versions["/opt/bin/duckdb"] = "v1.4.2"
    change(&machine)
    let streams = TestStreams(failure: nil)
    let host = Host(
      arguments: ["doctor", "--json"], environment: { (environment.merging(["HOME": "/home/a"]) { $1 })[$0] },
      files: MemoryFiles(texts: all), streams: streams, now: { Timestamp(seconds: 0) }, programFolder: "/opt/bin",
      machine: machine)
    let status = runMasque(host)
    let result = try JSONValue(parsing: streams.written.withLock { $0.output })
    #expect(DoctorCommand.description.resultShape.problems(in: result) == [])
    var checks: [String: [(String, String, String)]] = [:]
    for check in result["checks"]?.arrayValue ?? [] {
      checks[check["name"]?.stringValue ?? "", default: []].append(
        (check["state"]?.stringValue ?? "", check["message"]?.stringValue ?? "", check["remedy"]?.stringValue ?? ""))
    }
    // Whatever is not well says how to mend it.
    for (name, found) in checks {
      for check in found where check.0 != "ok" && name != "configuration" && name != "programs" {
        #expect(!check.2.isEmpty, "\(name): \(check.1)")
      }
    }
    return (result, status, checks)
  }

  @Test func allIsWell() throws {
    let (result, status, checks) = try examine()
    #expect(result["healthy"] == true && status == .success)
    #expect(checks.values.joined().allSatisfy { $0.state == "ok" }, "\(checks)")
    #expect(checks["clickhouse"] == nil && checks["tigerbeetle"] == nil && checks["outbox"] == nil)
  }

  @Test(arguments: [
    (FilePermissions(mode: 0o755, isOwn: true), "0755", "chmod 700 /home/a/.masques"),
    (FilePermissions(mode: 0o700, isOwn: false), "another user", "chown"),
    (FilePermissions(mode: 0o500, isOwn: true), "can't be written", "chmod 700"),
  ])
  func privateFolder(_ permissions: FilePermissions, _ words: String, _ remedy: String) throws {
    let (_, status, checks) = try examine(["\(Self.home)/x.masque.yaml": ""]) {
      $0.modes[FilePath(Self.home)] = permissions
    }
    let home = try #require(checks["home"]?.first)
    #expect(status == .negative && home.state == "missing")
    #expect(home.message.contains(words) && home.remedy.contains(remedy))
  }

  @Test func privateFiles() throws {
    let open = FilePermissions(mode: 0o644, isOwn: true)
    let (_, _, checks) = try examine(
      ["\(Self.home)/ledger.db": "", "\(Self.home)/a.masque.yaml": "", "\(Self.home)/manifest.yaml": ""], config: "{}"
    ) {
      for name in ["ledger.db", "a.masque.yaml", "manifest.yaml", "config.yaml"] {
        $0.modes[FilePath("\(Self.home)/\(name)")] = open
      }
    }
    #expect(checks["home"]?.map(\.remedy) == ["chmod 600 \(Self.home)/ledger.db"])
  }

  @Test func theConfiguration() throws {
    let (_, status, checks) = try examine(config: "operator: {ring: palyer}\n")
    #expect(status == .negative && checks["configuration"]?.first?.message.contains("config.yaml:1:18") == true)
    let (_, well, right) = try examine(config: "libraries: [{path: none, owner: ada}]\n")
    #expect(well == .success && right["libraries"]?.first?.state == "notice")
  }

  @Test func programs() throws {
    let (_, status, checks) = try examine(environment: ["MASQUES_DUCKDB": "/nowhere/duckdb"]) {
      $0.versions["/opt/bin/masque-lint"] = "masque-lint 0.0.1\u{7}"
      $0.versions["/opt/bin/masque-lsp"] = nil
    }
    #expect(status == .negative)
    #expect(checks["masque-lint"]?.first?.message.contains("`masque-lint 0.0.1?`") == true)
    #expect(checks["masque-lsp"]?.first?.message.contains("Permission denied") == true)
    #expect(checks["duckdb"]?.first?.message.contains("/nowhere/duckdb") == true)
  }

  @Test func ports() throws {
    let state = ["\(Self.home)/telemetry/audience.json": "{\"pid\": 1, \"port\": 5318, \"healthPort\": 5319}"]
    let config = "telemetry: {port: 5318, health_port: 13133}"
    let (_, status, checks) = try examine(state, config: config) {
      $0.servers = ["127.0.0.1:5318": "", "127.0.0.1:13133": ""]
    }
    #expect(checks["port-5318"]?.first?.message == "the receiver listens at the port 5318")
    #expect(checks["port-13133"]?.first?.state == "missing" && status == .negative)
    // Who receives nothing need not care.
    let (_, idle, others) = try examine { $0.servers = ["127.0.0.1:4318": ""] }
    #expect(others["port-4318"]?.first?.state == "notice" && idle == .success)
    // A Collector may stand in its place.
    let (_, collected, collector) = try examine(["\(Self.home)/telemetry/logs.jsonl": ""]) {
      $0.servers = [
        "127.0.0.1:4318": "HTTP/1.1 405 Method Not Allowed\r\n\r\n", "127.0.0.1:13133": "HTTP/1.1 200 OK\r\n\r\n",
      ]
    }
    #expect(collected == .success)
    for port in ["port-4318", "port-13133"] {
      #expect(collector[port]?.first?.state == "notice")
      #expect(collector[port]?.first?.message.contains("OpenTelemetry Collector") == true)
    }
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\n\r\nOk.\n", "ok", "answers"), ("HTTP/1.1 401 Unauthorized\r\n", "missing", "HTTP/1.1 401"),
    ("SSH-2.0\r\n", "missing", "SSH-2.0"),
  ])
  func clickHouse(_ answer: String, _ state: String, _ words: String) throws {
    let config = "clickhouse: {url: 'http://db:8123', password_variable: SECRET}"
    let (_, _, checks) = try examine(config: config, environment: ["SECRET": "x"]) { $0.servers = ["db:8123": answer] }
    #expect(checks["clickhouse"]?.map(\.state) == [state])
    #expect(checks["clickhouse"]?.first?.message.contains(words) == true)
    let (_, _, none) = try examine(config: config)
    #expect(none["clickhouse"]?.map(\.state) == ["missing", "missing"])
  }

  @Test func tigerBeetle() throws {
    let config = "ledger: {engine: tigerbeetle, addresses: [\"3000\", 10.0.0.1, \"[::1]:3002\"]}"
    let (_, status, checks) = try examine(config: config) { $0.servers = ["127.0.0.1:3000": "", "10.0.0.1:3001": ""] }
    #expect(checks["tigerbeetle"]?.map(\.state) == ["ok", "ok", "missing"] && status == .negative)
    #expect(checks["tigerbeetle"]?.last?.message == "the replica [::1]:3002 can't be reached: nobody listens there")
    #expect(checks["ledger"] == nil)
  }

  @Test func whatIsLeftOver() throws {
    let state = "\(Self.home)/state/0123"
    let (_, status, checks) = try examine([
      "\(Self.home)/.ledger.json.12-3.tmp": "", "\(state)/wearing.json": "{\"project\": \"/gone\"}",
      "\(state)/wearing.json.damaged-01": "{", "\(Self.home)/state/4567/wearing.json": "{\"project\": \"/home/a\"}",
      "\(Self.home)/analytics/outbox/1.json": "{}\n", "\(Self.home)/analytics/rejected/2.json.reason": "no\n",
    ])
    #expect(status == .success)
    #expect(checks["state"]?.map(\.state) == ["notice", "notice", "notice"])
    #expect(checks["outbox"]?.first?.message.contains("1 of what was sent was refused") == true)
    #expect(checks["outbox"]?.last?.message.contains("no server is configured") == true)
  }

  @Test func forPeople() {
    let streams = TestStreams(failure: nil)
    let host = Host(
      arguments: ["doctor"], environment: { _ in nil }, files: MemoryFiles(), streams: streams,
      now: { Timestamp(seconds: 0) }, programFolder: "/opt/bin", machine: TestMachine())
    #expect(runMasque(host) == .negative)
    let text = streams.written.withLock { String(decoding: $0.output, as: UTF8.self) }
    #expect(text.hasPrefix("✗ home: nobody knows where private masques are\n    → set `MASQUES_HOME`, or `HOME`\n"))
    #expect(text.hasSuffix("3 missing\n"))
  }
}
