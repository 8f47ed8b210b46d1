import DocumentTree
import Foundation
import JSON
import JSONSchema
import MasqueCommands
import MasqueWorkspace
import Testing

@Suite struct ContractTests {
  @Test func namesAreUnique() {
    let names = commandDescriptions.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(CommandTable.pure.descriptions.allSatisfy { description in commandDescriptions.contains(description) })
  }

  /// Only the analysis knows its rules; what asks the ledger, the telemetry or the machine is done where they are.
  @Test func whatHasNoEffectIsImplementedHere() {
    let here = Set(CommandTable.pure.descriptions.map(\.name))
    let elsewhere = commandDescriptions.filter { !here.contains($0.name) && !$0.hasEffects }
    let engines = ["ledger", "audience", "analytics"]
    let local = elsewhere.filter { command in !engines.contains { command.name.hasPrefix("\($0).") } }
    #expect(local.map(\.name) == ["explainRule", "doctor"])
    #expect(CommandTable.pure.descriptions.allSatisfy { !$0.hasEffects })
  }

  @Test(arguments: commandDescriptions)
  func isDocumented(_ command: CommandDescription) {
    #expect(command.summary.hasSuffix(".") && !command.title.isEmpty && !command.examples.isEmpty)
    func check(_ fields: [ValueField]) {
      for field in fields {
        #expect(field.summary.hasSuffix("."), "\(command.name): \(field.name)")
        check(field.shape.fields ?? [])
        if case .choice(let choices) = field.shape {
          #expect(choices.allSatisfy { $0.meaning.hasSuffix(".") }, "\(command.name): \(field.name)")
        }
      }
    }
    check(command.result)
    check(command.parameters.map { ValueField($0.name, $0.shape, $0.summary) })
    for example in command.examples {
      #expect(command.argumentShape.problems(in: .object(example.arguments)) == [], "\(example)")
    }
    // A shell has required arguments before those that can be left out.
    let positional = command.parameters.filter(\.isPositional).map(\.isRequired)
    #expect(positional == positional.sorted { $0 && !$1 })
  }

  @Test(arguments: commandDescriptions)
  func schemasCompile(_ command: CommandDescription) throws {
    for schema in [command.argumentSchema, command.resultSchema] {
      let compiled = Schema.compile(JSONDocument.parse(JSONValue.object(schema).serialized()).tree)
      #expect(compiled.diagnostics.isEmpty, "\(compiled.diagnostics)")
    }
    let arguments = Schema.compile(JSONDocument.parse(JSONValue.object(command.argumentSchema).serialized()).tree)
      .schema
    func accepts(_ value: JSONValue) throws -> Bool {
      let tree = JSONDocument.parse(value.serialized()).tree
      return arguments.validate(tree, try #require(tree.root)).isEmpty
    }
    for example in command.examples { #expect(try accepts(.object(example.arguments))) }
    #expect(try !accepts(["nonsense": 1]))
  }

  @Test(arguments: ["docs/commands.md", "schemas/masque.commands.schema.json"])
  func generatedFilesAreFresh(_ path: String) throws {
    let expected =
      path.hasSuffix(".md")
      ? commandsDocumentation(commandDescriptions)
      : JSONValue.object(commandsSchema(commandDescriptions)).text(.pretty) + "\n"
    let found = try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
    #expect(found == expected, "\(path) is stale: run `swift run masque-dev generate`")
  }

  // MARK: Arguments

  @Test(
    arguments: [
      ("lst", nil, "there is no command `lst`: did you mean `list`?"),
      (
        "dance", nil,
        "there is no command `dance`; there are `list`, `inspect`, `preview`, `intent.explain`, `intent.diff` and `eval`"
      ),
      ("list", "x", "`list` takes one object as its argument, not a string"),
      ("list", ["sauce": "private"], "`list` has no argument `sauce`: did you mean `source`?"),
      ("list", ["color": true], "`list` has no argument `color`; it takes `source`"),
      ("list", ["source": "mine"], "`list`: `source` must be \"private\" or \"shared\""),
      ("list", ["source": 1], "`list`: `source` must be \"private\" or \"shared\", not a number"),
      (
        "intent.explain", [:],
        "`intent.explain` needs `phrase`: what is intended, such as `implement the parser`"
      ),
      ("intent.explain", ["phrase": ["a"]], "`intent.explain`: `phrase` must be a string, not an array"),
      (
        "intent.explain", ["phrase": " ", "masque": "Scribe"],
        "`intent.explain`: `phrase` is blank; say what is intended"
      ),
      (
        "intent.explain", ["phrase": "write", "masque": nil],
        "`intent.explain` needs `masque`: the masque: its name, its index, or the path of its file. The one that is worn if "
          + "not given"
      ),
      ("inspect", ["masque": 0], "`inspect`: `masque` must be a string or a whole number from 1, not a number"),
      ("inspect", ["masque": 1.5], "`inspect`: `masque` must be a string or a whole number from 1, not a number"),
      ("inspect", ["masque": ""], "`inspect`: `masque` is blank; give a name, an index or a path"),
      (
        "inspect", ["masque": "Scribe", "uri": "file:///work/personas/scribe.masque.yaml"],
        "`inspect`: `masque` and `uri` both name a masque; give one of the two"
      ),
      (
        "inspect", ["uri": "file://elsewhere/x.masque.yaml"],
        "`inspect`: `file://elsewhere/x.masque.yaml` is no URI of a file on this machine"
      ),
      (
        "intent.diff", ["before": 1, "after": 1, "failOnWidening": "yes"],
        "`intent.diff`: `failOnWidening` must be true or false, not a string"
      ),
      (
        "intent.diff", ["after": 1],
        "`intent.diff` needs `before`: the masque to compare with, such as an earlier version: its name, its index, or the path or URI of its file"
      ),
    ] as [(String, JSONValue?, String)])
  func wrongArgumentsAreExplained(_ name: String, _ argument: JSONValue?, _ message: String) {
    let context = context(["personas/scribe.masque.yaml": masque("Scribe")])
    #expect(failure(name, argument, context)?.message == message)
  }

  @Test func whatIsMissingIsNamed() {
    let context = context([:])
    #expect(failure("intent.explain", [:], context)?.reason == .missingArgument("phrase"))
    #expect(failure("intent.explain", ["phrase": "x"], context)?.reason == .missingArgument("masque"))
  }

  /// A command whose work is done elsewhere: its contract is enough for everything but running it.
  enum DonCommand: Command {
    struct Arguments: Decodable, Sendable { var masque: String }
    struct Result: Encodable, Sendable { var text: String }
    static let description = CommandDescription(
      "don", title: "Don", summary: "Puts a masque on.",
      parameters: [CommandParameter("masque", .string, isRequired: true, isPositional: true, "The masque.")],
      result: [ValueField("text", .string, "What is printed.")], hasEffects: true,
      examples: [CommandExample("One.", ["masque": "Scribe"])])
  }

  @Test func commandsCanBeAdded() throws {
    var table = CommandTable.pure
    table.add(DonCommand.self) { arguments, _ in DonCommand.Result(text: "✓ Donned \(arguments.masque)") }
    #expect(table.descriptions.last?.editorName == "masque.don")
    #expect(try table.run("don", ["masque": "Scribe"], context([:])) == ["version": 1, "text": "✓ Donned Scribe"])
    #expect(commandsDocumentation(table.descriptions).contains("## don\n\nPuts a masque on."))
  }
}
