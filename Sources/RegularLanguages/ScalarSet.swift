/// A set of Unicode scalars, held as sorted, disjoint, non-adjacent ranges of scalar values.
///
/// The representation is canonical: equal sets compare equal and hash alike. Surrogate code points (U+D800…U+DFFF) are
/// not scalars and never members; a range given across them is split. Set operations are linear in the number of ranges.
public struct ScalarSet: Hashable, Sendable {
  /// The ranges, ascending; between two of them lies at least one scalar value or the surrogate gap.
  public let ranges: [ClosedRange<UInt32>]

  /// The set without members.
  public static let empty = ScalarSet(canonical: [])

  /// The set of every Unicode scalar.
  public static let all = ScalarSet(canonical: [0...0xD7FF, 0xE000...0x10_FFFF])

  /// Creates the set of the scalars in `range`; values that are no scalars are left out.
  public init(_ range: ClosedRange<UInt32>) {
    self.init(CollectionOfOne(range))
  }

  /// Creates the set of one scalar.
  public init(_ scalar: Unicode.Scalar) {
    self.init(canonical: [scalar.value...scalar.value])
  }

  /// Creates the union of `ranges`, given in any order; values that are no scalars are left out.
  public init(_ ranges: some Sequence<ClosedRange<UInt32>>) {
    var parts: [ClosedRange<UInt32>] = []
    var isSorted = true
    func append(_ part: ClosedRange<UInt32>) {
      if let last = parts.last, last.lowerBound > part.lowerBound { isSorted = false }
      parts.append(part)
    }
    for range in ranges {
      if range.lowerBound < 0xD800 { append(range.lowerBound...min(range.upperBound, 0xD7FF)) }
      if range.upperBound > 0xDFFF, range.lowerBound <= 0x10_FFFF {
        append(max(range.lowerBound, 0xE000)...min(range.upperBound, 0x10_FFFF))
      }
    }
    if !isSorted { parts.sort { $0.lowerBound < $1.lowerBound } }
    self.init(canonical: Self.merged(parts))
  }

  /// Creates the set of the scalars of `text`.
  public init(scalarsOf text: String) {
    self.init(text.unicodeScalars.map { $0.value...$0.value })
  }

  init(canonical ranges: [ClosedRange<UInt32>]) {
    self.ranges = ranges
  }

  /// Whether the set has no members.
  public var isEmpty: Bool { ranges.isEmpty }

  /// Whether the set holds every Unicode scalar.
  public var isAll: Bool { self == .all }

  /// The number of members.
  public var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Whether `scalar` is a member. Logarithmic in the number of ranges.
  public func contains(_ scalar: Unicode.Scalar) -> Bool {
    contains(value: scalar.value)
  }

  func contains(value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= value
  }

  /// The scalars that are in either set.
  public func union(_ other: ScalarSet) -> ScalarSet {
    if isEmpty { return other }
    if other.isEmpty { return self }
    var sorted: [ClosedRange<UInt32>] = []
    sorted.reserveCapacity(ranges.count + other.ranges.count)
    var left = 0
    var right = 0
    while left < ranges.count || right < other.ranges.count {
      let takesLeft =
        right == other.ranges.count
        || (left < ranges.count && ranges[left].lowerBound <= other.ranges[right].lowerBound)
      if takesLeft {
        sorted.append(ranges[left])
        left += 1
      } else {
        sorted.append(other.ranges[right])
        right += 1
      }
    }
    return ScalarSet(canonical: Self.merged(sorted))
  }

  /// The scalars that are in both sets.
  public func intersection(_ other: ScalarSet) -> ScalarSet {
    var common: [ClosedRange<UInt32>] = []
    var left = 0
    var right = 0
    while left < ranges.count, right < other.ranges.count {
      let low = max(ranges[left].lowerBound, other.ranges[right].lowerBound)
      let high = min(ranges[left].upperBound, other.ranges[right].upperBound)
      if low <= high { common.append(low...high) }
      if ranges[left].upperBound < other.ranges[right].upperBound { left += 1 } else { right += 1 }
    }
    return ScalarSet(canonical: common)
  }

  /// The scalars that are not in the set.
  public var complement: ScalarSet {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= 0x10_FFFF { gaps.append(next...0x10_FFFF) }
    // A gap may reach into or across the surrogates; the sequence initialiser takes them out.
    return ScalarSet(gaps)
  }

  /// The scalars of this set that are not in `other`.
  public func subtracting(_ other: ScalarSet) -> ScalarSet {
    intersection(other.complement)
  }

  /// Joins what overlaps or touches. `sorted` ascends by lower bound and holds no surrogate.
  private static func merged(_ sorted: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    result.reserveCapacity(sorted.count)
    for range in sorted {
      if let last = result.last, range.lowerBound <= last.upperBound + 1 {
        if range.upperBound > last.upperBound {
          result[result.count - 1] = last.lowerBound...range.upperBound
        }
      } else {
        result.append(range)
      }
    }
    return result
  }
}
