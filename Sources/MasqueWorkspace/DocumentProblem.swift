import DocumentTree
import JSON
import JSONSchema
import MasqueModel
public import SourceText
import YAMLSyntax

/// Something wrong with a document that is no masque: a configuration, a schema, data held to a schema.
public struct DocumentProblem: Hashable, Sendable {
  /// A stable code in kebab-case: `yaml-syntax`, `json-syntax`, `schema-` and a keyword.
  public var code: String
  /// Whether the document can be used all the same.
  public var isWarning: Bool
  /// The offending bytes.
  public var range: ByteRange
  /// What is wrong, for people; no final full stop.
  public var message: String
  /// Another place in the document that it is about, and what is there.
  public var related: [Related]

  /// Another place.
  public struct Related: Hashable, Sendable {
    /// The bytes.
    public var range: ByteRange
    /// What is there.
    public var message: String
  }

  /// A problem; see the properties.
  public init(
    _ code: String, _ range: ByteRange, _ message: String, isWarning: Bool = false, related: [Related] = []
  ) {
    self.code = code
    self.isWarning = isWarning
    self.range = range
    self.message = message
    self.related = related
  }
}

/// A YAML or JSON document, read.
struct ParsedDocument: Sendable {
  var tree: DocumentTree
  /// What is wrong with its syntax.
  var problems: [DocumentProblem]
  /// Whether it was read as JSON.
  var isJSON: Bool

  /// Reads a document: as JSON if its name ends in `.json`, else as YAML, of which JSON is a part.
  init(_ text: SourceText, _ path: FilePath) {
    isJSON = path.bytes.hasSuffix(".json", ".jsonc", ".json5", ".geojson", ".sarif")
    if isJSON {
      let document = JSONDocument.parse(text)
      tree = document.tree
      problems = document.diagnostics.map { diagnostic in
        let isDuplicate = diagnostic.kind == .duplicateKey
        return DocumentProblem(
          isDuplicate ? "json-duplicate-key" : "json-syntax", diagnostic.range, diagnostic.message,
          isWarning: isDuplicate,
          related: diagnostic.related.map { [.init(range: $0, message: "the first one is here")] } ?? [])
      }
    } else {
      let syntax = SyntaxTree(text)
      tree = syntax.tree
      problems = syntax.problems.map { problem in
        DocumentProblem(
          code(of: problem.kind), problem.range, problem.message,
          related: problem.related.map { [.init(range: $0, message: "the other place is here")] } ?? [])
      }
    }
  }

  var isUsable: Bool { problems.allSatisfy(\.isWarning) }
}

private func code(of kind: SyntaxProblem.Kind) -> String {
  switch kind {
  case .syntax: "yaml-syntax"
  case .unquotedText: "yaml-unquoted-pattern"
  case .tabIndentation: "yaml-tab-indent"
  case .conflictMarker: "yaml-conflict-marker"
  case .duplicateKey: "yaml-duplicate-key"
  case .multipleDocuments: "yaml-multiple-documents"
  case .unknownTag: "yaml-unknown-tag"
  case .aliasBudget: "yaml-alias-budget"
  case .encoding: "yaml-encoding"
  }
}

/// What is wrong with a YAML or JSON document by a schema, and with its syntax, in document order.
///
/// A document whose syntax is broken is not held to the schema: what would be said follows from the syntax.
///
/// - Parameters:
///   - text: the document.
///   - path: its path; what ends in `.json` is read as JSON.
///   - schema: the schema.
/// - Returns: the problems; none for a valid document.
public func problems(in text: SourceText, _ path: FilePath, by schema: LoadedSchema) -> [DocumentProblem] {
  let document = ParsedDocument(text, path)
  guard document.isUsable else { return document.problems }
  guard let root = document.tree.root else {
    return document.problems + [DocumentProblem("schema-type", ByteRange(at: 0), "the document is empty")]
  }
  let wording = ViolationWording(schema: schema.schema, tree: document.tree)
  var result = document.problems
  for violation in schema.schema.validate(document.tree, root) { result += wording.problems(of: violation) }
  result.sort {
    ($0.range.start, $0.range.end, $0.code, $0.message) < ($1.range.start, $1.range.end, $1.code, $1.message)
  }
  return result
}
