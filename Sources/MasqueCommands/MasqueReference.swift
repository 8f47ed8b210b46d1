import JSONSchema
public import MasqueModel
public import MasqueWorkspace
import SourceText
public import YAMLSyntax

/// Which masque is meant: a name, an index or a path.
public struct MasqueReference: Sendable, Hashable, Codable {
  /// The name, the index in digits, or the path.
  public var text: String

  /// A reference.
  public init(_ text: String) { self.text = text }

  /// Decodes a text or a number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let index = try? container.decode(Int.self) {
      text = String(index)
    } else {
      text = try container.decode(String.self)
    }
  }

  /// Encodes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  /// What a contract says of a reference.
  static let shape = ValueShape.either([.string, .integer(minimum: 1)])

  /// Whether it is a path: names have no slashes, and end otherwise.
  public var isPath: Bool {
    let path = FilePath(text)
    return text.utf8.contains(UInt8(ascii: "/")) || path.isMasque || isYAML(path)
  }
}

private func isYAML(_ path: FilePath) -> Bool {
  let name = String(decoding: path.name, as: UTF8.self)
  return name.hasSuffix(".yaml") || name.hasSuffix(".yml")
}

/// What is told of a masque beside what was asked for.
public struct MasqueIdentity: Sendable, Hashable, Encodable {
  /// Its name, if it has one.
  public var name: String?
  /// Its index, if it has one.
  public var index: Int?
  /// Its version, if it has one.
  public var version: String?
  /// Its ring, if it has one.
  public var ring: String?
  /// Its file.
  public var file: String
  /// Whose it is, if it was found by name.
  public var source: MasqueSource?

  /// What is told of a masque that says this of itself.
  public init(_ summary: MasqueSummary, file: String, source: MasqueSource?) {
    name = summary.name?.value
    index = summary.index?.value
    version = summary.version?.value
    ring = summary.ring?.value.rawValue
    self.file = file
    self.source = source
  }

  static let fields = [
    ValueField("name", .string, isRequired: false, "Its name."),
    ValueField("index", .integer(minimum: 1), isRequired: false, "Its index."),
    ValueField("version", .string, isRequired: false, "Its version."),
    ValueField("ring", ringShape, isRequired: false, "Its ring."),
    ValueField("file", .string, "Its file: seen from the current folder where it lies in it, else absolute."),
    ValueField(
      "source", sourceShape, isRequired: false,
      "Whose it is. Absent for a masque that was named by its path or URI."),
  ]

  static let ringShape = ValueShape.choice(
    Ring.allCases.map { ring in
      ValueShape.Choice(ring.rawValue, MasqueSchema.bundled.meaning(of: ring.rawValue, at: ["ring"]) ?? "")
    })

  static let sourceShape = ValueShape.choice([
    ValueShape.Choice("private", "One person's, in `${MASQUES_HOME:-~/.masques}`."),
    ValueShape.Choice("shared", "Everybody's, in a folder `personas`."),
  ])
}

/// A masque that a command works on.
public struct LoadedMasque: Sendable {
  /// Its file.
  public var path: FilePath
  /// What is told of it.
  public var identity: MasqueIdentity
  /// Its text, read.
  public var syntax: SyntaxTree

  /// A masque; see the properties.
  public init(path: FilePath, identity: MasqueIdentity, syntax: SyntaxTree) {
    self.path = path
    self.identity = identity
    self.syntax = syntax
  }

  /// The line and column of an offset, from 1, columns in Unicode scalars.
  public func place(of offset: Int) -> (line: Int, column: Int) {
    let position = LineIndex(syntax.text).position(of: offset, in: syntax.text, encoding: .utf32)
    // A byte-order mark is no column.
    let isBehindMark = position.line == 0 && syntax.text.byteOrderMarkLength > 0
    return (position.line + 1, max(position.column + (isBehindMark ? 0 : 1), 1))
  }
}

