import Foundation
import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import SystemIO
import Testing

@testable import MasqueServer

private func file(_ text: String) -> MemoryFiles.Item { .file(Array(text.utf8)) }

private func codes(_ params: LSP.PublishDiagnosticsParams?) -> [String] {
  (params?.diagnostics ?? []).compactMap { if case .string(let code)? = $0.code { code } else { nil } }
}

private let uri = "file:///w/personas/a.masque.yaml"
/// A ring that does not exist, a key that does not exist, and another file's name.
private let faulty = masqueText("B", 1, ring: "playr") + "flavour: sweet\n"
private let all = ["file-name-mismatch", "schema-enum", "unknown-key"]

@Suite(patience) struct ConfigurationFileTests {
  private func session(_ configuration: String, _ more: [FilePath: MemoryFiles.Item] = [:]) throws -> (
    Session, MemoryFiles
  ) {
    var items: [FilePath: MemoryFiles.Item] = ["/w/.masque-lint.yaml": file(configuration)]
    items.merge(more) { $1 }
    let files = MemoryFiles(items)
    return (try Session(files: files), files)
  }

  @Test(
    arguments: [
      ("", all), ("ignore: [schema]", ["file-name-mismatch", "unknown-key"]),
      ("select: [schema]", ["schema-enum"]), ("exclude: [\"a.*\"]", []), ("exclude: [\"b.*\"]", all),
      ("per-file-ignores:\n  \"personas/a*\": [unknown-key]", ["file-name-mismatch", "schema-enum"]),
      // What is wrong is passed over.
      ("ignore: [schema, no-such-code]", ["file-name-mismatch", "unknown-key"]), ("ignore: [", all),
    ])
  func theFirstFindingsAreThoseThatAreWanted(_ configuration: String, _ expected: [String]) async throws {
    let (session, _) = try session(configuration)
    try await session.initialize(folders: ["file:///w"])
    session.open(uri, faulty)
    #expect(codes(await session.diagnostics(of: uri)).sorted() == expected)
    #expect(await session.end() == 0)
  }

  @Test func severitiesAndSchemas() async throws {
    let schema = "type: object\nproperties:\n  flavour:\n    enum: [salt]\n"
    let (session, _) = try session(
      "schema: own.yaml\nseverity:\n  schema-enum: hint\n", ["/w/own.yaml": file(schema)])
    try await session.initialize()
    session.open(uri, faulty)
    let found = await session.diagnostics(of: uri)
    #expect(codes(found).filter { $0.hasPrefix("schema") } == ["schema-enum"])
    let finding = found?.diagnostics.first { $0.code == .string("schema-enum") }
    #expect(finding?.severity == .hint && finding?.range.start.line == 8)
    #expect(await session.end() == 0)
  }

  @Test func aChangeOfTheFileCounts() async throws {
    let (session, files) = try session("ignore: [schema]")
    try await session.initialize(folders: ["file:///w"])
    session.open(uri, faulty)
    #expect(codes(await session.diagnostics(of: uri)).sorted() == ["file-name-mismatch", "unknown-key"])
    files["/w/.masque-lint.yaml"] = file("ignore: [unknown-key]")
    session.notify(
      "workspace/didChangeWatchedFiles", ["changes": [["uri": "file:///w/.masque-lint.yaml", "type": 2]]])
    #expect(codes(await session.diagnostics(of: uri)).sorted() == ["file-name-mismatch", "schema-enum"])
    // A nearer one; a client that does not watch saves a file.
    files["/w/personas/.masque-lint.yaml"] = file("select: [unknown-key]")
    session.notify("textDocument/didSave", ["textDocument": ["uri": .string(uri)]])
    #expect(codes(await session.diagnostics(of: uri)) == ["unknown-key"])
    files["/w/personas/.masque-lint.yaml"] = nil
    files["/w/.masque-lint.yaml"] = nil
    session.notify("textDocument/didSave", ["textDocument": ["uri": .string(uri)]])
    #expect(codes(await session.diagnostics(of: uri)).sorted() == all)
    #expect(await session.end() == 0)
  }

