import MasqueModel
import MasqueWorkspace
import SourceText
import Testing

@Suite struct UserConfigurationTests {
  private let place = UserConfiguration.Place(path: "/home/ada/.masques/config.yaml", home: "/home/ada")

  private func problems(_ text: String) -> [String] {
    UserConfiguration.read(SourceText(text), place).problems.map { "\($0.code): \($0.message)" }
  }

  @Test func everyKeyIsRead() throws {
    let text = """
      operator: {name: ada, ring: admin}
      intent_gate: enforce
      guest: {maximum_ttl: PT90M}
      libraries:
        - {path: ~/a, owner: grace}
        - {path: ../b, owner: alan}
        - {path: /c/, owner: edsger}
      ledger:
        engine: tigerbeetle
        policy: defer
        account: postpaid
        cluster: 340282366920938463463374607431768211455
        addresses: ["127.0.0.1:3000", "3001", "[::1]:3002"]
        client_library: lib/libtb_client.so
        deadline: PT1.5S
        maximum_hold: P2W
      rates:
        hold: 9007199254740993.000001
        per_session: "0.05"
        per_minute: 0.010000
        per_tool_call: 0
        per_1k_tokens: 12
        fee_basis_points: 250
        masques:
          Code Smith: {per_minute: 0.5, hold: 2}
      telemetry:
        port: 5318
        health_port: 5319
        maximum_file_size: 1 MiB
        maximum_total_size: 2GB
        maximum_age: P2W
      clickhouse:
        url: https://clickhouse.example:8443/x
        database: analytics
        user: writer
        password_variable: SECRET
      """
    let (read, problems) = UserConfiguration.read(SourceText(text), place)
    #expect(problems == [])
    var expected = UserConfiguration()
    expected.operator.name = "ada"
    expected.operator.ring = .admin
    expected.intentGate = .enforce
    expected.maximumGuestLifetime = "PT90M"
    expected.libraries = [
      .init(folder: "/home/ada/a", owner: "grace"), .init(folder: "/home/ada/b", owner: "alan"),
      .init(folder: "/c", owner: "edsger"),
    ]
    expected.ledger.engine = .tigerbeetle
    expected.ledger.policy = .defer
    expected.ledger.payment = .postpaid
    expected.ledger.cluster = .max
    expected.ledger.addresses = ["127.0.0.1:3000", "3001", "[::1]:3002"]
    expected.ledger.clientLibrary = "/home/ada/.masques/lib/libtb_client.so"
    expected.ledger.deadline = 1_500
    expected.ledger.maximumHold = 1_209_600
    expected.rates.hold = Amount(micros: 9_007_199_254_740_993_000_001)
    expected.rates.perSession = Amount(micros: 50_000)
    expected.rates.perMinute = Amount(micros: 10_000)
    expected.rates.perThousandTokens = Amount(micros: 12_000_000)
    expected.feeBasisPoints = 250
    var own = expected.rates
    own.perMinute = Amount(micros: 500_000)
    own.hold = Amount(micros: 2_000_000)
    expected.masqueRates = [MasqueName.key(of: "Code Smith"): own]
    expected.telemetry.port = 5_318
    expected.telemetry.healthPort = 5_319
    expected.telemetry.maximumFileSize = 1 << 20
    expected.telemetry.maximumTotalSize = 2_000_000_000
    expected.telemetry.maximumAge = 14
    expected.clickHouse = .init(url: "https://clickhouse.example:8443/x")
    expected.clickHouse?.database = "analytics"
    expected.clickHouse?.user = "writer"
    expected.clickHouse?.passwordVariable = "SECRET"
    #expect(read == expected)
    #expect(read.rates(of: "code smith").perMinute == Amount(micros: 500_000))
  }

  @Test(arguments: ["", "# nothing\n", "{}", "ledger: {engine: sqlite}", "telemetry: {port: 4318}"])
  func whatSaysNothingChangesNothing(_ text: String) {
    let (read, problems) = UserConfiguration.read(SourceText(text), place)
    #expect(problems == [] && read == UserConfiguration())
  }

