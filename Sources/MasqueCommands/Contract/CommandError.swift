/// Why a command could not be run, or not to its end.
public struct CommandError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sort of reason, for code; `message` is for people.
  public enum Reason: Sendable, Hashable {
    /// There is no such command, or none here.
    case unknownCommand
    /// An argument is wrong.
    case invalidArguments
    /// An argument is missing; its name. Whoever can ask for it may.
    case missingArgument(String)
    /// What was named is not there.
    case notFound
    /// The masque is not fit for it.
    case unfitMasque
    /// A file could not be used.
    case file
    /// A gate is closed: a ring, an intent, a pin.
    case refused
    /// The ledger wants a deposit first.
    case paymentRequired
    /// Something else is at work, or does not answer; trying again may help.
    case unavailable
    /// It was given up before it had changed anything, because somebody wanted that.
    case cancelled
    /// Whoever asks belongs to another version of the programs.
    case versionMismatch

    /// The reason as machines are told it, in kebab-case.
    public var code: String {
      switch self {
      case .unknownCommand: "unknown-command"
      case .invalidArguments: "invalid-arguments"
      case .missingArgument: "missing-argument"
      case .notFound: "not-found"
      case .unfitMasque: "unfit-masque"
      case .file: "file"
      case .refused: "refused"
      case .paymentRequired: "payment-required"
      case .unavailable: "unavailable"
      case .cancelled: "cancelled"
      case .versionMismatch: "version-mismatch"
      }
    }
  }

  /// The sort of reason.
  public var reason: Reason
  /// What is wrong, where, and how to mend it; no final full stop.
  public var message: String

  /// An error; see the properties.
  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  /// The message.
  public var description: String { message }

  /// The error of a command that was given up before it had changed anything.
  public static let cancelled = CommandError(.cancelled, "cancelled; nothing was changed")

  static func missing(_ name: String, of command: CommandDescription) -> CommandError {
    let summary = command.parameters.first { $0.name == name }?.summary ?? ""
    let hint = summary.hasSuffix(".") ? String(summary.dropLast()) : summary
    return CommandError(
      .missingArgument(name), "`\(command.name)` needs `\(name)`\(hint.isEmpty ? "" : ": \(firstLowercased(hint))")")
  }
}

private func firstLowercased(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