  @Test func aDocumentWithoutAFileIsCheckedLikeTheWorkspace() async throws {
    let (session, _) = try session("ignore: [schema]")
    try await session.initialize(folders: ["file:///w"])
    session.open("untitled:Untitled-1", faulty)
    #expect(codes(await session.diagnostics(of: "untitled:Untitled-1")) == ["unknown-key"])
    #expect(await session.end() == 0)
  }

  @Test func itsMistakesShowInTheEditor() async throws {
    let (session, _) = try session("ignore: [schema-enumm]\n")
    try await session.initialize(folders: ["file:///w"])
    let uri = "file:///w/.masque-lint.yaml"
    session.open(uri, "ignore: [schema-enumm]\nselekt: []\n")
    let found = await session.diagnostics(of: uri)
    #expect(codes(found).count == 1 && found?.diagnostics.first?.range.start.line == 1)
    session.change(uri, version: 2, [change((1, 0, 2, 0), "")])
    let second = await session.diagnostics(of: uri, version: 2)
    #expect(codes(second) == ["unknown-code"])
    #expect(second?.diagnostics.first?.message.contains("schema-enum") == true)
    session.change(uri, version: 3, [change((0, 19, 0, 20), "")])
    #expect(codes(await session.diagnostics(of: uri, version: 3)) == [])
    #expect(await session.end() == 0)
  }

  @Test func whatIsWrongWithItIsShownOnce() async throws {
    let (session, _) = try session("ignore: [no-such-code]\n")
    try await session.initialize(folders: ["file:///w"])
    session.open(uri, faulty)
    session.open("file:///w/personas/b.masque.yaml", faulty)
    let message = await session.notification("window/showMessage")?["message"]?.stringValue ?? ""
    #expect(message.hasPrefix("/w/.masque-lint.yaml, line 1: 'no-such-code' is no rule's code"))
    #expect(await session.end() == 0)
    #expect(
      session.received.filter {
        if case .notification(let notification) = $0 { notification.method == "window/showMessage" } else { false }
      }.count == 1)
  }

  @Test func otherYAMLIsNotHeldToTheSchema() async throws {
    let session = try Session()
    try await session.initialize()
    session.open("file:///w/compose.yaml", "services: {}\n")
    #expect(codes(await session.diagnostics(of: "file:///w/compose.yaml")) == [])
    session.notify(
      "textDocument/didOpen",
      ["textDocument": ["uri": "file:///w/x", "languageId": "masque", "version": 1, "text": "services: {}\n"]])
    #expect(codes(await session.diagnostics(of: "file:///w/x")).contains("schema-required"))
    #expect(await session.end() == 0)
  }
}

@Suite(patience) struct EditorSettingsTests {
  @Test func everySettingIsTakenOver() {
    var settings = EditorSettings()
    let problems = settings.apply([
      "masque": [
        "lint": [
          "select": ["schema"], "enable": ["knowledge-unknown-server"], "ignore": ["schema-type"],
          "severity": ["schema-enum": "hint"],
        ],
        "schema": "own.yaml", "workspace": ["index": false], "trace": ["server": "verbose"],
        "inlayHints": ["ring": false, "score": true], "codeLens": ["enable": false],
      ]
    ])
    #expect(problems == [])
    #expect(settings.checks.rules.selected == ["schema"] && settings.checks.rules.ignored == ["schema-type"])
    #expect(settings.checks.rules.enabled == ["knowledge-unknown-server"])
    #expect(settings.checks.severities == ["schema-enum": .hint])
    #expect(settings.schema == "own.yaml" && !settings.indexesWorkspace && settings.trace == .verbose)
    #expect(settings.inlayHints == Set(InlayHint.Kind.allCases).subtracting([.ring]) && !settings.showsCodeLenses)
    // With dots, without the section, and with nothing.
    var others = EditorSettings()
    #expect(others.apply(["lint.select": ["schema"], "schema": .null, "workspace": ["index": .null]]) == [])
    #expect(others.checks.rules.selected == ["schema"] && others.schema == nil && others.indexesWorkspace)
    #expect(others.apply(.null) == [] && others.apply([]) == [] && others.apply([:]) == [])
    #expect(others.apply(["lint": ["select": [:], "severity": []]]) == [])
    #expect(others.checks.rules.selected == [])
  }

