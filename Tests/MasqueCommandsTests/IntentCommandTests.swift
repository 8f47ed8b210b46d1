import JSON
import MasqueCommands
import MasqueWorkspace
import Testing

private let text = """
  name: Scribe
  index: 1
  version: "1.0.0"
  ring: player
  intent:
    allowed:
      - "write *"
      - "{draft,write} letters"
    denied:
      - "write * without sources"
      - &all "* secretly *"
  lens: Write so that nobody has to ask twice.
  """

private func location(_ line: Int) -> JSONValue {
  ["file": "personas/scribe.masque.yaml", "line": .integer(Int64(line)), "column": 7]
}

@Suite struct IntentExplainTests {
  let scribe = context(["personas/scribe.masque.yaml": text])

  private func explain(_ phrase: String) throws -> JSONValue {
    try run("intent.explain", ["phrase": .string(phrase), "masque": "Scribe"], scribe)
  }

  @Test func allowed() throws {
    #expect(
      try explain(" Write  LETTERS ") == [
        "version": 1, "verdict": "allowed", "pattern": "write *", "location": location(7),
        "matches": [
          ["pattern": "write *", "list": "allowed", "location": location(7)],
          ["pattern": "{draft,write} letters", "list": "allowed", "location": location(8)],
        ], "nearest": nil,
      ])
  }

  @Test func denied() throws {
    let result = try explain("write it secretly without sources")
    #expect(result["verdict"] == "denied" && result["pattern"] == "write * without sources")
    #expect(result["location"] == location(10) && result["nearest"] == .null)
    #expect(
      result["matches"]?.arrayValue?.map { $0["list"]?.stringValue } == ["allowed", "denied", "denied"])
  }

  @Test func notAllowed() throws {
    let result = try explain("drift letters")
    #expect(
      result == [
        "version": 1, "verdict": "not-allowed", "pattern": nil, "location": nil, "matches": [],
        "nearest": ["pattern": "{draft,write} letters", "location": location(8)],
      ])
    // The keys stand in their order, null ones as well.
    #expect(result.objectValue?.keys == ["version", "verdict", "pattern", "location", "matches", "nearest"])
  }

  @Test func withoutAListOfWhatIsAllowed() throws {
    let files = ["a.masque.yaml": masque("Free", allowed: nil, denied: ["rush *"])]
    let result = try run(
      "intent.explain", ["phrase": "sing", "masque": "a.masque.yaml"], context(files))
    #expect(result["verdict"] == "allowed" && result["pattern"] == .null && result["matches"] == [])
    #expect(result["nearest"]?["pattern"] == "rush *")
  }

  @Test func columnsAreScalars() throws {
    let files = ["a.masque.yaml": "\u{FEFF}{name: É🎭, intent: {allowed: [x, 'sing *']}}"]
    let result = try run(
      "intent.explain", ["phrase": "sing", "uri": "file:///work/a.masque.yaml"], context(files))
    #expect(result["location"] == ["file": "a.masque.yaml", "line": 1, "column": 35])
  }

  @Test func aliasesStandWhereTheyAreWritten() throws {
    let files = ["a.masque.yaml": "a: &p 'sing *'\nintent:\n  allowed:\n    - *p\n"]
    let result = try run(
      "intent.explain", ["phrase": "sing", "masque": "a.masque.yaml"], context(files))
    #expect(result["location"] == ["file": "a.masque.yaml", "line": 4, "column": 7])
  }

  /// What can't be read could deny anything.
  @Test(arguments: [
    ("name: A\n", "a.masque.yaml has no intent to ask"),
    ("intent:\n  allowed: ['*']\n  denied:\n    - 'a[b'\n", "a.masque.yaml can't be asked: line 4: "),
    ("intent:\n  allowed: ['*']\n  denied: [{a: b}]\n", "a.masque.yaml can't be asked: line "),
    ("intent:\n  allowed: ['*']\n  denied: all\n", "a.masque.yaml can't be asked: line "),
  ])
  func unreadableIntents(_ text: String, _ message: String) {
    let error = failure(
      "intent.explain", ["phrase": "x", "masque": "a.masque.yaml"], context(["a.masque.yaml": text])
    )
    #expect(error?.message.hasPrefix(message) == true && error?.reason == .unfitMasque, "\(String(describing: error))")
  }
}

@Suite struct IntentDiffTests {
  private func compare(
    _ before: ([String]?, [String]), _ after: ([String]?, [String]), failOnWidening: Bool? = nil
  ) throws -> JSONValue {
    var arguments: JSONValue = ["before": "a.masque.yaml", "after": "b.masque.yaml"]
    if let failOnWidening { arguments["failOnWidening"] = .bool(failOnWidening) }
    return try run(
      "intent.diff", arguments,
      context([
        "a.masque.yaml": masque("A", allowed: before.0, denied: before.1),
        "b.masque.yaml": masque("B", allowed: after.0, denied: after.1),
      ]))
  }

  @Test func equal() throws {
    let result = try compare((["{a,b} x"], []), (["b x", "a x"], ["c *"]), failOnWidening: true)
    #expect(result["relation"] == "equal" && result["widens"] == false && result["failed"] == false)
    #expect(result["gained"] == .null && result["lost"] == .null)
    #expect(result["before"]?["name"] == "A" && result["after"]?["file"] == "b.masque.yaml")
  }

  @Test func narrower() throws {
    let result = try compare((["write *"], []), (["write *"], ["write poems"]), failOnWidening: true)
    #expect(result["relation"] == "narrower" && result["lost"] == "write poems" && result["failed"] == false)
  }

  @Test func wider() throws {
    for flag in [nil, false, true] {
      let result = try compare((["write *"], []), (["write *", "sing"], []), failOnWidening: flag)
      #expect(result["relation"] == "wider" && result["gained"] == "sing" && result["widens"] == true)
      #expect(result["failed"] == .bool(flag == true))
    }
  }

  @Test func incomparable() throws {
    let result = try compare((["write *"], []), (["sing"], []), failOnWidening: true)
    #expect(result["relation"] == "incomparable" && result["gained"] == "sing" && result["failed"] == true)
    #expect(result["lost"]?.stringValue?.hasPrefix("write") == true)
  }

  /// What the budget does not suffice for is not said to be safe.
  @Test func undecided() throws {
    let hard = "*" + String(repeating: "?", count: 400) + "a" + String(repeating: "?", count: 400)
    let result = try compare((["*b" + hard], []), (["*a" + hard + "b*"], []), failOnWidening: true)
    if result["relation"] == "undecided" {
      #expect(result["failed"] == true)
    } else {
      #expect(result["widens"]?.boolValue != nil)
    }
  }
}
