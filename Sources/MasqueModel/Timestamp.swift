/// A moment as RFC 3339 writes it, for putting evaluations in order.
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

  /// The moment in UTC to the second, as RFC 3339 writes it. Exact for the years 0 to 9999.
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
    return "\(date)T\(digits(time / 3_600, 2)):\(digits(time / 60 % 60, 2)):\(digits(time % 60, 2))Z"
  }

  /// Whether `a` is earlier.
  public static func < (a: Timestamp, b: Timestamp) -> Bool { (a.seconds, a.fraction) < (b.seconds, b.fraction) }
}

private func floored(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((b - 1 - a) / b) }
