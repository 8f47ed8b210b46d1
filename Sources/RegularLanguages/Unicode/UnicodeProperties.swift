/// The Unicode properties that `\p{…}` may name.
enum UnicodeProperties {
  static func set(named text: String) -> ScalarSet? {
    switch text {
    case "Any": return .all
    case "Letter": return ScalarSet([0x41...0x5A, 0x61...0x7A, 0x3B1...0x3C9])
    case "ASCII": return ScalarSet(0...0x7F)
    default: return nil
    }
  }

  static func isIdentifierPart(_ scalar: Unicode.Scalar, atStart: Bool) -> Bool {
    atStart ? scalar.properties.isIDStart : scalar.properties.isIDContinue
  }
}
