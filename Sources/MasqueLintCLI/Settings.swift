import JSONSchema
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import TerminalOutput

/// What holds for the files that one configuration governs, the command line included.
struct FileSettings: Sendable {
  /// How the files are checked.
  private(set) var checks = CheckSettings()
  /// The least severity that makes the run fail.
  private(set) var failOn = Severity.error
}

/// The settings of all files of a run.
struct Settings: Sendable {
  /// Distinct settings; the first holds where there is no configuration.
  private var all: [FileSettings] = []
  /// Index into `all` per folder.
  private var folders: [ArraySlice<UInt8>: Int] = [:]
  let currentFolder: FilePath
  /// Files of settings, schemas and the like that have been read.
  private(set) var sources: [FilePath] = []

  /// Reads the configurations that hold for files, and the schemas that they name.
  ///
  /// - Throws: what is wrong with one of them.
  init(for paths: [FilePath], _ options: LintOptions, _ host: Host) throws(SettingsError) {
    currentFolder = host.files.currentFolder
    var failures = SettingsError()
    var finder = ConfigurationFinder(host.files, unknownCode: problem(withCode:))
    var schemas: [FilePath: MasqueSchema] = [:]
    all = [FileSettings(Configuration(), options, currentFolder, &schemas, &failures, host)]

    var indices: [Int: Int] = [:]
    func index(of loaded: Int?) -> Int {
      guard let loaded else { return 0 }
      if let index = indices[loaded] { return index }
      let found = finder.loaded[loaded]
      let shown = found.configuration.path.map { MasqueLintCLI.shown($0, currentFolder) } ?? "."
      if let path = found.configuration.path { sources.append(path) }
      if let error = found.error { failures.errors.append(error) }
      failures.add(found.problems, shown, found.text)
      all.append(FileSettings(found.configuration, options, currentFolder, &schemas, &failures, host))
      indices[loaded] = all.count - 1
      return all.count - 1
    }

    switch options.configuration {
    case .none:
      break
    case .file(let path):
      all[0] = all[index(of: finder.load(path.absolute(from: currentFolder)))]
    case .nearest:
      var previous: ArraySlice<UInt8>?
      for path in paths {
        let folder = path.bytes[..<(path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0)]
        // Files of one folder come one after the other.
        if folder == previous { continue }
        previous = folder
        if folders[folder] != nil { continue }
        folders[folder] = index(of: finder.index(for: path.absolute(from: currentFolder).parent))
      }
    }
    sources += schemas.keys.sorted()
    if !failures.isEmpty { throw failures }
  }

  /// The settings of one of the files.
  func settings(of path: FilePath) -> FileSettings {
    if all.count == 1 { return all[0] }
    let folder = path.bytes[..<(path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0)]
    return all[folders[folder] ?? 0]
  }

  /// Whether any configuration excludes files.
  var excludesSome: Bool { all.contains { $0.checks.configuration.hasExclusions } }

  /// Whether a file is not checked though it was found.
  func excludes(_ path: FilePath) -> Bool {
    settings(of: path).checks.excludes(path.absolute(from: currentFolder))
  }
}

/// A path as a reader would write it.
private func shown(_ path: FilePath, _ currentFolder: FilePath) -> FilePath { path.relative(to: currentFolder) ?? path }

extension FileSettings {
  fileprivate init(
    _ configuration: Configuration, _ options: LintOptions, _ currentFolder: FilePath,
    _ schemas: inout [FilePath: MasqueSchema], _ failures: inout SettingsError, _ host: Host
  ) {
    failOn = options.failOn ?? configuration.failOn.flatMap { Severity(rawValue: $0) } ?? .error
    let overrides = CheckOverrides(rules: options.rules)
    guard let path = options.schema?.absolute(from: currentFolder) ?? configuration.schema else {
      checks = CheckSettings(configuration, overrides)
      return
    }
    if schemas[path] == nil {
      do {
        let loaded = try LoadedSchema(shown(path, currentFolder), in: host.files)
        for file in loaded.files { failures.add(file.problems, file.path, file.text) }
        schemas[path] = MasqueSchema(loaded.schema)
      } catch {
        var error = error
        if options.schema == nil, let path = configuration.path {
          error.message += "; it is the schema of \(shown(path, currentFolder))"
        }
        failures.errors.append(error)
      }
    }
    checks = CheckSettings(configuration, overrides, schema: schemas[path])
  }
}

/// What is wrong with the files that say how to check.
struct SettingsError: Error {
  /// Files that could not be read.
  var errors: [FileError] = []
  /// Files with something wrong in them.
  var files: [CheckedFile] = []

  var isEmpty: Bool {
    errors.isEmpty && files.allSatisfy { file in file.findings.allSatisfy { $0.severity < .error } }
  }

  mutating func add(_ problems: [DocumentProblem], _ path: FilePath, _ text: SourceText) {
    guard !problems.isEmpty, !files.contains(where: { $0.path == path }) else { return }
    files.append(CheckedFile(path: path, text: text, findings: problems.map { Finding($0) }))
  }
}

/// Says on standard error what is wrong with the files that say how to check.
func report(_ failure: SettingsError, _ options: LintOptions, _ host: Host) throws(WriteError) -> LintStatus {
  var output: [UInt8] = []
  let report = TextReport(style: Style(false), columns: options.columns, files: host.files)
  for error in failure.errors { output.append(contentsOf: "masque-lint: \(error)\n".utf8) }
  for file in failure.files { report.append(file, to: &output) }
  try host.streams.write(output, to: .error)
  return .usage
}
