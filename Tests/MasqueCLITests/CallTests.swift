import JSON
import MasqueCLI
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import Synchronization
import Testing

@Suite struct CallTests {
  private func lines(_ outcome: Outcome) throws -> [JSONValue] {
    try outcome.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  private func call(_ arguments: [String], input: String = "", isAskedToEnd: Bool = false) -> Outcome {
    run(files(), arguments: ["call"] + arguments, input: input, isAskedToEnd: isAskedToEnd)
  }

  @Test func aResult() throws {
    for input in ["{\"masque\": \"scribe\"}", " {\"masque\":1}\n"] {
      let outcome = call(["inspect", "--client", projectVersion], input: input)
      let lines = try lines(outcome)
      #expect(lines.count == 2 && outcome.status == .success && outcome.error.isEmpty)
      #expect(lines.first == ["masque": .string(projectVersion), "protocol": 1])
      #expect(lines.last?["result"]?["masque"]?["name"] == "Scribe")
      #expect(InspectCommand.description.resultShape.problems(in: lines.last?["result"] ?? .null) == [])
    }
    #expect(try lines(call(["list"])).last?["result"]?["masques"]?.arrayValue?.isEmpty == false)
  }

  @Test(arguments: [
    (["inspect"], "{}", "missing-argument", "`inspect` needs `masque`"),
    (["inspect"], "{\"masque\": \"nobody\"}", "not-found", "nobody"),
    (["inspect"], "{\"masque\"", "invalid-arguments", "no JSON"),
    (["inspect"], "[]", "invalid-arguments", "one object"),
    (["inspct"], "", "unknown-command", "did you mean `inspect`?"),
    (["list", "--client", "0.0.0"], "", "version-mismatch", "0.0.0"),
  ])
  func anError(_ arguments: [String], _ input: String, _ reason: String, _ words: String) throws {
    let outcome = call(arguments, input: input)
    #expect(outcome.status == .usage && outcome.error.isEmpty)
    let error = try #require(try lines(outcome).last?["error"])
    #expect(error["reason"]?.stringValue == reason)
    #expect(error["message"]?.stringValue?.contains(words) == true, "\(error)")
    #expect(error["argument"]?.stringValue == (reason == "missing-argument" ? "masque" : nil))
  }

  @Test func nothingIsDoneForWhomHasLeft() throws {
    let files = files()
    let outcome = run(files, arguments: ["call", "new"], input: "{\"name\": \"X\"}", isAskedToEnd: true)
    #expect(try lines(outcome).last?["error"]?["reason"] == "cancelled" && outcome.status == .usage)
    #expect(files.text(of: "personas/x.masque.yaml") == nil)
    #expect(run(files, arguments: ["call", "list"], failure: .closed).status == .success)
  }

  @Test func theParserKnowsItToo() {
    #expect(call(["--help"]).output.contains("USAGE: masque call"))
    #expect(call(["list", "--client=0.0.0"]).output.contains("version-mismatch"))
    #expect(call([]).status == .usage && call(["list", "--clinet", "1"]).status == .usage)
  }

  @Test func errorsAsJSON() throws {
    let outcome = run(files(), arguments: ["inspect", "nobody", "--json"])
    #expect(try lines(outcome).last?["error"]?["reason"] == "not-found")
    #expect(outcome.error.hasPrefix("masque: no masque is called `nobody`") && outcome.status == .usage)
    let usage = run(files(), arguments: ["inspect", "--json", "--colour"])
    #expect(try lines(usage).last?["error"]?["reason"] == "invalid-arguments" && usage.status == .usage)
    #expect(usage.error.contains("Unknown option '--colour'"))
  }

  /// docs/calling.md lists every reason.
  @Test func everyReasonHasItsCode() {
    let reasons: [CommandError.Reason] = [
      .unknownCommand, .invalidArguments, .missingArgument("x"), .notFound, .unfitMasque, .file, .refused,
      .paymentRequired, .unavailable, .cancelled, .versionMismatch,
    ]
    #expect(Set(reasons.map(\.code)).count == reasons.count)
  }
}
