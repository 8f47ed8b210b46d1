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

private let path: FilePath = "/opt/bin/masque"
private let donning = Sibling.Order(
  command: "don", argument: ["masque": "Scribe"], folder: "/work", personas: ["/work/personas"],
  settings: SiblingSettings(timeout: 60, grace: 20))

private func sibling(
  _ programs: FakePrograms?, path: String? = "/usr/bin:relative:/opt/bin"
) -> Sibling {
  let environment = ServerEnvironment(variable: { ["PATH": path, "HOME": "/home/a"][$0] ?? nil }, programs: programs)
  return Sibling(MemoryFiles(), environment, Log(standardError: nil))
}

private func run(
  _ order: Sibling.Order = donning, _ script: @escaping @Sendable (FakeProgram) -> Void
) async -> Result<JSONValue, SiblingFault> {
  await sibling(FakePrograms(script)).run(order, nil) { _, _ in }
}

/// What a call of the sibling comes to, whatever the program does.
@Suite(patience) struct SiblingTests {
  @Test func aCall() async throws {
    let told = Mutex<[String]>([])
    let programs = FakePrograms { program in
      program.greet()
      guard let argument = program.input() else { return }
      // Bytes come as they like.
      for byte in Array("{\"progress\": {\"message\": \"é\", \"percentage\": 40}}\r\n".utf8) { program.write([byte]) }
      program.write(
        "\n{\"progress\": {\"message\": \"b\"}}\n{\"later\": 1, \"result\": {\"got\": \(argument.text(.line))}}")
    }
    let sibling = sibling(programs)
    let result = await sibling.run(donning, nil) { message, percentage in
      told.withLock { $0.append("\(message) \(percentage ?? -1)") }
    }
    #expect(try result.get() == ["got": ["masque": "Scribe"]])
    #expect(told.withLock { $0 } == ["é 40", "b -1"])
    #expect(
      programs.starts == [
        FakePrograms.Start(
          path: path, arguments: ["call", "don", "--client", projectVersion, "--personas", "/work/personas"],
          folder: "/work")
      ])
  }

  @Test func aRefusal() async {
    let result = await run { program in
      program.greet()
      program.line(["error": ["reason": "missing-argument", "message": "`don` needs `masque`", "argument": "masque"]])
    }
    #expect(
      result
        == .failure(
          .refused(SiblingRefusal(reason: "missing-argument", message: "`don` needs `masque`", argument: "masque"))))
    guard case .failure(let fault) = result else { return }
    let failure = CommandFailure(fault)
    #expect(failure.missing == "masque" && failure.error.code == .invalidParams)
    #expect(failure.error.data == ["reason": "missing-argument"])
  }

  /// A program that is not the sibling gets no argument, so it can do nothing.
  @Test func strangersGetNothing() async {
    let greetings = [
      "hello\n", "{\"masque\": 1}\n", "[]\n", "{\"result\": {}}\n", "\u{FFFD}\n",
      "{\"masque\": \"0.0.0\", \"protocol\": 1}\n", "{\"masque\": \"\(projectVersion)\", \"protocol\": 2}\n",
    ]
    for greeting in greetings {
      let had = Mutex(false)
      let gone = Gate()
      let result = await run { program in
        program.write(greeting)
        program.signal(SIGTERM)
        had.withLock { $0 = program.hasInput }
        gone.open()
      }
      guard case .failure(.stranger(path, _)) = result else {
        Issue.record("\(greeting): \(result)")
        continue
      }
      await gone.wait()
      #expect(!had.withLock { $0 })
      if case .failure(let fault) = result {
        #expect(fault.message.contains("/opt/bin/masque ") && fault.message.contains("install"), "\(fault.message)")
      }
    }
  }

  @Test(arguments: [
    (ProgramEnd.exited(3), "", "/opt/bin/masque ended with the exit status 3 before it had answered"),
    (.killed(SIGSEGV), "a\nb\n\nc\nd", "/opt/bin/masque was ended by SIGSEGV before it had answered: a / b / c"),
    (.killed(99), "", "/opt/bin/masque was ended by signal 99 before it had answered"),
    (.unknown, "", "/opt/bin/masque ended before it had answered"),
  ])
  func anEndWithoutAnAnswer(_ end: ProgramEnd, _ errors: String, _ message: String) async {
    let result = await run { program in
      program.greet()
      _ = program.input()
      program.end(end, errors)
    }
    guard case .failure(let fault) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(fault.message == message)
    #expect(CommandFailure(fault).error.code == .requestFailed)
  }

  /// An older `masque` knows nothing of calls.
  @Test func anEndWithoutAGreeting() async {
    let result = await run { $0.end(.exited(64), "Error: Unexpected argument 'call'\n") }
    guard case .failure(let fault) = result else { return }
    #expect(
      fault.message.hasPrefix(
        "/opt/bin/masque ended with the exit status 64 before it had said which version it has: Error: Unexpected "
          + "argument 'call'; install the `masque` of version"), "\(fault.message)")
  }

  @Test func garbageAfterTheGreeting() async {
    for line in ["{\"result\": 3}", "{}", "{\"error\": {}}", "\u{1B}[31mno", "{\"result\": {}"] {
      let result = await run { program in
        program.greet()
        program.write(line + "\n")
        program.signal(SIGTERM)
      }
      #expect(result == .failure(.garbled(path, .garbage(line))))
    }
  }

  @Test func floods() async {
    let endlessLine = await run { program in
      program.greet()
      while program.signals.isEmpty { program.write([UInt8](repeating: 0x61, count: 1 << 20)) }
    }
    #expect(endlessLine == .failure(.garbled(path, .longLine)))
    let line = Array("{\"progress\": {\"message\": \"\(String(repeating: "a", count: 1 << 20))\"}}\n".utf8)
    let endlessLines = await run { program in
      program.greet()
      while program.signals.isEmpty { program.write(line) }
    }
    #expect(endlessLines == .failure(.garbled(path, .tooMuch)))
  }

  /// It is asked to end, and is ended if it does not.
  @Test(arguments: [true, false])
  func silence(endsWhenAsked: Bool) async {
    var order = donning
    order.settings.timeout = 1
    let signals = Mutex<[Int32]>([])
    let gone = Gate()
    let result = await run(order) { program in
      program.greet()
      program.signal(endsWhenAsked ? SIGTERM : SIGKILL)
      signals.withLock { $0 = program.signals }
      program.end(.killed(endsWhenAsked ? SIGTERM : SIGKILL))
      gone.open()
    }
    #expect(result == .failure(.silent(path, 1)))
    await gone.wait()
    #expect(signals.withLock { $0 }.prefix(2) == (endsWhenAsked ? [SIGTERM] : [SIGTERM, SIGKILL]))
  }

  /// Progress is a sign of life.
  @Test func slowIsNotSilent() async {
    var order = donning
    order.settings.timeout = 1
    let result = await run(order) { program in
      program.greet()
      for _ in 0..<6 {
        usleep(300_000)
        program.line(["progress": ["message": "still at it"]])
      }
      program.line(["result": [:]])
    }
    #expect(result == .success([:]))
  }

  @Test func cancelling() async {
    // What it says in the end counts: it may have been too late.
    let refusal: JSONValue = ["error": ["reason": "cancelled", "message": "cancelled"]]
    let answers: [(JSONValue?, ErrorCode?)] = [
      (refusal, .requestCancelled), (["result": [:]] as JSONValue, nil), (.none, .requestCancelled),
    ]
    for (answer, expected) in answers {
      let begun = Gate()
      let task = Task.detached {
        await run { program in
          program.greet()
          _ = program.input()
          begun.open()
          program.signal(SIGTERM)
          if let answer { program.line(answer) } else { program.end(.killed(SIGTERM)) }
        }
      }
      await begun.wait()
      task.cancel()
      let result = await task.value
      if case .failure(let fault) = result {
        #expect(CommandFailure(fault).error.code == expected)
      } else {
        #expect(expected == nil && result == .success([:]))
      }
    }
  }

  /// A program that has answered must not stay.
  @Test func lingering() async {
    let ended = Gate()
    let result = await run { program in
      program.greet()
      program.line(["result": ["a": 1]])
      program.signal(SIGKILL)
      ended.open()
    }
    #expect(result == .success(["a": 1]))
    await ended.wait()
  }

  @Test func whatCannotBeStarted() async {
    func fault(_ sibling: Sibling, _ setting: String? = nil) async -> String {
      var order = donning
      order.settings.path = setting
      guard case .failure(let fault) = await sibling.run(order, nil, onProgress: { _, _ in }) else { return "" }
      return fault.message
    }
    #expect(await fault(sibling(nil)).contains("starts no programs"))
    let none = sibling(FakePrograms(executables: []) { _ in })
    #expect(await fault(none).contains("was not found (looked at the folders of PATH); install it beside masque-lsp"))
    for setting in ["/no/masque", "~/bin/masque"] {
      #expect(await fault(none, setting).contains("the setting masque.path names \(setting), which is no program"))
    }
    let refused = FileError(path, .system(ENOEXEC), "Exec format error")
    #expect(
      await fault(sibling(FakePrograms(failure: refused) { _ in }))
        == "/opt/bin/masque can't be started: Exec format error")
    let folder = FileError("/work", .notFound, "No such file or directory")
    #expect(
      await fault(sibling(FakePrograms(failure: folder) { _ in }))
        == "/opt/bin/masque can't be started: /work: No such file or directory")
  }

  @Test func whereItIs() async {
    let found: [(Set<FilePath>, String?, FilePath)] = [
      (["/usr/bin/masque", path], nil, "/usr/bin/masque"), (["relative/masque", path], nil, path),
      (["/x/masque", path], "/x/masque", "/x/masque"), (["/home/a/bin/m"], "~/bin/m", "/home/a/bin/m"),
    ]
    for (executables, setting, expected) in found {
      let programs = FakePrograms(executables: executables) { program in
        program.greet()
        program.line(["result": [:]])
      }
      var order = donning
      order.settings.path = setting
      _ = await sibling(programs).run(order, nil) { _, _ in }
      #expect(programs.starts.map(\.path) == [expected])
    }
  }

  /// What changes something is done one after the other, in the order in which it was wanted; the rest, a few at once.
  @Test func inOrder() async {
    let running = Mutex((now: 0, most: 0, names: [String]()))
    let programs = FakePrograms { program in
      program.greet()
      let name = program.input()?["masque"]?.stringValue ?? ""
      running.withLock { running in
        running.now += 1
        running.most = max(running.most, running.now)
        running.names.append(name)
      }
      usleep(20_000)
      running.withLock { $0.now -= 1 }
      program.line(["result": [:]])
    }
    let sibling = sibling(programs)
    for isChange in [true, false] {
      running.withLock { $0 = (0, 0, []) }
      let names = (0..<8).map { "\($0)" }
      let turns = names.map { isChange ? ($0, sibling.changes.take()) : ($0, nil) }
      await withTaskGroup { group in
        for (name, turn) in turns.reversed() {
          var order = donning
          order.argument = ["masque": .string(name)]
          group.addTask { [order] in _ = await sibling.run(order, turn) { _, _ in } }
        }
      }
      let (_, most, done) = running.withLock { $0 }
      #expect(isChange ? most == 1 && done == names : (2...3).contains(most) && done.count == 8, "\(most) \(done)")
    }
  }

  /// Nobody waits for a turn that is not taken.
  @Test func aCancelledTurnIsPassedOver() async {
    let sibling = sibling(
      FakePrograms { program in
        program.greet()
        program.line(["result": [:]])
      })
    let first = sibling.changes.take()
    let second = sibling.changes.take()
    let third = sibling.changes.take()
    let waiting = Task.detached { await sibling.run(donning, second) { _, _ in } }
    while sibling.changes.waitingCount == 0 { await Task.yield() }
    waiting.cancel()
    #expect(await waiting.value == .failure(.cancelled))
    second.end()
    first.end()
    #expect(await sibling.run(donning, third) { _, _ in } == .success([:]))
  }

  @Test func theServerEnds() async {
    let begun = Gate()
    let gone = Gate()
    let sibling = sibling(
      FakePrograms { program in
        program.greet()
        begun.open()
        program.signal(SIGKILL)
        gone.open()
      })
    let task = Task.detached { await sibling.run(donning, nil) { _, _ in } }
    await begun.wait()
    sibling.close(within: 30)
    #expect(await task.value == .failure(.cancelled))
    await gone.wait()
    #expect(await sibling.run(donning, nil) { _, _ in } == .failure(.cancelled))
  }
}
