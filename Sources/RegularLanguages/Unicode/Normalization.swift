/// The scalars of `scalars` in Normalization Form C (Unicode Standard Annex #15, Unicode 15.0).
///
/// Text that the quick check knows to be in the form, such as any text below U+0300, is returned as it is. Linear in the
/// text, but for runs of combining marks, which are sorted.
public func nfc(_ scalars: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
  let input = Array(scalars)
  if isKnownNFC(input) { return input }
  return composed(decomposed(input))
}

/// Whether `scalars` is in Normalization Form C.
public func isNFC(_ scalars: some Sequence<Unicode.Scalar>) -> Bool {
  let input = Array(scalars)
  return isKnownNFC(input) || composed(decomposed(input)) == input
}

/// The canonical combining class of `scalar`, 0 to 254 (Unicode 15.0). Constant time.
public func canonicalCombiningClass(of scalar: Unicode.Scalar) -> UInt8 {
  UInt8(truncatingIfNeeded: normalizationKind(scalar.value) / 3)
}

/// Whether `scalar` is a starter that composes with nothing before it: NFC never moves or absorbs it.
@inline(__always)
func isNFCInert(_ scalar: Unicode.Scalar) -> Bool {
  normalizationKind(scalar.value) == 0
}

/// Whether NFC never yields `scalar` (NFC_Quick_Check is no).
func isExcludedFromNFC(_ scalar: Unicode.Scalar) -> Bool {
  normalizationKind(scalar.value) % 3 == 2
}

/// Three times the canonical combining class, plus 1 or 2 if NFC_Quick_Check is maybe or no.
@inline(__always)
private func normalizationKind(_ value: UInt32) -> Int {
  if value < 0x300 || value >> 7 >= NormalizationTable.indexCount { return 0 }
  let block = StaticDigits(NormalizationTable.index).number(at: Int(value >> 7) * 2, width: 2)
  let cell = StaticDigits(NormalizationTable.blocks).number(at: block * 128 + Int(value & 127), width: 1)
  return cell == 0 ? 0 : StaticDigits(NormalizationTable.kinds).number(at: cell * 2, width: 2)
}

/// The quick check of Annex #15: true means yes, false means no or maybe.
private func isKnownNFC(_ scalars: [Unicode.Scalar]) -> Bool {
  var previousClass = 0
  for scalar in scalars {
    let kind = normalizationKind(scalar.value)
    if kind % 3 != 0 { return false }
    let combiningClass = kind / 3
    if combiningClass != 0, combiningClass < previousClass { return false }
    previousClass = combiningClass
  }
  return true
}

/// Hangul syllables are decomposed and composed by arithmetic (The Unicode Standard, section 3.12).
private enum Hangul {
  static let syllables: UInt32 = 0xAC00
  static let leading: UInt32 = 0x1100
  static let vowels: UInt32 = 0x1161
  static let trailing: UInt32 = 0x11A7
  static let leadingCount: UInt32 = 19
  static let vowelCount: UInt32 = 21
  static let trailingCount: UInt32 = 28
  static let syllableCount = leadingCount * vowelCount * trailingCount
}

/// The full canonical decomposition in canonical order.
private func decomposed(_ scalars: [Unicode.Scalar]) -> [UInt32] {
  var result: [UInt32] = []
  result.reserveCapacity(scalars.count + 8)
  for scalar in scalars { appendDecomposition(of: scalar.value, to: &result) }
  // Sort each run of scalars with a class other than 0 by class; the order of equals stays.
  var start = 0
  while start < result.count {
    if normalizationKind(result[start]) < 3 {
      start += 1
      continue
    }
    var end = start + 1
    while end < result.count, normalizationKind(result[end]) >= 3 { end += 1 }
    if end - start > 1 {
      let run = result[start..<end].enumerated().map { (normalizationKind($0.element) / 3, $0.offset, $0.element) }
      let sorted = run.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      for (offset, entry) in sorted.enumerated() { result[start + offset] = entry.2 }
    }
    start = end
  }
  return result
}

private func appendDecomposition(of value: UInt32, to result: inout [UInt32]) {
  if value < 0xC0 {
    result.append(value)
    return
  }
  if value >= Hangul.syllables, value - Hangul.syllables < Hangul.syllableCount {
    let index = value - Hangul.syllables
    result.append(Hangul.leading + index / (Hangul.vowelCount * Hangul.trailingCount))
    result.append(Hangul.vowels + index / Hangul.trailingCount % Hangul.vowelCount)
    let trailing = index % Hangul.trailingCount
    if trailing != 0 { result.append(Hangul.trailing + trailing) }
    return
  }
  let table = StaticDigits(NormalizationTable.decompositions)
  let record = binarySearch(NormalizationTable.decompositionCount, Int(value)) { table.number(at: $0 * 12, width: 4) }
  guard let record else {
    result.append(value)
    return
  }
  // Only first parts decompose further, and only a few levels deep.
  appendDecomposition(of: UInt32(table.number(at: record * 12 + 4, width: 4)), to: &result)
  let second = table.number(at: record * 12 + 8, width: 4)
  if second != 0 { appendDecomposition(of: UInt32(second), to: &result) }
}

/// Composes what is in canonical order, in place.
private func composed(_ decomposed: [UInt32]) -> [Unicode.Scalar] {
  var values = decomposed
  var end = 0  // of the result, which overwrites what has been read
  var starter: Int?
  var previousClass = 0
  for value in decomposed {
    let combiningClass = normalizationKind(value) / 3
    // Blocked when something between the starter and this scalar has the same class or a higher one.
    let isAdjacent = starter == end - 1
    if let starter, isAdjacent || (previousClass < combiningClass && previousClass != 0),
      let composite = composition(of: values[starter], and: value)
    {
      values[starter] = composite
      continue
    }
    if combiningClass == 0 { starter = end }
    previousClass = combiningClass
    values[end] = value
    end += 1
  }
  return values[..<end].compactMap { Unicode.Scalar($0) }
}

private func composition(of first: UInt32, and second: UInt32) -> UInt32? {
  if first >= Hangul.leading, first - Hangul.leading < Hangul.leadingCount {
    guard second >= Hangul.vowels, second - Hangul.vowels < Hangul.vowelCount else { return nil }
    let index = (first - Hangul.leading) * Hangul.vowelCount + (second - Hangul.vowels)
    return Hangul.syllables + index * Hangul.trailingCount
  }
  if first >= Hangul.syllables, first - Hangul.syllables < Hangul.syllableCount {
    let isOpen = (first - Hangul.syllables) % Hangul.trailingCount == 0
    guard isOpen, second > Hangul.trailing, second - Hangul.trailing < Hangul.trailingCount else { return nil }
    return first + (second - Hangul.trailing)
  }
  // Nothing that composes with what precedes it has NFC_Quick_Check=yes.
  if normalizationKind(second) % 3 == 0 { return nil }
  let table = StaticDigits(NormalizationTable.compositions)
  let key = Int(first) << 21 | Int(second)
  let record = binarySearch(NormalizationTable.compositionCount, key) {
    table.number(at: $0 * 12, width: 4) << 21 | table.number(at: $0 * 12 + 4, width: 4)
  }
  return record.map { UInt32(table.number(at: $0 * 12 + 8, width: 4)) }
}
