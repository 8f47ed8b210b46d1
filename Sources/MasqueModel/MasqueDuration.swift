/// A duration as ISO 8601 writes it and the schema takes it: `PT1H30M`, `P2W`, `PT0.5H`.
public struct MasqueDuration: Sendable, Hashable {
  /// The units, the longest first.
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    /// Of the calendar.
    case year
    /// Of the calendar.
    case month
    /// Seven days; stands alone.
    case week
    /// A day.
    case day
    /// An hour.
    case hour
    /// A minute.
    case minute
    /// A second.
    case second
  }

  /// So much of a unit.
  public struct Part: Sendable, Hashable {
    /// A decimal number without leading zeros, with a full stop before its fraction.
    public var number: String
    /// What is counted.
    public var unit: Unit
  }

  /// What is written, in order; never empty.
  public let parts: [Part]

  /// Reads a duration: weeks or years alone, or years, months, days, hours, minutes and seconds in that order, any of
  /// them left out; the last number may have a fraction.
  ///
  /// - Parameter text: the text; nil comes of anything else.
  public init?(_ text: String) {
    var rest = text.utf8[...]
    guard rest.popFirst() == UInt8(ascii: "P") else { return nil }
    var parts: [Part] = []
    var units: [(letter: UInt8, unit: Unit)] = [
      (UInt8(ascii: "Y"), .year), (UInt8(ascii: "M"), .month), (UInt8(ascii: "W"), .week), (UInt8(ascii: "D"), .day),
    ]
    var isTime = false
    var hasFraction = false
    while let first = rest.first {
      if first == UInt8(ascii: "T"), !isTime {
        isTime = true
        rest.removeFirst()
        units = [(UInt8(ascii: "H"), .hour), (UInt8(ascii: "M"), .minute), (UInt8(ascii: "S"), .second)]
        if rest.isEmpty { return nil }
        continue
      }
      guard !hasFraction, let whole = Self.digits(&rest) else { return nil }
      var number = String(whole.drop { $0 == "0" })
      if number.isEmpty { number = "0" }
      if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
        rest.removeFirst()
        guard let fraction = Self.digits(&rest) else { return nil }
        number += "." + fraction
        hasFraction = true
      }
      guard let letter = rest.popFirst(), let place = units.firstIndex(where: { $0.letter == letter }) else {
        return nil
      }
      parts.append(Part(number: number, unit: units[place].unit))
      units.removeFirst(place + 1)
    }
    guard !parts.isEmpty, parts.count == 1 || !parts.contains(where: { $0.unit == .week }) else { return nil }
    self.parts = parts
  }

  private static func digits(_ rest: inout Substring.UTF8View) -> String? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    rest.removeFirst(digits.count)
    return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
  }

  /// The duration in thousandths of a second, rounded down; nil where it depends on the calendar, and where it is beyond
  /// all numbers. A day has 24 hours.
  public var milliseconds: Int64? {
    var sum: Int64 = 0
    for part in parts {
      let unit: Int64
      switch part.unit {
      case .year, .month: return nil
      case .week: unit = 604_800_000
      case .day: unit = 86_400_000
      case .hour: unit = 3_600_000
      case .minute: unit = 60_000
      case .second: unit = 1_000
      }
      let halves = part.number.split(separator: ".")
      guard let whole = halves.first.flatMap({ Int64($0) }) else { return nil }
      let (product, isProductTooLarge) = whole.multipliedReportingOverflow(by: unit)
      let (next, isSumTooLarge) = sum.addingReportingOverflow(product)
      // Nine digits: a week's fraction needs no more to tell milliseconds apart, and none overflows.
      let digits = halves.count > 1 ? halves[1].prefix(9) : ""
      let fraction = (Int64(digits) ?? 0) * unit / digits.reduce(1) { power, _ in power * 10 }
      let (result, isTooLarge) = next.addingReportingOverflow(fraction)
      if isProductTooLarge || isSumTooLarge || isTooLarge { return nil }
      sum = result
    }
    return sum
  }

  /// The duration in words: "1 hour 30 minutes".
  public var words: String {
    func isZero(_ part: Part) -> Bool { part.number.allSatisfy { $0 == "0" || $0 == "." } }
    let shown = parts.filter { !isZero($0) }
    return (shown.isEmpty ? parts.suffix(1) : shown).map { part in
      "\(part.number) \(part.unit.rawValue)\(part.number == "1" ? "" : "s")"
    }.joined(separator: " ")
  }
}
