import JSON
import MasqueCommands
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import Synchronization
import Testing

@Suite struct GateTests {
  /// A masque, what it is put on for, and the words of the refusal; nil if it is worn.
  @Test(
    arguments: [
      ("player", nil, Ring.player, "write it", nil),
      ("player", nil, .player, "write it without sources", "denied by `write * without sources`"),
      ("player", nil, .guest, nil, "you are in `guest`"),
      ("admin", nil, .player, nil, "is for the ring `admin`"),
      ("admin", nil, .admin, nil, nil),
      ("outsider", nil, .outsider, nil, nil),
      ("guest", nil, .player, nil, "needs an end"),
      ("guest", "session", .player, nil, "needs an end"),
      ("guest", "PT2H", .player, nil, nil),
    ] as [(String, String?, Ring, String?, String?)])
  func gates(_ ring: String, _ ttl: String?, _ own: Ring, _ intent: String?, _ refusal: String?) throws {
    var project = Project()
    project.configuration.operator.ring = own
    project.files["/project/personas/one.masque.yaml"] = .file(
      Array(Project.masque("One", 9, ring: ring, ttl: ttl).utf8))
    var argument: JSONObject = ["masque": "One"]
    if let intent { argument["intent"] = .string(intent) }
    guard let refusal else {
      #expect(try project.run("don", .object(argument))["active"]?["name"] == "One")
      return
    }
    let error = #expect(throws: CommandError.self) { try project.run("don", .object(argument)) }
    #expect(error?.reason == .refused)
    #expect(error?.message.contains(refusal) == true, "\(error?.message ?? "")")
    #expect(project.ledgerLines.isEmpty)
    #expect(project.files[Project.sessionFile] == nil)
  }

  @Test func anIntentThatNothingAllowsIsWarnedOfOrRefused() throws {
    var project = Project()
    let result = try project.run("don", ["masque": "Smith", "intent": "dance"])
    #expect(result["warnings"]?[0]?.stringValue?.contains("the nearest pattern is `write *`") == true)
    project.configuration.intentGate = .enforce
    let error = #expect(throws: CommandError.self) { try project.run("don", ["masque": "Scribe", "intent": "dance"]) }
    #expect(error?.message.contains("intent_gate") == true)
    #expect(try project.run("id")["active"]?["name"] == "Smith")
  }

  @Test func aGuestGoesWhenTheConfigurationSays() throws {
    var project = Project()
    project.configuration.maximumGuestLifetime = "PT30M"
    project.files["/project/personas/one.masque.yaml"] = .file(Array(Project.masque("One", 9, ring: "guest").utf8))
    let result = try project.run("don", ["masque": "One"])
    #expect(result["active"]?["expiresAt"] == .string(Timestamp(seconds: Project.start + 1_800).text))
    #expect(result["text"]?.stringValue?.contains("comes off after PT30M") == true)
  }

  @Test(arguments: ["smith@1.0.0", "Smith@1.0.0", "1@1.0.0"])
  func aVersionMayBeDemanded(_ reference: String) throws {
    let project = Project()
    #expect(try project.run("don", ["masque": .string(reference)])["active"]?["version"] == "1.0.0")
    let other = JSONValue.string(reference.replacing("1.0.0", with: "2.0.0"))
    let error = #expect(throws: CommandError.self) { try project.run("don", ["masque": other]) }
    #expect(error?.message.contains("is at version 1.0.0, not 2.0.0") == true)
  }

  @Test func aPinHoldsUntilItIsUpgraded() throws {
    let project = Project()
    try project.run("pin", ["masque": "Smith"])
    try project.run("don", ["masque": "Smith"])
    project.files["/project/personas/smith.masque.yaml"] = .file(
      Array(
        Project.masque("Smith", 1, lens: "Look once.").replacing("[\"write *\"]", with: "[\"write *\", \"sell *\"]")
          .utf8))
    let error = #expect(throws: CommandError.self) { try project.run("don", ["masque": "Smith"]) }
    #expect(error?.reason == .refused)
    for words in [
      "`intent` changed", "`lens` changed", "`spinnerVerbs` is gone", "it may now “sell", "masque upgrade smith",
    ] {
      #expect(error?.message.contains(words) == true, "\(words) in \(error?.message ?? "")")
    }
    let refusal = #expect(throws: CommandError.self) {
      try project.run("upgrade", ["masque": "Smith", "failOnWidening": true])
    }
    #expect(refusal?.message.contains("may set out to do more") == true)
    let upgrade = try project.run("upgrade", ["masque": "Smith"])
    #expect(upgrade["changed"] == true)
    try project.run("don", ["masque": "Smith"])
    #expect(try project.run("upgrade", ["masque": "Smith"])["changed"] == false)
  }
}

