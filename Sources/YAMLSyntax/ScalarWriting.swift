import DocumentTree
import SourceText

/// Writing text as YAML.
public enum ScalarWriting {
  /// Text as a YAML scalar on one line that reads back as the same string: plain where that is safe, in double quotes
  /// otherwise. It is safe where YAML 1.1 readers agree.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - inFlow: whether it stands in brackets or braces.
  /// - Returns: the scalar as it is written.
  public static func scalar(_ text: String, inFlow: Bool = false) -> String {
    isSafePlain(text, inFlow: inFlow) ? text : doubleQuoted(text)
  }

  /// Text in double quotes, escaped as YAML 1.2 has it; printable characters beyond ASCII stay as they are.
  public static func doubleQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}": result += "\\0"
      case "\u{85}": result += "\\N"
      case "\u{2028}": result += "\\L"
      case "\u{2029}": result += "\\P"
      case "\u{FEFF}": result += "\\uFEFF"
      default:
        if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\x" + (digits.count < 2 ? "0" : "") + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  /// Text in single quotes, which know no escape but `''`; nil for text that needs another.
  public static func singleQuoted(_ text: String) -> String? {
    guard !needsEscapes(text) else { return nil }
    var result = "'"
    for scalar in text.unicodeScalars {
      if scalar == "'" { result += "'" }
      result.unicodeScalars.append(scalar)
    }
    return result + "'"
  }

  /// Whether text may stand without quotes and is still that text for every YAML reader.
  public static func isSafePlain(_ text: String, inFlow: Bool = false) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last, first != 0x20, last != 0x20, last != UInt8(ascii: ":")
    else { return false }
    let scanner = LineScanner(bytes: bytes, range: .init(0, bytes.count))
    if scanner.isIndicator(first) { return false }
    if first == UInt8(ascii: "-") || first == UInt8(ascii: "?") || first == UInt8(ascii: ":") {
      // `-x` is text and `- x` an item; `---` begins a document.
      guard bytes.count > 1, bytes[1] != 0x20, bytes[1] != first, !inFlow else { return false }
    }
    if needsEscapes(text) { return false }
    for index in bytes.indices {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0x20
      if byte == UInt8(ascii: ":"), next == 0x20 { return false }
      if byte == 0x20, next == UInt8(ascii: "#") { return false }
      if inFlow,
        [UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}")].contains(byte)
      {
        return false
      }
    }
    if bytes.starts(with: Array("...".utf8)) { return false }
    let isCoreString = bytes.withUnsafeBufferPointer { coreType(ofPlain: $0).type == .string }
    return isCoreString && YAML11.reading(ofPlain: text) == nil
  }

  /// Whether a text has a character that only double quotes can carry: a control character, or a line break of any kind.
  private static func needsEscapes(_ text: String) -> Bool {
    text.unicodeScalars.contains {
      $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028 || $0.value == 0x2029
        || $0.value == 0xFEFF
    }
  }
}
