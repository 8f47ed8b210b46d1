import Foundation
import JSON
import MasqueModel
import MasqueWorkspace
import Synchronization
import SystemIO
import Testing

@testable import MasqueServer

/// Siblings that are processes of this machine: shell scripts that do what a program should not do.
@Suite(patience) struct SystemProgramsTests {
  private static let greeting = "echo '{\"masque\":\"\(projectVersion)\",\"protocol\":1}'\n"

  /// Calls a script.
  private func call(
    _ script: String, argument: JSONValue = ["masque": "Scribe"], timeout: Int = 60,
    _ body: (Task<Result<JSONValue, SiblingFault>, Never>, URL) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sibling é \(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("masque")
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: file)
    try #require(chmod(file.path, 0o755) == 0)
    let environment = ServerEnvironment(programs: SystemPrograms())
    let sibling = Sibling(MemoryFiles(), environment, Log(standardError: nil))
    let order = Sibling.Order(
      command: "don", argument: argument, folder: FilePath(folder.path),
      settings: SiblingSettings(path: file.path, timeout: timeout, grace: 200))
    let task = Task.detached { await sibling.run(order, nil) { _, _ in } }
    try await body(task, folder)
    _ = await task.value
  }

  private func fault(_ script: String, timeout: Int = 60) async throws -> SiblingFault? {
    var fault: SiblingFault?
    try await call(script, timeout: timeout) { task, _ in
      if case .failure(let error) = await task.value { fault = error }
    }
    return fault
  }

  private func wait(for condition: () -> Bool) async -> Bool {
    let start = ContinuousClock.now
    while !condition(), ContinuousClock.now - start < .seconds(30) { try? await Task.sleep(for: .milliseconds(10)) }
    return condition()
  }

  @Test func whatAProgramGets() async throws {
    setenv("MASQUES_TEST_INHERITED", "yes", 1)
    // More than a pipe holds, both ways.
    let text = String(repeating: "é\u{1F3AD}", count: 200_000)
    let script =
      Self.greeting + """
        input=$(cat)
        printf '{"result":{"got":%s,"folder":"%s","arguments":"%s","inherited":"%s","open":"%s","group":"%s"}}\\n' \
          "$input" "$PWD" "$*" "$MASQUES_TEST_INHERITED" "$(echo $(ls /proc/self/fd | grep -vE '^[0-3]$'))" \
          "$([ "$(ps -o pgid= -p $$ | tr -d ' ')" = $$ ] && echo own)"
        """
    let extra = open("/dev/null", O_RDONLY)
    defer { close(extra) }
    try await call(script, argument: ["masque": .string(text)]) { task, folder in
      let result = try await task.value.get()
      #expect(result["got"]?["masque"]?.stringValue == text)
      #expect(result["folder"]?.stringValue?.hasSuffix(folder.lastPathComponent) == true)
      #expect(result["arguments"]?.stringValue == "call don --client \(projectVersion)")
      #expect(result["inherited"] == "yes" && result["open"] == "" && result["group"] == "own")
    }
  }

  @Test(arguments: [
    ("exit 0", "ended with the exit status 0 before it had said which version it has"),
    ("echo oh no >&2; exit 7", "ended with the exit status 7 before it had said which version it has: oh no"),
    ("GREET kill -SEGV $$", "was ended by SIGSEGV before it had answered"),
    ("GREET exec 0<&-; exit 5", "ended with the exit status 5 before it had answered"),
    ("GREET echo '{'", "says what nobody understands: {"),
    ("GREET exec 1>&- 2>&-; exit 4", "ended with the exit status 4"),
    ("GREET cat >/dev/null; yes | tr -d '\\n'", "a line of its output does not end"),
    ("GREET cat >/dev/null; yes '{\"progress\":{\"message\":\"a\"}}'", "its output does not end"),
    ("yes", "is not the program that this server knows, and says: y"),
    ("GREET yes >&2 & sleep 0.2; kill $!; exit 9", "ended with the exit status 9 before it had answered: y / y / y"),
  ])
  func faults(_ script: String, _ words: String) async throws {
    let fault = try await fault(script.replacing("GREET ", with: Self.greeting))
    #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "a result")")
  }

