import Synchronization

/// Whose turn it is. Turns are taken in order; one has come when fewer than a number of earlier ones are open.
final class Turns: Sendable {
  private struct State {
    var last = 0
    /// The turns that are taken and not over.
    var open: Set<Int> = []
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let capacity: Int
  private let state = Mutex(State())

  /// Turns of which so many are at once.
  init(capacity: Int) { self.capacity = capacity }

  /// The next turn.
  func take() -> Turn {
    let number = state.withLock { state in
      state.last += 1
      state.open.insert(state.last)
      return state.last
    }
    return Turn(number, self)
  }

  /// How many wait for their turn.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  fileprivate func wait(for number: Int) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isToGoOn = state.withLock { state -> Bool in
          if Task.isCancelled || hasCome(number, state) { return true }
          state.waiting[number] = continuation
          return false
        }
        if isToGoOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
    }
  }

  fileprivate func end(_ number: Int) {
    let woken = state.withLock { state in
      state.open.remove(number)
      let next = state.waiting.keys.filter { hasCome($0, state) }
      return next.compactMap { state.waiting.removeValue(forKey: $0) }
    }
    for continuation in woken { continuation.resume() }
  }

  private func hasCome(_ number: Int, _ state: State) -> Bool {
    !state.open.contains(number) || state.open.count(where: { $0 < number }) < capacity
  }
}

/// A place in the order; over at the latest when nobody holds it any more.
final class Turn: Sendable {
  private let number: Int
  private let turns: Turns

  fileprivate init(_ number: Int, _ turns: Turns) {
    self.number = number
    self.turns = turns
  }

  deinit { turns.end(number) }

  /// Waits until the turn has come, or the task is cancelled.
  func come() async { await turns.wait(for: number) }

  /// Says that the turn is over; more than once does no harm.
  func end() { turns.end(number) }
}
