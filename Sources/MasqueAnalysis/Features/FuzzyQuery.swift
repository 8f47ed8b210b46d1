import MasqueModel

/// What somebody types to find a name: its letters in their order, with anything between them. Case does not count, nor
/// do blanks in the query.
public struct FuzzyQuery: Sendable {
  private let letters: [UInt8]
  private let isASCII: Bool

  /// A query as it is typed.
  public init(_ text: String) {
    letters = MasqueName.key(of: text).utf8.filter { $0 != 0x20 }
    isASCII = letters.allSatisfy { $0 < 0x80 }
  }

  /// Whether there is nothing to look for.
  public var isEmpty: Bool { letters.isEmpty }

  /// How well a name fits: better where the letters stand together, begin words, begin the name, and leave little of it.
  ///
  /// - Parameter name: the name.
  /// - Returns: a figure from 1 that may be compared with those of other names; nil if the letters are not in the name.
  ///   An empty query fits all alike. O(name).
  public func score(_ name: String) -> Int? {
    if letters.isEmpty { return 1 }
    // Letters beyond ASCII have more than one form; names are rarely asked for by them.
    let name = isASCII ? name : MasqueName.key(of: name)
    if let score = name.utf8.withContiguousStorageIfAvailable({ self.score($0) }) { return score }
    return Array(name.utf8).withUnsafeBufferPointer { self.score($0) }
  }

  private func score(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
    // Forwards to where the letters are first complete, backwards to where the shortest such stretch begins.
    var next = 0
    var end = 0
    while end < name.count, next < letters.count {
      if folded(name[end]) == letters[next] { next += 1 }
      end += 1
    }
    guard next == letters.count else { return nil }
    var start = end
    while next > 0, start > 0 {
      start -= 1
      if folded(name[start]) == letters[next - 1] { next -= 1 }
    }
    var score = 0
    var isAfterMatch = false
    for position in start..<end where next < letters.count {
      if folded(name[position]) == letters[next] {
        next += 1
        let beginsWord = position == 0 || isSeparator(name[position - 1])
        score += 8 + (beginsWord ? 8 : isAfterMatch ? 6 : 0)
        isAfterMatch = true
      } else {
        score -= isAfterMatch ? 3 : 1
        isAfterMatch = false
      }
    }
    if start == 0 { score += 8 }
    if letters.count == name.count { score += 16 }
    return max(1, score * 8 - min(name.count - letters.count, 60))
  }

  private func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "/")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
  }
}
