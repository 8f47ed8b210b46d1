import MasqueWorkspace

/// The URI of a resource: `masque://NAME` is the text of a masque, `masque://NAME/block` its identity block. The name is
/// what masques are found by; as in any URI's authority (RFC 3986, § 3.2.2) case does not count, and what is no unreserved
/// character is percent-encoded.
struct MasqueURI: Hashable {
  /// The masque's name.
  var name: String
  /// Whether the identity block is meant.
  var isBlock = false

  /// What every URI begins with.
  static let prefix = "masque://"
  /// The templates (RFC 6570) of both.
  static let textTemplate = prefix + "{name}"
  static let blockTemplate = prefix + "{name}/block"

  /// A URI; see the properties.
  init(name: String, isBlock: Bool = false) {
    self.name = name
    self.isBlock = isBlock
  }

  /// The URI that a text is; nil for any other text, also for one with a name that is none.
  init?(_ text: String) {
    guard text.utf8.count <= 8_192, text.prefix(Self.prefix.count).lowercased() == Self.prefix else { return nil }
    var parts = text.dropFirst(Self.prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    // The root of an authority is the authority itself.
    if parts.count == 2, parts[1].isEmpty { parts.removeLast() }
    guard let first = parts.first, parts.count == 1 || parts.count == 2 && parts[1] == "block",
      let name = decoded(first), !name.isEmpty, !name.contains("/"), !name.contains("\0")
    else { return nil }
    self.name = name
    isBlock = parts.count == 2
  }

  /// The URI's text.
  var description: String {
    // A slash is a name's, if it has one, and no separator.
    let encoded = percentEncoded(FilePath(bytes: Array(name.utf8))).replacing("/", with: "%2F")
    return Self.prefix + encoded + (isBlock ? "/block" : "")
  }
}

/// A text with each `%HH` as its byte; nil for a broken triple, for characters that a URI can't hold there, and for bytes
/// that are not UTF-8.
private func decoded(_ text: Substring) -> String? {
  var bytes: [UInt8] = []
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    switch byte {
    case UInt8(ascii: "%"):
      guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
        return nil
      }
      bytes.append(high << 4 | low)
    case UInt8(ascii: "?"), UInt8(ascii: "#"), 0...0x20, 0x7F:
      return nil
    default:
      bytes.append(byte)
    }
  }
  return String(validating: bytes, as: UTF8.self)
}

private func hexValue(_ byte: UInt8) -> UInt8? {
  Character(Unicode.Scalar(byte)).hexDigitValue.flatMap { UInt8(exactly: $0) }
}
