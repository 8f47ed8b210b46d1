import Foundation
import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import SourceText
import Synchronization
import Testing

@testable import MasqueServer

private let uri = "file:///work/personas/scribe.masque.yaml"

private func masque(_ name: String = "Scribe", _ index: Int = 1) -> String {
  "name: \(name)\nindex: \(index)\nversion: \"1.0.0\"\nring: player\nintent:\n  allowed: [\"write *\"]\nlens: Look.\n"
}

private func memory(_ more: [String: String] = [:]) -> MemoryFiles {
  MemoryFiles(
    texts: [
      "/work/personas/scribe.masque.yaml": masque(), "/work/personas/poet.masque.yaml": masque("Poet", 2),
      "/home/a/.masques/notary.masque.yaml": masque("Notary"),
    ].merging(more) { $1 })
}

private func sessionFile(_ name: String?, _ source: String = "shared", until expiry: String? = nil) -> [UInt8] {
  var session = SessionFile()
  if let name {
    var active = SessionFile.Active(name: name, source: source, donnedAt: "2026-01-01T00:00:00Z")
    active.file = source == "shared" ? "personas/\(name.lowercased()).masque.yaml" : nil
    active.expiresAt = expiry
    session.active = active
  }
  return Array(session.yaml.utf8)
}

private let sessionPath: FilePath = "/work/.claude/masque.session.yaml"

/// A sibling that does what it is told, as far as a test can see.
private func obedient(_ files: MemoryFiles) -> FakePrograms {
  FakePrograms { program in
    program.greet()
    guard let argument = program.input() else { return }
    switch program.command {
    case "don":
      let name = argument["uri"]?.stringValue?.contains("poet") == true ? "Poet" : "Scribe"
      try? files.write(sessionPath, sessionFile(name))
      program.line([
        "result": [
          "version": 1, "active": ["name": .string(name), "version": "1.0.0", "ring": "player"], "ended": nil,
          "text": "<masque-active>", "warnings": ["the spinner verbs are appended"], "got": argument,
        ]
      ])
    case "doff", "id":
      try? files.write(sessionPath, sessionFile(nil))
      program.line([
        "result": [
          "version": 1, "warnings": [],
          "ended": [
            "name": "Scribe", "end": program.command == "id" ? "expired" : "doffed", "seconds": 130, "price": "0.25",
            "paid": "0.25", "score": ["composite": 7.25, "recommendation": "keep"],
          ],
        ]
      ])
    case "new":
      program.line(["result": ["masque": ["file": "personas/new.masque.yaml"], "got": argument]])
    default: program.line(["result": ["got": argument]])
    }
  }
}

private func started(
  _ programs: FakePrograms, _ files: MemoryFiles, now: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: 0) }
) throws -> Session {
  try Session(
    files: files,
    environment: ServerEnvironment(
      variable: { ["HOME": "/home/a", "PATH": "/opt/bin"][$0] }, programs: programs, now: now))
}

extension Session {
  @discardableResult
  fileprivate func start(_ command: String, _ argument: JSONValue? = nil, token: JSONValue? = nil) -> RequestID {
    var params: JSONValue = ["command": .string("masque.\(command)")]
    if let argument { params["arguments"] = [argument] }
    if let token { params["workDoneToken"] = token }
    return post("workspace/executeCommand", params)
  }

  fileprivate func run(_ command: String, _ argument: JSONValue? = nil) async -> Result<JSONValue, ResponseError>? {
    await response(to: start(command, argument))?.outcome
  }

  /// What people are told next.
  fileprivate func told() async -> JSONValue? { await notification("window/showMessage") }

  /// The titles of a document's lenses.
  fileprivate func lenses(_ uri: String = uri) async -> [String] {
    let lenses = try? await request("textDocument/codeLens", ["textDocument": ["uri": .string(uri)]])?.get()
    return (lenses?.arrayValue ?? []).compactMap { $0["command"]?["title"]?.stringValue }
  }

