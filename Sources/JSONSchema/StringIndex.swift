/// Finds which of a fixed list of strings some bytes are: one hash over the length and the two ends, one comparison.
///
/// The strings come from a schema's author, so no document can lengthen the probe chains.
struct StringIndex: Sendable {
  private var slots: [Int32]
  private var entries: [(offset: Int32, count: Int32)]
  private var pool: [UInt8]

  init(_ strings: [String]) {
    var size = 4
    while size < strings.count * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    entries = []
    pool = []
    for (index, string) in strings.enumerated() {
      let bytes = Array(string.utf8)
      entries.append((Int32(truncatingIfNeeded: pool.count), Int32(truncatingIfNeeded: bytes.count)))
      pool.append(contentsOf: bytes)
      var slot = Int(bytes.withUnsafeBufferPointer(hashOfEnds)) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(truncatingIfNeeded: index)
    }
  }

  /// The index of the string with these bytes.
  func index(of key: UnsafeBufferPointer<UInt8>) -> Int32? {
    pool.withUnsafeBufferPointer { pool in
      let mask = slots.count - 1
      var slot = Int(hashOfEnds(key)) & mask
      while slots[slot] >= 0 {
        let entry = entries[Int(slots[slot])]
        if Int(entry.count) == key.count, equalBytes(pool, Int(entry.offset), key) { return slots[slot] }
        slot = (slot + 1) & mask
      }
      return nil
    }
  }
}

/// A hash of a string's length, its first and its last eight bytes.
@inline(__always)
func hashOfEnds(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
  let count = key.count
  var first: UInt64 = 0
  var last: UInt64 = 0
  if count >= 8, let base = key.baseAddress {
    let raw = UnsafeRawPointer(base)
    first = raw.loadUnaligned(as: UInt64.self)
    last = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
  } else {
    for byte in key { first = first << 8 | UInt64(byte) }
  }
  var hash = (first ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
  hash = (hash ^ (hash >> 29) ^ last) &* 0xBF58_476D_1CE4_E5B9
  return UInt32(truncatingIfNeeded: hash >> 32)
}

/// Whether `key` stands in `pool` at `offset`; the caller has compared the lengths.
@inline(__always)
func equalBytes(_ pool: UnsafeBufferPointer<UInt8>, _ offset: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
  var index = 0
  let count = key.count
  while index < count {
    if pool[offset + index] != key[index] { return false }
    index += 1
  }
  return true
}
