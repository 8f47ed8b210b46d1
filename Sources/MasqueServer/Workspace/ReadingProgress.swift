import LanguageServerProtocol
import Synchronization

/// Shows the reading of a workspace as work under way: only once it has taken so long that somebody may wonder, and only
/// after the client has taken the token.
final class ReadingProgress: Sendable {
  private struct State {
    var isAsked = false
    var isOver = false
    var isStopped = false
    var shown: WorkProgress?
  }

  private let connection: ClientConnection
  private let begun = ContinuousClock.now
  private let state = Mutex(State())
  private let onStop: @Sendable () -> Void

  /// How long a reading may take without being shown.
  private static let patience = Duration.milliseconds(100)

  /// The progress of a reading that begins now.
  ///
  /// - Parameters:
  ///   - connection: the way to the client.
  ///   - onStop: is called when the author stops the reading.
  init(_ connection: ClientConnection, onStop: @escaping @Sendable () -> Void) {
    self.connection = connection
    self.onStop = onStop
  }

  /// Says how many files have been read.
  ///
  /// - Returns: whether to go on.
  func report(_ done: Int, of count: Int) -> Bool {
    let (shown, isAsking, isStopped) = state.withLock { state in
      let isAsking = !state.isAsked && ContinuousClock.now - begun > Self.patience
      if isAsking { state.isAsked = true }
      return (state.shown, isAsking, state.isStopped)
    }
    if isAsking { ask() }
    shown?.report(done * 100 / max(count, 1), "\(done) of \(count) masques")
    return !isStopped
  }

  /// Says that the reading is over.
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
        state.shown = WorkProgress(token, title: "Reading masques", connection) { [self] in stop() }
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
