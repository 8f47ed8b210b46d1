import RegularLanguages
import Testing

/// Every subset of a small universe that straddles the surrogate gap: the operations against Swift's own sets.
@Test func operationsAgreeWithFiniteSets() {
  let universe: [UInt32] = [0, 1, 2, 0xD7FE, 0xD7FF, 0xE000, 0xE001, 0x10_FFFF]
  func set(_ bits: Int) -> ScalarSet {
    ScalarSet(universe.indices.filter { bits & (1 << $0) != 0 }.reversed().map { universe[$0]...universe[$0] })
  }
  let inside = ScalarSet(universe.map { $0...$0 })
  for left in 0..<256 {
    #expect(set(left).count == left.nonzeroBitCount)
    #expect(set(left).complement.intersection(inside) == set(~left & 255))
    #expect(set(left).complement.complement == set(left))
    #expect(set(left).union(set(left).complement) == .all)
    for right in stride(from: 0, to: 256, by: 3) {
      #expect(set(left).union(set(right)) == set(left | right))
      #expect(set(left).intersection(set(right)) == set(left & right))
      #expect(set(left).subtracting(set(right)) == set(left & ~right))
    }
  }
}

@Test func rangesAreCanonical() {
  #expect(ScalarSet([5...9, 0...2, 3...4, 7...20]).ranges == [0...20])
  #expect(ScalarSet(0xD000...0xF000).ranges == [0xD000...0xD7FF, 0xE000...0xF000])
  #expect(ScalarSet(0xD800...0xDFFF) == .empty)
  #expect(ScalarSet(0x10_FFFF...UInt32.max).ranges == [0x10_FFFF...0x10_FFFF])
  #expect(ScalarSet(0...UInt32.max) == .all)
  #expect(ScalarSet.empty.complement == .all && ScalarSet.all.complement == .empty)
  #expect(ScalarSet.all.count == 0x11_0000 - 0x800)
  #expect(ScalarSet(scalarsOf: "cab").ranges == [0x61...0x63])
}

/// The alphabet is the coarsest partition: classes are never mixed, and never more than the sets tell apart.
@Test func alphabetIsTheCoarsestPartition() throws {
  let sets = [
    ScalarSet(scalarsOf: "abc"), ScalarSet(scalarsOf: "bcd"), ScalarSet(0...0xD7FF), ScalarSet(0x62...0xFFFF), .all,
    .empty,
    ScalarSet(scalarsOf: "abc"),
  ]
  let alphabet = try Alphabet(separating: sets)
  var signatures: [[Bool]: Int] = [:]
  for value in (UInt32(0)...0x80).map({ $0 }) + [0xD7FF, 0xE000, 0xFFFF, 0x1_0000, 0x10_FFFF] {
    guard let scalar = Unicode.Scalar(value) else { continue }
    let number = alphabet.classOf(scalar)
    #expect(signatures.updateValue(number, forKey: sets.map { $0.contains(scalar) }) ?? number == number)
    #expect(alphabet.scalars(ofClass: number).contains(scalar))
  }
  #expect(Set(signatures.values).count == signatures.count)
  #expect(signatures.count == alphabet.classCount)
  #expect(try Alphabet(separating: [ScalarSet.all, .empty]).classCount == 1)
  #expect(throws: AutomatonError.tooManyClasses(limit: 3)) { try Alphabet(separating: sets, limit: 3) }
}
