/// A partition of the Unicode scalars into the fewest classes that given sets cannot tell apart.
///
/// An automaton that only tests membership in those sets behaves alike on all scalars of a class, so its alphabet is the
/// classes: a handful, not a million. Taken over the sets of several expressions, the partition is their common
/// alphabet, over which their automata can be combined.
public struct Alphabet: Sendable {
  /// The number of classes, at least 1; classes are numbered from 0.
  public let classCount: Int

  /// The class of each ASCII scalar; 128 elements.
  let asciiClasses: [UInt16]
  /// The least scalar value of each interval, ascending; the first is 0.
  let intervalStarts: [UInt32]
  /// The class of each interval.
  let intervalClasses: [UInt16]

  /// Computes the partition that the given sets induce.
  ///
  /// The cost is the number of sets times the number of intervals that they touch.
  ///
  /// - Parameters:
  ///   - sets: The sets that must be unions of classes.
  ///   - limit: The most classes wanted.
  /// - Throws: ``AutomatonError/tooManyClasses(limit:)`` when there are more, or when finding them would take
  ///   unreasonably long.
  public init(separating sets: some Collection<ScalarSet>, limit: Int = AutomatonLimits().classes)
    throws(AutomatonError)
  {
    var starts: [UInt32] = [0]
    for set in sets {
      for range in set.ranges {
        starts.append(range.lowerBound)
        // A set that ends before the surrogates ends, as far as scalars go, where U+E000 begins.
        if range.upperBound < 0x10_FFFF { starts.append(range.upperBound == 0xD7FF ? 0xE000 : range.upperBound + 1) }
      }
    }
    if starts.count > 1 << 20 { throw .tooManyClasses(limit: limit) }
    starts.sort()
    var unique = 1
    for index in starts.indices.dropFirst() where starts[index] != starts[unique - 1] {
      starts[unique] = starts[index]
      unique += 1
    }
    starts.removeSubrange(unique...)

    // Refine: every set splits each class that it holds only partly.
    var classes = [UInt16](repeating: 0, count: starts.count)
    var sizes = [starts.count]  // intervals per class
    var touched: [Int] = [0]  // intervals of the class inside the set
    var replacement: [UInt16] = [0]
    var touchedClasses: [UInt16] = []
    var work = 0
    for set in sets {
      touchedClasses.removeAll(keepingCapacity: true)
      Self.forEachInterval(of: set, starts) { interval in
        let old = Int(classes[interval])
        if touched[old] == 0 { touchedClasses.append(UInt16(truncatingIfNeeded: old)) }
        touched[old] += 1
        work += 1
      }
      if work > 1 << 23 { throw .tooManyClasses(limit: limit) }
      var splits = false
      for old in touchedClasses {
        let inside = touched[Int(old)]
        touched[Int(old)] = 0
        replacement[Int(old)] = old
        if inside == sizes[Int(old)] { continue }
        if sizes.count >= min(limit, Int(UInt16.max)) { throw .tooManyClasses(limit: limit) }
        splits = true
        replacement[Int(old)] = UInt16(truncatingIfNeeded: sizes.count)
        sizes[Int(old)] -= inside
        sizes.append(inside)
        touched.append(0)
        replacement.append(0)
      }
      if splits {
        Self.forEachInterval(of: set, starts) { interval in
          classes[interval] = replacement[Int(classes[interval])]
        }
      }
    }
    classCount = sizes.count

    asciiClasses = [UInt16](unsafeUninitializedCapacity: 128) { buffer, count in
      var interval = 0
      for value in 0..<128 {
        while interval + 1 < starts.count, starts[interval + 1] <= UInt32(value) { interval += 1 }
        buffer[value] = classes[interval]
      }
      count = 128
    }
    intervalStarts = starts
    intervalClasses = classes
  }

  /// Computes the common alphabet of several expressions: over it, each has an automaton, and these can be combined.
  ///
  /// - Parameters:
  ///   - expressions: The expressions whose sets must be unions of classes.
  ///   - limit: The most classes wanted.
  /// - Throws: ``AutomatonError`` when there are more, or when an expression nests too deeply.
  public init(
    of expressions: some Sequence<RegularExpression>, limit: Int = AutomatonLimits().classes
  ) throws(AutomatonError) {
    var sets: [ScalarSet] = []
    var seen: Set<ScalarSet> = []
    for expression in expressions {
      try expression.forEachSet(depth: 0) { if seen.insert($0).inserted { sets.append($0) } }
    }
    try self.init(separating: sets, limit: limit)
  }

  /// The class of `scalar`. Constant for ASCII, else logarithmic in the number of intervals.
  public func classOf(_ scalar: Unicode.Scalar) -> Int {
    scalar.value < 128 ? Int(asciiClasses[Int(scalar.value)]) : classOfNonASCII(scalar.value)
  }

  @inline(__always)
  func classOfNonASCII(_ value: UInt32) -> Int {
    Int(intervalClasses[Self.interval(holding: value, intervalStarts)])
  }

  /// The scalars of one class.
  public func scalars(ofClass number: Int) -> ScalarSet {
    ScalarSet(
      intervalClasses.indices.lazy.filter { intervalClasses[$0] == number }.map { index in
        let end = index + 1 < intervalStarts.count ? intervalStarts[index + 1] - 1 : 0x10_FFFF
        return intervalStarts[index]...end
      })
  }

  /// Marks, in the row of a bit matrix, the classes whose union `set` is.
  func forEachClass(of set: ScalarSet, _ body: (Int) -> Void) {
    Self.forEachInterval(of: set, intervalStarts) { body(Int(intervalClasses[$0])) }
  }

  private static func interval(holding value: UInt32, _ starts: [UInt32], from first: Int = 0) -> Int {
    var low = first
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }

  @inline(__always)
  private static func forEachInterval(of set: ScalarSet, _ starts: [UInt32], _ body: (Int) -> Void) {
    var index = 0
    for range in set.ranges {
      // Often the range begins one interval after the last one ended.
      if index >= starts.count || starts[index] != range.lowerBound {
        if index + 1 < starts.count, starts[index + 1] == range.lowerBound {
          index += 1
        } else {
          index = interval(holding: range.lowerBound, starts, from: min(index, starts.count - 1))
        }
      }
      while index < starts.count, starts[index] <= range.upperBound {
        body(index)
        index += 1
      }
    }
  }
}
