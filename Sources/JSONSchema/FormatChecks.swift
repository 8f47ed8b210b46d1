import RegularLanguages

func isUUID(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  guard text.count == 36 else { return false }
  for index in 0..<36 {
    let isDash = index == 8 || index == 13 || index == 18 || index == 23
    if isDash ? text[index] != UInt8(ascii: "-") : !isHexDigit(text[index]) { return false }
  }
  return true
}

/// Letters, digits and hyphens in labels of at most 63, none at a label's end; 253 in all.
func isHostname(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  guard !text.isEmpty, text.count <= 253 else { return false }
  var label = 0
  for index in text.indices {
    let byte = text[index]
    if byte == UInt8(ascii: ".") {
      guard label > 0, text[index - 1] != UInt8(ascii: "-") else { return false }
      label = 0
      continue
    }
    guard isLetter(byte) || isDigit(byte) || (byte == UInt8(ascii: "-") && label > 0) else { return false }
    label += 1
    if label > 63 { return false }
    // A hyphen in the third and fourth place is reserved for A-labels.
    if label == 4, byte == UInt8(ascii: "-"), text[index - 1] == byte, text[index - 2] | 0x20 != UInt8(ascii: "n") {
      return false
    }
  }
  return label > 0 && text[text.count - 1] != UInt8(ascii: "-")
}

func isIPv4(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  isIPv4(text[...])
}

private func isIPv4(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
  var parts = 0
  var value = 0
  var length = 0
  for byte in text {
    if byte == UInt8(ascii: ".") {
      guard length > 0 else { return false }
      parts += 1
      value = 0
      length = 0
      continue
    }
    // `01` is one in some readers and octal in others.
    guard isDigit(byte), length < 3, !(length > 0 && value == 0) else { return false }
    value = value * 10 + Int(byte - 0x30)
    length += 1
    guard value <= 255 else { return false }
  }
  return parts == 3 && length > 0
}

func isIPv6(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  isIPv6(text[...])
}

private func isIPv6(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
  var groups = 0
  var hasGap = false
  var position = text.startIndex
  if text.count >= 2, text[position] == UInt8(ascii: ":") {
    guard text[position + 1] == UInt8(ascii: ":") else { return false }
    hasGap = true
    position += 2
    if position == text.endIndex { return true }
  }
  while true {
    let start = position
    while position < text.endIndex, isHexDigit(text[position]) { position += 1 }
    if position < text.endIndex, text[position] == UInt8(ascii: ".") {
      groups += 2
      return isIPv4(text[start...]) && (hasGap ? groups <= 7 : groups == 8)
    }
    guard position > start, position - start <= 4 else { return false }
    groups += 1
    if position == text.endIndex { break }
    guard text[position] == UInt8(ascii: ":") else { return false }
    position += 1
    guard position < text.endIndex else { return false }
    if text[position] == UInt8(ascii: ":") {
      if hasGap { return false }
      hasGap = true
      position += 1
      if position == text.endIndex { break }
    }
  }
  return hasGap ? groups <= 7 : groups == 8
}

/// A local part as dot-atom or quoted string, and a domain as host name or address literal.
func isEmail(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  guard let at = text.lastIndex(of: UInt8(ascii: "@")), at > 0, at + 1 < text.count else { return false }
  let domain = text[(at + 1)...]
  if domain.first == UInt8(ascii: "[") {
    guard domain.last == UInt8(ascii: "]"), domain.count > 2 else { return false }
    let inner = domain.dropFirst().dropLast()
    if inner.starts(with: "IPv6:".utf8) { return isIPv6(inner.dropFirst(5)) }
    guard isIPv4(inner) else { return false }
  } else {
    guard isHostname(UnsafeBufferPointer(rebasing: domain)) else { return false }
  }
  let local = text[..<at]
  if local.first == UInt8(ascii: "\"") {
    guard local.count >= 2, local.last == UInt8(ascii: "\"") else { return false }
    var isEscaped = false
    for byte in local.dropFirst().dropLast() {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") || byte < 0x20 || byte == 0x7F {
        return false
      }
    }
    return !isEscaped
  }
  var previous = UInt8(ascii: ".")
  for byte in local {
    if byte == UInt8(ascii: ".") {
      if previous == byte { return false }
    } else if !isAtomText(byte) {
      return false
    }
    previous = byte
  }
  return previous != UInt8(ascii: ".")
}

