import ArgumentParser
import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// `masque manual`: writes the manual pages; `make install` runs it.
struct ManualSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Writes the manual pages.", shouldDisplay: false)

  @Argument(help: ArgumentHelp("The folder that the pages are written to.", valueName: "folder"))
  var folder: String

  @Option(help: ArgumentHelp("What another program says of itself with --experimental-dump-help.", valueName: "file"))
  var from: String?

  func write(_ host: Host) throws(CommandError) {
    do throws(FileError) {
      let folder = FilePath(folder)
      var text = parserDescription()
      if let from {
        text = String(decoding: try host.files.read(FilePath(from), maximumLength: 1 << 20), as: UTF8.self)
      }
      guard let command = try? JSONValue(parsing: text)["command"] else {
        throw FileError(FilePath(from ?? "masque"), .system(0), "is no description of a program's arguments")
      }
      try host.files.makeFolder(folder, isPrivate: false)
      for page in manualPages(command, version: projectVersion) {
        try host.files.write(folder.appending("\(page.name).1".utf8), Array(page.text.utf8))
      }
    } catch {
      throw CommandError(.file, "\(error)")
    }
  }
}

/// What the parser says of all arguments, as JSON.
private func parserDescription() -> String {
  do {
    _ = try MasqueCommand.parseAsRoot(["--experimental-dump-help"])
    return ""
  } catch {
    return MasqueCommand.fullMessage(for: error)
  }
}

/// A page of the manual.
struct ManualPage {
  /// Its name: `masque-intent-explain`.
  var name: String
  /// Its text for `man`: man(7).
  var text: String
}

/// The pages about a command and those below it.
///
/// - Parameters:
///   - command: what the parser says of it (ArgumentParserToolInfo's form).
///   - version: the version that stands at the foot of each page.
/// - Returns: the pages; that of `masque lint` is left out, since the program has one of its own.
func manualPages(_ command: JSONValue, version: String) -> [ManualPage] {
  pages(command, below: [], version)
}

private func pages(_ command: JSONValue, below outer: [String], _ version: String) -> [ManualPage] {
  guard let own = command["commandName"]?.stringValue, command["shouldDisplay"] != false else { return [] }
  let words = outer + own.split(separator: " ").map(String.init)
  guard words != ["masque", "help"], words != ["masque", "lint"] else { return [] }
  let inner = (command["subcommands"]?.arrayValue ?? []).filter {
    $0["shouldDisplay"] != false && $0["commandName"] != "help"
  }
  let page = ManualPage(name: words.joined(separator: "-"), text: text(command, words, inner, version))
  return [page] + inner.flatMap { pages($0, below: words, version) }
}

private func text(_ command: JSONValue, _ words: [String], _ inner: [JSONValue], _ version: String) -> String {
  let arguments = (command["arguments"]?.arrayValue ?? []).filter { $0["shouldDisplay"] != false }
  let name = words.joined(separator: "-")
  let abstract = command["abstract"]?.stringValue ?? ""
  var text = ".TH \(quoted(name.uppercased())) 1 \"\" \(quoted("masque \(version)")) \(quoted("Masques"))\n"
  let brief = abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract
  text += ".SH NAME\n\(escaped(name)) \\- \(escaped(brief.prefix(1).lowercased() + brief.dropFirst()))\n"
  text += ".SH SYNOPSIS\n.B \(escaped(words.joined(separator: " ")))\n"
  if !inner.isEmpty { text += ".I command\n" }
  for argument in arguments { text += synopsis(argument) + "\n" }
  var description = paragraphs(abstract)
  var examples: [String] = []
  var status = ""
  for paragraph in paragraphs(command["discussion"]?.stringValue ?? "") {
    if paragraph.hasPrefix("Example: ") {
      examples.append(String(paragraph.dropFirst("Example: ".count)))
    } else if paragraph.hasPrefix("Exit status: ") {
      status = String(paragraph.dropFirst("Exit status: ".count))
    } else {
      description.append(paragraph)
    }
  }
  text += ".SH DESCRIPTION\n" + description.map(escaped).joined(separator: "\n.PP\n") + "\n"
  if !inner.isEmpty {
    text += ".SH COMMANDS\n"
    for command in inner {
      let name = command["commandName"]?.stringValue ?? ""
      text += ".TP\n.BR \(escaped((words + [name]).joined(separator: "-"))) (1)\n"
      text += escaped(command["abstract"]?.stringValue ?? "") + "\n"
    }
  }
  for (title, isPositional) in [("ARGUMENTS", true), ("OPTIONS", false)] {
    let shown = arguments.filter { ($0["kind"] == "positional") == isPositional }
    guard !shown.isEmpty else { continue }
    text += ".SH \(title)\n" + shown.map(item).joined()
  }
  if words.count == 1 { text += surroundings }
  if !status.isEmpty { text += ".SH EXIT STATUS\n\(escaped(status))\n" }
  if !examples.isEmpty {
    text += ".SH EXAMPLES\n" + examples.map { ".PP\n.nf\n.RS\n\(escaped($0))\n.RE\n.fi\n" }.joined()
  }
  if words.count > 1 {
    text += ".SH SEE ALSO\n.BR \(escaped(words.dropLast().joined(separator: "-"))) (1)\n"
  }
  return text
}

