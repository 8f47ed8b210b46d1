import DocumentTree
public import JSONSchema
public import SourceText

/// A JSON Schema with the local files that it refers to.
public struct LoadedSchema: Sendable {
  /// The compiled schema. Formats are asserted.
  public var schema: Schema
  /// The files that it was read from, the first the one that was named, each with what is wrong with it.
  public var files: [File] = []

  /// A file of a schema.
  public struct File: Sendable {
    /// The file.
    public var path: FilePath
    /// Its text.
    public var text: SourceText
    /// What is wrong with it, in document order.
    public var problems: [DocumentProblem]
  }

  /// Whether every part of the schema could be read and compiled.
  public var isUsable: Bool { files.allSatisfy { $0.problems.allSatisfy(\.isWarning) } }

  /// The most bytes that a schema may have.
  public static let maximumLength = 16 << 20
  private static let maximumFiles = 1_000

  /// Reads a schema, YAML or JSON, and the files that its references lead to. A reference is seen from the schema's URI,
  /// as JSON Schema has it; where that leads nowhere, a relative one is seen from the file's folder, so that schemas
  /// which are published under a URI can be used from disk. Nothing is fetched.
  ///
  /// - Parameters:
  ///   - path: the schema's file.
  ///   - files: the file system.
  /// - Throws: why the file could not be read; files that references lead to are problems of the schema instead.
  public init(_ path: FilePath, in files: any Files) throws(FileError) {
    let bytes = try files.read(path, maximumLength: Self.maximumLength)
    let uri = fileURI(of: path.absolute(from: files.currentFolder))
    self.init(bytes, path, uri, in: files)
  }

  /// A schema that is compiled already, with its formats asserted.
  public init(_ schema: Schema) { self.schema = schema }

  /// A schema that stands alone and was checked beforehand.
  init(_ text: StaticString) {
    let bytes = Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    self.init(bytes, "schema.yaml", "", in: MemoryFiles())
  }

  private init(_ bytes: [UInt8], _ path: FilePath, _ uri: String, in files: any Files) {
    var loader = SchemaLoader(files: files)
    let root = loader.add(bytes, path, uri)
    var next = 0
    while next < loader.documents.count, loader.documents.count < Self.maximumFiles {
      loader.follow(loader.documents[next])
      next += 1
    }
    let compiled = Schema.compile(
      root.tree, baseURI: uri, resources: loader.resources, options: SchemaOptions(assertsFormats: true))
    schema = compiled.schema
    for diagnostic in compiled.diagnostics {
      let index = loader.documents.firstIndex { $0.uris.contains(diagnostic.document) } ?? 0
      // Where the syntax is broken, the rest follows from it.
      guard loader.documents[index].isWellFormed else { continue }
      loader.documents[index].problems.append(
        DocumentProblem(
          "schema-" + kebabCase(diagnostic.keyword?.name ?? "schema"), shortened(diagnostic.range, root: diagnostic),
          diagnostic.message, isWarning: diagnostic.isWarning))
    }
    self.files = loader.documents.map { document in
      File(
        path: document.path, text: document.text, problems: document.problems.sorted { $0.range.start < $1.range.start }
      )
    }
    func shortened(_ range: ByteRange, root: SchemaDiagnostic) -> ByteRange {
      let index = loader.documents.firstIndex { $0.uris.contains(root.document) } ?? 0
      let bytes = loader.documents[index].text.bytes
      let clamped = range.clamped(to: bytes.count)
      let end = bytes[clamped.start..<clamped.end].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? clamped.end
      return ByteRange(clamped.start, end)
    }
  }
}

/// Reads the files of a schema.
private struct SchemaLoader {
  struct Document {
    var path: FilePath
    /// The URI by which it is known: that of the file, or the one under which a reference looked for it.
    var uri: String
    /// The URI of the file.
    var place: String
    /// The URIs under which it can be found: the one it was read from and its `$id`.
    var uris: Set<String>
    var text: SourceText
    var tree: DocumentTree
    var problems: [DocumentProblem]
    var isWellFormed: Bool
  }

  let files: any Files
  var documents: [Document] = []
  var resources = SchemaResources()

  init(files: any Files) {
    self.files = files
  }

