/// What identifies one wearing of a masque: 128 bits, of which the first 48 are the milliseconds since 1970, so that
/// later ones sort behind earlier ones. Written as 32 hexadecimal digits in lower case.
public struct SessionID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  /// The bits. Never 0 and never all ones, which no ledger takes.
  public let value: UInt128

  /// An identifier.
  ///
  /// - Parameter value: the bits; nil comes of 0 and of all ones.
  public init?(value: UInt128) {
    guard value != 0, value != .max else { return nil }
    self.value = value
  }

  /// Reads 32 hexadecimal digits; nil comes of anything else.
  public init?(_ text: String) {
    guard text.utf8.count == 32, !text.hasPrefix("+"), !text.hasPrefix("-"), let value = UInt128(text, radix: 16) else {
      return nil
    }
    self.init(value: value)
  }

  /// A new identifier.
  ///
  /// - Parameter milliseconds: the time since 1970.
  public init(milliseconds: Int64) {
    let random = UInt128(UInt64.random(in: 1...(.max - 1))) << 16 | UInt128(UInt16.random(in: 0...(.max)))
    value = UInt128(UInt64(clamping: milliseconds) & 0xFFFF_FFFF_FFFF) << 80 | random
  }

  /// 32 hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }

  /// Whether `a` is the earlier one.
  public static func < (a: SessionID, b: SessionID) -> Bool { a.value < b.value }

  /// Decodes 32 hexadecimal digits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let id = SessionID(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no identifier of a session")
    }
    self = id
  }

  /// Encodes 32 hexadecimal digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