  @Test(
    arguments: [
      (["lint": ["selct": ["schema"]]], "There is no setting masque.lint.selct; did you mean masque.lint.select?"),
      (["colours": true], "There is no setting masque.colours."),
      (["lint": ["select": "schema"]], "The setting masque.lint.select must be a list of codes, and is \"schema\"."),
      (["lint": ["ignore": [1]]], "The setting masque.lint.ignore must hold codes, and holds a number."),
      (
        ["lint": ["ignore": ["schema-enumm"]]],
        "The setting masque.lint.ignore is wrong: 'schema-enumm' is no rule's code. Did you mean 'schema-enum'."
      ),
      (["lint": true], "The setting masque.lint must be an object, and is a Boolean."),
      (
        ["lint": ["severity": ["schema": "fatal"]]],
        "The setting masque.lint.severity is wrong for schema: a severity is error, warning, information or hint, "
          + "not \"fatal\"."
      ),
      (["workspace": ["index": "yes"]], "The setting masque.workspace.index must be true or false, and is \"yes\"."),
      (["schema": 1], "The setting masque.schema must be a path, and is a number."),
      (
        ["trace": ["server": "on"]],
        "The setting masque.trace.server must be \"off\", \"messages\" or \"verbose\", and is \"on\"."
      ),
      (["masque": 1], "The settings are a number, not an object."),
    ] as [(JSONValue, String)])
  func whatIsWrongIsSaid(_ json: JSONValue, _ expected: String) {
    var settings = EditorSettings()
    #expect(settings.apply(json) == [expected])
    #expect(settings == EditorSettings())
  }

  @Test func theyComeWithInitializeAndAreChanged() async throws {
    let session = try Session()
    try await session.initialize(options: ["lint": ["ignore": ["schema", "file-name-mismatch"], "x": 1]])
    let told = await session.notification("window/showMessage")
    #expect(told?["message"] == "There is no setting masque.lint.x.")
    session.open(uri, faulty)
    #expect(codes(await session.diagnostics(of: uri)) == ["unknown-key"])
    session.notify("workspace/didChangeConfiguration", ["settings": ["masque": ["lint": ["ignore": ["unknown-key"]]]]])
    #expect(codes(await session.diagnostics(of: uri)).sorted() == ["file-name-mismatch", "schema-enum"])
    // Somebody else's settings, and none, from clients that say so in many ways.
    session.notify("workspace/didChangeConfiguration", ["settings": ["yaml": ["x": 1]]])
    session.notify("workspace/didChangeConfiguration", ["settings": []])
    #expect(codes(await session.diagnostics(of: uri)) == ["unknown-key"])
    #expect(await session.end() == 0)
  }

  @Test func theyAreAskedFor() async throws {
    let session = try Session()
    try await session.initialize([
      "workspace": ["configuration": true, "didChangeConfiguration": ["dynamicRegistration": true]]
    ])
    let registration = await session.asked("client/registerCapability")
    let first = registration?.params?["registrations"]?.arrayValue?.first
    #expect(first?["method"] == "workspace/didChangeConfiguration" && first?["registerOptions"]?["section"] == "masque")
    session.reply(registration, .null)
    let request = await session.asked("workspace/configuration")
    #expect(request?.params?["items"] == [["section": "masque"]])
    session.reply(request, [["lint": ["select": ["schema"]]]])
    session.open(uri, faulty)
    #expect(codes(await session.diagnostics(of: uri)) == ["schema-enum"])
    session.notify("workspace/didChangeConfiguration", ["settings": .null])
    session.reply(await session.asked("workspace/configuration"), [.null])
    #expect(codes(await session.diagnostics(of: uri)).sorted() == all)
    // A client that refuses changes nothing.
    session.notify("workspace/didChangeConfiguration", ["settings": .null])
    if let request = await session.asked("workspace/configuration") {
      session.send(.response(ResponseMessage(id: request.id, .failure(ResponseError(.methodNotFound, "what?")))))
    }
    #expect(await session.end() == 0)
  }

