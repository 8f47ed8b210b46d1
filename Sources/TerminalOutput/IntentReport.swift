public import MasqueCommands
public import MasqueWorkspace

/// What commands about intents answer, for people.
public struct IntentReport {
  private let style: Style
  private let columns: Int
  private let files: any Files

  /// A report.
  ///
  /// - Parameters:
  ///   - style: how it looks.
  ///   - files: where the masques are read, to show their lines.
  public init(_ style: Style, _ files: any Files) {
    self.style = style
    columns = style.columns ?? usualColumns
    self.files = files
  }

  /// A verdict: the words, the line of the pattern that decides it, and what else there is to know.
  ///
  /// - Parameters:
  ///   - result: the verdict.
  ///   - phrase: what was asked about.
  ///   - file: the masque that was asked.
  /// - Returns: lines, each with a line break.
  public func text(of result: IntentExplainCommand.Result, _ phrase: String, _ file: String) -> String {
    let said = "\"\(printable(phrase))\""
    var text: String
    var notes: [String] = []
    switch (result.verdict, result.location) {
    case ("denied", let location?):
      text =
        "\(place(location)) \(style.bad("denied")): \(said)\n"
        + excerpt(location, "denied by this pattern")
      let allowed = result.matches.filter { $0.list == "allowed" }
      if let first = allowed.first {
        notes.append("\(quoted(first)) would allow it, and what is denied takes precedence")
      }
      notes += result.matches.filter { $0.list == "denied" }.dropFirst().map { "\(quoted($0)) denies it, too" }
    case ("allowed", let location?):
      text = "\(place(location)) \(style.good("allowed")): \(said)\n" + excerpt(location, "allowed by this pattern")
      notes += result.matches.dropFirst().map { "\(quoted($0)) allows it, too" }
    case ("allowed", nil):
      text = "\(style.bold("\(printable(file)):")) \(style.good("allowed")): \(said)\n"
      notes.append("there is no list of what is allowed, and no pattern denies it")
    default:
      text = "\(style.bold("\(printable(file)):")) \(style.doubtful("not allowed")): \(said)\n"
      notes.append("no pattern matches it, and what is not allowed is out of bounds")
    }
    for note in notes { text += "  \(style.frame("=")) note: \(note)\n" }
    if let nearest = result.nearest, result.verdict == "not-allowed" {
      text += "  \(style.frame("=")) \(style.help("nearest")): \(name(nearest.location))\n"
      text += excerpt(nearest.location, "the pattern that comes nearest", mark: "-")
    }
    return text
  }

  /// A comparison: the words, and each difference with what both masques say of it.
  ///
  /// - Parameters:
  ///   - result: the comparison.
  ///   - explain: the verdict on a phrase, of the second masque if so asked.
  /// - Returns: lines, each with a line break.
  /// - Throws: what `explain` throws.
  public func text(
    of result: IntentDiffCommand.Result,
    explaining explain: (String, Bool) throws(CommandError) -> IntentExplainCommand.Result
  ) throws(CommandError) -> String {
    let before = printable(result.before.file)
    let after = printable(result.after.file)
    var text =
      switch result.relation {
      case "equal": "\(style.bold(after)) lets the same phrases through as \(style.bold(before))\n"
      case "narrower": "\(style.bold(after)) is \(style.good("narrower")) than \(style.bold(before))\n"
      case "wider": "\(style.bold(after)) is \(style.doubtful("wider")) than \(style.bold(before))\n"
      case "incomparable":
        "\(style.bold(after)) and \(style.bold(before)) are \(style.doubtful("incomparable")): each lets "
          + "something through that the other does not\n"
      default:
        "whether \(style.bold(after)) lets more through than \(style.bold(before)) is \(style.doubtful("undecided")): "
          + "the patterns are too involved\n"
      }
    for (phrase, isGained) in [(result.gained, true), (result.lost, false)] {
      guard let phrase else { continue }
      let sign = isGained ? style.good("+ \"\(phrase)\"") : style.removed("- \"\(phrase)\"")
      text += "\n\(sign)\n"
      text += "    \(before): \(reason(try explain(phrase, false)))\n"
      text += "    \(after): \(reason(try explain(phrase, true)))\n"
    }
    return text
  }

  /// A verdict in one line.
  private func reason(_ result: IntentExplainCommand.Result) -> String {
    switch (result.verdict, result.pattern, result.location) {
    case ("denied", let pattern?, let location?): "denied by `\(printable(pattern))` (line \(location.line))"
    case ("allowed", let pattern?, let location?): "allowed by `\(printable(pattern))` (line \(location.line))"
    case ("allowed", _, _): "allowed, since there is no list of what is allowed"
    default: "not allowed: no pattern matches it"
    }
  }

  private func quoted(_ match: IntentExplainCommand.Match) -> String {
    "`\(printable(match.pattern))` (line \(match.location.line))"
  }

  private func place(_ location: IntentExplainCommand.Location) -> String { style.bold("\(name(location)):") }

  private func name(_ location: IntentExplainCommand.Location) -> String {
    "\(printable(location.file)):\(location.line):\(location.column)"
  }

  /// The line of a pattern, as findings are shown.
  private func excerpt(_ location: IntentExplainCommand.Location, _ label: String, mark: String = "^") -> String {
    guard let lines = readLines(of: location.file, in: files) else { return "" }
    let gutter = String(location.line).count
    var text = ""
    let shown = Excerpt(location.range, in: lines, columns: columns - gutter - 3)
    let carets = String(repeating: mark, count: shown.width)
    shown.append(gutter, marked: "\(style.help(carets)) \(label)", style, to: &text)
    return text
  }
}