  /// Asks for lenses until they are as expected, anew only when the server has asked for that. Tells whether they are, and
  /// whether the server had asked for it since the message `start`.
  fileprivate func lenses(refreshedAs expected: [String], since start: Int) async -> Bool {
    var answered = 0
    // The first reading's refresh may come in between, and each change has one.
    for _ in 0..<4 {
      let titles = await lenses()
      let refreshes = received[start...].compactMap { message -> RequestMessage? in
        if case .request(let request) = message, request.method == "workspace/codeLens/refresh" { request } else { nil }
      }
      for refresh in refreshes[answered...] { reply(refresh, nil) }
      if titles == expected { return !refreshes.isEmpty }
      if refreshes.count > answered {
        answered = refreshes.count
      } else {
        reply(await asked("workspace/codeLens/refresh"), nil)
        answered += 1
      }
    }
    return false
  }

  /// Waits for lenses: those that are there come from what was read last.
  fileprivate func lenses(_ uri: String = uri, until expected: [String]) async -> Bool {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(30) {
      if await lenses(uri) == expected { return true }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return false
  }
}

private func failure(_ outcome: Result<JSONValue, ResponseError>?) -> ResponseError? {
  if case .failure(let error) = outcome { error } else { nil }
}

@Suite(patience) struct SiblingCommandTests {
  @Test func anArgumentAndItsResult() async throws {
    let files = memory(["/other/x": ""])
    let programs = obedient(files)
    let session = try started(programs, files)
    try await session.initialize(folders: ["file:///other", "file:///work"])
    let result = try #require(
      try await session.run("don", ["uri": .string(uri), "intent": "write a letter"])?.get())
    #expect(result["got"] == ["uri": .string(uri), "intent": "write a letter"])
    #expect(result["text"] == "<masque-active>")
    let start = try #require(programs.starts.first)
    // The folder is that of the document, not the first one.
    #expect(start.folder == "/work" && start.path == "/opt/bin/masque")
    #expect(start.arguments == ["call", "don", "--client", projectVersion, "--personas", "/work/personas"])
    // What is wrong with an argument is found without a program.
    #expect(failure(await session.run("pin", ["masqe": "x"]))?.message.contains("did you mean `masque`?") == true)
    #expect(failure(await session.run("doff", ["uri": 3]))?.code == .invalidParams)
    #expect(programs.starts.count == 1)
    #expect(await session.end() == 0)
  }

  @Test func whichFolderIsWorkedIn() async throws {
    let files = memory(["/work/inner/personas/x.masque.yaml": masque("X")])
    let programs = obedient(files)
    let session = try started(programs, files)
    try await session.initialize(folders: ["file:///other", "file:///work", "file:///work/inner"])
    for argument: JSONValue in [
      ["uri": "file:///work/inner/personas/x.masque.yaml"], ["masque": "/work/personas/poet.masque.yaml"],
      ["masque": "Notary"], ["uri": "file:///home/a/.masques/notary.masque.yaml"],
    ] { _ = await session.run("don", argument) }
    _ = await session.run("doff", ["uri": .string(uri)])
    _ = await session.run("doff")
    #expect(programs.starts.map(\.folder) == ["/work/inner", "/work", "/other", "/other", "/work", "/other"])
    #expect(await session.end() == 0)
    // Without a workspace, the folder that a library is for.
    let alone = try started(programs, files)
    try await alone.initialize()
    _ = await alone.run("don", ["uri": .string(uri)])
    #expect(programs.starts.last?.folder == "/work")
    #expect(await alone.end() == 0)
  }

  @Test func theOpenMasqueIsMeant() async throws {
    let files = memory()
    let session = try started(obedient(files), files)
    try await session.initialize(folders: ["file:///work"])
    session.open(uri, masque())
    #expect(try await session.run("don")?.get()["got"] == ["uri": .string(uri)])
    #expect(try await session.run("pin", [:])?.get()["got"] == ["masque": .string(uri)])
    #expect(try await session.run("doff")?.get()["ended"]?["name"] == "Scribe")
    #expect(await session.end() == 0)
  }