@Suite struct WearingTests {
  @Test func aSessionFromBeginningToEnd() throws {
    var project = Project()
    let before = project.settings
    let don = try project.run("don", ["masque": "Smith", "intent": "write it"])
    #expect(don["text"] == (try project.run("preview", ["masque": "Smith"]))["text"])
    #expect(project.settings?.contains("Smith:Hammering") == true)
    #expect(try project.run("list")["masques"]?.arrayValue?.filter { $0["active"] == true }.count == 1)
    #expect(try project.run("inspect", ["masque": "self"])["masque"]?["name"] == "Smith")
    let block = try project.run("id", ["block": true])["block"]?.stringValue
    #expect(block.map { don["text"]?.stringValue?.hasPrefix($0) == true } == true)

    project.now += 150
    let doff = try project.run("doff")
    #expect(doff["ended"]?["price"] == "0.03")
    #expect(doff["ended"]?["paid"] == "0.03")
    #expect(doff["ended"]?["seconds"] == 150)
    #expect(doff["text"]?.stringValue?.hasPrefix("<masque-ended name=\"Smith\">\n") == true)
    #expect(project.settings == before)
    let payment = project.ledgerLines.last?["payment"]?["receipt"]
    #expect(payment?["paid"] == "0.03" && payment?["fee"] == "0.00075")
    #expect(try project.run("id")["previous"]?["name"] == "Smith")
    #expect(try project.run("doff")["ended"] == .null)
  }

  /// When a masque is put on and taken off, in seconds and nanoseconds, and what the times are.
  @Test(
    arguments: [
      (0, 0, 0, 0, "2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z", 0, "0.00"),
      (0, 700_000_000, 1, 300_000_000, "2026-11-21T12:00:00.700Z", "2026-11-21T12:00:01.300Z", 0, "0.01"),
      (0, 999_999_999, 61, 0, "2026-11-21T12:00:00.999Z", "2026-11-21T12:01:01Z", 60, "0.02"),
      (0, 250_000_000, 60, 250_000_000, "2026-11-21T12:00:00.250Z", "2026-11-21T12:01:00.250Z", 60, "0.01"),
      (0, 250_000_000, 60, 250_000_001, "2026-11-21T12:00:00.250Z", "2026-11-21T12:01:00.251Z", 60, "0.02"),
      (0, 250_000_001, 0, 250_000_002, "2026-11-21T12:00:00.250Z", "2026-11-21T12:00:00.251Z", 0, "0.01"),
    ] as [(Int64, Int64, Int64, Int64, String, String, Int64, String)])
  func timesAreToTheMillisecond(
    _ from: Int64, _ fromRest: Int64, _ to: Int64, _ toRest: Int64, _ begin: String, _ end: String, _ seconds: Int64,
    _ price: String
  ) throws {
    var project = Project()
    project.usage = Usage()
    (project.now, project.nanoseconds) = (Project.start + from, fromRest)
    try project.run("don", ["masque": "Smith"])
    (project.now, project.nanoseconds) = (Project.start + to, toRest)
    let ended = try project.run("doff")["ended"]
    #expect(ended?["donnedAt"] == .string(begin) && ended?["doffedAt"] == .string(end))
    #expect(ended?["seconds"] == .integer(seconds) && ended?["price"] == .string(price))
    let window = project.meter.windows.withLock { $0.last }
    #expect(window?.start.text == begin && window?.end.text == end)
    // What the agent told in the last instant is in it.
    let told = Timestamp(nanoseconds: project.now * 1_000_000_000 + toRest)
    #expect(window.map { told <= $0.end } == true)
    let record = try #require(project.files.text(of: "/home/.masques/sessions.jsonl"))
    let written = try JSONValue(parsing: record)
    #expect(written["donnedAt"] == .string(begin) && written["doffedAt"] == .string(end))
  }

