import DocumentTree
public import JSONSchema
public import SourceText

/// What a `.masque-lint.yaml` says, for the masques beside it and below. `schemas/masque-lint.config.schema.yaml`
/// describes it.
public struct Configuration: Sendable {
  /// The file; nil for what holds where there is none.
  public var path: FilePath?
  /// The absolute folder that patterns and paths in it are seen from.
  public var folder: FilePath = "/"
  /// The codes and families of codes that are reported; all if empty.
  public var select: [String] = []
  /// Codes that are off by default and reported beside the others.
  public var enable: [String] = []
  /// Those that are not reported.
  public var ignore: [String] = []
  /// Severities by code or family.
  public var severity: [String: String] = [:]
  /// The least severity that makes a run fail.
  public var failOn: String?
  /// An extended schema, absolute.
  public var schema: FilePath?
  private var exclude: IgnoreRules?
  private var perFileIgnores: [(files: IgnoreRules, codes: [String])] = []

  /// What holds where there is no file.
  public init() {}

  /// The name that is looked for.
  public static let fileName = ".masque-lint.yaml"

  /// The most bytes that a configuration may have.
  public static let maximumLength = 1 << 20

  /// Whether a file is not to be checked, because a pattern of `exclude` matches it or a folder that it lies in.
  ///
  /// - Parameter path: an absolute path.
  /// - Returns: the answer.
  public func excludes(_ path: FilePath) -> Bool {
    exclude.map { MasqueWorkspace.matches($0, path, below: folder) } ?? false
  }

  /// Whether `excludes` may be true of a file.
  public var hasExclusions: Bool { exclude != nil }

  /// The codes and families that `per-file-ignores` leaves out for a file.
  ///
  /// - Parameter path: an absolute path.
  /// - Returns: the codes and families.
  public func codesIgnored(in path: FilePath) -> [String] {
    perFileIgnores.filter { matches($0.files, path, below: folder) }.flatMap(\.codes)
  }

  /// Whether the codes that are reported depend on the file.
  public var dependsOnFile: Bool { !perFileIgnores.isEmpty }

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - path: its path, absolute.
  ///   - unknownCode: what to say about a word that is neither a rule's code nor a family of codes; nil for one that is.
  /// - Returns: the configuration, and what is wrong with it, in document order. A part that is wrong is left out.
  public static func read(
    _ text: SourceText, _ path: FilePath, unknownCode: @escaping (String) -> String?
  ) -> (configuration: Configuration, problems: [DocumentProblem]) {
    var configuration = Configuration()
    configuration.path = path
    configuration.folder = path.parent
    let document = ParsedDocument(text, path)
    var problems = document.problems
    guard document.isUsable, let root = document.tree.root else { return (configuration, problems) }
    // An empty file, or one of comments, changes nothing.
    if document.tree[root].kind == .scalar, document.tree[root].type == .null { return (configuration, problems) }
    problems += MasqueWorkspace.problems(in: text, path, by: bundledSchema)
    guard problems.allSatisfy(\.isWarning) else { return (configuration, problems) }
    var reader = ConfigurationReader(tree: document.tree, unknownCode: unknownCode)
    for (key, value) in document.tree.pairs(of: root) {
      switch document.tree.text(of: key) {
      case "select": configuration.select = reader.codes(value)
      case "enable": configuration.enable = reader.codes(value)
      case "ignore": configuration.ignore = reader.codes(value)
      case "severity":
        for (code, severity) in document.tree.pairs(of: value) {
          configuration.severity[reader.code(code)] = document.tree.text(of: severity)
        }
      case "fail-on": configuration.failOn = document.tree.text(of: value)
      case "exclude":
        configuration.exclude = IgnoreRules(reader.lines(value), in: configuration.folder, outer: nil)
      case "schema":
        configuration.schema = FilePath(document.tree.text(of: value)).absolute(from: configuration.folder)
      case "per-file-ignores":
        for (pattern, codes) in document.tree.pairs(of: value) {
          let rules = IgnoreRules(Array(document.tree.text(of: pattern).utf8), in: configuration.folder, outer: nil)
          configuration.perFileIgnores.append((rules, reader.codes(codes)))
        }
      default: break
      }
    }
    return (configuration, (problems + reader.problems).sorted { $0.range.start < $1.range.start })
  }