  /// A program that ignores SIGTERM, and what it has started, are ended all the same.
  @Test func sleepingForEver() async throws {
    let script =
      Self.greeting + """
        trap '' TERM
        sleep 1000 & echo $! > child
        echo $$ > self
        while :; do sleep 1000; done
        """
    try await call(script, timeout: 1) { task, folder in
      #expect(await task.value == .failure(.silent(FilePath(folder.path + "/masque"), 1)))
      for name in ["self", "child"] {
        let number = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        let process = try #require(pid_t(number.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(await wait { !isRunning(process) })
      }
    }
  }

  @Test func cancelling() async throws {
    let script =
      Self.greeting + """
        trap 'echo "{\\"error\\":{\\"reason\\":\\"cancelled\\",\\"message\\":\\"I was asked to\\"}}"; exit 2' TERM
        cat >/dev/null
        touch ready
        while :; do sleep 0.01; done
        """
    try await call(script) { task, folder in
      #expect(await wait { FileManager.default.fileExists(atPath: folder.appendingPathComponent("ready").path) })
      task.cancel()
      #expect(
        await task.value == .failure(.refused(SiblingRefusal(reason: "cancelled", message: "I was asked to"))))
    }
  }

  /// A daemon that a program leaves behind keeps its streams open; nobody waits for it.
  @Test func whatIsLeftBehind() async throws {
    let script =
      Self.greeting + """
        cat >/dev/null
        (sleep 20; echo late) &
        echo $! > child
        exit 3
        """
    let start = ContinuousClock.now
    try await call(script) { task, folder in
      guard case .failure(let fault) = await task.value else { return }
      #expect(fault.message.contains("exit status 3"))
      #expect(ContinuousClock.now - start < .seconds(15))
      let number = try String(contentsOf: folder.appendingPathComponent("child"), encoding: .utf8)
      if let process = pid_t(number.trimmingCharacters(in: .whitespacesAndNewlines)) { kill(process, SIGKILL) }
    }
  }

  @Test func whatCannotBeStarted() async throws {
    let programs = SystemPrograms()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sibling-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("masque")
    try Data("no program".utf8).write(to: file)
    let path = FilePath(file.path)
    #expect(!programs.isExecutable(path) && !programs.isExecutable(FilePath(folder.path)))
    #expect(!programs.isExecutable("/no/such/masque") && programs.isExecutable("/bin/sh"))
    chmod(file.path, 0o755)
    for (program, folder, culprit) in [
      (path, FilePath(folder.path), path), ("/no/such/masque", "/", "/no/such/masque"), ("/bin/sh", "/no", "/no"),
    ] as [(FilePath, FilePath, FilePath)] {
      let error = #expect(throws: FileError.self) { try programs.start(program, [], in: folder) }
      #expect(error?.path == culprit)
      #expect(error?.message == (program == path ? "Exec format error" : "No such file or directory"))
    }
  }

  /// Nothing is kept of programs that are gone. Other tests have descriptors of their own, so the pipes are told apart by
  /// what the programs say of them.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd"), "there is no /proc/self/fd"))
  func descriptorsAreGivenBack() async throws {
    func open() -> Set<String> {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
      return Set(names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") })
    }
    // While a command's output goes elsewhere, some shells' own does, too.
    let script = """
      pipes=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2); echo "$pipes" >pipes
      cat >/dev/null; echo '{"result":{}}'
      """
    var pipes: Set<String> = []
    for _ in 0..<30 {
      try await call(Self.greeting + script) { task, folder in
        #expect(await task.value == .success([:]))
        let text = try String(contentsOf: folder.appendingPathComponent("pipes"), encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.hasPrefix("pipe:") })
        pipes.formUnion(lines)
      }
    }
    #expect(pipes.count == 90)
    #expect(await wait { open().isDisjoint(with: pipes) })
  }
}
