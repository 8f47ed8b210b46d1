import ArgumentParser
import JSON
import MasqueCommands
import MasqueModel
import MasqueWorkspace
import TerminalOutput

struct DonSubcommand: ContractCommand {
  static let contract = DonCommand.description
  static let configuration = MasqueCLI.configuration(
    contract, "don", example: "masque don codesmith \"implement the parser\"")

  @Argument(help: help(DonCommand.description, "masque"), completion: masqueCompletion) var masque: String
  @Argument(help: help(DonCommand.description, "intent")) var intent: [String] = []
  @OptionGroup var options: CommonOptions

  var argument: JSONObject {
    object(
      ("masque", .string(masque)), ("intent", intent.isEmpty ? nil : .string(intent.joined(separator: " "))))
  }
  func text(of result: JSONValue, _ style: Style) -> String { result["text"]?.stringValue ?? "" }
  func notes(of result: JSONValue, _ style: Style) -> String {
    var lines = ""
    if let ended = result["ended"], !ended.isNull { lines += endedText(ended, style) }
    if let expiry = result["active"]?["expiresAt"], !expiry.isNull {
      lines += "It comes off by itself at \(shown(expiry)).\n"
    }
    return lines + warningText(result, style)
  }
}

struct DoffSubcommand: ContractCommand {
  static let contract = DoffCommand.description
  static let configuration = MasqueCLI.configuration(contract, "doff", example: "masque doff")

  @OptionGroup var options: CommonOptions

  var argument: JSONObject { [:] }
  func text(of result: JSONValue, _ style: Style) -> String { result["text"]?.stringValue ?? "" }
  func notes(of result: JSONValue, _ style: Style) -> String {
    (result["ended"].map { $0.isNull ? "" : endedText($0, style) } ?? "") + warningText(result, style)
  }
  func status(of result: JSONValue) -> MasqueStatus { result["ended"]?.isNull == false ? .success : .negative }
}

struct IDSubcommand: ContractCommand {
  static let contract = IDCommand.description
  static let configuration = MasqueCLI.configuration(contract, "id", example: "masque id --block")

  @Flag(help: help(IDCommand.description, "block")) var block = false
  @OptionGroup var options: CommonOptions

  var argument: JSONObject { object(("block", block ? .bool(true) : nil)) }
  func text(of result: JSONValue, _ style: Style) -> String {
    if block, let text = result["block"]?.stringValue { return text }
    guard let active = result["active"], !active.isNull else {
      guard let previous = result["previous"], !previous.isNull else { return "No masque is worn here.\n" }
      return "No masque is worn here. \(shown(previous["name"])) was, until \(time(previous["doffedAt"])).\n"
    }
    var rows: [(String, String)] = [("ring", shown(active["ring"])), ("since", time(active["donnedAt"]))]
    if active["expiresAt"]?.isNull == false { rows.append(("until", time(active["expiresAt"]))) }
    if active["intent"]?.isNull == false { rows.append(("intent", shown(active["intent"]))) }
    rows.append(("file", shown(active["file"])))
    if active["held"] != "0.00" { rows.append(("held", "\(shown(active["held"])) USD")) }
    rows.append(("session", shown(active["session"])))
    if active["agentSession"]?.isNull == false { rows.append(("agent", shown(active["agentSession"]))) }
    let title = "\(style.bold(shown(active["name"]))) v\(shown(active["version"]))\n"
    return title
      + rows.map { "  \(style.faint($0.0.padded(to: 8)))\($0.1)\n" }.joined()
  }
  func notes(of result: JSONValue, _ style: Style) -> String {
    (result["ended"].map { $0.isNull ? "" : endedText($0, style) } ?? "") + warningText(result, style)
  }
}

struct UpgradeSubcommand: ContractCommand {
  static let contract = UpgradeCommand.description
  static let configuration = MasqueCLI.configuration(contract, "upgrade", example: "masque upgrade codesmith")

  @Argument(help: help(UpgradeCommand.description, "masque"), completion: masqueCompletion) var masque: String
  @Flag(help: help(UpgradeCommand.description, "failOnWidening")) var failOnWidening = false
  @OptionGroup var options: CommonOptions

  var argument: JSONObject { object(("masque", .string(masque)), ("failOnWidening", .bool(failOnWidening))) }
  func text(of result: JSONValue, _ style: Style) -> String {
    let name = shown(result["masque"]?["name"])
    guard result["changed"] == true else { return "\(name) is pinned as it is already\n" }
    let changes = result["changes"]?.arrayValue ?? []
    return
      "\(style.good("✓")) \(name): version \(shown(result["before"])) → \(shown(result["masque"]?["version"])) in "
      + "\(shown(result["lock"]))\n" + changes.map { "  \(shown($0))\n" }.joined()
  }
}

