public import DocumentTree
public import SourceText

/// A JSON text (RFC 8259) as a tree of nodes with their byte ranges, and what is wrong with it.
public struct JSONDocument: Sendable {
  /// The values in document order. Mappings keep every pair, duplicates included. For a text with errors it is what
  /// could be read of it: pieces that had to be guessed carry `NodeFlags.repaired` or `NodeFlags.absent`.
  public let tree: DocumentTree
  /// Errors and duplicate keys in document order.
  public let diagnostics: [JSONDiagnostic]

  /// The deepest nesting of arrays and objects that is read.
  public static let maximumDepth = 512

  /// Whether the text is JSON; duplicate keys, which RFC 8259 only discourages, do not count against it.
  public var isWellFormed: Bool { diagnostics.allSatisfy { !$0.kind.isError } }

  /// The first error, if the text is not JSON.
  public var firstError: JSONDiagnostic? { diagnostics.first { $0.kind.isError } }

  /// Reads a JSON text. Any value may be the root. A leading byte-order mark is skipped. O(n) apart from objects with
  /// many keys, which take O(keys log keys).
  ///
  /// libjansson has the last word on syntax. What it cannot represent though RFC 8259 allows it is accepted: integers
  /// beyond 64 bits, numbers beyond a double's range, `\u0000` in a key, and escapes of lone surrogates, whose text is
  /// U+FFFD.
  ///
  /// - Parameter bytes: any bytes; those that are not UTF-8 are an error.
  /// - Returns: the tree and the diagnostics.
  public static func parse(_ bytes: [UInt8]) -> JSONDocument {
    guard bytes.count < Int(Int32.max) else {
      let diagnostic = JSONDiagnostic(
        range: ByteRange(at: 0), message: "the text is larger than 2 GiB", kind: .tooLarge)
      return JSONDocument(tree: DocumentTree(), diagnostics: [diagnostic])
    }
    return bytes.withUnsafeBufferPointer { buffer in
      var scanner = Scanner(buffer, source: bytes)
      scanner.scan()
      if !scanner.hasErrors,
        let refusal = checkSyntax(
          of: buffer, from: scanner.start, patches: scanner.patches, longStrings: scanner.longStrings)
      {
        scanner.diagnostics.append(refusal)
      }
      if scanner.diagnostics.count > 1 {
        scanner.diagnostics.sort { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
      }
      return JSONDocument(tree: scanner.builder.tree, diagnostics: scanner.diagnostics)
    }
  }

  /// Reads a JSON text; see `parse(_:)` over bytes.
  public static func parse(_ text: SourceText) -> JSONDocument { parse(text.bytes) }
}

/// Something to say about a JSON text.
public struct JSONDiagnostic: Hashable, Sendable {
  /// Where it is; empty where something is missing.
  public var range: ByteRange
  /// What is wrong, as a sentence without a full stop.
  public var message: String
  /// What sort of thing it is.
  public var kind: Kind
  /// The other place that the message is about: the first of two equal keys, or the bracket that nothing closes.
  public var related: ByteRange?

  /// A diagnostic.
  public init(range: ByteRange, message: String, kind: Kind, related: ByteRange? = nil) {
    self.range = range
    self.message = message
    self.kind = kind
    self.related = related
  }

  /// The sorts of diagnostics.
  public enum Kind: String, Sendable, CaseIterable {
    /// The text is not JSON.
    case syntax
    /// Bytes that are not UTF-8.
    case invalidUTF8
    /// More nested arrays and objects than `JSONDocument.maximumDepth`.
    case tooDeep
    /// More bytes than offsets can count.
    case tooLarge
    /// A key that its object already has.
    case duplicateKey

    /// Whether the text is refused for it.
    public var isError: Bool { self != .duplicateKey }
  }
}
