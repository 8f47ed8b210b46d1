import JSON
import JSONRPC
import Synchronization

/// The requests that are neither answered nor given up: at most one is under way, the others wait in their order. The
/// loop alone has them.
struct Jobs {
  /// A request.
  struct Job {
    /// What tells it from all others, also from those whose client gave them the same identifier.
    var number: Int
    /// What the client calls it.
    var id: RequestID
    /// The batch that its answer belongs to.
    var batch: Int?
    /// Whether it may change anything.
    var hasEffects: Bool
    /// Whether nobody wants its answer any more.
    let cancellation = Cancellation()
    /// Does it, on a thread that may wait.
    var work: @Sendable (Int, Cancellation) -> Void
  }

  private var waiting: [Job] = []
  /// How many of `waiting` have been taken.
  private var taken = 0
  private var current: Job?
  private var lastNumber = 0

  /// Whether nothing is left to be done.
  var isEmpty: Bool { current == nil && taken == waiting.count }

  /// Adds a request behind those that wait.
  mutating func add(
    _ id: RequestID, _ batch: Int?, hasEffects: Bool, _ work: @escaping @Sendable (Int, Cancellation) -> Void
  ) {
    lastNumber += 1
    waiting.append(Job(number: lastNumber, id: id, batch: batch, hasEffects: hasEffects, work: work))
  }

  /// The request that is to be done now; nil while one is under way, and where none waits.
  mutating func next() -> Job? {
    guard current == nil, taken < waiting.count else { return nil }
    let job = waiting[taken]
    taken += 1
    if taken > 64, taken * 2 > waiting.count {
      waiting.removeFirst(taken)
      taken = 0
    }
    current = job
    return job
  }

  /// Whether somebody wants to hear of a request.
  func isWanted(_ number: Int) -> Bool {
    guard let current, current.number == number else { return false }
    return !current.cancellation.isCancelled
  }

  /// Takes the request that is done. Nil for one that was given up before.
  mutating func finish(_ number: Int) -> Job? {
    guard let job = current, job.number == number else { return nil }
    current = nil
    return job
  }

  /// Gives a request up. One that waits is not begun. One that is under way is told so; if it changes nothing, the next
  /// one does not wait for it.
  ///
  /// - Returns: the batches of what was given up.
  mutating func cancel(_ id: RequestID) -> [Int] {
    var batches: [Int] = []
    waiting.removeFirst(taken)
    taken = 0
    waiting.removeAll { job in
      guard job.id == id else { return false }
      if let batch = job.batch { batches.append(batch) }
      return true
    }
    if let job = current, job.id == id, !job.cancellation.isCancelled {
      job.cancellation.cancel()
      if let batch = job.batch { batches.append(batch) }
      if !job.hasEffects { current = nil }
    }
    return batches
  }
}

/// Whether a request has been given up: the loop says so, and a command asks on its own thread.
final class Cancellation: Sendable {
  private let state = Atomic(false)

  /// Whether nobody wants the answer any more.
  var isCancelled: Bool { state.load(ordering: .relaxed) }

  /// Gives the request up, once and for all.
  func cancel() { state.store(true, ordering: .relaxed) }
}

/// The answers to batches, which go out together.
struct Batches {
  private var open: [Int: (missing: Int, responses: [JSONValue])] = [:]
  private var last = 0

  /// Begins a batch.
  ///
  /// - Parameter count: how many answers it has.
  /// - Returns: its number.
  mutating func open(_ count: Int) -> Int {
    last += 1
    if count > 0 { open[last] = (count, []) }
    return last
  }

  /// Adds an answer.
  ///
  /// - Returns: all answers, if it was the last that was missing.
  mutating func add(_ response: JSONValue, to batch: Int) -> [JSONValue]? {
    open[batch]?.responses.append(response)
    return skip(batch)
  }

  /// Waits for one answer less.
  ///
  /// - Returns: all answers, if none is missing any more.
  mutating func skip(_ batch: Int) -> [JSONValue]? {
    guard var state = open[batch] else { return nil }
    state.missing -= 1
    guard state.missing <= 0 else {
      open[batch] = state
      return nil
    }
    open[batch] = nil
    return state.responses
  }
}
