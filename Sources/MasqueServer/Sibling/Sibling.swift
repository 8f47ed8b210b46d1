import JSON
import MasqueModel
import MasqueWorkspace
import Synchronization

/// The program `masque`, which does what this server does not do itself: whatever wears, pays or scores. It is a process
/// of its own, so that what goes wrong in it leaves the editor's session alone. Any thread may use it.
final class Sibling: Sendable {
  /// The order of the commands that change something: one after the other, as the client has sent them.
  let changes = Turns(capacity: 1)
  /// The commands that change nothing: a few at once.
  private let others = Turns(capacity: 3)
  private let programs: (any Programs)?
  private let files: any Files
  private let environment: ServerEnvironment
  private let log: Log
  private let state = Mutex(State())

  private struct State {
    var calls: [Int: SiblingCall] = [:]
    var lastNumber = 0
    var isClosed = false
  }

  /// More than so many commands don't wait.
  private static let maximumWaiting = 64

  /// A sibling that has not been looked for.
  init(_ files: any Files, _ environment: ServerEnvironment, _ log: Log) {
    programs = environment.programs
    self.files = files
    self.environment = environment
    self.log = log
  }

  /// What is to be called.
  struct Order: Sendable {
    /// The command's name.
    var command: String
    /// Its argument.
    var argument: JSONValue
    /// The folder that is worked in.
    var folder: FilePath
    /// The folders of shared masques.
    var personas: [FilePath] = []
    /// What the settings say.
    var settings = SiblingSettings()
  }

  /// Runs a command. When the task is cancelled, the program is asked to end; what it says then is the outcome.
  ///
  /// - Parameters:
  ///   - order: the command.
  ///   - turn: when it is to be done; nil for a command that changes nothing. The turn is over when the program is gone.
  ///   - onProgress: is told what the program is at.
  /// - Returns: its result, an object.
  func run(
    _ order: Order, _ turn: Turn?, onProgress: @escaping @Sendable (_ message: String, _ percentage: Int?) -> Void
  ) async -> Result<JSONValue, SiblingFault> {
    let turn = turn ?? others.take()
    guard changes.waitingCount + others.waitingCount < Self.maximumWaiting else { return .failure(.busy) }
    await turn.come()
    if Task.isCancelled { return .failure(.cancelled) }
    do throws(SiblingFault) {
      let call = try start(order, turn, onProgress)
      return await withTaskCancellationHandler {
        await call.outcome
      } onCancel: {
        call.cancel()
      }
    } catch {
      turn.end()
      return .failure(error)
    }
  }

  private func start(
    _ order: Order, _ turn: Turn, _ onProgress: @escaping @Sendable (_ message: String, _ percentage: Int?) -> Void
  ) throws(SiblingFault) -> SiblingCall {
    guard let programs else { throw .noPrograms }
    let path = try place(order.settings.path, programs)
    var arguments = ["call", order.command, "--client", projectVersion]
    for folder in order.personas { arguments += ["--personas", folder.description] }
    let program: any RunningProgram
    do throws(FileError) {
      program = try programs.start(path, arguments, in: order.folder)
    } catch {
      throw .notStarted(path, error.path == path ? error.message : error.description)
    }
    let patience = SiblingCall.Patience(
      silence: .seconds(order.settings.timeout), grace: .milliseconds(order.settings.grace))
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    let call = SiblingCall(
      program, path, input: Array(order.argument.text(.line).utf8), patience, onProgress: onProgress
    ) { [self] errors in
      turn.end()
      state.withLock { $0.calls[number] = nil }
      if !errors.isEmpty { log.note("\(path) \(order.command): \(errors)") }
    }
    let isClosed = state.withLock { state in
      state.calls[number] = call
      return state.isClosed
    }
    call.begin()
    if isClosed { call.kill() }
    return call
  }

  // MARK: Where it is

  /// Looks for the program: where the setting says, else beside this one, else in `PATH`.
  private func place(_ setting: String?, _ programs: any Programs) throws(SiblingFault) -> FilePath {
    if let setting {
      var path = FilePath(setting)
      if setting.hasPrefix("~/"), let home = environment.variable("HOME") {
        path = FilePath(home).appending(setting.dropFirst(2).utf8)
      }
      guard path.isAbsolute, programs.isExecutable(path) else { throw .unfitSetting(setting) }
      return path
    }
    var places: [String] = []
    if let own = runningProgram(files) {
      let path = own.parent.appending("masque".utf8)
      if programs.isExecutable(path) { return path }
      places.append("\(path) (beside this server)")
    }
    // A folder that is relative would be another one in every workspace.
    for folder in (environment.variable("PATH") ?? "").split(separator: ":").map({ FilePath(String($0)) })
    where folder.isAbsolute {
      let path = folder.appending("masque".utf8)
      if programs.isExecutable(path) { return path }
    }
    throw .absent(places + ["the folders of PATH"])
  }

  // MARK: The end

  /// Asks whatever runs to end, and starts nothing more that lasts.
  func stop() {
    let calls = state.withLock { state in
      state.isClosed = true
      return Array(state.calls.values)
    }
    for call in calls { call.cancel() }
  }

  /// Ends whatever runs at once.
  func kill() {
    stop()
    for call in state.withLock({ Array($0.calls.values) }) { call.kill() }
  }

  /// Asks whatever runs to end, waits for it, and ends what is still there then. Blocks.
  ///
  /// - Parameter milliseconds: how long is waited at most.
  func close(within milliseconds: Int = 1_000) {
    stop()
    let end = ContinuousClock.now + .milliseconds(milliseconds)
    while ContinuousClock.now < end, state.withLock({ !$0.calls.isEmpty }) { pause(milliseconds: 5) }
    kill()
  }
}

/// What a person's settings say about the sibling.
struct SiblingSettings: Sendable, Hashable {
  /// Where it is, as it was written; nil to look for it.
  var path: String?
  /// For how many seconds it may say nothing.
  var timeout = 120
  /// How many milliseconds it has to end once it is asked to. No setting.
  var grace = 5_000
}
