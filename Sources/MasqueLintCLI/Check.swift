import MasqueAnalysis
import MasqueWorkspace
import SourceText
import Synchronization
import TerminalOutput

/// Checks what the options name and writes the report.
func check(_ options: LintOptions, _ host: Host) throws(WriteError) -> LintStatus {
  do throws(CheckError) {
    switch options.input {
    case .paths(let paths):
      return try options.writesBaseline ? writeBaseline(paths, options, host) : checkFiles(paths, options, host)
    case .standardInput(let path):
      return try checkInput(path, options, host)
    }
  } catch {
    switch error {
    case .write(let error): throw error
    case .settings(let failure): return try report(failure, options, host)
    case .file(let error):
      try host.streams.write("masque-lint: \(error)\n", to: .error)
      return .usage
    }
  }
}

/// Why a run could not be made.
enum CheckError: Error {
  case write(WriteError)
  case settings(SettingsError)
  case file(FileError)
}

/// What is to be checked, and how.
struct Plan: Sendable {
  /// The files that findings are wanted of, in order.
  var files: [FilePath]
  /// Other masques of their libraries.
  var others: [FilePath] = []
  /// The libraries; none if nobody wants to know what masques have in common.
  var libraries: [Library] = []
  /// The manifests that are looked at, by their folders: those in folders that were named.
  var manifests: [FilePath: FilePath] = [:]
  /// What could not be found or read.
  var errors: [FileError]
  var checker: Checker

  /// Finds the files and reads what says how to check them.
  init(_ paths: [FilePath], _ options: LintOptions, _ host: Host) throws(CheckError) {
    let discovery = discoverMasques(paths, in: host.files)
    try self.init(discovery, options, host)
    errors.removeAll { error in !paths.contains(error.path) && checker.settings.excludes(error.path) }
  }

  /// A plan for a text that stands for a file's own.
  init(_ path: FilePath, _ bytes: [UInt8], hasName: Bool, _ options: LintOptions, _ host: Host) throws(CheckError) {
    try self.init(Discovery(files: [path], named: [path]), options, host, hasLibrary: hasName)
    checker.input = (path, bytes)
  }

  private init(_ discovery: Discovery, _ options: LintOptions, _ host: Host, hasLibrary: Bool = true)
    throws(CheckError)
  {
    files = discovery.files
    errors = discovery.errors
    let userConfiguration = UserConfiguration.Place(
      environment: host.environment, currentFolder: host.files.currentFolder)
    // A person's own folder is checked with what says how it is used.
    if let path = userConfiguration?.path,
      let folder = discovery.searched.first(where: { folder in
        folder.absolute(from: host.files.currentFolder) == path.parent
      }), (try? host.files.kind(of: path, followingLinks: true)) == .file
    {
      files.append(folder.appending(path.name))
      files.sort()
    }
    if hasLibrary, !files.isEmpty, options.mayConcernLibraries {
      var finder = LibraryFinder(files: host.files)
      libraries = finder.libraries(of: files, searched: discovery.searched)
      others = libraries.flatMap(\.unnamed)
      let folder = host.files.currentFolder
      let searched = discovery.searched.map { $0.absolute(from: folder) }
      for root in libraries.map(\.root) {
        guard let manifest = root.manifest, searched.contains(where: { root.folder.relative(to: $0) != nil }) else {
          continue
        }
        manifests[root.folder] = manifest.relative(to: folder) ?? manifest
      }
    }
    do throws(SettingsError) {
      // A configuration that is checked itself need not be right for that.
      let governed = files.filter { !$0.name.elementsEqual(Configuration.fileName.utf8) }
      let settings = try Settings(for: governed + others + manifests.values.sorted(), options, host)
      checker = Checker(
        options: options, settings: settings, files: host.files, userConfiguration: userConfiguration)
    } catch {
      throw .settings(error)
    }
    if let path = options.baseline, !options.writesBaseline {
      do throws(FileError) {
        checker.baseline = try Baseline(path, in: host.files)
      } catch {
        throw .file(error)
      }
      checker.paths = ProjectPaths(host.files)
    }
    let settings = checker.settings
    guard settings.excludesSome else { return }
    let kept = options.forcesExclude ? [] : discovery.named
    let isOut: (FilePath) -> Bool = { !kept.contains($0) && settings.excludes($0) }
    files.removeAll(where: isOut)
    others.removeAll(where: isOut)
    for index in libraries.indices { libraries[index].members.removeAll(where: isOut) }
  }
}

