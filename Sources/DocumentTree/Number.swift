/// The exact value of a number as JSON and the YAML 1.2 core schema spell it: decimal with fraction and exponent, `0x`,
/// `0o`, a leading `+`, `.inf` and `.nan`.
///
/// A finite number is sign × significand × 10^exponent, where the significand has no trailing zero. Up to 128 bits the
/// significand is an integer; a longer one keeps its decimal digits, so that comparison stays exact for any length.
/// Three limits are documented approximations:
/// - an exponent beyond ±10^15 counts as ±10^15;
/// - a hexadecimal or octal number of more than 1,024 digits counts as infinite;
/// - `isMultiple(of:)` is decided in `Double` when the divisor's significand needs more than 128 bits.
public struct Number: Sendable {
  fileprivate enum Kind: UInt8, Sendable {
    case finite
    case infinite
    case notANumber
  }

  fileprivate let kind: Kind
  /// Whether the number is below zero. Zero itself is never negative.
  public let isNegative: Bool
  /// Without trailing zeros; 0 for zero and where `digits` is used.
  fileprivate let significand: UInt128
  fileprivate let exponent: Int
  /// The significand's decimal digits, each 0…9, where it does not fit 128 bits.
  fileprivate let digits: [UInt8]?

  fileprivate init(kind: Kind, isNegative: Bool, significand: UInt128, exponent: Int, digits: [UInt8]?) {
    self.kind = kind
    self.isNegative = isNegative
    self.significand = significand
    self.exponent = exponent
    self.digits = digits
  }

  /// The number that an integer is.
  public init(_ value: Int) {
    self.init(negative: value < 0, magnitude: UInt128(value.magnitude), exponent: 0)
  }

  /// Normalises: strips trailing zeros.
  fileprivate init(negative: Bool, magnitude: UInt128, exponent: Int) {
    var magnitude = magnitude
    var exponent = exponent
    if magnitude == 0 {
      self.init(kind: .finite, isNegative: false, significand: 0, exponent: 0, digits: nil)
      return
    }
    // Most numbers are short; 64-bit division is several times cheaper.
    if var small = UInt64(exactly: magnitude) {
      while small % 10 == 0 {
        small /= 10
        exponent += 1
      }
      magnitude = UInt128(small)
    } else {
      while magnitude % 10 == 0 {
        magnitude /= 10
        exponent += 1
      }
    }
    self.init(kind: .finite, isNegative: negative, significand: magnitude, exponent: exponent, digits: nil)
  }

  /// The number that a text spells; nil if it spells none. O(n).
  public init?(utf8 text: UnsafeBufferPointer<UInt8>) {
    var reader = NumberReader(text: text)
    guard let number = reader.read() else { return nil }
    self = number
  }

