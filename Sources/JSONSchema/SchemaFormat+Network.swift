// The formats of names, addresses and URIs.

func isIPv4(_ text: Bytes) -> Bool {
  var parts = 0
  var value = 0
  var digits = 0
  for byte in text {
    if isDigit(byte) {
      // "01" is none: some readers take it for octal.
      guard digits == 0 || value > 0, digits < 3 else { return false }
      value = value * 10 + Int(byte &- 0x30)
      digits += 1
    } else {
      guard byte == UInt8(ascii: "."), digits > 0, value <= 255 else { return false }
      parts += 1
      value = 0
      digits = 0
    }
  }
  return parts == 3 && digits > 0 && value <= 255
}

func isIPv6(_ text: Bytes) -> Bool {
  var groups = 0
  var hasGap = false
  var position = text.startIndex
  guard text.count >= 2 else { return false }
  if text.starts(with: "::".utf8) {
    hasGap = true
    position += 2
    if position == text.endIndex { return true }
  }
  while true {
    let group = text[position...].prefix(while: isHexDigit)
    if group.endIndex < text.endIndex, text[group.endIndex] == UInt8(ascii: ".") {
      guard isIPv4(text[position...]) else { return false }
      groups += 2
      break
    }
    guard 1...4 ~= group.count else { return false }
    groups += 1
    position = group.endIndex
    if position == text.endIndex { break }
    guard text[position] == UInt8(ascii: ":") else { return false }
    position += 1
    guard position < text.endIndex else { return false }
    if text[position] == UInt8(ascii: ":") {
      guard !hasGap else { return false }
      hasGap = true
      position += 1
      if position == text.endIndex { break }
    }
  }
  return hasGap ? groups <= 7 : groups == 8
}

func isHostname(_ text: Bytes) -> Bool {
  guard 1...253 ~= text.count else { return false }
  var length = 0
  var previous = UInt8(ascii: ".")
  for byte in text {
    if byte == UInt8(ascii: ".") {
      guard length > 0, previous != UInt8(ascii: "-") else { return false }
      length = 0
    } else {
      guard isAlphanumeric(byte) || (byte == UInt8(ascii: "-") && length > 0) else { return false }
      length += 1
      guard length <= 63 else { return false }
    }
    previous = byte
  }
  return length > 0 && previous != UInt8(ascii: "-")
}

private func isAtomText(_ byte: UInt8) -> Bool {
  if isAlphanumeric(byte) { return true }
  switch byte {
  case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
    UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="),
    UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"),
    UInt8(ascii: "}"), UInt8(ascii: "~"):
    return true
  default: return false
  }
}

func isEmail(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  guard let at = text.lastIndex(of: UInt8(ascii: "@")), 1...64 ~= at else { return false }
  let local = text[..<at]
  if local.first == UInt8(ascii: "\"") {
    guard local.count >= 2, local.last == UInt8(ascii: "\"") else { return false }
    var isEscaped = false
    for byte in local.dropFirst().dropLast() {
      guard 32...126 ~= byte else { return false }
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        return false
      }
    }
    if isEscaped { return false }
  } else {
    var previous = UInt8(ascii: ".")
    for byte in local {
      if byte == UInt8(ascii: ".") ? previous == UInt8(ascii: ".") : !isAtomText(byte) { return false }
      previous = byte
    }
    if previous == UInt8(ascii: ".") { return false }
  }
  let domain = text[(at + 1)...]
  guard domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]"), domain.count > 2 else {
    return isHostname(domain)
  }
  let literal = domain.dropFirst().dropLast()
  return literal.starts(with: "IPv6:".utf8) ? isIPv6(literal.dropFirst(5)) : isIPv4(literal)
}

// MARK: - URIs

private func isSubDelimiter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("),
    UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
    return true
  default: return false
  }
}

private func isUnreserved(_ byte: UInt8) -> Bool {
  isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    || byte == UInt8(ascii: "~")
}

/// Whether a part is made of `pchar`s, percent triples and the bytes that `extra` admits.
private func consists(_ part: Bytes, _ international: Bool, _ extra: (UInt8) -> Bool) -> Bool {
  var index = part.startIndex
  while index < part.endIndex {
    let byte = part[index]
    if byte == UInt8(ascii: "%") {
      guard index + 2 < part.endIndex, isHexDigit(part[index + 1]), isHexDigit(part[index + 2]) else { return false }
      index += 3
      continue
    }
    guard isUnreserved(byte) || isSubDelimiter(byte) || extra(byte) || (international && byte >= 0x80) else {
      return false
    }
    index += 1
  }
  return true
}

