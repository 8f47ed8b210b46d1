import JSON
import MasqueModel
import MasqueWorkspace
import Synchronization

/// One call of the sibling, from its start to its end. Whatever the program does, or leaves undone, the call comes to an
/// outcome.
final class SiblingCall: Sendable {
  /// How long is waited.
  struct Patience: Sendable, Hashable {
    /// For the next word.
    var silence = Duration.seconds(120)
    /// For the end of a program that was asked to end, or has answered.
    var grace = Duration.seconds(5)
  }

  private struct State {
    var output = SiblingOutput()
    var isGreeted = false
    var outcome: Result<JSONValue, SiblingFault>?
    /// Why the program was asked to end.
    var reason: SiblingFault?
    var isGone = false
    var lastWord = ContinuousClock.now
    var waiting: CheckedContinuation<Result<JSONValue, SiblingFault>, Never>?
  }

  /// The program's file.
  let path: FilePath
  private let program: any RunningProgram
  private let input: [UInt8]
  private let patience: Patience
  private let state = Mutex(State())
  private let onProgress: @Sendable (_ message: String, _ percentage: Int?) -> Void
  private let onEnd: @Sendable (_ errors: String) -> Void

  /// A call of a program that has been started.
  ///
  /// - Parameters:
  ///   - program: the program.
  ///   - path: its file.
  ///   - input: what it is given once it has proved to be the sibling. A stranger gets nothing, and so can do no harm.
  ///   - patience: how long is waited.
  ///   - onProgress: is told what the program is at.
  ///   - onEnd: is called once the program is gone, with what it has complained of.
  init(
    _ program: any RunningProgram, _ path: FilePath, input: [UInt8], _ patience: Patience,
    onProgress: @escaping @Sendable (_ message: String, _ percentage: Int?) -> Void,
    onEnd: @escaping @Sendable (_ errors: String) -> Void
  ) {
    self.program = program
    self.path = path
    self.input = input
    self.patience = patience
    self.onProgress = onProgress
    self.onEnd = onEnd
  }

  /// Begins to listen.
  func begin() {
    // Held by the thread that reads, until the program is gone.
    program.follow { [self] in receive($0) }
    let silence = SiblingFault.silent(path, Int(patience.silence.components.seconds))
    Task.detached { [weak self] in
      while let rest = self?.patienceLeft {
        if rest <= .zero { self?.stop(silence) }
        try? await Task.sleep(for: max(rest, .milliseconds(1)))
      }
    }
  }

  /// What comes of it.
  var outcome: Result<JSONValue, SiblingFault> {
    get async {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state in
          if state.outcome == nil { state.waiting = continuation }
          return state.outcome
        }
        if let known { continuation.resume(returning: known) }
      }
    }
  }

  /// Asks the program to end. If it ends without an answer, or does not end, the outcome is that it was cancelled.
  func cancel() { stop(.cancelled) }

  /// Ends the program at once.
  func kill() {
    program.kill()
    resolve(.failure(.cancelled))
  }

  /// Whether the program is gone.
  var isGone: Bool { state.withLock { $0.isGone } }

  // MARK: What the program does

  private func receive(_ event: ProgramEvent) {
    switch event {
    case .output(let bytes):
      let (lines, problem) = state.withLock { state in
        guard state.outcome == nil else { return ([SiblingOutput.Line](), nil as SiblingOutput.Problem?) }
        state.lastWord = ContinuousClock.now
        return state.output.read(bytes)
      }
      for line in lines { take(line) }
      if let problem { fail(problem) }
    case .ended(let end, let errors):
      let (last, reason, isGreeted) = state.withLock { state in
        state.isGone = true
        let last = Result { () throws(SiblingOutput.Problem) in try state.output.finish() }
        return (last, state.reason, state.isGreeted)
      }
      if case .success(let line?) = last { take(line) }
      let fault: SiblingFault =
        if case .exited = end, !isGreeted {
          .stranger(path, SiblingFault.words(end, errors, before: "it had said which version it has"))
        } else {
          .ended(path, end, errors)
        }
      resolve(.failure(reason ?? fault))
      onEnd(errors)
    }
  }

  private func take(_ line: SiblingOutput.Line) {
    switch line {
    case .greeting(let version, let lines):
      if lines != 1 {
        refuse("speaks version \(lines) of the lines of `masque call`, and this server version 1")
      } else if version != projectVersion {
        refuse("has version \(version), and this server version \(projectVersion)")
      } else {
        state.withLock { $0.isGreeted = true }
        program.finishInput(input)
      }
    case .progress(let message, let percentage): onProgress(message, percentage)
    case .result(let result): answer(.success(result))
    case .failure(let refusal): answer(.failure(.refused(refusal)))
    }
  }

  private func answer(_ outcome: Result<JSONValue, SiblingFault>) {
    resolve(outcome)
    // What it still does is of no consequence, but it must not stay.
    Task.detached { [weak self, grace = patience.grace] in
      try? await Task.sleep(for: grace)
      self?.stop(.cancelled)
    }
  }

  private func refuse(_ words: String) {
    resolve(.failure(.stranger(path, words)))
    stop(.cancelled)
  }

  private func fail(_ problem: SiblingOutput.Problem) {
    let isGreeted = state.withLock { $0.isGreeted }
    if !isGreeted, case .garbage(let line) = problem {
      refuse("is not the program that this server knows, and says: \(line)")
      return
    }
    resolve(.failure(.garbled(path, problem)))
    stop(.cancelled)
  }

  // MARK: The end

  private func resolve(_ outcome: Result<JSONValue, SiblingFault>) {
    let waiting = state.withLock { state in
      guard state.outcome == nil else { return nil as CheckedContinuation<Result<JSONValue, SiblingFault>, Never>? }
      state.outcome = outcome
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume(returning: outcome)
  }

  private var patienceLeft: Duration? {
    state.withLock { state in
      if state.isGone || state.outcome != nil || state.reason != nil { return nil }
      return patience.silence - (ContinuousClock.now - state.lastWord)
    }
  }

  /// Asks the program to end, and ends it if it does not.
  private func stop(_ reason: SiblingFault) {
    let isFirst = state.withLock { state in
      guard !state.isGone, state.reason == nil else { return false }
      state.reason = reason
      return true
    }
    guard isFirst else { return }
    program.terminate()
    Task.detached { [weak self, program, grace = patience.grace] in
      try? await Task.sleep(for: grace)
      program.kill()
      self?.resolve(.failure(reason))
    }
  }
}
