/// A URI or a relative reference in its five parts, by RFC 3986. Anything parses; what is not a valid URI merely
/// resolves to nothing that exists.
struct URIReference: Sendable {
  var scheme: Substring?
  var authority: Substring?
  var path: Substring
  var query: Substring?
  var fragment: Substring?

  /// Splits a text as the regular expression of RFC 3986, appendix B, does.
  init(_ text: String) {
    var rest = Substring(text)
    if let hash = rest.utf8.firstIndex(of: UInt8(ascii: "#")) {
      fragment = rest[rest.utf8.index(after: hash)...]
      rest = rest[..<hash]
    }
    if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
      query = rest[rest.utf8.index(after: mark)...]
      rest = rest[..<mark]
    }
    if let colon = rest.utf8.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }),
      rest.utf8[colon] == UInt8(ascii: ":"), colon > rest.startIndex
    {
      scheme = rest[..<colon]
      rest = rest[rest.utf8.index(after: colon)...]
    }
    if rest.utf8.starts(with: "//".utf8) {
      rest = rest.dropFirst(2)
      let end = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      authority = rest[..<end]
      rest = rest[end...]
    }
    path = rest
  }

  /// Joins the parts again (section 5.3), without the fragment.
  var textWithoutFragment: String {
    var text = ""
    if let scheme { text += scheme + ":" }
    if let authority { text += "//" + authority }
    text += path
    if let query { text += "?" + query }
    return text
  }

  /// Resolves this reference against a base URI (section 5.2.2). The fragment is the reference's own.
  func resolved(against base: URIReference) -> URIReference {
    var result = self
    if scheme != nil {
      result.path = removeDotSegments(path)
      return result
    }
    result.scheme = base.scheme
    if authority != nil {
      result.path = removeDotSegments(path)
      return result
    }
    result.authority = base.authority
    if path.isEmpty {
      result.path = base.path
      result.query = query ?? base.query
    } else if path.utf8.first == UInt8(ascii: "/") {
      result.path = removeDotSegments(path)
    } else {
      result.path = removeDotSegments(merge(base))
    }
    return result
  }

  /// Section 5.2.3.
  private func merge(_ base: URIReference) -> Substring {
    if base.authority != nil, base.path.isEmpty { return "/" + path }
    guard let slash = base.path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return base.path[...slash] + path
  }
}

/// Section 5.2.4, over the segments between slashes.
private func removeDotSegments(_ path: Substring) -> Substring {
  guard path.utf8.contains(UInt8(ascii: ".")) else { return path }
  let isAbsolute = path.utf8.first == UInt8(ascii: "/")
  var output: [Substring] = []
  let segments = path.split(separator: "/", omittingEmptySubsequences: false)
  for (index, segment) in segments.enumerated() {
    let isLast = index == segments.count - 1
    if segment == "." {
      if isLast { output.append("") }
    } else if segment == ".." {
      // The empty segment before a leading slash stays.
      if output.count > (isAbsolute ? 1 : 0) { output.removeLast() }
      if isLast { output.append("") }
    } else {
      output.append(segment)
    }
  }
  return Substring(output.joined(separator: "/"))
}

/// Decodes `%XX` (RFC 3986, section 2.1); a percent sign that begins no such triple stays.
func percentDecoded(_ text: Substring) -> [UInt8] {
  let bytes = Array(text.utf8)
  guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
  var result: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hexValue(bytes[index + 1]),
      let low = hexValue(bytes[index + 2])
    {
      result.append(high << 4 | low)
      index += 3
    } else {
      result.append(bytes[index])
      index += 1
    }
  }
  return result
}

func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte &- 0x30
  case 0x41...0x46: byte &- 0x37
  case 0x61...0x66: byte &- 0x57
  default: nil
  }
}

/// The reference tokens of a JSON pointer (RFC 6901), which is empty or begins with a slash.
func pointerTokens(_ pointer: [UInt8]) -> [[UInt8]] {
  guard !pointer.isEmpty else { return [] }
  return pointer.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { token in
    guard token.contains(UInt8(ascii: "~")) else { return Array(token) }
    var decoded: [UInt8] = []
    var isEscaped = false
    for byte in token {
      if isEscaped {
        isEscaped = false
        if byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") {
          decoded.append(byte == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
          continue
        }
        decoded.append(UInt8(ascii: "~"))
      }
      if byte == UInt8(ascii: "~") { isEscaped = true } else { decoded.append(byte) }
    }
    if isEscaped { decoded.append(UInt8(ascii: "~")) }
    return decoded
  }
}
