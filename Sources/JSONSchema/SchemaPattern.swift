import RegularLanguages

/// A regular expression of a schema.
struct SchemaPattern: Sendable {
  let source: String
  private let pattern: ECMAPattern

  init(_ source: String) throws(ECMAPatternError) {
    self.source = source
    pattern = try ECMAPattern(source)
  }

  @inline(__always)
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool { pattern.matches(utf8: text) }
}