  @Test func noMomentBelongsToTwoMasques() throws {
    var project = Project()
    project.usage = Usage()
    project.nanoseconds = 500_000_000
    try project.run("don", ["masque": "Smith"])
    project.nanoseconds = 700_400_000
    try project.run("don", ["masque": "Scribe"])
    project.nanoseconds = 700_900_000
    try project.run("doff")
    try project.run("don", ["masque": "Smith"])
    try project.run("doff")
    let windows = project.meter.windows.withLock { $0 }
    #expect(windows.map(\.masque) == ["Smith", "Scribe", "Smith"])
    #expect(windows.map(\.start.milliseconds) == [500, 702, 703].map { Project.start * 1_000 + $0 })
    for (one, next) in zip(windows, windows.dropFirst()) { #expect(one.end < next.start) }
  }

  @Test func whatWasWrittenInWholeSecondsIsUnderstood() throws {
    var project = Project()
    try project.run("don", ["masque": "Smith"])
    let folder: FilePath = "/home/.masques/state"
    let name = try #require(try project.files.entries(of: folder).first { $0.name.count == 16 }).name
    let path = folder.appending(name).appending("wearing.json".utf8)
    let state = try #require(project.files.text(of: path))
    let begun = "\"2026-11-21T12:00:00Z\""
    #expect(state.contains(begun))
    project.files[path] = .file(Array(state.replacing(begun, with: "\(Project.start)").utf8))
    project.now += 90
    #expect(try project.run("id")["active"]?["donnedAt"] == "2026-11-21T12:00:00Z")
    #expect(try project.run("doff")["ended"]?["seconds"] == 90)
  }

  @Test func usageIsPaidFor() throws {
    var project = Project()
    project.configuration.rates.perToolCall = Amount(micros: 2_000)
    project.configuration.rates.perThousandTokens = Amount(micros: 3_000)
    var usage = Usage()
    usage.toolCalls = 7
    usage.inputTokens = 1_500
    usage.outputTokens = 250
    project.usage = usage
    try project.run("don", ["masque": "Smith"])
    project.now += 1
    let ended = try project.run("doff")["ended"]
    // One minute 0.01, seven tools 0.014, 1,750 tokens 0.00525.
    #expect(ended?["price"] == "0.02925")
    #expect(ended?["lines"]?.arrayValue?.map { $0["amount"]?.stringValue } == ["0.01", "0.014", "0.00525"])
  }

  @Test func noMoreIsPaidThanWasSetAside() throws {
    var project = Project()
    project.configuration.rates.hold = Amount(micros: 10_000)
    try project.run("don", ["masque": "Smith"])
    project.now += 3_600
    let ended = try project.run("doff")["ended"]
    #expect(ended?["price"] == "0.60" && ended?["paid"] == "0.01")
  }

  @Test func aLifetimeEndsBySomebodyLooking() throws {
    var project = Project()
    project.files["/project/personas/brief.masque.yaml"] = .file(
      Array(Project.masque("Brief", 4, ttl: "PT1S", verbs: "Hurrying").utf8))
    let before = project.settings
    try project.run("don", ["masque": "Brief"])
    project.now += 100_000
    let id = try project.run("id")
    #expect(id["active"] == .null)
    #expect(id["ended"]?["end"] == "expired" && id["ended"]?["seconds"] == 1 && id["ended"]?["paid"] == "0.01")
    #expect(project.settings == before)
    #expect(try project.run("id")["ended"] == .null)
  }

  @Test func aClockThatGoesBackCostsNothing() throws {
    var project = Project()
    try project.run("don", ["masque": "Smith"])
    project.now -= 5_000
    let ended = try project.run("doff")["ended"]
    #expect(ended?["seconds"] == 0 && ended?["doffedAt"] == ended?["donnedAt"])
  }

  @Test func hooksBindAndEnd() throws {
    let project = Project()
    #expect(try project.run("hook.sessionStart", ["session": "a", "reason": "startup"])["text"] == "")
    let don = try project.run("don", ["masque": "Smith"])
    #expect(don["active"]?["agentSession"] == "a")
    let again = try project.run("hook.sessionStart", ["session": "a", "reason": "compact"])
    #expect(don["text"]?.stringValue?.hasPrefix(again["text"]?.stringValue ?? "none") == true)
    #expect(try project.run("hook.sessionEnd", ["session": "b"])["ended"] == .null)
    #expect(try project.run("hook.sessionEnd", ["session": "a"])["ended"]?["name"] == "Smith")
  }

  @Test func theBlockIsThatOfTheBytesThatWerePutOn() throws {
    let project = Project()
    let don = try project.run("don", ["masque": "Smith"])
    project.files["/project/personas/smith.masque.yaml"] = nil
    let block = try project.run("id", ["block": true])["block"]?.stringValue
    #expect(don["text"]?.stringValue?.hasPrefix(block ?? "none") == true)
  }

  @Test func withoutTheLedgerNothingIsWornAndNothingForgotten() throws {
    var project = Project()
    let ledger = ScriptedLedger(.unavailable("the ledger is away"))
    project.ledger = ledger
    let error = #expect(throws: CommandError.self) { try project.run("don", ["masque": "Smith"]) }
    #expect(error?.reason == .unavailable)
    #expect(try project.run("id")["active"] == .null)
    #expect(!(project.settings ?? "").contains("spinnerVerbs"))
    // It may have been placed all the same: it is given back when the ledger answers.
    ledger.error.withLock { $0 = nil }
    try project.run("don", ["masque": "Smith"])
    #expect(ledger.log.withLock { $0 }.contains("release Smith"))

    project.now += 60
    ledger.error.withLock { $0 = .unavailable("the ledger is away") }
    let doff = try project.run("doff")
    #expect(doff["ended"]?["paid"] == .null)
    #expect(doff["warnings"]?[0]?.stringValue?.contains("the ledger is away") == true)
    #expect(try project.run("id")["warnings"]?[0]?.stringValue?.contains("1 wearing is not paid yet") == true)
    ledger.error.withLock { $0 = nil }
    try project.run("don", ["masque": "Scribe"])
    #expect(ledger.log.withLock { $0 }.contains("settle Smith 0.01"))
    #expect(try project.run("id")["warnings"] == [])
  }

  /// A hold lasts a month; who is seen again in its second half has it renewed, and once.
  @Test func aHoldIsRenewed() throws {
    var project = Project()
    let ledger = ScriptedLedger()
    project.ledger = ledger
    var places: [String] { ledger.log.withLock { $0.filter { $0.hasPrefix("place") } } }
    try project.run("don", ["masque": "Smith"])
    #expect(places == ["place Smith 5.00"])
    let half: Int64 = 31 * 43_200
    project.now += half - 1
    try project.run("id")
    #expect(places.count == 1)
    project.now += 1
    for _ in 0..<2 { try project.run("id") }
    #expect(places == ["place Smith 5.00", "place Smith 5.00 1 for 2678400"])
    // Whoever looks in between changes nothing; an agent that starts is seen, too.
    project.now += half
    try project.run("hook.sessionStart", ["session": "s"])
    #expect(places.last == "place Smith 5.00 2 for 2678400" && places.count == 3)
    try project.run("doff")
    #expect(places.count == 3)
    #expect(ledger.log.withLock { $0 }.last?.hasPrefix("settle Smith") == true)
  }

  @Test func aHoldThatLastsUntilTheEndIsNotRenewed() throws {
    var project = Project()
    let ledger = ScriptedLedger()
    project.ledger = ledger
    project.files["/project/personas/long.masque.yaml"] = .file(Array(Project.masque("Long", 4, ttl: "P30D").utf8))
    project.files["/project/personas/longer.masque.yaml"] = .file(Array(Project.masque("Longer", 5, ttl: "P40D").utf8))
    var places: [String] { ledger.log.withLock { $0.filter { $0.hasPrefix("place") } } }
    try project.run("don", ["masque": "Long"])
    project.now += 29 * 86_400
    try project.run("id")
    #expect(places == ["place Long 5.00"])
    try project.run("don", ["masque": "Longer"])
    project.now += 20 * 86_400
    try project.run("id")
    // 20 days, and a day for whoever settles it.
    #expect(places.last == "place Longer 5.00 1 for 1814400")
    project.now += 19 * 86_400
    try project.run("id")
    #expect(places.count == 3)
  }

  @Test func aRenewalThatDoesNotComeAboutIsTriedAgainLater() throws {
    var project = Project()
    let ledger = ScriptedLedger()
    project.ledger = ledger
    var places: [String] { ledger.log.withLock { $0.filter { $0.hasPrefix("place") } } }
    try project.run("don", ["masque": "Smith"])
    project.now += 20 * 86_400
    ledger.error.withLock { $0 = .unavailable("the ledger is away") }
    let told = try project.run("id")
    #expect(told["active"]?["name"] == "Smith")
    #expect(told["warnings"]?[0]?.stringValue?.contains("could not be set aside anew") == true)
    // Nobody waits again for an hour; then the same one is asked for.
    #expect(try project.run("id")["warnings"] == [])
    #expect(places.count == 2)
    project.now += 3_600
    try project.run("id")
    #expect(places.count == 3 && Set(places.dropFirst()).count == 1)
    // What was refused is burned: another one.
    project.now += 3_600
    ledger.error.withLock { $0 = .paymentRequired(needed: Amount(micros: 5_000_000), available: .zero) }
    try project.run("id")
    #expect(places.last == "place Smith 5.00 1 for 2678400")
    project.now += 3_600
    ledger.error.withLock { $0 = nil }
    try project.run("id")
    #expect(places.last == "place Smith 5.00 2 for 2678400" && places.count == 5)
    try project.run("id")
    #expect(places.count == 5)
  }

  /// Given up at any moment before it happens, a don has not happened.
  @Test func givenUpInTimeNothingHappens() throws {
    for asked in 1... {
      let project = Project()
      let before = project.settings
      let count = Mutex(0)
      do {
        try project.run("don", ["masque": "Smith"]) {
          count.withLock { count in
            count += 1
            return count >= asked
          }
        }
        #expect(asked > 1 && count.withLock { $0 } < asked)
        break
      } catch {
        #expect(error.reason == .cancelled)
        #expect(try project.run("id")["active"] == .null)
        #expect(project.settings == before)
        let holds = project.ledgerLines.filter { $0["hold"] != nil }.count
        #expect(project.ledgerLines.filter { $0["release"] != nil }.count >= holds)
      }
    }
  }

  @Test func whatIsNeededIsSaid() throws {
    var project = Project()
    project.ledger = ScriptedLedger(.paymentRequired(needed: Amount(micros: 5_000_000), available: .zero))
    let error = #expect(throws: CommandError.self) { try project.run("don", ["masque": "Smith"]) }
    #expect(error?.reason == .paymentRequired)
    #expect(error?.message.contains("masque ledger deposit 5.00") == true)
  }

  @Test func whatIsDamagedIsKept() throws {
    let project = Project()
    try project.run("don", ["masque": "Smith"])
    project.files[Project.sessionFile] = .file(Array("active: [".utf8))
    try project.run("doff")
    let folder = try project.files.entries(of: "/project/.claude").map { String(decoding: $0.name, as: UTF8.self) }
    #expect(folder.contains { $0.hasPrefix("masque.session.yaml.damaged-") })
    #expect(SessionFile(Array((project.files.text(of: Project.sessionFile) ?? "").utf8))?.previous?.name == "Smith")
  }
}

@Suite struct SettingsTests {
  /// What somebody else does with the settings while the masque is on.
  enum Change: Sendable {
    case none
    case replacing(String, String)
    case writing(String)
    case removing

