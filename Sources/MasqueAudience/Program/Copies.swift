import Dispatch
import MasqueAnalytics
import MasqueWorkspace
import Synchronization

/// Has copies sent to ClickHouse in the background, every few seconds while it answers and less and less often while it
/// does not; nothing where none is configured.
final class Copies: Sendable {
  private struct State {
    var isAtWork = false
    /// When the next attempt is due, in milliseconds since 1970.
    var due: Int64 = 0
    var pause: Int64 = 5_000
    var problem: String?
  }

  private let host: AudienceHost
  private let home: FilePath
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "analytics")

  init(_ host: AudienceHost, _ home: FilePath) {
    self.host = host
    self.home = home
  }

  /// Begins an attempt where one is due. Returns at once.
  func tick() {
    let now = host.milliseconds()
    let begins = state.withLock { state in
      guard !state.isAtWork, now >= state.due else { return false }
      state.isAtWork = true
      return true
    }
    if begins { queue.async { self.attempt() } }
  }

  private func attempt() {
    var problem: String?
    do throws(AnalyticsError) {
      // Read anew each time: whoever configures a server need not start the receiver again.
      if let server = try host.server() { _ = try host.sender(home).send(to: server) }
    } catch {
      problem = error.message
    }
    let isNew = state.withLock { state in
      defer { state.problem = problem }
      state.pause = problem == nil ? 5_000 : min(state.pause * 2, 300_000)
      state.due = host.milliseconds() + state.pause
      state.isAtWork = false
      return state.problem != problem
    }
    if isNew { host.log(problem.map { "copies for analytics wait: \($0)" } ?? "copies for analytics are sent") }
  }
}
