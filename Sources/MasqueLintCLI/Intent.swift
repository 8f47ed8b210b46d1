import ArgumentParser
import JSON
import MasqueCommands
import MasqueWorkspace
import TerminalOutput

/// `masque-lint intent`.
struct IntentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque-lint intent", abstract: "Asks what masques may set out to do.",
    subcommands: [Explain.self, Diff.self])

  /// What both take.
  struct Output: ParsableArguments {
    @Option(help: "How the answer is written: text or json.")
    var format: AnswerFormat?

    @Flag(help: "Short for --format json.")
    var json = false

    @Option(help: "Whether text is coloured: auto, always or never.")
    var color = ColorChoice.auto

    var isJSON: Bool { json || format == .json }

    func validate() throws {
      if json, format == .text { throw ValidationError("--json and --format text contradict each other.") }
    }
  }

  /// `masque-lint intent explain`.
  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "explain", abstract: "Says whether a masque may set out to do something, and which pattern decides.",
      discussion: """
        Example: masque-lint intent explain "implement the parser" personas/codesmith.masque.yaml

        Exit status: 0 allowed, 1 denied or not allowed, 2 wrong usage, or a masque that could not be asked, 3 an \
        internal error.
        """)

    @Argument(help: ArgumentHelp("What is intended.", valueName: "phrase"))
    var phrase: String

    @Argument(help: ArgumentHelp("The masque, or - for standard input.", valueName: "file"))
    var file: String

    @OptionGroup var output: Output
  }

  /// `masque-lint intent diff`.
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff", abstract: "Compares what two masques may set out to do, and proves each difference.",
      discussion: """
        Example: git show main:personas/x.masque.yaml | masque-lint intent diff --fail-on-widening - personas/x.masque.yaml

        Exit status: 0 compared, 1 what --fail-on-widening forbids, 2 wrong usage, or a masque that could not be \
        asked, 3 an internal error.
        """)

    @Argument(help: ArgumentHelp("The masque to compare with, or - for standard input.", valueName: "before"))
    var before: String

    @Argument(help: ArgumentHelp("The masque that is compared, or - for standard input.", valueName: "after"))
    var after: String

    @Flag(help: "Fail if the second masque lets anything through that the first does not, or if that can't be decided.")
    var failOnWidening = false

    @OptionGroup var output: Output

    func validate() throws {
      if before == "-", after == "-" { throw ValidationError("Standard input can be one of the two masques only.") }
    }
  }
}

/// In which form an answer is written.
enum AnswerFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}

/// Runs `masque-lint intent …`.
func runIntentCommand(_ arguments: [String], _ host: Host) throws -> LintStatus {
  var command = try IntentCommand.parseAsRoot(arguments)
  do {
    switch command {
    case let command as IntentCommand.Explain: return try explain(command, host)
    case let command as IntentCommand.Diff: return try compare(command, host)
    default:
      // Nothing is asked: `run` answers with the help.
      try command.run()
      return .clean
    }
  } catch let error as CommandError {
    try host.streams.write("masque-lint: \(printable(error.message))\n", to: .error)
    return .usage
  }
}

private func explain(_ command: IntentCommand.Explain, _ host: Host) throws -> LintStatus {
  let (context, references) = try context(for: [command.file], host)
  let result = try explainIntent(.init(phrase: command.phrase, masque: references[0]), context)
  if command.output.isJSON {
    try host.streams.write(encodedResult(IntentExplainCommand.self, result).text(.line) + "\n", to: .output)
  } else {
    let report = IntentReport(
      command.output.color.style(for: .output, of: host.streams, environment: host.environment), context.files)
    try host.streams.write(report.text(of: result, command.phrase, references[0].text), to: .output)
  }
  return result.verdict == "allowed" ? .clean : .findings
}

private func compare(_ command: IntentCommand.Diff, _ host: Host) throws -> LintStatus {
  let (context, references) = try context(for: [command.before, command.after], host)
  let result = try compareIntents(
    .init(before: references[0], after: references[1], failOnWidening: command.failOnWidening), context)
  if command.output.isJSON {
    try host.streams.write(encodedResult(IntentDiffCommand.self, result).text(.line) + "\n", to: .output)
  } else {
    let report = IntentReport(
      command.output.color.style(for: .output, of: host.streams, environment: host.environment), context.files)
    let text = try report.text(of: result) { phrase, isAfter throws(CommandError) in
      try explainIntent(.init(phrase: phrase, masque: references[isAfter ? 1 : 0]), context)
    }
    try host.streams.write(text, to: .output)
  }
  return result.failed ? .findings : .clean
}

/// Where files are found, standard input among them, and how a command knows them.
private func context(
  for paths: [String], _ host: Host
) throws(CommandError) -> (context: CommandContext, references: [MasqueReference]) {
  var texts: [FilePath: [UInt8]] = [:]
  let input = FilePath("<stdin>")
  if paths.contains("-") {
    do throws(FileError) {
      texts[input] = try host.streams.readInput(maximumLength: maximumLength)
    } catch {
      throw CommandError(.file, "\(error)")
    }
  }
  let references = paths.map { path -> MasqueReference in
    if path == "-" { return MasqueReference(input.description) }
    // A file, whatever a masque may be called.
    return MasqueReference(path.contains("/") || FilePath(path).isMasque ? path : "./\(path)")
  }
  return (CommandContext(files: OverlayFiles(texts, over: host.files), places: MasquePlaces()), references)
}