  mutating func add(_ bytes: [UInt8], _ path: FilePath, _ uri: String) -> Document {
    let text = SourceText(bytes)
    let parsed = ParsedDocument(text, path)
    var uris: Set = [uri]
    if let root = parsed.tree.root, let id = parsed.tree.value(forKey: "$id", in: root) {
      uris.insert(SchemaResources.resolve(parsed.tree.text(of: id), against: uri))
    }
    let document = Document(
      path: path, uri: uri, place: fileURI(of: path.absolute(from: files.currentFolder)), uris: uris, text: text,
      tree: parsed.tree, problems: parsed.problems,
      isWellFormed: parsed.isUsable && parsed.tree.root != nil)
    documents.append(document)
    if parsed.tree.root == nil, parsed.isUsable {
      documents[documents.count - 1].problems.append(
        DocumentProblem("schema-schema", ByteRange(at: 0), "the schema is empty"))
    }
    // Nothing else may be found under the URI of the document that is compiled.
    if documents.count > 1, !uri.isEmpty { resources.add(parsed.tree, uri: uri) }
    return document
  }

  /// Reads the documents that a document's references lead to.
  mutating func follow(_ document: Document) {
    guard let root = document.tree.root else { return }
    // Nodes with the URI that holds there.
    var stack = [(root, document.uri)]
    while let (node, outer) = stack.popLast() {
      var base = outer
      switch document.tree[node].kind {
      case .sequence:
        for child in document.tree.children(of: node) { stack.append((child, base)) }
      case .mapping:
        if let id = document.tree.value(forKey: "$id", in: node), document.tree[id].kind == .scalar {
          base = SchemaResources.resolve(document.tree.text(of: id), against: base)
        }
        for (key, value) in document.tree.pairs(of: node) {
          let isReference = document.tree.hasText(key, "$ref") || document.tree.hasText(key, "$dynamicRef")
          if isReference, document.tree[value].kind == .scalar {
            find(document.tree.text(of: value), base, document)
          } else {
            stack.append((value, base))
          }
        }
      case .scalar, .alias:
        break
      }
    }
  }

  private mutating func find(_ reference: String, _ base: String, _ document: Document) {
    guard !reference.hasPrefix("#") else { return }
    let uri = SchemaResources.resolve(reference, against: base)
    guard !uri.isEmpty, !resources.contains(uri), !documents.contains(where: { $0.uris.contains(uri) }) else { return }
    // First what the standard says, then the file's own folder.
    let candidates = [uri, SchemaResources.resolve(reference, against: document.place)]
    for path in candidates.compactMap({ SchemaResources.filePath(of: $0) }).map({ FilePath(bytes: $0) }) {
      guard let bytes = try? files.read(path, maximumLength: LoadedSchema.maximumLength) else { continue }
      _ = add(bytes, shown(path), uri)
      return
    }
  }

  /// A path as the caller would write it: seen from the current folder where it lies below.
  private func shown(_ path: FilePath) -> FilePath { path.relative(to: files.currentFolder) ?? path }
}

/// An absolute path as a `file:` URI (RFC 8089).
public func fileURI(of path: FilePath) -> String { "file://" + percentEncoded(path) }

/// The absolute path that a `file:` URI names; nil for any other URI.
public func filePath(ofURI uri: String) -> FilePath? {
  SchemaResources.filePath(of: uri).flatMap { $0.first == UInt8(ascii: "/") ? FilePath(bytes: $0) : nil }
}

/// A path with every byte that a URI's path cannot hold as `%HH` (RFC 3986).
public func percentEncoded(_ path: FilePath) -> String {
  var result = ""
  for byte in path.bytes {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, slash, dot, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
      result.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
  }
  return result
}

extension FilePath {
  /// The path seen from a folder that it lies in, `.` for the folder itself; nil if it lies elsewhere. Both are absolute.
  public func relative(to folder: FilePath) -> FilePath? {
    if bytes == folder.bytes { return "." }
    let length = folder.bytes.count == 1 ? 0 : folder.bytes.count
    guard bytes.count > length + 1, bytes.starts(with: folder.bytes), bytes[length] == slash else { return nil }
    return FilePath(bytes: Array(bytes[(length + 1)...]))
  }
}