  @Test func aMasqueIsAskedFor() async throws {
    let files = memory()
    let session = try started(
      FakePrograms { program in
        program.greet()
        if let masque = program.input()?["masque"] {
          program.line(["result": ["got": masque]])
        } else {
          program.line(["error": ["reason": "missing-argument", "message": "needs `masque`", "argument": "masque"]])
        }
      }, files)
    try await session.initialize(folders: ["file:///work"])
    let id = session.start("don")
    let question = await session.asked("window/showMessageRequest")
    #expect(question?.params?["message"] == "Don a Masque: which masque?")
    // While somebody thinks, others get on.
    #expect(try await session.run("pin", ["masque": "Poet"])?.get() == ["got": "Poet"])
    session.reply(question, ["title": "Poet"])
    let result = try await session.response(to: id)?.outcome.get()
    #expect(result == ["got": "/work/personas/poet.masque.yaml"])
    // A client that can't be asked, and a person who does not answer.
    for (answer, code): (Result<JSONValue, ResponseError>, ErrorCode) in [
      (.failure(ResponseError(.methodNotFound, "no")), .invalidParams), (.success(nil), .requestCancelled),
    ] {
      let id = session.start("don")
      if let question = await session.asked("window/showMessageRequest") {
        session.send(.response(ResponseMessage(id: question.id, answer)))
      }
      let error = failure(await session.response(to: id)?.outcome)
      #expect(error?.code == code && error?.message.contains("needs `masque`") == true)
    }
    #expect(await session.end() == 0)
  }