  /// A client that asks for diagnostics as soon as a document is open has them by its settings, refused ones included.
  @Test(arguments: [true, false])
  func diagnosticsWaitForThem(isAnswered: Bool) async throws {
    let session = try Session()
    try await session.initialize(["workspace": ["configuration": true], "textDocument": ["diagnostic": [:]]])
    session.open(uri, faulty)
    let id = session.post("textDocument/diagnostic", ["textDocument": ["uri": .string(uri)]])
    let request = try #require(await session.asked("workspace/configuration"))
    if isAnswered {
      session.reply(request, [["lint": ["select": ["schema"]]]])
    } else {
      session.send(.response(ResponseMessage(id: request.id, .failure(ResponseError(.methodNotFound, "what?")))))
    }
    let report = try #require(try await session.response(to: id)?.outcome.get())
    let found = (report["items"]?.arrayValue ?? []).compactMap { $0["code"]?.stringValue }
    #expect(found.sorted() == (isAnswered ? ["schema-enum"] : all))
    // One that is waiting at the end is answered, too.
    session.notify("workspace/didChangeConfiguration", ["settings": .null])
    let last = session.post("textDocument/diagnostic", ["textDocument": ["uri": .string(uri)]])
    let shutdown = session.post("shutdown")
    let givenUp = await session.response(to: last)?.outcome
    #expect(throws: ResponseError(.requestCancelled, "the session is over")) { try givenUp?.get() }
    #expect(try await session.response(to: shutdown)?.outcome.get() == .null)
    session.notify("exit")
  }

  /// A client that never says what its settings are has its diagnostics all the same, and waits for them once.
  @Test func diagnosticsDoNotWaitForever() async throws {
    let session = try Session()
    try await session.initialize(["workspace": ["configuration": true], "textDocument": ["diagnostic": [:]]])
    session.open(uri, faulty)
    for _ in 0..<2 {
      let id = session.post("textDocument/diagnostic", ["textDocument": ["uri": .string(uri)]])
      let report = try #require(try await session.response(to: id)?.outcome.get())
      #expect(report["items"]?.arrayValue?.isEmpty == false)
    }
    #expect(await session.end() == 0)
  }

  @Test func hintsAreSwitchedOff() async throws {
    let session = try Session()
    try await session.initialize(["workspace": ["inlayHint": ["refreshSupport": true]]])
    session.open(uri, masqueText("A", 1))
    let params: JSONValue = [
      "textDocument": ["uri": .string(uri)],
      "range": ["start": ["line": 0, "character": 0], "end": ["line": 99, "character": 0]],
    ]
    let shown = try await session.request("textDocument/inlayHint", params)?.get()
    #expect(shown?.arrayValue?.isEmpty == false)
    let hints = JSONObject(InlayHint.Kind.allCases.map { ($0.rawValue, JSONValue.bool(false)) })
    session.notify("workspace/didChangeConfiguration", ["settings": ["masque": ["inlayHints": .object(hints)]]])
    #expect(await session.asked("workspace/inlayHint/refresh") != nil)
    #expect(try await session.request("textDocument/inlayHint", params)?.get() == [])
    #expect(await session.end() == 0)
  }

