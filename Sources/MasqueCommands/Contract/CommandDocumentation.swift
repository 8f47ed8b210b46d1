import JSON

/// The page about all commands in Markdown: `docs/commands.md` is made from it.
///
/// - Parameter commands: the commands.
/// - Returns: the page, with LF line breaks and one at its end.
public func commandsDocumentation(_ commands: [CommandDescription]) -> String {
  var page = """
    # Commands

    Each command takes one JSON object and gives one. The language server offers them by `workspace/executeCommand`, with
    the object as the only argument; what an editor has not saved counts. There, `"show": true` beside the other members
    has the result shown to the author, in a document or in a message, for editors that drop results; so does a command
    without any argument, as it comes from an editor's list of all commands. What changes something there is done by the
    program `masque` beside the server, on what is saved: a masque with changes that are not is refused. The folder that
    is worked in is the workspace's folder of the masque, or else the first one; for a command that takes no `uri`, one may
    say whose folder is meant. In a shell they take options and write text; `masque … --json` writes the object.
    `schemas/masque.commands.schema.json` describes every object for programs.

    | Command | In a shell | In an editor | What it does |
    |---|---|---|---|

    """
  for command in commands {
    let anchor = command.name.lowercased().filter { $0 != "." }
    let editorName = command.isForEditors ? "`\(command.editorName)`" : ""
    page += "| [`\(command.name)`](#\(anchor)) | `\(command.shellName)` | \(editorName) | \(cell(command.summary)) |\n"
  }
  page += """

    A masque is named by its name, by its index, or by the path of its file; names compare without case, and the name of
    its file will do as well. Private masques are looked for in `${MASQUES_HOME:-~/.masques}`, then shared ones in the
    folder `personas` of the workspace, in those that `MASQUES_PERSONAS` lists, and among those that came with the
    programs. In an editor, the URI of a document does as well, and where one masque is open, nothing need be said.

    """
  var explained: Set<ValueShape> = []
  for command in commands { page += "\n" + section(command, &explained) }
  return page
}

private func section(_ command: CommandDescription, _ explained: inout Set<ValueShape>) -> String {
  var text = "## \(command.name)\n\n\(command.summary)\n"
  if !command.discussion.isEmpty { text += "\n\(wrapped(command.discussion))\n" }
  if !command.parameters.isEmpty {
    text += "\n| Argument | Value | Meaning |\n|---|---|---|\n"
    for parameter in command.parameters {
      let isRequired = parameter.isRequired ? " **Required.**" : ""
      text += "| `\(parameter.name)` | \(cell(words(parameter.shape))) | \(cell(parameter.summary))\(isRequired) |\n"
    }
  }
  text += "\n| Result | Value | Meaning |\n|---|---|---|\n"
  for row in rows(command.result, below: "", &explained) { text += row }
  for example in command.examples {
    let arguments = JSONValue.object(example.arguments).text(.line)
    let call =
      command.isForEditors ? "{\"command\": \"\(command.editorName)\", \"arguments\": [\(arguments)]}" : arguments
    text += "\n\(example.purpose)\n\n```json\n\(call)\n```\n"
  }
  return text
}

/// The rows of a table of fields, those inside of others below them. What values mean is said once.
private func rows(_ fields: [ValueField], below path: String, _ explained: inout Set<ValueShape>) -> [String] {
  var result: [String] = []
  for field in fields {
    let name = path + field.name
    let optional = field.isRequired ? "" : ", or absent"
    let meanings = explained.insert(field.shape).inserted ? meanings(field.shape) : ""
    result.append("| `\(name)` | \(cell(words(field.shape)))\(optional) | \(cell(field.summary + meanings)) |\n")
    let inner: String = if case .array = field.shape { "\(name)[]." } else { "\(name)." }
    result += rows(field.shape.fields ?? [], below: inner, &explained)
  }
  return result
}

private func words(_ shape: ValueShape) -> String {
  switch shape {
  case .choice(let choices): listed(choices.map { "`\($0.value)`" }, "or")
  case .nullable(let inner): "\(words(inner)) or null"
  default: shape.words
  }
}

private func meanings(_ shape: ValueShape) -> String {
  switch shape {
  case .choice(let choices): " " + choices.map { "`\($0.value)`: \($0.meaning)" }.joined(separator: " ")
  case .nullable(let inner): meanings(inner)
  default: ""
  }
}

private func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }

/// A paragraph in lines of at most 120 columns.
private func wrapped(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
    var lines: [String] = []
    var line = ""
    for word in paragraph.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > 120 {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return (lines + [line]).joined(separator: "\n")
  }.joined(separator: "\n")
}
