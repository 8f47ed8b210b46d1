import ArgumentParser
import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import TerminalOutput

/// The arguments of `masque-lint`. Only parsing happens here; `lint(_:)` does the work.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque-lint",
    abstract: "Checks masques, and mends what can be mended safely.",
    usage: """
      masque-lint [<options>] [<path> ...]
      masque-lint format [--check] [--diff] [<path> ...]
      masque-lint explain <code> ...
      masque-lint intent explain <phrase> <file>
      masque-lint intent diff [--fail-on-widening] <before> <after>
      masque-lint rules [--format text|json]
      masque-lint validate --schema <file> <path> ...
      """,
    discussion: """
      Settings come from the nearest .masque-lint.yaml, from a masque upwards; options come before them. A path that is \
      called like a subcommand can be given as ./explain.

      Exit status: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage or a file that could not be read \
      or written, 3 an internal error.
      """,
    version: "masque-lint \(projectVersion)")

  @Argument(
    help: ArgumentHelp(
      "Files, folders (searched for *.masque.yaml and *.masque.yml), globs, or - for standard input.",
      discussion: "Without any, the current folder is checked.", valueName: "path"))
  var paths: [String] = []

  @Option(help: "How findings are written; text if not given.")
  var format: OutputFormat?

  @Flag(help: "Short for --format json.")
  var json = false

  @Flag(help: "Apply the fixes that are safe; of standard input, write the mended text.")
  var fix = false

  @Flag(help: "Apply the fixes that decide something for you, too.")
  var fixUnsafe = false

  @Flag(help: "Show what --fix would change, and write nothing.")
  var diff = false

  @Option(help: "The least severity for exit status 1; error if not given.")
  var failOn: SeverityChoice?

  @Option(help: ArgumentHelp("Report only these codes, or families of codes such as schema.", valueName: "codes"))
  var select: [String] = []

  @Option(help: ArgumentHelp("Report these codes too, which are off by default.", valueName: "codes"))
  var enable: [String] = []

  @Option(help: ArgumentHelp("Do not report these codes, or families of codes.", valueName: "codes"))
  var ignore: [String] = []

  @Option(
    help: ArgumentHelp(
      "Leave out the findings that a file lists, so that only new ones are reported.", valueName: "file"))
  var baseline: String?

  @Flag(help: "Write the findings of this run to the --baseline file.")
  var writeBaseline = false

  @Option(help: ArgumentHelp("Check against an extended schema, YAML or JSON.", valueName: "file"))
  var schema: String?

  @Option(
    help: ArgumentHelp("Take settings from this file instead of the nearest .masque-lint.yaml.", valueName: "file"))
  var config: String?

  @Flag(help: "Read no .masque-lint.yaml.")
  var noConfig = false

  @Flag(help: "Leave out what the settings exclude even if it is named.")
  var forceExclude = false

  @Flag(help: "Check again whenever a file changes; Ctrl-C ends it, with the status of the last check.")
  var watch = false

  @Flag(help: "Show how often each code occurs instead of each finding.")
  var statistics = false

  @Option(help: ArgumentHelp("The path that findings in standard input name.", valueName: "path"))
  var stdinFilename: String?

  @Option(help: ArgumentHelp("How many threads to use; as many as there are processors if not given.", valueName: "n"))
  var jobs: Int?

  @Option(help: "Whether text is coloured.")
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Print findings only, no summary.")
  var quiet = false

  /// Where the texts come from, if the arguments say so.
  var inputPaths: LintOptions.Input? {
    if paths == ["-"] { return .standardInput(FilePath(argument: stdinFilename ?? "<stdin>")) }
    return paths.isEmpty ? nil : .paths(paths.map { FilePath(argument: $0) })
  }

  func validate() throws {
    if let jobs, !(1...1_024).contains(jobs) {
      throw ValidationError("--jobs \(jobs): there must be at least 1 thread and at most 1024.")
    }
    if paths.contains("-"), paths.count > 1 {
      throw ValidationError(
        "'-' stands for standard input and cannot be mixed with other paths; check them one by one.")
    }
    if stdinFilename != nil, paths != ["-"] {
      throw ValidationError("--stdin-filename names what comes from standard input; add '-' as the only path.")
    }
    if json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) contradict each other; give one of the two.")
    }
    let format = json ? .json : format ?? .text
    if diff, format != .text {
      throw ValidationError(
        "--diff writes a diff, not \(format.name); the fixes are part of the JSON output without it.")
    }
    if diff, statistics {
      throw ValidationError("--diff and --statistics both decide what is printed; give one of the two.")
    }
    if statistics, format != .text, format != .json {
      throw ValidationError("--statistics is a table for people, and part of the JSON output; \(format.name) has none.")
    }
    if paths == ["-"], fix || fixUnsafe, !diff, format != .text || statistics {
      throw ValidationError("--fix writes the mended standard input to standard output; nothing else fits there.")
    }
    if writeBaseline, baseline == nil {
      throw ValidationError("--write-baseline writes the file that --baseline names; add --baseline <file>.")
    }
    if writeBaseline, fix || fixUnsafe || diff || statistics || watch || paths == ["-"] {
      throw ValidationError(
        "--write-baseline writes what is found as it is; give no option that does something else with it.")
    }
    if config != nil, noConfig {
      throw ValidationError("--config and --no-config contradict each other; give one of the two.")
    }
    if watch, paths == ["-"] || diff || (format != .text && format != .compact) {
      throw ValidationError("--watch is for people at a terminal: it checks files, and writes text or compact lines.")
    }
    for list in select + enable + ignore where parts(of: list).isEmpty {
      throw ValidationError("'\(list)' names no code; leave the option out to have them all.")
    }
    for name in (select + enable + ignore).flatMap(parts) {
      if let problem = problem(withCode: name) { throw ValidationError(problem) }
    }
  }
}
