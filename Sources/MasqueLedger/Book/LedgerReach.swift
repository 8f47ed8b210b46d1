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
    do throws(LedgerError) {
      return try Deadline.within(setup.configuration.ledger.deadline) { () throws(LedgerError) in
        try body(try setup.book())
      }
    } catch {
      if case .unavailable = error { silence.withLock { $0 = error } }
      throw error
    }
  }
}

/// When what is asked now has to be answered, however many requests it takes.
enum Deadline {
  /// Nil where each request has a deadline of its own.
  @TaskLocal static var end: ContinuousClock.Instant?

  /// Does something that is over within a time, or within what is left of one that has begun.
  ///
  /// - Parameters:
  ///   - milliseconds: how long it may take.
  ///   - body: does it.
  /// - Returns: what comes of it.
  /// - Throws: what `body` throws.
  static func within<Value>(
    _ milliseconds: Int, _ body: () throws(LedgerError) -> Value
  ) throws(LedgerError) -> Value {
    let outcome = $end.withValue(end(ofRequest: milliseconds)) { () -> Result<Value, LedgerError> in
      do throws(LedgerError) { return .success(try body()) } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  /// The end of a request.
  ///
  /// - Parameter milliseconds: how long it may take by itself.
  /// - Returns: that, or the end of what the request belongs to, whichever comes first.
  static func end(ofRequest milliseconds: Int) -> ContinuousClock.Instant {
    let own = ContinuousClock.Instant.now + .milliseconds(milliseconds)
    return end.map { min($0, own) } ?? own
  }

  /// How many milliseconds there are until then, at least 0.
  static func left(until end: ContinuousClock.Instant) -> Int {
    let left = (end - .now).components
    return left.seconds < 0 ? 0 : max(0, Int(clamping: left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000))
  }
}
