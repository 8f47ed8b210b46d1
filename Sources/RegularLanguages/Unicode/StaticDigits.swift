/// A generated table: numbers in base 91, digits `$` to `~`, in a string literal.
///
/// The literal lies in the program's read-only data, so a table costs nothing until it is read.
struct StaticDigits {
  private let start: UnsafePointer<UInt8>
  private let count: Int

  @inline(__always)
  init(_ literal: StaticString) {
    start = literal.utf8Start
    count = literal.utf8CodeUnitCount
  }

  /// The number whose `width` digits begin at the digit `index`; 0 beyond the table's end.
  @inline(__always)
  func number(at index: Int, width: Int) -> Int {
    guard index >= 0, index + width <= count else { return 0 }
    var result = 0
    for offset in index..<index + width { result = result * 91 + Int(start[offset]) - 0x24 }
    return result
  }

  /// The set of scalars that the table encodes: for each range the number of values since the last range's end and the
  /// range's length minus 1, in base 45, digits but the last raised by 45.
  var scalarSet: ScalarSet {
    var ranges: [ClosedRange<UInt32>] = []
    var index = 0
    func next() -> UInt32 {
      var value: UInt32 = 0
      while index < count {
        let digit = UInt32(start[index]) - 0x24
        index += 1
        if digit < 45 { return value * 45 + digit }
        value = value * 45 + digit - 45
      }
      return value
    }
    var end: UInt32 = 0
    while index < count {
      let low = end + next()
      let high = low + next()
      ranges.append(low...high)
      end = high + 1
    }
    return ScalarSet(canonical: ranges)
  }
}

/// The index of the record whose key is `key` among `count` records in ascending order of their keys.
@inline(__always)
func binarySearch(_ count: Int, _ key: Int, keyAt: (Int) -> Int) -> Int? {
  var low = 0
  var high = count
  while low < high {
    let middle = (low + high) / 2
    if keyAt(middle) < key { low = middle + 1 } else { high = middle }
  }
  return low < count && keyAt(low) == key ? low : nil
}
