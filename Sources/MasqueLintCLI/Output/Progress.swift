import MasqueWorkspace
import Synchronization

/// How far a long run is, for people who watch: nothing in the first half second, then ten times a second at most.
final class Progress: Sendable {
  private let total: Int
  private let milliseconds: @Sendable () -> Int
  private let nextTime: Atomic<Int>

  private static let delay = 500
  private static let interval = 100

  /// Progress through so many files; nil if nobody watches.
  init?(_ total: Int, _ options: LintOptions, _ host: Host) {
    guard !options.isQuiet, host.streams.isTerminal(.error), host.environment("TERM") != "dumb" else { return nil }
    self.total = total
    milliseconds = host.milliseconds
    nextTime = Atomic(host.milliseconds() + Self.delay)
  }

  /// What to show after so many files; nil if nothing new is to be shown.
  func line(after count: Int) -> String? {
    let now = milliseconds()
    let due = nextTime.load(ordering: .relaxed)
    guard now >= due, count < total else { return nil }
    nextTime.store(now + Self.interval, ordering: .relaxed)
    return "checked \(count) of \(counted(total, "file"))"
  }
}
