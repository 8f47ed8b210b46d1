/// A moment as RFC 3339 writes it.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  public let seconds: Int64
  /// The part of the second that has passed, in units of 10⁻¹⁸; digits beyond are dropped.
  public let fraction: Int64

  /// Reads a date and time with an offset, such as `2026-01-15T10:30:00Z`.
  ///
  /// - Parameter text: the text; nil comes of anything else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    func number(_ start: Int, _ count: Int) -> Int64? {
      guard start >= 0, start + count <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[start..<(start + count)] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    func isAt(_ index: Int, _ characters: StaticString) -> Bool {
      index < bytes.count && characters.withUTF8Buffer { $0.contains(bytes[index]) }
    }
    guard let year = number(0, 4), isAt(4, "-"), let month = number(5, 2), isAt(7, "-"), let day = number(8, 2),
      isAt(10, "Tt "), let hour = number(11, 2), isAt(13, ":"), let minute = number(14, 2), isAt(16, ":"),
      let second = number(17, 2), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var position = 19
    var fraction: Int64 = 0
    if isAt(position, ".") {
      position += 1
      var unit: Int64 = 100_000_000_000_000_000
      let start = position
      while let digit = number(position, 1) {
        fraction += digit * unit
        unit /= 10
        position += 1
      }
      guard position > start else { return nil }
    }
    var offset: Int64 = 0
    if isAt(position, "Zz") {
      position += 1
    } else {
      guard isAt(position, "+-"), let hours = number(position + 1, 2), isAt(position + 3, ":"),
        let minutes = number(position + 4, 2), hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * (bytes[position] == UInt8(ascii: "-") ? -60 : 60)
      position += 6
    }
    guard position == bytes.count else { return nil }
    // Days since 1970-01-01 in the proleptic Gregorian calendar, of years that begin in March.
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let leapDays = floored(shifted, 4) - floored(shifted, 100) + floored(shifted, 400)
    let days = shifted * 365 + leapDays + dayOfYear - 719_468
    seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    self.fraction = fraction
  }

  /// A moment.
  ///
  /// - Parameter seconds: whole seconds since 1970-01-01T00:00:00Z.
  public init(seconds: Int64) {
    self.seconds = seconds
    fraction = 0
  }

  /// A moment.
  ///
  /// - Parameter nanoseconds: nanoseconds since 1970-01-01T00:00:00Z.
  public init(nanoseconds: Int64) {
    seconds = floored(nanoseconds, 1_000_000_000)
    let rest = nanoseconds % 1_000_000_000
    fraction = (rest < 0 ? rest + 1_000_000_000 : rest) * 1_000_000_000
  }

  private init(_ seconds: Int64, fraction: Int64) {
    self.seconds = seconds
    self.fraction = fraction
  }

  /// The moment without what has passed of its second.
  public var wholeSeconds: Timestamp { Timestamp(seconds: seconds) }

  /// The last whole millisecond that is not later.
  public var wholeMilliseconds: Timestamp { Timestamp(seconds, fraction: fraction - fraction % millisecond) }

  /// The first whole millisecond that is not earlier.
  public var nextWholeMillisecond: Timestamp {
    fraction % millisecond == 0 ? self : wholeMilliseconds.followingMillisecond
  }

  /// The moment a millisecond later.
  public var followingMillisecond: Timestamp {
    let next = fraction + millisecond
    return next < second ? Timestamp(seconds, fraction: next) : Timestamp(seconds &+ 1, fraction: next - second)
  }

  /// Milliseconds since 1970-01-01T00:00:00Z, those that are over; at the end of what 64 bits hold if they don't reach.
  public var milliseconds: Int64 {
    Int64(clamping: Int128(seconds) * 1_000 + Int128(fraction / millisecond))
  }

  /// Nanoseconds since 1970-01-01T00:00:00Z, those that are over; at the end of what 64 bits hold if they don't reach.
  public var nanoseconds: Int64 {
    Int64(clamping: Int128(seconds) * 1_000_000_000 + Int128(fraction / 1_000_000_000))
  }

  /// How many whole seconds have passed since an earlier moment; 0 if it is a later one.
  public func seconds(since start: Timestamp) -> Int64 {
    let (whole, isTooLarge) = seconds.subtractingReportingOverflow(start.seconds)
    if isTooLarge { return seconds < 0 ? 0 : .max }
    return max(whole - (fraction < start.fraction ? 1 : 0), 0)
  }

  /// The moment in UTC, as RFC 3339 writes it: to the millisecond, or to the second where no millisecond of it has passed.
  /// Exact for the years 0 to 9999.
  public var text: String {
    let days = floored(seconds, 86_400)
    let time = seconds - days * 86_400
    // Years begin in March here, so that a leap day is the last of its year.
    let shifted = days + 719_468
    let era = floored(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func digits(_ value: Int64, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(count - text.count, 0)) + text
    }
    let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
    let ending = fraction < millisecond ? "" : ".\(digits(fraction / millisecond, 3))"
    return "\(date)T\(digits(time / 3_600, 2)):\(digits(time / 60 % 60, 2)):\(digits(time % 60, 2))\(ending)Z"
  }

  /// Whether `a` is earlier.
  public static func < (a: Timestamp, b: Timestamp) -> Bool { (a.seconds, a.fraction) < (b.seconds, b.fraction) }
}

