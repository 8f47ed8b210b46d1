import MasqueRuntime
import MasqueWorkspace
import Synchronization

/// Asks the ledger on behalf of one command. Whoever has waited in vain once does not wait again: what comes after an
/// unanswered question is answered at once, with the same error.
final class LedgerReach: Sendable {
  private let setup: LedgerSetup
  private let silence = Mutex<LedgerError?>(nil)

  init(_ setup: LedgerSetup) { self.setup = setup }

  /// Why the ledger was not reached; nil if it was, or nobody has asked.
  var error: LedgerError? { silence.withLock { $0 } }

  /// Asks.
  ///
  /// - Parameter body: the question. All of it together takes no longer than the deadline.
  /// - Returns: the answer.
  /// - Throws: why there is none.
  func ask<Answer>(_ body: (LedgerBook) throws(LedgerError) -> Answer) throws(LedgerError) -> Answer {
    if let error { throw error }
    let answer = Deadline.$end.withValue(.some(Deadline.end(in: setup.configuration.ledger.deadline))) {
      Result { () throws(LedgerError) in try body(try setup.book()) }
    }
    if case .failure(.unavailable(let message)) = answer { silence.withLock { $0 = .unavailable(message) } }
    return try answer.get()
  }
}

/// When what is asked now has to be answered, however many requests it takes.
enum Deadline {
  /// Nil where each request has a deadline of its own.
  @TaskLocal static var end: ContinuousClock.Instant?

  /// The end of a time that begins now.
  ///
  /// - Parameter milliseconds: how long it is.
  static func end(in milliseconds: Int) -> ContinuousClock.Instant { .now + .milliseconds(milliseconds) }

  /// The end of a request.
  ///
  /// - Parameter milliseconds: how long it may take by itself.
  static func end(ofRequest milliseconds: Int) -> ContinuousClock.Instant {
    let own = end(in: milliseconds)
    return end.map { min($0, own) } ?? own
  }

  /// How many milliseconds there are until then, at least 0.
  static func left(until end: ContinuousClock.Instant) -> Int {
    let left = (end - .now).components
    return left.seconds < 0 ? 0 : max(0, Int(clamping: left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000))
  }
}
