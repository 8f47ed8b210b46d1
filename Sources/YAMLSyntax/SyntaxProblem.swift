public import SourceText

/// Something in a document that YAML does not allow, or that the reader had to mend in thought to go on.
public struct SyntaxProblem: Hashable, Sendable {
  /// The kind, one per cause that an author can act upon.
  public enum Kind: Hashable, Sendable {
    /// Text that YAML refuses and no other kind explains.
    case syntax
    /// Text that YAML takes for something else than text, because it is not in quotes.
    case unquotedText
    /// Indentation by tabs.
    case tabIndentation
    /// A merge conflict's markers were left in the file.
    case conflictMarker
    /// A key that its mapping already has.
    case duplicateKey
    /// A second document after `---`.
    case multipleDocuments
    /// A tag outside the YAML core schema.
    case unknownTag
    /// Aliases that expand without bound.
    case aliasBudget
    /// Bytes that are no text: invalid UTF-8, NUL, other control characters.
    case encoding
  }

  /// The kind.
  public var kind: Kind
  /// The offending bytes.
  public var range: ByteRange
  /// What is wrong and what to do about it, for people.
  public var message: String
  /// Another place that the problem is about: the first of two keys, for instance.
  public var related: ByteRange?
  /// Replacements that mend it, in the document's offsets; empty where there is no single answer.
  public var edits: [TextEdit]

  /// A problem; see the properties.
  public init(
    _ kind: Kind, _ range: ByteRange, _ message: String, related: ByteRange? = nil, edits: [TextEdit] = []
  ) {
    self.kind = kind
    self.range = range
    self.message = message
    self.related = related
    self.edits = edits
  }

  /// The problem with every place moved by `delta` bytes.
  func shifted(by delta: Int) -> SyntaxProblem {
    var copy = self
    copy.range = range.shifted(by: delta)
    copy.related = related?.shifted(by: delta)
    copy.edits = edits.map { TextEdit($0.range.shifted(by: delta), $0.replacement) }
    return copy
  }
}
