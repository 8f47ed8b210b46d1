public import DocumentTree
public import SourceText

/// Something wrong with a schema. A schema with errors still compiles: the part at fault is left out.
public struct SchemaDiagnostic: Sendable, CustomStringConvertible {
  /// What sort of fault it is.
  public enum Kind: Sendable, Hashable {
    /// A place that needs a schema holds neither an object nor a boolean.
    case notASchema
    /// A keyword's value does not have the form that the meta-schema asks for.
    case wrongKeywordValue
    /// A keyword stands twice in one object; the last one counts.
    case duplicateKeyword
    /// A regular expression that cannot be compiled, and where in it, in bytes.
    case invalidPattern(offset: Int)
    /// A reference that leads nowhere.
    case unresolvableReference
    /// An `$id` that cannot be one, or that another schema has.
    case invalidIdentifier
    /// An anchor that another schema of the same resource has.
    case duplicateAnchor
    /// A meta-schema that is not known; the standard vocabularies are used.
    case unknownDialect
    /// A vocabulary that is required and not known.
    case unknownVocabulary
    /// A schema that refers to itself at the same place of the instance, so that evaluation could not end.
    case referenceLoop
    /// Nesting too deep to compile.
    case tooDeep
  }

  /// What sort of fault it is.
  public var kind: Kind
  /// The keyword at fault, if it is one.
  public var keyword: SchemaKeyword?
  /// The node at fault.
  public var node: NodeID
  /// The URI of the document that has the node; empty for a document compiled without a base URI.
  public var document: String
  /// The node's bytes in its document.
  public var range: ByteRange
  /// One sentence without a full stop.
  public var message: String

  /// Whether the fault is only worth a warning: evaluation is well defined.
  public var isWarning: Bool { kind == .unknownDialect || kind == .duplicateKeyword }

  public var description: String { "\(document)[\(range)]: \(message)" }
}

/// Documents that references may lead to. The caller reads them; nothing is fetched.
public struct SchemaResources: Sendable {
  struct Entry: Sendable {
    var uri: String
    var tree: DocumentTree
    var root: NodeID
  }

  private(set) var entries: [Entry] = []
  private var indices: [String: Int] = [:]

  /// An empty collection. The meta-schemas of draft 2020-12 need not be added.
  public init() {}

  /// Adds a document under the URI from which it would be retrieved, and under its `$id`.
  ///
  /// - Parameters:
  ///   - tree: the document. Empty ones are ignored.
  ///   - root: the schema's node, the tree's root if nil.
  ///   - uri: an absolute URI; a fragment is dropped.
  public mutating func add(_ tree: DocumentTree, at root: NodeID? = nil, uri: String) {
    guard let root = root ?? tree.root else { return }
    let uri = URIReference(uri)
    let text = uri.textWithoutFragment
    if indices[text] == nil { indices[text] = entries.count }
    if let id = tree.value(forKey: "$id", in: root) {
      let identifier = URIReference(tree.text(of: id)).resolved(against: uri).textWithoutFragment
      if indices[identifier] == nil { indices[identifier] = entries.count }
    }
    entries.append(Entry(uri: text, tree: tree, root: root))
  }

  func index(of uri: String) -> Int? { indices[uri] }

  /// Whether a document can be found under a URI.
  public func contains(_ uri: String) -> Bool { indices[URIReference(uri).textWithoutFragment] != nil }

  /// The document that a reference leads to (RFC 3986, section 5.2).
  ///
  /// - Parameters:
  ///   - reference: a URI or a relative reference.
  ///   - base: the URI that it is seen from.
  /// - Returns: the URI without a fragment.
  public static func resolve(_ reference: String, against base: String) -> String {
    URIReference(reference).resolved(against: URIReference(base)).textWithoutFragment
  }

  /// The path that a `file:` URI names, its escapes resolved; nil for any other URI.
  public static func filePath(of uri: String) -> [UInt8]? {
    let reference = URIReference(uri)
    guard reference.scheme?.lowercased() == "file", ["", "localhost"].contains(reference.authority ?? "") else {
      return nil
    }
    return percentDecoded(reference.path)
  }
}

/// How a schema is compiled.
public struct SchemaOptions: Sendable {
  /// Whether `format` is checked. By default it is an annotation, as the standard meta-schema has it; a meta-schema that
  /// declares the format-assertion vocabulary turns it on by itself.
  public var assertsFormats: Bool

  /// The options.
  public init(assertsFormats: Bool = false) {
    self.assertsFormats = assertsFormats
  }
}
