/// The smallest index above all those of a library, for one more masque; the smallest free one where there is none
/// above.
///
/// - Parameter summaries: the library's masques.
/// - Returns: the index, at least 1.
public func nextFreeIndex(among summaries: some Sequence<MasqueSummary>) -> Int {
  var indices = FreeIndices(summaries.lazy.compactMap { $0.index?.value })
  return indices.next()
}

/// Hands out indices that nobody has.
public struct FreeIndices: Sendable {
  private var taken: Set<Int>
  private var greatest: Int
  private var candidate = 1

  /// Hands out what none of these is.
  public init(_ indices: some Sequence<Int>) {
    taken = Set(indices)
    greatest = taken.max() ?? 0
  }

  /// The next one.
  public mutating func next() -> Int {
    // Beyond what other programs count with exactly, gaps are filled instead.
    if greatest < 1 << 53 {
      greatest += 1
      return greatest
    }
    while !taken.insert(candidate).inserted { candidate += 1 }
    return candidate
  }
}
