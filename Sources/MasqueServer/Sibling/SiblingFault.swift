import JSON
import JSONRPC
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// Why the program `masque` gave no result.
enum SiblingFault: Error, Sendable, Hashable {
  /// This server starts no programs.
  case noPrograms
  /// It is nowhere: the places that were looked at.
  case absent([String])
  /// The file that the settings name can't be run.
  case unfitSetting(String)
  /// It could not be started, for this reason.
  case notStarted(FilePath, String)
  /// It is another program, or one of another version; what it says of itself.
  case stranger(FilePath, String)
  /// Its output is of no use.
  case garbled(FilePath, SiblingOutput.Problem)
  /// It has ended without an answer; and what it wrote to its standard error.
  case ended(FilePath, ProgramEnd, String)
  /// It has said nothing for so many seconds.
  case silent(FilePath, Int)
  /// Too many commands wait.
  case busy
  /// Nobody wants it any more.
  case cancelled
  /// It says so itself.
  case refused(SiblingRefusal)

  /// What people are told: what happened, where, and what can be done.
  var message: String {
    switch self {
    case .noPrograms: "this server starts no programs, and this command needs one"
    case .absent(let places):
      "this is done by the program `masque`, which was not found (looked at \(places.joined(separator: ", "))); install "
        + "it beside masque-lsp, or name it in the setting masque.path"
    case .unfitSetting(let path):
      "this is done by the program `masque`, and the setting masque.path names \(path), which is no program that can be "
        + "run; correct the setting, or leave it out and install `masque` beside masque-lsp"
    case .notStarted(let path, let reason): "\(path) can't be started: \(reason)"
    case .stranger(let path, let words):
      "\(path) \(words); install the `masque` of version \(projectVersion) beside masque-lsp, or name it in the setting "
        + "masque.path"
    case .garbled(let path, .garbage(let line)): "\(path) says what nobody understands: \(line)"
    case .garbled(let path, .longLine): "\(path) was stopped: a line of its output does not end"
    case .garbled(let path, .tooMuch): "\(path) was stopped: its output does not end"
    case .ended(let path, let end, let errors):
      "\(path) \(Self.words(end, errors, before: "it had answered"))"
    case .silent(let path, let seconds):
      "\(path) was stopped: it had said nothing for \(seconds) seconds, the time that the setting masque.timeout allows"
    case .busy: "too many commands wait already; try again when some of them are done"
    case .cancelled: "cancelled"
    case .refused(let refusal): refusal.message
    }
  }

  /// How a program has ended before something was so.
  static func words(_ end: ProgramEnd, _ errors: String, before what: String) -> String {
    let how =
      switch end {
      case .exited(let status): "ended with the exit status \(status)"
      case .killed(let signal): "was ended by \(signalNames[signal] ?? "signal \(signal)")"
      case .unknown: "ended"
      }
    return "\(how) before \(what)\(excerpt(errors).map { ": \($0)" } ?? "")"
  }
}

/// Those that programs die of; numbers that differ between systems are left out.
private let signalNames: [Int32: String] = [
  1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL",
  11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
]

/// The first lines of what a program complains of; nil for nothing.
private func excerpt(_ errors: String) -> String? {
  let lines = errors.split(whereSeparator: \.isNewline).prefix(3)
  let text = lines.joined(separator: " / ")
  if text.isEmpty { return nil }
  return text.count > 500 ? "\(text.prefix(500))…" : text
}

/// Why a command was not done.
struct CommandFailure: Error {
  /// What the client is told.
  var error: ResponseError
  /// The argument without which it can't be done, if it is that.
  var missing: String?

  /// A failure of a command that runs here.
  init(_ error: CommandError) {
    self.error = ResponseError(error)
    if case .missingArgument(let name) = error.reason { missing = name }
  }

  /// A failure of a command that the sibling runs.
  init(_ fault: SiblingFault) {
    var reason: String?
    var code = ErrorCode.requestFailed
    switch fault {
    case .refused(let refusal):
      reason = refusal.reason
      missing = refusal.argument
      switch refusal.reason {
      case "unknown-command", "invalid-arguments", "missing-argument": code = .invalidParams
      case "cancelled": code = .requestCancelled
      default: break
      }
    case .cancelled: code = .requestCancelled
    default: reason = "unavailable"
    }
    error = ResponseError(code, fault.message, data: reason.map { ["reason": .string($0)] })
  }
}