    func applied(to text: String?) -> String? {
      switch self {
      case .none: text
      case .replacing(let old, let new): text?.replacing(old, with: new)
      case .writing(let text): text
      case .removing: nil
      }
    }
  }

  /// The settings before, what becomes of them meanwhile, and what they are afterwards; nil is no file.
  @Test(
    arguments: [
      (nil, .none, nil), ("", .none, ""), ("{}", .none, "{}"), ("{\"a\": 1}", .none, "{\"a\": 1}"),
      ("\u{FEFF}{\r\n\t\"a\": 1\r\n}\r\n", .none, "\u{FEFF}{\r\n\t\"a\": 1\r\n}\r\n"),
      (
        "{\"spinnerVerbs\": {\"mode\":\"append\",\"verbs\":[ \"Mine\" ]}, \"a\": 1}", .none,
        "{\"spinnerVerbs\": {\"mode\":\"append\",\"verbs\":[ \"Mine\" ]}, \"a\": 1}"
      ),
      // Somebody else writes: theirs stays, ours goes.
      (
        "{\n  \"a\": 1\n}\n", .replacing("\"a\": 1", "\"a\": 2,\n  \"b\": 3"),
        "{\n  \"a\": 2,\n  \"b\": 3\n}\n"
      ),
      (
        "{\"spinnerVerbs\": {\"verbs\":[\"Mine\"]}, \"a\": 1}", .replacing("\"a\": 1", "\"a\": 2"),
        "{\"spinnerVerbs\": {\"verbs\":[\"Mine\"]}, \"a\": 2}"
      ),
      // What somebody makes of our value is theirs.
      ("{}", .writing("{\"spinnerVerbs\": \"off\"}"), "{\"spinnerVerbs\": \"off\"}"),
      ("{}", .writing("{broken"), "{broken"), ("{}", .removing, nil),
    ] as [(String?, Change, String?)])
  func whatIsNotOursStays(_ before: String?, _ change: Change, _ after: String?) throws {
    for isReplacedByAnother in [false, true] {
      let project = Project(settings: before)
      try project.run("don", ["masque": "Smith"])
      #expect(project.settings?.contains("Smith:Hammering") == true)
      if isReplacedByAnother { try project.run("don", ["masque": "Scribe"]) }
      project.files[Project.settings] = change.applied(to: project.settings).map { .file(Array($0.utf8)) }
      try project.run("doff")
      #expect(project.settings == after)
    }
  }

