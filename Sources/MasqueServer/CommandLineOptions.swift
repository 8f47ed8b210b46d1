import MasqueModel

/// What the command line says. Parsed by hand: an editor waits while the server starts, and there are five options.
struct CommandLineOptions: Equatable {
  /// The file that log lines are added to.
  var logFile: String?
  /// Whether every message is noted in the log.
  var traces = false

  /// What is to be done.
  enum Action: Equatable {
    /// Serve.
    case run(CommandLineOptions)
    /// Print a text to standard output.
    case print(String)
    /// Say what is wrong.
    case fail(String)
  }

  static let help = """
    masque-lsp: the language server for masques, over standard input and output.

    Editors start it; see https://microsoft.github.io/language-server-protocol for what they say to each other.

      --stdio      talk over standard input and output, which is the only way; editors add it
      --log FILE   add lines about the server's work to FILE, beside standard error
      --trace      note every message in the log
      --version    print the version
      --help       print this

    Exit codes: 0 after shutdown and exit, 1 after any other end, 2 for an unknown option.

    """

  /// Reads a command line.
  ///
  /// - Parameter arguments: the arguments without the program's name.
  /// - Returns: what is to be done.
  static func parse(_ arguments: [String]) -> Action {
    var options = CommandLineOptions()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--stdio": break
      case "--trace": options.traces = true
      case "--help", "-h": return .print(help)
      case "--version": return .print("masque-lsp \(projectVersion)\n")
      case "--log":
        guard let path = rest.popFirst(), !path.isEmpty else { return .fail("--log needs a file") }
        options.logFile = path
      case _ where argument.hasPrefix("--log=") && argument.utf8.count > 6:
        options.logFile = String(argument.dropFirst(6))
      // Some editors name their own process, which `initialize` says again.
      case _ where argument.hasPrefix("--clientProcessId="): break
      default:
        return .fail(argument.hasPrefix("-") ? "unknown option \(argument)" : "unexpected argument \(argument)")
      }
    }
    return .run(options)
  }
}
