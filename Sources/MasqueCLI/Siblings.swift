import ArgumentParser
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// A program that came with this one, and takes its place where the first argument asks for it.
struct Sibling: Sendable {
  /// The argument.
  var word: String
  /// The program's file name.
  var program: String
  /// What it is told before the other arguments.
  var words: [String] = []

  static let all = [
    Sibling(word: "lint", program: "masque-lint"), Sibling(word: "lsp", program: "masque-lsp"),
    Sibling(word: "explain", program: "masque-lint", words: ["explain"]),
  ]

  /// Runs the program in this one's place.
  ///
  /// - Throws: why it could not be run.
  func run(_ host: Host) throws(CommandError) -> Never {
    guard let folder = host.programFolder else {
      throw CommandError(.notFound, "`\(program)` can't be found: the system does not say where this program is")
    }
    let path = folder.appending(program.utf8)
    let error = host.replaceProcess(path, words, 1)
    if error.reason == .notFound {
      throw CommandError(
        .notFound, "there is no `\(program)` beside this program (\(path)); install both from one version")
    }
    throw CommandError(.file, "\(error)")
  }
}

/// `masque lint`: for the help alone, as are the next two; the argument leads to the program before anything is parsed.
struct LintSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Checks masques: masque-lint.",
    discussion: "All arguments are masque-lint's; masque lint --help lists them.\n\nExample: masque lint personas/")

  @Argument(parsing: .captureForPassthrough, help: "What masque-lint takes.", completion: .file())
  var arguments: [String] = []
}

struct LSPSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp", abstract: "Serves editors over standard input and output: masque-lsp.",
    discussion: "All arguments are masque-lsp's; masque lsp --help lists them.\n\nExample: masque lsp")

  @Argument(parsing: .captureForPassthrough, help: "What masque-lsp takes.")
  var arguments: [String] = []
}

struct ExplainSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Says what a finding means, why it matters and what to do.",
    discussion: "The same as masque-lint explain.\n\nExample: masque explain intent-dead-allow")

  @Argument(
    parsing: .captureForPassthrough, help: ArgumentHelp("The codes of rules.", valueName: "code"),
    completion: .shellCommand("masque-lint rules 2>/dev/null | cut -d ' ' -f 1"))
  var codes: [String] = []
}