  /// To write the table anew: `RECORD=1 swift test --filter EditorSettingsTests`.
  @Test func theDocumentationListsThem() throws {
    var page = URL(filePath: #filePath)
    for _ in 0..<3 { page.deleteLastPathComponent() }
    page.append(path: "docs/editor-settings.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let table =
      "| Setting | Type | Default | What it does |\n|---|---|---|---|\n"
      + EditorSettings.entries.map {
        "| `masque.\($0.name)` | \($0.type) | `\($0.defaultValue)` | \($0.summary) |\n"
      }.joined()
    let start = try #require(text.range(of: "<!-- settings -->\n"))
    let end = try #require(text.range(of: "<!-- /settings -->"))
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      let new = text[..<start.upperBound] + table + text[end.lowerBound...]
      try Data(new.utf8).write(to: page)
      return
    }
    #expect(text[start.upperBound..<end.lowerBound] == table, "run `RECORD=1 swift test --filter EditorSettingsTests`")
    // What the page says the defaults are.
    for entry in EditorSettings.entries {
      var settings = EditorSettings()
      let value = try JSONValue(parsing: Array(entry.defaultValue.utf8))
      #expect(value.isNull || entry.apply(value, &settings) == nil)
      settings.trace = settings.trace == .off ? nil : settings.trace
      #expect(settings == EditorSettings(), "\(entry.name)")
    }
  }
}

@Suite struct RulePageTests {
  @Test func pagesAreThoseThatAreInstalled() {
    let folder = "/opt/share/masques/docs/rules"
    let files = MemoryFiles([
      FilePath("\(folder)/schema-enum.md"): file(""), FilePath("\(folder)/index.md"): file(""),
    ])
    let installed = RulePages(besides: "/opt/bin/masque-lsp", in: files)
    #expect(installed.page(of: "schema-enum") == "file:///opt/share/masques/docs/rules/schema-enum.md")
    #expect(installed.page(of: "schema-type") == nil)
    for program in [nil, "/usr/bin/masque-lsp"] as [FilePath?] {
      let pages = RulePages(besides: program, in: files)
      #expect(
        pages.page(of: "schema-type")
          == "https://github.com/ChrisDBaldwin/masques/blob/main/docs/rules/schema-type.md")
      // A keyword of an extended schema.
      #expect(pages.page(of: "schema-const") == nil)
    }
    #expect(runningProgram(MemoryFiles()) == nil)
    #expect(runningProgram(SystemFiles()) != nil)
  }

  @Test func everyRuleHasAPage() throws {
    var folder = URL(filePath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    for rule in ruleDescriptions() {
      #expect(RulePages.online.page(of: rule.code) != nil)
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "docs/rules/\(rule.code).md").path()))
    }
  }

  @Test func aDiagnosticLinksToItsPage() async throws {
    let session = try Session()
    try await session.initialize(["textDocument": ["publishDiagnostics": ["codeDescriptionSupport": true]]])
    session.open(uri, faulty)
    let found = await session.diagnostics(of: uri)
    for diagnostic in found?.diagnostics ?? [] {
      guard case .string(let code)? = diagnostic.code else { continue }
      #expect(diagnostic.codeDescription?.href.hasSuffix("/docs/rules/\(code).md") == true)
    }
    #expect(await session.end() == 0)
  }
}

