import ArgumentParser
import MasqueAnalysis
import MasqueWorkspace

/// The arguments of `masque-lint`. Only parsing happens here; `lint(_:)` does the work.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque-lint",
    abstract: "Checks masques, and mends what can be mended safely.",
    usage: "masque-lint [<options>] [<path> ...]",
    discussion: """
      Exit status: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage or a file that could not be read \
      or written, 3 an internal error.
      """,
    version: "masque-lint \(version)")

  @Argument(
    help: ArgumentHelp(
      "Files, folders (searched for *.masque.yaml and *.masque.yml), globs, or - for standard input.",
      discussion: "Without any, the current folder is checked.", valueName: "path"))
  var paths: [String] = []

  @Option(help: "How findings are written: text or json.")
  var format: OutputFormat?

  @Flag(help: "Short for --format json.")
  var json = false

  @Flag(help: "Apply the fixes that are safe; of standard input, write the mended text.")
  var fix = false

  @Flag(help: "Apply the fixes that decide something for you, too.")
  var fixUnsafe = false

  @Flag(help: "Show what --fix would change, and write nothing.")
  var diff = false

  @Option(help: "The least severity for exit status 1: error, warning, information or hint.")
  var failOn = SeverityChoice.error

  @Option(help: ArgumentHelp("Report only these codes, or families of codes such as schema.", valueName: "codes"))
  var select: [String] = []

  @Option(help: ArgumentHelp("Do not report these codes, or families of codes.", valueName: "codes"))
  var ignore: [String] = []

  @Flag(help: "Show how often each code occurs instead of each finding.")
  var statistics = false

  @Option(help: ArgumentHelp("The path that findings in standard input name.", valueName: "path"))
  var stdinFilename: String?

  @Option(help: ArgumentHelp("How many threads to use; as many as there are processors if not given.", valueName: "n"))
  var jobs: Int?

  @Option(help: "Whether text is coloured: auto, always or never.")
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
    let isJSON = json || format == .json
    if diff, isJSON {
      throw ValidationError("--diff writes a diff, not JSON; the fixes are part of the JSON output without it.")
    }
    if diff, statistics {
      throw ValidationError("--diff and --statistics both decide what is printed; give one of the two.")
    }
    if paths == ["-"], fix || fixUnsafe, !diff, isJSON || statistics {
      throw ValidationError("--fix writes the mended standard input to standard output; nothing else fits there.")
    }
    for name in (select + ignore).flatMap(parts) {
      if let problem = problem(withCode: name) { throw ValidationError(problem) }
    }
  }
}

/// Why a name is neither a rule's code nor the family of one, if it is not.
private func problem(withCode name: String) -> String? {
  let codes = ruleDescriptions().map(\.code)
  // Each keyword of JSON Schema has a code, those without a rule of their own too.
  if name.hasPrefix("schema-") || codes.contains(where: { covers(name, $0) }) { return nil }
  let families = Set(codes.map { String($0.prefix { $0 != "-" }) }.filter { !codes.contains($0) })
  let nearest = (codes + families.sorted()).map { ($0, editDistance(name, $0)) }.min { $0.1 < $1.1 }
  if let (code, distance) = nearest, distance <= max(name.count / 3, 1) {
    return "'\(name)' is no rule's code. Did you mean '\(code)'?"
  }
  return "'\(name)' is no rule's code; codes look like schema-enum, families of codes like schema."
}

/// How many insertions, removals and replacements make one word the other (Levenshtein). O(n × m).
private func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b.utf8)
  var row = Array(0...b.count)
  for (number, byte) in a.utf8.prefix(100).enumerated() {
    var diagonal = row[0]
    row[0] = number + 1
    for (index, other) in b.enumerated() {
      let above = row[index + 1]
      row[index + 1] = min(above + 1, row[index] + 1, diagonal + (byte == other ? 0 : 1))
      diagonal = above
    }
  }
  return row[b.count]
}

/// The version of the programs, the same for all of them.
let version = "0.1.0"
