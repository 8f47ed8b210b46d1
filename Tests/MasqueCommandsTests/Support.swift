import DocumentTree
import Foundation
import JSON
import JSONSchema
import MasqueCommands
import MasqueWorkspace
import SourceText
import Testing

let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// A masque to ask things of.
func masque(
  _ name: String, index: Int = 1, version: String = "1.0.0", ring: String = "player", allowed: [String]? = ["write *"],
  denied: [String] = ["write * without sources"], rest: String = ""
) -> String {
  var text = "name: \(name)\nindex: \(index)\nversion: \"\(version)\"\nring: \(ring)\nintent:\n"
  if let allowed { text += "  allowed: [\(allowed.map { "\"\($0)\"" }.joined(separator: ", "))]\n" }
  text += "  denied: [\(denied.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
  return text + "lens: Write so that nobody has to ask twice.\n" + rest
}

/// A context over files in memory: private masques in `/home/.masques`, shared ones in `/work/personas`.
func context(_ texts: [String: String], active: CommandContext.ActiveMasque? = nil) -> CommandContext {
  context(MemoryFiles(texts: texts), active: active)
}

func context(_ files: any Files, active: CommandContext.ActiveMasque? = nil) -> CommandContext {
  CommandContext(
    files: files, places: MasquePlaces(privateFolder: "/home/.masques", sharedFolders: ["/work/personas"]),
    activeMasque: active)
}

/// The JSON Schema that says what a command gives.
let publishedSchema: JSONValue? = {
  let url = repository.appendingPathComponent("schemas/masque.commands.schema.json")
  return (try? Data(contentsOf: url)).flatMap { try? JSONValue(parsing: Array($0)) }
}()

/// Runs a command, and holds its result to the contract and to the published schema.
func run(_ name: String, _ argument: JSONValue? = nil, _ context: CommandContext) throws -> JSONValue {
  let result = try CommandTable.pure.run(name, argument, context)
  let description = try #require(commandDescriptions.first { $0.name == name })
  #expect(description.resultShape.problems(in: result) == [], "\(result)")
  let definition = try #require(publishedSchema?["$defs"]?["\(name).result"])
  let compiled = Schema.compile(JSONDocument.parse(definition.serialized()).tree)
  #expect(compiled.diagnostics.isEmpty)
  let document = JSONDocument.parse(result.serialized()).tree
  let root = try #require(document.root)
  #expect(compiled.schema.validate(document, root).isEmpty, "\(result)")
  return result
}

/// The message of the error that a command gives.
func failure(_ name: String, _ argument: JSONValue? = nil, _ context: CommandContext) -> CommandError? {
  do throws(CommandError) {
    let result = try CommandTable.pure.run(name, argument, context)
    Issue.record("\(result)")
    return nil
  } catch {
    return error
  }
}
