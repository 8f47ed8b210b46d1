import DocumentTree
import Foundation
import JSON
import MasqueCommands
import SourceText
import YAMLSyntax

/// A file that is written from others and must not fall behind them.
struct GeneratedFile {
  /// From the repository's root.
  var path: String
  var contents: String
}

/// `masque-dev generate [--check]`: writes the files that are made from the schemas, from the rules' descriptions,
/// from the commands' contracts and from the personas, or says which of them are stale.
func generate(_ arguments: [String]) -> Int32 {
  guard arguments.allSatisfy({ $0 == "--check" }) else {
    return complain("usage: masque-dev generate [--check]", 2)
  }
  let root = repositoryRoot()
  let files: [GeneratedFile]
  do {
    files =
      try schemaFiles(root) + rulePages() + commandFiles() + [migrations(root)]
      + [
        try personasManifest(root),
        try configurationPage("docs/configuration.md", "schemas/masque-lint.config.schema.yaml", root),
        try configurationPage("docs/runtime-configuration.md", "schemas/masque.config.schema.yaml", root),
        try judgeStatements(root),
        try schemaPage(root),
      ]
  } catch {
    return complain("error: \(error)", 1)
  }
  var isStale = false
  for file in files {
    let url = root.appendingPathComponent(file.path)
    let current = try? String(contentsOf: url, encoding: .utf8)
    guard current != file.contents else { continue }
    if arguments.contains("--check") {
      isStale = true
      _ = complain("\(file.path) is stale: run `swift run masque-dev generate`", 1)
      continue
    }
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.contents.utf8).write(to: url, options: .atomic)
      print("wrote \(file.path)")
    } catch {
      return complain("error: can't write \(file.path): \(error)", 1)
    }
  }
  for path in leftovers(root, besides: files) {
    if arguments.contains("--check") {
      isStale = true
      _ = complain("\(path) is about no rule: run `swift run masque-dev generate`", 1)
    } else {
      try? FileManager.default.removeItem(at: root.appendingPathComponent(path))
      print("removed \(path)")
    }
  }
  return isStale ? 1 : 0
}

private func complain(_ message: String, _ status: Int32) -> Int32 {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  return status
}

struct GenerateError: Error, CustomStringConvertible {
  var description: String
}

private func schemaFiles(_ root: URL) throws -> [GeneratedFile] {
  let masque = "schemas/masque.schema.yaml"
  let text = try String(contentsOf: root.appendingPathComponent(masque), encoding: .utf8)
  let syntax = SyntaxTree(SourceText(text))
  let json = syntax.tree.root.flatMap { JSONValue(syntax.tree, $0) } ?? .null
  return [
    GeneratedFile(
      path: "Sources/MasqueModel/Generated/MasqueSchema.generated.swift",
      contents: try embedded(masque, "EmbeddedSchema", "the one source of the format", root)),
    GeneratedFile(
      path: "Sources/MasqueWorkspace/Generated/ConfigurationSchema.generated.swift",
      contents: try embedded(
        "schemas/masque-lint.config.schema.yaml", "EmbeddedConfigurationSchema", "what a configuration may say", root)),
    GeneratedFile(
      path: "Sources/MasqueWorkspace/Generated/UserConfigurationSchema.generated.swift",
      contents: try embedded(
        "schemas/masque.config.schema.yaml", "EmbeddedUserConfigurationSchema", "what `config.yaml` may say", root)),
    GeneratedFile(
      path: "Sources/MasqueCommands/Generated/EvaluationSchema.generated.swift",
      contents: try embedded(
        "schemas/masque.eval.schema.yaml", "EmbeddedEvaluationSchema", "what evaluations may say", root)),
    GeneratedFile(
      path: "schemas/masque.schema.json", contents: String(decoding: json.serialized(.pretty), as: UTF8.self) + "\n"),
  ]
}

/// What the contracts of the commands say, for people and for programs.
private func commandFiles() -> [GeneratedFile] {
  let schema = JSONValue.object(commandsSchema(commandDescriptions)).text(.pretty) + "\n"
  return [
    GeneratedFile(path: "docs/commands.md", contents: commandsDocumentation(commandDescriptions)),
    GeneratedFile(path: "schemas/masque.commands.schema.json", contents: schema),
  ]
}

/// A Swift file that carries the text of a schema.
private func embedded(_ path: String, _ type: String, _ role: String, _ root: URL) throws -> String {
  let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  let syntax = SyntaxTree(SourceText(text))
  if let problem = syntax.problems.first { throw GenerateError(description: "\(path): \(problem.message)") }
  guard syntax.tree.root != nil, !text.contains("\"\"\"##") else {
    throw GenerateError(description: "\(path) is empty, or ends a Swift string literal")
  }
  // The literal's lines are indented as its end is; blank ones need not be.
  let lines =
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { $0.isEmpty ? "" : "    " + $0 }
    .joined(separator: "\n") + "\n\n    "
  return """
    // Generated from \(path) by `swift run masque-dev generate`. Do not edit.

    /// The text of `\(path)`: \(role), carried by the programs.
    enum \(type) {
      static let yaml: StaticString = ##\"\"\"
    \(lines)\"\"\"##
    }

    """
}

/// A Swift file that carries the migrations of the analytics schema.
private func migrations(_ root: URL) throws -> GeneratedFile {
  let folder = "schemas/clickhouse"
  let names = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
    .filter { $0.hasSuffix(".sql") }.sorted()
  var items = ""
  for name in names {
    let path = "\(folder)/\(name)"
    let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    guard text.hasSuffix(";\n"), !text.contains("\"\"\"##") else {
      throw GenerateError(description: "\(path) does not end with a statement, or ends a Swift string literal")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0.isEmpty ? "" : "        " + $0 }.joined(separator: "\n")
    items += """
          (
            "\(name.dropLast(4))",
            ##\"\"\"
      \(lines)
            \"\"\"##
          ),

      """
  }
  let contents = """
    // Generated from \(folder) by `swift run masque-dev generate`. Do not edit.

    /// The files of `\(folder)`, carried by the program.
    enum EmbeddedMigrations {
      static let all: [(name: String, sql: String)] = [
    \(items)  ]
    }

    """
  return GeneratedFile(path: "Sources/MasqueAnalytics/Generated/Migrations.generated.swift", contents: contents)
}

/// The statements that score, each file as a text.
private func judgeStatements(_ root: URL) throws -> GeneratedFile {
  let folder = "schemas/judge"
  let names = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
    .filter { $0.hasSuffix(".sql") }.sorted()
  var text = """
    // Generated from \(folder) by `swift run masque-dev generate`. Do not edit.

    /// The statements of `\(folder)`, carried by the programs.
    enum JudgeSQL {

    """
  for name in names {
    let sql = try String(contentsOf: root.appendingPathComponent("\(folder)/\(name)"), encoding: .utf8)
    guard sql.hasSuffix("\n"), !sql.contains("\"\"\"#") else {
      throw GenerateError(description: "\(folder)/\(name) has no line break at its end, or ends a Swift string literal")
    }
    let lines = sql.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
    text += "  static let \(name.dropLast(4)) = #\"\"\"\n\(lines)\n\n    \"\"\"#\n"
  }
  return GeneratedFile(path: "Sources/MasqueJudge/Generated/JudgeSQL.generated.swift", contents: text + "}\n")
}

private func repositoryRoot() -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
