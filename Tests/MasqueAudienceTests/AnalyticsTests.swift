import JSON
import MasqueModel
import MasqueWorkspace
import Testing

@testable import MasqueAnalytics
@testable import MasqueRuntime

@Suite("Analytics")
struct AnalyticsTests {
  @Test("No text that anybody has written is allowed to leave")
  func allowList() {
    let names = AllowList.events.map(\.attribute) + AllowList.metrics.map(\.attribute)
    let forbidden = [
      "prompt", "tool_input", "tool_parameters", "output", "error", "user.id", "user.email", "cwd", "body",
    ]
    #expect(Set(names).isDisjoint(with: forbidden))
    for text in ["two words", "a\nb", "é", "a@b.c", "x;y", "$(x)", "", String(repeating: "a", count: 129), "{\"a\":1}"]
    {
      #expect(!AllowList.fits(text, .name), "\(text)")
    }
    for text in ["Bash", "mcp__server__tool", "claude-x-4.5", "anthropic/claude:1"] {
      #expect(AllowList.fits(text, .name))
    }
    for text in ["1", "-0.5", "1e3"] { #expect(AllowList.fits(text, .number)) }
    for text in ["one", "nan", "inf", "1 2", ""] { #expect(!AllowList.fits(text, .number), "\(text)") }
  }

  @Test("An event has the allowed attributes and no others, whatever the types of their values")
  func events() throws {
    let line = """
      {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"claude-code"}}]},\
      "scopeLogs":[{"logRecords":[\
      {"timeUnixNano":"1790000000123456789","severityNumber":9,"body":{"stringValue":"claude_code.tool_result"},\
      "attributes":[{"key":"tool_name","value":{"stringValue":"Bash"}},{"key":"success","value":{"boolValue":true}},\
      {"key":"duration_ms","value":{"intValue":"7"}},{"key":"cost_usd","value":{"doubleValue":0.5}},\
      {"key":"tool_input","value":{"stringValue":"rm -rf"}},{"key":"model","value":{"stringValue":"no name"}},\
      {"key":"session.id","value":{"stringValue":"s-1"}},{"key":"event.sequence","value":{"intValue":"3"}}]},\
      {"eventName":"api_request"},{"body":{"stringValue":"a prompt"}},\
      {"attributes":[{"key":"event.name","value":{"stringValue":"a prompt"}}]}]}]}]}
      """
    let events = AgentEvent.all(in: Array(line.utf8))
    #expect(events.map(\.name) == ["tool_result", "api_request"])
    var writer = JSONWriter()
    try #require(events.first).write(&writer)
    let row = try JSONValue(parsing: writer.bytes)
    #expect(
      row == [
        "timestamp": "2026-09-21T14:13:20.123Z", "event": "tool_result", "service": "claude-code",
        "agent_session": "s-1", "trace_id": "", "span_id": "", "sequence": 3, "severity": 9,
        "attributes": ["cost_usd": "0.5", "duration_ms": "7", "success": "true", "tool_name": "Bash"],
      ])
  }

  @Test("A wearing's rows say what was paid, and what that says of who wore it")
  func outbox() throws {
    let files = MemoryFiles(currentFolder: "/home")
    let outbox = FileOutbox(home: "/home/.masques", files: files, ledger: FixedLedger())
    let record = try record(paid: "0.40", price: "0.50", refused: 2)
    try outbox.enqueue(record)
    let path = FilePath("/home/.masques/analytics/outbox/\(record.session).json")
    let first = try files.read(path, maximumLength: 1 << 20)
    // Told again, it writes the same.
    try outbox.enqueue(record)
    #expect(try files.read(path, maximumLength: 1 << 20) == first)
    let entry = try JSONValue(parsing: first)
    var rows: [String: [JSONValue]] = [:]
    for table in entry["tables"]?.arrayValue ?? [] {
      rows[table["table"]?.stringValue ?? ""] = table["rows"]?.arrayValue
    }
    #expect(rows["masque_sessions"]?.first?["paid"] == "0.40")
    #expect(rows["transactions"]?.map { $0["state"] } == ["pending", "posted", "voided"])
    #expect(rows["transactions"]?.map { $0["amount"] } == ["1.00", "0.40", "0.60"])
    #expect(rows["settlements"]?.first?["state"] == "capped")
    // The payee's account is not there yet.
    #expect(rows["accounts"]?.count == 1)
    #expect(rows["accounts"]?.first?["kind"] == "operator")
    #expect(rows["accounts"]?.first?["identity_id"] == rows["masque_sessions"]?.first?["payer_id"])
    #expect(rows["accounts"]?.first?["credits_posted"] == "5.00")
    #expect(rows["accounts"]?.first?["snapshot_at"] == "2026-11-18T11:06:40.007Z")
    let events = rows["reputation_events"] ?? []
    #expect(events.map { $0["category"] } == ["task_quality", "economic", "identity_hygiene"])
    #expect(events.map { $0["score_delta"]?.doubleValue } == [0.5, 0, -0.4])
    #expect(events.map { $0["confidence"]?.doubleValue } == [1, 1, 1])
    #expect(entry["tokenRate"] == "0.01")
  }

  @Test(
    "What was paid says how it was settled",
    arguments: [
      (nil, "0.50", SessionEnd.doffed, "unsettled", 0, 0), ("0.50", "0.50", .doffed, "paid", 1, 1),
      ("0.40", "0.50", .replaced, "capped", 0, 1), ("0.40", "0.50", .expired, "expired", -1, 1),
      ("0.00", "0.00", .doffed, "free", 1, 0.25),
    ] as [(String?, String, SessionEnd, String, Double, Double)])
  func settlements(
    _ paid: String?, _ price: String, _ end: SessionEnd, _ state: String, _ delta: Double, _ confidence: Double
  ) throws {
    let files = MemoryFiles(currentFolder: "/home")
    var record = try record(paid: paid, price: price, refused: 0)
    record.end = end
    record.score = nil
    try FileOutbox(home: "/home", files: files, ledger: SilentLedger()).enqueue(record)
    let bytes = try files.read(
      FilePath("/home/analytics/outbox/\(record.session).json"), maximumLength: 1 << 20)
    let entry = try JSONValue(parsing: bytes)
    #expect(entry["request"]?["payment_status"]?.stringValue == state)
    let events = entry["tables"]?.arrayValue?.first { $0["table"] == "reputation_events" }?["rows"]?.arrayValue ?? []
    #expect(events.map { $0["score_delta"]?.doubleValue } == [0, delta, 1])
    #expect(events.map { $0["confidence"]?.doubleValue } == [0, confidence, 1])
  }

  @Test(
    "A server's address is understood or refused",
    arguments: [
      ("http://localhost:8124", "localhost 8124 / plain"), ("http://localhost", "localhost 8123 / plain"),
      ("HTTP://[::1]:8123/", "::1 8123 / plain"), ("https://ch.example", "ch.example 8443 / secure"),
      ("https://ch.example:443/a/b", "ch.example 443 /a/b/ secure"), ("http://[::1]", "::1 8123 / plain"),
      ("localhost:8123", nil), ("http://", nil), ("http://x:0", nil), ("http://x:99999", nil), ("http://::1", nil),
      ("http://user:pass@x", nil), ("http://x:", nil), ("http://x/?a", nil), ("ftp://x", nil), ("http:/x", nil),
      ("http://x y", nil), ("http://x/\r\nHost: y", nil), ("http://[::1", nil),
    ] as [(String, String?)])
  func addresses(_ url: String, _ expected: String?) {
    let configuration = UserConfiguration.ClickHouse(url: url)
    let address = configuration.address
    #expect(address.map { "\($0.host) \($0.port) \($0.path) \($0.isSecure ? "secure" : "plain")" } == expected)
    #expect(((try? ClickHouseServer(configuration) { _ in nil }) != nil) == (expected != nil))
  }

  @Test(
    "Answers of HTTP are read to their end",
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokX", false, "ok"),
      ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", true, nil),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n3\r\nabc\r\n0\r\n\r\n", false, "okabc"),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", true, nil),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nok", true, nil),
      ("HTTP/1.1 200 OK\r\n\r\nall", true, "all"), ("HTTP/1.1 200 OK\r\n\r\nall", false, nil),
      ("HTTP/1.1 200 OK\r\n", true, nil), ("nonsense\r\n\r\n", true, nil), ("", true, nil),
    ] as [(String, Bool, String?)])
  func answers(_ text: String, _ isAtEnd: Bool, _ body: String?) {
    let answer = HTTPAnswer(Array(text.utf8), isAtEnd: isAtEnd)
    #expect(answer.map { String(decoding: $0.body, as: UTF8.self) } == body)
  }

  @Test("Each migration has statements, and their numbers go up")
  func migrations() {
    #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    for migration in Migration.all {
      #expect(!migration.statements.isEmpty)
      for statement in migration.statements { #expect(statement.contains("IF NOT EXISTS"), "\(migration.name)") }
    }
  }

  private func record(paid: String?, price: String, refused: Int) throws -> SessionRecord {
    var rates = UserConfiguration.Rates()
    rates.perSession = try #require(Amount(price))
    rates.perThousandTokens = try #require(Amount("0.01"))
    var usage = Usage()
    usage.inputTokens = 1
    var cost = Price(rates, seconds: 60, usage: usage)
    cost.total = rates.perSession
    return SessionRecord(
      session: try #require(SessionID("0123456789abcdef0123456789abcdef")), agentSession: "s-1", masque: "Codesmith",
      masqueVersion: "1.0.0", ring: "player", payer: "someone", payee: .owner("author"),
      donnedAt: Timestamp(nanoseconds: 1_790_000_000_250_000_000),
      doffedAt: Timestamp(seconds: 1_790_000_060), end: .doffed, held: try #require(Amount("1.00")), price: cost,
      paid: paid.flatMap { Amount($0) }, fee: paid.map { _ in .zero }, usage: usage,
      score: SessionScore(composite: 7.5, dimensions: [], recommendation: "keep"), refusedIntents: refused)
  }
}

/// A ledger where one payer has an account, and nothing can be done.
private struct FixedLedger: Ledger {
  func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt { throw .failed("not here") }
  func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt { throw .failed("not here") }
  func release(_ hold: HoldRequest) throws(LedgerError) { throw .failed("not here") }
  func accounts(of parties: [AccountParty]) throws(LedgerError) -> [AccountSnapshot?] {
    parties.map { party in
      guard case .payer = party else { return nil }
      return AccountSnapshot(
        debitsPending: .zero, debitsPosted: .zero, creditsPending: .zero, creditsPosted: Amount(micros: 5_000_000),
        milliseconds: 1_795_000_000_007)
    }
  }
}

/// A ledger that does not answer.
private struct SilentLedger: Ledger {
  func place(_ hold: HoldRequest) throws(LedgerError) -> HoldReceipt { throw .unavailable("nobody answers") }
  func settle(_ settlement: Settlement) throws(LedgerError) -> SettlementReceipt {
    throw .unavailable("nobody answers")
  }
  func release(_ hold: HoldRequest) throws(LedgerError) { throw .unavailable("nobody answers") }
  func accounts(of parties: [AccountParty]) throws(LedgerError) -> [AccountSnapshot?] {
    throw .unavailable("nobody answers")
  }
}