func isURI(_ text: UnsafeBufferPointer<UInt8>, relative: Bool, international: Bool) -> Bool {
  let isPathExtra: (UInt8) -> Bool = { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "/") }
  let isQueryExtra: (UInt8) -> Bool = { isPathExtra($0) || $0 == UInt8(ascii: "?") }
  var rest = text[...]
  if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
    guard consists(rest[(hash + 1)...], international, isQueryExtra) else { return false }
    rest = rest[..<hash]
  }
  if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
    guard consists(rest[(mark + 1)...], international, isQueryExtra) else { return false }
    rest = rest[..<mark]
  }
  var hasScheme = false
  if let end = rest.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }),
    rest[end] == UInt8(ascii: ":")
  {
    // Without a scheme the first segment has no colon (section 4.2), so a colon here ends a scheme.
    let scheme = rest[..<end]
    guard let first = scheme.first, isLetter(first) else { return false }
    for byte in scheme {
      guard
        isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      else { return false }
    }
    hasScheme = true
    rest = rest[(end + 1)...]
  }
  guard hasScheme || relative else { return false }
  if rest.starts(with: "//".utf8) {
    rest = rest.dropFirst(2)
    let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    guard isAuthority(rest[..<end], international) else { return false }
    rest = rest[end...]
  }
  return consists(rest, international, isPathExtra)
}

private func isAuthority(_ text: Bytes, _ international: Bool) -> Bool {
  var rest = text
  if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
    guard consists(rest[..<at], international, { $0 == UInt8(ascii: ":") }) else { return false }
    rest = rest[(at + 1)...]
  }
  if rest.first == UInt8(ascii: "[") {
    guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
    let address = rest[(rest.startIndex + 1)..<end]
    guard isIPv6(address) || isFutureAddress(address) else { return false }
    rest = rest[(end + 1)...]
    guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { return false }
  } else {
    let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
    guard consists(rest[..<end], international, { _ in false }) else { return false }
    rest = rest[end...]
  }
  return rest.dropFirst().allSatisfy(isDigit)
}

/// `IPvFuture`: `v`, hexadecimal digits, a dot and what follows.
private func isFutureAddress(_ text: Bytes) -> Bool {
  guard let first = text.first, first | 0x20 == UInt8(ascii: "v") else { return false }
  let version = text.dropFirst().prefix(while: isHexDigit)
  let rest = text[version.endIndex...]
  guard !version.isEmpty, rest.first == UInt8(ascii: "."), rest.count > 1 else { return false }
  return rest.dropFirst().allSatisfy { isUnreserved($0) || isSubDelimiter($0) || $0 == UInt8(ascii: ":") }
}

func isURITemplate(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  var index = 0
  while index < text.count {
    let byte = text[index]
    switch byte {
    case UInt8(ascii: "{"):
      guard let end = text[index...].firstIndex(of: UInt8(ascii: "}")), isExpression(text[(index + 1)..<end]) else {
        return false
      }
      index = end
    case UInt8(ascii: "%"):
      guard index + 2 < text.count, isHexDigit(text[index + 1]), isHexDigit(text[index + 2]) else { return false }
    case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "}"):
      return false
    default: break
    }
    index += 1
  }
  return true
}

/// The inside of `{…}` (RFC 6570, section 2.2): an operator, then variables with modifiers.
private func isExpression(_ text: Bytes) -> Bool {
  var rest = text
  if let first = rest.first, !isAlphanumeric(first), first != UInt8(ascii: "_"), first != UInt8(ascii: "%") {
    guard "+#./;?&=,!@|".utf8.contains(first) else { return false }
    rest = rest.dropFirst()
  }
  for variable in Variables(rest: rest) {
    guard let variable else { return false }
    var name = variable
    if name.last == UInt8(ascii: "*") {
      name = name.dropLast()
    } else if let colon = name.firstIndex(of: UInt8(ascii: ":")) {
      let length = name[(colon + 1)...]
      guard 1...4 ~= length.count, length.first != UInt8(ascii: "0"), length.allSatisfy(isDigit) else { return false }
      name = name[..<colon]
    }
    guard isVariableName(name) else { return false }
  }
  return true
}

/// The pieces between commas, without an array.
private struct Variables: Sequence, IteratorProtocol {
  var rest: Bytes
  var isDone = false

  mutating func next() -> Bytes?? {
    guard !isDone else { return nil }
    guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else {
      isDone = true
      return .some(rest.isEmpty ? nil : rest)
    }
    let piece = rest[..<comma]
    rest = rest[(comma + 1)...]
    return .some(piece.isEmpty ? nil : piece)
  }
}

private func isVariableName(_ name: Bytes) -> Bool {
  var previous = UInt8(ascii: ".")
  var index = name.startIndex
  while index < name.endIndex {
    let byte = name[index]
    if byte == UInt8(ascii: "%") {
      guard index + 2 < name.endIndex, isHexDigit(name[index + 1]), isHexDigit(name[index + 2]) else { return false }
      index += 2
    } else if byte == UInt8(ascii: ".") {
      guard previous != UInt8(ascii: ".") else { return false }
    } else if !isAlphanumeric(byte), byte != UInt8(ascii: "_") {
      return false
    }
    previous = byte
    index += 1
  }
  return previous != UInt8(ascii: ".")
}
