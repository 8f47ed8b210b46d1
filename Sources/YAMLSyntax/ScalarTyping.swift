import DocumentTree

/// The type of a scalar by the YAML 1.2 core schema, or by its tag.
///
/// - Parameters:
///   - text: the scalar's text after unescaping and folding.
///   - style: how it is written; only plain scalars are typed by their text.
///   - tag: the expanded tag, NUL-terminated, if there is one.
/// - Returns: the type, and for a truth value whether it is true.
func scalarType(
  of text: UnsafeBufferPointer<UInt8>, style: NodeStyle, tag: UnsafePointer<UInt8>?
) -> (type: ScalarType, flags: NodeFlags) {
  if let tag {
    switch String(cString: tag) {
    case "tag:yaml.org,2002:null": return (.null, [])
    case "tag:yaml.org,2002:bool": return (.bool, coreType(ofPlain: text).flags.intersection(.isTrue))
    case "tag:yaml.org,2002:int": return (.int, [])
    case "tag:yaml.org,2002:float": return (.float, [])
    case "tag:yaml.org,2002:str", "!": return (.string, [])
    // An unknown tag is a finding of its own; the value is taken by its looks.
    default: break
    }
  }
  return style == .plain ? coreType(ofPlain: text) : (.string, [])
}

func scalarType(
  ofPlain text: UnsafeBufferPointer<UInt8>, tag: UnsafeMutablePointer<UInt8>?
) -> (type: ScalarType, flags: NodeFlags) {
  scalarType(of: text, style: .plain, tag: tag.map { UnsafePointer($0) })
}

func scalarType(
  of text: UnsafeBufferPointer<UInt8>, style: NodeStyle, tag: UnsafeMutablePointer<UInt8>?
) -> (type: ScalarType, flags: NodeFlags) {
  scalarType(of: text, style: style, tag: tag.map { UnsafePointer($0) })
}

/// The YAML 1.2 core schema (section 10.3.2) for a plain scalar.
func coreType(ofPlain text: UnsafeBufferPointer<UInt8>) -> (type: ScalarType, flags: NodeFlags) {
  guard let first = text.first else { return (.null, []) }
  switch first {
  case UInt8(ascii: "~"):
    return (text.count == 1 ? .null : .string, [])
  case UInt8(ascii: "n"), UInt8(ascii: "N"):
    return (isWord(text, "null", "Null", "NULL") ? .null : .string, [])
  case UInt8(ascii: "t"), UInt8(ascii: "T"):
    return isWord(text, "true", "True", "TRUE") ? (.bool, .isTrue) : (.string, [])
  case UInt8(ascii: "f"), UInt8(ascii: "F"):
    return (isWord(text, "false", "False", "FALSE") ? .bool : .string, [])
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
    return (numberType(of: text), [])
  default:
    return (.string, [])
  }
}

private func isWord(
  _ text: UnsafeBufferPointer<UInt8>, _ a: StaticString, _ b: StaticString, _ c: StaticString
) -> Bool {
  isText(text, a) || isText(text, b) || isText(text, c)
}

func isText(_ text: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
  text.count == word.utf8CodeUnitCount
    && text.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
}

/// `int`, `float` or `string` for a text that begins like a number.
private func numberType(of text: UnsafeBufferPointer<UInt8>) -> ScalarType {
  var position = 0
  func peek() -> UInt8 { position < text.count ? text[position] : 0 }
  func skipDigits() -> Int {
    let start = position
    while position < text.count, text[position] &- 0x30 < 10 { position += 1 }
    return position - start
  }
  if text.count > 2, text[0] == UInt8(ascii: "0") {
    if text[1] == UInt8(ascii: "x") {
      let isHex = text[2...].allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }
      return isHex ? .int : .string
    }
    if text[1] == UInt8(ascii: "o") {
      return text[2...].allSatisfy { $0 &- 0x30 < 8 } ? .int : .string
    }
  }
  if isWord(text, ".nan", ".NaN", ".NAN") { return .float }
  if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
  let unsigned = UnsafeBufferPointer(rebasing: text[position...])
  if isWord(unsigned, ".inf", ".Inf", ".INF") { return .float }
  var digits = skipDigits()
  var type = ScalarType.int
  if peek() == UInt8(ascii: ".") {
    position += 1
    digits += skipDigits()
    type = .float
  }
  guard digits > 0 else { return .string }
  if peek() | 0x20 == UInt8(ascii: "e") {
    position += 1
    if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
    guard skipDigits() > 0 else { return .string }
    type = .float
  }
  return position == text.count ? type : .string
}
