import ArgumentParser
import JSON
import MasqueCommands
import TerminalOutput

struct EvalSubcommand: ContractCommand {
  static let contract = EvalCommand.description
  static let configuration = MasqueCLI.configuration(contract, "eval", example: "masque eval personas/")

  @Argument(help: help(EvalCommand.description, "files", valueName: "file"), completion: .file()) var files: [String] =
    []
  @Flag(help: "Show the cases that came out as expected as well.") var verbose = false
  @OptionGroup var options: CommonOptions

  var argument: JSONObject {
    object(("files", files.isEmpty ? nil : .array(files.map { .string($0) })))
  }

  func text(of result: JSONValue, _ style: Style) -> String {
    var text = ""
    for file in result["files"]?.arrayValue ?? [] {
      let cases = file["cases"]?.arrayValue ?? []
      let failures = cases.filter { $0["passed"] != true }
      let mark = failures.isEmpty ? style.good("✓") : style.bad("✗")
      text += "\(mark) \(shown(file["file"]))  \(style.faint("\(cases.count - failures.count) of \(cases.count)"))\n"
      for one in verbose ? cases : failures {
        let isPassed = one["passed"] == true
        let place = style.faint("\(shown(file["file"])):\(shown(one["line"]))")
        let message = one["message"]?.stringValue.map { ": " + shown(.string($0)) } ?? ""
        let name = one["kind"] == "intent" ? "\"\(shown(one["name"]))\"" : shown(one["name"])
        text += "  \(isPassed ? style.good("✓") : style.bad("✗")) \(name)\(message)  \(place)\n"
      }
    }
    for masque in result["without"]?.arrayValue ?? [] {
      text += style.faint("  \(shown(masque)) has no evaluations") + "\n"
    }
    let passed = result["passed"]?.integerValue ?? 0
    let failed = result["failed"]?.integerValue ?? 0
    return text + "\(passed) passed, \(failed) failed\n"
  }

  func status(of result: JSONValue) -> MasqueStatus { result["failed"]?.integerValue == 0 ? .success : .negative }
}