  /// The number that a text spells; nil if it spells none. O(n).
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard let number = bytes.withUnsafeBufferPointer({ Number(utf8: $0) }) else { return nil }
    self = number
  }

  /// Whether the number has a finite value.
  public var isFinite: Bool { kind == .finite }
  /// Whether this is not-a-number.
  public var isNaN: Bool { kind == .notANumber }
  /// Whether the number is zero.
  public var isZero: Bool { kind == .finite && significand == 0 && digits == nil }
  /// Whether the value is a whole number, however it is written: `1.0` and `1e3` are, `.inf` is not.
  public var isInteger: Bool { kind == .finite && exponent >= 0 }

  /// The value as an `Int`, where it is whole and fits.
  public var asInt: Int? {
    guard isInteger, digits == nil else { return nil }
    if significand == 0 { return 0 }
    guard exponent <= 18 else { return nil }
    var value = significand
    for _ in 0..<exponent {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
    }
    if isNegative {
      guard value <= UInt128(Int.min.magnitude) else { return nil }
      return value == UInt128(Int.min.magnitude) ? Int.min : -Int(truncatingIfNeeded: value)
    }
    return Int(exactly: value)
  }

  /// The nearest `Double`.
  public var asDouble: Double {
    switch kind {
    case .infinite: return isNegative ? -.infinity : .infinity
    case .notANumber: return .nan
    case .finite:
      if isZero { return 0 }
      // 20 digits decide any double but for ties that only a longer tail breaks.
      let leading = decimalDigits
      let kept = leading.prefix(40)
      let text = String(decoding: kept.map { $0 &+ 0x30 }, as: UTF8.self)
      let shift = exponent &+ (leading.count - kept.count)
      let magnitude = Double("\(text)e\(shift)") ?? (shift < 0 ? 0 : .infinity)
      return isNegative ? -magnitude : magnitude
    }
  }

  /// The significand's digits, most significant first.
  fileprivate var decimalDigits: [UInt8] {
    if let digits { return digits }
    return String(significand).utf8.map { $0 &- 0x30 }
  }

  private var digitCount: Int {
    if let digits { return digits.count }
    return decimalLength(significand)
  }

  /// Whether the value divided by `divisor` is a whole number. Exact, see `Number` for the one exception. False where
  /// either is not finite or the divisor is zero.
  ///
  /// O(digits) for the dividend and O(log of the exponents' difference).
  public func isMultiple(of divisor: Number) -> Bool {
    guard kind == .finite, divisor.kind == .finite, !divisor.isZero else { return false }
    if isZero { return true }
    guard divisor.digits == nil else {
      if self == divisor { return true }
      let quotient = asDouble / divisor.asDouble
      return quotient.isFinite && quotient == quotient.rounded()
    }
    // Without trailing zeros, sa × 10^d with d < 0 is no multiple of an integer.
    let shift = exponent - divisor.exponent
    guard shift >= 0 else { return false }
    let modulus = divisor.significand
    if modulus == 1 { return true }
    let base: UInt128
    if let digits {
      base = remainder(of: digits, by: modulus)
    } else {
      base = significand % modulus
    }
    if base == 0 { return true }
    return multiply(base, power(10 % modulus, shift, modulus), modulus) == 0
  }
}

extension Number: Hashable, Comparable {
  /// Whether two numbers have the same value. Not-a-number equals itself, so that equal documents are equal.
  public static func == (a: Number, b: Number) -> Bool {
    guard a.kind == b.kind, a.isNegative == b.isNegative else { return false }
    return a.kind != .finite || (a.significand == b.significand && a.exponent == b.exponent && a.digits == b.digits)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind.rawValue)
    guard kind == .finite else { return }
    hasher.combine(isNegative)
    hasher.combine(significand)
    hasher.combine(exponent)
    if let digits { hasher.combine(digits) }
  }

  /// Whether `a` lies below `b`; never with not-a-number on either side.
  public static func < (a: Number, b: Number) -> Bool {
    if a.isNaN || b.isNaN { return false }
    if a.kind == .infinite || b.kind == .infinite {
      let first = a.kind == .infinite ? (a.isNegative ? -1 : 1) : 0
      let second = b.kind == .infinite ? (b.isNegative ? -1 : 1) : 0
      return first < second
    }
    if a.isNegative != b.isNegative { return a.isNegative }
    return a.isNegative ? magnitude(of: b, isBelow: a) : magnitude(of: a, isBelow: b)
  }

  private static func magnitude(of a: Number, isBelow b: Number) -> Bool {
    if a.isZero { return !b.isZero }
    if b.isZero { return false }
    if a.exponent == b.exponent, a.digits == nil, b.digits == nil { return a.significand < b.significand }
    let first = a.digitCount + a.exponent
    let second = b.digitCount + b.exponent
    if first != second { return first < second }
    if a.digits == nil, b.digits == nil {
      // The same power of ten leads both, so the exponents differ by fewer digits than a significand can have.
      var low = a.significand
      var high = b.significand
      if a.exponent > b.exponent {
        guard let scaled = scaled(low, a.exponent - b.exponent) else { return false }
        low = scaled
      } else {
        guard let scaled = scaled(high, b.exponent - a.exponent) else { return true }
        high = scaled
      }
      return low < high
    }
    return a.decimalDigits.lexicographicallyPrecedes(b.decimalDigits)
  }
}

extension Number: CustomStringConvertible {
  /// A spelling of the value: plain decimal where that is short, else with an exponent.
  public var description: String {
    switch kind {
    case .infinite: return isNegative ? "-.inf" : ".inf"
    case .notANumber: return ".nan"
    case .finite: break
    }
    let sign = isNegative ? "-" : ""
    let text = String(decoding: decimalDigits.map { $0 &+ 0x30 }, as: UTF8.self)
    if exponent >= 0, exponent <= 20 { return sign + text + String(repeating: "0", count: exponent) }
    let point = text.utf8.count + exponent
    if exponent < 0, point > 0 { return sign + text.prefix(point) + "." + text.dropFirst(point) }
    if exponent < 0, point > -6 { return sign + "0." + String(repeating: "0", count: -point) + text }
    return "\(sign)\(text)e\(exponent)"
  }
}

