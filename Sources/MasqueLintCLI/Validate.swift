import ArgumentParser
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import Synchronization
import TerminalOutput

/// `masque-lint validate`.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque-lint validate",
    abstract: "Holds YAML and JSON files to a JSON Schema (draft 2020-12).",
    discussion: """
      References lead to local files, seen from the schema; nothing is fetched. Formats are asserted. What ends in .json \
      is read as JSON, everything else as YAML 1.2.

      Exit status: 0 all are valid, 1 some are not, 2 wrong usage, a file that could not be read or a broken schema, \
      3 an internal error.
      """)

  @Option(help: ArgumentHelp("The schema, YAML or JSON.", valueName: "file"))
  var schema: String

  @Argument(help: ArgumentHelp("Files and globs, or - for standard input.", valueName: "path"))
  var paths: [String]

  @Option(help: "How findings are written; text if not given.")
  var format: OutputFormat?

  @Flag(help: "Short for --format json.")
  var json = false

  @Option(help: ArgumentHelp("The path that standard input is read and reported as.", valueName: "path"))
  var stdinFilename: String?

  @Option(help: ArgumentHelp("How many threads to use; as many as there are processors if not given.", valueName: "n"))
  var jobs: Int?

  @Option(help: "Whether text is coloured.")
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Print findings only, no summary.")
  var quiet = false

  func validate() throws {
    if paths.isEmpty { throw ValidationError("Name the files to validate.") }
    if let jobs, !(1...1_024).contains(jobs) {
      throw ValidationError("--jobs \(jobs): there must be at least 1 thread and at most 1024.")
    }
    if json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) contradict each other; give one of the two.")
    }
    if paths.contains("-"), paths.count > 1 {
      throw ValidationError("'-' stands for standard input and cannot be mixed with other paths.")
    }
    if stdinFilename != nil, paths != ["-"] {
      throw ValidationError("--stdin-filename names what comes from standard input; add '-' as the only path.")
    }
  }
}

/// Validates files and writes the report, in the order of the files.
func validateFiles(_ command: ValidateCommand, _ host: Host) throws(WriteError) -> LintStatus {
  var options = LintOptions(command, host)
  let path = FilePath(argument: command.schema)
  let schema: LoadedSchema
  do throws(FileError) {
    schema = try LoadedSchema(path, in: host.files)
  } catch {
    try host.streams.write("masque-lint: \(error)\n", to: .error)
    return .usage
  }
  var failure = SettingsError()
  for file in schema.files { failure.add(file.problems, file.path, file.text) }
  if !failure.isEmpty { return try report(failure, options, host) }

  if command.paths == ["-"] {
    let name = FilePath(argument: command.stdinFilename ?? "<stdin>")
    let file: CheckedFile
    do throws(FileError) {
      file = checked(try host.streams.readInput(maximumLength: maximumLength), name, schema)
    } catch {
      file = CheckedFile(path: name, errors: [error])
    }
    let output = OrderedOutput(makeReport(options, host), options, host.streams)
    output.begin([])
    output.submit([output.piece(file)], from: 0)
    return try output.end()
  }

  let discovery = discoverFiles(command.paths.map { FilePath(argument: $0) }, in: host.files)
  options.jobs = min(options.jobs, (discovery.files.count + 3) / 4)
  let output = OrderedOutput(
    makeReport(options, host), options, host.streams, progress: Progress(discovery.files.count, options, host))
  output.begin(discovery.errors)
  let next = Atomic<Int>(0)
  host.onThreads(options.jobs) {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < discovery.files.count, !output.isStopped else { return }
      let path = discovery.files[index]
      let file: CheckedFile
      do throws(FileError) {
        file = checked(try host.files.read(path, maximumLength: maximumLength), path, schema)
      } catch {
        file = CheckedFile(path: path, errors: [error])
      }
      output.submit([output.piece(file)], from: index)
      output.show(progress: index)
    }
  }
  return try output.end()
}

private func checked(_ bytes: [UInt8], _ path: FilePath, _ schema: LoadedSchema) -> CheckedFile {
  let text = SourceText(bytes)
  return CheckedFile(path: path, text: text, findings: problems(in: text, path, by: schema).map { Finding($0) })
}

extension LintOptions {
  /// The options of a report that `validate` writes.
  fileprivate init(_ command: ValidateCommand, _ host: Host) {
    format = command.json ? .json : command.format ?? .text
    jobs = command.jobs ?? max(host.processorCount, 1)
    isQuiet = command.quiet
    usesColor = command.color.isColored(host)
    if host.streams.isTerminal(.output) { columns = terminalColumns(of: host.streams) }
  }
}
