import JSON
import MasqueCommands
import MasqueWorkspace
import Testing

private let masque = """
  name: Scribe
  index: 1
  version: "1.0.0"
  ring: player
  intent:
    allowed: ["write *"]
    denied: ["write * without sources"]
  lens: Write.

  """

private func evaluate(_ evaluations: String, _ others: [String: String] = [:]) throws -> JSONValue {
  var texts = ["/work/personas/scribe.masque.yaml": masque, "/work/personas/scribe.eval.yaml": evaluations]
  for (path, text) in others { texts["/work/personas/\(path)"] = text }
  let context = CommandContext(
    files: MemoryFiles(texts: texts), places: MasquePlaces(sharedFolders: ["/work/personas"]))
  let result = try CommandTable.pure.run("eval", ["files": ["personas/scribe.masque.yaml"]], context)
  #expect(EvalCommand.description.resultShape.problems(in: result).isEmpty)
  return result
}

private func cases(_ result: JSONValue) -> [JSONValue] {
  result["files"]?.arrayValue?.first?["cases"]?.arrayValue ?? []
}

private func transcript(_ said: String, _ expectations: String) -> String {
  "transcripts:\n  - name: T\n    turns:\n      - user: the user's word\n      - agent: \(said)\n    expect: {\(expectations)}\n"
}

@Suite struct EvalTests {
  @Test("Phrases are judged as they are when a masque is put on")
  func intents() throws {
    let result = try evaluate(
      """
      intents:
        - {phrase: write the guide, verdict: allowed}
        - {phrase: write the guide without sources, verdict: denied}
        - {phrase: sing, verdict: not-allowed}
        - {phrase: write it without sources, verdict: allowed, because: it is only a draft}
        - {phrase: write a note, verdict: denied}

      """)
    #expect(cases(result).map { $0["passed"] } == [true, true, true, false, false])
    #expect(result["passed"] == 3 && result["failed"] == 2)
    #expect(
      cases(result)[3]["message"]
        == "is denied, not allowed: `write * without sources` (line 7) decides it; it is only a draft")
    #expect(cases(result)[3]["line"] == 5)
  }

  @Test(
    "Expectations of what the agent said",
    arguments: [
      ("I found Two  Defects.", "mention: [two defects]", true), ("none", "mention: [two defects]", false),
      ("fine", "avoid: [perfect]", true), ("It is PERFECT.", "avoid: [perfect]", false),
      ("nothing", "mention: [the user's word]", false), ("line 12", "match: ['line \\d+$']", true),
      ("line twelve", "match: ['line \\d+']", false), ("ok", "reject: ['TODO|FIXME']", true),
      ("a TODO", "reject: ['TODO|FIXME']", false), ("first a, then b", "order: [first, then]", true),
      ("then a, first b", "order: [first, then]", false), ("first and first", "order: [first, first]", true),
      ("first alone", "order: [first, first]", false), ("Größe", "mention: [GRÖSSE]", false),
      ("Ärger", "mention: [ärger]", true),
    ])
  func transcripts(_ said: String, _ expectations: String, _ passes: Bool) throws {
    let result = try evaluate(transcript("\"\(said)\"", expectations))
    #expect((result["failed"] == 0) == passes)
    #expect(!cases(result).isEmpty && cases(result).allSatisfy { $0["kind"] == "transcript" })
  }

  @Test(
    "Transcripts in files",
    arguments: [
      ("notes.txt", "Sources first.", true),
      (
        "run.jsonl",
        #"{"type": "user", "message": {"content": "ask"}}"# + "\n"
          + #"{"type": "assistant", "message": {"content": [{"type": "text", "text": "Sources first."}, {"type": "tool_use"}]}}"#,
        true
      ), ("run.jsonl", #"{"type": "user", "message": {"content": "Sources first."}}"#, false),
      ("run.jsonl", "{torn", false),
    ])
  func files(_ name: String, _ text: String, _ passes: Bool) throws {
    let evaluations = "transcripts:\n  - {name: T, file: \(name), expect: {mention: [sources first]}}\n"
    #expect((try evaluate(evaluations, [name: text])["failed"] == 0) == passes)
  }

  @Test("Nothing outside the folder is read", arguments: ["../secret.txt", "/work/secret.txt", "a/../../secret.txt"])
  func outside(_ path: String) throws {
    let result = try evaluate(
      "transcripts:\n  - {name: T, file: \(path), expect: {mention: [x]}}\n", ["../secret.txt": "x"])
    #expect(result["failed"] == 1)
    #expect(cases(result)[0]["message"]?.stringValue?.contains("leads out of the folder") == true)
  }

  @Test(
    "A file that can't be used is a failure with its line",
    arguments: [
      ("intents: [", 1), ("intents:\n  - {phrase: a}\n", 2), ("", 1),
      ("intents:\n  - {phrase: a, verdict: maybe}\n", 2),
      ("transcripts:\n  - {name: T, expect: {mention: [a]}}\n", 2), (transcript("a", "match: ['(']"), 6),
    ])
  func broken(_ text: String, _ line: Int) throws {
    let result = try evaluate(text)
    #expect(result["failed"]?.integerValue ?? 0 > 0)
    #expect(cases(result)[0]["kind"] == "file" && cases(result)[0]["line"]?.integerValue == Int64(line))
  }

  @Test("All of them, and who has none")
  func all() throws {
    let files = MemoryFiles(texts: [
      "/work/personas/scribe.masque.yaml": masque,
      "/work/personas/scribe.eval.yaml": "intents:\n  - {phrase: write, verdict: allowed}\n",
      "/work/personas/bare.masque.yaml": masque.replacing("Scribe", with: "Bare").replacing(
        "index: 1", with: "index: 2"),
    ])
    let context = CommandContext(files: files, places: MasquePlaces(sharedFolders: ["/work/personas"]))
    let result = try CommandTable.pure.run("eval", nil, context)
    #expect(result["files"]?.arrayValue?.count == 1 && result["without"] == ["personas/bare.masque.yaml"])
    #expect(throws: CommandError.self) {
      try CommandTable.pure.run("eval", ["files": ["personas/bare.masque.yaml"]], context)
    }
    #expect(throws: CommandError.self) { try CommandTable.pure.run("eval", ["files": ["nowhere"]], context) }
  }
}
