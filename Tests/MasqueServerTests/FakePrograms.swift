import Foundation
import JSON
import MasqueModel
import MasqueWorkspace
import Synchronization

@testable import MasqueServer

/// Programs that a test writes in Swift.
final class FakePrograms: Programs {
  /// A start that somebody asked for.
  struct Start: Hashable {
    var path: FilePath
    var arguments: [String]
    var folder: FilePath
  }

  private let script: @Sendable (FakeProgram) -> Void
  private let executables: Set<FilePath>
  private let failure: FileError?
  private let log = Mutex<[Start]>([])

  /// Programs.
  ///
  /// - Parameters:
  ///   - executables: the files that can be run.
  ///   - failure: why nothing can be started.
  ///   - script: what each of them does, on a thread of its own.
  init(
    executables: Set<FilePath> = ["/opt/bin/masque"], failure: FileError? = nil,
    _ script: @escaping @Sendable (FakeProgram) -> Void
  ) {
    self.executables = executables
    self.failure = failure
    self.script = script
  }

  /// What was started, in order.
  var starts: [Start] { log.withLock { $0 } }

  func isExecutable(_ path: FilePath) -> Bool { executables.contains(path) }

  func start(
    _ program: FilePath, _ arguments: [String], in folder: FilePath
  ) throws(FileError) -> any RunningProgram {
    if let failure { throw failure }
    log.withLock { $0.append(Start(path: program, arguments: arguments, folder: folder)) }
    return FakeProgram(arguments, folder, script)
  }
}

/// A program that runs, as its script sees it.
final class FakeProgram: RunningProgram {
  let arguments: [String]
  let folder: FilePath
  private let script: @Sendable (FakeProgram) -> Void
  private let condition = NSCondition()
  private let state = Mutex(State())

  private struct State {
    var receive: (@Sendable (ProgramEvent) -> Void)?
    var input: [UInt8]?
    var signals: [Int32] = []
    var isOver = false
  }

  init(_ arguments: [String], _ folder: FilePath, _ script: @escaping @Sendable (FakeProgram) -> Void) {
    self.arguments = arguments
    self.folder = folder
    self.script = script
  }

  // MARK: What the server sees

  func follow(_ receive: @escaping @Sendable (ProgramEvent) -> Void) {
    state.withLock { $0.receive = receive }
    _ = startThread { [self] in
      script(self)
      end(.exited(0))
    }
  }

  func finishInput(_ bytes: [UInt8]) { change { if $0.input == nil { $0.input = bytes } } }
  func terminate() { change { $0.signals.append(SIGTERM) } }
  func kill() { change { $0.signals.append(SIGKILL) } }

  private func change(_ body: (inout State) -> Void) {
    condition.lock()
    state.withLock { body(&$0) }
    condition.broadcast()
    condition.unlock()
  }

  // MARK: What a script does

  /// The command that it is called for.
  var command: String { arguments.count > 1 ? arguments[1] : "" }

  func write(_ text: String) { write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) { state.withLock { $0.receive }?(.output(bytes)) }

  func line(_ json: JSONValue) { write(json.text(.line) + "\n") }

  func greet(_ version: String = projectVersion, lines: Int64 = 1) {
    line(["masque": .string(version), "protocol": .integer(lines)])
  }

  /// Ends the program; whatever it does afterwards is not noticed.
  func end(_ end: ProgramEnd, _ errors: String = "") {
    let receive = state.withLock { state in
      defer { state.isOver = true }
      return state.isOver ? nil : state.receive
    }
    receive?(.ended(end, errors: errors))
    state.withLock { $0.receive = nil }
  }

  private func wait<Value>(for value: (State) -> Value?) -> Value? {
    let end = Date(timeIntervalSinceNow: 60)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let value = state.withLock({ value($0) }) { return value }
      if !condition.wait(until: end) { return nil }
    }
  }

  /// The argument, once it has come.
  func input() -> JSONValue? { wait { $0.input }.flatMap { try? JSONValue(parsing: $0) } }

  /// Whether the argument has come.
  var hasInput: Bool { state.withLock { $0.input != nil } }

  /// Waits for a signal.
  func signal(_ number: Int32) { _ = wait { $0.signals.contains(number) ? true : nil } }

  /// The signals that have come.
  var signals: [Int32] { state.withLock { $0.signals } }
}

/// What a test waits for, without a thread.
final class Gate: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self) }

  func open() { continuation.finish() }
  func wait() async { for await _ in stream {} }
}