  @Test func settingsThatAreNoJSONAreNotWrittenOver() throws {
    let project = Project(settings: "{\"a\": ")
    let error = #expect(throws: CommandError.self) { try project.run("don", ["masque": "Smith"]) }
    #expect(error?.message.contains("settings.local.json") == true)
    #expect(project.settings == "{\"a\": ")
    #expect(try project.run("id")["active"] == .null)
    // A masque without verbs has no business with them.
    try project.run("don", ["masque": "Mute"])
    #expect(project.settings == "{\"a\": ")
  }

  @Test func prependIsAppendThereAndSaidSo() throws {
    let project = Project()
    project.files["/project/personas/pre.masque.yaml"] = .file(
      Array(Project.masque("Pre", 7, verbs: "Going", mode: "prepend").utf8))
    let result = try project.run("don", ["masque": "Pre"])
    #expect(result["warnings"]?[0]?.stringValue?.contains("prepend") == true)
    #expect(project.settings.flatMap { try? JSONValue(parsing: $0) }?["spinnerVerbs"]?["mode"] == "append")
  }
}

@Suite struct AmountTests {
  @Test(
    arguments: [
      ("0", 0, "0.00"), ("12", 12_000_000, "12.00"), ("0.05", 50_000, "0.05"), ("1.250000", 1_250_000, "1.25"),
      ("0.000001", 1, "0.000001"),
      ("340282366920938463463374607431768.211455", .max, "340282366920938463463374607431768.211455"),
    ] as [(String, UInt128, String)])
  func amounts(_ text: String, _ micros: UInt128, _ shown: String) {
    #expect(Amount(text)?.micros == micros)
    #expect(Amount(micros: micros).text == shown)
  }