/// From the year 0 to the end of 9999, in seconds since 1970.
private let years: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

/// In units of `fraction`.
private let second: Int64 = 1_000_000_000_000_000_000
private let millisecond: Int64 = 1_000_000_000_000_000

extension Timestamp: Codable {
  /// Reads what `text` writes, or whole seconds since 1970 as a number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let seconds = try? container.decode(Int64.self) {
      guard years.contains(seconds) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "not within the years 0 to 9999")
      }
      self.init(seconds: seconds)
      return
    }
    guard let time = Timestamp(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a moment as RFC 3339 writes it")
    }
    self = time
  }

  /// Writes `text`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// `b` is positive.
private func floored(_ a: Int64, _ b: Int64) -> Int64 { a / b - (a % b < 0 ? 1 : 0) }

extension Timestamp {
  /// The moment a duration later. Years and months are those of the calendar: a day that a month does not have is its
  /// last one. A duration's fractions of a second are dropped, and a fraction of a longer unit counts by its seconds; nil for
  /// a moment beyond the year 9999.
  ///
  /// - Parameter duration: the duration.
  /// - Returns: the moment.
  public func advanced(by duration: MasqueDuration) -> Timestamp? {
    var seconds = seconds
    for part in duration.parts {
      let pieces = part.number.split(separator: ".", maxSplits: 1)
      // Whatever is longer than this is beyond every calendar.
      guard let whole = pieces.first.flatMap({ Int64($0) }), whole < 1_000_000_000_000 else { return nil }
      let months: Int64? =
        switch part.unit {
        case .year: 12
        case .month: 1
        default: nil
        }
      if let months { seconds = Self.advanced(seconds, byMonths: min(whole, 200_000) * months) }
      let unit: Int64 =
        switch part.unit {
        case .year: 365 * 86_400
        case .month: 30 * 86_400
        case .week: 7 * 86_400
        case .day: 86_400
        case .hour: 3_600
        case .minute: 60
        case .second: 1
        }
      if months == nil {
        let (product, isTooLarge) = whole.multipliedReportingOverflow(by: unit)
        guard !isTooLarge else { return nil }
        seconds = seconds.addingReportingOverflow(product).partialValue
      }
      if pieces.count == 2 {
        // Nine digits of a fraction are as good as all of them.
        let digits = pieces[1].prefix(9)
        var scale: Int64 = 1
        for _ in digits { scale *= 10 }
        seconds += (Int64(digits) ?? 0) * unit / scale
      }
      guard seconds < 253_402_300_800 else { return nil }
    }
    return Timestamp(seconds, fraction: fraction)
  }

  private static func advanced(_ seconds: Int64, byMonths count: Int64) -> Int64 {
    let text = Timestamp(seconds: seconds).text
    guard let year = Int64(text.prefix(4)), let month = Int64(text.dropFirst(5).prefix(2)),
      let day = Int64(text.dropFirst(8).prefix(2)), text.count == 20
    else { return seconds }
    let months = year * 12 + month - 1 + count
    let (newYear, newMonth) = (months / 12, months % 12 + 1)
    guard newYear <= 9_999 else { return .max / 2 }
    func digits(_ value: Int64, _ count: Int) -> String {
      String(repeating: "0", count: max(count - String(value).count, 0)) + String(value)
    }
    let isLeapYear = newYear % 4 == 0 && (newYear % 100 != 0 || newYear % 400 == 0)
    let length: Int64 = newMonth == 2 ? (isLeapYear ? 29 : 28) : [4, 6, 9, 11].contains(newMonth) ? 30 : 31
    let date = "\(digits(newYear, 4))-\(digits(newMonth, 2))-\(digits(min(day, length), 2))"
    return Timestamp(date + text.dropFirst(10))?.seconds ?? seconds
  }
}