  /// The schema of the file, compiled at first use: `schemas/masque-lint.config.schema.yaml`.
  public static var schema: Schema { bundledSchema.schema }

  private static let bundledSchema = LoadedSchema(EmbeddedConfigurationSchema.yaml)
}

/// Reads the parts of a configuration that the schema has found to have the right types.
private struct ConfigurationReader {
  let tree: DocumentTree
  let unknownCode: (String) -> String?
  var problems: [DocumentProblem] = []

  init(tree: DocumentTree, unknownCode: @escaping (String) -> String?) {
    self.tree = tree
    self.unknownCode = unknownCode
  }

  mutating func codes(_ list: NodeID) -> [String] {
    tree.children(of: list).map { code($0) }
  }

  mutating func code(_ id: NodeID) -> String {
    let code = tree.text(of: id)
    if let problem = unknownCode(code) {
      problems.append(DocumentProblem("unknown-code", tree[id].range, problem))
    }
    return code
  }

  func lines(_ list: NodeID) -> [UInt8] {
    Array(tree.children(of: list).map { Array(tree.text(of: $0).utf8) }.joined(separator: [0x0A]))
  }
}

/// Whether rules match a path or one of the folders between it and the rules' own.
private func matches(_ rules: IgnoreRules, _ path: FilePath, below folder: FilePath) -> Bool {
  guard let inner = path.relative(to: folder), inner != "." else { return false }
  var place = folder
  let names = inner.components
  for (number, name) in names.enumerated() {
    place = place.appending(name)
    if let verdict = rules.verdict(on: place, isFolder: number + 1 < names.count) {
      if verdict { return true }
    }
  }
  return false
}

/// The configurations that hold for files, each read once.
public struct ConfigurationFinder {
  private let files: any Files
  private let unknownCode: (String) -> String?
  /// Index into `loaded` by folder; -1 for none.
  private var known: [FilePath: Int] = [:]

  /// A configuration and what is wrong with it.
  public struct Loaded: Sendable {
    /// What it says.
    public var configuration: Configuration
    /// Its text.
    public var text: SourceText
    /// What is wrong with it, in document order.
    public var problems: [DocumentProblem]
    /// Why it could not be read.
    public var error: FileError?
  }

  /// All that were found so far.
  public private(set) var loaded: [Loaded] = []

  /// A finder; see `Configuration.read` for `unknownCode`.
  public init(_ files: any Files, unknownCode: @escaping (String) -> String?) {
    self.files = files
    self.unknownCode = unknownCode
  }

  /// The configuration that holds for what is in a folder: the nearest one upwards, not beyond the root of the repository
  /// that the folder lies in.
  ///
  /// - Parameter folder: an absolute path.
  /// - Returns: its index in `loaded`; nil if there is none.
  public mutating func index(for folder: FilePath) -> Int? {
    var passed: [FilePath] = []
    var result = -1
    for place in folder.ancestry {
      if let found = known[place] {
        result = found
        break
      }
      passed.append(place)
      if let index = load(place.appending(Configuration.fileName.utf8), isOptional: true) {
        result = index
        break
      }
      if (try? files.kind(of: place.appending(".git".utf8), followingLinks: true)) != nil { break }
    }
    for place in passed { known[place] = result }
    return result < 0 ? nil : result
  }

  /// Reads a configuration whose path is known.
  ///
  /// - Parameters:
  ///   - path: an absolute path.
  ///   - isOptional: whether a file that is not there is no error.
  /// - Returns: its index in `loaded`; nil if it is optional and not there.
  public mutating func load(_ path: FilePath, isOptional: Bool = false) -> Int? {
    do {
      let text = SourceText(try files.read(path, maximumLength: Configuration.maximumLength))
      let (configuration, problems) = Configuration.read(text, path, unknownCode: unknownCode)
      loaded.append(Loaded(configuration: configuration, text: text, problems: problems))
    } catch {
      if isOptional, error.reason == .notFound { return nil }
      loaded.append(Loaded(configuration: Configuration(), text: SourceText([]), problems: [], error: error))
    }
    return loaded.count - 1
  }
}