  @Test(arguments: [
    "", ".", "1.", ".5", "-1", "+1", "1e3", "1.0000001", "1,5", " 1", "340282366920938463463374607431768.211456",
  ])
  func noAmounts(_ text: String) { #expect(Amount(text) == nil) }
}

@Suite struct LifetimeTests {
  @Test(
    arguments: [
      ("2026-01-31T10:00:00Z", "P1M", "2026-02-28T10:00:00Z"), ("2024-01-31T10:00:00Z", "P1M", "2024-02-29T10:00:00Z"),
      ("2024-02-29T00:00:00Z", "P1Y", "2025-02-28T00:00:00Z"), ("2026-12-31T23:59:59Z", "PT1S", "2027-01-01T00:00:00Z"),
      ("2026-01-01T00:00:00Z", "P2W", "2026-01-15T00:00:00Z"),
      ("2026-01-01T00:00:00Z", "PT0.5H", "2026-01-01T00:30:00Z"),
      ("2026-01-01T00:00:00Z", "P1Y2M3DT4H5M6S", "2027-03-04T04:05:06Z"),
      ("2026-01-01T00:00:00Z", "PT0.333H", "2026-01-01T00:19:58Z"), ("2026-01-01T00:00:00Z", "P9000Y", nil),
      ("2026-01-01T00:00:00Z", "PT99999999999999999999S", nil),
    ] as [(String, String, String?)])
  func moments(_ start: String, _ duration: String, _ end: String?) throws {
    let moment = try #require(Timestamp(start)).advanced(by: try #require(MasqueDuration(duration)))
    #expect(moment?.text == end)
  }
}