extension CommandContext {
  /// The masque that a command is asked about.
  ///
  /// - Parameters:
  ///   - reference: a name, an index or a path; `self` for the masque that is worn.
  ///   - uri: the URI of its file, or of a document that only an editor has.
  ///   - command: the command.
  ///   - parameter: the parameter that names it.
  /// - Returns: the masque, read.
  /// - Throws: why there is none.
  public func masque(
    _ reference: MasqueReference?, uri: String? = nil, of command: CommandDescription, parameter: String = "masque"
  ) throws(CommandError) -> LoadedMasque {
    if let uri {
      guard reference == nil else {
        throw CommandError(
          .invalidArguments, "`\(command.name)`: `\(parameter)` and `uri` both name a masque; give one of the two")
      }
      return try load(path(ofURI: uri, command))
    }
    guard let reference else {
      if let active = activeMasque { return try load(active) }
      throw .missing(parameter, of: command)
    }
    guard !reference.text.allSatisfy(\.isWhitespace) else {
      throw CommandError(
        .invalidArguments, "`\(command.name)`: `\(parameter)` is blank; give a name, an index or a path")
    }
    if reference.text == "self" {
      guard let active = activeMasque else {
        throw CommandError(.notFound, "no masque is worn, so there is no `self`; name one instead")
      }
      return try load(active)
    }
    if reference.text.lowercased().hasPrefix("file:") { return try load(path(ofURI: reference.text, command)) }
    if reference.isPath || isLaidOver(FilePath(reference.text)) { return try load(FilePath(reference.text)) }
    return try find(reference.text)
  }

  /// Whether a text was handed in under a path, whatever is on disk.
  private func isLaidOver(_ path: FilePath) -> Bool { (files as? OverlayFiles)?.covers(path) ?? false }

  private func path(ofURI uri: String, _ command: CommandDescription) throws(CommandError) -> FilePath {
    guard uri.lowercased().hasPrefix("file:") else { return FilePath(uri) }
    guard let bytes = SchemaResources.filePath(of: uri), bytes.first == UInt8(ascii: "/"), !bytes.contains(0) else {
      throw CommandError(.invalidArguments, "`\(command.name)`: `\(uri)` is no URI of a file on this machine")
    }
    return FilePath(bytes: bytes)
  }

  private func load(_ active: ActiveMasque) throws(CommandError) -> LoadedMasque {
    if let path = active.path { return try load(path, source: active.source) }
    let collection = MasqueCollection(places, in: files)
    let entry = collection.entries.first { entry in
      entry.source == active.source && MasqueName.key(of: entry.name) == MasqueName.key(of: active.name)
    }
    guard let entry else { throw CommandError(.notFound, "the masque that is worn, `\(active.name)`, is gone") }
    return try load(entry.path, source: entry.source)
  }

  private func find(_ name: String) throws(CommandError) -> LoadedMasque {
    if let entry = MasqueCollection.entry(for: name, places, in: files) {
      // Nothing is read through a link that leads elsewhere.
      if let problem = entry.problem, entry.summary == MasqueSummary() {
        throw CommandError(.file, "\(shown(entry.path)): \(problem)")
      }
      return try load(entry.path, source: entry.source)
    }
    let collection = MasqueCollection(places, in: files)
    let isIndex = name.utf8.allSatisfy { (0x30...0x39).contains($0) }
    var message = isIndex ? "no masque has the index \(name)" : "no masque is called `\(printable(name))`"
    if let nearest = collection.nearestName(to: name) {
      message += ": did you mean `\(nearest)`?"
    } else if collection.entries.isEmpty {
      let folders = places.folders.map { "`\(shown($0.folder))`" }
      message +=
        folders.isEmpty ? "; there is no folder of masques" : "; there are no masques in \(listed(folders, "or"))"
    } else {
      message += "; `list` shows those that there are"
    }
    throw CommandError(.notFound, message)
  }

  private func load(_ path: FilePath, source: MasqueSource? = nil) throws(CommandError) -> LoadedMasque {
    let shown = shown(path)
    let bytes: [UInt8]
    do throws(FileError) {
      // What is no file of this kind is not even looked at; an editor's document may have any name.
      guard source != nil || isYAML(path) || isLaidOver(path) else {
        throw FileError(path, .notFound, "is no masque: their names end in .masque.yaml or .masque.yml")
      }
      bytes = try files.read(path, maximumLength: MasqueCollection.maximumLength)
    } catch {
      throw CommandError(error.reason == .notFound ? .notFound : .file, "\(shown): \(error.message)")
    }
    let syntax = SyntaxTree(SourceText(bytes))
    return LoadedMasque(
      path: path, identity: MasqueIdentity(MasqueSummary(syntax), file: shown, source: source), syntax: syntax)
  }

  /// A name that somebody gave, short enough to be repeated and without control characters.
  private func printable(_ name: String) -> String {
    let shown = FilePath(name).description
    return shown.count > 80 ? "\(shown.prefix(79))…" : shown
  }
}

/// A value that is null where there is none, instead of being absent.
@propertyWrapper
public struct Nullable<Value: Encodable & Sendable & Hashable>: Encodable, Sendable, Hashable {
  /// The value.
  public var wrappedValue: Value?

  /// A value or nothing.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  /// Encodes the value or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}