extension DocumentTree {
  /// The value of a scalar whose type is `int` or `float`; nil for any other node.
  public func number(of id: NodeID) -> Number? {
    let node = self[id]
    guard node.kind == .scalar, node.type == .int || node.type == .float else { return nil }
    return withText(of: id) { Number(utf8: $0) }
  }
}

/// Reads one number from a whole text.
private struct NumberReader {
  let text: UnsafeBufferPointer<UInt8>
  var position = 0

  private static let exponentLimit = 1_000_000_000_000_000
  private static let longestRadixText = 1_024

  mutating func read() -> Number? {
    guard !text.isEmpty else { return nil }
    var negative = false
    if text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
      negative = text[0] == UInt8(ascii: "-")
      position = 1
    } else if text.count > 2, text[0] == UInt8(ascii: "0"), text[1] == UInt8(ascii: "x") || text[1] == UInt8(ascii: "o")
    {
      return radix(text[1] == UInt8(ascii: "x") ? 16 : 8)
    }
    guard position < text.count else { return nil }
    if text[position] == UInt8(ascii: "."), position + 1 < text.count, !isDigit(text[position + 1]) {
      return special(negative)
    }
    return decimal(negative)
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  private func special(_ negative: Bool) -> Number? {
    let word = text[position...]
    if word.elementsEqual(".inf".utf8) || word.elementsEqual(".Inf".utf8) || word.elementsEqual(".INF".utf8) {
      return Number(kind: .infinite, isNegative: negative, significand: 0, exponent: 0, digits: nil)
    }
    // A sign before not-a-number is no core-schema spelling.
    if position == 0,
      word.elementsEqual(".nan".utf8) || word.elementsEqual(".NaN".utf8) || word.elementsEqual(".NAN".utf8)
    {
      return Number(kind: .notANumber, isNegative: false, significand: 0, exponent: 0, digits: nil)
    }
    return nil
  }

  private mutating func decimal(_ negative: Bool) -> Number? {
    let start = position
    var magnitude: UInt64 = 0
    var digitsRead = 0
    var fractionDigits = 0
    var seenPoint = false
    while position < text.count {
      let byte = text[position]
      if isDigit(byte) {
        // 19 digits always fit; longer texts take the second path below.
        if digitsRead < 19 { magnitude = magnitude &* 10 &+ UInt64(byte &- 0x30) }
        digitsRead += 1
        if seenPoint { fractionDigits += 1 }
      } else if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else {
        break
      }
      position += 1
    }
    let end = position
    guard digitsRead > 0, let written = exponent() else { return nil }
    let scale = written - fractionDigits
    if digitsRead <= 19 { return Number(negative: negative, magnitude: UInt128(magnitude), exponent: scale) }
    return long(negative, from: start, to: end, exponent: scale)
  }