struct HookSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "What agents' hook systems call: JSON comes by standard input.",
    subcommands: [SessionStart.self, SessionEnd.self])

  struct SessionStart: ContractCommand {
    static let contract = HookSessionStartCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "session-start",
      example: "echo '{\"session_id\": \"0d9c\", \"source\": \"resume\"}' | masque hook session-start")

    @OptionGroup var options: CommonOptions

    var argument: JSONObject { [:] }
    func argument(_ host: Host) throws -> JSONObject {
      let hook = try hookInput(host)
      return object(("session", hook["session_id"]), ("reason", hook["source"]))
    }
    func text(of result: JSONValue, _ style: Style) -> String {
      guard let text = result["text"]?.stringValue, !text.isEmpty else { return "" }
      // Claude Code drops what a hook has said before in the same words, even if the masque was off or another was worn
      // in between, and shows the beginning alone of what is longer than 10,000 characters.
      return """
        Since \(shown(result["active"]?["donnedAt"])) you wear this masque, and no other that this conversation speaks \
        of. If its block is cut short, `masque id --block` prints all of it.

        """ + text
    }
    func notes(of result: JSONValue, _ style: Style) -> String { warningText(result, style) }
  }

  struct SessionEnd: ContractCommand {
    static let contract = HookSessionEndCommand.description
    static let configuration = MasqueCLI.configuration(
      contract, "session-end", example: "echo '{\"session_id\": \"0d9c\"}' | masque hook session-end")

    @OptionGroup var options: CommonOptions

    var argument: JSONObject { [:] }
    func argument(_ host: Host) throws -> JSONObject { object(("session", try hookInput(host)["session_id"])) }
    func text(of result: JSONValue, _ style: Style) -> String { result["text"]?.stringValue ?? "" }
    func notes(of result: JSONValue, _ style: Style) -> String {
      (result["ended"].map { $0.isNull ? "" : endedText($0, style) } ?? "") + warningText(result, style)
    }
  }
}

/// What an agent's hook says.
private func hookInput(_ host: Host) throws(CommandError) -> JSONObject {
  do {
    let value = try JSONValue(parsing: try host.streams.readInput(maximumLength: 1 << 20))
    guard let object = value.objectValue, object["session_id"]?.stringValue != nil else {
      throw CommandError(
        .invalidArguments, "standard input must be the hook's JSON: an object with a text `session_id`")
    }
    return object
  } catch let error as CommandError {
    throw error
  } catch let error as FileError {
    throw CommandError(.file, "standard input: \(error.message)")
  } catch {
    throw CommandError(.invalidArguments, "standard input must be the hook's JSON: \(error)")
  }
}

/// What a wearing came to, for people.
private func endedText(_ ended: JSONValue, _ style: Style) -> String {
  let seconds = ended["seconds"]?.integerValue ?? 0
  var text =
    "\(style.good("✓")) Doffed \(shown(ended["name"])) v\(shown(ended["masqueVersion"])) after \(spell(seconds)): "
  let lines = ended["lines"]?.arrayValue ?? []
  if lines.isEmpty {
    text += "free"
  } else {
    let parts = lines.map { "\(shown($0["count"])) × \(shown($0["unit"])) at \(shown($0["rate"]))" }
    text += "\(shown(ended["price"])) USD (\(parts.joined(separator: ", ")))"
    if let paid = ended["paid"], paid != ended["price"] {
      text += paid.isNull ? ", paid later" : ", of which \(shown(paid)) are paid: no more was set aside"
    }
  }
  if let score = ended["score"], !score.isNull {
    text += "; score \(shown(score["composite"])) (\(shown(score["recommendation"])))"
  }
  return text + "\n"
}

private func warningText(_ result: JSONValue, _ style: Style) -> String {
  (result["warnings"]?.arrayValue ?? []).map { "\(style.doubtful("masque:")) \(shown($0))\n" }.joined()
}

/// `1 h 5 min`, `12 s`.
private func spell(_ seconds: Int64) -> String {
  let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")].filter { $0.0 > 0 }
  return parts.isEmpty ? "0 s" : parts.prefix(2).map { "\($0.0) \($0.1)" }.joined(separator: " ")
}

extension String {
  fileprivate func padded(to count: Int) -> String { self + String(repeating: " ", count: max(count - self.count, 0)) }
}
