import JSON
import MasqueCommands
import MasqueWorkspace
import Synchronization

extension Audience {
  /// Where telemetry is.
  func folder() throws(CommandError) -> FilePath {
    guard let home else {
      throw CommandError(.notFound, "it is not known where telemetry is: set `MASQUES_HOME`, or `HOME`")
    }
    return home.appending("telemetry".utf8)
  }

  func start(
    _ arguments: AudienceStartCommand.Arguments, _ context: CommandContext
  ) throws(CommandError) -> AudienceStartCommand.Result {
    let folder = try folder()
    if let receiver = try receiver(context) { return .init(receiver: receiver, started: false) }
    let program = try requiredProgram()
    var words = ["serve", "--detach"]
    if let port = arguments.port { words += ["--port", String(port)] }
    if let port = arguments.healthPort { words += ["--health-port", String(port)] }
    let logLength = context.files.stamp(of: folder.appending("audience.log".utf8))?.length ?? 0
    let (end, errors) = try run(program, words)
    guard end == .exited(0) else {
      throw CommandError(.unavailable, "the receiver can't be started: \(lastLine(errors))")
    }
    // It answers when it listens; a debug build on a busy machine takes a second.
    for _ in 0..<1_000 {
      if let receiver = try receiver(context), system.ask(receiver.healthPort) != nil {
        return .init(receiver: receiver, started: true)
      }
      system.pause(10)
      if try !isHeld(context), let error = try latestError(context, behind: logLength) {
        throw CommandError(.unavailable, "the receiver can't be started: \(error)")
      }
    }
    throw CommandError(
      .unavailable, "the receiver does not answer; \(context.shown(folder.appending("audience.log".utf8))) may say why")
  }

  /// The program `masque-audience`.
  func requiredProgram() throws(CommandError) -> FilePath {
    guard let program, system.programs.isExecutable(program) else {
      let place = program.map { ": \($0) is not there" } ?? ""
      throw CommandError(.notFound, "the program `masque-audience` is missing\(place); install it beside `masque`")
    }
    return program
  }

  func stop(_ context: CommandContext) throws(CommandError) -> AudienceStopCommand.Result {
    guard let receiver = try receiver(context) else { return .init(stopped: false) }
    guard system.terminate(Int32(clamping: receiver.pid)) else { return .init(stopped: false) }
    for _ in 0..<2_000 {
      if try !isHeld(context) { return .init(stopped: true) }
      system.pause(10)
    }
    throw CommandError(
      .unavailable,
      "the receiver (process \(receiver.pid)) is asked to end but does not; `kill -9 \(receiver.pid)` loses nothing"
    )
  }

  func status(_ context: CommandContext) throws(CommandError) -> AudienceStatusCommand.Result {
    let folder = try folder()
    let receiver = try receiver(context)
    let answer = receiver.flatMap { system.ask($0.healthPort) }.flatMap { try? JSONValue(parsing: $0) }
    var result = AudienceStatusCommand.Result(
      receiver: receiver, figures: answer.flatMap { try? JSONValueDecoder().decode(AudienceFigures.self, from: $0) },
      problem: answer?["problem"]?.stringValue, folder: context.shown(folder), files: [])
    if receiver != nil, answer == nil { result.problem = "the receiver runs but does not answer" }
    let entries = (try? context.files.entries(of: folder)) ?? []
    let names = entries.filter { $0.kind == .file }.map { String(decoding: $0.name, as: UTF8.self) }
    for name in names.filter({ $0.hasSuffix(".jsonl") }).sorted() {
      guard let stamp = context.files.stamp(of: folder.appending(name.utf8)) else { continue }
      result.files.append(.init(name: name, bytes: Int(clamping: stamp.length)))
    }
    return result
  }

  /// The receiver that runs, by what it has written about itself; nil where none does.
  func receiver(_ context: CommandContext) throws(CommandError) -> AudienceReceiver? {
    guard try isHeld(context) else { return nil }
    let path = try folder().appending("audience.json".utf8)
    guard let bytes = try? context.files.read(path, maximumLength: 1 << 16),
      let state = try? JSONValue(parsing: bytes),
      let pid = state["pid"]?.integerValue, let port = state["port"]?.integerValue,
      let healthPort = state["healthPort"]?.integerValue
    else { return nil }
    return AudienceReceiver(
      pid: Int(clamping: pid), port: Int(clamping: port), healthPort: Int(clamping: healthPort),
      since: state["since"]?.stringValue ?? "", program: state["version"]?.stringValue ?? "")
  }

  /// Whether a receiver runs: it holds a lock, which the system takes from it when it ends, however it ends.
  private func isHeld(_ context: CommandContext) throws(CommandError) -> Bool {
    let path = try folder().appending("audience.lock".utf8)
    // Looking must not leave anything behind.
    guard (try? context.files.kind(of: path, followingLinks: false)) == .file else { return false }
    do throws(FileError) {
      _ = try context.files.lock(path, waiting: 0)
      return false
    } catch {
      if error.reason == .busy { return true }
      throw CommandError(.file, "\(context.shown(path)): \(error.message)")
    }
  }

  /// Runs a program to its end.
  func run(_ program: FilePath, _ arguments: [String]) throws(CommandError) -> (end: ProgramEnd, errors: String) {
    let (end, _, errors) = try runForOutput(program, arguments)
    return (end, errors)
  }

  /// Runs a program to its end and keeps what it writes.
  func runForOutput(
    _ program: FilePath, _ arguments: [String]
  ) throws(CommandError) -> (end: ProgramEnd, output: [UInt8], errors: String) {
    let running: any RunningProgram
    do throws(FileError) {
      running = try system.programs.start(program, arguments, in: projectFolder)
    } catch {
      throw CommandError(.unavailable, "\(program) can't be started: \(error.message)")
    }
    final class Outcome: Sendable {
      let value = Mutex<(output: [UInt8], end: (ProgramEnd, String)?)>(([], nil))
    }
    let outcome = Outcome()
    running.finishInput([])
    running.follow { event in
      outcome.value.withLock { value in
        switch event {
        case .output(let bytes): value.output += bytes
        case .ended(let end, let errors): value.end = (end, errors)
        }
      }
    }
    while true {
      let (output, end) = outcome.value.withLock { $0 }
      if let end { return (end.0, output, end.1) }
      system.pause(2)
    }
  }

  /// Why the receiver has ended at once, from what its log has got since it was started.
  private func latestError(_ context: CommandContext, behind length: Int64) throws(CommandError) -> String? {
    let log = try folder().appending("audience.log".utf8)
    guard let bytes = try? context.files.read(log, maximumLength: 8 << 20) else { return nil }
    // A long log is begun anew.
    let fresh = bytes.count >= length ? bytes.dropFirst(Int(clamping: length)) : bytes[...]
    let lines = String(decoding: fresh.suffix(4_096), as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.last { $0.contains("error: ") }.map { lastLine(String($0)) }
  }
}

/// The last line of a program's log, without its time and the word `error`.
func lastLine(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it does not say why"
  guard let place = line.firstRange(of: "error: ") else { return line }
  return String(line[place.upperBound...])
}