  /// The exponent to the text's end; nil if something else stands there.
  private mutating func exponent() -> Int? {
    guard position < text.count else { return 0 }
    guard text[position] | 0x20 == UInt8(ascii: "e") else { return nil }
    position += 1
    var negative = false
    if position < text.count, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") {
      negative = text[position] == UInt8(ascii: "-")
      position += 1
    }
    guard position < text.count else { return nil }
    var value = 0
    while position < text.count {
      guard isDigit(text[position]) else { return nil }
      value = min(value * 10 + Int(text[position] &- 0x30), Self.exponentLimit)
      position += 1
    }
    return negative ? -value : value
  }

  /// A number of 20 or more digits.
  private func long(_ negative: Bool, from start: Int, to end: Int, exponent: Int) -> Number {
    var exponent = exponent
    var first = start
    while first < end, !(isDigit(text[first]) && text[first] != 0x30) { first += 1 }
    var last = end
    while last > first, !(isDigit(text[last - 1]) && text[last - 1] != 0x30) {
      if isDigit(text[last - 1]) { exponent += 1 }
      last -= 1
    }
    var magnitude: UInt128 = 0
    var fits = true
    for index in first..<last where isDigit(text[index]) {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt128(text[index] &- 0x30))
      if overflow || carry {
        fits = false
        break
      }
      magnitude = sum
    }
    if fits { return Number(negative: negative, magnitude: magnitude, exponent: exponent) }
    let digits = text[first..<last].lazy.filter { $0 &- 0x30 < 10 }.map { $0 &- 0x30 }
    return Number(kind: .finite, isNegative: negative, significand: 0, exponent: exponent, digits: Array(digits))
  }

  private func radix(_ radix: UInt128) -> Number? {
    var magnitude: UInt128 = 0
    var fits = true
    for byte in text[2...] {
      guard let digit = value(of: byte), digit < radix else { return nil }
      guard fits else { continue }
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: radix)
      if overflow { fits = false } else { magnitude = product | digit }
    }
    if fits { return Number(negative: false, magnitude: magnitude, exponent: 0) }
    let first = text[2...].firstIndex { $0 != 0x30 } ?? text.count
    guard text.count - first <= Self.longestRadixText else {
      return Number(kind: .infinite, isNegative: false, significand: 0, exponent: 0, digits: nil)
    }
    // Little-endian limbs in base 10^9.
    var limbs: [UInt64] = [0]
    for byte in text[first...] {
      var carry = UInt64(truncatingIfNeeded: value(of: byte) ?? 0)
      for index in limbs.indices {
        let next = limbs[index] * UInt64(truncatingIfNeeded: radix) + carry
        limbs[index] = next % 1_000_000_000
        carry = next / 1_000_000_000
      }
      if carry > 0 { limbs.append(carry) }
    }
    var decimal: [UInt8] = []
    for limb in limbs {
      var rest = limb
      for _ in 0..<9 {
        decimal.append(UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
      }
    }
    while decimal.last == 0 { decimal.removeLast() }
    let zeros = decimal.prefix { $0 == 0 }.count
    let digits = Array(decimal.dropFirst(zeros).reversed())
    // Stripping zeros may have brought the significand back into 128 bits; equal values need equal forms.
    let spelled = digits.map { $0 &+ 0x30 }
    return spelled.withUnsafeBufferPointer {
      NumberReader(text: $0).long(false, from: 0, to: $0.count, exponent: zeros)
    }
  }

  private func value(of byte: UInt8) -> UInt128? {
    switch byte {
    case 0x30...0x39: UInt128(byte &- 0x30)
    case 0x41...0x46: UInt128(byte &- 0x41 &+ 10)
    case 0x61...0x66: UInt128(byte &- 0x61 &+ 10)
    default: nil
    }
  }
}

private func decimalLength(_ value: UInt128) -> Int {
  var value = value
  var length = 1
  while value >= 10_000_000_000_000_000_000 {
    value /= 10_000_000_000_000_000_000
    length += 19
  }
  var small = UInt64(truncatingIfNeeded: value)
  while small >= 10 {
    small /= 10
    length += 1
  }
  return length
}

/// value × 10^places, nil where it exceeds 128 bits.
private func scaled(_ value: UInt128, _ places: Int) -> UInt128? {
  guard places <= 39 else { return nil }
  var value = value
  for _ in 0..<places {
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    if overflow { return nil }
    value = product
  }
  return value
}

/// a × b mod m, for a and b below m.
private func multiply(_ a: UInt128, _ b: UInt128, _ m: UInt128) -> UInt128 {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  if !overflow { return product % m }
  // The quotient fits because a × b < m × m.
  return m.dividingFullWidth(a.multipliedFullWidth(by: b)).remainder
}

private func power(_ base: UInt128, _ exponent: Int, _ m: UInt128) -> UInt128 {
  var result = 1 % m
  var square = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result = multiply(result, square, m) }
    square = multiply(square, square, m)
    rest >>= 1
  }
  return result
}

private func remainder(of digits: [UInt8], by m: UInt128) -> UInt128 {
  var rest: UInt128 = 0
  for digit in digits {
    rest = multiply(rest, 10 % m, m)
    let (sum, overflow) = rest.addingReportingOverflow(UInt128(digit))
    // With overflow the true sum is 2^128 + sum, less than 2m; subtracting m once in wrapping arithmetic is right.
    rest = overflow || sum >= m ? (sum &- m) % m : sum
  }
  return rest
}
