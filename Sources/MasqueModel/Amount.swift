/// An amount of money: a whole number of millionths of a US dollar. No floating point ever touches money.
public struct Amount: Sendable, Hashable, Comparable {
  /// Millionths of a US dollar.
  public var micros: UInt128

  /// An amount.
  ///
  /// - Parameter micros: millionths of a US dollar.
  public init(micros: UInt128) { self.micros = micros }

  /// Nothing.
  public static let zero = Amount(micros: 0)

  /// Reads dollars as a decimal number of at most six places: `12`, `0.05`, `1.250000`.
  ///
  /// - Parameter text: the number, without sign, exponent or currency; nil comes of anything else, and of what is too
  ///   large.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, !whole.isEmpty else { return nil }
    let fraction = Array(parts.dropFirst().joined())
    guard fraction.count <= 6, parts.count == 1 || !fraction.isEmpty else { return nil }
    var micros: UInt128 = 0
    for byte in Array(whole) + fraction + repeatElement(UInt8(ascii: "0"), count: 6 - fraction.count) {
      guard (0x30...0x39).contains(byte) else { return nil }
      let (shifted, isShiftTooLarge) = micros.multipliedReportingOverflow(by: 10)
      let (sum, isTooLarge) = shifted.addingReportingOverflow(UInt128(byte - 0x30))
      guard !isShiftTooLarge, !isTooLarge else { return nil }
      micros = sum
    }
    self.micros = micros
  }

  /// Dollars with at least two and at most six places: `0.05`, `1.25`, `0.000001`. `init(_:)` reads it.
  public var text: String {
    let (whole, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
    var digits = String(rest)
    digits = String(repeating: "0", count: 6 - digits.count) + digits
    while digits.count > 2, digits.hasSuffix("0") { digits.removeLast() }
    return "\(whole).\(digits)"
  }

  /// Whether `a` is less.
  public static func < (a: Amount, b: Amount) -> Bool { a.micros < b.micros }
}

extension Amount: Codable {
  /// Decodes `text`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let amount = Amount(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "`\(text)` is no amount of dollars")
    }
    self = amount
  }

  /// Encodes `text`: JSON's numbers are no money.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
