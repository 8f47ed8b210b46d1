import ArgumentParser
import MasqueAnalysis
import MasqueWorkspace
import TerminalOutput

/// What a run is to do, every question answered.
struct LintOptions: Sendable {
  /// Where the texts come from.
  enum Input: Sendable {
    /// Files, folders and globs.
    case paths([FilePath])
    /// Standard input, and the path that findings name.
    case standardInput(FilePath)
  }

  /// What happens to findings that have a fix.
  enum Fixing: Sendable {
    /// They are reported.
    case none
    /// They are mended, those whose fix is safe.
    case safe
    /// They are mended, unsafe fixes included.
    case unsafe
  }

  var input = Input.paths([FilePath(".")])
  /// Whether standard input stands for a file, so that it belongs to a library.
  var hasInputName = false
  var format = OutputFormat.text
  var fixing = Fixing.none
  /// Whether a diff is shown instead of anything being written.
  var showsDiff = false
  /// The least severity that makes a run fail; nil if the settings of each file decide.
  var failOn: Severity?
  /// The number of threads, at least 1.
  var jobs = 1
  var usesColor = false
  var isQuiet = false
  var showsStatistics = false
  /// What the arguments say about codes; the settings of a file are added to it.
  var rules = RuleOptions()
  /// Which settings hold.
  var configuration = ConfigurationChoice.nearest
  /// Whether files that are named can be excluded.
  var forcesExclude = false
  /// A schema that comes before that of the settings.
  var schema: FilePath?
  /// The file of findings that are known.
  var baseline: FilePath?
  var writesBaseline = false
  var watches = false
  /// How many columns an excerpt may take.
  var columns = usualColumns

  /// The options that the arguments and the environment give.
  ///
  /// - Throws: what `LintCommand.fullMessage(for:)` words: wrong usage, or a request for help.
  init(_ host: Host) throws {
    var color = ColorChoice.auto
    // From a variable of a script that is not set, say: it would stand for the current folder.
    if host.arguments.contains([]) { throw ValidationError("An empty argument names no path.") }
    jobs = max(host.processorCount, 1)
    if host.arguments.contains(where: { $0.first == UInt8(ascii: "-") }) {
      let command = try LintCommand.parse(host.arguments.map(argumentText))
      try apply(command)
      color = command.color
    } else if !host.arguments.isEmpty {
      // Nothing but paths: what pre-commit and people type most. The parser would take longer than checking a file.
      input = .paths(host.arguments.map { FilePath(bytes: $0) })
    }
    usesColor = color.isColored(host)
    if host.streams.isTerminal(.output) { columns = terminalColumns(of: host.streams) }
  }

  private mutating func apply(_ command: LintCommand) throws {
    if let paths = command.inputPaths { input = paths }
    format = command.json ? .json : command.format ?? .text
    fixing = command.fixUnsafe ? .unsafe : command.fix || command.diff ? .safe : .none
    showsDiff = command.diff
    failOn = command.failOn?.severity
    forcesExclude = command.forceExclude
    schema = command.schema.map { FilePath(argument: $0) }
    baseline = command.baseline.map { FilePath(argument: $0) }
    writesBaseline = command.writeBaseline
    watches = command.watch
    if let path = command.config { configuration = .file(FilePath(argument: path)) }
    if command.noConfig { configuration = .none }
    if let number = command.jobs { jobs = number }
    isQuiet = command.quiet
    showsStatistics = command.statistics
    hasInputName = command.stdinFilename != nil
    rules = RuleOptions(
      selected: command.select.flatMap(parts), enabled: command.enable.flatMap(parts),
      ignored: command.ignore.flatMap(parts))
  }
}

/// In which form findings are written.
enum OutputFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
  case text
  case json
  case sarif
  case github
  case gitlab
  case junit
  case compact

  /// The format as people write it.
  var name: String {
    switch self {
    case .text, .compact: rawValue
    case .json, .sarif: rawValue.uppercased()
    case .github: "GitHub's commands"
    case .gitlab: "GitLab's report"
    case .junit: "JUnit's XML"
    }
  }
}

/// Where the settings come from.
enum ConfigurationChoice: Sendable {
  /// The nearest file, from each masque upwards.
  case nearest
  /// One file for all masques.
  case file(FilePath)
  /// Nowhere.
  case none
}

extension ColorChoice {
  /// Whether standard output is coloured.
  func isColored(_ host: Host) -> Bool { isColored(of: host.streams, environment: host.environment) }
}

extension Style {
  /// A text in the colour of a severity.
  func severity(_ severity: Severity, _ text: String) -> String {
    switch severity {
    case .error: bad(text)
    case .warning: doubtful(text)
    case .information: notable(text)
    case .hint: suggested(text)
    }
  }
}

/// A severity as an argument names it.
enum SeverityChoice: String, Sendable, CaseIterable, ExpressibleByArgument {
  case error
  case warning
  case information
  case hint

  var severity: Severity { Severity(rawValue: rawValue) ?? .error }
}

extension LintOptions {
  /// Whether anything that only a whole library tells can be wanted, as far as the arguments say.
  var mayConcernLibraries: Bool {
    let codes = ruleDescriptions().filter(\.isAboutLibrary).map(\.code) + ["suppression-unused"]
    return codes.contains { rules.wants($0) }
  }
}

/// The names in a list parted by commas.
func parts(of list: String) -> [String] {
  list.split(separator: ",").map { $0.trimming(" ") }.filter { !$0.isEmpty }
}

extension Substring {
  fileprivate func trimming(_ character: Character) -> String {
    var rest = self
    while rest.first == character { rest.removeFirst() }
    while rest.last == character { rest.removeLast() }
    return String(rest)
  }
}

// MARK: Arguments as text

/// An argument as a string. A file name need not be UTF-8, a string must be: a byte that does not fit is written as a
/// NUL, which no argument has, and two hexadecimal digits.
func argumentText(_ bytes: [UInt8]) -> String {
  if let text = String(validating: bytes, as: UTF8.self) { return text }
  var result = ""
  for byte in bytes {
    if byte < 0x80 {
      result.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      result += "\0" + String(byte, radix: 16)
    }
  }
  return result
}

extension FilePath {
  /// The path that an argument, made by `argumentText`, names.
  init(argument: String) {
    guard argument.utf8.contains(0) else {
      self.init(argument)
      return
    }
    var bytes: [UInt8] = []
    var rest = Array(argument.utf8)[...]
    while let first = rest.popFirst() {
      if first == 0, rest.count >= 2, let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(byte)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(first)
      }
    }
    self.init(bytes: bytes)
  }
}
