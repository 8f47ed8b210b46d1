/// What readers of YAML 1.1 see in a plain scalar, where that differs from the YAML 1.2 core schema.
public enum YAML11 {
  /// What a YAML 1.1 reader takes a text for.
  public enum Reading: Hashable, Sendable {
    /// A truth value: `no`, `on`, `Yes` …
    case bool(Bool)
    /// An octal number such as `010`, by its value.
    case octal(Int64)
    /// A base-60 number such as `1:30`, by its value.
    case sexagesimal(Int64)
    /// A number with underscores or a binary one, such as `1_000` or `0b11`, by its value.
    case integer(Int64)
    /// `0o17` is fifteen for YAML 1.2 and text for YAML 1.1; `1e3` is a number and text, likewise.
    case text
    /// A date or a time stamp such as `2026-01-15`.
    case timestamp
    /// The merge key `<<`, or `=`.
    case special
  }

  /// How YAML 1.1 reads a plain scalar, if that is not how YAML 1.2 does.
  public static func reading(ofPlain text: String) -> Reading? {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, bytes.count <= 64 else { return nil }
    switch text {
    case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
    case "n", "N", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
    case "=": return .special
    default: break
    }
    let isSigned = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
    let digits = isSigned ? bytes.dropFirst() : bytes[...]
    guard let lead = digits.first, isDigit(lead) else { return nil }
    let sign: Int64 = first == UInt8(ascii: "-") ? -1 : 1
    if lead == UInt8(ascii: "0"), digits.count > 1 {
      let second = digits[digits.startIndex + 1]
      if second == UInt8(ascii: "o") {
        return digits.dropFirst(2).allSatisfy { (0x30...0x37).contains($0) } && digits.count > 2 ? .text : nil
      }
      if second == UInt8(ascii: "b"), digits.count > 2 {
        let ones = digits.dropFirst(2).filter { $0 != UInt8(ascii: "_") }
        guard ones.allSatisfy({ $0 == 0x30 || $0 == 0x31 }) else { return nil }
        return number(ones, radix: 2).map { .integer(sign * $0) }
      }
      if digits.allSatisfy({ (0x30...0x37).contains($0) || $0 == UInt8(ascii: "_") }) {
        return number(digits.filter { $0 != UInt8(ascii: "_") }, radix: 8).map { .octal(sign * $0) }
      }
    }
    if digits.contains(UInt8(ascii: ":")) {
      return sexagesimal(Array(digits)).map { .sexagesimal(sign * $0) }
    }
    if digits.contains(UInt8(ascii: "_")), digits.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) {
      return number(digits.filter { $0 != UInt8(ascii: "_") }, radix: 10).map { .integer(sign * $0) }
    }
    if !isSigned, isDate(bytes) { return .timestamp }
    // YAML 1.1 wants a dot and a sign: `1e3` is text there.
    if let e = digits.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }), !digits.contains(UInt8(ascii: ".")),
      digits[..<e].allSatisfy(isDigit)
    {
      let exponent = digits[(e + 1)...].drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
      return !exponent.isEmpty && exponent.allSatisfy(isDigit) ? .text : nil
    }
    return nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func number(_ digits: some Sequence<UInt8>, radix: Int64) -> Int64? {
    var result: Int64 = 0
    for digit in digits {
      let (product, overflow) = result.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(Int64(digit) - 0x30)
      if overflow || carry { return nil }
      result = sum
    }
    return result
  }

  /// `[0-9]+(:[0-5]?[0-9])+`
  private static func sexagesimal(_ digits: [UInt8]) -> Int64? {
    let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count > 1, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
    var result: Int64 = 0
    for (index, part) in parts.enumerated() {
      guard let value = number(part, radix: 10), index == 0 || (part.count <= 2 && value < 60) else { return nil }
      let (product, overflow) = result.multipliedReportingOverflow(by: 60)
      let (sum, carry) = product.addingReportingOverflow(value)
      if overflow || carry { return nil }
      result = sum
    }
    return result
  }

  /// `2026-01-15`, or a longer text that begins so and goes on with a time.
  private static func isDate(_ bytes: [UInt8]) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[0].allSatisfy(isDigit), (1...2).contains(parts[1].count),
      parts[1].allSatisfy(isDigit)
    else { return false }
    let day = parts[2].prefix(while: isDigit)
    guard (1...2).contains(day.count) else { return false }
    let rest = parts[2].dropFirst(day.count)
    guard let separator = rest.first else { return parts[1].count == 2 && day.count == 2 }
    return (separator | 0x20 == UInt8(ascii: "t") || separator == 0x20) && rest.contains(UInt8(ascii: ":"))
  }
}