  @Test func whatIsNotSavedIsRefused() async throws {
    let files = memory()
    let programs = obedient(files)
    let session = try started(programs, files)
    try await session.initialize(folders: ["file:///work"])
    session.open(uri, masque())
    session.change(uri, version: 2, [change((0, 6, 0, 12), "Bard")])
    for (command, argument): (String, JSONValue) in [
      ("don", ["uri": .string(uri)]), ("don", ["masque": "scribe"]), ("don", ["masque": "Scribe@1.0.0"]),
      ("don", ["masque": "personas/scribe.masque.yaml"]), ("pin", [:]), ("don", [:]),
    ] {
      let error = failure(await session.run(command, argument))
      #expect(
        error?.message
          == "`\(command)` takes what is on disk, and scribe.masque.yaml has changes that are not saved: save first")
      #expect(error?.data == ["reason": "unsaved"])
    }
    session.open("untitled:Untitled-1", masque("Draft", 9))
    #expect(
      failure(await session.run("don", ["uri": "untitled:Untitled-1"]))?.message.hasSuffix("save first") == true)
    #expect(programs.starts.isEmpty)
    // Others are not concerned, and neither is this one once it is saved.
    #expect(failure(await session.run("don", ["masque": "Poet"])) == nil)
    try files.write("/work/personas/scribe.masque.yaml", [0xEF, 0xBB, 0xBF] + Array(masque("Bard").utf8))
    #expect(failure(await session.run("don", ["uri": .string(uri)])) == nil)
    #expect(await session.end() == 0)
  }

  /// Whatever the sibling does, the client has an answer, and the next command is done.
  @Test func theServerLives() async throws {
    let faults: [(@Sendable (FakeProgram) -> Void, String)] = [
      ({ $0.end(.killed(SIGSEGV)) }, "was ended by SIGSEGV"), ({ $0.write("what?\n") }, "says: what?"),
      ({ $0.greet("9.9.9") }, "has version 9.9.9"), ({ _ in }, "ended with the exit status 0"),
      (
        { program in
          program.greet()
          program.write([UInt8](repeating: 0, count: 17 << 20))
        }, "a line of its output does not end"
      ),
      (
        { program in
          program.greet()
          program.line(["error": ["reason": "refused", "message": "the ring is closed"]])
        }, "the ring is closed"
      ),
    ]
    let next = Mutex(0)
    let files = memory()
    let programs = FakePrograms { program in
      let number = next.withLock { number in
        defer { number += 1 }
        return number
      }
      if number < faults.count { return faults[number].0(program) }
      program.greet()
      program.line(["result": ["fine": true]])
    }
    let session = try started(programs, files)
    try await session.initialize(folders: ["file:///work"])
    for (_, words) in faults {
      let error = failure(await session.run("don", ["masque": "Poet"]))
      #expect(error?.code == .requestFailed && error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    #expect(try await session.run("don", ["masque": "Poet"])?.get() == ["fine": true])
    #expect(try await session.run("list")?.get() != nil)
    #expect(await session.end() == 0)
  }

  // MARK: Progress and the end

  @Test func progressByTheClientsToken() async throws {
    let gate = Gate()
    let files = memory()
    let session = try started(
      FakePrograms { program in
        program.greet()
        program.line(["progress": ["message": "looking"]])
        program.line(["progress": ["message": "paying", "percentage": 50]])
        program.signal(SIGTERM)
        program.line(["error": ["reason": "cancelled", "message": "cancelled before anything was changed"]])
        gate.open()
      }, files)
    try await session.initialize(folders: ["file:///work"])
    let id = session.start("don", ["masque": "Poet"], token: "t")
    var seen: [JSONValue] = []
    while seen.count < 3, let params = await session.notification("$/progress") {
      #expect(params["token"] == "t")
      if let value = params["value"] { seen.append(value) }
    }
    #expect(seen.first?["kind"] == "begin" && seen.first?["cancellable"] == true)
    #expect(seen.dropFirst().map { $0["message"]?.stringValue } == ["looking", "paying"])
    #expect(seen.last?["percentage"] == 50)
    session.notify("window/workDoneProgress/cancel", ["token": "t"])
    let error = failure(await session.response(to: id)?.outcome)
    #expect(error?.code == .requestCancelled && error?.message == "cancelled before anything was changed")
    await gate.wait()
    #expect(await session.end() == 0)
  }

  @Test func progressByOurToken() async throws {
    let files = memory()
    let isShown = Gate()
    let go = DispatchSemaphore(value: 0)
    let session = try started(
      FakePrograms { program in
        program.greet()
        program.line(["progress": ["message": "looking", "percentage": 30]])
        _ = go.wait(timeout: .now() + 60)
        program.line(["result": [:]])
        isShown.open()
      }, files)
    try await session.initialize(["window": ["workDoneProgress": true]], folders: ["file:///work"])
    let id = session.start("don", ["masque": "Poet"])
    session.reply(await session.asked("window/workDoneProgress/create"), nil)
    #expect(await session.notification("$/progress")?["value"]?["title"] == "Don a Masque")
    #expect(await session.notification("$/progress")?["value"]?["message"] == "looking")
    go.signal()
    #expect(try await session.response(to: id)?.outcome.get() == [:])
    #expect(await session.end() == 0)
  }

  @Test func cancellingTheRequest() async throws {
    let (begun, gone) = (Gate(), Gate())
    let files = memory()
    let session = try started(
      FakePrograms { program in
        program.greet()
        begun.open()
        program.signal(SIGTERM)
        gone.open()
      }, files)
    try await session.initialize(folders: ["file:///work"])
    let id = session.start("don", ["masque": "Poet"])
    await begun.wait()
    session.notify("$/cancelRequest", ["id": id.json])
    #expect(code(await session.response(to: id)?.outcome) == -32800)
    await gone.wait()
    #expect(await session.end() == 0)
  }

  @Test func theSessionEnds() async throws {
    let (begun, gone) = (Gate(), Gate())
    let files = memory()
    let session = try started(
      FakePrograms { program in
        program.greet()
        begun.open()
        program.signal(SIGTERM)
        gone.open()
      }, files)
    try await session.initialize(folders: ["file:///work"])
    session.start("don", ["masque": "Poet"])
    await begun.wait()
    #expect(await session.end() == 0)
    await gone.wait()
  }

  // MARK: What people see

  @Test func resultsAreShown() async throws {
    let files = memory()
    let session = try started(obedient(files), files)
    try await session.initialize(["window": ["showDocument": ["support": true]]], folders: ["file:///work"])
    session.start("don", ["uri": .string(uri), "show": true])
    var told = await session.told()
    #expect(told?["message"] == "You wear Scribe 1.0.0 (player).\nthe spinner verbs are appended.")
    #expect(told?["type"] == 2)
    session.start("doff", ["uri": .string(uri), "show": true])
    told = await session.told()
    #expect(told?["message"] == "Scribe is off after 2 min; it cost 0.25 USD; it scored 7.3 (keep).")
    #expect(told?["type"] == 3)
    session.start("new", ["name": "New", "show": true])
    let shown = await session.asked("window/showDocument")
    #expect(shown?.params?["uri"] == "file:///work/personas/new.masque.yaml")
    session.reply(shown, ["success": true])
    #expect(await session.end() == 0)
  }

  @Test func lensesFollowWhatIsWorn() async throws {
    let files = memory()
    let session = try started(obedient(files), files)
    try await session.initialize(
      ["workspace": ["codeLens": ["refreshSupport": true]]], folders: ["file:///work"])
    let poet = "file:///work/personas/poet.masque.yaml"
    let notary = "file:///home/a/.masques/notary.masque.yaml"
    session.open(uri, masque())
    session.open(poet, masque("Poet", 2))
    session.open(notary, masque("Notary"))
    #expect(await session.lenses(until: ["Don", "Score", "Preview"]))
    var before = session.received.count
    let donning = session.start("don", ["uri": .string(uri)])
    #expect(try await session.response(to: donning)?.outcome.get() != nil)
    #expect(await session.lenses(refreshedAs: ["Doff", "Score", "Preview"], since: before))
    #expect(await session.lenses(poet) == ["Don", "Score", "Preview"])
    // A masque that is worn is `self`.
    #expect(try await session.run("inspect", ["masque": "self"])?.get()["masque"]?["name"] == "Scribe")
    before = session.received.count
    let doffing = session.start("doff", ["uri": .string(uri)])
    #expect(try await session.response(to: doffing)?.outcome.get() != nil)
    #expect(await session.lenses(refreshedAs: ["Don", "Score", "Preview"], since: before))
    #expect(failure(await session.run("inspect", ["masque": "self"]))?.message.contains("no masque is worn") == true)
    // Somebody else, in a terminal; the client does not tell.
    try files.write(sessionPath, sessionFile("Notary", "private"))
    #expect(await session.lenses(notary, until: ["Doff", "Score", "Preview"]))
    #expect(await session.lenses() == ["Don", "Score", "Preview"])
    #expect(await session.end() == 0)
  }

  @Test func clientsTellOfTheSession() async throws {
    let files = memory()
    let session = try started(obedient(files), files)
    let dynamic: JSONValue = ["dynamicRegistration": true]
    try await session.initialize(
      ["workspace": ["didChangeWatchedFiles": dynamic, "codeLens": ["refreshSupport": true]]],
      folders: ["file:///work"])
    session.reply(await session.asked("client/registerCapability"), nil)
    session.open(uri, masque())
    #expect(await session.lenses(until: ["Don", "Score", "Preview"]))
    try files.write(sessionPath, sessionFile("Scribe"))
    session.notify(
      "workspace/didChangeWatchedFiles",
      ["changes": [["uri": "file:///work/.claude/masque.session.yaml", "type": 1]]])
    session.reply(await session.asked("workspace/codeLens/refresh"), nil)
    #expect(await session.lenses() == ["Doff", "Score", "Preview"])
    // One that can't be understood says nothing.
    try files.write(sessionPath, Array("active: [".utf8))
    session.notify(
      "workspace/didChangeWatchedFiles",
      ["changes": [["uri": "file:///work/.claude/masque.session.yaml", "type": 2]]])
    session.reply(await session.asked("workspace/codeLens/refresh"), nil)
    #expect(await session.lenses() == ["Don", "Score", "Preview"])
    #expect(await session.end() == 0)
  }

  // MARK: Lifetimes

  @Test(arguments: [true, false])
  func aLifetimeThatIsOverIsSettledOnce(works: Bool) async throws {
    let files = memory()
    try files.write(sessionPath, sessionFile("Scribe", until: "2026-01-01T08:00:00Z"))
    let end = try #require(Timestamp("2026-01-01T08:00:00Z")).seconds
    // A second is left; the clock goes on as time does.
    let start = ContinuousClock.now
    let now = { @Sendable in Timestamp(seconds: end - 1 + (ContinuousClock.now - start).components.seconds) }
    let willing = obedient(files)
    let programs = works ? willing : FakePrograms { $0.end(.exited(1)) }
    let session = try started(programs, files, now: now)
    try await session.initialize(["workspace": ["codeLens": ["refreshSupport": true]]], folders: ["file:///work"])
    session.open(uri, masque())
    session.reply(await session.asked("workspace/codeLens/refresh"), nil)
    #expect(await session.lenses() == ["Doff", "Score", "Preview"])
    if works {
      let told = await session.told()
      #expect(told?["message"]?.stringValue?.hasPrefix("The lifetime of Scribe is over after 2 min; ") == true)
      #expect(await session.lenses(until: ["Don", "Score", "Preview"]))
    } else {
      while programs.starts.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      for _ in 0..<20 { _ = await session.lenses() }
    }
    #expect(programs.starts.map { $0.arguments[1] } == ["id"])
    #expect(programs.starts.first?.folder == "/work")
    #expect(await session.end() == 0)
  }
}
