import Synchronization

/// The tokens that clients may still have, so that they can be sent what has changed. Small: of each document the last
/// few answers, of all documents the last few.
final class SemanticTokensMemory: Sendable {
  private struct Answer {
    var uri: String
    var id: String
    var numbers: [UInt32]
  }

  /// The latest answer last.
  private let answers = Mutex<[Answer]>([])

  private static let answersPerDocument = 3
  private static let answersInAll = 24

  /// The tokens of an answer, if they are remembered.
  func numbers(of uri: String, _ id: String) -> [UInt32]? {
    answers.withLock { answers in answers.last { $0.uri == uri && $0.id == id }?.numbers }
  }

  /// Remembers an answer.
  func remember(_ numbers: [UInt32], of uri: String, _ id: String) {
    answers.withLock { answers in
      answers.removeAll { $0.uri == uri && $0.id == id }
      answers.append(Answer(uri: uri, id: id, numbers: numbers))
      let own = answers.indices.filter { answers[$0].uri == uri }
      if own.count > Self.answersPerDocument, let oldest = own.first { answers.remove(at: oldest) }
      if answers.count > Self.answersInAll { answers.removeFirst() }
    }
  }

  /// Forgets a document that is closed.
  func forget(_ uri: String) {
    answers.withLock { $0.removeAll { $0.uri == uri } }
  }
}