/// Checks files, several at a time, and writes what is found in the order of the files.
private func checkFiles(_ paths: [FilePath], _ options: LintOptions, _ host: Host) throws(CheckError) -> LintStatus {
  let plan = try Plan(paths, options, host)
  let output = OrderedOutput(
    makeReport(options, host), options, host.streams, progress: Progress(plan.files.count, options, host))
  output.begin(plan.errors)
  run(plan, output, host)
  do throws(WriteError) {
    if plan.files.isEmpty, plan.errors.isEmpty, !options.isQuiet {
      try host.streams.write("masque-lint: no *.masque.yaml or *.masque.yml here: \(list(paths))\n", to: .error)
    }
    return try output.end()
  } catch {
    throw .write(error)
  }
}

private func list(_ paths: [FilePath]) -> String {
  let names = paths.prefix(3).map { $0 == "." ? "the current folder" : $0.description }
  return names.joined(separator: ", ") + (paths.count > 3 ? " and \(paths.count - 3) more" : "")
}

/// Writes what is found to the baseline.
private func writeBaseline(_ paths: [FilePath], _ options: LintOptions, _ host: Host) throws(CheckError) -> LintStatus {
  guard let path = options.baseline else { return .usage }
  let plan = try Plan(paths, options, host)
  let kept = KeptOutput(host.streams)
  let output = OrderedOutput(BaselineReport(paths: ProjectPaths(host.files)), options, kept)
  output.begin(plan.errors)
  run(plan, output, host)
  do throws(WriteError) {
    let status = try output.end()
    do throws(FileError) {
      try host.files.write(path, kept.output)
    } catch {
      try host.streams.write("masque-lint: \(error)\n", to: .error)
      return .usage
    }
    if !options.isQuiet {
      try host.streams.write("wrote \(counted(output.summary.findings, "finding")) to \(path)\n", to: .error)
    }
    return status == .usage ? .usage : .clean
  } catch {
    throw .write(error)
  }
}

/// Checks standard input. With `--fix` the mended text goes to standard output, and what remains to standard error.
private func checkInput(_ path: FilePath, _ options: LintOptions, _ host: Host) throws(CheckError) -> LintStatus {
  let isFixed = options.fixing != .none && !options.showsDiff
  let output = OrderedOutput(
    makeReport(options, host), options, host.streams, findingsTo: isFixed ? .error : .output)
  var bytes: [UInt8] = []
  var failure: FileError?
  do throws(FileError) {
    bytes = try host.streams.readInput(maximumLength: maximumLength)
  } catch {
    failure = error
  }
  let plan = try Plan(path, bytes, hasName: options.hasInputName, options, host)
  do throws(WriteError) {
    if let failure {
      output.begin([failure])
    } else {
      output.begin([])
      let text = run(plan, output, host)
      if isFixed { try host.streams.write(text?.bytes ?? bytes, to: .output) }
    }
    return try output.end()
  } catch {
    throw .write(error)
  }
}

/// The form in which the options want findings.
func makeReport(_ options: LintOptions, _ host: Host) -> any Report {
  if options.showsDiff { return DiffReport(usesColor: options.usesColor) }
  switch options.format {
  case .text where options.showsStatistics: return StatisticsReport(usesColor: options.usesColor)
  case .text: return TextReport(style: Style(options.usesColor), columns: options.columns, files: host.files)
  case .json: return JSONReport(files: host.files)
  case .sarif: return SARIFReport(ProjectPaths(host.files), host.files)
  case .github: return GitHubReport(paths: ProjectPaths(host.files))
  case .gitlab: return GitLabReport(paths: ProjectPaths(host.files))
  case .junit: return JUnitReport()
  case .compact: return CompactReport()
  }
}