/// RFC 5322, section 3.2.3.
private func isAtomText(_ byte: UInt8) -> Bool {
  if isLetter(byte) || isDigit(byte) { return true }
  switch byte {
  case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
    UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
    UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
    UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
    return true
  default:
    return false
  }
}

// MARK: - URIs

/// RFC 3986: the characters, the percent-encodings, the scheme and the authority are checked.
func isURI(_ text: UnsafeBufferPointer<UInt8>, allowsRelative: Bool) -> Bool {
  var position = 0
  // A colon before any slash ends a scheme.
  if let colon = text.firstIndex(where: {
    $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
  }),
    text[colon] == UInt8(ascii: ":")
  {
    guard colon > 0, isLetter(text[0]),
      text[..<colon].allSatisfy({
        isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
      })
    else { return false }
    position = colon + 1
  } else if !allowsRelative {
    return false
  }
  if position + 1 < text.count, text[position] == UInt8(ascii: "/"), text[position + 1] == UInt8(ascii: "/") {
    position += 2
    let end =
      text[position...].firstIndex {
        $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
      } ?? text.count
    guard isAuthority(text[position..<end]) else { return false }
    position = end
  }
  var hasFragment = false
  while position < text.count {
    let byte = text[position]
    if byte == UInt8(ascii: "#") {
      if hasFragment { return false }
      hasFragment = true
      position += 1
    } else if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") {
      position += 1
    } else {
      guard let length = pathCharacter(text[position...]) else { return false }
      position += length
    }
  }
  return true
}

/// User information, host and port.
private func isAuthority(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
  var host = text
  if let at = text.lastIndex(of: UInt8(ascii: "@")) {
    guard isMadeOf(text[..<at], allowing: [UInt8(ascii: ":")]) else { return false }
    host = text[(at + 1)...]
  }
  if host.first == UInt8(ascii: "[") {
    guard let close = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
    let literal = host[(host.startIndex + 1)..<close]
    let isFuture = literal.first.map { $0 | 0x20 == UInt8(ascii: "v") } ?? false
    guard isFuture ? isMadeOf(literal, allowing: [UInt8(ascii: ":")]) : isIPv6(literal) else { return false }
    let port = host[(close + 1)...]
    return port.isEmpty || (port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy(isDigit))
  }
  if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
    guard host[(colon + 1)...].allSatisfy(isDigit) else { return false }
    host = host[..<colon]
  }
  return isMadeOf(host, allowing: [])
}

/// Unreserved characters, sub-delimiters and percent-encodings, and what else is allowed.
private func isMadeOf(_ text: Slice<UnsafeBufferPointer<UInt8>>, allowing extra: [UInt8]) -> Bool {
  var position = text.startIndex
  while position < text.endIndex {
    let byte = text[position]
    if extra.contains(byte) {
      position += 1
    } else if byte != UInt8(ascii: ":"), byte != UInt8(ascii: "@"), let length = pathCharacter(text[position...]) {
      position += length
    } else {
      return false
    }
  }
  return true
}

/// The length of the `pchar` (RFC 3986, section 3.3) that a text begins with: 1, or 3 for a percent-encoding.
private func pathCharacter(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
  guard let byte = text.first else { return nil }
  if isLetter(byte) || isDigit(byte) { return 1 }
  switch byte {
  case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"),
    UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"),
    UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="),
    UInt8(ascii: ":"), UInt8(ascii: "@"):
    return 1
  case UInt8(ascii: "%"):
    let digits = text.dropFirst().prefix(2)
    return digits.count == 2 && digits.allSatisfy(isHexDigit) ? 3 : nil
  default:
    return nil
  }
}

// MARK: - Pointers and patterns

func isJSONPointer(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
  guard let first = text.first else { return true }
  guard first == UInt8(ascii: "/") else { return false }
  var isEscaped = false
  for byte in text {
    if isEscaped, byte != UInt8(ascii: "0"), byte != UInt8(ascii: "1") { return false }
    isEscaped = byte == UInt8(ascii: "~")
  }
  return !isEscaped
}

func isRelativeJSONPointer(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  let digits = text.prefix(while: isDigit)
  guard !digits.isEmpty, digits.count == 1 || digits.first != UInt8(ascii: "0") else { return false }
  let rest = text[digits.endIndex...]
  return rest.elementsEqual("#".utf8) || isJSONPointer(rest)
}

/// What is valid ECMA-262 and merely not regular, such as a look-ahead, is a regular expression nevertheless.
func isRegex(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  do {
    _ = try ECMAPattern(String(decoding: text, as: UTF8.self))
    return true
  } catch {
    return error.kind != .syntax
  }
}
