import ArgumentParser
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import TerminalOutput

/// `masque-lint format`.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masque-lint format",
    abstract: "Puts the spacing of masques in order, and changes nothing that they say.",
    discussion: """
      Two blanks per level, lists indented below their keys, one blank line at most, double quotes, a line break at the \
      end. Texts and comments stay as they are. Every change is proved by reading the file again; sections that are no \
      YAML are left alone. There are no settings of style.

      Exit status: 0 done, or nothing to do; 1 with --check or --diff if there is something to do; 2 wrong usage or a \
      file that could not be read or written; 3 an internal error.
      """)

  @Argument(
    help: ArgumentHelp(
      "Files, folders (searched for *.masque.yaml and *.masque.yml), globs, or - for standard input.",
      discussion: "Without any, the current folder is formatted.", valueName: "path"))
  var paths: [String] = []

  @Flag(help: "Name the files that would change, and write nothing.")
  var check = false

  @Flag(help: "Show what would change, and write nothing.")
  var diff = false

  @Option(help: ArgumentHelp("The path that standard input is reported as.", valueName: "path"))
  var stdinFilename: String?

  @Option(help: "Whether text is coloured.")
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Print no summary.")
  var quiet = false

  func validate() throws {
    if paths.contains("-"), paths.count > 1 {
      throw ValidationError("'-' stands for standard input and cannot be mixed with other paths.")
    }
    if stdinFilename != nil, paths != ["-"] {
      throw ValidationError("--stdin-filename names what comes from standard input; add '-' as the only path.")
    }
  }
}

/// Formats files, in their order.
func formatFiles(_ command: FormatCommand, _ host: Host) throws(WriteError) -> LintStatus {
  if command.paths == ["-"] { return try formatInput(command, host) }
  let plan: Plan
  do throws(CheckError) {
    let paths = command.paths.isEmpty ? ["."] : command.paths.map { FilePath(argument: $0) }
    plan = try Plan(paths, LintOptions(command, host), host)
  } catch {
    switch error {
    case .write(let error): throw error
    case .settings(let failure): return try report(failure, LintOptions(command, host), host)
    case .file(let error): return try fail(error, host)
    }
  }
  var run = FormatRun(command, host)
  for error in plan.errors { try run.note(error) }
  for path in plan.files { try run.format(path) }
  if plan.files.isEmpty, plan.errors.isEmpty, !command.quiet {
    try host.streams.write("masque-lint: no *.masque.yaml or *.masque.yml here\n", to: .error)
  }
  return try run.end()
}

/// Writes standard input formatted, or what would change in it.
private func formatInput(_ command: FormatCommand, _ host: Host) throws(WriteError) -> LintStatus {
  let path = FilePath(argument: command.stdinFilename ?? "<stdin>")
  let bytes: [UInt8]
  do throws(FileError) {
    bytes = try host.streams.readInput(maximumLength: maximumLength)
  } catch {
    return try fail(error, host)
  }
  var run = FormatRun(command, host)
  let formatted = try run.formatted(SourceText(bytes), path)
  if command.check || command.diff {
    run.count(isChanged: formatted.bytes != bytes)
    if formatted.bytes != bytes { try run.show(bytes, formatted.bytes, path) }
    return try run.end()
  }
  try host.streams.write(formatted.bytes, to: .output)
  return .clean
}

private func fail(_ error: FileError, _ host: Host) throws(WriteError) -> LintStatus {
  try host.streams.write("masque-lint: \(error)\n", to: .error)
  return .usage
}

/// One run, with what it has done so far.
private struct FormatRun {
  let command: FormatCommand
  let host: Host
  var changed = 0
  var unchanged = 0
  var failed = 0

  init(_ command: FormatCommand, _ host: Host) {
    self.command = command
    self.host = host
  }

  mutating func count(isChanged: Bool) {
    if isChanged { changed += 1 } else { unchanged += 1 }
  }

  mutating func note(_ error: FileError) throws(WriteError) {
    failed += 1
    try host.streams.write("masque-lint: \(error)\n", to: .error)
  }

  mutating func format(_ path: FilePath) throws(WriteError) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try host.files.read(path, maximumLength: maximumLength)
    } catch {
      return try note(error)
    }
    let result = try formatted(SourceText(bytes), path)
    if result.bytes == bytes {
      unchanged += 1
    } else if command.check || command.diff {
      changed += 1
      try show(bytes, result.bytes, path)
    } else {
      do throws(FileError) {
        try host.files.replace(path, expecting: bytes, with: result.bytes)
        changed += 1
      } catch {
        try note(error)
      }
    }
  }

  /// A text in order. What is left alone is told.
  func formatted(_ text: SourceText, _ path: FilePath) throws(WriteError) -> SourceText {
    let formatting = MasqueAnalysis.format(Snapshot(path: path.description, text: text))
    if !formatting.refusals.isEmpty, !command.quiet {
      let lines = LineIndex(text)
      for refusal in formatting.refusals {
        let place = lines.position(of: refusal.range.start, in: text, encoding: .utf32)
        try host.streams.write(
          "\(path):\(place.line + 1):\(place.column + 1): left as it is: \(refusal.reason)\n", to: .error)
      }
    }
    return formatting.text
  }

  func show(_ old: [UInt8], _ new: [UInt8], _ path: FilePath) throws(WriteError) {
    if command.diff {
      let name = path.description
      try host.streams.write(
        unifiedDiff(old, new, name, name, Style(command.color.isColored(host))), to: .output)
    } else {
      try host.streams.write("\(path) would change\n", to: .output)
    }
  }

  func end() throws(WriteError) -> LintStatus {
    let isDry = command.check || command.diff
    if !command.quiet {
      var parts: [String] = []
      let files = changed == 1 ? "1 file" : "\(changed) files"
      if changed > 0 { parts.append(isDry ? "\(files) would change" : "changed \(files)") }
      if unchanged > 0 { parts.append(unchanged == 1 ? "1 file is in order" : "\(unchanged) files are in order") }
      if !parts.isEmpty { try host.streams.write(parts.joined(separator: "; ") + "\n", to: .error) }
    }
    if failed > 0 { return .usage }
    return isDry && changed > 0 ? .findings : .clean
  }
}

extension LintOptions {
  /// The options by which files are found.
  fileprivate init(_ command: FormatCommand, _ host: Host) {
    isQuiet = command.quiet
    usesColor = command.color.isColored(host)
    if host.streams.isTerminal(.output) { columns = terminalColumns(of: host.streams) }
  }
}
