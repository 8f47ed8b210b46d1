import JSON
import JSONRPC

/// The requests that tasks are at work on. Whoever removes a request from the table answers it, so each is answered
/// once.
struct RunningRequests {
  private var entries: [RequestID: (number: Int, task: Task<Void, Never>?)] = [:]
  private var lastNumber = 0

  /// Enters a request.
  ///
  /// - Returns: the number that its answer is recognised by, because a client may use an id again; nil if a request
  ///   with this id is in the table.
  mutating func begin(_ id: RequestID) -> Int? {
    guard entries[id] == nil else { return nil }
    lastNumber += 1
    entries[id] = (lastNumber, nil)
    return lastNumber
  }

  /// Says which task is at work on a request.
  mutating func attach(_ task: Task<Void, Never>, to id: RequestID) { entries[id]?.task = task }

  /// Whether a request is still to be answered.
  func isWaiting(_ id: RequestID, _ number: Int) -> Bool { entries[id]?.number == number }

  /// Removes a request that has been done.
  ///
  /// - Returns: whether it is still to be answered.
  mutating func finish(_ id: RequestID, _ number: Int) -> Bool {
    guard entries[id]?.number == number else { return false }
    entries[id] = nil
    return true
  }

  /// Removes a request that is no longer wanted and stops its task.
  ///
  /// - Returns: whether it is still to be answered.
  mutating func cancel(_ id: RequestID) -> Bool {
    guard let entry = entries.removeValue(forKey: id) else { return false }
    entry.task?.cancel()
    return true
  }
}

/// The cancellations among events that are taken together: a request whose cancellation is there already is not begun.
struct Cancellations {
  /// The last place at which each request is cancelled.
  private var places: [RequestID: Int] = [:]

  /// The cancellations among these events.
  init(in events: [Server.Event]) {
    guard events.count > 1 else { return }
    for (place, event) in events.enumerated() {
      guard case .incoming(.message(.notification(let notification))) = event,
        notification.method == "$/cancelRequest", let id = notification.params?["id"].flatMap(RequestID.init)
      else { continue }
      places[id] = place
    }
  }

  /// Whether a request at a place is cancelled after it.
  func apply(to id: RequestID, at place: Int) -> Bool { places[id].map { $0 > place } ?? false }
}
