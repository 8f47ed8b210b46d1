/// Where an HTTP server is.
public struct HTTPAddress: Sendable, Hashable {
  /// Its name, or its address without brackets.
  public var host: String
  /// Its port, above 0.
  public var port: UInt16
  /// What stands before the names that it serves, with a slash at both ends.
  public var path: String
  /// Whether TLS is spoken.
  public var isSecure: Bool

  /// Reads a URL with the scheme `http` or `https` (RFC 3986).
  ///
  /// - Parameters:
  ///   - url: the URL; nil comes of one that is something else, or that has a user, a query or a fragment.
  ///   - port: the port of http where none is given.
  ///   - securePort: the port of https where none is given.
  public init?(_ url: String, port: UInt16, securePort: UInt16) {
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return nil }
    let scheme = url.prefix { $0 != ":" }
    switch scheme.lowercased() {
    case "http": isSecure = false
    case "https": isSecure = true
    default: return nil
    }
    let rest = url.dropFirst(scheme.count)
    guard rest.hasPrefix("://"), !rest.contains(where: { "?#".contains($0) }) else { return nil }
    let authority = rest.dropFirst(3).prefix { $0 != "/" }
    path = String(rest.dropFirst(3 + authority.count))
    if !path.hasSuffix("/") { path += "/" }
    var name = authority
    var number: Substring?
    if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
      name = authority[..<colon]
      number = authority[authority.index(after: colon)...]
    }
    if name.hasPrefix("["), name.hasSuffix("]") {
      name = name.dropFirst().dropLast()
    } else if name.contains(":") {
      return nil
    }
    guard !name.isEmpty, !name.contains(where: { "@[]".contains($0) }),
      let port = number.map({ UInt16($0) }) ?? (isSecure ? securePort : port), port > 0
    else { return nil }
    host = String(name)
    self.port = port
  }
}

extension UserConfiguration.ClickHouse {
  /// Where the server's HTTP interface is; its own ports, 8123 and 8443, are meant where none is given. Nil for a URL that
  /// can't be used.
  public var address: HTTPAddress? { HTTPAddress(url, port: 8123, securePort: 8443) }
}
