import SourceText

/// Reads manifests that are line for line as `Manifest.yaml` writes them, in one pass: of a library of thousands, the
/// manifest would take longest to read of all that a list of masques needs. Whatever is written otherwise, and is not
/// certain to mean what it seems to, is for the YAML reader; what both read, they read alike, ranges and all.
struct PlainManifestReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0

  /// The manifest; nil if it is for the YAML reader.
  ///
  /// - Parameter bytes: a file's bytes.
  /// - Returns: the manifest. O(n).
  static func read(_ bytes: [UInt8]) -> ManifestFile? {
    bytes.withUnsafeBufferPointer { buffer in
      var reader = PlainManifestReader(bytes: buffer)
      return reader.read()
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private mutating func read() -> ManifestFile? {
    guard take("generated_at: "), let generatedAt = quoted(), take("\n") else { return nil }
    let listStart = offset
    guard take("masques:\n") else { return nil }
    var entries: [ManifestFile.Entry] = []
    entries.reserveCapacity(bytes.count / 128)
    while offset < bytes.count {
      guard let entry = entry() else { return nil }
      entries.append(entry)
    }
    guard !entries.isEmpty else { return nil }
    return ManifestFile(
      generatedAt: generatedAt.value, entries: entries,
      listRange: ByteRange(listStart, listStart + "masques".utf8.count))
  }

  private mutating func entry() -> ManifestFile.Entry? {
    guard take("  - ") else { return nil }
    let start = offset
    guard take("name: "), let name = text(), take("\n") else { return nil }
    let range = ByteRange(start, offset - 1)
    guard take("    index: "), let index = number(), take("\n    version: "), let version = quoted(),
      take("\n    ring: "), let ring = text(), take("\n")
    else { return nil }
    var domain: MasqueSummary.Field<String>?
    if take("    domain: ") {
      domain = text()
      guard domain != nil, take("\n") else { return nil }
    }
    var tagline: MasqueSummary.Field<String>?
    if take("    tagline: ") {
      tagline = quoted()
      guard tagline != nil, take("\n") else { return nil }
    }
    return ManifestFile.Entry(
      name: name, index: index, version: version, ring: ring, domain: domain, tagline: tagline, range: range)
  }

  // MARK: Scalars

  private mutating func take(_ words: StaticString) -> Bool {
    let count = words.utf8CodeUnitCount
    guard bytes.count - offset >= count,
      words.withUTF8Buffer({ $0.elementsEqual(bytes[offset..<offset + count]) })
    else { return false }
    offset += count
    return true
  }

  /// A whole number from 0, too short to overflow, without a zero before it.
  private mutating func number() -> MasqueSummary.Field<Int>? {
    let start = offset
    var value = 0
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]), offset - start < 18 {
      value = value &* 10 &+ Int(bytes[offset] & 0x0F)
      offset += 1
    }
    guard offset > start, bytes[start] != 0x30 || offset - start == 1 else { return nil }
    return .init(value, ByteRange(start, offset))
  }

  private mutating func text() -> MasqueSummary.Field<String>? {
    offset < bytes.count && bytes[offset] == UInt8(ascii: "\"") ? quoted() : plain()
  }

  /// A scalar of letters, digits and what means nothing in YAML, that begins with a letter.
  private mutating func plain() -> MasqueSummary.Field<String>? {
    let start = offset
    while offset < bytes.count, Self.isPlain(bytes[offset]) { offset += 1 }
    guard offset > start, Self.isLetter(bytes[start]), bytes[offset - 1] != 0x20 else { return nil }
    let value = String(decoding: bytes[start..<offset], as: UTF8.self)
    // The only words that are no text for whoever reads a manifest.
    guard value != "null", value != "Null", value != "NULL" else { return nil }
    return .init(value, ByteRange(start, offset))
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func isPlain(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x20 || (0x27...0x29).contains(byte)
      || (0x2B...0x2F).contains(byte) || byte == 0x5F
  }

  /// A scalar in double quotes without escapes and without a line break.
  private mutating func quoted() -> MasqueSummary.Field<String>? {
    let start = offset
    guard take("\"") else { return nil }
    var isASCII = true
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      let byte = bytes[offset]
      // An escape or a control character.
      guard byte >= 0x20, byte != 0x5C, byte != 0x7F else { return nil }
      if byte >= 0x80 {
        isASCII = false
        let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
        // Control characters; the two other line breaks; the byte-order mark and its neighbours.
        if byte == 0xC2, next < 0xA0 { return nil }
        if byte == 0xE2, next == 0x80, offset + 2 < bytes.count, bytes[offset + 2] | 1 == 0xA9 { return nil }
        if byte == 0xEF { return nil }
      }
      offset += 1
    }
    let content = bytes[start + 1..<offset]
    guard take("\"") else { return nil }
    let value = String(decoding: content, as: UTF8.self)
    // Bytes that are no UTF-8 were replaced.
    guard isASCII || value.utf8.elementsEqual(content) else { return nil }
    return .init(value, ByteRange(start, offset))
  }
}
