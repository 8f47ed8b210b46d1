/// What people call a document.
///
/// - Parameter uri: a URI, as a client writes it (RFC 3986).
/// - Returns: for a `file:` URI of this machine its path; any other URI as it is.
func displayPath(of uri: String) -> String { filePath(of: uri) ?? uri }

/// The path that a `file:` URI stands for.
///
/// - Parameter uri: a URI (RFC 8089).
/// - Returns: the absolute path; nil for another scheme, another machine, and escapes that are no UTF-8 or hold NUL.
func filePath(of uri: String) -> String? {
  let bytes = Array(uri.utf8)
  guard bytes.count > 5, String(decoding: bytes[..<5], as: UTF8.self).lowercased() == "file:" else { return nil }
  var rest = bytes[5...]
  if rest.starts(with: "//".utf8) {
    rest = rest.dropFirst(2)
    guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    let host = String(decoding: rest[..<slash], as: UTF8.self).lowercased()
    guard host.isEmpty || host == "localhost" else { return nil }
    rest = rest[slash...]
  }
  guard rest.first == UInt8(ascii: "/") else { return nil }
  if let end = rest.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) { rest = rest[..<end] }
  var path: [UInt8] = []
  path.reserveCapacity(rest.count)
  var index = rest.startIndex
  while index < rest.endIndex {
    if rest[index] == UInt8(ascii: "%"), index + 2 < rest.endIndex,
      let high = hexadecimal(rest[index + 1]), let low = hexadecimal(rest[index + 2])
    {
      path.append(high << 4 | low)
      index += 3
    } else {
      path.append(rest[index])
      index += 1
    }
  }
  guard !path.contains(0) else { return nil }
  return String(validating: path, as: UTF8.self)
}

private func hexadecimal(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x41 + 10
  case 0x61...0x66: byte - 0x61 + 10
  default: nil
  }
}
