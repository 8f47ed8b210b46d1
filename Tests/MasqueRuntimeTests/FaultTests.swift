import JSON
import MasqueCommands
import MasqueWorkspace
import Testing

/// A don or a doff that is cut short anywhere leaves the old state or the new one, and no money is lost.
@Suite struct FaultTests {
  /// What is done, after what, and what may be worn afterwards.
  struct Scenario: CustomStringConvertible {
    var description: String
    var before: [(command: String, argument: JSONValue)]
    var command: (name: String, argument: JSONValue)
    var old: String?
    var new: String?
    var seconds: Int64 = 90
  }

  static let scenarios = [
    Scenario(
      description: "don", before: [], command: ("don", ["masque": "Smith", "intent": "write it"]), old: nil,
      new: "Smith"),
    Scenario(
      description: "don over another", before: [("don", ["masque": "Smith"])], command: ("don", ["masque": "Scribe"]),
      old: "Smith", new: "Scribe"),
    Scenario(
      description: "don of one without verbs over another", before: [("don", ["masque": "Smith"])],
      command: ("don", ["masque": "Mute"]), old: "Smith", new: "Mute"),
    Scenario(
      description: "doff", before: [("don", ["masque": "Smith"])], command: ("doff", [:]), old: "Smith", new: nil),
    Scenario(
      description: "expiry", before: [("don", ["masque": "Brief"])], command: ("id", [:]), old: nil, new: nil,
      seconds: 3_600),
    Scenario(
      description: "an agent's session", before: [("don", ["masque": "Smith"])],
      command: ("hook.sessionStart", ["session": "s"]), old: "Smith", new: "Smith"),
  ]

  @Test(arguments: scenarios, FailingFiles.Failure.allCases)
  func nothingIsLost(_ scenario: Scenario, _ failure: FailingFiles.Failure) throws {
    for initial in ["{\n  \"env\": {\"A\": \"1\"}\n}\n", nil] {
      var count = 0
      while true {
        var project = Project(settings: initial)
        project.files["/project/personas/brief.masque.yaml"] = .file(
          Array(Project.masque("Brief", 4, ttl: "PT10M", verbs: "Hurrying").utf8))
        for step in scenario.before { try project.run(step.command, step.argument) }
        project.now += scenario.seconds
        let files = FailingFiles(project.files, failure, after: count)
        var isDone = false
        do {
          try project.run(scenario.command.name, scenario.command.argument, on: files)
          isDone = true
        } catch {
          #expect(files.hasFailed, "\(error)")
        }
        let place = "\(scenario), \(failure) at \(count)"
        try check(
          project, scenario, isDone, initial, place, isKilled: failure == .killedAfter || failure == .killedBefore)
        if !files.hasFailed { break }
        count += 1
        try #require(count < 100, "no end")
      }
      #expect(count > 2)
    }
  }

  /// What holds after the next command.
  private func check(
    _ project: Project, _ scenario: Scenario, _ isDone: Bool, _ initial: String?, _ place: String, isKilled: Bool
  ) throws {
    let now = try project.run("id")
    let worn = now["active"]?["name"]?.stringValue
    #expect(worn == scenario.old || worn == scenario.new, "\(place): \(worn ?? "none")")
    if isDone { #expect(worn == scenario.new, "\(place)") }

    // What others see: the verbs of what is worn, and the session file.
    let verbs = project.settings.flatMap { try? JSONValue(parsing: $0) }?["spinnerVerbs"]?["verbs"]?[0]?.stringValue
    let expected: [String?: String] = ["Smith": "Smith:Hammering", "Scribe": "Scribe:Writing"]
    #expect(verbs == expected[worn], "\(place): \(project.settings ?? "no settings")")
    if worn == nil { #expect(project.settings == initial, "\(place)") }
    let session = project.files.text(of: Project.sessionFile).flatMap { SessionFile(Array($0.utf8)) }
    #expect(session?.active?.name == worn, "\(place)")

    // And it all comes to the same end: each session has one hold and one payment, or none and nothing.
    let active = now["active"]?["session"]?.stringValue
    var money = movements(project)
    #expect(money.ends.values.allSatisfy { $0 == 1 }, "\(place)")
    if let active { #expect(money.holds[active] == 1 && money.ends[active] == nil, "\(place)") }
    _ = try project.run("doff")
    money = movements(project)
    #expect(money.holds.values.allSatisfy { $0 == 1 }, "\(place)")
    #expect(money.ends.values.allSatisfy { $0 == 1 }, "\(place)")
    #expect(Set(money.holds.keys).isSubset(of: money.ends.keys), "\(place): \(project.ledgerLines)")
    #expect(project.settings == initial, "\(place): after doff")
    #expect(try project.run("id")["active"] == .null)
  }

  /// How many holds, and how many payments and releases, there are of each session.
  private func movements(_ project: Project) -> (holds: [String: Int], ends: [String: Int]) {
    var (holds, ends): ([String: Int], [String: Int]) = ([:], [:])
    for line in project.ledgerLines {
      if let session = line["hold"]?["session"]?.stringValue { holds[session, default: 0] += 1 }
      let end = line["payment"]?["settlement"]?["hold"]?["session"] ?? line["release"]
      if let session = end?.stringValue { ends[session, default: 0] += 1 }
    }
    return (holds, ends)
  }
}