@Suite(patience) struct ConfigurationHelpTests {
  @Test func aConfigurationIsCompletedAndExplained() async throws {
    let session = try Session()
    try await session.initialize()
    let uri = "file:///w/.masque-lint.yaml"
    session.open(uri, "fail-on: \n")
    func position(_ line: Int, _ character: Int) -> JSONValue {
      [
        "textDocument": ["uri": .string(uri)],
        "position": ["line": .integer(Int64(line)), "character": .integer(Int64(character))],
      ]
    }
    func labels(_ outcome: Result<JSONValue, ResponseError>?) throws -> [String] {
      try outcome?.get()["items"]?.arrayValue?.compactMap { $0["label"]?.stringValue } ?? []
    }
    #expect(
      try labels(await session.request("textDocument/completion", position(0, 9)))
        == ["error", "warning", "information", "hint"])
    let keys = try labels(await session.request("textDocument/completion", position(1, 0)))
    #expect(keys.contains("select") && keys.contains("per-file-ignores") && !keys.contains("masque"))
    let hover = try await session.request("textDocument/hover", position(0, 2))?.get()
    #expect(hover?["contents"]?["value"]?.stringValue?.isEmpty == false)
    // Of other files nothing is known.
    session.open("file:///w/compose.yaml", "")
    let other: JSONValue = [
      "textDocument": ["uri": "file:///w/compose.yaml"], "position": ["line": 0, "character": 0],
    ]
    #expect(try labels(await session.request("textDocument/completion", other)) == [])
    #expect(await session.end() == 0)
  }

  @Test func evaluationsAreCheckedCompletedAndExplained() async throws {
    let session = try Session()
    try await session.initialize()
    let uri = "file:///w/personas/codesmith.eval.yaml"
    session.open(uri, "intents:\n  - phrase: implement it\n    verdict: \n  - {phrase: x, verdict: allowd}\n")
    #expect(await session.diagnostics(of: uri)?.diagnostics.map(\.range.start.line) == [2, 3])
    func position(_ line: Int, _ character: Int) -> JSONValue {
      [
        "textDocument": ["uri": .string(uri)],
        "position": ["line": .integer(Int64(line)), "character": .integer(Int64(character))],
      ]
    }
    let offers = try await session.request("textDocument/completion", position(2, 13))?.get()
    #expect(
      offers?["items"]?.arrayValue?.compactMap { $0["label"]?.stringValue } == ["allowed", "denied", "not-allowed"])
    let hover = try await session.request("textDocument/hover", position(2, 6))?.get()
    #expect(hover?["contents"]?["value"]?.stringValue?.isEmpty == false)
    // Other tools have files of that name.
    let other = "file:///w/model.eval.yaml"
    session.open(other, "prompts: [a]\n")
    #expect(await session.diagnostics(of: other)?.diagnostics.isEmpty != false)
    #expect(await session.end() == 0)
  }

  @Test func theConfigurationOfMasqueIsCheckedCompletedAndExplained() async throws {
    let session = try Session(
      environment: ServerEnvironment(variable: { ["MASQUES_HOME": "/home/ada/masques", "HOME": "/home/ada"][$0] }))
    try await session.initialize()
    for uri in ["file:///home/ada/masques/config.yaml", "file:///elsewhere/.masques/config.yaml"] {
      session.open(uri, "operator:\n  ring: \nrates: {hold: 1e2}\n")
      let found = await session.diagnostics(of: uri)
      #expect(found?.diagnostics.map(\.range.start.line) == [1, 2])
      func position(_ line: Int, _ character: Int) -> JSONValue {
        [
          "textDocument": ["uri": .string(uri)],
          "position": ["line": .integer(Int64(line)), "character": .integer(Int64(character))],
        ]
      }
      let offers = try await session.request("textDocument/completion", position(1, 8))?.get()
      #expect(
        offers?["items"]?.arrayValue?.compactMap { $0["label"]?.stringValue } == [
          "admin", "player", "guest", "outsider",
        ])
      let hover = try await session.request("textDocument/hover", position(1, 3))?.get()
      #expect(hover?["contents"]?["value"]?.stringValue?.contains("guardrail") == true)
    }
    // Others of that name are nobody's business.
    session.open("file:///w/config.yaml", "operator: {ring: none}\n")
    session.open("file:///w/a.masque.yaml", faulty)
    #expect(codes(await session.diagnostics(of: "file:///w/a.masque.yaml")).isEmpty == false)
    #expect(
      !session.received.contains {
        if case .notification(let notification) = $0 {
          notification.params?["uri"] == "file:///w/config.yaml"
            && notification.params?["diagnostics"]?.arrayValue?.isEmpty == false
        } else {
          false
        }
      })
    #expect(await session.end() == 0)
  }
}
