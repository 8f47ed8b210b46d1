import MasqueAnalysis
import MasqueWorkspace
import SourceText
import Synchronization

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
  var files: [FilePath]
  var errors: [FileError]
  var checker: Checker

  /// Finds the files and reads what says how to check them.
  init(_ paths: [FilePath], _ options: LintOptions, _ host: Host) throws(CheckError) {
    let discovery = discoverMasques(paths, in: host.files)
    files = discovery.files
    errors = discovery.errors
    checker = try Plan.checker(for: files, options, host)
    let named = options.forcesExclude ? [] : discovery.named
    let settings = checker.settings
    if settings.excludesSome {
      files.removeAll { !named.contains($0) && settings.excludes($0) }
      errors.removeAll { error in !paths.contains(error.path) && settings.excludes(error.path) }
    }
  }

  /// A checker for files.
  static func checker(for files: [FilePath], _ options: LintOptions, _ host: Host) throws(CheckError) -> Checker {
    var checker: Checker
    do throws(SettingsError) {
      checker = Checker(options: options, settings: try Settings(for: files, options, host))
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
    return checker
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

/// Checks the files of a plan, several at a time.
func run(_ plan: Plan, _ output: OrderedOutput, _ host: Host) {
  let files = plan.files
  let checker = plan.checker
  // A thread costs about as much as checking a file does.
  let jobs = min(checker.options.jobs, (files.count + 3) / 4)
  let chunk = max(1, min(16, files.count / (max(jobs, 1) * 16)))
  let next = Atomic<Int>(0)
  host.onThreads(jobs) {
    var pieces: [OutputPiece] = []
    while true {
      let start = next.add(chunk, ordering: .relaxed).oldValue
      guard start < files.count, !output.isStopped else { return }
      let end = min(start + chunk, files.count)
      pieces.removeAll(keepingCapacity: true)
      for file in files[start..<end] { pieces.append(output.piece(checkFile(file, checker, host.files))) }
      output.submit(pieces, from: start)
    }
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
  let checker = try Plan.checker(for: [path], options, host)
  do throws(WriteError) {
    let file: CheckedFile
    do throws(FileError) {
      file = checker.check(try host.streams.readInput(maximumLength: maximumLength), path)
    } catch {
      file = CheckedFile(path: path, errors: [error])
    }
    let isFixed = options.fixing != .none && !options.showsDiff
    if isFixed { try host.streams.write(file.text.bytes, to: .output) }
    let output = OrderedOutput(
      makeReport(options, host), options, host.streams, findingsTo: isFixed ? .error : .output)
    output.begin([])
    output.submit([output.piece(file)], from: 0)
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
