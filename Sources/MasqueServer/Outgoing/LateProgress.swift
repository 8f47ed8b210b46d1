import LanguageServerProtocol
import Synchronization

/// Work that is shown as under way only once it has taken so long that somebody may wonder, and only after the client has
/// taken the token.
final class LateProgress: Sendable {
  private struct State {
    var isAsked = false
    var isOver = false
    var isStopped = false
    var shown: WorkProgress?
    /// What was reported last.
    var last: (percent: Int?, message: String)?
  }

  private let title: String
  private let connection: ClientConnection
  private let begun = ContinuousClock.now
  private let state = Mutex(State())
  private let onStop: @Sendable () -> Void

  /// How long work may take without being shown.
  private static let patience = Duration.milliseconds(100)

  /// The progress of work that begins now.
  ///
  /// - Parameters:
  ///   - title: what the work is.
  ///   - connection: the way to the client.
  ///   - onStop: is called when the author stops the work.
  init(_ title: String, _ connection: ClientConnection, onStop: @escaping @Sendable () -> Void) {
    self.title = title
    self.connection = connection
    self.onStop = onStop
  }

  /// Says how much is done.
  ///
  /// - Parameters:
  ///   - percent: 0 to 100; nil if nobody knows.
  ///   - message: what is being done.
  /// - Returns: whether to go on.
  @discardableResult
  func report(_ percent: Int?, _ message: String) -> Bool {
    let (shown, isAsking, isStopped) = state.withLock { state in
      let isAsking = !state.isAsked && ContinuousClock.now - begun > Self.patience
      if isAsking { state.isAsked = true }
      state.last = (percent, message)
      return (state.shown, isAsking, state.isStopped)
    }
    if isAsking { ask() }
    if isStopped { return false }
    shown?.report(percent, message)
    return true
  }

  /// Shows the work in time even if nothing is reported.
  func showInTime() {
    Task.detached { [weak self] in
      try? await Task.sleep(for: Self.patience)
      guard let self else { return }
      let isAsking = state.withLock { state in
        defer { state.isAsked = true }
        return !state.isAsked && !state.isOver
      }
      if isAsking { ask() }
    }
  }

  /// Says that the work is over.
  func end() {
    let shown = state.withLock { state in
      state.isOver = true
      return state.shown
    }
    shown?.end()
  }

  private func ask() {
    let token = connection.nextToken()
    // Retained by the task alone: a client that never answers keeps nothing but this.
    Task.detached { [self] in
      let params = LSP.WorkDoneProgressCreateParams(token: token)
      guard (try? await connection.request(LSP.WorkDoneProgressCreateRequest.self, params)) != nil else { return }
      state.withLock { state in
        if state.isOver { return }
        let shown = WorkProgress(token, title: title, connection) { [self] in stop() }
        if let (percent, message) = state.last { shown.report(percent, message) }
        state.shown = shown
      }
    }
  }

  private func stop() {
    let isNews = state.withLock { state in
      defer { state.isStopped = true }
      return !state.isStopped && !state.isOver
    }
    if isNews { onStop() }
  }
}
