import Dispatch
import Synchronization

/// What other threads have for a server's loop: many put, the loop alone takes.
///
/// The loop sleeps on a semaphore that is signalled when the first element comes; whatever comes while it works is
/// taken in one go, so that a burst costs one wake-up.
public final class Inbox<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])
  private let arrival = DispatchSemaphore(value: 0)

  /// An inbox in which nothing waits.
  public init() {}

  /// Puts an element behind those that wait.
  public func put(_ element: Element) {
    let isFirst = elements.withLock { waiting in
      waiting.append(element)
      return waiting.count == 1
    }
    if isFirst { arrival.signal() }
  }

  /// Everything that waits, in the order of its coming, after sleeping until there is something.
  public func take() -> [Element] {
    while true {
      arrival.wait()
      let taken = elements.withLock { waiting in
        let all = waiting
        waiting = []
        return all
      }
      if !taken.isEmpty { return taken }
    }
  }

  /// Everything that waits, without sleeping.
  public func drain() -> [Element] {
    elements.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }

  /// Whether nothing waits.
  public var isEmpty: Bool { elements.withLock { $0.isEmpty } }
}
