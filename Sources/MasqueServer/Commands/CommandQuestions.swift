import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// A question whose answer an argument lacks.
struct CommandQuestion {
  /// What people read.
  var message: String
  /// The answers, each with what it adds to the argument.
  var answers: [(title: String, arguments: JSONObject)]
}

/// More answers than that are no help.
private let maximumAnswers = 20

/// What is to be asked for an argument that is missing; nil where nothing can be offered.
///
/// - Parameters:
///   - parameter: the argument's name.
///   - command: the command.
///   - argument: what is there already.
///   - context: the open documents.
///   - host: where masques are found.
/// - Returns: the question.
func question(
  about parameter: String, of command: CommandDescription, _ argument: JSONValue, _ context: RequestContext,
  _ host: CommandContext
) -> CommandQuestion? {
  var question = CommandQuestion(message: command.title, answers: [])
  switch parameter {
  case "masque", "before", "after":
    question.message += parameter == "masque" ? ": which masque?" : ": which masque is the one \(parameter)?"
    question.answers = masqueAnswers(parameter, command, context.documents, host)
  case "phrase":
    question.message += ": what is intended? Some examples:"
    question.answers = samplePhrases(for: argument, host, limit: 8).map { ("“\($0)”", ["phrase": .string($0)]) }
  case "code":
    question.message += ": which one?"
    let codes = Set(context.documents.all.flatMap(\.findings).map(\.code)).sorted()
    question.answers = codes.map { ($0, ["code": .string($0)]) }
  default:
    return nil
  }
  question.answers = Array(question.answers.prefix(maximumAnswers))
  return question.answers.isEmpty ? nil : question
}

/// Asks the client.
///
/// - Parameters:
///   - question: the question.
///   - connection: the way to the client.
///   - argument: what is there already.
///   - error: what is answered to a client that can't be asked.
/// - Returns: the argument with the answer.
/// - Throws: the answer to a request that was given up because nothing was chosen.
func ask(
  _ question: CommandQuestion, _ connection: ClientConnection, _ argument: JSONValue, orElse error: ResponseError
) async throws(ResponseError) -> JSONValue {
  let params = LSP.ShowMessageRequestParams(
    type: .info, message: question.message, actions: question.answers.map { LSP.MessageActionItem(title: $0.title) })
  let chosen: LSP.MessageActionItem?
  do throws(ResponseError) {
    chosen = try await connection.request(LSP.ShowMessageRequest.self, params)
  } catch let refusal {
    throw refusal.code == .requestCancelled ? refusal : error
  }
  guard let answer = question.answers.first(where: { $0.title == chosen?.title }) else {
    throw ResponseError(.requestCancelled, "nothing was chosen: \(error.message)")
  }
  var argument = argument
  for (key, value) in answer.arguments { argument[key] = value }
  return argument
}

/// What a command's result says, in a sentence for whoever was asked for its argument; nil for one that is more than a
/// sentence.
func answer(to command: CommandDescription, _ argument: JSONValue, _ result: JSONValue) -> String? {
  func pattern(_ key: String) -> String { result[key]?.stringValue.map { "`\($0)`" } ?? "" }
  switch command.name {
  case IntentExplainCommand.description.name:
    let phrase = "“\(argument["phrase"]?.stringValue ?? "")”"
    let line = result["location"]?["line"]?.integerValue.map { " (line \($0))" } ?? ""
    switch (result["verdict"]?.stringValue, result["pattern"]?.stringValue) {
    case ("allowed", nil): return "\(phrase) is allowed: there is no list of what is."
    case ("allowed", _): return "\(phrase) is allowed by \(pattern("pattern"))\(line)."
    case ("denied", _): return "\(phrase) is denied by \(pattern("pattern"))\(line)."
    default: return "\(phrase) is not allowed: no pattern matches it."
    }
  case IntentDiffCommand.description.name:
    let (before, after) = (result["before"]?["file"]?.stringValue ?? "", result["after"]?["file"]?.stringValue ?? "")
    switch result["relation"]?.stringValue {
    case "equal": return "\(after) and \(before) let the same phrases through."
    case "incomparable": return "\(after) and \(before) each let something through that the other does not."
    case "undecided": return "How \(after) relates to \(before) is undecided."
    case let relation?: return "\(after) is \(relation) than \(before)."
    case nil: return nil
    }
  default:
    return sentence(about: command, result)
  }
}

/// The open documents that are masques, in the order of their URIs.
func openMasques(_ documents: OpenDocuments) -> [Document] {
  documents.all.filter(\.isMasque).sorted { $0.uri < $1.uri }
}

/// The masques that can be meant: those that are open, then those of the library.
private func masqueAnswers(
  _ parameter: String, _ command: CommandDescription, _ documents: OpenDocuments, _ host: CommandContext
) -> [(title: String, arguments: JSONObject)] {
  var answers: [(title: String, arguments: JSONObject)] = []
  var known: Set<FilePath> = []
  func add(_ name: String, _ path: FilePath, _ arguments: JSONObject) {
    guard known.insert(path.absolute(from: host.files.currentFolder)).inserted else { return }
    // A title is all that comes back.
    let isTaken = answers.contains { $0.title == name }
    answers.append((isTaken ? "\(name) (\(path))" : name, arguments))
  }
  let key = parameter == "masque" && command.parameters.contains { $0.name == "uri" } ? "uri" : parameter
  for document in openMasques(documents) {
    let path = FilePath(displayPath(of: document.uri))
    let name = document.summary.name?.value ?? String(decoding: path.name, as: UTF8.self)
    add(name, path, [key: .string(document.uri)])
  }
  for entry in MasqueCollection(host.places, in: host.files).entries where entry.problem == nil {
    add(entry.name, entry.path, [parameter: .string(entry.path.description)])
  }
  return answers
}