  @Test(arguments: [
    ("operator: {ring: palyer}", "schema-enum", "did you mean `player`?"),
    ("operater: {}", "unknown-key", "did you mean `operator`?"),
    ("operator: {name: ' ada'}", "schema-pattern", "does not match"),
    ("operator:", "schema-type", "must be an object"),
    ("guest: {maximum_ttl: P1M}", "config-duration", "say it in days"),
    ("guest: {maximum_ttl: soon}", "schema-format", "no valid duration"),
    ("guest: {maximum_ttl: PT0S}", "config-duration", "too short"),
    ("libraries: [{path: ~alan/x, owner: alan}]", "config-path", "another user's home"),
    ("libraries: [{path: x}]", "schema-required", "has no `owner`"),
    ("ledger: {engine: tigerbeetle}", "schema-required", "has no `addresses`"),
    ("ledger: {addresses: ['127.0.0.1:99999']}", "config-port", "1 to 65535"),
    ("ledger: {addresses: [localhost]}", "schema-pattern", "does not match"),
    ("ledger: {maximum_hold: PT59M}", "config-duration", "too short"),
    ("ledger: {maximum_hold: P4000D}", "config-duration", "too long"),
    ("ledger: {deadline: PT}", "config-duration", "is no ISO 8601 duration"),
    ("ledger: {deadline: PT2H}", "config-duration", "too long"),
    ("ledger: {cluster: 0x10}", "config-number", "decimal digits"),
    ("ledger: {cluster: 340282366920938463463374607431768211456}", "schema-maximum", "more than"),
    ("rates: {hold: 1e2}", "config-amount", "no amount of dollars"),
    ("rates: {hold: 0.0000001}", "config-amount", "no amount of dollars"),
    ("rates: {hold: -1}", "schema-minimum", "less than"),
    ("rates: {hold: .inf}", "config-amount", "no amount"),
    ("rates: {hold: '5 USD'}", "config-amount", "no amount"),
    ("rates: {fee_basis_points: 10001}", "schema-maximum", "more than"),
    ("rates: {masques: {A b: {}, a B: {}}}", "duplicate-name", "same masque"),
    ("telemetry: {port: 13133}", "config-port", "the port of both"),
    ("telemetry: {maximum_file_size: 3}", "config-size", "64 KiB"),
    ("telemetry: {maximum_file_size: 99999999 TiB}", "config-size", "no size"),
    ("telemetry: {maximum_age: PT36H}", "config-duration", "whole number of days"),
    ("clickhouse: {}", "schema-required", "has no `url`"),
    ("clickhouse: {url: 'http://user:secret@host/'}", "schema-pattern", "does not match"),
    ("a: [", "yaml-syntax", ""),
  ])
  func mistakes(_ text: String, _ code: String, _ words: String) throws {
    let (read, problems) = UserConfiguration.read(SourceText(text), place)
    #expect(problems.map(\.code) == [code])
    #expect(problems.first?.message.contains(words) == true, "\(problems)")
    #expect(read == UserConfiguration())
  }

  @Test func theFileOfAProcess() throws {
    func loaded(_ text: String?) -> UserConfiguration.Loaded {
      let files = MemoryFiles(texts: text.map { ["/home/ada/.masques/config.yaml": $0] } ?? [:])
      return UserConfiguration.read(
        .init(environment: { ["HOME": "/home/ada"][$0] }, currentFolder: "/w"), from: files)
    }
    #expect(loaded(nil).refusal == nil && loaded(nil).text == nil)
    #expect(loaded("intent_gate: enforce").configuration.intentGate == .enforce)
    #expect(
      loaded("intent_gate: enforce\nrates: {hold: ½}\nledger: 1").refusal
        == "/home/ada/.masques/config.yaml:2:15: `½` is no amount of dollars: write digits, and at most six after a "
        + "full stop, such as `0.05` (and 1 more); mend the file first")
    let folder = MemoryFiles(texts: ["/home/ada/.masques/config.yaml/x": ""])
    let unreadable = UserConfiguration.read(from: folder, privateFolder: "/home/ada/.masques", home: nil)
    #expect(unreadable.refusal?.contains("is a folder") == true)
    #expect(UserConfiguration.read(nil, from: folder).refusal == nil)
  }

  @Test(arguments: [
    ("PT1.5S", 1_500), ("P1W", 604_800_000), ("P1DT1H1M1S", 90_061_000), ("PT0.0019S", 1), ("P1M", nil), ("P1Y", nil),
    ("PT0.5H", 1_800_000), ("PT99999999999999999999S", nil), ("P20000000000W", nil),
    ("PT1.99999999999999999999S", 1_999),
  ])
  func durations(_ text: String, _ milliseconds: Int64?) throws {
    #expect(try #require(MasqueDuration(text)).milliseconds == milliseconds)
  }
}
