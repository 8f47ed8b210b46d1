/// The name of a file or folder as the file system has it: bytes, usually but not necessarily UTF-8, parted by `/`.
///
/// Nothing is asked of the file system here; a path may name nothing.
public struct FilePath: Hashable, Sendable {
  /// The bytes, without a NUL at the end.
  public let bytes: [UInt8]

  /// A path of these bytes.
  public init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A path of a string's UTF-8 bytes.
  public init(_ string: String) {
    bytes = Array(string.utf8)
  }

  /// Whether the path begins at the root of the file system.
  public var isAbsolute: Bool { bytes.first == slash }

  /// The names between slashes, those that stand for nothing (empty ones and `.`) left out.
  public var components: [ArraySlice<UInt8>] {
    bytes.split(separator: slash).filter { !$0.elementsEqual([dot]) }
  }

  /// The last name of the path; empty for `/`, `.` and the empty path.
  public var name: ArraySlice<UInt8> { components.last ?? [] }

  /// The path without its last name: `.` for a single name, itself for `/`.
  public var parent: FilePath {
    let components = components
    if components.count <= 1 { return FilePath(isAbsolute ? "/" : ".") }
    return FilePath(components: components.dropLast(), isAbsolute: isAbsolute)
  }

  /// The same path without empty names, `.` and a slash at the end. `..` stays: what it means depends on links.
  public var normalized: FilePath {
    if isPlain { return self }
    return FilePath(components: components[...], isAbsolute: isAbsolute)
  }

  /// Whether a name `..` stands behind another one, so that only the file system knows where the path leads.
  public var climbsBack: Bool {
    guard hasParentNames else { return false }
    var hasDescended = false
    for component in components {
      if !component.elementsEqual([dot, dot]) {
        hasDescended = true
      } else if hasDescended {
        return true
      }
    }
    return false
  }

  /// This path, a slash, and a name or relative path; the folder `.` is left out.
  public func appending(_ name: some Collection<UInt8>) -> FilePath {
    if bytes.isEmpty || bytes == [dot] { return FilePath(bytes: Array(name)) }
    var joined: [UInt8] = []
    joined.reserveCapacity(bytes.count + 1 + name.count)
    joined.append(contentsOf: bytes)
    if bytes.last != slash { joined.append(slash) }
    joined.append(contentsOf: name)
    return FilePath(bytes: joined)
  }

  /// The path seen from a folder, names such as `..` resolved by the text alone. Exact as long as `climbsBack` is false
  /// and no name before a `..` of the folder is a link.
  public func absolute(from folder: FilePath) -> FilePath {
    // Nearly every path goes through here, and hardly one has anything to resolve.
    if isPlain, !hasParentNames {
      if isAbsolute { return self }
      if folder.isAbsolute, folder.isPlain, !folder.hasParentNames {
        return bytes == [dot] ? folder : folder.appending(bytes)
      }
    }
    var result: [ArraySlice<UInt8>] = isAbsolute ? [] : folder.components
    for component in components {
      if component.elementsEqual([dot, dot]) { _ = result.popLast() } else { result.append(component) }
    }
    return FilePath(components: result[...], isAbsolute: true)
  }

  private init(components: ArraySlice<ArraySlice<UInt8>>, isAbsolute: Bool) {
    let joined = Array(components.joined(separator: [slash]))
    bytes = isAbsolute ? [slash] + joined : joined.isEmpty ? [dot] : joined
  }

  /// Whether a name may be `..`; never wrongly false.
  fileprivate var hasParentNames: Bool {
    bytes.withUnsafeBufferPointer { bytes in
      var index = 1
      while index < bytes.count {
        if bytes[index] == dot, bytes[index - 1] == dot { return true }
        index += 1
      }
      return false
    }
  }

  /// Whether `normalized` would change nothing, found without taking the path apart.
  private var isPlain: Bool {
    var start = 0
    let isPlain = bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices where bytes[index] == slash {
        if index == start && index != 0 || index == start + 1 && bytes[start] == dot { return false }
        start = index + 1
      }
      return true
    }
    guard isPlain else { return false }
    let last = bytes[start...]
    if last.isEmpty { return bytes == [slash] }
    return !last.elementsEqual([dot]) || bytes == [dot]
  }
}

extension FilePath: Comparable {
  /// Orders name by name, by bytes: what is in a folder stands together, right behind the folder.
  public static func < (a: FilePath, b: FilePath) -> Bool {
    let count = min(a.bytes.count, b.bytes.count)
    for index in 0..<count where a.bytes[index] != b.bytes[index] {
      // A slash ends a name, so it comes before everything that would continue it.
      if a.bytes[index] == slash { return true }
      if b.bytes[index] == slash { return false }
      return a.bytes[index] < b.bytes[index]
    }
    return a.bytes.count < b.bytes.count
  }
}

extension FilePath: CustomStringConvertible, ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }

  /// The path for people and for tools: bytes that are no UTF-8, and control characters, are written as `\xHH`.
  public var description: String {
    if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(decoding: bytes, as: UTF8.self) }
    var result = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      if let scalar = String(validating: rest.prefix(length), as: UTF8.self), scalar.unicodeScalars.count == 1,
        let value = scalar.unicodeScalars.first, value.properties.generalCategory != .control
      {
        result += scalar
        rest = rest.dropFirst(length)
      } else {
        result += "\\x"
        if first < 0x10 { result += "0" }
        result += String(first, radix: 16, uppercase: true)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}

extension FilePath {
  /// Whether the last name is that of a masque: `*.masque.yaml` or `*.masque.yml`.
  public var isMasque: Bool { hasMasqueName(bytes[...]) && !bytes.hasSuffix("/.masque.yaml", "/.masque.yml") }
}

/// Whether a name, or a path, ends as a masque's does, with something before it.
func hasMasqueName(_ name: ArraySlice<UInt8>) -> Bool {
  name.count > 12 && name.hasSuffix(".masque.yaml") || name.count > 11 && name.hasSuffix(".masque.yml")
}

extension RandomAccessCollection<UInt8> {
  func hasSuffix(_ suffixes: StaticString...) -> Bool {
    suffixes.contains { suffix in
      suffix.withUTF8Buffer { utf8 in count >= utf8.count && self.suffix(utf8.count).elementsEqual(utf8) }
    }
  }
}

let slash = UInt8(ascii: "/")
let dot = UInt8(ascii: ".")
