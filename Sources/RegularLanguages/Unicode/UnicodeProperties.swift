// Unicode 15.0 properties, from generated tables; the standard library's follow the platform's version of Unicode.

extension ScalarSet {
  /// The scalars with a Unicode property, named as in ECMA-262's `\p{…}`; nil when there is no such property.
  ///
  /// `text` is a value of General_Category (`Lu`, `Uppercase_Letter`), a binary property (`Alphabetic`, `Emoji`), `Any`,
  /// `ASCII`, `Assigned`, or a name and a value (`gc=Lu`, `Script=Greek`, `scx=Grek`). Names are matched exactly, as
  /// ECMA-262 wants it. The set is made from the tables at each call; it takes microseconds.
  ///
  /// - Parameter text: What stands between the braces.
  public init?(unicodeProperty text: String) {
    guard let set = Self.named(text) else { return nil }
    self = set
  }

  private static func named(_ text: String) -> ScalarSet? {
    if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
      let value = String(text[text.index(after: equals)...])
      switch text[..<equals] {
      case "General_Category", "gc": return GeneralCategoryTable.mask(named: value).map(generalCategories)
      case "Script", "sc": return ScriptTable.ranges(named: value).map { StaticDigits($0).scalarSet }
      case "Script_Extensions", "scx":
        let ranges = ScriptTable.extendedRanges(named: value) ?? ScriptTable.ranges(named: value)
        return ranges.map { StaticDigits($0).scalarSet }
      default: return nil
      }
    }
    switch text {
    case "Any": return .all
    case "ASCII": return ScalarSet(0...0x7F)
    case "Assigned": return GeneralCategoryTable.mask(named: "Cn").map { generalCategories($0).complement }
    default:
      if let mask = GeneralCategoryTable.mask(named: text) { return generalCategories(mask) }
      return BinaryPropertyTable.ranges(named: text).map { StaticDigits($0).scalarSet }
    }
  }

  /// The scalars whose category's number is a bit of `mask`.
  private static func generalCategories(_ mask: UInt32) -> ScalarSet {
    let runs = StaticDigits(GeneralCategoryTable.runs)
    var ranges: [ClosedRange<UInt32>] = []
    var previousEnd: UInt32?
    for run in 0..<GeneralCategoryTable.runCount where mask & (1 << UInt32(runs.number(at: run * 5 + 4, width: 1))) != 0
    {
      let low = UInt32(runs.number(at: run * 5, width: 4))
      let next = run + 1 < GeneralCategoryTable.runCount ? runs.number(at: run * 5 + 5, width: 4) : 0x11_0000
      let high = UInt32(next) - 1
      if let end = previousEnd, end + 1 == low, let last = ranges.popLast() {
        ranges.append(last.lowerBound...high)
      } else {
        ranges.append(low...high)
      }
      previousEnd = high
    }
    return ScalarSet(ranges)
  }

  /// The simple case foldings of the set's members.
  ///
  /// A text that has been folded holds one of these where the text before folding held a scalar that folds like a
  /// member.
  public var simpleCaseFolded: ScalarSet {
    var folded: [ClosedRange<UInt32>] = []
    let index = StaticDigits(CaseFoldingTable.index)
    for range in ranges {
      var low = range.lowerBound
      while low <= range.upperBound {
        if low >> 7 >= CaseFoldingTable.indexCount {
          folded.append(low...range.upperBound)
          break
        }
        let blockEnd = min(low | 127, range.upperBound)
        let block = index.number(at: Int(low >> 7) * 2, width: 2)
        if block == 0 {
          folded.append(low...blockEnd)
          low = blockEnd + 1
          continue
        }
        for value in low...blockEnd {
          let result = UInt32(truncatingIfNeeded: Int(value) + caseFoldingDelta(value, block: block))
          if let last = folded.last, last.upperBound + 1 == result, result != 0xE000 {
            folded[folded.count - 1] = last.lowerBound...result
          } else if folded.last?.upperBound != result {
            folded.append(result...result)
          }
        }
        low = blockEnd + 1
      }
    }
    return ScalarSet(folded)
  }
}

/// The general category of `scalar` in Unicode 15.0. Logarithmic in the size of a table of some 3,300 runs.
public func generalCategory(of scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
  let runs = StaticDigits(GeneralCategoryTable.runs)
  var low = 0
  var high = GeneralCategoryTable.runCount
  while high - low > 1 {
    let middle = (low + high) / 2
    if runs.number(at: middle * 5, width: 4) <= Int(scalar.value) { low = middle } else { high = middle }
  }
  switch runs.number(at: low * 5 + 4, width: 1) {
  case 0: return .uppercaseLetter
  case 1: return .lowercaseLetter
  case 2: return .titlecaseLetter
  case 3: return .modifierLetter
  case 4: return .otherLetter
  case 5: return .nonspacingMark
  case 6: return .spacingMark
  case 7: return .enclosingMark
  case 8: return .decimalNumber
  case 9: return .letterNumber
  case 10: return .otherNumber
  case 11: return .connectorPunctuation
  case 12: return .dashPunctuation
  case 13: return .openPunctuation
  case 14: return .closePunctuation
  case 15: return .initialPunctuation
  case 16: return .finalPunctuation
  case 17: return .otherPunctuation
  case 18: return .mathSymbol
  case 19: return .currencySymbol
  case 20: return .modifierSymbol
  case 21: return .otherSymbol
  case 22: return .spaceSeparator
  case 23: return .lineSeparator
  case 24: return .paragraphSeparator
  case 25: return .control
  case 26: return .format
  case 27: return .surrogate
  case 28: return .privateUse
  default: return .unassigned
  }
}

/// Whether `scalar` has the property White_Space.
public func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return true
  default: return false
  }
}

/// The simple case folding of `scalar` (statuses C and S of CaseFolding.txt, Unicode 15.0); itself where it has none.
///
/// Constant time. Folding twice changes nothing more.
public func simpleCaseFold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  let value = scalar.value
  if value < 0x80 {
    return (0x41...0x5A).contains(value) ? Unicode.Scalar(UInt8(truncatingIfNeeded: value + 0x20)) : scalar
  }
  if value >> 7 >= CaseFoldingTable.indexCount { return scalar }
  let block = StaticDigits(CaseFoldingTable.index).number(at: Int(value >> 7) * 2, width: 2)
  let folded = Int(value) + caseFoldingDelta(value, block: block)
  return Unicode.Scalar(UInt32(truncatingIfNeeded: folded)) ?? scalar
}

@inline(__always)
private func caseFoldingDelta(_ value: UInt32, block: Int) -> Int {
  let cell = StaticDigits(CaseFoldingTable.blocks).number(at: (block * 128 + Int(value & 127)) * 2, width: 2)
  return cell == 0 ? 0 : StaticDigits(CaseFoldingTable.deltas).number(at: cell * 4, width: 4) - 0x11_0000
}