private let surroundings = """
  .SH FILES
  .TP
  .I ${MASQUES_HOME}/config.yaml
  who wears masques on this machine, and where money and telemetry go
  .TP
  .I ${MASQUES_HOME}/*.masque.yaml
  private masques
  .TP
  .I personas/*.masque.yaml
  shared masques, in the workspace
  .TP
  .I .masque\\-lint.yaml
  how masques are checked
  .SH ENVIRONMENT
  .TP
  .B MASQUES_HOME
  the folder of private masques and of all state; ~/.masques if it is not set
  .TP
  .B MASQUES_PERSONAS
  folders of shared masques, with colons between them
  .TP
  .B NO_COLOR
  if it is set and not empty, nothing is coloured

  """

/// An argument in a synopsis: `[--source source]`.
private func synopsis(_ argument: JSONValue) -> String {
  let value = "\\fI\(escaped(argument["valueName"]?.stringValue ?? "value"))\\fR"
  let dots = argument["isRepeating"] == true ? " ..." : ""
  let core: String =
    switch argument["kind"]?.stringValue {
    case "positional": value + dots
    case "flag": "\\fB\(names(argument).first ?? "")\\fR"
    default: "\\fB\(names(argument).first ?? "")\\fR \(value)\(dots)"
    }
  return argument["isOptional"] == true ? "[\(core)]" : core
}

/// An argument with what it means.
private func item(_ argument: JSONValue) -> String {
  let value = "\\fI\(escaped(argument["valueName"]?.stringValue ?? "value"))\\fR"
  var text = ".TP\n"
  switch argument["kind"]?.stringValue {
  case "positional": text += value
  case "flag": text += names(argument).map { "\\fB\($0)\\fR" }.joined(separator: ", ")
  default: text += names(argument).map { "\\fB\($0)\\fR \(value)" }.joined(separator: ", ")
  }
  text += "\n" + escaped(argument["abstract"]?.stringValue ?? "")
  let values = (argument["allValues"]?.arrayValue ?? []).compactMap(\.stringValue)
  if !values.isEmpty { text += "\nValues: " + values.map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ") + "." }
  if let usual = argument["defaultValue"]?.stringValue { text += "\nIf not given: \\fB\(escaped(usual))\\fR." }
  return text + "\n"
}

private func names(_ argument: JSONValue) -> [String] {
  (argument["names"]?.arrayValue ?? []).compactMap { name in
    name["name"]?.stringValue.map { escaped((name["kind"] == "long" ? "--" : "-") + $0) }
  }
}

private func paragraphs(_ text: String) -> [String] {
  text.replacing("\r", with: "").split(separator: "\n\n").map { String($0) }
}

/// A text as man(7) takes it: no escape, no request, hyphens that can be copied.
private func escaped(_ text: String) -> String {
  text.replacing("\\", with: "\\e").replacing("-", with: "\\-").split(separator: "\n", omittingEmptySubsequences: false)
    .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : String($0) }.joined(separator: "\n")
}

private func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }
